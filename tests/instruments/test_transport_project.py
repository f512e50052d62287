"""Transport projects: the best combination of all, ways that only get shorter, and members who pay the rest."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.economy.market_access import MarketAccess
from spatialcoord.errors import InputError
from spatialcoord.instruments.transport_figures import Projects
from spatialcoord.instruments.transport_project import TransportProjects
from spatialcoord.model import Data
from spatialcoord.planner import Case
from spatialcoord.regions import RegionGraph
from tests.instruments.common import agrees, no_programme_no_effect, solved
from tests.planner.conftest import toy

NAME = "transport_project"
PLAIN = toy(8, 0)
WAYS = [
    (PLAIN.setting.regions[a], PLAIN.setting.regions[b])
    for a, b in sorted(MarketAccess(PLAIN.setting).lengths)
]
BUDGET = float(PLAIN.setting.budget.min())


def road(i, cost=0.1, way=None, factor=0.5, **more):
    """A project on the i-th way of the toy; its cost in budgets of a year."""
    a, b = WAYS[i if way is None else way]
    found = {
        "id": f"p{i}",
        "links": [{"a": a, "b": b, "factor": factor}],
        "cost": cost * BUDGET * (1 + 0.01 * i),
    }
    return found | {"build_years": 2} | more


def transport(projects, *more, others="general_transfer: {}", **chosen):
    params = json.dumps({"projects": projects, **chosen})
    free = ("programme.hold_harmless=0", "objective.of=output")
    return toy(8, 0, f"instruments={{{others}{', ' * bool(others)}{NAME}: {params}}}", *free, *more)


def figures(case):
    return Projects(case.setting, case.scenario.instruments[NAME])


def spent_on(case, built):
    return np.tensordot(np.asarray(built, dtype=float), figures(case).money, axes=1)


FOUR = [road(0), road(1, 0.3), road(2, 0.5, bundle="east"), road(3, 0.2, bundle="east"), road(4, 0.4)]


@pytest.fixture(scope="module")
def plan():
    return solved(transport(FOUR, others="general_transfer: {}, infrastructure: {}"))


@pytest.mark.parametrize("cost", [0.2, 0.9])
def test_the_plan_is_the_best_of_all_combinations(cost):
    case = transport([road(i, cost * (1 + i / 3)) for i in range(3)], cofinance_cap=10)
    free = sc.build(case)
    optimum = free.solve().objective
    chosen = free.component(f"{NAME}.chosen")
    built = tuple(np.round(free.arrays.columns.value[chosen.positions]).astype(int))
    values = {}
    for fixed in itertools.product((0, 1), repeat=3):
        model = sc.build(case)
        bound = Data((model.dim("transport_bundle", figures(case).bundles),), np.array(fixed, dtype=float))
        model.limit(f"{NAME}.chosen", upper=bound, lower=bound)
        solution = model.solve()
        if np.isfinite(solution.objective):
            values[fixed] = solution.objective
    # the rest is more than the budget can pay
    assert set(values) == {tuple(row) for row in figures(case).combinations}
    assert (len(values) == 8) == (cost == 0.2)
    assert len(set(np.round(list(values.values()), 6))) == len(values)  # the choice matters
    assert optimum == pytest.approx(max(values.values()), rel=1e-6)  # what the poorest have is maximised
    assert built == max(values, key=values.get)


def test_rows_say_what_the_response_says(plan):
    agrees(*plan, NAME)


def test_no_programme_no_effect(plan):
    no_programme_no_effect(plan[0].setting, NAME)


def test_projects_are_built_whole_and_within_the_budget(plan):
    model, outcome = plan
    case = transport(FOUR)
    amount = outcome.amounts[NAME]
    built = figures(case).decode(amount)
    np.testing.assert_allclose(amount, spent_on(case, built), atol=1e-6 * BUDGET)
    total = sum(outcome.amounts[line].sum(axis=0) for line in outcome.amounts)
    assert (total <= model.setting.budget * (1 + 1e-6)).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WAYS) - 1), st.floats(0.1, 0.95)), max_size=6))
def test_building_never_lowers_access(changes):
    access = MarketAccess(PLAIN.setting)
    size, distance = PLAIN.setting.base_output, access.base_distance
    before = access.base_access
    case = transport([road(i, way=w, factor=f) for i, (w, f) in enumerate(changes)] or [road(0)])
    for upgrades in figures(case).upgrades:
        distance = np.minimum(distance, access.distances(upgrades))
        after = access.access(size, distance)
        assert (after >= before * (1 - 1e-12)).all()
        before = after


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_removing_an_edge_never_raises_access(way):
    graph = PLAIN.graph
    a, b = WAYS[way]
    links = graph.links[~graph.links.apply(lambda row: {row["a"], row["b"]} == {a, b}, axis=1)]
    fewer = Case(
        RegionGraph(graph.frame.drop(columns=["geometry", "group", "macro_region"]), links=links),
        PLAIN.scenario,
    )
    assert (
        MarketAccess(fewer.setting).base_access <= MarketAccess(PLAIN.setting).base_access * (1 + 1e-12)
    ).all()


@pytest.mark.parametrize("split", ["length", "equal", "benefit"])
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_members_and_programme_together_pay_the_cost(split, share):
    case = transport(FOUR, split=split, programme_share=share, cofinance_cap=10)
    it = figures(case)
    np.testing.assert_allclose(it.shares.sum(axis=1), 1.0)
    assert (it.shares[~it.members] == 0).all()
    cost = it.by_bundle(it.cost)
    np.testing.assert_allclose(it.money.sum(axis=(1, 2)), share * cost)
    np.testing.assert_allclose(it.own.sum(axis=(1, 2)), (1 - share) * cost, atol=1e-9 * cost.max())
    if split == "equal":
        assert np.allclose(it.shares[it.members[:, :]].min(), 1 / it.members.sum(axis=1).max())


def test_requirements_and_exclusions_hold():
    projects = [road(0, excludes=["p1"]), road(1), road(2, requires=["p1"])]
    possible = {tuple(row) for row in figures(transport(projects)).possible}
    assert possible == {(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 1)}


def test_what_can_never_be_built_is_refused():
    """One of a corridor requires what its mate, or one further along the chain, excludes."""
    mates = [road(0), road(1, bundle="z", requires=["p0"]), road(2, bundle="z", excludes=["p0"])]
    chain = [road(0, excludes=["p2"]), road(1, requires=["p0"]), road(2, requires=["p1"])]
    for projects, name in ((mates, "z"), (chain, "p2")):
        with pytest.raises(InputError, match=f"'{name}' can never be built") as caught:
            sc.build(transport(projects))
        assert len(caught.value.problems) == 1 and "which exclude each other" in str(caught.value)


def test_all_that_is_wrong_is_said_at_once():
    bad = [
        {"id": "x", "links": [{"a": WAYS[0][0], "b": "nowhere", "factor": 0.5}], "cost": 0},
        {
            "id": "x",
            "links": [{"a": WAYS[0][0], "b": WAYS[0][1], "factor": 1.0}],
            "cost": 1,
            "build_years": 9,
        },
        {"id": "y", "cost": 1, "requires": ["z"], "profile": [0.5, 0.2]},
    ]
    case = transport(bad)
    problems = TransportProjects().check(case.setting, case.scenario.instruments[NAME])
    said = " ".join(problem.what for problem in problems)
    for word in (
        "nowhere",
        "costs 0",
        "have the id 'x'",
        "does not shorten",
        "no project 'z'",
        "add up to",
        "paid from",
        "changes no link",
    ):
        assert word in said
    assert all(problem.where.startswith(f"instruments.{NAME}") and problem.remedy for problem in problems)


def test_without_a_project_there_is_nothing_to_build():
    case = toy(8, 0, f"instruments={{general_transfer: {{}}, {NAME}: {{}}}}")
    assert any(
        "no project" in p.what
        for p in TransportProjects().check(case.setting, case.scenario.instruments[NAME])
    )


def test_costs_that_cannot_be_told_apart_are_refused():
    same = [road(0), road(1, way=0, factor=0.4, cost=0.1 / 1.01)]
    case = transport(same)
    problems = TransportProjects().check(case.setting, case.scenario.instruments[NAME])
    assert any("exactly the same" in problem.what for problem in problems)


def test_the_twin_is_told_links_from_the_year_they_open():
    projects = [road(0), road(1, first=2022, build_years=1, opening=2025)]
    case = transport(projects, cofinance_cap=10)
    setting, params = case.setting, case.scenario.instruments[NAME]
    policy = TransportProjects().policy(setting, params, spent_on(case, [1, 1]))
    assert [u.first for u in policy.upgrades] == [2023, 2025]
    for upgrade, way in zip(policy.upgrades, WAYS, strict=False):
        assert (setting.regions[upgrade.a], setting.regions[upgrade.b]) == way
        length = MarketAccess(setting).lengths[upgrade.a, upgrade.b]
        assert upgrade.length == pytest.approx(0.5 * length)
    cost = sum(project["cost"] for project in projects)
    assert policy.money["own"].sum() == pytest.approx(0.2 * cost)
    gain = TransportProjects().response(setting, params, spent_on(case, [1, 1]))["output"]
    opened = setting.periods.index(2023)
    assert not gain[:, :opened].any() and gain[:, opened].sum() > 0
    assert not TransportProjects().policy(setting, params, spent_on(case, [0, 0])).upgrades


def test_what_is_told_of_the_plan(plan):
    model, _ = plan
    told = TransportProjects().outputs(model, model.setting, model.setting.scenario.instruments[NAME])
    assert set(np.unique(told["approved"])) <= {0.0, 1.0}
    assert (told["access_after"] >= told["access_before"] - 1e-9).all()
    assert (told["link_after"] <= told["link_before"] + 1e-9).all()
    assert all(array.attrs["units"] and array.attrs["long_name"] for array in told.values())
    built = told["approved"].values @ told["cost"].values
    if built:
        assert float(told["own_share"].sum()) == pytest.approx(20.0)


def test_floor_ceiling_and_change_limit_hold_for_all_other_money():
    """A road in one place may take what no region could get per head; what is spread per head stays within its rules."""
    rules = ("programme.ceiling=1.2", "programme.floor=0.8", "programme.change_limit=0.4")
    lines = "general_transfer: {}, infrastructure: {}"
    case = transport([road(0, 0.3, build_years=1)], *rules, others=lines, cofinance_cap=10)
    setting = case.setting
    _, outcome = solved(case)
    amounts = outcome.amounts
    assert amounts[NAME].sum() > 0
    spread = amounts["infrastructure"]
    equal = setting.share[:, None] * spread.sum(axis=0)
    assert (spread <= 1.2 * equal * (1 + 1e-6)).all() and (spread >= 0.8 * equal * (1 - 1e-6)).all()
    whole = spread + amounts[NAME]
    assert (whole > 1.2 * setting.share[:, None] * whole.sum(axis=0)).any()
    other = np.column_stack([setting.year_zero, spread + amounts["general_transfer"]])
    assert (np.abs(np.diff(other, axis=1)) <= 0.4 * setting.equal * (1 + 1e-6)).all()
    assert (sum(amounts.values()).sum(axis=0) <= setting.budget * (1 + 1e-6)).all()


def test_alone_it_has_no_other_money_to_hold_to_rules():
    case = transport(FOUR, "programme.change_limit=0.1", others="", cofinance_cap=10)
    _, outcome = solved(case)
    assert outcome.amounts[NAME].sum() > 0
    # the same money per head is no project: the counterfactual builds the same
    np.testing.assert_array_equal(outcome.equal[NAME], outcome.amounts[NAME])


def test_caps_on_all_money_and_on_own_money_hold():
    cap = "programme.caps={region: {share: 0.004, of: output}}"
    case = transport(FOUR, cap, others="general_transfer: {}, infrastructure: {}", cofinance_cap=0.06)
    setting = case.setting
    _, outcome = solved(case)
    growth = setting.growth_factor @ setting.year_in_period
    total = sum(outcome.amounts.values())
    assert (total <= 0.004 * setting.base_output[:, None] * growth * (1 + 1e-6)).all()
    own = outcome.after.effects["cofinance"]
    assert (own <= 0.06 * setting.attribute("own_revenue")[:, None] * growth * (1 + 1e-6)).all()


def test_more_combinations_than_can_be_weighed_are_refused_with_the_remedy():
    many = [road(i, 1e-5, way=i % len(WAYS), factor=0.5 + 0.01 * i) for i in range(11)]
    for projects in (many, many + [road(20 + i, 1e-5, way=i) for i in range(8)]):
        case = transport(projects)
        (problem,) = TransportProjects().check(case.setting, case.scenario.instruments[NAME])
        assert "combinations" in problem.what and "Gather projects" in problem.remedy
    bundled = [project | {"bundle": f"b{i % 5}"} for i, project in enumerate(many)]
    case = transport(bundled)
    assert TransportProjects().check(case.setting, case.scenario.instruments[NAME]) == []
