"""What paired assistance is in figures: who may help whom with how much, partners by a rule; and what is wrong with it.

Not an instrument: equation numbers are those of :mod:`spatialcoord.instruments.paired_assistance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.between import distance, positions, relative


@dataclass(frozen=True)
class Partnership:
    """Who may help whom; D donors, n recipients. Money is that of the year of the figures."""

    setting: Setting
    params: Any

    @cached_property
    def level(self) -> Array:
        """Output per head against the mean, shape (R,)."""
        return relative(self.setting)

    @cached_property
    def donor(self) -> np.ndarray:
        """Positions of the donors, shape (D,): named, or at or above the threshold and not named as recipients."""
        if self.params.donors:
            return np.unique(positions(self.setting, self.params.donors))
        rich = self.level >= self.params.donor_threshold
        rich[positions(self.setting, self.params.recipients)] = False
        rich &= self.setting.attribute(self.params.effort_of) > 0
        return np.flatnonzero(rich)

    @cached_property
    def recipient(self) -> np.ndarray:
        """Positions of the recipients, shape (n,): named, or at or below the threshold and not named as donors."""
        if self.params.recipients:
            return np.unique(positions(self.setting, self.params.recipients))
        poor = self.level <= self.params.recipient_threshold
        poor[positions(self.setting, self.params.donors)] = False
        return np.flatnonzero(poor)

    @cached_property
    def effort(self) -> Array:
        """What each donor gives a year, shape (D,)."""
        return self.params.effort * self.setting.attribute(self.params.effort_of)[self.donor]

    @cached_property
    def helpers(self) -> int:
        """Most donors of a recipient."""
        fewest = -(-len(self.donor) // max(1, len(self.recipient)))
        return int(self.params.helpers or max(1, fewest))

    @cached_property
    def partners(self) -> int:
        """Most recipients of a donor."""
        fewest = -(-len(self.recipient) // max(1, len(self.donor)))
        return int(self.params.partners or max(1, fewest))

    @cached_property
    def matched(self) -> Array:
        """Partners by the rule that the scenario names, 0 or 1, shape (D, n): the assignment (2) of least total distance.

        By prosperity the distance is the squared difference of ranks, donors from the richest and recipients from the poorest,
        each from 0 to 1.
        """
        donors, recipients = len(self.donor), len(self.recipient)
        if self.params.match == "nearest":
            cost = distance(self.setting)[np.ix_(self.donor, self.recipient)]
        else:
            rank = [
                np.argsort(np.argsort(order, kind="stable")) / max(1, len(order) - 1)
                for order in (-self.level[self.donor], self.level[self.recipient])
            ]
            cost = (rank[0][:, None] - rank[1][None, :]) ** 2
        of_donor = np.kron(np.eye(donors), np.ones(recipients))
        of_recipient = np.kron(np.ones(donors), np.eye(recipients))
        rows = [
            LinearConstraint(of_donor, 1, self.partners),
            LinearConstraint(of_recipient, 1, self.helpers),
        ]
        found = milp(cost.ravel(), integrality=1, bounds=Bounds(0, 1), constraints=rows)
        return np.round(found.x).reshape(donors, recipients)


def side_problems(setting: Setting, partnership: Partnership, where: str) -> list[Problem]:
    """Nobody on a side, somebody on both, donors without revenue, or numbers of partners that do not fit."""
    ids, params = setting.regions, partnership.params
    donors, recipients = len(partnership.donor), len(partnership.recipient)
    if not donors or not recipients:
        side, key = ("donor", "donor_threshold") if not donors else ("recipient", "recipient_threshold")
        direction = "Lower" if not donors else "Raise"
        return [
            Problem(
                f"there is no {side}",
                f"{where}.{key}",
                f"No region is {'above' if not donors else 'below'} {getattr(params, key):g} times the mean output per head.",
                f"{direction} `{key}`, name {side}s, or take the instrument out.",
            )
        ]
    both = sorted(set(partnership.donor.tolist()) & set(partnership.recipient.tolist()))
    if both:
        return [
            Problem(
                f"'{ids[both[0]]}' both gives and receives",
                f"{where}.recipients",
                remedy="Take it out of one of the two lists.",
            )
        ]
    empty = partnership.donor[partnership.effort <= 0]
    if len(empty):
        return [
            Problem(
                f"'{ids[empty[0]]}' has nothing to give: its {params.effort_of} or the effort is 0",
                f"{where}.donors",
                remedy="Take it out, raise `effort`, or measure effort by another figure.",
            )
        ]
    problems = []
    for key, most, few, many, ends in (
        ("partners", partnership.partners, donors, recipients, ("donors", "recipients")),
        ("helpers", partnership.helpers, recipients, donors, ("recipients", "donors")),
    ):
        if few * most < many:
            problems.append(
                Problem(
                    f"{few} {ends[0]} with at most {most} partners each leave some of {many} {ends[1]} without one",
                    f"{where}.{key}",
                    remedy=f"Raise `{key}` to {-(-many // few)}, or leave it out.",
                )
            )
    return problems
