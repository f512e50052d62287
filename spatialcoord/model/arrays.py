"""The single source of truth: columns and rows in growable arrays.

Pyomo components are views on these arrays and HiGHS is a mirror of them; no bound, value, domain or active flag is kept
anywhere else. Everything is in natural units. Columns and rows are never removed or renumbered.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.model.sparse import csr

REAL, INTEGER, BINARY = 0, 1, 2
KINDS = {"real": REAL, "integer": INTEGER, "binary": BINARY}


class Table:
    """Arrays of equal length that grow by blocks at amortised cost.

    Parameters
    ----------
    **types
        dtype of every array by name.

    Notes
    -----
    ``table.lower`` is a view on the rows in use; writing into it writes the table. The view goes stale when the table
    grows, so it is asked for anew instead of being kept.
    """

    def __init__(self, **types: Any) -> None:
        self.size = 0
        self._types = types
        self._store = {name: np.empty(0, dtype) for name, dtype in types.items()}

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._store[name][: self.size]
        except KeyError:
            raise AttributeError(name) from None

    def append(self, count: int, **values: Any) -> int:
        """Append `count` entries with the given values (numbers or arrays); returns the position of the first."""
        first = self.size
        self.size += count
        for name, dtype in self._types.items():
            store = self._store[name]
            if len(store) < self.size:
                room = self.size if first == 0 else max(self.size, 3 * len(store) // 2)
                grown = np.empty(room, dtype)
                grown[:first] = store[:first]
                self._store[name] = store = grown
            store[first : self.size] = values[name]
        return first

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: store[: self.size].copy() for name, store in self._store.items()}
        return {"size": self.size, "_types": self._types, "_store": kept}


class Arrays:
    """Columns, rows and coefficients of one model.

    Attributes
    ----------
    columns : Table
        lower, upper, cost, kind (REAL, INTEGER, BINARY), fixed, value, reduced (cost) and scale of every column.
    rows : Table
        lower, upper, active, edited (its expression was replaced in Pyomo) and dual of every row.
    blocks : list of (first row, csr_array)
        Coefficients as they were added.
    later : list of (rows, columns, values)
        Entries added to rows that already existed, in the order they came.
    column_owners, row_owners : list of (first, component)
        Which Pyomo component holds which block of columns and rows.
    adopted : list of (Pyomo variable data, column)
        A user's own variables, mirrored as columns from first sight.
    edits : dict of row -> Pyomo relational expression
        Rows whose expression a user replaced.
    bounds : dict of (column, "lower" or "upper") -> Pyomo expression
        Bounds that follow mutable parameters.
    domains : dict of column -> Pyomo set
        Domains other than reals, integers and binary.
    offset : float
        Constant of the model's own objective.
    """

    def __init__(self) -> None:
        self.columns = Table(
            lower=float,
            upper=float,
            cost=float,
            kind=np.int8,
            fixed=bool,
            value=float,
            reduced=float,
            scale=float,
        )
        self.rows = Table(lower=float, upper=float, active=bool, edited=bool, dual=float)
        self.blocks: list[tuple[int, sp.csr_array]] = []
        self.later: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.extended: set[int] = set()
        self.column_owners: list[tuple[int, Any]] = []
        self.row_owners: list[tuple[int, Any]] = []
        self._column_starts: list[int] = []
        self._row_starts: list[int] = []
        self.adopted: list[tuple[Any, int]] = []
        self.edits: dict[int, Any] = {}
        self.bounds: dict[tuple[int, str], Any] = {}
        self.domains: dict[int, Any] = {}
        self.expressions: dict[int, Any] = {}
        self.offset = 0.0

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "expressions": {}}

    # ---- growing ----------------------------------------------------------------------------------------------------

    def add_columns(
        self,
        count: int,
        owner: Any,
        lower: Any = 0.0,
        upper: Any = np.inf,
        kind: int = REAL,
        scale: Any = 1.0,
    ) -> int:
        """Append columns owned by a Pyomo component; returns the first."""
        first = self.columns.append(
            count,
            lower=lower,
            upper=upper,
            cost=0.0,
            kind=kind,
            fixed=False,
            value=np.nan,
            reduced=np.nan,
            scale=scale,
        )
        self.column_owners.append((first, owner))
        self._column_starts.append(first)
        return first

    def add_rows(self, matrix: sp.csr_array, lower: Any, upper: Any, owner: Any) -> int:
        """Append rows ``lower <= matrix x <= upper`` owned by a Pyomo component; returns the first."""
        first = self.rows.append(
            matrix.shape[0], lower=lower, upper=upper, active=True, edited=False, dual=np.nan
        )
        self.blocks.append((first, matrix))
        self.row_owners.append((first, owner))
        self._row_starts.append(first)
        return first

    def extend(self, rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> None:
        """Add entries to rows that exist; equal positions add up."""
        self.later.append(
            (np.asarray(rows, np.int64), np.asarray(columns, np.int64), np.asarray(values, float))
        )
        touched = set(np.unique(rows).tolist())
        self.extended |= touched
        for row in touched:
            self.expressions.pop(row, None)

    # ---- reading ----------------------------------------------------------------------------------------------------

    def column_owner(self, column: int) -> Any:
        """The Pyomo component a column belongs to."""
        return self.column_owners[bisect_right(self._column_starts, column) - 1][1]

    def row_terms(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Columns and coefficients of one row, later entries included."""
        first, matrix = self.blocks[bisect_right(self._row_starts, row) - 1]
        start, end = matrix.indptr[row - first], matrix.indptr[row - first + 1]
        columns, values = matrix.indices[start:end], matrix.data[start:end]
        if row not in self.extended:
            return columns, values
        pieces = [(c[r == row], v[r == row]) for r, c, v in self.later]
        columns = np.concatenate([columns, *(c for c, _ in pieces)])
        values = np.concatenate([values, *(v for _, v in pieces)])
        distinct, where = np.unique(columns, return_inverse=True)
        return distinct, np.bincount(where, weights=values, minlength=len(distinct))

    def matrix(self) -> sp.csr_array:
        """All coefficients as one CSR array of shape (rows, columns)."""
        shape = (self.rows.size, self.columns.size)
        if not self.blocks:
            return csr([], [], np.zeros(1, np.int32), shape)
        pointers, base = [np.zeros(1, np.int32)], 0
        for _, block in self.blocks:
            pointers.append(block.indptr[1:] + np.int32(base))
            base += block.nnz
        data = np.concatenate([block.data for _, block in self.blocks])
        indices = np.concatenate([block.indices for _, block in self.blocks])
        whole = csr(data, indices, np.concatenate(pointers), shape)
        if self.later:
            rows, columns, values = (np.concatenate(part) for part in zip(*self.later, strict=True))
            total = whole + sp.csr_array((values, (rows, columns)), shape)
            whole = csr(total.data, total.indices, total.indptr, shape)
        return whole
