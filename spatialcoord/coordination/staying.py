r"""Who would walk out of an agreement, by how much, and what it takes to keep them.

A coalition S of members blocks an agreement that gives its members x where, under the same rules, all of them could be better off by
themselves. Without a limit on payments that is :math:`v(S) > x(S)`, and up to :data:`EACH` members every coalition is looked at.
Otherwise the worst is sought by a mixed-integer programme over the same responses: membership q and, in member u, pieces z, protection
e, payments p and what it ends with :math:`w_u`,

.. math::

    \max \textstyle\sum_u (w_u - x_u q_u), \qquad x_u q_u \le w_u &\le \textstyle\sum_j s_{uj} z_{uj} + \sum_v E_{vu} y_{vu} + p_u & (1)\\
    z_{uj} \le h_{uj} q_u,\quad y_{vu} \le e_v \le q_v,\quad y_{vu} \le q_u,\quad |p_u| &\le \kappa R_u q_u,\quad \textstyle\sum_u p_u \le -c & (2)

with one pool a kind as in :mod:`spatialcoord.coordination.worth`. Payments from outside keep everybody if no coalition blocks shares that
hold them; they are found by adding a row for the worst coalition until there is none, and are the least such sum where payments
have no limit (the dual weights of the rows prove it).
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from spatialcoord.coordination.bargaining_set import Columns
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.worth import Worth
from spatialcoord.economy.setting import Array

EACH = 16  # members up to which every coalition is looked at
SECONDS, PATIENCE = 10.0, 15.0  # for one search beyond, and for all that seek what keeps everybody
NOTHING = 1e-4  # of what all can gain: a smaller complaint is none
CLOSE = 1e-3  # of a search: how near the bound is enough
BIG = 3.0  # times what all can gain: more nobody pays


@dataclass(frozen=True)
class Staying:
    """Whether members stay, m of them; million currency a year.

    Attributes
    ----------
    alone : numpy.ndarray, shape (m,)
        What each could gain with nobody: less than its share, or it leaves.
    leaving : tuple of str
        The coalition that gains most by leaving; empty where none does.
    excess : float
        By how much it would be better off together.
    bound : float
        No coalition gains more than this by leaving.
    subsidy : numpy.ndarray, shape (m,)
        Payments from outside that keep everybody.
    proved : bool
        Whether the searches ended in time, within a thousandth.
    """

    alone: Array
    leaving: tuple[str, ...]
    excess: float
    bound: float
    subsidy: Array
    proved: bool

    def __bool__(self) -> bool:
        return not self.leaving


def staying(joint: Joint, share: Array, limit: Array | None = None) -> Staying:
    """Who would leave an institution.

    Parameters
    ----------
    joint : Joint
        The institution.
    share : numpy.ndarray, shape (m,)
        What its members have beyond no agreement.
    limit : numpy.ndarray, shape (m,), optional
        Most that each pays or receives on balance; none by default.
    """
    worth, m = Worth(joint), len(joint.members)
    scale = max(worth.whole, 1e-9)
    alone = worth(np.eye(m, dtype=bool))
    worst: Any = _Each(worth) if m <= EACH and limit is None else _Search(joint, limit)
    inside, excess, bound = worst(share)
    blocks = excess > NOTHING * scale
    leaving = tuple(name for name, i in zip(joint.ids, inside, strict=True) if i) if blocks else ()
    subsidy, proved = np.zeros(m), bound <= max(excess, 0.0) + CLOSE * scale
    rows, sides = [], []
    found, more, begun = inside, excess, perf_counter()
    while more > NOTHING * scale:
        if perf_counter() - begun > PATIENCE:
            proved = False
            break
        rows.append(found.astype(float))
        sides.append(more + float(subsidy[found].sum()))
        subsidy = linprog(np.ones(m), -np.array(rows), -np.array(sides), method="highs").x
        found, more, last = worst(share + subsidy)
        proved = proved and last <= max(more, 0.0) + CLOSE * scale
    return Staying(alone, leaving, max(0.0, excess), max(0.0, bound), subsidy, bool(proved))


class _Each:
    """The worst of all coalitions, by looking at each."""

    def __init__(self, worth: Worth) -> None:
        m = len(worth.joint.members)
        self.every = ((np.arange(1, 1 << m)[:, None] >> np.arange(m)) & 1).astype(bool)
        self.values = worth(self.every)

    def __call__(self, x: Array) -> tuple[np.ndarray, float, float]:
        excess = self.values - self.every @ x
        at = int(excess.argmax())
        return self.every[at], float(excess[at]), float(excess[at])


class _Search:
    """Programme (1) and (2) of one institution; shares enter its cost, and the rows of (1) where payments are limited."""

    def __init__(self, joint: Joint, limit: Array | None) -> None:
        self.m = m = len(joint.members)
        multiplier = joint.table.multiplier
        self.limited = limit is not None or multiplier is not None
        self.cost = joint.cost
        columns = Columns()
        columns.add("member", m, 0.0, 1.0)
        arrives, rows, protection = 1.0 - joint.terms.administration, _Rows(), joint.protection
        gain: list[tuple[Any, Any, Any]] = []  # unit, column, value
        for affair, pieces in joint.pieces.items():
            size = pieces.width[joint.members]
            unit, piece = np.nonzero(size > 0)
            columns.add(affair, len(unit), 0.0, size[unit, piece])
            at = np.arange(columns.place[affair].start, columns.place[affair].stop)
            for column, inside, h in zip(at, unit, size[unit, piece], strict=True):
                rows.add([column, inside], [1.0 / h, -1.0])
            rows.add(at, np.where(pieces.sign[piece] > 0, 1.0, -arrives))
            output = pieces.output[joint.members][unit, piece]
            if multiplier is None:
                gain.append((unit, at, output))
            else:
                felt = multiplier[np.ix_(joint.members, joint.members[unit])] * output
                gain += [(np.full(len(at), s), at, felt[s]) for s in range(m)]
            gain.append((unit, at, pieces.left[joint.members][unit, piece]))
        place = np.searchsorted(joint.members, protection.provider)
        effect = protection.effect[:, joint.members]
        columns.add("protect", len(place), 0.0, 1.0)
        served = [(v, int(u)) for v in range(len(place)) for u in np.flatnonzero(effect[v]) if u != place[v]]
        columns.add("served", len(served), 0.0, 1.0)
        start, serving = columns.place["protect"].start, columns.place["served"].start
        for v, u in enumerate(place.tolist()):
            rows.add([start + v, u], [1.0, -1.0])
            gain.append(([u], [start + v], [effect[v, u]]))
        for i, (v, u) in enumerate(served):
            rows.add([serving + i, start + v], [1.0, -1.0])
            rows.add([serving + i, u], [1.0, -1.0])
            gain.append(([u], [serving + i], [effect[v, u]]))
        if self.limited:
            most = np.full(m, BIG * max(Worth(joint).whole, 1e-9)) if limit is None else limit
            columns.add("paid", m, -np.inf, np.inf)
            columns.add("ends", m, 0.0, np.inf)
            paid, ends = columns.place["paid"].start, columns.place["ends"].start
            for u in range(m):
                rows.add([paid + u, u], [1.0, -most[u]])
                rows.add([paid + u, u], [-1.0, -most[u]])
                if multiplier is not None:  # what others' works bring counts for members only
                    rows.add([ends + u, u], [1.0, -2.0 * BIG * max(Worth(joint).whole, 1e-9)])
            rows.add(paid + np.arange(m), np.ones(m), -joint.cost)
        unit, at, value = (np.concatenate([np.asarray(g[k]) for g in gain]) for k in range(3))
        self.gain = sp.coo_array(
            (value.astype(float), (unit.astype(int), at.astype(int))), (m, columns.size)
        ).tocsr()
        self.rules, self.sides, self.columns = rows.matrix(columns.size), np.array(rows.side), columns
        if self.limited:
            pick = sp.coo_array((np.ones(m), (np.arange(m), ends + np.arange(m))), (m, columns.size)).tocsr()
            pay = sp.coo_array((np.ones(m), (np.arange(m), paid + np.arange(m))), (m, columns.size)).tocsr()
            ends_with, most_lost = pick - pay - self.gain, np.zeros(m)
            if multiplier is not None:  # what others' works take counts for members only
                most_lost = -self.gain.minimum(0) @ np.nan_to_num(np.concatenate(columns.upper), posinf=0.0)
                member = sp.coo_array((most_lost, (np.arange(m), np.arange(m))), (m, columns.size)).tocsr()
                ends_with = ends_with + member
            self.rules = sp.csr_array(sp.vstack([self.rules, ends_with]))
            self.sides = np.append(self.sides, most_lost)
            self.pick = pick
        self.whole = np.zeros(columns.size)
        self.whole[:m] = 1

    def __call__(self, x: Array) -> tuple[np.ndarray, float, float]:
        m, rules, sides = self.m, self.rules, self.sides
        if self.limited:
            worth = np.asarray(self.pick.sum(axis=0)).ravel()
            held = sp.coo_array((x, (np.arange(m), np.arange(m))), (m, self.columns.size)).tocsr()
            rules, sides = sp.csr_array(sp.vstack([rules, held - self.pick])), np.append(sides, np.zeros(m))
        else:
            worth = np.asarray(self.gain.sum(axis=0)).ravel()
        worth[:m] -= x
        scale = max(float(np.abs(worth).max()), 1e-300)
        found = milp(
            -worth / scale,
            constraints=LinearConstraint(rules, -np.inf, sides),
            bounds=Bounds(np.concatenate(self.columns.lower), np.concatenate(self.columns.upper)),
            integrality=self.whole,
            options={"time_limit": SECONDS, "mip_rel_gap": CLOSE},
        )
        # who ends below nothing need not form anything to leave
        away, lost = x < 0, float(np.maximum(-x, 0.0).sum())
        if found.x is None:  # where none bears the cost, nobody forms another; otherwise time was over
            return away, lost, lost if found.status == 2 else np.inf
        borne = 0.0 if self.limited else self.cost
        excess, bound = -found.fun * scale - borne, -float(found.mip_dual_bound) * scale - borne
        if lost >= excess:
            return away, lost, max(lost, bound)
        return found.x[:m] > 0.5, excess, bound


class _Rows:
    """Rows of a programme, each at most its side."""

    def __init__(self) -> None:
        self.row: list[Any] = []
        self.column: list[Any] = []
        self.value: list[Any] = []
        self.side: list[float] = []
        self.count = 0

    def add(self, columns: Any, values: Any, side: float = 0.0) -> None:
        """One row."""
        self.row.append(np.full(len(columns), self.count))
        self.column.append(np.asarray(columns, dtype=int))
        self.value.append(np.asarray(values, dtype=float))
        self.side.append(side)
        self.count += 1

    def matrix(self, width: int) -> Any:
        """All of them, shape (rows, width)."""
        parts = (np.concatenate(self.row), np.concatenate(self.column))
        return sp.coo_array((np.concatenate(self.value), parts), (self.count, width)).tocsr()
