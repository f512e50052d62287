"""Overrides from the command line: ``programme.floor=0.4`` sets one value of a scenario that was read from a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spatialcoord.errors import InputError, Problem
from spatialcoord.scenario.document import Document, KeyPath, parse_yaml
from spatialcoord.scenario.keys import KnownKeys


def apply_overrides(document: Document, overrides: Iterable[str], known: KnownKeys) -> list[Problem]:
    """Set values of a document in place.

    Parameters
    ----------
    document : Document
        Values read from a file.
    overrides : iterable of str
        Each ``path=value``: a dotted path of keys (a number for an element of a list) and a YAML value, so that ``0.4`` is
        a number, ``true`` a truth value and ``{amount: 1000}`` a whole section; ``instruments.NAME=null`` takes an
        instrument out.
    known : KnownKeys
        Keys the scenario knows.

    Returns
    -------
    list of Problem
        What could not be applied, one problem for each such override.
    """
    problems = []
    for text in overrides:
        try:
            path, value = _split(text)
            if not known.node(path):
                raise InputError(_unknown(path, known))
            if value is None and path[:-1] == ("instruments",):
                document.values = _without_instrument(document.values, path[-1])
            else:
                document.values = _placed(document.values, path, (), value)
            document.overrides.add(path)
        except InputError as error:
            problems += error.problems
    return problems


def _split(text: str) -> tuple[KeyPath, Any]:
    key, equals, value = text.partition("=")
    path = tuple(key.strip().split("."))
    if not equals or not all(path):
        raise InputError(
            Problem(
                f"'{text}' is not of the form path=value",
                where="--set",
                remedy="Write it like --set programme.floor=0.4",
            )
        )
    return path, parse_yaml(value, f"--set {'.'.join(path)}")[0]


def _unknown(path: KeyPath, known: KnownKeys) -> Problem:
    n = next(n for n in range(1, len(path) + 1) if not known.node(path[:n]))
    return Problem(
        f"unknown key '{path[n - 1]}'", where=f"--set {'.'.join(path)}", remedy=known.suggestion(path[:n])
    )


def _without_instrument(values: Any, name: str) -> Any:
    """`values` without an instrument, which must be there: to take out what is not there would be a misspelt wish."""
    chosen = values.get("instruments") if isinstance(values, dict) else None
    if not isinstance(chosen, dict) or name not in chosen:
        here = ", ".join(chosen) if isinstance(chosen, dict) else "none"
        raise InputError(
            Problem(
                f"the scenario has no instrument '{name}' to take out",
                f"--set instruments.{name}",
                remedy=f"It has: {here}.",
            )
        )
    return {**values, "instruments": {key: value for key, value in chosen.items() if key != name}}


def _placed(values: Any, path: KeyPath, done: KeyPath, value: Any) -> Any:
    """`values` with `value` at `path`; sections on the way that are missing or empty are made."""
    if not path:
        return value
    key, *rest = path
    if isinstance(values, tuple):
        if not key.isdigit() or int(key) >= len(values):
            raise InputError(
                Problem(
                    f"the list '{'.'.join(done)}' has {len(values)} elements and no number '{key}'",
                    where=f"--set {'.'.join((*done, *path))}",
                    remedy="Count from 0, or set the whole list: --set 'key=[...]'.",
                )
            )
        n = int(key)
        return (*values[:n], _placed(values[n], tuple(rest), (*done, key), value), *values[n + 1 :])
    section = values if isinstance(values, dict) else {}
    return {**section, key: _placed(section.get(key), tuple(rest), (*done, key), value)}
