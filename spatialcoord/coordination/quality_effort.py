r"""What upstream does under a contract that pays by the quality of water: its best effort against a risk it bears.

With effort :math:`e \in [0, 1]`, a standard normal :math:`\varepsilon` (rain, drought, accidents), and all pollutants changing alike,

.. math:: \ln (C / C_0) = m - a e + \sigma \varepsilon, \qquad P = k_0\, C / C_0 \qquad (1)

.. math:: c(e) = c_1 e + c_2 e^2, \qquad
          B(e) = w\,\mathrm{E}\bigl[(C / C_0)_{e = 0} - (C / C_0)_e\bigr] = w\, e^{m + \sigma^2 / 2} \bigl(1 - e^{-a e}\bigr) \qquad (2)

c is what effort costs upstream, forgone output included, and B what the quality is worth downstream. With thresholds :math:`t_j` and
payments :math:`h_j` of a contract, what is paid is expected to be

.. math:: \mathrm{E} H(e) = h_{n+1} + \sum_j (h_j - h_{j+1})\, \Phi\bigl(z_j(e)\bigr), \qquad
          z_j(e) = \frac{\ln (t_j / k_0) - m + a e}{\sigma} \qquad (3)

Every term of (3) is S-shaped in e, so that :math:`U(e) = \mathrm{E} H(e) - c(e)` may have several peaks; :func:`best_effort` finds the
highest with a bound. What one unit more of effort brings is

.. math:: \mathrm{E} H'(e) = \frac{a}{\sigma} \sum_j (h_j - h_{j+1})\, \varphi\bigl(z_j(e)\bigr), \qquad (4)

largest where a threshold lies at the expected quality, z = 0. A coefficient :math:`k_0 < 1` leaves slack: it raises z, makes the payment
surer and effort less worth while.

This is a reduced form: one effort a year whose effect does not outlast the year, one shock for all pollutants, worth linear in the
concentration, both sides indifferent to risk. Its parameters are not estimated for any river here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from spatialcoord.coordination.quality_terms import Contract
from spatialcoord.errors import InputError, Problem

CELLS = 256  # of effort, at first
CLOSE = 1e-10  # of the money in play: how far the bound may be above the best payoff found
STEEPEST = 0.24197072451914337  # largest slope of the normal density, at z = 1


@dataclass(frozen=True)
class River:
    """How effort upstream moves the quality at the border, what it costs and what it is worth; (1) and (2).

    Attributes
    ----------
    effect : float
        a, fall of ln C at full effort, positive; plausible 0.05 to 0.5 (design choice).
    risk : float
        sigma, standard deviation of ln C from year to year, positive; plausible 0.03 to 0.2 (design choice).
    cost : float
        :math:`c_1`, of the first bit of effort, million currency a year at full effort, 0 or more.
    rising_cost : float
        :math:`c_2`, as :math:`c_1`; one of the two is positive.
    worth : float
        w, what downstream would pay a year to be rid of all the pollution of the base period, million currency, 0 or more.
    start : float
        m, expected ln (C / C_0) without effort; 0 is the quality of the base period.

    Raises
    ------
    InputError
        Every number that is outside these ranges.
    """

    effect: float
    risk: float
    cost: float
    rising_cost: float
    worth: float
    start: float = 0.0

    def __post_init__(self) -> None:
        problems = []
        for name in (field.name for field in fields(self)):
            value, least = getattr(self, name), -np.inf if name == "start" else 0.0
            if not (np.isfinite(value) and value >= least) or (name in ("effect", "risk") and value <= 0):
                kind = (
                    "number"
                    if name == "start"
                    else "positive number"
                    if name in ("effect", "risk")
                    else "amount"
                )
                problems.append(Problem(f"{value} is not a {kind}", f"river, {name}"))
        if not problems and self.cost + self.rising_cost <= 0:
            problems.append(Problem("effort costs nothing", "river, cost", remedy="Give a positive cost."))
        if problems:
            raise InputError(problems)

    def spent(self, effort: Any) -> Any:
        """Cost c of effort, million currency a year."""
        return self.cost * effort + self.rising_cost * effort**2

    def benefit(self, effort: Any) -> Any:
        """Expected worth B of effort downstream, million currency a year."""
        return self.worth * np.exp(self.start + self.risk**2 / 2) * -np.expm1(-self.effect * effort)

    def surplus(self, effort: Any) -> Any:
        """What both sides gain from effort, B - c, million currency a year; concave in effort."""
        return self.benefit(effort) - self.spent(effort)

    def ratio(self, effort: float, noise: float) -> float:
        """C / C_0 of (1) for a standard normal draw."""
        return float(np.exp(self.start - self.effect * effort + self.risk * noise))

    def first_best(self) -> float:
        """Effort at which the surplus is largest: what both sides would choose together."""

        def slope(e: float) -> float:
            worth = self.worth * self.effect * np.exp(self.start + self.risk**2 / 2 - self.effect * e)
            return float(worth - self.cost - 2 * self.rising_cost * e)

        if slope(0.0) <= 0:
            return 0.0
        return 1.0 if slope(1.0) >= 0 else float(brentq(slope, 0.0, 1.0, xtol=1e-14))

    def rebased(self, ratio: float) -> River:
        """The same river told against a base period in which C was `ratio` times that of this one; money does not change."""
        return replace(self, start=self.start - float(np.log(ratio)), worth=self.worth * ratio)


@dataclass(frozen=True)
class BestEffort:
    """What upstream does; million currency a year.

    Attributes
    ----------
    effort : float
        The best effort.
    payoff : float
        Expected payment less cost, without the centre's share.
    bound : float
        No effort brings more.
    """

    effort: float
    payoff: float
    bound: float


def chances(river: River, contract: Contract, effort: Any) -> np.ndarray:
    """Chance of each payment of a contract, best quality first, shape (..., n + 1)."""
    below = ndtr(_z(river, contract, effort))
    ends = np.zeros((*below.shape[:-1], 1))
    return np.diff(np.concatenate([ends, below, ends + 1.0], axis=-1), axis=-1)


def expected_payment(river: River, contract: Contract, effort: Any) -> Any:
    """Expected payment (3) of downstream to upstream, million currency a year, of the shape of `effort`."""
    steps = -np.diff(contract.payments)
    found = contract.payments[-1] + ndtr(_z(river, contract, effort)) @ steps
    return float(found) if np.ndim(effort) == 0 else found


def marginal_payment(river: River, contract: Contract, effort: Any) -> Any:
    """What one unit more of effort brings in expected payment, (4), of the shape of `effort`."""
    z, steps = _z(river, contract, effort), -np.diff(contract.payments)
    found = river.effect / river.risk * (np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)) @ steps
    return float(found) if np.ndim(effort) == 0 else found


def best_effort(river: River, contract: Contract) -> BestEffort:
    r"""The effort that upstream chooses: the highest of all peaks of :math:`U(e)`, with a bound that proves it.

    On a cell [l, r] of width d no effort brings more than either of

    .. math:: \mathrm{E} H(r) - c(l), \qquad
              \max(U(l), U(r)) + \tfrac{d^2}{8} \max_e |U''(e)|, \quad
              |U''| \le \tfrac{a^2}{\sigma^2}\, \varphi(1) \sum_j (h_j - h_{j+1}) + 2 c_2 \qquad (5)

    Cells whose bound is not above the best payoff found are dropped and the others halved until none is left; the best effort is then
    placed where the derivative vanishes.
    """
    steps = -np.diff(contract.payments)
    curve = STEEPEST * (river.effect / river.risk) ** 2 * steps.sum() + 2 * river.rising_cost
    # payments are counted from the worst one, so that a level that effort does not move costs no digits
    bare = replace(contract, payments=tuple(np.subtract(contract.payments, contract.payments[-1]).tolist()))
    scale = float(steps.sum()) + river.spent(1.0)
    left = np.arange(CELLS) / CELLS
    width = 1.0 / CELLS
    best, payoff = 0.0, expected_payment(river, bare, 0.0)
    while left.size:
        ends = np.stack([left, left + width])
        paid, spent = expected_payment(river, bare, ends), river.spent(ends)
        worth = paid - spent
        at = np.unravel_index(worth.argmax(), worth.shape)
        if worth[at] > payoff:
            best, payoff = float(ends[at]), float(worth[at])
        bound = np.minimum(paid[1] - spent[0], worth.max(axis=0) + curve * width**2 / 8)
        left = left[bound > payoff + CLOSE * scale]
        width /= 2
        left = np.concatenate([left, left + width])
    best, payoff = _settled(river, bare, best, payoff, scale)
    level = contract.payments[-1]
    return BestEffort(best, payoff + level, payoff + CLOSE * scale + level)


def _settled(
    river: River, contract: Contract, best: float, payoff: float, scale: float
) -> tuple[float, float]:
    """The peak beside an effort that is nearly on it."""

    def slope(e: float) -> float:
        return float(marginal_payment(river, contract, e) - river.cost - 2 * river.rising_cost * e)

    for reach in (1e-6, 1e-5, 1e-4, 1e-3):
        low, high = max(0.0, best - reach), min(1.0, best + reach)
        if slope(low) > 0 > slope(high):
            there = float(brentq(slope, low, high, xtol=1e-15))
            worth = float(expected_payment(river, contract, there) - river.spent(there))
            return (there, worth) if worth >= payoff - CLOSE * scale else (best, payoff)
    return best, payoff


def _z(river: River, contract: Contract, effort: Any) -> np.ndarray:
    """z of (3), shape (..., n)."""
    e = np.asarray(effort, dtype=float)[..., None]
    aim = np.log(np.array(contract.thresholds) / contract.stability)
    return (aim - river.start + river.effect * e) / river.risk
