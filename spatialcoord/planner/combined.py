r"""The least weighted sum of indices whose denominators differ (the mean here, the mean of the poorest there).

With ratios :math:`\rho_k = N_k/D_k`, factors :math:`s_k` (an index is :math:`s_k\rho_k`) and a plan with
:math:`\hat\rho, \hat D` each step solves the convex programme

.. math:: \min_x \sum_k \frac{w_k s_k}{\hat D_k}\,\bigl(N_k(x) - \hat\rho_k D_k(x)\bigr) \qquad (1)

and takes the plan found for the next one; with one denominator it is Dinkelbach's method (Jong 2012, An efficient global
optimization algorithm for nonlinear sum-of-ratios problems). At the end the least of (1) is :math:`v \approx 0`. With
:math:`r_g` the terms of (1) that share a denominator, :math:`q_g = \hat D_g/D_g` and :math:`q` the same of the mean, a plan
as good as the one found has

.. math:: \sum_k w_k s_k(\rho_k - \hat\rho_k) = \sum_g r_g q_g
   \;\ge\; \max q\,\Bigl(\min(v, 0) - \sum_g \max|r_g|\,\max|q_g/q-1|\Bigr), \qquad (2)

where the ranges are those over all plans: a small number, because a programme moves denominators little against the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.model import Affine, Solution

if TYPE_CHECKING:
    from spatialcoord.planner.building import PlanningModel

Parts = Sequence[tuple[float, Any]]  # weight and measure in the model

PART = "combined"
ROUNDS = 30
PASSES = 2  # beyond the first, loose one
CLOSE = 1e-3  # of what the plan changes: a bound so near is not sought nearer
TOLERANCE = 1e-9  # of the sum, by which a step must lower it to be followed by another
MOST_PROBED = 300  # regions up to which the least of every value is sought for the bound


def tangent(parts: Parts, at: Sequence[tuple[float, float]]) -> Affine:
    """The objective (1), for numerators and denominators `at` a plan."""
    total = Affine.zero()
    for (weight, measure), (above, below) in zip(parts, at, strict=True):
        factor = weight * measure.index_of(1.0) / below
        total = total + (measure.numerator - measure.denominator * (above / below)) * factor
    return total


def minimise_sum(model: PlanningModel, parts: Parts, **how: Any) -> Solution:
    """Minimise the sum; the model's objective is the last (1).

    Parameters
    ----------
    model : PlanningModel
        Solved with the objective (1) of some plan; the steps go on from there.
    parts : sequence of (float, Measure)
        Weights and measures.
    **how
        Passed to :meth:`Model.solve`.

    Returns
    -------
    Solution
        `objective` is the sum at the plan, `bound` the lower bound (2) (minus infinity above 300 regions).
    """
    at, best = levels(parts, np.ravel(model.value(model.target))), np.inf
    for _ in range(ROUNDS):
        model.minimise(tangent(parts, at))
        solution = model.solve(**how)
        if not np.isfinite(solution.objective):
            return solution
        at = levels(parts, np.ravel(model.value(model.target)))
        value = _sum(parts, at)
        if value >= best - TOLERANCE * abs(best):
            break
        best = value
    slack = np.inf
    if len(model.setting.regions) <= MOST_PROBED:
        slack = _slack(model, parts, at)
        model.minimise(tangent(parts, at))  # the probes have left another plan in the model
        solution = model.solve(**how)
        value = _sum(parts, levels(parts, np.ravel(model.value(model.target))))
    return replace(solution, objective=value, bound=value - slack)


def _sum(parts: Parts, at: Sequence[tuple[float, float]]) -> float:
    return sum(w * m.index_of(above / below) for (w, m), (above, below) in zip(parts, at, strict=True))


def levels(parts: Parts, target: np.ndarray) -> list[tuple[float, float]]:
    """Numerator and denominator of every measure at a vector."""
    levels = []
    for _, measure in parts:
        above = measure.numerator_at(target)
        ratio = measure.ratio_of(measure.evaluate(target, measure.share, **measure.options))
        levels.append((above, above / ratio if ratio > 0 else float(measure.share @ target)))
    return levels


def _slack(model: PlanningModel, parts: Parts, at: list[tuple[float, float]]) -> float:
    r"""How far a plan could lie below the one found, by (2).

    A plan as good keeps :math:`\sum_g r_g \le` the last term of (2): ranges over such plans alone give a smaller one.
    """
    whole = tangent(parts, at)
    model.minimise(whole)
    least = min(float(model.solve().bound), 0.0)
    if model.pyomo.component(PART) is None:
        with model.part(PART):
            model.near_rows = model.listed_rows("near")
    model.near_rows.add([f"sum_{len(model.near_rows)}"], whole <= np.inf)
    near = model.arrays.rows.size - 1
    groups: dict[str, list[int]] = {}
    for i, (_, measure) in enumerate(parts):
        groups.setdefault("mean" if measure.over_mean else measure.name, []).append(i)
    start = _sum(parts, levels(parts, model.baseline))
    enough, slack = CLOSE * abs(start - _sum(parts, at)), np.inf
    mean = float(model.value(model.mean))
    for loosely in (True, *[False] * PASSES):
        fall, shift = 0.0, 0.0
        for name, members in groups.items():
            some = [parts[i] for i in members]
            fall += max(-_least(model, tangent(some, [at[i] for i in members]), loosely=loosely), 0.0)
            if name != "mean":
                relative = at[members[0]][1] / mean
                shift += max(abs(relative / end - 1.0) for end in _range(model, some[0], relative, loosely))
        largest = mean / _least(model, model.mean, loosely=loosely)
        # in a plan that is as good, a group rises by at most what the others fall
        product = largest * fall * shift
        slack = min(slack, product - largest * least)
        if slack <= enough:
            break
        model.arrays.rows.upper[near] = product
    model.arrays.rows.upper[near] = np.inf
    return slack


def _range(model: PlanningModel, part: tuple[float, Any], now: float, loosely: bool) -> tuple[float, float]:
    """Bounds on a measure's denominator over the mean, over all plans."""
    from spatialcoord.model import Data

    _, measure = part
    largest = -_least(model, -measure.denominator, -now, loosely)
    if not measure.denominator.matrix.nnz:  # a constant: its ratio moves with the mean alone
        constant = float(measure.denominator.constant[0])
        return constant / -_least(model, -model.mean, loosely=loosely), largest
    # a mean of the poorest is concave: its least is not a linear programme, but it rises with every value
    target = model.target
    ratios = np.ravel(model.value(target)) / float(model.value(model.mean))
    low = [
        _least(model, (target * Data(target.dims, row)).sum(), ratio, loosely)
        for row, ratio in zip(np.eye(target.cells), ratios, strict=True)
    ]
    ((_, smallest),) = levels([part], np.array(low))
    return smallest, largest


def _least(
    model: PlanningModel, expression: Affine, over_mean_at: float | None = None, loosely: bool = True
) -> float:
    """Lower bound on an expression, or on its ratio to the mean sought from a known one on, over all plans.

    Loosely nothing is refined for it, which is quick and leaves it a bound.
    """
    terms = model.terms
    if loosely:
        model.terms = []
    over = None if over_mean_at is None else model.mean
    try:
        return float(model.probe(expression, False, over=over, start=over_mean_at or 0.0).bound)
    finally:
        model.terms = terms
