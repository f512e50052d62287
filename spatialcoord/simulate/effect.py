"""Effects: one simulated path less another, never a planner's figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spatialcoord.simulate.economy import Path, simulate
from spatialcoord.simulate.outcomes import OUTCOMES, outcome
from spatialcoord.simulate.policy import Array, Policy
from spatialcoord.simulate.world import Behaviour, World

QUANTITIES: dict[str, str] = {
    "output": "million currency a year, (R, T)",
    "income": "million currency a year, (R, T)",
    "population": "persons, (R, T)",
    "capital": "share of private capital without any policy, (R, T)",
    "access": "share of market access without any policy, (R, T)",
    "levy": "million currency a year, (R, Y)",
    "financing": "million currency a year, (R, Y)",
    "remaining": "million currency, (R,)",
}


@dataclass(frozen=True)
class Effect:
    """What a policy does against another.

    Attributes
    ----------
    plan, counterfactual : Path
        Both paths.
    path : mapping of str to numpy.ndarray
        Difference of every one of :data:`QUANTITIES`; access only where the world has links.
    value : mapping of str to numpy.ndarray, shape (R,)
        Difference per head of every outcome whose figures the world holds, currency.
    mean, gini : mapping of str to float
        Difference of its mean (currency per head) and of its Gini.
    """

    plan: Path
    counterfactual: Path
    path: Mapping[str, Array]
    value: Mapping[str, Array]
    mean: Mapping[str, float]
    gini: Mapping[str, float]


def effect(world: World, behaviour: Behaviour, policy: Policy, counterfactual: Policy) -> Effect:
    """Simulate both policies and take the difference.

    Parameters
    ----------
    world, behaviour
        As for :func:`~spatialcoord.simulate.economy.simulate`.
    policy, counterfactual : Policy
        What is judged, and what it is judged against: no programme (``Policy()``), or the same money spread otherwise.
    """
    return between(world, simulate(world, behaviour, policy), simulate(world, behaviour, counterfactual))


def between(world: World, plan: Path, counterfactual: Path) -> Effect:
    """The difference of two paths of the same world that are simulated already."""
    changes = {
        name: getattr(plan, name) - getattr(counterfactual, name)
        for name in QUANTITIES
        if getattr(plan, name) is not None
    }
    held = [of for of in OUTCOMES if of != "fiscal_capacity" or world.holds_budgets]
    after = {of: outcome(world, plan, of) for of in held}
    before = {of: outcome(world, counterfactual, of) for of in held}
    return Effect(
        plan,
        counterfactual,
        changes,
        {of: after[of].value - before[of].value for of in held},
        {of: float(after[of].mean - before[of].mean) for of in held},
        {of: float(after[of].gini - before[of].gini) for of in held},
    )
