"""Atkinson's index: the share of income that could be given up for equality without loss of welfare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.disparity.common import Vector, positive_mean, weighted
from spatialcoord.disparity.curved import LEAST, mean_and_value
from spatialcoord.disparity.measure import Measure
from spatialcoord.disparity.tangents import Tangents
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import measures
from spatialcoord.scenario.parameters import Parameters, quantity

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model

EXPONENT = 600.0  # of e: a power of a ratio beyond it is taken for this one, which is still a number


def _checked(values: Any, population: Any, epsilon: float) -> tuple[Vector, Vector]:
    y, share = weighted(values, population)
    problems = []
    if not (np.isfinite(epsilon) and epsilon >= 0):
        problems.append(
            Problem(
                f"the inequality aversion is {epsilon:g}",
                where="epsilon",
                remedy="Use a number from 0 (indifferent) upward; 0.5 to 2 are usual.",
            )
        )
    if (y[share > 0] < 0).any():
        problems.append(
            Problem("a value is negative, and the Atkinson index takes powers of the values", where="values")
        )
    if problems:
        raise InputError(problems)
    return y[share > 0], share[share > 0]


def _log_equivalent(x: Vector, share: Vector, epsilon: float) -> float:
    """Logarithm of the equally distributed equivalent of `x`, values relative to their mean."""
    if epsilon >= 1 and (x == 0).any():
        return -np.inf
    with np.errstate(divide="ignore"):
        logs = np.log(x)
    power = 1.0 - epsilon
    if power == 0:
        return float(share @ logs)
    exponents = power * logs
    top = float(exponents.max())
    if top <= 1:
        # near epsilon = 1 the sum is 1 plus something tiny, which expm1 and log1p keep in full
        return float(np.log1p(share @ np.expm1(exponents)) / power)
    # at large epsilon the poorest region's power would overflow: take it out of the sum first
    return float((top + np.log(share @ np.exp(exponents - top))) / power)


def atkinson(values: Any, population: Any = None, epsilon: float = 1.0) -> float:
    r"""Atkinson index with inequality aversion :math:`\varepsilon`.

    .. math:: A_\varepsilon = 1 - \frac{\mathrm{EDE}_\varepsilon}{\mu}, \qquad
       \mathrm{EDE}_\varepsilon = \Bigl(\sum_r \pi_r y_r^{1-\varepsilon}\Bigr)^{1/(1-\varepsilon)}
       \quad\text{or, at } \varepsilon=1, \quad \prod_r y_r^{\pi_r} \qquad (1)

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r \ge 0`.
    population : array_like, shape (n,), optional
        Weights; :math:`\pi` are their shares.
    epsilon : float
        :math:`\varepsilon \ge 0`, a judgement, not a fact: 0 does not mind inequality (the index is 0), 0.5
        to 2 are usual, and as it grows only the poorest region counts, see
        :func:`spatialcoord.disparity.max_min`.

    Returns
    -------
    float
        0 when equal, at most 1; 1 when a populated region has zero and :math:`\varepsilon \ge 1`. It rises
        with :math:`\varepsilon`. Computed by logarithms, so that neither :math:`\varepsilon` near 1 loses
        digits nor a large one overflows.

    Raises
    ------
    InputError
        Negative values or :math:`\varepsilon`, a mean that is not positive, or as in
        :func:`spatialcoord.disparity.common.weighted`.

    References
    ----------
    Atkinson, A. B. (1970), On the measurement of inequality, Journal of Economic Theory 2(3).
    """
    y, share = _checked(values, population, epsilon)
    mean = positive_mean(y, share, "the Atkinson index")
    return 0.0 if epsilon == 0 else float(-np.expm1(_log_equivalent(y / mean, share, epsilon)))


def equally_distributed_equivalent(values: Any, population: Any = None, epsilon: float = 1.0) -> float:
    r"""Value per head which, were it the same everywhere, would give the same welfare as the actual values.

    It is :math:`\mathrm{EDE}_\varepsilon = \mu(1-A_\varepsilon)` of :func:`atkinson`: concave, increasing in
    every region's value, and of degree one in scale.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r \ge 0`.
    population : array_like, shape (n,), optional
        Weights.
    epsilon : float
        Inequality aversion :math:`\varepsilon \ge 0`; 0 gives the mean, 1 the geometric mean, 2 the harmonic
        mean.

    Returns
    -------
    float
        In the unit of the values, between the smallest of them and their mean.

    Raises
    ------
    InputError
        As :func:`atkinson`, except that all values may be zero.

    References
    ----------
    Atkinson, A. B. (1970), On the measurement of inequality, Journal of Economic Theory 2(3).
    """
    y, share = _checked(values, population, epsilon)
    mean = float(share @ y)
    if mean == 0 or epsilon == 0:
        return mean
    return float(mean * np.exp(_log_equivalent(y / mean, share, epsilon)))


@measures.register("atkinson")
class Atkinson(Measure):
    r"""Atkinson index in a model: :math:`N = \mu - e`, with e the equally distributed equivalent as anchor.

    .. math:: \sum_r \pi_r\, e\, f(y_r/e) \le 0, \qquad f(\rho) = \frac{1-\rho^{1-\varepsilon}}{1-\varepsilon}
       \quad\text{or, at } \varepsilon=1, \quad -\ln\rho, \qquad (2)

    says :math:`e \le \mathrm{EDE}_\varepsilon(y)`; it is jointly convex and homogeneous, a row of
    :class:`~spatialcoord.disparity.tangents.Tangents`.
    """

    title = {"en": "Atkinson index", "zh": "阿特金森指数"}
    source = "Atkinson 1970, Journal of Economic Theory 2(3)"
    evaluate = staticmethod(atkinson)

    class Params(Parameters):
        """How averse to inequality."""

        epsilon: float = quantity(
            1.0,
            unit="1",
            description="Inequality aversion: 0 does not mind, and the larger, the more the poorest regions count.",
            low=0.5,
            high=2,
            source="Atkinson 1970; Layard, Mayraz and Nickell 2008, Journal of Public Economics 92, estimate 1.26 between persons",
            bound=(0.01, 50),
        )

    def __init__(self, values: Affine, population: Any, reference: Any, epsilon: float = 1.0) -> None:
        super().__init__(values, population, reference, epsilon=epsilon)
        self.epsilon = epsilon

    def curve(self, ratio: Vector) -> Vector:
        """f of (2)."""
        logs, power = np.log(np.maximum(ratio, LEAST)), 1.0 - self.epsilon
        return -logs if power == 0 else -np.expm1(np.minimum(power * logs, EXPONENT)) / power

    def slope(self, ratio: Vector) -> Vector:
        """Derivative of f."""
        return -np.exp(np.minimum(-self.epsilon * np.log(np.maximum(ratio, LEAST)), EXPONENT))

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        r"""The derivative of EDE is :math:`\pi_r(\mathrm{EDE}/y_r)^\varepsilon`, at most that with the mean for EDE."""
        rise = np.exp(np.minimum(-self.epsilon * np.log(np.maximum(ratio, LEAST)), EXPONENT))
        return self.share * (np.maximum(rise - 1.0, 0.0) + theta)

    def enter(self, model: Model, scale: float) -> None:
        from spatialcoord.model import Affine

        mean, self.value = mean_and_value(self, model, scale)
        equivalent = mean - self.value
        start = self.reference / equally_distributed_equivalent(self.reference, self.share, self.epsilon)
        cells = Tangents(
            self.values, equivalent.over(self.values.dims), self.share, self.curve, self.slope, start
        )
        self.terms = [cells.enter(model, Affine.zero(), scale)]
        self.numerator, self.denominator = self.value, mean
