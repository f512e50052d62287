"""Pyomo suffixes that read duals and reduced costs from the arrays."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pe

from spatialcoord.model.components import ArrayScalarConstraint, ArrayScalarVar
from spatialcoord.model.views import ArrayConstraintData, ArrayVarData, place


class ArraySuffix(pe.Suffix):
    """Duals by row or reduced costs by variable, read from the arrays.

    Its direction is LOCAL, so that a stock solver neither fills it nor trips over it on a model with integers.
    """

    def __init__(self, *args: Any, **keywords: Any) -> None:
        self._field = keywords.pop("field", "dual")
        super().__init__(*args, **keywords)

    def _number(self, data: Any) -> float | None:
        rows = self.__dict__.get("_field") == "dual"
        if not isinstance(
            data, (ArrayConstraintData, ArrayScalarConstraint) if rows else (ArrayVarData, ArrayScalarVar)
        ):
            return None
        where = place(data)
        if where is None:
            return None
        return float(where[0].rows.dual[where[1]] if rows else where[0].columns.reduced[where[1]])

    def __getitem__(self, data: Any) -> Any:
        number = self._number(data)
        return super().__getitem__(data) if number is None else number

    def __contains__(self, data: Any) -> bool:
        return self._number(data) is not None or super().__contains__(data)

    def get(self, data: Any, default: Any = None) -> Any:
        """The number of a row or variable, `default` where there is none."""
        number = self._number(data)
        return super().get(data, default) if number is None else number
