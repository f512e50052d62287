r"""What a plan is worth to those it affects: payoffs of every party, beside what else could be done with the same money.

With utility :math:`U_p` of party p (:mod:`spatialcoord.actors`), allocation v and no programme 0,

.. math::

    u_{pv} &= U_p(v) - U_p(0) & (1)\\
    \bar u_p &= \max_v u_{pv}, \qquad \underline u_p = \min_v u_{pv}, \qquad
        \nu_p = \frac{u_{p,\text{plan}} - \underline u_p}{\bar u_p - \underline u_p} & (2)\\
    v_p &\propto \frac{b_a}{n_a} \bigl(1 + \xi \max(0, 1 - y_p/\bar y)\bigr), \qquad \textstyle\sum_p v_p = 1 & (3)

over the plan, the same money per head, every formula of the scenario and no programme. The best and the worst (2) are those of these
few allocations, not what the party could reach at all. Voices (3) come from the base b of an actor, shared by its n parties,
and from how poor those are whom a party speaks for; those who are no government have a least share together.
Voices are weights for telling who is for a plan; they change no plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord.actors.base import Actor, actors_of
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.planner.evaluate import Evaluation

PLAN, NONE = "plan", "no_programme"
TELL = 1e-9  # a change below this share of the figure without the programme is none


@dataclass(frozen=True)
class Parties:
    """Every party of every actor of a case, P, and what allocations are worth to it.

    Attributes
    ----------
    actors : dict
        Actors by name, in the order of their parties.
    skipped : dict of list of str
        Actors left out, with the region attributes they lack.
    owner : numpy.ndarray, shape (P,)
        Name of each party's actor.
    region : numpy.ndarray, shape (P,)
        Region of each party; "" of one that stands for the nation.
    baseline : numpy.ndarray, shape (P,)
        Utility without the programme, million currency a year.
    payoff : dict of numpy.ndarray, shape (P,)
        Change against it (1) by allocation, million currency a year: ``plan``, ``equal_per_head``, formulas, ``no_programme``.
    people : numpy.ndarray, shape (P,)
        Persons each speaks for.
    voice : numpy.ndarray, shape (P,)
        Weights (3), sum one.
    """

    actors: dict[str, Actor]
    skipped: dict[str, list[str]]
    owner: Any
    region: Any
    baseline: Array
    payoff: dict[str, Array]
    people: Array
    voice: Array

    def changed(self, against: str = NONE) -> Any:
        """Whether each party is better off with the plan than with another allocation (1), worse off (-1) or neither (0)."""
        change = self.payoff[PLAN] - self.payoff[against]
        least = TELL * np.maximum(np.abs(self.baseline), 1.0)
        return np.where(np.abs(change) > least, np.sign(change), 0.0)

    def majority(self, against: str) -> tuple[float, float, Any]:
        """Voices for the plan and against it, and whose change of side would turn the majority, shape (P,).

        Who neither gains nor loses has no side. The plan has the majority with more voices than are against it.
        """
        side = self.changed(against)
        gain, loss = (float(self.voice[side == sign].sum()) for sign in (1.0, -1.0))
        carried = gain > loss
        lead = gain - loss if carried else loss - gain
        # the plan falls with a tie and rises only above it
        turns = 2.0 * self.voice >= lead - TELL if carried else 2.0 * self.voice > lead + TELL
        return gain, loss, turns & (side == (1.0 if carried else -1.0)) & (self.voice > 0)


def parties_of(setting: Setting, evaluations: dict[str, Evaluation]) -> Parties:
    """Payoffs of all parties for several allocations.

    Parameters
    ----------
    setting : Setting
        Baseline.
    evaluations : dict of Evaluation
        By name; ``plan`` and ``no_programme`` among them.

    Returns
    -------
    Parties
    """
    found, skipped = actors_of(setting)

    def all_of(values: list[Array]) -> Array:
        return np.concatenate(values) if values else np.zeros(0)

    utility = {
        name: all_of([actor.payoff(setting, evaluation) for actor in found.values()])
        for name, evaluation in evaluations.items()
    }
    labels = [
        (name, region)
        for name, actor in found.items()
        for region in (setting.regions if actor.regional else [""])
    ]
    return Parties(
        actors=found,
        skipped=skipped,
        owner=np.array([name for name, _ in labels], dtype=str),
        region=np.array([region for _, region in labels], dtype=str),
        baseline=utility[NONE],
        payoff={name: values - utility[NONE] for name, values in utility.items()},
        people=all_of([actor.people(setting) for actor in found.values()]),
        voice=voices(setting, found),
    )


def voices(setting: Setting, found: dict[str, Actor]) -> Array:
    """Weight of every party's voice (3), shape (P,), sum one; zeros where every actor is silenced."""
    rules = setting.scenario.actors["voice"]
    loud, official = [], []
    # only proportions count; taken against the largest of their kind no sum of theirs is too large for a number
    top = max((rules.base.get(name, 1.0) for name in found), default=0.0) or 1.0
    for name, actor in found.items():
        weak = np.maximum(0.0, 1.0 - actor.standing(setting))
        base = rules.base.get(name, 1.0) / top
        loud.append(base / len(weak) * (1.0 + rules.weakness * weak) / (1.0 + rules.weakness))
        official.append(np.full(len(weak), actor.government))
    if not loud:
        return np.zeros(0)
    voice, government = np.concatenate(loud), np.concatenate(official)
    if not voice.sum() > 0:
        return voice
    voice = voice / voice.sum()
    others = float(voice[~government].sum())
    if 0.0 < others < rules.others_least:
        voice[~government] = rules.others_least * (voice[~government] / others)
        voice[government] *= (1.0 - rules.others_least) / (1.0 - others)
    return voice
