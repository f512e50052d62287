r"""The planner's model under a response that agrees with the simulation around a plan.

With the planner's response P and the simulation S of amounts x (of lines, regions and years j; totals :math:`X` over the years), around :math:`\hat x`

.. math:: y_r(x) = P_r(x) + \bigl(S_r(\hat x)-P_r(\hat x)\bigr) + \sum_j D_{rj}\,(x_j-\hat x_j), \qquad
   D = \frac{\partial S}{\partial x}(\hat x) - \frac{\partial P}{\partial x}(\hat x), \qquad (1)

.. math:: (1-\Delta)\hat X \le X \le (1+\Delta)\hat X. \qquad (2)

In the simulation people move, and the planner's objective weighs regions by those who lived there before. With the objective
:math:`O(y,p)` of values per head and persons, what is sought is therefore

.. math:: O(y(x), \pi) + e(\hat x) + \sum_j \frac{\partial e}{\partial x_j}(\hat x)\,(x_j-\hat x_j), \qquad
   e = O(S, p) - O(S, \pi), \qquad (3)

with persons p simulated and :math:`\pi` without the programme; of an index the same of its ratio N/D. So the objective too agrees
with the simulated one in value and slope, but for the planner's own response, which is that of its pieces. Years count apart,
because people go on moving: the same money is worth another number of them if it comes a year later. Outside its diagonal D is nearly of low rank (capital leaves everywhere for where it is
built), so its leading singular vectors stand for it. Rules, those on disparity among them, are the planner's, of the planner's own
response P.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.instruments.base import part_of
from spatialcoord.planner.twin import Simulated, objective_of, simulated_all, still
from spatialcoord.simulate.world import Behaviour

if TYPE_CHECKING:
    from spatialcoord.model import Affine
    from spatialcoord.planner.building import PlanningModel
    from spatialcoord.planner.solving import Outcome

STEP = 0.01  # of a line's money in a region, for differences
KEPT = 0.999  # of the off-diagonal part of D (in squares), by its leading singular vectors
MOST_RANK = 4
MOST_CELLS = 400  # lines times regions up to which slopes are taken
TOGETHER = 250  # policies simulated together, for the memory they take


@dataclass(frozen=True)
class Slopes:
    """Around a plan, for a million more of a line in a region and year.

    Attributes
    ----------
    target : dict of numpy.ndarray, shape (R, R, Y)
        D of (1) by line, currency per head, [target, spent in, year].
    moved : float
        e of (3) at the plan, in units of the objective, of an index those of its ratio.
    people : dict of numpy.ndarray, shape (R, Y)
        Its slope by line.
    """

    target: dict[str, Array]
    moved: float
    people: dict[str, Array]


def divisible(line: str) -> bool:
    """Whether money of a line can be moved a little from region to region."""
    part, _ = part_of(line)
    return part.budgeted and part.per_head


def may_move(model: PlanningModel) -> bool:
    """Whether the plan is one of a single solve of the scenario's own objective, small enough for slopes."""
    lines = sum(divisible(line) for line in model.amounts)
    return (
        lines > 0
        and lines * len(model.setting.regions) <= MOST_CELLS
        and not model.user_objective
        and not model.several_denominators
        and model.setting.scenario.objective.lead != "leximin"
        and model.setting.scenario.objective.kind != "actor"  # (3) is of values per head
    )


def linearised(
    model: PlanningModel, outcome: Outcome, at: Simulated, slopes: Slopes, radius: float
) -> PlanningModel:
    """A copy of the model under (1) to (3), not solved.

    Parameters
    ----------
    model : PlanningModel
        As the planner built it.
    outcome : Outcome
        The plan around which.
    at : Simulated
        What the twin says of it.
    slopes : Slopes
        From :func:`slopes_at`.
    radius : float
        :math:`\\Delta` of (2).
    """
    from spatialcoord.model import Affine, Data

    amounts = outcome.amounts
    trial = cast("PlanningModel", model.clone())
    region = trial.target.dims[0]
    shift = at.value - outcome.after.target
    change, people = trial.target * 0.0, Affine.zero()
    with trial.part("twin"):
        for line, slope in slopes.target.items():
            name, money, now = line.replace(".", "_"), trial.amounts[line], amounts[line]
            cells = money.dims
            total, level = money.sum("year"), now.sum(axis=1)
            room = radius * np.maximum(level, 1e-3 * level.mean())
            trial.constrain(f"trust_up_{name}", total <= Data((region,), level + room))
            trial.constrain(f"trust_down_{name}", total >= Data((region,), level - room))
            pull = slopes.people[line]
            people = people + (money * Data(cells, pull)).sum() - float((pull * now).sum())
            own, left, right = _low_rank(slope)
            change = change + (money * Data(cells, own)).sum("year")
            shift = shift - (own * now).sum(axis=1)
            for k in range(left.shape[1]):
                common = trial.scalar(
                    f"common_{name}_{k}",
                    -np.inf,
                    np.inf,
                    scale=float(np.abs(right[k] * now).sum()) or 1.0,
                )
                trial.constrain(
                    f"common_{name}_{k}_definition",
                    common - (money * Data(cells, right[k])).sum() == 0.0,
                )
                change = change + common * Data((region,), left[:, k])
                shift = shift - left[:, k] * float((right[k] * now).sum())
        difference = change + Data((region,), shift)
        _hold_limits(trial, trial.target - difference)
    trial.extend_row("target.definition", -difference)
    _seek(
        trial, slopes.moved, people, size=1.0 if model.ratio is None else float(model.value(model.ratio[1]))
    )
    return trial


def _hold_limits(trial: PlanningModel, planners: Affine) -> None:
    """Rules on disparity hold for the planner's own target, not for what stands in its place here."""
    from spatialcoord import registry
    from spatialcoord.planner.building import enter_rule

    setting = trial.setting
    rules = setting.scenario.objective.at_most
    if not rules:
        return
    own = trial.variable(
        "own_target",
        planners.dims,
        lower=-np.inf,
        scale=trial.change_scale,
        doc="target by the planner's response",
    )
    trial.constrain("own_target_definition", own - planners == 0.0)
    for name, limit in rules.items():
        trial.limit(f"disparity.{name}_at_most", upper=np.inf)
        measure = registry.measures.get(name)(
            own, setting.population, trial.baseline, **setting.measure_options(name)
        )
        measure.attach(trial, scale=trial.change_scale)
        enter_rule(trial, f"{name}_at_most", measure, limit)


def _seek(trial: PlanningModel, moved: float, people: Affine, size: float) -> None:
    """Equation (3) as the objective: e and its change; of an index both of its ratio, with a denominator of that size."""
    objective = trial.setting.scenario.objective
    if objective.kind == "maximise_mean":
        trial.maximise(trial.mean + people + moved)
        return
    parts = trial.sought
    disparity = sum(
        (measure.numerator * weight for weight, measure in parts[1:]), parts[0][1].numerator * parts[0][0]
    )
    if objective.kind == "equity_adjusted_mean":
        trial.maximise(trial.mean - disparity * objective.inequality_weight + people + moved)
        return
    assert trial.ratio is not None
    numerator, denominator, start = trial.ratio
    trial.minimise_ratio(numerator + denominator * moved + people * size, denominator, start)


def slopes_at(setting: Setting, amounts: dict[str, Array], ratio: Any = None) -> Slopes:
    """Slopes of simulation and planner at a plan, by differences.

    Parameters
    ----------
    amounts : dict of numpy.ndarray, shape (R, Y)
        The plan.
    ratio : callable, optional
        What an index is in the ratio that is minimised, where one is.

    Raises
    ------
    NoEquilibrium
        The simulation does not settle close to the plan.
    """
    lines = [line for line in amounts if divisible(line)]
    shape = (len(lines), len(setting.regions), len(setting.years))
    steps, trials = [], []
    for line, r, year in product(lines, range(shape[1]), range(shape[2])):
        changed = amounts[line].copy()
        step = STEP * max(float(changed[r, year]), 0.1 * float(amounts[line].mean()))
        changed[r, year] += step
        trials.append({**amounts, line: changed})
        steps.append(step)
    told = ratio or (lambda value: value)

    def around(behaviour: Behaviour | None = None) -> tuple[Array, Array]:
        """Target and e at the plan and after each step."""
        found = []
        for first in range(0, len(trials), TOGETHER):
            found += simulated_all(setting, [amounts, *trials[first : first + TOGETHER]], behaviour)[
                bool(first) :
            ]
        moved = [
            told(one.objective) - told(objective_of(setting, one.value, setting.population)) for one in found
        ]
        return np.stack([one.value for one in found]), np.array(moved)

    (there, moved), (here, _) = around(), around(still(setting))
    wide = np.where(np.array(steps) > 0, steps, np.inf)  # a line without money has no slope
    slope = ((there[1:] - there[0]) - (here[1:] - here[0])) / wide[:, None]
    people = ((moved[1:] - moved[0]) / wide).reshape(shape)
    target = np.moveaxis(slope.reshape(*shape, -1), -1, 1)
    return Slopes(
        dict(zip(lines, target, strict=True)), float(moved[0]), dict(zip(lines, people, strict=True))
    )


def _low_rank(slope: Array) -> tuple[Array, Array, Array]:
    """Diagonal beyond the leading singular part (R, Y), and that part: left (R, K), right (K, R, Y)."""
    count, _, years = slope.shape
    at = np.arange(count)
    off = slope.copy()
    off[at, at] = 0.0
    left, size, right = np.linalg.svd(off.reshape(count, -1), full_matrices=False)
    whole = float((size**2).sum())
    rank = int(np.searchsorted(np.cumsum(size**2), KEPT * whole) + 1) if whole > 0 else 0
    rank = min(rank, MOST_RANK, len(size))
    part, common = left[:, :rank] * size[:rank], right[:rank].reshape(rank, count, years)
    return slope[at, at] - np.einsum("rk,kry->ry", part, common), part, common
