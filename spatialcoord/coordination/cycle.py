"""One cycle: express demands, negotiate, share and compensate, supervise and settle, evaluate and feed back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from spatialcoord.coordination import rolling
from spatialcoord.coordination.appraisal import certificate, worthwhile
from spatialcoord.coordination.cycle_rules import Agreed, Log, Rules
from spatialcoord.coordination.cycle_steps import (
    finally_kept,
    invested,
    learnt_from,
    negotiated,
    plan_of,
    supervised,
    unwatched,
)
from spatialcoord.coordination.cycle_told import (
    realised,
    satisfied,
    told_agreement,
    told_plan,
    told_simulation,
)
from spatialcoord.coordination.demands import own_demands
from spatialcoord.coordination.expression import Expressed, express
from spatialcoord.coordination.outturn import as_kept
from spatialcoord.coordination.quality import qualities
from spatialcoord.coordination.record import as_rows
from spatialcoord.coordination.rolling import State
from spatialcoord.economy.capital import with_elasticities
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import same_per_head
from spatialcoord.planner.twin import simulated_all


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
    note = noting(log, state.cycle)
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
    here, outcome = plan_of(case, here, state, note)
    setting, amounts = here.setting, outcome.amounts
    tell("negotiate")
    agreed = negotiated(here, outcome, state, rules, note) if on.negotiate else Agreed([], (), None, [])
    tell("share")
    waters = qualities(agreed.joints, agreed.agreement, setting.years, streams[0])
    for entry in waters:
        note("share", **entry)
    tell("supervise")
    record = supervised(here, agreed, rules, streams[1]) if on.supervise and agreed.joints else None
    kept = 1.0 if record is None else finally_kept(record)
    for row in as_rows(record.entries) if record is not None else []:
        note("supervise", **row)
    tell("evaluate")
    true = setting.under(with_elasticities(setting.scenario, rules.truth))
    seen, same, none = simulated_all(true, [amounts, same_per_head(setting, amounts), {}])
    beliefs, doubts, learnt = learnt_from(setting, amounts, state, rules, streams[2], note)
    broken = state.broken if record is None else unwatched(record, state.broken)
    built = invested(outcome, agreed, record)
    as_it_was = (
        None if agreed.agreement is None else as_kept(agreed.agreement, record, len(setting.years), waters)
    )
    figures = rolling.next_figures(true, seen, built) if on.rolling else state.figures
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
        "satisfied": satisfied(expressed, amounts),
        "plan": told_plan(setting, outcome),
        "simulated": told_simulation(true, seen, same, none),
        "agreement": told_agreement(setting, agreed, as_it_was),
        "supervision": None
        if record is None
        else {"kept_when_due": record.kept, "kept": kept, **record.totals},
        "certificate": None
        if agreed.agreement is None
        else certificate(agreed.agreement, outcome.after, amounts),
        "benefit_cost": worthwhile(true, seen, {"no_programme": none, "equal_per_head": same}),
        "realised": realised(true, seen, none, agreed, as_it_was),
        "waters": waters,
        "log": log,
    }


def noting(log: Log, cycle: int) -> Callable[..., None]:
    def note(step: str, **values: Any) -> None:
        log.append({"cycle": cycle, "step": step, **values})

    return note
