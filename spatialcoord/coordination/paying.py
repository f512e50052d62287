"""Who pays whom: payments between members that give each the balance agreed on.

Only balances are agreed on; many lists of payments give the same. This one is short, and settles inside the groups of a layer first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord.coordination.joint import Joint
from spatialcoord.economy.setting import Array

FUND = ""  # receiver of what setting the institution up costs
NOTHING = 1e-9  # of the largest balance: less is none


@dataclass(frozen=True)
class Payment:
    """One payment of an institution, discounted mean over the horizon, million currency a year; receiver "" is the institution itself."""

    institution: str
    payer: str
    receiver: str
    amount: float


def payments(joint: Joint, net: Array) -> list[Payment]:
    """Payments with the given balances.

    Parameters
    ----------
    joint : Joint
        The institution.
    net : numpy.ndarray, shape (n,)
        Net payments received by unit; they sum to less than zero where setting up costs something.
    """
    ids = joint.table.ids
    left = {ids[u]: float(net[u]) for u in joint.members}
    left[FUND] = -sum(left.values())
    least = NOTHING * max(map(abs, left.values()), default=0.0)
    found: list[Payment] = []
    for group in [*_groups(joint), [*left]]:
        payers = sorted((n for n in group if left[n] < -least), key=lambda n: left[n])
        receivers = sorted((n for n in group if left[n] > least), key=lambda n: -left[n])
        while payers and receivers:
            payer, receiver = payers[0], receivers[0]
            amount = min(-left[payer], left[receiver])
            found.append(Payment(joint.name, payer, receiver, amount))
            left[payer] += amount
            left[receiver] -= amount
            payers = [n for n in payers if left[n] < -least]
            receivers = [n for n in receivers if left[n] > least]
    return found


def _groups(joint: Joint) -> list[list[str]]:
    layer, table = joint.terms.layer, joint.table
    if not layer:
        return []
    groups = table.setting.graph.level(layer).values.astype(str)
    first = np.asarray(table.member.argmax(axis=1)).ravel()
    named: dict[str, list[str]] = {}
    for u in joint.members:
        named.setdefault(groups[first[u]], []).append(table.ids[u])
    return list(named.values())
