"""Morris screening of a case: what the plan gains at points spread over all ranges together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.explore.morris import Screening, elementary_effects, screen, trajectories
from spatialcoord.explore.trials import QUANTITIES, try_values
from spatialcoord.explore.uncertain import Range
from spatialcoord.planner.case import Case
from spatialcoord.planner.solving import Outcome


@dataclass(frozen=True)
class Screened:
    """Outcome of a screening.

    Attributes
    ----------
    ranges : list of Range
        The numbers that were varied together.
    effects : dict of Screening
        By quantity of :data:`spatialcoord.explore.trials.QUANTITIES`; effects are per whole range.
    count, points, lost : int
        Trajectories, points tried, and points that contradict the scenario or its rules.
    seed : int
        Of the random numbers.
    anew : bool
        Whether the plan was made anew at every point, else its amounts were held.
    why : dict of int
        What was said at the lost points, and how often.
    """

    ranges: list[Range]
    effects: dict[str, Screening]
    count: int
    points: int
    lost: int
    seed: int
    anew: bool
    why: dict[str, int]


def screen_case(
    case: Case,
    base: Outcome,
    varied: list[Range],
    count: int,
    seed: int,
    anew: bool,
    tell: Callable[[str], None],
) -> Screened:
    """Screen the numbers of a case over their ranges.

    Parameters
    ----------
    case : Case
        The case.
    base : Outcome
        Its plan.
    varied : list of Range
        Numbers to vary.
    count : int
        Trajectories; each takes one point more than there are numbers.
    seed : int
        Of the random numbers.
    anew : bool
        Whether to plan anew at each point, which takes a solve each; else the amounts are held and re-evaluated.
    tell : callable
        Called with "i/n" for each point.

    Returns
    -------
    Screened
        Points that contradict something are counted, with what was said; the effects beside them are left out.
    """
    walks = trajectories(len(varied), count, seed)
    points = walks.reshape(-1, len(varied))
    values = np.full((len(points), len(QUANTITIES)), np.nan)
    why: dict[str, int] = {}
    for n, point in enumerate(points):
        tell(f"{n + 1}/{len(points)}")
        chosen = {one.path: one.at(float(share)) for one, share in zip(varied, point, strict=True)}
        trial = try_values(case, base, chosen, anew=anew)
        found = trial.anew if anew else trial.held
        if found is None:
            why[trial.told] = why.get(trial.told, 0) + 1
        else:
            values[n] = found.numbers()
    by_walk: Array = values.reshape(*walks.shape[:2], len(QUANTITIES))
    effects = {name: screen(elementary_effects(walks, by_walk[:, :, i])) for i, name in enumerate(QUANTITIES)}
    lost = int(np.isnan(values[:, 0]).sum())
    return Screened(varied, effects, count, len(points), lost, seed, anew, why)
