"""Tables and layers that other programs open: ``allocation.csv`` for spreadsheets, ``plan.gpkg`` for QGIS."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from spatialcoord.results.table import FLOWS, region_table
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

LAYER = "plan"
# Digits after the point: money in millions to the thousand units of currency, per head to the cent, shares to
# six.
DIGITS = {
    "share_of_budget": 6,
    "change_first": 6,
    "change_yearly": 6,
    "ratio_to_equal": 6,
    "location_quotient": 6,
    "amount_per_head": 2,
    "equal_per_head": 2,
    "change_per_head": 4,
    "change_to_equal": 4,
    "target_before": 2,
    "target_after": 2,
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula: an apostrophe before what starts like one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_csv(plan: Plan, path: Path, lang: str = "en") -> None:
    """Write one row a region: who gets how much from which line in which year, and what it does.

    Heads are in the plan's language with the unit in brackets; the file is UTF-8 with a byte order mark,
    which spreadsheets need to show Chinese.

    Parameters
    ----------
    plan : Plan
        The plan.
    path : Path
        File to make.
    lang : str
        Language of the heads and of rule names.
    """
    words = Words(plan, lang)
    table = region_table(plan)
    heads, columns = (
        [words.t("summary.table.region"), words.t("summary.table.name")],
        [list(table.index), words.names],
    )
    amount = plan.dataset["amount"]
    for title, line in zip(words.instruments, amount.transpose("instrument", "year", "region"), strict=True):
        for year, values in zip(amount["year"].values, line.values, strict=True):
            heads.append(
                words.t(
                    "summary.table.with_unit", name=f"{title} {year}", unit=words.unit(words.money + "/yr")
                )
            )
            columns.append([f"{value:.6f}" for value in values])
    for name in table.columns:
        heads.append(column_head(words, name))
        columns.append([column_cell(words, name, value) for value in table[name]])
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(map(neutral, heads))
        for row in zip(*columns, strict=True):
            # numbers keep their minus; only text that came from outside is made harmless
            writer.writerow([neutral(str(row[0])), neutral(str(row[1])), *row[2:]])


def column_head(words: Words, name: str) -> str:
    """Head of a column of the ministry's table, with its unit."""
    text = words.t(f"summary.table.{name}")
    unit = unit_of(words, name)
    return words.t("summary.table.with_unit", name=text, unit=words.unit(unit)) if unit else text


def unit_of(words: Words, name: str) -> str | None:
    """Unit of money of a column of the ministry's table; None for shares, rules and limits."""
    if name in ("amount", "net", *FLOWS):
        return words.money
    if name == "year_before":
        return f"{words.money}/yr"
    per_head = name.endswith("_per_head") or name.startswith("target_") or name == "change_to_equal"
    return words.per_head if per_head else None


def column_cell(words: Words, name: str, value: Any) -> str:
    """A value of the ministry's table as text; empty where there is no number."""
    if name == "binding_rule":
        return neutral(words.label("rule", str(value)))
    if name in ("at_floor", "at_ceiling"):
        return words.t("summary.yes") if value else words.t("summary.no")
    return "" if math.isnan(value) else f"{value:.{DIGITS.get(name, 3)}f}"


def write_gpkg(plan: Plan, path: Path) -> None:
    """Write the borders of the regions with the main results as one GeoPackage layer, ``plan``.

    Parameters
    ----------
    plan : Plan
        A plan whose regions have borders (``plan.graph.has_geometry``).
    path : Path
        File to make.
    """
    import geopandas as gpd

    data = plan.dataset
    table = region_table(plan)
    names = pd.DataFrame(
        {key: data[key].values.astype(object) for key in ("name", "name_zh")}, index=table.index
    )
    lines = data["amount"].sum("year").to_pandas().T
    lines.columns = [f"{name}_amount" for name in lines.columns]
    geometry = plan.graph.frame.geometry.reindex(table.index)
    layer = gpd.GeoDataFrame(pd.concat([names, table, lines], axis=1), geometry=geometry)
    layer.index.name = "region"
    money, head = data.attrs["money_unit"], f"{data.attrs['currency']} per head"
    layer.reset_index().to_file(
        path,
        layer=LAYER,
        driver="GPKG",
        engine="pyogrio",
        layer_options={
            "IDENTIFIER": str(data.attrs["title"]),
            "DESCRIPTION": f"Amounts: {money}, whole programme; amount_, equal_per_head: {head} a year; "
            f"target_*, change_per_head, change_to_equal: {head}; share_of_budget, ratio_to_equal, "
            "location_quotient, change_first, change_yearly: fraction.",
        },
    )
