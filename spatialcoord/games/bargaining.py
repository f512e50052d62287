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
from typing import Any, Literal

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.agreement import NOTHING, Bargain, agreement
from spatialcoord.games.basics import Vector, number_of
from spatialcoord.games.leximin import leximin
from spatialcoord.games.nash import nash
from spatialcoord.games.outcomes import Outcomes
from spatialcoord.games.points import best_point

Rule = Literal["nash", "kalai_smorodinsky", "egalitarian", "proportional", "utilitarian", "leximin"]
RULES = ("nash", "kalai_smorodinsky", "egalitarian", "proportional", "utilitarian", "leximin")


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
        return best_point(found, names, d, v, rule)
    gains, unit = found.gains(d)
    n, nobody_loses = len(d), np.zeros(len(d))
    reach = np.array([gains.maximise(row, -gains.utilities, nobody_loses)[1] for row in gains.utilities])
    reach = np.maximum(reach, 0.0)
    can = reach > np.maximum(NOTHING, 1e-13 * np.abs(d) / unit)
    ideal = d + unit * reach
    # from here on every party's gain is a share of the most it can gain, so that units of utility do not matter
    span = np.where(can, reach, 1.0)
    gains, unit = gains.moved(np.zeros(n), span), unit * span
    gap, certificate, level = 0.0, {}, 0.0
    if rule == "utilitarian":
        worth = v * unit
        z = gains.maximise(worth / worth.max() @ gains.utilities, -gains.utilities, nobody_loses)[0]
        level = float(v @ (d + unit * (gains.utilities @ z)))
    elif rule == "leximin":
        scale = unit.min() / unit
        z, level = leximin(gains, -d / unit, scale, np.arange(n))
        level *= unit.min()
    elif not can.any():
        z = gains.maximise(np.zeros(gains.utilities.shape[1]), -gains.utilities, nobody_loses)[0]
    elif rule == "nash":
        z, level, gap, prices = nash(gains, v, can)
        level += float(v[can] @ np.log(unit[can]))
        certificate = {name: float(p) for name, p in zip(names, prices / unit, strict=True)}
    else:
        aim = {"kalai_smorodinsky": unit, "egalitarian": np.ones(n), "proportional": v}[rule] / unit
        z, level = leximin(gains, np.zeros(n), aim / aim[can].max(), np.flatnonzero(can))
        level /= aim[can].max()
    gain = unit * (gains.utilities @ z)
    chosen = z[:-1] if found.size is not None else np.zeros(0)
    return agreement(found.labels, names, d, gain, ideal, can, rule, z, level, gap, certificate, chosen)


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
    problems += [
        Problem(fault, f"disagreement point of {name}")
        for name, (_, fault) in zip(names, d, strict=True)
        if fault
    ]
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
