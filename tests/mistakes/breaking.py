"""A case that is right, and small tools that make it wrong in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spatialcoord.regions.sample import FIGURES, sample_country

SCENARIO = """\
case: mine
title: {en: Mine}
question: {en: Who gets what?}
currency: EUR
price_year: 2024
regions:
  geometry: regions.geojson
  tables:
    - file: figures.csv
      columns: [name, population, output, tax_revenue, own_revenue, budget_expenditure]
    - file: more.csv
      columns: [net_transfer_received, capital_infrastructure]
  links: links.csv
programme:
  years: {first: 2025, last: 2029}
  budget: {share_of_output: 0.005}
  envelopes:
    transfer: {max_share: 0.4}
instruments:
  general_transfer: {}
  infrastructure: {cofinance: {rate: 0.1}}
"""
LINKS = "a,b,kind,length_km\nALD,HAZ,link,80\n"

Break = Callable[[Path], None]


@dataclass(frozen=True)
class Mistake:
    """What a planner does wrong, and what must be said about it.

    Attributes
    ----------
    breaks : tuple of Break
        Changes to the folder of a case that is right.
    place : str
        Part of where the problem is said to be.
    words : tuple of str
        Parts of its text: what is wrong, and the remedy.
    arguments : tuple of str
        Options of the command beyond the case.
    """

    breaks: tuple[Break, ...]
    place: str
    words: tuple[str, ...]
    arguments: tuple[str, ...] = ()


def write_case(folder: Path) -> Path:
    """The case that is right: eight made-up regions with shapes, two tables and a ferry."""
    folder.mkdir(parents=True)
    frame = sample_country().frame.rename_axis("id").reset_index()
    frame[["id", "geometry"]].to_file(folder / "regions.geojson")
    figures = frame[["id", "name", *FIGURES]].astype(dict.fromkeys(FIGURES, int))
    columns = ["id", "name", "population", "output", "tax_revenue", "own_revenue", "budget_expenditure"]
    figures[columns].to_csv(folder / "figures.csv", index=False)
    figures[["id", "net_transfer_received", "capital_infrastructure"]].to_csv(
        folder / "more.csv", index=False
    )
    (folder / "links.csv").write_text(LINKS)
    (folder / "scenario.yaml").write_text(SCENARIO)
    return folder


def said(old: str, new: str, file: str = "scenario.yaml") -> Break:
    """Replace the first `old` of a file, which must be there."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def below(line: str, more: str) -> Break:
    """Add lines below one of the scenario."""
    return said(line + "\n", f"{line}\n{more}\n")


def cell(region: str, column: str, value: str, file: str = "figures.csv") -> Break:
    """Write something into one cell of a table."""

    def change(folder: Path) -> None:
        rows = [line.split(",") for line in (folder / file).read_text(encoding="utf-8").splitlines()]
        row = next(row for row in rows if row[0] == region)
        row[rows[0].index(column)] = value
        (folder / file).write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")

    return change


def times(column: str, factor: float, file: str = "figures.csv") -> Break:
    """Multiply a column, as a file in another unit would have it."""

    def change(folder: Path) -> None:
        rows = [line.split(",") for line in (folder / file).read_text(encoding="utf-8").splitlines()]
        at = rows[0].index(column)
        for row in rows[1:]:
            row[at] = repr(float(row[at]) * factor)
        (folder / file).write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")

    return change


def content(file: str, data: bytes | str) -> Break:
    """Make a file hold something else altogether."""
    return lambda folder: (
        (folder / file).write_bytes(data.encode() if isinstance(data, str) else data) and None
    )


def recoded(file: str, old: str, new: str, encoding: str) -> Break:
    """Replace a text and save the file in another encoding."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_bytes(text.replace(old, new, 1).encode(encoding))

    return change


def gone(file: str) -> Break:
    """Delete a file."""
    return lambda folder: (folder / file).unlink()


def row(text: str, file: str = "figures.csv") -> Break:
    """Add a row at the end of a table."""

    def change(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8") as table:
            table.write(text + "\n")

    return change


def shapes(change: Callable, file: str = "regions.geojson", **options: object) -> Break:
    """Write the shapes again, changed, in another format or reference system; the scenario names the new file."""

    def apply(folder: Path) -> None:
        import geopandas

        frame = change(geopandas.read_file(folder / "regions.geojson"))
        (folder / "regions.geojson").unlink()
        frame.to_file(folder / file, **options)
        said("geometry: regions.geojson", f"geometry: {file}")(folder)

    return apply
