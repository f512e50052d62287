"""Regenerate the derived files of data/us: shapes, geography, links, the finance row of Washington, D.C., capital stocks.

    pip install '.[cases]'                       # linearmodels holds the panel of 1970-86
    python scripts/us_data.py                    # downloads the outlines with npm
    python scripts/us_data.py --states FILE      # uses a copy of us-atlas' states-10m.json

The tables it reads (regions.csv, figures_2019.csv and the published rows of finance_2019.csv) are primary; sources.md
says where they come from. Equation numbers are those of data/us/sources.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod, Transformer

from spatialcoord.regions.links import contiguity_from_polygons

CASE = Path(__file__).resolve().parents[1] / "data" / "us"
PACKAGE = "us-atlas@3.0.1"
MEMBER = "package/states-10m.json"
GEOD = Geod(ellps="GRS80")

PLANE = "EPSG:5070"  # Albers' equal-area conic of the contiguous states, metres
TOLERANCE = 1500.0  # m
SPECK = 20e6  # m2; smaller islands are not drawn
DISC = 27000.0  # m, radius of the District of Columbia as it is drawn; it is 16 km across
# drawn below the south-west: plane of its own, scale, and where the middle of its box goes (easting, northing, km)
INSETS = {
    "US-AK": ("EPSG:3338", 0.35, (-1750, 560)),
    "US-HI": ("+proj=laea +lon_0=-157.5 +lat_0=20.6 +datum=NAD83", 1.0, (-800, 330)),
}
# no border joins them to another state: the ports and airports that most traffic goes through, by general knowledge
FAR_LINKS = (
    ("US-AK", "US-WA", "sea and air, Anchorage-Seattle"),
    ("US-CA", "US-HI", "air, Honolulu-Los Angeles"),
)

AID_BASE = "personal_income_2019_million_usd"
DISTRICT = "US-DC"

# Quoted from memory, to be checked: see sources.md.
INFRASTRUCTURE_RATIO = (
    0.67  # general government non-defence fixed assets over output, end of 2019, current cost
)
EDUCATION_SHARE = 0.05  # government expenditure on education over output
PRIVATE_RATIO = 1.2  # private non-residential fixed assets over output, end of 2019, current cost
RESEARCH_SHARE = 0.031  # all research and development, public and private, over output, 2019
HUMAN_DEPRECIATION, RESEARCH_DEPRECIATION = 0.03, 0.15  # per year
GROWTH = 0.018  # per year
BAND = (0.67, 1.5)  # a state's ratio over the national one


def fetch(member: str = MEMBER) -> bytes:
    """A file of the package us-atlas, that of states if no other is named, through npm."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            file = tar.extractfile(member)
            assert file is not None
            return file.read()


def states(raw: bytes, names: pd.Series) -> geopandas.GeoDataFrame:
    """The 50 states and the District of Columbia in degrees, valid, indexed and ordered as `names`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "states-10m.json"
        path.write_bytes(raw)
        frame = geopandas.read_file(path, layer="states").set_crs("EPSG:4269", allow_override=True)
    frame = frame.set_index("name").loc[names.to_list(), ["geometry"]]
    frame["geometry"] = frame.geometry.make_valid().map(_surface)
    frame.index = names.index
    return frame


def geography(frame: geopandas.GeoDataFrame) -> pd.DataFrame:
    """A point inside each state, outside the disc, and its area on the ellipsoid, from the shapes before simplifying."""
    shapes = frame.geometry.copy()
    disc = geopandas.GeoSeries([_disc(frame)], crs=PLANE).to_crs(frame.crs).iloc[0]
    around = shapes.index[shapes.intersects(disc) & (shapes.index != DISTRICT)]
    shapes[around] = shapes[around].difference(disc)
    points = shapes.representative_point()
    area = [abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6 for shape in frame.geometry]
    return pd.DataFrame(
        {"lon_degrees": points.x.round(4), "lat_degrees": points.y.round(4), "area_km2": np.round(area, 1)},
        index=frame.index,
    )


def links(frame: geopandas.GeoDataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Shared borders in km, and what joins Alaska and Hawaii to the others: straight between the points."""
    borders = contiguity_from_polygons(frame)[["a", "b", "kind", "length_km", "name"]]
    far = []
    for a, b, name in FAR_LINKS:
        lon, lat = places.loc[[a, b], "lon_degrees"], places.loc[[a, b], "lat_degrees"]
        length = GEOD.line_length(lon.to_numpy(), lat.to_numpy()) / 1000
        far.append({"a": a, "b": b, "kind": "link", "length_km": length, "name": name})
    table = pd.concat([borders, pd.DataFrame(far)], ignore_index=True)
    table["length_km"] = table["length_km"].round(1)
    return table


def write_geometry(frame: geopandas.GeoDataFrame) -> None:
    """Simplify the contiguous states together, set the insets and the disc, write three decimals (100 m)."""
    far = frame.index.isin(list(INSETS))
    near = frame[~far].to_crs(PLANE).geometry.map(_surface)
    shapes = pd.Series(shapely.coverage_simplify(near.to_numpy(), TOLERANCE), index=near.index)
    disc = _disc(frame)
    shapes = pd.Series(shapely.difference(shapes.to_numpy(), disc), index=shapes.index)
    shapes[DISTRICT] = disc
    for state, (plane, scale, middle) in INSETS.items():
        shapes[state] = _inset(frame.geometry[state], plane, scale, middle)
    shapes = shapes.map(_without_specks).reindex(frame.index)
    write_shapes(geopandas.GeoSeries(shapes, crs=PLANE), CASE / "regions.geojson")


def write_shapes(shapes: geopandas.GeoSeries, path: Path) -> None:
    """Write shapes indexed by region id as GeoJSON in degrees with three decimals (100 m)."""
    drawn = shapely.set_precision(shapes.to_crs("EPSG:4326").to_numpy(), 1e-3)
    assert shapely.is_valid(drawn).all() and not shapely.is_empty(drawn).any()
    features = [
        {"type": "Feature", "properties": {"id": i}, "geometry": _rounded(shapely.geometry.mapping(shape))}
        for i, shape in zip(shapes.index, drawn, strict=True)
    ]
    lines = ",\n".join(json.dumps(f, separators=(",", ":")) for f in features)
    path.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n")
    print(f"{path.name}: {len(features)} shapes, {path.stat().st_size / 1e3:.0f} kB")


def _disc(frame: geopandas.GeoDataFrame) -> Any:
    """The District of Columbia as it is drawn, in the plane."""
    return frame.loc[[DISTRICT]].to_crs(PLANE).geometry.iloc[0].centroid.buffer(DISC, quad_segs=6)


def _inset(shape: Any, plane: str, scale: float, middle: tuple[float, float]) -> Any:
    """A far-away state in a plane of its own, scaled and moved into the plane of the contiguous states."""
    local = Transformer.from_crs("EPSG:4269", plane, always_xy=True)
    flat = shapely.transform(shape, local.transform, interleaved=False)
    left, bottom, right, top = flat.bounds
    centre = np.array([(left + right) / 2, (bottom + top) / 2])
    moved = shapely.transform(flat, lambda xy: (xy - centre) * scale + 1000.0 * np.array(middle))
    return shapely.make_valid(shapely.simplify(moved, TOLERANCE))


def _surface(shape: Any) -> Any:
    """The polygons of a shape, without points and lines."""
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_dimensions(parts) == 2]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))


def _without_specks(shape: Any) -> Any:
    parts = shapely.get_parts(_surface(shape))
    large = parts[shapely.area(parts) >= min(SPECK, float(shapely.area(parts).max()))]
    return large[0] if len(large) == 1 else shapely.MultiPolygon(list(large))


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return {k: _rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


def finance(published: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """State finances with a row for the District of Columbia: (1) the states' mean rate per dollar of personal income."""
    states_only = published.drop(index=DISTRICT)
    money = [c for c in published if c.endswith("_million_usd")]
    income = figures[AID_BASE]
    rate = states_only[money].sum() / income[states_only.index].sum()
    table = published.copy()
    table.loc[DISTRICT, money] = (rate * income[DISTRICT]).round(3)
    table["finance_basis"] = "published"
    table.loc[DISTRICT, "finance_basis"] = "proxy: mean rate of the 50 states per dollar of personal income"
    return table


def capital(figures: pd.DataFrame, pattern: pd.Series) -> pd.DataFrame:
    """Capital stocks at the end of 2019, million USD, equations (2)-(5).

    Parameters
    ----------
    figures : pandas.DataFrame
        figures_2019.csv.
    pattern : pandas.Series
        Highways, water and sewers over output in 1986, nation 1, of the 48 contiguous states.
    """
    output = figures["output_2019_million_usd"]
    relative = pattern.reindex(figures.index)
    basis = np.where(relative.isna(), "national ratio", "pattern of 1986")
    raw = relative.fillna(1.0) * output
    low, high = (band * output for band in BAND)
    # the clipped sum rises with the factor, so halving finds the one that meets the national ratio
    below, above = 0.0, 10.0
    for _ in range(100):
        factor = (below + above) / 2
        short = (factor * raw).clip(low, high).sum() < output.sum()
        below, above = (factor, above) if short else (below, factor)
    infrastructure = INFRASTRUCTURE_RATIO * (factor * raw).clip(low, high)
    return pd.DataFrame(
        {
            "capital_infrastructure_2019_million_usd": infrastructure.round(1),
            "capital_infrastructure_over_output_2019": (infrastructure / output).round(4),
            "infrastructure_basis": basis,
            "capital_human_2019_million_usd": (
                EDUCATION_SHARE / (HUMAN_DEPRECIATION + GROWTH) * output
            ).round(1),
            "capital_private_2019_million_usd": (PRIVATE_RATIO * output).round(1),
            "capital_research_2019_million_usd": (
                RESEARCH_SHARE / (RESEARCH_DEPRECIATION + GROWTH) * output
            ).round(1),
        },
        index=figures.index,
    )


def pattern_1986() -> pd.Series:
    """Highways, water and sewers over output in 1986, nation 1, from Munnell's panel in linearmodels.

    Her total also holds power stations where the public owns them (Nebraska, Washington), which elsewhere are private.
    """
    from us_elasticity import panel

    year = panel().xs(1986, level="year")
    core = year["highways"] + year["water_and_sewers"]
    return core / year["output"] / (core.sum() / year["output"].sum())


def write(table: pd.DataFrame, name: str, index: bool = True) -> None:
    """One CSV of the case, with plain line ends."""
    table.to_csv(CASE / name, index=index, lineterminator="\n")
    print(f"{name}: {len(table)} rows")


def main() -> int:
    """Write the derived files and print what was derived."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--states", type=Path, help=f"a copy of {MEMBER} of npm {PACKAGE}")
    given = parser.parse_args().states
    try:
        pattern = pattern_1986()
    except ModuleNotFoundError as error:
        print(f"{error}. The panel of 1970-86 is in it: pip install linearmodels==7.1", file=sys.stderr)
        return 2
    regions = pd.read_csv(CASE / "regions.csv", index_col="id")
    figures = pd.read_csv(CASE / "figures_2019.csv", index_col="id")
    frame = states(given.read_bytes() if given else fetch(), regions["name"])
    places = geography(frame)
    write(places, "geography.csv")
    write(links(frame, places), "links.csv", index=False)
    write_geometry(frame)
    write(finance(pd.read_csv(CASE / "finance_2019.csv", index_col="id"), figures), "finance_2019.csv")
    stocks = capital(figures, pattern)
    write(stocks, "capital_2019.csv")
    output = figures["output_2019_million_usd"]
    for kind, elasticity in (("infrastructure", 0.106), ("human", 0.08), ("research", 0.10)):
        product = elasticity * output / stocks[f"capital_{kind}_2019_million_usd"]
        print(
            f"{kind} capital: marginal product at elasticity {elasticity} {product.min():.3f} to {product.max():.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
