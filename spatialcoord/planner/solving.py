"""Solve a model into a plan, with a certificate that does not take the solver's word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.accounts import error_of_output
from spatialcoord.economy.setting import Array
from spatialcoord.errors import Infeasible, SolveError
from spatialcoord.planner.building import PlanningModel
from spatialcoord.planner.combined import levels, minimise_sum
from spatialcoord.planner.conflict import diagnose
from spatialcoord.planner.evaluate import (
    MILLION,
    Evaluation,
    better,
    evaluate,
    limit_excess,
    objective_value,
    same_per_head,
)
from spatialcoord.planner.leximin import forget_levels, raise_the_poorest
from spatialcoord.planner.payoffs import (
    loosen_lines,
    sought_payoff,
    tie_cost,
    tie_weight,
    tighten_lines,
    understated_payoff,
)

PATIENCE = (
    60.0  # seconds for the best attainable gain where the scenario sets no limit: a figure to compare with
)
ROUGHLY = 1e-4  # gap of the best attainable gain, where decisions are whole numbers


@dataclass(frozen=True)
class Outcome:
    """A solved model in plain numbers, before it is dressed as a plan.

    Attributes
    ----------
    amounts, equal : dict of numpy.ndarray, shape (R, Y)
        Money by line, as planned and as the same money per head, million currency a year.
    after, before, equal_per_head : Evaluation
        The plan, no programme, the same money per head.
    best_output_gain : float
        Best attainable gain in output under the same rules, million currency a year.
    certificate : dict
        Violations and gaps.
    solution : Solution
        What the solver said.
    best_proven : bool
        Whether the best attainable gain was searched to the end; otherwise it is the largest found in time.
    """

    amounts: dict[str, Array]
    equal: dict[str, Array]
    after: Evaluation
    before: Evaluation
    equal_per_head: Evaluation
    best_output_gain: float
    certificate: dict[str, float]
    solution: Any
    best_proven: bool = True


def solve(model: PlanningModel, progress: Any = None) -> Any:
    """Solve and dress the plan: outcomes, simulation, counterfactuals, prices, sensitivity, certificate.

    Parameters
    ----------
    model : PlanningModel
        From :func:`build`; whatever the user changed in ``model.pyomo`` is honoured.
    progress : callable, optional
        Called with the name of each step.

    Returns
    -------
    Plan
        ``plan.dataset`` is an xarray Dataset, ``plan.summary`` the figures of ``summary.json``.

    Raises
    ------
    Infeasible
        No plan satisfies the rules; carries the names of rules that conflict.
    SolveError
        The solver stopped without a plan.
    """
    from spatialcoord.planner.confirm import confirm
    from spatialcoord.planner.dataset import make_plan

    started = perf_counter()
    outcome = optimise(model, progress)
    model, outcome, confirmed = confirm(model, outcome, progress)
    return make_plan(model, outcome, confirmed, perf_counter() - started, progress)


def optimise(
    model: PlanningModel, progress: Any = None, attainable: bool = True, thorough: bool = True
) -> Outcome:
    """Solve, evaluate and certify; the part of :func:`solve` that repeated solves need.

    Parameters
    ----------
    model : PlanningModel
        From :func:`build`.
    progress : callable, optional
        Called with the name of each step.
    attainable : bool
        Whether the best attainable gain in output is wanted; a pure index needs it in any case.
    thorough : bool
        Whether leximin goes beyond its first stage, which settles the objective, and rules that contradict each other are
        sought where there is no plan; either takes many solves.
    """
    setting = model.setting
    objective = setting.scenario.objective
    tell = progress or (lambda step: None)
    forget_levels(model)
    tell("best_attainable")
    settings = setting.scenario.solver
    best, proven = -np.inf, True
    if attainable or objective.kind == "minimise_index":
        # a floor must be attainable; a figure to compare with may come from brackets shared out, which is quick
        how = {"mip_gap": ROUGHLY} if objective.kind == "minimise_index" else {"solve_relaxation": True}
        best, proven = _most_output(model, thorough, **how)
        # another objective ends far from here: from the beginning, with presolve, the solver is there sooner
        model.session.highs.clearSolver()
    if objective.kind == "minimise_index":
        model.limit("growth.output_floor", lower=objective.output_floor * best - 1e-9 * abs(best))
    tell("solve")
    how = {"time_limit": settings.time_limit, "mip_gap": settings.mip_gap}
    if (
        model.payoffs
    ):  # rows of many small changes of large figures: the solver's usual 1e-7 would show in them
        how |= {"primal_feasibility_tolerance": 1e-9}
    solution = _require(model, model.solve(**how), thorough)
    if model.several_denominators and not model.user_objective:
        solution = minimise_sum(model, model.sought, **how)
    stages = objective.lead == "leximin" and objective.weighs_disparity and thorough
    if stages and not model.user_objective:
        tell("leximin")
        solution = _require(model, raise_the_poorest(model, solution, **how))
    amounts = model.planned()
    equal = same_per_head(setting, amounts)
    before, after, same = evaluate(setting, {}), evaluate(setting, amounts), evaluate(setting, equal)
    return Outcome(
        amounts=amounts,
        equal=equal,
        after=after,
        before=before,
        equal_per_head=same,
        best_output_gain=max(best, after.output_gain),
        certificate=_certificate(model, solution, after, before),
        solution=solution,
        best_proven=proven,
    )


def _most_output(model: PlanningModel, thorough: bool, **how: Any) -> tuple[float, bool]:
    """Best attainable gain in output, whatever the rules on disparity and red lines, and whether it is proved: what they cost
    is told against it, and a rule more does not loosen the floor that is a share of it.

    In the scenario's time, or a minute where it sets none and the figure is only compared with; minus infinity where
    nothing was found by then.
    """
    objective, limit = model.setting.scenario.objective, model.setting.scenario.solver.time_limit
    floor = objective.kind == "minimise_index"
    if limit is None and not floor:
        limit = PATIENCE
    rules = [f"disparity.{name}_at_most" for name in model.setting.scenario.objective.at_most]
    for rule in rules:
        model.limit(rule, upper=np.inf)
    lines = loosen_lines(model)
    try:
        found = model.probe(model.output_gain, maximise=True, time_limit=limit, **how)
        late = found.status == "time_limit"
        if late and not floor and not np.isfinite(found.objective):
            return -np.inf, False
        return float(_require(model, found, thorough).objective), not late
    finally:
        for rule in rules:
            model.limit(rule, upper=0.0)
        tighten_lines(model, lines)


def _require(model: PlanningModel, solution: Any, thorough: bool = True) -> Any:
    if solution.status.startswith("infeasible"):
        if not thorough:
            raise SolveError(solution.sentence)
        raise Infeasible(solution.sentence, diagnose(model))
    if not np.isfinite(solution.objective):
        more = " Raise solver.time_limit, or leave it out." if solution.status == "time_limit" else ""
        raise SolveError(solution.sentence + more)
    return solution


def _certificate(
    model: PlanningModel, solution: Any, after: Evaluation, before: Evaluation
) -> dict[str, float]:
    r"""Feasibility by row, the objective recomputed, and three gaps.

    `approximation_gap` is the bracket of the piecewise response: the value of a concave programme is concave in its
    right-hand sides, so understating target r by at most :math:`e_r` costs at most :math:`\sum_r \max(\lambda_r,0)e_r`
    with :math:`\lambda` the duals of `target.definition`. `reduction_gap` sets the distance to that bound against what
    the programme achieves.
    """
    setting, check = model.setting, model.certificate()
    beside = 0.0  # what the solver's objective holds beside the scenario's
    if setting.scenario.objective.kind == "actor":
        from_plan = float(model.value(sought_payoff(model)))
        beside = tie_weight(model) * float(model.value(model.output_gain))
    else:
        from_plan = objective_value(setting, replace(after, target=np.ravel(model.value(model.target))))
    index = setting.scenario.objective.kind == "minimise_index"
    reported = float(solution.objective) * model.index_factor - beside
    # with whole-number decisions the value is not concave: bound the derivative of the objective for every plan instead
    price = (
        _steepest(model, np.ravel(model.value(model.target)))
        if model.session.whole
        else model.index_factor * np.abs(model.dual("target.definition").values)
    )
    slack = float(price @ _understatement(model))
    if model.payoffs:
        slack += model.index_factor * understated_payoff(model, _output_error(model)) + tie_cost(model)
    if (
        index
    ):  # the floor on output is understated too; with whole numbers at its price while they stay as they are
        if model.session.whole:
            model.price()
        floor = abs(float(model.dual("growth.output_floor"))) * model.index_factor
        slack += floor * float(_output_error(model).sum())
    achieved, start = objective_value(setting, after), objective_value(setting, before)
    bound = from_plan - slack if index else from_plan + slack
    moved = better(setting, achieved, start)
    solver_gap = abs(solution.objective - solution.bound) / max(1e-12, abs(solution.objective))
    if (
        not model.several_denominators
    ):  # there the last programme's optimum is zero, and a gap relative to it means nothing
        solver_gap = max(solver_gap, check.solver_gap)
    if not model.user_objective:
        solver_gap = max(solver_gap, abs(reported - from_plan) / max(1e-12, abs(from_plan)))
    return {
        "max_violation": check.max_violation,
        "solver_gap": solver_gap,
        "approximation_gap": abs(bound - from_plan) / max(1e-12, abs(from_plan)),
        "reduction_gap": max(0.0, better(setting, bound, achieved)) / max(1e-12, abs(moved)),
        "objective_recomputed": achieved,
        "objective_model": from_plan,
        "objective_bound": bound,
        "limit_excess": limit_excess(setting, after),
        "thrown_away": thrown_away(model),
    }


def thrown_away(model: PlanningModel) -> float:
    """Most that the plan last found loses by filling a worse segment before a better one."""
    lost = (float(t.thrown_away(model).sum()) for t in model.terms if hasattr(t, "thrown_away"))
    return max(lost, default=0.0)


def _steepest(model: PlanningModel, target: Array) -> Array:
    """Most by which the objective gains when a target rises by one, shape (R,), for every plan that keeps each region within
    a tenth of this one's ratio to the mean."""
    setting, objective = model.setting, model.setting.scenario.objective
    mean = float(setting.share @ target)
    ratio = 0.9 * target / mean
    total = np.zeros(len(target)) if objective.kind in ("minimise_index", "actor") else setting.share.copy()
    if not objective.weighs_disparity:
        return total
    for (weight, measure), (above, below) in zip(model.sought, levels(model.sought, target), strict=True):
        if objective.kind == "minimise_index":
            total += weight * measure.index_of(1.0) / below * measure.steepest(ratio, above / below)
        else:
            total += weight * objective.inequality_weight * measure.steepest(ratio, 0.0)
    return total


def _understatement(model: PlanningModel) -> Array:
    """Most by which the model understates each region's target, currency per head, shape (R,)."""
    setting = model.setting
    outcome = registry.outcomes.get(setting.scenario.objective.of)
    return _output_error(model) * outcome.factor(setting, "output") * MILLION / outcome.divisor(setting)


def _output_error(model: PlanningModel) -> Array:
    """Most by which the model understates output, as its weighted mean over time, million currency a year, shape (R,)."""
    setting = model.setting
    error = sum(model.approximations.values(), np.zeros((len(setting.regions), len(setting.periods))))
    return error_of_output(setting, error)
