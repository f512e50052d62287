"""What parties can agree on: a finite set of outcomes, lotteries over them, or linear constraints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import linprog

from spatialcoord.errors import InputError, Problem, SolveError
from spatialcoord.games.basics import Vector
from spatialcoord.games.rows import OPTIONS


@dataclass(frozen=True, eq=False)
class Outcomes:
    r"""Utilities :math:`u = U z` of outcomes :math:`z \in \{A z \le b,\ A' z = b',\ z \ge \ell\}`.

    Made by :meth:`points` or :meth:`linear`; not to be filled by hand.

    Attributes
    ----------
    utilities : numpy.ndarray, shape (n, m)
        U: of the points, a column each; of linear constraints the identity.
    a, b, a_eq, b_eq : numpy.ndarray
        Constraints on z, shapes (k, m), (k,), (l, m), (l,).
    lower : float or None
        Lower bound of z.
    labels : tuple of str
        Names of the points; empty for linear constraints.
    discrete : bool
        Only the points themselves are outcomes, no lotteries.
    """

    utilities: Vector
    a: Vector
    b: Vector
    a_eq: Vector
    b_eq: Vector
    lower: float | None
    labels: tuple[str, ...]
    discrete: bool

    @property
    def parties(self) -> int:
        """Number of parties."""
        return len(self.utilities)

    @classmethod
    def points(cls, points: Mapping[str, Sequence[float]] | Any, lotteries: bool = True) -> Outcomes:
        """A finite set of outcomes.

        Parameters
        ----------
        points : mapping of str to sequence of float, or array_like, shape (m, n)
            Utility of every party at each point, in cardinal units (lotteries are worth their expectation).
        lotteries : bool
            Whether shares of points (lotteries, or time shares) can be agreed on: the convex hull, or the points alone.

        Raises
        ------
        InputError
            No points, points of different lengths, numbers that are not finite.
        """
        names = tuple(map(str, points)) if isinstance(points, Mapping) else ()
        rows = list(points.values()) if isinstance(points, Mapping) else list(points)
        values = _array(rows, 2, "points")
        if not names:
            names = tuple(str(k + 1) for k in range(len(values)))
        m = len(values)
        return cls(
            values.T,
            np.zeros((0, m)),
            np.zeros(0),
            np.ones((1, m)),
            np.ones(1),
            0.0,
            names,
            not lotteries,
        )

    @classmethod
    def linear(cls, a: Any = None, b: Any = None, a_eq: Any = None, b_eq: Any = None) -> Outcomes:
        r"""Utilities bounded by linear constraints, :math:`A u \le b` and :math:`A' u = b'`.

        Parameters
        ----------
        a, b : array_like, shapes (k, n) and (k,)
            Inequalities.
        a_eq, b_eq : array_like, shapes (l, n) and (l,), optional
            Equations.

        Raises
        ------
        InputError
            No constraints, shapes that do not fit, numbers that are not finite.
        """
        if a is None and a_eq is None:
            raise InputError(
                Problem("there are no constraints", "outcomes", remedy="Give a and b, or a_eq and b_eq.")
            )
        given = {"a": a, "a_eq": a_eq}
        n = _array(next(v for v in given.values() if v is not None), 2, "outcomes").shape[1]
        parts: list[Vector] = []
        problems: list[Problem | str] = []
        for name, matrix, side in (("a", a, b), ("a_eq", a_eq, b_eq)):
            left = _array(matrix, 2, name) if matrix is not None else np.zeros((0, n))
            right = _array(side, 1, name.replace("a", "b", 1)) if side is not None else np.zeros(0)
            if left.shape != (len(right), n):
                problems.append(
                    Problem(f"{left.shape[0]} rows for {n} parties, {len(right)} right-hand sides", name)
                    if left.shape[1] == n
                    else Problem(f"{left.shape[1]} columns for {n} parties", name)
                )
            parts += [left, right]
        if problems:
            raise InputError(problems)
        return cls(np.eye(n), parts[0], parts[1], parts[2], parts[3], None, (), False)

    def moved(self, origin: Vector, unit: Vector) -> Outcomes:
        """The same outcomes with utilities (u - origin) / unit, shapes (n,)."""
        if self.labels:  # shares of points sum to 1
            return replace(self, utilities=(self.utilities - origin[:, None]) / unit[:, None])
        sides = []
        for matrix, side in ((self.a, self.b), (self.a_eq, self.b_eq)):
            size = np.abs(matrix * unit).max(axis=1, initial=0.0)
            size[size == 0] = 1.0
            sides += [matrix * unit / size[:, None], (side - matrix @ origin) / size]
        return replace(self, a=sides[0], b=sides[1], a_eq=sides[2], b_eq=sides[3])

    def gains(self, d: Vector) -> tuple[Outcomes, Vector]:
        """Outcomes as gains over d of about order one, and the unit of each party's gains, shape (n,)."""
        from_d = self.moved(d, np.ones(len(d)))
        if self.labels:
            unit = np.abs(from_d.utilities).max(axis=1)
        else:
            # where a row has no negative coefficient its side over the coefficient is the most a party can gain
            rows, sides = np.vstack([from_d.a, from_d.a_eq]), np.concatenate([from_d.b, from_d.b_eq])
            most = np.full(rows.shape, np.inf)
            np.divide(sides[:, None], rows, out=most, where=(rows > 0) & (sides[:, None] > 0))
            unit = most.min(axis=0)
            unit[np.isinf(unit)] = np.abs(sides).max(initial=0.0)
        unit[unit == 0] = 1.0
        return from_d.moved(np.zeros(len(d)), unit), unit

    def maximise(
        self,
        cost: Vector,
        rows: Vector | None = None,
        side: Vector | None = None,
        extra: int = 0,
    ) -> tuple[Vector, float, Vector]:
        """Linear programme over outcomes and `extra` free variables after z.

        Parameters
        ----------
        cost : numpy.ndarray, shape (m + extra,)
            To be maximised.
        rows, side : numpy.ndarray, shapes (r, m + extra) and (r,)
            Further rows, at most `side`.

        Returns
        -------
        (point, value, duals)
            Shapes (m + extra,), (), (r,); duals are the gain in the objective per unit of `side`.

        Raises
        ------
        InputError
            No outcome satisfies the rows, or the objective has no upper bound.
        """
        width = len(cost) - extra
        rows = np.zeros((0, len(cost))) if rows is None else rows
        side = np.zeros(0) if side is None else side
        upper = np.vstack([rows, np.hstack([self.a, np.zeros((len(self.a), extra))])])
        equal = np.hstack([self.a_eq, np.zeros((len(self.a_eq), extra))])
        found = linprog(
            -cost,
            upper if len(upper) else None,
            np.concatenate([side, self.b]) if len(upper) else None,
            equal if len(equal) else None,
            self.b_eq if len(equal) else None,
            [(self.lower, None)] * width + [(None, None)] * extra,
            method="highs-ds",
            options=OPTIONS,
        )
        if found.status == 2:
            raise InputError(
                Problem(
                    "no outcome gives every party at least what it has without an agreement",
                    why="then there is nothing to bargain over",
                    remedy="Check the disagreement point and the outcomes.",
                )
            )
        if found.status in (3, 4):
            raise InputError(
                Problem(
                    "utilities have no upper bound",
                    "outcomes",
                    remedy="Bound what parties can get by constraints.",
                )
            )
        if found.status != 0:
            raise SolveError(f"A linear programme over outcomes ended without an optimum: {found.message}")
        duals = -found.ineqlin.marginals[: len(rows)] if len(upper) else np.zeros(0)
        return found.x, float(-found.fun), duals


def _array(given: Any, dimensions: int, where: str) -> Vector:
    try:
        array = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise InputError(Problem("not a table of numbers with rows of one length", where)) from None
    if array.ndim != dimensions or array.size == 0:
        raise InputError(
            Problem(
                f"{array.ndim} dimensions and {array.size} numbers",
                where,
                f"{dimensions} dimensions are needed",
            )
        )
    if not np.isfinite(array).all():
        raise InputError(Problem("numbers that are not finite", where))
    return array
