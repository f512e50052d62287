"""A table of regions against the table of attributes: unknown columns, text in numbers, empty cells, bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from spatialcoord.errors import Problem
from spatialcoord.regions.attributes import Attribute, is_text_column, some
from spatialcoord.registry import did_you_mean


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
