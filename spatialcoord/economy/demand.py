r"""Output that spending calls forth, temporary and linear: the demand side of a programme.

Spending :math:`s_r` in region r is bought from cells :math:`P_{\cdot r}` (region, sector); of the value added W that it brings
directly, through inputs and through income spent again (:mod:`spatialcoord.economy.input_output`, equation 3) the share
:math:`\theta` meets idle capacity,

.. math:: \Delta Y_{rt} = \theta \textstyle\sum_q (W P_q s_{qt})_r, \qquad
          m_r = m_{poor} + (m_{rich}-m_{poor})\,\min(1,\max(0, y_r/\bar y-\tfrac12)) \qquad (1)

where q runs over what is bought: investment goods by line, and consumption, which is the share :math:`m_r` of transfers
received less the share :math:`\omega` of what the region pays for the programme. So money moved from the rich to the poor is
worth the difference of their propensities, and no transfer is demand from nowhere. Gain in productive capacity is another
matter (:mod:`spatialcoord.economy.capital`) and comes later.

Reduced form: prices and trade patterns stay as they are, an extra unit is spent like the average one, own co-finance and
service of debt are not followed, and what idle capacity there is has to be assumed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from spatialcoord.economy.input_output import income_multipliers
from spatialcoord.economy.io_tables import WHERE, Tables, read_tables
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import some
from spatialcoord.registry import did_you_mean

DEFAULT = {"construction": 1.0}


def propensities(setting: Setting) -> Array:
    """Marginal propensity to consume of each region by income per head, shape (R,), equation (1)."""
    params = setting.scenario.economy.demand
    income = setting.base_output + setting.net_flow
    relative = income / setting.population / (income.sum() / setting.population.sum())
    place = np.clip(relative - 0.5, 0.0, 1.0)
    return np.asarray(params.mpc_poor + (params.mpc_rich - params.mpc_poor) * place)


class DemandEffects:
    """Output by region that a unit of spending in a region calls forth, in the case's regions.

    Parameters
    ----------
    setting : Setting
        Its scenario has the section ``economy.demand``.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting, self.params = setting, setting.scenario.economy.demand
        self.tables = tables = tables_of(setting)
        self.place = np.array([tables.regions.index(region) for region in setting.regions])
        self.mpc = propensities(setting)
        again = np.zeros(len(tables.regions))  # what leaves the case's regions is not followed further
        again[self.place] = self.params.disposable * self.mpc
        multipliers = income_multipliers(tables.inverse, tables.earned, tables.consumed, again)
        self._value_added = self.params.slack * multipliers[self.place]

    def consumption(self) -> Array:
        """Of a unit of income received in a region (column), output by region (row), shape (R, R), per year."""
        return np.asarray(self._value_added @ self.tables.consumed[:, self.place] * self.mpc)

    def purchases(self, shares: Mapping[str, float]) -> Array:
        """Of a unit that buys sectors in these shares in a region (column), output by region (row), shape (R, R)."""
        return np.asarray(self._value_added @ self.tables.bought(dict(shares))[:, self.place])

    def shares(self, line: str) -> Mapping[str, float]:
        """What a line's money buys."""
        listed = self.params.purchases
        for name in (line, line.partition(".")[0], "default"):
            if name in listed:
                return dict(listed[name])
        return DEFAULT


def effects_of(setting: Setting) -> DemandEffects:
    """The effects of spending in a setting, made once."""
    held = setting.__dict__
    if "demand_effects" not in held:
        held["demand_effects"] = DemandEffects(setting)
    return held["demand_effects"]  # type: ignore[no-any-return]


def tables_of(setting: Setting) -> Tables:
    """The tables that the scenario names."""
    params = setting.scenario.economy.demand
    if setting.folder is None:
        raise InputError(
            Problem(
                f"there is no folder '{params.tables}'",
                f"{WHERE}.tables",
                remedy="Load the case from its folder; the tables lie beside its scenario.",
            )
        )
    return read_tables(setting.folder / params.tables, params.consumption, params.value_added)


def demand_problems(setting: Setting, lines: list[str], building: list[str]) -> list[Problem]:
    """What is wrong with the section ``economy.demand``, all at once.

    Parameters
    ----------
    lines, building : list of str
        Lines of the scenario and their instruments, by name; those of them whose money buys investment goods.
    """
    params = setting.scenario.economy.demand
    if params is None:
        return []
    problems = []
    for line, shares in params.purchases.items():
        where = f"{WHERE}.purchases.{line}"
        if line not in (*lines, "default"):
            problems.append(
                Problem(f"there is no line '{line}'", where, remedy=did_you_mean(line, [*lines, "default"]))
            )
        if abs(sum(shares.values()) - 1.0) > 1e-9:
            total = sum(shares.values())
            problems.append(
                Problem(f"the shares add up to {total:g}", where, remedy="They must add up to 1.")
            )
    try:
        tables = tables_of(setting)
    except InputError as error:
        return problems + error.problems
    absent = [region for region in setting.regions if region not in tables.regions]
    if absent:
        problems.append(
            Problem(
                f"the tables have no region {some(absent)}",
                f"{WHERE}.tables",
                f"They have {some(list(tables.regions))}.",
                "Call the regions of the tables by the ids of the case, and give each its rows and columns.",
            )
        )
    sectors, used = list(tables.sectors), dict(params.purchases)
    if building and "default" not in used and not all(line in used for line in building):
        used["default"] = DEFAULT
    for line, shares in used.items():
        problems += [
            Problem(
                f"the tables have no sector '{sector}'",
                f"{WHERE}.purchases.{line}",
                "Money that builds buys construction unless the scenario says otherwise."
                if shares is DEFAULT
                else "",
                did_you_mean(sector, sectors),
            )
            for sector in shares
            if sector not in sectors
        ]
    return problems
