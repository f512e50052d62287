"""Statutory formulas beside a plan: as the year before, as a floor, as counterfactual."""

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord import explore
from spatialcoord.errors import Infeasible, InputError
from spatialcoord.explore.nearest import reference_of
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import evaluate, objective_value
from spatialcoord.planner.formulas import formula_amounts
from spatialcoord.planner.promises import broken_promises
from spatialcoord.planner.twin import simulated_all
from spatialcoord.regions import RegionGraph, bundled_cases
from spatialcoord.regions.attributes import Attribute
from spatialcoord.results.formulas import formula_sentences, formula_sheet
from spatialcoord.results.words import Words

MILLION = 1e6


def gap_share(setting):
    """Shares of equal_per_gap by hand: what every region lacks to the mean, price levels being one."""
    people, output = setting.population, setting.base_output
    gap = np.maximum(output.sum() / people.sum() - output / people, 0.0) * people
    return gap / gap.sum()


@pytest.fixture(scope="module")
def solved():
    from tests.planner.conftest import toy

    case = toy(8, 0, "formulas={equal_per_gap: {}, equal_per_head: {}}")
    return case, sc.solve(sc.build(case))


def test_the_money_of_every_line_is_spread_as_the_formula_spreads_its_own(solved):
    case, plan = solved
    setting = case.setting
    share = gap_share(setting)
    amounts = {
        str(k): plan.dataset["amount"].sel(instrument=k).values for k in plan.dataset["instrument"].values
    }
    spread = formula_amounts(setting, "equal_per_gap", amounts)
    for line, amount in amounts.items():
        assert spread[line] == pytest.approx(np.outer(share, amount.sum(axis=0)))
    total = sum(amount.sum() for amount in amounts.values())
    assert plan.dataset["formula_amount"].sel(formula="equal_per_gap").values == pytest.approx(share * total)


def test_the_summary_tells_what_the_formula_achieves_and_what_it_costs(solved):
    case, plan = solved
    setting = case.setting
    amounts = {
        str(k): plan.dataset["amount"].sel(instrument=k).values for k in plan.dataset["instrument"].values
    }
    spread = formula_amounts(setting, "equal_per_gap", amounts)
    after = evaluate(setting, spread)
    (entry,) = plan.summary["formulas"]  # the same money per head stands beside every plan in any case
    assert entry["name"] == "equal_per_gap"
    assert entry["objective"] == pytest.approx(objective_value(setting, after))
    assert entry["output_gained"] == pytest.approx(after.output_gain)
    assert entry["simulated"]["objective"] == pytest.approx(simulated_all(setting, [spread])[0].objective)
    money = sum(amounts.values())
    moved = 0.5 * np.abs(money - sum(spread.values())).sum() / money.sum()
    assert entry["moved_share"] == pytest.approx(moved)
    # the regions told are those between which most moves, and the sums are of the plan's own money
    apart = (money - sum(spread.values())).sum(axis=1)
    told = {row["region"]: row["moved"] for row in entry["differences"]}
    assert next(iter(told)) == setting.regions[int(apart.argmax())]
    for region, moved in told.items():
        assert moved == pytest.approx(apart[setting.regions.index(region)] / len(setting.years))


def test_table_and_sentences_name_the_formula_in_both_languages(solved):
    _, plan = solved
    for lang, title in (("en", "Equal per gap"), ("zh", "按差距等比例")):
        words = Words(plan, lang)
        sheet = formula_sheet(plan, words)
        assert title in sheet.head and len(sheet.head) == 5
        assert all(len(row) == 5 for row in sheet.rows)
        (entry,) = plan.summary["formulas"]
        first = formula_sentences(plan, words, entry)[0]
        assert (
            title in first
            and words.number(abs(entry["objective"] - plan.summary["objective"]["value"]), 2) in first
        )


def test_a_floor_of_a_formula_holds_in_every_year(make_case):
    free = ("programme.floor=0.1", "programme.ceiling=8", "objective.kind=maximise_mean")
    case = make_case(8, 0, "programme.formula_floor={equal_per_gap: 0.6}", *free)
    plan, setting = sc.solve(sc.build(case)), case.setting
    money = plan.dataset["amount"].sum("instrument").values
    least = 0.6 * np.outer(gap_share(setting), setting.budget)
    assert (money >= least - 1e-6 * setting.budget.mean()).all()
    without = sc.solve(sc.build(make_case(8, 0, *free))).dataset["amount"].sum("instrument").values
    assert (without < least - 1e-3 * setting.budget.mean()).any()  # the rule is not idle
    assert "formula_floor" in plan.dataset["rule"].values


def test_year_zero_may_be_a_formula(make_case):
    case = make_case(8, 0, "programme.year_zero=equal_per_gap", "programme.floor=0", "programme.ceiling=50")
    setting = case.setting
    total = setting.budget[0] / (1 + setting.scenario.economy.growth)
    assert setting.year_zero == pytest.approx(gap_share(setting) * total)


def test_a_floor_that_cannot_be_kept_names_the_formula(make_case):
    overrides = ("programme.formula_floor={equal_per_gap: 1}", "programme.ceiling=1.2", "programme.floor=0.8")
    (problem,) = broken_promises(make_case(8, 0, *overrides).setting)
    assert "formula_floor" in problem.where or "formula_floor" in problem.why
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(make_case(8, 0, *overrides)))
    assert "least share of a formula's amount of Equal per gap" in str(error.value)


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("programme.formula_floor={nothing: 0.5}", "there is no formula 'nothing'"),
        ("programme.formula_floor={equal_per_gap: 1.5}", "above the largest allowed value 1"),
        ("formulas={equal_per_gap: {of: population}}", "persons"),
        ("formulas={equal_per_gap: {pool: -1}}", "pool"),
        ("programme.formula_floor={equal_per_gap: 0.9, equal_per_head: 0.9}", "times the budget"),
        ("programme.year_zero=equal_per_gpa", "no attribute 'equal_per_gpa'"),
    ],
)
def test_mistakes_are_told_before_anything_is_solved(make_case, override, says):
    with pytest.raises(InputError, match=says.replace("(", r"\(")):
        sc.build(make_case(8, 0, override))


def test_the_least_change_may_be_counted_from_a_formula(make_case):
    case: Case = make_case(8, 0)
    found = reference_of(case, "equal_per_gap")
    assert found.amounts == pytest.approx(np.outer(gap_share(case.setting), case.setting.budget))


def test_the_least_change_of_a_study_may_be_counted_from_a_formula(make_case, tmp_path):
    study = explore.alternatives(make_case(5, 0), reference="equal_per_gap", count=0)
    assert study.summary["least_change"]["reference"] == "equal_per_gap"
    assert "what the formula 'Equal per gap' would give" in " ".join(study.summary["says"])
    assert (tmp_path / "out" / "ranges.png") in study.save(tmp_path / "out")


@pytest.mark.parametrize("name", bundled_cases())
def test_a_scenario_with_every_default_written_out_gives_the_same_formulas(name):
    """Studies vary the scenario as a dict, in which nobody can tell a default from a choice."""
    case = sc.load_case(name)
    again = case.under(type(case.scenario).model_validate(case.scenario.as_dict()))
    for formula in case.scenario.formulas:
        assert again.setting.formula(formula).amount == pytest.approx(case.setting.formula(formula).amount)


def test_a_column_of_a_formulas_name_is_not_guessed_about(make_case):
    case = make_case(5, 0, "programme.year_zero=equal_per_gap")
    frame = case.graph.frame.assign(equal_per_gap=1.0)
    own = {"equal_per_gap": Attribute("equal_per_gap", "million CUR/yr", "a column of somebody's own")}
    graph = RegionGraph(frame, case.graph.links, case.graph.levels, own)
    with pytest.raises(InputError, match="a column of the regions and a statutory formula"):
        sc.build(Case(graph, case.scenario))


def test_a_plan_without_money_of_the_budget_stands_beside_no_formula():
    overrides = [
        "instruments={differential_tax: {}}",
        "formulas={equal_per_gap: {}}",
        "programme.envelopes={}",
    ]
    plan = sc.solve(sc.build(sc.load_case("us", overrides)))
    assert "formulas" not in plan.summary and "formula_amount" not in plan.dataset
    assert formula_sheet(plan, Words(plan)) is None
