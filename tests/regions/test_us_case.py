"""The bundled US case: totals of the sources, shapes and links, what was filled and said, and the elasticities it rests on."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
import shapely
from ruamel.yaml import YAML

import spatialcoord as sc
from spatialcoord.maps.geometry import equal_area_crs
from spatialcoord.planner.case import Case, load_case
from spatialcoord.regions import RegionGraph, case_folder

FOLDER = case_folder("us")
SCRIPTS = Path(__file__).parents[2] / "scripts"
INSETS = ["US-AK", "US-HI"]
# Baltagi, Econometric Analysis of Panel Data, and Baltagi and Pinnoi (1995): ln public and private capital, ln employment,
# unemployment rate
PUBLISHED = {"pooled": (0.155, 0.309, 0.594, -0.007), "state effects": (-0.026, 0.292, 0.768, -0.005)}


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("us")


@pytest.fixture(scope="module")
def us(case) -> RegionGraph:
    return case.graph


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name, index_col="id")


def test_totals_are_those_of_the_sources(us):
    assert len(us) == 51
    # BEA: GDP of all states 2019, personal income 18.4 trillion, population by the census of 2020 about 330 million
    assert us["output"].sum().item() == pytest.approx(21_242_533, abs=20)
    assert us["personal_income"].sum().item() == pytest.approx(18_401_999, abs=20)
    assert us["population"].sum().item() == pytest.approx(330.2e6, rel=1e-3)
    finance = table("finance_2019.csv").drop("US-DC")
    # Census Bureau, ASFIN 2019, sums of the 50 states
    assert finance["intergovernmental_aid_2019_million_usd"].sum() == pytest.approx(708_436, abs=1)
    assert finance["tax_revenue_2019_million_usd"].sum() == pytest.approx(1_081_563, abs=1)
    assert finance["corporate_income_tax_2019_million_usd"].sum() == pytest.approx(57_539, abs=1)
    assert us["corporate_income_tax"].sel(region="US-CA").item() == pytest.approx(13_792.519)


def test_taxes_by_kind_add_up():
    finance = table("finance_2019.csv")
    kinds = [c for c in finance if c.endswith("_tax_2019_million_usd")]
    assert len(kinds) == 5 and (finance[kinds] >= 0).all().all()
    gap = finance[kinds].sum(axis=1) - finance["tax_revenue_2019_million_usd"]
    assert gap.abs().max() < 0.01
    assert (finance["tax_revenue_2019_million_usd"] < finance["total_revenue_2019_million_usd"]).all()


def test_the_district_is_filled_by_the_rule_and_said(case):
    finance, income = table("finance_2019.csv"), table("figures_2019.csv")["personal_income_2019_million_usd"]
    assert list(finance.index[finance["finance_basis"] != "published"]) == ["US-DC"]
    assert finance.loc["US-DC", "finance_basis"].startswith("proxy")
    states = finance.drop("US-DC")
    for column in [c for c in finance if c.endswith("_million_usd")]:
        rate = states[column].sum() / income[states.index].sum()
        assert finance.loc["US-DC", column] == pytest.approx(rate * income["US-DC"], abs=0.001), column
    caveats = [str(c) for c in YAML(typ="safe").load(FOLDER / "scenario.yaml")["caveats"]]
    assert any("District of Columbia has no row" in c and "哥伦比亚特区" in c for c in caveats)


def test_census_regions_and_divisions(us):
    assert us.level("division").to_series().value_counts().to_dict() == {
        "New England": 6,
        "Middle Atlantic": 3,
        "East North Central": 5,
        "West North Central": 7,
        "South Atlantic": 9,
        "East South Central": 4,
        "West South Central": 4,
        "Mountain": 8,
        "Pacific": 5,
    }
    assert us.level("census_region").to_series().value_counts().to_dict() == {
        "South": 17,
        "West": 13,
        "Midwest": 12,
        "Northeast": 9,
    }
    assert us.names("zh").sel(region="US-CA").item() == "加利福尼亚州"


def test_links_join_all_states_and_are_the_known_borders(us):
    links = us.links
    borders = {frozenset(p) for p in links.loc[links["kind"] == "contiguity", ["a", "b"]].to_numpy()}
    assert len(borders) == 107 and len(us.components()) == 1
    assert set(us.neighbours("US-DC")) == {"US-MD", "US-VA"}
    assert us.neighbours("US-AK") == ("US-WA",) and us.neighbours("US-HI") == ("US-CA",)
    assert us.neighbours("US-ME") == ("US-NH",)
    assert len(us.neighbours("US-TN")) == len(us.neighbours("US-MO")) == 8
    assert {"US-AZ", "US-CO"} not in borders  # they touch in one point
    adjacency = {(a, b) for a in us.ids for b in us.neighbours(a)}
    assert adjacency == {(b, a) for a, b in adjacency}
    length = links.set_index(["a", "b"])["length_km"]
    assert length["US-CO", "US-WY"] == pytest.approx(419, rel=0.02)


def test_geography_is_near_the_official_one(us):
    area = us["area_km2"]
    official = {
        "US-AK": 1_477_950,
        "US-TX": 676_587,
        "US-MI": 146_435,
        "US-HI": 16_635,
        "US-DC": 158,
    }  # land, km2
    for region, km2 in official.items():
        assert area.sel(region=region).item() == pytest.approx(km2, rel=0.1), region
    assert us["lat"].sel(region="US-AK").item() > 60 and us["lon"].sel(region="US-HI").item() < -150


def test_shapes_are_valid_apart_and_hold_their_points(us):
    shapes = us.frame.geometry
    assert len(shapes) == 51 and shapes.is_valid.all() and not shapes.is_empty.any()
    plane = shapes.to_crs(5070)
    values = plane.to_numpy()
    first, second = shapely.STRtree(values).query(values, predicate="intersects")
    apart = first < second
    shared = shapely.area(shapely.intersection(values[first[apart]], values[second[apart]]))
    assert shared.max() < 2e7  # m2: three decimals of a degree along long borders
    points = shapely.points(us["lon"].to_numpy(), us["lat"].to_numpy())
    outside = set(us.frame.index[~shapely.contains(shapes.to_numpy(), points)])
    assert outside == set(INSETS)
    others = shapely.union_all(plane.drop(INSETS).to_numpy())
    assert plane[INSETS].disjoint(others).all() and not plane["US-AK"].intersects(plane["US-HI"])
    assert plane["US-DC"].area > 2e9  # drawn large enough to be found
    assert equal_area_crs(*shapes.representative_point().get_coordinates().to_numpy().T)[1] == "albers"
    assert (FOLDER / "regions.geojson").stat().st_size < 300_000


def test_capital_proxies_are_what_sources_md_says(us):
    output = us["output"]
    stock = us["capital_infrastructure"]
    assert (stock.sum() / output.sum()).item() == pytest.approx(0.67, abs=1e-4)
    relative = stock / output / 0.67
    assert relative.min() >= 0.67 - 1e-4 and relative.max() <= 1.5 + 1e-4
    basis = table("capital_2019.csv")["infrastructure_basis"]
    assert set(basis.index[basis == "national ratio"]) == {"US-AK", "US-DC", "US-HI"}
    for kind, elasticity in (("infrastructure", 0.106), ("human", 0.08)):
        product = elasticity * output / us[f"capital_{kind}"]
        assert product.min() > 0.05 and product.max() < 0.25, kind
    for kind, ratio in (("human", 0.05 / 0.048), ("private", 1.2), ("research", 0.031 / 0.168)):
        assert abs(us[f"capital_{kind}"] / output - ratio).max() < 1e-3, kind


def test_the_plan_is_one_to_sign(case):
    plan = sc.solve(sc.build(case))
    data = plan.dataset
    certificate = plan.summary["certificate"]
    assert plan.summary["status"] == "optimal" and certificate["max_violation"] < 1e-6
    assert certificate["reduction_gap"] < 3e-3 and certificate["thrown_away"] < 1e-6
    gini = data["disparity"].sel(measure="gini").to_series()
    assert gini["after"] < gini["equal_per_head"] < gini["before"]
    assert gini["before"] == pytest.approx(0.1051, abs=2e-4)
    money = data["amount"].sum(["instrument", "year"]).to_series()
    # what rates of tax bring and what loans bring back is spent as well
    budget = plan.summary["budget"]
    own = case.setting.budget.sum() + budget["from_rates"] + budget["repaid"]
    assert money.sum() == pytest.approx(own, rel=1e-6)
    # loans go to lagging states alone, on top of what floor and ceiling hold
    grants = (
        data["amount"].sel(instrument=data["envelope"] != "credit").sum(["instrument", "year"]).to_series()
    )
    per_head = grants / case.setting.population
    mean = grants.sum() / case.setting.population.sum()
    assert per_head.max() < 2.01 * mean and per_head.min() > 0.49 * mean
    assert money.max() < 0.2 * money.sum()
    assert per_head["US-MS"] > 1.5 * mean and per_head["US-MA"] < mean


def coefficients() -> pd.DataFrame:
    held = pd.read_csv(FOLDER / "elasticity_munnell.csv")
    return held.pivot(index="model", columns="regressor", values="estimate")


REGRESSORS = ["ln_public_capital", "ln_private_capital", "ln_employment", "unemployment_rate"]


def test_the_table_of_elasticities_holds_the_published_ones():
    held = coefficients()
    for model, published in PUBLISHED.items():
        assert held.loc[model, REGRESSORS].to_list() == pytest.approx(published, abs=6e-4), model
    rows = pd.read_csv(FOLDER / "elasticity_munnell.csv")
    assert set(rows["observations"]) == {816} and rows["unit"].notna().all() and rows["source"].notna().all()
    assert (rows["standard_error_clustered_by_state"] > rows["standard_error"]).all()
    assert -0.1 < held.loc["state and year effects", "ln_public_capital"] < 0.1


def test_the_panel_gives_the_table_of_elasticities():
    pytest.importorskip("linearmodels", reason="the panel is in linearmodels: pip install '.[cases]'")
    spec = importlib.util.spec_from_file_location("us_elasticity", SCRIPTS / "us_elasticity.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    estimated = script.estimate(script.panel())
    pd.testing.assert_frame_equal(estimated, pd.read_csv(FOLDER / "elasticity_munnell.csv"), atol=2e-4)
    again = estimated.pivot(index="model", columns="regressor", values="estimate")
    for model, published in PUBLISHED.items():
        assert again.loc[model, REGRESSORS].to_list() == pytest.approx(published, abs=6e-4), model
