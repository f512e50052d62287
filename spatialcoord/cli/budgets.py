"""``spatialcoord budgets``: how the plan of a case changes as money grows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from spatialcoord.cli.guard import errors

LONG = 5.0  # seconds from which a planner is told beforehand


def ask_budgets(
    case: str, out: Path | None, overrides: Iterable[str], start: float, stop: float, steps: int, lang: str
) -> None:
    """Solve a case at rising budgets, print who gains and who loses, and write the study.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    out : Path, optional
        Folder of the study; ``results/<case>-budgets`` below the current folder by default.
    overrides : iterable of str
        ``path=value`` each.
    start, stop : float
        Smallest and largest budget as multiples of the scenario's.
    steps : int
        Number of budgets.
    lang : str
        Language of what is printed and written.

    Raises
    ------
    InputError, Refused, SolveError
        The case, the budgets, the language or the folder is no good; nothing has been written.
    """
    from spatialcoord.messages import catalogue

    words = catalogue(lang)

    from rich.console import Console

    from spatialcoord import explore, planner
    from spatialcoord.cli.check import checked
    from spatialcoord.cli.telling import moving_line, tell_study
    from spatialcoord.explore.nested import check_budgets
    from spatialcoord.explore.study import refuse_taken

    check_budgets(start, stop, steps, lang)
    loaded = checked(case, overrides, words, promises=False)
    folder = out or Path("results") / f"{loaded.scenario.case}-budgets"
    refuse_taken(folder, "budgets")
    seconds = (1.0 + 0.5 * steps) * planner.expected_seconds(planner.build(loaded).size())
    if seconds > LONG:
        errors().print(words.t("budgets.work", steps=steps, seconds=words.number(float(f"{seconds:.1g}"))))
    console = Console()
    with moving_line(console, words.t("budgets.running")) as progress:
        study = explore.budgets(loaded, start, stop, steps, lang, progress)
        written = study.save(folder)
    tell_study(console, words, study, loaded.scenario.title.in_language(lang), folder, written)
