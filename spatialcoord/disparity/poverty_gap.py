"""Poverty gap between regions: how far the poor ones are below a share of the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.disparity.common import Vector, positive_mean, weighted
from spatialcoord.disparity.curved import Curved
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import measures
from spatialcoord.scenario.parameters import Parameters, quantity

if TYPE_CHECKING:
    from spatialcoord.model import Affine


def poverty_gap(values: Any, population: Any = None, line: float = 0.6) -> float:
    r"""Poverty gap with a line relative to the mean.

    .. math:: P_1 = \sum_r \pi_r \, \frac{\max(0,\, z - y_r)}{z}, \qquad z = \ell\mu \qquad (1)

    A proxy between regions: everybody counts at the mean of the own region, so that poor people in regions
    above the line are not seen, and it is a lower bound on the gap between persons at the same line. A
    transfer from a richer to a poorer region never raises it, and lowers it only when it crosses the line. At
    :math:`\ell=1` it is :func:`spatialcoord.disparity.hoover`.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r`.
    population : array_like, shape (n,), optional
        Weights; :math:`\pi` are their shares.
    line : float
        :math:`\ell`, share of the mean, above 0. The default 0.6 follows the at-risk-of-poverty convention,
        which takes that share of the median of persons; other usual lines are 0.5 and 0.75 (of the Union's
        mean, the less developed regions of EU cohesion policy).

    Returns
    -------
    float
        0 when no region is below the line; below 1 for non-negative values.

    Raises
    ------
    InputError
        A line that is not positive, a mean that is not positive, or as in
        :func:`spatialcoord.disparity.common.weighted`.

    References
    ----------
    Foster, J., Greer, J. and Thorbecke, E. (1984), A class of decomposable poverty measures, Econometrica
    52(3), with alpha = 1.
    """
    y, share = weighted(values, population)
    if not (np.isfinite(line) and line > 0):
        raise InputError(
            Problem(f"the poverty line is {line:g}", where="line", remedy="Use a positive share of the mean.")
        )
    threshold = line * positive_mean(y, share, "the poverty line")
    return float(share @ np.maximum(0.0, 1.0 - y / threshold))


@measures.register("poverty_gap")
class PovertyGap(Curved):
    r"""Poverty gap: the curve :math:`f(\rho)=(\ell-\rho)^+/\ell` of :class:`~spatialcoord.disparity.curved.Curved`."""

    title = {"en": "Poverty gap between regions", "zh": "区域贫困缺口"}
    source = "Foster, Greer and Thorbecke 1984, Econometrica 52(3), alpha 1, line relative to the mean"
    evaluate = staticmethod(poverty_gap)

    class Params(Parameters):
        """Where the line is."""

        line: float = quantity(
            0.6,
            unit="share of the mean",
            description="Value per head below which a region counts as poor.",
            low=0.5,
            high=0.9,
            source="Eurostat's at-risk-of-poverty line is 0.6 of the median of persons; 0.75 and 0.9 are lines of EU cohesion policy",
            bound=(0.01, 1),
        )

    def __init__(self, values: Affine, population: Any, reference: Any, line: float = 0.6) -> None:
        super().__init__(values, population, reference, line=line)
        self.line = line
        self.kinks = (0.5 * line, 2.0 * line)

    def curve(self, ratio: Vector) -> Vector:
        return np.maximum(1.0 - ratio / self.line, 0.0)

    def slope(self, ratio: Vector) -> Vector:
        return -(ratio < self.line).astype(float) / self.line
