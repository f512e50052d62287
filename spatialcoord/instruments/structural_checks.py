"""What is wrong with the parameters of a structural fund on given regions."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.structural_rules import CATEGORIES, PERIODS, labels, rules
from spatialcoord.regions.attributes import some
from spatialcoord.registry import did_you_mean


def fund_problems(fund: Any, setting: Setting, params: Any) -> list[Problem]:
    """Every problem at once; those that need categories only where the categories are known."""
    where = f"instruments.{fund.name}"
    problems = (
        _period(fund, params, where) + _figures(setting, params, where) + _levels(setting, params, where)
    )
    problems += _commitments(fund, setting, params, where) + _projects(fund, setting, params, where)
    return problems or _reach(fund, setting, params, where)


def _period(fund: Any, params: Any, where: str) -> list[Problem]:
    if f"funds.{fund.name}" in rules(params.period):
        return []
    known = [period for period in PERIODS if f"funds.{fund.name}" in rules(period)]
    return [
        Problem(
            f"there is no such fund in the cohesion policy of {params.period}",
            f"{where}.period",
            f"'{fund.name}' belonged to it in {', '.join(known)}; afterwards it left for the policies of agriculture and fisheries.",
            f"Write period: {known[-1]}, or take the instrument out.",
        )
    ]


def _figures(setting: Setting, params: Any, where: str) -> list[Problem]:
    problems = []
    if params.absorption.largest < params.absorption.full:
        problems.append(
            Problem(
                f"the largest share {params.absorption.largest:g} is below the fully effective share {params.absorption.full:g}",
                f"{where}.absorption",
                remedy="Raise `largest` or lower `full`.",
            )
        )
    needed = {params.absorption.base: f"{where}.absorption.base"}
    if params.safety_net > 0:
        needed[params.past] = f"{where}.past"
    problems += [
        Problem(
            f"the regions have no attribute '{name}'",
            key,
            "The fund's rules need it.",
            f"Add a column '{name}' to the region tables, or name another attribute.",
        )
        for name, key in needed.items()
        if not setting.graph.has(name)
    ]
    known = [key.removeprefix("cofinance.") for key in rules(params.period) if key.startswith("cofinance.")]
    return problems + [
        Problem(
            f"the period knows no share of the Union for '{key}'",
            f"{where}.cofinance.union_share",
            remedy=did_you_mean(key, known),
        )
        for key in params.cofinance.union_share
        if key not in known
    ]


def _levels(setting: Setting, params: Any, where: str) -> list[Problem]:
    problems = []
    held = list(setting.graph.levels)
    for key in ("category_level", "previous_level"):
        level = getattr(params, key)
        if not level:
            continue
        if level not in held:
            problems.append(
                Problem(
                    f"the regions have no level '{level}'", f"{where}.{key}", remedy=did_you_mean(level, held)
                )
            )
            continue
        strange = sorted(set(labels(setting, level)) - set(CATEGORIES))
        if strange:
            problems.append(
                Problem(
                    f"'{strange[0]}' is no category",
                    f"{where}.{key}",
                    "Categories are less developed, transition and more developed.",
                    "Correct the labels, or leave the key out: categories are then computed from output per head.",
                )
            )
    unknown = [region for region in params.outermost if region not in setting.regions]
    if unknown:
        problems.append(
            Problem(
                f"there is no region '{unknown[0]}'",
                f"{where}.outermost",
                remedy=did_you_mean(unknown[0], list(setting.regions)),
            )
        )
    return problems


def _commitments(fund: Any, setting: Setting, params: Any, where: str) -> list[Problem]:
    if not params.commitments.enabled:
        return []
    years, first, last = fund.programming(setting, params), setting.years[0], setting.years[-1]
    if years and years[0] >= first and years[-1] <= last:
        return []
    return [
        Problem(
            "the programming years are not years of the programme",
            f"{where}.commitments",
            f"The programme pays from {first} to {last}.",
            "Put `first` and `last` inside it, in this order; what is committed late can be paid only until the programme ends.",
        )
    ]


def _projects(fund: Any, setting: Setting, params: Any, where: str) -> list[Problem]:
    problems, seen = [], set()
    for i, project in enumerate(params.projects):
        key = f"{where}.projects.{i}"
        if project.id in seen:
            problems.append(
                Problem(
                    f"the project '{project.id}' stands twice",
                    f"{key}.id",
                    remedy="Give one of them another name.",
                )
            )
        seen.add(project.id)
        if project.region not in setting.regions:
            problems.append(
                Problem(
                    f"there is no region '{project.region}'",
                    f"{key}.region",
                    remedy=did_you_mean(project.region, list(setting.regions)),
                )
            )
        if project.theme not in fund.themes:
            problems.append(
                Problem(
                    f"the fund has no theme '{project.theme}'",
                    f"{key}.theme",
                    remedy=did_you_mean(project.theme, [t or "leave the key out" for t in fund.themes]),
                )
            )
    return problems


def _reach(fund: Any, setting: Setting, params: Any, where: str) -> list[Problem]:
    """Whom the fund admits, and whether they can take what the safety net promises them."""
    if not fund.admits(setting, params).any():
        return [
            Problem("no region is admitted", where, "The fund's law admits poorer ones only.", "Take it out.")
        ]
    if params.commitments.enabled:
        return []
    short = fund.promised(setting, params) > fund.capacity(setting, params).sum(axis=1) * (1 + 1e-9)
    if not short.any():
        return []
    return [
        Problem(
            f"the safety net promises more than can be absorbed in {some(np.array(setting.regions)[short])}",
            f"{where}.safety_net",
            remedy="Lower it, check `past_years`, or write commitments: {enabled: true}: what cannot be paid is then lost.",
        )
    ]
