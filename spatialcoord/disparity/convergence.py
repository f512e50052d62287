"""Convergence over time: does the spread shrink (sigma), do the poor grow faster (beta), and how fast?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord.disparity.common import Vector, paired, weighted
from spatialcoord.errors import InputError, Problem


def _logs(y: Vector, share: Vector, where: str) -> Vector:
    """Logarithms of the values of the regions with people."""
    if (y[share > 0] <= 0).any():
        raise InputError(
            Problem(
                "a value is not positive, and convergence is measured in logarithms",
                where=where,
                remedy="Use positive values per head, or leave the region out.",
            )
        )
    return np.log(y[share > 0])


def sigma_convergence(values_by_year: Any, population: Any = None) -> dict[Any, float]:
    r"""Standard deviation of logarithms in each year; there is sigma convergence when it falls.

    .. math:: \sigma_t = \Bigl(\sum_r \pi_r (\ln y_{rt} - \overline{\ln y_t})^2\Bigr)^{1/2} \qquad (1)

    Parameters
    ----------
    values_by_year : mapping of year to array_like, shape (n,)
        Values per head, positive; a pandas DataFrame with one column a year will do. Deflate them, or not: a
        price level common to all regions does not matter.
    population : array_like, shape (n,), or mapping of year to such, optional
        Weights, one for all years or one a year; equal ones when left out, as is usual in this literature.

    Returns
    -------
    dict of year to float
        In the order of the input; 0 when equal. Divided by n (by all people), not by n - 1.

    Raises
    ------
    InputError
        Values that are not positive, a year without weights, or as in
        :func:`spatialcoord.disparity.common.weighted`; it names the year.

    References
    ----------
    Barro, R. J. and Sala-i-Martin, X. (1992), Convergence, Journal of Political Economy 100(2).
    """
    yearly = isinstance(population, Mapping) or getattr(population, "ndim", 1) == 2
    result, problems = {}, []
    for year, values in values_by_year.items():
        if yearly and year not in population:
            problems.append(Problem("this year has values and no weights", where=f"population {year}"))
            continue
        try:
            y, share = weighted(values, population[year] if yearly else population)
            logs = _logs(y, share, "values")
        except InputError as error:
            problems += [Problem(p.what, f"{p.where} {year}", p.why, p.remedy) for p in error.problems]
            continue
        weight = share[share > 0]
        result[year] = float(np.sqrt(weight @ (logs - weight @ logs) ** 2))
    if problems:
        raise InputError(problems)
    return result


@dataclass(frozen=True)
class BetaConvergence:
    """Estimate of the speed at which regions converge, see :func:`beta_convergence`.

    Attributes
    ----------
    beta : float
        Speed of convergence, share of the gap to the common path that is closed in a year (continuous rate,
        1/year); negative when regions diverge.
    standard_error : float
        Of `beta`, classical (equal variances, no spatial correlation); 1/year. It is nan with two regions.
    half_life : float
        Years until half of a gap is closed, ln 2 / beta; infinite when beta is not positive.
    intercept, coefficient : float
        a and b of growth = a - b ln(initial value), 1/year.
    r2 : float
        Share of the variance of growth that is explained; nan when all regions grow alike.
    n : int
        Number of regions.
    """

    beta: float
    standard_error: float
    half_life: float
    intercept: float
    coefficient: float
    r2: float
    n: int


def beta_convergence(first: Any, last: Any, years: float, population: Any = None) -> BetaConvergence:
    r"""Absolute beta convergence: do regions that start poor grow faster?

    .. math:: \frac{1}{T}\ln\frac{y_{rT}}{y_{r0}} = a - b \ln y_{r0} + u_r, \qquad
       b = \frac{1-e^{-\beta T}}{T} \qquad (1)

    Least squares in b, then :math:`\beta = -\ln(1-bT)/T`. As b rises with :math:`\beta` one to one, this is
    the optimum of non-linear least squares in :math:`\beta` too, and :math:`\mathrm{se}(\beta) =
    \mathrm{se}(b)/(1-bT)` is its standard error. A correlation over the regions at hand, not an effect of
    policy: beta convergence is necessary, not sufficient, for sigma convergence, and random errors in the
    initial values look like convergence.

    Parameters
    ----------
    first, last : array_like, shape (n,)
        Values per head in the first and the last year, positive, same unit; real ones if prices differ by
        region.
    years : float
        T, years between the two.
    population : array_like, shape (n,), optional
        Weights of the regression; equal ones when left out, as is usual in this literature.

    Returns
    -------
    BetaConvergence
        For instance :math:`\beta = 0.02` a year, half of a gap in 34.7 years; over ten years b = 0.018127.

    Raises
    ------
    InputError
        Values that are not positive, T not positive, fewer than two regions with different initial values,
        input as :func:`spatialcoord.disparity.common.weighted` refuses it, or :math:`bT \ge 1`: the initial
        order is turned round or lost in T years, which no speed of convergence describes.

    References
    ----------
    Barro, R. J. and Sala-i-Martin, X. (1992), Convergence, Journal of Political Economy 100(2). Quah, D.
    (1993), Galton's fallacy and tests of the convergence hypothesis, Scandinavian Journal of Economics 95(4).
    """
    paired(first=first, last=last)
    if not (math.isfinite(years) and years > 0):
        raise InputError(
            Problem(
                f"the period is {years:g} years", where="years", remedy="Give a positive number of years."
            )
        )
    start, share = weighted(first, population)
    x, end = _logs(start, share, "first"), _logs(np.asarray(last, dtype=float), share, "last")
    weight, growth, n = share[share > 0], (end - x) / years, len(x)
    from_mean, grown = x - weight @ x, growth - weight @ growth
    spread = float(weight @ from_mean**2)
    if spread <= 1e-24:
        raise InputError(
            Problem(
                "all regions start from the same value",
                where="first",
                why="Whether the poor grow faster cannot be seen.",
                remedy="Give at least two regions with different values.",
            )
        )
    coefficient = -float(weight @ (from_mean * grown)) / spread
    left = 1.0 - coefficient * years
    if left <= 0:
        raise InputError(
            Problem(
                f"the regression gives a coefficient of {coefficient:g} a year over {years:g} years, "
                "so that regions change places altogether",
                where="last",
                why="No speed of convergence describes this: gaps that only shrink never change sign.",
                remedy="Choose a shorter period, and look at the mobility of ranks.",
            )
        )
    residual = float(weight @ (grown + coefficient * from_mean) ** 2)
    total = float(weight @ grown**2)
    beta = -math.log(left) / years
    return BetaConvergence(
        beta=beta,
        standard_error=math.sqrt(residual / (n - 2) / spread) / left if n > 2 else math.nan,
        half_life=math.log(2) / beta if beta > 0 else math.inf,
        intercept=float(weight @ growth + coefficient * (weight @ x)),
        coefficient=coefficient,
        r2=1.0 - residual / total if math.sqrt(total) * years > 1e-12 else math.nan,
        n=n,
    )
