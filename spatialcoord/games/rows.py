r"""Linear programmes with a row for every coalition, of which only those that matter are written.

.. math:: \min\; a^\top x + a_0 \varepsilon \quad\text{s.t.}\quad x(S) + \omega(S)\,\varepsilon \ge w(S)\ \ (S \in \mathcal W),\quad
          A x + \omega_A \varepsilon = b,\quad x \ge \ell \qquad (1)

Rows are added where the last optimum breaks them (all :math:`2^n` are looked at in one sweep), until none is broken.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

from spatialcoord.errors import SolveError
from spatialcoord.games.basics import Vector, indicator, subset_sums

BROKEN = 1e-9  # of the scale of the worths: a row broken by more is added
AT_ONCE = 60  # rows added a round
ROUNDS = 500
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
    pool: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size = int(self.worth.size).bit_length() - 1
        every = self.worth.size - 1
        # single players and their complements keep every programme bounded
        if not self.pool:
            ones = [1 << i for i in range(self.size)]
            self.pool = list(dict.fromkeys(m for m in ones + [every ^ o for o in ones] if 0 < m < every))

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
        inside = np.flatnonzero(wanted)
        used = [m for m in self.pool if wanted[m]]
        for _ in range(ROUNDS):
            left = np.array([[*indicator(m, self.size), self.omega[m]] for m in used]).reshape(
                -1, self.size + 1
            )
            found = linprog(
                cost,
                -left if used else None,
                -self.worth[used] if used else None,
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
            broken = (self.worth - subset_sums(x) - self.omega * epsilon)[inside]
            worst = inside[np.argsort(-broken, kind="stable")[: AT_ONCE + len(used)]]
            limit = set(inside[broken > BROKEN].tolist()).difference(used)
            new = [int(m) for m in worst if int(m) in limit][:AT_ONCE]
            if not new:
                self.pool = list(dict.fromkeys(self.pool + used))
                duals = (
                    {m: float(-d) for m, d in zip(used, found.ineqlin.marginals, strict=True)} if used else {}
                )
                return Optimum(x, epsilon, float(found.fun), duals, found.lower.marginals[:-1])
            used += new
        raise SolveError(f"The rows of a programme over coalitions did not settle in {ROUNDS} rounds.")


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
