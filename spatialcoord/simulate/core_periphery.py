r"""Core and periphery: an economy whose whole geography is an outcome, to test what the twin takes as given.

Of spending, a share :math:`\mu` goes to manufactures with elasticity of substitution :math:`\sigma`, which cost :math:`T_{rs}` to ship
(iceberg); the rest to farm goods that ship free and are grown by farmers :math:`\phi_r` who stay. Workers :math:`\lambda_r` move. With
:math:`\rho = (\sigma-1)/\sigma`, the short run is

.. math::

    Y_r &= \mu\lambda_r w_r + (1-\mu)\phi_r & (1)\\
    G_r^{1-\sigma} &= \textstyle\sum_s \lambda_s (w_s T_{sr})^{1-\sigma} & (2)\\
    w_r^{\sigma} &= \textstyle\sum_s Y_s T_{rs}^{1-\sigma} G_s^{\sigma-1} & (3)\\
    \omega_r &= w_r G_r^{-\mu} & (4)\\
    \dot\lambda_r &= \lambda_r (\omega_r - \textstyle\sum_s \lambda_s \omega_s) & (5)

with income Y, price index G, wage w and real wage :math:`\omega`. Of two like regions an even spread breaks where shipping gets
cheaper than T(B), a core once formed lasts up to T(S) > T(B), and

.. math::

    T(B)^{1-\sigma} &= \frac{(\rho-\mu)(1-\mu)}{(\rho+\mu)(1+\mu)} & (6)\\
    1 &= \tfrac{1+\mu}{2}\,T(S)^{1-\sigma-\mu\sigma} + \tfrac{1-\mu}{2}\,T(S)^{\sigma-1-\mu\sigma} & (7)

(for :math:`\rho>\mu`; otherwise the core draws everything in at any cost). The functions below do not use (6) and (7): they find both
points by solving (1)-(5) on either side of them.

Sources: Krugman 1991, Journal of Political Economy 99(3); Fujita, Krugman and Venables 1999, The Spatial Economy, chapters 4
and 5, from memory; (6) and (7) derived again and the book's numbers :math:`\sigma=5, \mu=.4`: T(B) = 1.63, T(S) = 1.81.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from spatialcoord.simulate.policy import Array
from spatialcoord.simulate.world import NoEquilibrium

TOLERANCE = 1e-14
NUDGE = 1e-4  # of workers, to see which way they would go on; the third-order rest is below 1e-8


@dataclass(frozen=True)
class ShortRun:
    """Equations (1)-(4) at a given place of workers, each of shape (R,)."""

    income: Array
    price_index: Array
    wage: Array
    real_wage: Array


@dataclass(frozen=True)
class CorePeriphery:
    r"""The economy.

    Parameters
    ----------
    shipping : numpy.ndarray, shape (R, R)
        :math:`T_{rs} \ge 1`, units sent for one to arrive; one on the diagonal.
    farmers : numpy.ndarray, shape (R,)
        :math:`\phi_r`, sums to one.
    manufactures : float
        :math:`\mu`, between 0 and 1.
    substitution : float
        :math:`\sigma > 1`.
    """

    shipping: Array
    farmers: Array
    manufactures: float = 0.4
    substitution: float = 5.0

    def short_run(self, workers: Array) -> ShortRun:
        """Wages at given shares of workers, which sum to one.

        Raises
        ------
        NoEquilibrium
            Wages do not settle.
        """
        mu, sigma = self.manufactures, self.substitution
        freeness = self.shipping ** (1.0 - sigma)
        wage = np.ones(len(workers))
        for _ in range(10_000):
            income = mu * workers * wage + (1.0 - mu) * self.farmers
            competition = (workers * wage ** (1.0 - sigma)) @ freeness
            found = (freeness @ (income / competition)) ** (1.0 / sigma)
            change = np.abs(found - wage).max()
            wage = 0.5 * (wage + found)
            if change <= TOLERANCE:
                price = competition ** (1.0 / (1.0 - sigma))
                return ShortRun(income, price, wage, wage * price**-mu)
        raise NoEquilibrium("wages of the core-periphery economy do not settle")

    def long_run(self, workers: Array, step: float = 1.0, rounds: int = 20_000) -> Array:
        """Where workers end who move by (5) from given shares, shape (R,).

        Parameters
        ----------
        workers : numpy.ndarray, shape (R,)
            Shares at the start; a region that has none gets none.
        step : float
            Length of a step of (5).
        rounds : int
            Most steps.

        Raises
        ------
        NoEquilibrium
            They are still moving after the last.
        """
        for _ in range(rounds):
            real = self.short_run(workers).real_wage
            moved = workers * (real - workers @ real)
            workers = np.maximum(workers + step * moved, 0.0)
            workers = workers / workers.sum()
            if np.abs(moved).max() < 1e-11:
                return workers
        raise NoEquilibrium("workers of the core-periphery economy are still moving")


def alike(
    cost: float, regions: int = 2, manufactures: float = 0.4, substitution: float = 5.0
) -> CorePeriphery:
    """Regions as like as can be: equally far apart, with as many farmers each."""
    shipping = np.full((regions, regions), cost)
    np.fill_diagonal(shipping, 1.0)
    return CorePeriphery(shipping, np.full(regions, 1.0 / regions), manufactures, substitution)


def break_point(manufactures: float = 0.4, substitution: float = 5.0, regions: int = 2) -> float:
    """Cost of shipping at which an even spread begins to hold: below it whoever is ahead by a little gets further ahead.

    Found where real wages no longer answer a nudge of workers from all regions to one.
    """

    def pull(cost: float) -> float:
        economy = alike(cost, regions, manufactures, substitution)
        workers = np.full(regions, (1.0 - NUDGE) / regions)
        workers[0] = 1.0 - workers[1:].sum()
        real = economy.short_run(workers).real_wage
        return float(real[0] - real[1]) / NUDGE

    return _crossing(pull)


def sustain_point(manufactures: float = 0.4, substitution: float = 5.0, regions: int = 2) -> float:
    """Cost of shipping up to which a core that has all workers keeps them: there a worker alone outside earns as much."""

    def loss(cost: float) -> float:
        economy = alike(cost, regions, manufactures, substitution)
        workers = np.zeros(regions)
        workers[0] = 1.0
        real = economy.short_run(workers).real_wage
        return float(real[0] - real[1])

    return _crossing(loss)


def _crossing(pull: object) -> float:
    """Largest cost at which a pull ends that is positive at low costs."""
    costs = np.geomspace(1.01, 50.0, 60)
    pulls = np.array([pull(cost) for cost in costs])  # type: ignore[operator]
    ends = np.flatnonzero((pulls[:-1] > 0) & (pulls[1:] <= 0))
    if len(ends) == 0:
        raise NoEquilibrium(
            "no cost of shipping undoes the core: manufactures are too large a share of spending"
        )
    return float(brentq(pull, costs[ends[-1]], costs[ends[-1] + 1], xtol=1e-12))
