"""The one table of regional attributes: type, unit, default, bounds and description of each figure.

Readers, checks, labels and documentation all look here; a new figure is one more row.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

SHOWN = 5  # regions named in one message before "and n more"
SEARCHED = 5000  # ids among which a near miss is looked for


@dataclass(frozen=True)
class Attribute:
    """One figure a region may have.

    Parameters
    ----------
    name : str
        Column name in a :class:`~spatialcoord.regions.graph.RegionGraph`.
    unit : str
        Unit of the values; ``CUR`` stands for the case's currency at its price year.
    description : str
        What the figure is.
    lower, upper : float
        Hard bounds, inclusive unless `lower_open`.
    lower_open : bool
        True where the value must be above `lower`, not at it.
    default : float or None
        Value of every region when the column is absent; None means that the attribute is then absent too.
    dtype : str
        Type of the values, a number ("float"); names and levels are text columns of their own.
    """

    name: str
    unit: str
    description: str
    lower: float = -np.inf
    upper: float = np.inf
    lower_open: bool = False
    default: float | None = None
    dtype: str = "float"

    def outside(self, values: np.ndarray) -> np.ndarray:
        """Boolean array (same shape): which values break the bounds; missing values do not count."""
        low = values <= self.lower if self.lower_open and np.isfinite(self.lower) else values < self.lower
        return low | (values > self.upper)

    def bounds_text(self) -> str:
        """The bounds in words, for messages."""
        parts = []
        if np.isfinite(self.lower):
            parts.append(f"{'above' if self.lower_open else 'at least'} {self.lower:g}")
        if np.isfinite(self.upper):
            parts.append(f"at most {self.upper:g}")
        return " and ".join(parts) or "any number"


_MONEY, _FLOW = "million CUR", "million CUR/yr"

# what statutory formulas look at and plans do not; "the years of the law" are those that it names
STATUTORY: dict[str, Attribute] = {
    a.name: a
    for a in (
        Attribute(
            "reference_population", "persons", "Population in the years of the law", 0, lower_open=True
        ),
        Attribute(
            "reference_output_index",
            "1",
            "Output per head in purchasing power in the years of the law; the union's mean is 1",
            0,
            20,
            lower_open=True,
        ),
        Attribute(
            "gni_index",
            "1",
            "Gross national income per head of the region's member state in purchasing power; the union's mean is 1",
            0,
            20,
            lower_open=True,
        ),
        Attribute("projected_output", _FLOW, "Output expected on average over the period of the law", 0),
        Attribute(
            "reference_growth", "1", "Yearly real growth of the member state in the years of the law", -1
        ),
        Attribute("unemployment_rate", "%", "Unemployed as a share of the labour force", 0, 100),
        Attribute("poverty_rate", "%", "Persons below the national poverty line as a share of all", 0, 100),
        Attribute(
            "market_income_per_head",
            "CUR per head",
            "Income of residents before income tax, without transfers to persons, per head and year",
            0,
            lower_open=True,
        ),
        Attribute(
            "granted_special_need",
            "1",
            "Special need as the granting authority has decided it: 1 where there is one, else 0",
            0,
            1,
        ),
        Attribute("labour_force", "persons", "Employed and unemployed", 0),
        Attribute("youth_unemployed", "persons", "Unemployed of ages 15 to 24", 0),
        Attribute("youth_labour_force", "persons", "Employed and unemployed of ages 15 to 24", 0),
        Attribute("low_education", "persons", "Ages 25 to 64 with at most lower secondary education", 0),
        Attribute("population_25_64", "persons", "Population of ages 25 to 64", 0),
        Attribute("low_education_employed", "persons", "Employed with at most lower secondary education", 0),
        Attribute("employed_20_64", "persons", "Employed of ages 20 to 64", 0),
        Attribute("population_20_64", "persons", "Population of ages 20 to 64", 0),
        Attribute("tertiary_30_34", "persons", "Ages 30 to 34 with tertiary education", 0),
        Attribute("population_30_34", "persons", "Population of ages 30 to 34", 0),
        Attribute("early_leavers", "persons", "Ages 18 to 24 who left education and training early", 0),
        Attribute("population_18_24", "persons", "Population of ages 18 to 24", 0),
        Attribute(
            "sparse_population", "persons", "Residents of districts with less than 12.5 persons a km2", 0
        ),
        Attribute(
            "emissions_excess",
            "tonnes",
            "Greenhouse gases of the member state outside emissions trading above its target",
            0,
        ),
        Attribute("net_migration", "persons", "Net migration from outside the union"),
        Attribute(
            "outermost_or_sparse", "1", "1 for outermost and northern sparsely populated regions", 0, 1
        ),
        Attribute(
            "joined_since_2004", "1", "1 for regions of member states that joined in 2004 or later", 0, 1
        ),
        Attribute(
            "previous_allocation", _FLOW, "Formula money of the period before, at the prices of the law", 0
        ),
        Attribute(
            "previously_less_developed", "1", "1 for regions less developed in the period before", 0, 1
        ),
    )
}

ATTRIBUTES: dict[str, Attribute] = {
    a.name: a
    for a in (
        Attribute("population", "persons", "Resident population", 0, lower_open=True),
        Attribute("output", _FLOW, "Gross domestic product of the region", 0, lower_open=True),
        Attribute("own_revenue", _FLOW, "General budget revenue the region raises itself", 0),
        Attribute("tax_revenue", _FLOW, "Tax part of the revenue the region raises itself", 0),
        Attribute("budget_expenditure", _FLOW, "General budget expenditure of the region's governments", 0),
        Attribute(
            "corporate_income_tax",
            _FLOW,
            "Tax on corporate income that the region raises itself, part of its tax revenue",
            0,
        ),
        Attribute(
            "personal_income",
            _FLOW,
            "Income of residents before income tax, with transfers to persons",
            0,
            lower_open=True,
        ),
        Attribute(
            "net_transfer_received", _FLOW, "Existing net fiscal inflow from other levels of government"
        ),
        Attribute(
            "past_allocation",
            _FLOW,
            "What the region receives in year 0, the pattern that change limits start from",
            0,
        ),
        Attribute(
            "capital_infrastructure", _MONEY, "Initial public capital in infrastructure", 0, lower_open=True
        ),
        Attribute(
            "capital_human",
            _MONEY,
            "Initial public capital in education, health and training",
            0,
            lower_open=True,
        ),
        Attribute(
            "capital_private", _MONEY, "Private productive capital, without dwellings", 0, lower_open=True
        ),
        Attribute(
            "capital_research",
            _MONEY,
            "Capital in research and development, public and private",
            0,
            lower_open=True,
        ),
        Attribute(
            "standard_cost_index",
            "1",
            "Cost of a standard bundle of public services; population-weighted mean 1",
            0,
            20,
            lower_open=True,
            default=1.0,
        ),
        Attribute(
            "price_level",
            "1",
            "Price level of the region against all regions together; income and output per head are divided by it",
            0,
            20,
            lower_open=True,
        ),
        Attribute("area_km2", "km2", "Land area", 0, lower_open=True),
        Attribute("lon", "degrees_east", "Longitude of a point inside the region", -180, 180),
        Attribute("lat", "degrees_north", "Latitude of a point inside the region", -90, 90),
    )
} | STATUTORY


def is_text_column(name: str, levels: Iterable[str]) -> bool:
    """Whether a column holds text: ``name``, a hierarchy level, or either with ``_xx`` (xx a language)."""
    return any(name == stem or name.startswith(stem + "_") for stem in ("name", *levels))


def some(ids: Iterable[str]) -> str:
    """First few region ids, and how many more there are."""
    listed = list(ids)
    more = len(listed) - SHOWN
    return ", ".join(map(str, listed[:SHOWN])) + (f" and {more} more" if more > 0 else "")


def suggest_id(word: str, ids: Sequence[str]) -> str:
    """What to say about an unknown region id: the nearest one, or what ids look like."""
    near = difflib.get_close_matches(word, ids, n=1) if len(ids) <= SEARCHED else []
    return f"Did you mean '{near[0]}'?" if near else f"Ids look like {some(ids)}."
