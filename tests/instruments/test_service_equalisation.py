"""Equalisation of services: at most the gap, and nothing where there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.planner import Case
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.regions import RegionGraph
from spatialcoord.registry import instruments
from spatialcoord.scenario.loading import parse_scenario
from tests.instruments.common import ALONE, agrees, no_programme_no_effect, solved
from tests.planner.conftest import TEXT, toy

LINE = "instruments={{general_transfer: {{}}, infrastructure: {{}}, service_equalisation: {{{}}}}}"


def gap_of(setting):
    params = setting.scenario.instruments["service_equalisation"]
    return instruments.get("service_equalisation")().most(setting, params) / params.most


def pair(params=""):
    """Two regions: mean spending 10,000 a head; the dear one raises 2,000 of 20,000 in output, and gets 3,000."""
    table = pd.DataFrame(
        {
            "population": [1e6, 3e6], "output": [2e4, 1.2e5], "own_revenue": [2e3, 1.5e4], "tax_revenue": [1e3, 9e3],
            "budget_expenditure": [1e4, 3e4], "net_transfer_received": [3e3, 5e3], "standard_cost_index": [1.3, 0.9],
            "capital_infrastructure": [2e4, 1e5],
        },
        index=["dear", "cheap"],
    )  # fmt: skip
    overrides = ("economy.growth=0", LINE.format(params))
    return Case(RegionGraph(table), parse_scenario(TEXT, overrides))


def test_the_gap_by_hand():
    # need 10,000 x 1.3 = 13,000 million; average effort 17,000 / 140,000 of output
    effort = 17_000 / 140_000
    np.testing.assert_allclose(
        gap_of(pair().setting)[:, 0], [13_000 - effort * 20_000 - 3_000, 27_000 - effort * 120_000 - 5_000]
    )
    own = gap_of(pair("capacity: own_revenue").setting)[:, 0]
    np.testing.assert_allclose(own, [13_000 - 2_000 - 3_000, 27_000 - 15_000 - 5_000])


@settings(max_examples=12)
@given(seed=st.integers(0, 1000), most=st.floats(0.05, 1.0), uniform=st.booleans())
def test_never_above_the_gap_and_nothing_without_one(seed, most, uniform):
    line = LINE.format(f"most: {most!r}, uniform: {str(uniform).lower()}")
    model, outcome = solved(toy(6, seed, line, "programme.hold_harmless=0"))
    setting = model.setting
    gap, paid = gap_of(setting), outcome.amounts["service_equalisation"]
    assert (paid <= most * gap * (1 + 1e-7) + 1e-6).all()
    assert (paid[gap == 0] <= 1e-6).all()
    if uniform:
        share = paid[gap > 0].reshape(-1, 3) / gap[gap > 0].reshape(-1, 3)
        np.testing.assert_allclose(share, share[:1] * np.ones_like(share), atol=1e-7)
    agrees(model, outcome, "service_equalisation")
    no_programme_no_effect(setting, "service_equalisation")


def test_the_same_share_everywhere_is_one_decision_a_year_and_never_better():
    rules = ("instruments.service_equalisation.uniform=true",)
    base = LINE.format("")
    free, same = (solved(toy(6, 4, base, *extra))[1] for extra in ((), rules))
    assert same.certificate["objective_recomputed"] <= free.certificate["objective_bound"] * (1 + 1e-9)


def test_on_china_it_makes_regions_more_equal_than_the_same_money_per_head():
    case = sc.load_case("china", ["instruments={service_equalisation: {uniform: true}}", *ALONE])
    _, outcome = solved(case)
    assert outcome.after.index < outcome.equal_per_head.index < outcome.before.index
    assert outcome.amounts["service_equalisation"].sum() == pytest.approx(case.setting.budget.sum(), rel=1e-6)
    assert evaluate(case.setting, outcome.amounts).effects["private_receipts"].sum() == 0.0


def test_the_gap_is_told():
    plan = sc.solve(sc.build(toy(5, 0, LINE.format(""))))
    gap = plan.dataset["service_equalisation_gap"]
    assert gap.dims == ("region", "year") and gap.attrs["units"] == "million CUR/yr"
    assert (plan.dataset["amount"].sel(instrument="service_equalisation") <= gap + 1e-6).all()


def test_figures_that_are_missing_and_gaps_that_are_none_are_told():
    with pytest.raises(InputError, match=r"(?s)budget_expenditure.*own_revenue"):
        sc.build(sc.load_case("eu", ["instruments.service_equalisation={}"]))
    rich = toy(4, 0, LINE.format(""))
    table = rich.graph.frame.copy()
    table["net_transfer_received"] = 10 * table["budget_expenditure"]
    with pytest.raises(InputError, match="no region has a gap"):
        sc.build(Case(RegionGraph(table, rich.graph.links, rich.graph.levels), rich.scenario))
