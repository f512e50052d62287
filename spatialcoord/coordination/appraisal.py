"""What a cycle is worth: the certificate of its agreement, benefits against costs by party, and a contrast in what is observed."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.coordination.benefit_cost import PLAN, benefit_cost, of_regions
from spatialcoord.coordination.contrasts import difference_in_differences
from spatialcoord.coordination.efficiency import efficiency, remade
from spatialcoord.coordination.observation import Panel
from spatialcoord.coordination.solutions import Agreement
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.planner.evaluate import Evaluation
from spatialcoord.planner.twin import Simulated


def certificate(agreement: Agreement, plan: Evaluation, amounts: dict[str, Array]) -> dict[str, Any]:
    """Whether an agreement is Pareto optimal, and how far below the first best, million currency a year."""
    proof = efficiency(agreement, remade(agreement.held.joints, plan, amounts))
    return {
        "pareto_optimal": proof.optimal,
        "could_be_added": proof.more,
        "most_under_the_rules": proof.most,
        "first_best": proof.first_best,
        "second_best": proof.second_best,
    }


def worthwhile(setting: Setting, seen: Simulated, others: dict[str, Simulated]) -> list[dict[str, Any]]:
    """Benefits and costs of the simulated plan against other allocations, by region and in all; million currency a year.

    Parameters
    ----------
    setting : Setting
        Of the simulated world.
    seen : Simulated
        The plan.
    others : dict of Simulated
        By name: no programme, the same money per head.

    Returns
    -------
    list of dict
        Party ("" for all regions together), against, benefit, cost, net, ratio (None where the party pays no more) and case.
    """
    payoffs, costs = {}, {}
    for name, one in {PLAN: seen, **others}.items():
        benefit, cost = of_regions(setting, one)
        parties = (*setting.regions, "")
        payoffs[name] = dict(zip(parties, [*map(float, benefit), float(benefit.sum())], strict=True))
        costs[name] = dict(zip(parties, [*map(float, cost), float(cost.sum())], strict=True))
    return [
        {
            "party": one.party,
            "counterfactual": one.against,
            "benefit": one.benefit,
            "cost": one.cost,
            "net": one.net,
            "ratio": one.ratio if np.isfinite(one.ratio) else None,
            "case": one.case,
        }
        for one in benefit_cost(payoffs, costs)
    ]


def contrast(panel: Panel) -> dict[str, Any]:
    """Difference in differences between regions above and below the median of money per head, in ln output."""
    found = difference_in_differences(panel)
    return {
        "status": found.status,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "trend_p": found.trend_p,
    }
