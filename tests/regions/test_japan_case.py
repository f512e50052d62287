"""The bundled case of Japan: totals of the sources, shapes and links, what was filled and said, the plan."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import spatialcoord as sc
from spatialcoord.planner.case import Case, load_case
from spatialcoord.regions import RegionGraph, case_folder
from spatialcoord.results.sources import tables_of

FOLDER = case_folder("japan")
SCRIPTS = Path(__file__).parents[2] / "scripts"
CROSSINGS = {
    ("JP-01", "JP-02"),
    ("JP-28", "JP-36"),
    ("JP-33", "JP-37"),
    ("JP-34", "JP-38"),
    ("JP-35", "JP-40"),
    ("JP-46", "JP-47"),
}


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("japan")


@pytest.fixture(scope="module")
def japan(case) -> RegionGraph:
    return case.graph


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name, index_col="id")


def test_totals_are_those_of_the_sources(japan):
    assert len(japan) == 47
    assert japan["population"].sum().item() == 126_146_099
    assert japan["output"].sum().item() == 580_766_947
    assert table("figures.csv")["output_fy2022_million_jpy"].sum() == 595_788_788
    strength = japan["financial_strength_index"].to_series()
    assert list(strength.index[strength > 1]) == ["JP-13"] and strength.idxmin() == "JP-32"


def test_names_and_the_eight_regions(japan):
    assert japan.level("eight_regions").to_series().value_counts().to_dict() == {
        "Hokkaido": 1,
        "Tohoku": 6,
        "Kanto": 7,
        "Chubu": 9,
        "Kinki": 7,
        "Chugoku": 5,
        "Shikoku": 4,
        "Kyushu and Okinawa": 8,
    }
    assert japan.names("zh").sel(region="JP-34").item() == "广岛"
    assert japan.names("ja").sel(region="JP-34").item() == "広島県"
    assert japan.level("eight_regions", "zh").sel(region="JP-04").item() == "东北"


def test_links_join_all_prefectures_and_are_the_known_borders(japan):
    links = japan.links
    borders = {frozenset(p) for p in links.loc[links["kind"] == "contiguity", ["a", "b"]].to_numpy()}
    crossings = links[links["kind"] == "link"].set_index(["a", "b"])["length_km"]
    assert len(borders) == 85 and set(crossings.index) == CROSSINGS
    assert len(japan.components()) == 1
    assert len(japan.neighbours("JP-20")) == 8  # Nagano has more neighbours than any other
    assert set(japan.neighbours("JP-47")) == {"JP-46"} and set(japan.neighbours("JP-42")) == {"JP-41"}
    assert set(japan.neighbours("JP-36")) == {"JP-28", "JP-37", "JP-38", "JP-39"}
    assert crossings["JP-01", "JP-02"] == pytest.approx(19, abs=1)  # Tsugaru Strait, 19.5 km
    assert crossings["JP-46", "JP-47"] == pytest.approx(23, abs=2)  # Yoron to Okinawa


def test_geography_is_near_the_official_one(japan):
    official = {
        "JP-01": 83_424,
        "JP-13": 2_194,
        "JP-20": 13_562,
        "JP-27": 1_905,
        "JP-46": 9_187,
        "JP-47": 2_281,
    }
    for region, km2 in official.items():  # km2; Hokkaido with the islands that Natural Earth draws elsewhere
        assert japan["area_km2"].sel(region=region).item() == pytest.approx(km2, rel=0.1), region
    assert japan["lat"].sel(region="JP-47").item() < 27


def test_shapes_are_valid_apart_and_hold_their_points(japan):
    shapes = japan.frame.geometry
    assert len(shapes) == 47 and shapes.is_valid.all() and not shapes.is_empty.any()
    plane = shapes.to_crs("+proj=laea +lon_0=137 +lat_0=37 +datum=WGS84").to_numpy()
    first, second = shapely.STRtree(plane).query(plane, predicate="intersects")
    apart = first < second
    assert shapely.area(shapely.intersection(plane[first[apart]], plane[second[apart]])).max() < 2e7
    points = shapely.points(japan["lon"].to_numpy(), japan["lat"].to_numpy())
    # Okinawa is drawn elsewhere
    assert set(shapes.index[~shapely.contains(shapes.to_numpy(), points)]) == {"JP-47"}
    _, south, east, _ = shapes.total_bounds
    assert south > 29.5 and east < 146.5  # nothing of the far islands stretches the map
    assert (FOLDER / "regions.geojson").stat().st_size < 100_000


def test_proxies_are_what_sources_md_says(japan):
    revenue = 0.75 * japan["standard_local_tax"].to_series()
    need, strength = (japan[n].to_series() for n in ("standard_fiscal_need", "financial_strength_index"))
    assert (revenue / need - strength).abs().max() < 1e-5
    root = np.sqrt(japan["population"].to_series() * japan["output"].to_series())
    assert np.ptp(revenue / root) < 1e-4 * (revenue / root).mean()
    published = table("allocation_tax_fy2019.csv")
    over = revenue[published.index] / published["standard_fiscal_revenue_fy2019_million_jpy"]
    assert np.log(over).mean() == pytest.approx(0, abs=1e-5) and over.between(0.96, 1.04).all()
    received = japan["net_transfer_received"].to_series()
    assert received.to_numpy() == pytest.approx(np.maximum(0, need - revenue), abs=0.2)
    assert received.sum() == pytest.approx(8.628e6, rel=1e-3)
    output = japan["output"].to_series()
    ratio = japan["capital_infrastructure"].to_series() / output
    assert (japan["capital_infrastructure"].sum() / output.sum()).item() == pytest.approx(1.1, abs=1e-4)
    assert ratio.min() >= 0.67 * 1.1 - 1e-4 and ratio.max() <= 1.5 * 1.1 + 1e-4
    assert ratio["JP-13"] < ratio["JP-20"] < ratio["JP-32"]


def test_the_script_gives_the_proxies_that_are_stored(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(SCRIPTS), *sys.path])
    spec = importlib.util.spec_from_file_location("japan_data", SCRIPTS / "japan_data.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    budgets = script.fiscal(table("figures.csv"), table("allocation_tax_fy2019.csv"))
    pd.testing.assert_frame_equal(budgets, table("fiscal_proxy.csv"))
    spending = budgets["budget_expenditure_proxy_fy2019_million_jpy"]
    stocks = script.capital(table("figures.csv")["output_fy2019_million_jpy"], spending)
    pd.testing.assert_frame_equal(stocks, table("capital_proxy.csv"))


def test_every_file_has_its_source_in_both_languages():
    english, chinese = (tables_of((FOLDER / f"{n}.md").read_text("utf-8")) for n in ("sources", "sources_zh"))
    assert [row[0] for row in english[0].rows] == [row[0] for row in chinese[0].rows]
    files = {row[0] for row in english[0].rows} - {""}
    assert files == {p.name for p in FOLDER.iterdir() if p.suffix in (".csv", ".geojson")}


def test_what_is_missing_is_named(case):
    lacking = {m.column for m in case.scenario.missing}
    assert lacking == {
        "standard_local_tax",
        "standard_fiscal_need",
        "net_transfer_received",
        "budget_expenditure",
        "capital",
    }
    assert all(m.stands_in.zh and m.effect.zh and m.name.zh for m in case.scenario.missing)


def test_the_plan_is_one_to_sign(case):
    plan = sc.solve(sc.build(case))
    summary = plan.summary
    certificate = summary["certificate"]
    assert summary["status"] == "optimal" and summary["partial"] is True
    assert certificate["max_violation"] < 1e-6 and certificate["thrown_away"] < 1e-6
    gini = plan.dataset["disparity"].sel(measure="gini").to_series()
    assert gini["after"] < gini["equal_per_head"] < gini["before"]
    assert gini["before"] == pytest.approx(0.1424, abs=2e-4)
    money = plan.dataset["amount"].sum(["instrument", "year"]).to_series()
    assert money.sum() == pytest.approx(case.setting.budget.sum(), rel=1e-6)
    per_head = money / case.setting.population
    mean = money.sum() / case.setting.population.sum()
    assert per_head.max() < 2.01 * mean and per_head.min() > 0.49 * mean
    assert per_head["JP-47"] > 1.5 * mean and per_head["JP-13"] < 0.6 * mean
