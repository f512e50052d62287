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
either side is the curve itself, and for a smooth one the error falls with the square of the step. Cells by themselves
converge in a few rounds where one cut for the whole sum (Kelley 1960, SIAM Journal 8) needs dozens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.disparity.common import Vector

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model

Curve = Callable[[Vector], Any]

# of the typical change: below what the solver's feasibility tolerance can tell
PRECISION = 1e-9


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
        self.first = self._tangent(np.asarray(start, dtype=float))
        count = len(self.weight)
        self.column = np.full(count, -1)
        # tangents so far, less the first: cell, coefficient of x, coefficient of a
        self.cells = np.empty(0, dtype=int)
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

    def missing(self, model: Model) -> tuple[Vector, Vector]:
        """Excess that the plan has and the model does not, weighted, and the plan's ratios; shape (cells,)."""
        x, a = (np.ravel(model.value(part)) for part in (self.x, self.a))
        ratio = x / np.maximum(a, 1e-12 * np.abs(a).max(initial=1e-300))
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
        allowed = PRECISION * self.scale
        if missing.sum() <= allowed:
            return 0
        order = np.argsort(-missing, kind="stable")
        # the rest together is a tenth of what is allowed
        enough = int(np.searchsorted(np.cumsum(missing[order]), missing.sum() - 0.1 * allowed)) + 1
        return self.add(model, np.sort(order[:enough]), ratio)

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
            hinge = self.excess.add([dim.labels[c] for c in fresh], scale=self.scale)
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
        self.cells = np.concatenate([self.cells, cells])
        self.on_x, self.on_a = np.concatenate([self.on_x, on_x]), np.concatenate([self.on_a, on_a])
        return len(cells) + len(fresh)
