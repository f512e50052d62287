"""Solution concepts by name: from the bargaining set, or from the members' game, to one agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord import games
from spatialcoord.coordination.bargaining_set import BargainingSet
from spatialcoord.coordination.worth import Worth
from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem
from spatialcoord.games.game import MOST_IN_A_TABLE
from spatialcoord.registry import did_you_mean

BARGAINING = ("nash", "kalai_smorodinsky", "egalitarian", "proportional", "leximin", "utilitarian")
SHARING = ("shapley", "nucleolus", "per_capita_nucleolus", "gately", "tau")
SOLUTIONS = (*BARGAINING, *SHARING)
EXACT = 15  # members up to which the Shapley value is exact; beyond, orders of arrival are drawn
WEIGHED = ("nash", "proportional", "utilitarian")  # those that voices weigh in
NOTHING = 1e-9  # of output: a surplus below is none


@dataclass(frozen=True)
class Agreement:
    """One agreement beyond the plan; money is the discounted mean over the horizon, million currency a year.

    Attributes
    ----------
    solution : str
        Name of the solution concept.
    held : BargainingSet
        What could be agreed on.
    variables : numpy.ndarray, shape (m,)
        Values of its variables.
    gain : numpy.ndarray, shape (P,)
        What each party has beyond no agreement.
    income : numpy.ndarray, shape (n,)
        Change of income of each unit.
    gap : float
        Nash: certified distance of the logarithm of the product from the best; otherwise 0.
    error : numpy.ndarray, shape (n,)
        Standard error of each unit's share, where it was sampled; otherwise 0.
    """

    solution: str
    held: BargainingSet
    variables: Array
    gain: Array
    income: Array
    gap: float
    error: Array

    @property
    def total(self) -> float:
        """Change of income of all members together."""
        return float(self.income[self.held.members].sum())

    def of(self, institution: str, key: str) -> Array:
        """Values of some of the variables."""
        return self.variables[self.held.columns.place[institution, key]]

    def invested(self, institution: str, affair: str) -> Array:
        """More (less) investment by unit than planned, at the size of the year of the figures, million currency a year, shape (n,)."""
        joint = next(j for j in self.held.joints if j.name == institution)
        pieces = joint.pieces[affair]
        return (self.of(institution, affair).reshape(pieces.width.shape) * pieces.sign).sum(axis=1)

    def payments(self, institution: str) -> Array:
        """Net payments received by unit in an institution, shape (n,)."""
        return self.of(institution, "in") - self.of(institution, "out")

    def made_in(self, institution: str) -> Array:
        """What works and protection of one institution bring to each unit, shape (n,)."""
        joint = next(j for j in self.held.joints if j.name == institution)
        only = np.zeros(self.held.columns.size)
        for key in (*joint.pieces, "protection"):
            place = self.held.columns.place[institution, key]
            only[place] = self.variables[place]
        return np.asarray(self.held.gain @ only)

    @property
    def paid(self) -> Array:
        """Net payments received by unit in all institutions, shape (n,)."""
        return sum((self.payments(j.name) for j in self.held.joints), np.zeros(len(self.held.table.ids)))

    @property
    def made(self) -> Array:
        """What works and protection bring to each unit, shape (n,)."""
        return np.asarray(self.held.gain @ self.variables)


def check_solution(name: str, joints: Any, where: str = "--solution") -> None:
    """Refuse what is no solution concept, or one that takes more members than it can.

    Raises
    ------
    InputError
    """
    if name not in SOLUTIONS:
        raise InputError(
            Problem(
                f"there is no solution concept '{name}'", where, remedy=did_you_mean(name, list(SOLUTIONS))
            )
        )
    most = max((len(joint.members) for joint in joints), default=0)
    if name in SHARING and name != "shapley" and most > MOST_IN_A_TABLE:
        raise InputError(
            Problem(
                f"'{name}' looks at every coalition, and {most} members form too many",
                where,
                f"It takes up to {MOST_IN_A_TABLE}.",
                "Bargain between groups (--between LEVEL), or use shapley, nash or kalai_smorodinsky.",
            )
        )


def agree(held: BargainingSet, solution: str, voice: Array | None = None) -> Agreement:
    """The agreement that a solution concept picks.

    Parameters
    ----------
    held : BargainingSet
        What can be agreed on.
    solution : str
        One of :data:`SOLUTIONS`. Those of :data:`SHARING` divide what the members' game is worth, by institution, and know
        no limit on payments; inside a unit its share is divided by voices.
    voice : numpy.ndarray, shape (P,), optional
        Weights in place of those of the seats.

    Raises
    ------
    InputError
        The rule does not exist for these members.
    SolveError
        Nash: the gap is not closed.
    """
    voice = held.seats.voice if voice is None else voice
    if solution in SHARING:
        return _shared(held, solution, voice)
    return _bargained(held, solution, voice)


def size_of(held: BargainingSet) -> float:
    """About what there is to bargain over, positive."""
    worth = sum(Worth(joint).whole for joint in held.joints)
    return max(worth, NOTHING * float(held.table.output.mean(axis=1).sum()))


def can_sign(held: BargainingSet) -> bool:
    """Whether something can be agreed on by which somebody gains and nobody loses."""
    try:
        most = held.most()
    except InputError:  # members cannot bear what setting up costs
        return False
    return most > NOTHING * float(held.table.setting.base_output.sum())


def _bargained(held: BargainingSet, solution: str, voice: Array) -> Agreement:
    seats, parties = held.seats, len(held.seats.names)
    typical = np.where(seats.unit >= 0, size_of(held) / parties, size_of(held))
    outcomes = held.outcomes(typical)
    if solution == "nash":
        outcomes, merged, weights = _by_unit(held, outcomes, voice)
        found = games.bargain(outcomes, np.zeros(len(weights)), "nash", weights=weights)
        variables = _divided(held, found.variables, merged, voice)
    else:
        weighed = voice if solution in WEIGHED else None
        found = games.bargain(outcomes, np.zeros(parties), solution, weights=weighed)  # type: ignore[arg-type]
        variables = found.variables
    return _agreement(held, solution, variables, found.gap)


def _by_unit(held: BargainingSet, outcomes: Any, voice: Array) -> tuple[Any, list[np.ndarray], Array]:
    r"""Nash between units, the voices of a unit's parties added up.

    Parties of a unit divide what it ends with freely, and :math:`\max \sum_a v_a \ln t_a` subject to :math:`\sum_a t_a \le T`
    is :math:`(\sum_a v_a) \ln T` and a constant: so the solution is the same, with fewer parties.
    """
    seats = held.seats
    merged = [seats.of_unit(u) for u in np.unique(seats.unit[seats.unit >= 0])]
    merged += [np.array([p]) for p in np.flatnonzero(seats.unit < 0)]
    worth = np.array([held.worth[parties].sum(axis=0) for parties in merged])
    size = np.array([outcomes.size[parties].sum() for parties in merged])
    of_units = games.Outcomes.plans(
        worth,
        np.zeros(len(worth)),
        held.rules,
        held.sides,
        np.concatenate(held.columns.lower),
        np.concatenate(held.columns.upper),
        size,
    )
    return of_units, merged, np.array([voice[parties].sum() for parties in merged])


def _divided(held: BargainingSet, variables: Array, merged: list[np.ndarray], voice: Array) -> Array:
    """What units end with, divided among their parties by voice."""
    start, found = held.columns.place["take"].start, variables.copy()
    order = np.cumsum(held.seats.unit >= 0) - 1
    for parties in merged:
        if held.seats.unit[parties[0]] < 0:
            continue
        at = start + order[parties]
        found[at] = variables[at].sum() * voice[parties] / voice[parties].sum()
    return found


def _agreement(
    held: BargainingSet, solution: str, variables: Array, gap: float = 0.0, error: Array | None = None
) -> Agreement:
    income = np.asarray(held.income @ variables)
    gain = held.worth @ variables
    return Agreement(
        solution, held, variables, gain, income, gap, np.zeros(len(income)) if error is None else error
    )


def _shared(held: BargainingSet, solution: str, voice: Array) -> Agreement:
    n = len(held.table.ids)
    shares, error = np.zeros(n), np.zeros(n)
    for joint in held.joints:
        game = Worth(joint).game()
        if solution == "shapley" and game.size > EXACT:
            draws = held.table.setting.scenario.negotiation.permutations
            sampled = games.shapley_sampled(game, permutations=draws)
            shares[joint.members] += [sampled.payoff[name] for name in joint.ids]
            error[joint.members] += [sampled.standard_error[name] for name in joint.ids]
        else:
            found = getattr(games, solution)(game)
            shares[joint.members] += [found.payoff[name] for name in joint.ids]
    return _agreement(held, solution, _that_gives(held, shares, voice), error=error)


def _that_gives(held: BargainingSet, shares: Array, voice: Array) -> Array:
    """The largest surplus, paid out so that every member ends with its share; no limit on payments is asked.

    Who has no seat keeps its claim, also where the share does not bear it: then parties of that member end below zero.
    """
    free = BargainingSet.of(held.joints, held.seats, None)
    take = free.columns.place["take"]
    outcomes = free.outcomes(np.ones(len(free.seats.names)))
    outcomes.lower[take] = -np.inf
    members = free.members
    # a hair below, so that rounding cannot make the shares unpayable
    least = shares[members] - 1e-8 * size_of(free)
    rows = np.hstack([-free.income[members].toarray(), np.zeros((len(members), 1))])
    variables = outcomes.maximise(np.append(free.money(), 0.0), rows, -least)[0][:-1].copy()
    # the hair back, so that who has a share of nothing is not told to lose
    lacking = shares - np.asarray(free.income @ variables)
    for joint in free.joints:
        for key, sign in (("in", 1.0), ("out", -1.0)):
            start = free.columns.place[joint.name, key].start
            variables[start + joint.members] += np.maximum(sign * lacking[joint.members], 0.0)
        lacking[joint.members] = 0.0
    order = np.cumsum(free.seats.unit >= 0) - 1
    income, left = np.asarray(free.income @ variables), free.left_over(variables)
    for unit in np.unique(free.seats.unit[free.seats.unit >= 0]):
        parties = free.seats.of_unit(unit)
        variables[take.start + order[parties]] = left[unit] * voice[parties] / voice[parties].sum()
    variables[free.columns.place["smallest"]] = income.min()
    return variables
