"""Games in characteristic form: what every coalition is worth, or what it costs to serve it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.basics import Coalition, Vector, label, members_of, number_of, subset_sums
from spatialcoord.games.remarks import MOST_NAMED, weaker_than_parts

Kind = Literal["value", "cost"]

MOST_IN_A_TABLE = 20  # players: 2^20 coalitions are a million numbers


class Game:
    r"""A game with transferable utility: players :math:`N` and a number for every coalition :math:`S \subseteq N`.

    With ``kind="value"`` the number :math:`v(S)` is what the members of S can secure together, and a payoff
    :math:`x_i` is what i receives. With ``kind="cost"`` it is :math:`c(S)`, what it costs to serve S alone, and
    :math:`x_i` is what i is charged. Payoffs are always in the units and with the sign of the numbers given.
    All rules are those of the worth :math:`w = v` or :math:`w = -c`; the excess, positive where a coalition has
    something to complain of, is

    .. math:: e(S, x) = v(S) - x(S) \quad\text{or}\quad e(S, x) = x(S) - c(S), \qquad x(S) = \sum_{i \in S} x_i. \qquad (1)

    Superadditivity (subadditivity of costs) is not demanded: `remarks` says where parts do better than the whole.

    Parameters
    ----------
    values : mapping of coalition to float
        Coalitions are tuples or sets of names (a single string is one player); every one but the empty one is needed.
    kind : {"value", "cost"}
        What the numbers are.
    players : sequence of str, optional
        Names in the order wanted; otherwise in the order in which they first appear.
    unit : str
        Unit of the numbers, shown in results.

    Raises
    ------
    InputError
        Coalitions missing, twice or with unknown or repeated players, numbers that are not finite, an empty coalition
        with a value other than 0, more than 20 players: all of them at once.
    """

    def __init__(
        self,
        values: Mapping[Any, float],
        kind: Kind = "value",
        players: Sequence[str] | None = None,
        unit: str = "",
    ) -> None:
        keys = {key: members_of(key) for key in values}
        named = tuple(dict.fromkeys(name for members in keys.values() for name in members))
        self._set(named if players is None else tuple(players), kind, unit)
        self._function: Callable[[Any], Any] | None = None
        self._vectorised = False
        self._known: dict[int, float] = {}
        problems = self._basic_problems(table=True)
        if problems:
            raise InputError(problems)
        table = np.full(1 << self.size, np.nan)
        table[0] = 0.0
        given: dict[int, Any] = {}
        for key, members in keys.items():
            where = f"coalition {label(map(str, members))}" if members else "the empty coalition"
            unknown = [str(name) for name in members if name not in self._bit]
            if unknown:
                problems.append(
                    Problem(
                        f"unknown players: {', '.join(unknown)}",
                        where,
                        remedy="Players: " + ", ".join(self.players),
                    )
                )
                continue
            if len(set(members)) < len(members):
                problems.append(Problem("a player is named twice", where))
            number, fault = number_of(values[key])
            if fault:
                problems.append(Problem(fault, where, remedy="Give a finite number."))
            mask = self.mask(members)
            if mask in given and given[mask] != number:
                problems.append(Problem(f"given twice, as {given[mask]} and {number}", where))
            if not members and number != 0:
                problems.append(
                    Problem(f"is {number}", where, "nobody gains or costs nothing", "Give 0 or leave it out.")
                )
            given[mask] = table[mask] = number
        missing = [self.coalition(m) for m in range(1, 1 << self.size) if m not in given]
        if missing:
            shown = ", ".join(label(c) for c in missing[:MOST_NAMED])
            more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
            problems.append(
                Problem(
                    f"missing coalitions: {shown}{more}",
                    why=f"{self.size} players form {(1 << self.size) - 1} coalitions",
                    remedy="Give every coalition, or a function: Game.of(players, function, kind).",
                )
            )
        if problems:
            raise InputError(problems)
        self.table = table

    @classmethod
    def of(
        cls,
        players: Iterable[str],
        function: Callable[[Any], Any],
        kind: Kind = "value",
        unit: str = "",
        vectorised: bool = False,
    ) -> Game:
        """Game whose numbers come from a function, asked once a coalition and only where needed.

        Parameters
        ----------
        players : iterable of str
            Names.
        function : callable
            Takes a tuple of names in the order of `players` and returns the coalition's number. With `vectorised` it takes
            a boolean array, shape (m, n), one row a coalition, and returns shape (m,). The empty coalition is never asked.
        kind, unit, vectorised
            See the class; `vectorised` says what the function takes.

        Raises
        ------
        InputError
            No players, a name twice, an unknown kind; later, when the function returns a number that is not finite.
        """
        game = cls.__new__(cls)
        game._set(tuple(players), kind, unit)
        game._function, game._vectorised, game._known = function, vectorised, {0: 0.0}
        problems = game._basic_problems(table=False)
        if problems:
            raise InputError(problems)
        return game

    def _set(self, players: tuple[str, ...], kind: Kind, unit: str) -> None:
        self.players, self.kind, self.unit = players, kind, unit
        self.size = len(players)
        self._bit = {name: i for i, name in enumerate(players)}

    def _basic_problems(self, table: bool) -> list[Problem | str]:
        problems: list[Problem | str] = []
        if self.kind not in ("value", "cost"):
            problems.append(Problem(f"kind is {self.kind!r}", remedy="Say 'value' or 'cost'."))
        if not self.players:
            problems.append(Problem("a game needs players"))
        if len(self._bit) < self.size:
            problems.append(Problem("a player is named twice", "players"))
        unnamed = [repr(name) for name in self._bit if not isinstance(name, str)]
        if unnamed:
            problems.append(
                Problem(f"players are no names: {', '.join(unnamed)}", remedy="Name them by text.")
            )
        if table and self.size > MOST_IN_A_TABLE:
            problems.append(_too_many(self.size))
        return problems

    @cached_property
    def table(self) -> Vector:
        """Numbers as given, shape (2^n,); bit i of the index says whether player i is in. At most 20 players."""
        if self.size > MOST_IN_A_TABLE:
            raise InputError(_too_many(self.size))
        index = np.arange(1, 1 << self.size)
        member = (index[:, None] >> np.arange(self.size) & 1).astype(bool)
        return np.concatenate([[0.0], self.values(member)])

    @property
    def sign(self) -> float:
        """+1 of a value game, -1 of a cost game: worths and gains are `sign` times the numbers given."""
        return 1.0 if self.kind == "value" else -1.0

    @property
    def worth(self) -> Vector:
        """:math:`w = v` or :math:`-c`, shape (2^n,)."""
        return self.sign * self.table

    def values(self, member: Vector) -> Vector:
        """Numbers of the coalitions in the rows of a boolean array, shape (m, n) -> (m,)."""
        if "table" in self.__dict__:
            return self.table[member @ (1 << np.arange(self.size))]
        if self._vectorised:
            assert self._function is not None
            found = np.where(member.any(axis=1), np.asarray(self._function(member), dtype=float), 0.0)
            bad = np.flatnonzero(~np.isfinite(found))
            if bad.size:
                self._refuse(tuple(np.array(self.players, dtype=object)[member[bad[0]]]), found[bad[0]])
            return found
        bits = [sum(1 << int(i) for i in np.flatnonzero(row)) for row in member]
        return np.array([self._ask(mask) for mask in bits])

    def _ask(self, mask: int) -> float:
        if mask not in self._known:
            assert self._function is not None
            number, fault = number_of(self._function(self.coalition(mask)))
            if fault:
                self._refuse(self.coalition(mask), number)
            self._known[mask] = number
        return self._known[mask]

    def _refuse(self, members: Coalition, number: Any) -> None:
        raise InputError(
            Problem(f"the function returned {number}", f"coalition {label(members)}", "it must be finite")
        )

    def value(self, coalition: Iterable[str]) -> float:
        """Number of one coalition, as given."""
        mask = self.mask([coalition] if isinstance(coalition, str) else coalition)
        return float(self.table[mask]) if "table" in self.__dict__ or self._vectorised else self._ask(mask)

    def mask(self, coalition: Iterable[str]) -> int:
        """Index of a coalition in `table`."""
        members = set(coalition)
        unknown = sorted(str(name) for name in members if name not in self._bit)
        if unknown:
            raise InputError(
                Problem(
                    f"unknown players: {', '.join(unknown)}", remedy="Players: " + ", ".join(self.players)
                )
            )
        return sum(1 << self._bit[name] for name in members)

    def coalition(self, mask: int) -> Coalition:
        """Members of the coalition with this index, in the order of `players`."""
        return tuple(name for i, name in enumerate(self.players) if int(mask) >> i & 1)

    def vector(self, payoff: Mapping[str, float] | Iterable[float]) -> Vector:
        """Payoff as an array in the order of `players`, shape (n,).

        Raises
        ------
        InputError
            Players missing or unknown, a wrong length, numbers that are not finite.
        """
        problems: list[Problem | str] = []
        if isinstance(payoff, Mapping):
            missing = [p for p in self.players if p not in payoff]
            unknown = [str(p) for p in payoff if p not in self._bit]
            if missing:
                problems.append(Problem(f"no payoff for {', '.join(missing)}"))
            if unknown:
                problems.append(Problem(f"unknown players: {', '.join(unknown)}"))
            numbers = [number_of(payoff[p]) for p in self.players if p in payoff]
        else:
            numbers = [number_of(p) for p in payoff]
            if len(numbers) != self.size:
                problems.append(Problem(f"{len(numbers)} payoffs for {self.size} players"))
        problems += [Problem(fault, "payoff") for _, fault in numbers if fault]
        if problems:
            raise InputError(problems)
        return np.array([number for number, _ in numbers])

    def named(self, payoff: Vector) -> dict[str, float]:
        """Array of one number a player with the names."""
        return {name: float(x) for name, x in zip(self.players, payoff, strict=True)}

    def excess(self, payoff: Mapping[str, float] | Iterable[float]) -> Vector:
        """Excess (1) of every coalition, shape (2^n,)."""
        return self.worth - self.sign * subset_sums(self.vector(payoff))

    @cached_property
    def remarks(self) -> list[str]:
        """What is unusual: coalitions that do worse than two of their parts, the worst first (up to 15 players)."""
        return weaker_than_parts(self)

    def __repr__(self) -> str:
        return f"Game({self.kind}, players: {', '.join(self.players)})"


def _too_many(size: int) -> Problem:
    return Problem(
        f"{size} players form {float(1 << size):.1e} coalitions",
        why=f"every coalition is needed here, and at most {MOST_IN_A_TABLE} players are taken",
        remedy="Group players, or use shapley_sampled, which asks for a sample of coalitions.",
    )
