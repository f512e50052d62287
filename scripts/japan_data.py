"""Regenerate the derived files of data/japan: geometry, geography, links, fiscal and capital proxies.

    python scripts/japan_data.py                     # downloads the geometry package with npm
    python scripts/japan_data.py --geojson FILE      # uses a copy of its esm/countries/japan.geojson
    python scripts/japan_data.py --proxies           # the proxies alone, from the tables here

The tables it reads (figures.csv, allocation_tax_fy2019.csv) are primary; sources.md says where they come from. Equation
numbers are those of data/japan/sources.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from china_data import GEOD, fetch_geojson, scaled
from us_data import _surface, _without_specks, write_shapes

from spatialcoord.regions import data_folder
from spatialcoord.regions.links import contiguity_from_polygons

CASE = data_folder() / "japan"
MEMBER = "package/esm/countries/japan.geojson"
PLANE = "+proj=laea +lon_0=137 +lat_0=37 +datum=WGS84"  # metres
TOLERANCE = 1000.0  # m
SLIVER = (
    1000.0  # m; the package simplifies each prefecture by itself, so that neighbours overlap or part by less
)
INSET = (
    29.0,
    600e3,
    1550e3,
)  # degrees north below which islands are drawn elsewhere, and how far east and north, m
SOUTH_OF_TOKYO = 32.0  # degrees north; Tokyo's islands beyond (Ogasawara, Minamitorishima) are not drawn
AMAMI = (
    128.35,
    27.0,
)  # degrees east and north; islands beyond are Kagoshima's, though the package has them in Okinawa

# no land border joins these: by general knowledge
CROSSINGS = (
    ("JP-01", "JP-02", "Seikan Tunnel"),
    ("JP-28", "JP-36", "Onaruto Bridge"),
    ("JP-33", "JP-37", "Great Seto Bridge"),
    ("JP-34", "JP-38", "Nishiseto Expressway"),
    ("JP-35", "JP-40", "Kanmon Bridge and tunnels"),
    ("JP-46", "JP-47", "sea and air, Kagoshima-Naha"),
)

PEOPLE, OUTPUT = "population_2020_persons", "output_fy2019_million_jpy"
STRENGTH = "financial_strength_index_fy2019"
CALCULATION_RATE = 0.75  # share of standard local tax in standard fiscal revenue

# Quoted from memory, to be checked: see sources.md.
EXPENDITURE = 49_339_000.0  # million JPY, settled expenditure of all prefectures, fiscal year 2019
INFRASTRUCTURE_RATIO = 1.1  # net public capital over output
EDUCATION_SHARE = 0.035  # public expenditure on education over output
PRIVATE_RATIO = 1.4  # private non-residential fixed assets over output
RESEARCH_SHARE = 0.035  # all research and development over output
HUMAN_DEPRECIATION, RESEARCH_DEPRECIATION = 0.03, 0.15  # per year
GROWTH = 0.01  # per year


def prefectures(raw: bytes) -> geopandas.GeoDataFrame:
    """The 47 prefectures without overlaps and slivers, indexed by ISO 3166-2 code."""
    frame = geopandas.GeoDataFrame.from_features(json.loads(raw)["features"], crs="EPSG:4326")
    frame = frame.set_index("ISO").sort_index().rename_axis("id")
    frame["geometry"] = frame.geometry.make_valid().map(_surface)
    assert len(frame) == 47
    shapes = frame.geometry
    amami, okinawa = _split(shapes["JP-47"], lambda east, north: east > AMAMI[0] and north > AMAMI[1])
    shapes["JP-46"], shapes["JP-47"] = shapely.union_all([*amami, shapes["JP-46"]]), _whole(okinawa)
    clean = shapely.coverage_clean(shapes.to_crs(PLANE).to_numpy(), gap_width=SLIVER)
    assert shapely.coverage_is_valid(clean)
    return geopandas.GeoSeries(clean, index=shapes.index, crs=PLANE).to_crs(shapes.crs).to_frame("geometry")


def drawn(frame: geopandas.GeoDataFrame) -> geopandas.GeoSeries:
    """Shapes for maps, simplified together, so that neighbours keep one border.

    Tokyo's far islands and islets are left out; Okinawa and Amami are drawn in the Sea of Japan, at the same scale.
    """
    shapes = frame.geometry.copy()
    shapes["JP-13"] = _whole(_split(shapes["JP-13"], lambda east, north: north > SOUTH_OF_TOKYO)[0])
    north_of, *shift = INSET
    for region in ("JP-46", "JP-47"):
        near, far = (
            geopandas.GeoSeries(parts, crs=frame.crs).to_crs(PLANE)
            for parts in _split(shapes[region], lambda east, north: north > north_of)
        )
        moved = geopandas.GeoSeries([*near, *far.translate(*shift)], crs=PLANE).to_crs(frame.crs)
        shapes[region] = shapely.union_all(moved.to_numpy())
    plane = shapes.to_crs(PLANE)
    simple = shapely.coverage_simplify(plane.to_numpy(), TOLERANCE)
    return geopandas.GeoSeries([_without_specks(s) for s in simple], index=frame.index, crs=PLANE)


def _split(shape: Any, chosen: Callable[[float, float], bool]) -> tuple[list[Any], list[Any]]:
    """Parts whose middle (degrees east, north) is chosen, and the others."""
    parts = shapely.get_parts(shape)
    yes = [chosen(part.centroid.x, part.centroid.y) for part in parts]
    return list(parts[np.array(yes)]), list(parts[~np.array(yes)])


def _whole(parts: list[Any]) -> Any:
    return shapely.MultiPolygon(parts)


def geography(frame: geopandas.GeoDataFrame) -> pd.DataFrame:
    """A point inside the largest island of each prefecture and the area of all of it on the ellipsoid."""
    largest = frame.geometry.map(lambda shape: max(shapely.get_parts(shape), key=shapely.area))
    points = geopandas.GeoSeries(largest, crs=frame.crs).representative_point()
    area = [abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6 for shape in frame.geometry]
    return pd.DataFrame(
        {"lon_degrees": points.x.round(4), "lat_degrees": points.y.round(4), "area_km2": np.round(area, 1)},
        index=frame.index,
    )


def links(frame: geopandas.GeoDataFrame) -> pd.DataFrame:
    """Shared borders in km, and crossings with the least distance between the shores."""
    borders = contiguity_from_polygons(frame)[["a", "b", "kind", "length_km", "name"]]
    table = pd.concat([borders, pd.DataFrame([_crossing(frame, *c) for c in CROSSINGS])], ignore_index=True)
    table["length_km"] = table["length_km"].round(2)
    return table


def _crossing(frame: geopandas.GeoDataFrame, a: str, b: str, name: str) -> dict[str, Any]:
    strait = shapely.shortest_line(frame.geometry[a], frame.geometry[b])
    return {"a": a, "b": b, "kind": "link", "length_km": GEOD.geometry_length(strait) / 1000, "name": name}


def fiscal(figures: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Standard fiscal revenue, need, tax, gap (1)-(4) and expenditure (5) of the fiscal year 2019, million JPY."""
    people, output = figures[PEOPLE], figures[OUTPUT]
    key = np.sqrt(people / people.sum() * output / output.sum())
    held = published["standard_fiscal_revenue_fy2019_million_jpy"]
    level = np.exp(np.log(held / key[held.index]).mean())
    revenue = level * key
    need = revenue / figures[STRENGTH]
    table = pd.DataFrame(
        {
            "standard_fiscal_revenue_proxy": revenue,
            "standard_fiscal_need_proxy": need,
            "standard_local_tax_proxy": revenue / CALCULATION_RATE,
            "net_transfer_received_proxy": (need - revenue).clip(lower=0.0),
            "budget_expenditure_proxy": EXPENDITURE * need / need.sum(),
        }
    )
    return table.add_suffix("_fy2019_million_jpy").round(1)


def capital(output: pd.Series, spending: pd.Series) -> pd.DataFrame:
    """Capital at the end of fiscal year 2019 by kind, million JPY, (6)-(8)."""
    stocks = {
        "infrastructure": scaled(spending, output, INFRASTRUCTURE_RATIO),
        "human": scaled(spending, output, EDUCATION_SHARE / (HUMAN_DEPRECIATION + GROWTH)),
        "private": PRIVATE_RATIO * output,
        "research": RESEARCH_SHARE / (RESEARCH_DEPRECIATION + GROWTH) * output,
    }
    return pd.DataFrame({f"capital_{k}_proxy_fy2019_million_jpy": v.round(1) for k, v in stocks.items()})


def write(table: pd.DataFrame, name: str, index: bool = True) -> None:
    """One CSV of the case, with plain line ends."""
    table.to_csv(CASE / name, index=index, lineterminator="\n")
    print(f"{name}: {len(table)} rows")


def write_proxies() -> None:
    """Write the proxies and print what they imply beside what is published."""
    figures = pd.read_csv(CASE / "figures.csv", index_col="id")
    published = pd.read_csv(CASE / "allocation_tax_fy2019.csv", index_col="id")
    budgets = fiscal(figures, published)
    write(budgets, "fiscal_proxy.csv")
    print((budgets.sum() / 1e6).round(3).rename("trillion JPY").to_string())
    for name in ("standard_fiscal_need", "standard_fiscal_revenue"):
        ratio = budgets[f"{name}_proxy_fy2019_million_jpy"] / published[f"{name}_fy2019_million_jpy"]
        print(f"{name}, proxy over published: {ratio.dropna().round(3).to_dict()}")
    output = figures[OUTPUT]
    stocks = capital(output, budgets["budget_expenditure_proxy_fy2019_million_jpy"])
    write(stocks, "capital_proxy.csv")
    for kind, elasticity in (
        ("infrastructure", 0.106),
        ("human", 0.08),
        ("private", 0.35),
        ("research", 0.1),
    ):
        product = elasticity * output / stocks[f"capital_{kind}_proxy_fy2019_million_jpy"]
        print(
            f"marginal product of {kind} capital at {elasticity}: {product.min():.3f} to {product.max():.3f}"
        )


def main() -> int:
    """Write the derived files and print what was derived."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--geojson", type=Path, help=f"a copy of {MEMBER}")
    parser.add_argument("--proxies", action="store_true", help="write the proxies alone")
    given = parser.parse_args()
    write_proxies()
    if given.proxies:
        return 0
    frame = prefectures(given.geojson.read_bytes() if given.geojson else fetch_geojson(MEMBER))
    write(geography(frame), "geography.csv")
    write(links(frame), "links.csv", index=False)
    write_shapes(drawn(frame), CASE / "regions.geojson")
    return 0


if __name__ == "__main__":
    sys.exit(main())
