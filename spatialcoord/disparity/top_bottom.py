"""Ratios of the richest to the poorest: by people (S80/S20, Palma) or by a number of regions."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from spatialcoord.disparity.common import Vector, positive_mean, weighted
from spatialcoord.disparity.tails import TailRatio
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import measures
from spatialcoord.scenario.parameters import Parameters, quantity


def _mean_by_people(y: Vector, share: Vector, part: float) -> float:
    """Mean of the poorest `part` of the people; of the region at the margin only those it takes count."""
    order = np.argsort(y, kind="stable")
    before = np.cumsum(share[order]) - share[order]
    taken = np.clip(part - before, 0.0, share[order])
    return float(taken @ y[order] / taken.sum())


def _mean_by_count(y: Vector, weight: Vector, count: int) -> float:
    """Mean of the `count` poorest regions; regions tied at the margin share the places left among them."""
    limit = np.partition(y, count - 1)[count - 1]
    inside, tied = y < limit, y == limit
    place = inside + tied * ((count - inside.sum()) / tied.sum())
    return float((place * weight) @ y / (place @ weight))


def top_bottom(
    values: Any,
    population: Any = None,
    count: int | None = None,
    top_share: float = 0.2,
    bottom_share: float = 0.2,
    weighted_means: bool = False,
) -> float:
    r"""Mean of the richest over mean of the poorest.

    .. math:: R = \frac{\max_w \sum_r w_r y_r}{\min_w \sum_r w_r y_r}, \qquad \sum_r w_r = 1, \qquad (1)

    where by people :math:`0 \le w_r \le \pi_r/q` with the share `q` of the people in each tail, and by count
    :math:`0 \le w_r \le 1/k`.

    - **By people** (the default): the richest `top_share` of the people to the poorest `bottom_share`. Regions
      are taken in order until the share is reached, and the region at the margin is split. The default is
      S80/S20.
    - **By count** (`count` given, the shares are not used): the `count` richest regions to the `count` poorest,
      each region once, however many people it has. So the European Commission's periodic reports on the regions
      compare the 10 or 25 richest regions of the Union with the 10 or 25 poorest. With `weighted_means` the
      regions are still chosen by count, but each mean is over their people.

    Ties do not matter: regions tied at the margin share what is left of the tail. By people, a transfer from
    a richer to a poorer region never raises the ratio, and lowers it only when it touches a tail. By count
    with unweighted means that holds among regions of equal population only; and with weighted means the ratio
    jumps where two regions of different population change places.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head :math:`y_r`.
    population : array_like, shape (n,), optional
        Weights; equal ones when left out. Regions without people do not count.
    count : int, optional
        Number of regions in each tail, from 1 to n; the tails overlap beyond n/2.
    top_share, bottom_share : float
        Shares of the people in the two tails, above 0 and up to 1.
    weighted_means : bool
        Only with `count`: weight the regions of each tail by population.

    Returns
    -------
    float
        1 when equal; infinite when the poorest have nothing.

    Raises
    ------
    InputError
        A share or count out of range, poorest people with a negative mean, a mean that is not positive, or as
        in :func:`spatialcoord.disparity.common.weighted`.

    References
    ----------
    Eurostat, Statistics Explained, Glossary: Income quintile share ratio (between persons; here between
    regions).
    """
    y, share = weighted(values, population)
    y, share = y[share > 0], share[share > 0]
    problems = [
        Problem(f"the share is {part:g}", where=name, remedy="Use a share of the people above 0 and up to 1.")
        for name, part in (("top_share", top_share), ("bottom_share", bottom_share))
        if not 0 < part <= 1
    ]
    if count is not None and not (count == int(count) and 1 <= count <= len(y)):
        problems.append(
            Problem(
                f"{count} regions were asked for, and {len(y)} have people",
                where="count",
                remedy=f"Use a whole number from 1 to {len(y)}.",
            )
        )
    if count is None and weighted_means:
        problems.append(
            Problem(
                "weighted means need a count of regions",
                where="weighted_means",
                why="By share of the people the means are weighted already.",
                remedy="Give count, or leave weighted_means out.",
            )
        )
    if problems:
        raise InputError(problems)
    positive_mean(y, share, "the ratio")
    if count is None:
        top, bottom = -_mean_by_people(-y, share, top_share), _mean_by_people(y, share, bottom_share)
    else:
        weight = share if weighted_means else np.ones_like(y)
        top, bottom = -_mean_by_count(-y, weight, int(count)), _mean_by_count(y, weight, int(count))
    if bottom < 0:
        raise InputError(
            Problem(
                f"the mean of the poorest is {bottom:g}, and the ratio divides by it",
                where="values",
                remedy="Use values per head that are not negative among the poorest.",
            )
        )
    return top / bottom if bottom > 0 else float("inf")


def s80_s20(values: Any, population: Any = None) -> float:
    """Quintile share ratio between regions: mean of the richest fifth of the people over the poorest fifth.

    Everybody counts at the mean of the own region, so that it is a lower bound on the ratio between persons.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head.
    population : array_like, shape (n,), optional
        Weights.

    Returns
    -------
    float
        1 when equal; infinite when the poorest fifth has nothing.

    Raises
    ------
    InputError
        As :func:`top_bottom`.

    References
    ----------
    Eurostat, Statistics Explained, Glossary: Income quintile share ratio.
    """
    return top_bottom(values, population)


def palma(values: Any, population: Any = None) -> float:
    """Palma ratio between regions: share of the richest tenth over share of the poorest two fifths.

    Everybody counts at the mean of the own region, so that it is a lower bound on the ratio between persons.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head.
    population : array_like, shape (n,), optional
        Weights.

    Returns
    -------
    float
        1/4 when equal (a tenth of the people against four tenths); infinite when the poorest have nothing.

    Raises
    ------
    InputError
        As :func:`top_bottom`.

    References
    ----------
    Palma, J. G. (2011), Homogeneous middles vs. heterogeneous tails, Development and Change 42(1). Cobham, A.
    and Sumner, A. (2013), Is it all about the tails?, Center for Global Development, Working Paper 343.
    """
    return top_bottom(values, population, top_share=0.1, bottom_share=0.4) * (0.1 / 0.4)


@measures.register("s80_s20")
class QuintileRatio(TailRatio):
    """Ratio by people: the region at the margin of a tail is split."""

    title = {"en": "Richest to poorest people (S80/S20)", "zh": "最富与最穷人口之比（S80/S20）"}
    source = "Eurostat, Glossary: Income quintile share ratio; here between regions"

    class Params(Parameters):
        """How large the tails are."""

        share: float = quantity(
            0.2,
            unit="1",
            description="Share of the people in each tail; 0.2 is S80/S20.",
            low=0.1,
            high=0.4,
            source="Eurostat, Glossary: Income quintile share ratio",
            bound=(0.001, 0.5),
        )

    @staticmethod
    def evaluate(values: Any, population: Any = None, share: float = 0.2) -> float:
        """As :func:`top_bottom` with both shares alike."""
        return top_bottom(values, population, top_share=share, bottom_share=share)

    def tail_weights(self) -> tuple[Vector, Vector]:
        weight = self.share / self.options.get("share", 0.2)
        return weight, weight


@measures.register("palma")
class Palma(TailRatio):
    """Palma ratio: richest tenth of the people over poorest two fifths, times their shares."""

    title = {"en": "Palma ratio between regions", "zh": "区域间帕尔马比值"}
    source = "Palma 2011, Development and Change 42(1); Cobham and Sumner 2013"
    evaluate = staticmethod(palma)
    factor = 0.1 / 0.4

    def tail_weights(self) -> tuple[Vector, Vector]:
        return self.share / 0.1, self.share / 0.4


@measures.register("top_bottom")
class TopBottom(TailRatio):
    """Ratio by count of regions."""

    title = {"en": "Richest to poorest regions, by count", "zh": "最富与最穷区域之比（按区域个数）"}
    source = "European Commission, periodic reports on the regions: 10 or 25 richest to poorest"

    class Params(Parameters):
        """How many regions, and how their means are taken."""

        count: int = quantity(
            5,
            unit="regions",
            description="Regions in each tail; reports on the EU's regions take 10 or 25 of some 250.",
            low=1,
            high=25,
            source="European Commission, periodic reports on the regions, for 10 and 25",
            bound=(1, None),
        )
        weighted_means: bool = Field(
            False, description="Weight the regions of a tail by population; then the ratio is evaluated only."
        )

    @staticmethod
    def evaluate(values: Any, population: Any = None, count: int = 5, weighted_means: bool = False) -> float:
        """As :func:`top_bottom` by count."""
        return top_bottom(values, population, count=count, weighted_means=weighted_means)

    @classmethod
    def refusal(cls, **options: Any) -> str:
        if not options.get("weighted_means"):
            return ""
        return (
            "with weighted_means the ratio jumps where two regions change places, so that no convex rule holds it; "
            "leave weighted_means out, or take s80_s20, which weights by people and can be planned for"
        )

    def tail_weights(self) -> tuple[Vector, Vector]:
        count = int(self.options.get("count", 5))
        weight = (self.share > 0) / count
        return weight, weight
