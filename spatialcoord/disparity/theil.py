"""Theil's two entropy measures, T and L (mean logarithmic deviation)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from spatialcoord.disparity.common import Vector, positive_mean, weighted
from spatialcoord.disparity.curved import LEAST, Curved
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import measures


def theil_relative(values: Any, population: Any, name: str) -> tuple[Vector, Vector]:
    """Values over their mean and population shares, refused where a logarithm means nothing."""
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
    x, share = theil_relative(values, population, "Theil T")
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
    x, share = theil_relative(values, population, "Theil L")
    inside = share > 0
    if (x[inside] == 0).any():
        return float("inf")
    return float(-(share[inside] @ np.log(x[inside])))


@dataclass(frozen=True)
class Parts:
    """A Theil measure split over groups of regions; `within` and `between` sum to `total`.

    Attributes
    ----------
    total, within, between : float
        The measure over all regions, its part inside the groups, its part between their means.
    inside : dict of str to float
        The measure inside each group, by itself.
    contribution : dict of str to float
        What each group adds to `within`: its weight times `inside`.
    """

    total: float
    within: float
    between: float
    inside: dict[str, float]
    contribution: dict[str, float]


def theil_decomposition(values: Any, population: Any, groups: Any) -> dict[str, Parts]:
    r"""Split Theil T and Theil L exactly into disparity within and between groups of regions.

    With :math:`\pi_g` the population share of a group, :math:`\mu_g` its mean and
    :math:`s_g = \pi_g\mu_g/\mu` its share of the total,

    .. math:: T &= \sum_g s_g T_g + \sum_g s_g \ln\frac{\mu_g}{\mu}, \qquad (1)

       L &= \sum_g \pi_g L_g + \sum_g \pi_g \ln\frac{\mu}{\mu_g}. \qquad (2)

    The first sum is the part within, the second the part between, which is the measure of a land where everybody has
    the mean of the own group.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r \ge 0`.
    population : array_like, shape (n,), or None
        Weights; equal ones when None.
    groups : array_like, shape (n,)
        Label of each region's group.

    Returns
    -------
    dict of str to Parts
        ``"theil_t"`` and ``"theil_l"``. A group without people has no part in it.

    Raises
    ------
    InputError
        Not one label a region, or as in :func:`theil_t`.

    References
    ----------
    Shorrocks, A. F. (1980), The class of additively decomposable inequality measures, Econometrica 48(3).
    """
    x, share = theil_relative(values, population, "the decomposition")
    labels = np.asarray(groups).astype(str)
    if labels.shape != x.shape:
        raise InputError(Problem(f"{labels.size} groups for {x.size} values", where="groups"))
    names, member = np.unique(labels[share > 0], return_inverse=True)
    x, share = x[share > 0], share[share > 0]
    people = np.bincount(member, share)
    mean = np.bincount(member, share * x) / people
    made = {}
    for name, measure, weight in (("theil_t", theil_t, people * mean), ("theil_l", theil_l, people)):
        # a group in which nobody has anything is equal in itself
        inside = np.array(
            [measure(x[member == g], share[member == g]) if mean[g] > 0 else 0.0 for g in range(len(names))]
        )
        parts = weight * inside
        made[name] = Parts(
            total=measure(x, share),
            within=float(parts.sum()),
            between=measure(mean, people),
            inside=dict(zip(map(str, names), map(float, inside), strict=True)),
            contribution=dict(zip(map(str, names), map(float, parts), strict=True)),
        )
    return made


@measures.register("theil_t")
class TheilT(Curved):
    r"""Theil T: the curve :math:`f(\rho)=\rho\ln\rho` of :class:`~spatialcoord.disparity.curved.Curved`."""

    title = {"en": "Theil T", "zh": "泰尔T指数"}
    source = "Theil 1967, Economics and Information Theory"
    headline = True
    evaluate: ClassVar[Callable[..., float]] = staticmethod(theil_t)

    def curve(self, ratio: Vector) -> Vector:
        ratio = np.maximum(ratio, LEAST)
        return ratio * np.log(ratio)

    def slope(self, ratio: Vector) -> Vector:
        return np.log(np.maximum(ratio, LEAST)) + 1.0


@measures.register("theil_l")
class TheilL(Curved):
    r"""Theil L: the curve :math:`f(\rho)=-\ln\rho` of :class:`~spatialcoord.disparity.curved.Curved`."""

    title = {"en": "Theil L", "zh": "泰尔L指数"}
    source = "Theil 1967, Economics and Information Theory"
    headline = True
    evaluate = staticmethod(theil_l)

    def curve(self, ratio: Vector) -> Vector:
        return -np.log(np.maximum(ratio, LEAST))

    def slope(self, ratio: Vector) -> Vector:
        return -1.0 / np.maximum(ratio, LEAST)
