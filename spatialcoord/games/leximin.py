"""Lexicographic maximum of what parties get, the lowest first."""

from __future__ import annotations

import numpy as np

from spatialcoord.games.basics import Vector
from spatialcoord.games.outcomes import Outcomes


def leximin(
    outcomes: Outcomes, origin: Vector, scale: Vector, parties: Vector, d: Vector
) -> tuple[Vector, float]:
    """Lexicographic maximum of (u_i - origin_i) / scale_i, lowest first; the point z and the first level.

    As with the nucleolus, only parties that are held at the level in every optimum (positive dual) are settled at each stage.
    """
    m = outcomes.utilities.shape[1]
    floor, settled = d.astype(float).copy(), np.zeros(len(d), dtype=bool)
    cost = np.array([0.0] * m + [1.0])
    first, z = None, np.zeros(m)
    unit = float(np.abs(scale[parties]).max())
    while True:
        active = np.array([i for i in parties if not settled[i]], dtype=int)
        if not active.size:
            return z, float(first or 0.0)
        rows = np.vstack(
            [
                np.hstack([-outcomes.utilities, np.zeros((len(d), 1))]),
                np.hstack([-outcomes.utilities[active], scale[active, None]]),
            ]
        )
        point, level, duals = outcomes.maximise(
            cost, rows, np.concatenate([-floor, -origin[active]]), extra=1
        )
        z = point[:m]
        first = level if first is None else first
        # duals times scales sum to 1 over active parties, if no floor binds
        held = active[duals[len(d) :] * scale[active] > 1e-7]
        if not held.size:
            held = active
        for i in held:
            settled[i] = True
            floor[i] = max(d[i], origin[i] + scale[i] * level - 1e-11 * unit * max(1.0, abs(level)))
