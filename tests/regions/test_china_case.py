"""The bundled China case: complete, consistent with itself, and with what is known of its geography."""

import importlib.util

import pandas as pd
import pytest
import shapely
from ruamel.yaml import YAML

from spatialcoord.regions import RegionGraph, RegionsSpec, case_folder, read_graph
from spatialcoord.regions.links import contiguity_from_polygons

FOLDER = case_folder("china")


@pytest.fixture(scope="module")
def china() -> RegionGraph:
    section = YAML(typ="safe").load(FOLDER / "scenario.yaml")["regions"]
    return read_graph(FOLDER, RegionsSpec(**section))


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name, keep_default_na=False)


def test_regions_and_levels(china):
    assert len(china) == 31 and china.has_geometry
    assert china.level("macro_region").to_series().value_counts().to_dict() == {
        "East": 10,
        "Central": 6,
        "Northeast": 3,
        "West": 12,
    }
    assert (china.level("north_south") == "North").sum() == 15
    assert china.names("zh").sel(region="CN-GS").item() == "甘肃"
    assert china["population"].sum().item() == 1_409_778_724


def test_every_table_covers_the_same_provinces(china):
    ids = set(china.ids)
    for name in ("regions", "figures_2019_2020", "geography", "capital_2020", "fiscal_2019", "north_south"):
        assert set(table(f"{name}.csv")["id"]) == ids, name
    for name, years in (
        ("output_1992_2020", range(1992, 2021)),
        ("expenditure_2010_2023", range(2010, 2024)),
    ):
        long = table(f"{name}.csv")
        assert set(zip(long["id"], long["year"], strict=True)) == {(i, y) for i in ids for y in years}, name


def test_long_tables_agree_with_the_figures():
    figures = table("figures_2019_2020.csv").set_index("id")
    output = table("output_1992_2020.csv").pivot(index="id", columns="year", values="output_million_cny")
    assert (output[2019] - figures["output_2019_million_cny"]).abs().max() == 0
    assert (
        output[2020] - figures["output_2020_million_cny"]
    ).abs().max() <= 5.001  # one decimal of 100 million
    spending = table("expenditure_2010_2023.csv").pivot(
        index="id", columns="year", values="budget_expenditure_million_cny"
    )
    for year in (2019, 2020):
        assert (spending[year] - figures[f"budget_expenditure_{year}_million_cny"]).abs().max() == 0
    assert figures["budget_expenditure_2020_million_cny"].sum() == pytest.approx(21_058_347)
    assert (figures["tax_revenue_2019_million_cny"] < figures["own_revenue_2019_million_cny"]).all()


def test_links_are_those_of_the_shapes_and_a_ferry(china):
    links = china.links
    stored = {frozenset(p) for p in links.loc[links["kind"] == "contiguity", ["a", "b"]].to_numpy()}
    drawn = {frozenset(p) for p in contiguity_from_polygons(china.frame)[["a", "b"]].to_numpy()}
    assert stored == drawn and len(stored) == 68
    assert china.neighbours("CN-HI") == ("CN-GD",)
    assert len(china.components()) == 1
    assert set(china.neighbours("CN-BJ")) == {"CN-HE", "CN-TJ"}
    border = links[links["kind"] == "contiguity"].set_index(["a", "b"])["length_km"]
    assert border["CN-BJ", "CN-HE"] == pytest.approx(608, rel=0.02)


def test_rivers_run_between_neighbours_and_downhill(china):
    rivers = china.links[china.links["kind"] == "river"]
    borders = {
        frozenset(p) for p in china.links.loc[china.links["kind"] == "contiguity", ["a", "b"]].to_numpy()
    }
    assert {frozenset(p) for p in rivers[["a", "b"]].to_numpy()} <= borders

    def provinces(river):
        chosen = rivers[rivers["name"] == river]
        return {i.removeprefix("CN-") for i in set(chosen["a"]) | set(chosen["b"])}

    assert provinces("Yangtze") == {"QH", "XZ", "SC", "YN", "CQ", "HB", "HN", "JX", "AH", "JS", "SH"}
    assert provinces("Yellow River") == {"QH", "SC", "GS", "NX", "NM", "SN", "SX", "HA", "SD"}
    assert "CN-SH" in china.downstream("CN-QH", "Yangtze") and "CN-SD" in china.downstream(
        "CN-QH", "Yellow River"
    )
    assert china.downstream("CN-AH", "Qiantang River") == ("CN-ZJ",)
    assert china.downstream("CN-SH") == () and china.downstream("CN-GD") == ()


def test_geography_is_near_the_official_one(china):
    area = china["area_km2"]
    official = {"CN-XJ": 1_664_900, "CN-SC": 486_000, "CN-GD": 179_700, "CN-BJ": 16_410, "CN-HI": 35_400}
    for region, km2 in official.items():
        assert area.sel(region=region).item() == pytest.approx(km2, rel=0.06), region
    points = shapely.points(china["lon"].to_numpy(), china["lat"].to_numpy())
    assert shapely.contains(china.frame.geometry.to_numpy(), points).all()


def test_proxies_are_what_sources_md_says(china):
    population, output = china["population"], china["output"]
    assert (china["net_transfer_received"] == china["budget_expenditure"] - china["own_revenue"]).all()
    assert (china["past_allocation"] == china["net_transfer_received"]).all()
    for kind, elasticity in (("infrastructure", 0.106), ("human", 0.08)):
        stock = china[f"capital_{kind}"]
        assert (stock.sum() / output.sum()).item() == pytest.approx(0.8, abs=1e-5)
        ratio = stock / output / 0.8
        assert ratio.min().item() >= 0.67 - 1e-4 and ratio.max().item() <= 1.5 + 1e-4
        product = elasticity * output / stock
        assert product.min() > 0.05 and product.max() < 0.25
    private, research = china["capital_private"], china["capital_research"]
    assert (private.sum() / output.sum()).item() == pytest.approx(2.5, abs=1e-5)
    assert 2.09 < (private / output).min() and (private / output).max() < 3.09
    assert (research.sum() / output.sum()).item() == pytest.approx(0.112, abs=5e-4)
    index = china["standard_cost_index"]
    assert ((index * population).sum() / population.sum()).item() == pytest.approx(1.0, abs=1e-4)
    capacity = (china["own_revenue"] + china["net_transfer_received"]) / population / index
    assert list(capacity.to_series().nlargest(4).index) == ["CN-SH", "CN-BJ", "CN-TJ", "CN-XZ"]


def test_geometry_file_is_small():
    assert (FOLDER / "regions.geojson").stat().st_size < 600_000


def test_the_script_makes_the_capital_stocks_that_are_stored(monkeypatch):
    """The capital part of the script runs alone, without the geometry package, and gives this file."""
    spec = importlib.util.spec_from_file_location(
        "china_data", FOLDER.parents[1] / "scripts" / "china_data.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written = {}
    monkeypatch.setattr(script, "write", lambda frame, name: written.update({name: frame}))
    script.write_capital(pd.read_csv(FOLDER / "figures_2019_2020.csv", index_col="id"))
    pd.testing.assert_frame_equal(
        written["capital_2020.csv"], pd.read_csv(FOLDER / "capital_2020.csv", index_col="id")
    )
