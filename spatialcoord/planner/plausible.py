"""Figures that are impossible or unusual: what can be known of any country without knowing which it is.

Bands are wide on purpose. What lies outside the wider one cannot be (more persons than live on Earth, taxes above output) and
is refused; what lies between the two is told and left to the planner. Output per head is compared with what exists anywhere
where the size of the currency is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.regions.attributes import some

# Units of a currency for about one US dollar, to the order of magnitude; what is not listed counts as between 0.1 and 10.
# From memory, used for wide bands only.
PER_DOLLAR = {
    "AUD": 1.5, "BRL": 5, "CAD": 1.4, "CHF": 0.9, "CNY": 7, "DKK": 7, "EUR": 0.9, "GBP": 0.8, "ILS": 3.7, "MYR": 4.5, "NOK": 10,
    "NZD": 1.6, "PLN": 4, "RON": 4.6, "SAR": 3.8, "SEK": 10, "SGD": 1.3, "USD": 1,
    "AMD": 400, "AOA": 900, "ARS": 1000, "BDT": 110, "BIF": 2800, "CDF": 2700, "CLP": 900, "COP": 4000, "CRC": 520, "CZK": 23,
    "DZD": 135, "ETB": 100, "GNF": 8600, "HUF": 360, "IDR": 15000, "INR": 83, "IQD": 1300, "IRR": 42000, "ISK": 137, "JPY": 140,
    "KES": 130, "KHR": 4100, "KRW": 1300, "KZT": 470, "LAK": 20000, "LBP": 89000, "LKR": 310, "MGA": 4500, "MMK": 2100,
    "MNT": 3400, "MXN": 18, "NGN": 1200, "NPR": 133, "PHP": 56, "PKR": 280, "PYG": 7500, "RSD": 108, "RUB": 85, "RWF": 1300,
    "SYP": 13000, "THB": 35, "TRY": 30, "TWD": 31, "TZS": 2500, "UAH": 40, "UGX": 3750, "UZS": 12500, "VND": 24000, "XAF": 600,
    "XOF": 600, "YER": 250, "ZAR": 18,
}  # fmt: skip


@dataclass(frozen=True)
class Band:
    """Where a ratio of national totals usually lies, and outside of what it cannot be."""

    above: str
    below: str
    usual: tuple[float, float]
    possible: tuple[float, float]


RATIOS = (
    Band("tax_revenue", "output", (0.005, 0.6), (1e-5, 1.0)),
    Band("own_revenue", "output", (0.005, 0.7), (1e-5, 2.0)),
    Band("budget_expenditure", "output", (0.01, 1.5), (1e-4, 10.0)),
    Band("capital_infrastructure", "output", (0.1, 10.0), (1e-3, 100.0)),
    Band("capital_human", "output", (0.02, 10.0), (1e-3, 100.0)),
    Band("past_allocation", "output", (1e-5, 1.0), (1e-9, 10.0)),
)
SPREAD = (1e6, 1e9)  # largest figure over the smallest: unusual, and beyond what the solver's digits hold
SIZES = (1e-9, 1e12)  # figures outside are no figures of regions in any unit of the attribute table


def implausible(setting: Setting) -> tuple[list[Problem], list[Problem]]:
    """Impossible and unusual figures of a case.

    Parameters
    ----------
    setting : Setting
        Baseline of a case that holds at least population and output.

    Returns
    -------
    errors, warnings : list of Problem
        What cannot be, and what is unusual.
    """
    errors, warnings = _scales(setting)
    if not errors:  # ratios of such figures would only repeat it
        for check in (_people, _per_head, _ratios):
            impossible, unusual = check(setting)
            errors, warnings = errors + impossible, warnings + unusual
            if errors:  # the next check compares with the same figures
                break
    return errors, warnings


def _place(setting: Setting, name: str) -> str:
    return setting.graph.place(name) or f"regions, '{name}'"


def _scales(setting: Setting) -> tuple[list[Problem], list[Problem]]:
    errors, warnings = [], []
    for name in [n for n in setting.graph.frame.columns if setting.graph.has(n)]:
        values = np.abs(setting.attribute(name))
        unit = setting.graph.attributes[name].unit.replace("CUR", setting.scenario.currency)
        if "degree" in unit or not values.any():
            continue
        positive = np.where(values > 0, values, np.nan)
        low, high = int(np.nanargmin(positive)), int(np.nanargmax(positive))
        shown = (
            f"{setting.regions[low]} {positive[low]:.3g}, {setting.regions[high]} {positive[high]:.3g} {unit}"
        )
        if (
            positive[low] <= SIZES[0]
            or positive[high] >= SIZES[1]
            or positive[high] / positive[low] >= SPREAD[1]
        ):
            errors.append(
                Problem(
                    f"figures of '{name}' are of a size that no solver can hold side by side: {shown}",
                    _place(setting, name),
                    f"They must lie between {SIZES[0]:g} and {SIZES[1]:g} and within a factor of {SPREAD[1]:g} of each other.",
                    "Correct the figures, or state their `unit`; write 0 where there is nothing.",
                )
            )
        elif positive[high] / positive[low] >= SPREAD[0]:
            warnings.append(
                Problem(
                    f"figures of '{name}' differ by a factor of {positive[high] / positive[low]:.1g}: {shown}",
                    _place(setting, name),
                    "Results of the smallest region would be rounding errors of the largest.",
                    "Check the units of single cells; merge very small regions with a neighbour.",
                )
            )
    return errors, warnings


def _people(setting: Setting) -> tuple[list[Problem], list[Problem]]:
    people, place = setting.population, _place(setting, "population")
    errors, warnings = [], []
    remedy = "Check the column and its `unit` ('thousand persons' if the table counts thousands)."
    if people.sum() > 1e10:
        errors.append(
            Problem(f"{people.sum():.3g} persons in all regions", place, "More than live on Earth.", remedy)
        )
    few = [r for r, p in zip(setting.regions, people, strict=True) if p < 100]
    if few:
        warnings.append(Problem(f"fewer than 100 persons in {some(few)}", place, "", remedy))
    if setting.graph.has("area_km2"):
        dense = people / setting.attribute("area_km2")
        top = int(dense.argmax())
        what = f"{dense[top]:,.0f} persons per km2 in {setting.regions[top]}"
        if dense[top] > 2e5:
            errors.append(Problem(what, place, "No region on Earth has half of that.", remedy))
        elif dense[top] > 60_000:
            warnings.append(Problem(what, place, "More than in any city of today.", remedy))
        if setting.attribute("area_km2").sum() > 1.5e8:
            area = f"{setting.attribute('area_km2').sum():.3g} km2 in all regions"
            errors.append(
                Problem(
                    area,
                    _place(setting, "area_km2"),
                    "More than all land on Earth.",
                    "Check the column and its `unit`.",
                )
            )
    return errors, warnings


def _per_head(setting: Setting) -> tuple[list[Problem], list[Problem]]:
    currency = setting.scenario.currency
    per_head = 1e6 * setting.base_output / setting.population
    mean = 1e6 * setting.base_output.sum() / setting.population.sum()
    rate = PER_DOLLAR.get(currency, 1.0)
    slack = 1.0 if currency in PER_DOLLAR else 10.0
    possible, usual = (60.0 / slack, 6e5 * slack), (100.0 / slack, 250_000 * slack)
    what = f"output per head is {mean:,.4g} {currency} a year"
    why = f"Countries lie between about {200 * rate:,.0f} and {250_000 * rate:,.0f}."
    if currency not in PER_DOLLAR:
        why = "Countries lie between about 200 and 250,000 US dollars."
    remedy = "Check the unit of output (million currency a year) and of population (persons); `unit` at a column converts."
    place = f"{_place(setting, 'output')} and {_place(setting, 'population')}"
    if not possible[0] <= mean / rate <= possible[1]:
        return [Problem(what, place, why, remedy)], []
    warnings = [] if usual[0] <= mean / rate <= usual[1] else [Problem(what, place, why, remedy)]
    typical = float(np.median(per_head))
    odd = np.flatnonzero((per_head > 30 * typical) | (per_head < typical / 30))
    if len(odd):
        shown = [f"{setting.regions[i]} {per_head[i]:,.4g}" for i in odd]
        warnings.append(
            Problem(
                f"output per head of {some(shown)} {currency} is far from the median {typical:,.4g}",
                place,
                "Regions of one country rarely differ by a factor of 30.",
                "Check whether single cells are in another unit.",
            )
        )
    return [], warnings


def _ratios(setting: Setting) -> tuple[list[Problem], list[Problem]]:
    errors, warnings = [], []
    for band in RATIOS:
        if not (setting.graph.has(band.above) and setting.graph.has(band.below)):
            continue
        total = setting.attribute(band.above).sum()
        if total <= 0:
            continue
        ratio = float(total / setting.attribute(band.below).sum())
        problem = Problem(
            f"'{band.above}' of all regions is {ratio:.3g} times '{band.below}'",
            _place(setting, band.above),
            f"It usually lies between {band.usual[0]:g} and {band.usual[1]:g} times.",
            f"Check the unit of both columns (million {setting.scenario.currency}); `unit` at a column converts.",
        )
        if not band.possible[0] <= ratio <= band.possible[1]:
            errors.append(problem)
        elif not band.usual[0] <= ratio <= band.usual[1]:
            warnings.append(problem)
    if setting.graph.has("tax_revenue") and setting.graph.has("own_revenue"):
        tax, own = setting.attribute("tax_revenue"), setting.attribute("own_revenue")
        more = [r for r, above in zip(setting.regions, tax > 1.01 * own, strict=True) if above]
        if more:
            warnings.append(
                Problem(
                    f"'tax_revenue' exceeds 'own_revenue' in {some(more)}",
                    _place(setting, "tax_revenue"),
                    "It is the tax part of the revenue that the region raises itself.",
                    "Check whether the two columns are exchanged or of different years.",
                )
            )
    if setting.graph.has("standard_cost_index"):
        mean = float(setting.share @ setting.attribute("standard_cost_index"))
        if not 0.5 < mean < 2:
            warnings.append(
                Problem(
                    f"the mean of 'standard_cost_index' is {mean:.3g}",
                    _place(setting, "standard_cost_index"),
                    "Weighted by population it should be 1.",
                    "Divide the column by its mean; is it in percent?",
                )
            )
    return errors, warnings
