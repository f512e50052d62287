"""What else would be nearly as good: ranges, the least change, and alternatives as different as can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spatialcoord.errors import InputError, Problem
from spatialcoord.explore.alternatives_data import dataset_of, tables_of
from spatialcoord.explore.alternatives_words import sentences
from spatialcoord.explore.different import Alternative, find_different
from spatialcoord.explore.near_optimal import EXACT, NearOptimal, NearPlan
from spatialcoord.explore.nearest import Reference, least_change, reference_of
from spatialcoord.explore.ranges import Ranges, find_ranges
from spatialcoord.explore.study import Study
from spatialcoord.planner.evaluate import better, evaluate, objective_value, same_per_head
from spatialcoord.results import Words

if TYPE_CHECKING:
    from spatialcoord.planner import Case
    from spatialcoord.results import Plan

KIND = "alternatives"
TOLERANCE = 1e-4
SETTLED = 0.1
COUNT = 3
MOST_ALTERNATIVES = 50
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Findings:
    """What the study found, before it is written down.

    Attributes
    ----------
    plan : Plan
        The best plan.
    near : NearOptimal
        The plans nearly as good.
    ranges : Ranges
        Least and most money by line and region.
    reference : Reference
        What the least change is counted from.
    least : NearPlan
        The near-optimal plan nearest to the reference.
    alternatives : list of Alternative
        Plans far from the plan and from each other.
    settled : float
        Share of equal-per-head money below which a range counts as settled.
    """

    plan: Plan
    near: NearOptimal
    ranges: Ranges
    reference: Reference
    least: NearPlan
    alternatives: list[Alternative]
    settled: float

    def gains(self) -> dict[str, float]:
        """What the plan gains in its objective over no programme and over the same money per head, in its unit."""
        setting, near = self.near.setting, self.near
        amounts = dict(zip(near.names, near.best.amounts, strict=True))
        others = {
            "no_programme": {},
            "equal_per_head": same_per_head(setting, {**amounts, **near.beside}),
        }
        return {
            name: better(setting, near.best.objective, objective_value(setting, evaluate(setting, other)))
            for name, other in others.items()
        }


def alternatives(
    case: Case | str | Path,
    tolerance: float = TOLERANCE,
    reference: str = "year_zero",
    count: int = COUNT,
    settled: float = SETTLED,
    lang: str = "en",
    progress: Progress | None = None,
) -> Study:
    """What else would be nearly as good as the best plan of a case.

    Parameters
    ----------
    case : Case, str or Path
        A case, the name of a bundled one, or a folder.
    tolerance : float
        Most by which the objective may be worse than in the plan, relative to its value there; above 0 and below 1. It is
        relative to the whole value, not to the plan's gain: the study says what share of the gain it is.
    reference : str
        What the least change is counted from: "year_zero", "equal_per_head", or the folder of a saved plan.
    count : int
        How many alternatives are sought, 0 to 50.
    settled : float
        A range narrower than this share of the region's equal-per-head money is settled, above 0.
    lang : str
        Language of pictures, tables and sentences.
    progress : callable, optional
        Called with the name of a step ("solve", "ranges", "least_change", "different"), what is done of it and its total.

    Returns
    -------
    Study
        ``alternatives.nc``, ``ranges.csv``, ``alternatives.csv``, ``ranges.png``, where there are borders ``range_map.png``,
        and ``summary.json``.

    Raises
    ------
    InputError, Refused, Infeasible, SolveError
        A value makes no sense, the case is no good, or there is no plan.
    """
    check(tolerance, count, settled)
    return study_of(explore_near(case, tolerance, reference, count, settled, progress), lang)


def study_of(found: Findings, lang: str = "en") -> Study:
    """What was found as Dataset, tables, pictures and summary, in one language."""
    from spatialcoord.explore.range_chart import range_chart, range_map

    words = Words(found.plan, lang)
    figures = {"ranges": range_chart(found, lang)}
    if found.plan.graph.has_geometry:
        figures["range_map"] = range_map(found, lang)
    means = sentences(found, Words(found.plan, "en"))["tolerance"]
    dataset = dataset_of(found).assign_attrs(tolerance_means=means)
    return Study(KIND, dataset, _summary(found, words), tables_of(found, words), figures)


def check(tolerance: float, count: int, settled: float) -> None:
    """Refuse values that make no sense, all at once.

    Raises
    ------
    InputError
        Every one of them.
    """
    problems = []
    if not 0.0 < tolerance < 1.0:
        problems.append(
            Problem(
                f"a tolerance of {tolerance:g} is not between 0 and 1",
                where="--tolerance",
                why="It is a share of the value of the objective.",
                remedy="Write 0.0001 for a hundredth of a per cent.",
            )
        )
    if not 0 <= count <= MOST_ALTERNATIVES:
        problems.append(
            Problem(
                f"{count} alternatives cannot be sought",
                where="--count",
                remedy=f"Ask for 0 to {MOST_ALTERNATIVES}.",
            )
        )
    if not settled > 0.0:
        problems.append(
            Problem(
                f"{settled:g} is not a share above 0",
                where="--settled",
                why="A range narrower than this share of equal-per-head money is settled.",
                remedy="Write 0.1 for a tenth.",
            )
        )
    if problems:
        raise InputError(problems)


def explore_near(
    case: Case | str | Path,
    tolerance: float,
    reference: str,
    count: int,
    settled: float,
    progress: Progress | None = None,
) -> Findings:
    """Everything that :func:`alternatives` finds, as numbers; parameters as there."""
    from spatialcoord import planner

    tell = progress or (lambda step, done, total: None)
    loaded = planner.load_case(case) if isinstance(case, str | Path) else case
    compared = reference_of(loaded, reference)
    tell("solve", 0, 1)
    plan = planner.solve(planner.build(loaded))
    near = NearOptimal(loaded, plan, tolerance)
    ranges = find_ranges(near, lambda done, total: tell("ranges", done, total))
    tell("least_change", 0, 1)
    least = least_change(near, compared)
    # another model for the search: the rows of the least change would only burden it
    others = find_different(
        NearOptimal(loaded, plan, tolerance),
        ranges,
        count,
        lambda done, total: tell("different", done, total),
    )
    return Findings(plan, near, ranges, compared, least, others, settled)


def expected(case: Case, count: int) -> tuple[int, float]:
    """Rough number of optimisations and of seconds, from the size of the model.

    Fitted to China (31 regions, three lines) on one core of a two-core machine (2026): an optimum of a range takes a tenth of
    the time of a first solve, one in the search for an alternative some four tenths, of which there are about 15 each.
    """
    from spatialcoord import planner

    model = planner.build(case)
    ranges = 2 * len(case.setting.regions) * (1 + len(model.amounts))
    each = planner.expected_seconds(model.size())
    return ranges + 15 * count, each * (3.0 + 0.1 * ranges + 6.0 * count)


def _summary(found: Findings, words: Words) -> dict[str, Any]:
    near, ranges, plan = found.near, found.ranges, found.plan
    gains, unit = found.gains(), plan.summary["objective"]["unit"]
    room = abs(near.limit - near.best.objective)
    settled = ranges.settled(found.settled)
    reference, total = found.reference, float(ranges.plan[0].sum())
    moved = {name: reference.distance(p.amounts) for name, p in (("plan", near.best), ("least", found.least))}
    plans = [near.best, found.least, *(a.plan for a in found.alternatives)]
    ends = [*ranges.objective_least.ravel(), *ranges.objective_most.ravel()]
    return {
        "fingerprint": plan.dataset.attrs["fingerprint"],
        "case": plan.dataset.attrs["case"],
        "objective": {**plan.summary["objective"], "value": near.best.objective},
        "tolerance": {
            "relative": near.tolerance,
            "absolute": room,
            "unit": unit,
            "worst_allowed": near.limit,
            "gain_over_no_programme": gains["no_programme"],
            "gain_over_equal_per_head": gains["equal_per_head"],
            "share_of_gain_over_no_programme": _share(room, gains["no_programme"]),
            "share_of_gain_over_equal_per_head": _share(room, gains["equal_per_head"]),
            "equal_per_head_is_within": gains["equal_per_head"] <= room,
        },
        "settled": {
            "narrower_than": found.settled,
            "unit": "share of the region's equal-per-head money of the whole programme",
            "regions": int(settled[0].sum()),
            "of_regions": int(settled[0].size),
            "amounts": int(settled[1:].sum()),
            "of_amounts": int(settled[1:].size),
        },
        "money": {
            "planned": total,
            "certain": ranges.certain,
            "open": total - ranges.certain,
            "least_spent": ranges.least_spent,
            "unit": plan.dataset.attrs["money_unit"],
        },
        "least_change": {
            "reference": reference.name,
            "folder": reference.folder,
            "moved_by_plan": moved["plan"],
            "moved": moved["least"],
            "unit": f"{plan.dataset.attrs['money_unit']}/yr",
            "objective": found.least.objective,
            "loss": near.loss(found.least.objective),
        },
        "alternatives": [
            {
                "distance_to_plan": a.distances[0],
                "smallest_distance": a.distance,
                "largest_possible": a.bound,
                "unit": f"{plan.dataset.attrs['money_unit']}/yr",
                "objective": a.plan.objective,
                "loss": near.loss(a.plan.objective),
            }
            for a in found.alternatives
        ],
        "method": "heuristic: alternating linearisation from several starts; the bound is proved",
        "check": {
            "plans": len(plans) + len(ends),
            "worst_excess": max(near.excess(value) for value in (*(p.objective for p in plans), *ends)),
            "allowed": EXACT,
            "drawn_back": max(ranges.drawn_back, *(p.drawn_back for p in plans)),
        },
        "says": [text for text in sentences(found, words).values() if text],
    }


def _share(part: float, whole: float) -> float | None:
    """A share; None of what is not positive."""
    return part / whole if whole > 0.0 else None
