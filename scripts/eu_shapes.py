"""Schematic shapes of the NUTS 2 regions: cells around a point of each region, inside Natural Earth's outlines.

No boundary of Eurostat's GISCO is used. A cell holds what is nearest to the region's point (Voronoi), within the
member state or, where Natural Earth's divisions are known to hold whole regions, within the division. Far-away
regions are drawn small in the Atlantic, not where they lie.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

PACKAGES = {
    "country-map": "@superset-ui/legacy-plugin-chart-country-map@0.20.3",
    "world-atlas": "world-atlas@2.0.2",
}
FILES = {
    "AT": "austria",
    "BE": "belgium",
    "BG": "bulgaria",
    "CZ": "czech_republic",
    "DE": "germany",
    "DK": "denmark",
    "EE": "estonia",
    "EL": "greece",
    "ES": "spain",
    "FI": "finland",
    "FR": "france_regions",
    "HR": "croatia",
    "HU": "hungary",
    "IT": "italy_regions",
    "LT": "lithuania",
    "LU": "luxembourg",
    "LV": "latvia",
    "MT": "malta",
    "NL": "netherlands",
    "PL": "poland",
    "PT": "portugal",
    "RO": "romania",
    "SE": "sweden",
    "SI": "slovenia",
    "SK": "slovakia",
}
# whole countries of world-atlas: Ireland is in no file of the other package; Cyprus is there without the north, which is
# territory of the Union where its law is suspended
WHOLE = {"IE": ("Ireland",), "CY": ("Cyprus", "N. Cyprus", "Cyprus U.N. Buffer Zone")}
DIVIDED = (
    "AT",
    "BE",
    "DE",
    "DK",
    "EL",
    "FR",
    "IT",
    "NL",
    "PL",
)  # divisions hold whole regions, or one region holds them

# far-away regions: the middle of their inset (easting, northing, km, in EPSG:3035) and the width it fills (km)
INSETS = {
    "FRY3": (2430, 4130, 230),
    "FRY4": (2430, 3860, 150),
    "FRY1": (2430, 3610, 150),
    "FRY2": (2430, 3380, 120),
    "FRY5": (2430, 3170, 100),
    "PT20": (2430, 2500, 330),
    "PT30": (2430, 2200, 160),
    "ES70": (2430, 1820, 330),
}
# codes of the package's divisions that are drawn as insets
FAR = {
    "ES": {"ES-TF": "ES70", "ES-GC": "ES70"},
    "FR": {"FR-GUA": "FRY1", "FR-MTQ": "FRY2", "FR-GUF": "FRY3", "FR-LRE": "FRY4", "FR-MAY": "FRY5"},
    "PT": {"PT-20": "PT20", "PT-30": "PT30"},
}
PLANE = "EPSG:3035"
GRID = 50.0  # m; neighbours meet on one grid
GAP = 1500.0  # m; slivers narrower than twice this are closed
SPECK = 25e6  # m2; smaller islands and leftovers are not drawn
ENCLAVES = ("ES63", "ES64")  # Ceuta and Melilla, 5 and 7 km2, are drawn as discs
DISC = 9000.0  # m, radius of these
TOLERANCE = 2500.0  # m


def fetch_packages(folder: Path) -> Path:
    """Fetch the two packages through npm and unpack them below `folder`."""
    for name, package in PACKAGES.items():
        target = folder / name
        target.mkdir()
        subprocess.run(["npm", "pack", "--silent", package], cwd=target, check=True, capture_output=True)
        (archive,) = target.glob("*.tgz")
        with tarfile.open(archive) as tar:
            tar.extractall(target, filter="data")
        (target / "package").rename(folder / f"{name}-unpacked")
        archive.unlink()
        target.rmdir()
        (folder / f"{name}-unpacked").rename(target)
    return folder


def write_geometry(folder: Path, points: pd.DataFrame, path: Path) -> None:
    """Make the shapes of all regions and write them as GeoJSON, three decimals (100 m).

    Parameters
    ----------
    folder : Path
        Holds the unpacked packages `country-map` and `world-atlas`.
    points : pandas.DataFrame
        lon_degrees and lat_degrees of a point in every region, indexed by region id.
    path : Path
        File to write.
    """
    places = geopandas.GeoSeries.from_xy(
        points["lon_degrees"], points["lat_degrees"], index=points.index, crs="EPSG:4326"
    ).to_crs(PLANE)
    states = sorted(set(points.index.str[:2]))
    units = {state: _divisions(folder, state) for state in states}
    cells: dict[str, Any] = {}
    taken: Any = shapely.Polygon()
    for state in states:
        here = places[(points.index.str[:2] == state) & ~points.index.isin([*INSETS, *ENCLAVES])]
        outline = shapely.union_all(units[state].buffer(GAP).to_numpy()).buffer(-GAP)
        outline = shapely.difference(outline, taken)
        taken = shapely.union(taken, outline)
        parts = units[state] if state in DIVIDED else geopandas.GeoSeries([outline], crs=PLANE)
        cells.update(_cells(outline, list(parts.buffer(GAP)), here))
    cells = _clean(cells, places)
    cells.update(_insets(folder))
    assert set(cells) == set(points.index)
    frame = geopandas.GeoSeries(cells, crs=PLANE).reindex(points.index).to_crs("EPSG:4326")
    shapes = shapely.set_precision(frame.to_numpy(), 1e-3)
    assert shapely.is_valid(shapes).all() and not shapely.is_empty(shapes).any()
    features = [
        {"type": "Feature", "properties": {"id": i}, "geometry": _rounded(shapely.geometry.mapping(shape))}
        for i, shape in zip(points.index, shapes, strict=True)
    ]
    lines = ",\n".join(json.dumps(f, separators=(",", ":")) for f in features)
    path.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n")
    print(f"{path.name}: {len(features)} shapes, {path.stat().st_size / 1e3:.0f} kB")


def _divisions(folder: Path, state: str) -> geopandas.GeoSeries:
    """Natural Earth's divisions of a member state in the plane, without its far-away ones."""
    if state in WHOLE:
        world = geopandas.read_file(folder / "world-atlas" / "countries-10m.json", layer="countries")
        frame = world[world["name"].isin(WHOLE[state])].set_crs("EPSG:4326", allow_override=True)
    else:
        frame = _package(folder, state)
        frame = frame[~frame["ISO"].isin(list(FAR.get(state, {})))]
    return frame.geometry.make_valid().to_crs(PLANE).reset_index(drop=True)


def _package(folder: Path, state: str) -> geopandas.GeoDataFrame:
    return geopandas.read_file(folder / "country-map" / "esm" / "countries" / f"{FILES[state]}.geojson")


def _cells(outline: Any, parts: list[Any], places: geopandas.GeoSeries) -> dict[str, Any]:
    """What is nearest to each point within its part; a part without a point goes to the nearest point's region."""
    owner = np.array([int(np.argmin(shapely.distance(np.array(parts), p))) for p in places])
    cells: dict[str, Any] = {}
    for k, part in enumerate(parts):
        inside = places[owner == k]
        if len(inside) == 0:
            inside = places.iloc[[int(np.argmin(places.distance(part.centroid)))]]
        piece = shapely.intersection(part, outline)
        outline = shapely.difference(outline, piece)
        for region, cell in _nearest(piece, inside).items():
            cells[region] = shapely.union(cells.get(region, shapely.Polygon()), cell)
    return cells


def _nearest(area: Any, places: geopandas.GeoSeries) -> dict[str, Any]:
    if len(places) == 1:
        return {places.index[0]: area}
    diagram = shapely.voronoi_polygons(shapely.MultiPoint(list(places)), extend_to=area.envelope)
    cells = np.array(shapely.get_parts(diagram))
    return {
        region: shapely.intersection(cells[shapely.covers(cells, point)][0], area)
        for region, point in places.items()
    }


def _clean(cells: dict[str, Any], places: geopandas.GeoSeries) -> dict[str, Any]:
    """One coverage on one grid: no overlaps, no specks, simplified together; the enclaves as discs."""
    discs = {r: places[r].buffer(DISC, quad_segs=4) for r in ENCLAVES}
    blocked = shapely.union_all(list(discs.values()))
    regions = list(cells)
    rough = [_surface(shapely.difference(shapely.set_precision(cells[r], GRID), blocked)) for r in regions]
    lines = shapely.union_all([shapely.boundary(c) for c in rough], grid_size=GRID)
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))))
    inner = shapely.point_on_surface(faces)
    tree = shapely.STRtree(rough)
    hits, which = tree.query(inner, predicate="intersects")
    first = pd.Series(which, index=hits).groupby(level=0).min()
    result: dict[str, Any] = {}
    for k, region in enumerate(regions):
        whole = shapely.union_all(faces[first.index[first == k]])
        parts = shapely.get_parts(whole)
        large = parts[shapely.area(parts) >= min(SPECK, float(shapely.area(parts).max()))]
        result[region] = shapely.MultiPolygon(list(large))
    shapes = shapely.coverage_simplify(list(result.values()), TOLERANCE)
    kept = [p if p.area > 0 else q for p, q in zip(shapes, result.values(), strict=True)]
    return dict(zip(result, kept, strict=True)) | discs


def _surface(shape: Any) -> Any:
    """The polygons of a shape, without points and lines where it only touches something."""
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _insets(folder: Path) -> dict[str, Any]:
    """Far-away regions, each in a plane of its own, scaled to the width of its inset and moved there."""
    shapes = {}
    for state, codes in FAR.items():
        frame = _package(folder, state)
        frame = frame[frame["ISO"].isin(list(codes))]
        for region, group in frame.groupby(frame["ISO"].map(codes)):
            shape = shapely.union_all(group.geometry.make_valid().to_numpy())
            middle = shape.centroid
            local = Transformer.from_crs(
                "EPSG:4326", f"+proj=laea +lon_0={middle.x} +lat_0={middle.y}", always_xy=True
            )
            flat = shapely.transform(shape, local.transform, interleaved=False)
            east, north, width = INSETS[region]
            left, bottom, right, top = flat.bounds
            factor = 1000.0 * width / max(right - left, top - bottom)
            moved = shapely.transform(
                flat,
                lambda xy, c=((left + right) / 2, (bottom + top) / 2), f=factor, e=east, n=north: (
                    (xy - c) * f + (1000.0 * e, 1000.0 * n)
                ),
            )
            shapes[region] = shapely.make_valid(shapely.simplify(moved, TOLERANCE / 4))
    return shapes


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return {k: _rounded(v) for k, v in value.items()} if isinstance(value, dict) else value
