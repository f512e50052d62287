"""The central government: welfare of all regions in money, less what raising public money costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.actors.base import DESIGN, MILLION, Actor, Evaluated, Titles, baseline_income, income_change
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.registry import actors
from spatialcoord.scenario.parameters import Parameters, quantity

STEP = 1e-6  # of a region's income, for the worth of a unit of it


@actors.register("central_government")
class CentralGovernment(Actor):
    r"""Equity-adjusted mean income times people, less the excess burden of public money,

    .. math::

        U &= P\,\mu\,(1-\lambda I) - (c-1)\,T & (1)\\
        T &= \textstyle\sum_r (\nu \phi_r \sum_s (P_s-\ell_s) + \ell_r + n^{+}_r + d_r) & (2)

    with people P, mean income :math:`\mu`, index I and weight :math:`\lambda` of the scenario's own objective (zero where it
    maximises the mean), marginal cost of public funds c, and public money T that is raised for the plan: of the programme's financing
    the share :math:`\nu` that is raised anew, tax under rates of a region's own, own co-finance beyond what would have been
    invested, debt service. Money taken from a budget that exists has its burden without the programme as well; what else it would
    have been spent on is not known and not counted.

    An objective that minimises an index has no unit of money; then (1) takes the scenario's measures where they may
    stand over a mean, else the Gini coefficient, with its inequality_weight. Income is at common prices where the case has price levels, a
    unit of purchasing power counted as one of money. A proxy: the extra revenue of a larger output is not taken off T.
    """

    title = {"en": "Central government", "zh": "中央政府"}
    source = "Welfare: Sen 1976, Real national income; cost of public funds: Dahlby 2008, The marginal cost of public funds, from memory"
    regional = False
    government = True
    words = {
        "welfare": {"en": "equity-adjusted income", "zh": "经公平调整的收入"},
        "public_money": {"en": "excess burden of public money", "zh": "公共资金的额外负担"},
    }

    class Params(Parameters):
        """Parameters of the central government."""

        cost_of_public_funds: float = quantity(
            1.3,
            unit="1",
            low=1.1,
            high=1.5,
            bound=(1, None),
            source="Dahlby 2008, The marginal cost of public funds, from memory",
            description="Marginal cost of public funds: what a unit of public money costs those who pay it.",
        )
        newly_raised: float = quantity(
            1.0,
            unit="share of the programme's financing",
            low=0.0,
            high=1.0,
            bound=(0, 1),
            source=DESIGN + ": the whole programme is new money unless the scenario says otherwise",
            description="Share of the financing that is raised anew; the rest comes from budgets that exist and adds no burden.",
        )

    def note(self, setting: Setting) -> Titles:
        new, cost = self.params.newly_raised, f"{self.params.cost_of_public_funds:g}"
        share = f"{100.0 * new:.3g}%"
        priced = setting.graph.has("price_level")
        return {
            "en": "The figure of the central government (whoever governs all these regions) is not its budget: it is the income of all regions, weighed for equity as the objective "
            f"weighs it, less the excess burden of public money. {'The whole' if new == 1 else share} of the programme's financing is "
            f"counted as newly raised, each unit of which costs those who pay it {cost}. Money of a budget that exists would add no "
            "such burden (actors.central_government.newly_raised); what it would otherwise have paid for is not known."
            + (
                " Income is at common prices, a unit of purchasing power counted as one of money."
                if priced
                else ""
            ),
            "zh": "中央政府（即统辖这些地区的一级政府）的数额不是其预算，而是按目标函数的公平权重调整后的全部地区收入，减去公共资金的额外负担。"
            f"计划筹资的{'全部' if new == 1 else share}按新筹集的公共资金计，每一单位使出资者付出{cost}；"
            "取自既有预算的资金不增加这种负担（actors.central_government.newly_raised），其原有用途不得而知。"
            + ("收入按共同价格计，一单位购买力计为一单位货币。" if priced else ""),
        }

    def parts(self, setting: Setting, evaluation: Evaluated) -> dict[str, Array]:
        accounts = evaluation.collapsed
        welfare = _welfare(setting, baseline_income(setting) + income_change(setting, evaluation))
        raised = sum(
            (self.params.newly_raised if name == "financing" else 1.0) * float(accounts[name].sum())
            for name in ("financing", "levy", "cofinance_additional", "debt_cost")
        )
        return {
            "welfare": np.array([welfare]),
            "public_money": np.array([-(self.params.cost_of_public_funds - 1.0) * raised]),
        }

    def refusal(self, setting: Setting) -> str:
        return (
            "The payoff of the central government is the plan's own objective in money: the equity-adjusted mean, less what public "
            "money costs. Write objective.kind: equity_adjusted_mean, which every plan has unless it says otherwise; what the plan "
            "is worth to the central government stands in its report."
        )

    def regard(self, setting: Setting, income: Array, concerned: Any) -> tuple[Array, float]:
        worth = np.empty_like(income)
        for region, step in enumerate(STEP * income):
            more, less = income.copy(), income.copy()
            more[region], less[region] = income[region] + step, income[region] - step
            worth[region] = (_welfare(setting, more) - _welfare(setting, less)) / (2.0 * step)
        return worth, 0.0


def _welfare(setting: Setting, income: Array) -> float:
    """Equity-adjusted mean income times people, million currency a year, of income in million a year, shape (R,)."""
    per_head = MILLION * income / setting.purchasing_persons
    mean = float(setting.share @ per_head)
    return float(setting.population.sum() / MILLION * mean * (1.0 - _inequality(setting, per_head)))


def _inequality(setting: Setting, per_head: Array) -> float:
    r"""Weighted index :math:`\lambda I` of (1)."""
    objective = setting.scenario.objective
    if objective.kind == "maximise_mean":
        return 0.0
    over_mean = all(registry.measures.get(name).over_mean for name in objective.weights)
    index = setting.weighted_disparity(per_head) if over_mean else setting.disparity("gini", per_head)
    return float(objective.inequality_weight * index)
