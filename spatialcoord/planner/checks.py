"""What is wrong with a case before anything is built: every problem at once, each with its place and remedy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.capital import capital_problems
from spatialcoord.economy.market_access import access_problems
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.institutions.membership import institution_problems
from spatialcoord.planner import demand
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.payoffs import payoff_problems
from spatialcoord.planner.references import reference_problems
from spatialcoord.planner.twin import self_feeding
from spatialcoord.regions.attributes import some
from spatialcoord.registry import did_you_mean
from spatialcoord.scenario.programme import known_formula

NEVER = "equal_per_head"  # stands in a scenario for "no attribute"


def check_case(case: Case) -> None:
    """Raise every problem that regions and scenario have together.

    Raises
    ------
    InputError
        All of them.
    """
    problems = case_problems(case)
    if problems:
        raise InputError(problems)


def case_problems(case: Case) -> list[Problem]:
    """Every problem that regions and scenario have together, with file and line where the case was read from a file."""
    return [case.placed(problem) for problem in _problems(case.setting) + reference_problems(case)]


def _problems(setting: Setting) -> list[Problem]:
    scenario = setting.scenario
    programme = scenario.programme
    problems = _missing(setting)
    if problems:
        return problems
    if programme.financing != NEVER and not setting.attribute(programme.financing).sum() > 0:
        problems.append(
            Problem(
                f"nobody pays: '{programme.financing}' is zero in every region",
                "programme.financing",
                "The programme is paid for in proportion to it.",
                "Correct the figures, or write financing: equal_per_head.",
            )
        )
    problems += _money(setting) + _regions(setting)
    mandates = institution_problems(setting)
    problems += mandates
    for name, params in scenario.instruments.items():
        instrument = registry.instruments.get(name)()
        if not (
            mandates and instrument.affair
        ):  # who can agree with whom is not known before mandates are mended
            problems += instrument.check(setting, params)
    if scenario.simulation.market_access == "always":
        problems += access_problems(setting, "simulation.market_access")
    problems += capital_problems(setting) + demand.problems(setting) + self_feeding(setting)
    # what is computed from several figures refuses in its own words
    laws = _formulas(setting)
    if laws:
        return problems + laws
    for figure in ("year_zero", "neighbour_weights"):
        try:
            getattr(setting, figure)
        except InputError as error:
            key = "programme.year_zero" if figure == "year_zero" else "economy.spillover.weights"
            return problems + [replace(problem, where=key) for problem in error.problems]
    return problems + _measures(setting) + payoff_problems(setting)


def _missing(setting: Setting) -> list[Problem]:
    """Attributes that the scenario names or needs and the regions do not have."""
    scenario, graph = setting.scenario, setting.graph
    programme = scenario.programme
    needed = {name: "objective.of" for name in registry.outcomes.get(scenario.objective.of).needs}
    needed |= {"population": "regions.tables", "output": "regions.tables"}
    for key in ("financing", "year_zero"):
        if getattr(programme, key) not in (NEVER, *(registry.formulas if key == "year_zero" else ())):
            needed[getattr(programme, key)] = f"programme.{key}"
    needed |= {cap.of: f"programme.caps.{level}.of" for level, cap in programme.caps.items()}
    held = [name for name in graph.frame.columns if graph.has(name)]
    problems = []
    for name, where in needed.items():
        if graph.has(name):
            continue
        known = graph.attributes.get(name)
        unit = "" if known is None else known.unit.replace("CUR", scenario.currency)
        problems.append(
            Problem(
                f"the regions have no attribute '{name}'",
                where,
                f"It is needed: {known.description} ({unit})." if known else "The scenario names it here.",
                "Add a column to a table of the case."
                if known
                else did_you_mean(
                    name,
                    [
                        *held,
                        *([NEVER] if where.startswith("programme") else []),
                        *(registry.formulas if where == "programme.year_zero" else ()),
                    ],
                ),
            )
        )
    return problems


def named_formulas(setting: Setting) -> list[str]:
    """Statutory formulas that the scenario names anywhere, each once."""
    scenario = setting.scenario
    start = scenario.programme.year_zero
    named = [*scenario.formulas, *scenario.programme.formula_floor]
    if start != NEVER and not setting.graph.has(start) and start in registry.formulas:
        named.append(start)
    return list(dict.fromkeys(named))


def _formulas(setting: Setting) -> list[Problem]:
    """What formulas refuse, those that give no money as the year before, and floors that ask for more than the budget."""
    problems, programme = [], setting.scenario.programme
    for name in named_formulas(setting):
        try:
            setting.formula(name)
        except InputError as error:
            problems += error.problems
    start = programme.year_zero
    if start in registry.formulas and start != NEVER and setting.graph.has(start):
        problems.append(
            Problem(
                f"'{start}' is a column of the regions and a statutory formula",
                where="programme.year_zero",
                why="It cannot be told which of the two is meant.",
                remedy="Give the column another name.",
            )
        )
    if start in registry.formulas and not setting.graph.has(start):
        try:
            known_formula(start)
        except InputError as error:
            problems += [replace(problem, where="programme.year_zero") for problem in error.problems]
    if problems or len(programme.formula_floor) < 2:
        return problems
    least = sum(
        np.max(
            [share * setting.formula_share(name) for name, share in programme.formula_floor.items()], axis=0
        )
    )
    if least > 1.0 + 1e-9:
        return [
            Problem(
                f"what the formulas' shares leave no region below adds up to {least:.4g} times the budget",
                where="programme.formula_floor",
                why="Every region keeps the larger of the amounts that its formulas promise.",
                remedy=f"Multiply the shares by {np.floor(1e4 / least) / 1e4:g} or less.",
            )
        ]
    return []


def _money(setting: Setting) -> list[Problem]:
    programme, unit = setting.scenario.programme, setting.scenario.money_unit
    if not (setting.budget > 0).all():
        years = [str(y) for y, b in zip(setting.years, setting.budget, strict=True) if not b > 0]
        when = "" if len(years) == len(setting.years) else f" in {', '.join(years)}"
        return [Problem(f"the budget is zero{when}", where="programme.budget", remedy="Give it some money.")]
    problems = []
    ratio = setting.budget[0] / setting.output.sum(axis=0)[0]
    if ratio > 0.2 or ratio < 1e-8:
        problems.append(
            Problem(
                f"the budget is {ratio:.3g} of output",
                where="programme.budget",
                why=f"The response holds for small changes around the baseline; is the amount in {unit}?",
                remedy="Check the unit; a programme above 0.2 or below 0.00000001 of output is refused.",
            )
        )
    known = set(setting.regions)
    problems += [
        Problem(
            f"there is no region '{line.region}'",
            where=f"programme.protected.{i}.region",
            remedy=did_you_mean(line.region, list(setting.regions)),
        )
        for i, line in enumerate(programme.protected)
        if line.region not in known
    ]
    levels = ["region", *setting.graph.levels]
    problems += [
        Problem(
            f"the regions have no level '{level}'",
            where=f"programme.caps.{level}",
            remedy=did_you_mean(level, levels),
        )
        for level in programme.caps
        if level not in levels
    ]
    sitting = setting.scenario.negotiation.between
    if sitting and sitting not in setting.graph.levels:
        problems.append(
            Problem(
                f"the regions have no grouping '{sitting}'",
                where="negotiation.between",
                remedy=did_you_mean(sitting, list(setting.graph.levels)),
            )
        )
    return problems


def _measures(setting: Setting) -> list[Problem]:
    """Measures of the objective and its rules that mean nothing here, or cannot stand in a model."""
    objective = setting.scenario.objective
    where = {name: f"objective.at_most.{name}" for name in objective.at_most}
    if objective.weighs_disparity:
        where |= dict.fromkeys(objective.weights, "objective.measure")
    target = evaluate(setting, {}).target
    problems = []
    for name, key in where.items():
        part = registry.measures.get(name)
        if part.grouped and not setting.graph.levels:
            problems.append(
                Problem(
                    f"'{name}' compares groups of regions, and the case has none",
                    key,
                    remedy="Name columns that group the regions as `levels` under regions, or take another measure.",
                )
            )
            continue
        options = setting.measure_options(name)
        why = part.refusal(**options)
        if why:
            problems.append(Problem(f"'{name}' cannot be planned for", key, why, "Take another measure."))
        found = part.problem(target, setting.share, **options)
        if found is not None:
            problems.append(replace(found, where=key if not found.where else f"{key}: {found.where}"))
            continue
        limit = objective.at_most.get(name)
        # with the same value everywhere: no measure is smaller
        least = float(part.evaluate(np.full(len(target), target.mean()), setting.population, **options))
        if limit is not None and limit < least * (1 - 1e-12):
            problems.append(
                Problem(
                    f"'{name}' cannot be {limit:g} or less: it is {least:g} where all regions are alike",
                    f"objective.at_most.{name}",
                    remedy=f"Allow more than {least:g}.",
                )
            )
    if objective.kind == "equity_adjusted_mean":
        problems += [
            Problem(
                f"'{name}' is not a share of the mean",
                "objective.measure",
                "The equity-adjusted mean is reduced by the index as a share of it.",
                "Write kind: minimise_index, or take a measure that is over the mean, such as gini or atkinson.",
            )
            for name in objective.weights
            if not registry.measures.get(name).over_mean
        ]
    if "leximin" in objective.weights and len(objective.weights) > 1:
        problems.append(
            Problem(
                "'leximin' is an order, not a number that could be one of a sum",
                "objective.measure",
                remedy="Take leximin alone, or max_min, its first step, in the sum.",
            )
        )
    return problems


def _regions(setting: Setting) -> list[Problem]:
    """Islands that spillovers would pass by, and ids of accepted islands that are none."""
    accepted = setting.scenario.regions.accept_islands
    names = () if isinstance(accepted, bool) else accepted
    problems = [
        Problem(
            f"there is no region '{region}'",
            f"regions.accept_islands.{i}",
            remedy=did_you_mean(region, list(setting.regions)),
        )
        for i, region in enumerate(names)
        if region not in setting.regions
    ]
    alone = islands(setting)
    if setting.spillover != 0.0 and setting.scenario.economy.spillover.weights == "contiguity" and alone:
        problems.append(
            Problem(
                f"without a neighbour: {some(alone)}",
                "economy.spillover",
                "Growth spills over to neighbours, and passes these regions by.",
                "Link them (`links` under regions: a,b,kind with kind 'link'), write weights: distance, or accept them with "
                "`accept_islands: true` under regions.",
            )
        )
    return problems


def islands(setting: Setting) -> list[str]:
    """Regions without a neighbour over shared borders and links that the scenario does not accept as such."""
    accepted = setting.scenario.regions.accept_islands
    if accepted is True or len(setting.regions) == 1:
        return []
    joined = np.diff(setting.graph.weights("contiguity").indptr) > 0
    names = set() if isinstance(accepted, bool) else set(accepted)
    return [r for r, has in zip(setting.regions, joined, strict=True) if not has and r not in names]
