r"""The shared cut engine: a sum of convex curves, held from below by tangents that are added where a plan needs them.

Most measures are sums over cells (regions, or groups of them) of perspectives of one curve f,

.. math:: S(x, a) = \sum_c w_c \, a_c f(x_c/a_c), \qquad a_c > 0, \qquad (1)

jointly convex and homogeneous in the values x and an anchor a (the mean, a group's mean, a threshold). With the ratios
:math:`\rho^0` of a reference and :math:`h_c \ge 0` the excess over the tangent there,

.. math:: S = \sum_c w_c\,[f'(\rho^0_c)\,x_c + (f(\rho^0_c)-\rho^0_c f'(\rho^0_c))\,a_c] + \sum_c w_c h_c. \qquad (2)

The model starts with the first, linear sum alone. Where a plan's excess is larger than the model has it, the variable
:math:`h_c` enters the row and a tangent at the plan's ratio holds it up,

.. math:: h_c \ge (f'(\rho)-f'(\rho^0_c))\,x_c + [(f-\rho f')(\rho)-(f-\rho f')(\rho^0_c)]\,a_c . \qquad (3)

Every tangent is below the curve everywhere, so the model is a relaxation at any moment; for a kinked curve a tangent on
either side is the curve itself. For a smooth one a plan lies where two tangents meet, so that single ones halve the distance;
between the plan's and the next ones several are added at once, evenly spread, and the error falls with the square of their
number. Cells by themselves converge in a few rounds where one cut for the whole sum (Kelley 1960, SIAM Journal 8) needs
dozens. While no cell has its :math:`h_c` the first, linear sum of a smooth curve moves towards the plans
(:mod:`spatialcoord.disparity.base`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.disparity.base import MANY, Base
from spatialcoord.disparity.common import Vector

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model

Curve = Callable[[Vector], Any]

PRECISION = 1e-8  # of the typical change: what may be missing where a row counts as held
# of the typical change, with many cells: unit of the excess variables, and with it of the solver's tolerance on a tangent. HiGHS
# scales the model once more; with a smaller unit its optimum there breaks tangents here, and it takes half as many steps again
UNIT = 10.0
LEFT = 1e-3  # of what is missing: so much may stay with the cells that matter least, for the next round
BETWEEN = 3  # tangents added between the plan's and the next known point, on either side
CLOSE = 1e-7  # of the ratio: points nearer to each other than this give the same tangent


class Tangents:
    """Row ``left - S(x, a) >= 0``, refined while solving.

    Parameters
    ----------
    x, a : Affine, dims (cell,)
        Values and anchors.
    weight : numpy.ndarray, shape (cells,)
        Non-negative weights w.
    curve, slope : callable
        f and its derivative, on vectors of ratios; at a kink any subgradient.
    start : numpy.ndarray, shape (cells,)
        Ratios of the reference.
    kinks : tuple of float
        For a curve of straight pieces, a ratio on each of them: then :meth:`complete` makes the row exact for every plan.
    """

    def __init__(
        self,
        x: Affine,
        a: Affine,
        weight: Vector,
        curve: Curve,
        slope: Curve,
        start: Vector,
        kinks: tuple[float, ...] = (),
    ) -> None:
        self.x, self.a, self.weight = x, a, np.asarray(weight, dtype=float)
        self.curve, self.slope, self.kinks = curve, slope, kinks
        self.start = np.asarray(start, dtype=float)
        self.touch, self.first = self.start, self._tangent(self.start)
        self.base = Base()
        count = len(self.weight)
        self.column = np.full(count, -1)
        # tangents so far, less the first: cell, ratio, coefficient of x, coefficient of a
        self.cells, self.ratios = np.empty(0, dtype=int), np.empty(0)
        self.on_x, self.on_a = np.empty(0), np.empty(0)

    def _tangent(self, ratio: Vector) -> tuple[Vector, Vector]:
        slope = self.slope(ratio)
        return slope, self.curve(ratio) - ratio * slope

    def enter(self, model: Model, left: Affine, scale: float, name: str = "") -> Tangents:
        """Enter the row `definition` and the (empty) `excess` and `tangent` into the current part.

        Parameters
        ----------
        model : Model
            The model of `x` and `a`.
        left : Affine, scalar
            What the sum may not exceed.
        scale : float
            Typical size of a change of `left`.
        name : str
            Prefix of the components' names, where a measure has two such rows.
        """
        from spatialcoord.model import Data

        self.scale = scale
        dims = self.x.dims
        linear = (
            self.x * Data(dims, self.weight * self.first[0])
            + self.a * Data(dims, self.weight * self.first[1])
        ).sum()
        self.definition = model.constrain(f"{name}definition", left - linear >= 0.0)
        self.excess = model.listed_variables(f"{name}excess", doc="how far a curve lies above its tangent")
        self.rows = model.listed_rows(f"{name}tangent")
        return self

    def plan(self, model: Model) -> Vector:
        """Values and anchors of the current plan, shape (2, cells)."""
        return np.stack([np.ravel(model.value(part)) for part in (self.x, self.a)])

    def missing(self, model: Model) -> tuple[Vector, Vector]:
        """Excess that the plan has and the model does not, weighted, and the plan's ratios; shape (cells,)."""
        x, a = self.plan(model)
        ratio = _ratio(x, a)
        slope, rest = self._tangent(ratio)
        true = (slope - self.first[0]) * x + (rest - self.first[1]) * a
        held = np.zeros(len(x))
        held[self.column >= 0] = model.arrays.columns.value[self.column[self.column >= 0]]
        # what a tangent holds up to the solver's tolerance is held
        np.maximum.at(held, self.cells, self.on_x * x[self.cells] + self.on_a * a[self.cells])
        return self.weight * np.maximum(true - held, 0.0), ratio

    def refine(self, model: Model) -> int:
        """Add tangents where the plan's excess is not held, the most important ones first; 0 where all is held."""
        missing, ratio = self.missing(model)
        total, allowed = float(missing.sum()), PRECISION * self.scale
        if total <= allowed:
            return 0
        if not self.kinks and not len(self.cells):
            point = self.base.move(model, self.plan(model), total)
            if point is not None:
                return self.rebase(model, _ratio(*point))
        order = np.argsort(-missing, kind="stable")
        # the rest together is a tenth of what is allowed, or little against the others
        rest = max(0.1 * allowed, 0.0 if self.kinks else LEFT * total)
        enough = int(np.searchsorted(np.cumsum(missing[order]), total - rest)) + 1
        cells = np.sort(order[:enough])
        if self.kinks:
            return self.add(model, cells, ratio)
        return sum(self.add(model, *points) for points in self.between(cells, ratio))

    def rebase(self, model: Model, ratio: Vector) -> int:
        """Let the linear sum of (2) touch the curve at other ratios, while no cell has a variable; returns 1."""
        from spatialcoord.model import Data

        slope, rest = self._tangent(ratio)
        dims = self.x.dims
        change = self.x * Data(dims, self.weight * (slope - self.first[0])) + self.a * Data(
            dims, self.weight * (rest - self.first[1])
        )
        model.extend_row(self.definition, -change.sum())
        self.touch, self.first = ratio, (slope, rest)
        return 1

    def between(self, cells: np.ndarray, ratio: Vector) -> Iterator[tuple[np.ndarray, Vector]]:
        """Cells and ratios of new tangents: at the plan, and evenly from there to the next points on either side.

        Points are the reference and all tangents so far; beyond the last one there is nothing to go by.
        """
        below, above = np.full((2, len(ratio)), np.nan)
        for known in (self.start, self.touch):
            np.fmax(below, np.where(known < ratio, known, np.nan), out=below)
            np.fmin(above, np.where(known > ratio, known, np.nan), out=above)
        lower = self.ratios < ratio[self.cells]
        np.fmax.at(below, self.cells[lower], self.ratios[lower])
        np.fmin.at(above, self.cells[~lower], self.ratios[~lower])
        yield cells, ratio
        for end in (below, above):
            apart = np.abs(end - ratio) > CLOSE * np.abs(ratio)  # False where there is no point
            some = cells[apart[cells]]
            if len(some):
                for part in np.arange(1, BETWEEN + 1) / (BETWEEN + 1):
                    yield some, ratio + part * (end - ratio)

    def complete(self, model: Model) -> int:
        """Hold every cell on every straight piece, so that the row is exact for every plan."""
        every = np.arange(len(self.weight))
        return sum(self.add(model, every, np.full(len(every), kink)) for kink in self.kinks)

    def add(self, model: Model, cells: np.ndarray, ratio: Vector) -> int:
        """Add tangents (3) at the given ratios; returns the number of rows and columns that came.

        Parameters
        ----------
        model : Model
            The model.
        cells : numpy.ndarray of int
            Cells to hold.
        ratio : numpy.ndarray, shape (all cells,)
            Where to touch the curve.
        """
        from spatialcoord.model import Affine, Data, Dim
        from spatialcoord.model.affine import take
        from spatialcoord.model.sparse import csr

        (dim,) = self.x.dims
        fresh = cells[self.column[cells] < 0]
        if len(fresh):
            unit = self.scale * (UNIT if len(self.weight) >= MANY else 1.0)
            hinge = self.excess.add([dim.labels[c] for c in fresh], scale=unit)
            self.column[fresh] = hinge.matrix.indices
            model.extend_row(self.definition, -(hinge * Data(hinge.dims, self.weight[fresh])).sum())
        slope, rest = self._tangent(ratio)
        on_x, on_a = slope[cells] - self.first[0][cells], rest[cells] - self.first[1][cells]
        first = len(self.rows)
        rows = Dim("tangent", [(dim.labels[c], first + i) for i, c in enumerate(cells)])
        x, a = (Affine(take(part.matrix, cells), part.constant[cells], (rows,)) for part in (self.x, self.a))
        columns, each = self.column[cells].astype(np.int32), np.arange(len(cells) + 1, dtype=np.int32)
        held = Affine(
            csr(np.ones(len(cells)), columns, each, (len(cells), int(columns.max(initial=-1)) + 1)),
            np.zeros(len(cells)),
            (rows,),
        )
        self.rows.add(rows.labels, held - x * Data((rows,), on_x) - a * Data((rows,), on_a) >= 0.0)
        self.cells, self.ratios = (
            np.concatenate([self.cells, cells]),
            np.concatenate([self.ratios, ratio[cells]]),
        )
        self.on_x, self.on_a = np.concatenate([self.on_x, on_x]), np.concatenate([self.on_a, on_a])
        return len(cells) + len(fresh)


def _ratio(x: Vector, a: Vector) -> Vector:
    """Ratios of values to anchors, which may have fallen to zero."""
    return x / np.maximum(a, 1e-12 * np.abs(a).max(initial=1e-300))
