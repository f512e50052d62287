"""The Nash solution by linear programmes, with a certified gap."""

from __future__ import annotations

import numpy as np

from spatialcoord.errors import SolveError
from spatialcoord.games.basics import Vector
from spatialcoord.games.leximin import leximin
from spatialcoord.games.outcomes import Outcomes

CLOSED = 1e-12  # certified gap at which the search stops
ENOUGH = 1e-6  # gap above which nothing is returned
ROUNDS, IDLE = 200, 5  # in all, and without a smaller gap (what is left is the solver's tolerance)


def nash(outcomes: Outcomes, v: Vector, can: Vector) -> tuple[Vector, float, float, Vector]:
    r"""Maximum of the weighted sum of logarithms of gains by tangents.

    Each round is a linear programme with :math:`t_i \le \ln \hat g + (g_i - \hat g) / \hat g` for the tangents so far: an upper bound.
    Independent of it, concavity bounds the objective of every outcome by that at g plus :math:`\sum_i (v_i / g_i)(g'_i - g_i)`,
    whose largest value is found by looking at all points (or one linear programme). The smaller gap counts.

    Parameters
    ----------
    outcomes : Outcomes
        Gains as shares of the most each party can gain.
    v : numpy.ndarray, shape (n,)
        Weights.
    can : numpy.ndarray of bool, shape (n,)
        Who can gain; the others get at least 0 and do not count.

    Returns
    -------
    (z, value, gap, prices)
        The outcome, its objective, the certified distance from the best, and v / g (0 of those who cannot gain).

    Raises
    ------
    SolveError
        The gap is not closed.
    """
    parties, n = np.flatnonzero(can), len(can)
    most = float(v[parties].max())
    weight, share = v[parties] / most, outcomes.utilities[parties]
    m, k = share.shape[1], len(parties)
    losses = -outcomes.utilities
    best = leximin(outcomes, np.zeros(n), np.ones(n), parties)[0]
    tangents = {(i, float(at)) for i in range(k) for at in (0.03, 0.3, 1.0)}
    gap, idle = np.inf, 0
    for _ in range(ROUNDS):
        tangents |= {(i, float(g)) for i, g in enumerate(np.maximum(share @ best, 1e-12))}
        listed = sorted(tangents)
        rows = np.array([np.concatenate([-share[i] / at, np.eye(k)[i]]) for i, at in listed])
        side = np.array([np.log(at) - 1.0 for _, at in listed])
        z, upper, _ = outcomes.maximise(
            np.concatenate([np.zeros(m), weight]),
            np.vstack([np.hstack([losses, np.zeros((n, k))]), rows]),
            np.concatenate([np.zeros(n), side]),
            extra=k,
        )
        new = z[:m]
        tangents |= {(i, float(g)) for i, g in enumerate(np.maximum(share @ new, 1e-9))}
        best = _between(share, weight, best, new)
        value = _objective(share, weight, best)
        prices = weight / (share @ best)
        now = min(max(0.0, upper - value), _bound(outcomes, prices, share, best, losses))
        idle = 0 if now < 0.9 * gap else idle + 1
        gap = min(gap, now)
        if gap <= CLOSED * weight.sum() or idle >= IDLE:
            break
    if not gap <= ENOUGH * weight.sum():
        raise SolveError(f"The Nash solution could not be certified: a gap of {gap:.1e} was left.")
    every = np.zeros(n)
    every[parties] = prices * most
    return best, value * most, float(gap) * most, every


def _objective(share: Vector, weight: Vector, z: Vector) -> float:
    gains = share @ z
    return float(weight @ np.log(gains)) if gains.min() > 0 else -np.inf


def _between(share: Vector, weight: Vector, old: Vector, new: Vector) -> Vector:
    """Best outcome on the way from one to another: bisection on the derivative of a concave function."""
    start, step = share @ old, share @ (new - old)
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        gains = start + middle * step
        if gains.min() > 0 and weight @ (step / gains) > 0:
            low = middle
        else:
            high = middle
    candidates = [old + t * (new - old) for t in (0.0, low, 1.0)]
    return max(candidates, key=lambda z: _objective(share, weight, z))


def _bound(outcomes: Outcomes, prices: Vector, share: Vector, best: Vector, losses: Vector) -> float:
    """Largest gain in worth at the prices that any outcome has over this one."""
    worth = prices @ share
    if outcomes.labels:  # the hull of points: no solver is asked
        return max(0.0, float(worth.max() - worth @ best))
    top = outcomes.maximise(worth, losses, np.zeros(len(losses)))[1]
    return max(0.0, top - float(worth @ best))
