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
import xarray as xr

from spatialcoord.actors.base import Actor, actors_of
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.planner.evaluate import Evaluation
from spatialcoord.planner.solving import Outcome
from spatialcoord.registry import actors as registered

PLAN, NONE = "plan", "no_programme"
LISTED = 10  # parties told by name
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
    for name, actor in found.items():
        weak = np.maximum(0.0, 1.0 - actor.standing(setting))
        loud.append(rules.base.get(name, 1.0) / len(weak) * (1.0 + rules.weakness * weak))
        official.append(np.full(len(weak), actor.government))
    if not loud:
        return np.zeros(0)
    voice, government = np.concatenate(loud), np.concatenate(official)
    if not voice.sum() > 0:
        return voice
    voice = voice / voice.sum()
    others = float(voice[~government].sum())
    if 0.0 < others < rules.others_least:
        voice[~government] *= rules.others_least / others
        voice[government] *= (1.0 - rules.others_least) / (1.0 - others)
    return voice


def beside_parties(
    setting: Setting, outcome: Outcome, formulas: dict[str, Evaluation]
) -> tuple[xr.Dataset, dict[str, Any]]:
    """Variables of the plan, and the section ``actors`` of the summary.

    Parameters
    ----------
    setting : Setting
        Baseline.
    outcome : Outcome
        The plan and its counterfactuals.
    formulas : dict of Evaluation
        The same money by each formula of the scenario.

    Returns
    -------
    xarray.Dataset
        ``payoff`` and ``pivotal`` (version, party), ``payoff_baseline``, ``party_people`` and ``voice`` (party), and figures
        of actors (outcome, region).
    dict
        See :func:`_summary`.
    """
    parties = parties_of(
        setting,
        {PLAN: outcome.after, "equal_per_head": outcome.equal_per_head, **formulas, NONE: outcome.before},
    )
    versions = list(parties.payoff)
    nobody = np.zeros(len(parties.owner), dtype=bool)  # plan against itself
    pivotal = np.stack([nobody, *(parties.majority(v)[2] for v in versions[1:])])
    labels = [f"{a}:{r}" if r else str(a) for a, r in zip(parties.owner, parties.region, strict=True)]
    variables = {
        "payoff": (("version", "party"), np.stack(list(parties.payoff.values()))),
        "pivotal": (("version", "party"), pivotal),
        "payoff_baseline": ("party", parties.baseline),
        "party_people": ("party", parties.people),
        "voice": ("party", parties.voice),
        **_figures(setting, outcome, parties),
    }
    coords = {
        "version": versions,
        "party": np.array(labels, dtype=str),
        "party_actor": ("party", parties.owner),
        "party_region": ("party", parties.region),
    }
    return xr.Dataset(variables, coords), _summary(setting, outcome, parties)


def _figures(setting: Setting, outcome: Outcome, parties: Parties) -> dict[str, Any]:
    """Other figures of actors, before, after and with the same money per head; dims (outcome, region) or (outcome,)."""
    found = {}
    for name, actor in parties.actors.items():
        each = [actor.figures(setting, e) for e in (outcome.before, outcome.after, outcome.equal_per_head)]
        for key in each[0]:
            values = np.stack([figures[key] for figures in each]).astype(float)
            about = {"units": "1", "long_name": actor.words[key]["en"]}
            found[f"{name}_{key}"] = (
                (("outcome", "region"), values, about) if actor.regional else ("outcome", values[:, 0], about)
            )
    return found


def _summary(setting: Setting, outcome: Outcome, parties: Parties) -> dict[str, Any]:
    """The section ``actors`` of the summary: of each actor its totals and losers, then voices, majorities and red lines."""
    versions = list(parties.payoff)
    return {
        "unit": f"{setting.scenario.money_unit}/yr",
        "versions": versions,
        "each": [_entry(setting, outcome, parties, name) for name in parties.actors],
        "skipped": [
            {"name": name, "title": dict(registered.get(name).title), "missing": columns}
            for name, columns in parties.skipped.items()
        ],
        "voices": {name: float(parties.voice[parties.owner == name].sum()) for name in parties.actors},
        "majorities": [_majority(parties, v) for v in versions[1:]] if parties.voice.any() else [],
        "red_lines": [_red_line(parties, name, share) for name, share in setting.scenario.red_lines.items()],
    }


def _entry(setting: Setting, outcome: Outcome, parties: Parties, name: str) -> dict[str, Any]:
    actor, own = parties.actors[name], parties.owner == name
    side = parties.changed()
    plan, totals = parties.payoff[PLAN], {v: float(u[own].sum()) for v, u in parties.payoff.items()}
    best, worst = max(totals.values()), min(totals.values())
    after, before = (actor.parts(setting, e) for e in (outcome.after, outcome.before))
    changes = {key: after[key] - before[key] for key in after}
    figures = [actor.figures(setting, e) for e in (outcome.before, outcome.after)]
    first = int(np.argmax(own))

    def group(sign: float) -> dict[str, Any]:
        who = own & (side == sign)
        return {
            "parties": int(who.sum()),
            "people": float(parties.people[who].sum()),
            "money": float(plan[who].sum()),
        }

    def row(i: int) -> dict[str, Any]:
        return {
            **_party(parties, i),
            "equal_per_head": float(parties.payoff["equal_per_head"][i]),
            "parts": {key: float(change[i - first]) + 0.0 for key, change in changes.items()},
            "figures": {key: [float(f[key][i - first]) for f in figures] for key in figures[0]},
        }

    losers = [i for i in np.argsort(plan, kind="stable") if own[i] and side[i] < 0]
    return {
        "name": name,
        "title": dict(actor.title),
        "words": {key: dict(words) for key, words in actor.words.items()},
        "parties": int(own.sum()),
        "regional": actor.regional,
        "total": totals[PLAN],
        "totals": totals,
        "best": best,
        "worst": worst,
        "normalised": (totals[PLAN] - worst) / (best - worst) if best > worst else None,
        "parts": {key: float(change.sum()) + 0.0 for key, change in changes.items()},
        "gain": group(1.0),
        "lose": group(-1.0),
        "losers": [row(i) for i in losers[:LISTED]],
    }


def _party(parties: Parties, i: int) -> dict[str, Any]:
    base = abs(float(parties.baseline[i]))
    payoff = float(parties.payoff[PLAN][i])
    return {
        "actor": str(parties.owner[i]),
        "region": str(parties.region[i]),
        "payoff": payoff,
        "share": payoff / base if base > 0 else None,
    }


def _majority(parties: Parties, version: str) -> dict[str, Any]:
    """Voices for and against the plan beside another allocation, and those who could turn it, loudest first."""
    gain, loss, turns = parties.majority(version)
    order = [int(i) for i in np.argsort(-parties.voice, kind="stable") if turns[i]]
    return {
        "against": version,
        "for": gain,
        "opposed": loss,
        "carried": gain > loss,
        "pivotal_parties": len(order),
        "pivotal": [
            {
                "actor": str(parties.owner[i]),
                "region": str(parties.region[i]),
                "voice": float(parties.voice[i]),
            }
            for i in order[:LISTED]
        ],
    }


def _red_line(parties: Parties, name: str, share: float) -> dict[str, Any]:
    """Parties of an actor that lose more than a share of their figure without the programme; reported, not a rule."""
    least = (share + TELL) * np.abs(parties.baseline)
    broken = (parties.owner == name) & (parties.changed() < 0) & (-parties.payoff[PLAN] > least)
    order = [int(i) for i in np.argsort(parties.payoff[PLAN], kind="stable") if broken[i]]
    return {
        "actor": name,
        "share": share,
        "missing": parties.skipped.get(name, []),
        "parties": int((parties.owner == name).sum()),
        "violations": len(order),
        "worst": [_party(parties, i) for i in order[:LISTED]],
    }
