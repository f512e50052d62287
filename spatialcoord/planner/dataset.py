"""Dress a solved model as a plan: one Dataset, one summary."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from spatialcoord import registry
from spatialcoord.economy.capital import marginal_products
from spatialcoord.economy.setting import Setting
from spatialcoord.institutions.membership import told
from spatialcoord.instruments.base import by_line, line_title, part_of
from spatialcoord.planner.beside import beside, more, paid
from spatialcoord.planner.building import PlanningModel
from spatialcoord.planner.confirm import Confirmed, Unsettled
from spatialcoord.planner.evaluate import (
    Evaluation,
    contribution_per_head,
    evaluate,
    measure_unit,
    objective_unit,
    objective_value,
)
from spatialcoord.planner.formulas import beside_formulas
from spatialcoord.planner.parties_beside import beside_parties
from spatialcoord.planner.prices import Prices, envelope_rows, line_rows, region_prices
from spatialcoord.planner.programme import line_limits, repaid_to_budget
from spatialcoord.planner.references import references
from spatialcoord.planner.sensitivity import horizons, vary, vary_ceiling
from spatialcoord.planner.simulation import simulated_per_head, simulated_summary
from spatialcoord.planner.solving import Outcome
from spatialcoord.planner.verdict import output_falls, verdict, warnings_of
from spatialcoord.results import Plan
from spatialcoord.results.convergence import convergence

OUTCOMES = ("before", "after", "equal_per_head")
EDGE = 1e-6
VERSIONED = ("spatialcoord", "pyomo", "highspy", "numpy", "scipy", "xarray", "geopandas")


def make_plan(
    model: PlanningModel,
    outcome: Outcome,
    confirmed: Confirmed | Unsettled,
    seconds: float,
    progress: Any = None,
) -> Plan:
    """Plan of a solved model.

    Parameters
    ----------
    model : PlanningModel
        Solved.
    outcome : Outcome
        Its plain numbers.
    confirmed : Confirmed or Unsettled
        What the twin says of it.
    seconds : float
        Time from the start of the solve.
    progress : callable, optional
        Called with the name of each step.

    Returns
    -------
    Plan
    """
    if progress:
        progress("sensitivity")
    prices = region_prices(model)
    dataset = _dataset(model, outcome, prices).assign(simulated_per_head(confirmed))
    summary = _summary(model, outcome, prices, dataset)
    beside_law, formulas, by_law = beside_formulas(
        model.setting, outcome, [str(rule) for rule in dataset["binding_rule"].values]
    )
    if formulas:
        dataset, summary["formulas"] = dataset.assign(beside_law), formulas
    payoffs, summary["actors"] = beside_parties(model.setting, outcome, by_law)
    dataset = dataset.merge(payoffs)
    summary["simulated"] = simulated_summary(model.setting, outcome, confirmed)
    summary["warnings"] = output_falls(summary["output"], summary["simulated"].get("output_gained"))
    summary["seconds"]["total"] = seconds
    return Plan(dataset, model.case.graph, summary)


def _dataset(model: PlanningModel, outcome: Outcome, prices: Prices) -> xr.Dataset:
    case, setting = model.case, model.setting
    graph, scenario = case.graph, case.scenario
    names = list(model.amounts)
    results = dict(zip(OUTCOMES, (outcome.before, outcome.after, outcome.equal_per_head), strict=True))
    stack = {
        key: np.stack([getattr(r, key) for r in results.values()])
        for key in ("income_per_head", "output", "target")
    }

    def stacked(amounts: dict[str, Any]) -> Any:
        """Amounts of the programme's lines; none where all money stands beside the budget."""
        nothing = np.zeros((0, len(setting.regions), len(setting.years)))
        return np.stack([amounts[name] for name in names]) if names else nothing

    floor, ceiling = at_limits(setting, outcome)
    measures = reported(setting)
    rows = ("instrument", "region", "year")
    effects = outcome.after.effects
    contributions = contribution_per_head(setting, effects)
    dataset = xr.Dataset(
        {
            "amount": (rows, stacked(outcome.amounts)),
            "amount_equal": (rows, stacked(outcome.equal)),
            "year_zero": ("region", setting.year_zero),
            **{name: (rows[1:], effects[name]) for name in ("receipts", "cofinance", "financing")},
            **paid(setting, effects),
            "population": ("region", setting.population),
            "income_per_head": (("outcome", "region", "period"), stack["income_per_head"]),
            "output": (("outcome", "region", "period"), stack["output"]),
            "target_per_head": (("outcome", "region"), stack["target"]),
            "target_weight": ("period", setting.weight),
            "disparity": (
                ("measure", "outcome"),
                [[r.disparity(m) for r in results.values()] for m in measures],
            ),
            "mean_target": ("outcome", stack["target"] @ setting.share),
            "binding_rule": ("region", prices.holding(floor, ceiling)),
            "price": (("rule", "region"), np.stack(list(prices.table().values()))),
            "price_of_more": (("rule", "region"), np.stack(list(prices.back.values()))),
            "price_of_less": (("rule", "region"), np.stack(list(prices.up.values()))),
            "contribution": (("account", "region"), np.stack(list(contributions.values()))),
            "at_floor": ("region", floor),
            "at_ceiling": ("region", ceiling),
            **beside(model, outcome),
            **more(model),
        },
        coords={
            "instrument": np.array(names, dtype=str),
            "region": list(setting.regions),
            "year": list(setting.years),
            "period": list(setting.periods),
            "outcome": list(OUTCOMES),
            "measure": measures,
            "measure_unit": ("measure", [measure_unit(setting, m) for m in measures]),
            "rule": list(prices.table()),
            "account": list(contributions),
            "name": ("region", graph.names("en").values.astype(str)),
            "name_zh": ("region", graph.names("zh").values.astype(str)),
            "instrument_title": ("instrument", np.array([line_title(n) for n in names], dtype=str)),
            "instrument_title_zh": ("instrument", np.array([line_title(n, "zh") for n in names], dtype=str)),
            "envelope": ("instrument", np.array([part_of(n)[0].envelope for n in names], dtype=str)),
            **{level: ("region", graph.level(level).values.astype(str)) for level in graph.levels},
        },
        attrs={
            "case": scenario.case,
            "title": scenario.title.in_language("en"),
            "title_zh": scenario.title.in_language("zh"),
            "question": scenario.question.in_language("en"),
            "question_zh": scenario.question.in_language("zh"),
            "currency": scenario.currency,
            "money_unit": scenario.money_unit,
            "price_year": scenario.price_year,
            "target": scenario.objective.of,
            "objective": scenario.objective.kind,
            "fingerprint": case.fingerprint,
            "scenario": scenario.to_yaml(),
            **_sources(case.folder),
        },
    )
    return dataset


def reported(setting: Setting) -> list[str]:
    """Measures that mean something for this case, those of the objective and its rules among them."""
    objective = setting.scenario.objective
    target = evaluate(setting, {}).target
    named = {*objective.weights, *objective.at_most}
    names = []
    for name in registry.measures.names():
        part = registry.measures.get(name)
        if part.grouped and not setting.graph.levels:
            continue
        if name in named or (
            part.reported and part.problem(target, setting.share, **setting.measure_options(name)) is None
        ):
            names.append(name)
    return names


def _sources(folder: Path | None) -> dict[str, str]:
    """What the case says of where its figures come from (``sources.md``), and the same in Chinese where it does."""
    files = {key: folder / f"{key}.md" for key in ("sources", "sources_zh")} if folder else {}
    return {key: f.read_text(encoding="utf-8", errors="replace") for key, f in files.items() if f.is_file()}


def at_limits(setting: Setting, outcome: Outcome) -> tuple[Any, Any]:
    """Regions whose money of the last programme year stands at the floor, and at the ceiling, in every envelope that has them.

    In an envelope that does not admit a region, it stands at neither and nothing is asked.
    """
    rules = setting.scenario.programme
    floor = np.ones(len(setting.regions), dtype=bool)
    ceiling = floor.copy()
    groups: dict[str, Any] = {}
    admitted: dict[str, Any] = {}
    limits = line_limits(setting)
    for name, amount in outcome.amounts.items():
        part, _ = part_of(name)
        if part.budgeted and part.per_head:
            groups[part.envelope] = groups.get(part.envelope, 0.0) + amount[:, -1]
            admitted[part.envelope] = admitted.get(part.envelope, False) | (limits[name].max(axis=1) > 0)
    ever = np.zeros(len(setting.regions), dtype=bool)
    for envelope, money in groups.items():
        among = np.where(admitted[envelope], setting.share, 0.0)
        if money.sum() <= EDGE * setting.budget[-1]:
            continue
        equal = among / among.sum() * money.sum()
        outside = ~admitted[envelope]
        ever |= ~outside
        floor &= outside | (money <= (rules.floor + EDGE) * equal)
        ceiling &= outside | (money >= (rules.ceiling - EDGE) * equal)
    return floor & ever, ceiling & ever


def _summary(model: PlanningModel, outcome: Outcome, prices: Prices, dataset: xr.Dataset) -> dict[str, Any]:
    case, setting = model.case, model.setting
    scenario, unit = case.scenario, case.scenario.money_unit
    objective = scenario.objective
    currency = f"{scenario.currency} per head"
    spent = sum(float(outcome.amounts[name].sum()) for name in model.amounts)
    levied = float(outcome.after.effects["levy"].sum())
    repaid = float(repaid_to_budget(setting, outcome.amounts).sum())
    available = float(setting.budget.sum()) + levied + repaid
    base = float(setting.output.sum(axis=0) @ setting.weight)
    gained = outcome.after.output_gain
    variations = vary(setting, outcome.amounts, outcome.equal) + vary_ceiling(case)
    mean = {o: float(dataset["mean_target"].sel(outcome=o)) for o in OUTCOMES}
    # as the other prices: for a unit more in every programme year
    budget_price = (
        float(np.abs(np.nan_to_num(model.dual("programme.budget").values)).sum()) * model.index_factor
    )
    return {
        "status": outcome.solution.status,
        "objective": {
            "name": "user" if model.user_objective else objective.kind,
            "of": objective.of,
            "measure": objective.lead,
            "measures": dict(objective.weights),
            "at_most": dict(objective.at_most),
            "value": objective_value(setting, outcome.after),
            "unit": objective_unit(setting),
            **_actor_sought(objective.actor),
            "equal_per_head": objective_value(setting, outcome.equal_per_head),
            "before": objective_value(setting, outcome.before),
        },
        "disparity": {
            str(m): {o: float(dataset["disparity"].sel(measure=m, outcome=o)) for o in OUTCOMES}
            for m in dataset["measure"].values
        },
        "output": {
            "before": base,
            "after": base + gained,
            "equal_per_head": base + outcome.equal_per_head.output_gain,
            "unit": f"{unit}/yr",
            "gained": gained,
            "best_attainable_gain": outcome.best_output_gain,
            "forgone": outcome.best_output_gain - gained,
        },
        "mean": {**mean, "unit": currency},
        "budget": {
            "available": available,
            "from_rates": levied,
            "repaid": repaid,
            "spent": spent,
            "unspent": available - spent,
            "unit": unit,
        },
        "at_floor": int(dataset["at_floor"].sum()),
        "at_ceiling": int(dataset["at_ceiling"].sum()),
        "verdict": {**verdict(setting, outcome, variations), **_money_alone(model, outcome)},
        "sensitivity": [
            {
                "parameter": v.parameter,
                "value": v.value,
                "unit": v.unit,
                "gain": v.gain,
                "objective_gain": v.objective_gain,
                "replanned": v.replanned,
            }
            for v in variations
        ],
        "comparisons": references(case, outcome.amounts),
        "institutions": told(setting),
        "convergence": convergence(dataset),
        "horizons": horizons(setting, outcome.amounts, outcome.equal),
        "certificate": outcome.certificate,
        "size": model.size(),
        "seconds": {"build": model.build_seconds, **outcome.solution.seconds},
        "versions": _versions(),
        "fingerprint": case.fingerprint,
        "response": "reduced form",
        "partial": bool(scenario.missing),
        "missing": [m.model_dump(exclude_none=True) for m in scenario.missing],
        "caveats": [
            *warnings_of(setting, outcome),
            *(c.model_dump(exclude_none=True) for c in scenario.caveats),
        ],
        "binding": prices.summary(
            setting.regions,
            [str(r) for r in dataset["binding_rule"].values],
            budget_price,
            [
                row | {"price": row["price"] * model.index_factor}
                for row in (*envelope_rows(model), *line_rows(model))
            ],
        ),
        "marginal_product": _marginal_products(setting),
        **_changes(dataset, outcome.after, setting),
    }


def _actor_sought(name: str | None) -> dict[str, Any]:
    """The actor whose payoffs are the objective, by name and title; nothing where there is none."""
    return {} if name is None else {"actor": name, "actor_title": dict(registry.actors.get(name).title)}


def _money_alone(model: PlanningModel, outcome: Outcome) -> dict[str, float]:
    """Gain over the same money per head without what stands beside the budget, where anything does."""
    if not model.beside:
        return {}
    money = {n: np.zeros_like(a) if n in model.beside else a for n, a in outcome.amounts.items()}
    return {"money_alone": outcome.equal_per_head.index - evaluate(model.setting, money).index}


def _changes(dataset: xr.Dataset, after: Evaluation, setting: Setting) -> dict[str, list[dict[str, Any]]]:
    """The ten regions that gain and that lose most per head against no programme."""
    change = after.target - dataset["target_per_head"].sel(outcome="before").values
    years = len(setting.years)
    yearly = 1e6 / setting.population / years
    amount = dataset["amount"].sum(("instrument", "year")).values * yearly
    receives = (after.effects["receipts"] + after.effects["compensation"]).sum(axis=1) * yearly
    paid = after.effects["financing"] + after.effects["cofinance"] + after.effects["levy"]
    pays = paid.sum(axis=1) * yearly

    def row(i: int) -> dict[str, Any]:
        return {
            "region": setting.regions[i],
            "name": str(dataset["name"].values[i]),
            "change_per_head": float(change[i]),
            "amount_per_head": float(amount[i]),
            "net_per_head": float(receives[i] - pays[i]),
        }

    order = np.argsort(-change, kind="stable")
    return {
        "gains": [row(i) for i in order[:10] if change[i] > 0],
        "losses": [row(i) for i in order[::-1][:10] if change[i] < 0],
    }


def _marginal_products(setting: Setting) -> dict[str, dict[str, Any]]:
    builds = {
        line: kinds
        for name, params in setting.scenario.instruments.items()
        for line, kinds in by_line(name, registry.instruments.get(name)().builds(params)).items()
    }
    return {
        kind: {
            "lines": [line for line, kinds in builds.items() if kind in kinds],
            "min": float(product.min()),
            "mean": float(setting.share @ product),
            "max": float(product.max()),
            "unit": "1/yr",
            "by_region": dict(zip(setting.regions, map(float, product), strict=True)),
        }
        for kind, product in marginal_products(setting).items()
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            from spatialcoord import __version__

            found[name] = __version__
    return found
