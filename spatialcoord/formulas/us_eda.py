"""United States, Economic Development Administration: which regions are distressed, and the largest share it may pay."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.formulas.base import Formula
from spatialcoord.formulas.law import Law
from spatialcoord.formulas.thresholds import at_least, at_most
from spatialcoord.formulas.worksheet import Worksheet
from spatialcoord.scenario.parameters import Parameters, quantity

formulas = registry.formulas
MILLION = 1e6
STEPS = ("60", "70", "80")  # of the table of rates, each above the one before


@formulas.register("us_eda")
class EconomicDevelopment(Formula):
    r"""Distress by unemployment or income, 13 CFR 301.3(a)(1), and the investment rate of 13 CFR 301.4(b), table 1.

    A region with unemployment :math:`u_r` and income per head :math:`y_r` is eligible where

    .. math:: u_r \ge u_{US} + 1 \quad\text{or}\quad y_r \le 0.80\, y_{US} \quad\text{or it has a special need}, \qquad (1)

    and of a project's cost the administration then pays at most

    .. math:: \max\bigl\{0.50,\ \rho_k : u_r \ge a_k u_{US} \text{ or } y_r \le b_k y_{US}\bigr\} \qquad (2)

    with :math:`(\rho, a, b)` = (.60, 1.75, .65), (.70, 2.00, .60), (.80, 2.25, .50).

    Notes
    -----
    The law asks for the unemployment of 24 months and the income of the latest year; the sheet takes what the case holds and
    says so. Higher rates by kind of project (table 2: tribes, disasters, exhausted taxing capacity) are not regional and left out.
    """

    title = {
        "en": "United States: eligibility and rates of the EDA",
        "zh": "美国：经济开发署资助资格与比例",
    }
    source = "13 CFR 301.3 and 301.4 (42 U.S.C. 3161, 3144)"
    unit = "1"
    cases = ("appalachia", "us")
    needs = ("population",)
    optional = ("unemployment_rate", "personal_income", "market_income_per_head", "granted_special_need")
    gives_money = False
    words = {
        "unemployment": {"en": "unemployment rate", "zh": "失业率"},
        "unemployment_excess": {
            "en": "unemployment above the nation's, percentage points",
            "zh": "高于全国失业率的百分点",
        },
        "unemployment_ratio": {
            "en": "unemployment rate as a share of the nation's",
            "zh": "失业率与全国之比",
        },
        "unemployment_test": {"en": "test of unemployment", "zh": "失业率检验"},
        "income": {"en": "income per head", "zh": "人均收入"},
        "income_ratio": {"en": "income per head as a share of the nation's", "zh": "人均收入与全国之比"},
        "income_test": {"en": "test of income", "zh": "收入检验"},
        "special_need_test": {"en": "special need", "zh": "特殊需要"},
        "eligibility": {"en": "eligibility", "zh": "资助资格"},
        "rate": {"en": "largest share of a project's cost", "zh": "项目成本最高资助比例"},
        "national_unemployment": {"en": "unemployment rate of the nation", "zh": "全国失业率"},
        "national_income": {"en": "income per head of the nation", "zh": "全国人均收入"},
        "eligible_regions": {"en": "eligible regions", "zh": "有资格的地区数"},
        "met": {"en": "met", "zh": "符合"},
        "not_met": {"en": "not met", "zh": "不符合"},
        "eligible": {"en": "eligible", "zh": "有资格"},
        "not_eligible": {"en": "not eligible", "zh": "无资格"},
        "open": {"en": "open: a test has no figures", "zh": "未定：某项检验缺少数据"},
        "need_alone": {
            "en": "Whether a region has a special need is for the administration to decide; a region listed as not eligible or open may be eligible by it, at a rate that the administration sets.",
            "zh": "是否存在特殊需要由该署认定；列为无资格或未定的地区可能因此获得资格，比例由该署确定。",
        },
        "rate_partial": {
            "en": "With a test left out, the rate is the least that the region's ceiling can be: the missing figure could raise it.",
            "zh": "由于缺少一项检验，所示比例为该地区最高比例的下限：缺失的数据可能使其提高。",
        },
        "period": {
            "en": "The law asks for the latest 24 months of unemployment and the latest income per head; these are the case's figures, of the years its sources state.",
            "zh": "法规要求最近24个月的失业率和最近的人均收入；此处采用案例数据，年份见其来源说明。",
        },
        "market_income": {
            "en": "Income is market income, without transfers to persons; the law's income per head includes them, and poor regions lie nearer to the nation by it. Regions can appear eligible or at a higher rate that would not be so by the law's figure.",
            "zh": "此处收入为市场收入，不含对个人的转移；法定人均收入包含转移，按其计算贫困地区与全国的差距较小。因此个别地区的资格或比例可能高于按法定数据计算的结果。",
        },
        "personal_income_used": {
            "en": "Income is personal income; its mean over the regions of the case stands for the nation's unless one is given.",
            "zh": "此处收入为个人收入；未另行给定时，以案例各地区的均值代表全国。",
        },
        "region_size": {
            "en": "The law judges the region of a project, most often counties; a large region can hold distressed ones that its mean hides.",
            "zh": "法规以项目所在区域（通常为县）判断；较大地区的均值可能掩盖其中的困境地区。",
        },
    }

    class Params(Parameters):
        national_unemployment: float | None = quantity(
            None,
            unit="%",
            description="Unemployment rate of the nation; absent: that of the law's file for the case's price year.",
            bound=(0.01, 100),
        )
        national_income: float | None = quantity(
            None,
            unit="CUR per head",
            description="Income per head of the nation; absent: the mean over the case's personal income, or for market income "
            "that of the law's file for the case's price year.",
            bound=(1.0, 1e9),
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        graph, law, year = setting.graph, Law("us_eda"), setting.scenario.price_year
        of_income = [name for name in ("personal_income", "market_income_per_head") if graph.has(name)]
        problems = []
        if not of_income and not graph.has("unemployment_rate") and not graph.has("granted_special_need"):
            problems.append(
                Problem(
                    "the regions have neither unemployment nor income",
                    why="No test of distress can be made.",
                    remedy="Add a column 'unemployment_rate', 'personal_income' or 'market_income_per_head'.",
                )
            )
        asked = {
            "national_unemployment": "unemployment_rate" if graph.has("unemployment_rate") else None,
            "national_income": "market_income_per_head" if of_income == ["market_income_per_head"] else None,
        }
        for key, attribute in asked.items():
            if attribute and getattr(params, key) is None and f"national.{attribute}.{year}" not in law:
                problems.append(
                    Problem(
                        f"the law's file has no '{attribute}' of the nation for {year}",
                        where=key,
                        why="Regions are held against the nation in the year of their figures.",
                        remedy=f"Give {key}.",
                    )
                )
        return problems

    def work(self, setting: Setting, params: Any) -> Worksheet:
        law = Law("us_eda")
        sheet = Worksheet(setting.regions, law)
        none = np.zeros(len(setting.regions), dtype=bool)
        unemployment = self._unemployment(sheet, setting, params, law)
        income = self._income(sheet, setting, params, law)
        if setting.graph.has("granted_special_need"):
            need = setting.attribute("granted_special_need") > 0
            sheet.step("special_need_test", _said(need), "")
        else:
            need = none
            sheet.skip("special_need_test", ["granted_special_need"])
        met_unemployment = none if unemployment is None else sheet["unemployment_test"] == "met"
        met_income = none if income is None else sheet["income_test"] == "met"
        eligible = met_unemployment | met_income | need
        whole = unemployment is not None and income is not None
        otherwise = "not_eligible" if whole else "open"
        sheet.step("eligibility", np.where(eligible, "eligible", otherwise), "", "any test met")
        sheet.total("eligible_regions", int(eligible.sum()), "1")
        rate = np.full(len(setting.regions), law["rate"])
        for step in STEPS:
            reached = none.copy()
            if unemployment is not None:
                reached |= at_least(unemployment, law[f"{step}.unemployment"])
            if income is not None:
                reached |= at_most(income, law[f"{step}.income"])
            rate = np.where(reached, law[f"{step}.rate"], rate)
        rate = np.where(eligible, rate, 0.0 if whole else np.nan)
        ratios = [
            n for n, v in (("unemployment_ratio", unemployment), ("income_ratio", income)) if v is not None
        ]
        kinds = ["rate"] + [n.removesuffix("_ratio") for n in ratios]
        numbers = ["rate", *(f"{step}.{kind}" for step in STEPS for kind in kinds)]
        sheet.step("rate", rate, "1", f"highest rate reached by {' or '.join(ratios) or 'need'}", numbers)
        sheet.result, sheet.lines = "rate", ("eligibility",)
        self._remarks(sheet, setting, whole)
        return sheet

    def _unemployment(self, sheet: Worksheet, setting: Setting, params: Any, law: Law) -> Array | None:
        """Steps of the test of unemployment; the share of the nation's rate, shape (R,), None without figures."""
        if not setting.graph.has("unemployment_rate"):
            sheet.skip("unemployment_test", ["unemployment_rate"])
            return None
        key = f"national.unemployment_rate.{setting.scenario.price_year}"
        given = params.national_unemployment
        national = sheet.total(
            "national_unemployment",
            law[key] if given is None else given,
            "%",
            "",
            [key] if given is None else [],
        )
        rate = sheet.step("unemployment", setting.attribute("unemployment_rate"), "%")
        sheet.step("unemployment_excess", rate - national, "%", "unemployment - national_unemployment")
        ratio = sheet.step("unemployment_ratio", rate / national, "1", "unemployment / national_unemployment")
        number = "eligible.unemployment_excess"
        # held as u >= u_US + 1 and not by the difference, whose rounding is relative to the rates
        met = at_least(rate, national + law[number])
        sheet.step("unemployment_test", _said(met), "", f"unemployment_excess >= {law[number]:g}", [number])
        return np.asarray(ratio, dtype=float)

    def _income(self, sheet: Worksheet, setting: Setting, params: Any, law: Law) -> Array | None:
        """Steps of the test of income; the share of the nation's income per head, shape (R,), None without figures."""
        graph, unit = setting.graph, f"{setting.scenario.currency} per head"
        numbers: list[str] = []
        if graph.has("personal_income"):
            total = setting.attribute("personal_income")
            values, rule = total / setting.population * MILLION, "personal income / population"
            national = total.sum() / setting.population.sum() * MILLION
        elif graph.has("market_income_per_head"):
            values, rule = setting.attribute("market_income_per_head"), ""
            key = f"national.market_income_per_head.{setting.scenario.price_year}"
            if params.national_income is None:
                national, numbers = law[key], [key]
        else:
            sheet.skip("income_test", ["personal_income", "market_income_per_head"])
            return None
        if params.national_income is not None:
            national = params.national_income
        national = sheet.total("national_income", national, unit, "", numbers)
        values = sheet.step("income", values, unit, rule)
        ratio = sheet.step("income_ratio", values / national, "1", "income / national_income")
        limit = law["eligible.income"]
        met = at_most(ratio, limit)
        sheet.step("income_test", _said(met), "", f"income_ratio <= {limit:g}", ["eligible.income"])
        return np.asarray(ratio, dtype=float)

    @staticmethod
    def _remarks(sheet: Worksheet, setting: Setting, whole: bool) -> None:
        sheet.remark("period")
        if setting.graph.has("personal_income"):
            sheet.remark("personal_income_used")
        elif setting.graph.has("market_income_per_head"):
            sheet.remark("market_income")
        if not setting.graph.has("granted_special_need"):
            sheet.remark("need_alone")
        if not whole:
            sheet.remark("rate_partial")
        sheet.remark("region_size")


def _said(met: Any) -> np.ndarray:
    return np.where(met, "met", "not_met")
