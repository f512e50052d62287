"""What a planner may say of a plan against the same money per head, and what must be said first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Setting
from spatialcoord.messages import catalogue, languages
from spatialcoord.planner.evaluate import better, index_unit, objective_unit, objective_value
from spatialcoord.planner.sensitivity import Variation, index_gain
from spatialcoord.planner.solving import Outcome

# a difference nobody would notice: of an index (relative to itself above one), and of a mean relative to itself
MATERIAL_INDEX = 1e-5
MATERIAL_MEAN = 1e-6
FALL = 1e-7  # of output: a smaller fall is the arithmetic's


def verdict(setting: Setting, outcome: Outcome, variations: list[Variation]) -> dict[str, Any]:
    """Better than, indistinguishable from, or worse than the same money per head.

    The plan is judged in its objective, and in the index where the objective holds one. The range is over horizons,
    elasticities and spillovers with the plan as it is (plans made anew are told beside it). A gain counts only beyond what
    nobody would notice and beyond the bracket of the piecewise response.

    Returns
    -------
    dict
        `label`, `text_key` of the sentence, `gain` and `range` with their `unit` (the index, or the objective where that is the
        mean or an actor's payoff), `objective_gain` and `objective_range`.
    """
    objective = setting.scenario.objective
    fixed = [v for v in variations if not v.replanned]
    plan, equal = (objective_value(setting, e) for e in (outcome.after, outcome.equal_per_head))
    own = better(setting, plan, equal)
    index = index_gain(outcome.after, outcome.equal_per_head)
    objective_range = _range([own, *(v.objective_gain for v in fixed)])
    index_range = _range([index, *(v.gain for v in fixed)])
    apart = not objective.weighs_disparity
    bracket = abs(outcome.certificate["objective_bound"] - plan)
    least = MATERIAL_INDEX * max(1.0, outcome.after.index)
    level = least if objective.kind == "minimise_index" else MATERIAL_MEAN * abs(plan)
    judged = [(objective_range, max(level, bracket))]
    if not apart:
        judged.append((index_range, least))
    if all(low > least for (low, _), least in judged):
        label = "better"
    elif objective_range[1] < -judged[0][1]:
        label = "worse"
    else:
        label = "indistinguishable"
    kind = {"maximise_mean": "mean_", "actor": "actor_"}.get(objective.kind, "")
    return {
        "label": label,
        "text_key": f"summary.verdict.{kind}{label}",
        "gain": own if apart else index,
        "range": objective_range if apart else index_range,
        "unit": objective_unit(setting) if apart else index_unit(setting),
        "objective_gain": own,
        "objective_range": objective_range,
    }


def warnings_of(setting: Setting, outcome: Outcome) -> list[dict[str, str]]:
    """What must be said before anything else: a plan worse than none, or than the same money per head."""
    plan = objective_value(setting, outcome.after)
    keys = []
    outcome_of = registry.outcomes.get(setting.scenario.objective.of)
    if not np.any(outcome_of.factor(setting, "financing")):
        keys.append("status.financing_left_out")
    if not outcome.best_proven:
        keys.append("status.best_not_proved")
    for key, other in (("worse_than_before", outcome.before), ("worse_than_equal", outcome.equal_per_head)):
        value = objective_value(setting, other)
        if better(setting, plan, value) < -MATERIAL_MEAN * abs(value):
            keys.append(f"status.{key}")
    return [{lang: catalogue(lang).t(key) for lang in languages()} for key in keys]


def output_falls(output: Mapping[str, Any], simulated: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """A sentence where total output falls below that of no programme, in the plan or in its simulation; else nothing.

    Parameters
    ----------
    output : mapping
        What the summary says of output: ``before``, ``gained`` and ``unit``, a year.
    simulated : mapping or None
        The gain by ``planner`` and as ``simulated``, in the same unit; None where the simulation does not settle.

    Returns
    -------
    list of dict
        By language.
    """
    least = -FALL * abs(output["before"])
    if simulated is None:  # the planner's gain has to do
        simulated = {"planner": output["gained"], "simulated": 0.0}
    fallen = [side for side in ("planner", "simulated") if simulated[side] < least]
    if not fallen:
        return []
    alone = {"planner": "_planned", "simulated": "_simulated"}
    key = "status.output_falls" + (alone[fallen[0]] if len(fallen) == 1 else "")
    unit = str(output["unit"])

    def told(lang: str) -> str:
        words = catalogue(lang)
        return words.t(
            key,
            **{
                side: ("+" if simulated[side] > 0 else "")
                + words.money(simulated[side], unit).replace("-", "−")
                for side in ("planner", "simulated")
            },
        )

    return [{lang: told(lang) for lang in languages()}]


def _range(values: list[float]) -> list[float]:
    return [min(values), max(values)]
