"""What a cycle found, in plain values."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.coordination.cycle_rules import Agreed
from spatialcoord.coordination.expression import Expressed
from spatialcoord.coordination.satisfaction import satisfaction
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.planner.solving import Outcome
from spatialcoord.planner.twin import Simulated, index_of

MILLION = 1e6


def satisfied(expressed: Expressed | None, amounts: dict[str, Array]) -> dict[str, Any]:
    """What was asked, accepted and met, in all and by actor."""
    if expressed is None:
        return {}
    met = satisfaction(expressed, amounts)
    return {
        "demands": len(expressed.demands),
        "asked": float(expressed.asked.sum()),
        "accepted": float(expressed.accepted.sum()),
        "excluded": len(expressed.excluded),
        "met": met.total,
        "met_by_actor": dict(met.actor),
    }


def told_plan(setting: Setting, outcome: Outcome) -> dict[str, float]:
    return {
        "index_before": outcome.before.index,
        "index": outcome.after.index,
        "output_gain": outcome.after.output_gain,
        "money": float(sum(a.sum() for a in outcome.amounts.values())),
        "budget": float(setting.budget.sum()),
    }


def told_simulation(setting: Setting, seen: Simulated, same: Simulated, none: Simulated) -> dict[str, float]:
    return {
        "index": seen.index,
        "index_same_per_head": same.index,
        "index_no_programme": none.index,
        "mean": seen.mean,
        "mean_same_per_head": same.mean,
        "mean_no_programme": none.mean,
        "output_gain": seen.output_gain,
        "output_gain_same_per_head": same.output_gain,
        "people": float(setting.population.sum()),
    }


def told_agreement(setting: Setting, agreed: Agreed, kept: Array | None) -> dict[str, Any] | None:
    if agreed.agreement is None or kept is None:
        return None
    agreement, seats = agreed.agreement, agreed.agreement.held.seats
    owners = np.array(seats.actor)
    return {
        "institutions": {
            j.name: {"kind": j.terms.kind, "members": list(j.ids), "delay": j.terms.delay, "cost": j.cost}
            for j in agreed.joints
        },
        "total": agreement.total,
        "kept_total": agreement.total + float((kept - agreement.income)[agreement.held.members].sum()),
        "units": list(agreement.held.table.ids),
        "income": agreement.income.tolist(),
        "paid": agreement.paid.tolist(),
        "gain_by_actor": {
            name: float(agreement.gain[owners == name].sum()) for name in dict.fromkeys(seats.actor)
        },
        "least_gain": float(agreement.gain.min()),
        "unit": f"{setting.scenario.money_unit}/yr",
    }


def realised(
    setting: Setting, seen: Simulated, none: Simulated, agreed: Agreed, kept: Array | None
) -> dict[str, Any]:
    """What came of plan and agreement together: simulated plan, and of the agreement what was kept."""
    spread = np.zeros(len(setting.regions))
    if agreed.agreement is not None and kept is not None:
        table = agreed.agreement.held.table
        per_head = MILLION * kept / table.total(setting.purchasing_persons)
        spread = np.asarray(table.member.T @ per_head)
    income = setting.scenario.objective.of == "income"
    value = seen.value + spread if income else seen.value
    agreed_total = 0.0 if kept is None else float(kept.sum())
    return {
        "index": index_of(setting, value, seen.persons),
        "output_gain": seen.output_gain + agreed_total,
        "mean_gain": float(value @ seen.persons / seen.persons.sum()) - none.mean,
        "value": value.tolist(),
    }
