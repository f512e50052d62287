r"""Compensation that depends on the quality of water: the index of the Xin'an river, its rounds, and who pays whom.

With annual means :math:`C_i` of four pollutants where the river crosses the border, their means :math:`C_{i0}` in the base period, weights
:math:`k_i` with sum 1 and the coefficient of stability :math:`k_0`,

.. math:: P = k_0 \sum_i k_i\, C_i / C_{i0} \qquad (1)

.. math:: H = h_j \quad \text{where } t_{j-1} < P \le t_j,\qquad t_0 = -\infty,\ t_{n+1} = \infty,\quad h_1 \ge \dots \ge h_{n+1} \qquad (2)

H is what downstream pays upstream, negative when upstream pays; the centre pays upstream an amount on top that does not depend on P.
At the quality of the base period :math:`P = k_0`: with :math:`k_0 < 1` and a last threshold of 1 the water may become worse by
:math:`1 / k_0 - 1` before upstream pays. Money is in millions of the currency a year.

The numbers of the rounds stand in ``formulas/law/xinan_*.toml``, each with its source and whether it was checked. The coefficients, the
weights, the second threshold and the published values of the index are from memory. Published values cannot be recomputed, because the
concentrations behind them are not public here; what one means is all that can be told (:func:`implied_ratio`).

References
----------
Agreements of Zhejiang and Anhui of 2012, 2015, 2018 and 2023, known here from the press reports that the law files name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord.coordination.quality_effort import River, best_effort
from spatialcoord.coordination.quality_terms import POLLUTANTS, Contract, Round, round_of, rounds
from spatialcoord.errors import InputError, Problem

__all__ = [
    "POLLUTANTS",
    "Contract",
    "Outcome",
    "Payment",
    "River",
    "Round",
    "implied_ratio",
    "outcome",
    "payment",
    "quality_index",
    "round_of",
    "rounds",
    "simulate",
]

THREE_ROUNDS = range(2012, 2021)


@dataclass(frozen=True)
class Payment:
    """Who pays whom in a year; million currency a year.

    Attributes
    ----------
    index : float
        P.
    horizontal : float
        H, downstream to upstream; negative when upstream pays.
    centre : float
        Centre to upstream.
    """

    index: float
    horizontal: float
    centre: float

    @property
    def upstream(self) -> float:
        """What upstream receives in all; with :attr:`downstream` it adds up to what the centre pays."""
        return self.horizontal + self.centre

    @property
    def downstream(self) -> float:
        """What downstream receives, negative when it pays."""
        return -self.horizontal

    @property
    def payer(self) -> str:
        """The side that pays the other, "upstream" or "downstream"; empty when neither does."""
        return "downstream" if self.horizontal > 0 else "upstream" if self.horizontal < 0 else ""


@dataclass(frozen=True)
class Outcome:
    """A year under a contract; million currency a year.

    Attributes
    ----------
    year : int or None
        The year; None where the contract has none.
    effort : float
        What upstream did, 0 to 1.
    ratio : float
        Quality, C over the base period.
    payment : Payment
        Index and payments.
    cost, benefit : float
        Of the effort, upstream; of the quality it made, downstream, against the same year's weather without effort.
    """

    year: int | None
    effort: float
    ratio: float
    payment: Payment
    cost: float
    benefit: float

    @property
    def upstream(self) -> float:
        """Net of upstream: what it receives less its cost."""
        return self.payment.upstream - self.cost

    @property
    def downstream(self) -> float:
        """Net of downstream: what the quality is worth and what it receives."""
        return self.payment.downstream + self.benefit

    @property
    def satisfied(self) -> tuple[str, ...]:
        """Sides that are no worse off this year than with neither effort nor payments: "upstream", "downstream"."""
        nets = {"upstream": self.upstream, "downstream": self.downstream}
        return tuple(side for side, net in nets.items() if net >= 0)


def quality_index(concentrations: Any, base: Any, terms: Contract | Round) -> Any:
    """The index P of (1).

    Parameters
    ----------
    concentrations, base : mapping of str to float, or array_like, shape (..., 4)
        Annual means, and means of the base period, of :data:`POLLUTANTS` in this order (mg/l; any unit will do if both have it).
    terms : Contract or Round
        Weights and coefficient.

    Returns
    -------
    float or numpy.ndarray, shape (...)
        P, no unit.

    Raises
    ------
    InputError
        Pollutants missing or unknown, concentrations below zero, a base that is not positive.
    """
    rule = _contract(terms)
    now, then = _four(concentrations, "concentrations"), _four(base, "base")
    problems = []
    if not (np.isfinite(now) & (now >= 0)).all():
        problems.append(Problem("concentrations must be numbers of 0 or more", "concentrations"))
    if not (np.isfinite(then) & (then > 0)).all():
        problems.append(Problem("concentrations of the base period must be positive numbers", "base"))
    if problems:
        raise InputError(problems)
    index = rule.stability * (now / then) @ np.array(rule.weights)
    return float(index) if index.ndim == 0 else index


def payment(index: float, terms: Contract | Round, year: int | None = None) -> Payment:
    """Who pays whom at a value of the index, by (2); `year` tells the centre's share where `terms` is a round.

    Raises
    ------
    InputError
        An index that is not a number of 0 or more, a round without rule, a year outside it.
    """
    rule = _contract(terms, year)
    if not (np.isfinite(index) and index >= 0):
        raise InputError(Problem(f"the index is {index}, not a number of 0 or more"))
    band = int(np.searchsorted(rule.thresholds, index, side="left"))
    return Payment(float(index), rule.payments[band], rule.centre)


def implied_ratio(index: float, terms: Contract | Round) -> float:
    r"""Change of quality that a published index means: the weighted mean of :math:`C_i / C_{i0}`.

    .. math:: \sum_i k_i\, C_i / C_{i0} = P / k_0 \qquad (3)

    Where all pollutants change alike it is the change of each; the concentrations themselves cannot be had from it.
    """
    return float(index) / _contract(terms).stability


def outcome(
    terms: Contract | Round, river: River, effort: float, noise: float, year: int | None = None
) -> Outcome:
    """A year with a given effort and the year's draw.

    Parameters
    ----------
    terms : Contract or Round
        What is paid.
    river : River
        What effort does; its ratio is to the base period of `terms`.
    effort : float
        0 to 1.
    noise : float
        Standard normal draw, ``generator.standard_normal()``: below 0 a year of better water.
    year : int, optional
        The year; tells the centre's share where `terms` is a round.

    Raises
    ------
    InputError
        An effort outside 0 to 1, a draw that is not a number, a round without rule or not of this year.
    """
    problems = []
    if not 0 <= effort <= 1:
        problems.append(Problem(f"{effort} is not between 0 and 1", "effort"))
    if not np.isfinite(noise):
        problems.append(Problem(f"{noise} is not a number", "noise"))
    if problems:
        raise InputError(problems)
    rule = _contract(terms, year)
    ratio = river.ratio(effort, noise)
    benefit = river.worth * (river.ratio(0.0, noise) - ratio)
    cost = float(river.spent(effort))
    return Outcome(year, float(effort), ratio, payment(rule.stability * ratio, rule), cost, benefit)


def simulate(
    river: River,
    seed: int | np.random.Generator,
    years: Iterable[int] = THREE_ROUNDS,
    effort: float | None = None,
) -> tuple[Outcome, ...]:
    """The rounds of the agreement year by year; the same seed gives the same years.

    Each round is told against the mean quality of its base years where those were simulated, else against that of `river`: water that
    has become better makes the next round harder. Upstream does not look ahead to that; it does what is best in the round.

    Parameters
    ----------
    river : River
        Told against the base period of the first round.
    seed : int or numpy.random.Generator
        Where the draws come from, one a year.
    years : iterable of int
        Years in ascending order, by default 2012 to 2020.
    effort : float, optional
        Effort in every year; by default the best one of upstream under the round.

    Returns
    -------
    tuple of Outcome
        One for each year, ratios against the base period of its round.

    Raises
    ------
    InputError
        Years in which no round was in force, or one without a known rule.
    """
    generator = np.random.default_rng(seed)
    quality: dict[int, float] = {}  # against the first base period
    told = []
    for year in years:
        terms = round_of(year)
        first, last = terms.base or (0, -1)
        seen = [quality[y] for y in range(first, last + 1) if y in quality]
        base = float(np.mean(seen)) if seen else 1.0
        here, rule = river.rebased(base), terms.contract(year)
        done = best_effort(here, rule).effort if effort is None else effort
        told.append(outcome(rule, here, done, float(generator.standard_normal()), year))
        quality[year] = told[-1].ratio * base
    return tuple(told)


def _contract(terms: Contract | Round, year: int | None = None) -> Contract:
    return terms if isinstance(terms, Contract) else terms.contract(year)


def _four(values: Any, where: str) -> np.ndarray:
    if isinstance(values, Mapping):
        wrong = sorted(set(POLLUTANTS).symmetric_difference(values))
        if wrong:
            raise InputError(
                Problem(
                    f"missing or unknown: {', '.join(map(str, wrong))}",
                    where,
                    remedy="Give " + ", ".join(POLLUTANTS) + ".",
                )
            )
        values = [values[name] for name in POLLUTANTS]
    found = np.asarray(values, dtype=float)
    if found.ndim == 0 or found.shape[-1] != len(POLLUTANTS):
        raise InputError(
            Problem(f"not {len(POLLUTANTS)} numbers", where, remedy="In the order " + ", ".join(POLLUTANTS))
        )
    return found
