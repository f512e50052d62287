"""Disparity within and between groups: exact, for every level, and told as it is."""

import numpy as np
import pytest

from spatialcoord import disparity
from spatialcoord.regions import RegionGraph
from spatialcoord.results import Plan, Words
from spatialcoord.results.groups import group_sheet, group_table, split_sheet, splits
from spatialcoord.results.sheets import OUTCOMES
from tests.results.sample import sample_dataset, sample_graph, sample_plan, sample_summary


def _two_levels():
    frame = sample_graph().frame
    frame["north_south"] = ["North", "South"] * 4
    graph = RegionGraph(frame, links=sample_graph().links, levels=[*sample_graph().levels, "north_south"])
    return sample_plan(graph=graph)


def test_parts_sum_to_the_measure_at_every_level():
    plan = _two_levels()
    found = {(s.level, s.measure, s.part): s for s in splits(plan)}
    assert len(found) == len(plan.graph.levels) * 2 * 3
    for level in plan.graph.levels:
        for measure in ("theil_t", "theil_l"):
            within, between, total = (found[level, measure, part] for part in ("within", "between", "total"))
            for i, outcome in enumerate(OUTCOMES):
                expected = float(plan.dataset["disparity"].sel(measure=measure, outcome=outcome))
                assert total.values[i] == pytest.approx(expected, rel=1e-12)
                assert within.values[i] + between.values[i] == pytest.approx(expected, abs=1e-12)
                assert within.shares[i] + between.shares[i] == pytest.approx(1.0)


def test_groups_add_up_to_the_whole():
    plan = _two_levels()
    table = group_table(plan, "north_south")
    assert table["regions"].sum() == 8 and table["population_share"].sum() == pytest.approx(1.0)
    assert table["amount"].sum() == pytest.approx(plan.summary["budget"]["spent"])
    assert table["net"].sum() == pytest.approx(0.0, abs=1e-6)
    mean = (table["target_after"] * table["population_share"]).sum()
    assert mean == pytest.approx(plan.summary["mean"]["after"])
    assert table["target_before"].is_monotonic_increasing  # the poorest first
    north = plan.graph.level("north_south").values == "North"
    target = plan.dataset["target_per_head"].sel(outcome="after").values[north]
    inside = disparity.theil_t(target, plan.dataset["population"].values[north])
    assert table.loc["North", "theil_t_after"] == pytest.approx(inside)


def test_no_levels_and_negative_values_are_left_out():
    frame = sample_graph().frame.drop(columns=list(sample_graph().levels))
    flat = sample_plan(graph=RegionGraph(frame, links=sample_graph().links))
    assert splits(flat) == [] and split_sheet(flat, Words(flat)) is None
    dataset = sample_dataset(sample_graph())
    dataset["target_per_head"][1, 0] = -1.0
    plan = Plan(dataset, sample_graph(), sample_summary(dataset))
    assert splits(plan) == []
    assert np.isnan(group_table(plan, plan.graph.levels[0])["theil_t_after"]).all()


def test_sheets_speak_the_language():
    plan = _two_levels()
    words = Words(plan, "zh")
    assert "南方与北方" in [row[0] for row in split_sheet(plan, words).rows]
    sheet = group_sheet(plan, "north_south", words)
    assert sheet.head[0] == "南方与北方" and {row[0] for row in sheet.rows} == {"North", "South"}
    assert all(len(row) == len(sheet.head) for row in sheet.rows)
