"""Tables for spreadsheets and layers for QGIS say what the Dataset says."""

import csv

import geopandas as gpd
import numpy as np
import pytest

from spatialcoord.regions import RegionGraph
from spatialcoord.results import instrument_totals, region_table
from spatialcoord.results.exports import neutral
from tests.results.sample import sample_graph, sample_plan


def _read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    return head, rows


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_csv_adds_up_and_names_units(tmp_path, lang):
    plan = sample_plan()
    plan.save(tmp_path / "out", lang)
    raw = (tmp_path / "out" / "allocation.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, rows = _read(tmp_path / "out" / "allocation.csv")
    assert len(rows) == 8 and all(len(row) == len(head) for row in rows)
    lines = 3 * 5
    numbers = np.array([row[2 : 2 + lines] for row in rows], dtype=float)
    amount = plan.dataset["amount"].transpose("region", "instrument", "year").values.reshape(8, -1)
    np.testing.assert_allclose(numbers, amount, atol=1e-6)
    total = head.index("Amount, whole programme [million CNY]" if lang == "en" else "规划期总额（百万元）")
    np.testing.assert_allclose([float(row[total]) for row in rows], amount.sum(axis=1), atol=1e-3)
    assert head[2] == (
        "General transfer 2021 [million CNY/yr]" if lang == "en" else "一般性转移支付 2021（百万元/年）"
    )
    assert len(set(head)) == len(head)


def test_no_name_becomes_a_formula(tmp_path):
    frame = sample_graph().frame
    frame["name"] = ["=1+1", "+1", "-1", "@x", "\tx", "plain", "a=b", ""]
    plan = sample_plan(graph=RegionGraph(frame, links=sample_graph().links, levels=sample_graph().levels))
    plan.save(tmp_path / "out")
    _, rows = _read(tmp_path / "out" / "allocation.csv")
    assert [row[1] for row in rows] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "plain", "a=b", "R7"]
    assert neutral("-5") == "'-5" and neutral("5") == "5"
    # numbers that are negative stay numbers
    assert any(cell.startswith("-") for row in rows for cell in row[2:])


def test_region_table_is_consistent():
    plan = sample_plan()
    table, data = region_table(plan), plan.dataset
    assert table["amount"].sum() == pytest.approx(plan.summary["budget"]["spent"])
    np.testing.assert_allclose(table["net"], table["receipts"] - table["cofinance"] - table["financing"])
    assert table["net"].sum() == pytest.approx(0.0, abs=1e-6)  # who pays and who gets: the same money
    people = data["population"].to_series()
    assert (table["amount_per_head"] * people).sum() * 5 / 1e6 == pytest.approx(table["amount"].sum())
    assert table["equal_per_head"].std() == pytest.approx(0.0, abs=1e-9)
    assert table["ratio_to_equal"].between(0.5 - 1e-9, 2 + 1e-9).all()
    own = plan.graph["budget_expenditure"].to_series()
    np.testing.assert_allclose(table["share_of_budget"], table["amount"] / 5 / own)


def test_share_of_budget_is_left_out_where_it_is_not_held():
    frame = sample_graph().frame.drop(columns="budget_expenditure")
    plan = sample_plan(graph=RegionGraph(frame, links=sample_graph().links, levels=sample_graph().levels))
    assert "share_of_budget" not in region_table(plan)


def test_instrument_totals():
    totals = instrument_totals(sample_plan())
    assert totals["share"].sum() == pytest.approx(1.0)
    assert list(totals["envelope"]) == ["transfer", "investment", "investment"]


def test_geopackage(tmp_path):
    plan = sample_plan()
    plan.save(tmp_path / "out")
    layer = gpd.read_file(tmp_path / "out" / "plan.gpkg", layer="plan").set_index("region")
    assert list(layer.index) == list(plan.graph.ids)
    assert layer.crs == plan.graph.frame.crs
    np.testing.assert_allclose(layer["amount"], region_table(plan)["amount"])
    lines = [f"{name}_amount" for name in plan.dataset["instrument"].values]
    np.testing.assert_allclose(layer[lines].sum(axis=1), layer["amount"])
    assert (~layer.geometry.is_empty).all() and layer.geometry.is_valid.all()
    assert set(layer["binding_rule"]) == set(plan.dataset["binding_rule"].values)
