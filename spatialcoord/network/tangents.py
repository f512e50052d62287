r"""Tangents of the cost of transport, added to the model where a plan needs them.

With :math:`\gamma \le \beta` the cost :math:`f = \delta Q^{1+\beta}/I^{\gamma}` is convex in flow and capacity together, so that
its tangent at any :math:`(\hat Q, \hat I)` is nowhere above it,

.. math:: f \ge (1+\beta)\,\tfrac{\hat f}{\hat Q}\,Q - \gamma\,\tfrac{\hat f}{\hat I}\,I - (\beta-\gamma)\,\hat f, \qquad (1)

and the model with some tangents is a relaxation: its optimum is an upper bound. Where :math:`\beta=\gamma`, f depends on the ratio
:math:`\rho = Q/I` alone (times I) and tangents at a geometric grid of ratios have an error that is known beforehand,
:func:`grid_error`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.network.evaluate import (
    better,
    bound_by_prices,
    consumption,
    marginal_utility,
    netted,
    transport_cost,
    welfare,
)
from spatialcoord.network.problem import Network, Vector

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model

MISSING = 1e-11  # of all goods: cost that a plan may miss on one arc
LEFT = 1e-3  # of what is missing: so much may stay with the arcs that matter least, for the next round
SMALL = 1e-6  # of the even capacity: a tangent at no capacity would be upright
FIRST = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # of the largest endowment: flows at which the first tangents touch


def grid_error(ratio: float, beta: float = 1.0) -> float:
    r"""Most by which tangents at :math:`\rho, q\rho, q^2\rho, \dots` fall short of :math:`\rho^{1+\beta}`, relative to it.

    Two neighbours meet at :math:`\rho^* = \frac{\beta}{1+\beta}\,\frac{q^{1+\beta}-1}{q^{\beta}-1}` (times the lower one), where

    .. math:: e = 1 - \frac{(1+\beta)\rho^*-\beta}{\rho^{*\,1+\beta}}, \qquad
       e = 1 - \frac{4q}{(1+q)^2} \quad\text{for } \beta = 1. \qquad (2)

    Parameters
    ----------
    ratio : float
        q, above 1.
    beta : float
        Above 0.
    """
    meet = beta * (ratio ** (1 + beta) - 1) / ((1 + beta) * (ratio**beta - 1))
    return 1 - ((1 + beta) * meet - beta) / meet ** (1 + beta)


class TransportTangents:
    """The costs of all arcs of a model, held up by tangents, and the bracket that they give.

    Parameters
    ----------
    net : Network
        The problem.
    flow, cost : Affine, dims (arc,)
        Flows, and goods used up.
    capacity : Affine, dims (arc,)
        Capacity of each arc's link.
    wellbeing : object
        The term that holds utilities (refined together, so that both stop when the bracket is closed).
    """

    def __init__(self, net: Network, flow: Affine, cost: Affine, capacity: Affine, wellbeing: object) -> None:
        self.net, self.flow, self.cost, self.capacity = net, flow, cost, capacity
        self.wellbeing: object = wellbeing
        self.tolerance = 0.0
        self.rows: object = None
        # tangents so far: arc, coefficient of flow and of capacity, constant
        self.arcs = np.empty(0, dtype=int)
        self.on_flow, self.on_capacity, self.constant = np.empty((3, 0))
        self.restart(net)

    def restart(self, net: Network) -> None:
        """Begin a bracket for other limits; tangents stay, they hold for every budget."""
        self.net = net
        self.best = (np.zeros(2 * len(net.a)), net.uniform())
        self.lower = welfare(net, consumption(net, *self.best))
        self.upper = self.by_prices = np.inf
        self.trace: list[tuple[float, float]] = []

    def enter(self, model: Model, per_decade: int = 0, span: tuple[float, float] = (1e-3, 1e3)) -> None:
        """Enter the rows and the first tangents.

        Parameters
        ----------
        model : Model
            The model.
        per_decade : int
            With beta = gamma: tangents at so many ratios a decade over `span`; otherwise a few flows at the even capacity.
        span : tuple of float
            Least and largest ratio of the grid.
        """
        self.rows = model.listed_rows("tangent", doc="tangents of the cost of transport")
        even = np.maximum(self.net.uniform(), SMALL)[self.net.link_of]
        arcs = np.arange(len(even))
        if per_decade and self.net.beta == self.net.gamma:
            for ratio in self.grid(per_decade, span):
                self.add(model, arcs, ratio * even, even)
        else:
            for part in FIRST:
                self.add(model, arcs, np.full(len(even), part * self.net.endowment.max()), even)

    @staticmethod
    def grid(per_decade: int, span: tuple[float, float]) -> Vector:
        """Geometric grid of ratios."""
        decades = np.log10(span[1] / span[0])
        return np.geomspace(*span, round(decades * per_decade) + 1)

    def held(self, flow: Vector, capacity: Vector) -> Vector:
        """Cost that the tangents so far enforce on each arc, shape (2L,)."""
        out = np.zeros(len(flow))
        through = capacity[self.net.link_of]
        rise = self.on_flow * flow[self.arcs] + self.on_capacity * through[self.arcs] + self.constant
        np.maximum.at(out, self.arcs, rise)
        return out

    def plan(self, model: Model) -> tuple[Vector, Vector]:
        """Flows and capacities of the current plan, inside their limits and the budget to the last digit."""
        flow = np.maximum(np.ravel(model.value(self.flow)), 0.0)
        links = len(self.net.a)
        capacity = np.clip(np.ravel(model.value(self.capacity))[:links], self.net.least, self.net.most)
        above = self.net.building @ (capacity - self.net.least)
        room = max(self.net.budget - self.net.building @ self.net.least, 0.0)
        if above > room:
            capacity = self.net.least + (capacity - self.net.least) * (room / above)
        return flow, capacity

    def refine(self, model: Model) -> int:
        """Update the bracket; add tangents at the plan and at the best feasible plan until it is closed."""
        flow, capacity = self.plan(model)
        self.upper = min(self.upper, model.session.objective)
        self.best, self.lower = better(self.net, self.best, (netted(self.net, flow), capacity))
        per_head = consumption(self.net, *self.best)
        plan_prices = self.net.weight * marginal_utility(self.net, per_head) / self.net.population
        for price in (plan_prices, np.abs(model.arrays.rows.dual[model.component("balance").positions])):
            if (price > 0).all():
                self.by_prices = min(self.by_prices, bound_by_prices(self.net, price))
        upper = min(self.upper, self.by_prices)
        self.trace.append((self.lower, upper))
        if upper - self.lower <= self.tolerance:
            return 0
        added = self.wellbeing.refine(model)  # type: ignore[attr-defined]
        for point in ((flow, capacity), self.best):
            added += self._touch(model, *point)
        return added

    def _touch(self, model: Model, flow: Vector, capacity: Vector) -> int:
        """Add tangents at a point where those so far fall short of the cost, the most important arcs first."""
        capacity = np.maximum(capacity, SMALL * self.net.uniform().max())
        missing = transport_cost(self.net, flow, capacity) - self.held(flow, capacity)
        total = float(np.maximum(missing, 0.0).sum())
        allowed = MISSING * float(self.net.endowment.sum())
        some = np.flatnonzero(missing > max(allowed, LEFT * total / len(flow)))
        return self.add(model, some, flow, capacity[self.net.link_of])

    def add(self, model: Model, arcs: Vector, flow: Vector, through: Vector) -> int:
        """Add tangents (1) on some arcs at given flows and capacities, both of shape (2L,); returns how many."""
        from spatialcoord.model import Affine, Data, Dim
        from spatialcoord.model.affine import take

        net = self.net
        arcs = arcs[flow[arcs] > 0]
        if not len(arcs):
            return 0
        q, i = flow[arcs], through[arcs]
        cost = net.friction[net.link_of[arcs]] * q ** (1 + net.beta) / i**net.gamma
        on_flow = (1 + net.beta) * cost / q
        if net.fixed:  # in the flow alone, convex whatever gamma is
            on_capacity, constant = np.zeros(len(arcs)), -net.beta * cost
        else:
            on_capacity, constant = -net.gamma * cost / i, -(net.beta - net.gamma) * cost
        (dim,) = self.flow.dims
        first = len(self.arcs)
        rows = Dim("tangent", [(dim.labels[arc], first + n) for n, arc in enumerate(arcs)])
        y, x, z = (
            Affine(take(part.matrix, arcs), part.constant[arcs], (rows,))
            for part in (self.cost, self.flow, self.capacity)
        )
        relation = y - x * Data(rows, on_flow) - z * Data(rows, on_capacity) >= Data(rows, constant)
        self.rows.add(rows.labels, relation)  # type: ignore[attr-defined]
        self.arcs = np.concatenate([self.arcs, arcs])
        self.on_flow = np.concatenate([self.on_flow, on_flow])
        self.on_capacity = np.concatenate([self.on_capacity, on_capacity])
        self.constant = np.concatenate([self.constant, constant])
        return len(arcs)

    def gap(self, model: Model) -> float:
        """Distance of the bracket's ends, relative to the upper one."""
        upper = min(self.upper, self.by_prices)
        return (upper - self.lower) / max(abs(upper), 1.0)

    def complete(self, model: Model) -> int:
        """A smooth cost has no last tangent: with beta = gamma those of a fine grid, whose error is known."""
        if self.net.beta != self.net.gamma:
            return 0
        even = np.maximum(self.net.uniform(), SMALL)[self.net.link_of]
        arcs = np.arange(len(even))
        return sum(self.add(model, arcs, r * even, even) for r in self.grid(20, (1e-3, 1e3)))
