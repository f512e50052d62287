r"""Agreements that some join and others stay out of: which coalitions last when outsiders react.

A function says what everybody gets when a coalition S has formed and all others act alone (a partition function restricted to one
coalition and singletons): :math:`\pi_i(S)`. A coalition is

.. math:: \text{internally stable:}\quad \pi_i(S) \ge \pi_i(S \setminus i)\ \ \forall i \in S \qquad (1)

.. math:: \text{externally stable:}\quad \pi_j(S \cup j) \le \pi_j(S)\ \ \forall j \notin S \qquad (2)

.. math:: \text{potentially internally stable:}\quad \sum_{i \in S} \pi_i(S \setminus i) \le \sum_{i \in S} \pi_i(S) \qquad (3)

where (3) asks whether transfers inside S could keep all members.

References
----------
d'Aspremont, C., Jacquemin, A., Gabszewicz, J. J. and Weymark, J. A. (1983), On the stability of collusive price leadership, Canadian
Journal of Economics 16(1). Barrett, S. (1994), Self-enforcing international environmental agreements, Oxford Economic Papers 46. Carraro,
C., Eyckmans, J. and Finus, M. (2006), Optimal transfers and participation decisions in international environmental agreements, Review of
International Organizations 1(4), for (3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.basics import Coalition, label, number_of

Payoffs = Callable[[Coalition], Mapping[str, float]]
MOST = 15  # players whose coalitions are all looked at


@dataclass(frozen=True)
class Membership:
    """Stability of one coalition.

    Attributes
    ----------
    members : tuple of str
        The coalition.
    leave : dict of str to float
        What each member gains by leaving; negative when leaving costs it something.
    join : dict of str to float
        What each outsider gains by joining.
    surplus : float
        What members get together beyond what each would get by leaving; transfers can keep all of them when it is not negative.
    internal, external, potential : bool
        (1), (2) and (3).
    """

    members: Coalition
    leave: Mapping[str, float]
    join: Mapping[str, float]
    surplus: float
    internal: bool
    external: bool
    potential: bool

    @property
    def stable(self) -> bool:
        """Nobody wants to leave and nobody to join."""
        return self.internal and self.external


def membership(
    players: Iterable[str], payoffs: Payoffs, members: Iterable[str], tolerance: float = 1e-9
) -> Membership:
    """Stability of one coalition.

    Parameters
    ----------
    players : iterable of str
        Everybody.
    payoffs : callable
        Takes the members, a tuple in the order of `players` (also with one member or none), and returns everybody's payoff by name.
    members : iterable of str
        The coalition.
    tolerance : float
        Gains up to this, in the unit of payoffs, move nobody.

    Raises
    ------
    InputError
        Unknown members, or a function that leaves players out or returns numbers that are not finite.
    """
    return _Known(players, payoffs).of(tuple(members), tolerance)


def stable_coalitions(players: Iterable[str], payoffs: Payoffs, tolerance: float = 1e-9) -> list[Membership]:
    """All coalitions of two or more that are internally and externally stable, the largest first; up to 15 players.

    Parameters and errors are those of :func:`membership`; more than 15 players are refused.
    """
    known = _Known(players, payoffs)
    if len(known.players) > MOST:
        raise InputError(
            Problem(
                f"{len(known.players)} players",
                why=f"every coalition is looked at, which is done for up to {MOST}",
                remedy="Look at coalitions of interest with membership().",
            )
        )
    found = []
    for size in range(len(known.players), 1, -1):
        for members in combinations(known.players, size):
            looked_at = known.of(members, tolerance)
            if looked_at.stable:
                found.append(looked_at)
    return found


class _Known:
    """Payoffs of coalitions that were asked for."""

    def __init__(self, players: Iterable[str], payoffs: Payoffs) -> None:
        self.players, self._payoffs = tuple(players), payoffs
        if not self.players or len(set(self.players)) < len(self.players):
            raise InputError(Problem("players must be named once each, and at least one", "players"))
        self._found: dict[Coalition, dict[str, float]] = {}

    def ask(self, members: Iterable[str]) -> dict[str, float]:
        inside = set(members)
        key = tuple(name for name in self.players if name in inside)
        if key not in self._found:
            given = self._payoffs(key)
            where = f"coalition {label(key)}" if key else "no coalition"
            problems: list[Problem | str] = [
                Problem(f"no payoff for {name}", where) for name in self.players if name not in given
            ]
            numbers = {name: number_of(given[name]) for name in self.players if name in given}
            problems += [Problem(f"payoff of {name}: {f}", where) for name, (_, f) in numbers.items() if f]
            if problems:
                raise InputError(problems)
            self._found[key] = {name: number for name, (number, _) in numbers.items()}
        return self._found[key]

    def of(self, members: Coalition, tolerance: float) -> Membership:
        unknown = [str(name) for name in members if name not in self.players]
        if unknown:
            raise InputError(
                Problem(
                    f"unknown players: {', '.join(unknown)}", remedy="Players: " + ", ".join(self.players)
                )
            )
        inside = set(members)
        now = self.ask(inside)
        leave = {i: self.ask(inside - {i})[i] - now[i] for i in self.players if i in inside}
        join = {j: self.ask(inside | {j})[j] - now[j] for j in self.players if j not in inside}
        surplus = -sum(leave.values())
        return Membership(
            tuple(leave),
            leave,
            join,
            surplus,
            all(gain <= tolerance for gain in leave.values()),
            all(gain <= tolerance for gain in join.values()),
            surplus >= -tolerance,
        )
