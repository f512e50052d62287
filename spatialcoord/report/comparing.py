"""The page that sets plans side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from spatialcoord.maps import Shapes, difference_layers, formula_layers
from spatialcoord.report.page import formula_block, html_language, template
from spatialcoord.results import Comparison, Words, comparison_sheets
from spatialcoord.results import compare as compare_plans

if TYPE_CHECKING:
    from spatialcoord.results import Plan


def compare(plans: Sequence[Plan], names: Sequence[str] | None = None, lang: str = "en") -> str:
    """A comparison of plans as one HTML page without any external resource.

    Parameters
    ----------
    plans : sequence of Plan
        At least two, or one whose scenario names statutory formulas; the others are compared with the first.
    names : sequence of str, optional
        A name a plan; "A", "B", ... by default.
    lang : str
        Language of the words.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    InputError
        Fewer than two plans, or names that do not fit.
    """
    return render_comparison(compare_plans(plans, names), lang)


def render_comparison(comparison: Comparison, lang: str = "en") -> str:
    """The page of a comparison that was made before."""
    words = Words(comparison.plans[0], lang)
    others = [_other(comparison, i, words) for i in range(1, len(comparison.plans))]
    laws = [
        law for i in range(len(comparison.plans)) if (law := _beside_law(comparison, i, lang)) is not None
    ]
    return template("compare.html.jinja").render(
        lang=html_language(lang),
        t=lambda key, **values: words.t(f"compare.{key}", **values),
        words=words,
        title=words.t("compare.title"),
        period=words.t("map.join").join(comparison.names),
        plans=[_plan(comparison, i, lang) for i in range(len(comparison.plans))],
        notes=comparison_sheets.notes(comparison, words),
        keys=comparison_sheets.keys(comparison, words) if others else None,
        figures=comparison_sheets.figures(comparison, words) if others else None,
        outcomes=comparison_sheets.outcome_sheet(comparison, words) if others else None,
        others=others,
        laws=laws,
        borders=words.t("report.borders") if any(part["maps"] for part in (*others, *laws)) else "",
        colophon=words.t(
            "compare.made_with",
            version=comparison.plans[0].summary["versions"].get("spatialcoord", ""),
            plans=words.t("map.join").join(p.dataset.attrs["fingerprint"][:12] for p in comparison.plans),
        ),
    )


def _plan(comparison: Comparison, plan: int, lang: str) -> list[str]:
    """Name, title, years, fingerprint of a plan."""
    words, attrs = Words(comparison.plans[plan], lang), comparison.plans[plan].dataset.attrs
    return [comparison.names[plan], words.title, words.period, str(attrs["fingerprint"])[:12]]


def _other(comparison: Comparison, plan: int, words: Words) -> dict[str, Any]:
    """What the page says of another plan against the first."""
    regions = [str(region) for region in comparison.regions[plan - 1].index]
    names = dict(zip(comparison.plans[0].graph.ids, words.names, strict=True))
    return {
        "title": words.t("compare.against", other=comparison.names[plan], first=comparison.names[0]),
        "sentence": comparison_sheets.count_sentence(comparison, words, plan),
        "regions": [names[region] for region in regions],
        "layers": difference_layers(comparison, plan, words),
        "maps": _maps(comparison, plan, regions),
        "lists": comparison_sheets.winners_and_losers(comparison, words, plan, MOST_LISTED),
    }


def _beside_law(comparison: Comparison, i: int, lang: str) -> dict[str, Any] | None:
    """A plan, the same money per head and the formulas of its scenario side by side; None where it names none."""
    plan = comparison.plans[i]
    words = Words(plan, lang)
    block = formula_block(plan, words)
    if block is None:
        return None
    maps = None
    if plan.graph.has_geometry:
        shapes = Shapes.of(plan.graph)
        paths, height = shapes.svg_paths()
        layers = formula_layers(plan, words)
        maps = {"prefix": f"law{i}", "paths": paths, "height": height, "formulas": layers}
    title = words.t("compare.beside_law", name=comparison.names[i])
    return {"title": title, "block": block, "maps": maps, "words": words}


MOST_LISTED = 60  # winners, and losers, listed on the page


def _maps(comparison: Comparison, plan: int, regions: list[str]) -> dict[str, Any] | None:
    """Shapes of the common regions, as the first of the two plans that has any draws them."""
    both = (comparison.plans[0], comparison.plans[plan])
    graph = next((p.graph for p in both if p.graph.has_geometry), None)
    if graph is None or not regions:
        return None
    shapes = Shapes.of(graph, regions)
    paths, height = shapes.svg_paths()
    return {
        "prefix": f"p{plan}",
        "paths": paths,
        "height": height,
        "small": [int(i) for i in shapes.too_small],
    }
