"""Convergence of a plan and the location quotient of its money, against what is written out here."""

import json

import numpy as np
import pytest

from spatialcoord.results import Words, region_table
from spatialcoord.results.contract import plain
from spatialcoord.results.convergence import convergence, convergence_sheet, convergence_tab
from spatialcoord.results.table import total_row
from spatialcoord.results.tabs import tabs
from tests.results.sample import sample_plan


@pytest.fixture(scope="module")
def plan():
    return sample_plan()


def _with(plan, **values):
    """A copy of the plan with other values of some variables."""
    changed = plan.dataset.copy(deep=True)
    for name, value in values.items():
        changed[name].values[...] = value
    return type(plan)(changed, plan.graph, plan.summary)


def test_figures_are_those_of_the_plan(plan):
    data, found = plan.dataset, convergence(plan.dataset)
    start = data["income_per_head"].sel(outcome="before").isel(period=0).values
    end = data["income_per_head"].sel(outcome="after").isel(period=-1).values
    path, share = found["paths"]["after"], data["population"].values / data["population"].values.sum()
    logs = np.log(end)
    assert path["spread_equal_last"] == pytest.approx(np.std(logs))
    assert path["spread_last"] == pytest.approx(np.sqrt(share @ (logs - share @ logs) ** 2))
    years = found["last_year"] - found["first_year"]
    slope = np.polyfit(np.log(start), np.log(end / start) / years, 1)[0]
    assert path["beta"] == pytest.approx(-np.log1p(slope * years) / years, rel=1e-6)
    before, after = (data["target_per_head"].sel(outcome=o).values for o in ("before", "after"))
    moved = np.mean(before.argsort().argsort() != after.argsort().argsort())
    assert found["mobility"]["changed"] == pytest.approx(moved)
    json.dumps(plain(found), allow_nan=False)


def test_the_path_without_the_programme_does_not_converge(plan):
    path = convergence(plan.dataset)["paths"]["before"]
    assert path["beta"] == 0.0 and path["half_life"] is None
    assert path["spread_first"] == pytest.approx(path["spread_last"], rel=1e-12)
    sheet = convergence_sheet(plan, Words(plan, "en"))
    assert sheet.rows[0][-1] == "no convergence"


def test_half_of_every_gap_gone_is_a_half_life(plan):
    """Gaps in logarithms that halve over the evaluation have its length as half-life."""
    income = plan.dataset["income_per_head"].values.copy()
    log = np.log(income[0, :, 0])
    income[1, :, -1] = np.exp(log.mean() + 0.5 * (log - log.mean()))
    found = convergence(_with(plan, income_per_head=income).dataset)
    years = found["last_year"] - found["first_year"]
    assert found["paths"]["after"]["half_life"] == pytest.approx(years)
    assert found["paths"]["after"]["beta"] == pytest.approx(np.log(2) / years)
    income[1, :, -1] = np.exp(log.mean() + 2.0 * (log - log.mean()))
    apart = convergence(_with(plan, income_per_head=income).dataset)["paths"]["after"]
    assert apart["beta"] < 0 and apart["half_life"] is None


def test_movers_are_named_with_their_places(plan):
    target = plan.dataset["target_per_head"].values.copy()
    order = np.argsort(target[0])
    target[1] = target[0]
    target[1, order[[0, 1]]] = target[0, order[[1, 0]]]  # the two poorest change places
    changed = _with(plan, target_per_head=target)
    moved = convergence(changed.dataset)["mobility"]
    ids = plan.dataset["region"].values
    assert moved["movers"] == {str(ids[order[0]]): 1.0, str(ids[order[1]]): -1.0}
    for lang, none in (("en", "none of 8"), ("zh", "均无变化")):
        words = Words(plan, lang)
        note = convergence_sheet(changed, words).note
        assert f"{words.names[order[0]]}" in note and "+1" in note and "−1" in note
        target[1] = target[0]
        assert none in convergence_sheet(_with(plan, target_per_head=target), words).note
        target[1] = changed.dataset["target_per_head"].values[1]


def test_what_means_nothing_is_left_out(plan):
    income = plan.dataset["income_per_head"].values.copy()
    income[1, 0, 0] = -1.0
    none = _with(plan, income_per_head=income)
    assert convergence(none.dataset) == {}
    assert convergence_sheet(none, Words(plan)) is None and not convergence_tab(none, Words(plan)).rows
    year = convergence(plan.dataset.isel(period=[0]))["paths"]["after"]
    assert year["beta"] is None and year["spread_first"] == year["spread_last"]
    one = convergence(plan.dataset.isel(region=[0]))
    assert one["mobility"] is None and one["paths"]["after"]["spread_last"] == 0.0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_has_a_sheet(plan, lang):
    words = Words(plan, lang)
    (tab,) = [tab for tab in tabs(plan, lang) if tab.title == words.t("summary.tab.convergence")]
    found = convergence(plan.dataset)["paths"]
    assert [row[5] for row in tab.rows] == [found[o]["beta"] for o in found]
    assert str(2035) in tab.columns[2].head and words.t("summary.convergence.note") in tab.notes


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sheet_and_tab_say_the_same(plan, lang):
    words, found = Words(plan, lang), convergence(plan.dataset)
    sheet, tab = convergence_sheet(plan, words), convergence_tab(plan, words)
    assert len(sheet.rows) == len(tab.rows) == 3 and len(sheet.head) == len(sheet.rows[0])
    assert sheet.rows[1][1] == words.number(found["paths"]["after"]["spread_first"], 5)
    assert tab.rows[1][1] == found["paths"]["after"]["spread_first"]
    assert sheet.note and sheet.note in tab.notes


def test_location_quotient_of_the_money(plan):
    money = plan.dataset["amount"].sum(("instrument", "year")).values
    output = plan.dataset["output"].sel(outcome="before").isel(period=0).values
    table = region_table(plan)
    expected = (money / money.sum()) / (output / output.sum())
    np.testing.assert_allclose(table["location_quotient"], expected)
    assert (table["location_quotient"] * output / output.sum()).sum() == pytest.approx(1.0)
    assert total_row(plan)["location_quotient"] == 1.0
    nothing = _with(plan, amount=0.0)
    assert region_table(nothing)["location_quotient"].isna().all()
