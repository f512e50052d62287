"""United States, Appalachian Regional Commission: economic status of counties, and the largest share of a project's cost."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field
from scipy.stats import rankdata

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.formulas.base import Formula
from spatialcoord.formulas.law import Law, laws
from spatialcoord.formulas.thresholds import at_least, at_most
from spatialcoord.formulas.worksheet import Worksheet
from spatialcoord.scenario.parameters import Parameters, quantity

formulas = registry.formulas
STATUS = ("distressed", "at_risk", "transitional", "competitive", "attainment")  # from worst to best
INDICATORS = ("unemployment_rate", "market_income_per_head", "poverty_rate")
OLD = "us_arc_pre2006"


@formulas.register("us_arc")
class AppalachianStatus(Formula):
    r"""Status of a county by its index among all counties of the nation, or by the thresholds that came before.

    With unemployment u (three years), market income per head m and poverty p of county and nation, the index is

    .. math:: I_r = \frac{100}{3}\Bigl(\frac{u_r}{u_{US}} + \frac{m_{US}}{m_r} + \frac{p_r}{p_{US}}\Bigr). \qquad (1)

    All counties of the nation are ranked by it: the worst 10 % are distressed, up to 25 % at risk, up to 75 % transitional, up
    to 90 % competitive, the rest attainment. A case with the counties of a part of the nation cannot rank them; the law's file
    of the year then holds the index at which each class ends.

    The rule up to fiscal year 2006 has thresholds in shares of the nation:

    - distressed: u >= 150 %, m <= 67 %, p >= 150 %; or p >= 200 % and one of the other two;
    - at risk (from fiscal year 2006): u >= 125 %, m <= 67 %, p >= 125 %; or two of the three of the distressed;
    - attainment: u <= 100 %, m >= 100 %, p <= 100 %; competitive: the same with m >= 80 %;
    - transitional: all others.

    Source: ARC, Distressed Designation and County Economic Status Classification System, FY 2007 ff. and FY 2006 (table 1).
    """

    title = {
        "en": "United States: county economic status of the ARC",
        "zh": "美国：阿巴拉契亚区域委员会县经济状况",
    }
    source = "40 U.S.C. 14526 and 14321; ARC, County Economic Status Classification System"
    unit = ""
    cases = ("appalachia",)
    needs = INDICATORS
    gives_money = False
    words = {
        "unemployment_rate": {"en": "unemployment rate", "zh": "失业率"},
        "market_income_per_head": {"en": "market income per head", "zh": "人均市场收入"},
        "poverty_rate": {"en": "poverty rate", "zh": "贫困率"},
        "unemployment": {"en": "unemployment rate against the nation's", "zh": "失业率与全国之比"},
        "income": {"en": "market income per head against the nation's", "zh": "人均市场收入与全国之比"},
        "income_inverted": {
            "en": "the nation's market income per head against the county's",
            "zh": "全国人均市场收入与本县之比",
        },
        "poverty": {"en": "poverty rate against the nation's", "zh": "贫困率与全国之比"},
        "index": {"en": "composite index, nation = 100", "zh": "综合指数（全国=100）"},
        "rank": {
            "en": "place from the worst, as a share of all counties",
            "zh": "由差到好的名次占全部县的比例",
        },
        "distressed_thresholds": {
            "en": "thresholds of distress met, of three",
            "zh": "三项困境阈值中达到的项数",
        },
        "status": {"en": "economic status", "zh": "经济状况"},
        "grant": {"en": "largest share of a project's cost", "zh": "项目成本最高资助比例"},
        "national_unemployment": {"en": "unemployment rate of the nation", "zh": "全国失业率"},
        "national_income": {"en": "market income per head of the nation", "zh": "全国人均市场收入"},
        "national_poverty": {"en": "poverty rate of the nation", "zh": "全国贫困率"},
        "count_distressed": {"en": "distressed counties", "zh": "困境县数"},
        "count_at_risk": {"en": "at-risk counties", "zh": "风险县数"},
        "count_transitional": {"en": "transitional counties", "zh": "过渡县数"},
        "count_competitive": {"en": "competitive counties", "zh": "竞争县数"},
        "count_attainment": {"en": "attainment counties", "zh": "达标县数"},
        "distressed": {"en": "distressed", "zh": "困境"},
        "at_risk": {"en": "at risk", "zh": "风险"},
        "transitional": {"en": "transitional", "zh": "过渡"},
        "competitive": {"en": "competitive", "zh": "竞争"},
        "attainment": {"en": "attainment", "zh": "达标"},
        "by_cutoffs": {
            "en": "Classes end at an index derived from the status published for the Appalachian counties, since the case does not hold all counties of the nation; figures are rounded to one decimal, so that a county within 0.4 of such a limit may fall on the other side of it.",
            "zh": "案例不含全国所有县，各类的界限由已公布的阿巴拉契亚各县状况推得；数据保留一位小数，因此与界限相差不到0.4的县可能落在另一侧。",
        },
        "by_rank": {
            "en": "The regions of the case are ranked as if they were all counties of the nation.",
            "zh": "按案例各地区即为全国所有县进行排名。",
        },
        "old_rule": {
            "en": "This is the rule up to fiscal year 2006 on later figures: what it would say, not what was in force. Before fiscal year 2006 it had no class at risk; those counties were transitional.",
            "zh": "此为将截至2006财年的规则用于以后年份的数据，表示其结果，而非当时生效的划分。2006财年之前没有风险类，这些县属于过渡类。",
        },
        "single_county": {
            "en": "The share is that of a project in one county; projects of several counties, highways and waivers have rules of their own.",
            "zh": "所示比例适用于单一县内的项目；跨县项目、公路和豁免另有规定。",
        },
    }

    class Params(Parameters):
        rule: Literal["current", "pre_2006"] = Field(
            "current", description="The index (since fiscal year 2007) or the thresholds (up to 2006)."
        )
        year: int = quantity(
            2024, unit="yr", description="Fiscal year whose national figures and limits of classes count."
        )
        ranking: Literal["cutoffs", "regions"] = Field(
            "cutoffs",
            description="Whether classes end at the index that the law's file gives, or the case holds all counties of the "
            "nation and they are ranked.",
        )
        national_unemployment: float | None = quantity(
            None,
            unit="%",
            description="Unemployment rate of the nation; absent: the year's.",
            bound=(0.01, 100),
        )
        national_income: float | None = quantity(
            None,
            unit="CUR per head",
            description="Market income per head of the nation; absent: the year's.",
            bound=(1.0, 1e9),
        )
        national_poverty: float | None = quantity(
            None, unit="%", description="Poverty rate of the nation; absent: the year's.", bound=(0.01, 100)
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        years = [name.removeprefix("us_arc_") for name in laws("us_arc_") if name != OLD]
        if str(params.year) in years:
            return []
        return [
            Problem(
                f"there are no numbers of the law for {params.year}",
                where="year",
                remedy=f"Choose one of {', '.join(years)}, or add a file us_arc_{params.year}.toml.",
            )
        ]

    def work(self, setting: Setting, params: Any) -> Worksheet:
        year = f"us_arc_{params.year}"
        law = Law(year) if params.rule == "current" else Law(OLD, year)
        sheet = Worksheet(setting.regions, law)
        u, m, p = (setting.attribute(name) for name in INDICATORS)
        for key, values, unit in (
            ("unemployment_rate", u, "%"),
            ("market_income_per_head", m, f"{setting.scenario.currency} per head"),
            ("poverty_rate", p, "%"),
        ):
            sheet.step(key, values, unit)
        national = [
            self._national(sheet, setting, key, attribute, getattr(params, key), law)
            for key, attribute in zip(
                ("national_unemployment", "national_income", "national_poverty"), INDICATORS, strict=True
            )
        ]
        unemployment = sheet.step(
            "unemployment", u / national[0] * 100, "%", "unemployment_rate / national_unemployment"
        )
        poverty = sheet.step("poverty", p / national[2] * 100, "%", "poverty_rate / national_poverty")
        if params.rule == "current":
            inverted = sheet.step(
                "income_inverted", national[1] / m * 100, "%", "national_income / market_income_per_head"
            )
            index = sheet.step(
                "index",
                (unemployment + inverted + poverty) / 3,
                "%",
                "(unemployment + income_inverted + poverty) / 3",
            )
            self._by_index(sheet, index, params.ranking, law)
        else:
            income = sheet.step(
                "income", m / national[1] * 100, "%", "market_income_per_head / national_income"
            )
            self._by_thresholds(sheet, unemployment / 100, income / 100, poverty / 100, law)
            sheet.remark("old_rule")
        status = sheet["status"]
        grants = np.array([law[f"grant.{name}"] for name in STATUS])
        place = np.array([STATUS.index(name) for name in status])
        sheet.step("grant", grants[place], "1", "by status", [f"grant.{name}" for name in STATUS])
        for name in STATUS:
            sheet.total(f"count_{name}", int((status == name).sum()), "1")
        sheet.remark("single_county")
        sheet.result, sheet.lines = "status", ("index", "grant") if params.rule == "current" else ("grant",)
        return sheet

    @staticmethod
    def _national(
        sheet: Worksheet, setting: Setting, key: str, attribute: str, given: float | None, law: Law
    ) -> float:
        unit = f"{setting.scenario.currency} per head" if key == "national_income" else "%"
        number = f"national.{attribute}"
        if given is not None:
            return sheet.total(key, given, unit)
        return sheet.total(key, law[number], unit, "", [number])

    @staticmethod
    def _by_index(sheet: Worksheet, index: Array, ranking: str, law: Law) -> None:
        """Status by the index: the first class, from the worst, whose limit it reaches."""
        named = STATUS[:-1]
        if ranking == "cutoffs":
            numbers = [f"cutoff.{name}" for name in named]
            reached = [at_least(index, law[number]) for number in numbers]
            rule = "first limit that index reaches"
            sheet.remark("by_cutoffs")
        else:
            # equals share the better place of the tie, so that no class gets more counties than its share for a tie
            rank = sheet.step(
                "rank", rankdata(-index, method="max") / len(index), "1", "rank of index / count"
            )
            numbers = [f"rank.{name}" for name in named]
            reached = [at_most(rank, law[number]) for number in numbers]
            rule = "first share that rank does not exceed"
            sheet.remark("by_rank")
        sheet.step("status", np.select(reached, named, STATUS[-1]), "", rule, numbers)

    @staticmethod
    def _by_thresholds(sheet: Worksheet, u: Array, m: Array, p: Array, law: Law) -> None:
        """Status by shares of the nation, the rule up to fiscal year 2006."""
        high_u, low_m = (
            at_least(u, law["distressed.unemployment"]),
            at_most(m, law["distressed.income"]),
        )
        met = high_u.astype(int) + low_m + at_least(p, law["distressed.poverty"])
        kinds = ("unemployment", "income", "poverty")
        met = sheet.step(
            "distressed_thresholds",
            met,
            "1",
            "unemployment >=, income <=, poverty >=",
            [f"distressed.{kind}" for kind in kinds],
        )
        distressed = (met == 3) | (at_least(p, law["distressed.poverty_alone"]) & (high_u | low_m))
        at_risk = (
            at_least(u, law["at_risk.unemployment"])
            & at_most(m, law["at_risk.income"])
            & at_least(p, law["at_risk.poverty"])
        ) | (met >= law["at_risk.of_distressed"])
        strong = at_most(u, law["competitive.unemployment"]) & at_most(p, law["competitive.poverty"])
        attainment = strong & at_least(m, law["attainment.income"])
        competitive = strong & at_least(m, law["competitive.income"])
        numbers = [
            "distressed.poverty_alone",
            *(f"at_risk.{kind}" for kind in (*kinds, "of_distressed")),
            *(f"competitive.{kind}" for kind in kinds),
            "attainment.income",
        ]
        status = np.select(
            [distressed, at_risk, attainment, competitive],
            ["distressed", "at_risk", "attainment", "competitive"],
            "transitional",
        )
        sheet.step("status", status, "", "first class whose thresholds are met", numbers)
