"""More developed regions (competitiveness in 2007-13): one amount per head of all, spread by several keys."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.formulas.berlin_figures import MILLION, MORE, Figures, excess
from spatialcoord.formulas.berlin_premiums import premiums
from spatialcoord.formulas.worksheet import Worksheet

# key of the law: region attributes that it needs, and how it is told
KEYS: dict[str, tuple[tuple[str, ...], str]] = {
    "unemployed": ((), "unemployed where their rate is above that of the category"),
    "jobs": (("employed_20_64", "population_20_64"), "jobs lacking to the employment rate of the category"),
    "tertiary": (("tertiary_30_34", "population_30_34"), "graduates of 30-34 lacking"),
    "early_leavers": (("early_leavers", "population_18_24"), "early leavers of 18-24 in excess"),
    "low_education_employed": (("low_education_employed",), "employed with low education"),
    "gap": ((), "max(0, mean output per head of the category - output per head) x population"),
    "sparse": (("sparse_population",), "residents of districts below 12.5 persons a km2"),
}
LACK = ("jobs", "tertiary")  # persons short of the rate; of the others, persons beyond it


def more_developed(sheet: Worksheet, figures: Figures, money: str) -> Array:
    r"""Money of a year, million at the prices of the law, shape (R,); zero outside the category.

    Annex XXVI points 3 and 4 of Regulation (EU) 2021/1060, Annex VII of 1303/2013, Annex II of 1083/2006: an envelope
    :math:`E = a\sum_{s\in G} p_s` spread by keys :math:`k` of weight :math:`w_k`,

    .. math:: x_r = E \sum_k w_k \frac{k_r}{\sum_{s\in G} k_s} + \text{premiums.} \qquad (1)

    The weight of a key without figures, or that no region has anything of, goes to population, the key that favours
    nobody; the first is told as a step left out.
    """
    law = figures.law
    group = figures.category == MORE
    people = np.where(group, figures.population, 0.0)
    envelope = sheet.total(
        "more_developed_envelope",
        law["more_developed.intensity"] * people.sum() / MILLION,
        money,
        "more_developed.intensity x population of the category",
        ["more_developed.intensity"],
    )
    weights = {name: f"more_developed.key.{name}" for name in KEYS if f"more_developed.key.{name}" in law}
    money_of_keys = np.zeros(len(group))
    spread = 0.0
    for name, number in weights.items():
        columns, told = KEYS[name]
        lacking = figures.unemployment_lacking if name == "unemployed" else figures.lacking(columns)
        if lacking:
            sheet.skip(f"more_developed_{name}", lacking)
            continue
        key = _key(figures, name, group)
        if not key.sum() > 0:
            continue
        share = key / key.sum()
        money_of_keys += sheet.step(
            f"more_developed_{name}",
            envelope * law[number] * share,
            money,
            f"more_developed_envelope x {number} x share in: {told}",
            [number],
        )
        spread += law[number]
    # the rest of the weights is that of population, and of keys that could not be used
    number = "more_developed.key.population"
    rest = law[number] + sum(law[key] for key in weights.values()) - spread
    by_people = sheet.step(
        "more_developed_population",
        envelope * rest * people / max(people.sum(), 1.0),
        money,
        f"more_developed_envelope x ({number} and weights of keys left out) x share in population",
        [number],
    )
    paid = premiums(sheet, figures, MORE, money)
    return sheet.step("more_developed", by_people + money_of_keys + paid, money, "sum of keys + premiums")


def _key(figures: Figures, name: str, group: np.ndarray) -> Array:
    """A key before it is made a share, shape (R,), zero outside the group."""
    if name == "unemployed":
        assert figures.labour_force is not None
        beyond = excess(figures.unemployed, figures.labour_force, group) > 0
        return np.where(beyond, figures.unemployed, 0.0)
    if name == "gap":
        people = figures.population[group]
        mean = (figures.index[group] * people).sum() / max(people.sum(), 1.0)
        return np.where(group, np.maximum(mean - figures.index, 0.0) * figures.population, 0.0)
    count, *base = (figures.setting.attribute(column) for column in KEYS[name][0])
    if not base:
        return np.where(group, count, 0.0)
    target = f"more_developed.target.{name}"
    rate = figures.law.get(target)
    if name in LACK:  # short of the rate of those who have it = beyond the rate of those who have not
        return excess(base[0] - count, base[0], group, None if rate is None else 1.0 - rate)
    return excess(count, base[0], group, rate)
