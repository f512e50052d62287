"""Pyomo data objects that are views: every slot reads and writes the arrays.

A data object carries its identity only (component and index). It is made on first touch, may be thrown away, and is
copied and pickled as identity. What Pyomo believes about a bound, a value, a domain or an active flag is therefore what
the arrays hold, without a second copy that could differ.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pyomo.environ as pe
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import VarData
from pyomo.core.expr import LinearExpression, MonomialTermExpression

from spatialcoord.model.arrays import Arrays

INF = np.inf
DOMAINS = (pe.Reals, pe.Integers, pe.Binary)


def place(view: Any) -> tuple[Arrays, int] | None:
    """Arrays and position behind a view; None while Pyomo is still constructing or copying it."""
    component = view._component() if view._component is not None else None
    if component is None or "_arrays" not in component.__dict__:
        return None
    return component._arrays, component.position(view._index)


def variable_at(arrays: Arrays, column: int) -> Any:
    """The Pyomo variable of a column."""
    owner = arrays.column_owner(column)
    return owner.at(column) if hasattr(owner, "_arrays") else owner


def linear_expression(
    arrays: Arrays, columns: np.ndarray, values: np.ndarray, constant: float = 0.0
) -> LinearExpression:
    """Pyomo expression of ``values . x[columns] + constant``."""
    terms: list[Any] = [constant] if constant else []
    for column, value in zip(columns.tolist(), values.tolist(), strict=True):
        terms.append(MonomialTermExpression((value, variable_at(arrays, column))))
    return LinearExpression(terms)


def row_expression(arrays: Arrays, row: int) -> Any:
    """Pyomo relational expression of a row: what a user wrote, else what the arrays hold."""
    expression = arrays.edits.get(row)
    if expression is None:
        expression = arrays.expressions.get(row)
    if expression is not None:
        return expression
    body: Any = linear_expression(arrays, *arrays.row_terms(row))
    lower, upper = float(arrays.rows.lower[row]), float(arrays.rows.upper[row])
    if not body.args:
        body = pe.Expression(expr=0.0)
        body.construct()
    if lower == upper:
        expression = body == lower
    elif lower == -INF:
        expression = body <= upper
    elif upper == INF:
        expression = body >= lower
    else:
        expression = pe.inequality(lower, body, upper)
    arrays.expressions[row] = expression
    return expression


# ---- slots of a variable ------------------------------------------------------------------------------------------------


def _bound(name: str, absent: float) -> property:
    def read(self: Any) -> Any:
        where = place(self)
        if where is None:
            return None
        arrays, column = where
        expression = arrays.bounds.get((column, name))
        if expression is not None:
            return expression
        number = getattr(arrays.columns, name)[column]
        return None if number == absent else float(number)

    def write(self: Any, bound: Any) -> None:
        where = place(self)
        if where is None:
            return
        arrays, column = where
        if bound is None:
            bound = absent
        if hasattr(bound, "is_expression_type"):
            arrays.bounds[column, name] = bound
            bound = pe.value(bound)
        else:
            arrays.bounds.pop((column, name), None)
        getattr(arrays.columns, name)[column] = bound

    return property(read, write)


def _read_value(self: Any) -> float | None:
    where = place(self)
    if where is None:
        return None
    number = where[0].columns.value[where[1]]
    return None if np.isnan(number) else float(number)


def _write_value(self: Any, number: Any) -> None:
    where = place(self)
    if where is not None:
        where[0].columns.value[where[1]] = np.nan if number is None else number


def _read_fixed(self: Any) -> bool:
    where = place(self)
    return False if where is None else bool(where[0].columns.fixed[where[1]])


def _write_fixed(self: Any, fixed: bool) -> None:
    where = place(self)
    if where is not None:
        where[0].columns.fixed[where[1]] = bool(fixed)


def _read_domain(self: Any) -> Any:
    where = place(self)
    if where is None:
        return pe.Reals
    arrays, column = where
    return arrays.domains.get(column) or DOMAINS[arrays.columns.kind[column]]


def _write_domain(self: Any, domain: Any) -> None:
    where = place(self)
    if where is None or domain is None:
        return
    arrays, column = where
    kind = next((k for k, known in enumerate(DOMAINS) if known is domain), None)
    if kind is None:
        arrays.domains[column] = domain
    else:
        arrays.domains.pop(column, None)
        arrays.columns.kind[column] = kind


VARIABLE_SLOTS: dict[str, property] = {
    "_lb": _bound("lower", -INF),
    "_ub": _bound("upper", INF),
    "_value": property(_read_value, _write_value),
    "_fixed": property(_read_fixed, _write_fixed),
    "_domain": property(_read_domain, _write_domain),
}


# ---- slots of a row -----------------------------------------------------------------------------------------------------


def _read_expression(self: Any) -> Any:
    where = place(self)
    return None if where is None else row_expression(*where)


def _write_expression(self: Any, expression: Any) -> None:
    where = place(self)
    if where is not None and expression is not None:
        arrays, row = where
        arrays.edits[row] = expression
        arrays.rows.edited[row] = True


def _read_active(self: Any) -> bool:
    where = place(self)
    return True if where is None else bool(where[0].rows.active[where[1]])


def _write_active(self: Any, active: Any) -> None:
    where = place(self)
    if where is not None and active is not None:
        where[0].rows.active[where[1]] = bool(active)


ROW_SLOTS: dict[str, property] = {
    "_expr": property(_read_expression, _write_expression),
    "_active": property(_read_active, _write_active),
}


# ---- data objects -------------------------------------------------------------------------------------------------------


class _Identity:
    """Copying and pickling carry component and index, nothing else."""

    __slots__ = ()

    def __getstate__(self: Any) -> list[Any]:
        return [self._component(), self._index]

    def __setstate__(self: Any, state: list[Any]) -> None:
        self._component = weakref.ref(state[0])
        self._index = state[1]
        self._begin()

    def _begin(self) -> None:
        """Set what Pyomo keeps on the object itself."""


class ArrayVarData(_Identity, VarData):
    """One variable of an :class:`~spatialcoord.model.components.ArrayVar`."""

    __slots__ = ()

    def __init__(self: Any, component: Any, index: Any) -> None:
        self._component = weakref.ref(component)
        self._index = index
        self._begin()

    def _begin(self: Any) -> None:
        self._stale = 0


class ArrayConstraintData(_Identity, ConstraintData):
    """One row of an :class:`~spatialcoord.model.components.ArrayConstraint`."""

    __slots__ = ()

    def __init__(self: Any, component: Any, index: Any) -> None:
        self._component = weakref.ref(component)
        self._index = index


def install(cls: type, slots: dict[str, property]) -> None:
    """Put properties in the place of a class's slots."""
    for name, slot in slots.items():
        setattr(cls, name, slot)


install(ArrayVarData, VARIABLE_SLOTS)
install(ArrayConstraintData, ROW_SLOTS)
