"""What the tests of who can agree share: four regions, and institutions in a line."""

from __future__ import annotations

import pytest

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.planner.evaluate import objective_value
from tests.instruments.agreement import certified
from tests.instruments.between import WITH, country

COMPENSATION, SHARING, ASSISTANCE, MARKET = GATED = (
    "horizontal_compensation", "benefit_sharing", "paired_assistance", "market_integration",
)  # fmt: skip
AFFAIR = {COMPENSATION: "environment", SHARING: "industry", ASSISTANCE: "assistance", MARKET: "market"}
NOTHING = "institutions={}"
RIVERS = [("A", "C", "river"), ("B", "C", "river"), ("C", "D", "river")]
LINKS = [*RIVERS, *((a, b, "contiguity") for a, b in ("AB", "AC", "BC", "CD"))]
MANY = {
    COMPENSATION: "benefit: 0.004",
    SHARING: "tax_rate: 0.1, leaving: 0.01",
    ASSISTANCE: "donor_threshold: 1.05, recipient_threshold: 0.95, effort: 0.01",
    MARKET: "rents: 0",
}
NAMED = "donors: [C, D], recipients: [A, B]"


def institution(members: str, affair: str, name: str = "league", **more: str) -> str:
    """One institution of a scenario, a council where nothing else is said."""
    values = {"kind": "council", "affairs": f"[{affair}]", "members": f"[{members}]", **more}
    return f"{name}: {{{', '.join(f'{key}: {value}' for key, value in values.items())}}}"


def formed(*institutions: str) -> str:
    """The override that makes these the institutions of a scenario."""
    return f"institutions={{{', '.join(institutions)}}}"


def four(name: str, values: str = "", *more: str):
    """Four regions: A and B poor, C and D rich; water flows from A and B to C and from C to D."""
    lines = f"{WITH}, {name}: {{{values}}}"
    return country(
        lines, "economy.segments=2", "solver.mip_gap=1e-9", *more, links=LINKS, area_km2=[900.0] * 4
    )


def solved(case):
    """Model, certified outcome and value of the objective."""
    model = sc.build(case)
    outcome = certified(model)
    return model, outcome, objective_value(case.setting, outcome.after)


def wrong(case) -> str:
    """What the checks say of a case."""
    with pytest.raises(InputError) as error:
        sc.build(case)
    return str(error.value)
