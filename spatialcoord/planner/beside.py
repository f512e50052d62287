"""What a plan holds beside the programme's money: other payments, money beside the budget, what instruments tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from spatialcoord import registry
from spatialcoord.economy.accounts import ACCOUNTS, Effects
from spatialcoord.economy.setting import Setting
from spatialcoord.instruments.base import line_title
from spatialcoord.planner.building import PlanningModel
from spatialcoord.planner.demand import demand_outputs
from spatialcoord.planner.solving import Outcome


def paid(setting: Setting, effects: Effects) -> dict[str, Any]:
    """What regions pay beside financing and co-finance, where any does."""
    unit = f"{setting.scenario.money_unit}/yr"
    return {
        name: (("region", "year"), effects[name], {"units": unit, "long_name": ACCOUNTS[name].description})
        for name in ("levy", "debt_cost", "private_cost", "compensation")
        if effects[name].any()
    }


def beside(model: PlanningModel, outcome: Outcome) -> dict[str, Any]:
    """Money beside the budget, where an instrument has any."""
    lines = list(model.beside)
    if not lines:
        return {}
    about = {
        "units": f"{model.setting.scenario.money_unit}/yr",
        "long_name": "money beside the budget by line",
    }
    amounts = np.stack([outcome.amounts[line] for line in lines])
    coords = {
        "line": lines,
        "region": list(model.setting.regions),
        "year": list(model.setting.years),
        "line_title": ("line", [line_title(line) for line in lines]),
        "line_title_zh": ("line", [line_title(line, "zh") for line in lines]),
    }
    return {"beside": xr.DataArray(amounts, coords, ("line", "region", "year"), attrs=about)}


def more(model: PlanningModel) -> dict[str, xr.DataArray]:
    """What each instrument tells beside its amounts, named ``<instrument>_<what>``, and what spending calls forth."""
    setting = model.setting
    return demand_outputs(model) | {
        f"{name}_{what}": values.assign_attrs(instrument=name)
        for name, params in setting.scenario.instruments.items()
        for what, values in registry.instruments.get(name)().outputs(model, setting, params).items()
    }
