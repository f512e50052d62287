"""The closed loop: cycle after cycle until nothing moves, resumed where an earlier run ended, and counterfactuals beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from spatialcoord import __version__
from spatialcoord.coordination import rolling
from spatialcoord.coordination.cycle import run_cycle
from spatialcoord.coordination.cycle_rules import Rules
from spatialcoord.coordination.learning import LARGEST_DAMPING, Round, converged
from spatialcoord.coordination.rolling import State
from spatialcoord.coordination.solutions import check_solution
from spatialcoord.coordination.switches import LACKS
from spatialcoord.economy.capital import built_kinds, plausible
from spatialcoord.errors import InputError, Problem
from spatialcoord.institutions.membership import institution_problems
from spatialcoord.planner.case import Case

TOLERANCE = 0.05  # of the money, and of an elasticity: what moves less stands still; a design choice
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Coordinated:
    """What came of the loop.

    Attributes
    ----------
    case : Case
        The case.
    rules : Rules
        Choices that held for every cycle.
    cycles : tuple of dict
        What each cycle found, as :func:`spatialcoord.coordination.cycle.run_cycle` tells it.
    stopped : str
        Why it ended: ``converged`` or ``cycles``.
    moved, learning : tuple of float
        From cycle to cycle the share of the money that goes elsewhere, and the largest change of an elasticity, of its value. One fewer
        than cycles.
    counterfactuals : dict of dict
        The first cycle again without something, by what was left out.
    """

    case: Case
    rules: Rules
    cycles: tuple[dict[str, Any], ...]
    stopped: str
    moved: tuple[float, ...]
    learning: tuple[float, ...]
    counterfactuals: dict[str, dict[str, Any]]


def planted(case: Case, seed: int) -> dict[str, float]:
    """Elasticities of the simulated world: drawn from their plausible ranges, by kind of capital that is built."""
    kinds = built_kinds(case.scenario.instruments)
    draws = np.random.default_rng([seed, 0]).random(len(kinds))
    found = {}
    for kind, draw in zip(kinds, draws, strict=True):
        low, high = plausible(case.scenario, kind)
        found[kind] = float(low + draw * (high - low))
    return found


def coordinate(
    case: Case,
    cycles: int = 5,
    rules: Rules | None = None,
    folder: Path | None = None,
    counterfactuals: bool = True,
    progress: Tell | None = None,
) -> Coordinated:
    """Run the closed loop on a case.

    Parameters
    ----------
    case : Case
        From :func:`spatialcoord.load_case`.
    cycles : int
        Most cycles.
    rules : Rules, optional
        Choices; elasticities of the simulated world that they do not name are drawn (:func:`planted`).
    folder : Path, optional
        Where completed cycles are kept, and found again by a later run of the same case, seed and choices.
    counterfactuals : bool
        Whether the first cycle is run again without enforcement, without voices, without an executing body, and without all three.
    progress : callable, optional
        Called with the name of each step.

    Returns
    -------
    Coordinated

    Raises
    ------
    InputError
        No cycles, choices out of range, a folder with cycles of another run or that cannot be written, institutions that do not fit.
    Infeasible, SolveError
        There is no plan.
    """
    rules, tell = rules or Rules(0), progress or (lambda step: None)
    problems: list[Problem] = [case.placed(p) for p in institution_problems(case.setting)]
    if cycles < 1:
        problems.append(Problem(f"{cycles} cycles", "--cycles", remedy="Ask for at least one."))
    problems += _wrong(case, rules)
    if problems:
        raise InputError(list(problems))
    check_solution(rules.solution, ())
    rules = replace(rules, truth={**planted(case, rules.seed), **rules.truth})
    if folder is not None:
        rolling.check_writable(folder)
    key = _key(case, rules)
    done = rolling.found_before(folder, key)[:cycles] if folder is not None else []
    state = start(case)
    results: list[dict[str, Any]] = []
    moved: list[float] = []
    learning: list[float] = []
    stopped = "cycles"
    for number in range(1, cycles + 1):
        if number <= len(done):
            result = done[number - 1]
        else:
            result = run_cycle(case, state, rules, lambda step, n=number: tell(f"{n}:{step}"))  # type: ignore[misc]
            if folder is not None:
                rolling.save(folder, f"cycle_{number:03d}", {"key": key, **result})
        results.append(result)
        before, state = state, State(**result["state"])
        if number > 1:
            found = converged(_round(before), _round(state), TOLERANCE)
            moved.append(found.plan_change)
            learning.append(found.parameter_change)
            if found.settled:
                stopped = "converged"
                break
    without: dict[str, dict[str, Any]] = {}
    if counterfactuals:
        for name, lacking in {**{lack: (lack,) for lack in LACKS}, "all": LACKS}.items():
            tell(f"0:without_{name}")
            kept = rolling.content(folder, f"without_{name}", key) if folder is not None else None
            if kept is None:
                off = replace(rules, switches=replace(rules.switches, **dict.fromkeys(lacking, False)))
                kept = run_cycle(case, start(case), off, lambda step: None)
                if folder is not None:
                    rolling.save(folder, f"without_{name}", {"key": key, **kept})
            without[name] = kept
    return Coordinated(case, rules, tuple(results), stopped, tuple(moved), tuple(learning), without)


def start(case: Case) -> State:
    """Where the first cycle begins: the case as read, beliefs those of its scenario, doubts a quarter of the plausible range."""
    from spatialcoord.coordination.forms import BROKEN

    kinds = built_kinds(case.scenario.instruments)
    capital = case.scenario.economy.capital
    ranges = {kind: plausible(case.scenario, kind) for kind in kinds}
    return State(
        cycle=1,
        first=case.scenario.programme.years.first,
        figures={},
        beliefs={kind: float(getattr(capital, kind).elasticity) for kind in kinds},
        doubts={kind: (high - low) / 4.0 for kind, (low, high) in ranges.items()},
        broken=BROKEN,
    )


def _wrong(case: Case, rules: Rules) -> list[Problem]:
    """Choices that are out of their range."""
    problems = [
        Problem(f"the {name} is {value:g}", name, remedy=f"Give a number from 0{most}.")
        for name, value, inside, most in (
            ("seed", rules.seed, rules.seed >= 0, " on"),
            ("heard", rules.heard, 0.0 <= rules.heard <= 1.0, " to 1"),
            ("damping", rules.damping, 0.0 <= rules.damping <= LARGEST_DAMPING, f" to {LARGEST_DAMPING:g}"),
            ("noise", rules.noise, 0.0 <= rules.noise < np.inf, " on"),
        )
        if not inside
    ]
    kinds = built_kinds(case.scenario.instruments)
    for kind, value in rules.truth.items():
        if kind not in kinds:
            why = f"It builds {', '.join(kinds) or 'no capital'}."
            problems.append(Problem(f"the case builds no '{kind}' capital", "truth", why, "Leave it out."))
        elif not 0.0 <= value < 1.0:
            problems.append(
                Problem(
                    f"the elasticity {value:g} of {kind} capital",
                    "truth",
                    remedy="Give a number from 0, below 1.",
                )
            )
    return problems


def _round(state: State) -> Round:
    """Money of a plan by line and region over its years, and beliefs."""
    return Round({line: amount.sum(axis=1) for line, amount in state.amounts().items()}, state.beliefs)


def _key(case: Case, rules: Rules) -> str:
    """What a run is known by: case, choices and version."""
    choices = asdict(rules)
    text = json.dumps([case.fingerprint, _plain(choices), __version__], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)
