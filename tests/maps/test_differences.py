"""Maps of differences: another plan less the first, over the regions both have."""

import numpy as np

from spatialcoord.maps import Shapes, difference_layers
from spatialcoord.maps.layers import NEUTRAL
from spatialcoord.regions import RegionGraph
from spatialcoord.results import Words, compare
from tests.results.sample import sample_graph, sample_plan


def _moved(plan):
    amount = plan.dataset["amount"]
    moved = 0.2 * amount.values[:, 0]
    amount.values[:, 0] -= moved
    amount.values[:, -1] += moved
    plan.dataset["target_per_head"].loc[{"outcome": "after"}] += np.array([-5.0, *[1e-8] * 6, 7.0])
    return plan


def test_a_layer_for_money_and_one_for_what_is_made_equal():
    comparison = compare([sample_plan(), _moved(sample_plan())], ["old", "new"])
    money, change = difference_layers(comparison, 1, Words(comparison.plans[0]))
    for layer in (money, change):
        assert [c.count for c in layer.classes if c.colour == NEUTRAL] == [6]
        assert sum(c.count for c in layer.classes) == 8 and layer.note == "new less old"
        colours = layer.colours()
        assert colours[1:7] == [NEUTRAL] * 6 and len({*colours}) == 3
    assert (change.values[0], change.values[-1]) == ("−5.00", "+7.00")
    assert money.values[0].startswith("−") and money.values[-1].startswith("+")


def test_no_difference_is_one_grey_class():
    comparison = compare([sample_plan(), sample_plan()])
    for layer in difference_layers(comparison, 1, Words(comparison.plans[0], "zh")):
        assert [(c.label, c.count) for c in layer.classes] == [("无差异", 8)]


def test_regions_of_both_only_and_their_shapes():
    frame = sample_graph().frame.rename(index={"R0": "X0"})
    other = sample_plan(graph=RegionGraph(frame, levels=sample_graph().levels))
    comparison = compare([sample_plan(), other])
    ids = list(comparison.regions[0].index)
    shapes = Shapes.of(comparison.plans[0].graph, ids)
    assert ids == [f"R{i}" for i in range(1, 8)] and len(shapes.svg_paths()[0]) == 7
    assert all(
        len(layer.index) == 7 for layer in difference_layers(comparison, 1, Words(comparison.plans[0]))
    )


def test_nothing_comparable_is_no_map():
    other = sample_plan()
    other.dataset.attrs["currency"] = "EUR"
    comparison = compare([sample_plan(), other])
    assert difference_layers(comparison, 1, Words(comparison.plans[0])) == []
