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


def nash(
    outcomes: Outcomes, d: Vector, v: Vector, reach: Vector, can: Vector
) -> tuple[Vector, float, float, Vector]:
    r"""Maximum of (1) by tangents of the logarithm; (z, value, certified gap, prices).

    Each round is a linear programme with :math:`t_i \le \ln \hat g + (g_i - \hat g) / \hat g` for the tangents so far: an upper bound.
    Independent of it, concavity bounds the objective of every outcome by that at g plus :math:`\sum_i (v_i / g_i)(g'_i - g_i)`,
    whose largest value is found by looking at all points (or one linear programme). The smaller gap counts.
    """
    parties = np.flatnonzero(can)
    weight, size = v[parties], reach[parties]
    m, k = outcomes.utilities.shape[1], len(parties)
    # gains as shares of the largest each: the solution is invariant to that
    share, zero = outcomes.utilities[parties] / size[:, None], d[parties] / size
    bound_rows, bound_side = np.hstack([-outcomes.utilities, np.zeros((len(d), k))]), -d
    best = leximin(outcomes, d, reach, parties, d)[0]
    tangents = {(i, float(at)) for i in range(k) for at in (0.03, 0.3, 1.0)}
    value, gap = _objective(share, zero, weight, best), np.inf
    idle = 0
    for _ in range(ROUNDS):
        gains = np.maximum(share @ best - zero, 1e-12)
        tangents |= {(i, float(g)) for i, g in enumerate(gains)}
        rows, side = [], []
        for i, at in tangents:
            rows.append(np.concatenate([-share[i] / at, np.eye(k)[i]]))
            side.append(np.log(at) - 1.0 - zero[i] / at)
        z, upper, _ = outcomes.maximise(
            np.concatenate([np.zeros(m), weight]),
            np.vstack([bound_rows, np.array(rows)]),
            np.concatenate([bound_side, side]),
            extra=k,
        )
        new = z[:m]
        tangents |= {(i, float(g)) for i, g in enumerate(np.maximum(share @ new - zero, 1e-9))}
        best = _between(share, zero, weight, best, new)
        value = _objective(share, zero, weight, best)
        prices = weight / (share @ best - zero)
        now = min(max(0.0, upper - value), _bound(outcomes, prices, share, best, bound_side[: len(d)]))
        idle = 0 if now < 0.9 * gap else idle + 1
        gap = min(gap, now)
        if gap <= CLOSED * max(1.0, weight.sum()) or idle >= IDLE:
            break
    if gap > ENOUGH * max(1.0, weight.sum()):
        raise SolveError(
            f"The Nash solution could not be certified: a gap of {gap:.1e} was left after {ROUNDS} rounds."
        )
    every = np.zeros(len(d))
    every[parties] = prices / size
    return best, value + float(weight @ np.log(size)), float(gap), every


def _objective(share: Vector, zero: Vector, weight: Vector, z: Vector) -> float:
    gains = share @ z - zero
    return float(weight @ np.log(gains)) if gains.min() > 0 else -np.inf


def _between(share: Vector, zero: Vector, weight: Vector, old: Vector, new: Vector) -> Vector:
    """Best outcome on the way from one to another: bisection on the derivative of a concave function."""
    start, step = share @ old - zero, share @ (new - old)
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        gains = start + middle * step
        if gains.min() > 0 and weight @ (step / gains) > 0:
            low = middle
        else:
            high = middle
    candidates = [old + t * (new - old) for t in (0.0, low, 1.0)]
    return max(candidates, key=lambda z: _objective(share, zero, weight, z))


def _bound(outcomes: Outcomes, prices: Vector, share: Vector, best: Vector, side: Vector) -> float:
    """Largest gain in worth at the prices that any outcome has over this one."""
    worth = prices @ share
    if outcomes.labels:  # the hull of points: no solver is asked
        return max(0.0, float(worth.max() - worth @ best))
    top = outcomes.maximise(worth, -outcomes.utilities, side)[1]
    return max(0.0, top - float(worth @ best))
