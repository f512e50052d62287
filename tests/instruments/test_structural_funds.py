"""The funds of the European Union: who is admitted, what the law shares out, own money, promises, projects."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import InputError
from spatialcoord.instruments.cohesion_fund import CohesionFund
from spatialcoord.instruments.erdf import ERDF
from spatialcoord.instruments.esf import ESF
from spatialcoord.instruments.structural_rules import (
    PERIODS,
    categories,
    national,
    output_index,
    rules,
    table,
)
from spatialcoord.planner import Case
from spatialcoord.planner.checks import case_problems
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.solving import optimise
from spatialcoord.regions import RegionGraph
from spatialcoord.scenario.loading import parse_scenario
from tests.planner.conftest import TEXT, toy

FUNDS = "instruments={erdf: {}, esf: {}, cohesion_fund: {}}"


def union(text: str = "", *overrides: str) -> Case:
    """Five regions of two member states with round figures: indices 50, 70, 90, 110 and 130 per cent."""
    index = np.array([0.5, 0.7, 0.9, 1.1, 1.3])
    people = np.array([2e6, 1e6, 2e6, 3e6, 1.333333e6])
    mean = (index * people).sum() / people.sum()
    output = index / mean * people * 30_000 / 1e6
    regions = pd.DataFrame(
        {
            "population": people, "output": output, "tax_revenue": 0.1 * output, "past_allocation": [30.0, 20.0, 20.0, 10.0, 5.0],
            "member_state": ["East", "East", "West", "West", "West"], "price_level": [0.9, 0.9, 1.05, 1.05, 1.05],
            **{f"capital_{kind}": ratio * output for kind, ratio in (("infrastructure", 0.6), ("human", 1.1), ("research", 0.14))},
        },
        index=["A", "B", "C", "D", "E"],
    )  # fmt: skip
    links = pd.DataFrame({"a": list("ABCD"), "b": list("BCDE"), "kind": "contiguity"})
    scenario = parse_scenario(
        TEXT.replace("{general_transfer: {}, infrastructure: {}, human_capital: {}}", text or "{erdf: {}}"),
        overrides,
    )
    return Case(RegionGraph(regions, links=links, levels=("member_state",)), scenario)


def params(case: Case, fund: str):
    return case.scenario.instruments[fund]


# --- the table of periods ----------------------------------------------------------------------------------------------
def test_every_number_has_a_source_and_says_whether_it_was_checked():
    assert tuple(table()) == PERIODS
    for rows in table().values():
        for row in rows.values():
            assert set(row) == {"value", "source", "verified"} and row["source"]
            assert isinstance(row["verified"], bool)


def test_ceilings_of_article_112():
    now = rules("2021-2027")
    kinds = ("less_developed", "transition", "transition.formerly_less_developed", "more_developed",
             "more_developed.formerly_transition", "outermost", "cohesion_fund")  # fmt: skip
    assert [now[f"cofinance.{kind}"] for kind in kinds] == [0.85, 0.60, 0.70, 0.40, 0.50, 0.85, 0.85]
    assert [rules(period)["years_to_pay"] for period in PERIODS] == [2, 2, 3, 3]


# --- who is what -------------------------------------------------------------------------------------------------------
def test_categories_by_output_per_head_in_purchasing_power():
    case = union()
    real = case.setting.base_output / case.setting.attribute("price_level")
    expected = real / case.setting.population / (real.sum() / case.setting.population.sum())
    np.testing.assert_allclose(output_index(case.setting), expected)
    found = categories(case.setting, params(case, "erdf"))
    for index, category in zip(expected, found, strict=True):
        assert category == (
            "less_developed" if index < 0.75 else "transition" if index < 1 else "more_developed"
        )
    before = categories(case.setting, params(union("{erdf: {period: 2014-2020}}"), "erdf"))
    assert set(before[(expected >= 0.9)]) == {"more_developed"}
    early = categories(case.setting, params(union("{erdf: {period: 2007-2013}}"), "erdf"))
    assert "transition" not in early


def test_a_level_of_the_case_decides_where_it_is_named():
    case = sc.load_case("eu")
    found = categories(case.setting, params(case, "erdf"))
    level = case.graph.level("category").values.astype(str)
    assert (np.char.replace(level, " ", "_") == found).all()


def test_the_cohesion_fund_admits_member_states_not_regions():
    # at equal prices: West has the region C below the mean, and is above 90 per cent as a whole
    case = union("{cohesion_fund: {}}")
    admitted = CohesionFund().admits(case.setting, params(case, "cohesion_fund"))
    state = case.graph.level("member_state").values.astype(str)
    index = output_index(case.setting, state)
    assert (admitted == (index < 0.9)).all() and len(set(index[state == "West"].round(12))) == 1
    listed = union("{cohesion_fund: {admitted: [West]}}")
    assert (CohesionFund().admits(listed.setting, params(listed, "cohesion_fund")) == (state == "West")).all()
    bad = union("{cohesion_fund: {admitted: [Wets]}}")
    assert any("West" in p.remedy for p in case_problems(bad))


@pytest.mark.parametrize("fund", ["eaggf_guidance", "fifg"])
def test_funds_that_left_cohesion_policy_are_refused_by_name(fund):
    for period in PERIODS[1:]:
        problems = case_problems(toy(6, 0, f"instruments={{{fund}: {{period: {period}}}}}"))
        assert any("left" in p.why and p.where == f"instruments.{fund}.period" for p in problems), period
    assert not case_problems(toy(6, 0, f"instruments={{{fund}: {{}}}}"))


def test_every_problem_is_told_at_once():
    case = union(
        "{erdf: {category_level: categry, past: nothing, safety_net: 0.5, outermost: [Z], "
        "absorption: {full: 0.02, largest: 0.01}, cofinance: {union_share: {poor: 0.9}}, "
        "commitments: {enabled: true, first: 2019}, projects: [{id: a, region: Q, theme: none, cost: 1, score: 1}]}}"
    )
    where = " ".join(p.where for p in case_problems(case))
    for key in (
        "category_level",
        "past",
        "outermost",
        "absorption",
        "cofinance.union_share",
        "commitments",
        "projects.0.region",
    ):
        assert f"instruments.erdf.{key}" in where, key


# --- the plan keeps the law --------------------------------------------------------------------------------------------
@settings(max_examples=12)
@given(st.integers(0, 50), st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from(PERIODS[2:]))
def test_plans_keep_absorption_admission_shares_and_certificate(seed, additionality, period):
    funds = ", ".join(
        f"{f}: {{period: {period}, cofinance: {{additionality: {additionality}}}}}"
        for f in ("erdf", "esf", "cohesion_fund")
    )
    case = toy(
        7,
        seed,
        f"instruments={{general_transfer: {{}}, infrastructure: {{}}, {funds}}}",
        "economy.segments=2",
    )
    outcome = optimise(sc.build(case), attainable=False)
    setting = case.setting
    assert outcome.certificate["max_violation"] <= 1e-6
    for fund, cls in (("erdf", ERDF), ("esf", ESF), ("cohesion_fund", CohesionFund)):
        given_params = params(case, fund)
        lines = [a for line, a in outcome.amounts.items() if line.partition(".")[0] == fund]
        total = sum(lines)
        assert (total <= cls().capacity(setting, given_params) * (1 + 1e-6) + 1e-6).all()
        assert (total[~cls().admits(setting, given_params)] <= 1e-6).all()
        known = rules(period)
        _, category, matrix = national(setting, given_params)
        for theme in cls.themes:
            if theme:
                mine = matrix @ outcome.amounts[f"{fund}.{theme}"].sum(axis=1)
                whole = matrix @ total.sum(axis=1)
                floor = np.array([known.get(f"floor.{fund}.{c}.{theme}", 0.0) for c in category])
                assert (mine >= floor * whole - 1e-5 * max(1.0, whole.max())).all()
    # what the model claims is what plain numbers say
    claimed = np.ravel(sc.build(case).baseline)
    assert claimed.shape == outcome.after.target.shape


def test_the_model_says_what_plain_numbers_say():
    case = union(
        "{erdf: {cofinance: {additionality: 0.6}}, esf: {}, cohesion_fund: {}}",
        "programme.budget.share_of_output=0.004",
        "economy.segments=40",
    )
    model = sc.build(case)
    outcome = optimise(model, attainable=False)
    np.testing.assert_allclose(np.ravel(model.value(model.target)), outcome.after.target, rtol=1e-6)
    for account in (
        "invested_infrastructure",
        "invested_research",
        "invested_human",
        "cofinance",
        "cofinance_additional",
    ):
        region, year = model.dim("region"), model.dim("year")
        posted = model.value(model.ledger.total(account, (region, year)))
        np.testing.assert_allclose(posted, outcome.after.effects[account], rtol=1e-7, atol=1e-5)


def test_no_programme_no_effect():
    setting = union("{erdf: {}, esf: {}, cohesion_fund: {}}").setting
    lines = (
        "erdf.research",
        "erdf.infrastructure",
        "esf",
        "cohesion_fund.transport",
        "cohesion_fund.environment",
    )
    zero = evaluate(setting, {line: np.zeros((5, 3)) for line in lines})
    assert zero.output_gain == 0.0
    np.testing.assert_array_equal(zero.target, evaluate(setting, {}).target)


def test_a_fund_for_few_can_spend_its_money():
    # without counting only those admitted, twice the equal amount per head would not be enough to spend it all
    case = union("{cohesion_fund: {}}", "programme.budget.share_of_output=0.001")
    outcome = optimise(sc.build(case))
    assert sum(outcome.amounts.values()).sum() == pytest.approx(case.setting.budget.sum())
    for theme in ("transport", "environment"):
        assert outcome.amounts[f"cohesion_fund.{theme}"].sum() == pytest.approx(case.setting.budget.sum() / 2)


# --- own money ---------------------------------------------------------------------------------------------------------
def test_own_money_by_category_is_debited_and_builds_only_as_far_as_it_is_additional():
    case = union("{esf: {cofinance: {additionality: 0.25}}}")
    setting = case.setting
    amount = np.full((5, 3), 10.0)
    effects = evaluate(setting, {"esf": amount}).effects
    share = np.array(
        [
            {"less_developed": 0.85, "transition": 0.6, "more_developed": 0.4}[c]
            for c in categories(setting, params(case, "esf"))
        ]
    )
    own = (1 - share) / share * 10.0
    np.testing.assert_allclose(effects["cofinance"], np.repeat(own[:, None], 3, axis=1))
    np.testing.assert_allclose(effects["cofinance_additional"], 0.25 * effects["cofinance"])
    small = evaluate(setting, {"esf": amount / 1e3}).effects["invested_human"]
    np.testing.assert_allclose(small, (amount + 0.25 * effects["cofinance"]) / 1e3)


def test_a_lower_share_of_the_union_attracts_no_money_by_itself():
    low = "{less_developed: 0.3, transition: 0.3, more_developed: 0.3}"
    text = "{general_transfer: {}, esf: %s}"
    plain = optimise(sc.build(union(text % "{cofinance: {cap_of_output: 1}}")))
    lower = optimise(sc.build(union(text % f"{{cofinance: {{cap_of_output: 1, union_share: {low}}}}}")))
    np.testing.assert_allclose(lower.amounts["esf"].sum(), plain.amounts["esf"].sum(), rtol=1e-6)
    np.testing.assert_allclose(lower.after.target, plain.after.target, rtol=1e-9)


def test_own_money_is_capped_by_a_share_of_output_where_no_own_revenue_is_held():
    case = union("{erdf: {cofinance: {cap_of_output: 0.001}}}", "programme.floor=0")
    outcome = optimise(sc.build(case))
    setting = case.setting
    limit = 0.001 * setting.output @ setting.year_in_period
    paid = outcome.after.effects["cofinance"]
    assert (paid <= limit * (1 + 1e-6)).all() and (paid > 0.99 * limit).any()


def test_higher_ceilings_for_those_who_were_less_developed():
    case = union("{erdf: {}}")
    table_ = case.graph.frame.drop(columns="geometry", errors="ignore").copy()
    table_["before"] = ["less developed", "less developed", "less developed", "transition", "more developed"]
    table_["now"] = ["less developed", "transition", "transition", "more developed", "more developed"]
    graph = RegionGraph(table_, links=case.graph.links, levels=("member_state", "before", "now"))
    chosen = params(union("{erdf: {category_level: now, previous_level: before, outermost: [E]}}"), "erdf")
    from spatialcoord.instruments.structural_rules import union_share

    share = union_share(Setting(graph, case.scenario), chosen, "erdf")
    assert share.tolist() == [0.85, 0.70, 0.70, 0.50, 0.85]


# --- promises ----------------------------------------------------------------------------------------------------------
def test_the_safety_net_holds_over_the_programme():
    case = union(
        "{esf: {safety_net: 0.5}}",
        "programme.floor=0",
        "programme.ceiling=5",
        "programme.budget.share_of_output=0.002",
    )
    outcome = optimise(sc.build(case), attainable=False)
    least = 0.5 * 3 * case.setting.attribute("past_allocation")
    assert (outcome.amounts["esf"].sum(axis=1) >= least * (1 - 1e-9)).all()
    refused = union("{esf: {safety_net: 50}}")
    with pytest.raises(InputError, match=r"(?s)safety net promises more.*commitments"):
        sc.build(refused)


def test_what_is_not_paid_in_time_is_lost_to_the_last_unit():
    text = "{esf: {safety_net: %s, commitments: {enabled: true, first: 2021, last: 2022, n: %d, payment_capacity: 0.5}}}"
    free = ("programme.years.last=2026", "programme.floor=0", "programme.ceiling=100", "economy.horizon=10")
    case = union(text % (20.0, 3), *free)
    setting, chosen = case.setting, params(case, "esf")
    model = sc.build(case)
    optimise(model, attainable=False)
    told = ESF().outputs(model, setting, chosen)
    capacity = ESF().capacity(setting, chosen)
    paid = model.planned()["esf"]
    assert (paid[:, 5:] <= 1e-6).all()  # 2022 + 3 is the last year that pays
    promised = 20.0 * 2 * setting.attribute("past_allocation")
    payable = capacity[:, :5].sum(axis=1)
    # promises of 2021 can be paid until 2024, those of 2022 until 2025: nothing but the total bounds this case
    by_hand = np.maximum(promised - payable, 0.0)
    first = np.maximum(promised / 2 - capacity[:, :4].sum(axis=1), 0.0)
    by_hand = np.maximum(by_hand, first)
    assert (by_hand > 0).any() and (by_hand == 0).any()
    np.testing.assert_allclose(told["lost"].sum("year"), by_hand, rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(
        told["committed"].sum("year"), paid.sum(axis=1) + told["lost"].sum("year"), rtol=1e-6, atol=1e-4
    )
    assert (told["committed"].sum("year") >= promised * (1 - 1e-9)).all()
    assert told["lost"].attrs["units"] == "million CUR/yr" and told["lost"].dims == ("region", "year")
    # a year more to pay in loses less
    longer = union(text % (20.0, 4), *free)
    assert ESF().unpayable(longer.setting, params(longer, "esf")).sum() < by_hand.sum()


@settings(max_examples=30)
@given(st.lists(st.floats(0, 200), min_size=5, max_size=5), st.integers(0, 4))
def test_no_order_of_payment_loses_less(past, n):
    """The oldest first loses what a linear programme over all orders loses."""
    from scipy.optimize import linprog

    case = union(
        f"{{esf: {{safety_net: 1, commitments: {{enabled: true, first: 2021, last: 2023, n: {n}}}}}}}",
        "programme.years.last=2025",
    )
    case.setting._figures["past_allocation"] = np.array(past)
    setting, chosen = case.setting, params(case, "esf")
    lost = ESF().unpayable(setting, chosen).sum(axis=1)
    capacity = ESF().capacity(setting, chosen)
    pairs = [(i, j) for i in range(3) for j in range(5) if i <= j <= i + n]
    rows = [[float(i == k) for i, _ in pairs] for k in range(3)] + [
        [float(j == k) for _, j in pairs] for k in range(5)
    ]
    for r in range(5):
        best = linprog(-np.ones(len(pairs)), rows, [past[r]] * 3 + capacity[r].tolist())
        assert lost[r] == pytest.approx(3 * past[r] + best.fun, abs=1e-6)


# --- projects ----------------------------------------------------------------------------------------------------------
def test_projects_are_approved_as_enumeration_finds():
    projects = (
        "[{id: road, region: A, theme: infrastructure, cost: 60, score: 8}, {id: rail, region: A, theme: infrastructure, cost: 90, score: 7}, "
        "{id: port, region: C, theme: infrastructure, cost: 80, score: 9}, {id: folly, region: A, theme: infrastructure, cost: 40, score: 2}]"
    )
    case = union(
        f"{{erdf: {{minimum_score: 5, projects: {projects}}}}}",
        "programme.floor=0", "programme.ceiling=100", "programme.budget={amount: 120}", "economy.segments=2",
    )  # fmt: skip
    model = sc.build(case)
    outcome = optimise(model, attainable=False)
    approved = ERDF().outputs(model, case.setting, params(case, "erdf"))["approved"]
    chosen = {str(p): float(approved.sel(erdf_project=p)) for p in ("road", "rail", "port", "folly")}
    assert chosen["folly"] == 0.0
    money = outcome.amounts["erdf.infrastructure"].sum(axis=1)
    assert money[0] == pytest.approx(60 * chosen["road"] + 90 * chosen["rail"], abs=1e-5)
    assert money[2] == pytest.approx(80 * chosen["port"], abs=1e-5)
    values = {}
    for road, rail, port in itertools.product((0.0, 1.0), repeat=3):
        fixed = sc.build(case)
        for name, value in (("road", road), ("rail", rail), ("port", port)):
            fixed.pyomo.erdf.approved[name].fix(value)
        solution = fixed.solve()
        values[road, rail, port] = solution.objective if solution.status == "optimal" else -np.inf
    best = max(values, key=lambda key: values[key])
    free = sc.build(case)
    assert free.solve().objective == pytest.approx(values[best], rel=1e-9)
    assert values[chosen["road"], chosen["rail"], chosen["port"]] == pytest.approx(values[best], rel=1e-9)


# --- units -------------------------------------------------------------------------------------------------------------
def test_a_euro_counts_one_over_the_price_level():
    case = union("{general_transfer: {}, esf: {}}")
    setting = case.setting
    before = evaluate(setting, {}).target
    gift = np.zeros((5, 3))
    gift[:, 0] = 100 * setting.population / 1e6
    after = evaluate(setting, {"general_transfer": gift})
    paid = after.effects["financing"][:, 0] / setting.population * 1e6
    np.testing.assert_allclose(
        after.target - before, setting.weight[0] * (100 - paid) / setting.attribute("price_level"), rtol=1e-9
    )
