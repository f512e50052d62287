"""Synthetic graphs: the same for the same seed, plausible, of any size."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialcoord.errors import InputError
from spatialcoord.regions import ATTRIBUTES, RegionGraph
from spatialcoord.regions.links import contiguity_from_polygons


def pairs(links):
    return {frozenset(p) for p in links.loc[links["kind"] == "contiguity", ["a", "b"]].to_numpy()}


@settings(deadline=None, max_examples=25)
@given(n=st.integers(1, 150), seed=st.integers(0, 1000))
def test_any_size_is_whole_and_in_one_piece(n, seed):
    graph = RegionGraph.synthetic(n, seed, geometry=False)
    assert len(graph) == n and len(graph.components()) == 1
    # one country has one price level; what single formulas of law ask for is not made up
    of_law = {"unemployment_rate", "poverty_rate", "market_income_per_head", "special_need"}
    assert all(graph.has(name) for name in ATTRIBUTES.keys() - of_law - {"price_level"})
    rivers = graph.links[graph.links["kind"] == "river"]
    assert {frozenset(p) for p in rivers[["a", "b"]].to_numpy()} <= pairs(graph.links)
    for river in rivers.head(3).itertuples():
        assert river.b in graph.downstream(river.a, river.basin)
    population = graph["population"]
    assert ((graph["standard_cost_index"] * population).sum() / population.sum()).item() == pytest.approx(1.0)


def test_seed_decides():
    first = RegionGraph.synthetic(50, 7, geometry=False).fingerprint()
    assert RegionGraph.synthetic(50, 7).fingerprint() == first
    assert RegionGraph.synthetic(50, 8).fingerprint() != first


def test_polygons_agree_with_the_grid_links():
    graph = RegionGraph.synthetic(44, 3)  # seven columns, the last row not full
    assert graph.frame.is_valid.all()
    found = contiguity_from_polygons(graph.frame)
    assert pairs(found) == pairs(graph.links)
    made = graph.links[graph.links["kind"] == "contiguity"].set_index(["a", "b"])["length_km"]
    np.testing.assert_allclose(
        found.set_index(["a", "b"])["length_km"].sort_index(), made.sort_index(), rtol=0.01
    )
    from pyproj import Geod

    area = [abs(Geod(ellps="WGS84").geometry_area_perimeter(s)[0]) / 1e6 for s in graph.frame.geometry]
    np.testing.assert_allclose(graph["area_km2"], area, rtol=0.01)


def test_figures_are_plausible():
    graph = RegionGraph.synthetic(900, 1, geometry=False)
    per_head = np.log(graph["output"] / graph["population"])
    assert 0.25 < per_head.std() < 0.6
    z = (per_head - per_head.mean()).to_numpy()
    assert z @ (graph.weights() @ z) / (z @ z) > 0.3  # Moran's I: neighbours alike
    ratio = graph["capital_infrastructure"] / graph["output"]
    assert ratio.min() >= 0.8 * 0.66 and ratio.max() <= 0.8 * 1.51
    transfer = (graph["net_transfer_received"] / graph["output"]).to_numpy()
    assert np.corrcoef(transfer, z)[0, 1] < -0.5  # the poor receive
    groups = len(np.unique(graph.level("group")))
    assert len(np.unique(graph.level("macro_region"))) == 4 and 20 < groups < 300


def test_a_hundred_thousand_regions_take_seconds():
    start = time.perf_counter()
    graph = RegionGraph.synthetic(100_000, 1, geometry=False)
    w = graph.weights()
    seconds = time.perf_counter() - start
    assert w.shape == (100_000, 100_000) and w.nnz < 400_000
    assert seconds < 15  # about one on an idle machine


def test_no_region_is_refused():
    with pytest.raises(InputError, match="a graph of 0 regions"):
        RegionGraph.synthetic(0)
