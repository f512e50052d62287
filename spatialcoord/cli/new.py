"""``spatialcoord new``: a folder to start from, with a made-up country or with a file of one's own."""

from __future__ import annotations

import re
import secrets
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from spatialcoord.errors import InputError, Problem
from spatialcoord.messages import Catalogue, catalogue

if TYPE_CHECKING:
    import pandas as pd

    from spatialcoord.regions.recognise import Recognised

NEEDED = ("population", "output", "tax_revenue", "budget_expenditure", "capital_infrastructure")
OPTIONAL = {
    "human_capital": "capital_human"
}  # instruments that are only proposed where their figures are there
FILL = "figures.csv"
SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")  # the parts of one


@dataclass
class Started:
    """What a new case consists of, before it is written.

    Attributes
    ----------
    scenario : str
        Text of ``scenario.yaml``.
    assumed, todo : list of str
        Sentences about what was taken to be what, and about what the planner has to fill in.
    """

    scenario: str
    assumed: list[str] = field(default_factory=list)
    todo: list[str] = field(default_factory=list)


def new_case(
    name: str,
    source: Path | None,
    id_column: str | None,
    layer: str | None,
    encoding: str | None,
    lang: str,
) -> None:
    """Make the folder of a case and say what is in it and what comes next.

    Parameters
    ----------
    name : str
        Folder to make; its last part is the name of the case.
    source : Path, optional
        Map or table to start from; copied into the folder. A made-up country if absent.
    id_column, layer, encoding : str, optional
        Column of region ids, layer or sheet, and encoding of `source`.
    lang : str
        Language of what is printed.

    Raises
    ------
    InputError
        The folder exists, the name cannot be a case's, or `source` cannot be used; nothing has been written.
    """
    words = catalogue(lang)
    target = Path(name)
    _refuse(target)
    if source is None and (id_column or layer or encoding):
        option = "--id" if id_column else "--layer" if layer else "--encoding"
        raise InputError(
            Problem(f"{option} says something about a file", option, remedy="Name the file with --from FILE.")
        )
    own = None if source is None else _recognised(source, id_column, layer, encoding)
    draft = target.absolute().parent / f".{target.name}.{secrets.token_hex(4)}.partial"
    try:
        draft.mkdir(parents=True)
        started = _sample(target.name, draft) if own is None else _own(target.name, draft, own, words)
        (draft / "scenario.yaml").write_text(started.scenario, encoding="utf-8")
        draft.rename(target)
    except OSError as error:
        raise InputError(
            Problem(
                f"cannot be written: {error.strerror or error}", str(target), remedy="Name another folder."
            )
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    typer.echo(words.t("new.made", folder=target))
    for path in sorted(target.iterdir()):
        typer.echo(f"  {path.name}")
    for key, lines in (("new.assumed", started.assumed), ("new.todo", started.todo)):
        if lines:
            typer.echo(words.t(key))
            for line in lines:
                typer.echo(f"- {line}")
    typer.echo(words.t("new.next", folder=target) if started.todo else words.t("new.run", folder=target))


def _refuse(target: Path) -> None:
    from spatialcoord.regions import bundled_cases

    if not re.fullmatch(r"\w[\w.-]*", target.name):
        raise InputError(
            Problem(
                f"'{target.name}' cannot be the name of a case",
                "NAME",
                remedy="Use letters, digits, '.', '_' and '-'.",
            )
        )
    if target.exists():
        raise InputError(
            Problem(
                "exists already and is left as it is",
                str(target),
                remedy="Choose another name, or move it away.",
            )
        )
    if target.name in bundled_cases():
        raise InputError(
            Problem(
                f"'{target.name}' is the name of a bundled case",
                "NAME",
                f"`spatialcoord run {target.name}` would run that one.",
                "Choose another name.",
            )
        )


def _sample(case: str, folder: Path) -> Started:
    from spatialcoord.regions import RegionsSpec
    from spatialcoord.regions.sample import FIGURES, write_sample
    from spatialcoord.scenario.template import template

    write_sample(folder)
    spec = RegionsSpec.model_validate(
        {"geometry": "regions.geojson", "tables": [{"file": FILL, "columns": ["name", "name_zh", *FIGURES]}]}
    )
    return Started(template(case, spec, currency="EUR", price_year=2024, years=(2025, 2029)))


@dataclass(frozen=True)
class Source:
    """A planner's file and what its columns seem to be."""

    path: Path
    frame: pd.DataFrame
    seen: Recognised
    layer: str | None
    encoding: str | None
    notes: tuple[Problem, ...]

    @property
    def missing(self) -> list[str]:
        """Figures that a plan needs and no column was recognised as."""
        return [name for name in NEEDED if name not in self.seen.columns]

    @property
    def fill(self) -> str:
        """Name of the table for what is missing."""
        return FILL if self.path.name != FILL else f"more_{FILL}"


def _recognised(path: Path, id_column: str | None, layer: str | None, encoding: str | None) -> Source:
    from spatialcoord.regions.recognise import recognise
    from spatialcoord.regions.tables import read_table

    notes: list[Problem] = []
    try:
        frame = read_table(path, "--from", sheet=layer, encoding=encoding, notes=notes)
    except InputError as error:
        places = {"--from.encoding": "--encoding", "--from.layer": "--layer", "--from.sheet": "--layer"}
        raise InputError([replace(p, where=places.get(p.where, p.where)) for p in error.problems]) from None
    return Source(path, frame, recognise(frame, path.name, id_column), layer, encoding, tuple(notes))


def _own(case: str, folder: Path, own: Source, words: Catalogue) -> Started:
    from spatialcoord.regions import RegionsSpec
    from spatialcoord.scenario.template import template

    _copy(own.path, folder)
    chosen = ["general_transfer", "infrastructure"]
    chosen += [name for name, figure in OPTIONAL.items() if figure in own.seen.columns]
    started = Started(template(case, RegionsSpec.model_validate(_section(own)), chosen=chosen))
    started.assumed = [note.what for note in own.notes] + _assumed(own.seen, words)
    if "geometry" in own.frame:
        crs = own.frame.crs
        started.assumed += [] if crs is None else [words.t("new.crs", crs=crs.to_string()[:60])]
        started.todo += [words.t("new.ask_crs")] if crs is None else []
    started.todo.append(words.t("new.ask_scenario"))
    if own.missing:
        _blank(own, folder / own.fill)
        started.todo += [
            words.t("new.ask_figure", file=own.fill, column=name, about=_about(name)) for name in own.missing
        ]
    return started


def _section(own: Source) -> dict[str, object]:
    """The section ``regions`` for the file and the table of what is missing."""
    seen, name = own.seen, own.path.name
    columns: dict[str, object] = {
        key: {"column": column, "unit": seen.units[key]} if key in seen.units else column
        for key, column in seen.columns.items()
    }
    section: dict[str, object] = {"id": seen.id}
    tables: list[dict[str, object]] = []
    stated = {"encoding": own.encoding} if own.encoding else {}
    if "geometry" in own.frame:
        section |= {"geometry": name, **stated, **({"layer": own.layer} if own.layer else {})}
        section |= {"crs": None} if own.frame.crs is None else {}
    if columns:
        tables.append(
            {"file": name, **stated, **({"sheet": own.layer} if own.layer else {}), "columns": columns}
        )
    if own.missing:
        tables.append({"file": own.fill, "columns": own.missing})
    return {**section, "tables": tables}


def _assumed(seen: Recognised, words: Catalogue) -> list[str]:
    """What each column was taken to be, in which unit, and what was left aside."""
    lines = [words.t("new.id", column=seen.id)]
    for name, column in seen.columns.items():
        unit = seen.units.get(name) or _unit(name)
        lines.append(words.t("new.column", column=column, name=name, unit=f" [{unit}]" if unit else ""))
    return lines + ([words.t("new.left", columns=", ".join(seen.left))] if seen.left else [])


def _unit(name: str) -> str:
    from spatialcoord.regions import ATTRIBUTES

    return ATTRIBUTES[name].unit if name in ATTRIBUTES else ""


def _about(name: str) -> str:
    from spatialcoord.regions import ATTRIBUTES

    return f"{ATTRIBUTES[name].description} [{ATTRIBUTES[name].unit}]"


def _copy(source: Path, folder: Path) -> None:
    """The file itself; of a shapefile all its parts."""
    parts = [source]
    if source.suffix.lower() == ".shp":
        parts = [
            p for p in source.parent.iterdir() if p.stem == source.stem and p.suffix.lower() in SHAPEFILE
        ]
    for part in parts:
        shutil.copyfile(part, folder / part.name)


def _blank(own: Source, path: Path) -> None:
    """A table with a row a region and empty cells for the figures that are needed."""
    import pandas as pd

    table = pd.DataFrame({own.seen.id: own.frame[own.seen.id]})
    if "name" in own.seen.columns:
        table["name"] = own.frame[own.seen.columns["name"]]
    for column in own.missing:
        table[column] = ""
    table.to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\n"
    )  # the mark makes Excel read it as UTF-8
