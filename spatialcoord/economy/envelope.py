r"""Rows that hold a concave response from below wherever a plan can be: the convex envelope, for one solve.

In a cell the response :math:`\phi` of a total x is concave. Under an objective that wants little of it, a relaxation
falls to the convex envelope of :math:`\phi`, and the better the bounds on x, the better the envelope. Where a rule says
:math:`x \ge L`, with L a linear form that lies between :math:`\underline L` and :math:`\overline L` (a floor: a share of
the money of the line), and :math:`x \le h`, the plane through the corners of that set,

.. math::

    \phi(x) \ge \phi(\underline L) + \beta\,(L-\underline L) + \alpha\,(x-L), \quad
    \beta = \frac{\phi(\overline L)-\phi(\underline L)}{\overline L-\underline L}, \quad
    \alpha = \frac{\phi(h)-\phi(\overline L)}{h-\overline L}, \qquad (1)

lies below the concave response at every corner (since :math:`\alpha\le\beta`) and so everywhere; at the floor, where such
an objective puts the region, it is tight (Falk and Soland 1969, Management Science 15(9), for the envelope on a box).

Nothing of this is kept in the model: bounds and floors are read from what the solver holds at this moment, whatever a
user changed in Pyomo, and the rows go when the solve is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from spatialcoord.economy.setting import Array
from spatialcoord.model.highs import new_highs

INF = np.inf
SAFE = 1e-9  # implied bounds are widened by this much of their size

ACCURATE = 1e-6  # bounds from linear programmes are widened by this much of the largest


class Held:
    """What the solver holds, in natural units, and the bounds of columns that follow from it.

    Parameters
    ----------
    model : Model
        With a session that was brought up to date.
    segments : numpy.ndarray
        Columns of all segments; rows without them are the rules on the money.
    decided : numpy.ndarray
        Columns that totals of segments are made of; what their floors are shares of is bounded by the rules together.
    known : dict
        Bounds found before, by the rules they follow from; added to.

    Attributes
    ----------
    matrix : csr_array
        Coefficients of the model's rows.
    row_lower, row_upper, lower, upper : numpy.ndarray
        Bounds of rows and implied bounds of columns. Rows a user wrote or rewrote are left out, which is safe.
    """

    def __init__(
        self, model: Any, segments: np.ndarray, decided: np.ndarray, known: dict[bytes, Any]
    ) -> None:
        sent = model.session.sent
        self.matrix = sp.csr_array(model.arrays.matrix())
        self.row_lower, self.row_upper = sent["row_lower"], sent["row_upper"]
        self.lower, self.upper = implied_bounds(
            self.matrix, self.row_lower, self.row_upper, sent["lower"], sent["upper"]
        )
        partner = np.unique(self.floors(decided)[1])
        self._bound_by_rules(partner[partner >= 0], segments, known)

    def _bound_by_rules(self, columns: np.ndarray, segments: np.ndarray, known: dict[bytes, Any]) -> None:
        """Bound a few columns by linear programmes over the rows without segments, and their rows once more."""
        apart = np.zeros(self.matrix.shape[1])
        apart[segments] = 1.0
        rows = np.flatnonzero(abs(self.matrix) @ apart == 0.0)
        part = sp.csr_array(self.matrix[rows])
        used = np.unique(np.concatenate([part.indices, columns]))
        part = sp.csr_array(part[:, used])
        numbers = (
            columns, used, part.indptr, part.indices, part.data,
            self.lower[used], self.upper[used], self.row_lower[rows], self.row_upper[rows],
        )  # fmt: skip
        key = sha256(b"".join(array.tobytes() for array in numbers)).digest()
        if key in known:
            self.lower[columns], self.upper[columns] = known[key]
            return
        size = np.abs(self.upper[columns][np.isfinite(self.upper[columns])]).max(initial=0.0) or 1.0
        highs = new_highs()
        for option, value in (("presolve", "off"), ("simplex_strategy", 4)):
            highs.setOptionValue(option, value)
        highs.passModel(
            len(used), len(rows), part.nnz, 2, 1, 0.0, np.zeros(len(used)), self.lower[used] / size,
            self.upper[used] / size, self.row_lower[rows] / size, self.row_upper[rows] / size,
            part.indptr[:-1].astype(np.int32), part.indices.astype(np.int32), part.data,
            np.zeros(len(used), np.int32),
        )  # fmt: skip
        for sign, bound, tighter in ((1.0, self.lower, max), (-1.0, self.upper, min)):
            for column, place in zip(columns, np.searchsorted(used, columns), strict=True):
                highs.changeColCost(int(place), sign)
                highs.run()
                if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                    # the dual bound, which holds whatever the accuracy of the vertex, is within the tolerance of it
                    best = sign * highs.getInfo().objective_function_value * size
                    bound[column] = tighter(bound[column], best - sign * ACCURATE * size)
                highs.changeColCost(int(place), 0.0)
        known[key] = self.lower[columns], self.upper[columns]

    def equalities(self, rule: Any) -> np.ndarray:
        """Rows of a rule, -1 where the rule does not hold as an equality at the moment."""
        rows = np.arange(self.matrix.shape[0])[rule.positions]
        return np.where((self.row_lower[rows] == 0.0) & (self.row_upper[rows] == 0.0), rows, -1)

    def floors(self, columns: np.ndarray) -> tuple[Array, np.ndarray, Array]:
        """Rules of two columns that hold the first up by the second, :math:`x \\ge c + g N` with g > 0.

        Returns
        -------
        constant, partner, factor : numpy.ndarray, shape (columns,)
            c, the column of N (-1 where there is no such rule) and g.
        """
        pairs = np.flatnonzero(np.diff(self.matrix.indptr) == 2)
        at = self.matrix.indptr[pairs]
        place = np.full(self.matrix.shape[1], -1)
        place[columns] = np.arange(len(columns))
        constant, factor = np.zeros(len(columns)), np.zeros(len(columns))
        partner, best = np.full(len(columns), -1), np.full(len(columns), -INF)
        for mine, other in ((0, 1), (1, 0)):
            x, n = self.matrix.indices[at + mine], self.matrix.indices[at + other]
            a, b = self.matrix.data[at + mine], self.matrix.data[at + other]
            with np.errstate(divide="ignore", invalid="ignore"):
                c = np.where(a > 0, self.row_lower[pairs], self.row_upper[pairs]) / a
                g = -b / a
                top = c + g * self.upper[n]
            good = (place[x] >= 0) & (a != 0) & (g > 0) & (c >= 0) & np.isfinite(top) & (self.lower[n] >= 0)
            for i in np.flatnonzero(good):
                k = place[x[i]]
                if top[i] > best[k]:
                    constant[k], partner[k], factor[k], best[k] = c[i], n[i], g[i], top[i]
        return constant, partner, factor


def implied_bounds(
    matrix: sp.csr_array, row_lower: Array, row_upper: Array, lower: Array, upper: Array, rounds: int = 5
) -> tuple[Array, Array]:
    """Bounds of columns that follow from the rows by interval arithmetic.

    Parameters
    ----------
    matrix : csr_array, shape (rows, columns)
        Coefficients.
    row_lower, row_upper, lower, upper : numpy.ndarray
        Bounds of rows and columns.
    rounds : int
        Passes over all rows.

    Returns
    -------
    lower, upper : numpy.ndarray, shape (columns,)
        Every point that keeps the rows and the bounds lies inside.
    """
    count = matrix.shape[0]
    row = np.repeat(np.arange(count), np.diff(matrix.indptr))
    present = matrix.data != 0
    row, column, value = row[present], matrix.indices[present], matrix.data[present]
    lower, upper, positive = lower.copy(), upper.copy(), value > 0
    for _ in range(rounds):
        rest = []
        for least in (True, False):
            part = value * np.where(positive == least, lower[column], upper[column])
            open_end = ~np.isfinite(part)
            part[open_end] = 0.0
            opened = np.bincount(row, open_end, count)[row] - open_end
            others = np.bincount(row, part, count)[row] - part
            # subtraction loses digits against large terms: widen by what can have been lost
            others += (-1 if least else 1) * 1e-13 * np.bincount(row, np.abs(part), count)[row]
            rest.append(np.where(opened > 0, -INF if least else INF, others))
        with np.errstate(invalid="ignore"):
            top, bottom = (row_upper[row] - rest[0]) / value, (row_lower[row] - rest[1]) / value
        high, low = np.where(positive, top, bottom), np.where(positive, bottom, top)
        for bound, found, tighter in ((upper, high, np.minimum), (lower, low, np.maximum)):
            known = np.isfinite(found)
            wider = found[known] + (1 if bound is upper else -1) * SAFE * np.abs(found[known])
            tighter.at(bound, column[known], wider)
    return lower, upper


@dataclass
class Span:
    """Where the totals of cells can lie: above a linear form L of other columns, below a number.

    Attributes
    ----------
    form : csr_array, shape (cells, columns)
        Coefficients of L.
    constant, least, most, top : numpy.ndarray, shape (cells,)
        Constant of L, its range, and the largest total.
    """

    form: sp.csr_array
    constant: Array
    least: Array
    most: Array
    top: Array

    def where(self, known: np.ndarray, other: Span) -> Span:
        """This span in the cells that are known, the other elsewhere."""
        if known.all():
            return self
        keep, drop = sp.diags_array(known.astype(float)), sp.diags_array((~known).astype(float))
        numbers = (
            np.where(known, mine, its)
            for mine, its in (
                (self.constant, other.constant),
                (self.least, other.least),
                (self.most, other.most),
                (self.top, other.top),
            )
        )
        return Span(sp.csr_array(keep @ self.form + drop @ other.form), *numbers)


def span_of_columns(held: Held, columns: np.ndarray, factor: float, total: Array) -> Span:
    """Span of totals that are `factor` times single columns; `total` is the most a cell can hold."""
    constant, partner, slope = held.floors(columns)
    with_rule = partner >= 0
    partner = np.where(with_rule, partner, 0)
    least = np.where(with_rule, constant + slope * held.lower[partner], 0.0)
    most = np.where(with_rule, constant + slope * held.upper[partner], 0.0)
    top = np.minimum(held.upper[columns], total / factor)
    own = np.clip(held.lower[columns], 0.0, top)
    # a bound of the column itself may say more than the rule
    plain = ~with_rule | (own >= most) | (least > top)
    constant, slope = np.where(plain, own, constant), np.where(plain, 0.0, slope)
    least, most = np.where(plain, own, least), np.where(plain, own, np.minimum(most, top))
    form = sp.csr_array(
        (slope * factor, partner, np.arange(len(columns) + 1)), shape=(len(columns), held.matrix.shape[1])
    )
    return Span(form, *(factor * part for part in (constant, least, most, top)))


def envelope(span: Span, length: Array, slope: Array) -> tuple[Array, Array, Span]:
    r"""Slopes :math:`\alpha` and :math:`\beta` of (1), and the span of the response itself.

    Parameters
    ----------
    span : Span
        Of the totals.
    length, slope : numpy.ndarray, shape (cells, segments)
        The concave response, best segment first.
    """
    low, middle, high = (respond(x, length, slope) for x in (span.least, span.most, span.top))
    with np.errstate(divide="ignore", invalid="ignore"):
        beta = np.where(span.most > span.least, (middle - low) / (span.most - span.least), slope[:, 0])
        alpha = np.where(span.top > span.most, (high - middle) / (span.top - span.most), beta)
    alpha = np.minimum(alpha, beta)
    form = sp.csr_array(sp.diags_array(beta) @ span.form)
    constant = low + beta * (span.constant - span.least)
    return alpha, beta, Span(form, constant, low, middle, high)


def respond(total: Array, length: Array, slope: Array) -> Array:
    """The concave response at given totals, segments filled best first."""
    before = np.cumsum(length, axis=1) - length
    return (np.clip(total[:, None] - before, 0.0, length) * slope).sum(axis=1)
