"""Variance between regions: absolute disparity, in the square of the unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.disparity.common import Vector, weighted
from spatialcoord.disparity.variation import Spread
from spatialcoord.registry import measures

if TYPE_CHECKING:
    from spatialcoord.model import Model


def variance(values: Any, population: Any = None) -> float:
    r"""Population-weighted variance of the values per head.

    .. math:: \sigma^2 = \sum_r \pi_r (y_r-\mu)^2 \qquad (1)

    It is an absolute measure: adding the same amount per head everywhere leaves it as it is, and doubling
    every value makes it four times as large. Relative to the mean it is the square of
    :func:`spatialcoord.disparity.williamson`.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r`; may be negative.
    population : array_like, shape (n,), optional
        Weights; :math:`\pi` are their shares. The sum is over all people, so nothing is divided by n - 1.

    Returns
    -------
    float
        0 when equal; in the square of the unit of the values.

    Raises
    ------
    InputError
        See :func:`spatialcoord.disparity.common.weighted`.

    References
    ----------
    Cowell, F. A. (2011), Measuring Inequality, 3rd edition, Oxford University Press, chapter 2.
    """
    y, share = weighted(values, population)
    return float(share @ (y - share @ y) ** 2)


@measures.register("variance")
class Variance(Spread):
    r"""Variance in a model: row (2) of :class:`~spatialcoord.disparity.variation.Spread` with a constant anchor c.

    .. math:: N = \sigma^2/c, \qquad D = 1, \qquad \sigma^2 = c\,N/D, \qquad (2)

    with c the standard deviation of the reference, so that N has the unit of the values.
    """

    title = {"en": "Variance", "zh": "方差"}
    unit = "({currency} per head)^2"
    source = "Cowell 2011, Measuring Inequality, chapter 2"
    evaluate = staticmethod(variance)
    over_mean = False

    def ratio_of(self, index: float) -> float:
        return index / self.spread()

    def index_of(self, ratio: float) -> float:
        return ratio * self.spread()

    def numerator_at(self, values: Vector) -> float:
        return self.ratio_of(variance(values, self.share))

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        """For means up to a tenth above that of the reference."""
        below = np.maximum(1.0 - ratio, 0.0) * 1.1 * float(self.share @ self.reference)
        return 2.0 * self.share * below / self.spread()

    def enter(self, model: Model, scale: float) -> None:
        self.hold(model, scale, self.spread())
