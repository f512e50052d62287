r"""Disputes about money that is owed, as a state machine: claim, mediation, arbitration, enforcement, closed.

A dispute about an amount C that a debtor withheld passes states in this order and each at most once; what each state may take is its
deadline. Mediation ends in a settlement with a given chance: C is paid, without penalty. If not, the lowest body above both rules, the body
of a group of the layer where both belong to one, otherwise the nation. With penalty :math:`\phi` of the institution it awards

.. math:: x = C + \phi\, C \qquad (1)

where one of the two has nothing left to gain from the agreement, and otherwise weighs what is left of it,

.. math:: x = \arg\max_{C \le x \le C + \phi C}\; w_d \ln(S_d - k - x) + w_c \ln(S_c + x),\qquad
          S = (R + n - P) \sum_{j=1}^{J} (1 + r)^{-j} \qquad (2)

by :func:`spatialcoord.games.bargain`: S is what the debtor (d) and the creditor (c) have from J more years of the agreement, which ends between them
otherwise; k is the cost of the ruling, which the debtor bears; w are voices. So an award gives back at least what was owed, and adds at most
the whole penalty. Each dispute is ruled on by itself: S of a member with several disputes counts whole in each. The institution itself, as a
creditor, has no S.

Every dispute ends. States are ranked in the order above, and :meth:`Dispute.step` moves a dispute that is not closed to a state
of higher rank after at most that state's deadline. Four moves are the most there can be, hence it is closed no later than

.. math:: B = m_{claim} + m_{mediation} + \max(m_{nation}, m_{layer}) + 12\, l + m_{collection} \qquad (3)

months after it was opened, with l the years by which the institution's rulings take effect late: :meth:`spatialcoord.coordination.oversight.Procedure.bound`.

Arbitration by the lowest common superior is the study's rule that disputes between equals go to who stands above both; equation (2),
deadlines, chances and costs are design choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from spatialcoord import games
from spatialcoord.coordination.oversight import Procedure
from spatialcoord.coordination.record import Entry

STATES = ("claim", "mediation", "arbitration", "enforcement", "closed")
NATION = "nation"
NOTHING = 1e-9  # of the amount in dispute: what is less is no room to bargain in


@dataclass(frozen=True)
class Superior:
    """Who stands above parties: the group of a level, or the nation, whose `level` is empty."""

    level: str = ""
    group: str = NATION


def lowest_common_superior(levels: Mapping[str, Mapping[str, str]], parties: Iterable[str]) -> Superior:
    """The lowest body above all parties in a hierarchy.

    Parameters
    ----------
    levels : mapping of str to mapping
        Levels between parties and nation, the lowest first (as ``RegionGraph.levels``): the group of each party by its name.
    parties : iterable of str
        Who has a dispute; one that a level does not place stands in none of its groups.

    Returns
    -------
    Superior
        Of the first level at which all are in one group; otherwise the nation.
    """
    parties = tuple(parties)
    for level, group in levels.items():
        above = {group.get(party) for party in parties}
        if len(above) == 1 and (one := above.pop()) is not None:
            return Superior(level, one)
    return Superior()


@dataclass(frozen=True)
class Dispute:
    """One dispute in one state; :meth:`step` gives the next.

    Attributes
    ----------
    number : int
        Its number in the log.
    institution, creditor, debtor : str
        Between whom; creditor "" is the institution itself.
    amount : float
        What was withheld, C, million currency.
    month : int
        When it came into its state, in months: 12 times the calendar year and those passed in it.
    superior : Superior
        Who would rule.
    penalty : float
        Of the institution, share of what was withheld.
    delay : int
        Years by which the institution's rulings take effect late.
    found : float
        Chance with which the violation was found.
    settles : bool
        Whether mediation settles it.
    straight : bool
        Whether it goes to arbitration without mediation.
    ends : int
        Last calendar year of the agreement.
    discount_rate : float
        Of (2), 1/yr.
    worth : (float, float)
        R + n - P of debtor and creditor, million currency a year.
    voice : (float, float)
        Weights of debtor and creditor.
    state : str
        One of :data:`STATES`.
    award : float
        What the debtor has to pay, once that is ruled or settled.
    """

    number: int
    institution: str
    creditor: str
    debtor: str
    amount: float
    month: int
    superior: Superior = Superior()
    penalty: float = 0.0
    delay: int = 0
    found: float = 1.0
    settles: bool = False
    straight: bool = False
    ends: int = 0
    discount_rate: float = 0.0
    worth: tuple[float, float] = (0.0, 0.0)
    voice: tuple[float, float] = (1.0, 1.0)
    state: str = STATES[0]
    award: float = 0.0

    def step(self, procedure: Procedure) -> tuple[Dispute, tuple[Entry, ...]]:
        """The dispute in its next state, and what happened at the moment it got there; a closed one stays as it is."""
        body = self.superior.group
        if self.state == "claim":
            to = "arbitration" if self.straight else "mediation"
            kind = "straight" if self.straight else "mediation"
            moved = self._after(procedure.claim, to)
            chance = 1.0 if self.straight else procedure.settlement
            first = moved._entry(kind, self.creditor, self.debtor, self.amount, chance)
            return moved, (first, moved._arbitration()) if self.straight else (first,)
        if self.state == "mediation" and self.settles:
            moved = replace(self._after(procedure.mediation, "closed"), award=self.amount)
            paid = moved._entry("settlement", self.debtor, self.creditor, self.amount, procedure.settlement)
            return moved, (paid,)
        if self.state == "mediation":
            moved = self._after(procedure.mediation, "arbitration")
            return moved, (moved._arbitration(),)
        if self.state == "arbitration":
            near = bool(self.superior.level)
            months = procedure.arbitration_layer if near else procedure.arbitration
            cost = self.amount * (procedure.ruling_cost_layer if near else procedure.ruling_cost)
            ruled = self._after(months + 12 * self.delay, "enforcement")
            ruled = replace(ruled, award=self._ruling(year_of(ruled.month), cost))
            entries = [ruled._entry("ruling", self.debtor, self.creditor, ruled.award, ruling=body)]
            if cost > 0:
                entries.append(ruled._entry("cost", self.debtor, self.creditor, cost, ruling=body))
            return ruled, tuple(entries)
        if self.state == "enforcement":
            done = self._after(procedure.collection, "closed")
            entries = [done._entry("arrears", self.debtor, self.creditor, self.amount, ruling=body)]
            more = self.award - self.amount
            if more > 0:
                entries.append(done._entry("penalty", self.debtor, self.creditor, more, ruling=body))
            return done, tuple(entries)
        return self, ()

    def settle(self, procedure: Procedure) -> tuple[Dispute, tuple[Entry, ...]]:
        """The closed dispute, and all that happened from the claim on."""
        entries = [self._entry("claim", self.creditor, self.debtor, self.amount, self.found)]
        now = self
        while now.state != "closed":
            now, happened = now.step(procedure)
            entries += happened
        return now, tuple(entries)

    def _after(self, months: int, state: str) -> Dispute:
        return replace(self, month=self.month + months, state=state)

    def _arbitration(self) -> Entry:
        return self._entry("arbitration", self.creditor, self.debtor, self.amount, ruling=self.superior.group)

    def _entry(
        self, kind: str, who: str, against: str, amount: float, probability: float = 1.0, ruling: str = ""
    ) -> Entry:
        year = year_of(self.month)
        return Entry(
            year, kind, self.institution, who, against, amount, probability, self.state, ruling, self.number
        )

    def _ruling(self, year: int, cost: float) -> float:
        left = range(1, self.ends - year + 1)
        factor = sum((1.0 + self.discount_rate) ** -j for j in left)
        debtor, creditor = (worth * factor / self.amount for worth in self.worth)
        return self.amount * award(debtor - cost / self.amount, creditor, self.penalty, self.voice)


def year_of(month: int) -> int:
    """Calendar year that a month ends in, counted as :attr:`Dispute.month`: 12 (y + 1) is the end of year y."""
    return (month - 1) // 12


@lru_cache(maxsize=4096)
def award(debtor: float, creditor: float, penalty: float, voice: tuple[float, float] = (1.0, 1.0)) -> float:
    """What a ruling gives the creditor, (1) and (2), as a multiple of what was withheld.

    Parameters
    ----------
    debtor, creditor : float
        What is left to each from the agreement, the debtor's less the cost of the ruling, as multiples of what was withheld.
    penalty : float
        Most that can be added, as a multiple of what was withheld.
    voice : (float, float)
        Positive weights of debtor and creditor.

    Returns
    -------
    float
        From 1 to 1 + penalty.
    """
    least, most = max(1.0, -creditor), min(1.0 + penalty, debtor)
    if most - least <= NOTHING:
        return 1.0 + penalty
    ends = [(debtor - x, creditor + x) for x in (1.0, 1.0 + penalty)]
    # in units of what there is to divide: surpluses may be many times the amount in dispute
    size = debtor + creditor
    found = games.bargain(
        [(a / size, b / size) for a, b in ends], {"debtor": 0.0, "creditor": 0.0}, "nash", weights=voice
    )
    return min(max(found.payoff["creditor"] * size - creditor, 1.0), 1.0 + penalty)
