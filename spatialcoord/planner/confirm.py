r"""What the independent twin says of a plan, and successive linearisation where planner and twin differ too much.

A plan :math:`\hat x` whose effect differs by more than the tolerance is sought anew under a response that agrees with the
simulation at :math:`\hat x` in value and in slope (:mod:`~spatialcoord.planner.linearise`), within a trust region of radius
:math:`\Delta`, and accepted only where the *simulated* objective is better and every limit on disparity holds for the planner's own
target; otherwise the radius is halved (approximation model management: Alexandrov, Dennis, Lewis and Torczon 1998, Structural
Optimization 15). What is found is local, and every rule of the programme holds in it, because the rules are the planner's.

Where the simulation does not settle under a plan, the plan stands and the reason is told; where it does not settle under another
that is tried, that one is not accepted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.planner.evaluate import better, evaluate, limit_excess, objective_value, same_per_head
from spatialcoord.planner.linearise import divisible, linearised, may_move, slopes_at
from spatialcoord.planner.twin import Simulated, policy, simulated_all
from spatialcoord.simulate.world import NoEquilibrium

if TYPE_CHECKING:
    from spatialcoord.planner.building import PlanningModel
    from spatialcoord.planner.solving import Outcome

RADIUS, LEAST_RADIUS = 0.5, 0.1
ROUNDS = 3
WORTH = 1e-3  # of the effect, by which another plan must be better in the simulation
EXCESS = 1e-6  # by which an index may lie above its limit, relative to it


@dataclass(frozen=True)
class Unsettled:
    """What stands in the place of a simulation that does not settle.

    Attributes
    ----------
    reason : str
        What the twin says.
    """

    reason: str


@dataclass(frozen=True)
class Confirmed:
    """A plan beside its simulation.

    Attributes
    ----------
    before, after, equal : Simulated
        No programme, the plan, the same money per head.
    in_force : Simulated or None
        The same money by the pattern of year 0 (the formula in force), where the scenario has one.
    gap : float
        Distance of the planner's effect on the objective from the simulated one, relative to that.
    output_gap : float
        Distance of the planner's gain in output from the simulated one, relative to output.
    assumed : tuple of str
        Instruments whose effect on output the twin takes from themselves.
    rounds, accepted : int
        Linearisations tried, and plans accepted.
    """

    before: Simulated
    after: Simulated
    equal: Simulated
    in_force: Simulated | None
    gap: float
    output_gap: float
    assumed: tuple[str, ...] = ()
    rounds: int = 0
    accepted: int = 0

    def within(self, tolerance: float) -> bool:
        """Whether planner and twin agree within the tolerance on the effect, and within a hundredth on output."""
        return self.gap <= tolerance and self.output_gap <= 0.01


def confirm(
    model: PlanningModel, outcome: Outcome, progress: Any = None
) -> tuple[PlanningModel, Outcome, Confirmed | Unsettled]:
    """Simulate a plan and, where planner and twin differ too much, seek one that the simulation confirms.

    Parameters
    ----------
    model : PlanningModel
        Solved; it is left as it is.
    outcome : Outcome
        Its plan.
    progress : callable, optional
        Called with the name of each step.

    Returns
    -------
    PlanningModel, Outcome, Confirmed or Unsettled
        Model and plan in the end (the same ones where nothing was moved), and what the twin says of it.
    """
    tell = progress or (lambda step: None)
    tell("simulate")
    setting = model.setting
    try:
        found = _confirmed(setting, outcome)
    except NoEquilibrium as error:
        return model, outcome, Unsettled(str(error))
    options = setting.scenario.simulation
    if found.within(options.tolerance) or not options.relinearise or not may_move(model):
        return model, outcome, found
    tell("relinearise")
    best, radius, rounds, accepted = (model, outcome, found), RADIUS, 0, 0
    while rounds < ROUNDS and radius >= LEAST_RADIUS:
        rounds += 1
        moved = _moved(model, best[1], best[2], radius)
        if moved is None:
            radius /= 2.0
        else:
            best, accepted = moved, accepted + 1
    return best[0], best[1], replace(best[2], rounds=rounds, accepted=accepted)


def _moved(
    model: PlanningModel, outcome: Outcome, found: Confirmed, radius: float
) -> tuple[PlanningModel, Outcome, Confirmed] | None:
    """Another plan within the radius that the simulation rates higher and that keeps every rule; None where none was found."""
    setting = model.setting
    try:
        trial = _trial(model, outcome, found.after, radius)
        if trial is None:
            return None
        after = simulated_all(setting, [trial.planned()])[0]
        effect = abs(better(setting, after.objective, found.before.objective))
        if better(setting, after.objective, found.after.objective) <= WORTH * effect:
            return None
        other = _outcome(trial, outcome, setting)
        if other.certificate["limit_excess"] > max(EXCESS, outcome.certificate["limit_excess"]):
            return None
        return trial, other, _confirmed(setting, other)
    except NoEquilibrium:
        return None


def _trial(model: PlanningModel, outcome: Outcome, at: Simulated, radius: float) -> PlanningModel | None:
    """The linearised model, solved; None where it was not."""
    setting = model.setting
    index = setting.scenario.objective.kind == "minimise_index" and len(model.sought) == 1
    slopes = slopes_at(setting, outcome.amounts, model.sought[0][1].ratio_of if index else None)
    trial = linearised(model, outcome, at, slopes, radius)
    options = setting.scenario.solver
    solution = trial.solve(time_limit=options.time_limit, mip_gap=options.mip_gap)
    return trial if np.isfinite(solution.objective) and solution.status == "optimal" else None


def _confirmed(setting: Setting, outcome: Outcome) -> Confirmed:
    trials = [{}, outcome.amounts, outcome.equal]
    pattern = in_force(setting, outcome.amounts)
    before, after, equal, *rest = simulated_all(setting, [*trials, *([pattern] if pattern else [])])
    planner = better(
        setting, objective_value(setting, outcome.after), objective_value(setting, outcome.before)
    )
    effect = better(setting, after.objective, before.objective)
    size = max(abs(effect), 1e-12 * max(1.0, abs(before.objective)))
    base = float((setting.output @ setting.weight).sum())
    return Confirmed(
        before=before,
        after=after,
        equal=equal,
        in_force=rest[0] if rest else None,
        gap=abs(planner - effect) / size,
        output_gap=abs(outcome.after.output_gain - after.output_gain) / base,
        assumed=policy(setting, outcome.amounts).assumed,
    )


def in_force(setting: Setting, amounts: dict[str, Array]) -> dict[str, Array] | None:
    """The money of every line by the pattern of year 0; None where that is equal per head.

    Lines that are not planned per head stay as they are.
    """
    if setting.scenario.programme.year_zero == "equal_per_head":
        return None
    share = setting.year_zero / setting.year_zero.sum()
    equal = same_per_head(setting, amounts)
    return {
        line: share[:, None] * amount.sum(axis=0) if divisible(line) else equal[line]
        for line, amount in amounts.items()
    }


def _outcome(trial: PlanningModel, first: Outcome, setting: Setting) -> Outcome:
    """The outcome of an accepted trial: bracket and bound stay those of the planner's own solve."""
    from spatialcoord.planner.solving import thrown_away

    amounts = trial.planned()
    equal = same_per_head(setting, amounts)
    after = evaluate(setting, amounts)
    achieved, start = objective_value(setting, after), objective_value(setting, first.before)
    bound = first.certificate["objective_bound"]
    moved = better(setting, achieved, start)
    check, solution = trial.certificate(), trial.solution
    assert solution is not None
    certificate = first.certificate | {
        "max_violation": check.max_violation,
        "solver_gap": max(
            check.solver_gap,
            abs(solution.objective - solution.bound) / max(1e-12, abs(solution.objective)),
        ),
        "objective_recomputed": achieved,
        "objective_model": achieved,
        "reduction_gap": max(0.0, better(setting, bound, achieved)) / max(1e-12, abs(moved)),
        "limit_excess": limit_excess(setting, after),
        "thrown_away": thrown_away(trial),
    }
    return replace(
        first,
        amounts=amounts,
        equal=equal,
        after=after,
        equal_per_head=evaluate(setting, equal),
        best_output_gain=max(first.best_output_gain, after.output_gain),
        certificate=certificate,
        solution=trial.solution,
    )
