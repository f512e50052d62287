r"""What is made equal, per head, from a simulated path.

.. math:: v_r = \frac{\sum_t w_t X_{rt} + w_V V_r}{\sum_t w_t p_{rt} c_r}, \qquad
          w_t \propto (1+i)^{-t}, \quad \textstyle\sum_t w_t = 1 \qquad (1)

with the amount X of a year, capital left at the end V, population p, and c the price level, or the cost of a standard service.
Where people move this is the amount of all years over all person-years, both discounted, not the mean of yearly figures per
head: so that the national mean is the nation's amount over the nation's person-years, and capital left at the end has its place.
Where nobody moves the two are the same. X is, each in million currency,

* ``output``: output;
* ``income``: income, with capital left at the end, which counts like the last year discounted once more;
* ``fiscal_capacity``: own revenue and existing transfers, own revenue on the gain in output at the region's average rate, what
  the region's budget receives from the programme and from other regions, less own money and debt service.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord.simulate.economy import Path
from spatialcoord.simulate.policy import Array
from spatialcoord.simulate.world import World

OUTCOMES = ("income", "output", "fiscal_capacity")
MILLION = 1e6


@dataclass(frozen=True)
class Outcome:
    """A value per head.

    Attributes
    ----------
    value : numpy.ndarray, shape ([P,] R)
        Currency per head.
    persons : numpy.ndarray, shape ([P,] R)
        Mean population with the same weights, by which regions count in a mean or an index.
    """

    value: Array
    persons: Array

    @property
    def mean(self) -> Array:
        """Mean over all persons, currency per head, shape ([P])."""
        return np.asarray((self.value * self.persons).sum(axis=-1) / self.persons.sum(axis=-1))

    @property
    def gini(self) -> Array:
        """Gini over all persons, shape ([P])."""
        return gini(self.value, self.persons)


def weights(world: World) -> Array:
    """:math:`w_t` of (1), or all weight on the last year, shape (T,)."""
    periods = len(world.periods)
    if world.at == "horizon":
        return np.append(np.zeros(periods - 1), 1.0)
    discount = (1.0 + world.discount_rate) ** -np.arange(float(periods))
    return np.asarray(discount / discount.sum())


def terminal_weight(world: World) -> float:
    """:math:`w_V` of (1): the year after the last; zero where only the last year counts."""
    if not world.terminal_value or world.at == "horizon":
        return 0.0
    return float(weights(world)[-1] / (1.0 + world.discount_rate))


def outcome(world: World, path: Path, of: str) -> Outcome:
    """Equation (1).

    Parameters
    ----------
    world : World
        What the path was simulated in.
    path : Path
        Under one policy or several.
    of : str
        One of :data:`OUTCOMES`.

    Raises
    ------
    ValueError
        There is no such outcome, or the world lacks its figures.
    """
    weight = weights(world)
    persons = path.population @ weight
    prices = 1.0 if world.price_level is None else world.price_level
    if of == "output":
        total = path.output @ weight
    elif of == "income":
        total = path.income @ weight + terminal_weight(world) * path.remaining
    elif of == "fiscal_capacity":
        if not world.holds_budgets:
            raise ValueError("fiscal capacity needs own revenue, existing transfers and standard cost")
        assert world.own_revenue is not None and world.gross_flow is not None
        assert world.standard_cost is not None
        rate, prices = world.own_revenue / world.output, world.standard_cost
        existing = (world.own_revenue + world.gross_flow)[:, None] * world.growth_factor
        money = path.money
        paid = money["received"] - money["private"] + money["compensation"] - money["own"] - money["debt"]
        yearly = existing + rate[:, None] * (path.output - world.base_output)
        total = yearly @ weight + paid @ weight[: len(world.years)]
    else:
        raise ValueError(f"'{of}' is none of {', '.join(OUTCOMES)}")
    return Outcome(MILLION * total / (persons * prices), persons)


def gini(value: Array, persons: Array) -> Array:
    r"""Gini over the last axis, every region counting by its persons.

    .. math:: G = \frac{\sum_{r,s} p_r p_s |v_r - v_s|}{2 P \sum_r p_r v_r} \qquad (2)
    """
    order = np.argsort(value, axis=-1)
    people = np.take_along_axis(np.broadcast_to(persons, value.shape), order, axis=-1)
    amount = people * np.take_along_axis(value, order, axis=-1)
    total = people.sum(axis=-1)
    middle = np.cumsum(people, axis=-1) - 0.5 * people  # persons poorer, and half of the region itself
    return np.asarray((amount * (2.0 * middle / total[..., None] - 1.0)).sum(axis=-1) / amount.sum(axis=-1))
