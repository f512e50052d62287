r"""Loans below the market rate: what they are worth, what comes back, and how much more firms invest because of them.

A loan of one, repaid over n years in equal payments at the rate :math:`\rho`, costs :math:`a(\rho,n)` a year. Valued at the
market rate :math:`\rho_m` it is a grant of

.. math:: g = 1 - a(\rho_s, n) / a(\rho_m, n), \qquad a(\rho, n) = \rho / (1-(1+\rho)^{-n}), \quad a(0, n) = 1/n. \qquad (1)

Firms answer the user cost of capital (Hall and Jorgenson 1967, American Economic Review 57(3)). A project of which the
share :math:`\lambda` is lent at :math:`\rho_s` has, with depreciation :math:`\delta`, tax t and the value :math:`\zeta` of
allowances,

.. math:: u = [(1-\lambda)\rho_m + \lambda\rho_s + \delta]\,(1-t\zeta)/(1-t), \qquad (2)

and for each unit lent investment rises by

.. math:: \kappa = (1-c)\,[(u/u_0)^{-\epsilon} - 1]/\lambda, \qquad (3)

with the elasticity :math:`\epsilon` and the share c that crowds out other investment. Tax cancels in :math:`u/u_0`. Every
project served takes the whole share :math:`\lambda` that the law allows, so the response is linear in the loans: more loans
serve more projects. A reduced form: it says how much, not through which firms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.capital import Flow, post_investment
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.scenario.parameters import Parameters, quantity

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


class FirmsParams(Parameters):
    """How firms answer cheaper capital."""

    elasticity: float = quantity(
        0.7,
        unit="1",
        low=0.5,
        high=1.0,
        bound=(0.0, 3.0),
        source="user-cost elasticity of investment: Hassett and Hubbard 2002, Handbook of Public Economics 3, from memory",
        description="elasticity of investment to the user cost of capital",
    )
    crowding_out: float = quantity(
        0.25,
        unit="1",
        low=0.0,
        high=1.0,
        bound=(0.0, 1.0),
        source="design choice",
        description="share of the additional investment that takes the place of other firms' investment",
    )


def market_rate() -> Any:
    """Field for the rate at which loans are valued."""
    return quantity(
        0.06,
        unit="1/yr",
        low=0.03,
        high=0.10,
        bound=(0.001, 0.5),
        source="design choice",
        description="rate at which firms and regions borrow without help; loans are valued at it",
    )


def annuity(rate: float, years: float) -> float:
    """Yearly payment for a loan of one, equation (1)."""
    return 1.0 / years if rate == 0.0 else float(rate / -np.expm1(-years * np.log1p(rate)))


def grant_equivalent(rate: float, market: float, years: float) -> float:
    """Share of a loan that is a grant, equation (1).

    Parameters
    ----------
    rate, market : float
        Rate of the loan and the market's, 1/year.
    years : float
        Term; the first payment falls due a year after the loan.
    """
    return 1.0 - annuity(rate, years) / annuity(market, years)


def additional(rate: float, market: float, share: float, depreciation: float, firms: FirmsParams) -> float:
    """Investment of firms beyond what they would have invested, for each unit lent, equation (3).

    Parameters
    ----------
    rate, market : float
        Rate of the loan and the market's, 1/year.
    share : float
        Share of a project that the loan pays.
    depreciation : float
        Share of private capital lost a year.
    firms : FirmsParams
        Elasticity and crowding out.
    """
    relative = 1.0 + share * (rate - market) / (market + depreciation)
    return float((1.0 - firms.crowding_out) * (relative**-firms.elasticity - 1.0) / share)


def ages(setting: Setting) -> Array:
    """Years since a loan of each programme year, shape (Y, Y), [now, lent]; negative before it."""
    years = np.array(setting.years, dtype=float)
    return years[:, None] - years[None, :]


def repayments(setting: Setting, rate: float, years: int) -> Array:
    """Interest and principal that come back in a year for a unit lent in another, shape (Y, Y), [back, lent]."""
    age = ages(setting)
    return np.where((age >= 1) & (age <= years), annuity(rate, years), 0.0)


def outstanding(setting: Setting, rate: float, years: int) -> Array:
    """Principal still owed at the end of a year for a unit lent in another, shape (Y, Y), [now, lent]."""
    left = np.vectorize(lambda n: annuity(rate, years) / annuity(rate, n) if n > 0 else 0.0)
    return np.where(ages(setting) >= 0, left(years - ages(setting)), 0.0)


def demand_for_capital(setting: Setting, share: float) -> Array:
    """Eligible part of what firms invest without the programme, million currency a year, shape (R, Y).

    What keeps private capital growing with output, :math:`s\\,(\\delta+g)K_r`, with the eligible share s.
    """
    economy = setting.scenario.economy
    rate = economy.capital.private.depreciation + economy.growth
    return share * rate * in_years(setting, setting.attribute("capital_private"))


def in_years(setting: Setting, figure: Array) -> Array:
    """A figure of the regions, shape (R,), along its growth in the programme years, shape (R, Y)."""
    path: Array = figure[:, None] * (setting.growth_factor @ setting.year_in_period)
    return path


def post_loans(model: Model, line: str, lent: Affine, grant: float, more: float, most: Array) -> None:
    """Post what loans to firms do: the grant in them, and the investment they add, which firms pay.

    Parameters
    ----------
    model : Model
        Its ledger receives the postings.
    line : str
        Name of the line in the ledger.
    lent : Affine, dims (region, year)
        Loans, or money that they are proportional to, million currency a year.
    grant, more : float
        Grant equivalent, and additional investment, of a unit of `lent`.
    most : numpy.ndarray, shape (R, Y)
        Largest `lent`.

    Notes
    -----
    The grant is income of the region's firms, and the additional investment their cost in full; so what they lay out of
    their own is the investment less the grant, and the grant is counted once.
    """
    for account in ("income_receipts", "private_receipts"):
        model.ledger.credit(account, line, lent * grant)
    if more > 0.0:
        model.ledger.credit("private_cost", line, lent * more)
        post_investment(model, "private", line, lent * more, Flow(more * most))


def effects_of_loans(lent: Array, grant: float, more: float) -> Effects:
    """What :func:`post_loans` says, in plain numbers."""
    return {
        "income_receipts": grant * lent,
        "private_receipts": grant * lent,
        "private_cost": more * lent,
        "invested_private": more * lent,
    }


def rate_problems(rate: float, market: float, where: str) -> list[Problem]:
    """That a loan costs more than the market's."""
    if rate <= market:
        return []
    return [
        Problem(
            f"the rate of the loans {rate:g} is above the market rate {market:g}",
            where=where,
            why="Nobody would take such a loan.",
            remedy=f"Lower the rate to {market:g} or less, or raise market_rate.",
        )
    ]
