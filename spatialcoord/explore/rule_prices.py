"""What the rules of the programme and its money are worth, and over which range that holds.

The worth of a rule is the derivative of the objective to the number a planner writes ("ceiling: 2.0"), from the duals of all rows
that this number stands in; beside it stands what planning anew with a step up and a step down gives. The worth of money is
followed over a ladder of budgets. All ranges come from solving again, not from the solver's ranging of single rows: a number of a
scenario stands in many rows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import floor, log10
from typing import Any

import numpy as np
from pydantic import BaseModel

from spatialcoord.errors import InputError, SolveError
from spatialcoord.explore.envelope import derivative, has_duals, objective_of, same_shape
from spatialcoord.explore.purse import Purse
from spatialcoord.explore.uncertain import changed, sections
from spatialcoord.planner.building import PlanningModel, assemble
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import better
from spatialcoord.planner.solving import Outcome, optimise
from spatialcoord.scenario.parameters import fields_of

LADDER = (0.5, 0.75, 0.9, 0.95, 0.99, 1.0, 1.01, 1.05, 1.1, 1.25, 1.5, 2.0)
ABOUT = 0.1  # a worth that differs by less than this share is about the same
TINY = 1e-9  # of the objective: a change that is only arithmetic


@dataclass(frozen=True)
class RulePrice:
    """Worth of one number among the rules of the programme.

    Attributes
    ----------
    path : str
        Its key ("programme.ceiling").
    value, step : float
        Its value, and the step it is moved by, in `unit`.
    unit : str
        As declared.
    slope : float
        Gain in the objective per unit by which the number rises, from the duals; not a number where they do not tell.
    up, down : float
        Gain in the objective when the number rises and falls by `step` and the plan is made anew; not a number where that
        contradicts something.
    """

    path: str
    value: float
    unit: str
    step: float
    slope: float
    up: float
    down: float


@dataclass(frozen=True)
class MoneyPrice:
    """Worth of money over a ladder of budgets.

    Attributes
    ----------
    factors, marginal : tuple of float
        Multiples of the budget; gain in the objective per million currency of programme money there.
    low, high : float
        Multiples between which the worth stays within a tenth of that at the scenario's budget.
    from_duals : bool
        Whether `marginal` is from duals, else from differences between neighbouring budgets.
    """

    factors: tuple[float, ...]
    marginal: tuple[float, ...]
    low: float
    high: float
    from_duals: bool

    @property
    def here(self) -> float:
        """Worth at the scenario's budget."""
        return self.marginal[self.factors.index(1.0)]


def rule_prices(
    case: Case, model: PlanningModel, outcome: Outcome, tell: Callable[[str], None]
) -> list[RulePrice]:
    """Worth of every number among the rules of a programme whose change moves the objective.

    Parameters
    ----------
    case : Case
        The case.
    model : PlanningModel
        Its model, solved.
    outcome : Outcome
        Its plan.
    tell : callable
        Called with the key of each rule.

    Returns
    -------
    list of RulePrice
        Those that bind, the largest change by one step first.
    """
    here, objective = assemble(case), objective_of(model, outcome)
    least = TINY * abs(objective)
    found = []
    for path, value, unit, step in _rules(case.scenario.programme, "programme"):
        tell(path)
        moves = ((sign * step, _assembled(case, path, value + sign * step)) for sign in (1, -1))
        change, there = next(((by, other) for by, other in moves if other is not None), (0.0, None))
        if there is None or not same_shape(here, there):
            continue  # a rule that is not in force
        slope = np.nan
        if has_duals(model):
            slope = derivative(model, here, there, change)
            if abs(slope) * step <= least:
                continue
        up, down = (_gain(case, path, value + sign * step, objective) for sign in (1, -1))
        if np.nanmax(np.abs([slope * step, up, down])) > least:
            found.append(RulePrice(path, value, unit, step, slope, up, down))
    return sorted(found, key=lambda rule: -np.nanmax(np.abs([rule.slope * rule.step, rule.up, rule.down])))


def money_price(purse: Purse) -> MoneyPrice:
    """Worth of money at the scenario's budget, and the budgets between which it stays about the same."""
    steps = []
    for factor in LADDER:
        try:
            steps.append(purse.solve(factor))
        except (InputError, SolveError):
            if factor == 1.0:
                raise
    factors = np.array([step.factor for step in steps])
    marginal = np.array([step.marginal for step in steps])
    from_duals = bool(np.isfinite(marginal).all())
    if not from_duals:
        setting = purse.case.setting
        gained = [better(setting, step.objective, steps[0].objective) for step in steps]
        marginal = np.gradient(np.array(gained), np.array([step.budget for step in steps]))
    at = int(np.flatnonzero(factors == 1.0)[0])
    same = np.abs(marginal - marginal[at]) <= ABOUT * abs(marginal[at])
    low = max((i + 1 for i in range(at) if not same[i]), default=0)
    high = min((i - 1 for i in range(at, len(same)) if not same[i]), default=len(same) - 1)
    return MoneyPrice(
        tuple(map(float, factors)),
        tuple(map(float, marginal)),
        float(factors[low]),
        float(factors[high]),
        from_duals,
    )


def _rules(section: BaseModel, prefix: str) -> Iterator[tuple[str, float, str, float]]:
    """Key, value, unit and step of every fractional number of a section; the budget has a worth of its own."""
    for name, _, extra in fields_of(type(section)):
        where = f"{prefix}.{name}"
        if where == "programme.budget":
            continue
        value: Any = getattr(section, name)
        for key, inner in sections(value):
            yield from _rules(inner, f"{where}.{key}" if key else where)
        if isinstance(value, float):
            unit = str(extra.get("unit", "1"))
            low, high = extra.get("plausible") or (0.0, 0.2 if unit == "1" else value)
            if high > low:
                step = 0.05 * (high - low)
                yield where, value, unit, round(step, -floor(log10(step)))


def _assembled(case: Case, path: str, value: float) -> PlanningModel | None:
    try:
        return assemble(changed(case, {path: value}))
    except InputError:
        return None


def _gain(case: Case, path: str, value: float, objective: float) -> float:
    """Gain in the objective by planning anew with another value; not a number where there is no such plan."""
    try:
        model = assemble(changed(case, {path: value}))
        found = objective_of(model, optimise(model, attainable=False))
    except (InputError, SolveError):
        return np.nan
    return better(case.setting, found, objective)
