"""The one table of regional attributes: type, unit, default, bounds and description of each figure.

Readers, checks, labels and documentation all look here; a new figure is one more row.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spatialcoord.errors import Problem
from spatialcoord.registry import did_you_mean

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
            "special_need",
            "1",
            "Special need as the granting authority has decided it: 1 where there is one, else 0",
            0,
            1,
        ),
        Attribute("area_km2", "km2", "Land area", 0, lower_open=True),
        Attribute("lon", "degrees_east", "Longitude of a point inside the region", -180, 180),
        Attribute("lat", "degrees_north", "Latitude of a point inside the region", -90, 90),
    )
}


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


def check(
    table: pd.DataFrame,
    attributes: Mapping[str, Attribute],
    levels: Iterable[str],
    where: str,
    places: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Every problem of a table of regions, one row a region, against the attribute table.

    Parameters
    ----------
    table : pandas.DataFrame
        Indexed by region id; columns are attributes, names and levels.
    attributes : mapping of str to Attribute
        Attributes that are known.
    levels : iterable of str
        Hierarchy levels, each a text column.
    where : str
        File or object that messages name.
    places : mapping of str to str, optional
        Where single columns come from, for messages.

    Returns
    -------
    list of Problem
        Unknown columns, text in numbers, missing values and values out of bounds; empty when all is well.
    """
    levels = tuple(levels)
    problems = []
    for level in levels:
        if level not in table:
            problems.append(
                Problem(
                    f"hierarchy level '{level}' has no column",
                    where,
                    remedy=f"Add the column, or take '{level}' out of the levels. "
                    + did_you_mean(level, list(table)),
                )
            )
    for column in table:
        place = (places or {}).get(column, f"{where}, column '{column}'")
        values = table[column]
        if is_text_column(column, levels):
            if column in levels:
                empty = table.index[values.isna() | (values.astype(str).str.strip() == "")]
                if len(empty):
                    problems.append(
                        Problem(
                            f"no label for {some(empty)}",
                            place,
                            "every region belongs to one group of a level",
                            "Fill the cells.",
                        )
                    )
            continue
        attribute = attributes.get(column)
        if attribute is None:
            problems.append(
                Problem(
                    f"'{column}' is not a known attribute",
                    place,
                    remedy=did_you_mean(column, list(attributes))
                    + " A figure of your own needs a unit: declare it with `unit`, or leave the column out.",
                )
            )
            continue
        if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            problems.append(
                Problem(
                    f"values are not numbers (type {values.dtype})",
                    place,
                    remedy=f"Give numbers in {attribute.unit}.",
                )
            )
            continue
        array = values.to_numpy(float)
        missing = table.index[~np.isfinite(array)]
        if len(missing):
            problems.append(
                Problem(
                    f"no finite value for {some(missing)}",
                    place,
                    "every region needs a figure",
                    f"Fill the cells ({attribute.unit}), or state a stand-in with `missing`.",
                )
            )
        outside = table.index[attribute.outside(np.where(np.isfinite(array), array, np.nan))]
        if len(outside):
            first = outside[0]
            problems.append(
                Problem(
                    f"value out of bounds for {some(outside)} (for example {first}: {values[first]:g})",
                    place,
                    f"{attribute.description} must be {attribute.bounds_text()} {attribute.unit}",
                    "Correct the cells, or the `scale` that converts the column's unit.",
                )
            )
    return problems
