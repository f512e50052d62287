"""What is wrong with a case before anything is built: every problem at once, each with its remedy."""

from __future__ import annotations

from spatialcoord import registry
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean


def check_case(setting: Setting) -> None:
    """Raise every problem that regions and scenario have together.

    Raises
    ------
    InputError
        All of them.
    """
    scenario, graph = setting.scenario, setting.graph
    programme = scenario.programme
    outcome = registry.outcomes.get(scenario.objective.of)
    needed = {name: f"objective.of: {scenario.objective.of}" for name in outcome.needs}
    needed |= {"population": "every case", "output": "every case"}
    if programme.financing != "equal_per_head":
        needed[programme.financing] = "programme.financing"
    if programme.year_zero != "equal_per_head":
        needed[programme.year_zero] = "programme.year_zero"
    problems = [
        Problem(
            f"the regions have no attribute '{name}'",
            where=where,
            why="The scenario needs it.",
            remedy=did_you_mean(name, list(graph.frame.columns)) + " Or add the column to the region tables.",
        )
        for name, where in needed.items()
        if not graph.has(name)
    ]
    if problems:
        raise InputError(problems)
    for name in ("population", "output"):
        values = setting.attribute(name)
        problems += [
            Problem(f"{name} of {region} is {value:g}", where=name, why="It must be positive.", remedy="Mend the table.")
            for region, value in zip(setting.regions, values, strict=True)
            if not value > 0
        ]
    if programme.financing != "equal_per_head" and not setting.attribute(programme.financing).sum() > 0:
        problems.append(Problem("nobody pays: the financing key sums to zero", where="programme.financing"))
    problems += _money(setting)
    for name, params in scenario.instruments.items():
        problems += registry.instruments.get(name)().check(setting, params)
    if scenario.objective.kind != "maximise_mean" and scenario.objective.measure != "gini":
        problems.append(
            Problem(
                f"'{scenario.objective.measure}' can be evaluated but not yet stand in an objective",
                where="objective.measure",
                remedy="Use measure: gini; the other measures are reported beside it.",
            )
        )
    if problems:
        raise InputError(problems)
    _ = setting.year_zero, setting.net_flow


def _money(setting: Setting) -> list[Problem]:
    programme, unit = setting.scenario.programme, setting.scenario.money_unit
    problems = []
    total = setting.budget.sum()
    if not total > 0:
        problems.append(Problem("the budget is zero", where="programme.budget", remedy="Give it some money."))
        return problems
    ratio = setting.budget[0] / setting.output.sum(axis=0)[0]
    if ratio > 0.2:
        problems.append(
            Problem(
                f"the budget is {ratio:.0%} of output",
                where="programme.budget",
                why=f"The response holds for small changes around the baseline; is the amount in {unit}?",
                remedy="Check the unit; a programme above 20 % of output is refused.",
            )
        )
    known = set(setting.regions)
    for i, line in enumerate(programme.protected):
        if line.region not in known:
            problems.append(
                Problem(
                    f"there is no region '{line.region}'",
                    where=f"programme.protected.{i}.region",
                    remedy=did_you_mean(line.region, list(setting.regions)),
                )
            )
    return problems
