r"""Scaling between natural units and what HiGHS sees, done and undone in one place.

A column has a scale :math:`s_j`, a row :math:`r_i`, the objective :math:`\sigma`, all powers of two, so that scaling is
exact. With :math:`x_j = s_j x'_j` the solver holds

.. math::
    a'_{ij} = r_i a_{ij} s_j, \quad b'_i = r_i b_i, \quad l'_j = l_j / s_j, \quad c'_j = \sigma c_j s_j,        (1)

and what it answers is undone by

.. math:: x_j = s_j x'_j, \quad y_i = r_i y'_i / \sigma, \quad d_j = d'_j / (s_j \sigma).                       (2)

While every column has scale one, rows are left as they are and only the objective is scaled.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp


def power_of_two(numbers: np.ndarray) -> np.ndarray:
    """Nearest power of two of positive numbers."""
    return np.exp2(np.rint(np.log2(numbers)))


class Scaling:
    """Scales of columns, rows and objective of one session.

    Attributes
    ----------
    column : ndarray or None
        Scale per column; None while all are one.
    row : ndarray or None
        Scale per row of the arrays; None while all are one.
    objective : float
        Scale of the objective.
    """

    def __init__(self) -> None:
        self.column: np.ndarray | None = None
        self.row: np.ndarray | None = None
        self.objective = 1.0

    def set_columns(self, scale: np.ndarray, kind: np.ndarray, known: int) -> bool:
        """Take the columns' scales; whole numbers keep one.

        Returns whether one of the first `known` columns, which the solver already holds, has another scale than before.
        """
        if self.column is None and (scale == 1.0).all():
            return False
        old = np.ones(known) if self.column is None else self.column[:known]
        self.column = np.where(kind > 0, 1.0, power_of_two(scale))
        return not np.array_equal(old, self.column[:known])

    def forget_rows(self) -> None:
        """Drop all row scales before the whole model is handed over again."""
        self.row = None

    def add_rows(self, matrix: sp.csr_array, first: int) -> sp.csr_array:
        """Scale new rows that start at `first`; chooses their scales and returns the scaled matrix."""
        if self.column is None:
            return matrix
        data = matrix.data * self.column[matrix.indices]
        scale = np.ones(matrix.shape[0])
        lengths = np.diff(matrix.indptr)
        filled = lengths > 0
        if filled.any():
            largest = np.maximum.reduceat(np.abs(data), matrix.indptr[:-1][filled])
            scale[filled] = 1.0 / power_of_two(np.where(largest > 0, largest, 1.0))
        known = np.ones(first) if self.row is None else self.row[:first]
        self.row = np.concatenate([known, scale])
        data *= np.repeat(scale, lengths)
        return sp.csr_array((data, matrix.indices, matrix.indptr), matrix.shape)

    def entries(self, rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Scaled coefficients of single entries."""
        if self.column is None:
            return values
        scaled = values * self.column[columns]
        return scaled if self.row is None else scaled * self.row[rows]

    def user_row(self, columns: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, float]:
        """Scaled coefficients of a user's row and the row's scale."""
        if self.column is None or not len(values):
            return values, 1.0
        scaled = values * self.column[columns]
        largest = np.abs(scaled).max()
        scale = 1.0 / float(power_of_two(largest)) if largest > 0 else 1.0
        return scaled * scale, scale

    def set_objective(self, cost: np.ndarray) -> None:
        """Choose the objective's scale so that a typical cost is around one."""
        typical = np.abs(cost if self.column is None else cost * self.column)
        typical = typical[typical > 0]
        self.objective = float(1.0 / power_of_two(np.median(typical))) if len(typical) else 1.0

    # ---- (1) ----------------------------------------------------------------------------------------------------------

    def bounds(self, bounds: np.ndarray) -> np.ndarray:
        """Column bounds as the solver holds them."""
        return bounds if self.column is None else bounds / self.column

    def costs(self, cost: np.ndarray) -> np.ndarray:
        """Costs as the solver holds them."""
        return cost * self.objective if self.column is None else cost * self.column * self.objective

    def sides(self, sides: np.ndarray) -> np.ndarray:
        """Row bounds as the solver holds them."""
        return sides if self.row is None else sides * self.row

    # ---- (2) ----------------------------------------------------------------------------------------------------------

    def values(self, solved: np.ndarray) -> np.ndarray:
        """Column values in natural units."""
        return solved if self.column is None else solved * self.column

    def duals(self, solved: np.ndarray) -> np.ndarray:
        """Duals of the arrays' rows in natural units."""
        return solved / self.objective if self.row is None else solved * self.row / self.objective

    def reduced(self, solved: np.ndarray) -> np.ndarray:
        """Reduced costs in natural units."""
        return solved / self.objective if self.column is None else solved / (self.column * self.objective)
