"""The decisions that come before the model: each is a test on the real China case or on a made-up one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.disparity import gini
from spatialcoord.economy.production import PublicCapital
from spatialcoord.errors import InputError
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.solving import optimise


def amounts_of(plan):
    return {
        str(name): plan.dataset["amount"].sel(instrument=name).values
        for name in plan.dataset["instrument"].values
    }


# --- objective: no plan throws output away ---------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "overrides",
    [
        (),
        ("objective.inequality_weight=0.3",),
        ("economy.spillover.rho=-0.2",),
        ("objective.kind=minimise_index",),
        (
            "objective.kind=minimise_index",
            "objective.output_floor=0.6",
            "programme.floor=0.9",
            "economy.segments=3",
        ),
    ],
)
def test_no_plan_throws_output_away(make_case, seed, overrides):
    model = sc.build(make_case(5, seed, *overrides))
    outcome = optimise(model)
    # the model's own gain in output equals what the exact response gives for the same amounts, up to the bracket
    claimed = float(model.value(model.output_gain))
    bracket = sum(error @ model.setting.weight for error in model.approximations.values()).sum()
    assert claimed <= outcome.after.output_gain * (1 + 1e-7)
    assert claimed >= outcome.after.output_gain - 2 * bracket - 1e-6 * abs(claimed)
    assert outcome.certificate["thrown_away"] <= 1e-5 * claimed


def test_without_the_order_a_pure_index_would_throw_output_away(make_case):
    case = make_case(
        5, 1, "objective.kind=minimise_index", "objective.output_floor=0.6", "programme.floor=0.9"
    )
    model = sc.build(case)
    fills = [term for term in model.terms if hasattr(term, "thrown_away")]
    model.terms[:] = [term for term in model.terms if not hasattr(term, "thrown_away")]
    model.limit("growth.output_floor", lower=0.6 * model.probe(model.output_gain, True).objective)
    model.solve()
    assert sum(term.thrown_away(model).sum() for term in fills) > 1.0


def test_the_pure_index_keeps_its_output_floor(make_case):
    model = sc.build(make_case(6, 2, "objective.kind=minimise_index", "objective.output_floor=0.95"))
    outcome = optimise(model)
    assert float(model.value(model.output_gain)) >= 0.95 * outcome.best_output_gain * (1 - 1e-6)
    assert outcome.after.disparity("gini", model.setting.population) < outcome.before.disparity(
        "gini", model.setting.population
    )


# --- income ------------------------------------------------------------------------------------------------------------
def test_receipts_equal_payments_each_year(plan):
    data = plan.dataset
    np.testing.assert_allclose(data["receipts"].sum("region"), data["financing"].sum("region"), rtol=1e-9)
    np.testing.assert_allclose(data["amount"].sum("instrument"), data["receipts"], rtol=1e-9)


def test_income_per_head_is_what_it_says(plan, china):
    setting, data = china.setting, plan.dataset
    amounts = amounts_of(plan)
    after = evaluate(setting, amounts)
    income = setting.output + setting.net_flow[:, None] * setting.growth_factor + after.effects["output"]
    in_years = amounts["general_transfer"] - data["financing"].values - after.effects["cofinance_additional"]
    income[:, : len(setting.years)] += in_years
    np.testing.assert_allclose(
        data["income_per_head"].sel(outcome="after"), 1e6 * income / setting.population[:, None], rtol=1e-12
    )


def test_existing_flows_bring_the_index_from_193_to_153_thousandths(china, plan):
    setting = china.setting
    assert gini(setting.base_output, setting.population) != pytest.approx(
        0.1933, abs=1e-3
    )  # totals are not per head
    assert gini(setting.base_output / setting.population, setting.population) == pytest.approx(
        0.1933, abs=5e-5
    )
    assert plan.summary["disparity"]["gini"]["before"] == pytest.approx(0.153, abs=5e-4)
    assert setting.net_flow.sum() == pytest.approx(0.0, abs=1e-3)


def test_before_is_the_path_without_the_programme(plan, china):
    np.testing.assert_array_equal(
        plan.dataset["income_per_head"].sel(outcome="before"), evaluate(china.setting, {}).income_per_head
    )


# --- no bang-bang ------------------------------------------------------------------------------------------------------
def test_no_region_takes_more_than_three_times_equal_or_a_fifth(plan, china):
    money = plan.dataset["receipts"].sum("year").values
    assert (money / (china.setting.share * money.sum())).max() <= 3.0
    assert (money / money.sum()).max() <= 0.20


def test_envelopes_floors_ceilings_and_changes_hold(plan, china):
    setting, rules = china.setting, china.scenario.programme
    by_line = plan.dataset["amount"]
    total = by_line.sum("instrument").transpose("region", "year").values
    for name, members in {
        "transfer": ["general_transfer"],
        "investment": ["infrastructure", "human_capital"],
        "human_capital": ["human_capital"],
    }.items():
        money = by_line.sel(instrument=members).sum("instrument").values
        share = money.sum() / total.sum()
        assert rules.envelopes[name].min_share - 1e-9 <= share <= rules.envelopes[name].max_share + 1e-9
        equal = setting.share[:, None] * money.sum(axis=0)
        assert (money >= rules.floor * equal - 1e-3).all() and (money <= rules.ceiling * equal + 1e-3).all()
    path = np.column_stack([setting.year_zero, total])
    assert (np.abs(np.diff(path, axis=1)) <= rules.change_limit * setting.equal + 1e-3).all()


def test_without_floors_and_ceilings_the_money_goes_to_a_few(make_case):
    free = ("programme.floor=0", "programme.ceiling=1000", "instruments={general_transfer: {}}")
    outcome = optimise(sc.build(make_case(8, 0, *free)))
    shares = outcome.amounts["general_transfer"].sum(axis=1) / outcome.amounts["general_transfer"].sum()
    assert np.sort(shares)[-3:].sum() > 0.8


def test_the_china_plan_is_sensible(plan):
    summary = plan.summary
    index = summary["disparity"]["gini"]
    assert index["after"] < index["equal_per_head"] < index["before"]
    assert summary["budget"]["unspent"] == pytest.approx(0.0, abs=1.0)
    assert summary["output"]["gained"] > 0 and summary["output"]["forgone"] > 0
    west = plan.dataset["macro_region"].values == "West"
    money, people = plan.dataset["receipts"].sum("year").values, plan.dataset["population"].values
    assert money[west].sum() / money.sum() > people[west].sum() / people.sum()
    assert 0 < summary["at_ceiling"] < 31 and 0 < summary["at_floor"] < 31
    assert 10 <= len(summary["gains"]) and summary["losses"]


# --- horizon -----------------------------------------------------------------------------------------------------------
def test_one_yuan_invested_returns_60_in_five_years_and_99_in_ten(china):
    for years, worth in ((5, 0.60), (10, 0.99)):
        scenario = china.scenario.model_copy(
            update={
                "programme": china.scenario.programme.model_copy(
                    update={"years": china.scenario.programme.years.model_copy(update={"last": 2021})}
                ),
                "economy": china.scenario.economy.model_copy(update={"horizon": years + 1, "growth": 0.0}),
            }
        )
        setting = replace(china, scenario=scenario).setting
        # output chosen so that the marginal product is .15 everywhere
        capital = PublicCapital(setting, setting.base_output * 0.106 / 0.15, 0.106, 0.04, 1)
        gain = capital.gain(np.ones((31, 1)))
        value = gain @ (1.05 ** -np.arange(float(years + 1)))
        np.testing.assert_allclose(value, worth, atol=0.005)
        assert (gain[:, 0] == 0).all()  # nothing before it is built


def test_horizons_stand_side_by_side(plan):
    assert [row["years"] for row in plan.summary["horizons"]] == [5, 15, 25]
    gains = [row["output_gained_after"] for row in plan.summary["horizons"]]
    assert all(np.isfinite(gains)) and len(set(gains)) == 3


# --- capital is a difference -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rho", [0.0, -0.2, 0.25])
def test_no_programme_no_effect(make_case, rho):
    setting = make_case(7, 3, f"economy.spillover.rho={rho}").setting
    nothing = {name: np.zeros((7, 3)) for name in setting.scenario.instruments}
    zero, none = evaluate(setting, nothing), evaluate(setting, {})
    assert zero.output_gain == 0.0
    np.testing.assert_array_equal(zero.target, none.target)
    np.testing.assert_array_equal(zero.income_per_head, none.income_per_head)


# --- co-finance --------------------------------------------------------------------------------------------------------
def test_cofinance_is_debited_and_capped(make_case):
    case = make_case(
        6,
        1,
        "instruments.infrastructure.cofinance={rate: 0.4, additionality: 1.0, cap: 0.01}",
        "programme.floor=0",
    )
    setting = case.setting
    outcome = optimise(sc.build(case))
    paid = outcome.after.effects["cofinance"]
    revenue = setting.attribute("own_revenue")[:, None] * (setting.growth_factor @ setting.year_in_period)
    assert (paid <= 0.01 * revenue * (1 + 1e-6)).all() and paid.max() > 0
    np.testing.assert_allclose(paid, outcome.amounts["infrastructure"] * 0.4 / 0.6)
    # income falls by what is paid: the same amounts without the duty leave residents better off by exactly that much,
    # once what the own money builds is taken out
    without = evaluate(make_case(6, 1, "programme.floor=0").setting, outcome.amounts)
    year = 0
    np.testing.assert_allclose(
        without.income_per_head[:, year] - outcome.after.income_per_head[:, year],
        1e6 * paid[:, year] / setting.population,
    )


def test_a_lower_central_rate_attracts_no_money_by_itself(make_case):
    plain = optimise(sc.build(make_case(6, 4)))
    shared = optimise(sc.build(make_case(6, 4, "instruments.infrastructure.cofinance={rate: 0.5, cap: 1.0}")))
    a, b = (o.amounts["infrastructure"].sum() for o in (plain, shared))
    assert b <= a * (1 + 1e-6)
    np.testing.assert_allclose(shared.after.target, plain.after.target, rtol=1e-6)


def test_cofinance_is_zero_by_default_in_china(plan):
    assert float(plan.dataset["cofinance"].max()) == 0.0


# --- initial capital ---------------------------------------------------------------------------------------------------
def test_marginal_products_are_told_and_inside_the_band(plan):
    for row in plan.summary["marginal_product"].values():
        assert 0.05 <= row["min"] <= row["mean"] <= row["max"] <= 0.25
        assert len(row["by_region"]) == 31


def test_a_marginal_product_outside_the_band_is_refused_by_name():
    with pytest.raises(InputError, match=r"(?s)marginal product.*outside 5% to 25%.*allow_outside_band"):
        sc.build(sc.load_case("china", ["economy.capital.infrastructure.elasticity=0.3"]))
    sc.build(
        sc.load_case(
            "china", ["economy.capital.infrastructure.elasticity=0.3", "economy.allow_outside_band=true"]
        )
    )


# --- units -------------------------------------------------------------------------------------------------------------
def test_fiscal_capacity_is_at_standard_cost():
    case = sc.load_case("china", ["objective.of=fiscal_capacity"])
    setting = case.setting
    target = evaluate(setting, {}).target
    assert setting.regions[int(np.argmax(target))] != "CN-XZ"
    raw = target * setting.attribute("standard_cost_index")
    assert setting.regions[int(np.argmax(raw))] == "CN-XZ"


# --- honesty -----------------------------------------------------------------------------------------------------------
def test_the_summary_is_honest(plan):
    summary = plan.summary
    assert {row["parameter"] for row in summary["sensitivity"]} == {"horizon", "gamma", "rho", "ceiling"}
    low, high = summary["verdict"]["range"]
    assert low <= summary["verdict"]["gain"] <= high
    index = summary["disparity"]["gini"]
    assert summary["verdict"]["gain"] == pytest.approx(index["equal_per_head"] - index["after"], abs=1e-12)
    assert summary["verdict"]["label"] == ("better" if low > 0 else "indistinguishable")
    output = summary["output"]
    assert output["forgone"] == pytest.approx(output["best_attainable_gain"] - output["gained"])
    assert summary["response"] == "reduced form"
    np.testing.assert_allclose(
        plan.dataset["amount_equal"].sum("region"), plan.dataset["amount"].sum("region"), rtol=1e-9, atol=1e-9
    )


def test_a_gain_inside_its_range_is_called_indistinguishable(make_case):
    # a programme that must be spread equally cannot beat equal per head
    case = make_case(6, 5, "programme.floor=1", "programme.ceiling=1")
    assert sc.solve(sc.build(case)).summary["verdict"]["label"] != "better"
