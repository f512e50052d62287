"""Where activity is (location quotient) and how regions change places over time (rank mobility)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord.disparity.common import Vector, paired
from spatialcoord.errors import InputError, Problem


def location_quotient(activity: Any, total: Any) -> Vector:
    r"""Location quotient of each region: its share of an activity over its share of the total.

    .. math:: LQ_r = \frac{a_r / \sum_s a_s}{t_r / \sum_s t_s} \qquad (1)

    Parameters
    ----------
    activity : array_like, shape (n,)
        The activity in each region (employment or output of an industry, say), not negative; any unit.
    total : array_like, shape (n,)
        What it is compared with (all employment, all output, population, land), not negative; any unit.

    Returns
    -------
    numpy.ndarray, shape (n,)
        1 where the region has its share, above 1 where the activity is concentrated; nan where the total is
        zero. The mean over regions, weighted by their share of the total, is 1.

    Raises
    ------
    InputError
        Negative figures, nothing at all of the one or the other, or as in
        :func:`spatialcoord.disparity.common.paired`.

    References
    ----------
    Isard, W. (1960), Methods of Regional Analysis, MIT Press, chapter 7.
    """
    a, t = paired(activity=activity, total=total)
    problems = []
    for name, vector in (("activity", a), ("total", t)):
        if (vector < 0).any():
            problems.append(Problem("a figure is negative", where=name))
        elif vector.sum() == 0:
            problems.append(Problem("the sum over all regions is zero", where=name))
    if problems:
        raise InputError(problems)
    quotient = np.full(a.shape, np.nan)
    np.divide(a / a.sum(), t / t.sum(), out=quotient, where=t > 0)
    return quotient


@dataclass(frozen=True)
class RankMobility:
    """How regions changed places between two times, see :func:`rank_mobility`.

    Attributes
    ----------
    spearman, kendall : float
        Rank correlations (Spearman's rho, Kendall's tau-b) from -1 (order turned round) to 1 (same order);
        nan when all values of one time are equal.
    changed : float
        Share of the regions whose rank is another one.
    movers : dict of label to float
        The regions that moved most and the places they gained (negative: lost), largest moves first. Tied
        regions have their mean rank, so that half places occur.
    """

    spearman: float
    kendall: float
    changed: float
    movers: dict[Any, float]


def rank_mobility(first: Any, second: Any, labels: Any = None, largest: int = 5) -> RankMobility:
    """Do the same regions stay at the top and at the bottom?

    A measure of disparity does not see who is rich: it stays as it is when two regions of equal size change
    places.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Values per head of the same regions at two times, n >= 2; the units may differ.
    labels : array_like, shape (n,), optional
        Names of the regions for `movers`; their positions from 0 when left out.
    largest : int
        Number of movers to name, not negative; regions that stay are never named.

    Returns
    -------
    RankMobility

    Raises
    ------
    InputError
        Fewer than two regions, not one label a region, or as in :func:`spatialcoord.disparity.common.paired`.

    References
    ----------
    Kendall, M. G. (1945), The treatment of ties in ranking problems, Biometrika 33(3); for regions, Boyle, G.
    E. and McCarthy, T. G. (1997), A simple measure of beta-convergence, Oxford Bulletin of Economics and
    Statistics 59(2).
    """
    from scipy import stats

    a, b = paired(first=first, second=second)
    names = np.arange(len(a)) if labels is None else np.asarray(labels)
    problems = []
    if len(a) < 2:
        problems.append(Problem("ranks need at least two regions", where="first"))
    if names.shape != a.shape:
        problems.append(Problem(f"{names.size} labels for {a.size} values", where="labels"))
    if largest < 0:
        problems.append(Problem(f"{largest} movers were asked for", where="largest", remedy="Use 0 or more."))
    if problems:
        raise InputError(problems)
    before, after = stats.rankdata(-a), stats.rankdata(-b)  # rank 1 is the richest
    gained = before - after
    order = np.argsort(-np.abs(gained), kind="stable")[:largest]
    tied = np.ptp(a) == 0 or np.ptp(b) == 0
    return RankMobility(
        spearman=float("nan") if tied else float(np.corrcoef(before, after)[0, 1]),
        kendall=float("nan") if tied else float(stats.kendalltau(a, b).statistic),
        changed=float(np.mean(gained != 0)),
        movers={names[i].item(): float(gained[i]) for i in order if gained[i] != 0},
    )
