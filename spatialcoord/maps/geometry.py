"""Shapes made ready to draw: projected to equal areas, simplified to what a picture can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pyproj import CRS

    from spatialcoord.regions import RegionGraph

RESOLUTION = 1400.0  # shapes are simplified to the map's larger side divided by this: finer than a pixel
TOO_SMALL = 0.026  # root of the area over the map's larger side below which a region cannot be seen
MANY = 100  # regions on one map: more of them are looked at as a pattern, with the outlines of the groups they form
TOO_SMALL_OF_MANY = 0.009  # the same there


@dataclass(frozen=True)
class Shapes:
    """Borders of all regions, ready for any number of maps.

    Attributes
    ----------
    geometry : geopandas.GeoSeries
        Projected, simplified; None for a region without borders.
    projection : str
        Kind of the projection: "albers" or "laea" (Lambert azimuthal), both equal-area.
    bounds : tuple of float
        Left, bottom, right, top in metres.
    groups : tuple of str
        Group of each region on the graph's finest level where there are many regions; else empty.
    """

    geometry: Any
    projection: str
    bounds: tuple[float, float, float, float]
    groups: tuple[str, ...] = ()

    @classmethod
    def of(cls, graph: RegionGraph, regions: Sequence[str] | None = None) -> Shapes:
        """Shapes of a graph that has geometry, or of some of its regions in the order given."""
        lonlat = graph.frame.geometry if regions is None else graph.frame.geometry.loc[list(regions)]
        crs, kind = equal_area_crs(*lonlat.representative_point().get_coordinates().to_numpy().T)
        projected = lonlat.to_crs(crs)
        left, bottom, right, top = projected.total_bounds
        tolerance = max(right - left, top - bottom) / RESOLUTION
        groups: tuple[str, ...] = ()
        if len(projected) > MANY and graph.levels:
            groups = tuple(graph.level(graph.levels[0]).to_series().loc[projected.index])
        return cls(
            projected.simplify(tolerance, preserve_topology=True), kind, (left, bottom, right, top), groups
        )

    @property
    def size(self) -> float:
        """Larger side, metres."""
        left, bottom, right, top = self.bounds
        return max(right - left, top - bottom)

    @cached_property
    def too_small(self) -> np.ndarray:
        """Positions of the regions that a map cannot show, in the order of the graph.

        None where they are more than half: such a map shows a pattern, not regions.
        """
        area = self.geometry.area.fillna(0.0).to_numpy()
        least = TOO_SMALL if len(area) <= MANY else TOO_SMALL_OF_MANY
        small = np.flatnonzero(np.sqrt(area) < least * self.size)
        return small if 2 * len(small) <= len(area) else small[:0]

    @cached_property
    def rings(self) -> list[list[np.ndarray]]:
        """For each region its rings, outer ones and holes, each an array (points, 2) in metres."""
        return [_rings(shape) for shape in self.geometry]

    @cached_property
    def outlines(self) -> list[np.ndarray]:
        """Outer and inner rings of the groups, each an array (points, 2) in metres; none without groups."""
        if not self.groups:
            return []
        width = self.size / RESOLUTION  # closes the gaps that simplifying one by one may leave
        merged = self.geometry.buffer(width).groupby(np.array(self.groups)).agg(lambda g: g.union_all())
        return [ring for shape in merged.buffer(-width) for ring in _rings(shape)]

    def svg_paths(self, width: float = 1000.0) -> tuple[list[str], float]:
        """Path data of every region for an SVG of that width, and the SVG's height."""
        left, bottom, right, top = self.bounds
        scale = width / (right - left) if right > left else 1.0
        paths = []
        for rings in self.rings:
            parts = []
            for ring in rings:
                points = np.round((ring - (left, top)) * (scale, -scale), 1)
                parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points[:-1]) + "Z")
            paths.append("".join(parts))
        return paths, (top - bottom) * scale


def equal_area_crs(lon: np.ndarray, lat: np.ndarray) -> tuple[CRS, str]:
    """An equal-area projection that fits where the regions lie, wherever on Earth that is.

    Lands wider than high in middle latitudes get Albers with standard parallels a sixth inside the range of
    latitudes; all others (near the equator or the poles, or higher than wide) get Lambert's azimuthal
    projection about their middle.

    Parameters
    ----------
    lon, lat : numpy.ndarray, shape (R,)
        A point in each region, degrees.

    Returns
    -------
    pyproj.CRS
        The projection, metres.
    str
        "albers" or "laea".
    """
    from pyproj import CRS

    angle = np.deg2rad(lon)
    middle = np.rad2deg(np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()))  # survives the date line
    offset = (lon - middle + 180.0) % 360.0 - 180.0
    middle += (offset.min() + offset.max()) / 2.0
    south, north = float(lat.min()), float(lat.max())
    centre = (south + north) / 2.0
    width = (offset.max() - offset.min()) * np.cos(np.deg2rad(centre))
    where = f"+lon_0={middle:.2f} +x_0=0 +y_0=0 +datum=WGS84 +units=m"
    if width > north - south and south * north > 0 and 15.0 < abs(centre) < 65.0:
        sixth = (north - south) / 6.0
        parallels = f"+lat_1={south + sixth:.2f} +lat_2={north - sixth:.2f}"
        return CRS(f"+proj=aea +lat_0={centre:.2f} {parallels} {where}"), "albers"
    return CRS(f"+proj=laea +lat_0={centre:.2f} {where}"), "laea"


def _rings(shape: Any) -> list[np.ndarray]:
    if shape is None or shape.is_empty:
        return []
    polygons = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    return [np.asarray(ring.coords)[:, :2] for part in polygons for ring in (part.exterior, *part.interiors)]
