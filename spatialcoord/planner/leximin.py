r"""Leximin: raise the poorest region as far as it goes, then the next poorest, and so on, without lowering the ones before.

Each stage maximises a level t with :math:`y_r \ge t` for the regions that are still free and
:math:`y_r \ge \bar t_r` for the settled ones. A region is settled at the level of its stage when its row has a dual: by
complementary slackness it is then tight in every optimum of the stage, not just in the one found (settling all that are
tight in one optimum is a known error, Guajardo and Jörnsten 2015, European Journal of Operational Research 241). Duals
of a stage sum to one, so every stage settles at least one region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.model import Affine, Data, Solution

if TYPE_CHECKING:
    from spatialcoord.planner.building import PlanningModel

PART = "leximin_levels"
HELD = 1e-9  # of a level: how far below it a settled region may lie, so that later stages stay feasible
CLEAR = 1e-7  # a dual from which a row counts as tight in every optimum


def forget_levels(model: PlanningModel) -> None:
    """Lift the levels of an earlier solve, so that a changed model is sought afresh."""
    if model.pyomo.component(PART) is not None:
        for rows in ("settled", "above", "objective"):
            model.limit(f"{PART}.{rows}", lower=-np.inf)


def raise_the_poorest(model: PlanningModel, solution: Solution, **how: Any) -> Solution:
    """Go on from an optimal plan of the objective to the leximin plan among those that are as good.

    Parameters
    ----------
    model : PlanningModel
        Solved; its objective holds the measure `leximin`.
    solution : Solution
        Of that solve.
    **how
        Passed to :meth:`Model.solve`.

    Returns
    -------
    Solution
        Of the objective, with every settled region held at its level by the rows `leximin_levels.settled`. With
        whole-number decisions the duals of a stage are those with these decisions held.
    """
    measure, objective = model.measure, model.setting.scenario.objective
    if objective.kind == "minimise_index":
        kept, best = measure.denominator * solution.objective - measure.numerator, 0.0
        room = HELD * abs(float(model.value(measure.denominator)))
    else:
        kept, best = model.mean - measure.numerator * objective.inequality_weight, solution.objective
        room = HELD * abs(best)
    free = model.setting.population > 0
    level = _enter(model, kept)
    model.limit(f"{PART}.objective", lower=best - room)
    dims, floors = model.target.dims, np.full(len(free), -np.inf)
    for _ in range(min(int(free.sum()), measure.options.get("depth", len(free)))):
        model.limit(f"{PART}.above", lower=Data(dims, np.where(free, 0.0, -np.inf)))
        model.limit(f"{PART}.settled", lower=Data(dims, floors))
        stage = model.probe(level, maximise=True)
        if stage.status != "optimal":
            break
        if model.session.whole:
            model.price()
        tight = free & (np.abs(np.nan_to_num(model.dual(f"{PART}.above").values)) > CLEAR)
        if not tight.any():
            break
        floors[tight] = stage.objective - HELD * abs(stage.objective)
        free = free & ~tight
        if not free.any():
            break
    model.limit(f"{PART}.above", lower=-np.inf)
    model.limit(f"{PART}.settled", lower=Data(dims, floors))
    return model.solve(**how)


def _enter(model: PlanningModel, kept: Affine) -> Affine:
    """Rows of the stages, once a model; returns the level."""
    if model.pyomo.component(PART) is None:
        dims = model.target.dims
        with model.part(PART):
            level = model.scalar("level", scale=model.change_scale, doc="what every free region has at least")
            model.constrain("above", model.target - level.over(dims) >= -np.inf)
            model.constrain("settled", model.target >= -np.inf)
            model.constrain("objective", kept >= -np.inf)
        model.poorest_level = level
    return model.poorest_level
