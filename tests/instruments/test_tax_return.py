"""Tax return: the same share everywhere, and the money follows wealth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import Infeasible, InputError
from spatialcoord.planner.evaluate import evaluate, same_per_head
from spatialcoord.planner.promises import broken_promises
from spatialcoord.planner.solving import optimise
from tests.instruments.common import ALONE, agrees, no_programme_no_effect, solved
from tests.planner.conftest import toy

LINE = "instruments={{general_transfer: {{}}, infrastructure: {{}}, tax_return: {{{}}}}}"


def returned(setting, share):
    growth = setting.growth_factor @ setting.year_in_period
    return {"tax_return": share * setting.attribute("tax_revenue")[:, None] * growth}


@pytest.fixture(scope="module")
def china_alone():
    def load(*overrides):
        return sc.load_case("china", ["instruments={tax_return: {}}", *ALONE, *overrides])

    return load


def test_it_raises_disparity_on_china_unless_the_same_tax_pays_for_it(china_alone):
    by_head = china_alone("programme.financing=equal_per_head").setting
    before, after = evaluate(by_head, {}), evaluate(by_head, returned(by_head, 0.05))
    assert after.index > before.index + 1e-4
    # paid for by the same key every region gets back exactly what it pays
    by_tax = china_alone().setting
    before, after = evaluate(by_tax, {}), evaluate(by_tax, returned(by_tax, 0.05))
    np.testing.assert_allclose(after.target, before.target, rtol=1e-12)


def test_it_is_less_equal_than_the_same_money_per_head(china_alone):
    setting = china_alone().setting
    money = returned(setting, 0.05)
    same = evaluate(setting, same_per_head(setting, money))
    assert evaluate(setting, money).index > same.index + 1e-4


@settings(max_examples=15)
@given(seed=st.integers(0, 1000), least=st.floats(0.001, 0.02), more=st.floats(0.0, 0.02))
def test_every_region_gets_the_same_share_and_the_least_where_the_plan_may_choose(seed, least, more):
    line = f"least: {least!r}, most: {least + more!r}"
    case = toy(6, seed, LINE.format(line), "programme.financing=equal_per_head", "programme.hold_harmless=0")
    model, outcome = solved(case)
    growth = model.setting.growth_factor @ model.setting.year_in_period
    share = outcome.amounts["tax_return"] / (model.setting.attribute("tax_revenue")[:, None] * growth)
    np.testing.assert_allclose(share, share.mean(axis=0) * np.ones((6, 1)), rtol=1e-6)
    assert (share >= least * (1 - 1e-6)).all() and (share <= (least + more) * (1 + 1e-6)).all()
    agrees(model, outcome, "tax_return")
    no_programme_no_effect(model.setting, "tax_return")


def test_the_share_is_told():
    plan = sc.solve(sc.build(toy(5, 0, LINE.format("least: 0.01"))))
    share = plan.dataset["tax_return_share"]
    assert share.dims == ("year",) and share.attrs["units"] == "1"
    np.testing.assert_allclose(share, 0.01, rtol=1e-6)


def test_floor_and_ceiling_hold_for_the_others_only():
    case = toy(6, 3, LINE.format("least: 0.02"), "programme.floor=0.9", "programme.ceiling=1.1")
    model, outcome = solved(case)
    rules = [c.name for c in model.pyomo.component_objects()]
    assert "programme.floor_transfer" in rules and "programme.floor_revenue_sharing" not in rules
    per_head = outcome.amounts["tax_return"].sum(axis=1) / model.setting.population
    assert per_head.max() / per_head.min() > 1.1 / 0.9


def test_change_and_the_share_kept_from_year_zero_hold_in_any_case():
    override = "instruments={tax_return: {least: 0.04}}"
    case = sc.load_case("china", [override, "programme.envelopes={}"])
    with pytest.raises(Infeasible, match=r"(?s)own rule of Tax return by origin"):
        optimise(sc.build(case))


def test_a_promise_above_the_ceiling_per_head_is_no_contradiction_by_itself():
    rules = (
        "programme.ceiling=1",
        "programme.floor=0",
        "programme.protected=[{region: R1, instrument: %s, amount: %g}]",
    )
    amount = 1.2 * float(toy(6, 1).setting.equal[1].max())

    def broken(instrument):
        promise = rules[2] % (instrument, amount)
        return broken_promises(toy(6, 1, LINE.format("most: 1.0"), *rules[:2], promise).setting)

    assert "ceiling" in str(broken("general_transfer")[0])
    assert not broken("tax_return")


def test_what_is_missing_or_out_of_order_is_told():
    with pytest.raises(InputError, match=r"(?s)least share 0.2 exceeds the largest share 0.1"):
        sc.build(toy(4, 0, LINE.format("least: 0.2, most: 0.1")))
    with pytest.raises(InputError, match="tax_revenue"):
        sc.build(sc.load_case("eu", ["instruments.tax_return={}"]))
