"""Hoover index: the share of the total that would have to move for all regions to be equal per head."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.disparity.common import positive_mean, weighted
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
class Hoover:
    """Hoover index, evaluated."""

    title = {"en": "Hoover index", "zh": "胡佛指数"}
    unit = "1"
    source = "Hoover 1936, Review of Economic Statistics 18(4)"
    evaluate = staticmethod(hoover)
