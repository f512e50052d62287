"""API sketch, being written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spatialcoord.simulate.economy import Path
from spatialcoord.simulate.policy import Array, Policy
from spatialcoord.simulate.world import Behaviour, World


@dataclass(frozen=True)
class Effect:
    """`plan`, `counterfactual` (Path); `path`: {name: difference} for output, income, population, capital, access, levy,
    financing, remaining; `value`, `mean`, `gini`: {outcome: difference} per head by region, mean, index."""

    plan: Path
    counterfactual: Path
    path: Mapping[str, Array]
    value: Mapping[str, Array]
    mean: Mapping[str, float]
    gini: Mapping[str, float]


def effect(world: World, behaviour: Behaviour, policy: Policy, counterfactual: Policy) -> Effect:
    """S(policy) - S(counterfactual)."""
    raise NotImplementedError
