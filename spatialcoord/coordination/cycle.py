"""One cycle: express demands, negotiate, share and compensate, supervise and settle, evaluate and feed back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from spatialcoord.coordination import rolling
from spatialcoord.coordination.appraisal import certificate, contrast, worthwhile
from spatialcoord.coordination.bargaining_set import BargainingSet
from spatialcoord.coordination.considered import considered
from spatialcoord.coordination.demand_files import Demand
from spatialcoord.coordination.demands import own_demands
from spatialcoord.coordination.estimation import estimate
from spatialcoord.coordination.expression import Expressed, express
from spatialcoord.coordination.forms import Form, chosen, forms_of
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.learning import Belief, learn
from spatialcoord.coordination.observation import Noise, observe
from spatialcoord.coordination.outturn import as_kept, brought
from spatialcoord.coordination.owing import members_owing, regime_of
from spatialcoord.coordination.paying import Payment, payments
from spatialcoord.coordination.quality import qualities
from spatialcoord.coordination.record import Record, as_rows
from spatialcoord.coordination.rolling import State
from spatialcoord.coordination.satisfaction import satisfaction
from spatialcoord.coordination.seats import Seats
from spatialcoord.coordination.solutions import NOTHING, Agreement, agree, can_sign, check_solution
from spatialcoord.coordination.supervision import supervise
from spatialcoord.coordination.switches import Switches
from spatialcoord.coordination.table import Table
from spatialcoord.economy.capital import built_kinds
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import InputError, SolveError
from spatialcoord.planner.building import assemble
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import same_per_head
from spatialcoord.planner.solving import Outcome, optimise
from spatialcoord.planner.twin import Simulated, index_of, simulated_all
from spatialcoord.scenario.capital import KINDS
from spatialcoord.scenario.parameters import FrozenDict

QUICK = ("administrative_agreement", "council")  # forms without a body of their own
MILLION = 1e6
Log = list[dict[str, Any]]


@dataclass(frozen=True)
class Rules:
    """Choices that hold for every cycle.

    Attributes
    ----------
    seed : int
        Everything that is drawn follows from it.
    solution : str
        Solution concept of the negotiation.
    truth : dict of float
        Elasticities that the simulated world has, by kind of capital that the case builds.
    heard : float
        Share of the budget on which demands are heard, 0 to 1.
    damping : float
        How far beliefs move towards what was learnt, 0 to 0.5.
    noise : float
        Standard deviation of ln output of a region in a year beside everything else, 0 or more.
    switches : Switches
        What takes part.
    demands : tuple of Demand, or None
        What parties ask for; the package's stand-in where None.
    """

    seed: int
    solution: str = "nash"
    truth: dict[str, float] = field(default_factory=dict)
    heard: float = 0.1
    damping: float = 0.5
    noise: float = 0.01
    switches: Switches = field(default_factory=Switches)
    demands: tuple[Demand, ...] | None = None


@dataclass(frozen=True)
class Agreed:
    """What came of the negotiation of a cycle."""

    forms: list[Form]
    joints: tuple[Joint, ...]
    agreement: Agreement | None
    payments: list[Payment]


def run_cycle(case: Case, state: State, rules: Rules, tell: Callable[[str], None]) -> dict[str, Any]:
    """One cycle from where it begins to where the next does.

    Parameters
    ----------
    case : Case
        As read.
    state : State
        Where the cycle begins.
    rules : Rules
        Choices that hold for every cycle.
    tell : callable
        Called with the name of each step.

    Returns
    -------
    dict
        Plain values only, so that it can be written and read again without loss.

    Raises
    ------
    InputError
        The solution concept cannot divide what so many members gain.
    Infeasible, SolveError
        There is no plan.
    """
    on = rules.switches
    log: Log = []
    # streams of their own for each step: what one step draws does not move what another does
    streams = np.random.default_rng([rules.seed, state.cycle]).spawn(3)
    note = _noting(log, state.cycle)
    tell("express")
    here = rolling.case_of(case, state)
    expressed: Expressed | None = None
    if on.express:
        demands = list(rules.demands) if rules.demands is not None else own_demands(here.setting)
        silent = () if on.voices else ("firms", "residents", "ngo")
        expressed = express(here.setting, demands, rules.heard, silent=silent)
        for row in expressed.rows():
            note("express", **row)
        promised = (*here.scenario.programme.protected, *expressed.promises)
        here = rolling.case_of(case, state, protected=promised)
    tell("plan")
    here, outcome = _plan(case, here, state, note)
    setting, amounts = here.setting, outcome.amounts
    tell("negotiate")
    agreed = _negotiate(here, outcome, state, rules, note) if on.negotiate else Agreed([], (), None, [])
    tell("share")
    waters = qualities(agreed.joints, agreed.agreement, setting.years, streams[0])
    for entry in waters:
        note("share", **entry)
    tell("supervise")
    record = _supervise(here, agreed, rules, streams[1]) if on.supervise and agreed.joints else None
    kept = 1.0 if record is None else _finally_kept(record)
    for row in as_rows(record.entries) if record is not None else []:
        note("supervise", **row)
    tell("evaluate")
    true = setting.under(
        setting.scenario.model_copy(
            update={"economy": rolling.economy_with(setting.scenario.economy, rules.truth)}
        )
    )
    seen, same, none = simulated_all(true, [amounts, same_per_head(setting, amounts), {}])
    beliefs, doubts, learnt = _learn(setting, amounts, state, rules, streams[2], note)
    broken = state.broken if record is None else _unwatched(record, state.broken)
    invested = _invested(outcome, agreed, record)
    as_it_was = None if agreed.agreement is None else as_kept(agreed.agreement, record, len(setting.years))
    figures = rolling.next_figures(true, seen, invested) if on.rolling else state.figures
    following = State(
        cycle=state.cycle + 1,
        first=state.first + (len(setting.years) if on.rolling else 0),
        figures=figures,
        beliefs=beliefs,
        doubts=doubts,
        broken=broken,
        last={line: np.asarray(a).tolist() for line, a in amounts.items()},
    )
    return {
        "cycle": state.cycle,
        "years": list(setting.years),
        "state": rolling.plain_state(following),
        "believed": dict(state.beliefs),
        "doubted": dict(state.doubts),
        "learnt": learnt,
        "amounts": following.last,
        "satisfied": _satisfied(expressed, amounts),
        "plan": _told_plan(setting, outcome),
        "simulated": _told_simulation(true, seen, same, none),
        "agreement": _told_agreement(setting, agreed, as_it_was),
        "supervision": None
        if record is None
        else {"kept_when_due": record.kept, "kept": kept, **record.totals},
        "certificate": None
        if agreed.agreement is None
        else certificate(agreed.agreement, outcome.after, amounts),
        "benefit_cost": worthwhile(true, seen, {"no_programme": none, "equal_per_head": same}),
        "realised": _realised(true, seen, none, agreed, as_it_was),
        "waters": waters,
        "log": log,
    }


def _noting(log: Log, cycle: int) -> Callable[..., None]:
    def note(step: str, **values: Any) -> None:
        log.append({"cycle": cycle, "step": step, **values})

    return note


def _plan(case: Case, here: Case, state: State, note: Callable[..., None]) -> tuple[Case, Outcome]:
    """The plan with the demands that were accepted; without them where no plan could meet them."""
    try:
        return here, optimise(assemble(here), attainable=False, thorough=False)
    except SolveError as error:
        note("express", kind="dropped", reason=str(error))
        bare = rolling.case_of(case, state)
        return bare, optimise(assemble(bare), attainable=False)


def _negotiate(here: Case, outcome: Outcome, state: State, rules: Rules, note: Callable[..., None]) -> Agreed:
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


def _supervise(here: Case, agreed: Agreed, rules: Rules, rng: np.random.Generator) -> Record:
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


def _finally_kept(record: Record) -> float:
    """Share of what was owed that was paid in the end."""
    owed = float(record.accounts["owed"].sum())
    return 1.0 - record.lost / owed if owed > 0 else 1.0


def _unwatched(record: Record, before: float) -> float:
    """Share of obligations supposed to be broken if nobody looked, half way to what was seen."""
    owed = float(record.accounts["owed"].sum())
    seen = float(record.accounts["withheld"].sum()) / owed if owed > 0 else before
    return 0.5 * before + 0.5 * seen


def _learn(
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
    low, high = plausible(setting, kind)
    mean = state.beliefs[kind]
    return Belief(mean, state.doubts[kind], min(low, mean), max(high, mean))


def plausible(setting: Setting, kind: str) -> tuple[float, float]:
    """Plausible range of the elasticity of a kind of capital."""
    from spatialcoord.scenario.parameters import fields_of

    params = type(getattr(setting.scenario.economy.capital, kind))
    extra = next(extra for name, _, extra in fields_of(params) if name == "elasticity")
    low, high = extra["plausible"]
    return float(low), float(high)


def _invested(outcome: Outcome, agreed: Agreed, record: Record | None) -> dict[str, Array]:
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


def _satisfied(expressed: Expressed | None, amounts: dict[str, Array]) -> dict[str, Any]:
    """What was asked, accepted and met, in all and by actor."""
    if expressed is None:
        return {}
    met = satisfaction(expressed, amounts)
    return {
        "demands": len(expressed.demands),
        "asked": float(expressed.asked.sum()),
        "accepted": float(expressed.accepted.sum()),
        "excluded": len(expressed.excluded),
        "met": met.total,
        "met_by_actor": dict(met.actor),
    }


def _told_plan(setting: Setting, outcome: Outcome) -> dict[str, float]:
    return {
        "index_before": outcome.before.index,
        "index": outcome.after.index,
        "output_gain": outcome.after.output_gain,
        "money": float(sum(a.sum() for a in outcome.amounts.values())),
        "budget": float(setting.budget.sum()),
    }


def _told_simulation(setting: Setting, seen: Simulated, same: Simulated, none: Simulated) -> dict[str, float]:
    return {
        "index": seen.index,
        "index_same_per_head": same.index,
        "index_no_programme": none.index,
        "mean": seen.mean,
        "mean_same_per_head": same.mean,
        "mean_no_programme": none.mean,
        "output_gain": seen.output_gain,
        "output_gain_same_per_head": same.output_gain,
        "people": float(setting.population.sum()),
    }


def _told_agreement(setting: Setting, agreed: Agreed, kept: Array | None) -> dict[str, Any] | None:
    if agreed.agreement is None or kept is None:
        return None
    agreement, seats = agreed.agreement, agreed.agreement.held.seats
    owners = np.array(seats.actor)
    return {
        "institutions": {
            j.name: {"kind": j.terms.kind, "members": list(j.ids), "delay": j.terms.delay, "cost": j.cost}
            for j in agreed.joints
        },
        "total": agreement.total,
        "kept_total": agreement.total + float((kept - agreement.income)[agreement.held.members].sum()),
        "units": list(agreement.held.table.ids),
        "income": agreement.income.tolist(),
        "paid": agreement.paid.tolist(),
        "gain_by_actor": {
            name: float(agreement.gain[owners == name].sum()) for name in dict.fromkeys(seats.actor)
        },
        "least_gain": float(agreement.gain.min()),
        "unit": f"{setting.scenario.money_unit}/yr",
    }


def _realised(
    setting: Setting, seen: Simulated, none: Simulated, agreed: Agreed, kept: Array | None
) -> dict[str, Any]:
    """What came of plan and agreement together: simulated plan, and of the agreement what was kept."""
    spread = np.zeros(len(setting.regions))
    if agreed.agreement is not None and kept is not None:
        table = agreed.agreement.held.table
        per_head = MILLION * kept / table.total(setting.purchasing_persons)
        spread = np.asarray(table.member.T @ per_head)
    income = setting.scenario.objective.of == "income"
    value = seen.value + spread if income else seen.value
    agreed_total = 0.0 if kept is None else float(kept.sum())
    return {
        "index": index_of(setting, value, seen.persons),
        "output_gain": seen.output_gain + agreed_total,
        "mean_gain": float(value @ seen.persons / seen.persons.sum()) - none.mean,
        "value": value.tolist(),
    }
