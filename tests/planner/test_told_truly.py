"""What the summary tells is recomputed by another way: prices, sensitivity, horizons, what was attainable, who is where."""

from __future__ import annotations

import html
import io

import numpy as np
import pytest
from rich.console import Console

import spatialcoord as sc
from spatialcoord.planner.evaluate import evaluate, objective_value
from spatialcoord.planner.verdict import output_falls
from spatialcoord.report import render
from spatialcoord.results import Words, print_summary, sheets
from tests.planner.conftest import toy


def amounts_of(plan, key="amount"):
    return {str(n): plan.dataset[key].sel(instrument=n).values for n in plan.dataset["instrument"].values}


# --- prices --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "rule, side, stems, better_up",
    [
        ("floor", "price_of_less", ("programme.floor_transfer", "programme.floor_investment"), False),
        ("ceiling", "price_of_more", ("programme.ceiling_transfer", "programme.ceiling_investment"), True),
        ("change_limit", "price_of_more", ("programme.change_up",), True),
        ("change_limit", "price_of_less", ("programme.change_down",), False),
        ("hold_harmless", "price_of_less", ("programme.hold_harmless",), False),
    ],
)
def test_a_price_is_what_relaxing_the_rule_gains(make_case, rule, side, stems, better_up):
    overrides = (
        "programme.change_limit=0.1",
        "programme.hold_harmless=0.9",
        "programme.year_zero=past_allocation",
    )
    model = sc.build(make_case(8, 2, *overrides))
    plan = sc.solve(model)
    prices = plan.dataset[side].sel(rule=rule)
    region = str(prices["region"].values[int(prices.values.argmax())])
    price = float(prices.sel(region=region))
    assert price > 0
    before, room = model.solution.objective, 1e-5 * model.setting.budget.mean()
    for name in stems:
        body = model.activity(name)
        slack = model.slack(name)
        right = body + slack if better_up else body - slack
        right.loc[{"region": region}] += room if better_up else -room
        model.limit(name, **{"upper" if better_up else "lower": right})
    assert model.solve().objective - before == pytest.approx(price * room, rel=2e-3)


def test_the_price_of_the_budget_is_what_a_unit_more_each_year_gains(make_case):
    case = make_case(6, 3, "programme.budget={amount: 900}")
    plan = sc.solve(sc.build(case))
    (price,) = [row["price"] for row in plan.summary["binding"] if row["rule"] == "budget"]
    more = sc.solve(sc.build(make_case(6, 3, "programme.budget={amount: 900.01}")))
    gained = more.summary["objective"]["value"] - plan.summary["objective"]["value"]
    assert gained == pytest.approx(0.01 * price, rel=0.02)


@pytest.mark.parametrize(
    "limit, rule, of, side",
    [
        ("{transfer: {max_share: 0.3}}", "envelope_most", "transfer", "upper"),
        ("{investment: {max_share: 0.3}}", "envelope_most", "investment", "upper"),
        ("{transfer: {min_share: 0.95}}", "envelope_least", "transfer", "lower"),
        ("{infrastructure: {max_share: 0.1}}", "envelope_most", "infrastructure", "upper"),
    ],
)
def test_an_envelope_that_binds_is_told_with_its_price(limit, rule, of, side):
    model = sc.build(toy(6, 1, f"programme.envelopes={limit}"))
    plan = sc.solve(model)
    bound = [row for row in plan.summary["binding"] if row["rule"].startswith("envelope")]
    before, room = model.solution.objective, 1e-5 * model.setting.budget.mean()
    name = f"programme.share_{'most' if side == 'upper' else 'least'}_{of}"
    (row,) = bound
    assert (row["rule"], row["of"]) == (rule, of) and row["price"] > 0
    model.limit(name, **{side: room if side == "upper" else -room})
    assert model.solve().objective - before == pytest.approx(row["price"] * room, rel=2e-3)
    words = Words(plan, "en")
    told = sheets.rule(plan, words, row)
    assert ("share of an envelope: " in told) and told in html.unescape(render(plan))
    assert "资金池比例" in sheets.rule(plan, Words(plan, "zh"), row)


def test_a_price_that_can_be_split_otherwise_is_said_not_to_be_unique():
    """At the floor of an envelope and of its line at once; a zero of the solver is no number then."""
    plan = sc.solve(sc.build(toy(6, 1, "programme.envelopes={infrastructure: {max_share: 0.2}}")))
    rows = {row["rule"]: row for row in plan.summary["binding"]}
    assert rows["floor"]["unique"] is False and rows["budget"].get("unique", True)
    held = [str(r) for r, rule in plan.dataset["binding_rule"].to_series().items() if rule == "floor"]
    least = plan.dataset["price_of_less"].sel(rule=["floor", "line"]).sum("rule").sel(region=held)
    assert rows["floor"]["price"] == pytest.approx(float(least.mean()))
    entry = {"rule": "ceiling", "regions": ["R0"], "price": 0.0, "unique": False}
    changed = sc.Plan(plan.dataset, plan.graph, {**plan.summary, "binding": [entry]})
    for lang, said in (("en", "not unique"), ("zh", "不唯一")):
        sheet = sheets.binding(changed, Words(changed, lang))
        assert sheet.rows[0][-1] == said and said in sheet.note.lower()


# --- who is where ----------------------------------------------------------------------------------------------------------
def test_at_floor_and_at_ceiling_are_recomputed(plan, china):
    data, rules = plan.dataset, china.scenario.programme
    last = data["amount"].isel(year=-1)
    floor = ceiling = True
    for envelope in np.unique(data["envelope"].values):
        money = last.sel(instrument=data["envelope"].values == envelope).sum("instrument").values
        ratio = money / (china.setting.share * money.sum())
        floor, ceiling = floor & (ratio <= rules.floor + 1e-5), ceiling & (ratio >= rules.ceiling - 1e-5)
    np.testing.assert_array_equal(data["at_floor"], floor)
    np.testing.assert_array_equal(data["at_ceiling"], ceiling)
    held = data["binding_rule"].values
    assert set(held[ceiling]) == {"ceiling"} and set(held[floor]) <= {"floor", "line"}


def test_a_rich_region_gets_at_most_the_equal_amount_of_every_line(plan):
    """No bang-bang inside an envelope either: nobody rich fills a floor with the money of one line."""
    data = plan.dataset
    before = data["target_per_head"].sel(outcome="before")
    rich = before > 1.25 * float(data["mean_target"].sel(outcome="before"))
    ratio = data["amount"].sum("year") / data["amount_equal"].sum("year")
    west = data["macro_region"] == "West"  # holds promises from year 0
    assert rich.sum() >= 4 and float(ratio.where(rich & ~west).max()) <= 1.0
    assert float(ratio.min()) >= 0.45 and float(ratio.max()) <= 2.0 + 1e-6


# --- what was attainable ---------------------------------------------------------------------------------------------------
def test_the_best_attainable_gain_is_that_of_a_plan_for_output_alone(plan):
    case = sc.load_case("china", ["objective.kind=maximise_mean", "objective.of=output"])
    other = sc.solve(sc.build(case)).summary
    assert plan.summary["output"]["best_attainable_gain"] == pytest.approx(
        other["output"]["gained"], rel=1e-3
    )
    mean = other["mean"]["after"] - other["mean"]["before"]
    assert mean * case.setting.population.sum() / 1e6 == pytest.approx(other["output"]["gained"], rel=1e-9)


# --- sensitivity -----------------------------------------------------------------------------------------------------------
def gains(plan, overrides):
    setting = sc.load_case("china", overrides).setting
    chosen, same = evaluate(setting, amounts_of(plan)), evaluate(setting, amounts_of(plan, "amount_equal"))
    index = same.disparity("gini", setting.population) - chosen.disparity("gini", setting.population)
    return index, objective_value(setting, chosen) - objective_value(setting, same)


@pytest.mark.parametrize(
    "parameter, value, overrides",
    [
        ("horizon", 5.0, ["economy.horizon=5"]),
        ("horizon", 25.0, ["economy.horizon=25"]),
        ("rho", -0.2, ["economy.spillover.rho=-0.2"]),
        ("rho", 0.25, ["economy.spillover.rho=0.25"]),
        (
            "gamma",
            0.0,
            ["economy.capital.infrastructure.elasticity=0.083", "economy.capital.human.elasticity=0.03"],
        ),
        (
            "gamma",
            1.0,
            ["economy.capital.infrastructure.elasticity=0.122", "economy.capital.human.elasticity=0.12"],
        ),
    ],
)
def test_sensitivity_rows_are_those_of_the_scenario_they_name(plan, parameter, value, overrides):
    (row,) = [r for r in plan.summary["sensitivity"] if r["parameter"] == parameter and r["value"] == value]
    index, objective = gains(plan, overrides)
    assert row["gain"] == pytest.approx(index, rel=1e-9)
    assert row["objective_gain"] == pytest.approx(objective, rel=1e-9)


def test_a_ceiling_is_planned_anew(plan):
    (row,) = [r for r in plan.summary["sensitivity"] if r["parameter"] == "ceiling" and r["value"] == 1.5]
    other = sc.solve(sc.build(sc.load_case("china", ["programme.ceiling=1.5"]))).summary
    assert row["replanned"] and row["gain"] == pytest.approx(other["verdict"]["gain"], rel=1e-6)


@pytest.mark.parametrize("years", [5, 15, 25])
def test_horizons_are_what_they_say(plan, years):
    (row,) = [r for r in plan.summary["horizons"] if r["years"] == years]
    setting = sc.load_case("china", [f"economy.horizon={years}"]).setting
    after = evaluate(setting, amounts_of(plan))
    assert row["output_gained_after"] == pytest.approx(after.output_gain, rel=1e-9)
    assert row["disparity_after"] == pytest.approx(after.disparity("gini", setting.population), rel=1e-12)


# --- verdict ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(4))
def test_what_nobody_would_notice_is_not_called_better(make_case, seed):
    equal = make_case(6, seed, "programme.floor=1", "programme.ceiling=1")
    assert sc.solve(sc.build(equal)).summary["verdict"]["label"] == "indistinguishable"
    tiny = make_case(6, seed, "programme.budget={share_of_output: 0.000001}")
    assert sc.solve(sc.build(tiny)).summary["verdict"]["label"] == "indistinguishable"


def test_the_verdict_on_a_mean_is_about_the_mean():
    found = sc.solve(sc.build(sc.load_case("china", ["objective.kind=maximise_mean"]))).summary["verdict"]
    assert (
        found["label"] == "better"
        and found["unit"] == "CNY per head"
        and found["text_key"].endswith("mean_better")
    )


def test_a_plan_that_does_harm_says_so_first():
    summary = sc.solve(sc.build(sc.load_case("china", ["economy.discount_rate=1.0"]))).summary
    assert summary["objective"]["value"] < summary["objective"]["before"]
    assert "worse than no programme" in summary["caveats"][0]["en"] and summary["caveats"][0]["zh"]


def test_a_fall_of_output_is_told_first(tmp_path):
    """Transfers build nothing, and in the simulation people follow them to where less is produced."""
    plan = sc.solve(sc.build(toy(6, 1, "instruments={general_transfer: {}}")))
    gained = plan.summary["simulated"]["output_gained"]
    assert gained["simulated"] < 0 and gained["planner"] == 0
    (warning,) = plan.summary["warnings"]
    assert "falls in the simulation" in warning["en"] and "仿真中总产出下降" in warning["zh"]
    for lang in ("en", "zh"):
        console = Console(file=io.StringIO(), width=400)
        print_summary(console, plan, lang)
        assert warning[lang] in console.file.getvalue()
        assert warning[lang] in html.unescape(render(plan, lang))
    assert sc.solve(sc.build(toy(6, 1))).summary["warnings"] == []


@pytest.mark.parametrize(
    "planner, simulated, told",
    [
        (-5.0, 2.0, "by the planner's account: it changes by −5"),
        (-5.0, -2.0, "by −5.00 million CUR a year by the planner's account and by −2"),
        (0.0, -1e-9, None),
    ],
)
def test_who_says_that_output_falls(planner, simulated, told):
    found = output_falls(
        {"before": 1000.0, "unit": "million CUR/yr"}, {"planner": planner, "simulated": simulated}
    )
    assert (told in found[0]["en"] and found[0]["zh"]) if told else not found


# --- dynamics --------------------------------------------------------------------------------------------------------------
def test_what_is_left_at_the_end_is_depreciated_and_discounted(china):
    setting = china.setting
    amounts = {
        "infrastructure": np.zeros((31, 5)),
        "human_capital": np.zeros((31, 5)),
        "general_transfer": np.zeros((31, 5)),
    }
    amounts["infrastructure"][:, 0] = 1.0
    result = evaluate(setting, amounts)
    np.testing.assert_allclose(
        result.effects["terminal"], 0.96**14
    )  # built in one year, fourteen years of wear
    discount = 1.05 ** -np.arange(15.0)
    without = sc.load_case("china", ["economy.terminal_value=none"]).setting
    worth = (result.target - evaluate(without, amounts).target) * setting.population / 1e6
    np.testing.assert_allclose(worth, 0.96**14 * 1.05**-15 / discount.sum(), rtol=1e-6)


def test_a_siphon_draws_output_from_the_neighbours():
    for rho in (-0.2, 0.2):
        setting = sc.load_case("china", [f"economy.spillover.rho={rho}"]).setting
        amounts = {name: np.zeros((31, 5)) for name in setting.scenario.instruments}
        amounts["infrastructure"][setting.regions.index("CN-BJ")] = 1000.0
        change = evaluate(setting, amounts).output - setting.output
        assert np.sign(change[setting.regions.index("CN-HE"), -1]) == np.sign(rho)


def test_hold_harmless_holds(plan, china):
    least = china.scenario.programme.hold_harmless * china.setting.year_zero
    assert (plan.dataset["receipts"].values >= least[:, None] - 1e-3).all() and least.min() > 0
