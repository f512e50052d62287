r"""Effects of a programme without its production function: who received much against who received little.

*Difference in differences*: with :math:`D_r = 1` for regions above the median of money per head,

.. math::

    \ln Y_{rt} &= a_r + b_t + \beta D_r \mathbb 1[t \ge t_0] + u_{rt} & (1)\\
    \ln Y_{rt} &= a_r + b_t + \textstyle\sum_{\tau \ne t_0-1} \beta_\tau D_r \mathbb 1[t=\tau] + u_{rt} & (2)

where (2) tells the years apart and tests whether both groups moved alike before the programme,
:math:`\beta_\tau = 0` for all :math:`\tau < t_0 - 1`, by Hotelling's T-squared (Angrist and Pischke 2009,
Mostly Harmless Econometrics, chapter 5, from memory). Standard errors as in
:mod:`spatialcoord.coordination.estimation`. Passing that test does not prove that they would have moved alike
later.

*Synthetic control* of one region: weights on regions that received little, zero or more and of sum one, which
follow its path before the programme, each path less its own mean of those years (Abadie, Diamond and
Hainmueller 2010, Journal of the American Statistical Association 105(490), from memory; less means: Ferman
and Pinto, Synthetic controls with imperfect pre-treatment fit, arXiv:1911.08521). The p-value is the rank of
its ratio of root mean squared gaps, after over before, among those of all donors treated alike as placebos.

Neither says what a programme does against none where every region receives something: both compare more with
less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import nnls

from spatialcoord.coordination.estimation import FEWEST, LEVEL, regression
from spatialcoord.coordination.observation import Panel
from spatialcoord.economy.setting import Array

SUM_TO_ONE = 1e3  # weight of the row that makes weights sum to one, against rows of the path at size one
LEAST_GAP = 1e-12  # in ln output: a smaller gap is rounding


@dataclass(frozen=True)
class Contrast:
    """Difference in differences between regions above and below the median of money per head.

    Attributes
    ----------
    status : str
        ``identified``; ``no_contrast``: money per head splits the regions into no two groups of two or more;
        ``no_years``: no year before the programme or none of it was observed. Sentences stand in the messages
        (``learning.status``).
    value, sd, low, high : float
        :math:`\\beta` of (1), in ln output, its standard error and 95 % interval; not a number unless
        identified.
    by_year, by_year_sd : numpy.ndarray, shape (T,)
        :math:`\\beta_\\tau` of (2) and standard errors; zero in the last year before the programme.
    trend_p : float
        p-value of the same path before the programme; not a number with one year before it only, or with too
        few regions to test.
    """

    status: str
    value: float
    sd: float
    low: float
    high: float
    by_year: Array
    by_year_sd: Array
    trend_p: float

    @property
    def identified(self) -> bool:
        """Whether there is an estimate."""
        return self.status == "identified"


def difference_in_differences(panel: Panel) -> Contrast:
    """Estimate (1) and (2)."""
    regions, years = panel.log_output.shape
    more, before = panel.more.astype(float), panel.before
    nothing = np.full(years, np.nan)
    if min(more.sum(), regions - more.sum()) < 2 or regions < FEWEST:
        return Contrast("no_contrast", np.nan, np.nan, np.nan, np.nan, nothing, nothing, np.nan)
    if not before.any() or before.all():
        return Contrast("no_years", np.nan, np.nan, np.nan, np.nan, nothing, nothing, np.nan)
    whole = regression(panel.log_output, [more[:, None] * ~before])
    low, high = whole.conf_int(alpha=1.0 - LEVEL)[0]
    base = int(before.sum()) - 1
    told = [t for t in range(years) if t != base]
    apart = regression(panel.log_output, [more[:, None] * (np.arange(years) == t) for t in told])
    by_year, by_year_sd = np.zeros(years), np.zeros(years)
    by_year[told], by_year_sd[told] = apart.params[: len(told)], apart.bse[: len(told)]
    trend_p = np.nan
    if base > 0 and np.abs(by_year[:base]).max() < LEAST_GAP:  # without noise: only rounding is left to test
        trend_p = 1.0
    elif 0 < base < regions - 1:  # as many restrictions as regions less one could not be tested
        test = apart.f_test(np.eye(len(apart.params))[:base])
        # not F with R-1 degrees of freedom: the covariance of several years is itself estimated
        freedom = regions - base
        trend_p = float(stats.f.sf(float(test.fvalue) * freedom / (regions - 1), base, freedom))
    return Contrast(
        "identified",
        float(whole.params[0]),
        float(whole.bse[0]),
        float(low),
        float(high),
        by_year,
        by_year_sd,
        trend_p,
    )


@dataclass(frozen=True)
class SyntheticControl:
    """One region against a weighted mean of regions that received little.

    Attributes
    ----------
    region : str
        The region.
    weights : dict of str to float
        Weight of every donor; they sum to one.
    gap : numpy.ndarray, shape (T,)
        Its ln output less that of its synthetic control, less the mean of both before the programme.
    value : float
        Mean gap in the programme's years and later, in ln output.
    fit : float
        Root mean squared gap before the programme, in ln output: a value not well above it says nothing.
    p : float
        Placebo p-value; it cannot be below one over donors plus one.
    """

    region: str
    weights: dict[str, float]
    gap: Array
    value: float
    fit: float
    p: float


def synthetic_control(panel: Panel, region: str) -> SyntheticControl:
    """Compare one region with its synthetic control; donors are the others at or below the median per head.

    Raises
    ------
    ValueError
        There is no such region, fewer than two donors or two years before the programme, or no year of it.
    """
    if region not in panel.regions:
        raise ValueError(f"the panel has no region '{region}'")
    here, before = panel.regions.index(region), panel.before
    donors = [i for i in range(len(panel.regions)) if i != here and not panel.more[i]]
    if len(donors) < 2 or before.sum() < 2 or before.all():
        raise ValueError(
            "a synthetic control needs two donors, two years before the programme and one of it; there are "
            f"{len(donors)}, {int(before.sum())} and {int((~before).sum())}"
        )
    path = panel.log_output - panel.log_output[:, before].mean(axis=1, keepdims=True)
    weights, gap = _against(path, before, here, donors)
    ratio = _ratio(gap, before)
    placebos = [_ratio(_against(path, before, i, [d for d in donors if d != i])[1], before) for i in donors]
    return SyntheticControl(
        region=region,
        weights={panel.regions[i]: float(w) for i, w in zip(donors, weights, strict=True)},
        gap=gap,
        value=float(gap[~before].mean()),
        fit=float(np.sqrt(np.mean(gap[before] ** 2))),
        p=(1 + sum(other >= ratio for other in placebos)) / (1 + len(placebos)),
    )


def _against(path: Array, before: np.ndarray, one: int, donors: list[int]) -> tuple[Array, Array]:
    """Weights of donors, and the gap to them in every year."""
    own, others = path[one], path[donors].T
    size = max(float(np.abs(path[:, before]).max()), LEAST_GAP)
    rows = np.vstack([others[before] / size, np.full(len(donors), SUM_TO_ONE)])
    weights, _ = nnls(rows, np.append(own[before] / size, SUM_TO_ONE))
    weights = weights / weights.sum()
    return weights, own - others @ weights


def _ratio(gap: Array, before: np.ndarray) -> float:
    """Root mean squared gap after over before."""
    after, fit = (float(np.sqrt(np.mean(gap[years] ** 2))) for years in (~before, before))
    return after / max(fit, LEAST_GAP)
