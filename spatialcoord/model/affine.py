r"""Affine maps of the decision vector with named dimensions.

Everything linear is one class: the map

.. math:: y = A x + b                                                                  (1)

of the decision vector :math:`x`, whose cells :math:`y` are labelled by dimensions. :math:`A` is a CSR matrix with one
row per cell (C order over the dimensions) and one column per decision variable, so every operation is one sparse product
or, better, a rearrangement of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.errors import InputError, Problem
from spatialcoord.model.cells import Cells
from spatialcoord.model.dims import Data, Dim, dims_of, flat, merge, shape_of
from spatialcoord.model.relation import Relation
from spatialcoord.model.sparse import csr, interleave, merged, take, widen

INF = np.inf


class Affine(Cells):
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
    __slots__ = ()

    @classmethod
    def zero(cls, dims: Sequence[Dim] = ()) -> Affine:
        """The map that is zero everywhere."""
        cells = prod(shape_of(dims))
        return cls(csr([], [], np.zeros(cells + 1, np.int32), (cells, 0)), np.zeros(cells), dims, True)

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


def _finite(numbers: np.ndarray) -> np.ndarray:
    if not np.isfinite(numbers).all():
        raise InputError(Problem("infinite or missing numbers cannot enter a map"))
    return numbers
