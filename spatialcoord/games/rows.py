r"""Linear programmes with a row for every coalition, of which only those that matter are written.

.. math:: \min\; a^\top x + a_0 \varepsilon \quad\text{s.t.}\quad x(S) + \omega(S)\,\varepsilon \ge w(S)\ \ (S \in \mathcal W),\quad
          A x + \omega_A \varepsilon = b,\quad x \ge \ell \qquad (1)

All :math:`2^n` rows are looked at in one sweep; those that the last optimum breaks or nearly breaks are added, twice as many each round,
until none is broken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from spatialcoord.errors import SolveError
from spatialcoord.games.basics import Vector, subset_sums

BROKEN = 1e-9  # of the scale of the worths: a row broken by more is added
TIGHT = 1e-6  # rows with less slack than this are what the next programme starts from
AT_ONCE = 60  # rows added in the first round, and twice as many in each after it
OPTIONS = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True)
class Optimum:
    """Optimum of (1): point, epsilon, objective, duals by coalition and reduced costs of the lower bounds."""

    x: Vector
    epsilon: float
    value: float
    duals: dict[int, float]
    reduced: Vector


@dataclass
class Rows:
    """The rows of (1), and those of them that were needed so far.

    Parameters
    ----------
    worth, omega : numpy.ndarray, shape (2^n,)
        Right-hand sides, best of order one, and coefficients of epsilon (zeros without one).
    """

    worth: Vector
    omega: Vector

    def __post_init__(self) -> None:
        self.size = int(self.worth.size).bit_length() - 1
        every, ones = self.worth.size - 1, 1 << np.arange(self.size)
        # single players and their complements keep every programme bounded
        both = np.unique(np.concatenate([ones, every ^ ones]))
        self.bounding = both[(both > 0) & (both < every)]
        self.last = self.bounding[:0]  # what was tight in the last optimum

    def solve(
        self,
        cost: Vector,
        wanted: Vector,
        equal: tuple[Vector, Vector] | None = None,
        lower: float | None = None,
        fixed: float | None = None,
    ) -> Optimum:
        """Optimum of (1).

        Parameters
        ----------
        cost : numpy.ndarray, shape (n + 1,)
            Objective, epsilon last.
        wanted : numpy.ndarray of bool, shape (2^n,)
            The coalitions whose rows hold.
        equal : (matrix, right-hand side), optional
            Independent equations on x, shapes (k, n) and (k,).
        lower : float, optional
            Lower bound of every x; none by default.
        fixed : float, optional
            Value of epsilon; free by default.
        """
        bounds = [(lower, None)] * self.size + [(fixed, fixed) if fixed is not None else (None, None)]
        matrix, side = equal if equal is not None else (np.zeros((0, self.size)), np.zeros(0))
        matrix = np.hstack([matrix, np.zeros((len(matrix), 1))])
        used = np.union1d(self.bounding, self.last)
        used = used[wanted[used]]
        unused = wanted.copy()
        unused[used] = False
        at_once = AT_ONCE
        while True:
            left = np.hstack([used[:, None] >> np.arange(self.size) & 1, self.omega[used, None]])
            found = linprog(
                cost,
                -sp.csr_array(left) if used.size else None,
                -self.worth[used] if used.size else None,
                matrix if len(side) else None,
                side if len(side) else None,
                bounds,
                method="highs-ds",
                options=OPTIONS,
            )
            if found.status != 0:
                raise SolveError(
                    f"A linear programme over coalitions ended without an optimum: {found.message}"
                )
            x, epsilon = found.x[:-1], float(found.x[-1])
            broken = self.worth - subset_sums(x) - self.omega * epsilon
            if not (broken[unused] > BROKEN).any():
                self.last = used[broken[used] > -TIGHT]
                marginals = found.ineqlin.marginals if used.size else []
                duals = {int(m): float(-d) for m, d in zip(used, marginals, strict=True)}
                return Optimum(x, epsilon, float(found.fun), duals, found.lower.marginals[:-1])
            # those that nearly bind as well: where they are many, broken ones alone would come a few at a time
            rest = np.flatnonzero(unused)
            new = rest[np.argsort(-broken[rest], kind="stable")[:at_once]]
            used, unused[new] = np.concatenate([used, new]), False
            at_once *= 2


def free_directions(fixed: Vector) -> Vector:
    """Orthonormal basis of the side payments that leave all rows of `fixed` (k, n) as they are, shape (n, n - rank)."""
    _, size, right = np.linalg.svd(fixed)
    rank = int((size > 1e-9).sum())
    return right[rank:].T


def moved(directions: Vector) -> Vector:
    """Whether side payments along these directions change what a coalition gets, shape (2^n,)."""
    found = np.zeros(1 << len(directions), dtype=bool)
    for direction in directions.T:
        found |= np.abs(subset_sums(direction)) > 1e-9
    return found
