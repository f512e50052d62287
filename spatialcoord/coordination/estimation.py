r"""Output elasticities from an observed panel: two-way fixed effects, standard errors clustered by region.

.. math:: \ln Y_{rt} = a_r + b_t + \textstyle\sum_k \gamma_k \ln(1+d_{krt}) + u_{rt} \qquad (1)

by least squares, regressors built from the ledger of what was spent
(:mod:`spatialcoord.coordination.observation`). Money goes to few regions in very different amounts, and then
the usual clustered standard errors are too small. Here they come from leaving out one region at a time,

.. math::

    V = \frac{G-1}{G} \textstyle\sum_g
        (\hat\gamma_{(g)} - \hat\gamma)(\hat\gamma_{(g)} - \hat\gamma)', \qquad (2)

with G regions and the estimate :math:`\hat\gamma_{(g)}` without region g (CV3 of MacKinnon, Nielsen and Webb
2023, Fast and reliable jackknife and bootstrap methods for cluster-robust inference, arXiv:2301.04527), and
intervals from :math:`t_{G-1}`. They allow any dependence over time inside a region. Least squares and (2) are
those of statsmodels.

Whether kinds can be told apart is asked first: columns without their effects of regions and years are scaled
to length one, and where the largest singular value exceeds another by more than :data:`CONDITION`, the kinds
that make that other one up are *confounded* (Belsley, Kuh and Welsch 1980, Regression Diagnostics, from
memory: 30 to 100 is strong). Confounded kinds get no estimate. What they have in common stays in the
regression, so that other kinds are not charged with it. A kind that could not be told without a single region
gets none either.

What it rests on: the programme's money does not answer what else moves a region's output in the same years;
with need-based money that is an assumption, and :mod:`spatialcoord.coordination.contrasts` tests one
consequence. Nothing spills over between regions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord.coordination.observation import Panel
from spatialcoord.economy.setting import Array

LEVEL = 0.95  # of intervals
CONDITION = 100.0  # above it kinds cannot be told apart: standard errors would be inflated as many times
LOADING = 0.1  # least share in a direction that cannot be seen, to be named as part of it
MOVES = 1e-9  # least root mean square of a regressor without its effects, in ln: less does not vary
FEWEST = 3  # regions below which nothing is said about chance

IDENTIFIED, STILL, CONFOUNDED, ONE, FEW = (
    "identified",
    "no_variation",
    "confounded",
    "one_region",
    "few_regions",
)


@dataclass(frozen=True)
class Estimate:
    """What the panel says of one elasticity.

    Attributes
    ----------
    kind : str
        Kind of capital.
    status : str
        ``identified``; ``no_variation``: nothing was built, or the same everywhere in every year;
        ``confounded``: moves with other kinds; ``one_region``: without a single region there would be no
        estimate, so that nothing can be said about chance; ``few_regions``: fewer than three regions.
        Sentences stand in the messages (``learning.status``).
    value, sd, low, high : float
        Elasticity, its standard error, ends of the 95 % interval; not a number unless identified.
    freedom : int
        Degrees of freedom of the interval: regions less one.
    confounded_with : tuple of str
        Other kinds it cannot be told apart from.
    """

    kind: str
    status: str
    value: float = np.nan
    sd: float = np.nan
    low: float = np.nan
    high: float = np.nan
    freedom: int = 0
    confounded_with: tuple[str, ...] = ()

    @property
    def identified(self) -> bool:
        """Whether there is an estimate."""
        return self.status == IDENTIFIED

    def holds(self, value: float) -> bool:
        """Whether the interval holds a value."""
        return self.low <= value <= self.high


def estimate(panel: Panel, kinds: Sequence[str] | None = None) -> dict[str, Estimate]:
    """Estimate (1).

    Parameters
    ----------
    panel : Panel
        What was observed.
    kinds : sequence of str, optional
        Kinds of capital that enter, all of the panel by default. One left out is taken to have no effect.

    Returns
    -------
    dict of Estimate
        By kind, in the order given.

    Raises
    ------
    ValueError
        The panel has no such kind, or a single year.
    """
    kinds = list(panel.log_capital) if kinds is None else list(kinds)
    unknown = [kind for kind in kinds if kind not in panel.log_capital]
    if unknown:
        raise ValueError(f"the panel has no {', '.join(unknown)} capital")
    if len(panel.years) < 2:
        raise ValueError("a panel of one year tells nothing of changes")
    found = _estimate(panel.log_output, {kind: panel.log_capital[kind] for kind in kinds})
    return {kind: found[kind] for kind in kinds}


def _estimate(log_output: Array, capital: dict[str, Array]) -> dict[str, Estimate]:
    regions = len(log_output)
    if regions < FEWEST:
        return {kind: Estimate(kind, FEW) for kind in capital}
    told, confounded = _told_apart(capital)
    found = {
        kind: Estimate(
            kind, CONFOUNDED if kind in confounded else STILL, confounded_with=confounded.get(kind, ())
        )
        for kind in capital
        if kind not in told
    }
    if not told:
        return found
    common = _common([_scaled(capital[kind])[0] for kind in confounded])
    scaled = {kind: _scaled(capital[kind]) for kind in told}
    entering = {kind: column for kind, (column, _) in scaled.items()} | common
    needed = _needed(entering)
    if needed:  # judge the others without the regions that some rest on
        alone = set().union(*needed.values())
        kept = np.delete(np.arange(regions), list(needed))
        left = {kind: values[kept] for kind, values in capital.items() if kind not in alone}
        others = _estimate(log_output[kept], left)
        for kind in told:
            stands = kind not in alone and others[kind].status in (IDENTIFIED, FEW)
            found[kind] = others[kind] if stands else Estimate(kind, ONE)
        return found
    fit = regression(log_output, list(entering.values()))
    ends = fit.conf_int(alpha=1.0 - LEVEL)
    for i, (kind, (_, size)) in enumerate(scaled.items()):
        value, sd, low, high = (float(x) / size for x in (fit.params[i], fit.bse[i], *ends[i]))
        found[kind] = Estimate(kind, IDENTIFIED, value, sd, low, high, regions - 1)
    return found


def without_effects(values: Array) -> Array:
    """Values of a balanced panel less their effects of regions and years, shape (R, T)."""
    return np.asarray(
        values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    )


def regression(log_output: Array, columns: Sequence[Array]) -> Any:
    """Least squares with effects of regions and years, standard errors by equation (2).

    Parameters
    ----------
    log_output : numpy.ndarray, shape (R, T)
        What is explained.
    columns : sequence of numpy.ndarray, shape (R, T)
        Regressors; their parameters come first, those of the years after them.

    Returns
    -------
    statsmodels.regression.linear_model.RegressionResults
        Tests and intervals from t and F with R-1 degrees of freedom.

    Raises
    ------
    ValueError
        Without some region the regressors could not be told apart.
    """
    # takes a second to import, which --help need not pay
    from statsmodels.regression.linear_model import OLS

    regions, years = log_output.shape
    dummies = [np.broadcast_to(np.eye(years)[t], (regions, years)) for t in range(1, years)]
    # effects of regions go out here: with its region left out, one would be undetermined
    x = np.stack([column - column.mean(axis=1, keepdims=True) for column in (*columns, *dummies)], axis=-1)
    y = log_output - log_output.mean(axis=1, keepdims=True)
    groups = np.repeat(np.arange(regions), years)
    # there is no constant to look for, and the search costs most of the time
    return OLS(y.ravel(), x.reshape(regions * years, -1), hasconst=False).fit(
        cov_type="cluster-crv3", cov_kwds={"groups": groups}, use_t=True
    )


def _told_apart(capital: Mapping[str, Array]) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Kinds that can be told, and those confounded, each with the others of its group; the rest is still."""
    within = {kind: without_effects(values).ravel() for kind, values in capital.items()}
    moving = {kind: v / np.linalg.norm(v) for kind, v in within.items() if np.sqrt(np.mean(v**2)) > MOVES}
    kinds, groups = list(moving), list[set[str]]()
    if kinds:
        columns = np.stack(list(moving.values()), axis=1)
        # squares of the singular values: what is refused is far from where squaring loses digits
        square, direction = np.linalg.eigh(columns.T @ columns)
        for size, loadings in zip(square, direction.T, strict=True):
            if square[-1] <= CONDITION**2 * size:
                continue
            group = {kind for kind, load in zip(kinds, loadings, strict=True) if abs(load) > LOADING}
            touching = [other for other in groups if other & group]
            groups = [other for other in groups if other not in touching] + [group.union(*touching)]
    confounded = {
        kind: tuple(other for other in kinds if other in group and other != kind)
        for group in groups
        for kind in kinds
        if kind in group
    }
    return [kind for kind in kinds if kind not in confounded], confounded


def _needed(entering: Mapping[str, Array]) -> dict[int, set[str]]:
    """Positions of regions without which columns could not be told apart any more, and those columns."""
    needed = {}
    for region in range(len(next(iter(entering.values())))):
        still, _ = _told_apart({name: np.delete(values, region, axis=0) for name, values in entering.items()})
        if lost := set(entering) - set(still):
            needed[region] = lost
    return needed


def _scaled(values: Array) -> tuple[Array, float]:
    """A regressor at the size of year dummies, and what it was divided by: it is a few thousandths."""
    size = float(np.sqrt(np.mean(without_effects(values) ** 2)))
    return values / size, size


def _common(columns: list[Array]) -> dict[str, Array]:
    """What confounded columns have in common: directions of them that can be seen, shape (R, T) each."""
    if not columns:
        return {}
    within = np.stack([without_effects(column).ravel() for column in columns], axis=1)
    basis, length, _ = np.linalg.svd(within, full_matrices=False)
    seen = basis[:, length * CONDITION >= length[0]]
    return {f"common {i}": _scaled(column.reshape(columns[0].shape))[0] for i, column in enumerate(seen.T)}
