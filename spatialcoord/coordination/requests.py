"""Whose demand speaks how loud, and of which money in which region it asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.demand_entries import Demand
from spatialcoord.coordination.room import Room, kinds
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.planner.parties import voices


def party_voices(setting: Setting, silent: Iterable[str] = ()) -> dict[tuple[str, str], float]:
    """Voice of every party, by actor and region ("" of one that stands for the nation); they sum to one.

    Asking needs no payoff, so that actors are heard whose payoff the case cannot work out.
    """
    unheard = set(silent)
    found = {
        name: registry.actors.get(name)(setting.scenario.actors.get(name))
        for name in registry.actors
        if name not in unheard
    }
    loud = voices(setting, found)
    by_people = setting.scenario.negotiation.voices == "people"
    of: dict[tuple[str, str], float] = {}
    start = 0
    for name, actor in found.items():
        parties = setting.regions if actor.regional else ("",)
        own = loud[start : start + len(parties)]
        start += len(parties)
        if by_people and actor.regional and own.sum() > 0:
            heard = own * setting.population
            own = heard * (own.sum() / heard.sum())
        of |= {(name, r): float(v) for r, v in zip(parties, own, strict=True)}
    return of


def requests_of(
    room: Room, demands: Sequence[Demand]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Array, Array]:
    """Requests of all demands: owner, region, instrument, part of the demand's key, and what is asked, each shape (Q,)."""
    setting, of_kind = room.setting, kinds(room.setting)
    places: list[tuple[int, int, int]] = []
    part: list[float] = []
    asked: list[float] = []
    for j, d in enumerate(demands):
        names = of_kind.get(d.instrument, (d.instrument,))
        spread = setting.share if d.region == "" else np.ones(1)
        where = range(len(setting.regions)) if d.region == "" else [setting.regions.index(d.region)]
        for r, share in zip(where, spread, strict=True):
            for name in names:
                places.append((j, r, room.instruments.index(name)))
                part.append(float(share) / len(names))
                asked.append(d.amount * float(share))
    owner, region, instrument = np.array(places, dtype=int).reshape(-1, 3).T
    return owner, region, instrument, np.array(part), np.array(asked)
