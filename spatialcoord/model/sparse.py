"""Sparse matrices by rows, with 32-bit indices as HiGHS takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp


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
