"""Reading a case folder into a RegionGraph: shapes and tables joined by id, every problem told at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import ATTRIBUTES, Attribute, is_text_column, some, suggest_id
from spatialcoord.regions.geometry import with_crs
from spatialcoord.regions.graph import RegionGraph
from spatialcoord.regions.spec import ColumnSpec, RegionsSpec, TableSpec
from spatialcoord.regions.tables import number_column, read_table
from spatialcoord.registry import did_you_mean


def read_graph(folder: str | Path, spec: RegionsSpec) -> RegionGraph:
    """Region graph of a case folder.

    Parameters
    ----------
    folder : str or Path
        The case folder; file names of `spec` are relative to it.
    spec : RegionsSpec
        Which files hold what.

    Raises
    ------
    InputError
        Every problem found in all files: missing files and columns, text in numbers, empty cells, ids that
        are unknown, doubled or unmatched, figures out of bounds, shapes that are invalid or without a
        reference system, wrong links.
    """
    folder = Path(folder)
    problems: list[Problem] = []
    shapes = _shapes(folder, spec, problems)
    tables = [(table, _table(folder, spec, table, problems)) for table in spec.tables]
    links = _links(folder, spec, problems)
    ids = (
        shapes.index
        if shapes is not None
        else next((read.index for _, read in tables if read is not None), None)
    )
    if ids is None and not problems:
        problems.append(
            Problem("no file names the regions", "regions", remedy="Give `geometry` or at least one table.")
        )
    if ids is None:
        raise InputError(problems)
    data = pd.DataFrame(index=ids)
    own: dict[str, Attribute] = {}
    places = {"links": ", ".join(str(folder / file) for file in (spec.links, spec.rivers) if file)}
    for table, read in tables:
        if read is not None:
            _join(data, own, places, folder, spec, table, read, problems)
    # what could not be read is left out here, so that the graph adds only what it finds wrong with the rest
    mapped = {name for table in spec.tables for name in table.columns}
    levels = [level for level in spec.levels if level in data or level not in mapped]
    data = data[[c for c in data if not is_text_column(c, spec.levels) or is_text_column(c, levels)]]
    if shapes is not None:
        import geopandas

        data = geopandas.GeoDataFrame(data, geometry=shapes.geometry, crs=shapes.crs)
    try:
        graph = RegionGraph(data, links, levels, own, where=str(folder), places=places)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return graph


def _attempt(path: Path, layer: str | None, problems: list[Problem]) -> pd.DataFrame | None:
    try:
        return read_table(path, layer)
    except InputError as error:
        problems.extend(error.problems)
        return None


def _by_id(frame: pd.DataFrame, column: str, path: Path, problems: list[Problem]) -> pd.DataFrame | None:
    """The frame indexed by its id column; empty and doubled ids are problems."""
    if column not in frame:
        problems.append(_no_column(column, frame, path))
        return None
    ids = frame[column].astype(str)
    empty = [str(i + 2) for i in np.flatnonzero((ids == "").to_numpy())]
    if empty:
        problems.append(
            Problem(
                f"no region id in rows {some(empty)}", f"{path}, column '{column}'", remedy="Fill the cells."
            )
        )
    double = ids[ids.duplicated() & (ids != "")].unique()
    if len(double):
        problems.append(
            Problem(
                f"region ids occur twice: {some(double)}",
                f"{path}, column '{column}'",
                "each region has one row",
                "Delete the double rows, or select one year with `rows`.",
            )
        )
    if empty or len(double):
        return None
    return frame.drop(columns=column).set_axis(pd.Index(ids.to_numpy(object), name="region"))


def _no_column(column: str, frame: pd.DataFrame, path: Path) -> Problem:
    known = [str(c) for c in frame.columns if c != "geometry"]
    return Problem(f"there is no column '{column}'", str(path), remedy=did_you_mean(column, known))


def _shapes(folder: Path, spec: RegionsSpec, problems: list[Problem]) -> pd.DataFrame | None:
    if spec.geometry is None:
        return None
    path = folder / spec.geometry
    frame = _attempt(path, spec.layer, problems)
    if frame is None:
        return None
    if "geometry" not in frame:
        problems.append(
            Problem("the file holds no shapes", str(path), remedy="Give a GeoPackage, GeoJSON or shapefile.")
        )
        return None
    if spec.crs is not None:
        frame = with_crs(frame, spec.crs, path, problems)
    if spec.repair:
        frame = frame.set_geometry(frame.geometry.make_valid())
    return _by_id(frame, spec.id, path, problems)


def _table(folder: Path, spec: RegionsSpec, table: TableSpec, problems: list[Problem]) -> pd.DataFrame | None:
    path = folder / table.file
    frame = _attempt(path, None, problems)
    if frame is None:
        return None
    frame = pd.DataFrame(frame)
    for column, value in table.rows.items():
        if column not in frame:
            problems.append(_no_column(column, frame, path))
            return None
        chosen = frame[frame[column] == value]
        if not len(chosen):
            held = sorted(frame[column].unique())
            problems.append(
                Problem(f"no row has {column} = {value}", str(path), remedy=f"Held: {held[0]} to {held[-1]}.")
            )
            return None
        frame = chosen
    return _by_id(frame, table.id or spec.id, path, problems)


def _join(
    data: pd.DataFrame,
    own: dict[str, Attribute],
    places: dict[str, str],
    folder: Path,
    spec: RegionsSpec,
    table: TableSpec,
    read: pd.DataFrame,
    problems: list[Problem],
) -> None:
    """Columns of one file into `data`, as text or converted numbers; what does not fit goes to `problems`."""
    path = folder / table.file
    absent, strange = (
        data.index.difference(read.index, sort=False),
        read.index.difference(data.index, sort=False),
    )
    if len(absent):
        problems.append(
            Problem(
                f"no row for {some(absent)}",
                str(path),
                "every region of the case needs its figures",
                "Add the rows, or correct the ids.",
            )
        )
    if len(strange) and not table.ignore_unmatched:
        problems.append(
            Problem(
                f"rows for regions that the case does not have: {some(strange)}",
                str(path),
                suggest_id(strange[0], data.index),
                "Correct the ids, delete the rows, or set `ignore_unmatched: true` for the table.",
            )
        )
    for name, source in table.columns.items():
        place = f"{path}, column '{source.column}'"
        if name in places:
            problems.append(
                Problem(
                    f"'{name}' is given twice, also by {places[name]}", place, remedy="Keep one of the two."
                )
            )
            continue
        places[name] = place
        text = is_text_column(name, spec.levels)
        wrong = [] if text else _unit_problems(name, source, place)
        if source.column not in read:
            wrong.append(_no_column(source.column, read, path))
        problems.extend(wrong)
        if wrong:
            continue
        values = read[source.column].reindex(data.index.difference(absent, sort=False))
        if not text:
            if name not in ATTRIBUTES:
                own[name] = Attribute(name, str(source.unit), source.description or name)
            values, found = _numbers(values, source, place)
            problems.extend(found)
            if found:
                continue
        if not len(absent):
            data[name] = values.reindex(data.index)


def _unit_problems(name: str, source: ColumnSpec, place: str) -> list[Problem]:
    """A figure of the attribute table has the table's unit; one of the user's own must state its unit."""
    if name not in ATTRIBUTES and source.unit is None:
        remedy = did_you_mean(name, list(ATTRIBUTES)) + " A figure of your own needs `unit`."
        return [Problem(f"'{name}' is not a known attribute", place, remedy=remedy)]
    if name in ATTRIBUTES and source.unit not in (None, ATTRIBUTES[name].unit):
        what = f"'{name}' is measured in {ATTRIBUTES[name].unit}, not in {source.unit}"
        return [Problem(what, place, remedy="Convert with `scale` and leave `unit` out.")]
    return []


def _numbers(cells: pd.Series, source: ColumnSpec, place: str) -> tuple[pd.Series, list[Problem]]:
    """Text cells in the attribute's unit, gaps filled with the stand-in if one is stated."""
    numbers, problems = number_column(cells, place)
    values = pd.Series(numbers, index=cells.index) * source.scale
    if source.missing is not None:
        values = values.fillna(source.missing)
    gaps = values.index[values.isna().to_numpy()]
    if len(gaps) and not problems:
        problems.append(
            Problem(
                f"no figure for {some(gaps)}",
                place,
                "every region needs one",
                "Fill the cells, or state a stand-in with `missing`.",
            )
        )
    return values, problems


def _links(folder: Path, spec: RegionsSpec, problems: list[Problem]) -> pd.DataFrame | None:
    """Rows of the links and rivers files in one table, or None where the case has neither."""
    parts = []
    for file, kind in ((spec.links, None), (spec.rivers, "river")):
        if file is None:
            continue
        path = folder / file
        frame = _attempt(path, None, problems)
        if frame is None:
            continue
        lacking = [c for c in ("a", "b") + (("kind",) if kind is None else ()) if c not in frame]
        problems.extend(_no_column(c, frame, path) for c in lacking)
        if lacking:
            continue
        if kind is not None:
            frame["kind"] = kind
        labels = pd.Index([f"{a}-{b}" for a, b in zip(frame["a"], frame["b"], strict=True)])
        for column in ("length_km", "flow"):
            if column in frame:
                numbers, wrong = number_column(frame[column].set_axis(labels), f"{path}, column '{column}'")
                problems.extend(wrong)
                frame[column] = numbers
        parts.append(frame)
    return pd.concat(parts, ignore_index=True) if parts else None
