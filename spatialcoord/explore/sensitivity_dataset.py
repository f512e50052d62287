"""The Dataset of a sensitivity study: every number tried, what came of it, and what rules and money are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from spatialcoord.explore.labels import objective_unit
from spatialcoord.explore.one_at_a_time import ENDS, PLANS, Tried, table
from spatialcoord.explore.robust import ratio_to_equal
from spatialcoord.explore.rule_prices import MoneyPrice, RulePrice
from spatialcoord.explore.screening import Screened
from spatialcoord.explore.trials import QUANTITIES, Trial
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import better, index_unit

LONG_NAMES = {
    "objective_gain": "gain in the objective over the same money per head",
    "index_gain": "fall of the index beyond that of the same money per head",
    "output_gained": "gain in output",
    "moved": "share of the money that goes to another region than in the plan",
}


def sensitivity_dataset(
    case: Case,
    base: Trial,
    tried: list[Tried],
    screened: Screened | None,
    rules: list[RulePrice],
    money: MoneyPrice,
) -> xr.Dataset:
    """Dataset with dimensions parameter, end (low, high), plan (held, anew), region, rule and budget_factor.

    Parameters
    ----------
    case : Case
        The case.
    base : Trial
        Its plan.
    tried : list of Tried
        Every number at both ends.
    screened : Screened or None
        The Morris screening, where there is one.
    rules : list of RulePrice
        Worth of rules.
    money : MoneyPrice
        Worth of money.

    Returns
    -------
    xarray.Dataset
        Every variable with ``units`` and ``long_name``; not a number where values contradict something.
    """
    setting, unit = case.setting, objective_unit(case)
    units = {
        "objective_gain": unit,
        "index_gain": index_unit(setting),
        "output_gained": f"{case.scenario.money_unit}/yr",
        "moved": "1",
    }
    mixed = "as parameter_unit says"
    price = f"{unit} per unit of the rule"
    data: dict[str, Any] = {
        "value": (("parameter", "end"), [[o.range.low, o.range.high] for o in tried], mixed, "value tried"),
        "value_in_scenario": ("parameter", [o.range.value for o in tried], mixed, "value in the scenario"),
        "parameter_unit": ("parameter", [o.range.unit for o in tried], "1", "unit of the values"),
        "why_no_plan": (
            ("parameter", "end"),
            [[t.told for t in o.trials] for o in tried],
            "1",
            "why there is no plan",
        ),
        "ratio_to_equal": (
            ("parameter", "end", "region"),
            _by_region(case, tried),
            "1",
            "money over the same money per head, plan made anew",
        ),
        "ratio_to_equal_in_plan": (
            "region",
            _ratio(case, base),
            "1",
            "money over the same money per head, plan",
        ),
        "forgone_by_keeping": (
            ("parameter", "end"),
            [[forgone(case, one.range.path, trial) for trial in one.trials] for one in tried],
            unit,
            "what the objective loses when the amounts are held instead of planned anew",
        ),
        "rule_step": ("rule", [r.step for r in rules], "as rule_unit says", "step up and down"),
        "rule_unit": ("rule", [r.unit for r in rules], "1", "unit of the rule"),
        "rule_slope": ("rule", [r.slope for r in rules], price, "gain in the objective, from the duals"),
        "rule_up": (
            "rule",
            [r.up for r in rules],
            unit,
            "gain in the objective with a step up, planned anew",
        ),
        "rule_down": (
            "rule",
            [r.down for r in rules],
            unit,
            "gain in the objective with a step down, planned anew",
        ),
        "money_price": (
            "budget_factor",
            list(money.marginal),
            f"{unit} per {case.scenario.money_unit}",
            "gain in the objective per unit of programme money",
        ),
    }
    for name in QUANTITIES:
        data[name] = (("parameter", "end", "plan"), table(tried, name), units[name], LONG_NAMES[name])
        data[f"{name}_in_plan"] = ((), getattr(base.anew, name), units[name], f"{LONG_NAMES[name]}, plan")
        if screened is not None:
            effects = screened.effects[name]
            for key, about in (("mu", "mean"), ("mu_star", "mean size"), ("sigma", "standard deviation")):
                text = f"{about} of the elementary effects per whole range: {LONG_NAMES[name]}"
                data[f"{name}_{key}"] = ("parameter", getattr(effects, key), units[name], text)
    if screened is not None:
        counted = screened.effects["objective_gain"].counted
        data["effects_counted"] = ("parameter", counted, "1", "elementary effects that went in")
    return xr.Dataset(
        {
            name: (dims, np.asarray(values), {"units": of, "long_name": about})
            for name, (dims, values, of, about) in data.items()
        },
        coords={
            "parameter": [one.range.path for one in tried],
            "end": list(ENDS),
            "plan": list(PLANS),
            "region": list(setting.regions),
            "rule": [rule.path for rule in rules],
            "budget_factor": list(money.factors),
            "name": ("region", case.graph.names("en").values.astype(str)),
            "name_zh": ("region", case.graph.names("zh").values.astype(str)),
        },
        attrs={
            "case": case.scenario.case,
            "currency": case.scenario.currency,
            "money_unit": case.scenario.money_unit,
            "price_year": case.scenario.price_year,
            "objective": case.scenario.objective.kind,
            "fingerprint": case.fingerprint,
            "scenario": case.scenario.to_yaml(),
        },
    )


def _by_region(case: Case, tried: list[Tried]) -> np.ndarray:
    nothing = np.full(len(case.setting.regions), np.nan)
    rows = [[_ratio(case, t) if t.outcome else nothing for t in one.trials] for one in tried]
    return np.array(rows, dtype=float).reshape(len(tried), len(ENDS), len(nothing))


def _ratio(case: Case, trial: Trial) -> np.ndarray:
    assert trial.outcome is not None
    return ratio_to_equal(case, trial.outcome)


def forgone(case: Case, path: str, trial: Trial) -> float:
    """What the objective loses under a trial's values when the plan is kept; not a number where the rules themselves change."""
    if path.startswith("programme.") or trial.anew is None or trial.held is None or trial.case is None:
        return np.nan
    return better(trial.case.setting, trial.anew.objective, trial.held.objective)
