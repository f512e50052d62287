"""What the members of one institution can do together: works out of a pool, protection of rivers, and what the institution costs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from spatialcoord.coordination.protection import INSTRUMENT, Protection
from spatialcoord.coordination.table import Table
from spatialcoord.coordination.works import Pieces, Works
from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem
from spatialcoord.institutions.base import WORKS, Terms
from spatialcoord.institutions.membership import members_of
from spatialcoord.planner.evaluate import Evaluation


@dataclass(frozen=True)
class Joint:
    """One institution at a table of n units.

    Attributes
    ----------
    name : str
        Its name in the scenario.
    terms : Terms
        Its terms.
    table : Table
        Who sits there.
    members : numpy.ndarray, shape (m,)
        Positions of its members among the units.
    works : dict of Works
        By affair, for all units.
    pieces : dict of Pieces
        Secants of each response.
    protection : Protection
        By members only.
    cost : float
        Cost of setting the institution up, spread over the horizon as a discounted mean, million currency a year; whoever forms it
        bears all of it.
    idle : dict of str
        Affairs that nothing can be done in here, with the reason, a key of the messages.
    all_pieces, rivers : dict of Pieces, Protection
        The same for all units, members or not.
    """

    name: str
    terms: Terms
    table: Table
    members: np.ndarray
    works: dict[str, Works]
    pieces: dict[str, Pieces]
    protection: Protection
    cost: float
    idle: dict[str, str] = field(default_factory=dict)
    all_pieces: dict[str, Pieces] = field(default_factory=dict)
    rivers: Protection = field(default_factory=lambda: Protection.none(0))

    @classmethod
    def of(cls, name: str, terms: Terms, table: Table, plan: Evaluation, amounts: dict[str, Array]) -> Joint:
        """What an institution can do beyond a plan.

        Raises
        ------
        InputError
            A unit of the table is a member in part, there is a single member, works would begin after the programme.
        """
        setting, units = table.setting, len(table.ids)
        regions = members_of(setting, terms)
        inside = np.zeros(len(setting.regions))
        inside[regions] = 1.0
        part = table.total(inside) / table.total(np.ones(len(setting.regions)))
        members = np.flatnonzero(part > 0)
        problems = _problems(name, terms, table, part)
        if problems:
            raise InputError(problems)
        works: dict[str, Works] = {}
        idle: dict[str, str] = {}
        for affair in terms.affairs:
            if affair in WORKS and not setting.graph.has(f"capital_{affair}"):
                idle[affair] = "no_capital"
            elif affair in WORKS:
                works[affair] = Works(table, plan, amounts, affair, terms)
            elif affair != "environment":
                idle[affair] = "own_instrument"
            elif INSTRUMENT in setting.scenario.instruments:
                idle[affair] = "in_the_plan"
        shared = "environment" in terms.affairs and "environment" not in idle
        rivers = Protection.of(table, terms) if shared else Protection.none(units)
        if shared and not len(rivers.within(members).region):
            idle["environment"] = "no_rivers"
        segments = setting.scenario.negotiation.segments
        belongs = np.isin(np.arange(units), members).astype(float)
        pieces: dict[str, Pieces] = {}
        for work, w in works.items():
            given = w.most_given * belongs
            # what reaches a unit is at most what all other members can bring
            pieces[work] = w.pieces(segments, (1.0 - terms.administration) * (given.sum() - given))
        return cls._among(name, terms, table, members, works, pieces, rivers, idle)

    @classmethod
    def _among(
        cls,
        name: str,
        terms: Terms,
        table: Table,
        members: np.ndarray,
        works: dict[str, Works],
        pieces: dict[str, Pieces],
        rivers: Protection,
        idle: dict[str, str],
    ) -> Joint:
        """The institution among given members, of what all could do."""
        setting, belongs = table.setting, np.zeros(len(table.ids))
        belongs[members] = 1.0
        protection = rivers.within(members)
        pooled = sum(float(w.most_given[members].sum() * w.path.sum()) for w in works.values())
        first = float(setting.weight @ setting.year_in_period[:, 0])
        cost = terms.set_up * (first * pooled + float(protection.forgone(len(table.ids)).sum()))
        own = {affair: p.of(belongs) for affair, p in pieces.items()}
        return cls(name, terms, table, members, works, own, protection, cost, idle, pieces, rivers)

    def joined_by(self, unit: int) -> Joint:
        """The same institution with one member more, a unit of the table."""
        members = np.union1d(self.members, [unit])
        return self._among(
            self.name, self.terms, self.table, members, self.works, self.all_pieces, self.rivers, self.idle
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the members."""
        return tuple(self.table.ids[u] for u in self.members)


def _problems(name: str, terms: Terms, table: Table, part: Array) -> list[Problem]:
    where, years = f"institutions.{name}", len(table.setting.years)
    partly = [table.ids[u] for u in np.flatnonzero((part > 0) & (part < 1))]
    problems = (
        [
            Problem(
                f"{', '.join(partly[:5])} would sit at the table as one each, but only some regions of theirs are members",
                f"{where}.members",
                remedy="Name whole groups, or bargain between regions (negotiation.between, --between).",
            )
        ]
        if partly
        else []
    )
    if not partly and (part > 0).sum() < 2:
        problems.append(
            Problem(
                "a single party would sit at the table",
                f"{where}.members",
                "Nobody can agree with oneself.",
                "Name more members, or bargain between smaller groups (negotiation.between, --between).",
            )
        )
    if terms.delay >= years:
        problems.append(
            Problem(
                f"joint works would begin {terms.delay} years after the programme, which lasts {years}",
                f"{where}.delay",
                remedy="Shorten the delay, or lengthen the programme.",
            )
        )
    return problems
