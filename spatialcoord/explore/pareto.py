"""The Pareto front of a case: what more equality costs, from the least disparity to the largest gain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem
from spatialcoord.explore.epsilon import Search
from spatialcoord.explore.found import Found
from spatialcoord.explore.sweep import Front, sweep
from spatialcoord.planner import build, load_case
from spatialcoord.planner.aims import aim, known_aims
from spatialcoord.planner.evaluate import MILLION
from spatialcoord.planner.solving import Outcome, optimise
from spatialcoord.registry import did_you_mean

if TYPE_CHECKING:
    from spatialcoord.explore.study import Study
    from spatialcoord.planner import Case
    from spatialcoord.planner.aims import Aim

KIND = "pareto"
TIME_LIMIT = 5.0  # seconds of one search where the scenario sets no limit; whole-number decisions may need it
PATIENCE = 120.0  # seconds of the search of an end, where that found no plan at all
FLAT = 0.02  # a bulge below that is no knee worth the name


@dataclass(frozen=True)
class Traced:
    """A front with what is told beside it.

    Attributes
    ----------
    case : Case
        The case.
    aims : tuple of Aim
        The objectives, in the order asked for.
    front : Front
        The points.
    outcome : Outcome
        The plan that ``run`` gives, no programme, the same money per head.
    opposite : Found or None
        The efficient plan that is as good as the plan of ``run`` in all objectives but the one sought.
    worst, best : numpy.ndarray, shape (K,)
        Worst and best value of every objective among the ends, evaluated exactly.
    rates : numpy.ndarray, shape (P,)
        Money per head given up per unit of the index at each point, from the dual of its bound; NaN where there is none.
    late : bool
        Whether the time limit kept `opposite` from being found.
    seconds : float
        Time from the first search to the last.
    """

    case: Case
    aims: tuple[Aim, ...]
    front: Front
    outcome: Outcome
    opposite: Found | None
    worst: Array
    best: Array
    rates: Array
    late: bool
    seconds: float

    @property
    def index(self) -> int | None:
        """Position of the first index among the objectives."""
        return next((k for k, a in enumerate(self.aims) if a.denominator is not None), None)

    @property
    def values(self) -> Array:
        """Objectives by point, shape (P, K)."""
        return np.array([point.values for point in self.front.points])

    def normalised(self, values: Array) -> Array:
        """Objectives from 0 (worst among the ends) to 1 (best)."""
        span = self.best - self.worst
        return (values - self.worst) / np.where(span == 0.0, 1.0, span)

    @property
    def bulge(self) -> Array:
        """How far each point stands out of the line (plane) through ends that are best in one objective and worst in the
        others, in normalised objectives, shape (P,)."""
        return (self.normalised(self.values).sum(axis=1) - 1.0) / np.sqrt(len(self.aims))

    @property
    def knee(self) -> int | None:
        """Position of the point worth a look; None on a front without one.

        Between two objectives the point that stands out most (Das 1999, Structural Optimization 18). Among three, where
        two that go together would count double, the point nearest to the best of all, in normalised objectives (Yu
        1973, Management Science 19).
        """
        if len(self.front.points) < 3:
            return None
        if len(self.aims) > 2:
            return int(np.argmin(np.linalg.norm(1.0 - self.normalised(self.values), axis=1)))
        most = int(np.argmax(self.bulge))
        return most if self.bulge[most] > FLAT else None

    @property
    def means(self) -> Array:
        """Mean per head of what is made equal, by point."""
        setting = self.case.setting
        return np.array([float(setting.share @ p.evaluation.target) for p in self.front.points])

    @property
    def step(self) -> float:
        """A power of ten that suits the range of the index."""
        k = self.index
        span = 0.0 if k is None else abs(float(self.best[k] - self.worst[k]))
        return 10.0 ** np.floor(np.log10(span / 2.0)) if span > 0 else 1.0

    @property
    def prices(self) -> Array:
        r"""Money per head given up for a step towards equality, from each point to the next more equal one, shape (P,).

        With two objectives, of which the index is one: :math:`(\mu_i-\mu_j)/(I_i-I_j)` times :attr:`step`, exact values; NaN
        at the most equal point, which has no next.
        """
        out = np.full(len(self.front.points), np.nan)
        k = self.index
        if k is None or len(self.aims) != 2:
            return out
        index = self.values[:, k]
        order = np.argsort(index)
        fewer, more = order[:-1], order[1:]
        out[more] = self.step * np.diff(self.means[order]) / (index[more] - index[fewer])
        return out


def pareto(
    case: Case | str,
    objectives: Sequence[str] = ("gini", "output"),
    points: int = 20,
    lang: str = "en",
    progress: Callable[..., None] | None = None,
) -> Study:
    """Points of the Pareto front of two or three objectives, under all rules of the scenario.

    Parameters
    ----------
    case : Case or str
        The case, or its name or folder.
    objectives : sequence of str
        Two or three names of measures, "output" or "mean".
    points : int
        Points wanted, ends included; a front may have fewer.
    lang : str
        Language of tables and figures.
    progress : callable, optional
        Called with the name of each step; with "points" and their number as they are found.

    Returns
    -------
    Study
        ``study.dataset`` has the dimension ``point``, ascending in the first objective; no point is dominated, none is
        there twice.

    Raises
    ------
    InputError
        An objective that is not known or named twice, too few or too many of them, or fewer than two points.
    Infeasible, SolveError
        There is no plan.
    """
    check(objectives, points)
    traced = trace(load_case(case) if isinstance(case, str) else case, objectives, points, progress)
    return study_of(traced, points, lang)


def study_of(traced: Traced, points: int, lang: str = "en") -> Study:
    """A front with its Dataset, tables and figures; arguments as for :func:`pareto`."""
    from spatialcoord.explore.pareto_figure import figures
    from spatialcoord.explore.pareto_summary import summary
    from spatialcoord.explore.pareto_tables import dataset, tables
    from spatialcoord.explore.study import Study

    data = dataset(traced)
    return Study(
        kind=KIND,
        dataset=data,
        summary=summary(traced, points, lang),
        tables=tables(traced, data, lang),
        figures=figures(traced, data, lang),
    )


def expected_seconds(size: dict[str, int], points: int) -> float:
    """Rough time of a front without whole-number decisions, seconds: a search from a warm start takes a fifth of a solve."""
    from spatialcoord.planner import expected_seconds

    return (5.0 + 0.2 * points) * expected_seconds(size)


def check(objectives: Sequence[str], points: int) -> None:
    """Tell everything that is wrong with what is asked for.

    Raises
    ------
    InputError
        All problems at once.
    """
    known, names, problems = known_aims(), list(objectives), []
    for name in dict.fromkeys(names):
        if name not in known:
            problems.append(
                Problem(
                    f"there is no objective '{name}'", where="--objectives", remedy=did_you_mean(name, known)
                )
            )
        if names.count(name) > 1:
            problems.append(
                Problem(
                    f"'{name}' is named {names.count(name)} times",
                    where="--objectives",
                    remedy="Name each objective once.",
                )
            )
    if len(names) not in (2, 3):
        problems.append(
            Problem(
                f"a front is between two or three objectives, not {len(names)}",
                where="--objectives",
                remedy="Write them with commas between: gini,output.",
            )
        )
    if points < 2:
        problems.append(
            Problem(
                f"a front has two points or more, not {points}",
                where="--points",
                remedy="Ask for 10 to 40.",
            )
        )
    if problems:
        raise InputError(problems)


def trace(
    case: Case, objectives: Sequence[str], points: int, progress: Callable[..., None] | None = None
) -> Traced:
    """The front in plain numbers; arguments as for :func:`pareto`."""
    tell = progress or (lambda step, done=0: None)
    model = build(case)
    outcome = optimise(model, progress, attainable=False)
    started = perf_counter()
    limit = case.scenario.solver.time_limit
    aims = [aim(model, name) for name in objectives]
    search = Search(model, aims, TIME_LIMIT, PATIENCE) if limit is None else Search(model, aims, limit)
    planned = search.inside(outcome.after)
    # a gain is linear, so that seeking it while indices are held is one linear programme a point
    sought = next((k for k, a in enumerate(aims) if a.denominator is None), 0)
    tell("ends")
    front = sweep(search, sought, points, lambda done: tell("points", done))
    held = {k: float(planned[k]) for k in range(len(aims)) if k != sought}
    opposite = search.best(sought, held, front.ranges, float(planned[sought]))
    late = opposite is None and search.out_of_time
    values = np.array([end.values for end in front.ends])
    better = np.array([1.0 if a.maximise else -1.0 for a in aims])
    best, worst = (values * better).max(axis=0) * better, (values * better).min(axis=0) * better
    rates = np.array([_rate(search, aims, sought, point) for point in front.points])
    seconds = perf_counter() - started
    return Traced(case, tuple(aims), front, outcome, opposite, worst, best, rates, late, seconds)


def _rate(search: Search, aims: Sequence[Aim], sought: int, point: Found) -> float:
    """Money per head that a unit of the first index costs at the margin of a point."""
    index = next((k for k, a in enumerate(aims) if a.denominator is not None), None)
    if index is None or index not in point.duals or aims[sought].denominator is not None:
        return np.nan
    per_index = point.duals[index] / search.steepness(index, point)
    if aims[sought].name == "output":
        return MILLION * per_index / float(search.model.setting.population.sum())
    return per_index
