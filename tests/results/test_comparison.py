"""Plans side by side: inputs that differ first, what is comparable, and what is not."""

import io
import re

import numpy as np
import pytest
from rich.console import Console

from spatialcoord.errors import InputError
from spatialcoord.regions import RegionGraph
from spatialcoord.results import Plan, Words, compare, comparison_sheets, print_comparison, region_table
from tests.results.sample import sample_dataset, sample_graph, sample_plan, sample_summary

SCENARIO = """\
case: sample
title: {en: Sample}
question: {en: Who?}
regions: {}
currency: CNY
money_unit: million CNY
price_year: 2019
programme:
  years: {first: 2021, last: 2025}
  budget: {amount: 1000}
  financing: tax_revenue
instruments: {general_transfer: {}, infrastructure: {}}
"""


def _plan(change=None, scenario=SCENARIO, graph=None, fingerprint=None, **attrs):
    """A sample plan, its Dataset changed by `change`."""
    graph = graph or sample_graph()
    dataset = sample_dataset(graph)
    dataset.attrs |= {"scenario": scenario, **attrs}
    if change is not None:
        dataset = change(dataset)
    summary = sample_summary(dataset)
    if fingerprint:
        dataset.attrs["fingerprint"] = summary["fingerprint"] = fingerprint * 32
    return Plan(dataset, graph, summary)


def _shifted(dataset):
    """The first region gives a tenth of its money to the last."""
    amount = dataset["amount"].copy()
    moved = 0.1 * amount[:, 0]
    amount[:, 0] -= moved
    amount[:, -1] += moved
    target = dataset["target_per_head"].copy()
    target.loc[{"outcome": "after"}] += np.array([-5.0, *[0.0] * 6, 7.0])
    return dataset.assign(amount=amount.assign_attrs(dataset["amount"].attrs), target_per_head=target)


def _printed(comparison, lang="en", width=160):
    out = io.StringIO()
    print_comparison(Console(file=out, width=width, no_color=True), comparison, lang)
    return out.getvalue()


def _notes(comparison):
    return [key for key, _ in comparison.notes]


def test_the_same_plan_twice_has_no_difference():
    c = compare([_plan(), _plan()])
    assert c.keys == [] and c.figures == [] and _notes(c) == ["same"]
    assert all(o.change(1) in (0.0, None) for o in c.outcomes)
    assert (c.regions[0][["amount_per_head", "change_per_head", "net"]].abs() < 1e-9).all().all()
    text = _printed(c)
    for part in ("value for value", "figures are the same", "No region does better", "No region does worse"):
        assert part in text


def test_inputs_that_differ_come_first_with_both_values():
    other = SCENARIO.replace("amount: 1000", "amount: 1200") + "economy: {horizon: 20}\n"
    c = compare([_plan(), _plan(scenario=other, fingerprint="7b")], ["old", "new"])
    assert {key.name: key.values for key in c.keys} == {
        "programme.budget.amount.0": (1000, 1200),
        "economy.horizon": (15, 20),
    }
    text = _printed(c)
    assert text.index("programme.budget.amount") < text.index("What came out") < text.index("new against old")
    assert re.search(r"economy\.horizon +15 +20", text)


def test_three_plans_each_against_the_first():
    one, two = (SCENARIO.replace("1000", amount) for amount in ("1100", "1300"))
    c = compare([_plan(), _plan(scenario=one, fingerprint="7b"), _plan(_shifted, two, fingerprint="8c")])
    (key,) = c.keys
    assert key.values == (1000, 1100, 1300) and c.names == ("A", "B", "C")
    assert len(c.regions) == 2 and c.regions[0]["change_per_head"].abs().max() == 0.0
    text = _printed(c)
    assert "B against A" in text and "C against A" in text


def test_winners_and_losers_are_those_of_the_tables():
    first, other = _plan(), _plan(_shifted, fingerprint="7b")
    c = compare([first, other])
    a, b = region_table(first), region_table(other)
    np.testing.assert_allclose(c.regions[0]["change_per_head"], b["change_per_head"] - a["change_per_head"])
    np.testing.assert_allclose(c.regions[0]["amount_per_head"], b["amount_per_head"] - a["amount_per_head"])
    words = Words(first)
    winners, losers = comparison_sheets.winners_and_losers(c, words, 1)
    assert [row[0] for row in winners.rows] == ["Region R7"] and winners.rows[0][1] == "+7.0"
    assert [row[0] for row in losers.rows] == ["Region R0"] and losers.rows[0][1] == "−5.0"
    assert "1 of 8 regions" in comparison_sheets.count_sentence(c, words, 1)


def test_outcomes_are_those_of_the_summaries():
    first, other = _plan(), _plan(_shifted, fingerprint="7b")
    outcomes = {o.key: o for o in compare([first, other]).outcomes}
    for key, path in {
        "objective": ("objective", "value"),
        "disparity:gini": ("disparity", "gini", "after"),
        "mean": ("mean", "after"),
        "output": ("output", "gained"),
        "spent": ("budget", "spent"),
        "at_floor": ("at_floor",),
    }.items():
        expected = []
        for plan in (first, other):
            value = plan.summary
            for step in path:
                value = value[step]
            expected.append(value)
        assert outcomes[key].values == pytest.approx(tuple(expected)), key
        assert outcomes[key].change(1) == pytest.approx(expected[1] - expected[0]), key
    assert "instrument:general_transfer" in outcomes


def test_figures_that_differ_are_found_by_region():
    frame = sample_graph().frame
    frame.loc["R3", "output"] *= 1.5
    frame.loc["R4", "output"] *= 1.01
    frame.loc["R5", "name"] = "Other"
    graph = RegionGraph(frame, links=sample_graph().links, levels=sample_graph().levels)
    c = compare([_plan(), _plan(graph=graph, fingerprint="7b")])
    found = {figure.name: figure for figure in c.figures}
    assert set(found) == {"output", "name"}
    assert (found["output"].regions, found["output"].where) == (2, "R3")
    assert found["output"].other == pytest.approx(1.5 * found["output"].first)
    assert "Region R3" in _printed(c)


def test_columns_and_links_that_only_one_has_are_said():
    frame = sample_graph().frame.drop(columns="budget_expenditure")
    graph = RegionGraph(frame, links=sample_graph().links.iloc[:-1], levels=sample_graph().levels)
    c = compare([_plan(), _plan(graph=graph, fingerprint="7b")])
    assert {"only_first", "links"} <= set(_notes(c))
    assert "budget_expenditure" in _printed(c)


def test_other_regions_are_compared_where_both_have_them():
    frame = sample_graph().frame.rename(index={"R7": "X7"}).iloc[::-1]
    graph = RegionGraph(frame, levels=sample_graph().levels)
    c = compare([_plan(), _plan(graph=graph, fingerprint="7b")])
    assert "regions" in _notes(c)
    assert list(c.regions[0].index) == [f"R{i}" for i in range(7)]
    other = region_table(c.plans[1])
    np.testing.assert_allclose(c.regions[0]["net_other"], other["net"].loc[c.regions[0].index])
    assert "share 7 regions" in _printed(c)


def test_no_region_in_common_leaves_the_headlines():
    frame = sample_graph().frame
    graph = RegionGraph(frame.rename(index=lambda i: f"X{i}"), levels=sample_graph().levels)
    c = compare([_plan(), _plan(graph=graph, fingerprint="7b", case="elsewhere")])
    assert {"case", "no_regions"} <= set(_notes(c)) and c.regions[0].empty
    text = _printed(c)
    assert "no region in common" in text and "no figure of a region" in text


@pytest.mark.parametrize(
    ("attrs", "gone", "kept"),
    [
        ({"price_year": 2020}, ["mean", "spent", "objective"], ["disparity:gini", "better_off"]),
        ({"target": "output"}, ["mean", "disparity:gini", "objective"], ["spent", "output"]),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_not_comparable_is_shown_but_not_subtracted(attrs, gone, kept, lang):
    c = compare([_plan(), _plan(fingerprint="7b", **attrs)])
    outcomes = {o.key: o for o in c.outcomes}
    assert all(outcomes[key].change(1) is None for key in gone)
    assert all(outcomes[key].change(1) is not None for key in kept)
    assert next(iter(attrs)) in _notes(c)
    assert ("change_per_head" in c.regions[0]) is False
    assert ("amount_per_head" in c.regions[0]) is ("target" in attrs)
    assert "{" not in _printed(c, lang)


def test_an_objective_with_another_weight_is_another_objective():
    c = compare(
        [_plan(), _plan(scenario=SCENARIO + "objective: {inequality_weight: 0.5}\n", fingerprint="7b")]
    )
    assert "objective" in _notes(c)
    assert next(o for o in c.outcomes if o.key == "objective").change(1) is None


def test_a_scenario_that_cannot_be_read_is_said():
    c = compare([_plan(), _plan(scenario="case: [", fingerprint="7b")], ["a", "b"])
    assert c.keys == [] and _notes(c) == ["scenario"]
    assert "The scenario of b cannot be read here" in _printed(c)


def test_an_instrument_that_only_one_plan_has():
    own = {"own_line": ("Own line", "自有项目", "transfer", 1.0)}
    graph = sample_graph()
    dataset = sample_dataset(graph, own)
    dataset.attrs["fingerprint"] = "7b" * 32
    other = Plan(dataset, graph, sample_summary(dataset) | {"fingerprint": "7b" * 32})
    c = compare([_plan(), other])
    outcome = next(o for o in c.outcomes if o.key == "instrument:own_line")
    assert outcome.values[0] is None and outcome.change(1) is None
    assert "Own line" in _printed(c) and "自有项目" in _printed(c, "zh")


def test_chinese_is_chinese():
    other = _plan(_shifted, SCENARIO.replace("1000", "1200"), fingerprint="7b")
    text = _printed(compare([_plan(), other], ["甲", "乙"]), "zh")
    rest = re.sub(r"Region R\d+|programme\.\S+|泰尔[TL]", "", text)
    assert "状况更好" in text and not re.search("[A-Za-z]{2,}", rest), re.search("[A-Za-z]{2,}", rest)


def test_one_plan_and_wrong_names_are_mistakes():
    with pytest.raises(InputError, match="1 plan to compare"):
        compare([sample_plan()])
    with pytest.raises(InputError, match="names"):
        compare([sample_plan(), sample_plan()], ["a", "a"])
