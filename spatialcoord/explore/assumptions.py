"""How sure is the plan: every number with a range varied alone and together, what survives, and what rules and money are worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.explore.labels import Labels, objective_unit
from spatialcoord.explore.morris import LEVELS
from spatialcoord.explore.one_at_a_time import SMALL, Tried, base_trial, by_swing, vary_each
from spatialcoord.explore.purse import Purse
from spatialcoord.explore.robust import conclude
from spatialcoord.explore.rule_prices import ABOUT, MoneyPrice, RulePrice, money_price, rule_prices
from spatialcoord.explore.screening import Screened, screen_case
from spatialcoord.explore.sensitivity_dataset import sensitivity_dataset
from spatialcoord.explore.sensitivity_tables import sensitivity_tables
from spatialcoord.explore.sentences import sensitivity_sentences
from spatialcoord.explore.study import Study
from spatialcoord.explore.trials import QUANTITIES, Trial
from spatialcoord.messages import catalogue
from spatialcoord.planner.building import build
from spatialcoord.planner.case import Case
from spatialcoord.planner.solving import optimise


def sensitivity(
    case: Case,
    morris: int = 10,
    seed: int = 1,
    anew: bool = False,
    lang: str = "en",
    progress: Callable[[str, str], None] | None = None,
) -> Study:
    """How sure the plan of a case is.

    Parameters
    ----------
    case : Case
        From :func:`spatialcoord.load_case`.
    morris : int
        Trajectories of the Morris screening; 0 leaves it out.
    seed : int
        Of its random numbers.
    anew : bool
        Whether the screening makes the plan anew at every point; else the plan's amounts are held and re-evaluated there.
    lang : str
        Language of the pictures, of the tables' heads and of the sentences, "en" or "zh".
    progress : callable, optional
        Called with the name of the step and where it stands.

    Returns
    -------
    Study
        Of kind "sensitivity".

    Raises
    ------
    InputError
        The case is wrong, the language is unknown, or there are fewer than no trajectories.
    Infeasible, SolveError
        The case itself has no plan.
    """
    from spatialcoord.explore.sensitivity_figures import draw_screening, draw_tornado

    words = catalogue(lang)
    check_screening(morris, seed, lang)

    def tell(step: str) -> Callable[[str], None]:
        return lambda where: progress(step, where) if progress else None

    model = build(case)
    outcome = optimise(model, attainable=False)
    case = replace(case, reading=None)  # lines of a file mean nothing for values that do not stand in it
    base = base_trial(case, outcome)
    tried = vary_each(case, outcome, tell("alone"))
    varied = [one.range for one in tried]
    screened = None
    if morris and varied:
        screened = screen_case(case, outcome, varied, morris, seed, anew, tell("together"))
    rules = rule_prices(case, model, outcome, tell("rules"))
    money = money_price(Purse(case))
    conclusions = conclude(case, base, tried)
    dataset = sensitivity_dataset(case, base, tried, screened, rules, money)
    summary = _summary(case, base, tried, screened, rules, money, conclusions)
    labels = Labels(case, words)
    summary["sentences"] = sensitivity_sentences(labels, summary)
    figures = {"tornado": draw_tornado(case, base, tried, lang)}
    if screened is not None:
        figures["morris"] = draw_screening(case, screened, lang)
    return Study(
        "sensitivity", dataset, summary, sensitivity_tables(labels, base, tried, screened, rules), figures
    )


def check_screening(morris: int, seed: int, lang: str = "en") -> None:
    """Refuse numbers of trajectories and seeds that are none; all problems at once."""
    t = catalogue(lang).t
    wrong = [name for name, number in (("--morris", morris), ("--seed", seed)) if number < 0]
    remedy = t("sensitivity.negative_remedy")
    if wrong:
        raise InputError([Problem(t("sensitivity.negative"), where=name, remedy=remedy) for name in wrong])


def _summary(
    case: Case,
    base: Trial,
    tried: list[Tried],
    screened: Screened | None,
    rules: list[RulePrice],
    money: MoneyPrice,
    conclusions: dict[str, Any],
) -> dict[str, Any]:
    assert base.anew is not None
    setting = case.setting
    return {
        "case": case.scenario.case,
        "fingerprint": case.fingerprint,
        "plan": dict(zip(QUANTITIES, base.anew.numbers(), strict=True)),
        "objective_unit": objective_unit(case),
        "parameters": len(tried),
        "swings": [
            {
                "key": one.range.path,
                "low": one.range.low,
                "high": one.range.high,
                "value": one.range.value,
                "unit": one.range.unit,
                "source": one.range.source,
                "objective_gain_anew": one.swing("objective_gain", base.anew),
                "objective_gain_held": one.swing("objective_gain", base.anew, "held"),
                "index_gain_anew": one.swing("index_gain", base.anew),
                "moved": one.swing("moved", base.anew),
            }
            for one in by_swing(tried, base.anew)
        ],
        "conclusions": conclusions,
        "screening": None if screened is None else _screening(screened),
        "rules": [{key: _finite(value) for key, value in vars(rule).items()} for rule in rules],
        "money": {
            "per_unit": money.here,
            "unit": f"{objective_unit(case)} per {case.scenario.money_unit}",
            # the objective is per head: times the people it is an amount of money a year, here per unit of programme money
            "income_per_money": money.here * float(setting.population.sum()) / 1e6,
            "holds_from": money.low,
            "holds_to": money.high,
            "within": ABOUT,
            "from_duals": money.from_duals,
            "ladder": list(money.factors),
        },
        "ranging": "by solving again",
        "smallest_effect": SMALL,
    }


def _screening(screened: Screened) -> dict[str, Any]:
    effects = screened.effects["objective_gain"]
    order = np.argsort(-np.nan_to_num(effects.mu_star), kind="stable")
    return {
        "trajectories": screened.count,
        "levels": LEVELS,
        "seed": screened.seed,
        "plan": "made anew" if screened.anew else "held and re-evaluated",
        "points": screened.points,
        "contradictory": screened.lost,
        "why": screened.why,
        "ranking": [
            {
                "key": screened.ranges[i].path,
                **{key: _finite(float(getattr(effects, key)[i])) for key in ("mu", "mu_star", "sigma")},
                "effects": int(effects.counted[i]),
            }
            for i in order
        ],
    }


def _finite(value: Any) -> Any:
    """A number that is none is nothing in a summary."""
    return None if isinstance(value, float) and not np.isfinite(value) else value
