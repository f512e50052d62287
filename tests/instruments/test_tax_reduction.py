"""Tax reduction: at most a share of the tax paid there, to taxpayers and not to the budget."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.registry import instruments
from tests.instruments.common import agrees, no_programme_no_effect, solved
from tests.planner.conftest import toy

LINE = "instruments={{general_transfer: {{}}, infrastructure: {{}}, tax_reduction: {{{}}}}}"


def test_of_a_hundred_given_up_ninety_seven_arrive():
    case = toy(3, 0, LINE.format("administration: 0.03"))
    params = case.scenario.instruments["tax_reduction"]
    effects = instruments.get("tax_reduction")().response(case.setting, params, np.full((3, 3), 100.0))
    np.testing.assert_allclose(effects["income_receipts"], 97.0)
    np.testing.assert_allclose(effects["private_receipts"], 100.0)
    growth = case.setting.growth_factor @ case.setting.year_in_period
    most = instruments.get("tax_reduction")().most(case.setting, params)
    np.testing.assert_allclose(most, 0.05 * case.setting.attribute("tax_revenue")[:, None] * growth)


@settings(max_examples=12)
@given(seed=st.integers(0, 1000), most=st.just(0.0) | st.floats(1e-6, 0.1), lost=st.floats(0.0, 0.1))
def test_never_above_the_share_of_tax(seed, most, lost):
    line = LINE.format(f"most: {most!r}, administration: {lost!r}")
    model, outcome = solved(toy(5, seed, line, "programme.envelopes={relief: {min_share: 0.0}}"))
    agrees(model, outcome, "tax_reduction")
    no_programme_no_effect(model.setting, "tax_reduction")


def test_taxpayers_gain_and_the_capacity_of_the_budget_does_not():
    amount = {"tax_reduction": np.full((4, 3), 10.0)}
    given_up = {"general_transfer": np.full((4, 3), 10.0)}
    case = toy(4, 0, LINE.format("administration: 0"), "objective.of=fiscal_capacity")
    nothing = evaluate(case.setting, {}).target
    np.testing.assert_allclose(evaluate(case.setting, amount).target, nothing, atol=1e-9)
    assert (evaluate(case.setting, given_up).target > nothing).all()
    # income does not tell the two apart
    case = toy(4, 0, LINE.format("administration: 0"))
    np.testing.assert_allclose(
        evaluate(case.setting, amount).target, evaluate(case.setting, given_up).target, rtol=1e-12
    )


def test_it_costs_those_who_pay_what_a_grant_costs():
    case = toy(4, 0, LINE.format(""))
    effects = evaluate(case.setting, {"tax_reduction": np.full((4, 3), 10.0)}).effects
    np.testing.assert_allclose(effects["financing"].sum(axis=0), 40.0)


def test_a_plan_prefers_a_grant_to_a_cut_of_which_a_part_is_lost():
    _, outcome = solved(toy(6, 2, LINE.format("administration: 0.1")))
    assert outcome.amounts["tax_reduction"].sum() <= 1e-6 * sum(a.sum() for a in outcome.amounts.values())


def test_without_tax_figures_it_is_refused_by_name():
    with pytest.raises(InputError, match="tax_revenue"):
        sc.build(sc.load_case("eu", ["instruments.tax_reduction={}"]))
