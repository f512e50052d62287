"""Pictures of a front: the points with what they are held against, the price of equality, maps of ends and knee."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.explore.pareto_tables import headed, knee_word, plain_step, references_of, title_of, unit_of
from spatialcoord.explore.pareto_words import written
from spatialcoord.messages import Catalogue, catalogue

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from spatialcoord.explore.pareto import Traced

INK, QUIET, RULE = "#1a1a1a", "#6b6b6b", "#d8d8d8"
# Okabe and Ito: told apart by colour-blind readers, and each mark has a shape of its own
FRONT, KNEE, PLAN, EQUAL, NONE = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56565c"
WIDTH, HEIGHT, MAPS = 12.6, 6.4, 4.1  # inches; the maps are a strip below
FAR = 0.6  # of the range: what lies farther off is named below the picture instead of squeezing the front


def figures(traced: Traced, data: xr.Dataset, lang: str) -> dict[str, Figure]:
    """``pareto``: the picture of a front.

    Parameters
    ----------
    traced : Traced
        The front.
    data : xarray.Dataset
        The same as a Dataset.
    lang : str
        Language; English takes its place where no installed font can write it.
    """
    import matplotlib

    from spatialcoord.maps.fonts import CJK, can_write, installed

    families = installed()
    words = catalogue(lang)
    if not can_write(families, words.t("pareto.title") + words.t("pareto.no_programme")):
        words = catalogue("en")
    if words.lang == "zh":
        families = tuple(sorted(families, key=lambda family: family not in CJK))
    style: dict[Any, Any] = {
        "font.family": list(families),
        "font.size": 9.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": QUIET,
        "axes.labelcolor": INK,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    with matplotlib.rc_context(style):
        figure = _page(traced, data, words)
        figure.draw_without_rendering()  # makes the ticks, while the fonts are set
        return {"pareto": figure}


def _page(traced: Traced, data: xr.Dataset, words: Catalogue) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    graph = traced.case.graph
    mapped = graph.has_geometry and len(traced.front.points) > 1
    height = HEIGHT + (MAPS if mapped else 0.0)
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    FigureCanvasAgg(figure)
    scenario = traced.case.scenario
    title = words.t("pareto.title" if traced.index is not None else "pareto.title_plain")
    figure.text(0.04, 1 - 0.42 / height, title, fontsize=16, weight="bold", color=INK)
    figure.text(0.04, 1 - 0.70 / height, scenario.title.in_language(words.lang), fontsize=10, color=QUIET)
    pairs = list(combinations(range(len(traced.aims)), 2))
    priced = "price_of_equality" in data
    panels = len(pairs) + priced
    left, gap, right = 0.95, 0.95, 0.35
    width = (WIDTH - left - right - gap * (panels - 1)) / panels
    bottom, tall = height - HEIGHT + 1.55, HEIGHT - 2.55
    drawn, outside = [], []
    for i, pair in enumerate(pairs):
        box = ((left + i * (width + gap)) / WIDTH, bottom / height, width / WIDTH, tall / height)
        drawn.append(figure.add_axes(box))
        outside += _scatter(drawn[-1], traced, pair, words)
    _legend(figure, drawn, (bottom - 0.95) / height, left / WIDTH)
    if outside:
        for i, text in enumerate(dict.fromkeys(outside[:2])):
            figure.text(left / WIDTH, (bottom - 1.1 - 0.16 * i) / height, text, fontsize=8.5, color=QUIET)
    if priced:
        x = (left + len(pairs) * (width + gap)) / WIDTH
        _prices(figure.add_axes((x, bottom / height, width / WIDTH, tall / height)), traced, words)
    for axes in list(figure.axes):
        _make_room(axes, gap)
    if mapped:
        _maps(figure, traced, data, words)
    source = words.t(
        "pareto.source",
        case=scenario.case,
        fingerprint=traced.case.fingerprint[:12],
        price_year=scenario.price_year,
    )
    figure.text(0.04, 0.14 / height, source, fontsize=7.5, color=QUIET)
    return figure


def _make_room(axes: Axes, gap: float) -> None:
    """Narrow a picture from the left where its numbers and label want more than so many inches."""
    figure: Any = axes.figure
    wide = float(figure.get_size_inches()[0])
    place = axes.get_position()
    outer = axes.get_tightbbox(figure.canvas.get_renderer())
    wants = 0.0 if outer is None else place.x0 * wide - outer.x0 / figure.dpi
    if wants > gap - 0.1:
        more = (wants - gap + 0.1) / wide
        axes.set_position((place.x0 + more, place.y0, place.width - more, place.height))


def _scatter(axes: Axes, traced: Traced, pair: tuple[int, int], words: Catalogue) -> list[str]:
    """Two objectives against each other; returns what lies outside the picture, in words."""
    values = traced.values[:, list(pair)]
    two = len(traced.aims) == 2
    if two:
        axes.plot(*values.T, color=FRONT, linewidth=1.2, zorder=2)
    proved = np.array([p.proved for p in traced.front.points])
    mark: dict[str, Any] = {"s": 26, "zorder": 3, "edgecolors": FRONT, "linewidths": 1.2}
    axes.scatter(values[proved, 0], values[proved, 1], color=FRONT, label=words.t("pareto.front"), **mark)
    if not proved.all():
        axes.scatter(
            values[~proved, 0], values[~proved, 1], color="white", label=words.t("pareto.open_mark"), **mark
        )
    if traced.knee is not None:
        axes.scatter(
            values[traced.knee, 0], values[traced.knee, 1], marker="D", s=90, facecolors="none", edgecolors=KNEE, linewidths=2.0,
            zorder=5, label=knee_word(traced, words),
        )  # fmt: skip
    outside = []
    low, high = values.min(axis=0), values.max(axis=0)
    span = np.where(high > low, high - low, np.maximum(1e-9, 0.01 * np.abs(high)))
    marks = {"plan": ("*", 190, PLAN), "before": ("X", 80, NONE), "equal_per_head": ("s", 62, EQUAL)}
    labels = {"plan": "plan_mark", "before": "no_programme", "equal_per_head": "equal_per_head"}
    for name, evaluation in references_of(traced).items():
        at = np.array([traced.aims[k].of(traced.case.setting, evaluation) for k in pair])
        label = words.t(f"pareto.{labels[name]}")
        if (at < low - FAR * span).any() or (at > high + FAR * span).any():
            shown = words.t("pareto.comma").join(
                written(traced.aims[k], v, traced, words) for k, v in zip(pair, at, strict=True)
            )
            outside.append(words.t("pareto.outside", name=label, values=shown))
            continue
        shape, size, colour = marks[name]
        axes.scatter(
            at[0],
            at[1],
            marker=shape,
            s=size,
            color=colour,
            edgecolors="white",
            linewidths=0.8,
            zorder=6,
            label=label,
        )
    _name_axes(axes, traced, pair, words)
    return outside


def _name_axes(axes: Axes, traced: Traced, pair: tuple[int, int], words: Catalogue) -> None:
    for k, axis in zip(pair, (axes.xaxis, axes.yaxis), strict=True):
        aim = traced.aims[k]
        _ticks(axis, words)
        axis.set_label_text(headed(title_of(aim, words), unit_of(aim, traced, words), words))
    axes.grid(color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.margins(0.06)


def _ticks(axis: Axis, words: Catalogue) -> None:
    """Round ticks, written with the decimals that their step needs."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def write(x: float, _: Any) -> str:
        places = axis.get_majorticklocs()
        step = abs(places[1] - places[0]) if len(places) > 1 else abs(x) or 1.0
        return words.number(x, int(np.clip(-np.floor(np.log10(step) + 1e-9), 0, 12)))

    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], min_n_ticks=3))
    axis.set_major_formatter(FuncFormatter(write))


def _legend(figure: Figure, panels: list[Axes], y: float, x: float) -> None:
    """One legend for all panels: what lies outside one picture may lie inside another."""
    entries: dict[str, Any] = {}
    for axes in panels:
        handles, labels = axes.get_legend_handles_labels()
        entries.update({label: entries.get(label, h) for label, h in zip(labels, handles, strict=True)})
    figure.legend(
        list(entries.values()), list(entries), loc="lower left", bbox_to_anchor=(x - 0.006, y), ncols=7,
        frameon=False, fontsize=9, handletextpad=0.3, columnspacing=1.4, borderaxespad=0.0,
    )  # fmt: skip


def _prices(axes: Axes, traced: Traced, words: Catalogue) -> None:
    """What a step costs, from each point to the next more equal one."""
    k = traced.index or 0
    index, prices = traced.values[:, k], traced.prices
    order = np.argsort(index)
    edges, heights = index[order], prices[order][1:]
    axes.stairs(heights, edges, color=FRONT, linewidth=1.6, baseline=None)
    axes.stairs(heights, edges, color=FRONT, alpha=0.12, fill=True, baseline=0.0)
    if traced.knee is not None:
        axes.axvline(index[traced.knee], color=KNEE, linewidth=1.4, linestyle=(0, (4, 3)))
        axes.annotate(
            knee_word(traced, words), (index[traced.knee], 1.0), xycoords=("data", "axes fraction"),
            xytext=(5, -11), textcoords="offset points", color=KNEE, fontsize=9,
        )  # fmt: skip
    _name_axes(axes, traced, (k, k), words)
    unit = words.t("pareto.per_year", unit=words.unit(f"{traced.case.scenario.currency} per head"))
    axes.set_ylabel(
        words.t(
            "pareto.price_axis", step=plain_step(traced), index=title_of(traced.aims[k], words), unit=unit
        )
    )
    axes.set_title(words.t("pareto.price_title"), fontsize=11, loc="left", weight="bold", color=INK)
    axes.set_ylim(bottom=min(0.0, float(np.nanmin(prices))))


def _maps(figure: Figure, traced: Traced, data: xr.Dataset, words: Catalogue) -> None:
    """Money per head at the ends and the knee, in the same classes."""
    from matplotlib.patches import Rectangle

    from spatialcoord.maps import Shapes, draw_regions
    from spatialcoord.maps.classes import class_of, natural_edges
    from spatialcoord.maps.layers import SEQUENTIAL

    points = data["amount_per_head"].values
    chosen = _chosen(traced)
    edges = natural_edges(points[list(chosen)].ravel())
    colours = SEQUENTIAL[len(edges) + 1]
    shapes = Shapes.of(traced.case.graph)
    height = float(figure.get_size_inches()[1])
    unit = words.t("pareto.per_year", unit=words.unit(f"{traced.case.scenario.currency} per head"))
    figure.text(
        0.04, (MAPS - 0.05) / height, words.t("pareto.maps_title"), fontsize=11.5, weight="bold", color=INK
    )
    width = 0.92 / len(chosen)
    for i, (point, title) in enumerate(chosen.items()):
        head = words.t("pareto.point_number", number=point + 1)
        named = words.t("map.join").join((head, title(words)))
        figure.text(0.04 + i * width, (MAPS - 0.36) / height, named, fontsize=9.5, color=INK)
        axes = figure.add_axes((0.04 + i * width, 0.62 / height, width - 0.02, (MAPS - 1.15) / height))
        draw_regions(axes, shapes, [colours[c] for c in class_of(points[point], edges)])
    x = 0.04
    digits = 0 if not edges or min(edges) >= 10 else 1
    text = [words.number(edge, digits) for edge in edges]
    between = [words.t("map.between", low=a, high=b) for a, b in pairwise(text)]
    labels = [words.t("map.under", high=text[0]), *between, words.t("map.over", low=text[-1])] if text else []
    for label, colour in zip(labels, colours, strict=False):
        figure.add_artist(
            Rectangle((x, 0.38 / height), 0.013, 0.13 / height, facecolor=colour, edgecolor="none")
        )
        figure.text(x + 0.018, 0.385 / height, label, fontsize=8.5, color=INK)
        x += 0.105
    figure.text(x, 0.385 / height, unit, fontsize=8.5, color=QUIET)


def _chosen(traced: Traced) -> dict[int, Any]:
    """Points that are mapped, with what to call them."""
    values = traced.normalised(traced.values)
    out: dict[int, Any] = {}
    for k, aim in enumerate(traced.aims):
        out.setdefault(
            int(np.argmax(values[:, k])),
            lambda words, aim=aim: words.t("pareto.end_of", objective=title_of(aim, words)),
        )
    if traced.knee is not None:
        out.setdefault(traced.knee, lambda words: knee_word(traced, words))
    return dict(sorted(out.items()))
