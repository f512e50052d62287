r"""Contracts that pay by the quality of water, designed: the best coefficient, the least money at stake, the split of the gain.

Payments between the two sides cancel in their joint surplus :math:`J(e) = B(e) - c(e)`, which is largest at the first best
:math:`e^*`; the contract matters by the effort e that it makes best for upstream. With one threshold t, an amount D at stake and z the
distance of the threshold from the expected quality, in standard deviations, upstream stands still at :math:`e^*` where

.. math:: D\, \varphi(z) = \kappa = \frac{\sigma}{a}\, c'(e^*), \qquad
          \ln k_0 = \ln t - m + a e^* - \sigma z \qquad (1)

and no lower effort x below :math:`e^*` is better for it when, for all :math:`0 < x \le e^*`,

.. math:: D \bigl[\Phi(z) - \Phi(z - a x / \sigma)\bigr] \ge c(e^*) - c(e^* - x) \qquad (2)

A higher one never is for :math:`z \ge 0`. Along (1) the left of (2) is
:math:`\kappa \int_0^{a x / \sigma} \exp(z u - u^2 / 2)\,du`, which rises with z, so that the least z with (2) gives the least D that brings
about the first best: 0 where risk is large against the effect of effort, so that the threshold lies at the quality expected, above 0
where it is small, when a threshold that near would be missed on purpose. Slack is then of use; beyond it, the further k_0 is below
(1), the less upstream does for the same money (:func:`best_stability`).

The level of payments moves no effort. It splits the gain: upstream must get its opportunity cost, downstream pays no more than its
willingness to pay,

.. math:: c(e) - g \le \mathrm{E} H \le B(e), \qquad g: \text{what the centre pays because of the agreement} \qquad (3)

and the bargaining solution of Nash lies in the middle where both sides weigh the same.

References
----------
Harris, M. and Raviv, A. (1979), Optimal incentive contracts with imperfect information, Journal of Economic Theory 20(2), from memory,
for parties indifferent to risk; Nash, J. F. (1950), The bargaining problem, Econometrica 18(2). (1) and (2) are this package's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from spatialcoord.coordination.quality_effort import (
    BestEffort,
    River,
    best_effort,
    expected_payment,
)
from spatialcoord.coordination.quality_terms import EQUAL, Contract
from spatialcoord.errors import InputError, Problem
from spatialcoord.games import bargain

GRID, ZOOMS = (
    (200, 1000),
    13,
)  # coefficients looked at, least and most; refinements by five around the best one
FAR = 8.0  # standard deviations beyond which a threshold moves nothing
NOTHING = 1e-10  # of the cost of effort: rounding
FIRMER = 1e-3  # more than the least at stake, where upstream would else be as well off doing less


@dataclass(frozen=True)
class Range:
    """What can be agreed on for an effort, (3); million currency a year.

    Attributes
    ----------
    opportunity_cost : float
        Least expected payment that upstream accepts.
    willingness_to_pay : float
        Most that downstream pays.
    nash : float
        Expected payment at the Nash solution.
    upstream, downstream : float
        What each gains there.
    """

    opportunity_cost: float
    willingness_to_pay: float
    nash: float
    upstream: float
    downstream: float


@dataclass(frozen=True)
class Design:
    """A contract and what it brings; million currency a year, expected.

    Attributes
    ----------
    contract : Contract
        The contract.
    effort, first_best : float
        What upstream does under it, and what both would choose together.
    surplus, best_surplus : float
        J at these.
    range : Range
        What could be agreed on, and the gains of both sides: each at least 0.
    """

    contract: Contract
    effort: float
    first_best: float
    surplus: float
    best_surplus: float
    range: Range


def bargaining_range(
    river: River, effort: float, centre: float = 0.0, weights: tuple[float, float] = (1.0, 1.0)
) -> Range:
    """Between upstream's opportunity cost and downstream's willingness to pay, and the Nash point in it.

    Parameters
    ----------
    river : River
        Costs and worth.
    effort : float
        Effort agreed on, 0 to 1.
    centre : float
        What the centre pays upstream because of the agreement and would not otherwise, million currency a year; a payment that does not
        depend on there being one is no part of it.
    weights : tuple of float
        Weights of upstream and downstream in the Nash solution.

    Raises
    ------
    InputError
        The effort costs more than it is worth, so that no payment suits both; weights that are not positive.
    """
    low, high = river.spent(effort) - centre, float(river.benefit(effort))
    if high <= low:
        raise InputError(
            Problem(
                f"upstream asks for at least {low:.6g}, downstream pays at most {high:.6g} million a year",
                f"effort {effort:.4g}",
                "there is no payment that suits both",
                "Take a lower effort or a contribution of the centre.",
            )
        )
    found = bargain(
        [(0.0, high - low), (high - low, 0.0)], {"upstream": 0.0, "downstream": 0.0}, "nash", weights
    )
    upstream = found.payoff["upstream"]
    return Range(low, high, low + upstream, upstream, high - low - upstream)


def best_stability(river: River, contract: Contract) -> tuple[Contract, BestEffort]:
    """The contract with the coefficient k_0 at which the joint surplus is largest, all else kept; moving the thresholds does the same.

    The surplus is not smooth in the coefficient: effort jumps where two peaks of upstream's payoff are equally high. So all of them are
    looked at on a grid (finer than the risk, but of at most 1000 points), and the best is refined by a factor of five at a time. It is a
    search without proof; upstream's effort under each is proved.

    Parameters
    ----------
    river : River
        What effort does.
    contract : Contract
        Thresholds and payments.

    Returns
    -------
    Contract
        With the best coefficient; the largest of those that are equally good.
    BestEffort
        What upstream then does.
    """
    t = np.log(contract.thresholds)
    low = t[0] - river.start - FAR * river.risk
    high = t[-1] - river.start + river.effect + FAR * river.risk
    tried = np.linspace(high, low, int(np.clip(4 * (high - low) / river.risk, *GRID)))
    for _ in range(ZOOMS):
        contracts = [replace(contract, stability=float(np.exp(x))) for x in tried]
        found = [best_effort(river, one) for one in contracts]
        at = int(np.argmax([river.surplus(one.effort) for one in found]))
        best = contracts[at], found[at]
        tried = np.linspace(tried[max(at - 1, 0)], tried[min(at + 1, len(tried) - 1)], 11)
    return best


def least_stake(river: River, effort: float) -> tuple[float, float]:
    """The least D, and its z, with which one threshold makes an effort the best of upstream, by (1) and (2).

    Parameters
    ----------
    river : River
        What effort does.
    effort : float
        The effort to bring about, above 0 and up to 1. At 1 less may do, since upstream cannot do more.

    Returns
    -------
    tuple of float
        D in million currency a year (where (2) binds a thousandth more than the least z asks for, so that upstream prefers it), and z.
    """
    reach = river.effect / river.risk
    kappa = (river.cost + 2 * river.rising_cost * effort) / reach
    less = np.linspace(0.0, effort, 4001)[1:]
    saved = river.spent(effort) - river.spent(effort - less)

    def stake(z: float) -> float:
        return float(kappa * np.sqrt(2 * np.pi) * np.exp(z * z / 2))

    def keeps(z: float) -> bool:
        lost = stake(z) * (ndtr(reach * less - z) - ndtr(-z))
        return bool((lost >= saved - NOTHING * river.spent(effort)).all())

    if keeps(0.0):
        return stake(0.0), 0.0
    low, high = 0.0, min(reach * effort / 2, 35.0)
    for _ in range(60):
        z = (low + high) / 2
        low, high = (low, z) if keeps(z) else (z, high)
    z = float(np.sqrt(high**2 + 2 * np.log1p(FIRMER)))
    return stake(z), z


def best_contract(
    river: River,
    most: float = np.inf,
    centre: float = 0.0,
    threshold: float = 1.0,
    weights: tuple[float, float] = (1.0, 1.0),
    pollutants: tuple[float, ...] = EQUAL,
) -> Design:
    """The contract with one threshold that is worth most to both sides together, and with which both are better off than without.

    The first best with the least at stake where that is at most `most`; otherwise all of it at stake with the best coefficient. Payments
    are set so that what is expected to be paid is the Nash point of (3).

    Parameters
    ----------
    river : River
        What effort does, costs and is worth.
    most : float
        Largest amount at stake, D, million currency a year; the two sides' means or their patience with risk.
    centre : float
        What the centre pays upstream because of the agreement, million currency a year.
    threshold : float
        t; only t / k_0 matters.
    weights : tuple of float
        Weights of upstream and downstream in the Nash solution.
    pollutants : tuple of float, length 4
        Weights of the pollutants in the index.

    Raises
    ------
    InputError
        Protection is not worth its cost, or nothing is done for what may be at stake.
    """
    first = river.first_best()
    if first <= 0:
        raise InputError(
            Problem(
                "the first bit of effort costs more than it is worth downstream",
                "river",
                remedy="There is nothing to agree on with this cost and worth.",
            )
        )
    stake, z = least_stake(river, first)
    if stake <= most:
        stability = threshold * float(np.exp(-river.start + river.effect * first - river.risk * z))
        contract = Contract(stability, (threshold,), (stake, 0.0), centre, pollutants)
        found = best_effort(river, contract)
    else:
        contract, found = best_stability(river, Contract(1.0, (threshold,), (most, 0.0), centre, pollutants))
        if found.effort <= 0:
            raise InputError(
                Problem(
                    f"with {most:.6g} million a year at stake upstream makes no effort, whatever the coefficient",
                    "contract, most",
                    remedy=f"The first best takes {stake:.6g}.",
                )
            )
    span = bargaining_range(river, found.effort, centre, weights)
    return Design(
        at_level(river, contract, found.effort, span.nash),
        found.effort,
        first,
        float(river.surplus(found.effort)),
        float(river.surplus(first)),
        span,
    )


def at_level(river: River, contract: Contract, effort: float, expected: float) -> Contract:
    """The contract with all payments moved alike, so that `expected` is expected to be paid at an effort; upstream does the same."""
    shift = expected - expected_payment(river, contract, effort)
    return replace(contract, payments=tuple(h + shift for h in contract.payments))
