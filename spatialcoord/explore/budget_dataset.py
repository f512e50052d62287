"""The Dataset and the tables of nested budgets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord.explore.budget_path import Path, differences, gain_over_equal
from spatialcoord.explore.labels import Labels, objective_unit
from spatialcoord.instruments.base import of_budget
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import better, index_unit, objective_value


def budget_dataset(case: Case, path: Path) -> xr.Dataset:
    """Dataset with dimensions budget (multiple of the scenario's), instrument, region and year.

    Parameters
    ----------
    case : Case
        The case.
    path : Path
        Its plans.

    Returns
    -------
    xarray.Dataset
        Every variable with ``units`` and ``long_name``.
    """
    setting, scenario, steps = case.setting, case.scenario, path.steps
    unit, money = objective_unit(case), scenario.money_unit
    price, measures = f"{unit} per {money}", " + ".join(scenario.objective.weights)
    after = [step.outcome.after for step in steps]
    names = list(of_budget(steps[0].outcome.amounts))
    difference = differences(path)
    base = steps[0].outcome.before
    data: dict[str, tuple[Any, Any, str, str]] = {
        "budget_total": ("budget", [s.budget for s in steps], money, "budget over the programme"),
        "spent": ("budget", path.money.sum(axis=1), money, "money spent over the programme"),
        "amount": (
            ("budget", "instrument", "region", "year"),
            np.array([[s.outcome.amounts[n] for n in names] for s in steps]),
            f"{money}/yr",
            "programme money by line",
        ),
        "money": (("budget", "region"), path.money, money, "programme money over the programme"),
        "share": (("budget", "region"), path.share, "1", "share of the money spent"),
        "next_share": (("budget", "region"), path.following, "1", "part of the next money"),
        "target_per_head": (
            ("budget", "region"),
            np.array([a.target for a in after]),
            f"{scenario.currency} per head",
            "what is made equal, per head",
        ),
        "objective": ("budget", [s.value for s in steps], unit, "objective, evaluated exactly"),
        "objective_of_model": ("budget", [s.objective for s in steps], unit, "objective of the model"),
        "objective_gain": (
            "budget",
            [gain_over_equal(s) for s in steps],
            unit,
            "gain over the same money per head",
        ),
        "index": (
            "budget",
            [a.index for a in after],
            index_unit(setting),
            f"disparity ({measures})",
        ),
        "output_gained": ("budget", [a.output_gain for a in after], f"{money}/yr", "gain in output"),
        "marginal_value": (
            "budget",
            [s.marginal for s in steps],
            price,
            "gain in the objective by more money, duals",
        ),
        "difference_before": (
            "budget",
            difference[:, 0],
            price,
            "the same from the budget before, differences",
        ),
        "difference_after": ("budget", difference[:, 1], price, "the same to the budget after, differences"),
        "gain_over_none": (
            "budget",
            [better(setting, s.value, objective_value(setting, base)) for s in steps],
            unit,
            "gain in the objective over no programme",
        ),
        "trend_money": ("region", path.trend_money, "1", "how the money goes as the budget grows"),
        "trend_share": ("region", path.trend_share, "1", "how the share goes as the budget grows"),
    }
    return xr.Dataset(
        {
            name: (dims, np.asarray(values), {"units": of, "long_name": about})
            for name, (dims, values, of, about) in data.items()
        },
        coords={
            "budget": (
                "budget",
                [s.factor for s in steps],
                {"units": "times the scenario's budget", "long_name": "budget"},
            ),
            "instrument": names,
            "region": list(setting.regions),
            "year": list(setting.years),
            "name": ("region", case.graph.names("en").values.astype(str)),
            "name_zh": ("region", case.graph.names("zh").values.astype(str)),
        },
        attrs={
            "case": scenario.case,
            "currency": scenario.currency,
            "money_unit": money,
            "price_year": scenario.price_year,
            "objective": scenario.objective.kind,
            "fingerprint": case.fingerprint,
            "scenario": scenario.to_yaml(),
        },
    )


def budget_tables(labels: Labels, path: Path) -> dict[str, pd.DataFrame]:
    """A row a budget, and a row a region; heads in the language and with units."""
    case, words = labels.case, labels.words
    data = budget_dataset(case, path)
    money = case.scenario.money_unit

    def head(key: str, unit: str = "1", **values: str) -> str:
        name = words.t(f"budgets.column.{key}", **values)
        return name if unit == "1" else words.t("summary.table.with_unit", name=name, unit=labels.price(unit))

    curve: tuple[str, ...] = (
        "budget_total",
        "spent",
        "objective",
        "objective_gain",
        "index",
        "output_gained",
        "marginal_value",
    )
    curve += ("difference_before", "difference_after")
    by_budget = {head("budget"): data["budget"].values}
    by_budget |= {head(key, data[key].attrs["units"]): data[key].values for key in curve}
    here = path.at_scenario
    regions = {
        head("key"): data["region"].values,
        head("region"): [labels.region(r) for r in case.setting.regions],
        head("trend_money"): [words.t(f"budgets.trend.{name}") for name in path.trend_money],
        head("trend_share"): [words.t(f"budgets.trend.{name}") for name in path.trend_share],
        head("next_share", at=labels.short(path.steps[here].factor)): path.following[here],
    }
    for step, row, share in zip(path.steps, path.money, path.share, strict=True):
        regions[head("money_at", money, at=labels.short(step.factor))] = row
        regions[head("share_at", at=labels.short(step.factor))] = share
    return {"curve": pd.DataFrame(by_budget), "regions": pd.DataFrame(regions)}
