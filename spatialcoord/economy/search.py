"""Branch and bound over order binaries, on the warm linear programme.

General branch and bound starts anew, cuts and guesses for seconds; here three things are known that make it short. The
envelope (:mod:`spatialcoord.economy.envelope`) leaves little between relaxation and plan. Any plan of the relaxation shows
which binaries its totals mean, so one linear programme makes a plan in order of it. And the cell that throws most away is
the one to branch on.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from spatialcoord.economy.relaxation import Relaxation, Stopped
from spatialcoord.economy.setting import Array

if TYPE_CHECKING:
    from spatialcoord.economy.ordering import OrderedFill
    from spatialcoord.model import Model

MOST_PROGRAMMES = 3000  # more than this and the solver's own branch and bound takes over
NEGLIGIBLE = 1e-9  # share of a cell's typical value; less thrown away is rounding
FINE = 1e-10  # feasibility of the plan that is handed over, as the solver sees it
EVERY = 30  # linear programmes between two attempts at a plan in order


@dataclass
class Found:
    """Outcome of a search, under the names of HiGHS; objectives are scaled as the solver's are."""

    objective_function_value: float
    mip_dual_bound: float
    simplex_iteration_count: int
    primal_solution_status: int = 2


class Search(Relaxation):
    """One search; parameters as in :class:`Relaxation`."""

    def __init__(self, model: Model, fills: list[OrderedFill]) -> None:
        super().__init__(model, fills)
        self.best, self.plan = np.inf, np.zeros(0)

    @property
    def scaled_plan(self) -> Array:
        """The best plan as the solver sees it."""
        column = self.session.scaling.column
        return self.plan if column is None else self.plan / column

    def polish(self) -> None:
        """The best plan once more, to the last digits."""
        name = "primal_feasibility_tolerance"
        before = self.highs.getOptionValue(name)[1]
        self.highs.setOptionValue(name, FINE)
        try:
            choice = self.plan[self.whole]
            found = self.solve(choice, choice)
        except Stopped:
            found = None
        finally:
            self.highs.setOptionValue(name, before)
        if found is not None:
            self.best, self.plan = found
            self.plan[self.whole] = choice

    def attempt(self, values: Array) -> None:
        """Hold every tied cell in the segment its total is in: a plan in order, perhaps the best so far."""
        choice = np.zeros(len(self.whole))
        for cells in self.cells:
            total, _ = cells.read(values)
            choice[cells.binary] = total[:, None] >= cells.before[:, 1:]
        choice = np.clip(choice, self.lower, self.upper)
        found = self.solve(choice, choice)
        if found is not None and found[0] < self.best:
            self.best, self.plan = found
            self.plan[self.whole] = choice

    # ---- branching --------------------------------------------------------------------------------------------------

    def branch(self, values: Array, low: Array, high: Array) -> tuple[np.ndarray, np.ndarray] | None:
        """Binaries of the cell that throws most away, below and above the place to part it; None when none does."""
        worst, where = NEGLIGIBLE, None
        for cells in self.cells:
            total, lost = cells.read(values)
            lost = np.where((low[cells.binary] < high[cells.binary]).any(axis=1), lost, 0.0)
            cell = int(lost.argmax())
            if lost[cell] > worst:
                worst, where = float(lost[cell]), (cells, cell, float(total[cell]))
        if where is None:
            return None
        cells, cell, here = where
        mine = cells.binary[cell]
        apart = np.where(low[mine] < high[mine], np.abs(cells.before[cell, 1:] - here), np.inf)
        piece = int(apart.argmin())
        return mine[: piece + 1], mine[piece:]

    def run(self, absolute: float, relative: float, remaining: float, briefly: bool) -> float:
        """Search until best and bound are close; returns the bound.

        Parameters
        ----------
        absolute, relative : float
            Distance of best and bound at which the plan counts as optimal.
        remaining : float
            Seconds.
        briefly : bool
            Stop at the first plan in order.

        Raises
        ------
        Stopped
            When it takes too long, or there is no plan: the solver shall say why.
        """
        started, ticket = perf_counter(), count()
        root = self.solve(self.lower, self.upper)
        if root is None:
            raise Stopped
        self.attempt(root[1])
        if briefly and np.isfinite(self.best):
            return min(self.best, root[0])
        proven = np.inf
        heap = [(root[0], next(ticket), root[1], self.lower, self.upper)]
        due = self.programmes + EVERY

        def limit() -> float:
            # half of the gap is kept for rounding and for what changes when the plan is polished
            gap = 0.5 * max(absolute, relative * abs(self.best))
            return self.best - gap if np.isfinite(self.best) else np.inf

        while heap and heap[0][0] < limit():
            value, _, values, low, high = heapq.heappop(heap)
            node: Any = (value, values, low, high)
            while node is not None:
                value, values, low, high = node
                node = None
                parted = self.branch(values, low, high)
                if parted is None or self.programmes >= due:
                    self.attempt(values)
                    due = self.programmes + EVERY
                if parted is None:
                    proven = min(proven, value)
                    break
                children = []
                for full, empty in ((parted[0], None), (None, parted[1])):
                    below, above = low.copy(), high.copy()
                    if full is not None:
                        below[full] = 1.0
                    else:
                        above[empty] = 0.0
                    found = self.solve(below, above, limit()) if (below <= above).all() else None
                    if found is None:
                        continue
                    if found[0] >= limit():
                        proven = min(proven, found[0])
                    else:
                        children.append((*found, below, above))
                children.sort(key=lambda child: child[0])
                if children:
                    node = children[0]
                    for child in children[1:]:
                        heapq.heappush(heap, (child[0], next(ticket), *child[1:]))
                if self.programmes > MOST_PROGRAMMES or perf_counter() - started > remaining:
                    raise Stopped
        if not np.isfinite(self.best):
            raise Stopped
        return min(self.best, proven, heap[0][0] if heap else np.inf)


def search(model: Model, fills: list[OrderedFill], remaining: float, briefly: bool) -> bool:
    """Solve what the session holds by branching on order binaries; see the module.

    Parameters
    ----------
    model : Model
        With a session that was brought up to date and has whole numbers.
    fills : list of OrderedFill
        All such terms of the model.
    remaining : float
        Seconds.
    briefly : bool
        Stop at the first plan in order.

    Returns
    -------
    bool
        False when the model has other whole numbers, or the search came to no end: then the solver goes on, from the best
        plan found here.
    """
    if not any(fill.ordered for fill in fills):
        return False
    session = model.session
    if not any(fill.ordered for fill in fills):  # the whole numbers are somebody else's
        return False
    task = Search(model, fills)
    if not task.ours:
        return False
    start = perf_counter()
    absolute, relative = (session.highs.getOptionValue(name)[1] for name in ("mip_abs_gap", "mip_rel_gap"))
    bound = None
    try:
        task.relax()
        bound = task.run(absolute, relative, remaining, briefly)
        task.polish()
    except Stopped:
        pass
    finally:
        task.restore()
    session.iterations += task.iterations
    session.seconds["solve"] += perf_counter() - start
    if bound is None:
        if len(task.plan):
            known = highspy.HighsSolution()
            known.col_value = list(task.scaled_plan)
            session.highs.setSolution(known)
        return False
    session.status = highspy.HighsModelStatus.kOptimal
    session.info = Found(task.sign * task.best, task.sign * bound, task.iterations)
    session.has_solution = True
    session._pull_values(task.scaled_plan)
    session.pull_duals(highspy.HighsSolution())  # there are none
    return True
