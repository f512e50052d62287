"""Spillover weights: sparse, zero diagonal, rows summing to one, each kind against numbers by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialcoord.errors import InputError
from spatialcoord.regions import RegionGraph
from spatialcoord.regions.weights import great_circle_km


def points(lon, lat, **more) -> RegionGraph:
    ids = [f"P{i}" for i in range(len(lon))]
    return RegionGraph(pd.DataFrame({"lon": lon, "lat": lat, "population": 1.0, **more}, index=ids))


def test_great_circle_against_known_distances():
    lon, lat = (
        np.array([0.0, 1.0, 116.391, 121.474, 0.0, 180.0]),
        np.array([0.0, 0.0, 39.904, 31.233, 0.0, 0.0]),
    )
    d = great_circle_km(lon, lat, np.array([0, 2, 4]), np.array([1, 3, 5]))
    assert d[0] == pytest.approx(np.pi / 180 * 6371.0088)
    assert d[1] == pytest.approx(1067.0, abs=1.5)  # Beijing to Shanghai
    assert d[2] == pytest.approx(np.pi * 6371.0088)  # the antipode


def test_contiguity_weighs_neighbours_alike_and_islands_nothing(graph):
    w = graph.weights()
    dense = w.toarray()
    i = {region: k for k, region in enumerate(graph.ids)}
    assert dense[i["NW"], i["NE"]] == dense[i["NW"], i["SW"]] == 0.5
    assert dense[i["NW"], i["SE"]] == 0
    assert dense[i["IS"]].sum() == 0
    assert w.format == "csr" and w.shape == (5, 5)


def test_contiguity_by_rivers_only(table):
    links = pd.DataFrame({"a": ["NW", "NE"], "b": ["SW", "NW"], "kind": ["river", "contiguity"]})
    graph = RegionGraph(table, links, levels=("half",))
    by_river = graph.weights(kinds=("river",)).toarray()
    assert by_river[0, 2] == by_river[2, 0] == 1 and by_river[0, 1] == 0
    assert graph.weights().toarray()[0, 1] == 1


def test_distance_by_hand():
    graph = points([0.0, 1.0, 3.0], [0.0, 0.0, 0.0])
    w = graph.weights("distance").toarray()
    assert w[0] == pytest.approx([0, (1 / 1) / (1 + 1 / 3), (1 / 3) / (1 + 1 / 3)])
    squared = graph.weights("distance", exponent=2).toarray()
    assert squared[0] == pytest.approx([0, 0.9, 0.1])
    assert graph.weights("distance", exponent=0).toarray()[0] == pytest.approx([0, 0.5, 0.5])


def test_nearest_cutoff_and_mass():
    graph = points([0.0, 1.0, 3.0, 40.0], [0.0] * 4, output=[1.0, 2.0, 6.0, 4.0])
    nearest = graph.weights("distance", nearest=1).toarray()
    assert [int(row.argmax()) for row in nearest] == [1, 0, 1, 2] and (nearest.sum(axis=1) == 1).all()
    cutoff = graph.weights("distance", cutoff_km=250).toarray()
    assert cutoff[3].sum() == 0 and (cutoff[:3, :3] > 0).sum() == 4
    both = graph.weights("distance", nearest=1, cutoff_km=150).toarray()
    assert both[2].sum() == 0 and both[0, 1] == 1
    gravity = graph.weights("distance", mass="output", cutoff_km=400).toarray()
    assert gravity[0] == pytest.approx([0, 0.5, 0.5, 0])  # 2/1 against 6/3


def test_flow_runs_from_origin_to_destination(table):
    links = pd.DataFrame(
        [("NW", "NE", "flow", 30.0), ("SW", "NE", "flow", 10.0), ("SE", "IS", "link", 5.0)],
        columns=["a", "b", "kind", "flow"],
    )
    w = RegionGraph(table, links, levels=("half",)).weights("flow").toarray()
    assert w[1] == pytest.approx([0.75, 0, 0.25, 0, 0])
    assert w[0].sum() == 0
    assert w[3, 4] == w[4, 3] == 1  # a link runs both ways


def test_mistakes_are_refused_with_a_remedy(graph):
    with pytest.raises(InputError, match="no link carries a flow"):
        graph.weights("flow")
    with pytest.raises(InputError, match="Did you mean 'distance'"):
        graph.weights("distanse")
    with pytest.raises(InputError, match="nearest = 0") as error:
        graph.weights("distance", nearest=0, cutoff_km=-1, exponent=-1)
    assert len(error.value.problems) == 3
    with pytest.raises(InputError, match="regions at the same point: P0-P1"):
        points([1.0, 1.0, 2.0], [0.0] * 3).weights("distance")
    with pytest.raises(InputError, match="4,000 regions would fill the memory"):
        points(np.linspace(0, 90, 4000), np.zeros(4000)).weights("distance")


@settings(deadline=None, max_examples=25)
@given(n=st.integers(2, 60), seed=st.integers(0, 10), nearest=st.integers(1, 6), exponent=st.floats(0, 3))
def test_every_kind_is_row_standardised_with_zero_diagonal(n, seed, nearest, exponent):
    graph = RegionGraph.synthetic(n, seed, geometry=False)
    matrices = (
        graph.weights(),
        graph.weights("distance", nearest=nearest, exponent=exponent),
        graph.weights("distance", mass="output"),
    )
    for w in matrices:
        assert (w.diagonal() == 0).all() and (w.data > 0).all()
        np.testing.assert_allclose(w.sum(axis=1), 1.0)
    assert (np.diff(matrices[1].indptr) == min(nearest, n - 1)).all()
