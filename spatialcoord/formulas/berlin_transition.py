"""Transition regions: between what more developed regions get and a part of what a region at the threshold would."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.formulas.berlin_figures import MILLION, TRANSITION, Figures
from spatialcoord.formulas.berlin_premiums import premiums
from spatialcoord.formulas.worksheet import Worksheet


def transition(sheet: Worksheet, figures: Figures, money: str, per_head: str) -> Array:
    r"""Money of a year, million at the prices of the law, shape (R,); zero outside the category.

    Annex XXVI point 2 of Regulation (EU) 2021/1060, Annex VII of 1303/2013; 2007-13 has no such category. From the mean
    intensity of more developed regions :math:`\underline a` at the upper threshold to a part :math:`\kappa` of what
    rule (1) of less developed regions gives a region of the member state at the lower one,

    .. math:: a_r = \underline a + (\bar a_{m(r)} - \underline a)\,\frac{\theta_T - i_r}{\theta_T - \theta_L},
              \qquad \bar a_m = \kappa\, c_m\,(1-\theta_L)\,\bar y, \qquad x_r = a_r p_r + \text{premiums.} \qquad (1)
    """
    law = figures.law
    if "transition.threshold" not in law:
        return np.zeros(len(figures.index))
    group = figures.category == TRANSITION
    low, high = law["less_developed.threshold"], law["transition.threshold"]
    least = law["more_developed.intensity"]
    most = sheet.step(
        "transition_most",
        np.where(group, law["transition.ceiling"] * figures.rate * (1.0 - low) * figures.mean, np.nan),
        per_head,
        "transition.ceiling x rate of the GNI band x (1 - less_developed.threshold) x mean_output",
        ["transition.ceiling", "less_developed.threshold", "mean_output_per_head"],
    )
    intensity = sheet.step(
        "transition_intensity",
        np.where(group, least + (most - least) * (high - figures.index) / (high - low), np.nan),
        per_head,
        "more_developed.intensity at transition.threshold, transition_most at less_developed.threshold, linear between",
        ["more_developed.intensity", "transition.threshold", "less_developed.threshold"],
    )
    base = sheet.step(
        "transition_base",
        np.where(group, intensity * figures.population / MILLION, 0.0),
        money,
        "transition_intensity x population",
    )
    paid = premiums(sheet, figures, TRANSITION, money)
    return sheet.step("transition", base + paid, money, "transition_base + premiums")
