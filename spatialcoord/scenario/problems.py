"""What pydantic found wrong, in a planner's words: where it stands, why it is wrong, and what to write instead."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean
from spatialcoord.scenario.document import Document, KeyPath
from spatialcoord.scenario.keys import KnownKeys

# what a text must look like, by the pattern of its key
FORMS = {
    "^[A-Z]{3}$": "Write three capital letters, such as CNY.",
    r"^\w[\w.-]*$": "Use letters, digits, '.', '_' and '-'.",
    r"^\w[\w-]*$": "Use letters, digits, '_' and '-'.",
}
# what pydantic puts into a path beside keys: the key of a mapping itself, and the tags of alternatives
LABELS = {"[key]", "[name]", "[weights]", "[share]", "[line]"}
_NUMBER = {"float_type", "float_parsing", "int_type", "int_parsing", "int_from_float", "finite_number"}
_SECTION = {"model_type", "dict_type", "model_attributes_type", "mapping_type"}
_LIST = {"tuple_type", "list_type"}
_BOUND = {
    "greater_than_equal": ("ge", "is below the least allowed value"),
    "greater_than": ("gt", "is not above"),
    "less_than_equal": ("le", "is above the largest allowed value"),
    "less_than": ("lt", "is not below"),
}


def problems_of(error: ValidationError, document: Document, known: KnownKeys) -> list[Problem]:
    """Every fault of a validation as a problem, in the order of the file."""
    found: list[tuple[KeyPath, Problem]] = []
    for detail in error.errors(include_url=False):
        path = tuple(str(part) for part in detail["loc"] if part not in LABELS)
        if _follows(detail):
            continue
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, InputError):  # raised by a check over several fields: it names its own keys
            for p in cause.problems:
                inner = (*path, *p.where.split(".")) if p.where else path
                found.append((inner, Problem(p.what, document.place(inner), p.why, p.remedy)))
        else:
            found.append((path, _problem(detail, path, document, known)))
    found.sort(key=lambda item: _line(item[0], document))
    return [problem for _, problem in found]


def _follows(detail: ErrorDetails) -> bool:
    """Whether a list is too short only because its elements, told by themselves, are wrong."""
    return (
        detail["type"] == "too_short"
        and detail["ctx"]["actual_length"] < len(detail["input"]) >= detail["ctx"]["min_length"]
    )


def _line(path: KeyPath, document: Document) -> int:
    return next((document.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in document.lines), 0)


def _problem(detail: ErrorDetails, path: KeyPath, document: Document, known: KnownKeys) -> Problem:
    kind, value = detail["type"], detail["input"]
    where = document.place(path)
    context: dict[str, Any] = detail.get("ctx", {})
    about = known.about(path, "description").split("\n\n")[0]
    unit = known.about(path, "unit")
    in_unit = f" (unit: {unit})" if unit not in ("", "1") else ""
    if kind == "missing" and path[-1].isdigit():
        return Problem("the list is too short", where, about, "Give every element.")
    if kind == "missing":
        return Problem(f"the key '{path[-1]}' is missing", where, about, "Add it.")
    if kind == "extra_forbidden":
        return Problem(f"unknown key '{path[-1]}'", where, remedy=known.suggestion(path))
    if kind in _NUMBER:
        what = (
            "a whole number"
            if kind.startswith("int")
            else "a finite number"
            if kind.startswith("fin")
            else "a number"
        )
        return Problem(
            f"{_short(value)} is not {what}{in_unit}",
            where,
            about,
            _as_number(value),
        )
    if kind in _BOUND:
        key, words = _BOUND[kind]
        return Problem(
            f"{_short(value)} {words} {context[key]:g}{in_unit}",
            where,
            about,
            "Correct the value or its unit.",
        )
    if kind in ("bool_type", "bool_parsing"):
        return Problem(f"{_short(value)} is neither true nor false", where, about, "Write true or false.")
    if kind == "string_type":
        return Problem(
            f"{_short(value)} is not a text",
            where,
            about,
            "Write a text, in quotes where it looks like a number.",
        )
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        return Problem(f"there is no choice {_short(value)}", where, about, did_you_mean(str(value), choices))
    if kind in _SECTION:
        return Problem(f"{_short(value)} is not a section", where, about, _keys_to_write(known.below(path)))
    if kind in _LIST:
        return Problem(f"{_short(value)} is not a list", where, about, "Write a list: [first, second].")
    if kind in ("too_short", "too_long"):
        few, limit = kind == "too_short", context["min_length" if kind == "too_short" else "max_length"]
        what = f"the list has {len(value)} elements, {'fewer' if few else 'more'} than {limit}"
        return Problem(what, where, about, "Name more." if few else f"Keep {limit}.")
    if kind == "string_pattern_mismatch":
        remedy = FORMS.get(context["pattern"], f"Write it in the form {context['pattern']}.")
        return Problem(f"{_short(value)} does not have the right form", where, about, remedy)
    if kind == "value_error":
        return Problem(str(context["error"]), where)
    return Problem(f"{_short(value)}: {detail['msg']}", where, about)


def _as_number(value: Any) -> str:
    """What to write instead of something that is no number."""
    share = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*%\s*", value) if isinstance(value, str) else None
    if share:
        return f"Write the share as a plain number: {float(share[1]) / 100:g}."
    return "Write a plain number, without quotes, unit or commas."


def _keys_to_write(keys: list[str]) -> str:
    return f"Write keys below it, such as '{keys[0]}: ...'." if keys else "Write keys below it."


def _short(value: Any) -> str:
    if value is None:
        return "an empty value"
    text = f"'{value}'" if isinstance(value, str) else "a section" if isinstance(value, dict) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
