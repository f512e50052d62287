r"""Step one of coordination: parties say what they ask for, voices say how far they are heard, and what is heard becomes promises.

Party p has the voice :math:`v_p` (equation (3) of :mod:`spatialcoord.planner.parties`: louder for those who speak for poorer people, and
a least share together for those who are no government; an actor's parties share its voice by people unless
``negotiation.voices`` says otherwise). Its demands j, each of an amount :math:`\delta_j` with the weight :math:`w_j`, share it,

.. math:: a_j = v_p\,\frac{w_j}{\sum_{k\in p} w_k}. \qquad (1)

A demand is one request q of an instrument in a region, or several: for a kind of money one of each of its instruments, for the
nation one of each region, the same per head. Keys :math:`a_q` are its parts. First the rules of the programme
(:mod:`spatialcoord.coordination.room`) say how much of each could be promised whatever the money, :math:`c_q`, by progressive filling along
the keys (:func:`spatialcoord.coordination.filling.fill`). Then the part h of the budget b that is heard is spent on them,

.. math::

    \hat d_q = \min(\lambda a_q,\, c_q), \qquad \textstyle\sum_q \hat d_q = \min\bigl(h\,b,\, \sum_q c_q\bigr) & \qquad (2)

(:func:`spatialcoord.economy.water_filling.water_fill`). Where rules that reach over regions and kinds of money leave less room than that, all is
cut to the largest part of it that can be kept (:meth:`spatialcoord.coordination.room.Room.kept`), in the same proportion for everybody.

*Nobody gets more than asked*: :math:`\hat d_q\le c_q`, and that the requests of j in a region are together at most what j asks there is one of
the rules of the filling.
*The money heard is spent, or no more of what is asked can be promised*: (2), whose solution exists and is unique, unless that cut is made.
*Who is heard has a floor*: summing (2), :math:`h b\le\lambda\sum_q a_q\le\lambda`, so that a demand that no rule stops or cuts has at least

.. math:: \hat d_j \ge \min(\delta_j,\ a_j\,h\,b). \qquad (3)

For all who are no government together that is at least their share of voices, or all they ask. *A louder voice never gets less* where no
rule but the money stops demands: when keys of an actor rise by a factor, :math:`\lambda` falls by less. Asking for more than one would get changes nothing for anybody, so that there is
nothing to win by exaggerating (unlike with shares in proportion to what is asked): these are constrained equal awards weighted by voice
(Moulin 2000, Econometrica 68(3), from memory).

Voices and the part heard are design choices, no estimates; that a promise helps those who asked for it is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from spatialcoord import registry
from spatialcoord.coordination.demands import Demand
from spatialcoord.coordination.filling import fill
from spatialcoord.coordination.requests import party_voices, requests_of
from spatialcoord.coordination.room import Room
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.economy.water_filling import water_fill
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean
from spatialcoord.scenario.programme import Protected

MET, HEARD, SILENT, VOICELESS, RULES = "met", "heard", "silent", "voiceless", "rules"
ASKED = "asked"  # the rule that a demand gets no more than it asks
SMALL = 1e-9  # of the budget: less is nothing
TRACE = 1e-15  # of the budget: less is rounding


@dataclass(frozen=True)
class Expressed:
    """What was asked and what of it is promised: J demands, Q requests.

    Attributes
    ----------
    setting : Setting
        Baseline, without the promises.
    demands : tuple of Demand
        What was asked.
    heard : float
        Part of the budget that is heard.
    silent : tuple of str
        Actors that are not heard.
    voice : numpy.ndarray, shape (J,)
        Voice of the party of each demand (of all parties of the case the sum is one).
    owner, region, instrument : numpy.ndarray, shape (Q,)
        Positions of the demand, the region and the instrument of each request.
    request : numpy.ndarray, shape (Q,)
        What is accepted of each (2), million currency a year.
    reason : tuple of str
        Why each demand got no more: `met`; `heard` (the money heard is spent); a rule (`most`, `none`, `ceiling`, `envelope`, `change`,
        `cap`); `rules` (all promises can only be kept together in part); `silent`, `voiceless`.
    promises : tuple of Protected
        Lines for ``programme.protected``, by region and instrument.
    budget : float
        Least money of a programme year, million currency a year.
    """

    setting: Setting
    demands: tuple[Demand, ...]
    heard: float
    silent: tuple[str, ...]
    voice: Array
    owner: np.ndarray
    region: np.ndarray
    instrument: np.ndarray
    request: Array
    reason: tuple[str, ...]
    promises: tuple[Protected, ...]
    budget: float

    @cached_property
    def asked(self) -> Array:
        """What is asked, million currency a year, shape (J,)."""
        return np.array([demand.amount for demand in self.demands])

    @cached_property
    def accepted(self) -> Array:
        """What is accepted, million currency a year, shape (J,)."""
        return np.bincount(self.owner, self.request, len(self.demands)).astype(float)

    @property
    def excluded(self) -> tuple[tuple[Demand, str], ...]:
        """Demands of which nothing is accepted, each with the reason."""
        return tuple(
            (demand, self.reason[j]) for j, demand in enumerate(self.demands) if self._is_excluded(j)
        )

    def promised(self, scenario: Any) -> Any:
        """The scenario with the promises beside those that it holds."""
        programme = scenario.programme
        changed = programme.model_copy(update={"protected": (*programme.protected, *self.promises)})
        return scenario.model_copy(update={"programme": changed})

    def rows(self) -> list[dict[str, Any]]:
        """The audit trail in plain values.

        Each row has `kind`, `who` (actor, or empty), `region`, `instrument`, `asked`, `accepted` (million currency a year), `reason`,
        `voice` and `note`. Kinds: `silence` (an actor is not heard), `statement` (a demand; reason: where it is from), `acceptance`,
        `cut` (accepted in part), `exclusion`, `promise` (a line of the programme), `total` (an actor's sums; voice: of its parties that
        ask), `all` (sums of all; reason `spent` where the money heard is spent, else `left`).
        """

        def row(kind: str, who: str, region: str, instrument: str, *rest: Any) -> dict[str, Any]:
            asked, accepted, reason, voice, note = rest
            return {
                "kind": kind,
                "who": who,
                "region": region,
                "instrument": instrument,
                "asked": float(asked),
                "accepted": float(accepted),
                "reason": reason,
                "voice": float(voice),
                "note": note,
            }

        found = [row("silence", name, "", "", 0.0, 0.0, SILENT, 0.0, "") for name in self.silent]
        accepted, asked = self.accepted, self.asked
        for j, d in enumerate(self.demands):
            label = (d.actor, d.region, d.instrument)
            found.append(row("statement", *label, d.amount, 0.0, d.basis, self.voice[j], d.note))
        for j, d in enumerate(self.demands):
            kind = "exclusion" if self._is_excluded(j) else "acceptance" if self.reason[j] == MET else "cut"
            label = (d.actor, d.region, d.instrument)
            found.append(row(kind, *label, d.amount, accepted[j], self.reason[j], self.voice[j], d.note))
        for line in self.promises:
            found.append(row("promise", "", line.region, line.instrument, 0.0, line.amount, "", 0.0, ""))
        for name in dict.fromkeys(d.actor for d in self.demands):
            own = np.array([d.actor == name for d in self.demands])
            heard = {(d.actor, d.region): self.voice[j] for j, d in enumerate(self.demands) if own[j]}
            if not registry.actors.get(name).regional:
                heard = {(name, ""): self.voice[own][0]}
            sums = (asked[own].sum(), accepted[own].sum(), "", sum(heard.values()), "")
            found.append(row("total", name, "", "", *sums))
        spent = accepted.sum() >= self.heard * self.budget - SMALL * self.budget
        sums = (asked.sum(), accepted.sum(), "spent" if spent else "left", 0.0, "")
        found.append(row("all", "", "", "", *sums))
        return found

    def _is_excluded(self, j: int) -> bool:
        return bool(self.accepted[j] <= SMALL * self.budget and self.asked[j] > 0 and self.reason[j] != MET)


def express(
    setting: Setting, demands: Sequence[Demand], heard: float, silent: Iterable[str] = ()
) -> Expressed:
    """Accept demands by voice, within a part of the budget and the rules of the programme.

    Parameters
    ----------
    setting : Setting
        Baseline; lines that its scenario has promised already come first.
    demands : sequence of Demand
        From :func:`spatialcoord.coordination.demands.read_demands` or :func:`spatialcoord.coordination.demands.own_demands`.
    heard : float
        Part of the least yearly budget that demands may decide on, 0 to 1.
    silent : iterable of str
        Actors that are not heard, ``("firms", "residents", "ngo")`` for the counterfactual without voices beside governments.

    Returns
    -------
    Expressed

    Raises
    ------
    InputError
        The part heard is no share, or an actor to silence does not exist.
    """
    demands, silent = tuple(demands), tuple(dict.fromkeys(silent))
    problems = [
        Problem(
            f"there is no actor '{name}' to silence",
            "silent",
            remedy=did_you_mean(name, registry.actors.names()),
        )
        for name in silent
        if name not in registry.actors
    ]
    if not 0.0 <= heard <= 1.0:
        problems.append(
            Problem(
                f"the part of the budget that is heard is {heard:g}",
                "heard",
                "It is a share of the money.",
                "Give a number from 0 to 1.",
            )
        )
    if problems:
        raise InputError(problems)
    room = Room(setting)
    of = party_voices(setting, silent)
    voice = np.array([of.get(d.party, 0.0) for d in demands])
    owner, region, instrument, part, asked = requests_of(room, demands)
    weights: dict[tuple[str, str], float] = {}
    for d in demands:
        weights[d.party] = weights.get(d.party, 0.0) + d.weight
    share = np.array([d.weight / weights[d.party] for d in demands])
    key = (voice * share)[owner] * part
    rules = room.rules()
    counted = [mask[region, instrument] for _, mask, _ in rules]
    # a kind of money is asked of each of its instruments: in a region no more than what was asked there
    places = sorted(set(zip(owner.tolist(), region.tolist(), strict=True)))
    once = [(owner == j) & (region == r) for j, r in places]
    counted += once
    left = np.array([free for _, _, free in rules] + [asked[same].max() for same in once])
    names = [name for name, _, _ in rules] + [ASKED] * len(once)
    rows = sp.csr_array(np.array(counted, dtype=float).reshape(len(counted), len(owner)))
    admitted, stop = fill(key, asked, rows, left)
    shape = (len(setting.regions), len(room.instruments))

    def cells(request: Array) -> Array:
        found = np.zeros(shape)
        np.add.at(found, (region, instrument), request)
        return found

    money, most = heard * room.budget, HEARD
    if money >= admitted.sum():
        request = admitted
    elif heard > SMALL:
        request = np.minimum(admitted, water_fill(key, money, np.zeros_like(key), admitted))
    else:
        request = np.zeros_like(key)
    if request.sum() > SMALL * room.budget:
        kept = room.kept(cells(request))
        if kept < 1.0:
            request, most = kept * request, RULES
    accepted = np.bincount(owner, request, len(demands)) if len(demands) else np.zeros(0)
    reason = []
    for j, d in enumerate(demands):
        if accepted[j] >= d.amount * (1.0 - 1e-9) - TRACE * room.budget:
            reason.append(MET)
        elif d.actor in silent:
            reason.append(SILENT)
        elif not voice[j] > 0:
            reason.append(VOICELESS)
        else:
            reason.append(_stopped(np.flatnonzero(owner == j), request, admitted, asked, stop, names, most))
    return Expressed(
        setting,
        demands,
        heard,
        silent,
        voice,
        owner,
        region,
        instrument,
        request,
        tuple(reason),
        room.lines(cells(request)),
        room.budget,
    )


def _stopped(
    own: np.ndarray,
    request: Array,
    admitted: Array,
    asked: Array,
    stop: np.ndarray,
    names: list[str],
    most: str,
) -> str:
    """Why a demand got no more: the money, where any request could have risen; else the rule that cut most."""
    if (request[own] < admitted[own] * (1.0 - 1e-9)).any():
        return most
    ruled = [q for q in own if stop[q] >= 0 and names[stop[q]] != ASKED]
    if not ruled:
        return most
    return names[stop[max(ruled, key=lambda q: asked[q] - request[q])]]
