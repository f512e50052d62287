"""Pictures with matplotlib: one map, or the page of all maps of a plan (``map.png``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.maps.fonts import Fonts, Lettering, NamedFonts, lettering
from spatialcoord.maps.geometry import MANY, Shapes
from spatialcoord.maps.layers import Layer, instrument_layers, layer, main_layers
from spatialcoord.messages import catalogue

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from spatialcoord.results import Plan

DPI = 150
INK, QUIET, RULE, OUTLINE = "#1a1a1a", "#6b6b6b", "#c8c8c8", "#4a4a4a"
LONGEST = 26  # characters of a name beside a map
SMALLEST = 6.5  # points of a title that would not fit otherwise
SHORTEST = 6  # characters of it that are kept where there is little room
LISTED = 7  # regions too small to see that are named beside a map
WIDTH = 13.4  # inches, of the page
TOP, MAP, LEGEND, STRIP, FOOT = 0.95, 3.55, 1.75, 2.7, 0.35  # inches, heights of the page's rows


def choropleth(
    plan: Plan, what: str = "per_head", lang: str = "en", families: Iterable[str] | None = None
) -> Figure:
    """One map as a matplotlib figure.

    Parameters
    ----------
    plan : Plan
        The plan; its regions have borders.
    what : str
        "per_head" (money per head a year), "change" (in what is made equal, per head), "binding" (the rule that holds
        each region), the name of an instrument, or any number of ``plan.dataset`` with one value a region.
    lang : str
        Language; English takes its place where no installed font can write it.
    families : iterable of str, optional
        Fonts to choose from instead of those installed.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with ``figure.savefig(path)``; it is not tied to any window.

    Raises
    ------
    InputError
        The regions have no borders, or there is nothing of that name to map.
    """
    letters = lettering(plan, lang, families)
    shapes = _shapes(plan, lang)
    drawn = layer(plan, what, letters.words)
    figure = _figure(7.2, 7.2)
    _panel(figure, drawn, shapes, letters, (0.4, 0.45, 6.4, 6.3), legend=1.75)
    _source(figure, plan, shapes, letters)
    return figure


def map_page(plan: Plan, path: str | Path, lang: str = "en", families: Iterable[str] | None = None) -> None:
    """Write the page of all maps: allocation, change and binding rule, and below them every instrument.

    Parameters
    ----------
    plan : Plan
        The plan; its regions have borders.
    path : str or Path
        File to make.
    lang : str
        Language; English takes its place where no installed font can write it.
    families : iterable of str, optional
        Fonts to choose from instead of those installed.

    Raises
    ------
    InputError
        The regions have no borders.
    """
    letters = lettering(plan, lang, families)
    shapes = _shapes(plan, lang)
    words = letters.words
    lines = instrument_layers(plan, words)
    rows = -(-len(lines) // _columns(len(lines)))
    height = TOP + MAP + LEGEND + rows * STRIP + 0.55 + FOOT
    figure = _figure(WIDTH, height)
    _text(figure, letters, 0.4, height - 0.5, words.title, size=17, weight="bold")
    _text(figure, letters, 0.4, height - 0.76, words.period, size=10, colour=QUIET)
    width = (WIDTH - 0.8 - 2 * 0.3) / 3
    bottom = height - TOP - MAP - LEGEND
    for i, drawn in enumerate(main_layers(plan, words)):
        _panel(
            figure,
            drawn,
            shapes,
            letters,
            (0.4 + i * (width + 0.3), bottom, width, MAP + LEGEND),
            legend=LEGEND,
        )
    if lines:
        _strip(figure, lines, shapes, letters, bottom)
    _source(figure, plan, shapes, letters)
    figure.savefig(path, dpi=DPI, format="png", pil_kwargs={"compress_level": 6})


def _strip(figure: Figure, lines: Sequence[Layer], shapes: Shapes, letters: Lettering, top: float) -> None:
    """Small maps of the instruments in the same classes, one legend beside their title."""
    title = letters.words.t("map.instruments")
    _line(figure, top - 0.02)
    _text(figure, letters, 0.4, top - 0.3, title, size=11.5, weight="bold")
    _text(figure, letters, WIDTH - 0.4, top - 0.3, f"{lines[0].unit}", size=8.5, colour=QUIET, ha="right")
    x = WIDTH - 0.4
    for entry in reversed(lines[0].classes):
        x -= 1.3
        _swatch(figure, x, top - 0.55, entry.colour)
        _text(figure, letters, x + 0.24, top - 0.53, entry.label, size=8)
    gap, columns = 0.3, _columns(len(lines))
    width = (WIDTH - 0.8 - (columns - 1) * gap) / columns
    for i, drawn in enumerate(lines):
        row, column = divmod(i, columns)
        left, base = 0.4 + column * (width + gap), top - 0.55 - (row + 1) * STRIP
        _map(figure, drawn, shapes, (left, base + 0.05, width, STRIP - 0.6))
        head = _text(figure, letters, left, base + STRIP - 0.3, drawn.title, size=10, weight="bold")
        _fit(figure, head, width)
        _text(figure, letters, left, base + STRIP - 0.47, drawn.note, size=8.5, colour=QUIET)


def _columns(count: int) -> int:
    """Small maps side by side: three under the three large ones, four where that fills the rows better."""
    return 3 if count <= 3 or count in (5, 6, 9) else 4


def _panel(
    figure: Figure,
    drawn: Layer,
    shapes: Shapes,
    letters: NamedFonts,
    box: tuple[float, float, float, float],
    legend: float,
) -> None:
    """A map with its title above and its legend and its list of small regions below; `box` in inches."""
    left, bottom, width, height = box
    top = bottom + height
    _fit(figure, _text(figure, letters, left, top - 0.2, drawn.title, size=12.5, weight="bold"), width)
    subtitle = letters.words.t("map.join").join(part for part in (drawn.unit, drawn.note) if part)
    _text(figure, letters, left, top - 0.42, subtitle, size=8.5, colour=QUIET)
    _map(figure, drawn, shapes, (left, bottom + legend, width, height - legend - 0.55))
    step = min(0.205, (legend - 0.25) / max(len(drawn.classes) + 1, 1))
    y = bottom + legend - 0.22
    _text(figure, letters, left + 1.95, y, letters.words.t("map.regions"), size=7.5, colour=QUIET, ha="right")
    for entry in reversed(drawn.classes):
        y -= step
        _swatch(figure, left, y - 0.02, entry.colour)
        _text(figure, letters, left + 0.25, y, entry.label, size=8.5)
        _text(figure, letters, left + 1.95, y, str(entry.count), size=8.5, colour=QUIET, ha="right")
    _small(figure, drawn, shapes, letters, (left + 2.25, bottom + legend - 0.22, width - 2.25), 0.17)


def _small(
    figure: Figure,
    drawn: Layer,
    shapes: Shapes,
    letters: NamedFonts,
    place: tuple[float, float, float],
    step: float,
) -> None:
    """Names and values of the regions that the map cannot show; left, top and width of the list in inches."""
    left, top, width = place
    small = shapes.too_small
    if not len(small):
        return
    _text(figure, letters, left, top, letters.words.t("map.too_small"), size=7.5, colour=QUIET)
    colours = drawn.colours()
    for i, region in enumerate(small[:LISTED]):
        y = top - (i + 1) * step
        _swatch(figure, left, y - 0.02, colours[region], 0.12)
        name = letters.names[region]
        name = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
        written = _text(figure, letters, left + 0.2, y, f"{name}  {drawn.values[region]}", size=8)
        while len(name) > SHORTEST and _width(figure, written) > width - 0.2:
            name = name.rstrip("…")[:-1].rstrip() + "…"
            written.set_text(letters.safe(f"{name}  {drawn.values[region]}"))
    if len(small) > LISTED:
        more = letters.words.t("map.too_small_more", count=len(small) - LISTED)
        _text(figure, letters, left, top - (LISTED + 1) * step, more, size=7.5, colour=QUIET)


def _fit(figure: Figure, text: Text, width: float) -> None:
    """Make a title smaller until it is no wider than `width` inches, or as small as can be read."""
    for size in np.arange(float(text.get_fontsize()) - 0.5, SMALLEST, -0.5):
        if _width(figure, text) <= width:
            return
        text.set_fontsize(float(size))


def _width(figure: Figure, text: Text) -> float:
    """Width of a text as drawn, inches."""
    canvas: Any = figure.canvas
    return float(text.get_window_extent(canvas.get_renderer()).width / figure.dpi)


def _map(figure: Figure, drawn: Layer, shapes: Shapes, box: tuple[float, float, float, float]) -> Axes:
    """The regions in their colours on axes of their own, without frame; `box` in inches."""
    axes = figure.add_axes(_fraction(figure, *box))
    draw_regions(axes, shapes, drawn.colours())
    return axes


def draw_regions(axes: Axes, shapes: Shapes, colours: Sequence[str]) -> None:
    """Draw regions in their colours on axes, which lose their frame and take the extent of the regions.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to.
    shapes : Shapes
        The regions' outlines.
    colours : sequence of str
        By region.
    """
    from matplotlib.collections import LineCollection, PathCollection

    axes.set_axis_off()
    axes.set_aspect("equal")
    left, bottom, right, top = shapes.bounds
    margin = 0.01 * shapes.size
    axes.set_xlim(left - margin, right + margin)
    axes.set_ylim(bottom - margin, top + margin)
    axes.add_collection(
        PathCollection(
            [_path(rings) for rings in shapes.rings],
            facecolors=colours,
            edgecolors="white",
            linewidths=0.1 if len(colours) > 400 else 0.25 if len(colours) > MANY else 0.45,
            joinstyle="round",
        )
    )
    if shapes.outlines:
        axes.add_collection(LineCollection(shapes.outlines, colors=OUTLINE, linewidths=0.35))


def _path(rings: list[np.ndarray]) -> Any:
    from matplotlib.path import Path as Outline

    if not rings:
        return Outline(np.zeros((0, 2)))
    codes = [np.full(len(ring), Outline.LINETO, dtype=Outline.code_type) for ring in rings]
    for code in codes:
        code[0], code[-1] = Outline.MOVETO, Outline.CLOSEPOLY
    return Outline(np.concatenate(rings), np.concatenate(codes))


def _figure(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _fraction(
    figure: Figure, left: float, bottom: float, width: float, height: float
) -> tuple[float, float, float, float]:
    across, up = figure.get_size_inches()
    return left / across, bottom / up, width / across, height / up


def _text(
    figure: Figure,
    letters: Fonts,
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str = INK,
    weight: str = "normal",
    ha: str = "left",
) -> Text:
    """Text with its baseline at a place in inches; signs of mathematics in a name stay what they are."""
    across, up = figure.get_size_inches()
    return figure.text(
        x / across,
        y / up,
        letters.safe(text),
        fontsize=size,
        color=colour,
        weight=weight,
        ha=ha,
        family=list(letters.families),
        parse_math=False,
    )


def _swatch(figure: Figure, x: float, y: float, colour: str, side: float = 0.15) -> None:
    from matplotlib.patches import Rectangle

    left, bottom, width, height = _fraction(figure, x, y, side, side * 0.85)
    figure.add_artist(Rectangle((left, bottom), width, height, facecolor=colour, edgecolor="none"))


def _line(figure: Figure, y: float) -> None:
    from matplotlib.lines import Line2D

    left, bottom, width, _ = _fraction(figure, 0.4, y, WIDTH - 0.8, 0.0)
    figure.add_artist(Line2D([left, left + width], [bottom, bottom], color=RULE, linewidth=0.6))


def _source(figure: Figure, plan: Plan, shapes: Shapes, letters: Lettering) -> None:
    attrs, words = plan.dataset.attrs, letters.words
    text = words.t(
        "map.source",
        case=attrs["case"],
        fingerprint=str(attrs["fingerprint"])[:12],
        price_year=attrs["price_year"],
        projection=words.t(f"map.projection.{shapes.projection}"),
    )
    _text(figure, letters, 0.4, 0.16, text, size=7.5, colour=QUIET)


def _shapes(plan: Plan, lang: str) -> Shapes:
    if not plan.graph.has_geometry:
        raise InputError(Problem(catalogue(lang).t("map.no_geometry")))
    return Shapes.of(plan.graph)
