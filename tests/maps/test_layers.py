"""What maps show: the plan's numbers, in classes that add up, in both languages, for parts nobody knew."""

import numpy as np
import pytest

from spatialcoord.errors import InputError
from spatialcoord.maps import instrument_layers, layer, main_layers
from spatialcoord.maps.layers import ABOVE, BELOW, NEUTRAL, QUALITATIVE, diverging
from spatialcoord.results import Plan, Words, region_table
from tests.results.sample import INSTRUMENTS, sample_dataset, sample_graph, sample_plan, sample_summary


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_classes_count_every_region_once(lang):
    plan = sample_plan(40)
    words = Words(plan, lang)
    for drawn in [*main_layers(plan, words), *instrument_layers(plan, words)]:
        assert sum(entry.count for entry in drawn.classes) == 40
        assert len(drawn.values) == len(drawn.index) == len(drawn.colours()) == 40
        np.testing.assert_array_equal(
            np.bincount(drawn.index, minlength=len(drawn.classes)), [entry.count for entry in drawn.classes]
        )
        assert drawn.title and len({entry.colour for entry in drawn.classes}) == len(drawn.classes)


def test_allocation_is_shown_with_its_unit():
    plan = sample_plan()
    drawn = layer(plan, "per_head", Words(plan))
    assert drawn.unit == "CNY per head"
    richest = int(region_table(plan)["amount_per_head"].argmax())
    assert drawn.index[richest] == len(drawn.classes) - 1
    assert layer(plan, "per_head", Words(plan, "zh")).unit == "元/人"


def test_change_is_symmetric_about_zero_and_signed():
    plan = sample_plan(40)
    drawn = layer(plan, "change", Words(plan))
    change = region_table(plan)["change_per_head"].to_numpy()
    losers = {drawn.classes[i].colour for i in drawn.index[change < 0]}
    winners = {drawn.classes[i].colour for i in drawn.index[change > 0]}
    assert losers <= set(BELOW) and winners <= set(ABOVE)
    assert all(value.startswith("−") for value, x in zip(drawn.values, change, strict=True) if x < -0.1)
    assert all(value.startswith("+") for value, x in zip(drawn.values, change, strict=True) if x > 0.1)


def test_a_rule_has_the_same_colour_on_every_map_of_a_case():
    plan = sample_plan(40)
    first = {entry.label: entry.colour for entry in layer(plan, "binding", Words(plan)).classes}
    assert first["no rule"] == NEUTRAL and set(first.values()) - {NEUTRAL} <= set(QUALITATIVE)
    dataset = sample_dataset(sample_graph(40))
    dataset["binding_rule"][:] = "floor"
    fewer = Plan(dataset, sample_graph(40), sample_summary(dataset))
    assert {e.label: e.colour for e in layer(fewer, "binding", Words(fewer)).classes}.items() <= first.items()


def test_a_new_instrument_and_a_new_rule_are_shown_without_a_word_here():
    own = INSTRUMENTS | {"price_subsidy": ("Price subsidy", "价格补贴", "subsidy", 0.1)}
    dataset = sample_dataset(sample_graph(), own)
    dataset["binding_rule"] = dataset["binding_rule"].astype(object)
    dataset["binding_rule"][2] = "quota_of_origin"
    plan = Plan(dataset, sample_graph(), sample_summary(dataset))
    assert [drawn.title for drawn in instrument_layers(plan, Words(plan, "zh"))][-1] == "价格补贴"
    assert layer(plan, "price_subsidy", Words(plan)).title == "Price subsidy"
    assert "quota of origin" in [entry.label for entry in layer(plan, "binding", Words(plan)).classes]


def test_instruments_share_their_classes():
    plan = sample_plan()
    labels = {tuple(entry.label for entry in drawn.classes) for drawn in instrument_layers(plan, Words(plan))}
    assert len(labels) == 1


def test_any_number_by_region_can_be_mapped():
    plan = sample_plan()
    assert layer(plan, "population", Words(plan)).title == "Population"
    own = plan.dataset.assign(
        balance=("region", np.linspace(-1, 1, 8), {"units": "CNY per head", "long_name": "balance"})
    )
    drawn = layer(Plan(own, plan.graph, plan.summary), "balance", Words(plan))
    assert drawn.title == "Balance" and drawn.colours()[0] in BELOW and drawn.colours()[-1] in ABOVE


@pytest.mark.parametrize(("what", "hint"), [("per_haed", "per_head"), ("infrastructrue", "infrastructure")])
def test_an_unknown_map_is_told_with_a_suggestion(what, hint):
    plan = sample_plan()
    with pytest.raises(InputError, match=f"there is no map of '{what}'[\\s\\S]*Did you mean '{hint}'"):
        layer(plan, what, Words(plan))


def test_all_alike_is_one_class():
    dataset = sample_dataset(sample_graph())
    dataset["amount"] = dataset["amount_equal"]
    before = dataset["target_per_head"].sel(outcome="before")
    dataset["target_per_head"] = dataset["target_per_head"] * 0 + before
    plan = Plan(dataset, sample_graph(), sample_summary(dataset))
    for what in ("per_head", "change"):
        classes = layer(plan, what, Words(plan)).classes
        assert [entry.count for entry in classes] == [8]
        assert "under" not in classes[0].label


def test_every_known_map_is_named_once():
    plan = sample_plan()
    levied = plan.dataset.assign(
        tax_rate=("region", np.linspace(4, 8, 8), {"units": "%", "long_name": "rate"})
    )
    with pytest.raises(InputError) as told:
        layer(Plan(levied, plan.graph, plan.summary), "no such thing at all", Words(plan))
    known = str(told.value).partition("Known: ")[2].rstrip(".\n").split(", ")
    assert len(known) == len(set(known)) > 5


def test_zero_is_a_class_of_its_own_where_most_values_are_zero():
    words = Words(sample_plan(), "en")
    values = np.array([0.0, 0.0, 1e-15, 0.0, 0.0, 3.0, 9.0, -2.0])
    one = diverging("change", "Change", "km", values, words)
    (zero,) = [k for k, entry in enumerate(one.classes) if entry.label == "no change"]
    assert one.classes[zero].count == 5 and (one.index == zero).tolist() == (np.abs(values) < 1).tolist()
    for k, entry in enumerate(one.classes):
        assert entry.count == (one.index == k).sum()
    assert one.index[7] < zero < one.index[5] < one.index[6]
    assert len({entry.colour for entry in one.classes}) == len(one.classes)
    some = diverging("change", "Change", "km", np.array([0.0, 1.0, 2.0, -3.0]), words)
    assert "no change" not in [entry.label for entry in some.classes]


def test_a_line_without_money_is_drawn_as_nothing_beside_one_that_reaches_everybody():
    plan = sample_plan()
    data = plan.dataset.copy(deep=True)
    data["amount"][{"instrument": 0}] = 0.0
    empty, *others = instrument_layers(Plan(data, plan.graph, plan.summary), Words(plan, "en"))
    assert {empty.classes[i].label for i in empty.index} == {"nothing"}
    for one in others:
        assert [entry.label for entry in one.classes] == [entry.label for entry in empty.classes]
        assert one.index.min() > 0


def test_lines_that_reach_few_regions_share_a_class_of_nothing():
    plan = sample_plan()
    data = plan.dataset.copy(deep=True)
    data["amount"][{"region": slice(1, None)}] = 0.0
    layers = instrument_layers(Plan(data, plan.graph, plan.summary), Words(plan, "en"))
    assert len({one.classes[0].label for one in layers}) == 1 and layers[0].classes[0].label == "nothing"
    for one in layers:
        assert one.classes[0].count == 7 and one.index[0] > 0 and not one.index[1:].any()
