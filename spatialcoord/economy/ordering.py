"""Better segments first: order binaries, added only where the solver threw output away.

A piecewise response is exact as a linear programme while more output is always welcome. Where some region's gain is
penalised (a pure index, an upper bound, a negative spillover) the solver may fill the worse segment first and so throw
output away; then, for the cells where it did, binaries restore the order.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.economy.envelope import Held, Span, envelope, span_of_columns
from spatialcoord.economy.search import search
from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem
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
        self.ordered: dict[int, None] = {}
        self._source: tuple[Any, Any, Any] | None = None
        self.known_bounds: dict[bytes, Any] = {}

    def attach(self, model: Model) -> OrderedFill:
        """Enter the (empty) binaries and rows into the current block and join the model's terms."""
        self.binaries = model.listed_variables(f"{self.name}_in_order")
        self.rows = model.listed_rows(f"{self.name}_fill")
        model.terms.append(self)
        return self

    def fills(self, rule: Any, source: Affine | list[OrderedFill | None], weights: Any) -> None:
        """Say what the segments add up to, so that :meth:`rows_below` can tell where the totals lie.

        Parameters
        ----------
        rule : Pyomo constraint
            One row a cell: the segments less the total equal zero.
        source : Affine or list of OrderedFill
            What the total is made of: decisions of the model, one a cell, or the values of other segments; None in the
            list for a part that nothing is known of.
        weights : float or numpy.ndarray, shape (cells,) or (cells of a group here, cells of a group there)
            Factor, of all or of each cell, or matrix within each group of cells that share their first label.
        """
        if isinstance(source, Affine):
            single = len(source.matrix.data) == source.cells and (source.matrix.data == 1.0).all()
            if not single or source.constant.any():
                raise InputError(Problem(f"the total of '{self.name}' is not one decision a cell"))
        self._source = (rule, source, weights)

    @property
    def decided(self) -> np.ndarray:
        """Columns of the decisions that the totals are made of, none where the source is another term."""
        source = self._source[1] if self._source is not None else None
        return source.matrix.indices if isinstance(source, Affine) else np.zeros(0, np.int32)

    def span(self, held: Held) -> Span:
        """Where the total of every cell can lie."""
        cells, total = len(self.length), self.length.sum(axis=1)
        zero = np.zeros(cells)
        nothing = Span(sp.csr_array((cells, held.matrix.shape[1])), zero, zero, zero, total)
        if self._source is None:
            return nothing
        rule, source, weights = self._source
        if isinstance(source, list):
            known = [term for term in source if term is not None]
            if len(known) < len(source):
                return nothing
            spread = sp.kron(sp.eye_array(len(self.segments.dims[0])), weights, format="csr")
            below = [envelope(term.span(held), term.length, term.slope)[2] for term in known]
            form = sum((spread @ part.form for part in below), nothing.form)
            numbers = (
                sum((spread @ getattr(part, name) for part in below), zero)
                for name in ("constant", "least", "most", "top")
            )
            span = Span(sp.csr_array(form), *numbers)
        else:
            span = span_of_columns(held, source.matrix.indices, weights, total)
        return span.where(held.equalities(rule) >= 0, nothing)

    def rows_below(self, held: Held) -> tuple[sp.csr_array, Array]:
        """Rows ``A x >= b`` of :mod:`spatialcoord.economy.envelope`, one a cell, that every plan in order keeps."""
        span = self.span(held)
        alpha, beta, value = envelope(span, self.length, self.slope)
        cells, pieces = self.length.shape
        columns = self.segments.matrix.indices
        own = sp.csr_array(
            ((self.slope - alpha[:, None]).ravel(), columns, np.arange(cells + 1) * pieces),
            shape=(cells, held.matrix.shape[1]),
        )
        matrix = own - sp.csr_array(sp.diags_array(beta - alpha) @ span.form)
        right = value.least - beta * span.least + (beta - alpha) * span.constant
        return sp.csr_array(matrix), right - 1e-9 * np.abs(value.top)

    def search(self, model: Model, remaining: float, briefly: bool) -> bool:
        """Solve a model whose whole numbers are all binaries of such terms; see :func:`.search.search`."""
        fills = [term for term in model.terms if isinstance(term, OrderedFill)]
        return search(model, fills, remaining, briefly)

    def thrown_away(self, model: Model) -> Array:
        """Value lost in each cell by filling worse segments first, shape (cells,); zero where the order holds."""
        z = np.asarray(model.value(self.segments)).reshape(self.length.shape)
        before = np.cumsum(self.length, axis=1) - self.length
        best = np.clip(z.sum(axis=1, keepdims=True) - before, 0.0, self.length)
        return ((best - z) * self.slope).sum(axis=1)

    def refine(self, model: Model) -> int:
        """Tie the cells that lose more than a millionth of their typical value; return how many were added.

        With a cell come all that share its first label: what an objective wants little of in one year of a region it
        wants little of in the others, and every round costs a solve.
        """
        lost = self.thrown_away(model)
        worth = 1e-6 * self.scale * self.slope[:, 0].max(initial=0.0)
        broken = (lost > worth).reshape(len(self.segments.dims[0]), -1)
        return self._tie(
            model, np.flatnonzero(np.broadcast_to(broken.any(axis=1, keepdims=True), broken.shape))
        )

    def complete(self, model: Model) -> int:
        """Tie every cell at once, so that the model is exact under any later edit (with binaries everywhere)."""
        return self._tie(model, np.arange(len(self.length)))

    def _tie(self, model: Model, candidates: np.ndarray) -> int:
        cells = [int(c) for c in candidates if int(c) not in self.ordered]
        if not cells:
            return 0
        self.ordered.update(dict.fromkeys(cells))
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
