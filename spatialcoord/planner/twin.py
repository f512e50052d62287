"""The case in the words of the independent twin, and what the twin says of a plan.

Only policy settings go to the twin (:mod:`spatialcoord.simulate`): money by purpose, rates, links, openings. It finds its own
equilibrium; the certificate's bracket [LB, UB] is the planner's, and both stand beside each other in every plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.actors.modelled import Accounts
from spatialcoord.economy.accounts import ACCOUNTS
from spatialcoord.economy.market_access import MarketAccess, access_problems
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import by_instrument, by_line, of_budget
from spatialcoord.planner.evaluate import target_per_head
from spatialcoord.planner.payoffs import payoff_total
from spatialcoord.scenario.capital import KINDS
from spatialcoord.simulate.economy import Path, simulate
from spatialcoord.simulate.outcomes import OUTCOMES, outcome
from spatialcoord.simulate.policy import Policy
from spatialcoord.simulate.world import STILL, Behaviour, Links, Stock, World


@dataclass(frozen=True)
class Simulated:
    """One policy in the twin.

    Attributes
    ----------
    path : Path
        What the twin found.
    value, persons : numpy.ndarray, shape (R,)
        What is made equal, currency per head, and the persons it is weighed by.
    objective, index, mean : float
        Value of the scenario's objective (of an actor, from the simulated accounts); the index that it names; the mean per head.
    output_gain : float
        Weighted mean over time of the national gain in output, million currency a year.
    """

    path: Path
    value: Array
    persons: Array
    objective: float
    index: float
    mean: float
    output_gain: float


def simulated(setting: Setting, amounts: Mapping[str, Array]) -> Simulated:
    """What the twin says of amounts of every line; of none, the path without the programme."""
    return simulated_all(setting, [amounts])[0]


def simulated_all(
    setting: Setting, many: Sequence[Mapping[str, Array]], behaviour: Behaviour | None = None
) -> list[Simulated]:
    """The same of several allocations at once."""
    here = world(setting)
    how = behaviour or behaviour_of(setting)
    paths = simulate(here, how, [policy(setting, amounts) for amounts in many])
    return [_told(setting, here, paths.one(i)) for i in range(len(many))]


def _told(setting: Setting, here: World, path: Path) -> Simulated:
    objective = setting.scenario.objective
    if objective.of in OUTCOMES:
        found = outcome(here, path, objective.of)
        value, persons = found.value, found.persons
    else:
        value, persons = target_per_head(setting, _accounts(setting, here, path)), setting.population
    if objective.kind == "actor":
        worth = payoff_total(setting, Accounts(_accounts(setting, here, path)))
    else:
        worth = objective_of(setting, value, persons)
    return Simulated(
        path=path,
        value=value,
        persons=persons,
        objective=worth,
        index=index_of(setting, value, persons),
        mean=float(value @ persons / persons.sum()),
        output_gain=float(((path.output - here.base_output) @ setting.weight).sum()),
    )


def objective_of(setting: Setting, value: Array, persons: Array) -> float:
    """The scenario's objective of values per head that regions have by their persons, both of shape (R,)."""
    objective = setting.scenario.objective
    index, mean = index_of(setting, value, persons), float(value @ persons / persons.sum())
    worth = {"minimise_index": index, "maximise_mean": mean}
    return worth.get(objective.kind, mean * (1.0 - objective.inequality_weight * index))


def index_of(setting: Setting, value: Array, persons: Array) -> float:
    """The index that the objective names; of several the weighted sum."""
    return sum(
        weight * float(registry.measures.get(name).evaluate(value, persons, **setting.measure_options(name)))
        for name, weight in setting.scenario.objective.weights.items()
    )


def _accounts(setting: Setting, here: World, path: Path) -> dict[str, Array]:
    """Accounts of a path, collapsed over the horizon, for what the twin does not know itself: outcomes, and payoffs of actors.

    Population is constant in them. Accounts of what is built are zero: nobody counts them beside the output that they bring.
    """
    in_years = setting.weight @ setting.year_in_period
    said = {
        "receipts": "received",
        "income_receipts": "income",
        "private_receipts": "private",
        "cofinance": "own",
        "cofinance_additional": "own_additional",
        "private_cost": "firms",
        "debt_cost": "debt",
        "compensation": "compensation",
    }
    collapsed = {account: np.zeros(len(setting.regions)) for account in ACCOUNTS}
    collapsed |= {account: path.money[name] @ in_years for account, name in said.items()}
    collapsed |= {
        "levy": path.levy @ in_years,
        "financing": path.financing @ in_years,
        "output": (path.output - here.base_output) @ setting.weight,
        "terminal": path.remaining * setting.terminal_weight,
    }
    return collapsed


def policy(setting: Setting, amounts: Mapping[str, Array]) -> Policy:
    """Amounts of every line, million currency a year, shape (R, Y), as policy settings."""
    total = Policy()
    for name, amount in by_instrument(amounts).items():
        part, params = registry.instruments.get(name)(), setting.scenario.instruments[name]
        total = total + part.policy(setting, params, amount)
        costs = by_line(name, part.cost(setting, params))
        for line in of_budget({line: None for line in costs}):
            total = total + Policy({"received": costs[line] * amounts[line]})
    return total


def world(setting: Setting) -> World:
    """Figures of the case without the programme, for the twin."""
    graph, economy = setting.graph, setting.scenario.economy

    def held(name: str) -> Array | None:
        return setting.attribute(name) if graph.has(name) else None

    stocks = {
        kind: Stock(
            setting.attribute(f"capital_{kind}"),
            params.elasticity,
            params.depreciation,
            params.years_to_build,
        )
        for kind in KINDS
        if graph.has(f"capital_{kind}")
        for params in [getattr(economy.capital, kind)]
    }
    private = held("capital_private")
    mobile = setting.base_output if private is None else private
    return World(
        regions=setting.regions,
        population=setting.population,
        output=setting.base_output,
        net_flow=setting.net_flow,
        financing_share=setting.financing_share,
        years=setting.years,
        periods=setting.periods,
        growth=economy.growth,
        discount_rate=economy.discount_rate,
        terminal_value=economy.terminal_value == "depreciated_cost",
        at=setting.scenario.objective.at,
        stocks=stocks,
        private_share=mobile / mobile.sum(),
        spillover=setting.spillover,
        neighbours=setting.neighbour_weights if setting.spillover else None,
        **_ways(setting),
        own_revenue=held("own_revenue"),
        gross_flow=setting.gross_flow,
        standard_cost=held("standard_cost_index"),
        price_level=held("price_level"),
    )


def _ways(setting: Setting) -> dict[str, Any]:
    """Links and barriers between the regions, where output answers market access."""
    if not _answers_access(setting):
        return {}
    ways = MarketAccess(setting)
    a, b, length = ways.links
    links = Links(a, b, length, ways.own_distance)
    integration = setting.scenario.instruments.get("market_integration")
    if integration is None:
        return {"links": links}
    barriers = registry.instruments.get("market_integration")().barriers(setting, integration)
    return {"links": links, "barriers": barriers.tariff, "barriers_left": barriers.stays}


def _answers_access(setting: Setting) -> bool:
    mode, chosen = setting.scenario.simulation.market_access, setting.scenario.instruments
    if mode == "always":
        return not access_problems(setting, "simulation.market_access")
    return mode == "when_changed" and any(registry.instruments.get(name).moves_access for name in chosen)


def _access(setting: Setting) -> dict[str, float]:
    """Elasticities of market access, where output answers it."""
    if not _answers_access(setting):
        return {}
    params = setting.scenario.economy.market_access
    return {
        "access_elasticity": params.elasticity,
        "distance_elasticity": params.distance_elasticity,
        "trade_elasticity": params.trade_elasticity,
    }


def behaviour_of(setting: Setting) -> Behaviour:
    """How capital, people and trade answer in the simulation, as the scenario says."""
    alpha = setting.scenario.economy.capital.private.elasticity
    return setting.scenario.simulation.behaviour(alpha, **_access(setting))


def self_feeding(setting: Setting) -> list[Problem]:
    """Access and spillovers that together would raise output without end in the simulation."""
    elasticity, spillover = _access(setting).get("access_elasticity", 0.0), max(setting.spillover, 0.0)
    if elasticity < 1.0 - spillover:
        return []
    return [
        Problem(
            f"{elasticity:g} is not below 1 less the spillover of {spillover:g}",
            "economy.market_access.elasticity",
            "Output would feed itself without end: it raises access to markets and growth nearby, and both raise output again.",
            f"Write less than {1.0 - spillover:g}, or lower economy.spillover.rho.",
        )
    ]


def still(setting: Setting) -> Behaviour:
    """The planner's own economy: nobody moves, but capital where the scenario sets rates of tax."""
    alpha = setting.scenario.economy.capital.private.elasticity
    tax = setting.scenario.instruments.get("differential_tax")
    return replace(
        STILL,
        **_access(setting),
        capital_share=alpha,
        capital_elasticity=0.0 if tax is None else tax.mobility,
        capital_speed=1.0,
    )


def mechanisms(setting: Setting, path: Path | None = None) -> list[str]:
    """Names of what answers in the simulation beside capital and taxes; without a path, what would."""
    how = behaviour_of(setting)
    on = {
        "capital_mobility": how.capital_elasticity > 0 and how.capital_speed > 0,
        "migration": how.migration_elasticity > 0 and how.migration_speed > 0,
        "agglomeration": how.agglomeration != 0,
        "market_access": how.access_elasticity != 0 and (path is None or path.access is not None),
        "spillover": setting.spillover != 0,
    }
    missing = () if path is None else path.missing
    return [name for name, there in on.items() if there and name not in missing]
