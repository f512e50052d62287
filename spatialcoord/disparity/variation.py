"""Williamson's population-weighted coefficient of variation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.disparity.common import Vector, positive_mean, weighted
from spatialcoord.disparity.curved import mean_and_value
from spatialcoord.disparity.measure import Measure
from spatialcoord.disparity.tangents import Tangents
from spatialcoord.registry import measures

if TYPE_CHECKING:
    from spatialcoord.model import Model


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


class Spread(Measure):
    r"""Measures of the squared distances from the mean, with the standard deviation or a constant as anchor.

    .. math:: \sum_r \pi_r\, a\, (x_r/a)^2 \le N, \qquad x_r = y_r - \mu, \qquad (2)

    is a row of :class:`~spatialcoord.disparity.tangents.Tangents` with the curve :math:`f(\rho)=\rho^2`. With
    :math:`a=N` it says :math:`N \ge \sigma`; with a constant a it says :math:`N \ge \sigma^2/a`.
    """

    def spread(self) -> float:
        """Standard deviation of the reference, at least a millionth of its size, unit of the values."""
        size = max(float(np.abs(self.reference).max()), 1e-300)
        mean = self.share @ self.reference
        return max(float(np.sqrt(self.share @ (self.reference - mean) ** 2)), 1e-6 * size)

    def hold(self, model: Model, scale: float, constant: float | None) -> None:
        """Enter row (2) with the anchor N, or with a constant one."""
        from spatialcoord.model import Affine

        mean, self.value = mean_and_value(self, model, scale)
        anchor = self.value if constant is None else Affine.zero() + constant
        start = (self.reference - self.share @ self.reference) / self.spread()
        dims = self.values.dims
        cells = Tangents(
            self.values - mean.over(dims),
            anchor.over(dims),
            self.share,
            np.square,
            lambda ratio: 2.0 * ratio,
            start,
        )
        self.terms = [cells.enter(model, self.value, scale)]
        self.numerator = self.value
        self.denominator = mean if constant is None else Affine.zero() + 1.0


@measures.register("cv")
class CoefficientOfVariation(Spread):
    """Williamson's coefficient of variation: row (2) of :class:`Spread` with the standard deviation as anchor."""

    title = {"en": "Coefficient of variation", "zh": "变异系数"}
    source = "Williamson 1965, Economic Development and Cultural Change 13(4)"
    headline = True
    evaluate = staticmethod(williamson)

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        """The standard deviation falls by at most the square root of pi (1 - pi), by Cauchy's inequality."""
        return np.sqrt(self.share * (1.0 - self.share)) + theta * self.share

    def enter(self, model: Model, scale: float) -> None:
        self.hold(model, scale, None)
