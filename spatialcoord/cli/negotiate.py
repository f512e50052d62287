"""``spatialcoord negotiate``: what regions, governments, firms, residents and others agree on beyond the plan of a case."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from spatialcoord.cli.guard import errors

LONG = 2.0  # seconds from which a planner is told beforehand
# seconds by units at the table squared (bargaining, its variants), and of the search for who would leave beyond 16 members
EACH, SEARCH, FEW = 0.013, 15.0, 16


def negotiate_case(
    case: str,
    solution: str,
    institutions: Iterable[str],
    between: str | None,
    out: Path | None,
    overrides: Iterable[str],
    lang: str,
) -> None:
    """Negotiate, print what came of it, and write the study.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    solution : str
        Solution concept.
    institutions : iterable of str
        Institutions of the scenario to negotiate in.
    between : str, optional
        Grouping whose groups sit at the table as one each; "regions" for every region by itself.
    out : Path, optional
        Folder of the study; ``results/<case>-negotiation`` below the current folder by default.
    overrides : iterable of str
        ``path=value`` each.
    lang : str
        Language of what is printed and written.

    Raises
    ------
    InputError, Refused, SolveError
        Something asked for is no good, or there is nothing to agree on; nothing has been written.
    """
    from spatialcoord.messages import catalogue

    words = catalogue(lang)

    from rich.console import Console

    from spatialcoord.cli.check import checked
    from spatialcoord.cli.telling import moving_line, tell_study
    from spatialcoord.coordination.considered import considered
    from spatialcoord.coordination.solutions import check_solution
    from spatialcoord.coordination.study import KIND, negotiation
    from spatialcoord.coordination.table import Table
    from spatialcoord.explore.study import refuse_taken
    from spatialcoord.institutions.membership import members_of

    check_solution(solution, ())
    loaded = checked(case, overrides, words, promises=False)
    folder = out or Path("results") / f"{loaded.scenario.case}-{KIND}"
    refuse_taken(folder, KIND)
    level = None if between is None else ("" if between == "regions" else between)
    rules = loaded.scenario.negotiation
    considered_ = considered(loaded, institutions).values()
    table = Table.of(loaded.setting, rules.between if level is None else level)
    units = max(len(set(table.unit_of(members_of(loaded.setting, t)).tolist())) for t in considered_)
    seconds = EACH * units**2 + (SEARCH if units > FEW else 0.0)
    if seconds > LONG:
        errors().print(
            words.t(
                "negotiation.work",
                units=words.number(units),
                seats=words.number(3 * units + 2),
                seconds=words.number(float(f"{seconds:.1g}")),
            )
        )
    console = Console()
    with moving_line(console, words.t("negotiation.running")) as progress:
        study = negotiation(loaded, solution, institutions, level, lang, progress)
        written = study.save(folder)
    tell_study(console, words, study, loaded.scenario.title.in_language(lang), folder, written)
