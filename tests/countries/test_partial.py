"""Appalachia and Guangdong: figures, borders, what is missing and said so, and plans."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import spatialcoord as sc
from spatialcoord.planner.checks import check_case


@pytest.fixture(scope="module")
def guangdong():
    return sc.load_case("guangdong")


@pytest.fixture(scope="module")
def appalachia():
    return sc.load_case("appalachia")


def test_shenzhen_alone_makes_more_than_the_fourteen_poorest_cities(guangdong):
    output = guangdong.graph["output"].to_series() / 100.0  # hundred million CNY
    ordered = output.sort_values()
    assert output.sum() == pytest.approx(110_760.95, abs=0.02)
    assert output["440300"] == pytest.approx(27_670.24, abs=0.01)
    assert ordered.iloc[:14].sum() == pytest.approx(26_621.90, abs=0.01)
    assert ordered.iloc[:14].sum() < output["440300"] < ordered.iloc[:15].sum()


def test_the_cities_have_a_gini_of_about_28_hundredths(guangdong):
    graph = guangdong.graph
    per_head = graph["output"].values / graph["population"].values
    assert sc.disparity.gini(per_head, graph["population"].values) == pytest.approx(0.279, abs=1e-3)


def test_disparity_in_the_province_is_nested_in_that_of_the_nation(guangdong):
    china = sc.load_case("china").graph
    people, output = china["population"].to_series(), china["output"].to_series()
    cities = guangdong.graph
    inner_people, inner = cities["population"].to_series(), cities["output"].to_series()
    # the province's own figures, spread over its cities as these are
    inner_people, inner = (
        inner_people * people["CN-GD"] / inner_people.sum(),
        inner * output["CN-GD"] / inner.sum(),
    )
    whole_people = pd.concat([people.drop("CN-GD"), inner_people])
    whole = pd.concat([output.drop("CN-GD"), inner])

    def theil(money, heads):
        return sc.disparity.theil_t((money / heads).values, heads.values)

    within = output["CN-GD"] / output.sum() * theil(inner, inner_people)
    assert theil(whole, whole_people) == pytest.approx(theil(output, people) + within, abs=1e-12)
    assert within > 0.1 * theil(output, people)  # one province within against all provinces between


def test_420_counties_and_their_borders(appalachia):
    links = appalachia.graph.links
    assert len(appalachia.graph) == 420
    # 18 more pairs meet in a point only
    assert (links["kind"] == "contiguity").sum() == 1109
    assert len(set(appalachia.graph.level("state").values)) == 13


def test_corridors_run_from_neighbour_to_neighbour(appalachia):
    joined = {frozenset(pair) for pair in appalachia.graph.links[["a", "b"]].to_numpy()}
    table = pd.read_csv(appalachia.folder / "corridors.csv", dtype={"counties": str})
    projects = {p.id: p for p in appalachia.scenario.instruments["transport_project"].projects}
    assert len(table) == len(projects) == 8
    for _, row in table.iterrows():
        chain = row["counties"].split()
        assert all(frozenset(pair) in joined for pair in itertools.pairwise(chain))
        project = projects[f"corridor_{row['corridor']}"]
        assert [(way.a, way.b) for way in project.links] == list(itertools.pairwise(chain))
        assert project.cost == row["cost_million_usd"]


@pytest.mark.parametrize("name", ["guangdong", "appalachia"])
def test_what_is_missing_is_named(name, request):
    case = request.getfixturevalue(name)
    check_case(case)
    assert case.scenario.missing
    for lacking in case.scenario.missing:
        assert lacking.stands_in.en and lacking.stands_in.zh


def test_a_plan_for_guangdong_is_told_as_partial(guangdong):
    plan = sc.solve(sc.build(guangdong))
    summary = plan.summary
    assert summary["partial"] is True and len(summary["missing"]) == len(guangdong.scenario.missing)
    assert summary["certificate"]["max_violation"] <= 1e-6 and summary["status"] == "optimal"
    told = summary["disparity"]["gini"]
    assert told["after"] < told["equal_per_head"] < told["before"]
    payments = plan.dataset["compensation"]
    assert np.abs(payments.sum("region")).max() <= 1e-6 * float(np.abs(payments).sum())
    assert sc.solve(sc.build(sc.load_case("china"))).summary["partial"] is False
