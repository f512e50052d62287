"""Theil's two entropy measures, T and L (mean logarithmic deviation)."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.disparity.common import Vector, positive_mean, weighted
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import measures


def _relative(values: Any, population: Any, name: str) -> tuple[Vector, Vector]:
    y, share = weighted(values, population)
    if (y[share > 0] < 0).any():
        raise InputError(Problem(f"a value is negative, and {name} takes logarithms", where="values"))
    return y / positive_mean(y, share, name), share


def theil_t(values: Any, population: Any = None) -> float:
    r"""Theil T index (income-weighted; generalised entropy with parameter 1).

    .. math:: T = \sum_r \pi_r \frac{y_r}{\mu} \ln\frac{y_r}{\mu} \qquad (1)

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r \ge 0`; a zero contributes nothing (limit of x ln x).
    population : array_like, shape (n,), optional
        Weights; :math:`\pi` are their shares.

    Returns
    -------
    float
        0 when equal, at most ln of (total population / smallest population).

    Raises
    ------
    InputError
        Negative values, or as in :func:`spatialcoord.disparity.common.weighted`.

    References
    ----------
    Theil, H. (1967), Economics and Information Theory, North-Holland, chapter 4.
    """
    x, share = _relative(values, population, "Theil T")
    inside = (x > 0) & (share > 0)
    return float(share[inside] @ (x[inside] * np.log(x[inside])))


def theil_l(values: Any, population: Any = None) -> float:
    r"""Theil L index (population-weighted; mean logarithmic deviation).

    .. math:: L = \sum_r \pi_r \ln\frac{\mu}{y_r} \qquad (1)

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r`; infinite when a populated region has zero.
    population : array_like, shape (n,), optional
        Weights; :math:`\pi` are their shares.

    Returns
    -------
    float
        0 when equal; unbounded.

    Raises
    ------
    InputError
        Negative values, or as in :func:`spatialcoord.disparity.common.weighted`.

    References
    ----------
    Theil, H. (1967), Economics and Information Theory, North-Holland, chapter 4 and appendix.
    """
    x, share = _relative(values, population, "Theil L")
    inside = share > 0
    if (x[inside] == 0).any():
        return float("inf")
    return float(-(share[inside] @ np.log(x[inside])))


@measures.register("theil_t")
class TheilT:
    """Theil T, evaluated."""

    title = {"en": "Theil T", "zh": "泰尔T指数"}
    unit = "1"
    source = "Theil 1967, Economics and Information Theory"
    evaluate = staticmethod(theil_t)


@measures.register("theil_l")
class TheilL:
    """Theil L, evaluated."""

    title = {"en": "Theil L", "zh": "泰尔L指数"}
    unit = "1"
    source = "Theil 1967, Economics and Information Theory"
    evaluate = staticmethod(theil_l)
