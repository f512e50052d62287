"""The same money for every person: the key that needs no law, and the yardstick for all others."""

from __future__ import annotations

from typing import Any

from spatialcoord import registry
from spatialcoord.economy.setting import Setting
from spatialcoord.formulas.base import Formula
from spatialcoord.formulas.pool import Pool, pool_of
from spatialcoord.formulas.worksheet import Worksheet

formulas = registry.formulas


@formulas.register("equal_per_head")
class EqualPerHead(Formula):
    r"""A pool shared by population,

    .. math:: x_r = P\,\frac{p_r}{\sum_s p_s}. \qquad (1)
    """

    title = {"en": "Equal per head", "zh": "人均相等"}
    cases = ("china", "eu", "us", "appalachia", "guangdong", "japan")
    needs = ("population",)
    words = {
        "population": {"en": "population", "zh": "人口"},
        "amount": {"en": "share of the pool", "zh": "分得的资金"},
        "pool": {"en": "pool of a year", "zh": "年度资金总额"},
    }

    class Params(Pool):
        pass

    def work(self, setting: Setting, params: Any) -> Worksheet:
        sheet = Worksheet(setting.regions)
        money = f"{setting.scenario.money_unit}/yr"
        pool = sheet.total("pool", pool_of(setting, params), money)
        people = sheet.step("population", setting.population, "persons")
        sheet.step("amount", pool * people / people.sum(), money, "pool x population / sum of population")
        sheet.result = sheet.money = "amount"
        return sheet
