"""The linear programme under a model with order binaries: segments by bounds, the envelope by rows that are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import scipy.sparse as sp

from spatialcoord.economy.envelope import Held
from spatialcoord.economy.setting import Array

if TYPE_CHECKING:
    from spatialcoord.economy.ordering import OrderedFill
    from spatialcoord.model import Model

BROKEN = 1e-7  # a row of the envelope counts as broken by more than this, as the solver sees it


class Stopped(Exception):
    """The search ends without an answer."""


class Cells:
    """The tied cells of one term and their binaries, by position among all binaries."""

    def __init__(self, fill: OrderedFill, position: np.ndarray) -> None:
        tied = np.array(list(fill.ordered), dtype=np.int64)
        pieces = fill.length.shape[1]
        columns = np.arange(len(position))[fill.binaries.component.positions]
        self.binary = position[columns].reshape(len(tied), pieces - 1)
        self.rows = fill.rows.component.positions
        self.column = fill.segments.matrix.indices.reshape(-1, pieces)[tied]
        self.length, self.slope = fill.length[tied], fill.slope[tied]
        self.before = np.cumsum(self.length, axis=1) - self.length
        self.typical = fill.scale * fill.slope.max(initial=0.0) or 1.0

    def read(self, values: Array) -> tuple[Array, Array]:
        """Totals and relative value thrown away, shape (cells,)."""
        z = values[self.column]
        total = z.sum(axis=1)
        best = np.clip(total[:, None] - self.before, 0.0, self.length)
        return total, ((best - z) * self.slope).sum(axis=1) / self.typical

    def bounds(self, low: Array, high: Array) -> tuple[Array, Array]:
        """What bounds on the binaries say of the segments, shape (cells, segments): full below a one, none above a zero."""
        least, most = np.zeros_like(self.length), self.length.copy()
        least[:, :-1] = self.length[:, :-1] * low[self.binary]
        most[:, 1:] *= high[self.binary]
        return least, most


class Relaxation:
    """What the session holds without its order binaries; the solver is given back as it was taken.

    The binaries and their rows stand aside while it lasts: what is said of a binary is said as bounds on segments.

    Parameters
    ----------
    model : Model
        Its session holds a model whose whole numbers are all order binaries.
    fills : list of OrderedFill
        The terms they belong to.
    """

    def __init__(self, model: Model, fills: list[OrderedFill]) -> None:
        self.model, self.session, self.fills = model, model.session, fills
        self.highs = self.session.highs
        sent: dict[str, Any] = self.session.sent or {}
        self.sent = sent
        self.sign = float(sent["sense"])
        self.whole = np.flatnonzero(sent["kind"]).astype(np.int32)
        self.lower, self.upper = sent["lower"][self.whole], sent["upper"][self.whole]
        position = np.full(len(sent["kind"]), -1)
        position[self.whole] = np.arange(len(self.whole))
        self.cells = [Cells(fill, position) for fill in fills if fill.ordered]
        self.columns = np.concatenate([cells.column.ravel() for cells in self.cells]).astype(np.int32)
        rows = [np.arange(model.arrays.rows.size)[cells.rows] for cells in self.cells]
        self.rows = np.concatenate(rows)
        self.programmes = self.iterations = self.added = 0

    @property
    def ours(self) -> bool:
        """Whether the whole numbers are the order binaries, their rows hold, and nothing else asks for them."""
        mine = np.concatenate([cells.binary.ravel() for cells in self.cells])
        if len(mine) != len(self.whole) or not (np.sort(mine) == np.arange(len(mine))).all():
            return False
        sides = (self.sent["row_lower"][self.rows] == 0.0) ^ (self.sent["row_upper"][self.rows] == 0.0)
        asked = [row.columns for row in self.session.edits.rows]
        return bool(
            sides.all()
            and not self.sent["cost"][self.whole].any()
            and not (asked and np.isin(np.concatenate(asked), self.whole).any())
            and not (self.session.edits.objective and self.session.edits.objective.quadratic)
        )

    def relax(self) -> None:
        """Set the binaries and their rows aside and work out the rows of the envelope."""
        free = np.full(len(self.rows), np.inf)
        places = self.session.row_of[self.rows].astype(np.int32)
        self.highs.changeColsIntegrality(len(self.whole), self.whole, np.zeros(len(self.whole), np.uint8))
        self.highs.changeRowsBounds(len(places), places, -free, free)
        segments = np.concatenate([fill.segments.matrix.indices for fill in self.fills])
        decided = np.concatenate([fill.decided for fill in self.fills])
        held = Held(self.model, segments, decided, self.fills[0].known_bounds)
        parts = [fill.rows_below(held) for fill in self.fills]
        matrix = sp.csr_array(sp.vstack([part for part, _ in parts], format="csr"))
        self.right = np.concatenate([b for _, b in parts])
        column = self.session.scaling.column
        if column is not None:
            matrix.data = matrix.data * column[matrix.indices]
        # a straight response leaves nothing but rounding
        largest = abs(matrix).max(axis=1).toarray().ravel()
        told = largest > 1e-9 * largest.max(initial=0.0)
        scale = 1.0 / largest[told]
        self.envelope = sp.csr_array(sp.diags_array(scale) @ matrix[np.flatnonzero(told)])
        self.right = self.right[told] * scale
        self.waiting = np.ones(len(scale), bool)

    def restore(self) -> None:
        """Undo :meth:`relax` and every branch."""
        sent, scaling = self.sent, self.session.scaling
        self.highs.setOptionValue("objective_bound", np.inf)
        last = self.highs.getNumRow()
        if self.added:
            self.highs.deleteRows(self.added, np.arange(last - self.added, last, dtype=np.int32))
        lower, upper = scaling.bounds(sent["lower"]), scaling.bounds(sent["upper"])
        self.highs.changeColsBounds(len(self.columns), self.columns, lower[self.columns], upper[self.columns])
        places = self.session.row_of[self.rows].astype(np.int32)
        sides = scaling.sides(sent["row_lower"])[self.rows], scaling.sides(sent["row_upper"])[self.rows]
        self.highs.changeRowsBounds(len(places), places, *sides)
        self.highs.changeColsIntegrality(len(self.whole), self.whole, np.ones(len(self.whole), np.uint8))

    def solve(self, low: Array, high: Array, limit: float = np.inf) -> tuple[float, Array] | None:
        """Value (to be minimised) and plan with the binaries inside bounds; None when there is none.

        A value that is not below `limit` may be told as `limit`, with a plan that means nothing.
        """
        parts = [cells.bounds(low, high) for cells in self.cells]
        least = np.concatenate([part.ravel() for part, _ in parts])
        most = np.concatenate([part.ravel() for _, part in parts])
        least = np.maximum(least, self.sent["lower"][self.columns])
        most = np.minimum(most, self.sent["upper"][self.columns])
        if (least > most).any():
            return None
        column = self.session.scaling.column
        scale = 1.0 if column is None else column[self.columns]
        self.highs.changeColsBounds(len(self.columns), self.columns, least / scale, most / scale)
        self.highs.setOptionValue("objective_bound", limit if self.sign > 0 else np.inf)
        while True:
            self.highs.run()
            self.programmes += 1
            status, info = self.highs.getModelStatus(), self.highs.getInfo()
            self.iterations += max(0, info.simplex_iteration_count)
            if status == highspy.HighsModelStatus.kInfeasible:
                return None
            if status == highspy.HighsModelStatus.kObjectiveBound:
                return limit, np.zeros(0)
            if status != highspy.HighsModelStatus.kOptimal:
                raise Stopped
            solved = np.asarray(self.highs.getSolution().col_value)
            if not self._cut(solved):
                return self.sign * info.objective_function_value, self.session.scaling.values(solved)

    def _cut(self, solved: Array) -> bool:
        """Add the rows of the envelope that the relaxation breaks; whether there were any."""
        broken = np.flatnonzero(self.waiting & (self.envelope @ solved < self.right - BROKEN))
        if not len(broken):
            return False
        self.waiting[broken] = False
        part = sp.csr_array(self.envelope[broken])
        self.highs.addRows(
            len(broken), self.right[broken], np.full(len(broken), np.inf), part.nnz,
            part.indptr[:-1].astype(np.int32), part.indices.astype(np.int32), part.data,
        )  # fmt: skip
        self.added += len(broken)
        return True
