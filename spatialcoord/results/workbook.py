"""``allocation.xlsx``: the plan as a workbook that a ministry's analyst can work on."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spatialcoord.results.exports import neutral
from spatialcoord.results.tab import TEXT, Column, Tab
from spatialcoord.results.tabs import tabs

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
    styles = _Styles(book)
    for tab in tabs(plan, lang):
        _write(book, tab, _name(tab.title, taken), styles)
    book.save(path)


class _Styles:
    """Styles of cells, each made once a workbook: looking one up for every cell takes most of the time."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def of(self, kind: str, form: str = TEXT, beside: bool = False, wrap: bool = False) -> Any:
        """Style of a "head", "body", "total" or "note" cell; text `beside` a number keeps a distance from it."""
        key = (kind, form, beside, wrap)
        if key not in self._made:
            self._made[key] = self._make(kind, form, beside, wrap)
        return self._made[key]

    def _make(self, kind: str, form: str, beside: bool, wrap: bool) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        cell = WriteOnlyCell(self._book.worksheets[0], None)
        text = form == TEXT
        side = None if kind == "body" else "left" if text else "right"
        indent = int(text and beside)
        cell.alignment = Alignment(
            horizontal="left" if indent else side,
            vertical="bottom" if kind == "head" else "top",
            wrap_text=wrap or kind == "head",
            indent=indent,
        )
        if kind != "head":
            cell.number_format = form
        if kind in ("head", "total"):
            line = Side(style="thin", color="808080")
            cell.font = Font(name=FONT, size=11, bold=True)
            cell.border = Border(bottom=line) if kind == "head" else Border(top=line)
        if kind == "head":
            cell.fill = PatternFill("solid", fgColor="E6EEF2")
        if kind == "note":
            cell.alignment, cell.font = Alignment(), Font(name=FONT, size=11, italic=True, color="606060")
        return cell._style


def _write(book: Any, tab: Tab, name: str, styles: _Styles) -> None:
    from openpyxl.cell import WriteOnlyCell

    sheet = book.create_sheet(name)
    widths = [column.width or _width(column, i, tab) for i, column in enumerate(tab.columns)]
    _lay_out(sheet, tab, widths)
    wrap = any(
        column.form == TEXT and _longest(i, tab) > width
        for i, (column, width) in enumerate(zip(tab.columns, widths, strict=True))
    )

    def row(kind: str, values: Sequence[Any]) -> Iterator[Any]:
        for i, (value, column) in enumerate(zip(values, tab.columns, strict=True)):
            cell = WriteOnlyCell(sheet, plain(value))
            cell._style = styles.of(kind, column.form, i > 0, wrap)
            yield cell

    heads = [column.head for column in tab.columns]
    sheet.row_dimensions[1].height = _height(heads, widths)
    sheet.append(row("head", heads))
    for number, values in enumerate(tab.rows, 2):
        if wrap:  # the programs that open it do not all find the height of wrapped text by themselves
            sheet.row_dimensions[number].height = _height(values, widths)
        sheet.append(row("body", values))
    if tab.total:
        sheet.append(row("total", tab.total))
    for note in tab.notes:
        cell = WriteOnlyCell(sheet, plain(note))
        cell._style = styles.of("note")
        sheet.append([])
        sheet.append([cell])


def _lay_out(sheet: Any, tab: Tab, widths: Sequence[int]) -> None:
    """Column widths, heads that stay in sight, and how the sheet is printed."""
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = f"{get_column_letter(tab.frozen + 1)}2"
    for i, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = math.ceil(sum(widths) / PAGE), 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    if sum(widths) > PAGE:
        sheet.print_title_cols = f"A:{get_column_letter(tab.frozen)}"


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
    return 15.0 * min(
        max((math.ceil(_length(text) * 1.15 / width) for text, width in texts), default=1) or 1, 27
    )


def _length(text: str) -> int:
    """Width of a text in Latin letters; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
