r"""The Shapley value: exact over all coalitions, or estimated from permutations with its error.

.. math:: \phi_i = \sum_{S \subseteq N \setminus i} \frac{|S|!\,(n-|S|-1)!}{n!}\,\bigl(v(S \cup i) - v(S)\bigr) \qquad (1)

Of a cost game the same formula with c, because (1) is linear.

References
----------
Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II. Castro, J., Gómez, D. and Tejada, J.
(2009), Polynomial calculation of the Shapley value based on sampling, Computers & Operations Research 36(5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import comb

import numpy as np
from scipy.stats import t as student

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.basics import subset_sums
from spatialcoord.games.division import Division
from spatialcoord.games.game import Game

BLOCK = 200_000  # coalitions asked at once


def shapley(game: Game) -> Division:
    """Shapley value (1), exact; 15 players take milliseconds once the table is there, 20 a second.

    Raises
    ------
    InputError
        More than 20 players: see :func:`shapley_sampled`.
    """
    n, table = game.size, game.table
    members = subset_sums(np.ones(n, dtype=int))
    weight = np.array([1.0 / (n * comb(n - 1, s)) for s in range(n)] + [0.0])
    by_size = weight[members]
    payoff = np.empty(n)
    for i in range(n):
        without, with_i = _pairs(table, i)
        payoff[i] = ((with_i - without) * _pairs(by_size, i)[0]).sum()
    return Division(game, "shapley", game.named(payoff))


def _pairs(table: np.ndarray, i: int) -> tuple[np.ndarray, np.ndarray]:
    """Views of a table: coalitions without i, and the same with i."""
    split = table.reshape(-1, 2, 1 << i)
    return split[:, 0, :], split[:, 1, :]


@dataclass(frozen=True, eq=False)
class ShapleySample(Division):
    """An estimate of the Shapley value.

    Attributes
    ----------
    standard_error : dict of str to float
        Standard error of each payoff, in the game's unit.
    low, high : dict of str to float
        Ends of each player's confidence interval (one at a time, not jointly).
    confidence : float
        Its level.
    permutations : int
        Orders that were drawn, each with its reverse.
    """

    standard_error: Mapping[str, float] = field(default_factory=dict)
    low: Mapping[str, float] = field(default_factory=dict)
    high: Mapping[str, float] = field(default_factory=dict)
    confidence: float = 0.95
    permutations: int = 0


def shapley_sampled(
    game: Game, permutations: int = 2000, seed: int | None = 0, confidence: float = 0.95
) -> ShapleySample:
    """Shapley value from random orders of arrival, each taken with its reverse (antithetic), for up to 40 players and more.

    A player's payoff is the mean of what they add when they arrive; each order shares out the whole, so the estimate is
    efficient. A pair of an order and its reverse is one observation, and errors are those of the mean of the pairs.

    Parameters
    ----------
    game : Game
        Best from a function (``Game.of``), with `vectorised` where speed matters: n coalitions an order are asked.
    permutations : int
        Orders in all, an even number of at least 4.
    seed : int or None
        Seed of the draws; the same seed gives the same estimate.
    confidence : float
        Level of the intervals, between 0 and 1.

    Raises
    ------
    InputError
        Too few or an odd number of permutations, a level outside (0, 1).
    """
    problems: list[Problem | str] = []
    if permutations < 4 or permutations % 2:
        problems.append(
            Problem(f"permutations is {permutations}", remedy="Give an even number of at least 4.")
        )
    if not 0 < confidence < 1:
        problems.append(Problem(f"confidence is {confidence}", remedy="Give a level such as 0.95."))
    if problems:
        raise InputError(problems)
    n, pairs = game.size, permutations // 2
    draw = np.random.default_rng(seed)
    total, squares, centre = np.zeros(n), np.zeros(n), np.zeros(n)
    done = 0
    while done < pairs:
        count = min(pairs - done, max(1, BLOCK // (2 * n)))
        order = draw.permuted(np.tile(np.arange(n), (count, 1)), axis=1)
        pair = (_added(game, order) + _added(game, order[:, ::-1])) / 2
        if not done:
            centre = pair.mean(axis=0)  # sums of squares around something near the mean keep their digits
        total += (pair - centre).sum(axis=0)
        squares += ((pair - centre) ** 2).sum(axis=0)
        done += count
    mean = total / pairs
    variance = np.maximum(0.0, squares - pairs * mean**2) / (pairs - 1)
    error = np.sqrt(variance / pairs)
    reach = float(student.ppf((1 + confidence) / 2, pairs - 1)) * error
    value = centre + mean
    return ShapleySample(
        game,
        "shapley_sampled",
        game.named(value),
        note=f"estimated from {permutations} orders of arrival",
        standard_error=game.named(error),
        low=game.named(value - reach),
        high=game.named(value + reach),
        confidence=confidence,
        permutations=permutations,
    )


def _added(game: Game, order: np.ndarray) -> np.ndarray:
    """What each player adds on arrival, for every order in the rows, shape (m, n)."""
    count, n = order.shape
    arrived = np.zeros((count, n, n), dtype=bool)  # order, time, player
    time = np.empty_like(order)
    np.put_along_axis(time, order, np.arange(n)[None, :], axis=1)
    arrived[:] = time[:, None, :] <= np.arange(n)[None, :, None]
    values = game.values(arrived.reshape(-1, n)).reshape(count, n)
    steps = np.diff(values, axis=1, prepend=0.0)
    found = np.empty((count, n))
    np.put_along_axis(found, order, steps, axis=1)
    return found
