r"""Build the relaxation on the core model, refine it, and report a bracket.

Utilities are held from above by the tangents of :class:`spatialcoord.disparity.tangents.Tangents`, costs of transport from below
by those of :class:`spatialcoord.network.tangents.TransportTangents`. Each round's optimum is an upper bound on the welfare of every plan;
each round's plan, evaluated in plain numpy, a lower one. Another budget is a changed bound: the next solve starts from the last
basis with all tangents.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spatialcoord.disparity.tangents import Tangents
from spatialcoord.errors import InputError, Problem, SolveError
from spatialcoord.model import Data, Dim, Model
from spatialcoord.network.evaluate import (
    consumption,
    marginal_utility,
    transport_cost,
    utility,
)
from spatialcoord.network.problem import Network, Vector
from spatialcoord.network.tangents import TransportTangents, grid_error

FLOOR = 1e-3  # of the smallest endowment per head: below it the utility's tangents go on straight
ROUNDS = 300
# of the solver: with its usual 1e-7 a tangent may be broken by as much as the bracket is wide in the end
TIGHT = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}


@dataclass(frozen=True, eq=False)
class Solved:
    """A feasible plan and the bracket around the best one's welfare.

    Attributes
    ----------
    net : Network
        The problem.
    flow : numpy.ndarray, shape (2L,)
        Goods on each arc, first all links from a to b, then all from b to a.
    capacity : numpy.ndarray, shape (L,)
        Capacities.
    per_head : numpy.ndarray, shape (R,)
        Consumption per head, as evaluated.
    price : numpy.ndarray, shape (R,)
        Worth of one more unit of goods in each region, welfare per unit.
    lower, upper : float
        Welfare of this plan, and a bound on that of every plan (from the linear relaxation).
    upper_by_prices : float
        Such a bound from prices by weak duality, in plain numpy: it takes no solver's word.
    status : str
        Of the last solve; "optimal" when the bracket is closed or nothing is left to add.
    rounds, tangents : int
        Solves, and tangents of transport costs in the end.
    violation : float
        Largest violation of the relaxation's rows by its plan.
    a_priori : float
        Largest relative error of a cost, known beforehand; NaN without a grid.
    trace : tuple of (float, float)
        Lower and upper end after each round.
    """

    net: Network
    flow: Vector
    capacity: Vector
    per_head: Vector
    price: Vector
    lower: float
    upper: float
    upper_by_prices: float
    status: str
    rounds: int
    tangents: int
    violation: float
    a_priori: float
    trace: tuple[tuple[float, float], ...]

    @property
    def gap(self) -> float:
        """Distance of the ends: with logarithms and weights that sum to one about a share of everybody's consumption."""
        return min(self.upper, self.upper_by_prices) - self.lower

    @property
    def net_flow(self) -> Vector:
        """Goods from a to b less those from b to a, shape (L,)."""
        there, back = self.flow.reshape(2, -1)
        return there - back

    @property
    def used_up(self) -> Vector:
        """Goods used up by transport on each link, shape (L,)."""
        return transport_cost(self.net, self.flow, self.capacity).reshape(2, -1).sum(axis=0)


class NetworkModel:
    """The relaxation of a network's problem, to be solved for one budget after another.

    Parameters
    ----------
    net : Network
        The problem.
    per_decade : int
        With beta = gamma: begin with tangents at so many ratios of flow to capacity a decade; 0 for a few.
    span : tuple of float
        Least and largest ratio of that grid.

    Attributes
    ----------
    model : Model
        The core model.
    """

    def __init__(self, net: Network, per_decade: int = 0, span: tuple[float, float] = (1e-3, 1e3)) -> None:
        if per_decade and net.beta != net.gamma:
            raise InputError(
                Problem(
                    "a grid of ratios needs beta = gamma",
                    net.where,
                    "with other values the cost depends on flow and capacity apart",
                    "Leave the grid out: tangents are added where the plan needs them.",
                )
            )
        self.net, self.per_decade, self.span = net, per_decade, span
        self.model = model = Model("network")
        region, link = Dim("region", net.regions), Dim("link", net.links)
        arc = Dim(
            "arc",
            [*net.links, *(f"{net.regions[j]}|{net.regions[i]}" for i, j in zip(net.a, net.b, strict=True))],
        )
        goods = float(net.endowment.mean())
        even = float(net.uniform().mean())
        self.capacity = model.variable(
            "capacity",
            link,
            Data(link, net.least),
            Data(link, net.most),
            scale=even,
            doc="capacity of a link",
        )
        flow = model.variable(
            "flow", arc, 0.0, float(net.endowment.sum()), scale=goods, doc="goods that leave on an arc"
        )
        cost = model.variable("cost", arc, scale=goods, doc="goods used up on an arc")
        per_head = model.variable(
            "consumption", region, scale=goods / float(net.population.mean()), doc="consumption per head"
        )
        leaving = _incidence(net.tail, len(region))
        arriving = _incidence(net.head, len(region))
        through = _incidence(net.link_of, len(link)).T
        used = (flow + cost).apply("arc", leaving, region) - flow.apply("arc", arriving, region)
        model.constrain(
            "balance",
            per_head * Data(region, net.population) + used <= Data(region, net.endowment),
            doc="goods that are there",
        )
        model.constrain(
            "budget", (self.capacity * Data(link, net.building)).sum() <= net.budget, doc="capacity built"
        )
        value = model.scalar("welfare", doc="weighted sum of utilities")
        floor = FLOOR * float((net.endowment / net.population).min())
        utilities = Tangents(
            per_head,
            per_head * 0.0 + 1.0,
            net.weight,
            lambda ratio: (
                -(
                    utility(net, np.maximum(ratio, floor))
                    + np.minimum(ratio - floor, 0.0) * marginal_utility(net, np.array(floor))
                )
            ),
            lambda ratio: -marginal_utility(net, np.maximum(ratio, floor)),
            net.endowment / net.population,
        ).enter(model, -value, float(net.weight.sum()), name="utility_")
        capacity = self.capacity.apply("link", through, arc)
        self.tangents = TransportTangents(net, flow, cost, capacity, utilities)
        self.tangents.enter(model, per_decade, span)
        model.terms.append(self.tangents)
        model.maximise(value)

    def solve(
        self,
        budget: float | None = None,
        tolerance: float = 1e-6,
        refine: bool = True,
        time_limit: float | None = None,
    ) -> Solved:
        """Solve for a budget, warm after the first time.

        Parameters
        ----------
        budget : float, optional
            K; the network's by default, and from then on the network's.
        tolerance : float
            Distance of the bracket's ends at which it counts as closed, in welfare.
        refine : bool
            False leaves it at one solve with the tangents there are.
        time_limit : float, optional
            Seconds.

        Raises
        ------
        SolveError
            The solver failed.
        """
        if budget is not None:
            self.net = replace(self.net, budget=float(budget))
            self.model.limit("budget", upper=float(budget))
        term = self.tangents
        term.restart(self.net)
        term.tolerance = tolerance if refine else np.inf
        found = self.model.solve(time_limit=time_limit, max_rounds=ROUNDS, **TIGHT)
        if found.status not in ("optimal", "refinement_limit", "time_limit") or not np.isfinite(
            found.objective
        ):
            raise SolveError(found.sentence)
        flow, capacity = term.best
        per_head = consumption(self.net, flow, capacity)
        price = self.net.weight * marginal_utility(self.net, per_head) / self.net.population
        grid = self.tangents.grid(self.per_decade, self.span) if self.per_decade else None
        return Solved(
            self.net, flow, capacity, per_head, price, term.lower, term.upper, term.by_prices, found.status, found.rounds,
            len(term.arcs), self.model.certificate().max_violation,
            np.nan if grid is None else grid_error(float(grid[1] / grid[0]), self.net.beta), tuple(term.trace),
        )  # fmt: skip


def _incidence(of: Vector, count: int) -> Any:
    import scipy.sparse as sp

    return sp.csr_array((np.ones(len(of)), (of, np.arange(len(of)))), shape=(count, len(of)))


def design(net: Network, tolerance: float = 1e-6, **options: Any) -> Solved:
    """Best capacities and flows of a network; options as :meth:`NetworkModel.solve` takes them."""
    return NetworkModel(net).solve(tolerance=tolerance, **options)
