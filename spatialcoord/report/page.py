"""The page itself: figures from the plan, words from the catalogue, layout from one template."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.maps import (
    Shapes,
    builds_links,
    formula_layers,
    instrument_layers,
    main_layers,
    more_layers,
    plan_links,
)
from spatialcoord.report import sections
from spatialcoord.report.chart import sensitivity_chart
from spatialcoord.results import Words, sheets
from spatialcoord.results.actors import (
    actor_sentences,
    actor_sheet,
    loser_sheet,
    payoff_sheet,
)
from spatialcoord.results.convergence import convergence_sheet
from spatialcoord.results.formulas import (
    difference_sheet,
    entries,
    formula_sentences,
    formula_sheet,
    numbers_sheet,
)
from spatialcoord.results.groups import group_sheet, split_sheet
from spatialcoord.results.institutions import institution_sentences
from spatialcoord.results.more import more_sheet
from spatialcoord.results.simulated import simulated_line, simulated_more
from spatialcoord.results.sources import source_tables
from spatialcoord.results.voices import majority_sentences, voice_sentences

if TYPE_CHECKING:
    from jinja2 import Template

    from spatialcoord.results import Plan


LINKS_DPI = 130
MOST_GROUPS = 12  # groups of a level that the report lists; the workbook lists all


def render(plan: Plan, lang: str = "en") -> str:
    """The report of a plan as one HTML page without any external resource.

    Maps are drawn in the page itself (SVG), so that they are sharp in print, show a region's name and value
    under the pointer, and use whatever fonts the reader has. All text from data is escaped.

    Parameters
    ----------
    plan : Plan
        The plan.
    lang : str
        Language of the words.

    Returns
    -------
    str
        HTML.
    """
    words = Words(plan, lang)
    return template("report.html.jinja").render(
        lang=html_language(lang),
        t=lambda key, **values: words.t(f"report.{key}", **values),
        words=words,
        title=words.title,
        period=words.period,
        question=sections.question(plan, words),
        verdict=words.verdict(plan.summary),
        partial=sections.partial(plan, words),
        warning="" if plan.summary["status"] == "optimal" else words.status(plan.summary),
        warnings=[words.text(one) for one in plan.summary.get("warnings", [])],
        headlines=sections.headlines(plan, words),
        method=sections.method(plan, words),
        maps=_maps(plan, words),
        links=_links(plan, lang),
        disparity=sheets.disparity(plan, words),
        instruments=sections.instruments(plan, words),
        regions=sections.regions(plan, words),
        regions_units=sections.regions_units(plan, words),
        who_pays=sections.who_pays(plan, words),
        splits=split_sheet(plan, words),
        groups=[group_sheet(plan, level, words) for level in plan.graph.levels if few_groups(plan, level)],
        convergence=convergence_sheet(plan, words),
        more=more_sheet(plan, words),
        institutions=institution_sentences(plan, words),
        references=sheets.references(plan, words),
        formulas=formula_block(plan, words),
        actors=_actors(plan, words),
        binding=sheets.binding(plan, words),
        horizons=sheets.horizons(plan, words),
        sensitivity=sheets.sensitivity(plan, words),
        sureness=sections.sureness(plan, words),
        chart=sensitivity_chart(plan, words),
        simulated=[simulated_line(words, plan), *simulated_more(words, plan)],
        certificate=sections.certificate(plan, words),
        caveats=sections.caveats(plan, words),
        sources=source_tables(plan, lang),
        provisions=plan.dataset.attrs["scenario"],
        colophon=sections.colophon(plan, words),
    )


def _maps(plan: Plan, words: Words) -> dict[str, Any] | None:
    if not plan.graph.has_geometry:
        return None
    shapes = Shapes.of(plan.graph)
    paths, height = shapes.svg_paths()
    return {
        "prefix": "region",
        "paths": paths,
        "height": height,
        "main": main_layers(plan, words),
        "lines": instrument_layers(plan, words),
        "more": more_layers(plan, words),
        "formulas": formula_layers(plan, words),
        "small": [int(i) for i in shapes.too_small],
    }


def formula_block(plan: Plan, words: Words) -> dict[str, Any] | None:
    """The plan beside statutory formulas: the table, and of each formula its sentences and where the plan differs."""
    sheet = formula_sheet(plan, words)
    if sheet is None:
        return None
    each = [
        {
            "title": words.text(entry["title"]),
            "sentences": formula_sentences(plan, words, entry),
            "differences": difference_sheet(plan, words, entry),
            "numbers": numbers_sheet(words, entry),
        }
        for entry in entries(plan)
    ]
    return {"sheet": sheet, "each": each}


def _actors(plan: Plan, words: Words) -> dict[str, Any] | None:
    """Who gains and who loses: tables and sentences by actor, and the local governments that lose most."""
    sheet = actor_sheet(plan, words)
    if sheet is None:
        return None
    return {
        "sheet": sheet,
        "sentences": actor_sentences(plan, words),
        "payoffs": payoff_sheet(plan, words),
        "voices": voice_sentences(plan, words),
        "majorities": majority_sentences(plan, words),
        "losers": loser_sheet(plan, words),
    }


def _links(plan: Plan, lang: str) -> str:
    """The picture of links that the plan builds, as base64 of a PNG; empty where it builds none."""
    if not builds_links(plan):
        return ""
    picture = BytesIO()
    plan_links(plan, lang).savefig(picture, format="png", dpi=LINKS_DPI)
    return b64encode(picture.getvalue()).decode("ascii")


def few_groups(plan: Plan, level: str) -> bool:
    """Whether a level has few enough groups for a table that is read."""
    return len(np.unique(plan.graph.level(level).values.astype(str))) <= MOST_GROUPS


def html_language(lang: str) -> str:
    """Code of a language as pages carry it: it decides how Chinese characters are drawn."""
    return {"zh": "zh-Hans"}.get(lang, lang)


@lru_cache
def template(name: str) -> Template:
    """A template of this room; what it prints is escaped, and what it lacks is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("spatialcoord.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
