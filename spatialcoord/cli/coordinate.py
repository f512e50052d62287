"""``spatialcoord coordinate``: the closed loop of demands, negotiation, sharing, supervision and evaluation on a case."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from spatialcoord.cli.guard import errors

LONG = 2.0  # seconds from which a planner is told beforehand
FIRST, EACH = 2.0, 0.0035  # seconds of a cycle: at least, and by regions times units at the table
OTHERS = 4  # counterfactuals, a cycle each


def coordinate_case(
    case: str,
    cycles: int,
    seed: int,
    solution: str,
    demands: Path | None,
    without: Iterable[str],
    out: Path | None,
    overrides: Iterable[str],
    lang: str,
) -> None:
    """Run the loop, tell its story, and write the study; a run that was ended goes on from its last completed cycle.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    cycles : int
        Most cycles.
    seed : int
        Everything that is drawn follows from it.
    solution : str
        Solution concept of the negotiation.
    demands : Path, optional
        What parties ask for, YAML or CSV; a stand-in by default.
    without : iterable of str
        Parts to switch off.
    out : Path, optional
        Folder of the study; ``results/<case>-coordination`` below the current folder by default.
    overrides : iterable of str
        ``path=value`` each.
    lang : str
        Language of what is printed and written.

    Raises
    ------
    InputError, SolveError
        Something asked for is no good, or there is no plan; completed cycles stay.
    """
    from spatialcoord.messages import catalogue

    words = catalogue(lang)

    from rich.console import Console

    from spatialcoord.cli.check import checked
    from spatialcoord.cli.telling import moving_line, tell_study
    from spatialcoord.coordination.cycle_rules import Rules
    from spatialcoord.coordination.cycle_study import KIND, coordination
    from spatialcoord.coordination.demand_files import read_demands
    from spatialcoord.coordination.solutions import check_solution
    from spatialcoord.coordination.switches import Switches
    from spatialcoord.coordination.table import Table
    from spatialcoord.errors import InputError, Problem
    from spatialcoord.explore.study import refuse_taken

    problems: list[Problem] = []
    if cycles < 1:
        problems.append(Problem(f"{cycles} cycles", "--cycles", remedy="Ask for at least one."))
    if seed < 0:
        problems.append(Problem(f"a seed of {seed}", "--seed", remedy="Give a number of 0 or more."))
    switches = Switches()
    try:
        check_solution(solution, ())
    except InputError as error:
        problems += error.problems
    try:
        switches = Switches.without(tuple(without))
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(list(problems))
    loaded = checked(case, overrides, words, promises=False)
    folder = out or Path("results") / f"{loaded.scenario.case}-{KIND}"
    refuse_taken(folder, KIND)
    asked = None if demands is None else tuple(read_demands(demands, loaded.setting))
    rules = Rules(seed=seed, solution=solution, switches=switches, demands=asked)
    units = len(Table.of(loaded.setting, loaded.scenario.negotiation.between).ids)
    seconds = (cycles + OTHERS) * (FIRST + EACH * units * len(loaded.setting.regions))
    if seconds > LONG:
        errors().print(
            words.t(
                "coordination.work",
                cycles=words.number(cycles),
                others=words.number(OTHERS),
                seconds=words.number(float(f"{seconds:.1g}")),
            )
        )
    console = Console()
    with moving_line(console, words.t("coordination.running")) as progress:
        study = coordination(loaded, cycles, rules, folder, lang, progress)
        written = study.save(folder)
    tell_study(console, words, study, loaded.scenario.title.in_language(lang), folder, written)
