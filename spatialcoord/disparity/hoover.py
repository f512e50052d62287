"""Hoover index: the share of the total that would have to move for all regions to be equal per head."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.disparity.common import Vector, positive_mean, weighted
from spatialcoord.disparity.curved import Curved
from spatialcoord.registry import measures


def hoover(values: Any, population: Any = None) -> float:
    r"""Hoover (Robin Hood) index.

    .. math:: H = \tfrac12 \sum_r \pi_r \, |y_r/\mu - 1| \qquad (1)

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r`.
    population : array_like, shape (n,), optional
        Weights; :math:`\pi` are their shares.

    Returns
    -------
    float
        Between 0 (equal) and 1.

    Raises
    ------
    InputError
        See :func:`spatialcoord.disparity.common.weighted`; also when the mean is not positive.

    References
    ----------
    Hoover, E. M. (1936), The measurement of industrial localization, Review of Economic Statistics 18(4).
    """
    y, share = weighted(values, population)
    mean = positive_mean(y, share, "the Hoover index")
    return float(0.5 * share @ np.abs(y / mean - 1.0))


@measures.register("hoover")
class Hoover(Curved):
    r"""Hoover index: the curve :math:`f(\rho)=(\rho-1)^+`, since what is above the mean equals what is below."""

    title = {"en": "Hoover index", "zh": "胡佛指数"}
    source = "Hoover 1936, Review of Economic Statistics 18(4)"
    headline = True
    evaluate = staticmethod(hoover)
    kinks = (0.5, 2.0)

    def curve(self, ratio: Vector) -> Vector:
        return np.maximum(ratio - 1.0, 0.0)

    def slope(self, ratio: Vector) -> Vector:
        return (ratio >= 1.0).astype(float)
