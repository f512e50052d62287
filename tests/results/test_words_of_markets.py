"""Markets, pairs and lines in words: units that readers know, means that say so, reasons for nothing."""

from __future__ import annotations

import pytest

import spatialcoord as sc
from spatialcoord.planner.verdict import warnings_of
from spatialcoord.results import Words, explain
from spatialcoord.results.console import money_lines
from spatialcoord.results.more import more, more_sheet
from spatialcoord.results.simulated import simulated_line
from tests.planner.conftest import toy


@pytest.fixture(scope="module")
def plan():
    chosen = "instruments={general_transfer: {}, infrastructure: {}, market_integration: {}}"
    return sc.solve(sc.build(toy(6, 2, chosen)))


def test_sums_of_money_have_a_size_and_means_of_years_say_so(plan):
    words = Words(plan)
    rows = {row[0]: row[1] for row in more_sheet(plan, words).rows}
    (gained,) = (
        text for title, text in rows.items() if title.startswith("Gain in output from what the others")
    )
    total = float(plan.dataset["market_integration_from_others"].sum())
    assert gained == words.signed_amount(total, f"{words.money}/yr") and "a year" in gained
    assert any(
        title.startswith("Share of the market open") and title.endswith("mean of the programme's years")
        for title in rows
    )
    chinese = [one.title for one in more(plan, Words(plan, "zh"))]
    assert "年末已开放的市场比重（计划各年平均）" in chinese


def test_nothing_of_a_line_has_its_reason(plan):
    amounts = plan.dataset["amount"].sum("year")
    words = Words(plan)
    for region in map(str, plan.dataset["region"].values):
        none = [
            title
            for i, title in zip(plan.dataset["instrument"].values, words.instruments, strict=True)
            if float(amounts.sel(region=region, instrument=i)) <= 1e-9
        ]
        said = [s for s in explain(plan, region).sentences if s.startswith("Nothing of: ")]
        assert len(said) == bool(none) and all(title in said[0] for title in none)


def test_a_plan_that_the_simulation_finds_worse_than_none_is_told_so(plan):
    words, found = Words(plan), plan.summary["simulated"]
    assert found["after"] > found["before"]
    assert "worse than no programme" not in simulated_line(words, plan)
    before = found["before"]
    try:
        found["before"] = found["after"] + 1.0
        assert "worse than no programme" in simulated_line(words, plan)
        assert "不如完全不实施计划" in simulated_line(Words(plan, "zh"), plan)
    finally:
        found["before"] = before
    assert money_lines(words, plan)


def test_a_best_gain_that_is_not_proved_in_time_is_told(monkeypatch):
    from dataclasses import replace

    from spatialcoord.planner import solving

    model = sc.build(toy(6, 2))
    asked = []

    def late(expression, maximise, time_limit=None, **how):
        asked.append(time_limit)
        return replace(found, status="time_limit")

    found = model.probe(model.output_gain, maximise=True)
    monkeypatch.setattr(model, "probe", late)
    outcome = solving.optimise(model)
    assert asked == [solving.PATIENCE] and not outcome.best_proven
    assert any("was not proved" in said["en"] for said in warnings_of(model.setting, outcome))


def test_the_scenario_s_time_limit_holds_for_the_best_gain(monkeypatch):
    from spatialcoord.planner import solving

    model, asked = sc.build(toy(6, 2, "solver.time_limit=33")), []
    probe = model.probe

    def seen(*args, **how):
        asked.append(how["time_limit"])
        return probe(*args, **how)

    monkeypatch.setattr(model, "probe", seen)
    outcome = solving.optimise(model)
    assert asked == [33] and outcome.best_proven
    assert not any("was not proved" in said["en"] for said in warnings_of(model.setting, outcome))
