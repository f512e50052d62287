"""Parties beside a solved plan: the Dataset's variables, and the section ``actors`` of the summary."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from spatialcoord.economy.setting import Setting
from spatialcoord.planner.evaluate import Evaluation
from spatialcoord.planner.parties import NONE, PLAN, TELL, Parties, parties_of
from spatialcoord.planner.solving import Outcome
from spatialcoord.registry import actors as registered
from spatialcoord.scenario.voices import RedLine

LISTED = 10  # parties told by name


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
        "at": setting.scenario.objective.at,
        "versions": versions,
        "each": [_entry(setting, outcome, parties, name) for name in parties.actors],
        "skipped": [
            {"name": name, "title": dict(registered.get(name).title), "missing": columns}
            for name, columns in parties.skipped.items()
        ],
        "voices": {name: float(parties.voice[parties.owner == name].sum()) for name in parties.actors},
        "majorities": [_majority(parties, v) for v in versions[1:]] if parties.voice.any() else [],
        "red_lines": [_red_line(parties, name, line) for name, line in setting.scenario.red_lines.items()],
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
        "note": actor.note(setting),
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
    base = float(parties.baseline[i])
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


def _red_line(parties: Parties, name: str, line: RedLine) -> dict[str, Any]:
    """Parties of an actor that lose more than a share of their figure without the programme, whether or not the line binds.

    A figure that is not positive has no share: then any loss breaks the red line.
    """
    least = (line.share + TELL) * np.maximum(parties.baseline, 0.0)
    broken = (parties.owner == name) & (parties.changed() < 0) & (-parties.payoff[PLAN] > least)
    order = [int(i) for i in np.argsort(parties.payoff[PLAN], kind="stable") if broken[i]]
    return {
        "actor": name,
        "regional": registered.get(name).regional,
        "share": line.share,
        "binding": line.binding,
        "missing": parties.skipped.get(name, []),
        "parties": int((parties.owner == name).sum()),
        "violations": len(order),
        "worst": [_party(parties, i) for i in order[:LISTED]],
    }
