"""How far demands are met by a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spatialcoord.coordination.expression import Expressed
from spatialcoord.coordination.room import Room, kinds
from spatialcoord.economy.setting import Array
from spatialcoord.instruments.base import lines_of


@dataclass(frozen=True)
class Satisfaction:
    """How far demands are met by given amounts: what is met of what is asked, between 0 and 1.

    Attributes
    ----------
    demand : numpy.ndarray, shape (J,)
        By demand; 1 of one that asks for nothing.
    actor, region : dict of float
        By actor, and by region that the money was asked for ("" for the nation).
    total : float
        Of all demands together.
    """

    demand: Array
    actor: dict[str, float]
    region: dict[str, float]
    total: float


def satisfaction(expressed: Expressed, amounts: Mapping[str, Array]) -> Satisfaction:
    r"""How far given amounts meet the demands; a unit of money counts for one demand only.

    What is accepted comes first (in proportion where the money of a region and an instrument is less), then what is left of an
    instrument meets the rest of what was asked of it, then what is left of a kind of money the rest of what was asked of the kind,

    .. math:: m_j = \hat d_j \min(1, M/\textstyle\sum\hat d) + (\delta_j-\hat d_j)\,\min\bigl(1, \text{left}/\sum(\delta-\hat d)\bigr). \qquad (4)

    Parameters
    ----------
    expressed : Expressed
        The demands.
    amounts : mapping of numpy.ndarray, shape (R, Y)
        Money by line, million currency a year; the mean over the programme years counts.
    """
    setting, room = expressed.setting, Room(expressed.setting)
    shape = (len(setting.regions), len(room.instruments))
    money = np.zeros(shape)
    for i, name in enumerate(room.instruments):
        for line in lines_of(name):
            if line in amounts:
                money[:, i] += np.asarray(amounts[line], dtype=float).mean(axis=1)
    owner, region, instrument = expressed.owner, expressed.region, expressed.instrument
    promised = np.zeros(shape)
    np.add.at(promised, (region, instrument), expressed.request)
    kept = np.divide(money, promised, out=np.ones(shape), where=promised > 0).clip(0.0, 1.0)
    met = expressed.request * kept[region, instrument]
    money = np.maximum(0.0, money - promised * kept)
    of_kind = kinds(setting)
    kind_of = {name: kind for kind, names in of_kind.items() for name in names}
    group = np.array([kind_of[name] for name in room.instruments])
    is_kind = np.array([d.instrument in of_kind for d in expressed.demands], dtype=bool)
    # what each demand still lacks in each region
    national = np.array([d.region == "" for d in expressed.demands], dtype=bool)
    lacks: dict[tuple[int, int], float] = {}
    for q, (j, r) in enumerate(zip(owner.tolist(), region.tolist(), strict=True)):
        share = setting.share[r] if national[j] else 1.0
        lacks[j, r] = lacks.get((j, r), share * expressed.asked[j]) - met[q]
    got = np.bincount(owner, met, len(expressed.demands)).astype(float)
    for kinds_turn in (False, True):
        for r in range(shape[0]):
            here = [
                (j, lack)
                for (j, s), lack in lacks.items()
                if s == r and is_kind[j] == kinds_turn and lack > 0
            ]
            for wanted in dict.fromkeys(expressed.demands[j].instrument for j, _ in here):
                held = group == wanted if kinds_turn else np.array(room.instruments) == wanted
                open_ = {j: lack for j, lack in here if expressed.demands[j].instrument == wanted}
                total = sum(open_.values())
                part = min(1.0, float(money[r, held].sum()) / total)
                for j, lack in open_.items():
                    got[j] += part * lack
                used = part * total / max(float(money[r, held].sum()), 1e-300)
                money[r, held] *= max(0.0, 1.0 - used)
    asked = expressed.asked
    got = np.minimum(got, asked)

    def ratio(own: np.ndarray) -> float:
        return float(got[own].sum() / asked[own].sum()) if asked[own].sum() > 0 else 1.0

    def by(labels: list[str]) -> dict[str, float]:
        return {name: ratio(np.array(labels) == name) for name in dict.fromkeys(labels)}

    return Satisfaction(
        np.divide(got, asked, out=np.ones_like(asked), where=asked > 0),
        by([d.actor for d in expressed.demands]),
        by([d.region for d in expressed.demands]),
        ratio(np.ones(len(asked), dtype=bool)),
    )
