"""Who gains and who loses when money grows: paths told apart as rising, falling, mixed or unchanged.

A rule of division is resource-monotonic when nobody gets less of a larger whole. A best plan need not be: see Thomson 2011, Fair
allocation rules, Handbook of Social Choice and Welfare 2, 393-506.
"""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Array

TRENDS = ("gains", "loses", "mixed", "unchanged")


def trends(paths: Array, tolerance: Array | float) -> list[str]:
    """How each path goes.

    Parameters
    ----------
    paths : numpy.ndarray, shape (B, R)
        A figure of R regions at B budgets, the smallest budget first.
    tolerance : float or numpy.ndarray, shape (R,)
        A step smaller than this is none, in the unit of the figure.

    Returns
    -------
    list of str
        For each region "gains" (no step down, at least one up), "loses", "mixed" (steps both ways) or "unchanged".
    """
    steps = np.diff(paths, axis=0)
    up = np.asarray(np.any(steps > tolerance, axis=0))
    down = np.asarray(np.any(steps < -np.asarray(tolerance), axis=0))
    names = {
        (True, False): "gains",
        (False, True): "loses",
        (True, True): "mixed",
        (False, False): "unchanged",
    }
    return [names[u, d] for u, d in zip(up.tolist(), down.tolist(), strict=True)]


def falls(paths: Array, tolerance: Array | float) -> list[tuple[int, int]]:
    """Steps down: (position of the budget before, region) each, in the order of the budgets."""
    found = np.argwhere(np.diff(paths, axis=0) < -np.asarray(tolerance))
    return [(int(step), int(region)) for step, region in found]
