"""Which conclusions survive: what is the same in every plan that was made anew, and what depends on an assumption."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.explore.one_at_a_time import ENDS, Tried
from spatialcoord.explore.trials import Trial, by_region
from spatialcoord.instruments.base import of_budget
from spatialcoord.planner.case import Case
from spatialcoord.planner.dataset import at_limits
from spatialcoord.planner.solving import Outcome

CHOICES = (
    "programme",
    "objective",
    "measures",
)  # sections in which a planner decides; the others say how things are
EQUAL = 1e-3  # times the same money per head: nearer than this is the same
TIE = 1e-6  # of the plan's own gain: a gain of that size is none


def conclude(case: Case, base: Trial, tried: list[Tried]) -> dict[str, Any]:
    """Statements about all variations, each with the numbers it rests on.

    Parameters
    ----------
    case : Case
        The case.
    base : Trial
        Its plan.
    tried : list of Tried
        All variations. Ends that are the scenario's own value do not count, nor do numbers that change nothing: they would
        make every conclusion look surer than it is.

    Returns
    -------
    dict
        ``contradictory`` (key, value, why), ``inert`` (keys that change nothing), ``reversed_by`` (the planner's own choices that turn
        round what holds under ``facts``: key, value, number of regions), and a section for each scope: ``all``, and
        ``facts``, which leaves out the planner's own choices of rules and aims (:data:`CHOICES`). A section holds
        ``variations`` (those with a plan), ``beats`` (by plan and quantity: better, same, worse), ``worse_with`` (key and value
        where the plan made anew is worse by its objective), ``always_above``, ``always_below``, ``depends`` (region ids by
        money against the same money per head), ``always_at_ceiling``, ``always_at_floor``, ``no_choice`` (variations whose
        rules leave every region the same money per head; statements about regions leave them out) and ``lines`` (order by
        money, in how many variations it holds, with which keys it changes). Statements about regions and lines are of the
        plan and all plans made anew.
    """
    assert base.anew is not None
    inert = [one.range.path for one in tried if one.inert(base.anew)]
    variations = [
        (one.range.path, trial)
        for one in tried
        for end, trial in zip(ENDS, one.trials, strict=True)
        if one.differs(end) and one.range.path not in inert
    ]
    found = [(path, trial) for path, trial in variations if trial.anew is not None]
    facts = [(path, trial) for path, trial in found if path.split(".")[0] not in CHOICES]
    return {
        "contradictory": [
            {"key": path, "value": trial.values[path], "why": trial.told}
            for path, trial in variations
            if trial.anew is None
        ],
        "inert": inert,
        "all": _section(case, base, found),
        "facts": (settled := _section(case, base, facts)),
        "reversed_by": _reversed(case, [one for one in found if one not in facts], settled),
    }


def _section(case: Case, base: Trial, trials: list[tuple[str, Trial]]) -> dict[str, Any]:
    assert base.anew is not None
    own = base.anew.objective_gain
    return {
        "variations": len(trials),
        "beats": {
            plan: {q: _beats(trials, base, plan, q) for q in ("objective_gain", "index_gain")}
            for plan in ("anew", "held")
        },
        "worse_with": [
            {"key": path, "value": trial.values[path]}
            for path, trial in trials
            if trial.anew is not None and _sign(trial.anew.objective_gain, own) < 0
        ],
        **_regions(case, base, trials),
        "lines": _lines(base, trials),
    }


def _reversed(case: Case, trials: list[tuple[str, Trial]], settled: dict[str, Any]) -> list[dict[str, Any]]:
    """Choices that turn round what no assumption about facts does: a region with more gets less, or one with less gets more."""
    ids = case.setting.regions
    above, below = (np.isin(ids, settled[key]) for key in ("always_above", "always_below"))
    found = []
    for path, trial in trials:
        assert trial.outcome is not None
        ratio = ratio_to_equal(case, trial.outcome)
        count = int((above & (ratio < 1.0 - EQUAL)).sum() + (below & (ratio > 1.0 + EQUAL)).sum())
        if count:
            found.append({"key": path, "value": trial.values[path], "regions": count})
    return sorted(found, key=lambda entry: -entry["regions"])


def ratio_to_equal(case: Case, outcome: Outcome) -> Array:
    """Money of each region over that of the same money per head, shape (R,)."""
    money = by_region(outcome.amounts)
    total = float(money.sum())
    return money / (case.setting.share * total) if total > 0 else np.ones(len(money))


def _beats(trials: list[tuple[str, Trial]], base: Trial, plan: str, quantity: str) -> dict[str, int]:
    own = getattr(base.anew, quantity)
    signs = [_sign(getattr(getattr(trial, plan), quantity), own) for _, trial in trials]
    return {name: signs.count(sign) for name, sign in (("better", 1), ("same", 0), ("worse", -1))}


def _sign(gain: float, own: float) -> int:
    return 0 if abs(gain) <= TIE * abs(own) else 1 if gain > 0 else -1


def _regions(case: Case, base: Trial, trials: list[tuple[str, Trial]]) -> dict[str, Any]:
    ids = case.setting.regions
    ratios, floors, ceilings, no_choice = [], [], [], []
    for path, trial in [("", base), *trials]:
        assert trial.outcome is not None and trial.case is not None
        ratio = ratio_to_equal(trial.case, trial.outcome)
        if path and (np.abs(ratio - 1.0) <= EQUAL).all():
            no_choice.append({"key": path, "value": trial.values[path]})
            continue
        floor, ceiling = at_limits(trial.case.setting, trial.outcome)
        ratios.append(ratio)
        floors.append(floor)
        ceilings.append(ceiling)
    above = (np.array(ratios) > 1.0 + EQUAL).all(axis=0)
    below = (np.array(ratios) < 1.0 - EQUAL).all(axis=0)
    chosen = {
        "always_above": above,
        "always_below": below,
        "depends": ~above & ~below,
        "always_at_ceiling": np.all(ceilings, axis=0),
        "always_at_floor": np.all(floors, axis=0),
    }
    named = {key: [ids[i] for i in np.flatnonzero(mask)] for key, mask in chosen.items()}
    return {**named, "no_choice": no_choice}


def _lines(base: Trial, trials: list[tuple[str, Trial]]) -> dict[str, Any]:
    assert base.outcome is not None
    order = _order(base.outcome)
    changing = sorted(
        {path for path, trial in trials if trial.outcome is not None and _order(trial.outcome) != order}
    )
    holds = sum(trial.outcome is not None and _order(trial.outcome) == order for _, trial in trials)
    return {"order": order, "holds": holds, "changes_with": changing}


def _order(outcome: Outcome) -> list[str]:
    """Lines by money, most first; those that get the same stay in the order of the scenario."""
    money = {line: round(float(amount.sum()), 3) for line, amount in of_budget(outcome.amounts).items()}
    return sorted(money, key=lambda line: -money[line])
