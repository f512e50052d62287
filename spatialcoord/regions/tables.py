"""Reading one file as text, and its cells as numbers; problems are told by file, column, region and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import some
from spatialcoord.regions.layers import MAP_SUFFIXES, read_layer
from spatialcoord.regions.text_tables import read_text_table
from spatialcoord.regions.workbooks import read_workbook
from spatialcoord.registry import did_you_mean

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm")
INSTEAD = {
    ".xls": "Save it as .xlsx.",
    ".ods": "Save it as .xlsx.",
    ".zip": "Unpack it and name the .shp or .csv inside.",
}
EMPTY = frozenset({"", "na", "n/a", "nan", "null", "none", "-", ".."})  # how tables write "no figure"


def existing(path: Path, key: str = "") -> Path:
    """The path, if there is a file; else InputError naming files of that folder that come near."""
    if path.is_file():
        return path
    beside = [p.name for p in path.parent.glob("*") if p.is_file()] if path.parent.is_dir() else []
    if path.is_dir():
        problem = Problem(f"{path} is a folder, not a file", key, remedy="Name the file in it.")
    else:
        problem = Problem(f"{path}: there is no such file", key, remedy=did_you_mean(path.name, beside))
    raise InputError(problem)


def read_table(
    path: Path,
    key: str = "",
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    skip_rows: int = 0,
    notes: list[Problem] | None = None,
) -> pd.DataFrame:
    """All columns of a file as text, indexed by line or row; a geometry column, if any, as it is.

    Parameters
    ----------
    path : Path
        Text table, workbook, or map layer, told apart by the end of the name.
    key : str
        Key of the scenario that names the file ("regions.tables.0.file"), for messages.
    sheet : str, optional
        Sheet of a workbook, or layer of a GeoPackage.
    encoding : str, optional
        Encoding of a text file or shapefile.
    skip_rows : int
        Rows above the header of a text file or sheet.
    notes : list of Problem, optional
        Receives what was assumed.

    Raises
    ------
    InputError
        File missing, empty, of an unknown kind, or not readable; the message says which remedy there is.
    """
    section = key.removesuffix(".file")
    suffix = existing(path, key).suffix.lower()
    if suffix in MAP_SUFFIXES:
        return read_layer(path, section, sheet, encoding)
    if suffix in WORKBOOK_SUFFIXES:
        return read_workbook(path, section, sheet, skip_rows, [] if notes is None else notes)
    if suffix in TEXT_SUFFIXES:
        return read_text_table(path, section, encoding, skip_rows)
    remedy = "Use .csv or .xlsx for figures, " + ", ".join(MAP_SUFFIXES) + " for shapes."
    raise InputError(
        Problem(
            f"files of type '{path.suffix}' cannot be read", str(path), remedy=INSTEAD.get(suffix, remedy)
        )
    )


def number_column(
    cells: pd.Series, place: str, decimal: str = ".", label: Callable[[str], str] = str
) -> tuple[np.ndarray, list[Problem]]:
    """Text cells as numbers (N,), NaN where empty or not a number, and a problem that lists what is not one.

    Parameters
    ----------
    cells : pandas.Series
        Text, indexed by region id.
    place : str
        File and column, for the message.
    decimal : str
        Decimal sign.
    label : callable
        What messages call a region.
    """
    text = cells.astype(str).str.strip()
    empty = text.str.lower().isin(EMPTY).to_numpy()
    plain = (
        text
        if decimal == "."
        else text.str.replace(".", "?", regex=False).str.replace(decimal, ".", regex=False)
    )
    numbers = pd.to_numeric(plain.where(~empty, "nan"), errors="coerce").to_numpy(float)
    bad = ~empty & ~np.isfinite(numbers)
    problems = []
    if bad.any():
        shown = [
            f"{label(region)} has '{cell[:40]}'"
            for region, cell in zip(cells.index[bad], text[bad], strict=True)
        ]
        commas = decimal == "." and text[bad].str.fullmatch(r"-?\d+,\d+").all()
        problems.append(
            Problem(
                f"not a number: {some(shown)}",
                place,
                "thousands separators, units and notes are not read",
                "Write plain numbers with a decimal point"
                + (
                    ", or set `decimal: ','` for the table where the comma is the decimal sign."
                    if commas
                    else "."
                ),
            )
        )
    return np.where(bad, np.nan, numbers), problems
