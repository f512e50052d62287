"""Every measure that a plan is sought by or held to is named, with weights and limits, on the console and in the report."""

import io

import pytest
from rich.console import Console

from spatialcoord.report import render, sections
from spatialcoord.results import Words, print_summary, sheets
from tests.report.test_report import _Page
from tests.results.sample import sample_plan


def _plan(**objective):
    made = sample_plan()
    made.summary["objective"] |= {"name": "minimise_index", "unit": "1", **objective}
    return made


def _told(plan, lang):
    out = io.StringIO()
    print_summary(Console(file=out, width=250, no_color=True), plan, lang)
    return " ".join(out.getvalue().split()), " ".join(_Page(render(plan, lang)).text.split())


@pytest.mark.parametrize(
    ("lang", "sought", "limits"),
    [
        ("en", "0.25 × Gini index + 0.75 × Theil T", "Hoover index at most 0.1125"),
        ("zh", "0.25 × 基尼系数 + 0.75 × 泰尔T指数", "胡佛指数不超过0.1125"),
    ],
)
def test_a_sum_and_a_rule_are_named(lang, sought, limits):
    plan = _plan(measure="theil_t", measures={"gini": 0.25, "theil_t": 0.75}, at_most={"hoover": 0.1125})
    console, page = _told(plan, lang)
    assert sought in console and limits in console
    assert (
        page.count(sought) == 4 and limits in page
    )  # the method, the headline, and the simulation at the top and below
    rows = plan.summary["disparity"]
    total = {o: 0.25 * rows["gini"][o] + 0.75 * rows["theil_t"][o] for o in ("before", "after")}
    words = Words(plan, lang)
    assert f"{words.number(total['before'], 4)} → {words.number(total['after'], 4)}" in page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_square_of_money_fits_its_headline_and_has_its_unit(lang):
    plan = _plan(measure="variance", measures={"variance": 1.0}, unit="(CNY per head)^2")
    plan.summary["disparity"]["variance"] = {"before": 8.74e8, "after": 8.60e8, "equal_per_head": 8.65e8}
    plan.dataset = plan.dataset.reindex(measure=[*plan.dataset["measure"].values, "variance"])
    plan.dataset["measure_unit"] = ("measure", ["1"] * 5 + ["(CNY per head)^2"])
    words = Words(plan, lang)
    figure, what, more = sections.headlines(plan, words)[1]
    assert figure == "−1.60%" and "874,000,000" in what and "865,000,000" in more
    unit = {"en": "(CNY per head)²", "zh": "(元/人)²"}[lang]
    assert unit in what
    console, page = _told(plan, lang)
    assert unit in console and "^2" not in console and "^2" not in page


def test_one_measure_has_no_weight_and_no_rule_is_no_sentence():
    plan = _plan(measure="gini", measures={"gini": 1.0, "theil_t": 0.0}, at_most={})
    words = Words(plan)
    assert sheets.sought(plan, words) == "Gini index" and sheets.limits(plan, words) == ""
    console, page = _told(plan, "en")
    assert "Rules on disparity" not in console and "By rule" not in page


def test_a_plan_without_equality_names_no_measure_in_its_objective():
    plan = _plan(name="maximise_mean", measure="gini", measures={"gini": 1.0})
    console, _ = _told(plan, "en")
    assert "Objective: largest mean =" in console
