"""Plans of one case at rising budgets: where each region's money goes, and what more money is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, SolveError
from spatialcoord.explore.monotone import falls, trends
from spatialcoord.explore.purse import Funded, Purse
from spatialcoord.explore.trials import told
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import better, objective_value

STEP = 1e-3  # of the same money per head: a change below it is none, as plans that are equally good differ by so much
NEXT = 1e-3  # of the budget: the next money that is looked at


@dataclass(frozen=True)
class Path:
    """Plans of one case at rising budgets.

    Attributes
    ----------
    steps : list of Funded
        Smallest budget first.
    following : numpy.ndarray, shape (B, R)
        Part of the next money that each region gets; sums to one where all of it is spent.
    lost : list of dict
        Budgets without a plan: factor and why.
    trend_money, trend_share : list of str
        Of every region, see :func:`spatialcoord.explore.monotone.trends`.
    falls : list of dict
        Every step at which a region gets less money of a larger budget.
    rebuilt : int
        How often the model had to be assembled anew.
    """

    steps: list[Funded]
    following: Array
    lost: list[dict[str, Any]]
    trend_money: list[str]
    trend_share: list[str]
    falls: list[dict[str, Any]]
    rebuilt: int

    @property
    def money(self) -> Array:
        """Money of each region at each budget, million currency over the programme, shape (B, R)."""
        return np.array([step.money for step in self.steps])

    @property
    def share(self) -> Array:
        """Share of each region in the money spent, shape (B, R)."""
        money = self.money
        return money / money.sum(axis=1, keepdims=True)

    @property
    def at_scenario(self) -> int:
        """Position of the budget nearest to the scenario's."""
        return int(np.argmin([abs(step.factor - 1.0) for step in self.steps]))


def walk(case: Case, factors: list[float], tell: Callable[[str], None]) -> Path:
    """Solve a case at rising multiples of its budget; budgets that contradict something are told, not raised."""
    purse = Purse(case)
    steps: list[Funded] = []
    following: list[Array] = []
    lost: list[dict[str, Any]] = []
    fewer: list[dict[str, Any]] = []
    for factor in factors:
        tell(f"{factor:g}")
        try:
            funded = purse.solve(factor)
            if steps:
                fewer += fallen(purse, steps[-1], funded)
            more = purse.solve(factor * (1.0 + NEXT))
        except (InputError, SolveError) as error:
            lost.append({"factor": factor, "why": told(error)})
            continue
        steps.append(funded)
        following.append((more.money - funded.money) / (more.budget - funded.budget))
    equal = case.setting.share * float(case.setting.budget.sum())
    money = np.array([step.money for step in steps]).reshape(len(steps), len(equal))
    return Path(
        steps,
        np.array(following),
        lost,
        trends(money, STEP * equal),
        trends(money / money.sum(axis=1, keepdims=True), STEP * case.setting.share),
        fewer,
        purse.rebuilt,
    )


def fallen(purse: Purse, before: Funded, after: Funded) -> list[dict[str, Any]]:
    """Regions that get less of the larger budget, and what it would cost that none does."""
    setting = purse.case.setting
    equal = setting.share * before.budget
    paths = np.array([before.money, after.money])
    losers = [region for _, region in falls(paths, STEP * equal)]
    if not losers:
        return []
    cost = purse.cost_of_keeping(after, before.money)
    return [
        {
            "region": setting.regions[i],
            "from": before.factor,
            "to": after.factor,
            "before": float(before.money[i]),
            "after": float(after.money[i]),
            "cost_of_keeping": float(cost) if np.isfinite(cost) else None,
        }
        for i in losers
    ]


def gain_over_equal(step: Funded) -> float:
    """Gain in the objective over the same money per head at one budget."""
    setting, outcome = step.case.setting, step.outcome
    return better(
        setting, objective_value(setting, outcome.after), objective_value(setting, outcome.equal_per_head)
    )


def differences(path: Path) -> Array:
    """Gain in the objective per unit of money from the budget before and to the budget after, shape (B, 2); else not a number."""
    setting = path.steps[0].case.setting
    found = np.full((len(path.steps), 2), np.nan)
    for i, (first, second) in enumerate(zip(path.steps, path.steps[1:], strict=False)):
        slope = better(setting, second.objective, first.objective) / (second.budget - first.budget)
        found[i, 1] = found[i + 1, 0] = slope
    return found
