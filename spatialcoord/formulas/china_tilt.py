"""Tilt of China's transfer coefficient: to difficulty, to ethnic areas and to old revolutionary areas.

Equations (4) and (5) of :class:`~spatialcoord.formulas.china_transfer.ChinaTransfer`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.formulas.law import Law
from spatialcoord.formulas.worksheet import Worksheet


def tilt_of(sheet: Worksheet, setting: Setting, params: Any, law: Law) -> Array:
    """Coefficient of difficulty and tilt of the coefficient, written on the sheet, shape (R,); ones where nothing is tilted."""
    gap = sheet["gap"]
    tilt = np.ones(len(gap))
    rule = ["1"]
    if params.difficulty_tilt:
        parts = {"gap_ratio": (sheet["gap"] / sheet["standard_expenditure"], "gap / standard_expenditure")}
        weights = {"gap_ratio": "difficulty.gap_to_expenditure"}
        if setting.graph.has("must_pay_expenditure"):
            must = setting.attribute("must_pay_expenditure") / sheet["standard_revenue"]
            parts["must_pay"] = (must, "must_pay_expenditure / standard_revenue")
            weights["must_pay"] = "difficulty.must_pay_to_revenue"
        else:
            sheet.skip("must_pay", ("must_pay_expenditure",))
        difficulty = np.zeros(len(gap))
        for key, (values, how) in parts.items():
            sheet.step(key, values, "1", how)
            difficulty += law[weights[key]] * _standardised(values, gap > 0)
        sheet.step(
            "difficulty",
            difficulty,
            "1",
            " + ".join(f"weight x standardised {key}" for key in parts),
            weights.values(),
        )
        tilt, rule = tilt + params.difficulty_tilt * difficulty, [*rule, "difficulty_tilt x difficulty"]
    if params.ethnic_tilt:
        listed = [key for key in (f"ethnic.{r}" for r in setting.regions) if key in law]
        member = [law.get(f"ethnic.{r}", 0.0) for r in setting.regions]
        tilt = tilt + params.ethnic_tilt * sheet.step("ethnic", member, "1", numbers=listed)
        rule.append("ethnic_tilt x ethnic")
    if params.old_revolutionary_tilt and setting.graph.has("old_revolutionary_share"):
        share = sheet.step("old_revolutionary", setting.attribute("old_revolutionary_share"), "1")
        tilt, rule = (
            tilt + params.old_revolutionary_tilt * share,
            [*rule, "old_revolutionary_tilt x share"],
        )
    elif params.old_revolutionary_tilt:
        sheet.skip("old_revolutionary", ("old_revolutionary_share",))
    if len(rule) == 1:
        return tilt
    return sheet.step("tilt", np.maximum(tilt, 0.0), "1", f"max(0, {' + '.join(rule)})")


def _standardised(values: Array, counted: np.ndarray) -> Array:
    """Deviation from the mean of those counted, over their standard deviation, shape (R,); zero where all are alike."""
    spread = values[counted].std()
    if spread < 1e-12:
        return np.zeros(len(values))
    result: Array = (values - values[counted].mean()) / spread
    return result
