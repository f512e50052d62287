"""Status of counties by the index and by the older thresholds: by hand at every limit, and the published fiscal year 2024."""

import numpy as np
import pandas as pd
import pytest

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.regions import RegionGraph, case_folder

FORMULA = registry.formulas.get("us_arc")()
CASE = sc.load_case("appalachia")
NATION = {"national_unemployment": 5.0, "national_income": 50_000.0, "national_poverty": 12.0}


def sheet_of(ratios, **params):
    """Sheet of counties whose unemployment, income and poverty are these shares of the nation's."""
    u, m, p = np.asarray(ratios, dtype=float).T
    table = pd.DataFrame(
        {
            "population": 1000.0,
            "unemployment_rate": 5.0 * u,
            "market_income_per_head": 50_000.0 * m,
            "poverty_rate": 12.0 * p,
        },
        index=[f"R{n}" for n in range(len(u))],
    )
    setting = type(CASE.setting)(RegionGraph(table), CASE.scenario)
    return FORMULA.work(setting, FORMULA.Params(**NATION, **params))


def at_index(index):
    """Ratios of a county with that index: income as the nation's, unemployment and poverty alike."""
    both = (3 * index / 100 - 1) / 2
    return (both, 1.0, both)


def published():
    table = pd.read_csv(case_folder("appalachia") / "status_fy2024.csv", dtype={"id": str}).set_index("id")
    table["status"] = table["economic_status"].str.lower().str.replace("-", "_")
    return table


def test_index_is_the_mean_of_three_ratios():
    sheet = sheet_of([(1.2, 0.8, 1.5), (1.0, 1.0, 1.0), (0.5, 2.0, 0.25)])
    assert sheet["index"] == pytest.approx([(120 + 125 + 150) / 3, 100.0, (50 + 50 + 25) / 3])


@pytest.mark.parametrize(
    ("index", "status", "grant"),
    [
        (161.01, "distressed", 0.8),
        (161.0, "distressed", 0.8),
        (160.99, "at_risk", 0.7),
        (137.35, "at_risk", 0.7),
        (137.34, "transitional", 0.5),
        (92.3, "transitional", 0.5),
        (92.29, "competitive", 0.3),
        (77.65, "competitive", 0.3),
        (77.64, "attainment", 0.0),
    ],
)
def test_classes_end_at_the_limits_of_the_year(index, status, grant):
    sheet = sheet_of([at_index(index)])
    assert sheet["index"][0] == pytest.approx(index)
    assert (sheet["status"][0], sheet["grant"][0]) == (status, grant)


def test_all_counties_ranked_give_tenths_and_quarters():
    order = np.random.default_rng(3).permutation(40)
    sheet = sheet_of([at_index(60.0 + 2 * n) for n in order], ranking="regions")
    counts = {name: (sheet["status"] == name).sum() for name in set(sheet["status"])}
    assert counts == {"distressed": 4, "at_risk": 6, "transitional": 20, "competitive": 6, "attainment": 4}
    assert sheet["rank"][order.argmax()] == 1 / 40 and sheet["status"][order.argmin()] == "attainment"


def test_counties_of_one_index_share_a_class_when_ranked():
    # the second and third of twenty are alike: three twentieths are more than a tenth
    sheet = sheet_of([at_index(x) for x in (200, 150, 150, *range(70, 138, 4))], ranking="regions")
    assert sheet["status"][:3].tolist() == ["distressed", "at_risk", "at_risk"]


@pytest.mark.parametrize(
    ("ratios", "status"),
    [
        ((1.5, 0.67, 1.5), "distressed"),
        ((1.49, 0.67, 1.5), "at_risk"),  # two of the three of the distressed
        ((1.5, 0.68, 1.5), "at_risk"),
        ((1.5, 0.67, 1.49), "at_risk"),
        ((1.5, 0.9, 2.0), "distressed"),  # twice the poverty and unemployment
        ((1.0, 0.67, 2.0), "distressed"),  # twice the poverty and income
        ((1.5, 0.9, 1.99), "at_risk"),
        ((1.49, 0.68, 2.0), "transitional"),  # twice the poverty alone, and only one of the three
        ((1.25, 0.67, 1.25), "at_risk"),
        ((1.24, 0.67, 1.25), "transitional"),
        ((1.25, 0.68, 1.25), "transitional"),
        ((1.25, 0.67, 1.24), "transitional"),
        ((1.0, 0.67, 1.0), "transitional"),
        ((1.0, 0.8, 1.0), "competitive"),
        ((1.0, 0.79, 1.0), "transitional"),
        ((1.01, 0.8, 1.0), "transitional"),
        ((1.0, 0.8, 1.01), "transitional"),
        ((1.0, 0.99, 1.0), "competitive"),
        ((1.0, 1.0, 1.0), "attainment"),
        ((1.01, 1.5, 0.5), "transitional"),
        ((0.5, 1.5, 1.01), "transitional"),
    ],
)
def test_thresholds_up_to_2006(ratios, status):
    sheet = sheet_of([ratios], rule="pre_2006")
    assert sheet["status"][0] == status
    grant = {"distressed": 0.8, "at_risk": 0.5, "transitional": 0.5, "competitive": 0.3, "attainment": 0.0}
    assert sheet["grant"][0] == grant[status]


def test_the_published_index_of_2024_is_met_in_every_county():
    sheet = FORMULA.work(CASE.setting, FORMULA.Params())
    index = published().loc[list(sheet.regions), "composite_index_fy2024_us_100"]
    # unemployment and poverty are rounded to a tenth, so that their ratios are off by up to 0.05 / 5.68 and 0.05 / 12.62
    rounding = 100 / 3 * (0.05 / 5.68 + 0.05 / 12.62) + 0.05
    assert np.abs(sheet["index"] - index).max() < rounding
    assert abs((sheet["index"] - index).mean()) < 0.05


def test_the_published_status_of_2024_is_met_in_417_of_420_counties():
    sheet = FORMULA.work(CASE.setting, FORMULA.Params())
    known = published().loc[list(sheet.regions)]
    apart = known.index[known["status"] != sheet["status"]]
    # those within the rounding of the limit between at-risk and transitional
    assert set(apart) == {"37099", "47099", "47185"}
    assert (known.loc[apart, "composite_index_fy2024_us_100"] - 137.35).abs().max() < 0.2
    counts = {name: sheet.figure(f"count_{name}") for name in known["status"].unique()}
    assert sum(counts.values()) == 420
    assert (counts["distressed"], counts["competitive"], counts["attainment"]) == (81, 11, 4)


def test_the_limits_in_the_law_file_divide_the_published_classes():
    known = published()
    law = FORMULA.work(CASE.setting, FORMULA.Params()).law
    limits = [
        np.inf,
        *(law[f"cutoff.{n}"] for n in ("distressed", "at_risk", "transitional", "competitive")),
        0,
    ]
    names = ("distressed", "at_risk", "transitional", "competitive", "attainment")
    for n, name in enumerate(names):
        index = known.loc[known["status"] == name, "composite_index_fy2024_us_100"]
        assert index.between(limits[n + 1], limits[n], inclusive="left").all(), name


def test_an_older_rule_on_the_same_figures_knows_fewer_distressed():
    old = FORMULA.work(CASE.setting, FORMULA.Params(rule="pre_2006"))
    known = published().loc[list(old.regions)]
    u, m, p = (
        known["unemployment_2019_2021_percent"] / 5.68,
        known["market_income_2021_usd_per_head"] / 50_230,
        known["poverty_2017_2021_percent"] / 12.62,
    )
    hit = pd.concat([u >= 1.5, m <= 0.67, p >= 1.5], axis=1)
    distressed = hit.all(axis=1) | ((p >= 2) & hit.iloc[:, :2].any(axis=1))
    assert ((old["status"] == "distressed") == distressed.to_numpy()).all()
    assert old.figure("count_distressed") == 41
    assert ("old_rule", {}) in old.remarks


def test_a_year_without_a_file_is_refused():
    (problem,) = FORMULA.check(CASE.setting, FORMULA.Params(year=2020))
    assert problem.where == "year" and "2024" in problem.remedy
    assert FORMULA.check(CASE.setting, FORMULA.Params(year=2024)) == []
