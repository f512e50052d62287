"""Market access: the figures of a hand-made country, and what must hold on any graph."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialcoord.economy.market_access import MarketAccess, access_problems, shortened
from spatialcoord.economy.setting import Setting
from spatialcoord.regions import RegionGraph
from spatialcoord.regions.weights import great_circle_km
from spatialcoord.scenario.loading import parse_scenario
from spatialcoord.simulate.policy import Upgrade
from tests.planner.conftest import TEXT, toy


def country(places, pairs, output=None, kind="contiguity", drop=()):
    """Setting of regions at points (lon, lat) joined by pairs of positions."""
    n = len(places)
    table = pd.DataFrame(
        {
            "population": np.full(n, 1e6),
            "output": np.arange(1.0, n + 1) * 1e3 if output is None else output,
            "lon": [p[0] for p in places],
            "lat": [p[1] for p in places],
            "area_km2": np.full(n, 900.0 * np.pi),
        },
        index=[f"r{i}" for i in range(n)],
    ).drop(columns=list(drop))
    links = pd.DataFrame(
        [(f"r{a}", f"r{b}", kind) for a, b in pairs], columns=["a", "b", "kind"], dtype=object
    )
    return Setting(RegionGraph(table, links=links), parse_scenario(TEXT))


def degree_km() -> float:
    return np.radians(1.0) * 6371.0088


def test_three_regions_in_a_row_by_hand():
    access = MarketAccess(country([(0, 0), (1, 0), (3, 0)], [(0, 1), (1, 2)], [100.0, 200.0, 400.0]))
    km = degree_km()
    np.testing.assert_allclose(
        access.base_distance, np.array([[0, 1, 3], [1, 0, 2], [3, 2, 0]]) * km, rtol=1e-9
    )
    np.testing.assert_allclose(access.own_distance, 20.0)
    found = access.access(access.setting.base_output, access.base_distance)
    by_hand = 100 / 20**0.9 + 200 / km**0.9 + 400 / (3 * km) ** 0.9
    assert found[0] == pytest.approx(by_hand, rel=1e-12)
    barrier = np.array([[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]])
    closed = access.access(access.setting.base_output, access.base_distance, barrier)
    assert found[0] - closed[0] == pytest.approx(200 / km**0.9 * (1 - 1.5**-4), rel=1e-12)
    assert closed[2] == found[2]
    np.testing.assert_allclose(access.gain(2 * found, found), 2**0.1 - 1)


def test_a_shared_border_and_a_bridge_between_the_same_regions_are_one_way():
    setting = country([(0, 0), (1, 0)], [(0, 1)])
    graph = setting.graph
    both = pd.concat([graph.links, graph.links.assign(kind="link")], ignore_index=True)
    other = MarketAccess(Setting(RegionGraph(graph.frame.drop(columns="geometry"), both), setting.scenario))
    np.testing.assert_array_equal(other.base_distance, MarketAccess(setting).base_distance)


def test_rivers_are_no_ways_and_islands_keep_their_own_market():
    access = MarketAccess(country([(0, 0), (1, 0)], [(0, 1)], [100.0, 200.0], kind="river"))
    assert np.isinf(access.base_distance[0, 1])
    np.testing.assert_allclose(access.base_access, np.array([100.0, 200.0]) * 20**-0.9)
    # a bridge to it opens its market, even where distance does not count
    opened = access.access(access.setting.base_output, access.distances([Upgrade(0, 1, 100.0, 2022)]))
    np.testing.assert_allclose(opened - access.base_access, np.array([200.0, 100.0]) * 100**-0.9)
    flat = MarketAccess(
        access.setting.varied(market_access=access.params.model_copy(update={"distance_elasticity": 0.0}))
    )
    np.testing.assert_array_equal(flat.base_access, [100.0, 200.0])  # fmt: skip


@st.composite
def networks(draw):
    n = draw(st.integers(2, 9))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    places = np.column_stack([rng.uniform(0, 20, n), rng.uniform(-10, 10, n)])
    every = [(a, b) for a in range(n) for b in range(a + 1, n)]
    pairs = draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    return places, pairs, rng.lognormal(5, 1, n)


@settings(max_examples=40, deadline=None)
@given(networks(), st.data())
def test_removing_a_link_never_raises_market_access(network, data):
    places, pairs, output = network
    whole = MarketAccess(country(places, pairs, output))
    gone = data.draw(st.integers(0, len(pairs) - 1))
    less = MarketAccess(country(places, pairs[:gone] + pairs[gone + 1 :], output))
    assert (less.base_access <= whole.base_access * (1 + 1e-12)).all()
    assert (whole.gain(less.base_access, whole.base_access) <= 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(networks(), st.integers(0, 1000))
def test_building_never_lowers_access_and_distances_are_those_of_the_new_graph(network, seed):
    import networkx as nx

    places, pairs, output = network
    access, rng = MarketAccess(country(places, pairs, output)), np.random.default_rng(seed)
    n = len(places)
    upgrades = []
    for _ in range(3):
        a, b = rng.choice(n, 2, replace=False)
        length = float(rng.uniform(0.3, 1.2) * great_circle_km(*places.T, np.array([a]), np.array([b]))[0])
        upgrades.append(Upgrade(int(a), int(b), length, 2022))
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    ways = [(a, b, km) for (a, b), km in access.lengths.items()] + [(u.a, u.b, u.length) for u in upgrades]
    for a, b, km in ways:
        graph.add_edge(a, b, km=min(km, graph.edges[a, b]["km"] if graph.has_edge(a, b) else np.inf))
    expected = np.full((n, n), np.inf)
    for a, row in nx.all_pairs_dijkstra_path_length(graph, weight="km"):
        for b, km in row.items():
            expected[a, b] = km
    found = access.distances(upgrades)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    after = access.access(output, found)
    assert (after >= access.base_access * (1 - 1e-12)).all()
    # a longer way than there is changes nothing
    for a, b, km in ways:
        np.testing.assert_array_equal(shortened(found, a, b, km * 1.01), found)


def test_what_is_missing_is_named():
    (problem,) = access_problems(
        country([(0, 0), (1, 0)], [(0, 1)], drop=["lat", "area_km2"]), "instruments.x"
    )
    assert "lat, area_km2" in problem.what and problem.where == "instruments.x"
    assert "area_km2 (km2)" in problem.remedy
    (problem,) = access_problems(country([(0, 0), (0, 0)], [(0, 1)]), "instruments.x")
    assert "r0-r1" in problem.what
    assert access_problems(toy(6).setting, "instruments.x") == []
