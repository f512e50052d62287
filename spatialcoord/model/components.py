"""Pyomo components over blocks of the arrays: complete to whoever iterates, made of objects only where touched.

``len``, ``in``, ``keys``, ``values`` and ``items`` run over the whole index set, so writers, stock solvers and ``pprint``
see the whole model; a data object comes into being when somebody indexes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from math import prod
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pe
from pyomo.common.autoslots import AutoSlots
from pyomo.core.base.component import ActiveComponent
from pyomo.core.base.constraint import IndexedConstraint, ScalarConstraint
from pyomo.core.base.indexed_component import IndexedComponent
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.var import IndexedVar, ScalarVar

from spatialcoord.errors import Refused
from spatialcoord.model.arrays import Arrays
from spatialcoord.model.dims import Dim, Dims, shape_of
from spatialcoord.model.views import (
    ROW_SLOTS,
    VARIABLE_SLOTS,
    ArrayConstraintData,
    ArrayVarData,
    install,
    linear_expression,
)


class _Complete(dict):
    """A data dictionary whose class tells IndexedComponent.keys to run over the index set."""


class _Bulk:
    """What array-backed variables and constraints share.

    A regular component owns the block of positions that starts at ``_first``, in C order over ``_dims``. A listed one
    grows: ``_listed`` maps a label to its position and ``_labels`` a position to its label.
    """

    __slots__ = ()

    def _attach(
        self: Any, arrays: Arrays, dims: Dims, first: int, listed: bool = False, unit: str = ""
    ) -> None:
        self._arrays, self._dims, self._first, self._unit = arrays, dims, first, unit
        self._listed: dict[Hashable, int] | None = {} if listed else None
        self._labels: dict[int, Hashable] = {}
        self._constant: np.ndarray | None = None

    @property
    def size(self: Any) -> int:
        """Number of entries."""
        return len(self._listed) if self._listed is not None else prod(shape_of(self._dims))

    @property
    def shape(self: Any) -> tuple[int, ...]:
        """Lengths of the dimensions, () for a scalar, (size,) for a listed component."""
        return (self.size,) if self._listed is not None else shape_of(self._dims)

    @property
    def dims(self: Any) -> Dims:
        """Dimensions; a listed component has one, of its labels."""
        return (Dim(self.local_name, tuple(self._listed)),) if self._listed is not None else self._dims

    @property
    def positions(self: Any) -> slice | np.ndarray:
        """Positions in the arrays, usable as an index."""
        if self._listed is not None:
            return np.fromiter(self._listed.values(), np.int64, len(self._listed))
        return slice(self._first, self._first + self.size)

    def position(self: Any, index: Any) -> int:
        """Position of one index."""
        if self._listed is not None:
            return self._listed[index]
        if index.__class__ is not tuple:
            index = (index,) if self._dims else ()
        offset = 0
        for label, dim in zip(index, self._dims, strict=True):
            offset = offset * len(dim) + dim.positions[label]
        return self._first + offset

    def label(self: Any, position: int) -> Hashable:
        """Index of one position."""
        if self._listed is not None:
            return self._labels[position]
        rest, out = position - self._first, []
        for dim in reversed(self._dims):
            rest, at = divmod(rest, len(dim))
            out.append(dim.labels[at])
        return out[0] if len(out) == 1 else tuple(reversed(out)) if out else None

    def at(self: Any, position: int) -> Any:
        """Pyomo data object of one position."""
        return self[self.label(position)]

    def grow(self: Any, labels: Iterable[Hashable], first: int) -> None:
        """Enter labels for consecutive new positions of a listed component."""
        for position, label in enumerate(labels, first):
            self._listed[label] = position
            self._labels[position] = label
            self._index_set.add(label)

    def __len__(self: Any) -> int:
        return len(self._index_set)

    def __contains__(self: Any, index: Any) -> bool:
        return index in self._index_set

    def keys(self: Any, *args: Any, **kwargs: Any) -> Any:
        """All indices, touched or not."""
        data, self._data = self._data, _Complete()
        try:
            return IndexedComponent.keys(self, *args, **kwargs)
        finally:
            self._data = data

    def __iter__(self: Any) -> Any:
        return iter(self.keys())

    def __delitem__(self: Any, index: Any) -> None:
        raise Refused(
            f"{self.name}[{index}] is part of the model and cannot be deleted; fix or deactivate it instead."
        )

    def clear(self: Any) -> None:
        """Refused: entries are part of the model."""
        raise Refused(
            f"{self.name} is part of the model and cannot be cleared; fix or deactivate it instead."
        )

    def is_reference(self) -> bool:
        """False: the component owns its entries."""
        return False

    def _getitem_when_not_present(self: Any, index: Any) -> Any:
        view = self._data[index] = self._view(self, index)
        return view


def _graft(source: type) -> Any:
    """Class decorator: copy shared methods onto a class whose Pyomo base must stay first in the resolution order."""

    def decorate(cls: Any) -> Any:
        for name, member in vars(source).items():
            if name not in ("__dict__", "__weakref__", "__module__", "__doc__", "__slots__", "__qualname__"):
                setattr(cls, name, member)
        return cls

    return decorate


@_graft(_Bulk)
class ArrayVar(IndexedVar):
    """Variables over dimensions, or listed ones, held in the arrays."""

    _view = ArrayVarData

    def __init__(self, *sets: Any, **keywords: Any) -> None:
        keywords["dense"] = False
        super().__init__(*sets, **keywords)

    def array(self) -> np.ndarray:
        """Values in the shape of the dimensions, NaN before the first solve."""
        return self._arrays.columns.value[self.positions].reshape(self.shape)

    def fix(self, value: Any = None, skip_validation: bool = False) -> None:
        """Fix all variables, at `value` when one is given."""
        self._arrays.columns.fixed[self.positions] = True
        if value is not None:
            self._arrays.columns.value[self.positions] = pe.value(value)

    def unfix(self) -> None:
        """Release all variables."""
        self._arrays.columns.fixed[self.positions] = False

    free = unfix

    def flag_as_stale(self) -> None:
        """Mark the variables somebody touched as stale; untouched ones carry no mark."""
        for data in self._data.values():
            data._stale = 0


@_graft(_Bulk)
class ArrayConstraint(IndexedConstraint):
    """Rows over dimensions, or listed ones, held in the arrays."""

    _view = ArrayConstraintData

    def deactivate(self) -> None:
        """Switch all rows off."""
        ActiveComponent.deactivate(self)
        self._arrays.rows.active[self.positions] = False

    def activate(self) -> None:
        """Switch all rows on."""
        ActiveComponent.activate(self)
        self._arrays.rows.active[self.positions] = True


class _Scalar:
    """A component of one entry: the component is its own data object."""

    __slots__ = ()

    def _attach(self: Any, arrays: Arrays, first: int, unit: str = "") -> None:
        self._first, self._dims, self._listed, self._unit = first, (), None, unit
        self._constant = None
        self._data[None] = self
        self._arrays = arrays

    size = 1
    shape: tuple[int, ...] = ()
    dims: Dims = ()

    @property
    def positions(self: Any) -> slice:
        """Position in the arrays as a slice."""
        return slice(self._first, self._first + 1)

    def position(self: Any, index: Any = None) -> int:
        """Position in the arrays."""
        return self._first

    def label(self, position: int) -> Hashable:
        """Index of the one entry."""
        return None

    def at(self, position: int) -> Any:
        """The component itself."""
        return self


@_graft(_Scalar)
class ArrayScalarVar(ScalarVar):
    """One variable held in the arrays."""


@_graft(_Scalar)
class ArrayScalarConstraint(ScalarConstraint):
    """One row held in the arrays."""


install(ArrayScalarVar, VARIABLE_SLOTS)
install(ArrayScalarConstraint, ROW_SLOTS)

ARRAY_VARIABLES = (ArrayVar, ArrayScalarVar)
ARRAY_ROWS = (ArrayConstraint, ArrayScalarConstraint)


class ArrayObjective(ScalarObjective):
    """Objective whose expression is built from the cost array when somebody asks.

    ``own`` is the expression a user put in its place, None while the arrays speak.
    """

    __autoslot_mappers__: ClassVar[dict[str, Any]] = {"_args_": AutoSlots.encode_as_none}

    def attach(self, arrays: Arrays) -> None:
        """Bind to the arrays; the expression is theirs from now on."""
        self._own: Any = None
        self._arrays = arrays

    @property
    def own(self) -> Any:
        """The expression a user set, or None."""
        return self.__dict__.get("_own")

    def _current(self) -> Any:
        if self.own is not None:
            return self.own
        arrays = self._arrays
        columns = np.flatnonzero(arrays.columns.cost)
        return linear_expression(arrays, columns, arrays.columns.cost[columns], arrays.offset)

    @property
    def expr(self) -> Any:
        """The expression; setting it replaces the model's own objective."""
        return self._current()

    @expr.setter
    def expr(self, expression: Any) -> None:
        self.set_value(expression)

    def set_value(self, expr: Any) -> None:
        """Replace the model's own objective by an expression."""
        if "_arrays" in self.__dict__:
            self._own = expr
        else:
            ScalarObjective.set_value(self, expr)

    @property
    def _args_(self) -> tuple[Any, ...]:
        return (self._current(),) if "_arrays" in self.__dict__ else (None,)

    @_args_.setter
    def _args_(self, arguments: Any) -> None:
        if arguments is not None and arguments[0] is not None and "_arrays" in self.__dict__:
            self._own = arguments[0]
