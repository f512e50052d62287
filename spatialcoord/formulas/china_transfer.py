"""China's equalisation transfer: standard expenditure above standard revenue, times a coefficient, within bounds on growth."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field, model_validator

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.economy.water_filling import water_fill
from spatialcoord.errors import InputError, Problem
from spatialcoord.formulas.base import Formula, money_problems
from spatialcoord.formulas.china_standard import COSTS, gaps_of
from spatialcoord.formulas.china_tilt import tilt_of
from spatialcoord.formulas.law import Law
from spatialcoord.formulas.pool import Pool, pool_of
from spatialcoord.formulas.worksheet import Worksheet
from spatialcoord.scenario.parameters import quantity

formulas = registry.formulas
DESIGN = "design choice of spatialcoord, to be varied"


LAST_YEAR = "equalisation_transfer_last_year"


@formulas.register("china_transfer")
class ChinaTransfer(Formula):
    r"""Equalisation transfer of a pool :math:`P` to provinces whose standard expenditure exceeds standard revenue,

    .. math::

        R_r &= \tau B_r + U_r, \qquad \tau = \frac{\sum_s V_s}{\sum_s B_s} & (1)\\
        E_r &= c\,p_r \prod_k \kappa_{kr} & (2)\\
        g_r &= \max(0,\ E_r - R_r) & (3)\\
        D_r &= w_1\,z\Bigl(\frac{M_r}{R_r}\Bigr) + w_2\,z\Bigl(\frac{g_r}{E_r}\Bigr),
            \qquad z(x) = \frac{x-\bar x}{\sigma_x} & (4)\\
        \theta_r &= \lambda\,\max(0,\ 1 + t_D D_r + t_e e_r + t_o o_r), \qquad \sum_r \theta_r g_r = P & (5)\\
        x_r &= \min\bigl(\max(\mu\,\theta_r g_r,\ (1+a) x^0_r),\ (1+b) x^0_r\bigr), \qquad \sum_r x_r = P & (6)

    with the base :math:`B` at the national average effective rate :math:`\tau` of the revenue :math:`V`, returns and fixed
    subsidies :math:`U`, population :math:`p`, standard cost per head :math:`c`, cost coefficients :math:`\kappa`, expenditure that must
    be paid :math:`M`, tilts :math:`t` to difficulty, ethnic areas :math:`e` and old revolutionary areas :math:`o`, and last year's
    transfer :math:`x^0`. Without tilts (5) is one coefficient, the pool over the sum of gaps. Means and deviations in (4) are over
    provinces with a gap.

    The measures give (1)-(4) in form. They work out revenue tax by tax and expenditure by function and level of government, mix
    pool over gaps and difficulty with weights that are not published, and publish no band for the control of growth: one base,
    one cost per head, the form of (5) and the band in (6) are this project's reading. The reward for a province's own
    equalisation among its counties, third term of article 4, is left out. Money is in million currency a year.

    References
    ----------
    财预〔2022〕58号, articles 3 to 7.
    """

    title = {"en": "China: equalisation transfer", "zh": "中国：均衡性转移支付"}
    source = "财预〔2022〕58号 (Ministry of Finance of China, 13 April 2022)"
    cases = ("china",)
    needs = ("population", "budget_expenditure")
    optional = (
        *COSTS,
        "returns_and_fixed_subsidies",
        "must_pay_expenditure",
        "old_revolutionary_share",
        "equalisation_transfer_last_year",
    )
    words = {
        "rate": {"en": "national average effective rate", "zh": "全国平均有效税率"},
        "population": {"en": "population", "zh": "人口"},
        "base": {"en": "base of standard revenue", "zh": "标准财政收入的税基"},
        "returns": {"en": "tax returns and fixed subsidies", "zh": "税收返还及固定补助"},
        "standard_revenue": {"en": "standard revenue", "zh": "标准财政收入"},
        "unit_cost": {"en": "standard cost per head", "zh": "人均支出标准"},
        "standard_cost_index": {"en": "cost of population and density", "zh": "人口规模与密度成本系数"},
        "altitude_coefficient": {"en": "cost of altitude", "zh": "海拔系数"},
        "temperature_coefficient": {"en": "cost of temperature", "zh": "温度系数"},
        "ethnic_coefficient": {"en": "cost of ethnic areas", "zh": "民族系数"},
        "standard_expenditure": {"en": "standard expenditure", "zh": "标准财政支出"},
        "gap": {"en": "gap of standard expenditure to standard revenue", "zh": "标准财政收支缺口"},
        "must_pay": {
            "en": "basic services that must be paid, over standard revenue",
            "zh": "基本公共服务必保支出与标准财政收入之比",
        },
        "gap_ratio": {"en": "gap over standard expenditure", "zh": "标准财政收支缺口与标准财政支出之比"},
        "difficulty": {"en": "coefficient of difficulty", "zh": "困难程度系数"},
        "ethnic": {"en": "ethnic area", "zh": "民族地区"},
        "old_revolutionary": {
            "en": "share of people in old revolutionary areas",
            "zh": "革命老区人口占比",
        },
        "tilt": {"en": "tilt of the coefficient", "zh": "系数倾斜倍数"},
        "coefficient": {"en": "coefficient of the transfer", "zh": "转移支付系数"},
        "by_coefficient": {"en": "gap times coefficient", "zh": "缺口乘以系数"},
        "last_year": {"en": "transfer of the year before", "zh": "上年转移支付"},
        "growth_control": {"en": "adjustment by the control of growth", "zh": "增幅控制调整"},
        "growth": {"en": "growth over the year before", "zh": "比上年增长"},
        "amount": {"en": "equalisation transfer", "zh": "均衡性转移支付"},
        "pool": {"en": "pool of a year", "zh": "年度资金总额"},
        "gaps": {"en": "sum of gaps", "zh": "缺口合计"},
        "ratio": {"en": "pool over the sum of gaps", "zh": "资金总额与缺口合计之比"},
        "one_base": {
            "en": "Standard revenue is '{revenue}' at one national rate on '{base}', where the measures go tax by tax.",
            "zh": "标准财政收入以“{base}”为单一税基、按“{revenue}”的全国平均有效率计算；办法原文按税种分别计算。",
        },
        "one_cost": {
            "en": "Standard expenditure is one cost per head for all functions (default: the nation's spending in "
            "'budget_expenditure' per head) times coefficients; the measures go by function and level of government.",
            "zh": "标准财政支出按全部支出的单一人均标准（缺省为全国人均“budget_expenditure”）乘以系数计算；办法原文按支出项目和行政层级分别计算。",
        },
        "cost_index": {
            "en": "The cost of population and density is the case's own standard cost index, a reduced form and no coefficient "
            "of the ministry.",
            "zh": "人口规模与密度成本系数取自案例自有的标准成本指数，为简约式，并非财政部公布的系数。",
        },
        "no_reward": {
            "en": "The reward for a province's own equalisation among its counties (article 4) is not worked out; nor are "
            "cities with plans of their own and the Xinjiang corps, which the measures count apart.",
            "zh": "未计算省对下均等化努力程度奖励资金（第四条）；办法中单独计算的计划单列市和新疆生产建设兵团也未分列。",
        },
        "scaled_last_year": {
            "en": "The transfer of the year before is not a published one: it is the pattern of '{column}' at the total that was "
            "given, among provinces with a gap.",
            "zh": "上年转移支付并非公布数：按“{column}”的格局、给定的总额，在有缺口的省份之间推算。",
        },
    }

    class Params(Pool):
        base: str = Field(
            "output", description="Region attribute, in money of a year, that the revenue comes from."
        )
        revenue: str = Field(
            "own_revenue",
            description="Region attribute whose national ratio to the base is the average effective rate; tax_revenue leaves "
            "charges out.",
        )
        unit_cost: float | None = quantity(
            None,
            unit="CUR per head",
            description="Standard cost per head at coefficients of one; absent: the nation's spending per head.",
            bound=(0, 1e15),
        )
        difficulty_tilt: float = quantity(
            0.0,
            unit="1",
            low=0,
            high=0.5,
            bound=(0, 1),
            source=DESIGN,
            description="How much the coefficient rises with a standard deviation of difficulty; 0: one coefficient.",
        )
        ethnic_tilt: float = quantity(
            0.0,
            unit="1",
            low=0,
            high=0.5,
            bound=(0, 2),
            source=DESIGN,
            description="How much higher the coefficient is in the ethnic areas that the law's file lists.",
        )
        old_revolutionary_tilt: float = quantity(
            0.0,
            unit="1",
            low=0,
            high=0.5,
            bound=(0, 2),
            source=DESIGN,
            description="How much higher the coefficient is where all people live in old revolutionary areas.",
        )
        last_year: str = Field(
            LAST_YEAR,
            description="Region attribute with the transfer of the year before; without it growth is not controlled.",
        )
        last_year_total: float | None = quantity(
            None,
            unit="million CUR/yr",
            description="Total that the transfer of the year before is scaled to; absent: as it stands in the table.",
            bound=(0, 1e15),
        )
        least_growth: float = quantity(
            0.0,
            unit="1/yr",
            low=-0.1,
            high=0.05,
            bound=(-1, 1e3),
            source=DESIGN,
            description="Least growth of a province's transfer.",
        )
        most_growth: float = quantity(
            0.10,
            unit="1/yr",
            low=0.05,
            high=0.3,
            bound=(-1, 1e3),
            source=DESIGN,
            description="Largest growth of a province's transfer.",
        )

        @model_validator(mode="after")
        def _in_order(self) -> Any:
            if self.least_growth > self.most_growth:
                raise InputError(
                    Problem(
                        f"the least growth {self.least_growth:g} exceeds the largest {self.most_growth:g}",
                        where="least_growth",
                        remedy="Lower 'least_growth' or raise 'most_growth'.",
                    )
                )
            return self

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Money where money is meant, somebody with a gap, and a band of growth that the pool fits into."""
        named = {"base": params.base, "revenue": params.revenue}
        # the default is a column that a case may hold; one that somebody names must be there
        if setting.graph.has(params.last_year) or params.last_year != LAST_YEAR:
            named["last_year"] = params.last_year
        problems = money_problems(setting, named)
        if problems:
            return problems
        gap = gaps_of(Worksheet(setting.regions), setting, params)
        if not gap.any():
            return [
                Problem(
                    "no province has standard expenditure above standard revenue",
                    where="",
                    remedy="Raise 'unit_cost', or look at 'budget_expenditure' and the attribute named by 'revenue'.",
                )
            ]
        last = self._last_year(setting, params, gap)
        if last is None:
            return []
        pool = pool_of(setting, params)
        low, high = (float(bound.sum()) for bound in self._band(params, gap, last, pool))
        if low <= pool * (1 + 1e-12) and pool * (1 - 1e-12) <= high:
            return []
        return [
            Problem(
                f"a pool of {pool:,.0f} does not fit the growth of last year's {last.sum():,.0f} by "
                f"{params.least_growth:.1%} to {params.most_growth:.1%} ({low:,.0f} to {high:,.0f})",
                where="pool",
                remedy="Give another pool, widen 'least_growth' and 'most_growth', or set 'last_year_total'.",
            )
        ]

    def work(self, setting: Setting, params: Any) -> Worksheet:
        """See :meth:`Formula.work`."""
        law = Law("china_transfer_2022")
        sheet = Worksheet(setting.regions, law)
        money = f"{setting.scenario.money_unit}/yr"
        gap = gaps_of(sheet, setting, params)
        pool = sheet.total("pool", pool_of(setting, params), money)
        total = sheet.total("gaps", gap.sum(), money)
        sheet.total("ratio", pool / total, "1", "pool / gaps")
        tilt = tilt_of(sheet, setting, params, law)
        coefficient = sheet.step(
            "coefficient", tilt * pool / (tilt * gap).sum(), "1", "tilt x pool / sum of tilt x gap"
        )
        wanted = coefficient * gap
        last = self._last_year(setting, params, gap)
        if last is None:
            sheet.skip("growth_control", (params.last_year,))
            amount = wanted
        else:
            if params.last_year_total is not None:
                sheet.remark("scaled_last_year", column=params.last_year)
            sheet.step("by_coefficient", wanted, money, "coefficient x gap")
            sheet.step("last_year", last, money)
            amount = water_fill(wanted, pool, *self._band(params, gap, last, pool))
            sheet.step("growth_control", amount - wanted, money, "amount - by_coefficient")
            growth = np.divide(amount, last, out=np.full(len(last), np.nan), where=last > 0) - 1.0
            sheet.step("growth", growth, "1/yr", "amount / last_year - 1")
            sheet.lines = ("by_coefficient", "growth_control")
        sheet.step(
            "amount",
            amount,
            money,
            "coefficient x gap" if last is None else "by_coefficient + growth_control",
        )
        sheet.result = sheet.money = "amount"
        sheet.remark("one_base", revenue=params.revenue, base=params.base)
        sheet.remark("one_cost")
        sheet.remark("no_reward")
        return sheet

    @staticmethod
    def _last_year(setting: Setting, params: Any, gap: Array) -> Array | None:
        """Transfer of the year before of provinces with a gap, million currency, shape (R,); None where none is held."""
        if not setting.graph.has(params.last_year):
            return None
        last = np.where(gap > 0, np.maximum(setting.attribute(params.last_year), 0.0), 0.0)
        if not last.any():
            return None
        return last if params.last_year_total is None else last * params.last_year_total / last.sum()

    @staticmethod
    def _band(params: Any, gap: Array, last: Array, pool: float) -> tuple[Array, Array]:
        """Least and largest transfer by the control of growth, shape (R,); none holds for who got nothing the year before."""
        new = np.where(gap > 0, pool, 0.0)
        return (1.0 + params.least_growth) * last, np.where(last > 0, (1.0 + params.most_growth) * last, new)
