"""Disparity within and between groups of regions, for every level of the hierarchy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spatialcoord.disparity import theil_decomposition
from spatialcoord.errors import InputError
from spatialcoord.registry import measures
from spatialcoord.results.sheets import OUTCOMES, Sheet
from spatialcoord.results.table import MILLION, region_table
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

PARTS = ("within", "between", "total")


@dataclass(frozen=True)
class Split:
    """One measure split over the groups of one level.

    Attributes
    ----------
    level, measure, part : str
        Level of the hierarchy; "theil_t" or "theil_l"; "within", "between" or "total".
    values : tuple of float
        The part before, after and with the same money per head.
    shares : tuple of float
        The part as a share of the total, in the same order; not a number where there is no disparity.
    """

    level: str
    measure: str
    part: str
    values: tuple[float, float, float]
    shares: tuple[float, float, float]


def splits(plan: Plan) -> list[Split]:
    """Theil T and L of what is made equal, split exactly at every level, before and after.

    Empty where the regions have no levels, or where values are negative, which no logarithm takes. A measure that is
    infinite (Theil L of a region with nothing) is left out.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    list of Split
        Three parts for every level and measure.
    """
    data = plan.dataset
    target, population = data["target_per_head"], data["population"].values
    found = []
    for level in plan.graph.levels:
        groups = plan.graph.level(level).values
        try:
            parts = [theil_decomposition(target.sel(outcome=o).values, population, groups) for o in OUTCOMES]
        except InputError:
            return []
        for measure in parts[0]:
            totals = [p[measure].total for p in parts]
            if not np.isfinite(totals).all():
                continue
            for part in PARTS:
                before, after, equal = (float(getattr(p[measure], part)) for p in parts)
                shares = [
                    v / t if t > 0 else np.nan for v, t in zip((before, after, equal), totals, strict=True)
                ]
                found.append(
                    Split(level, measure, part, (before, after, equal), (shares[0], shares[1], shares[2]))
                )
    return found


def group_table(plan: Plan, level: str, lang: str = "en") -> pd.DataFrame:
    """What the plan does to the groups of one level.

    Parameters
    ----------
    plan : Plan
        The plan.
    level : str
        Level of the hierarchy.
    lang : str
        Language of the groups' names.

    Returns
    -------
    pandas.DataFrame
        Index: names of the groups, poorest first. Columns: ``regions``, ``population_share``, ``amount`` and ``net``
        (million currency over the programme), ``amount_per_head`` (currency a year), ``target_before``,
        ``target_after``, ``change_per_head`` (currency per head), ``theil_t_before``, ``theil_t_after`` (inside the
        group; not a number where values are negative).
    """
    table, data = region_table(plan), plan.dataset
    labels = plan.graph.level(level, lang).values.astype(str)
    people = data["population"].to_series()
    weighted = table[["target_before", "target_after", "change_per_head"]].mul(people, axis=0)
    sums = (
        pd.concat([people.rename("people"), table[["amount", "net"]], weighted], axis=1).groupby(labels).sum()
    )
    made = pd.DataFrame(index=sums.index)
    made["regions"] = pd.Series(labels).value_counts().reindex(sums.index)
    made["population_share"] = sums["people"] / people.sum()
    made["amount"], made["net"] = sums["amount"], sums["net"]
    made["amount_per_head"] = sums["amount"] * MILLION / sums["people"] / data.sizes["year"]
    for name in weighted:
        made[name] = sums[name] / sums["people"]
    for outcome in ("before", "after"):
        try:
            inside = theil_decomposition(table[f"target_{outcome}"].to_numpy(), people.to_numpy(), labels)
            made[f"theil_t_{outcome}"] = pd.Series(inside["theil_t"].inside)
        except InputError:
            made[f"theil_t_{outcome}"] = np.nan
    return made.sort_values("target_before", kind="stable")


def split_sheet(plan: Plan, words: Words) -> Sheet | None:
    """The parts of every level in words, without the totals; None where there is nothing to split."""
    rows = []
    for split in splits(plan):
        if split.part == "total":
            continue
        before, after, _ = split.values
        rows.append(
            [
                words.label("level", split.level),
                words.part(measures, split.measure),
                words.t(f"summary.part.{split.part}"),
                *(words.number(v, 5) for v in split.values),
                words.signed(after - before, 6),
                words.percent(split.shares[0], 1),
                words.percent(split.shares[1], 1),
            ]
        )
    names = ("level", "measure", "part", *OUTCOMES, "change", "share_before", "share_after")
    return Sheet([words.t(f"summary.column.{name}") for name in names], rows) if rows else None


def group_sheet(plan: Plan, level: str, words: Words) -> Sheet:
    """The groups of one level in words."""
    head, money = words.unit(words.per_head), words.unit(words.money)
    columns = [
        words.label("level", level),
        words.t("summary.column.regions"),
        words.t("summary.column.population_share"),
        words.t("report.column.amount", unit=money),
        words.t("report.column.amount_per_head", unit=head),
        words.t("report.column.net", unit=money),
        words.t("summary.column.target_before", unit=head),
        words.t("report.column.change_per_head", unit=head),
        words.t("summary.column.inside"),
    ]
    rows = [
        [
            str(name),
            words.number(row["regions"]),
            words.percent(row["population_share"], 1),
            words.number(row["amount"]),
            words.number(row["amount_per_head"], 1),
            words.signed(row["net"]),
            words.number(row["target_before"]),
            words.signed(row["change_per_head"], 1),
            f"{words.number(row['theil_t_before'], 5)} → {words.number(row['theil_t_after'], 5)}",
        ]
        for name, row in group_table(plan, level, words.lang).iterrows()
    ]
    return Sheet(columns, rows)
