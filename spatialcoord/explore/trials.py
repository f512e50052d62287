r"""What another assumption does: to the plan as it stands, and to the plan made anew.

With X_r the programme money of region r over all years and lines, the money that moves between regions is

.. math:: M = \tfrac12 \sum_r \left| \frac{X'_r}{\sum_s X'_s} - \frac{X_r}{\sum_s X_s} \right| \qquad (1)

as a share of all money: shares, because the budget itself may be what is varied. Plans that are equally good can differ: a
small M may be a tie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Infeasible, InputError, SolveError
from spatialcoord.explore.uncertain import checked
from spatialcoord.instruments.base import of_budget
from spatialcoord.planner.building import assemble
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import better, evaluate, objective_value
from spatialcoord.planner.sensitivity import index_gain
from spatialcoord.planner.solving import Outcome, optimise

QUANTITIES = ("objective_gain", "index_gain", "output_gained", "moved")


@dataclass(frozen=True)
class Effect:
    """What a plan achieves under one set of assumptions.

    Attributes
    ----------
    objective_gain : float
        Gain in the scenario's objective over the same money per head (positive: the plan is better).
    index_gain : float
        Fall of the index beyond that of the same money per head (positive: the plan is more equal).
    output_gained : float
        Weighted mean over time of the national gain in output, million currency a year.
    moved : float
        Share of the money that goes to another region than in the plan without the change, equation (1).
    objective : float
        Value of the objective itself under these assumptions.
    """

    objective_gain: float
    index_gain: float
    output_gained: float
    moved: float
    objective: float

    def numbers(self) -> tuple[float, ...]:
        """The four numbers in the order of :data:`QUANTITIES`."""
        return tuple(getattr(self, name) for name in QUANTITIES)


@dataclass(frozen=True)
class Trial:
    """One set of assumptions and what became of the plan.

    Attributes
    ----------
    values : dict
        Values that differ from the scenario's, by key.
    case : Case or None
        The case under them; None where they contradict the scenario.
    held, anew : Effect or None
        The same amounts re-evaluated; the plan made anew. None where there is none.
    outcome : Outcome or None
        The plan made anew.
    told : str
        Why there is no plan; empty where there is one.
    """

    values: dict[str, Any]
    case: Case | None
    held: Effect | None
    anew: Effect | None = None
    outcome: Outcome | None = None
    told: str = ""


def try_values(case: Case, base: Outcome, values: Mapping[str, Any], anew: bool = True) -> Trial:
    """Re-evaluate a plan under other values, and make it anew.

    Parameters
    ----------
    case : Case
        The case without the change.
    base : Outcome
        Its plan.
    values : mapping of str
        Other values by key, as for ``--set``.
    anew : bool
        Whether the plan is also made anew.

    Returns
    -------
    Trial
        Values that contradict the scenario, the regions or the rules are told, not raised.
    """
    try:
        varied = checked(case, values)
    except InputError as error:
        return Trial(dict(values), None, None, told=told(error))
    held = effect(varied.setting, base.amounts, base.equal, base)
    if not anew:
        return Trial(dict(values), varied, held)
    try:
        outcome = optimise(assemble(varied), attainable=False)
    except (InputError, SolveError) as error:
        return Trial(dict(values), varied, held, told=told(error))
    found = effect(varied.setting, outcome.amounts, outcome.equal, base)
    return Trial(dict(values), varied, held, found, outcome)


def told(error: Exception) -> str:
    """Why there is no plan, in one line: every problem, or the rules that contradict each other."""
    if isinstance(error, InputError):
        return "; ".join(problem.what for problem in error.problems)
    if isinstance(error, Infeasible):
        return f"{error.sentence} {', '.join(getattr(error.conflict, 'rules', ()) or ())}".strip()
    return str(error)


def effect(
    setting: Setting, amounts: Mapping[str, Array], equal: Mapping[str, Array], base: Outcome
) -> Effect:
    """What amounts achieve against the same money per head, and how far they are from those of `base`."""
    plan, same = evaluate(setting, dict(amounts)), evaluate(setting, dict(equal))
    return Effect(
        objective_gain=better(setting, objective_value(setting, plan), objective_value(setting, same)),
        index_gain=index_gain(plan, same),
        output_gained=plan.output_gain,
        moved=moved(by_region(amounts), by_region(base.amounts)),
        objective=objective_value(setting, plan),
    )


def by_region(amounts: Mapping[str, Array]) -> Array:
    """The programme's money of each region over all lines and years, million currency, shape (R,)."""
    return np.sum([amount.sum(axis=1) for amount in of_budget(amounts).values()], axis=0)


def moved(first: Array, second: Array) -> float:
    """Share of the money that goes elsewhere, equation (1); nothing moves where nothing is paid."""
    if first.sum() <= 0 or second.sum() <= 0:
        return 0.0
    return 0.5 * float(np.abs(first / first.sum() - second / second.sum()).sum())
