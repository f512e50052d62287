"""Standard revenue and expenditure of China's provinces, and the gap between them.

Equations (1) to (3) of :class:`~spatialcoord.formulas.china_transfer.ChinaTransfer`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.formulas.worksheet import Worksheet

MILLION = 1e6
# cost differences of article 4 and 6 as coefficients, 1 at the national mean; population and density are in the first
COSTS = ("standard_cost_index", "altitude_coefficient", "temperature_coefficient", "ethnic_coefficient")


def gaps_of(sheet: Worksheet, setting: Setting, params: Any) -> Array:
    """The gap, million currency a year, shape (R,), with every step to it written on the sheet."""
    currency, money = setting.scenario.currency, f"{setting.scenario.money_unit}/yr"
    base = sheet.step("base", setting.attribute(params.base), money)
    rate = sheet.total(
        "rate",
        setting.attribute(params.revenue).sum() / base.sum(),
        "1",
        f"sum of {params.revenue} / sum of base",
    )
    revenue, rule = rate * base, "rate x base"
    if setting.graph.has("returns_and_fixed_subsidies"):
        revenue = revenue + sheet.step("returns", setting.attribute("returns_and_fixed_subsidies"), money)
        rule += " + returns"
    else:
        sheet.skip("returns", ("returns_and_fixed_subsidies",))
    sheet.step("standard_revenue", revenue, money, rule)
    spending = setting.attribute("budget_expenditure").sum()
    given = params.unit_cost is not None
    unit_cost = sheet.total(
        "unit_cost",
        params.unit_cost if given else spending / setting.population.sum() * MILLION,
        f"{currency} per head",
        "" if given else "sum of budget_expenditure / sum of population",
    )
    people = sheet.step("population", setting.population, "persons")
    expenditure, rule = unit_cost * people / MILLION, "unit_cost x population / 1e6"
    for name in COSTS:
        values = setting.attribute_or(name, 1.0)
        if (values == 1.0).all():
            sheet.skip(name, (name,))
            continue
        expenditure, rule = expenditure * sheet.step(name, values, "1"), f"{rule} x {name}"
        if name == "standard_cost_index":
            sheet.remark("cost_index")
    sheet.step("standard_expenditure", expenditure, money, rule)
    return sheet.step(
        "gap",
        np.maximum(expenditure - revenue, 0.0),
        money,
        "max(0, standard_expenditure - standard_revenue)",
    )
