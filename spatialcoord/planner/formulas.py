r"""A plan beside what statutory formulas would give: the same money of every line, spread as the law spreads its own.

The formula's amounts are brought to the programme's money: of line i and year t region r gets

.. math:: x^f_{irt} = s_{fr} \textstyle\sum_q x_{iqt}, \qquad s_{fr} = a_{fr} \big/ \textstyle\sum_q a_{fq}, \qquad (1)

with the amounts a that the formula gives. Lines that are not planned per head (whole projects, rates) have the counterfactual
of the same money per head instead. Rules of the programme do not hold the formula: it is the law's answer, not a plan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.instruments.base import part_of
from spatialcoord.planner.evaluate import Evaluation, evaluate, objective_value, same_per_head
from spatialcoord.planner.solving import Outcome
from spatialcoord.planner.twin import simulated_all
from spatialcoord.simulate.world import NoEquilibrium

MILLION = 1e6
LISTED = 5  # regions told on either side
OUTSIDE = 1e-6  # relative, beyond floor or ceiling


def shown(setting: Setting) -> list[str]:
    """Formulas of the scenario that give money; the same money per head stands beside every plan in any case."""
    return [
        name
        for name in setting.scenario.formulas
        if registry.formulas.get(name).gives_money and name != "equal_per_head"
    ]


def formula_amounts(setting: Setting, name: str, amounts: dict[str, Array]) -> dict[str, Array]:
    """The money of every line by a formula (1), shape (R, Y), million currency a year."""
    share, equal = setting.formula_share(name), same_per_head(setting, amounts)

    def spread(line: str, amount: Array) -> Array:
        part, _ = part_of(line)
        divisible = part.budgeted and part.per_head and not part.whole
        return share[:, None] * amount.sum(axis=0) if divisible else equal[line]

    return {line: spread(line, amount) for line, amount in amounts.items()}


def beside_formulas(
    setting: Setting, outcome: Outcome, binding: list[str]
) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Evaluation]]:
    """Variables of the Dataset, entries of the summary and evaluations, one a formula; empty where the scenario names none
    or the plan spends no money of the budget.

    Parameters
    ----------
    setting : Setting
        Baseline.
    outcome : Outcome
        The plan.
    binding : list of str
        Rule that holds each region in it.

    Returns
    -------
    dict
        ``formula_amount`` and ``formula_target_per_head``, dims (formula, region).
    list of dict
        Entry of ``summary.json`` under ``formulas``, see :func:`_entry`.
    dict of Evaluation
        The plan's money by each formula.
    """
    names = shown(setting)
    if not names or not _money(setting, outcome.amounts).any():  # nothing that a law could spread otherwise
        return {}, [], {}
    spread = {name: formula_amounts(setting, name, outcome.amounts) for name in names}
    after = {name: evaluate(setting, amounts) for name, amounts in spread.items()}
    simulated = {name: _simulated(setting, amounts) for name, amounts in spread.items()}
    money = {name: _money(setting, amounts) for name, amounts in spread.items()}
    currency = setting.scenario.currency
    variables = {
        "formula_amount": (
            ("formula", "region"),
            np.stack([money[name].sum(axis=1) for name in names]),
            {
                "units": setting.scenario.money_unit,
                "long_name": "the plan's money, spread as a statutory formula spreads its own",
            },
        ),
        "formula_target_per_head": (
            ("formula", "region"),
            np.stack([after[name].target for name in names]),
            {
                "units": f"{currency} per head",
                "long_name": "what is made equal, per head, with the formula's money",
            },
        ),
        "formula": ("formula", names),
    }
    entries = [
        _entry(setting, outcome, name, after[name], simulated[name], money[name], binding) for name in names
    ]
    return variables, entries, after


def _simulated(setting: Setting, amounts: dict[str, Array]) -> dict[str, float | None]:
    """What the twin says of a formula; nothing where it does not settle, which is no fault of the plan."""
    try:
        (found,) = simulated_all(setting, [amounts])
    except NoEquilibrium:
        return {"objective": None, "output_gained": None}
    return {"objective": found.objective, "output_gained": found.output_gain}


def _money(setting: Setting, amounts: dict[str, Array]) -> Array:
    """Money of the budget by region and year, shape (R, Y); zero where all lines stand beside it."""
    budgeted = (amount for line, amount in amounts.items() if part_of(line)[0].budgeted)
    return sum(budgeted, np.zeros((len(setting.regions), len(setting.years))))


def _entry(
    setting: Setting,
    outcome: Outcome,
    name: str,
    after: Any,
    simulated: dict[str, float | None],
    money: Array,
    binding: list[str],
) -> dict[str, Any]:
    """What the summary says of a formula: its law, what it lacks, what it achieves and costs, where the plan differs."""
    sheet, formula = setting.formula(name), registry.formulas.get(name)
    law = sheet.law
    planned = _money(setting, outcome.amounts)
    years = len(setting.years)
    moved = 0.5 * float(np.abs(planned - money).sum())
    rules = setting.scenario.programme
    equal = setting.share[:, None] * planned.sum(axis=0)
    outside = (money < (rules.floor - OUTSIDE) * equal) | (money > (rules.ceiling + OUTSIDE) * equal)
    return {
        "name": name,
        "title": dict(formula.title),
        "source": formula.source,
        "law": law.name if law is not None else None,
        "partial": sheet.partial,
        "skipped": [step.key for step in sheet.skipped],
        "missing": sorted({column for step in sheet.skipped for column in step.columns}),
        "numbers": len(law.used) if law is not None else 0,
        "unverified": sum(not entry.verified for entry in law.used) if law is not None else 0,
        "law_numbers": [
            {"key": e.key, "value": e.value, "unit": e.unit, "source": e.source, "verified": e.verified}
            for e in (law.used if law is not None else ())
        ],
        "own_total": float(sheet.amount.sum()),
        "objective": objective_value(setting, after),
        "disparity": {m: after.disparity(m) for m in setting.scenario.objective.weights},
        "index": after.index,
        "mean": float(setting.share @ after.target),
        "output_gained": after.output_gain,
        "simulated": simulated,
        "moved": moved / years,
        "moved_share": moved / float(planned.sum()) if planned.sum() > 0 else 0.0,
        "outside_rules": int(outside.any(axis=1).sum()),
        "differences": _differences(setting, outcome, planned, money, binding),
    }


def _differences(
    setting: Setting, outcome: Outcome, planned: Array, money: Array, binding: list[str]
) -> list[dict[str, Any]]:
    """Regions to which the plan moves most money, and from which, most first; with what tells why."""
    apart = (planned - money).sum(axis=1)
    yearly = MILLION / setting.population / len(setting.years)
    mean = float(setting.share @ outcome.before.target)
    least = 1e-6 * float(planned.sum())
    order = np.argsort(-apart, kind="stable")
    chosen = [
        *(i for i in order[:LISTED] if apart[i] > least),
        *(i for i in order[::-1][:LISTED] if apart[i] < -least),
    ]
    return [
        {
            "region": setting.regions[i],
            "moved": float(apart[i]) / len(setting.years),
            "plan_per_head": float(planned[i].sum() * yearly[i]),
            "formula_per_head": float(money[i].sum() * yearly[i]),
            "target_to_mean": float(outcome.before.target[i]) / mean,
            "binding_rule": binding[i],
        }
        for i in chosen
    ]
