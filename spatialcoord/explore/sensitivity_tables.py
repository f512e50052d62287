"""Tables of a sensitivity study, heads in the language and with units: a row a trial, a number screened, a rule, a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spatialcoord.explore.labels import Labels, objective_unit
from spatialcoord.explore.one_at_a_time import ENDS, Tried
from spatialcoord.explore.robust import ratio_to_equal
from spatialcoord.explore.sensitivity_dataset import forgone
from spatialcoord.explore.trials import QUANTITIES, Trial

if TYPE_CHECKING:
    from spatialcoord.explore.rule_prices import RulePrice
    from spatialcoord.explore.screening import Screened


def sensitivity_tables(
    labels: Labels, base: Trial, tried: list[Tried], screened: Screened | None, rules: list[RulePrice]
) -> dict[str, pd.DataFrame]:
    """Tables by file name: variations, regions, rules, and screening where there is one."""
    tables = {
        "variations": _variations(labels, base, tried),
        "regions": _regions(labels, base, tried),
        "rules": _rules(labels, rules),
    }
    if screened is not None:
        tables["screening"] = _screening(labels, screened)
    return tables


def _frame(labels: Labels, rows: list[dict[str, Any]], columns: list[tuple[str, str]]) -> pd.DataFrame:
    """Rows under heads with units: (key, unit) each."""
    heads = {key: _head(labels, key, unit) for key, unit in columns}
    return pd.DataFrame(rows, columns=list(heads)).rename(columns=heads)


def _head(labels: Labels, key: str, unit: str = "1") -> str:
    name = labels.words.t(f"sensitivity.column.{key}")
    return (
        name
        if unit in ("1", "")
        else labels.words.t("summary.table.with_unit", name=name, unit=labels.words.unit(unit))
    )


def _variations(labels: Labels, base: Trial, tried: list[Tried]) -> pd.DataFrame:
    unit, money = objective_unit(labels.case), f"{labels.case.scenario.money_unit}/yr"
    units = dict(zip(QUANTITIES, (unit, "1", money, "1"), strict=True))
    columns = [(key, "1") for key in ("key", "parameter", "unit", "end", "value", "value_in_scenario")]
    columns += [
        (f"{q}_{plan}", units[q])
        for plan in ("held", "anew")
        for q in QUANTITIES
        if (q, plan) != ("moved", "held")
    ]
    columns += [("forgone_by_keeping", unit), ("why_no_plan", "1"), ("source", "1")]
    rows = []
    for one in tried:
        for end, trial in zip(ENDS, one.trials, strict=True):
            row: dict[str, Any] = {
                "key": one.range.path,
                "parameter": labels.number(one.range.path),
                "unit": labels.unit(one.range.unit),
                "end": labels.words.t(f"sensitivity.end.{end}"),
                "value": getattr(one.range, end),
                "value_in_scenario": one.range.value,
                "forgone_by_keeping": forgone(labels.case, one.range.path, trial),
                "why_no_plan": trial.told,
                "source": one.range.source,
            }
            for plan in ("held", "anew"):
                found = getattr(trial, plan)
                row |= {f"{q}_{plan}": getattr(found, q) for q in QUANTITIES if found is not None}
            rows.append(row)
    return _frame(labels, rows, columns)


def _regions(labels: Labels, base: Trial, tried: list[Tried]) -> pd.DataFrame:
    """Money of each region over the same money per head: in the plan, and the least and most of all plans made anew."""
    case = labels.case
    assert base.outcome is not None
    own = ratio_to_equal(case, base.outcome)
    trials = [trial for one in tried for trial in one.trials if trial.outcome is not None]
    found = np.array([own, *(ratio_to_equal(case, trial.outcome) for trial in trials if trial.outcome)])
    rows = [
        {
            "key": r,
            "region": labels.region(r),
            "ratio": own[i],
            "least": found[:, i].min(),
            "most": found[:, i].max(),
        }
        for i, r in enumerate(case.setting.regions)
    ]
    return _frame(labels, rows, [(key, "1") for key in ("key", "region", "ratio", "least", "most")])


def _rules(labels: Labels, rules: list[RulePrice]) -> pd.DataFrame:
    unit = objective_unit(labels.case)
    columns = [(key, "1") for key in ("key", "parameter", "unit", "value", "step")]
    columns += [(key, unit) for key in ("by_duals", "step_up", "step_down")]
    rows = [
        {
            "key": rule.path,
            "parameter": labels.number(rule.path),
            "unit": labels.unit(rule.unit),
            "value": rule.value,
            "step": rule.step,
            "by_duals": rule.slope * rule.step,
            "step_up": rule.up,
            "step_down": rule.down,
        }
        for rule in rules
    ]
    return _frame(labels, rows, columns)


def _screening(labels: Labels, screened: Screened) -> pd.DataFrame:
    unit = objective_unit(labels.case)
    columns = [("key", "1"), ("parameter", "1")]
    columns += [(key, unit) for key in ("mu", "mu_star", "sigma")]
    columns += [(f"index_{key}", "1") for key in ("mu", "mu_star", "sigma")] + [("effects", "1")]
    rows = []
    for i, one in enumerate(screened.ranges):
        row: dict[str, Any] = {"key": one.path, "parameter": labels.number(one.path)}
        for prefix, quantity in (("", "objective_gain"), ("index_", "index_gain")):
            effects = screened.effects[quantity]
            row |= {f"{prefix}{key}": float(getattr(effects, key)[i]) for key in ("mu", "mu_star", "sigma")}
            row["effects"] = int(effects.counted[i])
        rows.append(row)
    frame = _frame(labels, rows, columns)
    return frame.sort_values(frame.columns[3], ascending=False, kind="stable", na_position="last")
