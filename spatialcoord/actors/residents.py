"""Residents of each region: their income."""

from __future__ import annotations

import numpy as np

from spatialcoord.actors.base import Actor, Evaluated, Titles, baseline_income, income_change
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.registry import actors


@actors.register("residents")
class Residents(Actor):
    r"""Income per head times people,

    .. math:: U_r = p_r\,y_r = M_r + \Delta M_r. \qquad (1)

    Over all regions the changes sum to that of national income. A proxy: income here is output plus fiscal flows, not household
    income, and the part of output that belongs to owners elsewhere is counted where it is made. Employment, public services,
    environment and the cost of living are not in it.
    """

    title = {"en": "Residents", "zh": "居民"}
    source = "definition of this package, equation (1)"
    words = {"income": {"en": "income", "zh": "收入"}}

    def claim(self, setting: Setting) -> Array:
        return np.full(len(setting.regions), np.nan)

    def parts(self, setting: Setting, evaluation: Evaluated) -> dict[str, Array]:
        return {"income": baseline_income(setting) + income_change(setting, evaluation)}

    def note(self, setting: Setting) -> Titles:
        return {
            "en": "Income of residents is output and fiscal flows of their region, not household income; they bear its share of the "
            "programme's financing.",
            "zh": "居民收入指本地区的产出与财政流动，不是家庭收入；居民承担本地区的计划筹资份额。",
        }
