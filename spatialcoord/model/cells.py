"""Labelled cells: the shape of a map, and what only rearranges it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp

from spatialcoord.errors import InputError, Problem
from spatialcoord.model.dims import Dim, Dims, merge, shape_of, spread
from spatialcoord.model.sparse import take


class Cells:
    """Rows of a matrix and a constant, one each per cell of labelled dimensions; base of :class:`Affine`."""

    __slots__ = ("apart", "constant", "dims", "matrix")

    def __init__(
        self, matrix: sp.csr_array, constant: np.ndarray, dims: Sequence[Dim], apart: bool = False
    ) -> None:
        self.matrix = matrix
        self.constant = constant
        self.dims: Dims = tuple(dims)
        self.apart = apart

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

    def over(self, dims: Sequence[Dim]) -> Self:
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
            return type(self)(self.matrix, self.constant, to, self.apart)
        rows = spread(np.arange(self.cells), self.dims, to)
        return type(self)(
            take(self.matrix, rows), self.constant[rows], to, self.apart and len(rows) == self.cells
        )

    def select(self, dim: str, labels: Hashable | Sequence[Hashable], out_dim: Dim | None = None) -> Self:
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
            new: Dims = (out_dim if out_dim is not None else Dim(old.name, labels),)  # type: ignore[arg-type]
        else:
            at, new = np.array([old.position(labels)]), ()
        if new and len(new[0]) != len(at):
            raise InputError(Problem(f"{len(at)} labels are selected but '{new[0].name}' has {len(new[0])}"))
        rows = np.take(np.arange(self.cells).reshape(self.shape), at, axis=axis).ravel()
        apart = self.apart and len(np.unique(at)) == len(at)
        return type(self)(
            take(self.matrix, rows),
            self.constant[rows],
            self.dims[:axis] + new + self.dims[axis + 1 :],
            apart,
        )

    def rename(self, dim: str, out_dim: Dim) -> Self:
        """The same cells with another dimension of equal length in the place of `dim`."""
        axis = self._axis(dim)
        if len(out_dim) != len(self.dims[axis]):
            raise InputError(
                Problem(f"'{dim}' has {len(self.dims[axis])} labels, '{out_dim.name}' {len(out_dim)}")
            )
        dims = self.dims[:axis] + (out_dim,) + self.dims[axis + 1 :]
        return type(self)(self.matrix, self.constant, dims, self.apart)
