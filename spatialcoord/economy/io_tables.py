"""Reading multi-regional input-output tables from the files that pymrio writes (``save_all``), checked all at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from spatialcoord.economy.input_output import leontief_inverse, technical_coefficients
from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import some
from spatialcoord.registry import did_you_mean

WHERE = "economy.demand"
EMPTY = ("", "nan", "na", "n/a")
# rows of the header and columns of labels, where file_parameters.json does not tell
SHAPES = {"Z": (2, 2), "Y": (2, 2), "x": (1, 2), "F": (2, 1)}


@dataclass(frozen=True)
class Tables:
    """Tables of R regions and S sectors, N cells.

    Attributes
    ----------
    regions, sectors : tuple of str
        Labels in the order of the tables.
    region, sector : numpy.ndarray of int, shape (N,)
        Which region and sector a cell is.
    flows : numpy.ndarray, shape (N, N)
        Deliveries from row to column, money a year (any unit: only ratios count).
    final : numpy.ndarray, shape (N, R)
        What final demand of a region takes from a cell.
    output : numpy.ndarray, shape (N,)
        Output of a cell.
    added : numpy.ndarray, shape (N,)
        Value added by unit of output.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    region: np.ndarray
    sector: np.ndarray
    flows: Array
    final: Array
    output: Array
    added: Array

    @cached_property
    def coefficients(self) -> Array:
        """Inputs by unit of output, shape (N, N)."""
        return technical_coefficients(self.flows, self.output)

    @cached_property
    def inverse(self) -> Array:
        """Output by unit of final demand, shape (N, N)."""
        return leontief_inverse(self.coefficients)

    @property
    def membership(self) -> Array:
        """Which cells are of a region, 0/1, shape (R, N)."""
        return (np.arange(len(self.regions))[:, None] == self.region[None, :]).astype(float)

    @property
    def earned(self) -> Array:
        """Value added of a region by unit of output of a cell, shape (R, N)."""
        return self.membership * self.added

    @property
    def consumed(self) -> Array:
        """Cells that a unit of final demand of a region is bought from, shape (N, R)."""
        return self.final / self.final.sum(axis=0)

    def bought(self, shares: dict[str, float]) -> Array:
        """Cells that a unit spent on sectors in these shares is bought from, by region that spends it, shape (N, R).

        Every product comes from the regions that supply all use of it (intermediate and final) in the region that buys; one
        that is not used there is bought at home.
        """
        used = self.flows @ self.membership.T + self.final
        pattern = np.zeros_like(used)
        for name, share in shares.items():
            cells = self.sector == self.sectors.index(name)
            from_where = used[cells]
            total = from_where.sum(axis=0)
            home = (self.region[cells][:, None] == np.arange(len(self.regions))[None, :]).astype(float)
            pattern[cells] += share * np.where(total > 0, from_where / np.where(total > 0, total, 1.0), home)
        return pattern

    @property
    def values(self) -> pd.DataFrame:
        """Output by region (rows) and sector; 0 where the tables have no such cell."""
        filled = np.zeros((len(self.regions), len(self.sectors)))
        filled[self.region, self.sector] = self.output
        return pd.DataFrame(filled, index=list(self.regions), columns=list(self.sectors))


def read_tables(folder: Path, consumption: str | None = None, value_added: str | None = None) -> Tables:
    """Tables of a folder that pymrio saved: text with tabs, or parquet.

    Parameters
    ----------
    folder : pathlib.Path
        Holds Z and Y, and x where it is not their sum; with ``file_parameters.json`` or files called ``Z.txt`` and so on.
    consumption : str, optional
        Category of final demand to keep; all of them together by default.
    value_added : str, optional
        Folder in it with the extension F whose rows add up to value added; output less inputs by default.

    Raises
    ------
    InputError
        Every problem of the files at once.
    """
    held = sorted(folder.rglob("*.*")) if folder.is_dir() else []
    stamp = tuple((str(path), path.stat().st_mtime_ns) for path in held if path.is_file())
    return _read(folder, consumption, value_added, stamp)


@lru_cache(maxsize=4)
def _read(folder: Path, consumption: str | None, value_added: str | None, stamp: Any) -> Tables:
    if not folder.is_dir():
        beside = [p.name for p in folder.parent.iterdir() if p.is_dir()] if folder.parent.is_dir() else []
        raise InputError(
            Problem(
                f"there is no folder '{folder}'", f"{WHERE}.tables", remedy=did_you_mean(folder.name, beside)
            )
        )
    problems: list[Problem] = []
    frames = {name: _frame(folder, name, problems) for name in ("Z", "Y")}
    if _file(folder, "x") is not None:
        frames["x"] = _frame(folder, "x", problems)
    if value_added is not None:
        frames["F"] = _frame(folder / value_added, "F", problems, f"{WHERE}.value_added")
    if problems:
        raise InputError(problems)
    flows, final = frames["Z"], frames["Y"]
    assert flows is not None and final is not None
    problems += _label_problems(flows, {name: frame for name, frame in frames.items() if name != "Z"})
    if consumption is not None:
        categories = sorted({str(label[-1]) for label in final.columns})
        if consumption not in categories:
            problems.append(
                Problem(
                    f"final demand has no category '{consumption}'",
                    f"{WHERE}.consumption",
                    remedy=did_you_mean(consumption, categories),
                )
            )
        final = final.loc[:, [label[-1] == consumption for label in final.columns]]
    if problems:
        raise InputError(problems)
    tables = _tables(flows, final, frames.get("x"), frames.get("F"))
    problems = _number_problems(tables, list(flows.index), value_added is not None)
    if problems:
        raise InputError(problems)
    return tables


def _tables(flows: Any, final: Any, output: Any, added: Any) -> Tables:
    cells = list(flows.index)
    regions = tuple(dict.fromkeys(label[0] for label in cells))
    sectors = tuple(dict.fromkeys(label[1] for label in cells))
    z = flows.loc[cells, cells].to_numpy(float)
    buyer = [label[0] for label in final.columns]
    y = final.loc[cells].to_numpy(float)
    y = np.stack([y[:, [b == region for b in buyer]].sum(axis=1) for region in regions], axis=1)
    x = z.sum(axis=1) + y.sum(axis=1) if output is None else output.loc[cells].to_numpy(float)[:, 0]
    share = 1.0 - technical_coefficients(z, x).sum(axis=0)
    if added is not None:
        total = added.loc[:, cells].to_numpy(float).sum(axis=0)
        share = np.divide(total, x, out=np.zeros_like(x), where=x > 0)
    return Tables(
        regions,
        sectors,
        np.array([regions.index(label[0]) for label in cells]),
        np.array([sectors.index(label[1]) for label in cells]),
        z,
        y,
        x,
        np.where(x > 0, share, 0.0),
    )


def _file(folder: Path, name: str) -> tuple[Path, int, int] | None:
    """A table's file, rows of its header and columns of its labels; None where there is none."""
    told = folder / "file_parameters.json"
    if told.is_file():
        about = json.loads(told.read_text(encoding="utf-8")).get("files", {}).get(name)
        if about is not None:
            return folder / about["name"], int(about["nr_header"]), int(about["nr_index_col"])
    found = [
        folder / f"{name}{end}" for end in (".txt", ".tsv", ".parquet") if (folder / f"{name}{end}").is_file()
    ]
    return (found[0], *SHAPES[name]) if found else None


def _frame(folder: Path, name: str, problems: list[Problem], where: str = f"{WHERE}.tables") -> Any:
    """A table with labels as text, or None and a problem."""
    place = _file(folder, name)
    if place is None or not place[0].is_file():
        shown = f"{folder.name}/{place[0].name if place else name + '.txt'}"
        remedy = "Save the tables with pymrio's save_all(folder), or write the file as it does."
        problems.append(Problem(f"there is no file '{shown}'", where, remedy=remedy))
        return None
    path, header, index = place
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        frame.index = _labels(list(frame.index))
        frame.columns = _labels(list(frame.columns))
        return frame
    try:
        raw = pd.read_csv(path, sep="\t", header=None, dtype=str, keep_default_na=False).to_numpy()
    except (ValueError, OSError) as error:
        problems.append(
            Problem(f"'{path.name}' cannot be read: {error}", where, remedy="Save it as text with tabs.")
        )
        return None
    body = raw[header:]
    if len(body) and (body[0, index:] == "").all():  # names of the labels, in a row of their own
        body = body[1:]
    columns = [tuple(str(cell) for cell in raw[:header, j]) for j in range(index, raw.shape[1])]
    rows = [tuple(str(cell) for cell in row[:index]) for row in body]
    numbers = pd.to_numeric(pd.Series(body[:, index:].ravel()), errors="coerce").to_numpy()
    numbers = numbers.reshape(len(rows), len(columns))
    wrong = np.argwhere(~np.isfinite(numbers))
    if len(wrong):
        i, j = wrong[0]
        cell = body[i, index + j]
        what = "is empty" if cell.lower() in EMPTY else f"is '{cell}', not a number"
        more = f" ({len(wrong)} such cells)" if len(wrong) > 1 else ""
        problems.append(
            Problem(
                f"'{path.name}': {_name(rows[i])} to {_name(columns[j])} {what}{more}",
                where,
                remedy="Write 0 where nothing is delivered.",
            )
        )
    return pd.DataFrame(numbers, index=_labels(rows), columns=_labels(columns))


def _labels(labels: list[Any]) -> Any:
    texts = [
        tuple(str(part) for part in label) if isinstance(label, tuple) else (str(label),) for label in labels
    ]
    return pd.Index(texts, tupleize_cols=False)


def _name(label: Any) -> str:
    return " ".join(label)


def _label_problems(flows: Any, others: dict[str, Any]) -> list[Problem]:
    """Rows and columns of Z must be the same cells, and those of the other tables must be among them."""
    problems, cells = [], list(flows.index)
    known = set(cells)
    if any(len(label) != 2 for label in cells):
        return [Problem("rows of Z are not labelled by region and sector", f"{WHERE}.tables")]
    if len(known) < len(cells):
        twice = [_name(label) for label in known if cells.count(label) > 1]
        problems.append(
            Problem(f"Z has rows twice: {some(twice)}", f"{WHERE}.tables", remedy="Keep one of each.")
        )
    sides = {"the columns of Z": list(flows.columns)}
    for name, frame in others.items():
        sides[f"the {'columns' if name == 'F' else 'rows'} of {name}"] = list(
            frame.columns if name == "F" else frame.index
        )
    for side, labels in sides.items():
        missing, strange = known - set(labels), set(labels) - known
        for cases, what in ((missing, "lack"), (strange, "have, unlike the rows of Z,")):
            if cases:
                shown = some(sorted(map(_name, cases)))
                problems.append(
                    Problem(
                        f"{side} {what} {shown}",
                        f"{WHERE}.tables",
                        "All tables are of the same regions and sectors.",
                    )
                )
    if "Y" in others:
        without = {label[0] for label in known} - {label[0] for label in others["Y"].columns}
        if without:
            problems.append(
                Problem(
                    f"Y has no final demand of {some(sorted(without))}",
                    f"{WHERE}.tables",
                    remedy="Add its columns.",
                )
            )
    return problems


def _number_problems(tables: Tables, cells: list[Any], given: bool) -> list[Problem]:
    """Negative figures, output that is not there, inputs of a unit of output that are worth one or more."""
    problems, where = [], f"{WHERE}.tables"

    def tell(bad: Any, labels: list[Any], what: str, remedy: str, key: str = where) -> None:
        names = [_name(labels[i]) for i in np.flatnonzero(bad)]
        if names:
            problems.append(Problem(f"{what}: {some(names)}", key, remedy=remedy))

    tell((tables.flows < 0).any(axis=1), cells, "negative deliveries in Z from", "Correct the flows.")
    tell(
        (tables.final < 0).any(axis=1),
        cells,
        "negative final demand in Y for",
        "Inventories can fall: name one category of Y as economy.demand.consumption.",
    )
    tell(
        tables.final.sum(axis=0) <= 0,
        [(r,) for r in tables.regions],
        "no final demand in Y of",
        "Fill its columns.",
    )
    needs = tables.flows.sum(axis=0)
    tell((tables.output < 0) | ((tables.output == 0) & (needs > 0)), cells, "no output in x of", "Correct x.")
    inputs = tables.coefficients.sum(axis=0)
    tell(
        inputs >= 1.0,
        cells,
        "inputs are worth as much as the output or more in",
        "Correct Z or x: they must be in the same unit.",
    )
    if given:
        tell(
            (tables.added < 0) | (tables.added + inputs > 1.0 + 1e-6),
            cells,
            "value added is negative, or with the inputs more than the output, in",
            "Name an extension of the same unit that holds value added alone.",
            f"{WHERE}.value_added",
        )
    return problems
