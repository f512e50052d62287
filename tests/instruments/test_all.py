"""Every instrument alone, and all of them in one scenario, on the states of the United States."""

from __future__ import annotations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.registry import instruments
from spatialcoord.results import ledger_table

# without the case's own envelopes and memory of year 0, which suppose other lines
BARE = ("programme.envelopes={}", "programme.change_limit=null", "programme.hold_harmless=0")
HISTORIC = ("eaggf_guidance", "fifg")  # left cohesion policy in 2007
TRANSPORT = """{projects: [
  {id: delta, bundle: south, links: [{a: US-TN, b: US-MS, factor: 0.7}], cost: 2000},
  {id: gulf, bundle: south, links: [{a: US-AL, b: US-MS, factor: 0.7}], cost: 2500},
  {id: plains, links: [{a: US-KS, b: US-OK, factor: 0.7}], cost: 2400}]}"""
FUNDS = ("erdf", "esf", "cohesion_fund", *HISTORIC)


def values(name: str) -> str:
    if name == "transport_project":  # there is nothing to build without a project
        return TRANSPORT
    if name == "horizontal_compensation":  # the case has no rivers
        return "{pairs: neighbours}"
    return "{period: '2000-2006'}" if name in HISTORIC else "{}"


def checked(plan: sc.Plan) -> None:
    certificate, budget = plan.summary["certificate"], plan.summary["budget"]
    assert plan.summary["status"] == "optimal"
    assert certificate["max_violation"] <= 1e-6 and certificate["thrown_away"] <= 1e-6 * budget["available"]
    assert budget["spent"] <= budget["available"] * (1 + 1e-9)
    assert (plan.dataset["amount"] >= -1e-9).all()
    table = ledger_table(plan)
    np.testing.assert_allclose(table.sum().to_numpy(dtype=float), 0.0, atol=1e-6 * budget["available"])


@pytest.mark.parametrize("name", instruments.names())
def test_alone(name):
    plan = sc.solve(sc.build(sc.load_case("us", [f"instruments={{{name}: {values(name)}}}", *BARE])))
    checked(plan)
    index = plan.summary["disparity"]["gini"]
    # what is returned by origin equalises nothing, and debt is taken up where it pays, not where people are poor
    if name not in ("tax_return", "market_finance"):
        assert index["after"] < index["before"]


def test_all_together():
    chosen = ", ".join(
        f"{name}: " + ("{period: '2000-2006'}" if name in FUNDS else values(name))
        for name in instruments.names()
    )
    plan = sc.solve(sc.build(sc.load_case("us", [f"instruments={{{chosen}}}", *BARE])))
    checked(plan)
    lines = set(map(str, plan.dataset["instrument"].values)) | set(map(str, plan.dataset["line"].values))
    assert {line.partition(".")[0] for line in lines} == set(instruments.names())


@pytest.mark.parametrize("name", instruments.names())
def test_it_says_what_it_is_where_from_and_where_used(name):
    part = instruments.get(name)
    assert set(part.title) >= {"en", "zh"} and part.unit and part.source and part.cases
