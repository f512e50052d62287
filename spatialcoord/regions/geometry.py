"""Shapes and ids of regions: what is wrong with them, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spatialcoord.errors import Problem
from spatialcoord.regions.attributes import some

if TYPE_CHECKING:
    import geopandas

LONLAT = "EPSG:4326"


def check_ids(index: pd.Index, where: str) -> list[Problem]:
    """Problems of region ids: none at all, not text, or twice the same."""
    problems = []
    if not len(index):
        return [Problem("there is no region", where, remedy="Give at least one row.")]
    ids = index.to_numpy(object)
    wrong = [repr(i) for i in ids if not isinstance(i, str) or not i.strip()]
    if wrong:
        problems.append(
            Problem(
                f"region ids are not text: {some(wrong)}",
                where,
                "regions are labelled, never counted",
                "Give each region an id such as 'CN-GD', read as text.",
            )
        )
    double = index[index.duplicated()].unique()
    if len(double):
        problems.append(
            Problem(f"region ids occur twice: {some(double)}", where, remedy="Give each region one row.")
        )
    return problems


def shapes_of(table: pd.DataFrame, where: str) -> tuple[geopandas.GeoSeries | None, list[Problem]]:
    """Shapes in longitude and latitude, or None where there are none at all, and what is wrong with them."""
    if "geometry" not in table or table["geometry"].isna().all():
        return None, []
    import geopandas
    import shapely

    place = f"{where}, geometry"
    shapes = geopandas.GeoSeries(table["geometry"])
    problems = []
    empty = table.index[(shapes.isna() | shapes.is_empty).to_numpy()]
    if len(empty):
        problems.append(
            Problem(f"no shape for {some(empty)}", place, remedy="Give every region a shape, or none.")
        )
    bad = table.index[(shapes.notna() & ~shapes.is_valid).to_numpy()]
    if len(bad):
        why = shapely.is_valid_reason(shapes.loc[bad[0]])
        problems.append(
            Problem(
                f"invalid shapes: {some(bad)}",
                place,
                f"{bad[0]}: {why}",
                "Mend them in a GIS, or set `repair: true` under regions.",
            )
        )
    if shapes.crs is None:
        problems.append(
            Problem(
                "the shapes have no coordinate reference system",
                place,
                "without one nobody knows where they lie",
                "State it under regions, for example `crs: EPSG:4326` for longitude and latitude.",
            )
        )
    elif not problems:
        shapes = shapes.to_crs(LONLAT)
    return shapes, problems


def with_places(data: pd.DataFrame, shapes: geopandas.GeoSeries) -> pd.DataFrame:
    """Add ``lon``, ``lat`` (a point inside, degrees) and ``area_km2`` (on the ellipsoid) where lacking."""
    from pyproj import Geod

    data = data.copy()
    if not {"lon", "lat"} <= set(data):
        points = shapes.representative_point()
        data["lon"], data["lat"] = points.x.to_numpy(), points.y.to_numpy()
    if "area_km2" not in data and shapes.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        geod = Geod(ellps="WGS84")
        data["area_km2"] = [abs(geod.geometry_area_perimeter(shape)[0]) / 1e6 for shape in shapes]
    return data
