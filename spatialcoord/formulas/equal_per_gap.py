"""Every region the same share of its gap to the mean: equalisation in its plainest form."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from spatialcoord import registry
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.formulas.base import Formula
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
    source = "no law: what the equalisation laws of several countries come down to at one rate for all"
    cases = ("china", "eu", "us", "appalachia", "guangdong", "japan")
    needs = ("population", "output")
    words = {
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
        if not setting.graph.has(params.of):
            return [
                Problem(
                    f"the regions have no attribute '{params.of}'",
                    where="of",
                    remedy="Name an attribute in money of a year that the case holds: output, own_revenue, tax_revenue.",
                )
            ]
        unit = setting.graph[params.of].attrs.get("units", "")
        if not unit.startswith("million"):
            return [
                Problem(
                    f"'{params.of}' is in {unit or 'no unit'}",
                    where="of",
                    why="A gap per head is one of money.",
                    remedy="Name an attribute in money of a year: output, own_revenue, tax_revenue.",
                )
            ]
        return []

    def work(self, setting: Setting, params: Any) -> Worksheet:
        sheet = Worksheet(setting.regions)
        currency, money = setting.scenario.currency, f"{setting.scenario.money_unit}/yr"
        figure, people = setting.attribute(params.of), setting.purchasing_persons
        pool = sheet.total("pool", pool_of(setting, params), money)
        mean = sheet.total("mean", figure.sum() / people.sum() * MILLION, f"{currency} per head")
        per_head = sheet.step("per_head", figure / people * MILLION, f"{currency} per head")
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
