"""Numbers of a law as they stood in a period: dated files, every entry with unit, source and whether it was checked.

A file ``law/<name>.toml`` has a table ``[about]`` (``title`` in each language, ``from`` and ``to``, the years it was in force,
``prices``) and one row for every number::

    [about]
    title = { en = "Cohesion policy 2021-2027", zh = "..." }
    from = 2021
    to = 2027

    [numbers]
    "less_developed.threshold" = { value = 0.75, unit = "1", source = "Regulation (EU) 2021/1060 Art. 108", verified = true }
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One number of a law.

    Attributes
    ----------
    key : str
        Its name in the file.
    value : float
        The number.
    unit : str
        Its unit; "1" for shares.
    source : str
        Article, annex or paper it stands in.
    verified : bool
        Whether it was checked against the text of that source.
    """

    key: str
    value: float
    unit: str
    source: str
    verified: bool


class Law(Mapping[str, float]):
    """Numbers of one dated file, by key; remembers which were read.

    Parameters
    ----------
    name : str
        Stem of a file in ``formulas/law``.
    *more : str
        Stems of files that hold what the first does not: figures of a year to which an older rule is applied.
    """

    def __init__(self, name: str, *more: str) -> None:
        self.name = name
        self.about, self._entries = _read(name)
        for other in more:
            self._entries = {**_read(other)[1], **self._entries}
        self._read: dict[str, None] = {}

    def __getitem__(self, key: str) -> float:
        value = self._entries[key].value
        self._read[key] = None
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, key: str) -> Entry:
        """The number with its unit and source."""
        return self._entries[key]

    @property
    def used(self) -> tuple[Entry, ...]:
        """Entries that were read, in the order in which they first were."""
        return tuple(self._entries[key] for key in self._read)


def laws(prefix: str = "") -> tuple[str, ...]:
    """Stems of the files whose name begins with `prefix`, sorted."""
    here = files("spatialcoord.formulas").joinpath("law")
    stems = (f.name.removesuffix(".toml") for f in here.iterdir() if f.name.endswith(".toml"))
    return tuple(sorted(stem for stem in stems if stem.startswith(prefix)))


@lru_cache
def _read(name: str) -> tuple[dict[str, Any], dict[str, Entry]]:
    path = files("spatialcoord.formulas").joinpath("law", f"{name}.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = {
        key: Entry(key, float(row["value"]), row["unit"], row["source"], bool(row["verified"]))
        for key, row in table["numbers"].items()
    }
    return table["about"], entries
