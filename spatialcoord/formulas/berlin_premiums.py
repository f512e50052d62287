"""Premiums of the Berlin method: euro per person or tonne beyond the mean, the same in every category that has them."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.formulas.berlin_figures import MILLION, Figures, excess
from spatialcoord.formulas.worksheet import Worksheet

# name: region attributes that it needs; unemployment asks the figures, because the labour force may have a stand-in
PREMIUMS: dict[str, tuple[str, ...]] = {
    "unemployment": (),
    "youth": ("youth_unemployed", "youth_labour_force"),
    "education": ("low_education", "population_25_64"),
    "emissions": ("emissions_excess",),
    "migration": ("net_migration",),
}


def premiums(sheet: Worksheet, figures: Figures, category: str, money: str) -> Array:
    r"""All premiums of a category together, million a year, shape (R,); every one is a step, or left out for want of figures.

    Annex XXVI points 1(c) to (g), 2 and 4 of Regulation (EU) 2021/1060:

    .. math:: x_r = \pi_U\, e^U_r + \pi_Y\, e^Y_r + \pi_E\, e^E_r + \pi_C\, \frac{p_r}{p_{m(r)}}\, C_{m(r)}
              + \pi_M \max(0, M_r), \qquad (1)

    with the unemployed, young unemployed and low-educated :math:`e_r` in excess of the rate of all regions of the
    category, the tonnes :math:`C_m` by which emissions of the member state outside emissions trading exceed its target,
    and net migration :math:`M_r` from outside the union. A premium that the law of the period does not have is no step.
    """
    group = figures.category == category
    together = np.zeros(len(group))
    for name, needed in PREMIUMS.items():
        number = f"{category}.premium.{name}"
        if number not in figures.law:
            continue
        key = f"{category}_{name}"
        lacking = figures.unemployment_lacking if name == "unemployment" else figures.lacking(needed)
        if lacking:
            sheet.skip(key, lacking)
            continue
        if name == "unemployment":
            _unemployment(sheet, figures, category, group)
        units = _units(figures, name, group)
        rule = f"{number} x {RULES[name]}"
        together += sheet.step(key, figures.law[number] * units / MILLION, money, rule, [number])
    return together


def _unemployment(sheet: Worksheet, figures: Figures, category: str, group: np.ndarray) -> None:
    """What the excess is counted from, written once: the labour force, the unemployed; and the rate of the category."""
    assert figures.labour_force is not None
    if all(step.key != "unemployed" for step in sheet.steps):
        rule = "" if figures.setting.graph.has("labour_force") else "labour_force_share x population"
        sheet.step("labour_force", figures.labour_force, "persons", rule)
        sheet.step("unemployed", figures.unemployed, "persons", "unemployment_rate x labour_force")
    people = figures.labour_force[group].sum()
    rate = figures.unemployed[group].sum() / people if people > 0 else np.nan
    sheet.total(
        f"{category}_rate_of_unemployment",
        rate,
        "1",
        "sum of unemployed / sum of labour_force, in the category",
    )


RULES = {
    "unemployment": "max(0, unemployed - rate of the category x labour_force) / 1e6",
    "youth": "max(0, young unemployed - rate of the category x young labour force) / 1e6",
    "education": "max(0, low-educated - share of the category x population 25-64) / 1e6",
    "emissions": "share in the member state's population x its tonnes above target",
    "migration": "max(0, net migration)",
}


def _units(figures: Figures, name: str, group: np.ndarray) -> Array:
    """Persons or tonnes that a premium is paid for, shape (R,), zero outside the group."""
    if name == "unemployment":
        assert figures.labour_force is not None
        return excess(figures.unemployed, figures.labour_force, group)
    first, *base = (figures.setting.attribute(column) for column in PREMIUMS[name])
    if base:
        return excess(first, base[0], group)
    if name == "emissions":
        first = first * figures.population / figures.by_state(figures.population)
    return np.where(group, np.maximum(first, 0.0), 0.0)
