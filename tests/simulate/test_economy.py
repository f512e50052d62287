"""Properties of the simulated economy that hold whatever its figures are."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialcoord.economy.mobile_capital import MobileCapital
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.twin import simulated_all
from spatialcoord.simulate.access import shortest
from spatialcoord.simulate.economy import simulate
from spatialcoord.simulate.effect import effect
from spatialcoord.simulate.policy import Policy, ProfitTax, Upgrade, Works
from spatialcoord.simulate.world import STILL, Behaviour, Links, NoEquilibrium, Stock
from tests.planner.conftest import toy
from tests.simulate.worlds import MOVING, behaviours, made_up, some_policy

seeds = st.integers(0, 10_000)
few = settings(max_examples=15, deadline=None)
each_behaviour = pytest.mark.parametrize("how", behaviours().values(), ids=behaviours())


@each_behaviour
@given(seed=seeds)
@few
def test_no_policy_changes_nothing_at_all(how, seed):
    world = made_up(seed)
    zero = np.zeros((5, 3))
    idle = Policy(
        money={"received": zero, "income": zero},
        works=(Works("infrastructure", zero),),
        taxes=(ProfitTax(np.full(5, 0.25), 0.25, np.ones(5)),),
        opened=zero,
    )
    path = simulate(world, how, Policy())
    np.testing.assert_array_equal(path.output, world.base_output)
    np.testing.assert_array_equal(path.income, world.base_income)
    np.testing.assert_array_equal(path.population, np.repeat(world.population[:, None], 8, axis=1))
    np.testing.assert_array_equal(path.capital, 1.0)
    np.testing.assert_array_equal(path.access, 1.0)
    found = effect(world, how, idle, Policy())
    for values in (found.path, found.value, found.mean, found.gini):
        assert all(not np.any(value) for value in values.values())


@each_behaviour
@given(seed=seeds)
@few
def test_people_capital_and_money_are_conserved(how, seed):
    world = made_up(seed)
    policy = some_policy(world, seed)
    path = simulate(world, how, policy)
    np.testing.assert_allclose(path.population.sum(axis=0), world.population.sum(), rtol=1e-12)
    np.testing.assert_allclose(path.money["compensation"].sum(axis=0), 0.0, atol=1e-9)
    due = (path.money["received"] - path.levy).sum(axis=0)
    np.testing.assert_allclose(path.financing.sum(axis=0), due, rtol=1e-9, atol=1e-9)
    # what leaves and enters incomes beside output: only what the programme turns into capital
    works = path.money["received"] - path.money["income"]
    rest = (path.income - path.output)[:, :3].sum(axis=0)
    flows = (world.net_flow[:, None] * world.growth_factor[:3]).sum(axis=0)
    np.testing.assert_allclose(rest, flows - works.sum(axis=0), rtol=1e-9, atol=1e-7)
    without = simulate(world, how, replace(policy, works=policy.works[:1]))
    np.testing.assert_allclose(world.private_share @ without.capital, 1.0, rtol=1e-11)


@given(seed=seeds)
@few
def test_several_policies_at_once_are_each_alone(seed):
    world = made_up(seed)
    policies = [Policy(), some_policy(world, seed), some_policy(world, seed + 1, 0.03)]
    together = simulate(world, MOVING, policies)
    for i, policy in enumerate(policies):
        one, alone = together.one(i), simulate(world, MOVING, policy)
        for part in fields(alone):
            if part.name not in ("money", "iterations", "missing"):
                np.testing.assert_allclose(
                    getattr(one, part.name), getattr(alone, part.name), rtol=1e-9, atol=1e-9
                )


@given(seed=st.integers(0, 500))
@settings(max_examples=5, deadline=None)
def test_with_nobody_moving_and_one_kind_of_capital_it_is_the_planners_economy(seed):
    case = toy(6, seed, "instruments={general_transfer: {}, infrastructure: {}}")
    setting, random = case.setting, np.random.default_rng(seed)
    amounts = {
        name: random.uniform(0.0, 0.6, setting.equal.shape) * setting.equal
        for name in setting.scenario.instruments
    }
    before, after = simulated_all(setting, [{}, amounts], STILL)
    np.testing.assert_allclose(before.value, evaluate(setting, {}).target, rtol=1e-9)
    np.testing.assert_allclose(after.value, evaluate(setting, amounts).target, rtol=1e-9)


@given(seed=seeds, at=st.integers(0, 4), shorter=st.floats(0.1, 0.9))
@few
def test_shorter_links_and_open_markets_never_lower_access_and_a_lost_link_never_raises_it(seed, at, shorter):
    world = made_up(seed)
    links = world.links
    keep = np.arange(5) != at
    fewer = Links(links.a[keep], links.b[keep], links.length[keep], links.internal)
    assert (shortest(fewer) >= shortest(links) - 1e-9).all()
    upgrade = Upgrade(at, (at + 1) % 5, shorter * float(links.length[at]), 2021)
    opened = np.zeros((5, 3))
    opened[at] = shorter
    how = replace(STILL, access_elasticity=0.2)
    for behaviour in (STILL, how):
        for policy in (Policy(upgrades=(upgrade,)), Policy(opened=opened)):
            path = simulate(world, behaviour, policy)
            assert (path.access >= 1.0 - 1e-11).all() and path.access.max() > 1.0
            assert (path.output >= world.base_output * (1.0 - 1e-11)).all()


@given(seed=seeds, elasticity=st.floats(0.1, 3.0))
@few
def test_taxes_move_capital_at_once_as_the_closed_form_says(seed, elasticity):
    world = made_up(seed, spillover=0.0)
    rate = np.random.default_rng(seed).uniform(0.1, 0.4, 5)
    policy = Policy(taxes=(ProfitTax(rate, 0.25, np.full(5, 0.7)),))
    path = simulate(world, replace(STILL, capital_elasticity=elasticity, capital_speed=1.0), policy)
    closed = MobileCapital(world.private_share, 0.35, elasticity).moved((1 - 0.7 * rate) / (1 - 0.7 * 0.25))
    np.testing.assert_allclose(path.capital[:, :3], np.repeat(closed[:, None], 3, axis=1), rtol=1e-9)
    np.testing.assert_allclose(path.output[:, 0], world.base_output[:, 0] * closed**0.35, rtol=1e-9)
    np.testing.assert_allclose(path.capital[:, 3:], 1.0, rtol=1e-9)  # rates are back, and so is capital


@given(seed=seeds, factor=st.sampled_from([1e-3, 0.5, 7.0, 1e4]))
@few
def test_another_currency_changes_nothing_but_the_numbers(seed, factor):
    world = made_up(seed)
    scaled = made_up(
        seed,
        output=factor * world.output,
        net_flow=factor * world.net_flow,
        stocks={name: replace(one, initial=factor * one.initial) for name, one in world.stocks.items()},
    )
    policy = some_policy(world, seed)
    other = replace(
        policy,
        money={name: factor * values for name, values in policy.money.items()},
        works=tuple(replace(one, money=factor * one.money) for one in policy.works),
    )
    first, second = simulate(world, MOVING, policy), simulate(scaled, MOVING, other)
    np.testing.assert_allclose(second.output, factor * first.output, rtol=1e-9)
    np.testing.assert_allclose(second.income, factor * first.income, rtol=1e-9)
    np.testing.assert_allclose(second.population, first.population, rtol=1e-9)


def test_people_go_where_income_rises_and_capital_where_works_are():
    world = made_up(1, spillover=0.0)
    money = np.zeros((5, 3))
    money[2] = 0.05 * world.output[2]
    policy = Policy(money={"received": money}, works=(Works("infrastructure", money),))
    path = simulate(world, replace(MOVING, access_elasticity=0.0), policy)
    last = path.population[:, -1] - world.population
    assert last[2] > 0 and path.capital[2, -1] > 1.0
    assert (np.delete(path.capital[:, -1], 2) < 1.0).all()


def test_what_does_not_settle_says_so_in_a_sentence():
    with pytest.raises(NoEquilibrium, match="market access .* feed itself without end"):
        world = made_up()
        simulate(world, replace(MOVING, access_elasticity=1.2), some_policy(world))
    with pytest.raises(NoEquilibrium, match="elasticity of 0.9 and growth nearby with 0.1"):
        simulate(made_up(), replace(MOVING, access_elasticity=0.9), Policy())  # though nothing changes
    world = made_up()
    ruin = np.zeros((5, 3))
    ruin[1] = -2.0 * world.output[1]
    with pytest.raises(NoEquilibrium, match="income of r1 falls below nothing in 2021"):
        simulate(world, MOVING, Policy(money={"income": ruin}))
    sunk = Policy(shifted=np.full((5, 8), -3.0) * world.output[:, None])
    with pytest.raises(NoEquilibrium, match="does not settle in 2021.* access, density or migration$"):
        simulate(world, MOVING, sunk)
    with pytest.raises(NoEquilibrium, match="access or density$"):
        simulate(world, replace(MOVING, migration_speed=0.0), sunk)


def test_what_the_world_lacks_is_named():
    bare = made_up(links=None, barriers=None, private_share=None, stocks={}, neighbours=None)
    policy = Policy(works=(Works("human", np.ones((5, 3))),), opened=np.ones((5, 3)))
    path = simulate(bare, MOVING, policy)
    assert path.missing == (
        "capital_mobility", "market_access", "barriers", "spillover", "capital_human",
    )  # fmt: skip
    assert path.access is None


def test_impossible_figures_are_refused():
    with pytest.raises(ValueError, match="population and output are not above zero"):
        made_up(output=np.zeros(5))
    with pytest.raises(ValueError, match="financing_share does not sum to one"):
        made_up(financing_share=np.ones(5))
    with pytest.raises(ValueError, match="speed of adjustment"):
        Behaviour(capital_speed=1.5)
    with pytest.raises(ValueError, match="unknown accounts"):
        Policy(money={"gold": np.ones(1)})
    world = made_up(stocks={"private": Stock(np.ones(5), 0.2, 0.06, 1)})
    with pytest.raises(ValueError, match="private capital has the output elasticity 0.2"):
        simulate(world, MOVING, Policy())
