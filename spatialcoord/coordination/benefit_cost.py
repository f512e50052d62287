r"""What a plan is worth to each party against what it costs it, beside other ways to spend.

.. math::

    \text{net}_a = \Delta B_a - \Delta C_a, \qquad
    \text{ratio}_a = \Delta B_a / \Delta C_a \;\text{ if }\; \Delta C_a > 0 \qquad (1)

with differences to a counterfactual: no programme, the same money per head, what a formula of law would give.
Where a party pays no more than there, no ratio exists and none is made up: the case says which it is. Ratios
do not rank parties or plans by size; the net benefit does (Boardman, Greenberg, Vining and Weimer,
Cost-Benefit Analysis, chapter on decision rules, from memory).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.planner.twin import Simulated

PLAN = "plan"
NOTHING = 1e-9  # of the largest figure: less is none


@dataclass(frozen=True)
class BenefitCost:
    """One party's figures against one counterfactual, million currency a year where the figures given are.

    Attributes
    ----------
    party, against : str
        Party and counterfactual.
    benefit, cost, net : float
        Differences (1).
    ratio : float
        Benefit over additional cost; not a number where there is none.
    case : str
        ``ratio``; ``free``: it pays the same; ``saves``: it pays less; ``nothing``: it neither pays nor gains
        otherwise. Sentences stand in the messages (``learning.benefit_cost``).
    """

    party: str
    against: str
    benefit: float
    cost: float
    net: float
    ratio: float
    case: str


def benefit_cost(
    payoffs: Mapping[str, Mapping[str, float]], costs: Mapping[str, Mapping[str, float]]
) -> list[BenefitCost]:
    """Equation (1) for every party and counterfactual.

    Parameters
    ----------
    payoffs, costs : mapping of str to mapping of str to float
        By allocation, ``plan`` among them, then by party: benefits before costs, and costs, in one unit of
        money.

    Returns
    -------
    list of BenefitCost
        Counterfactuals in the order given, in each of them the parties of the plan.

    Raises
    ------
    ValueError
        Without a plan or with other allocations or parties in one of the two.
    """
    if PLAN not in payoffs or payoffs.keys() != costs.keys():
        raise ValueError("payoffs and costs are not of the same allocations with a 'plan' among them")
    parties = list(payoffs[PLAN])
    if any(set(table) != set(parties) for table in (*payoffs.values(), *costs.values())):
        raise ValueError("payoffs and costs are not of the same parties in every allocation")
    every = [abs(v) for tables in (payoffs, costs) for table in tables.values() for v in table.values()]
    least = NOTHING * max(every, default=0.0)
    return [
        _compared(
            party,
            against,
            payoffs[PLAN][party] - payoffs[against][party],
            costs[PLAN][party] - costs[against][party],
            least,
        )
        for against in payoffs
        if against != PLAN
        for party in parties
    ]


def _compared(party: str, against: str, benefit: float, cost: float, least: float) -> BenefitCost:
    case = (
        "ratio"
        if cost > least
        else "saves"
        if cost < -least
        else "free"
        if abs(benefit) > least
        else "nothing"
    )
    ratio = benefit / cost if case == "ratio" else np.nan
    return BenefitCost(party, against, benefit, cost, benefit - cost, ratio, case)


def of_regions(setting: Setting, seen: Simulated) -> tuple[Array, Array]:
    """Benefits and costs of every region on a simulated path, against no programme, weighted over years.

    Benefits are output gained, money that is income when it arrives, net compensation, and capital left at
    the end; costs are the region's share in paying for the programme, taxes beyond base rates, its
    governments' additional own money, that of its firms, and service of debt.

    Returns
    -------
    benefits, costs : numpy.ndarray, shape (R,)
        Million currency a year; benefits less costs is the change of income, and capital left.
    """
    path, in_years = seen.path, setting.weight @ setting.year_in_period
    gained = (path.output - setting.output) @ setting.weight
    benefits = gained + (path.money["income"] + path.money["compensation"]) @ in_years
    benefits = benefits + path.remaining * setting.terminal_weight
    own = sum((path.money[name] for name in ("own_additional", "firms", "debt")), path.levy + path.financing)
    return np.asarray(benefits), np.asarray(own @ in_years)
