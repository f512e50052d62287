"""What a plan that opens markets tells: shares open, access, who gains by whose opening, duplicated industries (not an instrument)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spatialcoord.economy.demand import tables_of
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.economy.specialisation import specialisation

if TYPE_CHECKING:
    import xarray as xr


def told(
    setting: Setting, opened: Array, access: Array, from_own: Array, from_others: Array
) -> dict[str, xr.DataArray]:
    """Labelled arrays of what is open, shape (R, Y), and of access and gains by region, shape (R,)."""
    import xarray as xr

    here: dict[str, Any] = {"region": list(setting.regions)}
    unit = f"{setting.scenario.money_unit}/yr"

    def array(values: Array, coords: Any, units: str, name: str, name_zh: str) -> xr.DataArray:
        about = {"units": units, "long_name": name, "long_name_zh": name_zh}
        return xr.DataArray(values, coords, list(coords), attrs=about)

    return {
        "opened": array(
            100.0 * opened,
            {**here, "year": list(setting.years)},
            "%",
            "share of the market open at the end of the year",
            "年末已开放的市场比重",
        ),
        "access": array(
            100.0 * access,
            here,
            "%",
            "rise in market access by all that is open at the programme's end",
            "计划结束时全部开放带来的市场可达性提高",
        ),
        "from_own": array(
            from_own,
            here,
            unit,
            "gain in output from opening one's own market, mean over the horizon",
            "本地区开放市场带来的产出变化（评估期平均）",
        ),
        "from_others": array(
            from_others,
            here,
            unit,
            "gain in output from what the others open, mean over the horizon",
            "其他地区开放市场带来的产出变化（评估期平均）",
        ),
        **_industries(setting),
    }


def _industries(setting: Setting) -> dict[str, xr.DataArray]:
    """How alike industries are without the programme, where the case has input-output tables."""
    if setting.scenario.economy.demand is None:
        return {}
    table = tables_of(setting).values.loc[list(setting.regions)]
    found = specialisation(table)
    return {"specialisation": found["krugman_rest"], "duplication": found["duplication_rest"]}
