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
from spatialcoord.instruments.between import (
    ONLY_MEMBERS,
    can_agree,
    distance,
    in_words,
    nobody_agrees,
    positions,
    relative,
)

AFFAIR = "assistance"


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
    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Donors and recipients: named, or beyond the threshold of their side and not named on the other."""
        setting, params = self.setting, self.params
        if params.donors:
            donor = np.unique(positions(setting, params.donors))
        else:
            rich = self.level >= params.donor_threshold
            rich[positions(setting, params.recipients)] = False
            donor = np.flatnonzero(rich & (setting.attribute(params.effort_of) > 0))
        if params.recipients:
            return donor, np.unique(positions(setting, params.recipients))
        poor = self.level <= params.recipient_threshold
        poor[positions(setting, params.donors)] = False
        return donor, np.flatnonzero(poor)

    @cached_property
    def _able(self) -> np.ndarray:
        """Which of the donors can agree with which of the recipients, before those who can with nobody are left out."""
        return can_agree(self.setting, AFFAIR)[np.ix_(*self.sides)]

    @property
    def donor(self) -> np.ndarray:
        """Positions of the donors, shape (D,): of those who are named or rich, all who can agree with a recipient."""
        return self.sides[0][self._able.any(axis=1)]

    @property
    def recipient(self) -> np.ndarray:
        """Positions of the recipients, shape (n,): of those who are named or poor, all who can agree with a donor."""
        return self.sides[1][self._able.any(axis=0)]

    @cached_property
    def able(self) -> np.ndarray:
        """Which donor can agree with which recipient, shape (D, n), bool: all, or those bound by an institution."""
        return self._able[np.ix_(self._able.any(axis=1), self._able.any(axis=0))]

    @cached_property
    def blocks(self) -> list[tuple[int, int]]:
        """Numbers of donors and recipients of which every one can agree with every other: of each institution, or of all."""
        donors = self.able.sum(axis=0)
        return [(int(donors[row.argmax()]), int(row.sum())) for row in np.unique(self.able, axis=0)]

    @cached_property
    def effort(self) -> Array:
        """What each donor gives a year, shape (D,)."""
        return self.params.effort * self.setting.attribute(self.params.effort_of)[self.donor]

    @cached_property
    def helpers(self) -> int:
        """Most donors of a recipient."""
        return int(self.params.helpers or max(-(-donors // recipients) for donors, recipients in self.blocks))

    @cached_property
    def partners(self) -> int:
        """Most recipients of a donor."""
        return int(
            self.params.partners or max(-(-recipients // donors) for donors, recipients in self.blocks)
        )

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
        bounds = Bounds(0, self.able.ravel().astype(float))
        found = milp(cost.ravel(), integrality=1, bounds=bounds, constraints=rows)
        return np.round(found.x).reshape(donors, recipients)


def side_problems(setting: Setting, partnership: Partnership, where: str) -> list[Problem]:
    """Nobody on a side or bound, somebody on both sides, donors without revenue, or numbers of partners that do not fit."""
    ids, params = setting.regions, partnership.params
    donors, recipients = map(len, partnership.sides)
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
    if not len(partnership.donor):
        return [nobody_agrees(setting, AFFAIR, where)]
    alone = [
        Problem(
            f"'{ids[region]}' cannot agree with any of the {other} on {in_words(AFFAIR)}",
            f"{where}.{key}",
            ONLY_MEMBERS,
            f"Make it a member of one with the affair {AFFAIR} and some of the {other}, or take it out of `{key}`.",
        )
        for key, other, side, kept in (
            ("donors", "recipients", partnership.sides[0], partnership.donor),
            ("recipients", "donors", partnership.sides[1], partnership.recipient),
        )
        if getattr(params, key)
        for region in np.setdiff1d(side, kept)
    ]
    if alone:
        return alone
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
    blocks = partnership.blocks
    for key, most, sizes, ends in (
        ("partners", partnership.partners, blocks, ("donors", "recipients")),
        ("helpers", partnership.helpers, [block[::-1] for block in blocks], ("recipients", "donors")),
    ):
        few, many = max(sizes, key=lambda size: size[1] / size[0])
        if few * most < many:
            problems.append(
                Problem(
                    f"{few} {ends[0]} with at most {most} partners each leave some of {many} {ends[1]} without one",
                    f"{where}.{key}",
                    remedy=f"Raise `{key}` to {-(-many // few)}, or leave it out.",
                )
            )
    return problems
