"""Lexicographic maximum of what parties get, the lowest first."""

from __future__ import annotations

import numpy as np

from spatialcoord.games.basics import Vector
from spatialcoord.games.outcomes import Outcomes


def leximin(outcomes: Outcomes, origin: Vector, scale: Vector, parties: Vector) -> tuple[Vector, float]:
    """Lexicographic maximum of (g_i - origin_i) / scale_i over gains g >= 0, lowest first.

    As with the nucleolus, only parties that are held at the level in every optimum (positive dual) are settled at each stage.

    Parameters
    ----------
    outcomes : Outcomes
        Gains, of order one.
    origin, scale : numpy.ndarray, shape (n,)
        Of each party; scales positive, the largest 1.
    parties : numpy.ndarray of int
        Who counts.

    Returns
    -------
    (z, level)
        The outcome, and the first level, which the lowest reach.
    """
    n, m = outcomes.utilities.shape
    floor, left = np.zeros(n), [int(i) for i in parties]
    cost = np.array([0.0] * m + [1.0])
    first, z = None, np.zeros(m)
    while left:
        active = np.array(left)
        rows = np.vstack(
            [
                np.hstack([-outcomes.utilities, np.zeros((n, 1))]),
                np.hstack([-outcomes.utilities[active], scale[active, None]]),
            ]
        )
        side = np.concatenate([-floor, -origin[active]])
        point, level, duals = outcomes.maximise(cost, rows, side, extra=1)
        z, first = point[:m], level if first is None else first
        # duals times scales sum to 1 over active parties, so that at least one is settled
        held = active[duals[n:] * scale[active] > 1e-7]
        # a hair below the level, so that rounding cannot make the next stage infeasible
        floor[held] = np.maximum(0.0, origin[held] + scale[held] * level - 1e-11 * max(1.0, abs(level)))
        left = [i for i in left if i not in set(held.tolist())]
    return z, float(first or 0.0)
