"""Price subsidy: Harberger's triangle, in bands that model and response share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialcoord.planner.evaluate import evaluate
from spatialcoord.registry import instruments
from tests.instruments.common import agrees, no_programme_no_effect, solved
from tests.planner.conftest import toy

LINE = "instruments={{general_transfer: {{}}, infrastructure: {{}}, price_subsidy: {{{}}}}}"


def response(case, amount):
    return instruments.get("price_subsidy")().response(
        case.setting, case.scenario.instruments["price_subsidy"], amount
    )


def worth(basket, amount, elasticity):
    """Value to buyers in closed form: (x + B s) / 2 with s the root of x = B (s + e s^2)."""
    wedge = amount / basket
    if elasticity > 1e-9:
        wedge = 2 * wedge / (1 + np.sqrt(1 + 4 * elasticity * wedge))
    return 0.5 * (amount + basket * wedge)


def test_a_fifth_off_the_price_by_hand():
    case = toy(3, 0, LINE.format("basket: 0.05, most: 0.2, price_elasticity: 0.5, pass_through: 0.8"))
    basket = 0.05 * case.setting.output @ case.setting.year_in_period
    # quantity rises by a tenth: the programme pays .2 x 1.1 = .22 of the basket, worth .21 to buyers, .168 to residents
    effects = response(case, 0.22 * basket)
    np.testing.assert_allclose(effects["income_receipts"], 0.168 * basket)
    np.testing.assert_allclose(effects["private_receipts"], 0.22 * basket)
    most = instruments.get("price_subsidy")().most(case.setting, case.scenario.instruments["price_subsidy"])
    np.testing.assert_allclose(most, 0.22 * basket)


@settings(max_examples=30)
@given(
    elasticity=st.floats(0.0, 3.0),
    most=st.floats(0.01, 0.9),
    through=st.floats(0.0, 1.0),
    used=st.floats(0.0, 1.0),
)
def test_the_loss_is_overstated_by_no_more_than_is_said(elasticity, most, through, used):
    line = f"most: {most!r}, price_elasticity: {elasticity!r}, pass_through: {through!r}"
    case = toy(3, 0, LINE.format(line))
    basket = 0.04 * case.setting.output @ case.setting.year_in_period
    amount = used * basket * (most + elasticity * most**2)
    exact = through * worth(basket, amount, elasticity)
    found = response(case, amount)["income_receipts"]
    bound = elasticity * (most / 4) ** 2 / 8 * basket
    assert (found <= exact * (1 + 1e-9) + 1e-12).all()
    assert (found >= exact - bound * (1 + 1e-9) - 1e-9).all()
    assert (found <= amount * (1 + 1e-12)).all()


def test_with_the_defaults_the_overstatement_is_below_a_thousandth():
    case = toy(3, 0, LINE.format(""))
    basket = 0.04 * case.setting.output @ case.setting.year_in_period
    amount = 0.22 * basket
    assert (0.5 * 0.05**2 / 8 * basket < 1e-3 * amount).all()


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), promised=st.floats(0.3, 0.9))
@pytest.mark.parametrize(
    "rules", [(), ("objective.kind=minimise_index", "objective.output_floor=0.9", "economy.segments=3")]
)
def test_rows_say_what_the_response_says(seed, promised, rules):
    line = LINE.format("basket: 0.01, price_elasticity: 1.0")
    plain = toy(4, seed, line)
    # to the richest region, whose income a pure index wants less of
    setting = plain.setting
    rich = int(np.argmax(setting.base_output / setting.population))
    amount = promised * instruments.get("price_subsidy")().most(
        setting, plain.scenario.instruments["price_subsidy"]
    )
    room = 0.9 * float(setting.equal[rich, 0])
    promise = f"{{region: {setting.regions[rich]}, instrument: price_subsidy, amount: {min(float(amount[rich, 0]), room):.6g}}}"
    free = ("programme.floor=0", "programme.ceiling=100", f"programme.protected=[{promise}]")
    model, outcome = solved(toy(4, seed, line, *free, *rules))
    agrees(model, outcome, "price_subsidy")
    no_programme_no_effect(setting, "price_subsidy")


def test_it_raises_income_but_not_the_capacity_of_the_budget():
    amount = {"price_subsidy": np.full((4, 3), 10.0)}
    for of, gains in (("income", True), ("fiscal_capacity", False)):
        case = toy(4, 0, LINE.format(""), f"objective.of={of}", "programme.financing=equal_per_head")
        change = evaluate(case.setting, amount).target - evaluate(case.setting, {}).target
        if gains:
            assert change.max() > 0
        else:
            np.testing.assert_allclose(change, 0.0, atol=1e-9)
