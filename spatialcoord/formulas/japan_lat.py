"""Japan's local allocation tax: standard need above three quarters of standard tax, from fixed shares of national taxes."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.formulas.base import Formula
from spatialcoord.formulas.law import Law
from spatialcoord.formulas.pool import Pool, pool_of
from spatialcoord.formulas.worksheet import Worksheet
from spatialcoord.scenario.parameters import Parameters, quantity

formulas = registry.formulas
MILLION = 1e6
TAXES = ("income_tax", "corporation_tax", "liquor_tax", "consumption_tax", "local_corporation_tax")
TAX, NEED = "standard_local_tax", "standard_fiscal_need"


class Service(Parameters):
    """One service in standard fiscal need: unit cost times measurement times modification."""

    measure: str = Field(description="Region attribute that is counted: population, pupils, length of roads.")
    unit_cost: float = quantity(unit="CUR per unit of the measure", description="Unit cost.", bound=(0, 1e15))
    modification: str | None = Field(
        None, description="Region attribute with the modification coefficient; absent: one."
    )


def _receipt(name: str) -> Any:
    return quantity(
        None,
        unit="million CUR/yr",
        description=f"National receipts of {name.replace('_', ' ')}, of which the law gives a share to the pool.",
        bound=(0, 1e15),
    )


@formulas.register("japan_lat")
class JapanLocalAllocationTax(Formula):
    r"""Ordinary and special local allocation tax of the prefectures,

    .. math::

        N_r &= \sum_k c_k\,m_{kr}\,\kappa_{kr} & (1)\\
        R_r &= 0.75\,T_r + L_r & (2)\\
        g_r &= \max(0,\ N_r - R_r) & (3)\\
        P &= s\,\sum_n \sigma_n V_n & (4)\\
        x_r &= \max(0,\ g_r - a N_r), \qquad \sum_r x_r = \min\Bigl(0.94\,P,\ \sum_r g_r\Bigr) & (5)

    with unit cost :math:`c`, measurement :math:`m` and modification :math:`\kappa` of every service, standard local tax :math:`T`, local
    transfer taxes :math:`L`, receipts :math:`V` of national taxes with the law's shares :math:`\sigma`, and the part :math:`s` of the
    pool that goes to prefectures. Where gaps exceed the pool, (5) takes the same share :math:`a` of every need away
    (article 10); the law's own expression, :math:`a=(\sum g-0.94P)/\sum N`, is that of (5) as long as no gap turns negative.
    Then the prefecture gets nothing and :math:`a` is the one that meets the pool. A pool above the gaps goes to the special tax.
    With ``shortfall: national`` all gaps are paid and the nation adds what is missing, as loans and bonds do in most years.

    The special tax (6 % of the pool) is for disasters and other needs that no formula tells; it is shared by the attribute
    `special_need` where the case holds it. Money is in million currency a year.

    References
    ----------
    Local Allocation Tax Act (地方交付税法, Law 211 of 1950), articles 6, 10, 11 and 14.
    """

    title = {"en": "Japan: local allocation tax", "zh": "日本：地方交付税"}
    source = "Local Allocation Tax Act of Japan (地方交付税法, Law 211 of 1950)"
    cases = ("japan",)
    needs = (TAX,)
    optional = (NEED, "local_transfer_tax", "special_need", "financial_strength_index")
    words = {
        "need": {"en": "standard fiscal need", "zh": "基准财政需要额"},
        "tax": {"en": "standard local tax", "zh": "标准地方税收入"},
        "transfer_tax": {"en": "local transfer taxes", "zh": "地方让与税"},
        "revenue": {"en": "standard fiscal revenue", "zh": "基准财政收入额"},
        "strength": {"en": "financial strength of the year", "zh": "当年财政力"},
        "published_strength": {"en": "published index of financial strength", "zh": "公布的财政力指数"},
        "gap": {"en": "gap of need to revenue", "zh": "财源不足额"},
        "ordinary": {"en": "ordinary local allocation tax", "zh": "普通交付税"},
        "special": {"en": "special local allocation tax", "zh": "特别交付税"},
        "amount": {"en": "local allocation tax", "zh": "地方交付税"},
        "pool": {"en": "pool of the prefectures", "zh": "都道府县份额总额"},
        "ordinary_pool": {"en": "pool of the ordinary tax", "zh": "普通交付税总额"},
        "special_left": {
            "en": "{amount} million a year ({share} % of the pool) are the special tax, which is not shared out here for want of "
            "figures: what prefectures get adds up to that much less than the pool.",
            "zh": "每年{amount}百万（占总额{share}%）属特别交付税，因缺少数据未在此分配：各地所得之和比总额少此数。",
        },
        "special_pool": {"en": "pool of the special tax", "zh": "特别交付税总额"},
        "gaps": {"en": "sum of gaps", "zh": "财源不足额合计"},
        "adjustment_rate": {"en": "adjustment rate", "zh": "调整率"},
        "national_money": {"en": "added by the nation", "zh": "国家追加"},
        "programme_pool": {
            "en": "The pool is the money of the case's programme, not that of the law. Give 'pool' or the receipts of the five national "
            "taxes for that of the law.",
            "zh": "资金总额为本案例计划的资金，并非法定总额；如需法定总额，请给出“pool”或五项国税收入。",
        },
        "stand_in": {
            "en": "'{column}' is a stand-in and not published; the case's scenario says under 'missing' what it is made of.",
            "zh": "“{column}”为替代值，并非公布数；其来源见案例方案中的“missing”。",
        },
        "prefectures": {
            "en": "Prefectures alone: municipalities have needs, revenues and gaps of their own and draw on the same pool.",
            "zh": "仅限都道府县：市町村另有其需要额、收入额和不足额，并分享同一总额。",
        },
        "clipped": {
            "en": "By the expression of article 10 alone {count} prefectures with a small gap would pay in; they get nothing and the rate "
            "is higher.",
            "zh": "若只按第十条算式，{count}个缺口较小的都道府县将为负数；此处按零计，调整率相应提高。",
        },
    }

    class Params(Pool):
        period: Literal["2020", "2015"] = Field(
            "2020", description="Year from which the shares of national taxes hold: 2020, or 2015 to 2018."
        )
        income_tax: float | None = _receipt("income_tax")
        corporation_tax: float | None = _receipt("corporation_tax")
        liquor_tax: float | None = _receipt("liquor_tax")
        consumption_tax: float | None = _receipt("consumption_tax")
        local_corporation_tax: float | None = _receipt("local_corporation_tax")
        prefectures_share: float = quantity(
            0.545,
            unit="1",
            low=0.5,
            high=0.6,
            bound=(0, 1),
            source="Fukui Prefecture, ordinary local allocation tax of fiscal 2016: 8,559.3 of 15,698.3 billion JPY",
            verified=True,
            description="Part of the pool of national taxes that goes to prefectures; the rest is for municipalities.",
        )
        services: tuple[Service, ...] = Field(
            (), description=f"Services that need is made of; none: the attribute '{NEED}'."
        )
        shortfall: Literal["adjust", "national"] = Field(
            "adjust",
            description="Where gaps exceed the pool: take the same share of every need away, or let the nation add the money.",
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Need must be known and positive, and the pool given once."""
        problems = []
        given = [tax for tax in TAXES if getattr(params, tax) is not None]
        if given and len(given) < len(TAXES):
            problems.append(
                Problem(
                    "receipts of some national taxes are not given",
                    where=", ".join(tax for tax in TAXES if tax not in given),
                    why="The pool is a sum over five taxes.",
                    remedy="Give all five (0 for none), or give 'pool' itself.",
                )
            )
        if given and params.pool is not None:
            why = "It is an amount, or comes from receipts of national taxes."
            remedy = "Leave out 'pool' or the receipts."
            problems.append(Problem("the pool is given twice", where="pool", why=why, remedy=remedy))
        named = [name for s in params.services for name in (s.measure, s.modification) if name] or [NEED]
        absent = [name for name in dict.fromkeys(named) if not setting.graph.has(name)]
        problems += [
            Problem(
                f"the regions have no attribute '{name}'",
                where="services",
                why="Standard fiscal need cannot be worked out without it.",
                remedy=f"Add a column '{name}' to the region tables, or name services by measures that the case holds.",
            )
            for name in absent
        ]
        if setting.graph.has("special_need"):
            key = setting.attribute("special_need")
            if (key < 0).any() or not key.sum() > 0:
                problems.append(
                    Problem(
                        "special needs are negative somewhere, or zero everywhere",
                        where="special_need",
                        why="The special tax is shared out in proportion to them.",
                        remedy="Give each prefecture its need, none below zero, or leave the column out.",
                    )
                )
        if not absent and (self._need(setting, params)[0] <= 0).any():
            problems.append(
                Problem(
                    "standard fiscal need is zero or less somewhere",
                    where="services" if params.services else NEED,
                    remedy="Give every prefecture a need above zero.",
                )
            )
        return problems

    def work(self, setting: Setting, params: Any) -> Worksheet:
        """See :meth:`Formula.work`."""
        law = Law(f"japan_lat_{params.period}")
        sheet = Worksheet(setting.regions, law)
        money = f"{setting.scenario.money_unit}/yr"
        figures, rule = self._need(setting, params)
        need = sheet.step("need", figures, money, rule)
        revenue = self._revenue(sheet, setting, law)
        sheet.step("strength", revenue / need, "1", "revenue / need")
        if setting.graph.has("financial_strength_index"):
            sheet.step("published_strength", setting.attribute("financial_strength_index"), "1")
        gap = sheet.step("gap", np.maximum(need - revenue, 0.0), money, "max(0, need - revenue)")
        pool = self._pool(sheet, setting, params, law)
        ordinary_pool = sheet.total(
            "ordinary_pool", law["ordinary"] * pool, money, "ordinary x pool", ("ordinary",)
        )
        gaps = sheet.total("gaps", gap.sum(), money)
        rate, rule = 0.0, "gap"
        if gaps > ordinary_pool and params.shortfall == "national":
            sheet.total("national_money", gaps - ordinary_pool, money, "gaps - ordinary_pool")
        elif gaps > ordinary_pool:
            rate, clipped = adjustment_rate(gap, need, ordinary_pool)
            rule = "max(0, gap - adjustment_rate x need)"
            if clipped:
                sheet.remark("clipped", count=clipped)
        sheet.total(
            "adjustment_rate", rate, "1", "rate at which max(0, gap - rate x need) adds up to the pool"
        )
        ordinary = sheet.step("ordinary", np.maximum(gap - rate * need, 0.0), money, rule)
        special_pool = sheet.total(
            "special_pool",
            law["special"] * pool + max(0.0, ordinary_pool - gaps),
            money,
            "special x pool + what the gaps leave of ordinary_pool",
            ("special",),
        )
        amount = ordinary
        if setting.graph.has("special_need"):
            key = setting.attribute("special_need")
            special = sheet.step(
                "special", special_pool * key / key.sum(), money, "special_pool x special_need / sum"
            )
            amount = ordinary + special
            sheet.lines = ("ordinary", "special")
        else:
            sheet.skip("special", ("special_need",))
            sheet.remark(
                "special_left", amount=f"{special_pool:,.0f}", share=f"{100 * special_pool / pool:.1f}"
            )
        sheet.step("amount", amount, money, " + ".join(sheet.lines or ("ordinary",)))
        sheet.result = sheet.money = "amount"
        sheet.remark("prefectures")
        for missing in setting.scenario.missing:
            if missing.column == TAX or (missing.column == NEED and not params.services):
                sheet.remark("stand_in", column=missing.column)
        return sheet

    @staticmethod
    def _need(setting: Setting, params: Any) -> tuple[Array, str]:
        """Equation (1), million currency a year, shape (R,), and its rule in words."""
        if not params.services:
            return setting.attribute(NEED), ""
        need, rule = np.zeros(len(setting.regions)), []
        for service in params.services:
            counted = service.unit_cost * setting.attribute(service.measure) / MILLION
            rule.append(f"{service.unit_cost:g} x {service.measure}")
            if service.modification:
                counted = counted * setting.attribute(service.modification)
                rule[-1] += f" x {service.modification}"
            need += counted
        return need, " + ".join(rule)

    @staticmethod
    def _revenue(sheet: Worksheet, setting: Setting, law: Law) -> Array:
        """Equation (2) on the sheet, million currency a year, shape (R,)."""
        money = f"{setting.scenario.money_unit}/yr"
        tax = sheet.step("tax", setting.attribute(TAX), money)
        revenue, rule, numbers = law["calculation_rate"] * tax, "calculation_rate x tax", ["calculation_rate"]
        if setting.graph.has("local_transfer_tax"):
            transfer = sheet.step("transfer_tax", setting.attribute("local_transfer_tax"), money)
            revenue = revenue + law["local_transfer_tax"] * transfer
            rule, numbers = f"{rule} + transfer_tax", [*numbers, "local_transfer_tax"]
        else:
            sheet.skip("transfer_tax", ("local_transfer_tax",))
        return sheet.step("revenue", revenue, money, rule, numbers)

    @staticmethod
    def _pool(sheet: Worksheet, setting: Setting, params: Any, law: Law) -> float:
        """Equation (4) on the sheet, or the pool that was given, million currency a year."""
        money = f"{setting.scenario.money_unit}/yr"
        if params.income_tax is None:
            if params.pool is None:
                sheet.remark("programme_pool")
            return sheet.total("pool", pool_of(setting, params), money)
        shares = {tax: law[f"share.{tax}"] for tax in TAXES}
        total = sum(share * getattr(params, tax) for tax, share in shares.items())
        rule = "prefectures_share x (" + " + ".join(f"share x {tax}" for tax in TAXES) + ")"
        numbers = [f"share.{tax}" for tax in TAXES]
        return sheet.total("pool", params.prefectures_share * total, money, rule, numbers)


def adjustment_rate(gap: Array, need: Array, pool: float) -> tuple[float, int]:
    r"""Rate :math:`a` at which :math:`\sum_r \max(0, g_r - a N_r)` is the pool, below the sum of gaps.

    The sum is convex and falls with :math:`a`, so that Newton's steps from zero, the first of which is the expression of
    article 10, rise to the root and reach it once the regions with something left no longer change.

    Parameters
    ----------
    gap, need : numpy.ndarray, shape (R,)
        Million currency a year; need is positive.
    pool : float
        Million currency a year, between zero and the sum of gaps.

    Returns
    -------
    (float, int)
        The rate, and how many regions with a gap get nothing.
    """
    left = gap > 0
    while True:
        rate = (gap[left].sum() - pool) / need[left].sum()
        stays = left & (gap > rate * need)
        if not stays.any() or (stays == left).all():
            return float(rate), int(((gap > 0) & ~stays).sum())
        left = stays
