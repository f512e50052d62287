"""The mirror: what HiGHS holds, brought up to date by differences.

Everything that crosses into HiGHS crosses here, scaled by :mod:`spatialcoord.model.scaling`. Ids of columns and rows are
never reused or shifted; a row that is gone is made free.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from spatialcoord.errors import SolveError
from spatialcoord.model.arrays import Arrays
from spatialcoord.model.highs import new_highs
from spatialcoord.model.scaling import Scaling
from spatialcoord.model.user import UserRow

INF = np.inf
OK_OR_WARNING = (highspy.HighsStatus.kOk, highspy.HighsStatus.kWarning)


def index(numbers: Any) -> np.ndarray:
    """32-bit indices as HiGHS takes them."""
    return np.asarray(numbers, np.int32)


class Held:
    """What HiGHS holds of one user row: its HiGHS row, coefficients, bounds and scale."""

    __slots__ = ("columns", "data", "lower", "row", "scale", "upper", "values")

    def __init__(self, row: int, user: UserRow, scale: float) -> None:
        self.row, self.scale, self.data = row, scale, user.data
        self.columns, self.values, self.lower, self.upper = user.columns, user.values, user.lower, user.upper

    def same_coefficients(self, user: UserRow) -> bool:
        """Whether only bounds may have changed."""
        return np.array_equal(self.columns, user.columns) and np.array_equal(self.values, user.values)


class Mirror:
    """One HiGHS instance and the record of what it holds.

    Attributes
    ----------
    highs : highspy.Highs
        The solver.
    scaling : Scaling
        Scales between it and natural units.
    users : dict of key -> Held
        The user rows it holds.
    row_of : ndarray
        HiGHS row of every row of the arrays.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.highs: Any = new_highs()
        self.scaling = Scaling()
        self.users: dict[Any, Held] = {}
        self.row_of = np.zeros(0, np.int64)
        self._rows_held = 0
        self._blocks_sent = 0
        self._later_sent = 0

    def _pass_whole(self, target: dict[str, Any], user_rows: list[UserRow]) -> None:
        arrays, scaling, highs = self.arrays, self.scaling, self.highs
        scaling.row = None
        matrix = scaling.add_rows(arrays.matrix(), 0)
        pointers, columns, values = index(matrix.indptr), index(matrix.indices), matrix.data
        row_lower, row_upper = scaling.sides(target["row_lower"]), scaling.sides(target["row_upper"])
        self.users, self._rows_held = {}, arrays.rows.size
        self.row_of = np.arange(self._rows_held)
        if user_rows:
            lower, upper, starts, user_columns, user_values = self._enter(user_rows)
            row_lower, row_upper = np.concatenate([row_lower, lower]), np.concatenate([row_upper, upper])
            pointers = index(
                np.concatenate([pointers[:-1], starts + matrix.nnz, [matrix.nnz + len(user_values)]])
            )
            columns, values = np.concatenate([columns, user_columns]), np.concatenate([values, user_values])
        highs.clearModel()
        status = highs.passModel(
            arrays.columns.size, len(row_lower), len(values), 2, target["sense"],
            target["offset"] * scaling.objective, target["scaled_cost"], scaling.bounds(target["lower"]),
            scaling.bounds(target["upper"]), row_lower, row_upper, pointers, columns, values,
            target["kind"].astype(np.int32),
        )  # fmt: skip
        if status not in OK_OR_WARNING:
            raise SolveError("HiGHS refused the model: a coefficient or bound is not a number it can take.")
        self._blocks_sent, self._later_sent = len(arrays.blocks), len(arrays.later)

    def _pass_differences(self, target: dict[str, Any], sent: dict[str, Any]) -> None:
        arrays, scaling, highs = self.arrays, self.scaling, self.highs
        held_columns, held_rows = len(sent["lower"]), len(sent["row_lower"])
        later = arrays.later[self._later_sent :]
        lower, upper = scaling.bounds(target["lower"]), scaling.bounds(target["upper"])
        cost = target["scaled_cost"]
        row_lower, row_upper, remaining = target["row_lower"], target["row_upper"], []
        if arrays.columns.size > held_columns:
            remaining = self._add_columns(held_columns, held_rows, later, lower, upper, cost, target["kind"])
        else:
            remaining = later
        self._later_sent = len(arrays.later)
        if arrays.rows.size > held_rows:
            self._add_rows(row_lower, row_upper)
        for rows, columns, _ in remaining:
            self._change_entries(rows, columns)

        change = np.flatnonzero(
            (target["lower"][:held_columns] != sent["lower"])
            | (target["upper"][:held_columns] != sent["upper"])
        )
        if len(change):
            highs.changeColsBounds(len(change), index(change), lower[change], upper[change])
        change = np.flatnonzero(cost[:held_columns] != sent["scaled_cost"])
        if len(change):
            highs.changeColsCost(len(change), index(change), cost[change])
        change = np.flatnonzero(target["kind"][:held_columns] != sent["kind"])
        if len(change):
            highs.changeColsIntegrality(len(change), index(change), target["kind"][change])
        change = np.flatnonzero(
            (row_lower[:held_rows] != sent["row_lower"]) | (row_upper[:held_rows] != sent["row_upper"])
        )
        if len(change):
            sides = scaling.sides(row_lower)[change], scaling.sides(row_upper)[change]
            highs.changeRowsBounds(len(change), index(self.row_of[change]), *sides)
        if target["sense"] != sent["sense"]:
            sense = highspy.ObjSense.kMinimize if target["sense"] > 0 else highspy.ObjSense.kMaximize
            highs.changeObjectiveSense(sense)
        highs.changeObjectiveOffset(float(target["offset"] * scaling.objective))

    def _add_columns(
        self, held: int, held_rows: int, later: list[Any], lower: Any, upper: Any, cost: Any, kind: np.ndarray
    ) -> list[Any]:
        """Add new columns with their entries in rows HiGHS holds; returns the later entries still to be sent."""
        count = len(lower) - held
        entering, remaining = [], []
        for rows, columns, values in later:
            now = (columns >= held) & (rows < held_rows)
            if now.any():
                entering.append(
                    (self.row_of[rows[now]], columns[now] - held, self._scaled(rows, columns, values)[now])
                )
            if not now.all():
                remaining.append((rows[~now], columns[~now], values[~now]))
        if entering:
            rows, columns, values = (np.concatenate(part) for part in zip(*entering, strict=True))
            entries = sp.csc_array((values, (rows, columns)), (self._rows_held, count))
            pointers, rows, values = index(entries.indptr[:-1]), index(entries.indices), entries.data
        else:
            pointers, rows, values = np.zeros(count, np.int32), np.zeros(0, np.int32), np.zeros(0)
        self.highs.addCols(
            count, cost[held:], lower[held:], upper[held:], len(values), pointers, rows, values
        )
        whole = np.flatnonzero(kind[held:]) + held
        if len(whole):
            self.highs.changeColsIntegrality(len(whole), index(whole), np.ones(len(whole), np.uint8))
        return remaining

    def _scaled(self, rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        if self.scaling.row is None:
            return self.scaling.entries(np.zeros(len(rows), np.int64), columns, values)
        known = np.minimum(rows, len(self.scaling.row) - 1)
        return self.scaling.entries(known, columns, values)

    def _add_rows(self, row_lower: np.ndarray, row_upper: np.ndarray) -> None:
        for first, block in self.arrays.blocks[self._blocks_sent :]:
            matrix = self.scaling.add_rows(block, first)
            count = matrix.shape[0]
            rows = slice(first, first + count)
            scale = 1.0 if self.scaling.row is None else self.scaling.row[rows]
            self.highs.addRows(
                count, row_lower[rows] * scale, row_upper[rows] * scale, matrix.nnz, index(matrix.indptr[:-1]),
                index(matrix.indices), matrix.data,
            )  # fmt: skip
            self.row_of = np.concatenate([self.row_of, self._rows_held + np.arange(count)])
            self._rows_held += count
        self._blocks_sent = len(self.arrays.blocks)

    def _change_entries(self, rows: np.ndarray, columns: np.ndarray) -> None:
        """Set single coefficients to their totals."""
        for row in np.unique(rows):
            have, totals = self.arrays.row_terms(int(row))
            mine = np.isin(have, columns[rows == row])
            scaled = self.scaling.entries(np.full(mine.sum(), row), have[mine], totals[mine])
            for column, value in zip(have[mine], scaled, strict=True):
                self.highs.changeCoeff(int(self.row_of[row]), int(column), float(value))

    def _pass_user_rows(self, rows: list[UserRow]) -> None:
        """Same coefficients: bounds only; others: a new row, the old one set free."""
        held: dict[Any, Held] = {}
        new: list[UserRow] = []
        for user in rows:
            old = self.users.get(user.key)
            if old is None or not old.same_coefficients(user):
                new.append(user)
                continue
            if (old.lower, old.upper) != (user.lower, user.upper):
                self.highs.changeRowBounds(old.row, user.lower * old.scale, user.upper * old.scale)
                old.lower, old.upper = user.lower, user.upper
            old.data = user.data
            held[user.key] = self.users.pop(user.key)
        for gone in self.users.values():
            self.highs.changeRowBounds(gone.row, -INF, INF)
        self.users = held
        if new:
            # one call for all: HiGHS goes through its whole matrix on every call
            lower, upper, starts, columns, values = self._enter(new)
            self.highs.addRows(len(new), lower, upper, len(values), starts, columns, values)

    def _enter(self, rows: list[UserRow]) -> tuple[np.ndarray, ...]:
        """Record new user rows as held; returns their scaled bounds, starts, columns and coefficients."""
        scaled = [self.scaling.user_row(user.columns, user.values) for user in rows]
        for user, (_, scale) in zip(rows, scaled, strict=True):
            self.users[user.key] = Held(self._rows_held, user, scale)
            self._rows_held += 1
        lower = np.array([user.lower * scale for user, (_, scale) in zip(rows, scaled, strict=True)])
        upper = np.array([user.upper * scale for user, (_, scale) in zip(rows, scaled, strict=True)])
        ends = np.cumsum([len(user.columns) for user in rows])
        starts = index(np.concatenate([[0], ends[:-1]]))
        columns = index(np.concatenate([user.columns for user in rows]))
        return lower, upper, starts, columns, np.concatenate([values for values, _ in scaled])

    def _pass_hessian(self, quadratic: list[tuple[int, int, float]]) -> None:
        """Lower triangle of the Hessian of the quadratic part."""
        first, second, value = (np.array(part) for part in zip(*quadratic, strict=True))
        rows, columns = np.maximum(first, second), np.minimum(first, second)
        value = value * np.where(first == second, 2.0, 1.0) * self.scaling.objective
        if self.scaling.column is not None:
            value = value * self.scaling.column[rows] * self.scaling.column[columns]
        n = self.arrays.columns.size
        hessian = sp.csc_array((value, (rows, columns)), (n, n))
        hessian.sort_indices()
        self.highs.passHessian(n, hessian.nnz, 1, index(hessian.indptr), index(hessian.indices), hessian.data)
