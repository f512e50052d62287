"""Reading one file as text, and its cells as numbers; problems are told by file, column and region."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import some
from spatialcoord.registry import did_you_mean

GEOMETRY_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp")
EMPTY = frozenset({"", "na", "n/a", "nan", "null", "none", "-", ".."})  # how tables write "no figure"


def existing(path: Path) -> Path:
    """The path, if there is a file; else InputError naming files of that folder that come near."""
    if path.is_file():
        return path
    beside = [p.name for p in path.parent.glob("*") if p.is_file()] if path.parent.is_dir() else []
    raise InputError(Problem("there is no such file", str(path), remedy=did_you_mean(path.name, beside)))


def read_table(path: Path, layer: str | None = None) -> pd.DataFrame:
    """All columns of a file as text; a geometry column, if any, as it is.

    Parameters
    ----------
    path : Path
        CSV in UTF-8 with a header line, or a GeoPackage, GeoJSON or shapefile.
    layer : str, optional
        Layer of a GeoPackage.

    Raises
    ------
    InputError
        File missing, empty, not readable, not UTF-8, or with a row longer than the header.
    """
    existing(path)
    if path.suffix.lower() in GEOMETRY_SUFFIXES:
        return _read_geometry(path, layer)
    if path.suffix.lower() != ".csv":
        raise InputError(
            Problem(
                f"files of type '{path.suffix}' cannot be read",
                str(path),
                remedy="Use .csv for figures, " + ", ".join(GEOMETRY_SUFFIXES) + " for shapes.",
            )
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(
            Problem("the file is not UTF-8", f"{path}, line {line}", remedy="Save it as CSV UTF-8.")
        ) from error
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(
            Problem("the file is not a table", str(path), str(error), "Save it as CSV with commas and UTF-8.")
        ) from error
    if len(rows) < 2:
        raise InputError(
            Problem(
                "the file has no rows" if rows else "the file is empty",
                str(path),
                remedy="Give a header line and one line a region.",
            )
        )
    header = [cell.strip() for cell in rows[0]]
    problems = []
    double = sorted({name for name in header if header.count(name) > 1})
    if double:
        problems.append(
            Problem(
                f"columns occur twice: {some(double)}", f"{path}, line 1", remedy="Name each column once."
            )
        )
    uneven = [str(i) for i, row in enumerate(rows[1:], 2) if len(row) != len(header)]
    if uneven:
        problems.append(
            Problem(
                f"rows {some(uneven)} have another number of cells than the header ({len(header)})",
                str(path),
                remedy="Put text with commas in double quotes.",
            )
        )
    if problems:
        raise InputError(problems)
    return pd.DataFrame([[cell.strip() for cell in row] for row in rows[1:]], columns=header, dtype=object)


def _read_geometry(path: Path, layer: str | None) -> pd.DataFrame:
    import geopandas
    from pyogrio.errors import DataSourceError

    try:
        frame = geopandas.read_file(path, layer=layer) if layer else geopandas.read_file(path)
    except (DataSourceError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            Problem(
                "the file cannot be read as a map layer",
                str(path),
                str(error).split("\n")[0],
                "Export it again as GeoPackage or GeoJSON.",
            )
        ) from error
    if not len(frame):
        raise InputError(Problem("the layer has no rows", str(path), remedy="Give one shape a region."))
    for column in frame.columns.drop("geometry", errors="ignore"):
        values = frame[column]
        frame[column] = pd.Series(
            ["" if pd.isna(v) else str(v).strip() for v in values.to_numpy(object)],
            index=frame.index,
            dtype=object,
        )
    return frame


def number_column(cells: pd.Series, place: str) -> tuple[np.ndarray, list[Problem]]:
    """Text cells as numbers (N,), NaN where empty or not a number, and a problem that lists what is not one.

    Parameters
    ----------
    cells : pandas.Series
        Text, indexed by region id.
    place : str
        File and column, for the message.
    """
    text = cells.astype(str).str.strip()
    empty = text.str.lower().isin(EMPTY).to_numpy()
    numbers = pd.to_numeric(text.where(~empty, "nan"), errors="coerce").to_numpy(float)
    bad = ~empty & ~np.isfinite(numbers)
    problems = []
    if bad.any():
        shown = [f"{region} has '{cell}'" for region, cell in zip(cells.index[bad], text[bad], strict=True)]
        problems.append(
            Problem(
                f"not a number: {some(shown)}",
                place,
                "thousands separators, units and notes are not read",
                "Write plain numbers with a decimal point.",
            )
        )
    return np.where(bad, np.nan, numbers), problems
