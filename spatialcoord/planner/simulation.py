"""The twin's part of a plan: a variable of the Dataset and a section of the summary."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.economy.setting import Setting
from spatialcoord.planner.confirm import Confirmed, Unsettled
from spatialcoord.planner.evaluate import objective_unit
from spatialcoord.planner.solving import Outcome
from spatialcoord.planner.twin import mechanisms


def simulated_per_head(confirmed: Confirmed | Unsettled) -> dict[str, Any]:
    """What is made equal per head in the simulation, by outcome and region; nothing where it does not settle."""
    if isinstance(confirmed, Unsettled):
        return {}
    paths = (confirmed.before, confirmed.after, confirmed.equal)
    return {"simulated_per_head": (("outcome", "region"), np.stack([path.value for path in paths]))}


def simulated_summary(setting: Setting, outcome: Outcome, confirmed: Confirmed | Unsettled) -> dict[str, Any]:
    """Planner's value, its bracket, the simulated value, and how far they are apart; or why there is no simulated value."""
    if isinstance(confirmed, Unsettled):
        return {"settled": False, "reason": confirmed.reason, "mechanisms": mechanisms(setting)}
    options = setting.scenario.simulation
    certificate, after = outcome.certificate, confirmed.after
    bracket = sorted((certificate["objective_model"], certificate["objective_bound"]))
    rest = {} if confirmed.in_force is None else {"in_force": confirmed.in_force.objective}
    return {
        "settled": True,
        "before": confirmed.before.objective,
        "after": after.objective,
        "equal_per_head": confirmed.equal.objective,
        **rest,
        "planner": certificate["objective_recomputed"],
        "lower": bracket[0],
        "upper": bracket[1],
        "unit": objective_unit(setting),
        "model_gap": confirmed.gap,
        "output_gap": confirmed.output_gap,
        "tolerance": options.tolerance,
        "within": confirmed.within(options.tolerance),
        "index": {
            "before": confirmed.before.index,
            "after": after.index,
            "equal_per_head": confirmed.equal.index,
        },
        "output_gained": {
            "planner": outcome.after.output_gain,
            "simulated": after.output_gain,
            "unit": f"{setting.scenario.money_unit}/yr",
        },
        "mechanisms": mechanisms(setting, after.path),
        "missing": list(after.path.missing),
        "assumed": list(confirmed.assumed),
        "rounds": confirmed.rounds,
        "accepted": confirmed.accepted,
    }
