"""What upstream does under a contract, and the contracts that are best: against closed forms, fine grids and a linear programme."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.special import ndtr, ndtri

from spatialcoord.coordination.quality_contract import (
    at_level,
    bargaining_range,
    best_contract,
    best_stability,
    least_stake,
)
from spatialcoord.coordination.quality_effort import (
    River,
    best_effort,
    chances,
    expected_payment,
    marginal_payment,
)
from spatialcoord.coordination.quality_terms import Contract, round_of
from spatialcoord.errors import InputError

RIVER = River(effect=0.2, risk=0.08, cost=20, rising_cost=150, worth=1500)
STEPPED = Contract(0.9, (0.8, 1.0), (150.0, 60.0, -40.0))


@st.composite
def rivers(draw):
    return River(
        draw(st.floats(0.05, 0.6)),
        draw(st.floats(0.01, 0.4)),
        draw(st.floats(0, 300)),
        draw(st.floats(1, 300)),
        draw(st.floats(0, 5000)),
        draw(st.floats(-0.2, 0.3)),
    )


@st.composite
def stepped(draw):
    """One or two thresholds."""
    first = draw(st.floats(0.6, 1.0))
    thresholds = (first,) if draw(st.booleans()) else (first, first + draw(st.floats(0.02, 0.3)))
    steps = draw(st.lists(st.floats(0, 400), min_size=len(thresholds), max_size=len(thresholds)))
    least = draw(st.floats(-200, 200))
    payments = np.append(least + np.cumsum(steps)[::-1], least)
    return Contract(draw(st.floats(0.7, 1.3)), thresholds, tuple(payments.tolist()))


@given(river=rivers(), contract=stepped(), effort=st.floats(0, 1))
def test_expected_payments_are_the_mean_over_the_distribution_of_the_index(river, contract, effort):
    n = 20000
    index = contract.stability * np.exp(
        river.start - river.effect * effort + river.risk * ndtri((np.arange(n) + 0.5) / n)
    )
    paid = np.array(contract.payments)[np.searchsorted(contract.thresholds, index)]
    expected = expected_payment(river, contract, effort)
    assert expected == pytest.approx(paid.mean(), abs=2 * max(contract.spread, 1) / n)
    chance = chances(river, contract, effort)
    assert chance.sum() == pytest.approx(1) and (chance >= 0).all()
    assert chance @ contract.payments == pytest.approx(expected, abs=1e-9)
    step = 1e-5
    around = expected_payment(river, contract, np.array([effort - step, effort + step]))
    slope = marginal_payment(river, contract, effort)
    assert slope == pytest.approx((around[1] - around[0]) / (2 * step), rel=1e-3, abs=1e-3)
    assert slope >= 0


@given(river=rivers(), contract=stepped())
def test_no_effort_on_a_fine_grid_is_better_than_the_best(river, contract):
    found = best_effort(river, contract)
    grid = np.linspace(0, 1, 20001)
    worth = expected_payment(river, contract, grid) - river.spent(grid)
    scale = contract.spread + river.spent(1.0)
    assert worth.max() <= found.bound + 1e-12 * scale
    assert found.bound - found.payoff <= 2e-10 * scale
    at = expected_payment(river, contract, found.effort) - river.spent(found.effort)
    assert found.payoff == pytest.approx(at, abs=1e-11 * scale + 1e-9)
    if 1e-3 < found.effort < 1 - 1e-3:  # a peak: what effort brings is what it costs
        slope = marginal_payment(river, contract, found.effort) - river.cost
        assert slope == pytest.approx(2 * river.rising_cost * found.effort, rel=1e-4, abs=1e-3)


def test_the_higher_of_two_peaks_is_found():
    river = replace(RIVER, risk=0.01)
    contract = Contract(1.0, (0.87, 0.95), (110.0, 40.0, 0.0))
    grid = np.linspace(0, 1, 200001)
    worth = expected_payment(river, contract, grid) - river.spent(grid)
    peaks = grid[1:-1][(worth[1:-1] > worth[:-2]) & (worth[1:-1] > worth[2:])]
    assert len(peaks) == 2
    for low, high in ((110.0, 40.0), (200.0, 40.0)):  # now one, now the other is higher
        found = best_effort(river, replace(contract, payments=(low, high, 0.0)))
        worth = expected_payment(river, replace(contract, payments=(low, high, 0.0)), grid) - river.spent(
            grid
        )
        assert found.effort == pytest.approx(grid[worth.argmax()], abs=1e-5)
    assert best_effort(river, contract).effort < 0.5 < found.effort


@settings(max_examples=10)
@given(low=st.floats(0.1, 0.4), apart=st.floats(0.1, 0.5), more=st.floats(-0.3, 0.3))
def test_peaks_between_the_cells_of_the_first_grid_are_found(low, apart, more):
    """Nearly nothing but effort moves the water: narrow peaks at two efforts, one step worth little more than its cost."""
    river = replace(RIVER, risk=0.0002)
    step = river.spent(low + apart) - river.spent(low) + more
    at = np.exp(-river.effect * np.array([low + apart, low]))
    contract = Contract(1.0, tuple(at.tolist()), (step + 80.0, 80.0, 0.0))
    found = best_effort(river, contract)
    grid = np.linspace(0, 1, 200001)
    assert found.payoff >= (expected_payment(river, contract, grid) - river.spent(grid)).max() - 1e-7


@given(river=rivers(), contract=stepped(), power=st.integers(-8, 8))
def test_neither_the_unit_of_money_nor_its_level_moves_effort(river, contract, power):
    factor = 2.0**power
    dear = replace(
        river,
        cost=river.cost * factor,
        rising_cost=river.rising_cost * factor,
        worth=river.worth * factor,
    )
    scaled = replace(contract, payments=tuple(h * factor for h in contract.payments))
    one, other = best_effort(river, contract), best_effort(dear, scaled)
    assert other.payoff == pytest.approx(one.payoff * factor, abs=1e-8 * factor * (1 + abs(one.payoff)))
    moved = replace(contract, payments=tuple(h + 1000 for h in contract.payments))
    again = best_effort(river, moved)
    assert again.payoff == pytest.approx(one.payoff + 1000, abs=1e-6)
    assert river.first_best() == pytest.approx(dear.first_best(), abs=1e-9)


@given(river=rivers())
def test_the_first_best_is_best_on_a_grid_and_a_new_base_changes_no_money(river):
    grid = np.linspace(0, 1, 10001)
    first = river.first_best()
    assert river.surplus(first) >= river.surplus(grid).max() - 1e-9 * (1 + river.worth)
    told = river.rebased(0.8)
    assert told.benefit(0.7) == pytest.approx(river.benefit(0.7)) and told.first_best() == pytest.approx(
        first
    )
    assert told.ratio(0.3, 0.5) * 0.8 == pytest.approx(river.ratio(0.3, 0.5))


def test_slack_weakens_the_incentive():
    """The nearer the coefficient comes to its best value, the more upstream does; the coefficient of the first round is far from it."""
    first = round_of(2012).contract()
    best, found = best_stability(RIVER, first)
    coefficients = np.array([0.85, 0.89, 0.90, 0.95, 1.0, 1.05, best.stability])
    efforts = [best_effort(RIVER, replace(first, stability=k)).effort for k in coefficients]
    assert (np.diff(efforts) > 0).all() and efforts[0] < 0.02 and efforts[-1] > 0.59
    assert RIVER.surplus(found.effort) > 25 * RIVER.surplus(efforts[0]) > 0
    # at the quality expected without effort, the marginal payment is the density of the slack, in closed form
    z = -np.log(0.85) / RIVER.risk
    assert marginal_payment(RIVER, first, 0.0) == pytest.approx(
        200 * 0.2 / 0.08 * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    )
    assert marginal_payment(RIVER, first, 0.0) < 0.13 * marginal_payment(
        RIVER, replace(first, stability=1.0), 0.0
    )


def test_the_best_coefficient_puts_the_threshold_at_the_quality_that_upstream_then_delivers():
    """In closed form: the steepest marginal payment D a phi(0) / sigma meets marginal cost, and ln k0 = ln t - m + a e."""
    for start in (-0.1, 0.0, 0.15):
        river = replace(RIVER, start=start)
        best, found = best_stability(river, round_of(2012).contract())
        effort = (200 * 0.2 / 0.08 / np.sqrt(2 * np.pi) - 20) / 300
        assert found.effort == pytest.approx(effort, abs=1e-5)
        assert best.stability == pytest.approx(np.exp(-start + 0.2 * effort), rel=1e-3)


@settings(max_examples=8)
@given(river=rivers(), contract=stepped())
def test_no_coefficient_on_a_grid_brings_more(river, contract):
    best, found = best_stability(river, contract)
    assert best_effort(river, best) == found
    surplus = river.surplus(found.effort)
    assert surplus <= river.surplus(river.first_best()) + 1e-9 * (1 + river.worth)
    for k in np.exp(np.linspace(-1.0, 1.0, 40)):
        other = best_effort(river, replace(contract, stability=float(k)))
        assert river.surplus(other.effort) <= surplus + 2e-3 * (contract.spread + river.spent(1.0))


@pytest.mark.parametrize(
    "river",
    [
        RIVER,
        replace(RIVER, risk=0.04),
        replace(RIVER, risk=0.02),
        replace(RIVER, start=0.15),
        replace(RIVER, cost=200, rising_cost=0),
    ],
)
def test_no_rule_with_any_number_of_thresholds_does_it_with_less_at_stake(river):
    """A linear programme over steps at 500 thresholds, each effort of a grid no better than the first best."""
    first = river.first_best()
    stake, z = least_stake(river, first)
    reach = river.effect / river.risk
    at = np.unique(np.append(np.linspace(-4, reach + 4, 500), z))
    less = np.linspace(first - 1, first, 301)
    less = less[np.abs(less) > 1e-9]
    lost = ndtr(at) - ndtr(at - reach * less[:, None])
    saved = river.spent(first) - river.spent(first - less)
    bound = linprog(np.ones(at.size), -lost, -saved, method="highs").fun
    assert bound <= stake * (1 + 1e-9) and stake <= bound * 1.01
    assert (z == 0) == (river.risk == 0.08 and river.rising_cost > 0)


@settings(max_examples=25)
@given(river=rivers(), centre=st.sampled_from([0.0, 50.0]), weight=st.sampled_from([0.5, 1.0, 3.0]))
def test_the_best_contract_brings_about_the_first_best_and_nobody_loses(river, centre, weight):
    assume(river.first_best() > 0.01)
    found = best_contract(river, centre=centre, weights=(weight, 1.0))
    assert found.effort == pytest.approx(found.first_best, abs=1e-4)
    assert found.surplus == pytest.approx(found.best_surplus, rel=1e-5, abs=1e-6)
    again = best_effort(river, found.contract)  # with the payments at their level
    assert again.effort == pytest.approx(found.effort, abs=1e-4)
    paid = expected_payment(river, found.contract, found.effort)
    span = found.range
    assert span.opportunity_cost <= span.nash <= span.willingness_to_pay
    assert paid == pytest.approx(span.nash, rel=1e-9, abs=1e-6)
    upstream = paid + centre - river.spent(found.effort)
    downstream = river.benefit(found.effort) - paid
    assert min(upstream, downstream) >= 0
    assert upstream + downstream == pytest.approx(found.surplus + centre, abs=1e-6)
    assert upstream == pytest.approx((found.surplus + centre) * weight / (weight + 1), rel=1e-5)


def test_with_less_at_stake_than_the_first_best_takes_the_most_is_made_of_it():
    stake, _ = least_stake(RIVER, RIVER.first_best())
    assert stake == pytest.approx((20 + 300 * RIVER.first_best()) * 0.08 / 0.2 * np.sqrt(2 * np.pi))
    efforts = []
    for most in (60.0, 120.0, 200.0, 0.99 * stake, stake):
        found = best_contract(RIVER, most)
        assert found.contract.spread == pytest.approx(min(most, stake))
        assert min(found.range.upstream, found.range.downstream) >= 0
        assert (found.surplus < found.best_surplus - 1e-6) == (most < stake)
        efforts.append(found.effort)
    assert (np.diff(efforts) > 0).all() and efforts[-1] == pytest.approx(found.first_best)
    # where the threshold would be missed on purpose, a stake just below the least loses more than a little
    calm = replace(RIVER, risk=0.02)
    stake, z = least_stake(calm, calm.first_best())
    assert z > 1 and best_contract(calm, 0.95 * stake).surplus < calm.surplus(calm.first_best()) - 0.05


def test_the_bargaining_range_is_opportunity_cost_to_willingness_to_pay_and_nash_is_its_middle():
    span = bargaining_range(RIVER, 0.5)
    assert span.opportunity_cost == 20 * 0.5 + 150 * 0.25
    assert span.willingness_to_pay == pytest.approx(1500 * np.exp(0.0032) * -np.expm1(-0.1))
    assert span.nash == pytest.approx((span.opportunity_cost + span.willingness_to_pay) / 2)
    helped = bargaining_range(RIVER, 0.5, centre=30)
    assert helped.opportunity_cost == span.opportunity_cost - 30 and helped.nash == pytest.approx(
        span.nash - 15
    )
    keen = bargaining_range(RIVER, 0.5, weights=(3, 1))
    assert keen.upstream == pytest.approx(3 * keen.downstream, rel=1e-5)


def test_where_there_is_nothing_to_agree_on_it_is_told():
    with pytest.raises(InputError, match="no payment that suits both"):
        bargaining_range(replace(RIVER, worth=10), 0.5)
    with pytest.raises(InputError, match="costs more than it is worth"):
        best_contract(replace(RIVER, worth=10))
    with pytest.raises(InputError, match="makes no effort"):
        best_contract(RIVER, most=10.0)
    with pytest.raises(InputError) as told:
        River(0.0, -1.0, np.nan, -1.0, 1.0, np.inf)
    assert [p.where for p in told.value.problems] == [
        f"river, {name}" for name in ("effect", "risk", "cost", "rising_cost", "start")
    ]
    with pytest.raises(InputError, match="effort costs nothing"):
        River(0.1, 0.1, 0.0, 0.0, 1.0)


@given(contract=stepped(), effort=st.floats(0, 1), expected=st.floats(-500, 500))
def test_a_moved_level_is_expected_to_be_paid(contract, effort, expected):
    moved = at_level(RIVER, contract, effort, expected)
    assert expected_payment(RIVER, moved, effort) == pytest.approx(expected, abs=1e-6)
    assert np.diff(moved.payments) == pytest.approx(np.diff(contract.payments), abs=1e-9)
