r"""Near-optimal ranges: the least and the most money that each region can get while the plan stays nearly as good.

For region r and line i (or all lines together), over the near-optimal plans X of :mod:`spatialcoord.explore.near_optimal`,

.. math:: \underline m_{ir} = \min_{x \in X} \textstyle\sum_t x_{irt}, \qquad
          \overline m_{ir} = \max_{x \in X} \textstyle\sum_t x_{irt}, \qquad (1)

each the value of a plan that was found and evaluated. Every range stands alone: the ends of two regions are in general not
those of one plan. Neumann and Brown (2021), Electric Power Systems Research 190, 106690.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.explore.near_optimal import NearOptimal, NearPlan

ALL = "all"  # the line of all instruments together


@dataclass(frozen=True)
class Ranges:
    """Least and most money by line and region over the programme, million currency.

    Attributes
    ----------
    lines : tuple of str
        All instruments together first, then each.
    least, most, plan : numpy.ndarray, shape (L, R)
        Ends of the ranges, and what the plan gives.
    objective_least, objective_most : numpy.ndarray, shape (L, R)
        Exact objective of the plans at the ends, in its unit.
    equal : numpy.ndarray, shape (R,)
        The whole budget per head, by region.
    least_spent : float
        Least money that a near-optimal plan spends in all.
    drawn_back : float
        Largest share of the way back to the plan that an end had to go (see :class:`NearPlan`).
    ends : numpy.ndarray, shape (N, I, R)
        Money over the programme by instrument and region of every plan that was found at an end, million currency.
    """

    lines: tuple[str, ...]
    least: Array
    most: Array
    plan: Array
    objective_least: Array
    objective_most: Array
    equal: Array
    least_spent: float
    drawn_back: float
    ends: Array

    @property
    def width(self) -> Array:
        """Most less least."""
        return self.most - self.least

    def settled(self, share: float) -> np.ndarray:
        """Where the range is narrower than a share of the region's equal-per-head money of the whole programme."""
        return self.width < share * self.equal

    @property
    def certain(self) -> float:
        """Money that goes to the same regions in every near-optimal plan: the least of all regions together."""
        return float(self.least[0].sum())


def find_ranges(near: NearOptimal, progress: Callable[[int, int], None] | None = None) -> Ranges:
    """The ranges (1).

    Parameters
    ----------
    near : NearOptimal
        The near-optimal plans.
    progress : callable, optional
        Called with the number of optimisations done and their total.
    """
    lines = (ALL, *near.names) if len(near.names) > 1 else (ALL,)
    regions = near.setting.regions
    shape = (2, len(lines), len(regions))
    ends, objectives = np.empty(shape), np.empty(shape)
    own = by_line(near, near.best.amounts, lines)
    drawn_back, done, total = 0.0, 0, ends.size
    plans = []
    # regions in a row, one line and one side at a time: neighbouring optima share most of their basis, which makes the
    # simplex several times as fast as going to and fro between lines and sides
    for i, line in enumerate(lines):
        money = near.money(None if line == ALL else line)
        for side, sense in enumerate((-1.0, 1.0)):
            for r, region in enumerate(regions):
                found: NearPlan = near.probe(money.select("region", region), maximise=sense > 0)
                value = by_line(near, found.amounts, lines)[i, r]
                if (
                    sense * (own[i, r] - value) > 0
                ):  # drawn back, or a shade inside because the model understates
                    found, value = near.best, own[i, r]
                ends[side, i, r], objectives[side, i, r] = value, found.objective
                drawn_back = max(drawn_back, found.drawn_back)
                plans.append(found.amounts.sum(axis=2))
                done += 1
                if progress:
                    progress(done, total)
    if len(near.names) == 1:  # the one line is all of them
        lines = (ALL, *near.names)
        ends, objectives = (np.repeat(a, 2, axis=1) for a in (ends, objectives))
        own = np.repeat(own, 2, axis=0)
    equal = near.setting.equal.sum(axis=1)
    spent = float(near.probe(near.money().sum(), maximise=False).amounts.sum())
    return Ranges(
        lines, ends[0], ends[1], own, objectives[0], objectives[1], equal, spent, drawn_back, np.stack(plans)
    )


def by_line(near: NearOptimal, amounts: Array, lines: tuple[str, ...]) -> Array:
    """Money over the programme by line and region, shape (L, R), of amounts of shape (I, R, Y)."""
    whole = amounts.sum(axis=2)
    rows = {name: whole[i] for i, name in enumerate(near.names)} | {ALL: whole.sum(axis=0)}
    return np.stack([rows[line] for line in lines])
