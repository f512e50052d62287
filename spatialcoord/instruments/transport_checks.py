"""What is wrong with a list of transport projects, all at once (not an instrument)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from spatialcoord.economy.market_access import access_problems
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.transport_figures import MOST_BUNDLES, Projects
from spatialcoord.regions.attributes import some, suggest_id
from spatialcoord.registry import did_you_mean

MOST_COMBINATIONS = 1024
GATHER = "Gather projects that belong together into bundles (`bundle: name`), or leave out those that are not up for choice."


def project_problems(setting: Setting, params: Any, where: str) -> list[Problem]:
    """Everything that is wrong with the projects on these regions."""
    problems = access_problems(setting, where)
    if not params.projects:
        problems.append(
            Problem(
                "no project is listed",
                f"{where}.projects",
                "Without one there is nothing to build.",
                "List at least one: {id: north, links: [{a: ..., b: ..., factor: 0.7}], cost: 1000}.",
            )
        )
    objective = setting.scenario.objective
    if objective.lead == "leximin" and objective.kind != "maximise_mean":
        problems.append(
            Problem(
                "'leximin' cannot be planned for together with transport projects",
                "objective.measure",
                "It settles region after region by prices, which a choice between projects does not have.",
                "Write measure: max_min, its first step, or take the instrument out.",
            )
        )
    problems += _names(params, where)
    for i, project in enumerate(params.projects):
        at = f"{where}.projects.{i}"
        problems += [*_regions(setting, project, at), *_sizes(project, at), *_years(setting, project, at)]
    problems = problems or list(_never_built(params, where))
    if problems:
        return problems
    projects = Projects(setting, params)
    problems = list(_ways(projects, where)) or list(_benefits(projects, where))
    return problems or list(_choices(projects, where))


def access_remarks(setting: Setting, where: str) -> list[Problem]:
    """Elasticities under which shorter ways are worth nothing."""
    response = setting.scenario.economy.market_access
    return [
        Problem(
            f"shorter ways gain nothing because output does not answer them: `{key}` is 0",
            f"economy.market_access.{key}",
            f"Projects of {where} are paid for, and nothing is gained.",
            f"Raise `{key}`, or take the instrument out.",
        )
        for key in ("elasticity", "distance_elasticity")
        if getattr(response, key) == 0
    ]


def _benefits(projects: Projects, where: str) -> Iterator[Problem]:
    """Bundles whose rest cannot be divided by benefit, because no member has any."""
    if projects.params.split != "benefit" or projects.params.programme_share == 1:
        return
    without = [
        n for n, worth in zip(projects.bundles, projects.benefit.sum(axis=1), strict=True) if not worth > 0
    ]
    if without:
        yield Problem(
            f"cost cannot be divided by benefit where no member has any: {some(without)}",
            f"{where}.split",
            "With economy.market_access.distance_elasticity at 0 distance does not count."
            if projects.access.params.distance_elasticity == 0
            else "Access of the regions at the ends of the links does not rise.",
            "Write split: length or split: equal, or raise economy.market_access.distance_elasticity.",
        )


def _names(params: Any, where: str) -> Iterator[Problem]:
    """Ids given twice, and others that requirements and exclusions name."""
    ids = [project.id for project in params.projects]
    corridor = {project.id: project.corridor for project in params.projects}
    for name, count in Counter(ids).items():
        if count > 1:
            yield Problem(
                f"{count} projects have the id '{name}'",
                f"{where}.projects",
                remedy="Give each an id of its own.",
            )
    for i, project in enumerate(params.projects):
        if not project.bundle and any(project.id == other.bundle for other in params.projects):
            yield Problem(
                f"'{project.id}' is a project that stands alone and a bundle of others",
                f"{where}.projects.{i}.id",
                remedy="Give one of them another name.",
            )
        for kind in ("requires", "excludes"):
            for j, other in enumerate(getattr(project, kind)):
                if other not in corridor:
                    yield Problem(
                        f"there is no project '{other}'",
                        f"{where}.projects.{i}.{kind}.{j}",
                        remedy=did_you_mean(other, ids),
                    )
                elif kind == "excludes" and corridor[other] == project.corridor:
                    yield Problem(
                        f"'{project.id}' excludes '{other}' and is built together with it",
                        f"{where}.projects.{i}.{kind}.{j}",
                        "Projects of one bundle are built together or not at all.",
                        "Put one of them into another bundle, or take the exclusion out.",
                    )


def _never_built(params: Any, where: str) -> Iterator[Problem]:
    """Corridors that need, directly or through others, what they or one of those exclude; names are right already."""
    corridor = {project.id: project.corridor for project in params.projects}
    needs: dict[str, set[str]] = {name: {name} for name in corridor.values()}
    excluded: list[tuple[str, str]] = []
    for project in params.projects:
        needs[project.corridor] |= {corridor[other] for other in project.requires}
        excluded += [(project.corridor, corridor[other]) for other in project.excludes]
    for _ in needs:  # a chain is no longer than there are corridors
        for wanted in needs.values():
            wanted |= {further for name in tuple(wanted) for further in needs[name]}
    for name, wanted in needs.items():
        clash = next(((a, b) for a, b in excluded if a in wanted and b in wanted and a != b), None)
        if clash is not None:
            yield Problem(
                f"'{name}' can never be built: it needs '{clash[0]}' and '{clash[1]}', which exclude each other",
                f"{where}.projects",
                "What a project requires is built with it, and so is every project of its bundle.",
                "Take out the exclusion, or one of the requirements.",
            )


def _regions(setting: Setting, project: Any, at: str) -> Iterator[Problem]:
    """Regions that do not exist, links from a region to itself, links that are not there or are there already."""
    named = {f"links.{j}.{end}": getattr(way, end) for j, way in enumerate(project.links) for end in "ab"}
    named |= {f"nodes.{j}.region": hub.region for j, hub in enumerate(project.nodes)}
    named |= {f"spending.{region}": region for region in project.spending}
    for key, region in named.items():
        if region not in setting.regions:
            yield Problem(
                f"there is no region '{region}'", f"{at}.{key}", remedy=suggest_id(region, setting.regions)
            )
    table = setting.graph.links
    table = table[table["kind"].isin(("contiguity", "link"))]
    linked = {frozenset(pair) for pair in zip(table["a"], table["b"], strict=True)}
    joined = set().union(*linked) if linked else set()
    for j, way in enumerate(project.links):
        pair = frozenset((way.a, way.b))
        if not pair <= set(setting.regions):
            continue
        if len(pair) == 1:
            yield Problem(
                f"a link joins '{way.a}' to itself",
                f"{at}.links.{j}",
                remedy="Name another region at one end.",
            )
        elif not way.new and pair not in linked:
            near = some(sorted({*pair_ends(linked, way.a)}))
            yield Problem(
                f"there is no link between '{way.a}' and '{way.b}'",
                f"{at}.links.{j}",
                "Links are shared borders, and rows of kind 'link' in the table of links.",
                f"Write `new: true` for one to be built, or name neighbours ('{way.a}' has {near or 'none'}).",
            )
        elif way.new and pair in linked:
            yield Problem(
                f"there is a link between '{way.a}' and '{way.b}' already",
                f"{at}.links.{j}.new",
                remedy="Leave `new` out; the factor then shortens the link that is there.",
            )
        if not way.new and way.factor >= 1:
            yield Problem(
                f"a factor of {way.factor:g} does not shorten the link",
                f"{at}.links.{j}.factor",
                remedy="Give a number below 1.",
            )
    for j, hub in enumerate(project.nodes):
        if hub.region in setting.regions and (hub.region not in joined or hub.factor >= 1):
            why = "has no link to shorten" if hub.region not in joined else "is not improved by a factor of 1"
            yield Problem(
                f"the place '{hub.region}' {why}",
                f"{at}.nodes.{j}",
                remedy="Give a factor below 1 at a region with neighbours.",
            )
    if not project.links and not project.nodes:
        yield Problem(
            f"'{project.id}' changes no link", at, remedy="Name `links` that it shortens or adds, or `nodes`."
        )


def pair_ends(linked: set[frozenset[str]], region: str) -> Iterator[str]:
    """Regions that a link joins to this one."""
    return (other for pair in linked if region in pair for other in pair if other != region)


def _sizes(project: Any, at: str) -> Iterator[Problem]:
    """Costs that are none, shares that do not add up."""
    if not project.cost > 0:
        yield Problem(
            f"'{project.id}' costs {project.cost:g}",
            f"{at}.cost",
            "What is built is read from the money spent.",
            "Give its cost, above zero; what is built in any case belongs into the graph.",
        )
    for key, shares in (("spending", tuple(project.spending.values())), ("profile", project.profile)):
        if shares and abs(sum(shares) - 1.0) > 1e-6:
            yield Problem(
                f"the shares add up to {sum(shares):g}", f"{at}.{key}", remedy="Let them add up to 1."
            )


def _years(setting: Setting, project: Any, at: str) -> Iterator[Problem]:
    """Payments outside the programme, openings before the last payment or after the evaluation."""
    start, end = setting.years[0], setting.years[-1]
    first = start if project.first is None else project.first
    last = first + len(project.shares) - 1
    if first < start or last > end:
        yield Problem(
            f"'{project.id}' is paid from {first} to {last}, the programme lasts from {start} to {end}",
            f"{at}.first" if first < start else f"{at}.build_years",
            remedy="Begin later, build in fewer years, or lengthen the programme.",
        )
        return
    opening = last + 1 if project.opening is None else project.opening
    if opening <= last:
        yield Problem(
            f"'{project.id}' opens in {opening}, before its last payment in {last}",
            f"{at}.opening",
            remedy=f"Open it in {last + 1} or later.",
        )
    elif opening > setting.periods[-1]:
        yield Problem(
            f"'{project.id}' opens in {opening}, after the evaluation ends in {setting.periods[-1]}",
            f"{at}.opening" if project.opening is not None else "economy.horizon",
            "Nothing of what it yields would be seen.",
            f"Let economy.horizon reach beyond {opening}, or build earlier.",
        )


def _ways(projects: Projects, where: str) -> Iterator[Problem]:
    """Bundles whose new links are longer than the ways there are."""
    before = projects.access.base_distance
    for b, name in enumerate(projects.bundles):
        mine = np.flatnonzero(projects.bundle_of == b)
        if not any(u.length < before[u.a, u.b] * (1 - 1e-12) for p in mine for u in projects.upgrades[p]):
            yield Problem(
                f"'{name}' shortens no way between regions",
                f"{where}.projects.{mine[0]}",
                "Other ways are as short as its links.",
                "Lower the factors of its links.",
            )


def _choices(projects: Projects, where: str) -> Iterator[Problem]:
    """Too many combinations, bundles that no region can pay for, and combinations that money cannot tell apart."""
    at = f"{where}.projects"
    bundles = len(projects.bundles)
    if bundles > MOST_BUNDLES:
        yield Problem(
            f"{bundles} bundles are {2.0**bundles:,.0f} combinations",
            at,
            f"Every combination is weighed, and more than {MOST_COMBINATIONS:,} take too long.",
            GATHER,
        )
        return
    count = len(projects.combinations)
    if count > MOST_COMBINATIONS:
        yield Problem(
            f"{bundles} bundles are {count:,} combinations that the budget can pay",
            at,
            f"Every combination is weighed, and more than {MOST_COMBINATIONS:,} take too long.",
            GATHER,
        )
    over = projects.own > projects.own_limit * (1 + 1e-9)
    for b, name in enumerate(projects.bundles):
        if over[b].any():
            r, t = np.argwhere(over[b])[0]
            setting = projects.setting
            yield Problem(
                f"'{name}' asks {projects.own[b, r, t]:,.6g} {setting.scenario.money_unit} of {setting.regions[r]} in "
                f"{setting.years[t]}, which can pay {projects.own_limit[r, t]:,.6g}",
                f"{where}.cofinance_cap",
                "Own money beside the programme is limited to a share of own revenue.",
                "Raise the cap or `programme_share`, build over more years, or divide the rest otherwise (`split`).",
            )
    if projects.alike is not None:
        one, other = (" and ".join(f"'{name}'" for name in names) or "nothing" for names in projects.alike)
        yield Problem(
            f"{one} cost exactly the same everywhere as {other}",
            at,
            "What is built is read from the money spent by region and year, and these cannot be told apart.",
            "Let their costs differ a little, or gather them into bundles.",
        )
