"""Points of a Pareto front: where to search next, and which of the plans found stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.explore.epsilon import Search
from spatialcoord.explore.found import Found

SAME = 1e-5  # of the range of an aim: two plans whose every aim differs by less are one point
TRIES = 4  # searches per point wanted after which a front is taken as it is


@dataclass
class Front:
    """What a sweep found.

    Attributes
    ----------
    points : list of Found
        None dominated, none twice, ascending in the first aim.
    ends : list of Found
        Lexicographic optima, one for each aim put first, in the order of the aims.
    ranges : numpy.ndarray, shape (K,)
        From the payoff table: distance of each aim between its best value and its worst among the ends, as in
        :attr:`Found.inside`.
    sought : int
        The aim that was sought while the others were held.
    dropped : int
        Plans found that were dominated or the same as another.
    closed : int
        Searches that no plan answered.
    searches, binding, slack : int
        Searches, ends included; bounds held in them that bound, and that did not.
    """

    points: list[Found]
    ends: list[Found]
    ranges: Array
    sought: int
    dropped: int = 0
    closed: int = 0
    searches: int = 0
    binding: int = 0
    slack: int = 0


def sweep(search: Search, sought: int, points: int, progress: Callable[[int], None] | None = None) -> Front:
    """Points along the front of the aims of a search.

    The payoff table is lexicographic: among the plans best in one aim the best in the next, and so on, never just any
    plan that is best in one. Two aims: a coarse pass with equal steps, then always the middle of the longest gap in
    normalised aims. Three: the bound farthest from those tried, on a grid that grows finer; bounds that a plan found with
    slack, or that no plan kept, have already answered for all between (the bypass of Mavrotas and Florios 2013).

    Parameters
    ----------
    search : Search
        Model and aims, two or three.
    sought : int
        The aim to seek while the others are held.
    points : int
        Points wanted, ends included.
    progress : callable, optional
        Called with the number of points so far.
    """
    count = len(search.aims)
    ends = [search.lexicographic([k, *(i for i in range(count) if i != k)]) for k in range(count)]
    # an end that was not proved may promise in the model what it does not keep: it stands where it is evaluated
    table = np.array([end.inside if end.proved else search.as_evaluated(end) for end in ends])
    best, worst = table.min(axis=0), table.max(axis=0)
    front = Front([], ends, worst - best, sought)
    walk = _Walk(search, front, points, best, worst, progress or (lambda done: None), list(ends))
    walk.settle()
    if (front.ranges > 1e-9 * np.abs(worst)).sum() >= 2:
        (walk.along_a_line if count == 2 else walk.over_a_grid)()
    walk.settle()
    front.searches, front.binding, front.slack = search.searches, search.binding, search.slack
    return front


@dataclass
class _Walk:
    """One sweep under way."""

    search: Search
    front: Front
    wanted: int
    best: Array
    worst: Array
    progress: Callable[[int], None]
    found: list[Found] = field(default_factory=list)
    tries: int = 0

    @property
    def held(self) -> list[int]:
        return [k for k in range(len(self.search.aims)) if k != self.front.sought]

    @property
    def over(self) -> bool:
        return len(self.front.points) >= self.wanted or self.tries >= TRIES * self.wanted

    def settle(self) -> None:
        """Keep what is neither dominated nor there twice."""
        keep = nondominated([f.values for f in self.found], self._signs(), self._tolerance())
        self.front.points = sorted((self.found[i] for i in keep), key=lambda f: tuple(f.values))
        self.front.dropped = len(self.found) - len(keep)
        self.progress(len(keep))

    def try_at(self, bounds: dict[int, float]) -> Found | None:
        """Search at bounds on the held aims, beginning from the nearest plan found."""
        self.tries += 1
        start = None
        if self.search.aims[self.front.sought].denominator is not None:
            near = min(self.found, key=lambda f: sum(abs(f.inside[k] - e) for k, e in bounds.items()))
            start = float(near.inside[self.front.sought])
        found = self.search.best(self.front.sought, bounds, self.front.ranges, start)
        if found is None:
            self.front.closed += 1
            return None
        self.found.append(found)
        self.settle()
        return found

    # ---- two aims -----------------------------------------------------------------------------------------------------

    def along_a_line(self) -> None:
        """Equal steps for half of the points, then the middle of the longest gap."""
        (k,) = self.held
        tight, loose = self.front.ends[k], self.front.ends[self.front.sought]
        # what each bound was answered with; between a bound and what the next plan attains lies what is unknown
        answers: list[tuple[float, Found]] = [(self.best[k], tight), (self.worst[k], loose)]
        for bound in np.linspace(self.worst[k], self.best[k], max(2, self.wanted // 2))[1:-1]:
            self._ask(k, float(bound), answers)
        while not self.over:
            # beyond a plan that was not proved the search would end no better; an end may be hard where its neighbours are not
            gaps = [
                (self._distance(a[1], b[1]), a[0], float(b[1].inside[k]))
                for a, b in pairwise(sorted(answers, key=lambda answer: answer[0]))
                if a[1].proved or (a[1] is tight and b[1].proved)
            ]
            open_gaps = [gap for gap in gaps if gap[2] - gap[1] > SAME * self.front.ranges[k]]
            if not open_gaps:
                return
            _, low, high = max(open_gaps)
            self._ask(k, 0.5 * (low + high), answers)

    def _ask(self, k: int, bound: float, answers: list[tuple[float, Found]]) -> None:
        found = self.try_at({k: bound})
        if found is not None:
            answers.append((bound, found))
            return
        if self.search.out_of_time:  # the gap stays unknown: the tighter side of it reaches up to the other
            end = min(float(f.inside[k]) for b, f in answers if b > bound)
            near = max(b for b, _ in answers if b < bound)
            answers[:] = [(end if b == near else b, f) for b, f in answers]
        else:  # nothing keeps this bound or a tighter one: the front ends beyond it
            answers[:] = [(max(b, bound), f) for b, f in answers]

    # ---- three aims -----------------------------------------------------------------------------------------------------

    def over_a_grid(self) -> None:
        """The bound farthest from all answers on a grid, which grows finer while points are wanting."""
        held = self.held
        steps = int(np.ceil(np.sqrt(self.wanted))) + 1
        answered: list[
            tuple[Array, Array]
        ] = []  # boxes of bounds that need no search: lower and upper corner
        centres = [self._place(end.inside) for end in self.front.ends]
        while not self.over and steps <= 64 * self.wanted:
            axis = np.linspace(0.0, 1.0, steps)
            grid = np.array([(u, v) for u in axis for v in axis])
            while not self.over:
                grid = grid[[not _inside_any(g, answered) for g in grid]]
                if not len(grid):
                    break
                apart = np.min([np.hypot(*(grid - centre).T) for centre in centres], axis=0)
                spot = grid[int(np.argmax(apart))]
                bounds = {k: self.best[k] + s * self.front.ranges[k] for k, s in zip(held, spot, strict=True)}
                found = self.try_at(bounds)
                if found is None:
                    answered.append((np.full(2, -SAME), spot + SAME))
                    continue
                place = self._place(found.inside)
                # in a convex problem a bound that does not bind may be eased without changing the answer
                ease = self.search.convex and spot - place > 10.0 * SAME
                answered.append((np.minimum(place, spot) - SAME, np.where(ease, 1.0, spot) + SAME))
                centres.append(place)
            steps = 2 * steps - 1

    def _place(self, inside: Array) -> Array:
        """Held aims from 0 (best) to 1 (worst)."""
        k = self.held
        return (inside[k] - self.best[k]) / np.where(self.front.ranges[k] > 0, self.front.ranges[k], 1.0)

    # ---- distances --------------------------------------------------------------------------------------------------------

    def _signs(self) -> Array:
        return np.array([1.0 if aim.maximise else -1.0 for aim in self.search.aims])

    def _spans(self) -> Array:
        values = np.array([f.values for f in self.front.ends])
        return np.ptp(values, axis=0)

    def _tolerance(self) -> Array:
        return np.maximum(SAME * self._spans(), 1e-12 * np.abs(self.front.ends[0].values))

    def _distance(self, a: Found, b: Found) -> float:
        spans = self._spans()
        return float(np.linalg.norm((a.values - b.values) / np.where(spans > 0, spans, 1.0)))


def nondominated(values: Sequence[Array], signs: Array, tolerance: Array) -> list[int]:
    """Positions of plans that no other betters, each point once.

    A plan is dominated when another is at least as good in every aim, and better in one, beyond `tolerance`; two plans
    within `tolerance` in every aim are one point, of which the first stays.

    Parameters
    ----------
    values : sequence of numpy.ndarray, shape (K,)
        Aims of each plan.
    signs : numpy.ndarray, shape (K,)
        1 where more is better, -1 where less is.
    tolerance : numpy.ndarray, shape (K,)
        By aim, in its unit.

    Returns
    -------
    list of int
        Ascending.
    """
    turned = np.array(values).reshape(len(values), len(signs)) * signs
    keep: list[int] = []
    for i, mine in enumerate(turned):
        ahead = turned - mine
        beaten = ((ahead >= -tolerance).all(axis=1) & (ahead > tolerance).any(axis=1)).any()
        twice = any((np.abs(turned[j] - mine) <= tolerance).all() for j in keep)
        if not beaten and not twice:
            keep.append(i)
    return keep


def _inside_any(spot: Array, boxes: list[tuple[Array, Array]]) -> bool:
    return any((spot >= low).all() and (spot <= high).all() for low, high in boxes)
