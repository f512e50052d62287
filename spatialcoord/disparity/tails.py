r"""Ratios of the mean of a top to the mean of a bottom, in a model.

With weights :math:`\bar w` that a tail may give a region (:math:`1/k` by count, :math:`\pi_r/q` by people),

.. math:: \mathrm{top} = \min_t\, t + \sum_r \bar w_r (y_r-t)^+, \qquad
          \mathrm{bottom} = \max_t\, t - \sum_r \bar w_r (t-y_r)^+ , \qquad (1)

so both are linear programmes (Rockafellar and Uryasev 2000, Journal of Risk 2(3)), and only regions near a threshold t
ever need a hinge: each is a row of :class:`~spatialcoord.disparity.tangents.Tangents` with t as anchor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.disparity.common import Vector
from spatialcoord.disparity.measure import Measure
from spatialcoord.disparity.tangents import Tangents

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model

AROUND = 2  # regions on either side of a threshold that have their hinges from the start
INSIDE, OUTSIDE = 2.0, 0.5  # ratios to the threshold that stand for the two straight pieces


class TailRatio(Measure):
    """Top over bottom; a subclass says what the tails are.

    Attributes
    ----------
    factor : float
        The index is this times top over bottom.
    bottom : Affine, scalar
        In the model: lower bound on the mean of the bottom, tight when pressed up.
    """

    over_mean = False
    factor = 1.0
    bottom: Affine

    def tail_weights(self) -> tuple[Vector, Vector]:
        """Largest weight of every region in the top and in the bottom, shape (n,) each."""
        raise NotImplementedError

    def ratio_of(self, index: float) -> float:
        return index / self.factor

    def index_of(self, ratio: float) -> float:
        return ratio * self.factor

    def tails_at(self, values: Vector) -> tuple[float, float]:
        """Means of top and bottom of a vector, unit of the values."""
        top, bottom = self.tail_weights()
        return -_least(-values, top), _least(values, bottom)

    def numerator_at(self, values: Vector) -> float:
        return self.tails_at(values)[0]

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        """The top never falls when a value rises, and the bottom rises by at most the region's weight."""
        return theta * self.tail_weights()[1]

    def gap(self, model: Model) -> float:
        values = np.ravel(model.value(self.values))
        held = float(model.value(self.value)), float(model.value(self.bottom))
        return max(
            abs(h - true) / max(abs(true), 1e-12) for h, true in zip(held, self.tails_at(values), strict=True)
        )

    def enter(self, model: Model, scale: float) -> None:
        self.value = model.scalar("value", scale=scale, doc="mean of the top, unit of the values")
        self.bottom = model.scalar("bottom", scale=scale, doc="mean of the bottom, unit of the values")
        top, bottom = self.tail_weights()
        self.terms = [
            self._tail(model, scale, "", top, 1.0, lambda t: self.value - t),
            self._tail(model, scale, "bottom_", bottom, -1.0, lambda t: t - self.bottom),
        ]
        self.numerator, self.denominator = self.value, self.bottom

    def _tail(
        self, model: Model, scale: float, name: str, weight: Vector, side: float, left: Any
    ) -> Tangents:
        """One line of (1); `side` is 1 for the top and -1 for the bottom."""
        threshold = model.scalar(f"{name}threshold", scale=scale, doc="where the tail begins")
        order = np.argsort(-side * self.reference, kind="stable")
        before = np.cumsum(weight[order]) - weight[order]
        marginal = int(np.searchsorted(np.cumsum(weight[order]), 1.0 - 1e-12))
        near = order[max(0, marginal - AROUND) : marginal + AROUND + 1]
        start = np.full(len(weight), OUTSIDE if side > 0 else INSIDE)
        inside = INSIDE if side > 0 else OUTSIDE
        start[order[before + weight[order] <= 1.0]] = inside
        start[near] = OUTSIDE if side > 0 else INSIDE
        cells = Tangents(
            self.values,
            threshold.over(self.values.dims),
            weight,
            lambda ratio: np.maximum(side * (ratio - 1.0), 0.0),
            lambda ratio: side * (side * (ratio - 1.0) > 0.0),
            start,
            (OUTSIDE, INSIDE),
        )
        cells.enter(model, left(threshold), scale, name)
        # without these the threshold could run away
        cells.add(model, np.sort(near), np.full(len(weight), inside))
        return cells


def _least(values: Vector, weight: Vector) -> float:
    """Smallest mean with weights up to `weight`, which are filled from the smallest value on."""
    order = np.argsort(values, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    return float(np.clip(1.0 - before, 0.0, weight[order]) @ values[order])
