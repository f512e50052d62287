"""What a coalition can do, written once more as a linear programme, row by row."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from spatialcoord.coordination.joint import Joint


def coalition_programme(
    joint: Joint, inside: np.ndarray, limit: np.ndarray | None = None, share: np.ndarray | None = None
) -> float:
    """Most that members of a coalition can have together beyond `share`, each at least its share; -inf where they cannot.

    Variables: pieces of every affair and member, protection, and with a limit on payments what each receives.
    """
    own = np.flatnonzero(inside)
    rows, bounds, each, _ = _programme(joint, inside, np.zeros(len(inside), dtype=bool))
    if share is None:
        found = linprog(-each.sum(axis=0), rows, np.zeros(len(rows)), bounds=bounds)
        return max(0.0, -found.fun - joint.cost)
    # with payments: gain + payment >= share, payments sum to what setting up costs, each within its limit
    m, pools = len(own), len(rows)
    pay = np.eye(m)
    rows = np.block(
        [[rows, np.zeros((len(rows), m))], [-each, -pay], [np.zeros((1, rows.shape[1])), np.ones((1, m))]]
    )
    sides = np.concatenate([np.zeros(pools), -share[own], [-joint.cost]])
    cap = np.full(m, np.inf) if limit is None else limit[own]
    found = linprog(
        -np.append(each.sum(axis=0), np.ones(m)),
        rows,
        sides,
        bounds=[*bounds, *((-c, c) for c in cap)],
    )
    return -found.fun - share[own].sum() if found.status == 0 else -np.inf


def effect_on_others(joint: Joint, inside: np.ndarray, others: np.ndarray) -> float:
    """What the works and protection that a coalition chooses for its own sake bring to others."""
    rows, bounds, each, elsewhere = _programme(joint, inside, others)
    found = linprog(-each.sum(axis=0), rows, np.zeros(len(rows)), bounds=bounds)
    return float(elsewhere.sum(axis=0) @ found.x) if -found.fun > joint.cost else 0.0


def _programme(
    joint: Joint, inside: np.ndarray, others: np.ndarray
) -> tuple[np.ndarray, list, np.ndarray, np.ndarray]:
    """Pools, bounds, and gains of members and of others, by variable."""
    own, rest = np.flatnonzero(inside), np.flatnonzero(others)
    units = joint.members[own]
    concerned = np.concatenate([units, joint.members[rest]])
    multiplier = joint.table.multiplier
    spread = np.eye(len(joint.table.ids)) if multiplier is None else multiplier
    gain, upper, pools = [], [], []
    for pieces in joint.pieces.values():
        pool = []
        for unit in units:
            for j, sign in enumerate(pieces.sign):
                value = spread[concerned, unit] * pieces.output[unit, j]
                gain.append(value + pieces.left[unit, j] * (concerned == unit))
                upper.append(pieces.width[unit, j])
                pool.append(1.0 if sign > 0 else -(1.0 - joint.terms.administration))
        pools.append(pool)
    for k, provider in enumerate(joint.protection.provider):
        if provider in units:
            gain.append(joint.protection.effect[k, concerned])
            upper.append(1.0)
    rows = np.zeros((len(pools), len(gain)))
    at = 0
    for row, pool in zip(rows, pools, strict=True):
        row[at : at + len(pool)] = pool
        at += len(pool)
    each = np.array(gain).T.reshape(len(concerned), len(gain))
    return rows, [(0.0, u) for u in upper], each[: len(own)], each[len(own) :]
