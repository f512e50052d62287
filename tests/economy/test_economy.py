"""Capital, absorption, spillovers and outcomes against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.economy.accounts import add_effects, empty_effects, error_of_output, spread_output
from spatialcoord.economy.capital import add_yield
from spatialcoord.economy.production import PublicCapital
from spatialcoord.registry import instruments


@pytest.fixture(scope="module")
def setting():
    return sc.load_case("china").setting


def part(setting, name="infrastructure"):
    instrument = instruments.get(name)()
    return instrument, setting.scenario.instruments[name]


def yields(setting, amount, name="infrastructure"):
    """Every account of given amounts of one line, what the investment yields included."""
    instrument, params = part(setting, name)
    effects = empty_effects(setting)
    add_effects(effects, instrument.response(setting, params, amount))
    add_yield(setting, effects)
    return effects


def test_capital_is_added_after_it_is_built_and_wears_out(setting):
    capital = PublicCapital(setting, setting.base_output, 0.1, 0.04, 2)
    spent = np.zeros((31, 5))
    spent[:, 0] = 1.0
    stock = spent @ capital.accumulation.T
    np.testing.assert_allclose(stock[0, :5], [0.0, 0.0, 1.0, 0.96, 0.96**2])
    assert capital.remaining[0] == pytest.approx(0.96**13)


def test_gain_is_the_power_function(setting):
    capital = PublicCapital(setting, setting.base_output, 0.25, 0.0, 1)
    spent = np.zeros((31, 5))
    spent[:, 0] = setting.base_output * setting.growth_factor[1]
    gain = capital.gain(spent)
    np.testing.assert_allclose(gain[:, 1], (2**0.25 - 1) * setting.output[:, 1])
    assert (gain[:, 0] == 0).all()


@given(first=st.floats(0.0, 0.2), more=st.floats(0.01, 0.2))
def test_more_money_gives_more_but_less_for_each_unit(setting, first, more):
    scale = setting.attribute("budget_expenditure")[:, None] * np.ones(5)
    a, b, c = (
        yields(setting, share * scale)["output"].sum() for share in (first, first + more, first + 2 * more)
    )
    largest = part(setting)[1].absorption.largest
    assert b >= a and c >= b - 1e-9 * b
    if first < largest:
        assert b - a >= (c - b) * (1 - 1e-9)


def test_beyond_the_largest_share_nothing_is_effective(setting):
    params = part(setting)[1]
    base = setting.attribute("budget_expenditure")[:, None] * (setting.growth_factor @ setting.year_in_period)
    at, beyond = (yields(setting, params.absorption.largest * k * base)["output"] for k in (1, 2))
    np.testing.assert_allclose(at, beyond)


def test_spillovers_solve_their_equation(setting):
    varied = setting.varied(rho=-0.2)
    gain = np.random.default_rng(0).uniform(1, 2, (31, 15))
    total = spread_output(varied, gain)
    growth = total / varied.base_output[:, None]
    np.testing.assert_allclose(
        growth - -0.2 * (varied.neighbour_weights @ growth), gain / varied.base_output[:, None], rtol=1e-10
    )
    np.testing.assert_array_equal(spread_output(setting, gain), gain)


def test_a_percent_in_a_big_province_is_not_a_percent_of_money_next_door(setting):
    varied = setting.varied(rho=0.2)
    gain = np.zeros(31)
    big = varied.regions.index("CN-GD")
    gain[big] = 0.01 * varied.base_output[big]
    total = spread_output(varied, gain) / varied.base_output
    assert total[varied.regions.index("CN-HI")] <= 0.01 * 0.2 * 1.3


def test_error_of_output_bounds_the_error_whatever_the_sign(setting):
    rng = np.random.default_rng(1)
    for rho in (0.0, -0.2, 0.25):
        varied = setting.varied(rho=rho)
        most = rng.uniform(0, 1, (31, 15))
        bound = error_of_output(varied, most)
        for _ in range(20):
            error = most * rng.uniform(0, 1, most.shape)
            assert (np.abs(spread_output(varied, error @ varied.weight)) <= bound * (1 + 1e-9)).all()


def test_weights_sum_to_one_and_discount(setting):
    assert setting.weight.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(setting.weight[1:] / setting.weight[:-1], 1 / 1.05)


def test_response_agrees_with_the_model_rows(setting):
    """What `response` says of the plan's amounts is what the rows of `build` say; the yield up to the secants' error."""
    from spatialcoord.planner import build

    model = build(sc.load_case("china"))
    model.solve()
    for kind, name in (("infrastructure", "infrastructure"), ("human", "human_capital")):
        gain = yields(setting, model.value(model.amounts[name]), name)["output"][:, setting.weight > 0]
        rows = model.value(model.ledger.by_part("output")[f"capital_{kind}"])[:, setting.weight > 0]
        room = model.approximations[kind][:, setting.weight > 0]
        assert (gain - rows >= -1e-6 * gain.max()).all() and (gain - rows <= room + 1e-6 * gain.max()).all()
    for name in model.amounts:
        instrument, params = part(setting, name)
        effects = instrument.response(setting, params, model.value(model.amounts[name]))
        for account, values in effects.items():
            posted = model.ledger.by_part(account).get(name)
            if posted is None:
                assert np.allclose(values, 0.0)
                continue
            rows = model.value(posted)
            np.testing.assert_allclose(values, rows, atol=1e-6 * np.abs(values).max())


def test_two_lines_of_one_kind_share_its_diminishing_returns(setting):
    """What two lines put into infrastructure yields what one line would with all the money, not twice the first slope."""
    spent = np.outer(setting.base_output, np.full(5, 0.02))
    whole, half = empty_effects(setting), empty_effects(setting)
    whole["invested_infrastructure"] = spent
    add_yield(setting, whole)
    for _ in range(2):
        add_effects(half, {"invested_infrastructure": 0.5 * spent})
    add_yield(setting, half)
    np.testing.assert_allclose(half["output"], whole["output"])
    single = empty_effects(setting)
    single["invested_infrastructure"] = 0.5 * spent
    add_yield(setting, single)
    assert (whole["output"].sum(axis=1) < 2 * single["output"].sum(axis=1)).all()


def test_price_level_turns_money_into_purchasing_power():
    from spatialcoord.planner.case import Case
    from spatialcoord.regions import RegionGraph
    from spatialcoord.registry import outcomes

    case = sc.load_case("china")
    plain = case.setting
    table = case.graph.frame.copy()
    table["price_level"] = np.where(table.index == "CN-BJ", 1.25, 1.0)
    dear = Case(RegionGraph(table, case.graph.links, case.graph.levels), case.scenario).setting
    for name in ("income", "output"):
        outcome = outcomes.get(name)
        # without the attribute nothing is multiplied: persons are the same numbers
        assert (outcome.divisor(plain) == plain.population).all()
        ratio = outcome.divisor(dear) / outcome.divisor(plain)
        assert (ratio == table["price_level"].to_numpy()).all()
    assert (dear.population == plain.population).all() and (dear.equal == plain.equal).all()
