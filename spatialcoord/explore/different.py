r"""Alternatives as different as can be: near-optimal plans far from the plan and from each other.

With the money :math:`v_c(x)` a year in cell c (a line in a region) and the plans :math:`v^1,\dots,v^n` found so far, the next is

.. math:: \max_{x \in X}\; \min_k D_k(x), \qquad D_k(x) = \tfrac12 \textstyle\sum_c |v_c(x) - v^k_c|. \qquad (1)

Modelling to generate alternatives: Brill, Chang and Hopkins (1982), Management Science 28(3), 221-235; DeCarolis (2011), Energy
Economics 33(1), 145-152. To make a distance large is not a convex problem, so this is a **heuristic**: with signs
:math:`s_{kc}` for the absolute values, :math:`D_k \ge \tfrac12 \sum_c s_{kc} (v_c - v^k_c)` is linear; maximise it, take the signs of
what came out, and go on until nothing grows, from several starts. How far it may be from the best is bounded from above by the
linear programme in which, with the ranges :math:`[\underline v_c, \overline v_c]` of every cell,

.. math:: v_c - v^k_c = p_{kc} - q_{kc}, \quad \frac{p_{kc}}{\overline v_c - v^k_c} + \frac{q_{kc}}{v^k_c - \underline v_c} \le 1,
          \quad p, q \ge 0, \quad D_k \le \tfrac12 \textstyle\sum_c (p_{kc} + q_{kc}). \qquad (2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.explore.near_optimal import NearOptimal, NearPlan
from spatialcoord.explore.ranges import Ranges
from spatialcoord.model import Affine, Data

FAR_STARTS = 2  # plans at the ends of ranges to begin from, those farthest from what was found
RANDOM_STARTS = 2
SEED = 1
ROUNDS = 15
GROWS = 1e-4  # relative: a distance that grows by less has stopped growing
SLACK = 1e-6  # relative, by which the ranges are widened in (2), so that rounding does not cut off a plan


@dataclass(frozen=True)
class Alternative:
    """One alternative.

    Attributes
    ----------
    plan : NearPlan
        The plan.
    distances : tuple of float
        Money a year that it puts elsewhere than the plan, and than each alternative found before it, million currency.
    bound : float
        No near-optimal plan has a larger smallest distance to these.
    """

    plan: NearPlan
    distances: tuple[float, ...]
    bound: float

    @property
    def distance(self) -> float:
        """The smallest of the distances, the one that was made large."""
        return min(self.distances)


@dataclass
class _Search:
    """The search for one alternative after another in one model."""

    near: NearOptimal
    ranges: Ranges
    found: list[Array] = field(default_factory=list)  # money a year by cell of the plans so far

    def __post_init__(self) -> None:
        near, model = self.near, self.near.model
        self.years = near.best.amounts.shape[2]
        self.scale = float(near.setting.equal.sum(axis=0).mean()) or 1.0
        self.money = [near.money(name) * (1.0 / self.years) for name in near.names]
        with model.part("different"):
            self.least = model.scalar("least_distance", scale=self.scale)
            self.most = model.scalar("most_distance", scale=self.scale)
            self.rows = model.listed_rows(
                "linear", doc="the smallest distance, its absolute values made linear"
            )
        self.generator = np.random.default_rng(SEED)

    def add(self, near: NearPlan) -> None:
        """Enter a plan to stay away from, with (2)."""
        cells = self.cells(near.amounts)
        self.found.append(cells)
        model, k = self.near.model, len(self.found)
        room_up, room_down = self.room(cells)
        total = None
        with model.part(f"apart_{k}"):
            for i, money in enumerate(self.money):
                dims, up, down = money.dims, room_up[i], room_down[i]
                above = model.variable(f"above_{i}", dims, upper=Data(dims, up), scale=self.scale)
                below = model.variable(f"below_{i}", dims, upper=Data(dims, down), scale=self.scale)
                model.constrain(f"difference_{i}", money - above + below == Data(dims, cells[i]))
                parts = above * Data(dims, 1.0 / up) + below * Data(dims, 1.0 / down)
                model.constrain(f"either_{i}", parts <= 1.0)
                both = (above + below).sum()
                total = both if total is None else total + both
            assert total is not None
            model.constrain("at_most", self.most - total * 0.5 <= 0.0)

    def next(self) -> Alternative:
        """The next alternative and its bound."""
        relaxed = self.near.probe(self.most, maximise=True)
        bound = float(self.near.model.value(self.most))
        best, reached = relaxed, self.distance(relaxed)
        for signs in self._starts(relaxed):
            plan, distance = self._climb(signs)
            if distance > reached:
                best, reached = plan, distance
        return Alternative(best, tuple(self.distances(best)), max(bound, reached))

    def cells(self, amounts: Array) -> Array:
        """Money a year by line and region, shape (I, R)."""
        return amounts.sum(axis=2) / self.years

    def room(self, cells: Array) -> tuple[Array, Array]:
        """How far each cell can rise and fall among the near-optimal plans, a shade more than that."""
        slack = SLACK * self.scale
        least, most = (side[1:] / self.years for side in (self.ranges.least, self.ranges.most))
        return np.maximum(most - cells, 0.0) + slack, np.maximum(cells - least, 0.0) + slack

    def distances(self, plan: NearPlan) -> list[float]:
        """Distance to each plan found so far."""
        cells = self.cells(plan.amounts)
        return [0.5 * float(np.abs(cells - other).sum()) for other in self.found]

    def distance(self, plan: NearPlan) -> float:
        """The smallest distance."""
        return min(self.distances(plan))

    def _starts(self, relaxed: NearPlan) -> list[Array]:
        """Signs to begin from, shape (n, I, R) each: those of (2), away from what was used, far ends of ranges, chance."""
        found = np.stack(self.found)
        wide = np.stack([np.where(up >= down, 1.0, -1.0) for up, down in map(self.room, self.found)])
        relaxed_signs = _signs(self.cells(relaxed.amounts) - found, wide)
        mean = found.mean(axis=0)
        equal = self.near.setting.share * mean.sum(axis=1, keepdims=True)
        hop = np.broadcast_to(np.where(mean > equal, -1.0, 1.0), found.shape)  # hop, skip and jump
        shape = found.shape[1:]
        chance = [
            np.broadcast_to(self.generator.choice([-1.0, 1.0], shape), found.shape)
            for _ in range(RANDOM_STARTS)
        ]
        apart = self.ranges.ends[:, None] / self.years - found
        order = np.argsort(-np.abs(apart).sum(axis=(2, 3)).min(axis=1), kind="stable")
        far = [_signs(apart[end], wide) for end in order[:FAR_STARTS]]
        return [relaxed_signs, hop, *far, *chance]

    def _climb(self, signs: Array) -> tuple[NearPlan, float]:
        """From signs to a plan no sign change of which makes the smallest distance larger."""
        best, reached = self.near.best, 0.0
        found = np.stack(self.found)
        for _ in range(ROUNDS):
            plan = self.near.probe(self._linear(signs), maximise=True)
            distance = self.distance(plan)
            if distance <= reached * (1.0 + GROWS):
                break
            best, reached = plan, distance
            signs = _signs(self.cells(plan.amounts) - found, signs)
        return best, reached

    def _linear(self, signs: Array) -> Affine:
        """The smallest of the distances with signs in the place of absolute values, as a map."""
        sums = []
        for k, cells in enumerate(self.found):
            total = None
            for i, money in enumerate(self.money):
                part = (money * Data(money.dims, 0.5 * signs[k, i])).sum()
                total = part if total is None else total + part
            assert total is not None
            sums.append(total - 0.5 * float((signs[k] * cells).sum()))
        if len(sums) == 1:
            return sums[0]
        # signs are coefficients: rows of the last round are set free and new ones entered, everything else stays
        if len(self.rows):
            self.near.model.limit("different.linear", upper=np.inf)
        for distance in sums:
            self.rows.add([len(self.rows) + 1], self.least - distance <= 0.0)
        return self.least


def find_different(
    near: NearOptimal, ranges: Ranges, count: int, progress: Callable[[int, int], None] | None = None
) -> list[Alternative]:
    """Alternatives (1), each far from the plan and from those before it; fewer where none lies apart.

    Parameters
    ----------
    near : NearOptimal
        The near-optimal plans.
    ranges : Ranges
        Their ranges.
    count : int
        How many.
    progress : callable, optional
        Called with the number of alternatives found and their total.
    """
    out: list[Alternative] = []
    if count == 0:
        return out
    search = _Search(near, ranges)
    latest = near.best
    for n in range(count):
        if progress:
            progress(n, count)
        search.add(latest)
        alternative = search.next()
        if alternative.distance <= GROWS * search.scale:
            break
        out.append(alternative)
        latest = alternative.plan
    return out


def _signs(difference: Array, otherwise: Array) -> Array:
    """Signs of differences; where there is none, those of before."""
    return np.where(difference == 0.0, otherwise, np.sign(difference))
