"""What an agreement makes its members owe, as supervision takes it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.keeping import keeping
from spatialcoord.coordination.oversight import Procedure, Supervision
from spatialcoord.coordination.paying import FUND, Payment
from spatialcoord.coordination.regime import Member, Regime
from spatialcoord.coordination.solutions import Agreement


def members_owing(
    joint: Joint, agreement: Agreement, payments: Iterable[Payment], subsidy: bool = False
) -> list[Member]:
    """Members of one institution with what they owe, figures of a typical year as in :mod:`spatialcoord.coordination.keeping`.

    A member owes its payments to those who receive them, and the money for the pool, where works cost it more than they bring it, to the
    institution.

    Parameters
    ----------
    joint : Joint
        The institution.
    agreement : Agreement
        What was agreed on.
    payments : iterable of Payment
        Who pays whom in it.
    subsidy : bool
        Whether the centre pays each member the least subsidy with which it keeps the agreement.
    """
    payments = list(payments)
    made = agreement.made_in(joint.name)[joint.members]
    ends = made + agreement.payments(joint.name)[joint.members]
    owes: dict[str, dict[str, float]] = {name: {} for name in joint.ids}
    due = [(p.payer, p.receiver, p.amount) for p in payments]
    due += [(name, FUND, -float(m)) for name, m in zip(joint.ids, made, strict=True) if m < 0]
    for payer, receiver, amount in due:
        owes[payer][receiver] = owes[payer].get(receiver, 0.0) + amount
    paid = np.zeros(len(joint.ids))
    if subsidy:
        paid = keeping(joint, agreement, payments).subsidy
    return [
        Member(joint.name, name, float(end), owes[name], subsidy=float(n))
        for name, end, n in zip(joint.ids, ends, paid, strict=True)
    ]


def regime_of(
    joints: Iterable[Joint], supervision: Supervision | None = None, procedure: Procedure | None = None
) -> Regime:
    """The rules of institutions at one table, with its groups and the rate at which governments discount.

    Parameters
    ----------
    joints : iterable of Joint
        Institutions, one at least, all at the same table.
    supervision, procedure
        How they are watched over and disputes settled; the defaults where left out.
    """
    joints = list(joints)
    table = joints[0].table
    first = np.asarray(table.member.argmax(axis=1)).ravel()
    groups = {}
    for layer in dict.fromkeys(joint.terms.layer for joint in joints if joint.terms.layer):
        names = table.setting.graph.level(layer).values.astype(str)[first]
        groups[layer] = dict(zip(table.ids, names.tolist(), strict=True))
    return Regime(
        {joint.name: joint.terms for joint in joints},
        supervision or Supervision(),
        procedure or Procedure(),
        groups,
        table.setting.scenario.negotiation.impatience,
    )
