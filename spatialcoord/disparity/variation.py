"""Williamson's population-weighted coefficient of variation."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.disparity.common import positive_mean, weighted
from spatialcoord.registry import measures


def williamson(values: Any, population: Any = None) -> float:
    r"""Population-weighted coefficient of variation.

    .. math:: V = \frac{1}{\mu}\sqrt{\sum_r \pi_r (y_r-\mu)^2} \qquad (1)

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r`.
    population : array_like, shape (n,), optional
        Weights; :math:`\pi` are their shares.

    Returns
    -------
    float
        0 when equal; unbounded.

    Raises
    ------
    InputError
        See :func:`spatialcoord.disparity.common.weighted`; also when the mean is not positive.

    References
    ----------
    Williamson, J. G. (1965), Regional inequality and the process of national development, EDCC 13(4, part 2).
    """
    y, share = weighted(values, population)
    mean = positive_mean(y, share, "the coefficient of variation")
    return float(np.sqrt(share @ (y - mean) ** 2) / mean)


cv = williamson


@measures.register("cv")
class CoefficientOfVariation:
    """Williamson coefficient of variation, evaluated."""

    title = {"en": "Coefficient of variation", "zh": "变异系数"}
    unit = "1"
    source = "Williamson 1965, Economic Development and Cultural Change 13(4)"
    evaluate = staticmethod(williamson)
