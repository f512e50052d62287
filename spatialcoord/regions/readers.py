"""Reading a case folder into a RegionGraph: shapes and tables joined by id, every problem told at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import is_text_column, some
from spatialcoord.regions.graph import RegionGraph
from spatialcoord.regions.joining import Joined, Read, join
from spatialcoord.regions.shapes import read_shapes
from spatialcoord.regions.spec import RegionsSpec, TableSpec
from spatialcoord.regions.tables import number_column, read_table
from spatialcoord.registry import did_you_mean


def read_graph(
    folder: str | Path, spec: RegionsSpec, currency: str | None = None, notes: list[Problem] | None = None
) -> RegionGraph:
    """Region graph of a case folder.

    Parameters
    ----------
    folder : str or Path
        The case folder; file names of `spec` are relative to it.
    spec : RegionsSpec
        Which files hold what.
    currency : str, optional
        Currency of the case: units of tables that name another are refused.
    notes : list of Problem, optional
        Receives what was assumed where a file leaves a choice.

    Raises
    ------
    InputError
        Every problem found in all files: missing files and columns, text in numbers, empty cells, ids that
        are unknown, doubled or unmatched, units that do not fit, figures out of bounds, shapes that are invalid
        or without a reference system, wrong links.
    """
    folder = Path(folder)
    problems: list[Problem] = []
    notes = [] if notes is None else notes
    shapes = read_shapes(folder, spec, problems)
    if shapes is not None:
        files = ", ".join(str(folder / file) for file in spec.geometry)
        key = "regions.id" if "id" in spec.model_fields_set else ""
        found = _by_id(shapes, spec.id, files, key, problems)
        shapes = None if found is None or not found.whole else found.cells
    tables = [_table(folder, spec, i, table, problems, notes) for i, table in enumerate(spec.tables)]
    links = _links(folder, spec, problems, notes)
    ids = (
        shapes.index
        if shapes is not None
        else next((read.cells.index for read in tables if read is not None and read.whole), None)
    )
    if ids is None and not problems:
        problems.append(
            Problem("no file names the regions", "regions", remedy="Give `geometry` or at least one table.")
        )
    if ids is None:
        raise InputError(problems)
    data = Joined(pd.DataFrame(index=ids), tuple(spec.levels), currency)
    if spec.geometry:
        data.places["geometry"] = ", ".join(str(folder / file) for file in spec.geometry)
    data.places["links"] = ", ".join(str(folder / file) for file in (spec.links, spec.rivers) if file)
    for i, (table, read) in enumerate(zip(spec.tables, tables, strict=True)):
        if read is not None:
            join(data, read, table, folder / table.file, f"regions.tables.{i}", problems)
    # what could not be read is left out here, so that the graph adds only what it finds wrong with the rest
    mapped = {name for table in spec.tables for name in table.columns}
    levels = [level for level in spec.levels if level in data.figures or level not in mapped]
    figures = data.figures
    figures = figures[[c for c in figures if not is_text_column(c, spec.levels) or is_text_column(c, levels)]]
    if shapes is not None:
        import geopandas

        figures = geopandas.GeoDataFrame(figures, geometry=shapes.geometry, crs=shapes.crs)
    try:
        graph = RegionGraph(figures, links, levels, data.own, where=str(folder), places=data.places)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return graph


def _by_id(frame: pd.DataFrame, column: str, file: str, key: str, problems: list[Problem]) -> Read | None:
    """Rows by the id column; empty and doubled ids are problems."""
    if column not in frame:
        problems.append(no_column(column, frame, file, key))
        return None
    place = f"{file}, column '{column}'"
    ids = frame[column].astype(str)
    empty = [str(line) for line in frame.index[(ids == "").to_numpy()]]
    if empty:
        problems.append(Problem(f"no region id in rows {some(empty)}", place, remedy="Fill the cells."))
    double = ids[ids.duplicated(keep=False) & (ids != "")]
    if len(double):
        shown = [f"{region} (rows {', '.join(map(str, rows))})" for region, rows in _rows_of(double)]
        problems.append(
            Problem(
                f"region ids occur twice: {some(shown)}",
                place,
                "each region has one row",
                "Delete the double rows, or select one year with `rows`.",
            )
        )
    kept = ((ids != "") & ~ids.duplicated()).to_numpy()
    cells = frame.drop(columns=column).set_axis(pd.Index(ids.to_numpy(object), name="region"))[kept]
    return Read(cells, frame.index.to_numpy(int)[kept], str(frame.index.name), bool(kept.all()))


def _rows_of(ids: pd.Series) -> list[tuple[str, list[int]]]:
    rows: dict[str, list[int]] = {}
    for line, region in ids.items():
        rows.setdefault(region, []).append(int(line))
    return [(region, lines[:3]) for region, lines in rows.items()]


def no_column(column: str, frame: pd.DataFrame, file: str, key: str) -> Problem:
    """A column that is asked for at `key` and not in the file."""
    known = [str(c) for c in frame.columns if c != "geometry"]
    remedy = did_you_mean(column, known)
    if key:
        return Problem(f"{file} has no column '{column}'", key, remedy=remedy)
    # nobody wrote this name: it is what the ids' column is called when the case says nothing
    remedy = f"Name the column of region ids with `id` under regions. {remedy}"
    return Problem(f"there is no column '{column}'", file, remedy=remedy)


def _table(
    folder: Path, spec: RegionsSpec, i: int, table: TableSpec, problems: list[Problem], notes: list[Problem]
) -> Read | None:
    path, key = folder / table.file, f"regions.tables.{i}"
    try:
        frame = read_table(
            path,
            f"{key}.file",
            sheet=table.sheet,
            encoding=table.encoding,
            skip_rows=table.skip_rows,
            notes=notes,
        )
    except InputError as error:
        problems.extend(error.problems)
        return None
    frame = pd.DataFrame(frame)
    for column, value in table.rows.items():
        if column not in frame:
            problems.append(no_column(column, frame, str(path), f"{key}.rows.{column}"))
            return None
        chosen = frame[frame[column] == value]
        if not len(chosen):
            held = sorted(frame[column].unique())
            problems.append(
                Problem(
                    f"no row has {column} = {value} in {path}",
                    f"{key}.rows.{column}",
                    remedy=f"Held: {held[0]} to {held[-1]}.",
                )
            )
            return None
        frame = chosen
    stated = table.id is not None or "id" in spec.model_fields_set
    where = "" if not stated else f"{key}.id" if table.id else "regions.id"
    return _by_id(frame, table.id or spec.id, str(path), where, problems)


def _links(
    folder: Path, spec: RegionsSpec, problems: list[Problem], notes: list[Problem]
) -> pd.DataFrame | None:
    """Rows of the links and rivers files in one table, or None where the case has neither."""
    parts = []
    for name, file in (("links", spec.links), ("rivers", spec.rivers)):
        if file is None:
            continue
        path, key = folder / file, f"regions.{name}"
        try:
            frame = pd.DataFrame(read_table(path, key, notes=notes))
        except InputError as error:
            problems.extend(error.problems)
            continue
        lacking = [c for c in ("a", "b") + (("kind",) if name == "links" else ()) if c not in frame]
        problems.extend(no_column(c, frame, str(path), key) for c in lacking)
        if lacking:
            continue
        if name == "rivers":
            frame["kind"] = "river"
        labels = pd.Index([f"{a}-{b}" for a, b in zip(frame["a"], frame["b"], strict=True)])
        for column in ("length_km", "flow"):
            if column in frame:
                numbers, wrong = number_column(frame[column].set_axis(labels), f"{path}, column '{column}'")
                problems.extend(wrong)
                frame[column] = numbers
        parts.append(frame)
    return pd.concat(parts, ignore_index=True) if parts else None
