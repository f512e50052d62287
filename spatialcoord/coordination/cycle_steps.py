"""The steps of a cycle: plan, negotiate, supervise, learn; each notes in the log what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from spatialcoord.coordination import rolling
from spatialcoord.coordination.appraisal import contrast
from spatialcoord.coordination.bargaining_set import BargainingSet
from spatialcoord.coordination.considered import considered
from spatialcoord.coordination.cycle_rules import Agreed, Rules
from spatialcoord.coordination.estimation import estimate
from spatialcoord.coordination.forms import chosen, forms_of
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.learning import Belief, learn
from spatialcoord.coordination.observation import Noise, observe
from spatialcoord.coordination.outturn import brought
from spatialcoord.coordination.owing import members_owing, regime_of
from spatialcoord.coordination.paying import payments
from spatialcoord.coordination.record import Record
from spatialcoord.coordination.rolling import State
from spatialcoord.coordination.seats import Seats
from spatialcoord.coordination.solutions import NOTHING, agree, can_sign, check_solution
from spatialcoord.coordination.supervision import supervise
from spatialcoord.coordination.table import Table
from spatialcoord.economy.capital import built_kinds, plausible
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import InputError, SolveError
from spatialcoord.planner.building import assemble
from spatialcoord.planner.case import Case
from spatialcoord.planner.solving import Outcome, optimise
from spatialcoord.scenario.capital import KINDS
from spatialcoord.scenario.parameters import FrozenDict

QUICK = ("administrative_agreement", "council")  # forms without a body of their own


def plan_of(case: Case, here: Case, state: State, note: Callable[..., None]) -> tuple[Case, Outcome]:
    """The plan with the demands that were accepted; without them where no plan could meet them."""
    try:
        return here, optimise(assemble(here), attainable=False, thorough=False)
    except SolveError as error:
        note("express", kind="dropped", reason=str(error))
        bare = rolling.case_of(case, state)
        return bare, optimise(assemble(bare), attainable=False)


def negotiated(here: Case, outcome: Outcome, state: State, rules: Rules, note: Callable[..., None]) -> Agreed:
    """Institution and legal form, then an agreement in it."""
    setting, on = here.setting, rules.switches
    table = Table.of(setting, setting.scenario.negotiation.between)
    plan, amounts = outcome.after, outcome.amounts
    try:
        candidates = considered(here, ())
    except InputError as error:  # the case holds nothing that could be agreed on; the plan goes on without
        note("negotiate", kind="nothing", reason=str(error))
        return Agreed([], (), None, [])
    if not setting.scenario.institutions:
        # what stands in for institutions that the scenario does not name exists in no form yet
        candidates = {name: t.model_copy(update={"formed": False}) for name, t in candidates.items()}
    forms = forms_of(table, plan, amounts, candidates, state.broken, on.enforcement)
    if not on.body:
        forms = [form for form in forms if form.kind in QUICK]
    best = {
        name: form
        for name, form in chosen(table, forms).items()
        if form.worth > NOTHING * setting.base_output.sum()
    }
    for form in forms:
        note(
            "negotiate",
            kind="form",
            institution=form.name,
            form=form.kind,
            worth=form.worth,
            expected=form.expected,
            delay=form.terms.delay,
            enforcement=form.terms.enforcement,
            cost=form.cost,
            formed=form.name in best and best[form.name].kind == form.kind,
        )
    if not best:
        note("negotiate", kind="nothing")
        return Agreed(forms, (), None, [])
    joints = tuple(Joint.of(name, form.terms, table, plan, amounts) for name, form in best.items())
    members = np.unique(np.concatenate([joint.members for joint in joints]))
    if not on.voices:
        setting = _silenced(setting)
        table = replace(table, setting=setting)
    seats = Seats.of(table, plan, members)
    held = BargainingSet.of(joints, seats, setting.scenario.negotiation.payment_cap)
    if not can_sign(held):  # governments alone, say, may not be able to bear what an institution costs
        note("negotiate", kind="nothing")
        return Agreed(forms, (), None, [])
    check_solution(rules.solution, joints)
    agreement = agree(held, rules.solution)
    paid = [payment for joint in joints for payment in payments(joint, agreement.payments(joint.name))]
    note(
        "negotiate",
        kind="agreement",
        solution=rules.solution,
        total=agreement.total,
        parties=len(seats.names),
    )
    for payment in paid:
        note(
            "share",
            kind="owed",
            institution=payment.institution,
            who=payment.payer,
            against=payment.receiver,
            amount=payment.amount,
        )
    return Agreed(forms, joints, agreement, paid)


def _silenced(setting: Setting) -> Setting:
    """The setting in which firms, residents and civil society have no voice."""
    actors = dict(setting.scenario.actors)
    base = {**actors["voice"].base, "firms": 0.0, "residents": 0.0, "ngo": 0.0}
    actors["voice"] = actors["voice"].model_copy(update={"base": FrozenDict(base)})
    return setting.under(setting.scenario.model_copy(update={"actors": FrozenDict(actors)}))


def supervised(here: Case, agreed: Agreed, rules: Rules, rng: np.random.Generator) -> Record:
    """Years of the programme under the agreement."""
    on = rules.switches
    assert agreed.agreement is not None
    members = [
        member
        for joint in agreed.joints
        for member in members_owing(
            joint, agreed.agreement, [p for p in agreed.payments if p.institution == joint.name]
        )
    ]
    regime = regime_of(agreed.joints)
    off = [
        what
        for what, gone in (
            ("enforcement", not on.enforcement),
            ("monitoring", not on.body),
            ("watchdogs", not on.voices),
        )
        if gone
    ]
    return supervise(members, regime.without(*off) if off else regime, here.setting.years, rng)


def finally_kept(record: Record) -> float:
    """Share of what was owed that was paid in the end."""
    owed = float(record.accounts["owed"].sum())
    return 1.0 - record.lost / owed if owed > 0 else 1.0


def unwatched(record: Record, before: float) -> float:
    """Share of obligations supposed to be broken if nobody looked, half way to what was seen."""
    owed = float(record.accounts["owed"].sum())
    seen = float(record.accounts["withheld"].sum()) / owed if owed > 0 else before
    return 0.5 * before + 0.5 * seen


def learnt_from(
    setting: Setting,
    amounts: dict[str, Array],
    state: State,
    rules: Rules,
    rng: np.random.Generator,
    note: Any,
) -> tuple[dict[str, float], dict[str, float], dict[str, Any]]:
    """Elasticities estimated from what is observed, and beliefs moved towards them."""
    kinds = built_kinds(setting.scenario.instruments)
    beliefs, doubts = dict(state.beliefs), dict(state.doubts)
    learnt: dict[str, Any] = {}
    if not (rules.switches.evaluate and kinds):
        return beliefs, doubts, learnt
    panel = observe(setting, amounts, rules.truth, rng, Noise(sd=rules.noise))
    note("evaluate", kind="contrast", **contrast(panel))
    says = estimate(panel, kinds)
    after = learn({kind: _belief(setting, state, kind) for kind in kinds}, says, rules.damping)
    for kind, found in says.items():
        learnt[kind] = {
            "estimate": found.value,
            "sd": found.sd,
            "low": found.low,
            "high": found.high,
            "truth": rules.truth[kind],
            "identified": found.identified,
            "status": found.status,
            "before": beliefs[kind],
            "after": after[kind].mean,
            "reason": after[kind].reason,
        }
        note("evaluate", kind="update", capital=kind, **learnt[kind])
        beliefs[kind], doubts[kind] = after[kind].mean, after[kind].sd
    return beliefs, doubts, learnt


def _belief(setting: Setting, state: State, kind: str) -> Belief:
    """What is held of an elasticity; its range, that of the scenario's parameter."""
    low, high = plausible(setting.scenario, kind)
    mean = state.beliefs[kind]
    return Belief(mean, state.doubts[kind], min(low, mean), max(high, mean))


def invested(outcome: Outcome, agreed: Agreed, record: Record | None) -> dict[str, Array]:
    """Effective investment beyond the baseline by kind: the plan's, and of the agreement's what was kept."""
    found = {kind: outcome.after.effects[f"invested_{kind}"] for kind in KINDS}
    if agreed.agreement is None:
        return found
    for joint in agreed.joints:
        capital = joint.table.member
        for affair, works in joint.works.items():
            n = brought(record, joint.name) * agreed.agreement.invested(joint.name, affair)
            weight = works.stock.initial
            share = weight / np.asarray(capital.T @ (capital @ weight))
            moved = np.asarray(capital.T @ n) * share
            found[affair] = found[affair] + moved[:, None] * works.path
    return found
