"""Demand of the programme's spending in the model, and its plain twin; see :mod:`spatialcoord.economy.demand`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.demand import DemandEffects, demand_problems, effects_of
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import by_line, lines_of, part_of

if TYPE_CHECKING:
    import xarray as xr


def purchasing(setting: Setting) -> dict[str, bool]:
    """Whether a line's money buys goods of sectors (it builds, or the scenario lists it); else its receivers consume of it."""
    listed = setting.scenario.economy.demand.purchases
    found = {}
    for name, params in setting.scenario.instruments.items():
        builds = by_line(name, registry.instruments.get(name)().builds(params))
        for line in lines_of(name):
            found[line] = bool(builds.get(line)) or line in listed or name in listed
    return found


def problems(setting: Setting) -> list[Problem]:
    """What is wrong with demand in a case."""
    if setting.scenario.economy.demand is None:
        return []
    buys = purchasing(setting)
    names = [*setting.scenario.instruments, *buys]
    return demand_problems(setting, list(dict.fromkeys(names)), [line for line, does in buys.items() if does])


def _channels(
    setting: Setting, effects: DemandEffects, lines: list[str]
) -> dict[str, tuple[list[str], Array]]:
    """Lines that buy alike, and what a unit of theirs does: by the name of the first of them."""
    channels: dict[str, tuple[list[str], Array]] = {}
    kinds: dict[Any, str] = {}
    buys = purchasing(setting)
    for line in lines:
        if buys[line]:
            shares = effects.shares(line)
            name = kinds.setdefault(tuple(sorted(shares.items())), line)
            if name not in channels:
                channels[name] = ([], effects.purchases(shares))
            channels[name][0].append(line)
    return channels


def _consumed(setting: Setting, lines: list[str]) -> list[str]:
    """Lines of the budget that are income of those who receive them."""
    buys = purchasing(setting)
    return [line for line in lines if not buys[line] and part_of(line)[0].budgeted]


def add_demand(
    setting: Setting, effects: Effects, amounts: dict[str, Array], costs: dict[str, float]
) -> None:
    """Add to effects, in place, the output that the spending of given amounts calls forth while it lasts.

    Parameters
    ----------
    effects : dict
        Financing and levy are known.
    amounts : dict of numpy.ndarray, shape (R, Y)
        Million currency a year, by line; without any nothing happens.
    costs : dict of float
        Grant equivalent of a unit, by line of the budget.
    """
    params = setting.scenario.economy.demand
    if params is None or not amounts:
        return
    multipliers, lines = effects_of(setting), list(amounts)
    received = sum((costs[line] * amounts[line] for line in _consumed(setting, lines)), np.zeros(()))
    gain = multipliers.consumption() @ (
        received - params.withdrawn * (effects["financing"] + effects["levy"])
    )
    for members, matrix in _channels(setting, multipliers, lines).values():
        gain = gain + matrix @ sum(amounts[line] for line in members)
    effects["output"] = effects["output"] + gain @ setting.year_in_period.T


def enter_demand(model: Any, setting: Setting, costs: dict[str, float]) -> None:
    """Write the same into the model: spending by what it buys, and the gain in output, posted for the years of the programme.

    Parameters
    ----------
    model : PlanningModel
        Lines and financing are entered; receives the block `demand`.
    costs : dict of float
        Grant equivalent of a unit, by line of the budget.
    """
    from spatialcoord.model import Affine
    from spatialcoord.model.affine import add

    params = setting.scenario.economy.demand
    if params is None:
        return
    multipliers, lines = effects_of(setting), list(model.lines)
    region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
    unit, typical = setting.scenario.money_unit, float(setting.equal.mean())

    def variable(name: str, doc: str) -> Affine:
        # spending that is withdrawn counts negative, and so does the output it had called forth
        return model.variable(name, (region, year), lower=-np.inf, scale=typical, unit=unit, doc=doc)

    with model.part("demand"):
        received = [model.lines[line] * costs[line] for line in _consumed(setting, lines)]
        paid = model.ledger.total("financing", (region, year)) + model.ledger.total("levy", (region, year))
        income = variable("income", "received less withdrawn, of which a share is consumed")
        model.constrain(
            "income_balance",
            income - add([Affine.zero((region, year)), *received]) + paid * params.withdrawn == 0.0,
        )
        terms = [income.apply("region", multipliers.consumption())]
        for name, (members, matrix) in _channels(setting, multipliers, lines).items():
            spent = add([model.lines[line] for line in members])
            if len(members) > 1:
                total = variable(f"spending_{name.replace('.', '_')}", "money that buys alike")
                model.constrain(f"spending_{name.replace('.', '_')}_balance", total - spent == 0.0)
                spent = total
            terms.append(spent.apply("region", matrix))
        gain = variable("gain", "output that spending calls forth while it lasts")
        model.constrain("gain_balance", gain - add(terms) == 0.0, doc="equation (1) of economy.demand")
    model.ledger.credit(
        "output",
        "demand",
        gain.apply("year", setting.year_in_period, model.dim("period", setting.periods)),
    )


def demand_outputs(model: Any) -> dict[str, xr.DataArray]:
    """Gain in output that the plan's spending calls forth, where the scenario asks for it."""
    setting = model.setting
    if setting.scenario.economy.demand is None:
        return {}
    import xarray as xr

    about = {
        "units": f"{setting.scenario.money_unit}/yr",
        "long_name": "output that the programme's spending calls forth while it lasts",
        "long_name_zh": "项目支出在支出当年带动的产出",
    }
    here = {"region": list(setting.regions), "year": list(setting.years)}
    gain = xr.DataArray(model.component("demand.gain").array(), here, ("region", "year"), attrs=about)
    return {"demand_output": gain}
