"""API sketch, being written."""

from __future__ import annotations

from dataclasses import dataclass

from spatialcoord.simulate.economy import Path
from spatialcoord.simulate.policy import Array
from spatialcoord.simulate.world import World


@dataclass(frozen=True)
class Outcome:
    """`value` per head (currency) and `persons` it is weighed by, shape ([P,] R)."""

    value: Array
    persons: Array


def outcome(world: World, path: Path, of: str) -> Outcome:
    """What is made equal: 'income', 'output' or 'fiscal_capacity' (ValueError where figures are missing)."""
    raise NotImplementedError


def gini(value: Array, persons: Array) -> Array:
    """Gini over the last axis, weighted by persons."""
    raise NotImplementedError
