"""``allocation.xlsx``: the plan as a workbook that a ministry's analyst can work on."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spatialcoord.results.exports import neutral
from spatialcoord.results.tabs import TEXT, Column, Tab, tabs

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

MOST_REGIONS = 10_000  # of more there is no workbook: allocation.csv holds them, and a spreadsheet crawls
LONGEST = 32_767  # characters a cell can hold
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WIDEST = 40  # characters of a column whose width is found from its cells; longer text is wrapped
PAGE = 190  # characters that are still read when they are fitted to the width of a page
FONT = "Calibri"  # the one a workbook's cells have by default


def write_xlsx(plan: Plan, path: Path, lang: str = "en") -> None:
    """Write the workbook: one sheet a subject, heads with units that stay in sight, values as numbers.

    No text in it is a formula: what starts like one has an apostrophe before it.

    Parameters
    ----------
    plan : Plan
        The plan.
    path : Path
        File to make.
    lang : str
        Language of heads, rules and names.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title = _clean(str(plan.dataset.attrs["title"]))
    book.properties.creator = "spatialcoord"
    book.properties.description = str(plan.dataset.attrs["fingerprint"])
    taken: set[str] = set()
    for tab in tabs(plan, lang):
        _write(book, tab, _name(tab.title, taken))
    book.save(path)


def _write(book: Any, tab: Tab, name: str) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = f"{get_column_letter(tab.frozen + 1)}2"
    widths = [column.width or _width(column, i, tab) for i, column in enumerate(tab.columns)]
    for i, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = math.ceil(sum(widths) / PAGE), 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    if sum(widths) > PAGE:
        sheet.print_title_cols = f"A:{get_column_letter(tab.frozen)}"

    line, shade = Side(style="thin", color="808080"), PatternFill("solid", fgColor="E6EEF2")
    bold = Font(name=FONT, size=11, bold=True)
    head = {"font": bold, "fill": shade, "border": Border(bottom=line)}
    last = {"font": bold, "border": Border(top=line)}

    def styled(value: Any, **style: Any) -> Any:
        cell = WriteOnlyCell(sheet, value)
        for key, part in style.items():
            setattr(cell, key, part)
        return cell

    # made once a column: a style looked up for every cell takes most of the time
    long = [c.form == TEXT and _longest(i, tab) > w for i, (c, w) in enumerate(zip(tab.columns, widths, strict=True))]
    first = Alignment(vertical="top", wrap_text=any(long))
    beside = Alignment(horizontal="left", vertical="top", wrap_text=any(long), indent=1)
    aligned = [beside if i and c.form == TEXT else first for i, c in enumerate(tab.columns)]
    styles = [
        styled(None, number_format=column.form, alignment=alignment)._style
        for column, alignment in zip(tab.columns, aligned, strict=True)
    ]

    def row(values: Sequence[Any]) -> Iterable[Any]:
        for value, style in zip(values, styles, strict=True):
            cell = WriteOnlyCell(sheet, plain(value))
            cell._style = style
            yield cell

    sheet.row_dimensions[1].height = _height([column.head for column in tab.columns], widths)
    sheet.append(
        [
            styled(
                plain(column.head),
                alignment=Alignment(
                    wrap_text=True,
                    vertical="bottom",
                    horizontal="left" if column.form == TEXT else "right",
                    indent=1 if i and column.form == TEXT else 0,
                ),
                **head,
            )
            for i, column in enumerate(tab.columns)
        ]
    )
    for number, values in enumerate(tab.rows, 2):
        if any(long):  # the programs that open it do not all find the height of wrapped text by themselves
            sheet.row_dimensions[number].height = _height(values, widths)
        sheet.append(row(values))
    if tab.total:
        cells = zip(tab.columns, tab.total, strict=True)
        sheet.append([styled(plain(value), number_format=column.form, **last) for column, value in cells])
    for note in tab.notes:
        sheet.append([])
        sheet.append([styled(plain(note), font=Font(name=FONT, size=11, italic=True, color="606060"))])


def plain(value: Any) -> Any:
    """What a cell may hold: a finite number, nothing, or text that is no formula."""
    if value is None:
        return None
    if isinstance(value, str):
        return neutral(_clean(value))[:LONGEST] or None
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _clean(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text.encode("utf-8", "ignore").decode("utf-8"))


def _name(title: str, taken: set[str]) -> str:
    """A name for a sheet: at most 31 characters, none that Excel forbids, no other sheet's."""
    base = re.sub(r"[\[\]:*?/\\']", " ", _clean(title)).strip()[:31] or "-"
    name, n = base, 2
    while name.lower() in taken:
        name, n = f"{base[:27]} ({n})", n + 1
    taken.add(name.lower())
    return name


def _width(column: Column, index: int, tab: Tab) -> int:
    return min(max(_longest(index, tab), min(_length(column.head), 14), 8) + 2, WIDEST)


def _longest(index: int, tab: Tab) -> int:
    return max((_length(row[index]) for row in tab.rows if isinstance(row[index], str)), default=0)


def _height(cells: Sequence[Any], widths: Sequence[int]) -> float:
    """Points that the longest of the cells takes, wrapped to its column, words not broken."""
    texts = ((c, w) for c, w in zip(cells, widths, strict=True) if isinstance(c, str))
    return 15.0 * min(max((math.ceil(_length(text) * 1.15 / width) for text, width in texts), default=1) or 1, 27)


def _length(text: str) -> int:
    """Width of a text in Latin letters; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
