"""Reading a text table: its encoding and its separator are found or asked for, never guessed in silence."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import some
from spatialcoord.registry import did_you_mean

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
# names that a planner's computer may give, for suggestions
ENCODINGS = [
    "utf-8",
    "gbk",
    "gb18030",
    "big5",
    "cp1252",
    "latin-1",
    "shift_jis",
    "euc-kr",
    "cp1251",
    "utf-16",
]
NOT_TEXT = {
    b"PK\x03\x04": "a workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"SQLite": "a GeoPackage",
}


def read_text_table(path: Path, key: str, encoding: str | None = None, skip_rows: int = 0) -> pd.DataFrame:
    """Cells of a text file, all as text, indexed by the line they stand on.

    Parameters
    ----------
    path : Path
        Text with a header line; cells are separated by commas, semicolons or tabs, whichever the header uses.
    key : str
        Key of the scenario that names the file, for messages.
    encoding : str, optional
        Encoding of the text; UTF-8 (with or without its mark) or marked UTF-16 if absent.
    skip_rows : int
        Lines above the header.

    Raises
    ------
    InputError
        Empty, not text, in another encoding, with an open quote, or with rows of another length than the header.
    """
    text = _text(path, key, encoding)
    lines = text.splitlines(keepends=True)[skip_rows:]
    head = next((line for line in lines if line.strip()), "")
    if head.lstrip().lower().startswith(("<!doctype", "<html")):
        raise InputError(
            Problem("the file is a web page, not a table", str(path), remedy="Download the table itself.")
        )
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    numbers: list[int] = []
    start = skip_rows + 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                numbers.append(start)
            start = skip_rows + reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            Problem(
                f"the rows from line {start} on are not a table",
                str(path),
                f"A quote is opened and not closed, or stands inside a cell ({error}).",
                'Close the quote; a quote inside a quoted text is doubled: "".',
            )
        ) from error
    return as_table(rows, numbers, path, f"Put text with {SEPARATORS[separator]} in double quotes.")


def as_table(rows: list[list[str]], numbers: list[int], path: Path, uneven_remedy: str) -> pd.DataFrame:
    """Rows of cells, the first of them the header, as a frame indexed by line (`numbers`); InputError where they are none."""
    if len(rows) < 2:
        raise InputError(
            Problem(
                "the file has no rows" if rows else "the file is empty",
                str(path),
                remedy="Give a header line and one line a region.",
            )
        )
    header = rows[0]
    problems = []
    double = sorted({name for name in header if name and header.count(name) > 1})
    if double:
        problems.append(
            Problem(
                f"columns occur twice: {some(double)}",
                f"{path}, line {numbers[0]}",
                remedy="Name each column once.",
            )
        )
    uneven = [str(n) for n, row in zip(numbers[1:], rows[1:], strict=True) if len(row) != len(header)]
    if uneven:
        problems.append(
            Problem(
                f"rows {some(uneven)} have another number of cells than the header ({len(header)})",
                str(path),
                remedy=uneven_remedy,
            )
        )
    if problems:
        raise InputError(problems)
    return pd.DataFrame(rows[1:], columns=header, index=pd.Index(numbers[1:], name="line"), dtype=object)


def _text(path: Path, key: str, encoding: str | None) -> str:
    content = path.read_bytes()
    if not content:
        raise InputError(
            Problem("the file is empty", str(path), remedy="Give a header line and one line a region.")
        )
    for mark, kind in NOT_TEXT.items():
        if content.startswith(mark):
            raise InputError(
                Problem(
                    f"the file is {kind}, not text",
                    str(path),
                    remedy="Name it by what it is: .xlsx, .gpkg or .csv.",
                )
            )
    if encoding is not None:
        check_encoding(encoding, key)
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    if encoding is None or encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        if encoding == "utf-8-sig":
            name, region = likely_encoding(content)
            what = "the file is not UTF-8"
            remedy = f"Save it as CSV UTF-8, or set `encoding: {name}` for the table (likely, from {region})."
        else:
            what, remedy = (
                f"the file is not in the encoding '{encoding}'",
                "Leave `encoding` out for UTF-8, or name the right one.",
            )
        why = f"the byte 0x{content[error.start]:02X} cannot be read"
        raise InputError(Problem(what, f"{path}, line {line}", why, remedy)) from error


def check_encoding(name: str, key: str) -> None:
    """InputError where no encoding of that name is known."""
    try:
        codecs.lookup(name)
    except LookupError:
        raise InputError(
            Problem(f"there is no encoding '{name}'", f"{key}.encoding", remedy=did_you_mean(name, ENCODINGS))
        ) from None


def likely_encoding(content: bytes) -> tuple[str, str]:
    """An encoding that bytes other than UTF-8 may be in, and where it is used: a suggestion, never applied."""
    try:
        content.decode("gb2312")  # pairs of high bytes, which accented Latin text has not
        return "gbk", "a Chinese system"
    except UnicodeDecodeError:
        return "cp1252", "a Western European system"
