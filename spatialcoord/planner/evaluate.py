"""What given amounts do, by plain numbers: nothing here reads the model's arrays.

The certificate, the counterfactuals and the sensitivity all come through this door.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.accounts import (
    ACCOUNTS,
    Effects,
    add_effects,
    collapse,
    empty_effects,
    spread_output,
)
from spatialcoord.economy.capital import add_yield
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.instruments.base import by_instrument, by_line, part_of
from spatialcoord.planner.demand import add_demand
from spatialcoord.planner.payoffs import binding_lines, line_excess, payoff_total

MILLION = 1e6


@dataclass(frozen=True)
class Evaluation:
    """One allocation, evaluated exactly.

    Attributes
    ----------
    setting : Setting
        Baseline it was evaluated in.
    effects : dict
        Every account, million currency.
    income_per_head : numpy.ndarray, shape (R, T)
        Currency per head and year (terminal value left out).
    output : numpy.ndarray, shape (R, T)
        Million currency a year.
    target : numpy.ndarray, shape (R,)
        What is made equal, currency per head.
    output_gain : float
        Weighted mean over time of the national gain in output, million currency a year.
    """

    setting: Setting
    effects: Effects
    income_per_head: Array
    output: Array
    target: Array
    output_gain: float

    @cached_property
    def collapsed(self) -> Effects:
        """Every account as its weighted mean over the horizon, output with spillovers, million currency a year, shape (R,)."""
        return collapse(self.setting, self.effects)

    def disparity(self, measure: str, population: Array | None = None) -> float:
        """A registered measure of the target per head, weighted by population."""
        return self.setting.disparity(measure, self.target)

    @property
    def index(self) -> float:
        """The index that the objective names; of several the weighted sum."""
        return self.setting.weighted_disparity(self.target)


def evaluate(setting: Setting, amounts: dict[str, Array]) -> Evaluation:
    """Evaluate amounts of every line.

    Parameters
    ----------
    setting : Setting
        Baseline; may differ from the one a plan was made in (sensitivity).
    amounts : dict of numpy.ndarray, shape (R, Y)
        Million currency a year, by line; empty for no programme.

    Returns
    -------
    Evaluation
    """
    effects, costs = empty_effects(setting), {}
    for name, amount in by_instrument(amounts).items():
        part, params = registry.instruments.get(name)(), setting.scenario.instruments[name]
        add_effects(effects, part.response(setting, params, amount))
        if part.budgeted:
            for line, cost in by_line(name, part.cost(setting, params)).items():
                effects["receipts"] = effects["receipts"] + cost * amounts[line]
                costs[line] = cost
    effects["receipts"] = effects["receipts"] + effects["granted"]
    add_yield(setting, effects)
    paid = (effects["receipts"] - effects["levy"]).sum(axis=0)
    effects["financing"] = setting.financing_share[:, None] * paid
    add_demand(setting, effects, amounts, costs)
    collapsed = collapse(setting, effects)
    income = registry.outcomes.get("income")
    return Evaluation(
        setting=setting,
        effects=effects,
        income_per_head=MILLION * _path(setting, income, effects) / setting.population[:, None],
        output=setting.output + spread_output(setting, effects["output"]),
        target=target_per_head(setting, collapsed),
        output_gain=float(collapsed["output"].sum()),
    )


def same_per_head(setting: Setting, amounts: dict[str, Array]) -> dict[str, Array]:
    """The counterfactual to a plan: the same money per head in every line, million currency a year, shape (R, Y)."""
    found = {}
    for line, amount in amounts.items():
        part, inner = part_of(line)
        params = setting.scenario.instruments[part.name]
        found[line] = part().equal(setting, params, inner, amount)
    return found


def target_per_head(setting: Setting, collapsed: dict[str, Any]) -> Array:
    """What is made equal, currency per head, shape (R,), from accounts collapsed over time."""
    outcome = registry.outcomes.get(setting.scenario.objective.of)
    total = outcome.baseline(setting) @ setting.weight
    for name, values in collapsed.items():
        total = total + outcome.factor(setting, name) * values
    return MILLION * total / outcome.divisor(setting)


def contribution_per_head(setting: Setting, effects: Effects) -> dict[str, Array]:
    """What each account adds to the target of each region, currency per head, shape (R,); they sum to its change."""
    outcome = registry.outcomes.get(setting.scenario.objective.of)
    unit = MILLION / outcome.divisor(setting)
    collapsed = collapse(setting, effects)
    return {name: outcome.factor(setting, name) * values * unit for name, values in collapsed.items()}


def objective_value(setting: Setting, evaluation: Evaluation) -> float:
    """Value of the scenario's objective in its unit (:func:`objective_unit`): a mean per head, an index, or a payoff."""
    objective = setting.scenario.objective
    if objective.kind == "actor":
        return payoff_total(setting, evaluation)
    mean = float(setting.share @ evaluation.target)
    if objective.kind == "minimise_index":
        return evaluation.index
    if objective.kind == "maximise_mean":
        return mean
    return mean * (1.0 - objective.inequality_weight * evaluation.index)


def limit_excess(setting: Setting, evaluation: Evaluation) -> float:
    """Most by which an evaluated allocation misses a rule on what it does, relative to it; zero without such rules.

    An index above its limit, or a party below its binding red line.
    """
    above = max(
        (
            evaluation.disparity(name) / limit - 1.0
            for name, limit in setting.scenario.objective.at_most.items()
            if limit > 0
        ),
        default=0.0,
    )
    return max(above, line_excess(setting, evaluation)) if binding_lines(setting.scenario) else above


def objective_unit(setting: Setting) -> str:
    """Unit of the scenario's objective: of the index, money per head, or for an actor money a year."""
    scenario = setting.scenario
    if scenario.objective.kind == "minimise_index":
        return index_unit(setting)
    if scenario.objective.kind == "actor":
        return f"{scenario.money_unit}/yr"
    return f"{scenario.currency} per head"


def index_unit(setting: Setting) -> str:
    """Unit of the index that the objective names: "1" unless every measure in it has the same other one."""
    units = {measure_unit(setting, name) for name in setting.scenario.objective.weights}
    return units.pop() if len(units) == 1 else "1"


def measure_unit(setting: Setting, name: str) -> str:
    """Unit of a measure in this case."""
    return registry.measures.get(name).unit.format(currency=setting.scenario.currency)


def better(setting: Setting, first: float, second: float) -> float:
    """How much better the first value of the objective is than the second (positive is better)."""
    return second - first if setting.scenario.objective.kind == "minimise_index" else first - second


def _path(setting: Setting, outcome: Any, effects: Effects) -> Array:
    total = outcome.baseline(setting)
    for name, values in effects.items():
        dims = ACCOUNTS[name].dims
        if dims == ("region",):
            continue
        path = spread_output(setting, values) if name == "output" else values @ setting.year_in_period.T
        factor = np.asarray(outcome.factor(setting, name), dtype=float)
        total = total + (factor[:, None] if factor.ndim else factor) * path
    return total
