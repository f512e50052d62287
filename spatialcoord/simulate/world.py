"""The twin's world before any programme, and how people and firms in it behave: plain figures only.

Nothing here knows a scenario, a graph or a plan. What a case does not hold is None; a mechanism that would need it is then
off and told by name (:attr:`spatialcoord.simulate.economy.Path.missing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spatialcoord.simulate.policy import Array


class NoEquilibrium(RuntimeError):
    """The simulated economy does not settle: a response feeds itself, or output would fall below nothing."""


@dataclass(frozen=True)
class Stock:
    """One kind of capital.

    Parameters
    ----------
    initial : numpy.ndarray, shape (R,)
        Stock in the year of the figures, million currency.
    elasticity : float
        Output elasticity of the stock.
    depreciation : float
        Share lost a year.
    years_to_build : int
        Years from payment to first use.
    """

    initial: Array
    elasticity: float
    depreciation: float
    years_to_build: int


@dataclass(frozen=True)
class Links:
    """Ways between regions; each runs both ways.

    Parameters
    ----------
    a, b : numpy.ndarray of int, shape (L,)
        Positions of the regions each joins.
    length : numpy.ndarray, shape (L,)
        Effective length, km, above zero.
    internal : numpy.ndarray, shape (R,)
        Mean distance inside each region, km, above zero.
    """

    a: np.ndarray
    b: np.ndarray
    length: Array
    internal: Array


@dataclass(frozen=True)
class World:
    """R regions, Y programme years, T years of simulation that begin with the programme.

    Parameters
    ----------
    regions : tuple of str
        Their names, for messages.
    population : numpy.ndarray, shape (R,)
        Persons; constant over time where nobody moves.
    output : numpy.ndarray, shape (R,)
        Million currency in the year of the figures, which is the year before the first.
    net_flow : numpy.ndarray, shape (R,)
        Existing net fiscal flows in that year; they sum to zero.
    financing_share : numpy.ndarray, shape (R,)
        Share in paying for the programme; sums to one.
    years, periods : tuple of int
        Programme years; years of the simulation, the first Y of which are the former.
    growth : float
        Growth a year of output, flows and stocks in every region without the programme.
    discount_rate : float
        A year.
    terminal_value : bool
        Whether capital left at the end counts, at depreciated cost.
    at : str
        ``"discounted_mean"`` over all years, or the last one alone, ``"horizon"``.
    stocks : mapping of str to Stock
        Kinds of capital a policy may build. "private", where held, is the capital of firms, with the share of capital in
        income as its elasticity.
    private_share : numpy.ndarray, shape (R,), or None
        Share of each region in the private capital of all; sums to one.
    spillover : float
        Strength of spillovers on growth rates.
    neighbours : sparse array, shape (R, R), or None
        Row-standardised weights with a zero diagonal.
    links : Links or None
        Ways between regions.
    barriers : numpy.ndarray, shape (R, R), or None
        Tariff-equivalent of what stands between region r and the market of s, a share of the price; zero on the diagonal.
    barriers_left : numpy.ndarray, shape (R, R), or None
        The same once the market of s is open; None where nothing is left of them.
    own_revenue, gross_flow, standard_cost, price_level : numpy.ndarray, shape (R,), or None
        Revenue the region raises, transfers it receives (million currency), cost of a standard service and price level
        (1 is the mean).
    """

    regions: tuple[str, ...]
    population: Array
    output: Array
    net_flow: Array
    financing_share: Array
    years: tuple[int, ...]
    periods: tuple[int, ...]
    growth: float = 0.0
    discount_rate: float = 0.04
    terminal_value: bool = True
    at: str = "discounted_mean"
    stocks: Mapping[str, Stock] = field(default_factory=dict)
    private_share: Array | None = None
    spillover: float = 0.0
    neighbours: Any = None
    links: Links | None = None
    barriers: Array | None = None
    barriers_left: Array | None = None
    own_revenue: Array | None = None
    gross_flow: Array | None = None
    standard_cost: Array | None = None
    price_level: Array | None = None

    def __post_init__(self) -> None:
        wrong = []
        if self.periods[: len(self.years)] != self.years:
            wrong.append("the simulation does not begin with the programme's years")
        if not (self.population > 0).all() or not (self.output > 0).all():
            wrong.append("population and output are not above zero everywhere")
        elif not (self.output + self.net_flow > 0).all():
            wrong.append("existing flows take all income of a region")
        for name, shares in (
            ("financing_share", self.financing_share),
            ("private_share", self.private_share),
        ):
            if shares is not None and abs(shares.sum() - 1.0) > 1e-9:
                wrong.append(f"{name} does not sum to one")
        if self.at not in ("discounted_mean", "horizon"):
            wrong.append(f"'{self.at}' is neither 'discounted_mean' nor 'horizon'")
        if wrong:
            raise ValueError("; ".join(wrong))

    @property
    def holds_budgets(self) -> bool:
        """Whether there is what fiscal capacity needs."""
        return self.own_revenue is not None and self.gross_flow is not None and self.standard_cost is not None

    @property
    def growth_factor(self) -> Array:
        """Level of a year against the year of the figures without the programme, shape (T,)."""
        return (1.0 + self.growth) ** np.arange(1.0, len(self.periods) + 1.0)

    @property
    def base_output(self) -> Array:
        """Output without the programme, million currency a year, shape (R, T)."""
        return self.output[:, None] * self.growth_factor

    @property
    def base_income(self) -> Array:
        """Output and existing net flows without the programme, million currency a year, shape (R, T)."""
        return self.base_output + self.net_flow[:, None] * self.growth_factor


@dataclass(frozen=True)
class Behaviour:
    """How capital, people and trade answer; a zero elasticity switches a mechanism off.

    Parameters
    ----------
    capital_share : float
        Output elasticity of private capital and its share in income.
    capital_elasticity : float
        Elasticity of the location of private capital to its return after tax.
    capital_speed : float
        Share a year of the way to its long-run place that capital moves; 1 is at once.
    labour_share : float
        Output elasticity of labour; all residents count alike.
    migration_elasticity : float
        Elasticity of the number who choose a region to its income per head.
    migration_speed : float
        Share a year of the way to their long-run place that people move.
    agglomeration : float
        Elasticity of productivity to density of population.
    access_elasticity : float
        Elasticity of output to market access.
    distance_elasticity, trade_elasticity : float
        Elasticities of trade to distance and to its cost.
    """

    capital_share: float = 0.35
    capital_elasticity: float = 1.0
    capital_speed: float = 0.25
    labour_share: float = 0.65
    migration_elasticity: float = 1.5
    migration_speed: float = 0.03
    agglomeration: float = 0.04
    access_elasticity: float = 0.0
    distance_elasticity: float = 0.9
    trade_elasticity: float = 4.0

    def __post_init__(self) -> None:
        if not 0.0 < self.capital_share < 1.0:
            raise ValueError("the share of capital is not between 0 and 1")
        if not (0.0 <= self.capital_speed <= 1.0 and 0.0 <= self.migration_speed <= 1.0):
            raise ValueError("a speed of adjustment is not between 0 and 1")
        if min(self.capital_elasticity, self.migration_elasticity) < 0.0:
            raise ValueError("an elasticity of location is below zero")


STILL = Behaviour(capital_elasticity=0.0, migration_elasticity=0.0, agglomeration=0.0, access_elasticity=0.0)
"""Nobody and nothing moves: what is left are stocks, their yield, spillovers, taxes and payments."""
