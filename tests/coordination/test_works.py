"""Responses to more and less investment: against the plan's own evaluation, shape, and what delay and distance cost."""

import numpy as np
import pytest

from spatialcoord.coordination.table import Table
from spatialcoord.coordination.works import Works
from spatialcoord.economy.capital import add_yield
from tests.coordination.tables import institution, planned

KINDS = ("infrastructure", "human")


def works(kind="infrastructure", overrides=(), level="", n=7, seed=1, **terms):
    case, plan, amounts = planned(n, seed, overrides)
    return Works(Table.of(case.setting, level), plan, amounts, kind, institution(**terms))


def total(response, n):
    output, left = response.worth(n)
    return output + left


@pytest.mark.parametrize("kind", KINDS)
def test_no_more_money_brings_nothing_and_more_brings_ever_less(kind):
    response = works(kind)
    assert (total(response, np.zeros(7)) == 0).all()
    grid = np.linspace(-1, 1, 41)[:, None]
    values = np.array(
        [total(response, np.where(g < 0, response.most_given, response.most_got) * g) for g in grid]
    )
    assert (np.diff(values, axis=0) > 0).all()
    slope = np.diff(values, axis=0)
    # given and got are different money: each side is concave by itself, and a unit got is never worth more than one given
    size = np.where(np.arange(40)[:, None] < 20, response.most_given, response.most_got) / 20
    slope = slope / size
    assert (np.diff(slope, axis=0) <= 1e-9 * slope.max()).all()


@pytest.mark.parametrize("level", ["", "group"])
def test_gain_is_that_of_the_plan_whose_investment_is_raised_by_hand(level):
    case, plan, _ = planned(7, 1)
    setting = case.setting
    response = works("infrastructure", level=level)
    response.full, response.room = response.full * 0 + 1e9, response.room * 0 + 1e9  # no limit of absorption
    units = len(response.table.ids)
    n = 0.01 * response.capital[:, 0] * np.where(np.arange(units) % 2, 1.0, -0.3)
    spread = response.table.member.T @ (n / response.capital[:, 0]) * response.stock.initial
    growth = setting.growth_factor @ setting.year_in_period
    account = "invested_infrastructure"
    raised = {**plan.effects, account: plan.effects[account] + spread[:, None] * growth}
    bare = {**plan.effects}
    for effects in (raised, bare):
        effects["output"], effects["terminal"] = (
            np.zeros_like(effects["output"]),
            np.zeros_like(effects["terminal"]),
        )
        for other in ("human", "research"):
            effects[f"invested_{other}"] = np.zeros_like(effects[account])
        add_yield(setting, effects)
    output = response.table.total((raised["output"] - bare["output"]) @ setting.weight)
    left = response.table.total(setting.terminal_weight * (raised["terminal"] - bare["terminal"]))
    got = response.worth(n)
    # units of several regions are one response of their sum: near, not the same
    np.testing.assert_allclose(got[0], output, rtol=1e-9 if not level else 0.2)
    np.testing.assert_allclose(got[1], left, rtol=1e-9)
    assert (np.sign(got[0]) == np.sign(n)).all()


def test_little_money_brings_as_much_as_taking_it_away_takes():
    response = works()
    response.full = response.full + 1.0
    n = 1e-4 * response.most_given
    np.testing.assert_allclose(total(response, n), -total(response, -n), rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_delay_lowers_what_works_bring(kind):
    values = [total(works(kind, delay=d), works(kind).most_got * 0.1) for d in (0, 1, 2)]
    assert (values[0] > values[1]).all() and (values[1] > values[2]).all() and (values[2] > 0).all()


def test_distance_costs_education_only():
    far = ("negotiation.indirect_cost=0.5", "negotiation.indirect_delay=3")
    n = works().most_got * 0.1
    near, cost, late = (
        total(works("human", o), n)
        for o in (
            ("negotiation.indirect_cost=0.0", "negotiation.indirect_delay=0"),
            ("negotiation.indirect_cost=0.5", "negotiation.indirect_delay=0"),
            ("negotiation.indirect_cost=0.0", "negotiation.indirect_delay=3"),
        )
    )
    assert (cost < near).all() and (late < near).all()
    np.testing.assert_array_equal(total(works("infrastructure", far), n), total(works("infrastructure"), n))
    # what is taken away was effective where it was
    np.testing.assert_array_equal(total(works("human", far), -n * 0.01), total(works("human"), -n * 0.01))


def test_capital_that_came_late_is_never_more_than_was_put_in():
    """Money whose effect lies beyond the horizon is not worth more than itself."""
    for late in (0, 3, 12):
        response = works(
            "human",
            ("economy.horizon=4", "negotiation.indirect_cost=0.0", f"negotiation.indirect_delay={late}"),
        )
        n = 0.5 * response.most_full
        left = response.gain(n)[1]
        put_in = n * response.path.sum()
        assert (left <= put_in * (1 + 1e-12)).all()


def test_education_of_others_beats_money_from_a_horizon_on_that_delay_moves():
    """A unit got as education against the unit in hand, by horizon: below the threshold money is better, above it education."""

    def better(horizon, late):
        overrides = (
            f"economy.horizon={horizon}",
            f"negotiation.indirect_delay={late}",
            "economy.capital.human.elasticity=0.12",
        )
        response = works("human", overrides)
        n = 0.01 * response.most_full
        setting = response.setting
        # output alone, not capital left: money in hand could be put into capital as well
        worth = response.worth(n)[0]
        in_hand = n * float(setting.weight @ setting.year_in_period @ response.path)
        return bool(worth.sum() > in_hand.sum())

    thresholds = []
    for late in (0, 8):
        answers = [better(h, late) for h in range(4, 41, 6)]
        assert answers == sorted(answers)  # from one horizon on, and not back
        assert not answers[0] and answers[-1]
        thresholds.append(answers.index(True))
    assert thresholds[0] < thresholds[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("segments", [1, 2, 8])
def test_secants_meet_the_response_at_their_ends(kind, segments):
    response = works(kind)
    pieces = response.pieces(segments)
    assert (pieces.sign == np.repeat([1, -1], segments)).all()
    up, down = pieces.width[:, :segments], pieces.width[:, segments:]
    np.testing.assert_allclose(up.sum(axis=1), response.most_got)
    np.testing.assert_allclose(down.sum(axis=1), response.most_given)
    value = pieces.width * (pieces.output + pieces.left)
    np.testing.assert_allclose(value[:, :segments].sum(axis=1), total(response, response.most_got))
    np.testing.assert_allclose(value[:, segments:].sum(axis=1), total(response, -response.most_given))


def test_members_bring_their_share_of_own_and_delegated_investment():
    case, _, amounts = planned(7, 1)
    response = works(contribution=0.1, delegated=0.0)
    capital = case.scenario.economy.capital.infrastructure
    own = (capital.depreciation + case.scenario.economy.growth) * case.setting.attribute(
        "capital_infrastructure"
    )
    np.testing.assert_allclose(response.most_given, 0.1 * own)
    growth = case.setting.growth_factor @ case.setting.year_in_period
    line = sum(a for name, a in amounts.items() if "infrastructure" in name)
    more = works(contribution=0.1, delegated=0.5).most_given - response.most_given
    np.testing.assert_allclose(more, 0.5 * (line / growth).mean(axis=1))


@pytest.mark.parametrize("segments", [1, 3, 8])
def test_nobody_gets_more_than_others_bring_and_secants_end_at_the_kink(segments):
    response = works()
    others = np.array([0.0, 1.0, 1e9, 300.0, 250.0, 400.0, 50.0])
    pieces = response.pieces(segments, others)
    up = np.cumsum(pieces.width[:, :segments], axis=1)
    np.testing.assert_allclose(up[:, -1], np.minimum(others, response.most_got))
    kink = (response.most_full > 0) & (response.most_full < up[:, -1])
    assert kink.any()
    if segments > 1:
        distance = np.abs(up - response.most_full[:, None]).min(axis=1)
        np.testing.assert_allclose(distance[kink], 0, atol=1e-9)
    values = total(response, up[:, 0]) - (pieces.width * (pieces.output + pieces.left))[:, 0]
    np.testing.assert_allclose(values, 0, atol=1e-9 * response.most_got.max())
