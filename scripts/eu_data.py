"""Make the shapes and the derived tables of data/eu from its primary tables and Natural Earth outlines.

Usage: python scripts/eu_data.py [--packages FOLDER]

Writes derived.csv, reference_2015_17.csv, allocation_2014_2020.csv, capital_2023.csv and regions.geojson.
Needs npm to fetch the outlines, or a FOLDER that holds the two packages, unpacked as `country-map` and
`world-atlas`. The tables it reads (figures.csv, geography.csv) are primary; sources.md says where
they come from. Equation numbers are those of data/eu/sources.md; the shapes are made in eu_shapes.py.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from eu_shapes import fetch_packages, write_geometry

CASE = Path(__file__).resolve().parents[1] / "data" / "eu"

INVESTED_SHARE = {"infrastructure": 0.032, "human": 0.047}  # of output a year, EU-27; see sources.md
DEPRECIATION = {"infrastructure": 0.04, "human": 0.03}  # per year
GROWTH = 0.013  # per year

# Expenditure on research and development, per cent of GDP, about 2022 (Eurostat rd_e_gerdtot), from memory; see sources.md
RESEARCH_PERCENT = {
    "AT": 3.2, "BE": 3.4, "BG": 0.8, "CY": 0.8, "CZ": 2.0, "DE": 3.1, "DK": 2.9, "EE": 1.8, "EL": 1.5, "ES": 1.4,
    "FI": 3.0, "FR": 2.2, "HR": 1.4, "HU": 1.4, "IE": 1.0, "IT": 1.3, "LT": 1.0, "LU": 1.0, "LV": 0.8, "MT": 0.7,
    "NL": 2.3, "PL": 1.5, "PT": 1.7, "RO": 0.5, "SE": 3.4, "SI": 2.1, "SK": 1.0,
}  # fmt: skip
RESEARCH_DEPRECIATION = 0.15  # per year
RESEARCH_CLIP = (0.67, 1.5)  # ratio to output against that of all regions together

# Regions of NUTS 2024 without figures of 2015-17: the category of the region of NUTS 2016 they were part of.
PREDECESSOR = {"PT19": "PT16", "PT1A": "PT17", "PT1B": "PT17", "PT1C": "PT18", "PT1D": "PT16 and PT18"}
CATEGORY_OF_PREDECESSOR = {"PT16": "less developed", "PT17": "more developed", "PT18": "less developed"}
# Regions that together are the regions of NUTS 2016 from which they were made: PT17; PT16 and PT18.
SUCCESSORS = (("PT1A", "PT1B"), ("PT19", "PT1C", "PT1D"))
JOINED_SINCE_2004 = ["CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK", "BG", "RO", "HR"]
OUTERMOST = [
    "ES70",
    "FRY1",
    "FRY2",
    "FRY3",
    "FRY4",
    "FRY5",
    "PT20",
    "PT30",
]  # Article 349 of the Treaty on the Functioning of the EU
SPARSE = ["SE32", "SE33", "FI1D"]  # Protocol 6 to the 1994 Act of Accession, in regions of today: from memory
CATEGORIES = {"less developed": "欠发达", "transition": "过渡", "more developed": "较发达"}


def population(figures: pd.DataFrame) -> pd.Series:
    """Persons on 1 January 2023; where not held, (1) output / (index / 100 x output per head of the state's others).

    The index is output per head in purchasing power, so within a state it is output per head in euro up to one
    factor, which the other regions of the state give.
    """
    held = figures["population_2023_persons"]
    state = figures["member_state_code"]
    known = held.notna()
    units = figures["output_2023_million_eur"] / figures["output_per_head_pps_2023_eu27_100"]
    factor = units[known].groupby(state[known]).sum() / held[known].groupby(state[known]).sum()
    derived = units / state.map(factor)
    return held.where(known, derived.round(-2)).astype("int64")


def price_level(figures: pd.DataFrame, people: pd.Series) -> pd.Series:
    """Price level of every member state, EU-27 = 1: (2) output in euro over output in purchasing power standards."""
    output = figures["output_2023_million_eur"]
    mean = output.sum() / people.sum()
    pps = figures["output_per_head_pps_2023_eu27_100"] / 100 * mean * people
    state = figures["member_state_code"]
    level = output.groupby(state).sum() / pps.groupby(state).sum()
    return (level * (output / state.map(level)).sum() / output.sum()).round(4)


def category(figures: pd.DataFrame) -> pd.DataFrame:
    """Category of Article 108: output per head in PPS below 75, 75 to 100, above 100 per cent of the EU-27, 2015-17."""
    index = figures["output_per_head_pps_2015_17_eu27_100"]
    by_index = np.select([index < 75, index <= 100, index > 100], list(CATEGORIES), default="")
    basis = pd.Series("index 2015-17", index=figures.index)
    label = pd.Series(by_index, index=figures.index)
    for region, older in PREDECESSOR.items():
        label[region] = CATEGORY_OF_PREDECESSOR[older.split()[0]]
        basis[region] = f"category of {older} (NUTS 2016)"
    assert label.isin(CATEGORIES).all()
    return pd.DataFrame({"category": label, "category_zh": label.map(CATEGORIES), "category_basis": basis})


def allocation(figures: pd.DataFrame, people: pd.Series, label: pd.Series) -> pd.DataFrame:
    """Regional fund payments 2014-20 in million EUR; (3) where not held, per head as the category in the state, or in the EU.

    The state's mean needs two regions of the category that hold a figure.
    """
    held = figures["erdf_paid_2014_2020_million_eur"]
    known = held.notna()
    state = figures["member_state_code"]
    rows = pd.DataFrame({"paid": held, "people": people, "state": state, "category": label})[known]
    union = rows.groupby("category")[["paid", "people"]].sum()
    national = rows.groupby(["state", "category"])[["paid", "people"]].agg("sum")
    count = rows.groupby(["state", "category"]).size()
    values, basis = held.copy(), pd.Series("paid", index=held.index)
    for region in held.index[~known]:
        key = (state[region], label[region])
        near = key in count.index and count[key] >= 2
        total = national.loc[key] if near else union.loc[label[region]]
        values[region] = total["paid"] / total["people"] * people[region]
        basis[region] = f"per head as {label[region]} regions of {state[region] if near else 'the EU-27'}"
    return pd.DataFrame({"erdf_pattern_2014_2020_million_eur": values.round(2), "erdf_basis": basis})


def reference(figures: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """What the law of 2021-27 looks at, means of 2015-17; where not held, (6) the figure of 2023 as the state's others moved.

    Of an index and a rate, the others' mean is weighted by people of 2023. The five new regions of Portugal get the index
    of the regions of NUTS 2016 that they were made from, which the category of the law was given to. Where there is no
    rate of either year (Aland) the mean of the state's others stands in.
    """
    state = figures["member_state_code"]
    held = pd.DataFrame(
        {
            "population": figures["population_2015_17_mean_persons"],
            "index": figures["output_per_head_pps_2015_17_eu27_100"],
            "rate": figures["unemployment_rate_2015_17_mean_percent"],
        }
    )
    later = pd.DataFrame(
        {
            "population": people.astype(float),
            "index": figures["output_per_head_pps_2023_eu27_100"].astype(float),
            "rate": figures["unemployment_rate_2023_percent"],
        }
    )
    for group in SUCCESSORS:
        rows = list(group)
        later.loc[rows, "index"] = np.average(later.loc[rows, "index"], weights=people[rows])
    filled, basis = held.copy(), {}
    for name in held:
        both = held[name].notna() & later[name].notna()
        weight = people.where(both) if name != "population" else both.astype(float)
        moved = (held[name] * weight).groupby(state).sum() / (later[name] * weight).groupby(state).sum()
        estimate = later[name] * state.map(moved)
        known = held[name].notna()
        mean = (held[name] * people).groupby(state).sum() / people.where(known).groupby(state).sum()
        filled[name] = held[name].fillna(estimate).fillna(state.map(mean))
        basis[name] = np.select(
            [known, estimate.notna()],
            ["published", "figure of 2023 as the state's others moved"],
            "mean of the state's others",
        )
    return pd.DataFrame(
        {
            "population_2015_17_persons": filled["population"].round(0).astype("int64"),
            "population_basis": basis["population"],
            "output_per_head_pps_2015_17_eu27_1": (filled["index"] / 100).round(4),
            "output_per_head_basis": basis["index"],
            "unemployment_rate_2015_17_percent": filled["rate"].round(2),
            "unemployment_rate_basis": basis["rate"],
            "joined_since_2004": state.isin(JOINED_SINCE_2004).astype(int),
            "outermost_or_sparse": figures.index.isin([*OUTERMOST, *SPARSE]).astype(int),
        },
        index=figures.index,
    )


def capital(figures: pd.DataFrame) -> pd.DataFrame:
    """Capital by type: (4) stock = invested share of output x output / (depreciation + growth); research with the share
    of the member state, its ratio to output clipped."""
    output = figures["output_2023_million_eur"]
    percent = figures["member_state_code"].map(RESEARCH_PERCENT)
    mean = (percent * output).sum() / output.sum()
    ratio = mean / 100 * (percent / mean).clip(*RESEARCH_CLIP) / (RESEARCH_DEPRECIATION + GROWTH)
    stocks = pd.DataFrame(
        {
            f"capital_{kind}_2023_million_eur": (
                INVESTED_SHARE[kind] / (DEPRECIATION[kind] + GROWTH) * output
            ).round(1)
            for kind in INVESTED_SHARE
        }
    )
    stocks["capital_research_2023_million_eur"] = (ratio * output).round(1)
    return stocks


def write(table: pd.DataFrame, name: str) -> None:
    """One CSV of the case, with plain line ends."""
    table.rename_axis("id").to_csv(CASE / name, lineterminator="\n")
    print(f"{name}: {len(table)} rows")


def main() -> None:
    """Write the derived files and print what was derived."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packages", type=Path, help="folder with country-map/ and world-atlas/, unpacked")
    given = parser.parse_args().packages
    figures = pd.read_csv(CASE / "figures.csv", index_col="id")
    figures["member_state_code"] = figures.index.str[:2]
    people = population(figures)
    levels = price_level(figures, people)
    labels = category(figures)
    write(
        pd.DataFrame(
            {
                "population_2023_persons": people,
                "population_basis": np.where(
                    figures["population_2023_persons"].isna(), "derived", "published"
                ),
                "price_level_2023_eu27_1": figures["member_state_code"].map(levels),
                **labels,
            }
        ),
        "derived.csv",
    )
    write(reference(figures, people), "reference_2015_17.csv")
    write(allocation(figures, people, labels["category"]), "allocation_2014_2020.csv")
    write(capital(figures), "capital_2023.csv")
    print(levels.to_string())
    print(labels["category"].value_counts().to_string())
    points = pd.read_csv(CASE / "geography.csv", index_col="id")
    with tempfile.TemporaryDirectory() as folder:
        write_geometry(given or fetch_packages(Path(folder)), points, CASE / "regions.geojson")


if __name__ == "__main__":
    main()
