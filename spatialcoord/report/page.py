"""The page itself: figures from the plan, words from the catalogue, layout from one template."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spatialcoord.maps import Shapes, instrument_layers, main_layers
from spatialcoord.report import sections
from spatialcoord.results import Words, sheets

if TYPE_CHECKING:
    from jinja2 import Template

    from spatialcoord.results import Plan


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
    return _template().render(
        lang={"zh": "zh-Hans"}.get(lang, lang),
        t=lambda key, **values: words.t(f"report.{key}", **values),
        words=words,
        title=words.title,
        period=words.period,
        question=sections.question(plan, words),
        verdict=words.verdict(plan.summary),
        headlines=sections.headlines(plan, words),
        method=sections.method(plan, words),
        maps=_maps(plan, words),
        disparity=sheets.disparity(plan, words),
        instruments=sections.instruments(plan, words),
        regions=sections.regions(plan, words),
        binding=sheets.binding(plan, words),
        horizons=sheets.horizons(plan, words),
        sensitivity=sheets.sensitivity(plan, words),
        certificate=sections.certificate(plan, words),
        caveats=[words.text(caveat) for caveat in plan.summary.get("caveats", [])],
        provisions=plan.dataset.attrs["scenario"],
        colophon=sections.colophon(plan, words),
    )


def _maps(plan: Plan, words: Words) -> dict[str, Any] | None:
    if not plan.graph.has_geometry:
        return None
    shapes = Shapes.of(plan.graph)
    paths, height = shapes.svg_paths()
    return {
        "paths": paths,
        "height": height,
        "main": main_layers(plan, words),
        "lines": instrument_layers(plan, words),
        "small": [int(i) for i in shapes.too_small],
    }


@lru_cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("spatialcoord.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja")
