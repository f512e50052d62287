"""HiGHS as a mirror of the arrays and of what a user wrote: push sends differences, run solves, pull reads back.

Ids of columns and rows in HiGHS are never reused or shifted; a row that is gone is made free. A session lives in one
process and is never pickled or copied.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import highspy
import numpy as np

from spatialcoord.errors import Refused
from spatialcoord.model.arrays import Arrays
from spatialcoord.model.mirror import Mirror
from spatialcoord.model.user import Edits, Reader, column_state

INF = np.inf
SAME = 1e-9  # of the sizes of its parts, by which an objective may differ from that of the values handed back
WHOLE = 1e-6


class Session(Mirror):
    """One HiGHS instance that follows one model.

    Parameters
    ----------
    pyomo : ConcreteModel
        Model whose user edits are read on every push.
    arrays : Arrays
        The model's arrays.

    Attributes
    ----------
    status : highspy.HighsModelStatus
        Outcome of the last run.
    iterations : int
        Simplex iterations of all runs since :meth:`begin`.
    """

    def __init__(self, pyomo: Any, arrays: Arrays) -> None:
        super().__init__(arrays)
        self.reader = Reader(pyomo, arrays)
        self.edits = Edits()
        self.sent: dict[str, Any] | None = None
        self._objective_key: Any = None
        self.status = highspy.HighsModelStatus.kNotset
        self.has_solution = False
        self.user_duals: dict[Any, float] = {}
        self.begin()

    def begin(self) -> None:
        """Reset the clocks and counts of one solve."""
        self.iterations = 0
        self.seconds = {"handover": 0.0, "solve": 0.0, "read": 0.0}

    # ---- push ---------------------------------------------------------------------------------------------------------

    def push(self, objective_version: int = 0) -> None:
        """Bring HiGHS up to date with the arrays and the user's Pyomo.

        Parameters
        ----------
        objective_version : int
            Changes when the model's own objective is replaced, which is when the objective is scaled anew.

        Raises
        ------
        Refused
            For what HiGHS cannot take.
        """
        start = perf_counter()
        edits = self.edits = self.reader.read()
        target = self._target(edits)
        curved = bool(edits.objective and edits.objective.quadratic)
        if curved and target["kind"].any():
            assert edits.objective is not None
            raise Refused(
                f"{edits.objective.data.name} is quadratic and the model has whole-number decisions; HiGHS solves one or "
                "the other. Use a linear objective with tangents, or relax the integers."
            )
        rescaled = self.scaling.set_columns(self.arrays.columns.scale, target["kind"], self._columns_held)
        self._scale_objective(edits, objective_version, target["cost"])
        target["scaled_cost"] = self.scaling.costs(target["cost"])
        if self.sent is None or rescaled or curved or self.sent["curved"]:
            self._pass_whole(target, edits.rows)
        else:
            self._pass_differences(target, self.sent)
            self._pass_user_rows(edits.rows)
        if curved:
            assert edits.objective is not None
            self._pass_hessian(edits.objective.quadratic)
        self.sent = {**target, "curved": curved}
        self.seconds["handover"] += perf_counter() - start

    @property
    def _columns_held(self) -> int:
        return 0 if self.sent is None else len(self.sent["lower"])

    def _target(self, edits: Edits) -> dict[str, Any]:
        """What HiGHS should hold, in natural units; every array is a copy of its own."""
        arrays = self.arrays
        lower, upper, kind = column_state(arrays, edits)
        if edits.objective is None:
            cost, offset = arrays.columns.cost.copy(), arrays.offset
        else:
            cost, offset = np.zeros(arrays.columns.size), edits.objective.constant
            np.add.at(cost, edits.objective.columns, edits.objective.values)
        row_lower, row_upper = arrays.rows.lower.copy(), arrays.rows.upper.copy()
        off = edits.masked | ~arrays.rows.active | arrays.rows.edited
        if off.any():
            row_lower[off], row_upper[off] = -INF, INF
        return {
            "lower": lower, "upper": upper, "kind": kind, "cost": cost, "offset": offset, "sense": edits.sense,
            "row_lower": row_lower, "row_upper": row_upper,
        }  # fmt: skip

    def _scale_objective(self, edits: Edits, version: int, cost: np.ndarray) -> None:
        # the key holds the expression itself, so that its identity cannot be reused by another object
        key = (version, None if edits.objective is None else edits.objective.data.expr)
        old = self._objective_key
        if old is None or old[0] != key[0] or old[1] is not key[1]:
            self._objective_key = key
            self.scaling.set_objective(cost)

    # ---- run and pull ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Solve what HiGHS holds, from the last basis where there is one."""
        start = perf_counter()
        begun = self.whole and self.has_solution and self._begin_with_decisions()
        self.highs.run()
        if begun and not self._agrees():
            self.highs.clearSolver()
            self.highs.run()
        self.status = self.highs.getModelStatus()
        if self.status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            _, presolve = self.highs.getOptionValue("presolve")
            self.highs.setOptionValue("presolve", "off")
            self.highs.run()
            self.highs.setOptionValue("presolve", presolve)
            self.status = self.highs.getModelStatus()
        self.info = self.highs.getInfo()
        self.iterations += max(0, self.info.simplex_iteration_count)
        self.seconds["solve"] += perf_counter() - start

    def _begin_with_decisions(self) -> bool:
        """Give HiGHS the whole-number decisions of the last plan to begin with, if it has any; it works out the rest."""
        assert self.sent is not None
        whole = np.flatnonzero(self.sent["kind"]).astype(np.int32)
        last = self.arrays.columns.value[whole]
        if np.abs(last - np.round(last)).max() <= WHOLE:  # neither new (no value) nor of a relaxation
            self.highs.setSolution(len(whole), whole, np.round(last))
            return True
        return False

    def _agrees(self) -> bool:
        """Whether the objective that HiGHS tells is that of the values it hands back.

        Where presolve settles every whole-number decision, HiGHS 1.16 tells the better objective it found and hands back the plan
        it began with.
        """
        assert self.sent is not None
        self.info = self.highs.getInfo()
        if self.info.primal_solution_status != 2:
            return True
        values = self.scaling.values(np.asarray(self.highs.getSolution().col_value))
        parts = self.sent["cost"] * values
        size = np.abs(parts).sum() + abs(self.sent["offset"])
        return bool(abs(parts.sum() + self.sent["offset"] - self.objective) <= SAME * max(size, 1e-12))

    def pull(self) -> bool:
        """Copy values, duals and reduced costs into the arrays, in natural units; False when there is no solution."""
        start = perf_counter()
        self.has_solution = self.info.primal_solution_status == 2
        if self.has_solution:
            solution = self.highs.getSolution()
            self._pull_values(np.asarray(solution.col_value))
            self.pull_duals(solution)
        self.seconds["read"] += perf_counter() - start
        return self.has_solution

    def _pull_values(self, solved: np.ndarray) -> None:
        columns = self.arrays.columns
        values = self.scaling.values(solved)
        fixed = columns.fixed
        columns.value[:] = (
            np.where(fixed, columns.value, values) if fixed.any() else values + 0.0
        )  # no negative zeros
        for variable, column in self.arrays.adopted:
            if column in self.edits.seen and not variable.fixed:
                variable.set_value(float(values[column]), skip_validation=True)

    def pull_duals(self, solution: Any) -> None:
        """Copy duals and reduced costs, NaN where the solver has none (whole-number decisions)."""
        arrays = self.arrays
        self.user_duals = {}
        if not solution.dual_valid:
            arrays.rows.dual[:] = np.nan
            arrays.columns.reduced[:] = np.nan
            return
        solved = np.asarray(solution.row_dual)
        arrays.rows.dual[:] = self.scaling.duals(
            solved if len(solved) == len(self.row_of) else solved[self.row_of]
        )
        arrays.columns.reduced[:] = self.scaling.reduced(np.asarray(solution.col_dual))
        for key, held in self.users.items():
            dual = float(solved[held.row]) * held.scale / self.scaling.objective
            if isinstance(key, tuple):
                arrays.rows.dual[key[1]] = dual
            else:
                self.user_duals[key] = dual

    @property
    def objective(self) -> float:
        """Objective in natural units."""
        return self.info.objective_function_value / self.scaling.objective

    @property
    def bound(self) -> float:
        """Best bound on the objective, in natural units; the objective itself without whole numbers."""
        return self.info.mip_dual_bound / self.scaling.objective if self.whole else self.objective

    @property
    def whole(self) -> bool:
        """Whether the model has whole-number decisions."""
        return self.sent is not None and bool(self.sent["kind"].any())
