r"""Measures whose numerator is a sum of one curve of the ratio to the mean.

.. math:: N(y) = \sum_r \pi_r\, \mu\, f(y_r/\mu), \qquad D(y) = \mu. \qquad (1)

With f convex N is convex and homogeneous; :mod:`spatialcoord.disparity.tangents` holds it in a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.disparity.common import Vector
from spatialcoord.disparity.measure import Measure
from spatialcoord.disparity.tangents import Tangents

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model

LEAST = 1e-12  # of the mean: a ratio below is taken for this one, where a logarithm would be infinite


class Curved(Measure):
    """A measure of the form (1); a subclass gives the curve.

    Attributes
    ----------
    kinks : tuple of float
        For a curve of straight pieces, a ratio on each of them.
    """

    kinks: tuple[float, ...] = ()

    def curve(self, ratio: Vector) -> Vector:
        """f, for ratios to the mean."""
        raise NotImplementedError

    def slope(self, ratio: Vector) -> Vector:
        """Derivative of f, any subgradient at a kink."""
        raise NotImplementedError

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        r"""As :meth:`Measure.steepest`: :math:`-\partial N/\partial y_r \le \pi_r\,(f'(1) - f(1) - f'(\rho_r))^+`.

        The derivative is :math:`\pi_r[f'(\rho_r) + \sum_s \pi_s (f-\rho f')(\rho_s)]`. The sum is at least
        :math:`f(1) - f'(1)`: by Jensen's inequality where :math:`f-\rho f'` is convex, as for both Theil measures, and by
        its range where the curve is straight but for a kink at or below one.
        """
        one = np.ones(1)
        level = float((self.slope(one) - self.curve(one))[0])
        return self.share * np.maximum(level - self.slope(np.maximum(ratio, LEAST)), 0.0) + theta * self.share

    def enter(self, model: Model, scale: float) -> None:
        mean, self.value = mean_and_value(self, model, scale)
        ratio = self.reference / float(self.share @ self.reference)
        anchor = mean.over(self.values.dims)
        cells = Tangents(self.values, anchor, self.share, self.curve, self.slope, ratio, self.kinks)
        self.terms = [cells.enter(model, self.value, scale)]
        self.numerator, self.denominator = self.value, mean


def mean_and_value(measure: Measure, model: Model, scale: float) -> tuple[Affine, Affine]:
    """Variables `mean`, tied to the mean of the values, and `value`, in the current part."""
    mean = model.scalar("mean", scale=scale, doc="population-weighted mean of the values")
    model.constrain("mean_definition", mean - measure.mean_of() == 0.0)
    return mean, model.scalar("value", scale=scale, doc="numerator of the index, unit of the values")
