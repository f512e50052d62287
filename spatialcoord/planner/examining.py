"""Everything that can be said about a case before it is built: one pass, all problems, what was assumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spatialcoord.errors import InputError, Problem
from spatialcoord.planner.case import Case, read_case
from spatialcoord.planner.checks import case_problems
from spatialcoord.planner.plausible import implausible
from spatialcoord.planner.promises import broken_promises
from spatialcoord.planner.remarks import institution_remarks, instrument_remarks, remarks
from spatialcoord.scenario import outside_plausible


@dataclass(frozen=True)
class Findings:
    """What an examination found.

    Attributes
    ----------
    loaded : Case or None
        The case as it was read; None where scenario or tables cannot be used.
    errors : tuple of Problem
        What must be mended before there can be a plan.
    warnings : tuple of Problem
        What is unusual, and what was assumed.
    """

    loaded: Case | None
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def case(self) -> Case:
        """The case, free of errors.

        Raises
        ------
        InputError
            All errors.
        """
        if self.errors or self.loaded is None:
            raise InputError(self.errors)
        return self.loaded


def examine(name_or_folder: str | Path, overrides: Iterable[str] = (), promises: bool = True) -> Findings:
    """Read a case and check all of it, as far as each stage allows; nothing is raised, built or written.

    Parameters
    ----------
    name_or_folder : str or pathlib.Path
        As for :func:`spatialcoord.load_case`.
    overrides : iterable of str
        Changes as ``"path=value"``.
    promises : bool
        Whether to add up what is promised; a run leaves it to the solver, which also finds what would settle it.

    Returns
    -------
    Findings
        All problems of the scenario and the tables; where these can be used, also of the two together: attributes that
        are needed, impossible and unusual figures, rules that cannot hold whatever the plan.
    """
    case, problems = read_case(name_or_folder, overrides)
    if case is None:
        return Findings(None, tuple(problems))
    setting = case.setting
    errors, warnings = case_problems(case), [*case.remarks, *outside_plausible(case.scenario)]
    if setting.graph.has("population") and setting.graph.has("output"):
        impossible, unusual = implausible(setting)
        errors, warnings = errors + impossible, [*warnings, *unusual, *remarks(setting)]
        if not errors:
            warnings += instrument_remarks(setting) + institution_remarks(setting)
        if promises and not errors:
            errors = broken_promises(setting)
    placed = [tuple(case.placed(problem) for problem in sort) for sort in (errors, warnings)]
    return Findings(case, *placed)
