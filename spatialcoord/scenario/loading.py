"""From a folder, file or text to one frozen scenario, or to every problem at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from spatialcoord.errors import InputError
from spatialcoord.scenario.document import Document, parse_document, read_document
from spatialcoord.scenario.keys import KnownKeys
from spatialcoord.scenario.overrides import apply_overrides
from spatialcoord.scenario.problems import problems_of
from spatialcoord.scenario.schema import Scenario, json_schema

SCENARIO_FILE = "scenario.yaml"


def load_scenario(path: str | PathLike[str], overrides: Iterable[str] = ()) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    path : str or path
        A case's folder, or its scenario file.
    overrides : iterable of str
        Values to set after reading, each ``path=value`` ("programme.floor=0.4").

    Returns
    -------
    Scenario
        Frozen and checked, defaults filled in.

    Raises
    ------
    InputError
        With every problem found: file, line, key, why it is wrong, and the remedy.
    """
    path = Path(path)
    return _scenario(read_document(path / SCENARIO_FILE if path.is_dir() else path), overrides)


def parse_scenario(text: str, overrides: Iterable[str] = (), name: str = SCENARIO_FILE) -> Scenario:
    """Read a scenario from YAML text; `name` stands for the file in messages, otherwise as :func:`load_scenario`."""
    return _scenario(parse_document(text, name), overrides)


def _scenario(document: Document, overrides: Iterable[str]) -> Scenario:
    known = KnownKeys(json_schema())
    problems = apply_overrides(document, overrides, known)
    try:
        scenario = Scenario.model_validate(document.values)
    except ValidationError as error:
        raise InputError(problems + problems_of(error, document, known)) from None
    if problems:
        raise InputError(problems)
    return scenario


@dataclass(frozen=True)
class Difference:
    """One value in which two scenarios differ; None stands for a key only the other one has."""

    key: str
    first: Any
    second: Any


def diff(first: Scenario, second: Scenario) -> list[Difference]:
    """Values in which two scenarios differ, defaults included, sorted by key ("programme.floor")."""
    a, b = _flat(first.as_dict()), _flat(second.as_dict())
    return [
        Difference(key, a.get(key), b.get(key))
        for key in sorted(a.keys() | b.keys())
        if a.get(key) != b.get(key)
    ]


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    items = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if items is None:
        return {prefix: value}
    flat: dict[str, Any] = {}
    for key, item in items:
        flat |= _flat(item, f"{prefix}.{key}" if prefix else str(key))
    return flat
