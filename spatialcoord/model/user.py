"""What a user wrote in ordinary Pyomo, read anew before every solve.

Rows, edited rows, objectives, variables, fixings and switches are gathered as numbers over the columns of the arrays. A
variable the model has not seen becomes a column of the same arrays on first sight. What HiGHS cannot take is refused in a
sentence that names the component and its type.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.environ as pe
from pyomo.core.base.block import Block
from pyomo.core.base.constraint import ConstraintData
from pyomo.repn import generate_standard_repn

from spatialcoord.errors import Refused
from spatialcoord.model.arrays import BINARY, INTEGER, REAL, Arrays
from spatialcoord.model.components import ARRAY_ROWS, ARRAY_VARIABLES, ArrayObjective, ArrayScalarVar
from spatialcoord.model.views import ArrayVarData, place

INF = np.inf
WHOLE = 1e-9  # a bound this close to a whole number counts as one
TREATED = {
    pe.Var, pe.Constraint, pe.Objective, pe.Expression, pe.Param, pe.Set, pe.RangeSet, pe.SetOf, pe.Suffix, Block,
    pe.BuildAction, pe.BuildCheck, pe.ExternalFunction,
}  # fmt: skip


@dataclass
class UserRow:
    """One row of a user: ``lower <= values . x[columns] <= upper``; `data` is its Pyomo object, kept alive by the key."""

    key: Any
    data: Any
    columns: np.ndarray
    values: np.ndarray
    lower: float
    upper: float


@dataclass
class UserObjective:
    """A user's objective: linear part, quadratic part as (column, column, coefficient), constant."""

    data: Any
    columns: np.ndarray
    values: np.ndarray
    quadratic: list[tuple[int, int, float]]
    constant: float


@dataclass
class Edits:
    """Everything gathered in one pass.

    Attributes
    ----------
    rows : list of UserRow
        Rows a user added or rewrote.
    objective : UserObjective or None
        None when the model's own objective is active.
    sense : int
        1 to minimise, -1 to maximise.
    masked : ndarray of bool
        Rows of the arrays whose component or block is switched off or deleted.
    seen : set of int
        Columns of a user's own variables that rows or objective use.
    """

    rows: list[UserRow] = field(default_factory=list)
    objective: UserObjective | None = None
    sense: int = 1
    masked: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    seen: set[int] = field(default_factory=set)


class Reader:
    """Reads a Pyomo model against the arrays behind it.

    Parameters
    ----------
    pyomo : ConcreteModel
        The model whose components are views.
    arrays : Arrays
        The arrays they view.
    """

    def __init__(self, pyomo: Any, arrays: Arrays) -> None:
        self.pyomo, self.arrays = pyomo, arrays
        self._adopted = {id(variable): column for variable, column in arrays.adopted}
        self._seen: set[int] = set()

    def column(self, variable: Any) -> int:
        """Column of a Pyomo variable; a user's own is adopted on first sight."""
        if variable.__class__ is ArrayVarData or isinstance(variable, ArrayScalarVar):
            where = place(variable)
            if where is None or where[0] is not self.arrays:
                raise Refused(
                    f"{variable.name} belongs to another model and cannot stand in a row of this one."
                )
            return where[1]
        column = self._adopted.get(id(variable))
        if column is None:
            column = self.arrays.add_columns(1, variable, lower=-INF)
            self._adopted[id(variable)] = column
            self.arrays.adopted.append((variable, column))
        self._seen.add(column)
        return column

    def read(self) -> Edits:
        """Gather everything; raises Refused for what HiGHS cannot take."""
        self._seen = set()
        live: set[int] = set()
        constraints: list[Any] = []
        objectives: list[Any] = []
        for component in self.pyomo.component_objects(active=True, descend_into=True):
            ctype = component.ctype
            if ctype not in TREATED:
                raise Refused(
                    f"{component.name}: HiGHS takes no {ctype.__name__}; reformulate it as linear rows, or hand "
                    "expand() to a solver that does."
                )
            if isinstance(component, ARRAY_ROWS):
                live.add(id(component))
            elif ctype is pe.Constraint:
                if not component.is_reference():
                    constraints.extend(c for c in component.values() if c.active)
            elif ctype is pe.Objective:
                objectives.extend(o for o in component.values() if o.active)
        masked = self._masked(live)
        rows = [self._row(c, c, c.name) for c in constraints]
        arrays = self.arrays
        for row, expression in arrays.edits.items():
            if arrays.rows.active[row] and not masked[row]:
                data = ConstraintData()
                data._expr = expression
                rows.append(self._row(("edited", row), data, self._row_name(row)))
        objective, sense = self._objective(objectives)
        self._check_deleted(masked, objective)
        return Edits([r for r in rows if r is not None], objective, sense, masked, self._seen)

    def _masked(self, live: set[int]) -> np.ndarray:
        masked = np.zeros(self.arrays.rows.size, bool)
        for _, component in self.arrays.row_owners:
            if id(component) not in live:
                masked[component.positions] = True
        return masked

    def _row_name(self, row: int) -> str:
        from bisect import bisect_right

        owner = self.arrays.row_owners[bisect_right(self.arrays._row_starts, row) - 1][1]
        return owner.at(row).name

    def _row(self, key: Any, data: Any, name: str) -> UserRow | None:
        lower, body, upper = data.to_bounded_expression(True)
        if body is None:
            return None
        repn = generate_standard_repn(body, compute_values=True, quadratic=False)
        if not repn.is_linear():
            raise Refused(
                f"{name} is not linear; HiGHS takes linear rows only. Use tangents, or expand() with another solver."
            )
        columns, values = self._linear(repn)
        constant = repn.constant
        return UserRow(
            key,
            data,
            columns,
            values,
            -INF if lower is None else lower - constant,
            INF if upper is None else upper - constant,
        )

    def _linear(self, repn: Any) -> tuple[np.ndarray, np.ndarray]:
        columns = np.array([self.column(v) for v in repn.linear_vars], np.int32)
        return columns, np.array([float(c) for c in repn.linear_coefs], float)

    def _objective(self, objectives: list[Any]) -> tuple[UserObjective | None, int]:
        if len(objectives) != 1:
            names = ", ".join(o.name for o in objectives) or "none"
            raise Refused(
                f"A model has one active objective; active here: {names}. Deactivate the others, or set one."
            )
        objective = objectives[0]
        sense = 1 if objective.sense == pe.minimize else -1
        if isinstance(objective, ArrayObjective) and objective.own is None:
            return None, sense
        repn = generate_standard_repn(objective.expr, compute_values=True, quadratic=True)
        if repn.nonlinear_expr is not None:
            raise Refused(f"{objective.name} is neither linear nor quadratic; HiGHS takes only these.")
        columns, values = self._linear(repn)
        quadratic = [
            (self.column(a), self.column(b), float(c))
            for (a, b), c in zip(repn.quadratic_vars, repn.quadratic_coefs, strict=True)
        ]
        return UserObjective(objective, columns, values, quadratic, float(repn.constant)), sense

    def _check_deleted(self, masked: np.ndarray, objective: UserObjective | None) -> None:
        """A deleted variable that rows still use has no place in the model any more: say so."""
        gone = [
            c
            for _, c in self.arrays.column_owners
            if isinstance(c, ARRAY_VARIABLES) and c.model() is not self.pyomo
        ]
        if not gone:
            return
        arrays = self.arrays
        live = ~masked & arrays.rows.active & ~arrays.rows.edited
        matrix = arrays.matrix()
        used = np.zeros(arrays.columns.size, bool)
        used[matrix.indices[np.repeat(live, np.diff(matrix.indptr)) & (matrix.data != 0)]] = True
        if objective is None:
            used |= arrays.columns.cost != 0
        for component in gone:
            if used[component.positions].any():
                raise Refused(
                    f"Variable '{component.local_name}' was deleted but rows or the objective still use it; "
                    "fix it instead, or deactivate the rows."
                )


def column_state(arrays: Arrays, edits: Edits) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bounds and kinds of all columns as they hold now: parameters evaluated, domains applied, fixings imposed.

    Returns
    -------
    lower, upper : ndarray of float, shape (columns,)
        Natural units.
    kind : ndarray of uint8, shape (columns,)
        1 for whole numbers.
    """
    columns = arrays.columns
    for variable, column in arrays.adopted:
        if column in edits.seen:
            _refresh_adopted(arrays, variable, column)
        else:
            columns.lower[column], columns.upper[column] = -INF, INF
            columns.kind[column], columns.fixed[column] = REAL, False
    for (column, side), expression in arrays.bounds.items():
        getattr(columns, side)[column] = pe.value(expression)
    lower, upper = columns.lower.copy(), columns.upper.copy()
    kind = (columns.kind != REAL).astype(np.uint8)
    binary = columns.kind == BINARY
    if binary.any():
        lower[binary] = np.maximum(lower[binary], 0.0)
        upper[binary] = np.minimum(upper[binary], 1.0)
    for column, domain in arrays.domains.items():
        low, high, step = _interval(domain, arrays, column)
        kind[column] = step
        lower[column], upper[column] = max(lower[column], low), min(upper[column], high)
    whole = kind > 0
    if whole.any():
        # no whole number lies between, and HiGHS 1.15 was seen to lose the optimum on fractional bounds
        lower[whole], upper[whole] = np.ceil(lower[whole] - WHOLE), np.floor(upper[whole] + WHOLE)
    fixed = columns.fixed
    if fixed.any():
        values = columns.value[fixed]
        if np.isnan(values).any():
            column = int(np.flatnonzero(fixed)[np.flatnonzero(np.isnan(values))[0]])
            owner = arrays.column_owner(column)
            name = owner.at(column).name if isinstance(owner, ARRAY_VARIABLES) else owner.name
            raise Refused(f"{name} is fixed but has no value; give it one: fix(value).")
        lower[fixed] = upper[fixed] = values
    return lower, upper, kind


def _refresh_adopted(arrays: Arrays, variable: Any, column: int) -> None:
    columns = arrays.columns
    lower, upper = variable.bounds
    columns.lower[column] = -INF if lower is None else lower
    columns.upper[column] = INF if upper is None else upper
    columns.fixed[column] = variable.fixed
    if variable.is_continuous():
        columns.kind[column] = REAL
    elif variable.is_integer() or variable.is_binary():
        columns.kind[column] = INTEGER
    else:
        raise Refused(
            f"{variable.name}: HiGHS takes real and whole numbers, not the domain {variable.domain}."
        )
    if variable.fixed:
        columns.value[column] = np.nan if variable.value is None else variable.value


def _interval(domain: Any, arrays: Arrays, column: int) -> tuple[float, float, int]:
    low, high, step = domain.get_interval()
    if step not in (0, 1):
        name = arrays.column_owner(column).at(column).name
        raise Refused(f"{name}: HiGHS takes real and whole numbers, not the domain {domain}.")
    return -INF if low is None else low, INF if high is None else high, step
