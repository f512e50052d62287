"""Better segments first: order binaries, added only where the solver threw output away.

A piecewise response is exact as a linear programme while more output is always welcome. Where some region's gain is
penalised (a pure index, an upper bound, a negative spillover) the solver may fill the worse segment first and so throw
output away; then, for the cells where it did, binaries restore the order.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.model import Affine, Data, Dim
from spatialcoord.model.affine import take

if TYPE_CHECKING:
    from spatialcoord.model import Model


class OrderedFill:
    r"""Segments of a concave response in one cell are filled in their order.

    For a cell where the order was broken, with lengths :math:`L_s` and binaries :math:`b_s`,

    .. math:: z_s \ge L_s b_s, \qquad z_{s+1} \le L_{s+1} b_s . \qquad (1)

    Parameters
    ----------
    segments : Affine
        Named variable whose last dimension runs over the segments, best first.
    length, slope : numpy.ndarray, shape of `segments`
        Length of each segment and value of a unit in it (non-increasing along the last dimension).
    scale : float
        Typical length, for the solver.
    name : str
        What the segments are called; the components are ``{name}_in_order`` and ``{name}_fill``.
    """

    def __init__(self, segments: Affine, length: Array, slope: Array, scale: float, name: str) -> None:
        self.segments, self.name = segments, name
        self.length = np.broadcast_to(length, segments.shape).reshape(-1, segments.shape[-1])
        self.slope = np.broadcast_to(slope, segments.shape).reshape(-1, segments.shape[-1])
        self.scale = scale
        self.ordered: set[int] = set()

    def attach(self, model: Model) -> OrderedFill:
        """Enter the (empty) binaries and rows into the current block and join the model's terms."""
        self.binaries = model.listed_variables(f"{self.name}_in_order")
        self.rows = model.listed_rows(f"{self.name}_fill")
        model.terms.append(self)
        return self

    def thrown_away(self, model: Model) -> Array:
        """Value lost in each cell by filling worse segments first, shape (cells,); zero where the order holds."""
        z = np.asarray(model.value(self.segments)).reshape(self.length.shape)
        before = np.cumsum(self.length, axis=1) - self.length
        best = np.clip(z.sum(axis=1, keepdims=True) - before, 0.0, self.length)
        return ((best - z) * self.slope).sum(axis=1)

    def refine(self, model: Model) -> int:
        """Tie the cells that lose more than a millionth of their typical value; return how many were added."""
        lost = self.thrown_away(model)
        worth = 1e-6 * self.scale * self.slope[:, 0].max(initial=0.0)
        return self._tie(model, np.flatnonzero(lost > worth))

    def complete(self, model: Model) -> int:
        """Tie every cell at once, so that the model is exact under any later edit (with binaries everywhere)."""
        return self._tie(model, np.arange(len(self.length)))

    def _tie(self, model: Model, candidates: np.ndarray) -> int:
        cells = [int(c) for c in candidates if int(c) not in self.ordered]
        if not cells:
            return 0
        self.ordered.update(cells)
        pieces = self.length.shape[1]
        names = list(itertools.product(*(d.labels for d in self.segments.dims[:-1])))
        rows = np.array([cell * pieces + piece for cell in cells for piece in range(pieces - 1)])
        labels = [(*names[cell], piece + 1) for cell in cells for piece in range(pieces - 1)]
        in_order = self.binaries.add(labels, upper=1.0, domain="binary")
        for shift, side in ((0, "reach"), (1, "limit")):
            dim = Dim(f"{self.name}_{side}", [(*label, side) for label in labels])
            chosen = Affine(take(self.segments.matrix, rows + shift), np.zeros(len(rows)), (dim,))
            gate = in_order.rename(in_order.dims[0].name, dim) * Data(
                (dim,), self.length.reshape(-1)[rows + shift]
            )
            self.rows.add(dim.labels, chosen - gate >= 0.0 if shift == 0 else chosen - gate <= 0.0)
        return len(cells)
