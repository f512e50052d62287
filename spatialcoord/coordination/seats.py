r"""Whose consent an agreement needs: the parties that bargain, and what each counts.

A unit of money gained in a region belongs there to one party only, so that bargaining is over money that exists once: own revenue of
its governments, profits of its firms, the rest its residents (:meth:`spatialcoord.actors.base.Actor.claim`). Inside a region its
government may levy on those who gain and pay to those who lose; nobody ends below what no agreement gives. Parties that stand for the
nation count income of the regions (:meth:`~spatialcoord.actors.base.Actor.regard`): they neither pay nor receive.

Voices are those of :mod:`spatialcoord.planner.parties`, an actor's parties at the table sharing its voice by people unless the scenario's
``negotiation.voices`` says otherwise: else a person of a small region would count for many of a large one. Whom the scenario silences has no seat: then nobody asks whether it gains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord import registry
from spatialcoord.actors.base import Actor, baseline_income, income_change
from spatialcoord.coordination.table import Table
from spatialcoord.economy.setting import Array
from spatialcoord.planner.evaluate import Evaluation
from spatialcoord.planner.parties import voices


@dataclass(frozen=True)
class Seats:
    """Parties at a table of n units, P of them.

    Attributes
    ----------
    names : tuple of str
        ``actor:unit``, or ``actor`` of one that stands for the nation.
    actor : tuple of str
        Name of each party's actor.
    unit : numpy.ndarray, shape (P,)
        Position of its unit; -1 of one that stands for the nation.
    claim : dict of numpy.ndarray, shape (n,)
        Share of a gain in output by regional actor, whether it has seats or not; they sum to one.
    income : dict of numpy.ndarray, shape (n,)
        Worth of a unit of income of each unit, by national actor.
    smallest : dict of float
        Worth of a unit of the smallest change of any unit, by national actor.
    voice : numpy.ndarray, shape (P,)
        Weights, sum one.
    """

    names: tuple[str, ...]
    actor: tuple[str, ...]
    unit: np.ndarray
    claim: dict[str, Array]
    income: dict[str, Array]
    smallest: dict[str, float]
    voice: Array

    @classmethod
    def of(cls, table: Table, plan: Evaluation, members: np.ndarray, weakness: float | None = None) -> Seats:
        """Parties of the members, and of the nation.

        Parameters
        ----------
        table : Table
            Who sits there.
        plan : Evaluation
            The plan without an agreement.
        members : numpy.ndarray
            Positions of units that are a member of some institution.
        weakness : float, optional
            How much louder the weak speak, in place of the scenario's.
        """
        setting = table.setting
        rules = setting.scenario.actors["voice"]
        if weakness is not None:
            changed = {**setting.scenario.actors, "voice": rules.model_copy(update={"weakness": weakness})}
            setting = setting.under(setting.scenario.model_copy(update={"actors": changed}))
        concerned = np.isin(table.unit_of(np.arange(len(setting.regions))), members)
        by_people = setting.scenario.negotiation.voices == "people"
        income = baseline_income(setting) + income_change(setting, plan)
        found: dict[str, Actor] = {}
        claim: dict[str, Array] = {}
        regard: dict[str, tuple[Array, float]] = {}
        for name in registry.actors:
            actor = registry.actors.get(name)(setting.scenario.actors.get(name))
            share = actor.claim(setting) if actor.regional else None
            view = None if actor.regional else actor.regard(setting, income, concerned)
            if share is not None:
                claim[name] = share
            elif view is not None:
                regard[name] = view
            else:
                continue
            found[name] = actor
        claim = _shares(table, claim)
        base = table.total(setting.base_output)
        loud = voices(setting, found)
        names: list[str] = []
        owners: list[str] = []
        units: list[int] = []
        voice: list[float] = []
        start = 0
        for name in found:
            parties = len(setting.regions) if name in claim else 1
            own = loud[start : start + parties]
            start += parties
            if name in claim:
                # an actor's voice is shared by those of its parties that sit here
                heard = own * concerned * (setting.population if by_people else 1.0)
                own = heard * (own.sum() / heard.sum()) if heard.sum() > 0 else heard
            if not own.sum() > 0:
                continue
            if name in regard:
                names, owners, units, voice = [*names, name], [*owners, name], [*units, -1], [*voice, own[0]]
            else:
                each = table.total(own)
                for u in members:
                    names.append(f"{name}:{table.ids[u]}")
                    owners.append(name)
                    units.append(int(u))
                    voice.append(float(each[u]))
        weight = np.array(voice)
        # a unit's change of income is spread over its regions as their output is
        spread = (table.member / base[:, None]).multiply(setting.base_output[None, :]).tocsr()
        return cls(
            tuple(names),
            tuple(owners),
            np.array(units, dtype=int),
            claim,
            {name: np.asarray(spread @ view[0]) for name, view in regard.items()},
            {name: view[1] for name, view in regard.items()},
            weight / weight.sum(),
        )

    def of_unit(self, unit: int) -> np.ndarray:
        """Positions of a unit's parties."""
        return np.flatnonzero(self.unit == unit)


def _shares(table: Table, claim: dict[str, Array]) -> dict[str, Array]:
    """Claims by unit, weighted by output; what is not claimed goes to those who claim the rest, else to all in proportion."""
    output = table.setting.base_output
    given = {name: np.nan_to_num(share) for name, share in claim.items()}
    rest = np.maximum(0.0, 1.0 - sum(given.values(), np.zeros_like(output)))
    open_ = [name for name, share in claim.items() if np.isnan(share).all()]
    shares = {name: rest / len(open_) if name in open_ else share for name, share in given.items()}
    total = sum(shares.values(), np.zeros_like(output))
    weighted = {
        name: table.total(share / np.where(total > 0, total, 1.0) * output) for name, share in shares.items()
    }
    return {name: share / table.total(output) for name, share in weighted.items()}
