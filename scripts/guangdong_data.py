"""Regenerate the derived files of data/guangdong: schematic shapes, fiscal and capital proxies; print the nested Theil index.

    python scripts/guangdong_data.py

Everything it reads is in data/guangdong and data/china; sources.md says where that comes from. Equation numbers are those of
data/guangdong/sources.md.
"""

from __future__ import annotations

import sys
from typing import Any

import geopandas
import pandas as pd
import shapely
from eu_shapes import _nearest, _surface
from us_data import _without_specks, write_shapes

from spatialcoord.disparity import theil_between, theil_t, theil_within
from spatialcoord.regions import data_folder

CASE, NATION = data_folder() / "guangdong", data_folder() / "china"
PROVINCE = "CN-GD"
PLANE = "+proj=laea +lon_0=113.5 +lat_0=23 +datum=WGS84"  # metres
PEOPLE, OUTPUT = "population_2020_persons", "output_2020_million_cny"
KINDS = ("infrastructure", "human", "private", "research")


def shapes(points: pd.DataFrame) -> geopandas.GeoSeries:
    """What of the province is nearest to each city's point, in the plane: schematic, no boundary of any city."""
    nation = geopandas.read_file(NATION / "regions.geojson").set_index("id").to_crs(PLANE)
    outline = nation.geometry[PROVINCE]
    places = geopandas.GeoSeries.from_xy(
        points["lon_degrees"], points["lat_degrees"], index=points.index, crs="EPSG:4326"
    ).to_crs(PLANE)
    cells: dict[Any, Any] = _nearest(outline, places)
    return geopandas.GeoSeries({i: _without_specks(_surface(c)) for i, c in cells.items()}, crs=PLANE)


def proxies(figures: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fiscal figures (1)-(2) and capital (3) of the cities from those of the province."""
    province = pd.read_csv(NATION / "figures_2019_2020.csv", index_col="id").loc[PROVINCE]
    stocks = pd.read_csv(NATION / "capital_2020.csv", index_col="id").loc[PROVINCE]
    of_output = figures[OUTPUT] / figures[OUTPUT].sum()
    of_people = figures[PEOPLE] / figures[PEOPLE].sum()
    fiscal = pd.DataFrame(
        {
            "own_revenue_proxy_2019_million_cny": of_output * province["own_revenue_2019_million_cny"],
            "tax_revenue_proxy_2019_million_cny": of_output * province["tax_revenue_2019_million_cny"],
            "budget_expenditure_proxy_2019_million_cny": of_people
            * province["budget_expenditure_2019_million_cny"],
        }
    )
    capital = pd.DataFrame(
        {
            f"capital_{kind}_proxy_2020_million_cny": of_output * stocks[f"capital_{kind}_2020_million_cny"]
            for kind in KINDS
        }
    )
    return fiscal.round(1), capital.round(1)


def nested() -> dict[str, float]:
    """Theil T of output per head in 2020 over the other provinces and Guangdong's cities: between and within provinces.

    Within provinces, only Guangdong's part is held, so that part is a lower bound of what is within provinces.
    """
    provinces = pd.read_csv(NATION / "figures_2019_2020.csv", index_col="id")[[PEOPLE, OUTPUT]]
    cities = pd.read_csv(CASE / "figures.csv", index_col="id")[[PEOPLE, OUTPUT]]
    table = pd.concat([provinces.drop(PROVINCE), cities])
    group = [*provinces.index.drop(PROVINCE), *[PROVINCE] * len(cities)]
    per_head, people = table[OUTPUT] / table[PEOPLE], table[PEOPLE]
    return {
        "provinces_alone": theil_t(provinces[OUTPUT] / provinces[PEOPLE], provinces[PEOPLE]),
        "nested": theil_t(per_head, people),
        "between_provinces": theil_between(per_head, people, group),
        "within_guangdong": theil_within(per_head, people, group),
        "of_guangdong_alone": theil_t(cities[OUTPUT] / cities[PEOPLE], cities[PEOPLE]),
        "share_of_output": float(cities[OUTPUT].sum() / table[OUTPUT].sum()),
    }


def main() -> int:
    """Write the derived files and print the nested index."""
    figures = pd.read_csv(CASE / "figures.csv", dtype={"id": str}).set_index("id")
    points = pd.read_csv(CASE / "geography.csv", dtype={"id": str}).set_index("id")
    drawn = shapes(points)
    assert shapely.covers(drawn.to_numpy(), drawn.representative_point().to_numpy()).all()
    write_shapes(drawn, CASE / "regions.geojson")
    for name, table in zip(("fiscal_proxy.csv", "capital_proxy.csv"), proxies(figures), strict=True):
        table.to_csv(CASE / name, lineterminator="\n")
        print(f"{name}: {len(table)} rows")
    print(", ".join(f"{key} {value:.4f}" for key, value in nested().items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
