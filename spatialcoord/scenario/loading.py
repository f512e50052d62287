"""From a folder, file or text to one frozen scenario, or to every problem at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from spatialcoord.errors import InputError, Problem
from spatialcoord.scenario.document import Document, parse_document, read_document
from spatialcoord.scenario.keys import KnownKeys
from spatialcoord.scenario.overrides import apply_overrides
from spatialcoord.scenario.problems import problems_of
from spatialcoord.scenario.schema import Scenario, json_schema

SCENARIO_FILE = "scenario.yaml"


@dataclass(frozen=True)
class Reading:
    """A scenario as far as it could be read.

    Attributes
    ----------
    document : Document or None
        Plain values and the line of each key; None where the file is no YAML.
    scenario : Scenario or None
        None where something is wrong with it.
    problems : list of Problem
        Everything that is wrong, in the order of the file.
    """

    document: Document | None
    scenario: Scenario | None
    problems: list[Problem]

    def placed(self, problem: Problem) -> Problem:
        """The problem with file and line where its place is a key of the scenario ("programme.floor")."""
        path = tuple(problem.where.split("."))
        if self.document is None or not problem.where or not KnownKeys(json_schema()).node(path):
            return problem
        return replace(problem, where=self.document.place(path))


def read_scenario(path: str | PathLike[str], overrides: Iterable[str] = ()) -> Reading:
    """Read a scenario and tell every problem instead of raising; arguments as for :func:`load_scenario`."""
    path = Path(path)
    try:
        document = read_document(path / SCENARIO_FILE if path.is_dir() else path)
    except InputError as error:
        return Reading(None, None, error.problems)
    return _read(document, overrides)


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
    return _scenario(read_scenario(path, overrides))


def parse_scenario(text: str, overrides: Iterable[str] = (), name: str = SCENARIO_FILE) -> Scenario:
    """Read a scenario from YAML text; `name` stands for the file in messages, otherwise as :func:`load_scenario`."""
    return _scenario(_read(parse_document(text, name), overrides))


def _read(document: Document, overrides: Iterable[str]) -> Reading:
    known = KnownKeys(json_schema())
    problems = apply_overrides(document, overrides, known)
    try:
        scenario = Scenario.model_validate(document.values)
    except ValidationError as error:
        return Reading(document, None, problems + problems_of(error, document, known))
    return Reading(document, None if problems else scenario, problems)


def _scenario(reading: Reading) -> Scenario:
    if reading.scenario is None:
        raise InputError(reading.problems)
    return reading.scenario


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
