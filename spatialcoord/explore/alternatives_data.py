"""The alternatives as a Dataset and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord.explore.ranges import by_line

if TYPE_CHECKING:
    from spatialcoord.explore.alternatives import Findings
    from spatialcoord.results import Words

MILLION = 1e6
SPACE = ("line", "region")
AMOUNT = ("instrument", "region", "year")


def dataset_of(found: Findings) -> xr.Dataset:
    """Everything found, with units.

    Money of `least`, `most` and the like is over the whole programme; `plan`, `least_change` and `alternatives` are amounts a
    year.
    """
    near, ranges, source = found.near, found.ranges, found.plan.dataset
    attrs = source.attrs
    money, unit = attrs["money_unit"], found.plan.summary["objective"]["unit"]
    others = [a.plan for a in found.alternatives]
    empty = np.zeros((0, *near.best.amounts.shape))
    amounts = np.stack([p.amounts for p in others]) if others else empty
    nearest = [a.distance for a in found.alternatives]

    def variable(dims: Any, values: Any, units: str, long_name: str) -> tuple[Any, Any, dict[str, str]]:
        return dims, values, {"units": units, "long_name": long_name}

    dataset = xr.Dataset(
        {
            "least": variable(SPACE, ranges.least, money, "least money over the programme"),
            "most": variable(SPACE, ranges.most, money, "most money over the programme"),
            "planned": variable(SPACE, ranges.plan, money, "money over the programme in the plan"),
            "equal_per_head": variable("region", ranges.equal, money, "the whole budget per head"),
            "width": variable(
                SPACE, ranges.width / ranges.equal, "share of equal_per_head", "width of the range"
            ),
            "settled": variable(
                SPACE, ranges.settled(found.settled), "1", "range narrower than the threshold"
            ),
            "objective_least": variable(
                SPACE, ranges.objective_least, unit, "objective of the plan at the least"
            ),
            "objective_most": variable(
                SPACE, ranges.objective_most, unit, "objective of the plan at the most"
            ),
            "plan": variable(AMOUNT, near.best.amounts, f"{money}/yr", "money in the plan"),
            "least_change": variable(
                AMOUNT, found.least.amounts, f"{money}/yr", "money in the plan with the least change"
            ),
            "alternatives": variable(
                ("alternative", *AMOUNT), amounts, f"{money}/yr", "money in each alternative"
            ),
            "objective": variable(
                "alternative", [p.objective for p in others], unit, "objective of the alternative"
            ),
            "distance": variable(
                "alternative", nearest, f"{money}/yr", "money elsewhere than in the nearest plan before it"
            ),
            "distance_bound": variable(
                "alternative",
                [a.bound for a in found.alternatives],
                f"{money}/yr",
                "no plan has a larger distance",
            ),
        },
        coords={
            "line": list(ranges.lines),
            "alternative": np.arange(1, len(others) + 1),
            "instrument": list(near.names),
            "region": source["region"].values,
            "year": source["year"].values,
            "name": source["name"],
            "name_zh": source["name_zh"],
            "population": source["population"],
        },
        attrs={
            key: attrs[key]
            for key in (
                "case",
                "title",
                "title_zh",
                "currency",
                "money_unit",
                "price_year",
                "objective",
                "fingerprint",
            )
        },
    )
    return dataset.assign_attrs(
        tolerance=near.tolerance, settled_below=found.settled, reference=found.reference.name
    )


def tables_of(found: Findings, words: Words) -> dict[str, pd.DataFrame]:
    """``ranges`` and ``alternatives``: a row for each region and line, heads with units in the language of the words."""
    from spatialcoord.explore.alternatives_words import line_title, sentences

    near, ranges = found.near, found.ranges
    regions, lines = near.setting.regions, ranges.lines
    people, years = near.setting.population, len(near.setting.years)
    settled = ranges.settled(found.settled)
    labels = [
        {
            _head(words, "id"): region,
            _head(words, "region"): words.names[r],
            _head(words, "line"): line_title(words, near.names, line),
        }
        for line in lines
        for r, region in enumerate(regions)
    ]

    def column(values: Any) -> list[float]:
        return [float(v) for v in np.asarray(values).ravel()]

    wide = np.broadcast_to(ranges.equal, ranges.least.shape)
    table = pd.DataFrame(labels)
    columns = {"planned": ranges.plan, "least": ranges.least, "most": ranges.most, "equal": wide}
    for key, values in columns.items():
        table[_head(words, key, words.money)] = column(values)
    for key in ("planned", "least", "most", "equal"):
        per_head = columns[key] * MILLION / people / years
        table[_head(words, f"{key}_per_head", words.per_head)] = column(per_head)
    table[_head(words, "width")] = column(ranges.width / ranges.equal)
    table[_head(words, "settled")] = [
        words.t("alternatives.settled" if s else "alternatives.choice") for s in settled.ravel()
    ]
    # what nearly as good means stands beside the figures, once
    table[_head(words, "note")] = [sentences(found, words)["tolerance"], *[""] * (len(table) - 1)]

    others = pd.DataFrame(labels)
    plans = {"planned": near.best, "least_change": found.least}
    for key, plan in plans.items():
        others[_head(words, key, words.money)] = column(by_line(near, plan.amounts, lines))
    for n, alternative in enumerate(found.alternatives, start=1):
        values = by_line(near, alternative.plan.amounts, lines)
        others[_head(words, "alternative", words.money, n=n)] = column(values)
    others[_head(words, "note")] = table[_head(words, "note")]
    return {"ranges": table, "alternatives": others}


def _head(words: Words, key: str, unit: str = "", **values: Any) -> str:
    name = words.t(f"alternatives.column.{key}", **values)
    return words.t("summary.table.with_unit", name=name, unit=words.unit(unit)) if unit else name
