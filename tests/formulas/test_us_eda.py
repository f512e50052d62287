"""Eligibility and rates of 13 CFR 301.3 and 301.4: every threshold at and beside equality, and the bundled cases."""

import numpy as np
import pandas as pd
import pytest

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.formulas.law import Law
from spatialcoord.regions import RegionGraph

FORMULA = registry.formulas.get("us_eda")()
CASE = sc.load_case("appalachia")
NATION = {"national_unemployment": 4.0, "national_income": 50_000.0}


def setting_of(**columns):
    rows = len(next(iter(columns.values())))
    table = pd.DataFrame({"population": [1000.0] * rows, **columns}, index=[f"R{n}" for n in range(rows)])
    return type(CASE.setting)(RegionGraph(table), CASE.scenario)


def sheet_of(national=None, **columns):
    setting, params = setting_of(**columns), FORMULA.Params(**(NATION if national is None else national))
    assert FORMULA.check(setting, params) == []
    return FORMULA.work(setting, params)


def bundled(case):
    setting, params = sc.load_case(case).setting, FORMULA.Params()
    assert FORMULA.check(setting, params) == []
    return FORMULA.work(setting, params)


@pytest.mark.parametrize(
    ("unemployment", "income", "eligibility", "rate"),
    [
        (4.99, 40_001, "not_eligible", 0.0),
        (5.0, 50_000, "eligible", 0.5),  # one percentage point, not one per cent of four
        (4.04, 50_000, "not_eligible", 0.0),
        (4.0, 40_000, "eligible", 0.5),  # 80 %
        (6.99, 50_000, "eligible", 0.5),
        (7.0, 50_000, "eligible", 0.6),  # 175 %
        (4.0, 32_501, "eligible", 0.5),
        (4.0, 32_500, "eligible", 0.6),  # 65 %
        (7.99, 50_000, "eligible", 0.6),
        (8.0, 50_000, "eligible", 0.7),  # 200 %
        (4.0, 30_001, "eligible", 0.6),
        (4.0, 30_000, "eligible", 0.7),  # 60 %
        (8.99, 50_000, "eligible", 0.7),
        (9.0, 50_000, "eligible", 0.8),  # 225 %
        (4.0, 25_001, "eligible", 0.7),
        (4.0, 25_000, "eligible", 0.8),  # 50 %
        (8.0, 25_000, "eligible", 0.8),  # the higher of the two
    ],
)
def test_thresholds_are_met_at_equality(unemployment, income, eligibility, rate):
    sheet = sheet_of(unemployment_rate=[unemployment], market_income_per_head=[float(income)])
    assert (sheet["eligibility"][0], sheet["rate"][0]) == (eligibility, rate)


def test_a_nation_with_awkward_decimals_meets_its_thresholds_too():
    nation = {"national_unemployment": 5.3, "national_income": 50_230.0}
    sheet = sheet_of(
        nation, unemployment_rate=[6.3, 5.3 * 2.25], market_income_per_head=[0.8 * 50_230.0, 0.65 * 50_230.0]
    )
    assert sheet["unemployment_test"].tolist() == ["met", "met"]
    assert sheet["income_test"].tolist() == ["met", "met"]
    assert sheet["rate"].tolist() == [0.5, 0.8]


def test_where_the_nation_has_hardly_any_unemployment_a_high_ratio_is_not_enough():
    nation = {"national_unemployment": 1.0, "national_income": 50_000.0}
    sheet = sheet_of(nation, unemployment_rate=[1.9], market_income_per_head=[50_000.0])
    assert sheet["unemployment_ratio"][0] == pytest.approx(1.9)
    assert (sheet["eligibility"][0], sheet["rate"][0]) == ("not_eligible", 0.0)


def test_special_need_makes_eligible_at_the_base_rate_and_fills_the_sheet():
    columns = {"unemployment_rate": [4.0, 4.0], "market_income_per_head": [50_000.0, 50_000.0]}
    sheet = sheet_of(granted_special_need=[1.0, 0.0], **columns)
    assert sheet["eligibility"].tolist() == ["eligible", "not_eligible"]
    assert sheet["rate"].tolist() == [0.5, 0.0]
    assert not sheet.partial
    assert sheet_of(**columns).partial


def test_without_unemployment_what_income_does_not_settle_stays_open():
    sheet = sheet_of(market_income_per_head=[40_000.0, 50_000.0])
    assert sheet["eligibility"].tolist() == ["eligible", "open"]
    assert sheet["rate"][0] == 0.5 and np.isnan(sheet["rate"][1])
    assert [s.key for s in sheet.skipped] == ["unemployment_test", "special_need_test"]


def test_without_income_what_unemployment_does_not_settle_stays_open():
    sheet = sheet_of(unemployment_rate=[9.0, 4.0])
    assert sheet["eligibility"].tolist() == ["eligible", "open"]
    assert sheet["rate"][0] == 0.8 and np.isnan(sheet["rate"][1])


def test_without_any_figure_or_national_figure_the_remedy_is_named():
    empty = {"population": [1.0]}
    (problem,) = FORMULA.check(setting_of(**empty), FORMULA.Params())
    assert "neither unemployment nor income" in problem.what
    other = CASE.scenario.model_copy(update={"price_year": 1999})
    setting = setting_of(unemployment_rate=[4.0], market_income_per_head=[1.0]).under(other)
    problems = FORMULA.check(setting, FORMULA.Params())
    assert [p.where for p in problems] == ["national_unemployment", "national_income"]
    assert FORMULA.check(setting, FORMULA.Params(**NATION)) == []


def test_counties_of_appalachia_by_hand():
    sheet, law = bundled("appalachia"), Law("us_eda")
    graph = CASE.setting.graph
    u, m = (graph[name].values for name in ("unemployment_rate", "market_income_per_head"))
    national_u, national_m = (
        law[f"national.{n}.2021"] for n in ("unemployment_rate", "market_income_per_head")
    )
    expected = (u >= national_u + 1) | (m <= 0.8 * national_m)
    assert ((sheet["eligibility"] == "eligible") == expected).all()
    assert sheet.figure("eligible_regions") == 389
    # Bibb, Alabama: 23,541 USD is 46.9 % of the nation's market income
    bibb = sheet.regions.index("01007")
    assert sheet["unemployment_test"][bibb] == "not_met"
    assert sheet["income_ratio"][bibb] == pytest.approx(23_541 / 50_230)
    assert sheet["rate"][bibb] == 0.8
    assert ("market_income", {}) in sheet.remarks


def test_states_lack_unemployment_and_are_judged_by_personal_income():
    sheet = bundled("us")
    eligible = {r for r, said in zip(sheet.regions, sheet["eligibility"], strict=True) if said == "eligible"}
    assert eligible == {"US-AL", "US-KY", "US-MS", "US-NM", "US-WV"}
    assert sheet.figure("national_income") == pytest.approx(55_724, abs=1)
    assert sheet.partial and sheet.skipped[0].columns == ("unemployment_rate",)
    assert set(sheet["rate"][sheet["eligibility"] == "eligible"]) == {0.5}


@pytest.mark.parametrize("name", ["us_eda", "us_arc"])
def test_every_key_has_words_in_both_languages(name):
    formula = registry.formulas.get(name)()
    sheets = [bundled("us"), bundled("appalachia")] if name == "us_eda" else []
    if name == "us_arc":
        setting = CASE.setting
        choices = [{}, {"ranking": "regions"}, {"rule": "pre_2006"}]
        sheets = [formula.work(setting, formula.Params(**choice)) for choice in choices]
    keys = set()
    for sheet in sheets:
        keys |= {part.key for part in (*sheet.steps, *sheet.totals, *sheet.skipped)}
        keys |= {key for key, _ in sheet.remarks}
        keys |= {str(v) for step in sheet.steps if step.unit == "" for v in step.values}
        used = {number for part in (*sheet.steps, *sheet.totals) for number in part.numbers}
        assert used == {entry.key for entry in sheet.law.used}
    assert keys <= set(formula.words)
    assert all(set(words) == {"en", "zh"} for words in (formula.title, *formula.words.values()))
