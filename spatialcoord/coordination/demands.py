r"""What parties would ask for where nobody collected demands: a stand-in, stated openly.

Nobody has been asked. The rules say what a party of that kind is commonly said to press for, sized by figures that the case holds; they are
design choices, not forecasts. With the least budget b of a programme year,

.. math::

    \text{local government:}\quad & b\,\frac{p_r}{\sum_s p_s} \text{ with the past allocation } p \text{ where the case holds it,} & (1)\\
        & \text{else } N_r \max(0, \bar y - y_r) & (2)\\
    \text{firms:}\quad & b\,Y_r/\textstyle\sum_s Y_s & (3)\\
    \text{residents:}\quad & \tfrac12\, b\, N_r/\textstyle\sum_s N_s \text{ of each of two kinds} & (4)\\
    \text{civil society:}\quad & n_r \max(0, \bar y - y_r) & (5)

where N is people, n those of them who are among the poorest share of the nation, y income per head and Y output, of the year of the figures or
the mean over the horizon without the programme. Local governments and civil society ask for transfers, firms for infrastructure, residents for
transfers and human capital; where a scenario has no such money, for investment, and else for the first kind it has. The centre asks for
nothing, nor does an actor of which no rule is known. Gaps (2) and (5) can be many times the budget: what all of them sum up to stands
beside it in the audit trail.
"""

from __future__ import annotations

import numpy as np

from spatialcoord import registry
from spatialcoord.actors.base import baseline_income
from spatialcoord.coordination.demand_entries import Demand
from spatialcoord.coordination.demand_files import read_demands
from spatialcoord.coordination.room import Room, kinds
from spatialcoord.economy.setting import Array, Setting

__all__ = ["Demand", "own_demands", "read_demands"]

PAST, GAP, OUTPUT, PEOPLE = "past_share", "income_gap", "output_share", "people_share"


def own_demands(setting: Setting) -> tuple[Demand, ...]:
    """Demands (1)-(5) of the actors of a case, those of nothing left out; the same case gives the same demands.

    Parameters
    ----------
    setting : Setting
        Baseline.

    Returns
    -------
    tuple of Demand
        By actor, then region; `basis` names the rule. Empty where no instrument pays out of the budget.
    """
    room = Room(setting)
    if not room.instruments:
        return ()
    budget = room.budget
    income = baseline_income(setting)
    gap = np.maximum(0.0, income.sum() / setting.population.sum() - income / setting.population)
    if setting.graph.has("past_allocation") and setting.attribute("past_allocation").sum() > 0:
        past = setting.attribute("past_allocation")
        local = PAST, budget * past / past.sum()
    else:
        local = GAP, setting.population * gap
    ngo = registry.actors.get("ngo")(setting.scenario.actors.get("ngo"))
    poorest, _ = ngo.regard(setting, income, np.ones(len(income), dtype=bool))
    transfer = _kind(setting, "transfer")
    human, roads = _building(room, "human"), _building(room, "infrastructure")
    asked: list[Demand] = []

    def ask(actor: str, basis: str, amount: Array, of: list[str]) -> None:
        asked.extend(
            Demand(actor, region, name, float(sum_), basis=basis)
            for region, sum_, name in zip(setting.regions, amount, of, strict=True)
            if sum_ > 0
        )

    ask("local_government", *local, transfer)
    ask("firms", OUTPUT, budget * setting.base_output / setting.base_output.sum(), roads)
    half = 0.5 * budget * setting.share
    ask("residents", PEOPLE, half, transfer)
    ask("residents", PEOPLE, half, human)
    ask("ngo", GAP, setting.population * poorest * gap, transfer)
    merged: dict[tuple[str, str, str], Demand] = {}
    for d in asked:  # where a case has one kind of money both halves are of it
        label = (d.actor, d.region, d.instrument)
        before = merged[label].amount if label in merged else 0.0
        merged[label] = Demand(*label, before + d.amount, basis=d.basis)
    return tuple(merged.values())


def _kind(setting: Setting, wanted: str) -> list[str]:
    """A kind of money for every region: the one wanted, else investment, else the first there is."""
    known = kinds(setting)
    name = next((kind for kind in (wanted, "investment") if kind in known), next(iter(known)))
    return [name] * len(setting.regions)


def _building(room: Room, capital: str) -> list[str]:
    """For every region an instrument that builds a kind of capital and admits the region, one that builds nothing else first."""
    setting = room.setting
    able: list[tuple[int, int]] = []
    for i, name in enumerate(room.instruments):
        builds = registry.instruments.get(name)().builds(setting.scenario.instruments[name])
        built = {k for part in builds.values() for k in part} if isinstance(builds, dict) else set(builds)
        if capital in built:
            able.append((len(built), i))
    otherwise = _kind(setting, "investment" if capital == "infrastructure" else "transfer")
    found = []
    for r, kind in enumerate(otherwise):
        admits = [i for _, i in sorted(able) if room.most[r, i] > 0]
        found.append(room.instruments[admits[0]] if admits else kind)
    return found
