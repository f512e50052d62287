"""``spatialcoord check``: everything that is wrong or unusual with a case; ``run`` does the same first,
except that it leaves rules which contradict each other to the solver, which also finds what would settle them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spatialcoord.cli.guard import errors, print_problems
from spatialcoord.messages import Catalogue, catalogue

if TYPE_CHECKING:
    from spatialcoord.economy.setting import Setting
    from spatialcoord.planner import Case


def check_case(case: str, overrides: Iterable[str], lang: str) -> None:
    """Print warnings, then every problem, or what the case consists of where there is none.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    overrides : iterable of str
        ``path=value`` each.
    lang : str
        Language of what the command itself says.

    Raises
    ------
    InputError
        Every problem that stands in the way of a plan.
    """
    words = catalogue(lang)
    loaded = checked(case, overrides, words)

    from rich.console import Console

    console = Console(markup=False, highlight=False, soft_wrap=True)
    console.print(words.t("check.good", case=case))
    for line in _facts(loaded, words):
        console.print(f"  {line}")


def checked(case: str, overrides: Iterable[str], words: Catalogue, promises: bool = True) -> Case:
    """The case, free of errors; what is unusual or was assumed is printed to stderr.

    A run leaves out the sums over promises: the solver finds the same contradictions and what would settle them.

    Raises
    ------
    InputError
        Every problem of scenario, tables and the two together.
    """
    from spatialcoord import planner

    found = planner.examine(case, overrides, promises)
    if found.warnings:
        errors().print(words.t("cli.warning"), style="bold yellow")
        print_problems(errors(), list(found.warnings))
    return found.case


def _actors(setting: Setting, words: Catalogue) -> list[str]:
    """Who is asked what a plan is worth, and who cannot be for want of a column."""
    from spatialcoord import registry
    from spatialcoord.actors.base import actors_of
    from spatialcoord.results.words import spoken

    found, skipped = actors_of(setting)
    join = words.t("summary.join")

    def title(name: str) -> str:
        return spoken(registry.actors.get(name).title, words.lang)

    lines = [words.t("check.actors", names=join.join(map(title, found)))] if found else []
    for name, columns in skipped.items():
        about = {"actor": title(name), "columns": join.join(columns)}
        lines.append(words.t("summary.actors.skipped", **about))
        if name in setting.scenario.red_lines:
            lines.append(words.t("summary.actors.red_line_unknown", **about))
    return lines


def _facts(case: Case, words: Catalogue) -> list[str]:
    """What the case consists of, a line each, so that a planner sees what was read and found."""
    from spatialcoord.planner.checks import named_formulas
    from spatialcoord.results.words import partial_line

    graph, scenario, setting = case.graph, case.scenario, case.setting
    kinds = graph.links["kind"].value_counts()
    shapes = "shapes" if graph.has_geometry else "no_shapes"
    return [
        words.t("check.regions", count=len(graph), shapes=words.t(f"check.{shapes}")),
        words.t(
            "check.neighbours",
            borders=int(kinds.get("contiguity", 0)),
            links=int(kinds.get("link", 0)),
            parts=len(graph.components()),
        ),
        words.t("check.figures", names=", ".join(name for name in graph.frame.columns if graph.has(name))),
        words.t(
            "check.money",
            budget=words.money(float(setting.budget.sum()), scenario.money_unit),
            first=scenario.programme.years.first,
            last=scenario.programme.years.last,
            people=words.number(float(setting.population.sum())),
            output=words.money(float(setting.base_output.sum()), scenario.money_unit),
        ),
        words.t("check.instruments", names=", ".join(scenario.instruments)),
        *(
            [words.t("check.institutions", names=", ".join(exist))]
            if (exist := _formed(setting, words))
            else []
        ),
        *([words.t("check.formulas", names=", ".join(laws))] if (laws := named_formulas(setting)) else []),
        *_actors(setting, words),
        *([partial_line(words, [m.model_dump() for m in scenario.missing])] if scenario.missing else []),
    ]


def _formed(setting: Setting, words: Catalogue) -> list[str]:
    """Every institution that is formed: kind, affairs and number of members."""
    from spatialcoord.institutions.membership import told
    from spatialcoord.results.words import spoken

    return [
        words.t(
            "check.institution",
            name=spoken(one["title"], words.lang),
            kind=spoken(one["kind_title"], words.lang),
            affairs=words.t("summary.join").join(spoken(affair, words.lang) for affair in one["affairs"]),
            members=len(one["members"]),
        )
        for one in told(setting)
    ]
