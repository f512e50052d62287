"""The Cohesion Fund: one amount per head of the eligible member states, spread by people, area and prosperity."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.formulas.berlin_figures import MILLION, Figures
from spatialcoord.formulas.worksheet import Worksheet

NUMBERS = ("cohesion_fund.dense", "cohesion_fund.prosperity")


def cohesion_fund(sheet: Worksheet, figures: Figures, money: str) -> Array:
    r"""Money of a year, million at the prices of the law, shape (R,); zero where the member state is not eligible.

    Annex XXVI point 7 of Regulation (EU) 2021/1060, Annex VII of 1303/2013, Annex II of 1083/2006. Eligible are states
    with GNI per head below 90 % of the EU's. With their shares :math:`\pi_m` in the population and :math:`\alpha_m` in
    the area of all of them,

    .. math:: k_m = \Bigl(\tfrac{\pi_m + \alpha_m}{2}\ \text{or}\ \pi_m \text{ where } \pi_m \ge 5\alpha_m\Bigr)
              \Bigl[1 - \tfrac13\Bigl(\frac{n_m}{\bar n} - 1\Bigr)\Bigr], \qquad
              x_m = a \sum_{j} p_j\, \frac{k_m}{\sum_j k_j}, \qquad (1)

    with GNI per head :math:`n_m` and its mean over eligible people :math:`\bar n`. The fund is national: its spread over
    a state's regions by population is a convention of presentation.
    """
    law, nothing = figures.law, np.zeros(len(figures.index))
    lacking = figures.lacking(["area_km2"])
    if lacking:
        sheet.skip("cohesion_fund", lacking)
        return nothing
    eligible = figures.gni < law["cohesion_fund.threshold"]
    people = np.where(eligible, figures.population, 0.0)
    area = np.where(eligible, figures.setting.attribute("area_km2"), 0.0)
    envelope = sheet.total(
        "cohesion_fund_envelope",
        law["cohesion_fund.intensity"] * people.sum() / MILLION,
        money,
        "cohesion_fund.intensity x eligible population",
        ["cohesion_fund.intensity", "cohesion_fund.threshold"],
    )
    if not eligible.any():
        return sheet.step("cohesion_fund", nothing, money, "no member state is eligible")
    of_people = figures.by_state(people) / people.sum()
    of_area = figures.by_state(area) / area.sum()
    plain = np.where(of_people >= law["cohesion_fund.dense"] * of_area, of_people, (of_people + of_area) / 2)
    mean = (figures.gni * people).sum() / people.sum()
    key = np.where(
        eligible, plain * (1.0 - law["cohesion_fund.prosperity"] * (figures.gni / mean - 1.0)), 0.0
    )
    within = np.where(eligible, people / np.maximum(figures.by_state(people), 1.0), 0.0)
    share = sheet.step(
        "cohesion_fund_share",
        key / (key * within).sum(),
        "1",
        "mean of the member state's shares in people and area x (1 - cohesion_fund.prosperity x (GNI / mean - 1))",
        NUMBERS,
    )
    return sheet.step(
        "cohesion_fund",
        envelope * share * within,
        money,
        "cohesion_fund_envelope x cohesion_fund_share x share in the member state's population",
    )
