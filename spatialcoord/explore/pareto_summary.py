"""What ``summary.json`` says of a front, and where the plan of ``run`` stands against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.explore.epsilon import AUGMENTATION
from spatialcoord.explore.sweep import SAME
from spatialcoord.messages import catalogue

if TYPE_CHECKING:
    from spatialcoord.explore.pareto import Traced


def summary(traced: Traced, wanted: int, lang: str) -> dict[str, Any]:
    """What ``summary.json`` says of a front."""
    from spatialcoord.explore.pareto_words import sentences  # which reads from here

    front, knee = traced.front, traced.knee
    names = [a.name for a in traced.aims]
    currency = traced.case.scenario.currency

    def by_name(values: Any) -> dict[str, float]:
        return dict(zip(names, map(float, values), strict=True))

    planned = [a.of(traced.case.setting, traced.outcome.after) for a in traced.aims]
    sought = names[front.sought]
    return {
        "fingerprint": traced.case.fingerprint,
        "case": traced.case.scenario.case,
        "objectives": [
            {
                "name": a.name,
                "title": a.title["en"],
                "unit": a.unit.format(currency=currency),
                "better": "more" if a.maximise else "less",
                "best": float(best),
                "worst": float(worst),
            }
            for a, best, worst in zip(traced.aims, traced.best, traced.worst, strict=True)
        ],
        "points": len(front.points),
        "points_wanted": wanted,
        "not_proved": [i + 1 for i, p in enumerate(front.points) if not p.proved],
        "ends_proved": all(end.proved for end in front.ends),
        "method": {
            "name": "augmented epsilon-constraint, lexicographic payoff table",
            "sought": sought,
            "augmentation": AUGMENTATION,
            "tolerance": SAME,
            "searches": front.searches,
            "bounds_binding": front.binding,
            "bounds_slack": front.slack,
            "dropped": front.dropped,
            "unanswered": front.closed,
            "largest_solver_gap": max((p.gap for p in front.points if np.isfinite(p.gap)), default=None),
        },
        "knee": None
        if knee is None
        else {
            "point": knee + 1,
            "method": "farthest from the line through the ends, normalised (Das 1999)"
            if len(names) == 2
            else "nearest to the best of all, normalised (Yu 1973)",
            "bulge": float(traced.bulge[knee]),
            "values": by_name(traced.values[knee]),
        },
        "plan": {
            "values": by_name(planned),
            "objective": traced.case.scenario.objective.kind,
            "attainable": None if traced.opposite is None else by_name(traced.opposite.values),
            "below_front": below_front(traced),
            "share_of_range": share_below(traced),
        },
        "price_of_equality": None
        if not np.isfinite(traced.prices).any()
        else {
            "step": float(traced.step),
            "index": names[traced.index or 0],
            "unit": f"{currency} per head",
            "least": float(np.nanmin(traced.prices)),
            "most": float(np.nanmax(traced.prices)),
            "at_knee": None
            if knee is None or not np.isfinite(traced.prices[knee])
            else float(traced.prices[knee]),
        },
        "seconds": traced.seconds,
        "sentences": sentences(traced, wanted, catalogue(lang)),
    }


def below_front(traced: Traced) -> float | None:
    """What the plan of ``run`` lacks in the objective that is sought, at its own values of the others, in its unit."""
    if traced.opposite is None:
        return None
    k = traced.front.sought
    aim = traced.aims[k]
    lacks = float(traced.opposite.values[k] - aim.of(traced.case.setting, traced.outcome.after))
    return lacks if aim.maximise else -lacks


def share_below(traced: Traced) -> float | None:
    """The same as a share of the range of that objective."""
    lacks, k = below_front(traced), traced.front.sought
    span = abs(float(traced.best[k] - traced.worst[k]))
    return None if lacks is None or span == 0.0 else lacks / span
