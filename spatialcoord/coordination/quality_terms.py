"""Terms of compensation by quality of water: a contract, and the rounds of the Xin'an agreement from their law files.

The rule is (1) and (2) of :mod:`spatialcoord.coordination.water_quality`; the numbers stand in ``formulas/law/xinan_*.toml``, each with
its source and whether it was checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.formulas.law import Entry, Law, laws

POLLUTANTS = ("permanganate_index", "ammonia", "total_nitrogen", "total_phosphorus")
EQUAL = (0.25, 0.25, 0.25, 0.25)


@dataclass(frozen=True)
class Contract:
    """A rule (1), (2): an index and what is paid at which of its values.

    Attributes
    ----------
    stability : float
        :math:`k_0`, positive.
    thresholds : tuple of float, length n
        t, positive and ascending.
    payments : tuple of float, length n + 1
        h from the best quality to the worst, never rising, downstream to upstream; million currency a year.
    centre : float
        What the centre pays upstream whatever P is; million currency a year.
    weights : tuple of float, length 4
        k of :data:`POLLUTANTS`, with sum 1.

    Raises
    ------
    InputError
        Every number that is outside these ranges.
    """

    stability: float
    thresholds: tuple[float, ...]
    payments: tuple[float, ...]
    centre: float = 0.0
    weights: tuple[float, ...] = EQUAL

    def __post_init__(self) -> None:
        t, h = np.array(self.thresholds, dtype=float), np.array(self.payments, dtype=float)
        k = np.array(self.weights, dtype=float)
        faults = {
            "stability": (
                np.isfinite(self.stability) and self.stability > 0,
                "must be a positive number",
            ),
            "thresholds": (
                t.ndim == 1 and t.size > 0 and np.isfinite(t).all() and (np.diff(t, prepend=0.0) > 0).all(),
                "must be positive and ascending",
            ),
            "payments": (
                h.shape == (t.size + 1,) and np.isfinite(h).all() and (np.diff(h) <= 0).all(),
                f"must be {t.size + 1} amounts, one more than thresholds, none above the one before",
            ),
            "centre": (np.isfinite(self.centre) and self.centre >= 0, "must be an amount of 0 or more"),
            "weights": (
                k.shape == (len(POLLUTANTS),) and (k >= 0).all() and abs(k.sum() - 1.0) < 1e-9,
                f"must be {len(POLLUTANTS)} shares with sum 1",
            ),
        }
        problems = [
            Problem(f"{getattr(self, key)} {fault}", f"contract, {key}")
            for key, (fine, fault) in faults.items()
            if not fine
        ]
        if problems:
            raise InputError(problems)

    @property
    def spread(self) -> float:
        """What is at stake: the payment at the best quality less that at the worst, million currency a year."""
        return self.payments[0] - self.payments[-1]

    @property
    def slack(self) -> float:
        """How much worse than in the base period water may be before the worst payment is due, as a share."""
        return self.thresholds[-1] / self.stability - 1.0


@dataclass(frozen=True)
class Round:
    """A period of the Xin'an agreement.

    Attributes
    ----------
    name : str
        Stem of its law file.
    title : dict of str to str
        What it is called, by language.
    years : range
        Years in force.
    upstream, downstream : str
        Ids of the two provinces.
    base : tuple of int, or None
        First and last year of the base period; None where it was not found.
    published : dict of int to float
        Values of the index as published, by year.
    entries : tuple of Entry
        Every number with its unit, its source and whether it was checked.
    """

    name: str
    title: Mapping[str, str]
    years: range
    upstream: str
    downstream: str
    base: tuple[int, int] | None
    published: Mapping[int, float]
    entries: tuple[Entry, ...]

    @property
    def unverified(self) -> tuple[str, ...]:
        """Keys of the numbers that were not checked against a source."""
        return tuple(entry.key for entry in self.entries if not entry.verified)

    def contract(self, year: int | None = None) -> Contract:
        """The rule in force in a year, by default in the first of the round; years differ in what the centre pays.

        Raises
        ------
        InputError
            A round whose index was not found, a year outside the round.
        """
        found = {entry.key: entry.value for entry in self.entries}
        year = self.years[0] if year is None else year
        if year not in self.years:
            raise InputError(
                Problem(f"{year} is not in {self.years[0]}-{self.years[-1]}", f"round {self.name}")
            )
        if "stability" not in found:
            raise InputError(
                Problem(
                    "the index and the thresholds of this round were not found",
                    f"round {self.name}",
                    "it cannot be told who pays whom",
                    "Give a Contract of your own, or take a year of an earlier round.",
                )
            )
        return Contract(
            found["stability"],
            tuple(_numbered(found, "threshold.")),
            tuple(_numbered(found, "paid.")),
            found[f"centre.{year}"],
            tuple(found[f"weight.{name}"] for name in POLLUTANTS),
        )


def rounds() -> tuple[Round, ...]:
    """The rounds of the agreement, oldest first."""
    return tuple(_round(name) for name in laws("xinan_"))


def round_of(year: int) -> Round:
    """The round that was in force in a year.

    Raises
    ------
    InputError
        A year of none: before 2012, 2021 and 2022 (no agreement for them was found), after 2027.
    """
    every = rounds()
    for one in every:
        if year in one.years:
            return one
    known = ", ".join(f"{one.years[0]}-{one.years[-1]}" for one in every)
    raise InputError(
        Problem(f"no round of the Xin'an agreement is known for {year}", remedy=f"Known are {known}.")
    )


def _numbered(found: Mapping[str, float], stem: str) -> list[float]:
    """Numbers of the keys stem1, stem2, ... in this order."""
    keys = (f"{stem}{n}" for n in range(1, len(found) + 1))
    return [found[key] for key in keys if key in found]


def _round(name: str) -> Round:
    law = Law(name)
    entries = tuple(map(law.entry, law))
    published = {int(e.key.split(".")[1]): e.value for e in entries if e.key.startswith("published.")}
    about = law.about
    return Round(
        name,
        about["title"],
        range(about["from"], about["to"] + 1),
        about["upstream"],
        about["downstream"],
        (int(law["base.from"]), int(law["base.to"])) if "base.from" in law else None,
        published,
        entries,
    )
