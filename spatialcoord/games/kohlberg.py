r"""Kohlberg's criterion: whether a payoff is the nucleolus, decided apart from how it was found.

A payoff x is the prenucleolus if and only if for every level :math:`\alpha` the coalitions
:math:`\mathcal D_\alpha = \{S : e(S,x)/\omega(S) \ge \alpha\}` are balanced or empty:

.. math:: \sum_{S \in \mathcal D_\alpha} \lambda_S\,1_S = 1_N, \qquad \lambda_S > 0. \qquad (1)

Among imputations (:math:`x_i \ge v(i)`) single players who get just :math:`v(i)` may be added with weights
:math:`\mu_i \ge 0`. Coalitions in the span of earlier levels are balanced already and levels end when the span is the whole space,
so there are at most n - 1 of them.

References
----------
Kohlberg, E. (1971), On the nucleolus of a characteristic function game, SIAM Journal on Applied Mathematics 20(1). Sobolev, A. I.
(1975), for all efficient payoffs. Benedek, M., Fliege, J. and Nguyen, T.-D. (2021), Finding and verifying the nucleolus of
cooperative games, Mathematical Programming 190, for leaving out what lies in the span.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

from spatialcoord.errors import SolveError
from spatialcoord.games.basics import Coalition, Vector, indicator, subset_sums
from spatialcoord.games.game import Game
from spatialcoord.games.rows import OPTIONS, free_directions, moved
from spatialcoord.games.weights import Scaled, Weighting, coalition_weights


@dataclass(frozen=True)
class Level:
    """Coalitions that share an excess and are not in the span of the levels above.

    Attributes
    ----------
    excess : float
        Their (weighted) excess, in the game's unit (a share with proportional weights).
    weights : dict of coalition to float
        Weights of at least 1 that, with any numbers on earlier levels and the grand coalition, balance: positive multiples of the
        :math:`\\lambda_S` in (1).
    at_bound : dict of str to float
        Weights of single players who get what they have alone.
    """

    excess: float
    weights: Mapping[Coalition, float]
    at_bound: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Kohlberg:
    """Outcome of the criterion; true when the payoff is the (pre)nucleolus.

    Attributes
    ----------
    holds : bool
        The verdict.
    reason : str
        Why not; empty when it holds.
    levels : tuple of Level
        Balancing weights, level by level, up to the first that fails.
    improvement : dict of str to float
        Side payments (they sum to 0, gains positive, the largest is 1) that leave no coalition of the failing level and above worse
        off and some better; empty when the criterion holds.
    """

    holds: bool
    reason: str
    levels: tuple[Level, ...]
    improvement: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.holds


def kohlberg(
    game: Game,
    payoff: Mapping[str, float] | Iterable[float],
    weighting: Weighting = "excess",
    imputations: bool = True,
    tolerance: float = 1e-8,
) -> Kohlberg:
    """Whether a payoff is the nucleolus by criterion (1), with a proof either way.

    Parameters
    ----------
    game : Game
        At most 20 players.
    payoff : mapping or sequence
        One number a player, in the game's sign.
    weighting : {"excess", "per_capita", "proportional"}
        What excesses are divided by.
    imputations : bool
        The nucleolus (players get at least what they have alone) or the prenucleolus.
    tolerance : float
        Excesses closer than this share of the game's scale count as equal. A rounded payoff needs a larger one,
        and then a nucleolus can be told from its neighbours only that well.

    Raises
    ------
    InputError
        A payoff that is not one finite number a player; see also :func:`coalition_weights`.
    """
    scaled = Scaled.of(game)
    x, n = scaled.forth(game.vector(payoff)), game.size
    omega = coalition_weights(game, weighting)
    every = (1 << n) - 1
    if abs(x.sum() - scaled.worth[every]) > tolerance * n:
        return Kohlberg(False, "the payoffs do not add up to the number of the grand coalition", ())
    if imputations and x.min() < -tolerance:
        return Kohlberg(False, f"{game.players[int(x.argmin())]} does better alone", ())
    unit = scaled.scale / omega.max()
    excess = (scaled.worth - subset_sums(x)) / (omega / omega.max())
    bound = [i for i in range(n) if imputations and x[i] <= tolerance]
    fixed = np.ones((1, n))
    open_ = moved(free_directions(fixed))
    levels: list[Level] = []
    while open_.any():
        inside = np.flatnonzero(open_)
        level = excess[inside].max()
        new = inside[excess[inside] >= level - tolerance * omega.max()]
        members = np.array([indicator(m, n) for m in new])
        free = free_directions(fixed)
        weights = _balance(members @ free, free[bound])
        if weights is None:
            better = _improvement(members, fixed, bound)
            return Kohlberg(
                False,
                f"the coalitions at excess {level * unit:.6g} are not balanced",
                tuple(levels),
                {name: float(g) for name, g in zip(game.players, better, strict=True)},
            )
        levels.append(
            Level(
                float(level * unit),
                {game.coalition(m): float(v) for m, v in zip(new, weights, strict=False)},
                {
                    game.players[i]: float(v)
                    for i, v in zip(bound, weights[len(new) :], strict=True)
                    if v > 1e-12
                },
            )
        )
        fixed = _independent(np.vstack([fixed, members]))
        open_ &= moved(free_directions(fixed))
    return Kohlberg(True, "", tuple(levels))


def _independent(rows: Vector) -> Vector:
    """Orthonormal rows with the same span."""
    _, size, right = np.linalg.svd(rows, full_matrices=False)
    return right[size > 1e-9]


def _balance(members: Vector, bound: Vector) -> Vector | None:
    """Weights >= 1 of `members` and >= 0 of `bound` that cancel in the free directions, or None."""
    matrix = np.vstack([members, bound]).T
    low = [(1.0, None)] * len(members) + [(0.0, None)] * len(bound)
    found = linprog(
        np.ones(matrix.shape[1]),
        None,
        None,
        matrix,
        np.zeros(len(matrix)),
        low,
        method="highs",
        options=OPTIONS,
    )
    if found.status not in (0, 2):
        raise SolveError(f"Kohlberg's criterion could not be decided: {found.message}")
    return found.x if found.status == 0 else None


def _improvement(members: Vector, fixed: Vector, bound: list[int]) -> Vector:
    """Side payments that raise what a level gets in all and lower nobody's, as large as [-1, 1] allows."""
    n = members.shape[1]
    box = [(0.0 if i in bound else -1.0, 1.0) for i in range(n)]
    found = linprog(
        -members.sum(axis=0),
        -members,
        np.zeros(len(members)),
        fixed,
        np.zeros(len(fixed)),
        box,
        method="highs",
    )
    if found.status != 0:
        raise SolveError(f"Kohlberg's criterion could not be decided: {found.message}")
    return found.x
