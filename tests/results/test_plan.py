"""A plan keeps its contract, and is saved and loaded without loss."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialcoord.errors import InputError
from spatialcoord.regions import Attribute, RegionGraph
from spatialcoord.results import Plan
from spatialcoord.results.contract import SUMMARY, VARIABLES, describe, plain, problems_of
from spatialcoord.results.plan import graph_tables
from spatialcoord.results.store import read_dataset, write_dataset
from tests.results.sample import sample_dataset, sample_graph, sample_plan, sample_summary

PLAN = sample_plan(3, geometry=False)


def _same(a: Plan, b: Plan) -> None:
    xr.testing.assert_identical(a.dataset, b.dataset)
    for name in a.dataset.variables:
        assert a.dataset[name].dtype == b.dataset[name].dtype, name
    assert {k: type(v) for k, v in a.dataset.attrs.items()} == {
        k: type(v) for k, v in b.dataset.attrs.items()
    }
    assert a.summary == b.summary
    pd.testing.assert_frame_equal(pd.DataFrame(a.graph.frame), pd.DataFrame(b.graph.frame))
    pd.testing.assert_frame_equal(a.graph.links, b.graph.links)
    assert a.graph.fingerprint() == b.graph.fingerprint()
    assert a.graph.levels == b.graph.levels


@pytest.mark.parametrize("geometry", [True, False])
def test_round_trip(tmp_path, geometry):
    plan = sample_plan(geometry=geometry)
    plan.save(tmp_path / "out")
    loaded = Plan.load(tmp_path / "out")
    _same(plan, loaded)
    assert loaded.graph.has_geometry == geometry
    assert loaded.dataset["at_floor"].dtype == bool
    # what was loaded can be saved again, and says the same
    loaded.save(tmp_path / "again")
    _same(plan, Plan.load(tmp_path / "again" / "plan.nc"))


def test_round_trip_keeps_borders_to_the_last_bit(tmp_path):
    plan = sample_plan()
    plan.save(tmp_path / "out")
    before, after = plan.graph.frame.geometry, Plan.load(tmp_path / "out").graph.frame.geometry
    assert (before.to_wkb() == after.to_wkb()).all()
    assert before.crs == after.crs


def test_round_trip_keeps_texts_gaps_and_own_attributes(tmp_path):
    frame = gpd.GeoDataFrame(sample_graph().frame)
    frame["name_zh"] = ["北京", None, "", "=SUM(1)", "São Tomé", "o'Neill", "<b>", "\u200b"]
    frame["visitors"] = np.arange(8.0)
    own = {"visitors": Attribute("visitors", "persons/yr", "Visitors", 0)}
    graph = RegionGraph(frame, links=sample_graph().links, levels=sample_graph().levels, attributes=own)
    plan = sample_plan(graph=graph)
    plan.save(tmp_path / "out")
    loaded = Plan.load(tmp_path / "out")
    _same(plan, loaded)
    assert loaded.graph["visitors"].attrs["unit"] == "persons/yr"
    assert str(loaded.dataset["name_zh"].values[0]) == "北京"


@settings(max_examples=10)
@given(
    text=st.text(max_size=200),
    number=st.floats(allow_nan=False, allow_infinity=False),
    whole=st.integers(-9, 9),
)
def test_any_attribute_comes_back(tmp_path_factory, text, number, whole):
    # a null byte ends a text in the file format, a lone surrogate is no text
    text = text.replace("\x00", "").encode("utf-8", "ignore").decode()
    plan = PLAN
    plan.dataset.attrs |= {"remark": text, "number": number, "whole": whole}
    path = tmp_path_factory.mktemp("plan") / "plan.nc"
    write_dataset(path, plan.dataset, *graph_tables(plan.graph))
    attrs = read_dataset(path)[0].attrs
    assert (attrs["remark"], attrs["number"], attrs["whole"]) == (text, number, whole)
    assert type(attrs["whole"]) is int


def test_long_scenario_comes_back(tmp_path):
    plan = sample_plan()
    plan.dataset.attrs["scenario"] = "说明: " + "省" * 100_000  # an attribute of 64 KiB would not do
    plan.save(tmp_path / "out")
    assert Plan.load(tmp_path / "out").dataset.attrs["scenario"] == plan.dataset.attrs["scenario"]


def test_any_netcdf_reader_sees_the_plan(tmp_path):
    plan = sample_plan()
    plan.save(tmp_path / "out")
    with xr.open_dataset(tmp_path / "out" / "plan.nc", engine="h5netcdf") as data:
        assert float(data["amount"].sum()) == pytest.approx(float(plan.dataset["amount"].sum()))
        assert data["amount"].attrs["units"] == "million CNY/yr"
        assert json.loads(data.attrs["summary"]) == plan.summary


def test_every_departure_is_told_at_once():
    dataset, graph = sample_dataset(sample_graph()), sample_graph()
    bad = dataset.drop_vars("receipts").drop_attrs(deep=False)
    bad["amount"] = bad["amount"].transpose("region", "instrument", "year")
    bad["population"] = bad["population"].astype(str)
    bad["price"] = bad["price"].where(bad["rule"] != "floor")
    bad["extra"] = ("region", np.ones(8))
    summary = sample_summary(dataset)
    del summary["verdict"]
    summary["budget"]["spent"] = "much"
    with pytest.raises(InputError) as caught:
        Plan(bad, graph, summary)
    text = str(caught.value)
    for part in ("receipts", "amount: has dimensions", "population: holds", "price: holds nan at floor", "extra: has no 'units'",
                 "'currency'", "summary.verdict", "summary.budget.spent: is str"):  # fmt: skip
        assert part in text
    assert len(caught.value.problems) > 15


def test_wrong_unit_order_and_fingerprint_are_told():
    dataset, graph = sample_dataset(sample_graph()), sample_graph()
    summary = sample_summary(dataset)
    with pytest.raises(InputError, match="is in 'CNY', not in 'million CNY/yr'"):
        Plan(dataset.assign(amount=dataset["amount"].assign_attrs(units="CNY")), graph, summary)
    with pytest.raises(InputError, match="in order"):
        Plan(dataset.isel(region=slice(None, None, -1)), graph, summary)
    with pytest.raises(InputError, match="fingerprint: differs"):
        Plan(dataset, graph, summary | {"fingerprint": "0" * 64})
    with pytest.raises(InputError, match="outcome: are"):
        Plan(dataset.assign_coords(outcome=["before", "with", "equal_per_head"]), graph, summary)


@pytest.mark.parametrize("name", [v.name for v in VARIABLES if not v.optional])
def test_each_variable_is_required(name):
    assert any(p.where == name for p in problems_of(sample_dataset(sample_graph()).drop_vars(name)))


@pytest.mark.parametrize("key", SUMMARY)
def test_each_key_of_the_summary_is_required(key):
    dataset = sample_dataset(sample_graph())
    summary = sample_summary(dataset)
    del summary[key]
    with pytest.raises(InputError, match=f"summary.{key}: is missing"):
        Plan(dataset, sample_graph(), summary)


def test_describe_fills_in_units_and_changes_nothing_given():
    dataset = sample_dataset(sample_graph())
    bare = dataset.copy()
    for name in bare.data_vars:
        bare[name].attrs = {}
    bare["amount"].attrs["long_name"] = "own words"
    bare = bare.assign_coords(name=("region", bare["name"].values.astype(object)))
    described = describe(bare)
    assert described["amount"].attrs == {"long_name": "own words", "units": "million CNY/yr"}
    assert described["price"].attrs["units"] == "CNY per head per million CNY"
    assert described["name"].dtype.kind == "U" and "name" in described.coords
    assert bare["price"].attrs == {} and bare["name"].dtype == object


def test_summary_is_plain_and_finite():
    assert plain({"a": np.float64(1.5), "b": np.arange(2), "c": (np.bool_(True), None)}) == {
        "a": 1.5,
        "b": [0, 1],
        "c": [True, None],
    }
    with pytest.raises(InputError, match=r"summary.a\[1\]: is nan"):
        plain({"a": [1.0, float("nan")]})
    with pytest.raises(InputError, match="is a set"):
        plain({"a": {1}})
