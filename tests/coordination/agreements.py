"""Agreements to draw: members that owe each other and the institution, and rules."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from spatialcoord import registry
from spatialcoord.coordination.oversight import Procedure, Supervision
from spatialcoord.coordination.record import Record
from spatialcoord.coordination.regime import Member, Regime
from spatialcoord.coordination.supervision import supervise
from spatialcoord.institutions.base import Terms

YEARS = range(2021, 2029)
NAMES = ("a", "b", "c", "d")
GROUPS = {"macro": {"a": "north", "b": "north", "c": "south", "d": "south"}}


def terms(kind: str = "administrative_agreement", **values: Any) -> Terms:
    """Terms of one institution."""
    found: Terms = registry.institutions.get(kind).Params(kind=kind, affairs=("environment",), **values)
    return found


def regime(kind: str = "administrative_agreement", **values: Any) -> Regime:
    """Rules of a single institution named pact; keys of Supervision and Procedure go where they belong, the others to its terms."""
    watch = {k: values.pop(k) for k in Supervision.model_fields if k in values}
    steps = {k: values.pop(k) for k in Procedure.model_fields if k in values}
    rate = values.pop("discount_rate", 0.05)
    return Regime({"pact": terms(kind, **values)}, Supervision(**watch), Procedure(**steps), GROUPS, rate)


def run(parties: list[Member], rules: Regime, seed: int = 0, years: range = YEARS) -> Record:
    """A record from a new generator of that seed."""
    return supervise(parties, rules, years, np.random.default_rng(seed))


@st.composite
def members(draw: Any, rational: bool = False, pool: bool = True) -> list[Member]:
    """Two to four members of pact; what they gain is about what they owe, so that some keep it and others do not."""
    names = NAMES[: draw(st.integers(2, 4))]
    amounts, found = st.sampled_from([0.0, 0.5, 1.0, 4.0]), []
    for name in names:
        owes = {other: draw(amounts) for other in names if other != name}
        if pool:
            owes[""] = draw(amounts)
        gain = draw(st.floats(0.0 if rational else -0.2, 0.3))
        found.append(Member("pact", name, gain, owes, voice=draw(st.sampled_from([0.5, 1.0, 3.0]))))
    return found


@st.composite
def regimes(draw: Any, **fixed: Any) -> Regime:
    """Any rules of one institution."""
    share, effort, months = st.floats(0.0, 1.0), st.floats(0.0, 2.0), st.integers(0, 30)
    values: dict[str, Any] = {
        "enforcement": draw(share),
        "penalty": draw(st.floats(0.0, 2.0)),
        "delay": draw(st.integers(0, 4)),
        "milestones": draw(st.booleans()),
        "layer": draw(st.sampled_from(["", "macro"])),
        "shock": draw(share),
        "monitoring": draw(effort),
        "watchdogs": draw(effort),
        "settlement": draw(share),
        "straight_after": draw(st.integers(0, 4)),
        "ruling_cost_layer": draw(share),
    }
    for step in ("claim", "mediation", "arbitration", "arbitration_layer", "collection"):
        values[step] = draw(months)
    return regime(**(values | fixed))
