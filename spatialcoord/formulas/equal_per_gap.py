"""Every region the same share of its gap to the mean: equalisation in its plainest form."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from spatialcoord import registry
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.formulas.base import Formula, money_problems
from spatialcoord.formulas.pool import Pool, pool_of
from spatialcoord.formulas.worksheet import Worksheet

formulas = registry.formulas
MILLION = 1e6


@formulas.register("equal_per_gap")
class EqualPerGap(Formula):
    r"""A pool shared by what every region lacks to the mean per head,

    .. math:: g_r = \max\Bigl(0,\ \bar y - \frac{Y_r}{p_r\pi_r}\Bigr)\,p_r, \qquad x_r = P\,\frac{g_r}{\sum_s g_s}, \qquad (1)

    with the mean per head :math:`\bar y=\sum_s Y_s/\sum_s p_s\pi_s` and the price level :math:`\pi_r`, one where the case
    holds none.
    """

    title = {"en": "Equal per gap", "zh": "按差距等比例"}
    cases = ("china", "eu", "us", "appalachia", "guangdong", "japan")
    needs = ("population", "output")
    words = {
        "figure": {"en": "figure whose gap counts", "zh": "计算差距的指标"},
        "population": {"en": "population", "zh": "人口"},
        "price_level": {"en": "price level, one where none is held", "zh": "价格水平（无数据时为1）"},
        "per_head": {"en": "figure per head", "zh": "人均值"},
        "gap": {"en": "gap to the mean, all residents together", "zh": "全体居民与均值的差距"},
        "amount": {"en": "share of the pool", "zh": "分得的资金"},
        "mean": {"en": "mean per head", "zh": "人均均值"},
        "ratio": {"en": "part of the gap that the pool closes in a year", "zh": "资金每年可弥补的差距比例"},
        "pool": {"en": "pool of a year", "zh": "年度资金总额"},
    }

    class Params(Pool):
        of: str = Field(
            "output", description="Region attribute, in money of a year, whose gap per head counts."
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        return money_problems(setting, {"of": params.of})

    def work(self, setting: Setting, params: Any) -> Worksheet:
        sheet = Worksheet(setting.regions)
        currency, money = setting.scenario.currency, f"{setting.scenario.money_unit}/yr"
        figure, people = setting.attribute(params.of), setting.purchasing_persons
        pool = sheet.total("pool", pool_of(setting, params), money)
        mean = sheet.total("mean", figure.sum() / people.sum() * MILLION, f"{currency} per head")
        sheet.step("figure", figure, money)
        sheet.step("population", setting.population, "persons")
        sheet.step("price_level", people / setting.population, "1")
        per_head = sheet.step(
            "per_head",
            figure / people * MILLION,
            f"{currency} per head",
            "figure / (population x price_level)",
        )
        gap = sheet.step(
            "gap",
            np.maximum(mean - per_head, 0.0) * setting.population / MILLION,
            money,
            "max(0, mean - per_head) x population",
        )
        lacking = float(gap.sum())
        # where nobody lacks anything (all equal) there is nothing to close, and people share alike
        key = gap if lacking > 1e-12 * figure.sum() else setting.population
        sheet.total("ratio", pool / lacking if key is gap else np.nan, "1", "pool / sum of gap")
        sheet.step("amount", pool * key / key.sum(), money, "ratio x gap")
        sheet.result = sheet.money = "amount"
        return sheet
