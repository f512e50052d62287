"""Bargaining over a finite set of outcomes without lotteries: every rule by looking at all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.agreement import NOTHING, Bargain, agreement
from spatialcoord.games.basics import Vector
from spatialcoord.games.outcomes import Outcomes


def best_point(outcomes: Outcomes, names: tuple[str, ...], d: Vector, v: Vector, rule: str) -> Bargain:
    """The best of the points themselves; ties are told."""
    size = float(max(np.abs(outcomes.utilities).max(), np.abs(d).max())) or 1.0
    u, d = outcomes.utilities.T / size, d / size
    fine = np.flatnonzero((u >= d - 1e-12).all(axis=1))
    if not fine.size:
        raise InputError(
            Problem(
                "no outcome gives every party at least what it has without an agreement",
                why="then there is nothing to bargain over",
                remedy="Check the disagreement point and the outcomes.",
            )
        )
    gains = np.maximum(u[fine] - d, 0.0)
    ideal = u[fine].max(axis=0)
    reach = ideal - d
    can = reach > NOTHING
    keep = np.flatnonzero(can)
    if rule == "nash":
        with np.errstate(divide="ignore"):
            scores = (np.log(gains[:, keep]) @ v[keep])[:, None]
    elif rule == "utilitarian":
        scores = (u[fine] @ v)[:, None]
    elif rule == "leximin":
        scores = np.sort(u[fine], axis=1)
    else:
        s = {"kalai_smorodinsky": reach, "egalitarian": np.ones(len(d)), "proportional": v}[rule]
        scores = np.sort(gains[:, keep] / s[keep], axis=1) if keep.size else np.zeros((len(fine), 1))
    # parties may each be able to gain but never all at once: then the Nash product is 0 everywhere
    if rule == "nash" and keep.size and np.isneginf(scores).all():
        raise InputError(
            Problem(
                "at no point do all parties that could gain do so",
                why="the Nash product is 0 everywhere",
                remedy="Allow lotteries over the points.",
            )
        )
    scores = np.round(scores, 12)
    order = np.lexsort(scores.T[::-1])
    best = int(order[-1])
    ties = [outcomes.labels[fine[k]] for k in order[:-1] if (scores[k] == scores[best]).all()]
    z = np.zeros(len(u))
    z[fine[best]] = 1.0
    level = float(scores[best][0])
    if rule == "nash":
        level += float(v[keep].sum() * np.log(size))
    elif rule != "kalai_smorodinsky":
        level *= size
    gain = gains[best] * size
    result = agreement(
        outcomes.labels, names, d * size, gain, ideal * size, can, rule, z, level, 0.0, {}, np.zeros(0)
    )
    if not ties:
        return result
    told = f"as good by this rule: {', '.join(sorted(ties)[:10])}" + (" and more" if len(ties) > 10 else "")
    return replace(result, note="; ".join(filter(None, [result.note, told])))
