"""Parts register themselves by name: one new file is one new part.

A registry knows a package folder; :meth:`Registry.load` imports every module in it and every third-party entry point of
the group ``spatialcoord.<kind>s``, so that nothing but the part's own file has to change when a part is added.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Any, TypeVar

from spatialcoord.errors import InputError, Problem

T = TypeVar("T")


def did_you_mean(word: str, known: list[str]) -> str:
    """Suggestion for a misspelt word, or the list of what is known.

    Parameters
    ----------
    word : str
        What the user wrote.
    known : list of str
        What would have been accepted.

    Returns
    -------
    str
        A sentence.
    """
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    return "Known: " + (", ".join(sorted(known)) if known else "none") + "."


class Registry:
    """Named parts of one kind.

    Parameters
    ----------
    kind : str
        Singular name of the kind, as messages print it ("instrument").
    package : str
        Package whose modules register parts of this kind when imported.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self.package = package
        self._parts: dict[str, Any] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Class decorator that enters a part under `name`; a second part of that name raises InputError."""

        def enter(part: T) -> T:
            if name in self._parts:
                raise InputError(
                    Problem(
                        f"{self.kind} '{name}' is registered twice",
                        remedy="Give one of the two another name.",
                    )
                )
            part.name = name  # type: ignore[attr-defined]
            self._parts[name] = part
            return part

        return enter

    def load(self) -> Registry:
        """Import every module of the package and every entry point of the group, once."""
        if not self._loaded:
            self._loaded = True
            package = importlib.import_module(self.package)
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"{self.package}.{module.name}")
            for point in entry_points(group=f"spatialcoord.{self.kind}s"):
                point.load()
        return self

    def get(self, name: str, where: str = "") -> Any:
        """Part of that name.

        Raises
        ------
        InputError
            No such part; the message suggests the nearest name.
        """
        self.load()
        if name not in self._parts:
            raise InputError(
                Problem(
                    f"there is no {self.kind} '{name}'", where=where, remedy=did_you_mean(name, self.names())
                )
            )
        return self._parts[name]

    def names(self) -> list[str]:
        """Names of all parts, sorted."""
        self.load()
        return sorted(self._parts)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __contains__(self, name: str) -> bool:
        self.load()
        return name in self._parts


instruments = Registry("instrument", "spatialcoord.instruments")
measures = Registry("measure", "spatialcoord.disparity")
outcomes = Registry("outcome", "spatialcoord.economy.outcomes")
formulas = Registry("formula", "spatialcoord.formulas")
actors = Registry("actor", "spatialcoord.actors")
institutions = Registry("institution", "spatialcoord.institutions")
