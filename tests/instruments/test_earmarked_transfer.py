"""Earmarked transfer: what sticks is invested, the rest is income."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.planner import Case
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.regions import RegionGraph
from spatialcoord.registry import instruments
from tests.instruments.common import agrees, no_programme_no_effect, solved
from tests.planner.conftest import toy

LINE = "instruments={{general_transfer: {{}}, infrastructure: {{}}, earmarked_transfer: {{{}}}}}"


def effects_of(case, amount):
    params = case.scenario.instruments["earmarked_transfer"]
    return instruments.get("earmarked_transfer")().response(case.setting, params, amount)


def test_sixty_of_a_hundred_stick_and_forty_are_income():
    setting = toy(4, 0, LINE.format("")).setting
    effects = effects_of(toy(4, 0, LINE.format("")), np.full((4, 3), 100.0))
    assert (setting.attribute("budget_expenditure") > 100 / 0.02).all()  # within what is fully effective
    np.testing.assert_allclose(effects["invested_human"], 60.0)
    np.testing.assert_allclose(effects["income_receipts"], 40.0)
    assert not effects["cofinance"].any()


def test_own_cofinance_stands_beside_the_whole_grant():
    case = toy(4, 0, LINE.format("flypaper: 0.5, cofinance: {rate: 0.2, additionality: 0.4}"))
    effects = effects_of(case, np.full((4, 3), 100.0))
    np.testing.assert_allclose(effects["cofinance"], 25.0)
    np.testing.assert_allclose(effects["cofinance_additional"], 10.0)
    np.testing.assert_allclose(effects["invested_human"], 60.0)  # .5 of 100, and 10 of its own


@settings(max_examples=20)
@given(share=st.floats(0.0, 0.2), seed=st.integers(0, 50))
def test_money_that_sticks_entirely_is_investment(share, seed):
    case = toy(5, seed, LINE.format("flypaper: 1.0"))
    amount = share * case.setting.attribute("budget_expenditure")[:, None] * np.ones((5, 3))
    human = toy(5, seed)
    expected = instruments.get("human_capital")().response(
        human.setting, human.scenario.instruments["human_capital"], amount
    )
    found = effects_of(case, amount)
    np.testing.assert_allclose(found["invested_human"], expected["invested_human"])
    assert not found["income_receipts"].any()


@settings(max_examples=20)
@given(
    share=st.floats(0.001, 0.05),
    low=st.floats(0.25, 0.6),
    more=st.floats(0.01, 0.4),
    purpose=st.sampled_from(["infrastructure", "human", "research"]),
)
def test_the_more_sticks_the_more_is_built_and_the_less_is_income(share, low, more, purpose):
    found = []
    for flypaper in (low, low + more):
        case = toy(5, 1, LINE.format(f"purpose: {purpose}, flypaper: {flypaper}"))
        amount = share * case.setting.attribute("budget_expenditure")[:, None] * np.ones((5, 3))
        effects = effects_of(case, amount)
        np.testing.assert_allclose(effects["income_receipts"], (1 - flypaper) * amount)
        assert (effects[f"invested_{purpose}"] <= flypaper * amount * (1 + 1e-12)).all()
        found.append(effects[f"invested_{purpose}"].sum())
    assert found[1] >= found[0]


@pytest.mark.parametrize("purpose", ["infrastructure", "human", "research"])
@pytest.mark.parametrize(
    "rules", [(), ("objective.kind=minimise_index", "objective.output_floor=0.9", "economy.segments=3")]
)
def test_rows_say_what_the_response_says(purpose, rules):
    line = f"purpose: {purpose}, cofinance: {{rate: 0.2, additionality: 0.5}}"
    promise = "programme.protected=[{region: R1, instrument: earmarked_transfer, amount: 500}]"
    model, outcome = solved(toy(5, 2, LINE.format(line), promise, *rules))
    assert outcome.amounts["earmarked_transfer"][1].min() >= 500 - 1e-3
    agrees(model, outcome, "earmarked_transfer")
    no_programme_no_effect(model.setting, "earmarked_transfer")


def test_all_of_it_counts_in_the_regions_budget():
    case = toy(4, 0, LINE.format(""), "objective.of=fiscal_capacity")
    amount = np.full((4, 3), 10.0)
    nothing, after = evaluate(case.setting, {}), evaluate(case.setting, {"earmarked_transfer": amount})
    outcome = (after.effects["receipts"] - after.effects["private_receipts"]).sum()
    assert outcome == pytest.approx(120.0)
    assert (after.target > nothing.target).all()


def test_a_kind_that_the_regions_do_not_hold_is_refused_by_name():
    case = toy(4, 0, LINE.format("purpose: research, absorption: {full: 0.08}"))
    table = case.graph.frame.drop(columns="capital_research")
    bare = Case(RegionGraph(table, case.graph.links, case.graph.levels), case.scenario)
    with pytest.raises(InputError, match=r"(?s)below the fully effective.*capital_research"):
        sc.build(bare)
