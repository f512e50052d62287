r"""Worth of a rule or of money from the duals of one solved model: the envelope theorem.

For the linear programme :math:`V(\theta) = \max c^\top x` with :math:`A(\theta) x \le b(\theta)`, duals :math:`\lambda` and reduced
costs d of columns at their bounds :math:`u(\theta)`,

.. math:: V'(\theta) = \lambda^\top (b' - A' x) + d^\top u' + c'^\top x. \qquad (1)

The derivatives of A, b, u and c are differences of two models that are assembled and not solved; every rule of a programme is
linear in its value, so they are exact. Source: Milgrom and Segal 2002, Econometrica 70(2), 583-601. Where the optimum is
degenerate V has a left and a right derivative, and (1) lies between them.
"""

from __future__ import annotations

import numpy as np

from spatialcoord.model.arrays import Table
from spatialcoord.planner.building import PlanningModel
from spatialcoord.planner.evaluate import objective_value
from spatialcoord.planner.solving import Outcome


def has_duals(model: PlanningModel) -> bool:
    """Whether (1) holds: not with whole-number decisions, nor for an index, whose floor on output moves with the best one."""
    return not model.session.whole and model.setting.scenario.objective.kind != "minimise_index"


def objective_of(model: PlanningModel, outcome: Outcome) -> float:
    """Objective by which two plans are compared: the model's own, to which duals belong; exact for an index, which has none."""
    if model.setting.scenario.objective.kind == "minimise_index":
        return objective_value(model.setting, outcome.after)
    return float(outcome.solution.objective)


def same_shape(first: PlanningModel, second: PlanningModel) -> bool:
    """Whether two models hold the same rows and columns by name, so that only their numbers differ."""
    a, b = first.arrays, second.arrays
    return all(
        [(start, part.name) for start, part in one] == [(start, part.name) for start, part in other]
        for one, other in ((a.row_owners, b.row_owners), (a.column_owners, b.column_owners))
    ) and (a.rows.size, a.columns.size) == (b.rows.size, b.columns.size)


def derivative(model: PlanningModel, here: PlanningModel, there: PlanningModel, step: float) -> float:
    """Derivative (1) of the objective of a solved model.

    Parameters
    ----------
    model : PlanningModel
        Solved; may have grown rows and columns (refinements of a measure) behind those of `here`.
    here, there : PlanningModel
        The model as assembled, and as assembled with the parameter higher by `step`; of the same shape.
    step : float
        In the unit of the parameter.

    Returns
    -------
    float
        Change of the objective per unit of the parameter.
    """
    a, b = here.arrays, there.arrays
    rows, columns = slice(0, a.rows.size), slice(0, a.columns.size)
    x = model.arrays.columns.value[columns]
    activity = (model.arrays.matrix() @ model.arrays.columns.value)[rows]
    dual, reduced = model.arrays.rows.dual[rows], model.arrays.columns.reduced[columns]
    total = dual @ (_moved(a.rows, b.rows, activity) - (b.matrix() - a.matrix()) @ x)
    total += reduced @ _moved(a.columns, b.columns, x)
    total += (b.columns.cost - a.columns.cost) @ x + b.offset - a.offset
    return float(total) / step


def take_bounds(model: PlanningModel, other: PlanningModel) -> bool:
    """Give a model the bounds of another one of the same case; False where it needs more than bounds, and nothing is changed.

    Parameters
    ----------
    model : PlanningModel
        Keeps its session and what it has grown, so its next solve is warm.
    other : PlanningModel
        As assembled.
    """
    a, b = model.arrays, other.arrays
    rows, columns = b.rows.size, b.columns.size
    theirs = b.matrix()
    if a.rows.size < rows or a.columns.size < columns:
        return False
    ours = a.matrix()[:rows, :columns]
    # the costs of a ratio follow its value from solve to solve
    same_cost = bool(model.ratio and other.ratio) or (a.columns.cost[:columns] == b.columns.cost).all()
    if not same_cost or (ours != theirs).nnz:
        return False
    for mine, new in ((a.rows, b.rows), (a.columns, b.columns)):
        mine.lower[: new.size], mine.upper[: new.size] = new.lower, new.upper
    a.expressions.clear()
    a.bounds.clear()
    return True


def _moved(here: Table, there: Table, activity: np.ndarray) -> np.ndarray:
    """By how much the bound moves at which each row or column stands; nothing where it stands at none."""
    upper = np.abs(here.upper - activity) <= np.abs(activity - here.lower)
    first, second = np.where(upper, here.upper, here.lower), np.where(upper, there.upper, there.lower)
    held = np.isfinite(first) & np.isfinite(second)
    return np.where(held, np.where(held, second, 0.0) - np.where(held, first, 0.0), 0.0)
