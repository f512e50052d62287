"""Which institutions a negotiation considers: those named, those that exist, the candidates, or one of all regions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from spatialcoord import registry
from spatialcoord.coordination.protection import function_problems
from spatialcoord.errors import InputError, Problem
from spatialcoord.institutions.base import WORKS, Terms
from spatialcoord.institutions.membership import formed, institution_problems, overlaps
from spatialcoord.planner.case import Case
from spatialcoord.registry import did_you_mean

DEFAULT = "agreement"  # name of the institution of a case that names none


def considered(case: Case, institutions: Iterable[str]) -> dict[str, Terms]:
    """Institutions to negotiate in, or to choose among; `institutions` names some of the scenario's, or none.

    Raises
    ------
    InputError
        Names that do not exist, members or groupings that do not, mandates that overlap, nothing that could be agreed on.
    """
    wrong = [*institution_problems(case.setting), *function_problems(case.setting)]
    problems: list[Problem] = [case.placed(problem) for problem in wrong]
    if problems:
        raise InputError(problems)
    setting, known = case.setting, cast(dict[str, Terms], case.scenario.institutions)
    wanted = list(dict.fromkeys(institutions))
    if wanted:
        problems = [
            Problem(
                f"the scenario has no institution '{name}'",
                "--institution",
                remedy=did_you_mean(name, list(known)) if known else "It names none: leave the option out.",
            )
            for name in wanted
            if name not in known
        ]
        picked = {name: known[name].model_copy(update={"formed": True}) for name in wanted if name in known}
        problems = problems or overlaps(setting, picked)
        if problems:
            raise InputError(problems)
        return picked
    exist = formed(setting)
    if exist or known:
        return exist or dict(known)
    affairs = [kind for kind in WORKS if setting.graph.has(f"capital_{kind}")]
    links = setting.graph.links
    rivers = links is not None and (links["kind"] == "river").any()
    if rivers or case.scenario.negotiation.functions:
        affairs.append("environment")
    kind = registry.institutions.get("administrative_agreement")
    if not affairs:
        raise InputError(
            Problem(
                "there is nothing to negotiate",
                "regions.tables",
                "The case holds no capital by kind and no rivers.",
                "Add columns capital_infrastructure, capital_human or capital_research.",
            )
        )
    return {DEFAULT: kind.Params(kind=kind.name, affairs=tuple(affairs))}
