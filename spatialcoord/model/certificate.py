r"""An account of a plan that does not rely on the solver's word.

Feasibility is recomputed from the arrays and from the expressions a user wrote in Pyomo; optimality from the dual bound
of the linear (or convex quadratic) programme

.. math:: \sum_i y_i b_i + \sum_j d_j \beta_j - \tfrac12 x'Qx, \qquad d = c + Qx - A'y,                     (1)

where :math:`b_i` and :math:`\beta_j` are the bounds that the signs of :math:`y` and :math:`d` select. Weak duality makes
(1) a bound on every feasible plan whatever the solver did, so a small distance to the objective proves the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pe

from spatialcoord.errors import Refused
from spatialcoord.model.components import ARRAY_ROWS
from spatialcoord.model.status import column_name
from spatialcoord.model.user import Edits, column_state

if TYPE_CHECKING:
    from spatialcoord.model.model import Model


@dataclass(frozen=True)
class Certificate:
    """Violations are relative to max(1, |activity|), gaps to the objective.

    Attributes
    ----------
    rows, user_rows, bounds, integrality : float
        Largest violation of the model's rules, of rules written in Pyomo, of bounds, and distance to whole numbers.
    worst : str
        Name of what is violated most; empty when nothing is.
    dual_infeasibility : float
        Largest multiplier that points at a bound which does not exist; NaN with whole-number decisions.
    solver_gap : float
        Distance of objective and bound (1), or of the branch-and-bound bound with whole numbers.
    objective_recomputed : float
        Objective evaluated from the plan.
    """

    rows: float
    user_rows: float
    bounds: float
    integrality: float
    worst: str
    dual_infeasibility: float
    solver_gap: float
    objective_recomputed: float

    @property
    def max_violation(self) -> float:
        """Largest of all violations."""
        return max(self.rows, self.user_rows, self.bounds, self.integrality)


def certify(model: Model) -> Certificate:
    """Certificate of the current plan against the model as it stands now.

    Raises
    ------
    Refused
        When a decision has no value, because nothing was solved since it came in.
    """
    arrays, session = model.arrays, model.session
    edits = session.reader.read()
    lower, upper, kind = column_state(arrays, edits)
    used = np.ones(arrays.columns.size, bool)
    for _, column in arrays.adopted:
        used[column] = column in edits.seen
    values = np.where(used, arrays.columns.value, 0.0)
    if np.isnan(values).any():
        raise Refused(
            f"'{column_name(session, int(np.isnan(values).argmax()))}' has no value yet; solve first."
        )
    matrix = arrays.matrix()
    body = matrix @ values
    live = arrays.rows.active & ~arrays.rows.edited & ~edits.masked
    found: list[tuple[float, str]] = []

    outside = np.maximum(arrays.rows.lower - body, body - arrays.rows.upper) / np.maximum(1.0, np.abs(body))
    outside = np.where(live, np.maximum(outside, 0.0), 0.0)
    rows = float(outside.max(initial=0.0))
    if rows > 0:
        found.append((rows, session.reader._row_name(int(outside.argmax()))))
    outside = np.maximum(np.maximum(lower - values, values - upper), 0.0) / np.maximum(1.0, np.abs(values))
    bounds = float(outside.max(initial=0.0))
    if bounds > 0:
        found.append((bounds, column_name(session, int(outside.argmax()))))
    whole = kind > 0
    apart = np.abs(values - np.round(values))[whole]
    integrality = float(apart.max(initial=0.0))
    if integrality > 0:
        found.append((integrality, column_name(session, int(np.flatnonzero(whole)[apart.argmax()]))))
    user_rows = 0.0
    for name, violation in _user_violations(model, edits):
        if violation > user_rows:
            user_rows = violation
            found.append((violation, name))

    objective = _objective(model, edits, values)
    if whole.any() or model.solution is None:
        infeasibility, gap = np.nan, model.solution.gap if model.solution is not None else np.nan
    else:
        infeasibility, gap = _dual_side(model, edits, matrix, live, lower, upper, values)
    worst = max(found)[1] if found else ""
    return Certificate(rows, user_rows, bounds, integrality, worst, infeasibility, gap, objective)


def _user_violations(model: Model, edits: Edits) -> list[tuple[str, float]]:
    """Violation of every rule written in Pyomo, evaluated by Pyomo."""
    out: list[tuple[str, float]] = []
    for component in model.pyomo.component_objects(pe.Constraint, active=True, descend_into=True):
        if isinstance(component, ARRAY_ROWS):
            continue
        out.extend((data.name, _violation(data)) for data in component.values() if data.active)
    for row in edits.rows:
        if isinstance(row.key, tuple):
            out.append((model.session.reader._row_name(row.key[1]), _violation(row.data)))
    return out


def _violation(data: Any) -> float:
    lower, expression, upper = data.to_bounded_expression(True)
    body = pe.value(expression)
    below = 0.0 if lower is None else lower - body
    above = 0.0 if upper is None else body - upper
    return float(max(0.0, below, above) / max(1.0, abs(body)))


def _objective(model: Model, edits: Edits, values: np.ndarray) -> float:
    if edits.objective is not None:
        return float(pe.value(edits.objective.data.expr))
    if model.ratio is not None:
        above, below = (float(model.evaluate(part)[0]) for part in model.ratio[:2])
        return above / below
    return float(model.arrays.columns.cost @ values + model.arrays.offset)


def _dual_side(
    model: Model,
    edits: Edits,
    matrix: Any,
    live: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    values: np.ndarray,
) -> tuple[float, float]:
    """Dual infeasibility and relative gap by (1), as a minimisation."""
    arrays, sense = model.arrays, edits.sense
    # duals of a ratio are kept per unit of the ratio; here they price the numerator minus theta times the denominator
    unit = model.denominator
    own = edits.objective
    if own is None:
        cost, offset = arrays.columns.cost.copy(), arrays.offset
    else:
        cost, offset = np.zeros(arrays.columns.size), own.constant
        np.add.at(cost, own.columns, own.values)
    primal = float(cost @ values) + offset
    curvature = 0.0
    gradient = cost
    if own is not None and own.quadratic:
        for first, second, value in own.quadratic:
            gradient[first] += value * values[second]
            gradient[second] += value * values[first]
            curvature += value * values[first] * values[second]
    primal += curvature
    # rows added after the last solve have no dual yet
    duals = np.nan_to_num(np.where(live, arrays.rows.dual, 0.0)) * unit * sense
    reduced = sense * gradient - matrix.T @ duals
    bound, infeasibility = _selected(duals, arrays.rows.lower, arrays.rows.upper)
    for row in edits.rows:
        key = row.key
        price = arrays.rows.dual[key[1]] if isinstance(key, tuple) else model.session.user_duals.get(key, 0.0)
        price = float(price) * unit * sense
        reduced[row.columns] -= price * row.values
        part, worse = _selected(np.array([price]), np.array([row.lower]), np.array([row.upper]))
        bound, infeasibility = bound + part, max(infeasibility, worse)
    part, worse = _selected(reduced, lower, upper)
    dual = bound + part - sense * curvature + sense * offset
    size = (
        abs(float(model.evaluate(model.ratio[0])[0]))
        if own is None and model.ratio is not None
        else abs(primal)
    )
    scale = np.abs(gradient).max(initial=0.0) or 1.0
    return max(infeasibility, worse) / scale, abs(sense * primal - dual) / max(1e-10, size)


def _selected(multipliers: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> tuple[float, float]:
    """Sum of multipliers times the bounds their signs select, and the largest multiplier without such a bound."""
    bound = np.where(multipliers > 0, lower, upper)
    finite = np.isfinite(bound)
    missing = np.abs(np.where(finite, 0.0, multipliers)).max(initial=0.0)
    return float(multipliers[finite] @ bound[finite]), float(missing)
