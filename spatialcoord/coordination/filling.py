"""Progressive filling: requests rise together, each in proportion to its key, until something stops them."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array

FULL = -1  # what stopped a request that has all it asked
ROUNDING = 1e-12  # relative


def fill(key: Array, asked: Array, rows: Any, room: Array) -> tuple[Array, np.ndarray]:
    r"""Weighted max-min amounts of Q requests under C rules that each limit a sum.

    With keys a, what is asked u, rules A (entries 0 or 1) and their room b, all requests rise along
    :math:`d_q = \lambda a_q`; one stops at

    .. math:: d_q = u_q \quad (1) \qquad \text{or where a rule that counts it is used up:} \quad \textstyle\sum_{q'} A_{cq'} d_{q'} = b_c. \quad (2)

    Parameters
    ----------
    key : numpy.ndarray, shape (Q,)
        Non-negative; a request with the key zero gets nothing.
    asked : numpy.ndarray, shape (Q,)
        Non-negative and finite.
    rows : scipy.sparse array, shape (C, Q)
        1 where a rule counts a request.
    room : numpy.ndarray, shape (C,)
        Most that the requests of a rule get together; inf for no limit, below zero counts as zero.

    Returns
    -------
    amount : numpy.ndarray, shape (Q,)
        In the unit of `asked`.
    stop : numpy.ndarray of int, shape (Q,)
        Position of the rule that stopped each request; `FULL` where it has what it asked, or has no key.

    Notes
    -----
    *Nobody gets more than asked, no rule is broken*: (1) and (2) stop a request before either.

    *No room is left over.* Every step stops at least one request, so there are at most Q of them; at the end each request has what it
    asked or is counted by a rule that is used up, and so no amount could be larger with all others as they are.

    *A larger key of its own never gives a request less.* Let :math:`r=d/a` before and :math:`r'=d'/a'` after the key of j alone has
    risen, and suppose :math:`d'_j<d_j`. Then :math:`r'_j<r_j`, and j was stopped by a used-up rule in which no request has a higher
    :math:`r'`. That rule holds as much as before or more, so some k in it has :math:`d'_k>d_k`, with :math:`r_k<r'_k\le r'_j<r_j`.
    Before, k was stopped by a rule in which none had a higher r, and there some l has :math:`d'_l<d_l`; it is not j, for
    :math:`r_l\le r_k<r_j`. So :math:`r'_l<r_l\le r_k<r'_k`, and l in the place of j gives the next pair; r' falls in every
    round, which cannot go on among finitely many requests.

    The order is that of weighted max-min fairness (Bertsekas and Gallager 1992, Data Networks, section 6.5, from memory). With one
    rule that counts all requests the amounts are those of :func:`spatialcoord.economy.water_filling.water_fill`.
    """
    key, asked = np.asarray(key, dtype=float), np.asarray(asked, dtype=float)
    room = np.maximum(room, 0.0)
    active = (key > 0) & (asked > 0)
    amount, stop = np.zeros_like(asked), np.full(len(asked), FULL)
    full_at = np.divide(asked, key, out=np.full_like(asked, np.inf), where=active)
    level = 0.0
    while active.any():
        speed = rows @ np.where(active, key, 0.0)
        left = room - rows @ np.where(active, 0.0, amount)
        rule_at = np.divide(left, speed, out=np.full_like(room, np.inf), where=speed > 0)
        level = max(level, min(full_at[active].min(), rule_at.min(initial=np.inf)))
        reached = level * (1.0 + ROUNDING)
        full = active & (full_at <= reached)
        amount[full] = asked[full]
        active &= ~full
        for rule in np.flatnonzero(rule_at <= reached):
            held = np.zeros(len(asked), dtype=bool)
            held[rows.indices[rows.indptr[rule] : rows.indptr[rule + 1]]] = True
            held &= active
            amount[held], stop[held] = level * key[held], rule
            active &= ~held
    return amount, stop
