"""Reading one sheet of an Excel workbook as text cells."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.text_tables import as_table
from spatialcoord.registry import did_you_mean


def read_workbook(
    path: Path, key: str, sheet: str | None, skip_rows: int, notes: list[Problem]
) -> pd.DataFrame:
    """Cells of a sheet, all as text, indexed by row number.

    Parameters
    ----------
    path : Path
        Workbook (.xlsx or .xlsm); formulas count with the values that were last computed.
    key : str
        Key of the scenario that names the file, for messages.
    sheet : str or None
        Name of the sheet; the first one if None, which is told where there are others.
    skip_rows : int
        Rows above the header.
    notes : list of Problem
        Receives what was assumed.

    Raises
    ------
    InputError
        Not a workbook, no such sheet, or no rows.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its XML and zip readers raise
        raise InputError(
            Problem(
                "the file cannot be read as a workbook",
                str(path),
                str(error).split("\n")[0] or type(error).__name__,
                "Open it and save it again as .xlsx, without a password, or as CSV UTF-8.",
            )
        ) from error
    try:
        names = [s.title for s in book.worksheets]
        if sheet is None:
            if len(names) > 1:
                notes.append(
                    Problem(
                        f"the workbook has {len(names)} sheets, the first one, '{names[0]}', is read",
                        str(path),
                        remedy=f"Name the sheet with `sheet` at {key}.",
                    )
                )
            sheet = names[0]
        if sheet not in names:
            raise InputError(
                Problem(f"{path} has no sheet '{sheet}'", f"{key}.sheet", remedy=did_you_mean(sheet, names))
            )
        table = book[sheet]
        table.reset_dimensions()  # some programs write a wrong size
        rows = [[cell_text(cell) for cell in row] for row in table.iter_rows(values_only=True)]
    finally:
        book.close()
    numbered = [(n, row) for n, row in enumerate(rows, 1) if n > skip_rows and any(row)]
    # what stands right of the header's last cell is a note; a column without a head is not data
    width = max((i for i, cell in enumerate(numbered[0][1]) if cell), default=-1) + 1 if numbered else 0
    cells = [(row + [""] * width)[:width] for _, row in numbered]
    return as_table(cells, [n for n, _ in numbered], path, "Fill the rows.")


def cell_text(value: Any) -> str:
    """A cell as a planner would type it: whole numbers without ``.0``, dates as 2020-12-31, empty as ''."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value).strip()
