"""How sure is the plan: its gain over the same money per head when what is not known is something else.

Horizon, elasticities and spillovers are varied with the amounts of the plan held; ceilings are varied by planning anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord.economy.capital import within_range
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import Evaluation, better, evaluate, objective_value
from spatialcoord.scenario.parameters import fields_of

HORIZONS = (5, 15, 25)
CEILINGS = (1.5, 3.0)


@dataclass(frozen=True)
class Variation:
    """Gain of a plan over the same money per head under one assumption.

    Attributes
    ----------
    parameter, unit : str
        What is varied, and its unit.
    value : float
        Value assumed.
    gain : float
        Fall of the index beyond that of the same money per head (positive: the plan is more equal).
    objective_gain : float
        Gain in the scenario's objective (positive: the plan is better).
    replanned : bool
        Whether the plan was made anew under the assumption.
    """

    parameter: str
    value: float
    unit: str
    gain: float
    objective_gain: float
    replanned: bool


def index_gain(plan: Evaluation, equal: Evaluation) -> float:
    """Index of the same money per head less index of the plan, as the objective names it."""
    return equal.index - plan.index


def vary(setting: Setting, amounts: dict[str, Array], equal: dict[str, Array]) -> list[Variation]:
    """Gain of fixed amounts at other horizons, elasticities and spillovers.

    Parameters
    ----------
    setting : Setting
        The plan's own.
    amounts, equal : dict of numpy.ndarray, shape (R, Y)
        The plan and the same money per head, by instrument, million currency a year.
    """
    first = len(setting.years)
    trials: list[tuple[str, float, str, Setting]] = [
        ("horizon", float(h), "yr", setting.varied(horizon=h)) for h in HORIZONS if h >= first
    ]
    trials += [("gamma", factor, "share of range", s) for factor, s in _elasticities(setting)]
    low, high = _plausible(type(setting.scenario.economy.spillover), "rho")
    if setting.scenario.economy.demand is None:  # one or the other passes a gain on, not both
        trials += [("rho", float(r), "1", setting.varied(rho=r)) for r in (low, high)]
    found = []
    for parameter, value, unit, varied in trials:
        plan, same = evaluate(varied, amounts), evaluate(varied, equal)
        gain = better(varied, objective_value(varied, plan), objective_value(varied, same))
        found.append(Variation(parameter, value, unit, index_gain(plan, same), gain, False))
    return found


def vary_ceiling(case: Case) -> list[Variation]:
    """Gain of the plan made anew under a tighter and a looser ceiling per head.

    A contradictory one is left out, and the ceiling that the plan itself has.
    """
    from spatialcoord.errors import InputError, SolveError
    from spatialcoord.planner.building import assemble
    from spatialcoord.planner.solving import optimise

    found = []
    programme = case.scenario.programme
    for ceiling in CEILINGS:
        if ceiling < programme.floor or ceiling == programme.ceiling:
            continue
        scenario = case.scenario.model_copy(
            update={"programme": programme.model_copy(update={"ceiling": ceiling})}
        )
        varied = case.under(scenario)
        try:
            outcome = optimise(assemble(varied), attainable=False, thorough=False)
        except (InputError, SolveError):
            continue
        setting = varied.setting
        gain = better(
            setting, objective_value(setting, outcome.after), objective_value(setting, outcome.equal_per_head)
        )
        index = index_gain(outcome.after, outcome.equal_per_head)
        found.append(Variation("ceiling", ceiling, "times equal per head", index, gain, True))
    return found


def horizons(setting: Setting, amounts: dict[str, Array], equal: dict[str, Array]) -> list[dict[str, Any]]:
    """Disparity and gain in output of the same amounts at 5, 15 and 25 years, side by side."""
    rows = []
    for years in HORIZONS:
        if years < len(setting.years):
            continue
        varied = setting.varied(horizon=years)
        row: dict[str, Any] = {"years": years}
        for name, chosen in (("before", {}), ("after", amounts), ("equal_per_head", equal)):
            result = evaluate(varied, chosen)
            row[f"disparity_{name}"] = result.index
            row[f"mean_{name}"] = float(varied.share @ result.target)
            row[f"output_gained_{name}"] = result.output_gain
        rows.append(row)
    return rows


def _elasticities(setting: Setting) -> list[tuple[float, Setting]]:
    """Settings with every elasticity at the low and at the high end of its range (0 and 1)."""
    return [(float(end), setting.under(within_range(setting, end))) for end in (0, 1)]


def _plausible(parameters: Any, name: str) -> tuple[float, float]:
    extra = next(extra for field, _, extra in fields_of(parameters) if field == name)
    low, high = extra["plausible"]
    return float(np.asarray(low)), float(np.asarray(high))
