"""What parties can agree on: a finite set of outcomes, lotteries over them, linear constraints, or the plans of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from spatialcoord.errors import InputError, Problem, SolveError
from spatialcoord.games.basics import Vector
from spatialcoord.games.rows import OPTIONS


@dataclass(frozen=True, eq=False)
class Outcomes:
    r"""Utilities :math:`u = U z` of outcomes :math:`z \in \{A z \le b,\ A' z = b',\ \ell \le z \le h\}`.

    Made by :meth:`points`, :meth:`linear` or :meth:`plans`; not to be filled by hand.

    Attributes
    ----------
    utilities : numpy.ndarray, shape (n, m)
        U: of the points, a column each; of linear constraints the identity; of plans a column a variable and one for what is constant.
    a, b, a_eq, b_eq : numpy.ndarray (of plans a and a_eq are sparse)
        Constraints on z, shapes (k, m), (k,), (l, m), (l,).
    lower, upper : float, numpy.ndarray of shape (m,), or None
        Bounds of z.
    labels : tuple of str
        Names of the points; empty for linear constraints.
    discrete : bool
        Only the points themselves are outcomes, no lotteries.
    size : numpy.ndarray, shape (n,), or None
        About how much each party can gain; of plans only.
    """

    utilities: Vector
    a: Any
    b: Vector
    a_eq: Any
    b_eq: Vector
    lower: Any
    labels: tuple[str, ...]
    discrete: bool
    upper: Any = None
    size: Vector | None = None

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

    @classmethod
    def plans(
        cls,
        utilities: Any,
        constant: Sequence[float] | Vector,
        a: Any,
        b: Sequence[float] | Vector,
        lower: Sequence[float] | Vector,
        upper: Sequence[float] | Vector,
        size: Sequence[float] | Vector,
    ) -> Outcomes:
        r"""The plans of a linear model, :math:`u = U z + u^0,\ A z \le b,\ \ell \le z \le h`.

        Parameters
        ----------
        utilities : array_like or sparse, shape (n, m)
            U: what a unit of each variable is worth to each party.
        constant : array_like, shape (n,)
            :math:`u^0`.
        a, b : array_like or sparse, shapes (k, m) and (k,)
            Rules of the model.
        lower, upper : array_like, shape (m,)
            Bounds of the variables; infinite where there is none.
        size : array_like, shape (n,)
            About how much each party can gain, positive: the scale of its utility.

        Raises
        ------
        InputError
            Shapes that do not fit, numbers that are not finite.
        """
        worth = np.asarray(utilities.todense() if sp.issparse(utilities) else utilities, dtype=float)
        rules = sp.csr_array(a, dtype=float)
        fixed, side, about = (
            _array(v, 1, name) for v, name in ((constant, "constant"), (b, "b"), (size, "size"))
        )
        low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
        n, m = worth.shape
        per_variable, per_party = {low.shape, high.shape}, {fixed.shape, about.shape}
        if rules.shape != (len(side), m) or per_variable != {(m,)} or per_party != {(n,)}:
            raise InputError(
                Problem(
                    f"utilities {worth.shape}, rules {rules.shape}, right-hand sides {side.shape}, bounds {low.shape} and "
                    f"{high.shape}, constants {fixed.shape}, sizes {about.shape}",
                    "plans",
                    "they are not of one model",
                )
            )
        if not (np.isfinite(worth).all() and np.isfinite(rules.data).all()) or np.isnan([low, high]).any():
            raise InputError(Problem("numbers that are not finite", "plans"))
        one = sp.csr_array(np.eye(1, m + 1, m))
        return cls(
            np.hstack([worth, fixed[:, None]]),
            sp.csr_array(sp.hstack([rules, sp.csr_array((len(side), 1))])),
            side,
            one,
            np.ones(1),
            np.append(low, 1.0),
            (),
            False,
            np.append(high, 1.0),
            np.where(about > 0, about, 1.0),
        )

    def moved(self, origin: Vector, unit: Vector) -> Outcomes:
        """The same outcomes with utilities (u - origin) / unit, shapes (n,)."""
        if self.size is not None:  # the last column is one
            worth = self.utilities.copy()
            worth[:, -1] -= origin
            return replace(self, utilities=worth / unit[:, None], size=self.size / unit)
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
        if self.size is not None:
            unit = self.size.copy()
        elif self.labels:
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
        stack = _sparse if sp.issparse(self.a) else _dense
        upper, equal = stack(rows, self.a, extra), stack(None, self.a_eq, extra)
        low = np.full(width, -np.inf if self.lower is None else self.lower)
        high = np.full(width, np.inf if self.upper is None else self.upper)
        free = np.full(extra, np.inf)
        found = linprog(
            -cost,
            upper if upper.shape[0] else None,
            np.concatenate([side, self.b]) if upper.shape[0] else None,
            equal if equal.shape[0] else None,
            self.b_eq if equal.shape[0] else None,
            np.column_stack([np.append(low, -free), np.append(high, free)]),
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
        duals = -found.ineqlin.marginals[: len(rows)] if upper.shape[0] else np.zeros(0)
        return found.x, float(-found.fun), duals


def _dense(rows: Vector | None, matrix: Vector, extra: int) -> Vector:
    """Rows above a matrix that is widened by columns of zeros."""
    wide = np.hstack([matrix, np.zeros((len(matrix), extra))])
    return wide if rows is None else np.vstack([rows, wide])


def _sparse(rows: Vector | None, matrix: Any, extra: int) -> Any:
    wide = sp.hstack([matrix, sp.csr_array((matrix.shape[0], extra))])
    return sp.csr_array(wide if rows is None else sp.vstack([sp.csr_array(rows), wide]))


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
