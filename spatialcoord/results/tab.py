"""One sheet of a workbook, before any program's format: columns with heads and formats, rows, notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

TEXT, SHARE, INDEX, WHOLE = "@", "0.0%", "0.00000", "#,##0"


@dataclass(frozen=True)
class Column:
    """Head and number format of a column; `width` in characters, found from the cells where it is 0."""

    head: str
    form: str = TEXT
    width: int = 0


@dataclass(frozen=True)
class Tab:
    """One sheet.

    Attributes
    ----------
    title : str
        Name of the sheet.
    columns : sequence of Column
        Heads and formats.
    rows : sequence of sequence
        Cells: numbers, texts, or None and not-a-number for nothing.
    total : sequence, optional
        A last row that stands out.
    notes : list of str
        Lines below the table.
    frozen : int
        Columns that stay in sight.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] = ()
    notes: list[str] = field(default_factory=list)
    frozen: int = 1


def form_for(values: np.ndarray) -> str:
    """Number format with as many decimals as the middling amount needs for three significant figures."""
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    middle = float(np.median(sizes)) if sizes.size else 0.0
    digits = 0 if middle == 0 or middle >= 100 else min(6, 2 - math.floor(math.log10(middle)))
    return "#,##0" + ("." + "0" * digits if digits else "")
