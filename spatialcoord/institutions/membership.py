"""Who is a member of which institution of a case, what is wrong with that, and between whom payments can be agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.institutions.base import AFFAIRS, Terms
from spatialcoord.regions.attributes import suggest_id
from spatialcoord.registry import did_you_mean, institutions

SHOWN = 5  # regions named in one problem


def members_of(setting: Setting, terms: Terms) -> np.ndarray:
    """Positions of an institution's members among the regions, ascending, shape (m,).

    What does not exist is left out; :func:`institution_problems` names it.
    """
    if not terms.members:
        return np.arange(len(setting.regions))
    if terms.level:
        if terms.level not in setting.graph.levels:
            return np.array([], dtype=int)
        groups = setting.graph.level(terms.level).values.astype(str)
        return np.flatnonzero(np.isin(groups, terms.members))
    return np.flatnonzero(np.isin(np.array(setting.regions), terms.members))


def institution_problems(setting: Setting) -> list[Problem]:
    """What is wrong with the institutions of a case: members that do not exist, and overlapping mandates, all at once."""
    problems: list[Problem] = []
    for name, terms in setting.scenario.institutions.items():
        problems += _membership_problems(setting, name, terms)
    return problems + overlaps(setting, formed(setting))


def formed(setting: Setting) -> dict[str, Terms]:
    """Institutions that exist, by name."""
    return {name: terms for name, terms in setting.scenario.institutions.items() if terms.formed}


def told(setting: Setting) -> list[dict[str, Any]]:
    """Institutions that exist, as results tell them: name, title, kind and affairs in each language, and ids of the members."""
    return [
        {
            "name": name,
            "title": terms.title.model_dump(exclude_none=True) if terms.title else {"en": name},
            "kind": terms.kind,
            "kind_title": dict(institutions.get(terms.kind).title),
            "affairs": [AFFAIRS[affair] for affair in terms.affairs],
            "members": [setting.regions[i] for i in members_of(setting, terms)],
        }
        for name, terms in formed(setting).items()
    ]


def overlaps(setting: Setting, together: Mapping[str, Terms]) -> list[Problem]:
    """Affairs of regions that more than one of the institutions decides, a problem for each pair and affair."""
    where = {name: members_of(setting, terms) for name, terms in together.items()}
    problems, names = [], list(together)
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            both = np.intersect1d(where[first], where[second])
            if not len(both):
                continue
            shown = ", ".join(setting.regions[r] for r in both[:SHOWN])
            more = f" and {len(both) - SHOWN} more" if len(both) > SHOWN else ""
            problems += [
                Problem(
                    f"'{first}' and '{second}' both decide {AFFAIRS[affair]['en']} ({affair}) in {shown}{more}",
                    where=f"institutions.{second}.affairs",
                    why="One affair of one region can have one plan only.",
                    remedy="Take the affair or these members out of one of the two, or write formed: false for one of them.",
                )
                for affair in together[first].affairs
                if affair in together[second].affairs
            ]
    return problems


def bound(setting: Setting, affair: str) -> np.ndarray | None:
    """Whether two regions are members of one formed institution that decides an affair, shape (R, R) of bool, symmetric.

    None where the scenario forms no institution at all: then agreements are taken as possible between any two. Since no two
    formed institutions decide one affair of a region (:func:`institution_problems`), regions fall into blocks: each can agree with
    every other region of its block and with no other.
    """
    exist = formed(setting)
    if not exist:
        return None
    together = np.zeros((len(setting.regions),) * 2, dtype=bool)
    for terms in exist.values():
        if affair in terms.affairs:
            members = members_of(setting, terms)
            together[np.ix_(members, members)] = True
    return together


def _membership_problems(setting: Setting, name: str, terms: Terms) -> list[Problem]:
    where, graph = f"institutions.{name}", setting.graph
    problems = [
        Problem(
            f"the regions have no grouping '{level}'",
            f"{where}.{key}",
            remedy=did_you_mean(level, list(graph.levels)),
        )
        for key, level in (("level", terms.level), ("layer", terms.layer))
        if level and level not in graph.levels
    ]
    if problems:
        return problems
    if terms.level:
        known = sorted(set(graph.level(terms.level).values.astype(str)))
        problems = [
            Problem(
                f"'{terms.level}' has no group '{group}'",
                f"{where}.members",
                remedy=did_you_mean(group, known),
            )
            for group in terms.members
            if group not in known
        ]
    else:
        problems = [
            Problem(
                f"there is no region '{region}'",
                f"{where}.members",
                remedy=suggest_id(region, setting.regions),
            )
            for region in terms.members
            if region not in setting.regions
        ]
    if not problems and len(members_of(setting, terms)) < 2:
        problems.append(
            Problem(
                "the institution has a single member",
                f"{where}.members",
                "Nobody can agree with oneself.",
                "Name at least two regions, or a group that holds several.",
            )
        )
    return problems
