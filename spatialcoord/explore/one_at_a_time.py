"""One at a time: every number with a range at both ends of it, all others as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spatialcoord.explore.trials import QUANTITIES, Effect, Trial, effect, try_values
from spatialcoord.explore.uncertain import Range, ranges
from spatialcoord.planner.case import Case
from spatialcoord.planner.solving import Outcome

ENDS = ("low", "high")
PLANS = ("held", "anew")
SMALL = 1e-6  # of what the plan gains: an effect below it is none
NOTHING_MOVES = 1e-4  # of the money: plans that are equally good differ by this much


@dataclass(frozen=True)
class Tried:
    """One number at both ends of its range.

    Attributes
    ----------
    range : Range
        The number.
    low, high : Trial
        What became of the plan at each end; at an end that is the scenario's own value, the plan itself.
    """

    range: Range
    low: Trial
    high: Trial

    @property
    def trials(self) -> tuple[Trial, Trial]:
        """Both ends in the order of :data:`ENDS`."""
        return self.low, self.high

    def differs(self, end: str) -> bool:
        """Whether the value at that end is another one than the scenario's."""
        return bool(getattr(self.range, end) != self.range.value)

    def swing(self, quantity: str, base: Effect, plan: str = "anew") -> float:
        """Width of the span of a quantity over both ends and the scenario's own value."""
        found = [getattr(getattr(trial, plan), quantity) for trial in self.trials if getattr(trial, plan)]
        values = [getattr(base, quantity), *found]
        return max(values) - min(values)

    def inert(self, base: Effect) -> bool:
        """Whether both ends have a plan and nothing changes with it: neither the plan nor what it does."""
        if any(trial.anew is None for trial in self.trials):
            return False
        for quantity in QUANTITIES:
            size = 1.0 if quantity == "moved" else abs(getattr(base, quantity))
            limit = NOTHING_MOVES if quantity == "moved" else SMALL * max(size, 1e-12)
            if any(self.swing(quantity, base, plan) > limit for plan in PLANS):
                return False
        return True


def base_trial(case: Case, base: Outcome) -> Trial:
    """The plan itself as a trial in which nothing is changed."""
    own = effect(case.setting, base.amounts, base.equal, base)
    return Trial({}, case, own, own, base)


def vary_each(case: Case, base: Outcome, tell: Callable[[str], None]) -> list[Tried]:
    """Try both ends of every range, one number at a time.

    Parameters
    ----------
    case : Case
        The case.
    base : Outcome
        Its plan.
    tell : callable
        Called with the key of each number.

    Returns
    -------
    list of Tried
        In the order of the scenario's sections.
    """
    own = base_trial(case, base)
    found = []
    for one in ranges(case.scenario):
        tell(one.path)
        ends = []
        for share in (0.0, 1.0):
            value = one.at(share)
            ends.append(own if value == one.value else try_values(case, base, {one.path: value}))
        found.append(Tried(one, *ends))
    return found


def by_swing(tried: list[Tried], base: Effect, quantity: str = "objective_gain") -> list[Tried]:
    """Those that change something, the widest span first (of the plan made anew or held, whichever is wider)."""
    moving = [one for one in tried if not one.inert(base)]
    return sorted(moving, key=lambda one: -max(one.swing(quantity, base, plan) for plan in PLANS))


def table(tried: list[Tried], quantity: str) -> np.ndarray:
    """A quantity over numbers, ends and plans, shape (P, 2, 2); not a number where there is no plan."""
    found = np.full((len(tried), len(ENDS), len(PLANS)), np.nan)
    for i, one in enumerate(tried):
        for j, trial in enumerate(one.trials):
            for k, plan in enumerate(PLANS):
                result = getattr(trial, plan)
                if result is not None:
                    found[i, j, k] = getattr(result, quantity)
    return found
