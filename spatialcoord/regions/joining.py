"""Joining one table to the regions by id: figures in the attribute's unit, texts as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from spatialcoord.errors import Problem
from spatialcoord.regions.attributes import ATTRIBUTES, Attribute, is_text_column, some, suggest_id
from spatialcoord.regions.spec import ColumnSpec, TableSpec
from spatialcoord.regions.tables import number_column
from spatialcoord.regions.units import factor
from spatialcoord.registry import did_you_mean


@dataclass(frozen=True)
class Read:
    """Rows of one file.

    Attributes
    ----------
    cells : pandas.DataFrame
        Text, indexed by region id.
    lines : numpy.ndarray, shape (N,)
        Line or row of each in the file.
    unit : str
        What the lines are called: "line" of a text, "row" of a sheet or layer.
    whole : bool
        False where rows with an empty or a doubled id were left out: their cells are still checked, but regions without a row
        would only repeat that.
    """

    cells: pd.DataFrame
    lines: npt.NDArray[np.int64]
    unit: str
    whole: bool = True

    def at(self, region: str) -> str:
        """A region with its place in the file: "CN-GD (line 7)"."""
        return f"{region} ({self.unit} {self.lines[self.cells.index.get_loc(region)]})"


@dataclass
class Joined:
    """What the files of a case have given so far.

    Attributes
    ----------
    figures : pandas.DataFrame
        One row a region, indexed by id; attributes, names and levels.
    levels : tuple of str
        Hierarchy levels, which are text.
    currency : str or None
        Currency of the case, where it is known.
    own : dict of Attribute
        Attributes beyond the attribute table.
    places : dict of str
        File and column of each, for messages.
    """

    figures: pd.DataFrame
    levels: tuple[str, ...]
    currency: str | None
    own: dict[str, Attribute] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def join(data: Joined, read: Read, table: TableSpec, path: Path, key: str, problems: list[Problem]) -> None:
    """Columns of one file into `data`, as text or converted numbers; what does not fit goes to `problems`.

    Parameters
    ----------
    data : Joined
        Receives the columns.
    read : Read
        The file's rows.
    table : TableSpec
        Which columns are wanted.
    path, key : Path, str
        The file, and the key of the scenario that describes it, for messages.
    problems : list of Problem
        Receives every problem.
    """
    regions = data.figures.index
    cells = read.cells
    absent = regions.difference(cells.index, sort=False)
    strange = cells.index.difference(regions, sort=False)
    if read.whole:
        _match(absent, strange, read, table, path, problems, regions)
    for name, source in table.columns.items():
        at = f"{key}.columns.{name}"
        place = f"{path}, column '{source.column}'"
        if name in data.places:
            problems.append(
                Problem(
                    f"'{name}' is given twice, also by {data.places[name]}", at, remedy="Keep one of the two."
                )
            )
            continue
        data.places[name] = place
        text = is_text_column(name, data.levels)
        scale, wrong = (1.0, []) if text else _scale(name, source, data.currency, at)
        if source.column not in cells and not (
            wrong and source.column == name
        ):  # the same misspelling is told once
            known = [str(c) for c in cells.columns if c != "geometry"]
            wrong.append(
                Problem(
                    f"{path} has no column '{source.column}'", at, remedy=did_you_mean(source.column, known)
                )
            )
        problems.extend(wrong)
        if wrong:
            continue
        values = cells[source.column].reindex(regions.difference(absent, sort=False))
        if not text:
            if name not in ATTRIBUTES:
                data.own[name] = Attribute(name, str(source.unit), source.description or name)
            values, found = _numbers(values, source, scale, place, table.decimal, read)
            problems.extend(found)
            if found:
                continue
        if not len(absent):
            data.figures[name] = values.reindex(regions)


def _match(
    absent: pd.Index,
    strange: pd.Index,
    read: Read,
    table: TableSpec,
    path: Path,
    problems: list[Problem],
    regions: pd.Index,
) -> None:
    """Problems of regions without a row and rows without a region."""
    alike = _alike(absent, strange)
    if len(absent):
        problems.append(
            Problem(
                f"no row for {some(absent)}",
                str(path),
                alike or "every region of the case needs its figures",
                "Add the rows, or correct the ids.",
            )
        )
    if len(strange) and not table.ignore_unmatched:
        problems.append(
            Problem(
                f"rows for regions that the case does not have: {some(map(read.at, strange))}",
                str(path),
                alike or suggest_id(strange[0], regions),
                "Correct the ids, delete the rows, or set `ignore_unmatched: true` for the table.",
            )
        )


def _alike(absent: pd.Index, strange: pd.Index) -> str:
    """What most unmatched ids differ in, where it is something that programs do to ids."""
    changes = {
        "leading zeros, which spreadsheets drop": lambda s: s.lstrip("0"),
        "upper and lower case": str.lower,
        "spaces, dots or dashes": lambda s: "".join(c for c in s if c.isalnum()),
    }
    for words, change in changes.items():
        ours = {change(region): region for region in absent}
        pairs = [(ours[change(r)], r) for r in strange if change(r) in ours]
        if pairs and 2 * len(pairs) >= len(absent):
            return f"The ids differ only in {words}: '{pairs[0][0]}' and '{pairs[0][1]}'."
    return ""


def _scale(name: str, source: ColumnSpec, currency: str | None, at: str) -> tuple[float, list[Problem]]:
    """Factor to the attribute's unit; a figure of the user's own must state its unit."""
    if name not in ATTRIBUTES:
        if source.unit is not None:
            return source.scale, []
        remedy = did_you_mean(name, list(ATTRIBUTES)) + " A figure of your own needs `unit`."
        return 1.0, [Problem(f"'{name}' is not a known attribute", at, remedy=remedy)]
    if source.unit is None:
        return source.scale, []
    if source.scale != 1.0:
        why, remedy = "Both say by what the figures are multiplied.", "Keep one of the two."
        return 1.0, [Problem(f"'{name}' has both `unit` and `scale`", at, why, remedy)]
    return factor(source.unit, ATTRIBUTES[name].unit, currency, name, f"{at}.unit")


def _numbers(
    cells: pd.Series, source: ColumnSpec, scale: float, place: str, decimal: str, read: Read
) -> tuple[pd.Series, list[Problem]]:
    """Text cells in the attribute's unit, gaps filled with the stand-in if one is stated (in the attribute's unit)."""
    numbers, problems = number_column(cells, place, decimal, read.at)
    values = pd.Series(numbers, index=cells.index) * scale
    if source.missing is not None:
        values = values.fillna(source.missing)
    gaps = values.index[values.isna().to_numpy()]
    if len(gaps) and not problems:
        problems.append(
            Problem(
                f"no figure for {some(map(read.at, gaps))}",
                place,
                "every region needs one",
                "Fill the cells, or state a stand-in with `missing`.",
            )
        )
    return values, problems
