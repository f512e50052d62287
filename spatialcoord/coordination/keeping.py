r"""Whether an agreement enforces itself: what each member gains by breaking it in a year, against what it loses from then on.

Figures are those of a typical year: discounted means. A member that gains by works owes payments; one that gives up investment owes
the money for the pool. Breaking the agreement unnoticed for a year it keeps what it owes; afterwards the agreement is over and it has
what no agreement gives,

.. math:: R_u = \Delta M_u,\qquad T_u = R_u + \max(0,\,-p_u) + \max(0,\,-g_u),\qquad P_u = 0,\qquad F_u = \phi\,(T_u - R_u) \qquad (1)

with gains from works g, net payments received p, penalty :math:`\phi` and its chance :math:`\pi` of the institution, entered into
:func:`spatialcoord.games.self_enforcing`. Paid by milestones, a member that does not bring its money is not paid that year either:
:math:`T_u = R_u + \max(0, -p_u) + \max(0, -g_u - \max(0, p_u))`. With a layer between regions and nation the chance is the mean over
whom a member pays or is paid by, inside its group or across. Governments
discount at a rate of their own (``negotiation.impatience``), higher than society's: they may leave office.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord import games
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.paying import FUND, NOTHING, Payment
from spatialcoord.coordination.solutions import Agreement
from spatialcoord.economy.setting import Array


@dataclass(frozen=True)
class Keeping:
    """Whether members keep an agreement, m of them.

    Attributes
    ----------
    detection : numpy.ndarray, shape (m,)
        Chance that a breach is found and the penalty is paid.
    margin : numpy.ndarray, shape (m,)
        What keeping it is worth more than breaking it, million currency of today; negative: it breaks it.
    subsidy : numpy.ndarray, shape (m,)
        Least subsidy a year, while the agreement lasts, with which it keeps it.
    threshold : numpy.ndarray, shape (m,)
        Discount factor from which on it keeps it.
    """

    detection: Array
    margin: Array
    subsidy: Array
    threshold: Array

    @property
    def breaking(self) -> np.ndarray:
        """Positions of members that would break it."""
        return np.flatnonzero(self.subsidy > 0)


def keeping(joint: Joint, agreement: Agreement, payments: list[Payment]) -> Keeping:
    """Whether the members of one institution keep what was agreed on in it.

    Parameters
    ----------
    joint : Joint
        The institution.
    agreement : Agreement
        What was agreed on.
    payments : list of Payment
        Who pays whom in it.
    """
    members, terms = joint.members, joint.terms
    paid = agreement.payments(joint.name)[members]
    made = agreement.made_in(joint.name)[members]
    tiny = NOTHING * np.abs(made).max(initial=0.0)  # rounding is neither a loss nor a debt
    ends, owed_payment, owed_money = (
        np.where(np.abs(values) < tiny, 0.0, values)
        for values in (paid + made, np.maximum(0.0, -paid), np.maximum(0.0, -made))
    )
    if terms.milestones:
        owed_money = np.maximum(0.0, owed_money - np.maximum(0.0, paid))
    detection = _detection(joint, payments)
    rate = joint.table.setting.scenario.negotiation.impatience
    parties = {
        name: games.Party(
            cooperate=float(r),
            deviate=float(r + t),
            punished=0.0,
            discount=1.0 / (1.0 + rate) if rate > 0 else 1.0 - 1e-9,
            penalty=float(terms.penalty * t),
            detection=float(p),
        )
        for name, r, t, p in zip(joint.ids, ends, owed_payment + owed_money, detection, strict=True)
    }
    found = games.self_enforcing(parties)
    return Keeping(
        detection,
        *(
            np.array([values[n] for n in joint.ids])
            for values in (found.margin, found.subsidy, found.threshold)
        ),
    )


def _detection(joint: Joint, payments: list[Payment]) -> Array:
    terms, members = joint.terms, joint.members
    inside = np.full(len(members), terms.enforcement)
    if not terms.layer or terms.enforcement_across is None:
        return inside
    setting, table = joint.table.setting, joint.table
    groups = setting.graph.level(terms.layer).values.astype(str)
    first = np.asarray(table.member.argmax(axis=1)).ravel()
    group = dict(zip(table.ids, groups[first], strict=True))
    across, total = np.zeros(len(members)), np.zeros(len(members))
    place = {name: i for i, name in enumerate(joint.ids)}
    for payment in payments:
        if payment.receiver == FUND:  # setting up is paid by all, wherever they are
            continue
        for end in (payment.payer, payment.receiver):
            if end in place:
                total[place[end]] += payment.amount
                across[place[end]] += payment.amount * (group[payment.payer] != group[payment.receiver])
    share = np.divide(across, total, out=np.zeros_like(total), where=total > 0)
    return inside * (1.0 - share) + terms.enforcement_across * share
