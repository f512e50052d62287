"""Reading the shapes of a case: one file or several, each in a reference system that is known or asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.geometry import LONLAT
from spatialcoord.regions.layers import MAP_SUFFIXES, not_degrees
from spatialcoord.regions.spec import RegionsSpec
from spatialcoord.regions.tables import read_table

if TYPE_CHECKING:
    import geopandas

GRID_DEGREES = 1e-7  # a centimetre; rounding in projections is a thousandth of that


def read_shapes(folder: Path, spec: RegionsSpec, problems: list[Problem]) -> pd.DataFrame | None:
    """Rows of all geometry files with shapes in longitude and latitude; None where there are none, or none usable.

    Several files may each have a reference system of their own: all are brought to one. The index is the row in its file.
    """
    parts = []
    for i, file in enumerate(spec.geometry):
        key = "regions.geometry" if len(spec.geometry) == 1 else f"regions.geometry.{i}"
        try:
            frame = read_table(folder / file, key, sheet=spec.layer, encoding=spec.encoding)
        except InputError as error:
            problems.extend(_of_section(p) for p in error.problems)
            continue
        frame = _placed(frame, spec, folder / file, key, problems)
        if frame is not None:
            parts.append(frame)
    if len(parts) < len(spec.geometry) or not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    # borders that are one in two files differ by rounding once each has been brought to longitude and latitude
    return pd.concat([part.set_geometry(part.geometry.set_precision(GRID_DEGREES)) for part in parts])


def _of_section(problem: Problem) -> Problem:
    """A shapefile's encoding and a file's layer are keys of the section, not of the list of files."""
    for name in ("encoding", "layer"):
        if problem.where.startswith("regions.geometry") and problem.where.endswith(f".{name}"):
            return Problem(problem.what, f"regions.{name}", problem.why, problem.remedy)
    return problem


def _placed(
    frame: pd.DataFrame, spec: RegionsSpec, path: Path, key: str, problems: list[Problem]
) -> pd.DataFrame | None:
    """A file's rows with shapes in longitude and latitude, or None where that cannot be."""
    if "geometry" not in frame:
        remedy = "Name a map file (" + ", ".join(MAP_SUFFIXES) + ") here, and this one under `tables`."
        problems.append(Problem(f"{path} holds no shapes", key, remedy=remedy))
        return None
    count = len(problems)
    frame = _with_crs(frame, spec.crs, path, problems, alone=len(spec.geometry) == 1)
    if len(problems) == count and frame.crs is None:
        metres = not_degrees(frame)
        likely = "metres of a projection; whoever made the file knows which" if metres else "degrees"
        remedy = (
            f"State it with `crs` under regions, for example `crs: {'EPSG:32633' if metres else LONLAT}`."
        )
        problems.append(
            Problem(
                f"the shapes of {path} have no coordinate reference system",
                key,
                f"Without one nobody knows where they lie; the numbers look like {likely}.",
                remedy,
            )
        )
    elif len(problems) == count and frame.crs.is_geographic and not_degrees(frame):
        x, y = frame.total_bounds[2:]
        problems.append(
            Problem(
                f"the shapes of {path} are not in degrees, though the reference system says so",
                key,
                f"They reach to {x:g}, {y:g}; longitude ends at 180 and latitude at 90.",
                "State the system the coordinates are in under regions, for example `crs: EPSG:32633`.",
            )
        )
    if len(problems) > count:
        return None
    if spec.repair:
        frame = frame.set_geometry(frame.geometry.make_valid())
    return frame.to_crs(LONLAT)


def _with_crs(
    frame: geopandas.GeoDataFrame, crs: str | None, path: Path, problems: list[Problem], alone: bool
) -> geopandas.GeoDataFrame:
    """The frame with the reference system a case states; what contradicts it goes to `problems`.

    Of several files the statement is about those that say nothing themselves.
    """
    if crs is None:
        return frame
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        stated = CRS.from_user_input(crs)
    except CRSError:
        problem = Problem(
            f"'{crs}' is not a coordinate reference system",
            "regions.crs",
            remedy="Give an EPSG code, such as EPSG:4326 for longitude and latitude.",
        )
        if problem not in problems:
            problems.append(problem)
        return frame
    if frame.crs is None or not _states_crs(path):
        return frame.set_crs(stated, allow_override=True)
    if alone and not frame.crs.equals(stated, ignore_axis_order=True):
        problems.append(
            Problem(
                f"{path} says {frame.crs.to_string()[:60]}, the case says {crs}",
                "regions.crs",
                "The shapes can lie in one place only.",
                "Delete `crs` from the case to trust the file.",
            )
        )
    return frame


def _states_crs(path: Path) -> bool:
    """Whether a file states its reference system; GeoJSON without a member ``crs`` only means degrees by the standard."""
    if path.suffix.lower() not in (".geojson", ".json"):
        return True
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return True
    return isinstance(content, dict) and "crs" in content
