r"""Bargaining solutions: from what can be agreed on and what there is without an agreement to one outcome.

With utilities :math:`u`, disagreement :math:`d`, gains :math:`g = u - d \ge 0` and weights :math:`v`:

.. math:: \text{nash: } \max \sum_i v_i \ln g_i \qquad (1)

.. math:: \text{kalai\_smorodinsky, egalitarian, proportional: } \operatorname{leximin}_i\ g_i / s_i,\quad
          s_i = u^{\max}_i - d_i,\ 1,\ v_i \qquad (2)

.. math:: \text{leximin: } \operatorname{leximin}_i\ u_i,\qquad \text{utilitarian: } \max \sum_i v_i u_i \qquad (3)

all over outcomes with :math:`u \ge d`. Leximin in (2) first raises the least of the scaled gains as far as it goes (this common level is
what Kalai and Smorodinsky, and the egalitarian rule, ask for), then the next, so that nothing is left on the table.
Utilities must be amounts that can be weighed (money), never values of a disparity index.

References
----------
Nash, J. F. (1950), The bargaining problem, Econometrica 18(2). Kalai, E. and Smorodinsky, M. (1975), Other solutions to Nash's bargaining
problem, Econometrica 43(3). Imai, H. (1983), Individual monotonicity and lexicographic maxmin solution, Econometrica 51(2). Kalai, E. (1977),
Proportional solutions to bargaining situations, Econometrica 45(7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from spatialcoord.errors import InputError, Problem, SolveError
from spatialcoord.games.game import Vector, number_of
from spatialcoord.games.outcomes import Outcomes

Rule = Literal["nash", "kalai_smorodinsky", "egalitarian", "proportional", "utilitarian", "leximin"]
RULES = ("nash", "kalai_smorodinsky", "egalitarian", "proportional", "utilitarian", "leximin")
NOTHING = 1e-9  # of the largest gain: a party that can gain less cannot gain
CLOSED = 1e-12  # certified gap of the Nash solution at which it stops
ENOUGH = 1e-6  # gap above which it is not returned
ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Bargain:
    """An agreement.

    Attributes
    ----------
    rule : str
        Name of the rule.
    payoff, gain : dict of str to float
        Utility of each party, and what it gains over the disagreement point.
    ideal : dict of str to float
        The most each party can get while all others get what they have without an agreement.
    mixture : dict of str to float
        Shares of the points that are agreed on; empty for linear constraints.
    objective : float
        Sum of v ln g (nash), common level of the scaled gains (of utilities for leximin), or weighted sum (utilitarian).
    gap : float
        Nash: certified distance from the best possible objective, in logarithms (1e-6 is a millionth of the product); otherwise 0.
    certificate : dict of str to float
        Nash: prices v_i / g_i; no outcome is worth more at them than this one, up to the gap, which proves the optimum. Otherwise empty.
    note : str
        Parties that cannot gain, ties; empty when there is nothing to say.
    """

    rule: str
    payoff: Mapping[str, float]
    gain: Mapping[str, float]
    ideal: Mapping[str, float]
    mixture: Mapping[str, float]
    objective: float
    gap: float = 0.0
    certificate: Mapping[str, float] = field(default_factory=dict, repr=False)
    note: str = ""


def bargain(
    outcomes: Outcomes | Mapping[str, Any] | Any,
    disagreement: Mapping[str, float] | Iterable[float],
    rule: Rule = "nash",
    weights: Mapping[str, float] | Iterable[float] | None = None,
) -> Bargain:
    """One outcome by a rule (1) to (3).

    Parameters
    ----------
    outcomes : Outcomes, or points as :meth:`Outcomes.points` takes them
        What can be agreed on. Without lotteries (``Outcomes.points(points, lotteries=False)``) the best point itself is sought, and the
        Nash rule is then not independent of irrelevant alternatives in the sense of its axioms, which need convex sets.
    disagreement : mapping of str to float, or sequence, length n
        Utility of each party when nothing is agreed; a mapping also names the parties, otherwise they are "1", "2", ...
    rule : str
        nash, kalai_smorodinsky, egalitarian, proportional, utilitarian or leximin.
    weights : mapping or sequence, optional
        Positive weights v of nash, proportional and utilitarian; 1 each by default.

    Raises
    ------
    InputError
        An unknown rule, lengths that do not fit, weights that are not positive or that the rule does not take, nobody who can gain together
        with the others, utilities without an upper bound.
    SolveError
        The Nash solution could not be certified to 1e-6.
    """
    found = outcomes if isinstance(outcomes, Outcomes) else Outcomes.points(outcomes)
    names, d, v = _checked(found, disagreement, rule, weights)
    if found.discrete:
        return _discrete(found, names, d, v, rule)
    width = found.utilities.shape[1]
    acceptable = (-found.utilities, -d)
    ideal = np.array([found.maximise(row, *acceptable)[1] for row in found.utilities])
    reach = np.maximum(ideal - d, 0.0)
    can = reach > NOTHING * max(float(reach.max()), float(np.abs(np.concatenate([ideal, d])).max()))
    gap, certificate, level = 0.0, {}, 0.0
    if rule == "utilitarian":
        z, level, _ = found.maximise(v @ found.utilities, *acceptable)
    elif rule == "leximin":
        z, level = _leximin(found, np.zeros(len(d)), np.ones(len(d)), np.arange(len(d)), d)
    elif not can.any():
        z = found.maximise(np.zeros(width), *acceptable)[0]
    elif rule == "nash":
        z, level, gap, prices = _nash(found, d, v, reach, can)
        certificate = {name: float(p) for name, p in zip(names, prices, strict=True)}
    else:
        s = {"kalai_smorodinsky": reach, "egalitarian": np.ones(len(d)), "proportional": v}[rule]
        z, level = _leximin(found, d, s, np.flatnonzero(can), d)
    return _result(found, names, d, ideal, can, rule, z, level, gap, certificate)


def _result(
    outcomes: Outcomes,
    names: tuple[str, ...],
    d: Vector,
    ideal: Vector,
    can: Vector,
    rule: str,
    z: Vector,
    level: float,
    gap: float,
    certificate: Mapping[str, float],
) -> Bargain:
    u = outcomes.utilities @ z
    stuck = [name for name, c in zip(names, can, strict=True) if not c]
    return Bargain(
        rule,
        dict(zip(names, u.tolist(), strict=True)),
        dict(zip(names, (u - d).tolist(), strict=True)),
        dict(zip(names, ideal.tolist(), strict=True)),
        {name: float(share) for name, share in zip(outcomes.labels, z, strict=False) if share > 1e-12},
        float(level),
        float(gap),
        certificate,
        f"{', '.join(stuck)} cannot gain and {'is' if len(stuck) == 1 else 'are'} left out of the rule" if stuck else "",
    )


def _leximin(outcomes: Outcomes, origin: Vector, scale: Vector, parties: Vector, d: Vector) -> tuple[Vector, float]:
    """Lexicographic maximum of (u_i - origin_i) / scale_i, lowest first; the point z and the first level.

    As with the nucleolus, only parties that are held at the level in every optimum (positive dual) are settled at each stage.
    """
    m = outcomes.utilities.shape[1]
    floor, settled = d.astype(float).copy(), np.zeros(len(d), dtype=bool)
    cost = np.array([0.0] * m + [1.0])
    first, z = None, np.zeros(m)
    unit = float(np.abs(scale[parties]).max())
    while True:
        active = np.array([i for i in parties if not settled[i]], dtype=int)
        if not active.size:
            return z, float(first or 0.0)
        rows = np.vstack(
            [
                np.hstack([-outcomes.utilities, np.zeros((len(d), 1))]),
                np.hstack([-outcomes.utilities[active], scale[active, None]]),
            ]
        )
        point, level, duals = outcomes.maximise(cost, rows, np.concatenate([-floor, -origin[active]]), extra=1)
        z = point[:m]
        first = level if first is None else first
        # duals times scales sum to 1 over active parties, if no floor binds
        held = active[duals[len(d) :] * scale[active] > 1e-7]
        if not held.size:
            held = active
        for i in held:
            settled[i] = True
            floor[i] = max(d[i], origin[i] + scale[i] * level - 1e-11 * unit * max(1.0, abs(level)))


def _nash(
    outcomes: Outcomes, d: Vector, v: Vector, reach: Vector, can: Vector
) -> tuple[Vector, float, float, Vector]:
    r"""Maximum of (1) by tangents of the logarithm; (z, value, certified gap, prices).

    Each round is a linear programme with :math:`t_i \le \ln \hat g + (g_i - \hat g) / \hat g` for the tangents so far: an upper bound.
    Independent of it, concavity bounds the objective of every outcome by that at g plus :math:`\sum_i (v_i / g_i)(g'_i - g_i)`,
    whose largest value is found by looking at all points (or one linear programme). The smaller gap counts.
    """
    parties = np.flatnonzero(can)
    weight, size = v[parties], reach[parties]
    m, k = outcomes.utilities.shape[1], len(parties)
    # gains as shares of the largest each: the solution is invariant to that
    share, zero = outcomes.utilities[parties] / size[:, None], d[parties] / size
    bound_rows, bound_side = np.hstack([-outcomes.utilities, np.zeros((len(d), k))]), -d
    best = _leximin(outcomes, d, reach, parties, d)[0]
    tangents = {(i, float(at)) for i in range(k) for at in (0.03, 0.3, 1.0)}
    value, gap = _objective(share, zero, weight, best), np.inf
    for _ in range(ROUNDS):
        gains = np.maximum(share @ best - zero, 1e-12)
        tangents |= {(i, float(g)) for i, g in enumerate(gains)}
        rows, side = [], []
        for i, at in tangents:
            rows.append(np.concatenate([-share[i] / at, np.eye(k)[i]]))
            side.append(np.log(at) - 1.0 - zero[i] / at)
        z, upper, _ = outcomes.maximise(
            np.concatenate([np.zeros(m), weight]),
            np.vstack([bound_rows, np.array(rows)]),
            np.concatenate([bound_side, side]),
            extra=k,
        )
        new = z[:m]
        tangents |= {(i, float(g)) for i, g in enumerate(np.maximum(share @ new - zero, 1e-9))}
        best = _between(share, zero, weight, best, new)
        value = _objective(share, zero, weight, best)
        prices = weight / (share @ best - zero)
        gap = min(gap, max(0.0, upper - value), _bound(outcomes, prices, share, best, bound_side))
        if gap <= CLOSED * max(1.0, weight.sum()):
            break
    if gap > ENOUGH * max(1.0, weight.sum()):
        raise SolveError(f"The Nash solution could not be certified: a gap of {gap:.1e} was left after {ROUNDS} rounds.")
    every = np.zeros(len(d))
    every[parties] = prices / size
    return best, value + float(weight @ np.log(size)), float(gap), every


def _objective(share: Vector, zero: Vector, weight: Vector, z: Vector) -> float:
    gains = share @ z - zero
    return float(weight @ np.log(gains)) if gains.min() > 0 else -np.inf


def _between(share: Vector, zero: Vector, weight: Vector, old: Vector, new: Vector) -> Vector:
    """Best outcome on the way from one to another: bisection on the derivative of a concave function."""
    start, step = share @ old - zero, share @ (new - old)
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        gains = start + middle * step
        if gains.min() > 0 and weight @ (step / gains) > 0:
            low = middle
        else:
            high = middle
    candidates = [old + t * (new - old) for t in (0.0, low, 1.0)]
    return max(candidates, key=lambda z: _objective(share, zero, weight, z))


def _bound(outcomes: Outcomes, prices: Vector, share: Vector, best: Vector, side: Vector) -> float:
    """Largest gain in worth at the prices that any outcome has over this one."""
    worth = prices @ share
    if outcomes.labels:  # the hull of points: no solver is asked
        return max(0.0, float(worth.max() - worth @ best))
    top = outcomes.maximise(worth, -outcomes.utilities, side)[1]
    return max(0.0, top - float(worth @ best))


def _discrete(outcomes: Outcomes, names: tuple[str, ...], d: Vector, v: Vector, rule: str) -> Bargain:
    """The best of the points themselves; ties are told."""
    u = outcomes.utilities.T
    scale = max(1.0, float(np.abs(u).max()))
    fine = np.flatnonzero((u >= d - 1e-12 * scale).all(axis=1))
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
    can = reach > NOTHING * scale
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
    result = _result(outcomes, names, d, ideal, can, rule, z, float(scores[best][0]) if scores.size else 0.0, 0.0, {})
    if not ties:
        return result
    told = f"as good by this rule: {', '.join(sorted(ties)[:10])}" + (" and more" if len(ties) > 10 else "")
    return Bargain(**{**result.__dict__, "note": "; ".join(filter(None, [result.note, told]))})


def _checked(
    outcomes: Outcomes,
    disagreement: Mapping[str, float] | Iterable[float],
    rule: str,
    weights: Mapping[str, float] | Iterable[float] | None,
) -> tuple[tuple[str, ...], Vector, Vector]:
    problems: list[Problem | str] = []
    if rule not in RULES:
        problems.append(Problem(f"unknown rule {rule!r}", remedy="Rules: " + ", ".join(RULES)))
    if isinstance(disagreement, Mapping):
        names, points = tuple(map(str, disagreement)), list(disagreement.values())
    else:
        points = list(disagreement)
        names = tuple(str(i + 1) for i in range(len(points)))
    d = [number_of(x) for x in points]
    problems += [Problem(fault, f"disagreement point of {name}") for name, (_, fault) in zip(names, d, strict=True) if fault]
    if len(d) != outcomes.parties:
        problems.append(Problem(f"{len(d)} disagreement points for {outcomes.parties} parties"))
    v = np.ones(len(d))
    if weights is not None:
        if rule not in ("nash", "proportional", "utilitarian"):
            problems.append(Problem("weights", f"rule {rule}", "it takes none", "Leave them out."))
        given: list[Any]
        if isinstance(weights, Mapping):
            wrong = sorted(set(names).symmetric_difference(map(str, weights)))
            if wrong:
                problems.append(Problem(f"weights and parties differ in {', '.join(wrong)}", "weights"))
            given = [weights.get(name, 1.0) for name in names]
        else:
            given = list(weights)
            if len(given) != len(d):
                problems.append(Problem(f"{len(given)} weights for {len(d)} parties", "weights"))
        numbers = [number_of(w) for w in given]
        if any(fault or number <= 0 for number, fault in numbers):
            problems.append(Problem("weights must be positive numbers", "weights"))
        v = np.array([number for number, _ in numbers])
    if problems:
        raise InputError(problems)
    return names, np.array([x for x, _ in d]), v
