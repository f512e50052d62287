"""A scenario to start from: every key with its default, and what it is in a comment taken from the schema."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spatialcoord.regions import ATTRIBUTES, RegionsSpec, TableSpec
from spatialcoord.registry import instruments
from spatialcoord.scenario.keys import KnownKeys
from spatialcoord.scenario.schema import Scenario, json_schema

COLUMN = 40  # where comments begin
WIDTH = 132  # of a line
QUESTION = "Who should get how much of the programme, when and by which means?"
MEASURES = "what is chosen about measures, {atkinson: {epsilon: 2}}; see `spatialcoord list measures`"
SIMULATION = (
    "what moves in the simulated economy, {migration: false}; keys and defaults: `spatialcoord schema`"
)
FORMULAS = "what the law would give, beside the plan, {china_transfer: {}}; see `spatialcoord list formulas`"
ACTORS = (
    "whom a plan affects, {firms: {tax_rate: 0.2}, voice: {base: {ngo: 2}}}; see `spatialcoord list actors`"
)
RED_LINES = "largest share of its figure that a party of an actor is to lose, {local_government: 0}; a rule with binding"
START = {"years": {"first": None, "last": None}, "budget": {"share_of_output": 0.005, "amount": ...}}


def template(
    case: str,
    regions: RegionsSpec,
    *,
    currency: str | None = None,
    price_year: int | None = None,
    years: tuple[int, int] | None = None,
    programme: Mapping[str, Any] | None = None,
    chosen: Iterable[str] = ("general_transfer", "infrastructure", "human_capital"),
) -> str:
    """Text of a scenario with a comment at every key.

    Parameters
    ----------
    case : str
        Name of the case.
    regions : RegionsSpec
        Files of the case; keys at their defaults are left out.
    currency, price_year, years
        Left empty where not given: a check then asks for them.
    programme : mapping, optional
        Values of the section ``programme`` other than its defaults.
    chosen : iterable of str
        Instruments to use; the names of the others stand in a comment.
    """
    schema = KnownKeys(json_schema())
    first, last = years or (None, None)
    values = {**START, "years": {"first": first, "last": last}, **(programme or {})}
    chosen = list(chosen)
    lines = [
        f"# Check it with `spatialcoord check {case}`, run it with `spatialcoord run {case}`.",
        "# Shares are fractions of one. A key at its default may be deleted.",
        f"case: {_value(case)}",
        f"title: {_value({'en': case})}",
        f"question: {_value({'en': QUESTION})}",
        _line("currency", currency, _about(schema, ("currency",))),
        _line("price_year", price_year, _about(schema, ("price_year",))),
        "regions:",
        *_regions(regions, schema, currency or "CUR"),
    ]
    for name, given in (("programme", values), ("objective", {}), ("economy", {}), ("solver", {})):
        lines += [f"{name}:", *_section(schema, (name,), given, "  ")]
        if name == "objective":
            lines.append(_line("measures", {}, MEASURES))
        if name == "economy":
            lines.append(_line("simulation", {}, SIMULATION))
            beside = {"formulas": FORMULAS, "actors": ACTORS, "red_lines": RED_LINES}
            lines += [_line(key, {}, about) for key, about in beside.items()]
    lines.append(
        "instruments:" + " " * (COLUMN - 12) + "# own values of each: `spatialcoord list instruments`"
    )
    for name in chosen:
        lines.append(_line(name, {}, instruments.get(name).title["en"], "  "))
    others = [name for name in instruments.names() if name not in chosen]
    lines += textwrap.wrap(
        f"also {', '.join(others)}", WIDTH, initial_indent="  # ", subsequent_indent="  #   "
    )
    return "\n".join(lines) + "\n"


def _regions(spec: RegionsSpec, schema: KnownKeys, currency: str) -> Iterator[str]:
    given = spec.model_dump(exclude_defaults=True, exclude={"tables"})
    for key, value in {"id": spec.id, **given}.items():
        files = value[0] if key == "geometry" and len(value) == 1 else value
        yield _line(key, files, _about(schema, ("regions", key)), "  ")
    if "crs" in spec.model_fields_set and spec.crs is None:
        yield _line("crs", None, _about(schema, ("regions", "crs")), "  ")
    yield "  tables:"
    for table in spec.tables:
        yield from _table(table, currency)


def _table(table: TableSpec, currency: str) -> Iterator[str]:
    options = table.model_dump(exclude_defaults=True, exclude={"file", "columns"})
    yield f"    - file: {_value(table.file)}"
    yield from (_line(key, value, "", "      ") for key, value in options.items())
    yield "      columns:"
    for name, source in table.columns.items():
        about = ATTRIBUTES.get(name)
        unit = "" if about is None else about.unit.replace("CUR", currency)
        text = f"{about.description[0].lower()}{about.description[1:]} [{unit}]" if about else "text"
        value = {"column": source.column, "unit": source.unit} if source.unit else source.column
        yield _line(name, value, text, "        ")


def _section(
    schema: KnownKeys, path: tuple[str, ...], given: Mapping[str, Any], indent: str
) -> Iterator[str]:
    """Lines of a section: `given` values, defaults elsewhere; ``...`` puts a key into a comment."""
    fields = _fields(path)
    for key in schema.below(path):
        here = (*path, key)
        value = given[key] if key in given else fields[key]
        inner = schema.below(here)
        if key == "capital":
            yield _line(key, {}, "its defaults: `spatialcoord list capital`", indent)
        elif inner and value is not None and key != "envelopes":
            yield f"{indent}{key}:"
            below = value if isinstance(value, Mapping) else value.model_dump()
            yield from _section(schema, here, {**dict.fromkeys(inner), **below}, indent + "  ")
        elif value is ...:
            yield _line(key, None, f"or instead: {_about(schema, here)}", indent + "# ")
        else:
            yield _line(key, value, _about(schema, here), indent, empty_is_null=key not in ("first", "last"))


def _fields(path: tuple[str, ...]) -> dict[str, Any]:
    model: Any = Scenario
    for key in path:
        model = model.model_fields[key].annotation
    return {name: f.get_default(call_default_factory=True) for name, f in model.model_fields.items()}


def _about(schema: KnownKeys, path: tuple[str, ...]) -> str:
    """The description of a key with its unit, or its choices."""
    text, unit = schema.about(path, "description").rstrip("."), schema.about(path, "unit")
    choices = next((n["enum"] for n in schema.node(path) if "enum" in n), ())
    if choices:
        return " | ".join(map(str, choices))
    if text[1:].split(" ")[0].islower():
        text = text[0].lower() + text[1:]
    return _clause(text, f" [{unit}]" if unit not in ("", "1", "yr", "year") else "")


def _clause(text: str, unit: str) -> str:
    """The text with its unit; without its last clauses where a line would be too long."""
    room = WIDTH - COLUMN - 2 - len(unit)
    if len(text) > room:
        cut = max(text.rfind(mark, 0, room) for mark in ("; ", ": ", ". ", ", ", " ("))
        text = text[:cut] if cut > 0 else text
    return text + unit


def _line(key: str, value: Any, comment: str, indent: str = "", empty_is_null: bool = False) -> str:
    text = "null" if value is None and empty_is_null else "" if value is None else _value(value)
    start = f"{indent}{key}: {text}".rstrip()
    return f"{start.ljust(COLUMN - 1)} # {comment}" if comment else start


def _value(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        plain = value and not set(value) & set(":#{}[],&*!|>'\"%@`\\") and value.strip() == value
        special = value.lower() in (
            "null",
            "true",
            "false",
            "yes",
            "no",
            "on",
            "off",
            "~",
            "y",
            "n",
        ) or _is_number(value)
        return (
            value if plain and not special and value[0] not in "-?" else "'" + value.replace("'", "''") + "'"
        )
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_number(text: str) -> bool:
    try:
        float(text.replace("_", ""))
    except ValueError:
        return False
    return True
