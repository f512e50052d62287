"""Theil T between and within groups of regions (macro-regions, member states), each by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from pydantic import Field

from spatialcoord.disparity.common import Vector
from spatialcoord.disparity.curved import LEAST, mean_and_value
from spatialcoord.disparity.tangents import Tangents
from spatialcoord.disparity.theil import TheilT, theil_relative, theil_t
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import measures
from spatialcoord.scenario.parameters import Parameters

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


def _grouped(values: Any, population: Any, groups: Any) -> tuple[Vector, Vector, np.ndarray, Vector, Vector]:
    """Relative values, shares and groups of the regions with people, and each group's mean and share."""
    x, share = theil_relative(values, population, "the decomposition")
    labels = np.asarray(groups).astype(str)
    if labels.shape != x.shape:
        raise InputError(Problem(f"{labels.size} groups for {x.size} values", where="groups"))
    x, share, labels = x[share > 0], share[share > 0], labels[share > 0]
    _, member = np.unique(labels, return_inverse=True)
    people = np.bincount(member, weights=share)
    mean = np.bincount(member, weights=share * x) / people
    return x, share, member, mean, people.astype(float)


def theil_between(values: Any, population: Any, groups: Any) -> float:
    r"""Theil T between groups of regions: what is left if everybody has the mean of the own group.

    .. math:: T_B = \sum_g s_g \ln\frac{\mu_g}{\mu}, \qquad s_g = \pi_g\mu_g/\mu \qquad (1)

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r \ge 0`.
    population : array_like, shape (n,), or None
        Weights; equal ones when None. :math:`\pi_g` is the share of a group, :math:`\mu_g` its mean.
    groups : array_like, shape (n,)
        Label of each region's group.

    Returns
    -------
    float
        0 when all groups have the same mean. With :func:`theil_within` it sums to
        :func:`spatialcoord.disparity.theil_t`; a transfer inside a group does not change it.

    Raises
    ------
    InputError
        Not one label a region, or as in :func:`spatialcoord.disparity.theil_t`.

    References
    ----------
    Theil, H. (1967), Economics and Information Theory, North-Holland, chapter 4; Shorrocks, A. F. (1980), The
    class of additively decomposable inequality measures, Econometrica 48(3).
    """
    *_, mean, people = _grouped(values, population, groups)
    return theil_t(mean, people)


def theil_within(values: Any, population: Any, groups: Any) -> float:
    r"""Theil T within groups of regions: each group's own Theil T, weighted by its share of the total.

    .. math:: T_W = \sum_g s_g T_g = \sum_r \pi_r \frac{y_r}{\mu} \ln\frac{y_r}{\mu_{g(r)}} \qquad (1)

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
    float
        0 when every group is equal in itself. With :func:`theil_between` it sums to
        :func:`spatialcoord.disparity.theil_t`.

    Raises
    ------
    InputError
        Not one label a region, or as in :func:`spatialcoord.disparity.theil_t`.

    References
    ----------
    As :func:`theil_between`; :func:`spatialcoord.disparity.theil_decomposition` gives each group's part.
    """
    x, share, member, mean, _ = _grouped(values, population, groups)
    some = x > 0
    return float((share * x)[some] @ np.log(x[some] / mean[member[some]]))


class Grouped(TheilT):
    """A part of Theil T; the curve is Theil's, cells and anchors differ."""

    source = "Theil 1967, chapter 4; Shorrocks 1980, Econometrica 48(3)"
    grouped = True
    headline = False

    class Params(Parameters):
        """Which groups are compared."""

        level: str = Field(
            "",
            description="Level of the hierarchy whose groups are meant (macro_region); the case's first when left out.",
        )

    def __init__(self, values: Affine, population: Any, reference: Any, groups: Any) -> None:
        super().__init__(values, population, reference, groups=groups)
        self.names, self.member = np.unique(np.asarray(groups).astype(str), return_inverse=True)
        self.people: Vector = np.bincount(self.member, self.share).astype(float)

    def group_means(self, model: Model, scale: float) -> Affine:
        """Variables `group_mean`, tied to the means of the groups."""
        from spatialcoord.model import Dim

        group = Dim("group", [str(name) for name in self.names])
        within = np.divide(
            self.share,
            self.people[self.member],
            where=self.people[self.member] > 0,
            out=np.zeros_like(self.share),
        )
        matrix = sp.csr_array((within, (self.member, np.arange(len(within)))), (len(group), len(within)))
        means = model.variable("group_mean", (group,), lower=-np.inf, scale=scale, doc="mean of the group")
        model.constrain(
            "group_mean_definition", means - self.values.apply(self.values.dims[0].name, matrix, group) == 0.0
        )
        return means

    @property
    def reference_means(self) -> Vector:
        """Mean of every group in the reference; 1 for a group without people."""
        total = np.bincount(self.member, self.share * self.reference)
        return np.divide(total, self.people, where=self.people > 0, out=np.ones_like(total))


@measures.register("theil_between")
class TheilBetween(Grouped):
    """Theil T between groups in a model: cells are the groups, the anchor is the mean."""

    title = {"en": "Theil T between groups", "zh": "泰尔T指数（组间）"}
    evaluate = staticmethod(theil_between)

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        """A group's mean over the mean is at least the least ratio in the group."""
        least = np.full(len(self.names), np.inf)
        np.minimum.at(least, self.member, ratio)
        return super().steepest(least[self.member], theta)

    def enter(self, model: Model, scale: float) -> None:
        mean, self.value = mean_and_value(self, model, scale)
        means = self.group_means(model, scale)
        start = self.reference_means / float(self.share @ self.reference)
        cells = Tangents(means, mean.over(means.dims), self.people, self.curve, self.slope, start)
        self.terms = [cells.enter(model, self.value, scale)]
        self.numerator, self.denominator = self.value, mean


@measures.register("theil_within")
class TheilWithin(Grouped):
    """Theil T within groups in a model: cells are the regions, the anchor is the mean of the own group."""

    title = {"en": "Theil T within groups", "zh": "泰尔T指数（组内）"}
    evaluate = staticmethod(theil_within)

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        """A group's mean is at most the mean over the group's share of the people."""
        inside = ratio * np.maximum(self.people[self.member], LEAST)
        return super().steepest(inside, theta)

    def enter(self, model: Model, scale: float) -> None:
        mean, self.value = mean_and_value(self, model, scale)
        means = self.group_means(model, scale)
        (region,) = self.values.dims
        spread = sp.csr_array(
            (np.ones(len(region)), (np.arange(len(region)), self.member)), (len(region), len(self.names))
        )
        anchor = means.apply("group", spread, region)
        start = self.reference / self.reference_means[self.member]
        cells = Tangents(self.values, anchor, self.share, self.curve, self.slope, start)
        self.terms = [cells.enter(model, self.value, scale)]
        self.numerator, self.denominator = self.value, mean
