"""Errors a user can act on: what is wrong, where, why, and what to do about it.

Every error of the package derives from :class:`SpatialCoordError` and from the built-in class a caller would expect
(``ValueError`` for wrong input, ``RuntimeError`` for a failed solve), so that both ``except`` styles work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what the user gave.

    Parameters
    ----------
    what : str
        The fault, in a sentence.
    where : str
        File, key, column or region; empty when it has no place.
    why : str
        The reason it is a fault.
    remedy : str
        What to do.
    """

    what: str
    where: str = ""
    why: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        tail = [part for part in (self.why, self.remedy) if part]
        return "\n    ".join([head, *tail])


class SpatialCoordError(Exception):
    """Base of every error the package raises on purpose."""


class InputError(SpatialCoordError, ValueError):
    """Wrong input: carries every problem found, not only the first.

    Parameters
    ----------
    problems : Problem, str or iterable of these
        All problems found in one pass.
    """

    def __init__(self, problems: Problem | str | Iterable[Problem | str]) -> None:
        if isinstance(problems, str | Problem):
            problems = [problems]
        self.problems: list[Problem] = [p if isinstance(p, Problem) else Problem(p) for p in problems]
        super().__init__("\n".join(str(p) for p in self.problems))


class Refused(SpatialCoordError, ValueError):
    """A combination the solver cannot treat, refused in a sentence that names its parts."""


class SolveError(SpatialCoordError, RuntimeError):
    """The solver ended without a plan; the message says in plain words why."""


class Infeasible(SolveError):
    """No plan satisfies all rules.

    Parameters
    ----------
    sentence : str
        What happened, in plain words.
    conflict : object
        Rules that cannot hold together (`rules`, `members`); its text names them, and leaving out any one settles it.
    """

    def __init__(self, sentence: str, conflict: Any) -> None:
        self.sentence, self.conflict = sentence, conflict
        super().__init__(f"{sentence}\n{conflict}")
