"""The Berlin method: what the European Union's cohesion policy gives by formula, 2007-13, 2014-20 and 2021-27."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.formulas.base import Formula
from spatialcoord.formulas.berlin_caps import limited, third
from spatialcoord.formulas.berlin_cohesion_fund import cohesion_fund
from spatialcoord.formulas.berlin_figures import LESS, LINES, MILLION, MORE, TRANSITION, Figures
from spatialcoord.formulas.berlin_less_developed import less_developed
from spatialcoord.formulas.berlin_more_developed import more_developed
from spatialcoord.formulas.berlin_transition import transition
from spatialcoord.formulas.berlin_words import WORDS
from spatialcoord.formulas.law import Law
from spatialcoord.formulas.worksheet import Worksheet
from spatialcoord.scenario.parameters import Parameters, quantity

formulas = registry.formulas

LAWS = {
    "2007-2013": "berlin_2007",
    "2014-2020": "berlin_2014",
    "2021-2027": "berlin_2021",
    "2018-proposal": "berlin_2018_proposal",
}
OF_STATES = ("gni_index", "reference_growth", "emissions_excess")  # one figure for all regions of a state


@formulas.register("berlin")
class Berlin(Formula):
    r"""Categories by output per head, a formula for each, the Cohesion Fund, and limits by member state.

    .. math:: x_r = \text{limits}\bigl(L_r + T_r + M_r + F_r + o\,p_r\,\mathbb 1_r\bigr) \qquad (1)

    for less developed (:mod:`~spatialcoord.formulas.berlin_less_developed`), transition
    (:mod:`~spatialcoord.formulas.berlin_transition`) and more developed regions
    (:mod:`~spatialcoord.formulas.berlin_more_developed`), the Cohesion Fund
    (:mod:`~spatialcoord.formulas.berlin_cohesion_fund`), outermost and sparsely populated regions (Annex XXVI point 9 of
    Regulation (EU) 2021/1060), and :mod:`~spatialcoord.formulas.berlin_caps`. Territorial co-operation, the Just
    Transition Fund and the amounts that the European Council gave to single states are not derived. Each step's article
    stands where it is worked out.
    """

    title = {"en": "Berlin method (EU cohesion policy)", "zh": "柏林方法（欧盟凝聚政策）"}
    source = "Regulation (EU) 2021/1060 Annex XXVI; (EU) 1303/2013 Annex VII; (EC) 1083/2006 Annex II"
    unit = "million EUR a year"
    cases = ("eu",)
    needs = ("population", "reference_output_index")
    optional = (
        "reference_population",
        "gni_index",
        "output",
        "projected_output",
        "reference_growth",
        "unemployment_rate",
        "labour_force",
        "youth_unemployed",
        "youth_labour_force",
        "low_education",
        "population_25_64",
        "low_education_employed",
        "employed_20_64",
        "population_20_64",
        "tertiary_30_34",
        "population_30_34",
        "early_leavers",
        "population_18_24",
        "sparse_population",
        "emissions_excess",
        "net_migration",
        "area_km2",
        "outermost_or_sparse",
        "joined_since_2004",
        "previous_allocation",
        "previously_less_developed",
    )
    words = WORDS

    class Params(Parameters):
        """What may be chosen; thresholds, rates and premiums come from the law of the period alone."""

        period: Literal["2007-2013", "2014-2020", "2021-2027", "2018-proposal"] = Field(
            "2021-2027", description="Whose law: a programming period, or the Commission's proposal of 2018."
        )
        member_level: str = Field("member_state", description="Hierarchy level of the member states.")
        capping: bool = Field(
            True, description="Whether cap, ceiling, floor and safety net hold; off shows the bare formula."
        )
        total: float | None = quantity(
            None,
            unit="million CUR/yr",
            description="Money of a year, at the prices of the law, that all member states together must get, by "
            "water-filling between their limits; absent: what the formula gives.",
            bound=(0, 1e15),
        )
        indexed: bool = Field(
            True,
            description="Whether amounts are raised from the law's prices to the case's by the law's yearly rate.",
        )
        mean_output_per_head: float | None = quantity(
            None,
            unit="PPS per head and year",
            description="The EU's mean output per head in the years of the law; absent: the figure of the law's file.",
            bound=(1, 1e9),
        )
        labour_force_share: float | None = quantity(
            0.48,
            unit="1",
            low=0.40,
            high=0.56,
            bound=(0.01, 1),
            source="Eurostat lfst_r_lfp2act, EU-27 about 2016, from memory: labour force over population",
            description="Stand-in for the labour force, as a share of the population, where the case holds none; null: none.",
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        if params.member_level not in setting.graph.levels:
            return [
                Problem(
                    f"the regions have no level '{params.member_level}'",
                    where="member_level",
                    why="Rates, the Cohesion Fund and limits go by member state.",
                    remedy=f"Name one of: {', '.join(setting.graph.levels) or 'none; add a level to the case'}.",
                )
            ]
        names = setting.graph.level(params.member_level).values.astype(str)
        problems = []
        for column in OF_STATES:
            if not setting.graph.has(column):
                continue
            values = setting.attribute(column)
            mixed = [name for name in np.unique(names) if np.ptp(values[names == name]) > 1e-9]
            if mixed:
                problems.append(
                    Problem(
                        f"regions of one member state differ in '{column}': {', '.join(mixed)}",
                        where=column,
                        why="It is a figure of the member state.",
                        remedy="Give all regions of a state the state's figure.",
                    )
                )
        return problems

    def work(self, setting: Setting, params: Any) -> Worksheet:
        law = Law(LAWS[params.period])
        sheet = Worksheet(setting.regions, law=law)
        figures = Figures(setting, law, params)
        currency, prices = setting.scenario.currency, law.about["prices"]
        money = f"million {currency}/yr at {prices} prices"
        sheet.total("mean_output", figures.mean, "PPS per head", numbers=["mean_output_per_head"])
        sheet.step("population", figures.population, "persons")
        sheet.step("output_per_head", figures.index * figures.mean, "PPS per head")
        sheet.step(
            "category",
            figures.category,
            "",
            "by output per head against the EU's",
            [key for key in (f"{LESS}.threshold", f"{TRANSITION}.threshold") if key in law],
        )
        sheet.step("gni", figures.gni, "1")
        lines = {
            LESS: less_developed(sheet, figures, money),
            TRANSITION: transition(sheet, figures, money, f"{currency} per head at {prices} prices"),
            MORE: more_developed(sheet, figures, money),
            "cohesion_fund": cohesion_fund(sheet, figures, money),
            "outermost": _outermost(sheet, figures, money),
        }
        sheet.step("formula", np.sum(list(lines.values()), axis=0), money, "sum of all lines")
        after = third(sheet, figures, limited(sheet, figures, lines, money), money)
        _beside_the_law(sheet, figures, lines, after, currency)
        factor = figures.indexation if params.indexed else 1.0
        year = setting.scenario.price_year if params.indexed else prices
        sheet.total("indexation", factor, "1", "(1 + indexation)^(years between the prices)", ["indexation"])
        now = f"million {currency}/yr at {year} prices"
        amounts = [
            sheet.step(f"{name}_amount", after[name] * factor, now, f"{name} after the limits x indexation")
            for name in LINES
        ]
        sheet.step("amount", np.sum(amounts, axis=0), now, "sum of the lines")
        sheet.result = sheet.money = "amount"
        sheet.lines = tuple(f"{name}_amount" for name in LINES)
        _remarks(sheet, figures)
        return sheet


def _outermost(sheet: Worksheet, figures: Figures, money: str) -> Array:
    """The allowance per head of outermost and sparsely populated regions, million a year, shape (R,)."""
    lacking = figures.lacking(["outermost_or_sparse"])
    if lacking:
        sheet.skip("outermost", lacking)
        return np.zeros(len(figures.index))
    concerned = figures.setting.attribute("outermost_or_sparse") > 0.5
    amount = figures.law["outermost.intensity"] * figures.population * concerned / MILLION
    return sheet.step("outermost", amount, money, "outermost.intensity x population", ["outermost.intensity"])


def _beside_the_law(
    sheet: Worksheet, figures: Figures, before: dict[str, Array], after: dict[str, Array], currency: str
) -> None:
    """Seven years of every line before and after the limits beside the resources that the law names."""
    law, years = figures.law, figures.years
    unit = f"million {currency} at {law.about['prices']} prices, {years} years"
    for name in LINES:
        sheet.total(f"{name}_formula", years * before[name].sum(), unit, f"{years} x sum of {name}")
        sheet.total(f"{name}_limited", years * after[name].sum(), unit, f"{years} x sum after the limits")
        if (number := f"resources.{name}") in law:
            sheet.total(f"{name}_law", law[number] / MILLION, unit, numbers=[number])
    if f"resources.{LESS}" in law:
        named = sheet.figure(f"{LESS}_law")
        limits = sheet.figure(f"{LESS}_limited")
        sheet.remark(
            "difference",
            formula=f"{sheet.figure(f'{LESS}_formula'):,.0f}",
            limited=f"{limits:,.0f}",
            law=f"{named:,.0f}",
            percent=f"{100 * (limits / named - 1):+.1f}",
            prices=str(law.about["prices"]),
            years=str(years),
        )
        for name in LINES:
            if name != LESS and f"resources.{name}" in law:
                reached, meant = sheet.figure(f"{name}_limited"), sheet.figure(f"{name}_law")
                sheet.remark(
                    f"{name}_difference",
                    limited=f"{reached:,.0f}",
                    law=f"{meant:,.0f}",
                    percent=f"{100 * (reached / meant - 1):+.1f}",
                )


def _remarks(sheet: Worksheet, figures: Figures) -> None:
    """What a reader must know of stand-ins, prices and what is left out."""
    law, params = figures.law, figures.params
    sheet.remark("no_claim")
    sheet.remark("reference_years", years=str(law.about["reference"]))
    if params.period == "2007-2013":
        sheet.remark("left_out_2007")
    if figures.lacking(["gni_index"]):
        sheet.remark("gni_stand_in")
    if figures.lacking(["reference_population"]):
        sheet.remark("population_stand_in")
    if figures.lacking(["labour_force"]) and params.labour_force_share is not None:
        sheet.remark("labour_force_stand_in", percent=f"{100 * params.labour_force_share:g}")
    if params.capping and figures.lacking(["projected_output"]) and not figures.lacking(["output"]):
        sheet.remark("output_stand_in")
    if any(step.key.startswith(f"{MORE}_") for step in sheet.skipped):
        sheet.remark("keys_to_population")
    if any(step.key in ("ceiling", "floor", "safety_net") for step in sheet.skipped):
        sheet.remark("limits_missing")
