"""Nested budgets: how the plan changes as money grows, who gains and who loses, and what the next million is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.explore.budget_dataset import budget_dataset, budget_tables
from spatialcoord.explore.budget_path import NEXT, STEP, Path, differences, gain_over_equal, walk
from spatialcoord.explore.budget_sentences import budget_sentences
from spatialcoord.explore.labels import Labels, objective_unit
from spatialcoord.explore.monotone import TRENDS
from spatialcoord.explore.study import Study
from spatialcoord.messages import catalogue
from spatialcoord.planner.building import build
from spatialcoord.planner.case import Case

FEW, MANY = 2, 200


def budgets(
    case: Case,
    start: float = 0.5,
    stop: float = 2.0,
    steps: int = 7,
    lang: str = "en",
    progress: Callable[[str, str], None] | None = None,
) -> Study:
    """Plans of a case at budgets from `start` to `stop` times the scenario's, all other values as they are.

    Parameters
    ----------
    case : Case
        From :func:`spatialcoord.load_case`.
    start, stop : float
        Smallest and largest budget as multiples of the scenario's; floors, ceilings, limits on change and the year before the
        programme are relative to the budget and move with it.
    steps : int
        Number of budgets, 2 to 200, at equal distances.
    lang : str
        Language of the picture, of the tables' heads and of the sentences, "en" or "zh".
    progress : callable, optional
        Called with the name of the step and where it stands.

    Returns
    -------
    Study
        Of kind "budgets"; its Dataset has a dimension ``budget``.

    Raises
    ------
    InputError
        The case or the budgets are wrong, or fewer than two of them have a plan.
    """
    from spatialcoord.explore.budget_figures import draw_budgets

    words = catalogue(lang)
    check_budgets(start, stop, steps, lang)
    build(case)  # every problem of the case as it stands, before any other budget
    case = replace(case, reading=None)  # lines of a file mean nothing for values that do not stand in it
    factors = [float(factor) for factor in np.linspace(start, stop, steps).round(12)]
    path = walk(case, factors, (lambda where: progress("budgets", where)) if progress else lambda where: None)
    if len(path.steps) < FEW:
        why = path.lost[0]["why"] if path.lost else ""
        raise InputError(Problem(words.t("budgets.too_few"), where="--from, --to", why=why))
    labels = Labels(case, words)
    summary = _summary(case, path)
    summary["sentences"] = budget_sentences(labels, summary)
    figures = {"budgets": draw_budgets(case, path, lang)}
    return Study("budgets", budget_dataset(case, path), summary, budget_tables(labels, path), figures)


def check_budgets(start: float, stop: float, steps: int, lang: str = "en") -> None:
    """Refuse budgets that are none; all problems at once."""
    t = catalogue(lang).t
    problems = []
    if not (np.isfinite(start) and np.isfinite(stop) and 0 < start < stop):
        what = t("budgets.not_rising", start=f"{start:g}", stop=f"{stop:g}")
        problems.append(Problem(what, where="--from, --to", remedy=t("budgets.not_rising_remedy")))
    if not FEW <= steps <= MANY:
        what = t("budgets.steps", steps=steps)
        problems.append(Problem(what, where="--steps", remedy=t("budgets.steps_remedy", few=FEW, many=MANY)))
    if problems:
        raise InputError(problems)


def _summary(case: Case, path: Path) -> dict[str, Any]:
    setting, steps = case.setting, path.steps
    difference = differences(path)
    here = path.at_scenario
    by_trend = {
        kind: {name: [r for r, t in zip(setting.regions, found, strict=True) if t == name] for name in TRENDS}
        for kind, found in (("money", path.trend_money), ("share", path.trend_share))
    }
    return {
        "case": case.scenario.case,
        "fingerprint": case.fingerprint,
        "objective_unit": objective_unit(case),
        "money_unit": case.scenario.money_unit,
        "budgets": [
            {
                "factor": step.factor,
                "budget": step.budget,
                "spent": float(step.money.sum()),
                "objective": step.value,
                "objective_gain": gain_over_equal(step),
                "index": step.outcome.after.index,
                "output_gained": step.outcome.after.output_gain,
                "marginal": None if np.isnan(step.marginal) else step.marginal,
                "difference_before": None if np.isnan(difference[i, 0]) else float(difference[i, 0]),
                "difference_after": None if np.isnan(difference[i, 1]) else float(difference[i, 1]),
            }
            for i, step in enumerate(steps)
        ],
        "without_plan": path.lost,
        "money": by_trend["money"],
        "share": by_trend["share"],
        "falls": path.falls,
        "next_money": {
            "factor": steps[here].factor,
            "of_budget": NEXT,
            "share": dict(zip(setting.regions, map(float, path.following[here]), strict=True)),
        },
        "tolerance": STEP,
        "rebuilt": path.rebuilt,
    }
