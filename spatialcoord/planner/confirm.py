r"""What the independent twin says of a plan, and successive linearisation where planner and twin differ too much.

With the planner's response P and the simulation S of amounts x (totals :math:`X` by line and region), a plan :math:`\hat x`
whose effect differs by more than the tolerance is sought anew under the response that agrees with the simulation at
:math:`\hat x` in value and in slope,

.. math:: y_r(x) = P_r(x) + \bigl(S_r(\hat x)-P_r(\hat x)\bigr) + \sum_j D_{rj}\,(X_j-\hat X_j), \qquad
   D = \frac{\partial S}{\partial X}(\hat x) - \frac{\partial P}{\partial X}(\hat x), \qquad (1)

.. math:: (1-\Delta)\hat X_j \le X_j \le (1+\Delta)\hat X_j, \qquad (2)

and accepted only where the *simulated* objective is better; otherwise the radius :math:`\Delta` is halved (approximation
model management: Alexandrov, Dennis, Lewis and Torczon 1998, Structural Optimization 15). Outside its diagonal D is nearly of
low rank (capital leaves everywhere for where it is built), so its leading singular vectors stand for it. What is found is
local, and every rule of the programme holds in it exactly, because the rules are the planner's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.instruments.base import part_of
from spatialcoord.planner.evaluate import better, evaluate, objective_value, same_per_head
from spatialcoord.planner.twin import Simulated, policy, simulated_all, still

if TYPE_CHECKING:
    from spatialcoord.planner.building import PlanningModel
    from spatialcoord.planner.solving import Outcome

STEP = 0.01  # of a line's money in a region, for differences
RADIUS, LEAST_RADIUS = 0.5, 0.1
ROUNDS = 3
KEPT = 0.999  # of the off-diagonal part of D (in squares), by its leading singular vectors
WORTH = 1e-3  # of the effect, by which another plan must be better in the simulation
MOST_CELLS = 400  # lines times regions up to which slopes are taken


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
) -> tuple[PlanningModel, Outcome, Confirmed]:
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
    PlanningModel, Outcome, Confirmed
        Model and plan in the end (the same ones where nothing was moved), and what the twin says of it.
    """
    tell = progress or (lambda step: None)
    tell("simulate")
    setting = model.setting
    found = _confirmed(setting, outcome)
    options = setting.scenario.simulation
    if found.within(options.tolerance) or not options.relinearise or not _may_move(model):
        return model, outcome, found
    tell("relinearise")
    best, radius, rounds, accepted = (model, outcome, found), RADIUS, 0, 0
    while rounds < ROUNDS and radius >= LEAST_RADIUS:
        rounds += 1
        trial = _trial(model, best[1], best[2].after, radius)
        if trial is None:
            break
        after = simulated_all(setting, [trial.planned()])[0]
        effect = abs(better(setting, after.objective, found.before.objective))
        gain = better(setting, after.objective, best[2].after.objective)
        if gain > WORTH * effect:
            moved = _outcome(trial, best[1], setting)
            best, accepted = (trial, moved, _confirmed(setting, moved)), accepted + 1
        else:
            radius /= 2.0
    return best[0], best[1], replace(best[2], rounds=rounds, accepted=accepted)


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
        line: share[:, None] * amount.sum(axis=0) if _divisible(line) else equal[line]
        for line, amount in amounts.items()
    }


def _divisible(line: str) -> bool:
    part, _ = part_of(line)
    return part.budgeted and part.per_head


def _may_move(model: PlanningModel) -> bool:
    """Whether the plan is one of a single solve of the scenario's own objective, small enough for slopes."""
    lines = sum(_divisible(line) for line in model.amounts)
    return (
        lines > 0
        and lines * len(model.setting.regions) <= MOST_CELLS
        and not model.user_objective
        and not model.several_denominators
        and model.setting.scenario.objective.lead != "leximin"
    )


def _trial(model: PlanningModel, outcome: Outcome, at: Simulated, radius: float) -> PlanningModel | None:
    """The model under the response (1) around a plan, with the trust region (2), solved; None where it was not."""
    from spatialcoord.model import Data

    setting, amounts = model.setting, outcome.amounts
    lines = [line for line in model.amounts if _divisible(line)]
    slope = _slopes(setting, amounts, lines)
    trial = cast("PlanningModel", model.clone())
    region = trial.target.dims[0]
    shift = at.value - outcome.after.target
    change = trial.target * 0.0
    with trial.part("twin"):
        for line in lines:
            total, now = trial.amounts[line].sum("year"), amounts[line].sum(axis=1)
            room = radius * np.maximum(now, 1e-3 * now.mean())
            trial.constrain(f"trust_up_{line.replace('.', '_')}", total <= Data((region,), now + room))
            trial.constrain(f"trust_down_{line.replace('.', '_')}", total >= Data((region,), now - room))
            own, left, right = _low_rank(slope[line])
            change = change + total * Data((region,), own)
            shift = shift - own * now
            for k in range(left.shape[1]):
                common = trial.scalar(
                    f"common_{line.replace('.', '_')}_{k}",
                    -np.inf,
                    np.inf,
                    scale=float(np.abs(right[k] * now).sum()) or 1.0,
                )
                trial.constrain(
                    f"common_{line.replace('.', '_')}_{k}_definition",
                    common - (total * Data((region,), right[k])).sum() == 0.0,
                )
                change = change + common * Data((region,), left[:, k])
                shift = shift - left[:, k] * float(right[k] @ now)
    trial.extend_row("target.definition", -(change + Data((region,), shift)))
    options = setting.scenario.solver
    solution = trial.solve(time_limit=options.time_limit, mip_gap=options.mip_gap)
    return trial if np.isfinite(solution.objective) and solution.status == "optimal" else None


def _slopes(setting: Setting, amounts: dict[str, Array], lines: list[str]) -> dict[str, Array]:
    """D of (1) for each line, currency per head for a million more over the programme, shape (R, R), [target, spent in]."""
    regions = range(len(setting.regions))
    steps, trials = [], [amounts]
    for line in lines:
        typical = float(amounts[line].sum(axis=1).mean())
        for r in regions:
            changed = amounts[line].copy()
            profile = amounts[line].sum(axis=0) / max(amounts[line].sum(), 1e-300)
            step = STEP * max(float(changed[r].sum()), 0.1 * typical)
            changed[r] += step * profile
            trials.append({**amounts, line: changed})
            steps.append(step)
    twin = [found.value for found in simulated_all(setting, trials)]
    alone = [found.value for found in simulated_all(setting, trials, still(setting))]
    count = len(setting.regions)
    difference = [
        ((twin[i + 1] - twin[0]) - (alone[i + 1] - alone[0])) / step if step > 0 else np.zeros(count)
        for i, step in enumerate(steps)
    ]
    return {line: np.stack(difference[k * count : (k + 1) * count], axis=1) for k, line in enumerate(lines)}


def _low_rank(slope: Array) -> tuple[Array, Array, Array]:
    """Diagonal beyond the leading singular part, and that part: left (R, K), right (K, R)."""
    off = slope - np.diag(np.diag(slope))
    left, size, right = np.linalg.svd(off)
    total = float((size**2).sum())
    rank = int(np.searchsorted(np.cumsum(size**2), KEPT * total) + 1) if total > 0 else 0
    rank = min(rank, 4)
    part = left[:, :rank] * size[:rank]
    own = np.diag(slope) - np.einsum("rk,kr->r", part, right[:rank])
    return own, part, right[:rank]


def _outcome(trial: PlanningModel, first: Outcome, setting: Setting) -> Outcome:
    """The outcome of an accepted trial: bracket and bound stay those of the planner's own solve."""
    amounts = trial.planned()
    equal = same_per_head(setting, amounts)
    after = evaluate(setting, amounts)
    achieved, start = objective_value(setting, after), objective_value(setting, first.before)
    bound = first.certificate["objective_bound"]
    moved = better(setting, achieved, start)
    certificate = first.certificate | {
        "max_violation": trial.certificate().max_violation,
        "objective_recomputed": achieved,
        "objective_model": achieved,
        "reduction_gap": max(0.0, better(setting, bound, achieved)) / max(1e-12, abs(moved)),
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
