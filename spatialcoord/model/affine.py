r"""Affine maps of the decision vector with named dimensions.

Everything linear is one class: the map

.. math:: y = A x + b                                                                  (1)

of the decision vector :math:`x`, whose cells :math:`y` are labelled by dimensions. :math:`A` is a CSR matrix with one
row per cell (C order over the dimensions) and one column per decision variable, so every operation is one sparse product
or, better, a rearrangement of rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.errors import InputError, Problem
from spatialcoord.model.dims import Data, Dim, Dims, dims_of, flat, merge, shape_of, spread

INF = np.inf


class Relation:
    """A row in the making: ``lower <= body <= upper`` over the cells of `body`.

    Parameters
    ----------
    lower, upper : number, Data or DataArray
        Bounds; infinite where there is none.
    body : Affine
        What is bounded.
    """

    __slots__ = ("body", "lower", "upper")

    def __init__(self, lower: Any, body: Affine, upper: Any) -> None:
        dims = body.dims
        for bound in (lower, upper):
            dims = merge(dims, dims_of(bound))
        self.lower, self.body, self.upper = lower, body.over(dims), upper

    def __bool__(self) -> bool:
        raise InputError(
            Problem(
                "a relation has no truth value, so 'a <= x <= b' would lose one of its bounds",
                remedy="Write between(a, x, b), or two separate relations.",
            )
        )


def between(lower: Any, body: Affine, upper: Any) -> Relation:
    """Two-sided relation ``lower <= body <= upper``; bounds are numbers, Data or DataArray."""
    return Relation(lower, body, upper)


class Affine:
    """The affine map (1) with named dimensions.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array
        One row per cell; may be narrower than the decision vector. No row holds a column twice.
    constant : ndarray
        One number per cell.
    dims : sequence of Dim
        Dimensions of the cells, C order.
    apart : bool
        Whether no two cells share a column, which makes sums plain concatenations.

    Notes
    -----
    Operators accept numbers, :class:`Data`, ``xarray.DataArray`` and other maps; dimensions align by label and broadcast
    by name. ``<=``, ``>=`` and ``==`` give a :class:`Relation`.
    """

    __array_ufunc__ = None
    __array_priority__ = 1e5
    __hash__ = None  # type: ignore[assignment]
    __slots__ = ("apart", "constant", "dims", "matrix")

    def __init__(
        self, matrix: sp.csr_array, constant: np.ndarray, dims: Sequence[Dim], apart: bool = False
    ) -> None:
        self.matrix = matrix
        self.constant = constant
        self.dims: Dims = tuple(dims)
        self.apart = apart

    @classmethod
    def zero(cls, dims: Sequence[Dim] = ()) -> Affine:
        """The map that is zero everywhere."""
        cells = prod(shape_of(dims))
        return cls(csr([], [], np.zeros(cells + 1, np.int32), (cells, 0)), np.zeros(cells), dims, True)

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the dimensions."""
        return shape_of(self.dims)

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.constant)

    def __repr__(self) -> str:
        inside = ", ".join(f"{d.name}: {len(d)}" for d in self.dims)
        return f"<Affine ({inside}), {self.matrix.nnz} non-zeros>"

    def dim(self, name: str) -> Dim:
        """The dimension of that name; InputError when the map has none."""
        return self.dims[self._axis(name)]

    def _axis(self, name: str) -> int:
        for axis, dim in enumerate(self.dims):
            if dim.name == name:
                return axis
        have = ", ".join(d.name for d in self.dims) or "none"
        raise InputError(Problem(f"the map has no dimension '{name}'", why=f"its dimensions: {have}"))

    # ---- shape ------------------------------------------------------------------------------------------------------

    def over(self, dims: Sequence[Dim]) -> Affine:
        """The same map broadcast and transposed to `dims`, which must contain all of its own.

        Raises
        ------
        InputError
            When a dimension is missing from `dims` or does not align.
        """
        to = tuple(dims)
        if len(to) == len(self.dims) and all(a is b for a, b in zip(to, self.dims, strict=True)):
            return self
        missing = [d.name for d in self.dims if d.name not in {t.name for t in to}]
        if missing:
            raise InputError(
                Problem(f"the map varies over {', '.join(missing)}; sum it out or keep the dimension")
            )
        merge(to, self.dims)
        if [d.name for d in to] == [d.name for d in self.dims]:
            return Affine(self.matrix, self.constant, to, self.apart)
        rows = spread(np.arange(self.cells), self.dims, to)
        return Affine(
            take(self.matrix, rows), self.constant[rows], to, self.apart and len(rows) == self.cells
        )

    def select(self, dim: str, labels: Hashable | Sequence[Hashable], out_dim: Dim | None = None) -> Affine:
        """Cells at one label (the dimension goes) or at a list of labels, in that order.

        Parameters
        ----------
        dim : str
            Dimension to select along.
        labels : label or list of labels
            A label may be repeated when `out_dim` is given.
        out_dim : Dim, optional
            Name and labels of the selected cells; by default the same name with the labels selected.
        """
        axis = self._axis(dim)
        old = self.dims[axis]
        if isinstance(labels, list | np.ndarray | range) or (
            isinstance(labels, tuple) and labels not in old.positions
        ):
            if isinstance(labels, np.ndarray):
                labels = labels.tolist()
            at = np.array([old.position(label) for label in labels], dtype=np.int64)  # type: ignore[union-attr]
            new: Dims = (out_dim or Dim(old.name, labels),)  # type: ignore[arg-type]
        else:
            at, new = np.array([old.position(labels)]), ()
        if new and len(new[0]) != len(at):
            raise InputError(Problem(f"{len(at)} labels are selected but '{new[0].name}' has {len(new[0])}"))
        rows = np.take(np.arange(self.cells).reshape(self.shape), at, axis=axis).ravel()
        apart = self.apart and len(np.unique(at)) == len(at)
        return Affine(
            take(self.matrix, rows),
            self.constant[rows],
            self.dims[:axis] + new + self.dims[axis + 1 :],
            apart,
        )

    def rename(self, dim: str, out_dim: Dim) -> Affine:
        """The same cells with another dimension of equal length in the place of `dim`."""
        axis = self._axis(dim)
        if len(out_dim) != len(self.dims[axis]):
            raise InputError(
                Problem(f"'{dim}' has {len(self.dims[axis])} labels, '{out_dim.name}' {len(out_dim)}")
            )
        dims = self.dims[:axis] + (out_dim,) + self.dims[axis + 1 :]
        return Affine(self.matrix, self.constant, dims, self.apart)

    # ---- linear maps along a dimension ------------------------------------------------------------------------------

    def apply(self, dim: str, matrix: Any, out_dim: Dim | None = None) -> Affine:
        r"""Linear map along one dimension: :math:`y'_{o} = \sum_d M_{od} y_d`.

        Parameters
        ----------
        dim : str
            Dimension the matrix acts on.
        matrix : array_like or sparse array, shape (len(out), len(dim))
            Rows follow the labels of `out_dim`, columns those of `dim`.
        out_dim : Dim, optional
            Dimension of the result; by default `dim` itself.
        """
        axis = self._axis(dim)
        old = self.dims[axis]
        new = old if out_dim is None else out_dim
        kernel = sp.csr_array(matrix)
        if kernel.shape != (len(new), len(old)):
            raise InputError(
                Problem(
                    f"a matrix of shape {kernel.shape} does not map {len(old)} to {len(new)} labels of '{dim}'"
                )
            )
        before, after = prod(self.shape[:axis]), prod(self.shape[axis + 1 :])
        if after > 1:
            kernel = sp.kron(kernel, sp.eye_array(after), format="csr")
        if before > 1:
            kernel = sp.kron(sp.eye_array(before), kernel, format="csr")
        dims = self.dims[:axis] + (new,) + self.dims[axis + 1 :]
        return Affine(sp.csr_array(kernel @ self.matrix), kernel @ self.constant, dims)

    def sum(self, *dims: str) -> Affine:
        """Sum over the named dimensions, over all of them when none is named.

        The rows that fall into one cell are concatenated; only where cells share columns are equal columns merged.
        """
        axes = [self._axis(d) for d in dims] or list(range(len(self.dims)))
        keep = [i for i in range(len(self.dims)) if i not in axes]
        matrix, order = self.matrix, keep + axes
        group = prod(self.shape[i] for i in axes)
        if order != list(range(len(order))):
            matrix = take(matrix, np.arange(self.cells).reshape(self.shape).transpose(order).ravel())
        if group:
            pointers = matrix.indptr[::group]
        else:
            pointers = np.zeros(prod(self.shape[i] for i in keep) + 1, np.int32)
        summed = csr(matrix.data, matrix.indices, pointers, (len(pointers) - 1, matrix.shape[1]))
        if not self.apart:
            summed = merged(summed)
        constant = self.constant.reshape(self.shape).sum(axis=tuple(axes)).ravel()
        return Affine(summed, constant, [self.dims[i] for i in keep], self.apart)

    def group_sum(self, dim: str, labels: Any, out_dim: Dim) -> Affine:
        """Sum the cells of `dim` by group (regions to member states).

        Parameters
        ----------
        dim : str
            Dimension to group.
        labels : sequence or DataArray of labels, length len(dim)
            Group of every label of `dim`; each must be a label of `out_dim`.
        out_dim : Dim
            The groups.
        """
        old = self.dim(dim)
        if hasattr(labels, "coords"):
            merge((old,), dims_of(labels))
        groups = labels.values.tolist() if hasattr(labels, "coords") else list(labels)
        if len(groups) != len(old):
            raise InputError(Problem(f"{len(groups)} group labels for {len(old)} labels of '{dim}'"))
        rows = np.array([out_dim.position(label) for label in groups], dtype=np.int64)
        ones = np.ones(len(rows))
        return self.apply(
            dim, sp.csr_array((ones, (rows, np.arange(len(rows)))), (len(out_dim), len(old))), out_dim
        )

    def shift(self, dim: str, steps: int = 1) -> Affine:
        """Shift along a dimension: the cell at position t holds what stood at t - steps, zero where nothing stood."""
        n = len(self.dim(dim))
        return self.apply(dim, sp.eye_array(n, k=-steps, format="csr"))

    # ---- arithmetic -------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Affine:
        dims = merge(self.dims, dims_of(other))
        mine = self.over(dims)
        if isinstance(other, Affine):
            return add([mine, other.over(dims)])
        return Affine(mine.matrix, mine.constant + _finite(flat(other, dims)), dims, mine.apart)

    __radd__ = __add__

    def __neg__(self) -> Affine:
        matrix = csr(-self.matrix.data, self.matrix.indices, self.matrix.indptr, self.matrix.shape)
        return Affine(matrix, -self.constant, self.dims, self.apart)

    def __sub__(self, other: Any) -> Affine:
        dims_of(other)
        return self + (-other)

    def __rsub__(self, other: Any) -> Affine:
        return (-self) + other

    def __mul__(self, factor: Any) -> Affine:
        if isinstance(factor, Affine):
            raise InputError(
                Problem(
                    "a product of two maps of the decisions is not linear", remedy="One factor must be data."
                )
            )
        dims = merge(self.dims, dims_of(factor))
        mine = self.over(dims)
        cell = per_entry = _finite(
            flat(factor, dims) if hasattr(factor, "dims") else np.asarray(factor, float)
        )
        if hasattr(factor, "dims"):
            per_entry = np.repeat(cell, np.diff(mine.matrix.indptr))
        data = mine.matrix.data * per_entry
        matrix = csr(data, mine.matrix.indices, mine.matrix.indptr, mine.matrix.shape)
        return Affine(matrix, mine.constant * cell, dims, mine.apart)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Any) -> Affine:
        dims_of(divisor)
        numbers = divisor.values if hasattr(divisor, "dims") else divisor
        if isinstance(divisor, Affine) or np.any(np.asarray(numbers) == 0):
            raise InputError(Problem("a map can only be divided by data without zeros"))
        return self * (Data(divisor.dims, 1 / divisor.values) if isinstance(divisor, Data) else 1 / divisor)

    # ---- relations --------------------------------------------------------------------------------------------------

    def __le__(self, other: Any) -> Relation:
        return Relation(-INF, self - other, 0.0) if isinstance(other, Affine) else Relation(-INF, self, other)

    def __ge__(self, other: Any) -> Relation:
        return Relation(0.0, self - other, INF) if isinstance(other, Affine) else Relation(other, self, INF)

    def __eq__(self, other: object) -> Relation:  # type: ignore[override]
        return Relation(0.0, self - other, 0.0) if isinstance(other, Affine) else Relation(other, self, other)

    def __ne__(self, other: object) -> Any:
        raise InputError(Problem("'!=' is no rule of a linear model"))

    def __lt__(self, other: Any) -> Any:
        raise InputError(Problem("strict inequalities have no optimum", remedy="Write <= or >=."))

    __gt__ = __lt__


# ---- sparse helpers -------------------------------------------------------------------------------------------------


def csr(data: Any, indices: Any, indptr: Any, shape: tuple[int, int]) -> sp.csr_array:
    """A CSR array around these arrays, with 32-bit indices."""
    return sp.csr_array(
        (np.asarray(data, float), np.asarray(indices, np.int32), np.asarray(indptr, np.int32)), shape
    )


def widen(matrix: sp.csr_array, width: int) -> sp.csr_array:
    """The same matrix with more columns."""
    if matrix.shape[1] == width:
        return matrix
    return csr(matrix.data, matrix.indices, matrix.indptr, (matrix.shape[0], width))


def take(matrix: sp.csr_array, rows: np.ndarray) -> sp.csr_array:
    """Rows of a matrix, repeats allowed."""
    out = matrix[rows]
    return csr(out.data, out.indices, out.indptr, out.shape)


def merged(matrix: sp.csr_array) -> sp.csr_array:
    """The same matrix with equal columns of a row added up; the operand itself when there are none."""
    if matrix.nnz == 0 or matrix.has_canonical_format:
        return matrix
    out = matrix.copy()
    out.sum_duplicates()
    return out


def add(maps: Iterable[Affine]) -> Affine:
    """Sum of maps over the same dimensions.

    Maps on separate ranges of columns are interleaved row by row, which needs no arithmetic; others are added.
    """
    terms = list(maps)
    dims = terms[0].dims
    constant = terms[0].constant
    for term in terms[1:]:
        constant = constant + term.constant
    filled = [t for t in terms if t.matrix.nnz]
    if not filled:
        return Affine(terms[0].matrix, constant, dims, True)
    if len(filled) == 1:
        return Affine(filled[0].matrix, constant, dims, filled[0].apart)
    width = max(t.matrix.shape[1] for t in terms)
    spans = sorted((int(t.matrix.indices.min()), int(t.matrix.indices.max())) for t in filled)
    if all(a[1] < b[0] for a, b in pairwise(spans)):
        matrix = interleave([t.matrix for t in filled], width)
        return Affine(matrix, constant, dims, all(t.apart for t in filled))
    total = widen(filled[0].matrix, width)
    for term in filled[1:]:
        total = total + widen(term.matrix, width)
    return Affine(csr(total.data, total.indices, total.indptr, total.shape), constant, dims)


def interleave(matrices: list[sp.csr_array], width: int) -> sp.csr_array:
    """Row i of the result holds the entries of row i of every matrix, one after the other."""
    lengths = np.array([np.diff(m.indptr) for m in matrices], dtype=np.int64)
    pointers = np.zeros(lengths.shape[1] + 1, np.int64)
    np.cumsum(lengths.sum(axis=0), out=pointers[1:])
    data, indices = np.empty(pointers[-1]), np.empty(pointers[-1], np.int32)
    start = pointers[:-1].copy()
    for matrix, length in zip(matrices, lengths, strict=True):
        target = np.arange(matrix.nnz) + np.repeat(start - matrix.indptr[:-1], length)
        data[target], indices[target] = matrix.data, matrix.indices
        start += length
    return csr(data, indices, pointers, (lengths.shape[1], width))


def _finite(numbers: np.ndarray) -> np.ndarray:
    if not np.isfinite(numbers).all():
        raise InputError(Problem("infinite or missing numbers cannot enter a map"))
    return numbers
