"""Why there is no plan: a smallest set of named rules that contradict each other.

A set of rules is irreducible when it has no plan but every proper part of it has one. It is found by a deletion filter on
the warm session: set a rule free; if there is still no plan, the rule is not needed for the contradiction and stays free;
else it is put back. First whole rules (components and the bounds of variables) are filtered, then the rows inside those
that survive. What the solver's proof of infeasibility does not touch is dropped before the filter starts, which is why few
solves are needed (Chinneck, Feasibility and Infeasibility in Optimization, 2008, chapter 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import scipy.sparse as sp

from spatialcoord.model.components import ARRAY_VARIABLES
from spatialcoord.model.mirror import index

if TYPE_CHECKING:
    from spatialcoord.model.model import Model

ENOUGH = 5.0  # seconds of one trial without a group; a group whose trial takes longer is kept
INFEASIBLE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


@dataclass(frozen=True)
class Conflict:
    """Rules that contradict each other.

    Attributes
    ----------
    rules : tuple of str
        Full names of the rules; bounds of variables as "bounds of NAME".
    members : dict of str -> tuple of labels
        The rows (or cells of a variable) of each rule that take part.
    minimal : bool
        Whether every row listed is needed; False when time ran out while filtering rows. The rules are.
    """

    rules: tuple[str, ...]
    members: dict[str, tuple[Any, ...]]
    minimal: bool = True

    def __bool__(self) -> bool:
        return bool(self.rules)

    def __iter__(self) -> Iterator[str]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __str__(self) -> str:
        if not self.rules:
            return "There is a plan that keeps all rules."
        lines = ["These rules contradict each other; without any one of them there is a plan:"]
        for rule in self.rules:
            labels = [str(label) for label in self.members[rule] if label is not None]
            shown = ", ".join(labels[:6]) + (f" and {len(labels) - 6} more" if len(labels) > 6 else "")
            lines.append(f"  {rule}" + (f" [{shown}]" if shown else ""))
        return "\n".join(lines)


class _Group:
    """Rows and columns of HiGHS that are set free together."""

    def __init__(self, name: str, rows: list[int], columns: list[int], labels: list[Any]) -> None:
        self.name, self.rows, self.columns, self.labels = name, rows, columns, labels

    def split(self) -> list[_Group]:
        """One group per row or column."""
        cells = self.rows or self.columns
        return [
            _Group(self.name, [c] if self.rows else [], [] if self.rows else [c], [label])
            for c, label in zip(cells, self.labels, strict=True)
        ]


def conflict(model: Model, time_limit: float = 20.0) -> Conflict:
    """Irreducible set of named rules without a plan; empty when there is a plan.

    Bounds that a user fixed a variable at count as the variable's bounds.

    Parameters
    ----------
    model : Model
        The model as it stands, user edits included.
    time_limit : float
        Seconds for filtering the rules, and as many for the rows inside them; when they run out of time the rest stays
        listed and ``minimal`` is False.
    """
    with model.exclusively():
        session = model.session
        session.begin()
        session.push(model.objective_version)
        deletion = _Filter(model)
        try:
            if not deletion.infeasible():
                return Conflict((), {})
            rules = deletion.reduce(deletion.restrict(deletion.groups()), perf_counter() + time_limit)
            parts = [part for rule in deletion.restrict(rules) for part in rule.split()]
            single = deletion.reduce(parts, perf_counter() + time_limit)
        finally:
            deletion.restore()
    members: dict[str, list[Any]] = {}
    for part in single:
        members.setdefault(part.name, []).extend(part.labels)
    kept = {name: tuple(labels) for name, labels in members.items()}
    return Conflict(tuple(kept), kept, deletion.complete)


class _Filter:
    """The deletion filter: sets groups free in HiGHS and asks whether a plan appears."""

    def __init__(self, model: Model) -> None:
        self.model, self.session, self.complete = model, model.session, True
        self.highs = model.session.highs
        lp = self.highs.getLp()
        self.lower, self.upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
        self.row_lower, self.row_upper = np.array(lp.row_lower_), np.array(lp.row_upper_)
        self.cost = np.array(lp.col_cost_)

        n = len(self.lower)
        self.highs.changeColsCost(n, index(np.arange(n)), np.zeros(n))

    def restore(self) -> None:
        """Put costs and bounds back."""
        n, m = len(self.lower), len(self.row_lower)
        self.highs.changeColsCost(n, index(np.arange(n)), self.cost)
        self.highs.changeColsBounds(n, index(np.arange(n)), self.lower, self.upper)
        self.highs.changeRowsBounds(m, index(np.arange(m)), self.row_lower, self.row_upper)
        self.highs.setOptionValue("presolve", "choose")

    def infeasible(self, within: float = np.inf) -> bool:
        """Whether what is left is proven to have no plan; no longer sought than `within` seconds."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + within)
        self.highs.run()
        self.highs.setOptionValue("time_limit", np.inf)
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            self.complete = False
        return status in INFEASIBLE

    def groups(self) -> list[_Group]:
        """All rules and bounds that can take part: a user's rows first, so that the model's own are kept as the culprits."""
        session, arrays = self.session, self.model.arrays
        out: list[_Group] = []
        by_component: dict[int, _Group] = {}
        for key, held in session.users.items():
            if isinstance(key, tuple):
                continue
            parent = key.parent_component()
            group = by_component.setdefault(id(parent), _Group(parent.name, [], [], []))
            group.rows.append(held.row)
            group.labels.append(key.index())
        out.extend(by_component.values())
        seen: set[int] = set()
        for _, owner in arrays.row_owners:
            if id(owner) in seen:
                continue
            seen.add(id(owner))
            group = _Group(owner.name, [], [], [])
            for row in np.arange(arrays.rows.size)[owner.positions].tolist():
                held_row = session.users.get(("edited", row))
                at = held_row.row if held_row is not None else int(session.row_of[row])
                if np.isfinite(self.row_lower[at]) or np.isfinite(self.row_upper[at]):
                    group.rows.append(at)
                    group.labels.append(owner.label(row))
            if group.rows:
                out.append(group)
        seen = set()
        for first, owner in arrays.column_owners:
            if id(owner) in seen:
                continue
            seen.add(id(owner))
            own = isinstance(owner, ARRAY_VARIABLES)
            group = _Group(f"bounds of {owner.name}", [], [], [])
            columns = np.arange(arrays.columns.size)[owner.positions].tolist() if own else [first]
            for column in columns:
                if np.isfinite(self.lower[column]) or np.isfinite(self.upper[column]):
                    group.columns.append(column)
                    group.labels.append(owner.label(column) if own else owner.index())
            if group.columns:
                out.append(group)
        return out

    def restrict(self, groups: list[_Group]) -> list[_Group]:
        """Keep what the solver's proof of infeasibility touches, set the rest free."""
        self.highs.setOptionValue("presolve", "off")
        if not self.infeasible(ENOUGH):
            return groups
        _, found, ray = self.highs.getDualRay()
        if not found or not len(ray):
            return groups
        ray = np.asarray(ray)
        ray = np.where(np.abs(ray) > 1e-10 * np.abs(ray).max(), ray, 0.0)
        lp = self.highs.getLp()
        matrix = lp.a_matrix_
        shape = (len(self.row_lower), len(self.lower))
        parts = (np.array(matrix.value_), np.array(matrix.index_), np.array(matrix.start_))
        columnwise = matrix.format_ == highspy.MatrixFormat.kColwise
        whole = sp.csc_array(parts, shape) if columnwise else sp.csr_array(parts, shape)
        touched = np.abs(whole.T @ ray)
        columns = touched > 1e-12 * max(1.0, touched.max(initial=0.0))
        kept = []
        for group in groups:
            rows = [(r, label) for r, label in zip(group.rows, group.labels, strict=False) if ray[r] != 0]
            cells = [(c, label) for c, label in zip(group.columns, group.labels, strict=False) if columns[c]]
            chosen = rows or cells
            if chosen:
                kept.append(
                    _Group(
                        group.name,
                        [r for r, _ in rows],
                        [c for c, _ in cells],
                        [label for _, label in chosen],
                    )
                )
        staying_rows = {r for group in kept for r in group.rows}
        staying_columns = {c for group in kept for c in group.columns}
        freed = [_Group(g.name, [r for r in g.rows if r not in staying_rows], [c for c in g.columns if c not in staying_columns], [])
                 for g in groups]  # fmt: skip
        for group in freed:
            self.free(group)
        if self.infeasible():
            return kept
        for group in freed:
            self.put_back(group)
        return groups

    def reduce(self, groups: list[_Group], deadline: float = np.inf) -> list[_Group]:
        """Deletion filter over groups, largest first; after the deadline the rest is kept untested."""
        kept = []
        for group in sorted(groups, key=lambda g: -len(g.labels)):
            if perf_counter() > deadline:
                self.complete = False
                kept.append(group)
                continue
            self.free(group)
            if not self.infeasible(ENOUGH):
                self.put_back(group)
                kept.append(group)
        order = {id(group): at for at, group in enumerate(groups)}
        return sorted(kept, key=lambda g: order[id(g)])

    def free(self, group: _Group) -> None:
        """Set the bounds of a group free."""
        if group.rows:
            free = np.full(len(group.rows), np.inf)
            self.highs.changeRowsBounds(len(free), index(group.rows), -free, free)
        if group.columns:
            free = np.full(len(group.columns), np.inf)
            self.highs.changeColsBounds(len(free), index(group.columns), -free, free)

    def put_back(self, group: _Group) -> None:
        """Put the bounds of a group back."""
        if group.rows:
            at = index(group.rows)
            self.highs.changeRowsBounds(len(at), at, self.row_lower[at], self.row_upper[at])
        if group.columns:
            at = index(group.columns)
            self.highs.changeColsBounds(len(at), at, self.lower[at], self.upper[at])
