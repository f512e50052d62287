"""Links drawn by size: wider and darker as the value rises, with or without borders, in both languages."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from spatialcoord.errors import InputError
from spatialcoord.maps import LinkLayer, Places, link_map
from spatialcoord.maps.links import COLOURS, WIDTHS
from spatialcoord.regions import RegionGraph


def _table(graph, seed=0):
    table = graph.links.query("kind == 'contiguity'")[["a", "b"]].reset_index(drop=True)
    table["value"] = np.random.default_rng(seed).lognormal(size=len(table))
    table.loc[0, "value"] = 0.0
    return table


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("geometry", [True, False])
def test_every_link_is_drawn_once_in_the_width_of_its_class(lang, geometry):
    graph = RegionGraph.synthetic(16, seed=2, geometry=geometry)
    table = _table(graph)
    figure = link_map(graph, table, "Title", "km", lang)
    (axes,) = figure.axes
    lines = [
        c for c in axes.collections if hasattr(c, "get_segments") and to_rgb(c.get_color()[0]) != (1, 1, 1)
    ]
    lines = [c for c in lines if c.get_zorder() >= 3]
    assert sum(len(c.get_segments()) for c in lines) == len(table)
    widths = [float(c.get_linewidths()[0]) for c in lines]
    assert widths == sorted(widths) and len(widths) == 6  # five classes and that of nothing
    texts = [t.get_text() for t in figure.texts]
    assert "Title" in texts and any(t.startswith("km") for t in texts)


def test_classes_can_be_told_apart_in_greyscale():
    for count, colours in COLOURS.items():
        grey = [float(np.dot(to_rgb(c), (0.299, 0.587, 0.114))) for c in colours]
        assert len(colours) == len(WIDTHS[count]) == count
        assert all(a - b > 0.08 for a, b in pairwise(grey))
        assert all(b > 1.3 * a for a, b in pairwise(WIDTHS[count]))


def test_points_lie_in_their_regions():
    from shapely.geometry import Point

    graph = RegionGraph.synthetic(9, seed=1)
    places = Places.of(graph)
    assert all(
        shape.covers(Point(places.position[region]))
        for region, shape in zip(graph.ids, places.shapes.geometry, strict=True)
    )


def test_regions_without_any_place_are_drawn_as_a_network():
    frame = pd.DataFrame({"population": [1.0, 1.0, 1.0]}, index=["x", "y", "z"])
    links = pd.DataFrame({"a": ["x", "y"], "b": ["y", "z"], "kind": "link", "value": [1.0, 2.0]})
    graph = RegionGraph(frame, links)
    assert Places.of(graph).schematic
    figure = link_map(graph, links, "Title", "1")
    assert any("schematically" in t.get_text() for t in figure.texts)


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_a_value_without_a_width_is_a_mistake(value):
    table = pd.DataFrame({"a": ["x"], "b": ["y"], "value": [value]})
    with pytest.raises(InputError, match="x–y"):
        LinkLayer.of(table, "Title", "1")


def test_a_link_to_nowhere_is_a_mistake():
    graph = RegionGraph.synthetic(4, seed=1)
    table = pd.DataFrame({"a": [graph.ids[0]], "b": ["nowhere"], "value": [1.0]})
    with pytest.raises(InputError, match="nowhere"):
        link_map(graph, table, "Title", "1")
