"""The poorest first: shortfall of the poorest region (maximin) and the order that goes on (leximin)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.disparity.common import Vector, paired, positive_mean, weighted
from spatialcoord.disparity.curved import mean_and_value
from spatialcoord.disparity.measure import Measure
from spatialcoord.disparity.tangents import PRECISION
from spatialcoord.registry import measures
from spatialcoord.scenario.parameters import Parameters, quantity

if TYPE_CHECKING:
    from spatialcoord.model import Model


def max_min(values: Any, population: Any = None) -> float:
    r"""Shortfall of the poorest region below the mean.

    .. math:: M = 1 - \frac{\min_r y_r}{\mu} \qquad (1)

    :math:`\mu(1-M)` is the value per head of the poorest region, which Rawls's difference principle
    maximises. M is the limit of :func:`spatialcoord.disparity.atkinson` as the aversion grows. A transfer
    from a richer to a poorer region never raises it, and lowers it only when it reaches every poorest region.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r`.
    population : array_like, shape (n,), optional
        Weights of the mean. Regions without people do not count.

    Returns
    -------
    float
        0 when equal; at most 1 for non-negative values.

    Raises
    ------
    InputError
        See :func:`spatialcoord.disparity.common.weighted`; also when the mean is not positive.

    References
    ----------
    Rawls, J. (1971), A Theory of Justice, Harvard University Press, section 13.
    """
    y, share = weighted(values, population)
    return float(1.0 - y[share > 0].min() / positive_mean(y, share, "the shortfall of the poorest region"))


def leximin_order(values: Any, population: Any = None) -> Vector:
    """The vector that leximin compares: the values from the poorest region to the richest.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head.
    population : array_like, shape (n,), optional
        Only says which regions have people; those without do not count. Each of the others is one party,
        whatever its size.

    Returns
    -------
    numpy.ndarray, shape (number of regions with people,)
        Ascending, in the unit of the values.

    Raises
    ------
    InputError
        See :func:`spatialcoord.disparity.common.weighted`.

    References
    ----------
    Sen, A. (1970), Collective Choice and Social Welfare, Holden-Day, chapter 9.
    """
    y, share = weighted(values, population)
    return np.sort(y[share > 0])


def leximin_better(first: Any, second: Any, tolerance: float = 1e-9, population: Any = None) -> int:
    """Which of two allocations leximin prefers: better for the poorest, then for the next, and so on.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Values per head of the same regions under the two allocations, same unit.
    tolerance : float
        Two values count as equal when they differ by at most this share of the larger (in absolute value).
        Above zero the comparison is no longer strictly transitive: keep it at the accuracy of the solver.
    population : array_like, shape (n,), optional
        As in :func:`leximin_order`.

    Returns
    -------
    int
        1 when `first` is better, -1 when `second` is, 0 when neither.

    Raises
    ------
    InputError
        See :func:`spatialcoord.disparity.common.paired` and :func:`leximin_order`.

    References
    ----------
    Sen, A. (1970), Collective Choice and Social Welfare, Holden-Day, chapter 9.
    """
    paired(first=first, second=second)
    a, b = leximin_order(first, population), leximin_order(second, population)
    differ = np.flatnonzero(np.abs(a - b) > tolerance * np.maximum(np.abs(a), np.abs(b)))
    return 0 if not differ.size else int(np.sign(a[differ[0]] - b[differ[0]]))


@measures.register("max_min")
class MaxMin(Measure):
    r"""Shortfall of the poorest region in a model: :math:`N = \mu - \min_r y_r`, by rows that are added when a region needs one.

    .. math:: N \ge \mu - y_r \qquad (2)
    """

    title = {"en": "Shortfall of the poorest region", "zh": "最穷区域与均值的差距"}
    source = "Rawls 1971, A Theory of Justice, section 13"
    evaluate = staticmethod(max_min)

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        """N falls by one less the region's share in the mean, if the region is the poorest."""
        return np.where(self.share > 0, 1.0 - self.share, 0.0) + theta * self.share

    def enter(self, model: Model, scale: float) -> None:
        from spatialcoord.model import Data

        self.mean, self.value = mean_and_value(self, model, scale)
        counted = np.flatnonzero(self.share > 0)
        poorest = int(counted[np.argmin(self.reference[counted])])
        self.held, self.scale = [poorest], scale
        only = np.zeros(len(self.share))
        only[poorest] = 1.0
        first = (self.values * Data(self.values.dims, only)).sum()
        self.definition = model.constrain("definition", self.value - self.mean + first >= 0.0)
        self.rows = model.listed_rows("poorest")
        self.numerator, self.denominator = self.value, self.mean

    def refine(self, model: Model) -> int:
        values = np.ravel(model.value(self.values))
        floor = float(model.value(self.mean)) - float(model.value(self.value))
        short = np.flatnonzero((values < floor - PRECISION * self.scale) & (self.share > 0))
        return self._hold(model, [int(r) for r in short])

    def complete(self, model: Model) -> int | None:
        return self._hold(model, [int(r) for r in np.flatnonzero(self.share > 0)])

    def _hold(self, model: Model, regions: list[int]) -> int:
        from spatialcoord.model import Affine, Dim
        from spatialcoord.model.affine import take

        fresh = [r for r in regions if r not in self.held]
        if not fresh:
            return 0
        self.held += fresh
        rows = Dim("poorest", [self.values.dims[0].labels[r] for r in fresh])
        chosen = Affine(take(self.values.matrix, np.array(fresh)), self.values.constant[fresh], (rows,))
        self.rows.add(rows.labels, chosen + (self.value - self.mean).over((rows,)) >= 0.0)
        return len(fresh)


@measures.register("leximin")
class Leximin(MaxMin):
    """The poorest region first, then the next poorest, and so on; its index is that of the poorest.

    A rule on it is a rule on the poorest region. As an objective the planner goes on from the poorest region to the next
    ones, see :mod:`spatialcoord.planner.leximin`.
    """

    class Params(Parameters):
        """How far the order is followed."""

        depth: int = quantity(
            50,
            unit="stages",
            description="Stages after which the order is no longer followed; each settles one region or more.",
            source="design choice of spatialcoord: a stage costs one solve",
            bound=(1, None),
        )

    title = {"en": "Leximin: the poorest regions in order", "zh": "字典序最大化最小：由最穷区域依次提高"}
    source = "Sen 1970, Collective Choice and Social Welfare, chapter 9"
    reported = False  # its index is that of max_min

    @staticmethod
    def evaluate(values: Any, population: Any = None, depth: int = 50) -> float:
        """As :func:`max_min`, whatever the depth."""
        return max_min(values, population)
