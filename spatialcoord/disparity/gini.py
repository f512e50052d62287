"""Gini index: evaluated on a vector, and exact in a model by lazily added pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.disparity.base import Base
from spatialcoord.disparity.common import Vector, positive_mean, weighted
from spatialcoord.disparity.measure import Measure
from spatialcoord.registry import measures

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


def _rank_weights(share: Vector, order: np.ndarray) -> Vector:
    """Weights w with w @ y = mean absolute difference / 2 when `order` sorts y: pi_i (2 C_i - pi_i - 1)."""
    p = share[order]
    weights = np.empty_like(p)
    weights[order] = p * (2.0 * np.cumsum(p) - p - 1.0)
    return weights


def absolute_gini(values: Vector, share: Vector) -> float:
    """Half the mean absolute difference, sum over pairs of pi_i pi_j |y_i - y_j| (unit of the values)."""
    return float(_rank_weights(share, np.argsort(values, kind="stable")) @ values)


def gini(values: Any, population: Any = None) -> float:
    r"""Gini index between regions, every person counted at the regional mean.

    .. math:: G = \frac{1}{\mu} \sum_{i<j} \pi_i \pi_j |y_i-y_j| \qquad (1)

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r`.
    population : array_like, shape (n,), optional
        Weights; :math:`\pi` are their shares.

    Returns
    -------
    float
        0 when equal, below 1 for non-negative values; computed by sorting, O(n log n).

    Raises
    ------
    InputError
        See :func:`spatialcoord.disparity.common.weighted`; also when the mean is not positive.

    References
    ----------
    Gini, C. (1914), Sulla misura della concentrazione e della variabilità dei caratteri; for weighted regions, e.g.
    Lerman and Yitzhaki (1989), Journal of Econometrics 42(1).
    """
    y, share = weighted(values, population)
    return absolute_gini(y, share) / positive_mean(y, share, "the Gini index")


def equity_adjusted_mean(values: Any, population: Any = None, inequality_weight: float = 1.0) -> float:
    r"""Mean reduced by its inequality, :math:`\mu(1-\lambda G)`.

    With :math:`\lambda=1` it is Sen's welfare. It is concave and, for :math:`\lambda \le 1`, does not fall when any
    region gains, so a model that maximises it never throws output away.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head.
    population : array_like, shape (n,), optional
        Weights.
    inequality_weight : float
        :math:`\lambda`, between 0 (the mean) and 1.

    Returns
    -------
    float
        In the unit of the values.

    References
    ----------
    Sen, A. (1976), Real national income, Review of Economic Studies 43(1).
    """
    y, share = weighted(values, population)
    return float(share @ y) - inequality_weight * absolute_gini(y, share)


@measures.register("gini")
class Gini(Measure):
    r"""Gini in a model: numerator :math:`N=\sum_{i<j}\pi_i\pi_j|y_i-y_j|`, exact by lazy pairs.

    With the regions in the order of a reference vector, N is a linear part plus one hinge a pair,

    .. math:: N = \sum_i w_i y_i + 2 \sum_{i \text{ before } j} \pi_i \pi_j (y_i-y_j)^+ \qquad (1)

    and a hinge is only needed for a pair that changes places. The model starts with the linear part alone, whose order
    moves towards the plans as long as there is no hinge (:mod:`spatialcoord.disparity.base`); then :meth:`refine` adds
    hinges for pairs that swapped, until none is missing: then N is exact.

    Parameters
    ----------
    values : Affine, dims (region,)
        Value per head, a named variable of the model.
    population : array_like, shape (n,)
        Weights.
    reference : array_like, shape (n,)
        Values that give the starting order, usually those without the programme.

    Attributes
    ----------
    value : Affine, scalar
        Upper bound on N, tight when minimised; `value` may stand in objectives and in upper bounds, never in a
        lower bound (the set would not be convex: the solver would call it unbounded).
    """

    title = {"en": "Gini index", "zh": "基尼系数"}
    source = "Gini 1914; Lerman and Yitzhaki 1989, Journal of Econometrics 42(1)"
    headline = True
    evaluate = staticmethod(gini)

    def __init__(self, values: Affine, population: Any, reference: Any) -> None:
        super().__init__(values, population, reference)
        self.order = np.argsort(self.reference, kind="stable")
        self.pairs: set[tuple[int, int]] = set()
        self.base = Base()

    def numerator_at(self, values: Vector) -> float:
        return absolute_gini(values, self.share)

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        """The weight of a value in N lies between minus and plus its share."""
        return (1.0 + theta) * self.share

    def enter(self, model: Model, scale: float) -> None:
        from spatialcoord.model import Data

        linear = (self.values * Data(self.values.dims, _rank_weights(self.share, self.order))).sum()
        self.scale = scale
        self.value = model.scalar("value", scale=scale, doc="Gini numerator, unit of the values")
        self.definition = model.constrain("definition", self.value - linear >= 0.0)
        self.swap = model.listed_variables("swap", doc="how far a pair has changed places")
        self.rows = model.listed_rows("order")
        self.numerator, self.denominator = self.value, self.mean_of()

    def refine(self, model: Model, tolerance: float = 1e-9) -> int:
        """Add a hinge for every pair that stands in the wrong order and has none, or move the order; return how many.

        Parameters
        ----------
        model : Model
            Solved.
        tolerance : float
            Swaps smaller than this share of the larger value are left out.
        """
        values = np.ravel(model.value(self.values))
        y = values[self.order]
        above = np.maximum.accumulate(y)
        wrong = np.flatnonzero(y < above - tolerance * np.abs(above))
        if len(wrong) and not self.pairs:
            weights = _rank_weights(self.share, self.order)
            missing = absolute_gini(values, self.share) - float(weights @ values)
            point = self.base.move(model, values, missing)
            if point is not None:
                return self._reorder(model, np.argsort(point, kind="stable"))
        found: list[tuple[int, int]] = []
        for k in wrong:
            before = np.flatnonzero(y[:k] > y[k] + tolerance * abs(y[k]))
            found += [(int(self.order[j]), int(self.order[k])) for j in before]
        found = [pair for pair in found if pair not in self.pairs]
        return self._add(model, found)

    def _reorder(self, model: Model, order: np.ndarray) -> int:
        """Let (1) begin from another order, while there is no hinge; returns 1."""
        from spatialcoord.model import Data

        change = _rank_weights(self.share, order) - _rank_weights(self.share, self.order)
        model.extend_row(self.definition, -(self.values * Data(self.values.dims, change)).sum())
        self.order = order
        return 1

    def complete(self, model: Model) -> int:
        """Add the hinges of all pairs at once, so that an expanded model is exact under any later edit."""
        n = len(self.order)
        every = [(int(self.order[i]), int(self.order[j])) for i in range(n) for j in range(i + 1, n)]
        return self._add(model, [pair for pair in every if pair not in self.pairs])

    def _add(self, model: Model, pairs: list[tuple[int, int]]) -> int:
        if not pairs:
            return 0
        from spatialcoord.model import Data

        self.pairs.update(pairs)
        first, second = np.array(pairs).T
        region = self.values.dims[0]
        labels = [(region.labels[i], region.labels[j]) for i, j in pairs]
        hinge = self.swap.add(labels, scale=self.scale)
        (pair,) = hinge.dims
        weight = Data((pair,), -2.0 * self.share[first] * self.share[second])
        model.extend_row(self.definition, (hinge * weight).sum())
        count, each = len(pairs), np.arange(len(pairs))
        difference = sp.csr_array(
            (np.r_[np.ones(count), -np.ones(count)], (np.r_[each, each], np.r_[first, second])),
            shape=(count, len(region)),
        )
        self.rows.add(labels, hinge - self.values.apply(region.name, difference, pair) >= 0.0)
        return count
