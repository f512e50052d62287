r"""What money builds: effective works, and capital as a difference against what stands there without the programme.

.. math::

    e_{ry} &= \min(w_{ry}, f_{ry}) + \epsilon \min(\max(w_{ry} - f_{ry}, 0), h_{ry}) & (1)\\
    D_{rt} &= (1-\delta) D_{r,t-1} + e_{r,t-\ell}, \qquad d_{rt} = D_{rt} / (G_r (1+g)^t) & (2)

Money w is fully effective up to f, at :math:`\epsilon` for another h, and lost beyond. What is built is used after
:math:`\ell` years and wears out at :math:`\delta`; the stock beside it goes on growing with the economy.
"""

from __future__ import annotations

import numpy as np

from spatialcoord.simulate.policy import Array, Policy, Works
from spatialcoord.simulate.world import Stock, World


def effective(works: Works) -> Array:
    """Equation (1), million currency a year, shape (R, Y)."""
    beyond = np.minimum(np.maximum(works.money - works.full, 0.0), works.room)
    return np.asarray(np.minimum(works.money, works.full) + works.efficiency * beyond)


def built(world: World, policies: tuple[Policy, ...], kind: str) -> Array:
    """All that policies build of one kind, shape (P, R, Y)."""
    total = np.zeros((len(policies), len(world.regions), len(world.years)))
    for row, policy in zip(total, policies, strict=True):
        for works in policy.works:
            if works.kind == kind:
                row += effective(works)
    return total


def accumulate(stock: Stock, works: Array, periods: int) -> tuple[Array, Array]:
    """Equation (2): what stands in every year, million currency, and what is left after the last.

    Parameters
    ----------
    stock : Stock
        Its depreciation and time to build.
    works : numpy.ndarray, shape (P, R, Y)
        Effective works.
    periods : int
        Years of the simulation.

    Returns
    -------
    standing : numpy.ndarray, shape (P, R, T)
        Of each year.
    remaining : numpy.ndarray, shape (P, R)
        After the last year; what is not finished by then counts at cost.
    """
    years, kept = works.shape[-1], 1.0 - stock.depreciation
    standing = np.zeros((*works.shape[:-1], periods))
    level = np.zeros(works.shape[:-1])
    for t in range(periods + 1):
        level = kept * level
        paid = t - stock.years_to_build
        if 0 <= paid < years:
            level = level + works[..., paid]
        if t < periods:
            standing[..., t] = level
    unfinished = works[..., max(periods + 1 - stock.years_to_build, 0) :].sum(axis=-1)
    return standing, level + unfinished
