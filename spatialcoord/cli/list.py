"""``spatialcoord list``: what a scenario can name, with units, sources and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from spatialcoord.errors import InputError, Problem
from spatialcoord.messages import Catalogue, catalogue
from spatialcoord.registry import (
    actors,
    did_you_mean,
    formulas,
    institutions,
    instruments,
    measures,
    outcomes,
)

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

PARTS = {
    "instruments": instruments,
    "measures": measures,
    "outcomes": outcomes,
    "formulas": formulas,
    "actors": actors,
    "institutions": institutions,
}
KINDS = [*PARTS, "capital", "cases"]
WIDTH = 160  # characters of a line where output goes to a file, which has no width of its own


def list_parts(kind: str | None, lang: str) -> None:
    """Print the parts of one kind, or of every kind, as tables.

    Raises
    ------
    InputError
        There is no such kind or language.
    """
    from rich.console import Console

    words = catalogue(lang)
    if kind is not None and kind not in KINDS:
        raise InputError(Problem(words.t("cli.unknown_kind", kind=kind), remedy=did_you_mean(kind, KINDS)))
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    for one in KINDS if kind is None else [kind]:
        if one == "cases":
            _table(console, words, one, ("name", "title", "unit", "instruments"), _cases(words.lang))
        elif one == "capital":
            _table(console, words, one, ("name", "title", "unit", "parameters"), _capital(words))
        elif one == "institutions":
            _table(
                console, words, one, ("name", "title", "source", "parameters", "used_in"), _kinds(words.lang)
            )
        elif one in ("instruments", "formulas"):
            listed = (
                (name, *_part(cls, words.lang), "; ".join(getattr(cls, "cases", ())))
                for name, cls in ((name, PARTS[one].get(name)) for name in PARTS[one].names())
            )
            _table(console, words, one, ("name", "title", "unit", "source", "parameters", "used_in"), listed)
        else:
            rows = ((name, *_part(PARTS[one].get(name), words.lang)) for name in PARTS[one].names())
            _table(console, words, one, ("name", "title", "unit", "source", "parameters"), rows)


def _part(part: Any, lang: str) -> tuple[str, str, str, str]:
    """Title, unit, source and parameters of a registered part."""
    params = getattr(part, "Params", None)
    title = getattr(part, "title", {})
    lines = "\n".join(parameter_lines(params)) if params else ""
    return (
        title.get(lang) or title.get("en", ""),
        getattr(part, "unit", ""),
        getattr(part, "source", ""),
        lines,
    )


def _kinds(lang: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, title, source, parameters and uses of every kind of institution."""
    for name in institutions.names():
        kind = institutions.get(name)
        title, _, source, parameters = _part(kind, lang)
        yield name, title, source, parameters, "; ".join(kind.cases)


def parameter_lines(params: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """One line a parameter: key, default, unit, plausible range ("absorption.full = 0.02 (1/yr; 0.01 to 0.04)")."""
    from pydantic import BaseModel

    from spatialcoord.scenario.parameters import fields_of

    for name, field, extra in fields_of(params):
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from parameter_lines(field.annotation, f"{prefix}{name}.")
            continue
        low, high = extra.get("plausible", (None, None))
        about = [extra["unit"]] if extra.get("unit", "1") != "1" else []
        about += [f"{low:g} to {high:g}"] if low is not None and high is not None else []
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        value = "" if field.is_required() else f" = {_default(default)}"
        yield f"{prefix}{name}{value}" + (f" ({'; '.join(about)})" if about else "")


def _default(value: Any) -> str:
    """A default as a scenario writes it."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | frozenset | set):
        return f"[{', '.join(_default(one) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_default(one)}' for key, one in value.items())}}}"
    return {"": '""', "None": "null", "True": "true", "False": "false"}.get(str(value), str(value))


def _capital(words: Catalogue) -> Iterator[tuple[str, str, str, str]]:
    """Name, title, unit and parameters of every kind of capital."""
    from spatialcoord.scenario.capital import Capital

    for kind, field in Capital.model_fields.items():
        assert isinstance(field.annotation, type)
        lines = "\n".join(parameter_lines(field.annotation))
        yield kind, words.t(f"cli.list.capital.{kind}"), words.t("cli.list.stock"), lines


def _cases(lang: str) -> Iterator[tuple[str, str, str, str]]:
    """Name, title, unit of money and instruments of every bundled case."""
    from spatialcoord.regions import bundled_cases, case_folder
    from spatialcoord.scenario import load_scenario

    for name in bundled_cases():
        scenario = load_scenario(case_folder(name))
        unit = f"{scenario.money_unit}, {scenario.price_year}"
        yield name, scenario.title.in_language(lang), unit, ", ".join(scenario.instruments)


def _table(console: Console, words: Catalogue, kind: str, columns: tuple[str, ...], rows: Any) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        box=SIMPLE_HEAD, title=words.t(f"cli.list.title.{kind}"), title_justify="left", title_style="bold"
    )
    for name in columns:
        table.add_column(words.t(f"cli.list.head.{name}"), no_wrap=name == "name", overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    console.print(table)
