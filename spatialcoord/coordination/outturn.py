r"""What an agreement brings as it was kept: who withholds keeps, who is owed goes without, and works that are not paid for are not built.

With what is agreed on :math:`\Delta M_u`, gains of works g, the share :math:`\kappa_i` of the money for the pool of institution i that was brought in
the end, and sums of the Y years that were supervised,

.. math::

    \Delta M'_u = \Delta M_u - \textstyle\sum_i (1-\kappa_i) \max(0, g_{iu})
        + \tfrac{1}{Y} \bigl[(\text{withheld} - \text{made good})_u - (\text{missed} - \text{made good})_u + \text{penalties received} - \text{paid}\bigr]
        + q_u \qquad (1)

Penalties that are due to an institution go to its members alike. What a contract by the quality of water pays an upstream region more (less) than expected, q as a discounted mean, comes from the members downstream as they
gain. The supervised years stand for all of the horizon; costs of watching and of rulings
are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from spatialcoord.coordination.record import INSTITUTION, Record
from spatialcoord.coordination.solutions import Agreement
from spatialcoord.economy.setting import Array

# kinds of event by which money that was owed stays with the debtor, and by which it is made good
STAYS = ("violation", "suspension")
MADE_GOOD = ("settlement", "arrears")


def brought(record: Record | None, institution: str) -> float:
    """Share of the money owed to the pool of an institution that was brought in the end, :math:`\\kappa`."""
    if record is None:
        return 1.0
    owed = lost = 0.0
    for e in record.entries:
        if e.institution != institution or e.against != INSTITUTION:
            continue
        if e.kind == "payment" or e.kind in STAYS:
            owed += e.amount
        if e.kind in STAYS:
            lost += e.amount
        if e.kind in MADE_GOOD:
            lost -= e.amount
    return 1.0 - lost / owed if owed > 0 else 1.0


def by_quality(agreement: Agreement, waters: Sequence[Mapping[str, Any]]) -> Array:
    """What units receive more than expected by the quality of water, discounted mean, million currency a year, shape (n,); sums to zero."""
    more = np.zeros(len(agreement.income))
    for joint in agreement.held.joints:
        setting, protection = joint.table.setting, joint.protection
        weight = dict(zip(setting.years, setting.weight @ setting.year_in_period, strict=True))
        rivers = {
            setting.regions[region]: k
            for k, region in enumerate(protection.region)
            if not protection.function[k]
        }
        for e in waters:
            if e["kind"] != "quality" or e["institution"] != joint.name:
                continue
            k = rivers[e["who"]]
            gaining = np.zeros(len(more))
            gaining[joint.members] = np.maximum(protection.effect[k, joint.members], 0.0)
            surprise = weight[e["year"]] * (e["amount"] - e["expected"])
            more[protection.provider[k]] += surprise
            more -= surprise * gaining / gaining.sum()
    return more


def as_kept(
    agreement: Agreement, record: Record | None, years: int, waters: Sequence[Mapping[str, Any]] = ()
) -> Array:
    """Change of income of each unit by the agreement as it was kept, (1), million currency a year, shape (n,).

    Parameters
    ----------
    agreement : Agreement
        What was agreed on.
    record : Record or None
        What supervision saw; None: everything was kept.
    years : int
        Years supervised.
    waters : sequence of dict
        What contracts by the quality of water paid (:func:`spatialcoord.coordination.quality.qualities`).
    """
    income = agreement.income + by_quality(agreement, waters)
    if record is None:
        return income
    for joint in agreement.held.joints:
        gained = np.maximum(agreement.made_in(joint.name), 0.0)
        income -= (1.0 - brought(record, joint.name)) * gained
    place = {name: i for i, name in enumerate(agreement.held.table.ids)}
    fines = {joint.name: 0.0 for joint in agreement.held.joints}
    for e in record.entries:
        if e.kind in STAYS:
            sign = 1.0
        elif e.kind in MADE_GOOD or e.kind == "penalty":
            sign = -1.0
        else:
            continue
        for party, side in ((e.who, sign), (e.against, -sign)):
            if party in place:
                income[place[party]] += side * e.amount / years
        if e.kind == "penalty" and e.against == INSTITUTION:
            fines[e.institution] += e.amount / years
    for joint in agreement.held.joints:  # an institution is its members', and so are the fines that it takes
        share = np.zeros(len(income))
        share[joint.members] = 1.0 / len(joint.members)
        income += fines[joint.name] * share
    return income
