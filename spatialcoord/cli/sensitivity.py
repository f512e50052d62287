"""``spatialcoord sensitivity``: how sure is the plan of a case."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from spatialcoord.cli.guard import errors

LONG = 5.0  # seconds from which a planner is told beforehand
HELD = 0.03  # seconds to check and re-evaluate an ordinary case once


def ask_sensitivity(
    case: str, out: Path | None, overrides: Iterable[str], morris: int, seed: int, anew: bool, lang: str
) -> None:
    """Vary what is not known, print what survives, and write the study.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    out : Path, optional
        Folder of the study; ``results/<case>-sensitivity`` below the current folder by default.
    overrides : iterable of str
        ``path=value`` each.
    morris, seed : int
        Trajectories of the screening, 0 for none, and seed of its random numbers.
    anew : bool
        Whether the screening makes the plan anew at every point.
    lang : str
        Language of what is printed and written.

    Raises
    ------
    InputError, Refused, SolveError
        The case, a number, the language or the folder is no good, or there is no plan; nothing has been written.
    """
    from spatialcoord.messages import catalogue

    words = catalogue(lang)

    from rich.console import Console

    from spatialcoord import explore, planner
    from spatialcoord.cli.check import checked
    from spatialcoord.cli.telling import moving_line, tell_study
    from spatialcoord.explore.assumptions import check_screening
    from spatialcoord.explore.study import refuse_taken
    from spatialcoord.explore.uncertain import ranges

    check_screening(morris, seed, lang)
    loaded = checked(case, overrides, words, promises=False)
    folder = out or Path("results") / f"{loaded.scenario.case}-sensitivity"
    refuse_taken(folder, "sensitivity")
    found = ranges(loaded.scenario)
    each = planner.expected_seconds(planner.build(loaded).size())
    points = max(0, morris) * (len(found) + 1)
    seconds = each * (2 * len(found) + 25) + points * (each if anew else HELD)
    if seconds > LONG:
        told = {"values": 2 * len(found), "parameters": len(found), "points": points}
        errors().print(words.t("sensitivity.work", **told, seconds=words.number(float(f"{seconds:.1g}"))))
    console = Console()
    with moving_line(console, words.t("sensitivity.running")) as progress:
        study = explore.sensitivity(loaded, morris, seed, anew, lang, progress)
        written = study.save(folder)
    tell_study(console, words, study, loaded.scenario.title.in_language(lang), folder, written)
