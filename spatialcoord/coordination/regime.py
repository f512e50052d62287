"""Who owes what to whom in which institution, and under which rules: what members know before they choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from spatialcoord.coordination.disputes import Superior, lowest_common_superior
from spatialcoord.coordination.oversight import Procedure, Supervision
from spatialcoord.coordination.record import INSTITUTION
from spatialcoord.errors import InputError, Problem
from spatialcoord.games.basics import number_of
from spatialcoord.institutions.base import Terms
from spatialcoord.registry import did_you_mean

WITHOUT = ("enforcement", "monitoring", "watchdogs", "layer")


@dataclass(frozen=True)
class Member:
    """One member of one institution, money in million currency a year of a typical year.

    Attributes
    ----------
    institution, name : str
        Which institution, and who.
    cooperate : float
        R, what it has beyond no agreement while all keep the agreement.
    owes : mapping of str to float
        What it owes to whom; "" is the institution itself: money for the pool, or its share of costs.
    punished : float
        P, what it has once the agreement has ended.
    subsidy : float
        n, from the centre while it keeps the agreement.
    voice : float
        Weight in rulings, positive.
    """

    institution: str
    name: str
    cooperate: float
    owes: Mapping[str, float]
    punished: float = 0.0
    subsidy: float = 0.0
    voice: float = 1.0

    @property
    def seat(self) -> tuple[str, str]:
        """Institution and name."""
        return self.institution, self.name

    @property
    def surplus(self) -> float:
        """R + n - P, what a year of the agreement is worth to it."""
        return self.cooperate + self.subsidy - self.punished


@dataclass(frozen=True)
class Regime:
    """What members know before they choose.

    Attributes
    ----------
    institutions : mapping of str to Terms
        By name; enforcement, penalty, milestones, layer and delay (years by which rulings take effect late) count.
    supervision : Supervision
        How agreements are watched over.
    procedure : Procedure
        How disputes are settled.
    groups : mapping of str to mapping of str to str
        By grouping between regions and nation: the group of each party; needed of every `layer` that institutions name.
    discount_rate : float
        1/yr, at least 0: that of the members' governments.
    """

    institutions: Mapping[str, Terms]
    supervision: Supervision = field(default_factory=Supervision)
    procedure: Procedure = field(default_factory=Procedure)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    discount_rate: float = 0.05

    def without(self, *what: str) -> Regime:
        """The same rules without some of :data:`WITHOUT`, for counterfactuals.

        Without `enforcement` nobody looks and nothing is imposed: no chance of detection, no penalty, no monitoring, no watchdogs.

        Raises
        ------
        InputError
            There is nothing of that name.
        """
        unknown = [w for w in what if w not in WITHOUT]
        if unknown:
            raise InputError(
                [
                    Problem(f"rules have no part '{w}'", "without", "", did_you_mean(w, list(WITHOUT)))
                    for w in unknown
                ]
            )
        watched, terms = self.supervision, dict(self.institutions)
        if "enforcement" in what or "monitoring" in what:
            watched = watched.model_copy(update={"monitoring": 0.0})
        if "enforcement" in what or "watchdogs" in what:
            watched = watched.model_copy(update={"watchdogs": 0.0})
        for name, one in terms.items():
            less: dict[str, object] = {}
            if "enforcement" in what:
                across = None if one.enforcement_across is None else 0.0
                less |= {"enforcement": 0.0, "penalty": 0.0, "enforcement_across": across}
            if "layer" in what:
                less |= {"layer": "", "enforcement_across": None}
            terms[name] = one.model_copy(update=less)
        return replace(self, institutions=terms, supervision=watched)

    def detection(self, institution: str, debtor: str, creditor: str) -> float:
        """Chance (2) that a violation of what one owes the other is found; what is owed to the institution counts as inside a group."""
        terms, watched = self.institutions[institution], self.supervision
        chance = terms.enforcement
        if terms.layer and terms.enforcement_across is not None and creditor != INSTITUTION:
            group = self.groups[terms.layer]
            chance = chance if group[debtor] == group[creditor] else terms.enforcement_across
        return float(1.0 - (1.0 - chance) * np.exp(-watched.monitoring - watched.watchdogs))

    def superior(self, institution: str, parties: Iterable[str]) -> Superior:
        """Who rules on a dispute of these parties in an institution: the body of a group of its layer, or the nation."""
        layer = self.institutions[institution].layer
        return lowest_common_superior({layer: self.groups[layer]} if layer else {}, parties)


def check(parties: Sequence[Member], rules: Regime) -> None:
    """Refuse members and rules that do not fit.

    Raises
    ------
    InputError
        Everything that is wrong with them.
    """
    problems: list[Problem | str] = [] if parties else [Problem("there are no parties", "parties")]
    seats = Counter(m.seat for m in parties)
    problems += [
        Problem(f"'{name}' is listed {count} times in '{inst}'", "parties", remedy="List each member once.")
        for (inst, name), count in seats.items()
        if count > 1
    ]
    if not (np.isfinite(rules.discount_rate) and rules.discount_rate >= 0):
        problems.append(
            Problem(f"is {rules.discount_rate}", "discount_rate", remedy="Give 0 or more, as 0.05.")
        )
    for m in parties:
        where = f"member '{m.name}' of '{m.institution}'"
        if not m.name:
            problems.append(Problem("a member has no name", where))
        if m.institution not in rules.institutions:
            known = list(rules.institutions)
            problems.append(
                Problem("there is no such institution", where, "", did_you_mean(m.institution, known))
            )
            continue
        numbers = {"cooperate": m.cooperate, "punished": m.punished, "subsidy": m.subsidy, "voice": m.voice}
        for key, value in (numbers | {f"what it owes '{c}'": a for c, a in m.owes.items()}).items():
            number, fault = number_of(value)
            if not fault and key not in ("cooperate", "punished", "subsidy") and number < 0:
                fault = f"is {number:g}, less than 0"
            if not fault and key == "voice" and number == 0:
                fault = "is 0; a weight is positive"
            if fault:
                problems.append(Problem(f"{key}: {fault}", where))
        for creditor in m.owes:
            if creditor == m.name or (creditor != INSTITUTION and (m.institution, creditor) not in seats):
                others = [p.name for p in parties if p.institution == m.institution and p.name != m.name]
                problems.append(
                    Problem(
                        f"owes '{creditor}', which is no other member of the institution",
                        where,
                        remedy=did_you_mean(creditor, others),
                    )
                )
        layer = rules.institutions[m.institution].layer
        if layer and m.name not in rules.groups.get(layer, {}):
            problems.append(
                Problem(
                    f"has no group of the layer '{layer}'",
                    where,
                    remedy=f"Give groups['{layer}']['{m.name}'].",
                )
            )
    if problems:
        raise InputError(problems)
