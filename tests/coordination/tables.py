"""Small made-up cases with a plan, and what a single institution of theirs can do; worked out once each."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.bargaining_set import BargainingSet
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.protection import Protection
from spatialcoord.coordination.seats import Seats
from spatialcoord.coordination.table import Table
from spatialcoord.planner.building import assemble
from spatialcoord.planner.solving import optimise
from tests.planner.conftest import toy

ALL = ("infrastructure", "human", "environment")


@cache
def planned(n: int = 7, seed: int = 1, overrides: tuple[str, ...] = ()) -> Any:
    """A case, its plan, and its amounts by line."""
    case = toy(n, seed, *overrides)
    outcome = optimise(assemble(case), attainable=False)
    return case, outcome.after, outcome.amounts


def institution(kind: str = "administrative_agreement", **values: Any) -> Any:
    """Terms of an institution of all regions."""
    return registry.institutions.get(kind).Params(kind=kind, **({"affairs": ALL} | values))


@cache
def joint_of(
    n: int = 7, seed: int = 1, overrides: tuple[str, ...] = (), level: str = "", **values: Any
) -> Joint:
    """What one institution can do."""
    case, plan, amounts = planned(n, seed, overrides)
    return Joint.of("pact", institution(**values), Table.of(case.setting, level), plan, amounts)


def seats_of(
    joint: Joint, overrides: tuple[str, ...] = (), n: int = 7, seed: int = 1, **values: Any
) -> Seats:
    """Who bargains over it."""
    plan = planned(n, seed, overrides)[1]
    return Seats.of(joint.table, plan, joint.members, **values)


@cache
def held_of(
    cap: float | None = 0.02, n: int = 7, seed: int = 1, overrides: tuple[str, ...] = (), **values: Any
) -> BargainingSet:
    """What all regions can agree on."""
    joint = joint_of(n, seed, overrides, **values)
    return BargainingSet.of((joint,), seats_of(joint, overrides, n, seed), cap)


def every(m: int) -> np.ndarray:
    """All coalitions but the empty one, shape (2^m - 1, m)."""
    return np.array(list(product((False, True), repeat=m)))[1:]


def with_rivers(joint: Joint, seed: int = 0) -> Joint:
    """The same with protection by the first three members, each of which serves several others."""
    rng, n = np.random.default_rng(seed), len(joint.table.ids)
    effect = np.where(rng.random((3, n)) < 0.5, rng.uniform(1, 30, (3, n)), 0.0)
    provider = joint.members[:3]
    effect[np.arange(3), provider] = -rng.uniform(10, 30, 3)
    return replace(joint, protection=Protection(provider, provider, effect, np.full(len(provider), "")))
