"""What happened to an agreement over the years: a log of every event, and the accounts that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array

INSTITUTION = ""  # as a party: the institution itself, to which money for the pool is owed
WATCHDOGS = "watchdogs"  # non-governmental organisations that monitor
# the accounts that an event adds its amount to: of who does it, and of whom it is done to
ACCOUNTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "payment": (("owed", "paid"), ("received",)),
    "violation": (("owed", "withheld"), ("missed",)),
    "suspension": ((), ()),
    "monitoring": (("monitoring",), ()),
    "claim": ((), ()),
    "mediation": ((), ()),
    "settlement": (("recovered",), ("received",)),
    "straight": ((), ()),
    "arbitration": ((), ()),
    "ruling": ((), ()),
    "cost": (("arbitration",), ()),
    "arrears": (("recovered",), ("received",)),
    "penalty": (("penalty_paid",), ("penalty_received",)),
}
NAMES = tuple(dict.fromkeys(name for both in ACCOUNTS.values() for side in both for name in side))


@dataclass(frozen=True)
class Entry:
    """One event.

    Attributes
    ----------
    year : int
        Calendar year.
    kind : str
        A key of :data:`ACCOUNTS`.
    institution : str
        In which institution; empty for watchdogs, who belong to none.
    who, against : str
        Who does it and to whom; empty is the institution itself. A claim is raised by the creditor, all payments are the debtor's.
    amount : float
        Million currency.
    probability : float
        Chance that the event had before it was drawn: of a violation that it would be found, of a claim the same, of mediation that it
        would settle; 1 where nothing was drawn.
    state : str
        State of the dispute after the event, one of :data:`spatialcoord.coordination.disputes.STATES`; empty outside disputes.
    ruling : str
        Who rules: group of a layer, "nation"; empty where nobody does.
    dispute : int
        Number of the dispute, from 1; a violation that was found has it too; 0 outside disputes.
    """

    year: int
    kind: str
    institution: str
    who: str
    against: str
    amount: float
    probability: float = 1.0
    state: str = ""
    ruling: str = ""
    dispute: int = 0


def as_rows(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries as dicts of plain values, in their order."""
    return [asdict(entry) for entry in entries]


@dataclass(frozen=True)
class Record:
    """What came of supervising agreements, Y years (those supervised, and those until every dispute has ended) and S seats.

    Attributes
    ----------
    years : tuple of int, length Y
        Calendar years.
    seats : tuple of (str, str), length S
        Institution and party; party "" is the institution itself, ("", "watchdogs") the non-governmental organisations.
    entries : tuple of Entry
        The log, by year.
    accounts : dict of str to numpy.ndarray, shape (Y, S)
        Million currency, each the sum of amounts in the log: owed, paid when due, withheld; recovered, what was withheld and
        paid in the end; received and missed, by those to whom it is owed; penalty_paid, penalty_received; monitoring, arbitration: costs.
    """

    years: tuple[int, ...]
    seats: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    accounts: dict[str, Array]

    @classmethod
    def of(cls, years: Iterable[int], seats: Iterable[tuple[str, str]], entries: Iterable[Entry]) -> Record:
        """The record that a log makes; entries are sorted by year, and stay in their order within one."""
        years, seats = tuple(years), tuple(seats)
        log = tuple(sorted(entries, key=lambda entry: entry.year))
        year = {y: i for i, y in enumerate(years)}
        seat = {s: i for i, s in enumerate(seats)}
        accounts = {name: np.zeros((len(years), len(seats))) for name in NAMES}
        for e in log:
            for party, names in zip((e.who, e.against), ACCOUNTS[e.kind], strict=True):
                for name in names:
                    accounts[name][year[e.year], seat[e.institution, party]] += e.amount
        return cls(years, seats, log, accounts)

    @property
    def totals(self) -> dict[str, float]:
        """Sum of each account over years and seats, million currency."""
        return {name: float(values.sum()) for name, values in self.accounts.items()}

    @property
    def kept(self) -> float:
        """Share of the money owed that was paid when due; 1 where nothing was owed."""
        owed = self.accounts["owed"].sum()
        return float(self.accounts["paid"].sum() / owed) if owed > 0 else 1.0

    @property
    def lost(self) -> float:
        """What was owed and never paid, million currency."""
        return float(self.accounts["withheld"].sum() - self.accounts["recovered"].sum())

    @property
    def net(self) -> Array:
        """What each seat received less what it paid, penalties and costs included, million currency, shape (Y, S)."""
        a = self.accounts
        got = a["received"] + a["penalty_received"]
        return got - a["paid"] - a["recovered"] - a["penalty_paid"] - a["monitoring"] - a["arbitration"]

    def of_kind(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries of some kinds."""
        return tuple(entry for entry in self.entries if entry.kind in kinds)

    def of_dispute(self, number: int) -> tuple[Entry, ...]:
        """Entries of one dispute, in their order, from the violation on."""
        return tuple(entry for entry in self.entries if entry.dispute == number)

    def rows(self) -> list[dict[str, Any]]:
        """Accounts as dicts of plain values, one a year and seat."""
        return [
            {"year": year, "institution": institution, "party": party}
            | {name: float(self.accounts[name][i, j]) for name in NAMES}
            for i, year in enumerate(self.years)
            for j, (institution, party) in enumerate(self.seats)
        ]
