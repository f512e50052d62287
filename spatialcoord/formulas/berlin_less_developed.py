"""Less developed regions (Convergence in 2007-13): a share of the gap in output per head, and premiums."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.formulas.berlin_figures import LESS, MILLION, Figures
from spatialcoord.formulas.berlin_premiums import premiums
from spatialcoord.formulas.worksheet import Worksheet

RATES = ("gni.low", "gni.high", "rate.low", "rate.middle", "rate.high")


def less_developed(sheet: Worksheet, figures: Figures, money: str) -> Array:
    r"""Money of a year, million at the prices of the law, shape (R,); zero outside the category.

    Annex XXVI point 1(a) and (b) of Regulation (EU) 2021/1060, Annex VII of 1303/2013, Annex II of 1083/2006:

    .. math:: B_r = c_{m(r)}\,(\bar y - y_r)\,p_r, \qquad
        c_m = \begin{cases} c_1 & n_m < .82\\ c_2 & .82 \le n_m \le .99\\ c_3 & n_m > .99\end{cases} \qquad (1)

    with output per head :math:`y` in PPS (PPS count as euro) and the member state's GNI per head :math:`n_m` against the
    EU's, plus the premiums.
    """
    group = figures.category == LESS
    rate = sheet.step(
        "less_developed_rate",
        np.where(group, figures.rate, np.nan),
        "1/yr",
        "by the band of the member state's GNI per head",
        RATES,
    )
    base = sheet.step(
        "less_developed_base",
        np.where(group, rate * figures.gap / MILLION, 0.0),
        money,
        "less_developed_rate x (mean_output - output_per_head) x population",
        ["mean_output_per_head"],
    )
    paid = premiums(sheet, figures, LESS, money)
    return sheet.step("less_developed", base + paid, money, "less_developed_base + premiums")
