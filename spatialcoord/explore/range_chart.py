"""Pictures of near-optimal ranges: a dot and a bar for every region and line, and a map of how wide the ranges are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.explore.alternatives_words import line_title, reference_words, sentences
from spatialcoord.explore.drawing import fold
from spatialcoord.explore.ranges import by_line
from spatialcoord.maps.fonts import Lettering, lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from spatialcoord.explore.alternatives import Findings

# Okabe and Ito: told apart by colour-blind readers, and by their lightness in print
SETTLED, CHOICE = "#0072b2", "#e69f00"
INK, QUIET, RULE = "#1a1a1a", "#6b6b6b", "#dddddd"
DPI = 150
MOST = 60  # regions in the chart: those with the widest ranges
WIDTH, ROW, TOP, FOOT = 13.4, 0.205, 2.1, 1.15  # inches
LEFT, RIGHT, GAP = 1.75, 0.3, 0.25
WIDE = 2.0  # how much wider the panel of all lines is than that of one
MILLION = 1e6


def range_chart(found: Findings, lang: str = "en") -> Figure:
    """The least and the most of every region, over all lines and by line, with the plan's dot.

    Parameters
    ----------
    found : Findings
        What the study found.
    lang : str
        Language; English takes its place where no installed font can write it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    letters = lettering(found.plan, lang)
    words, ranges = letters.words, found.ranges
    shown = _shown(found)
    height = TOP + FOOT + ROW * len(shown)
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    _heading(figure, letters, found, height, len(shown))
    count = len(ranges.lines)
    unit = (WIDTH - LEFT - RIGHT - GAP * (count - 1)) / (WIDE + count - 1)
    x = LEFT
    for i in range(count):
        width = unit * (WIDE if i == 0 else 1.0)
        axes = figure.add_axes((x / WIDTH, FOOT / height, width / WIDTH, ROW * len(shown) / height))
        _panel(axes, found, letters, i, shown)
        title = line_title(words, found.near.names, ranges.lines[i])
        fold(_text(figure, letters, x, height - TOP + 0.5, title, size=11, weight="bold"), width)
        x += width + GAP
    caption = words.t("alternatives.chart.axis", unit=words.unit(words.per_head))
    _text(figure, letters, LEFT, 0.68, caption, size=9, colour=INK)
    _legend(figure, letters, found, height)
    return figure


def range_map(found: Findings, lang: str = "en") -> Figure:
    """A map of the width of each region's range over all lines, money per head a year.

    Parameters
    ----------
    found : Findings
        What the study found; the regions have borders.
    lang : str
        Language; English takes its place where no installed font can write it.
    """
    from spatialcoord.maps import choropleth
    from spatialcoord.results import Plan

    plan, setting = found.plan, found.near.setting
    words = lettering(plan, lang).words
    per_head = found.ranges.width[0] * MILLION / setting.population / len(setting.years)
    # a number of the Dataset with one value a region is what a map can show
    attrs = {"units": words.per_head, "long_name": words.t("alternatives.chart.map")}
    dataset = plan.dataset.assign(near_optimal_width=("region", per_head, attrs))
    figure = choropleth(Plan(dataset, plan.graph, plan.summary), "near_optimal_width", lang)
    letters = lettering(plan, lang)
    text = _joined(
        words.t("alternatives.chart.map_note"), sentences(found, words)["tolerance"], lang=words.lang
    )
    _paragraph(figure, letters, 0.4, 0.74, text, size=7.2, colour=QUIET, spacing=0.13)
    return figure


def _shown(found: Findings) -> np.ndarray:
    """Regions of the chart, those that get most in the plan last, which is on top."""
    ranges = found.ranges
    order = np.argsort(-ranges.width[0] / ranges.equal, kind="stable")[:MOST]
    return order[np.argsort((ranges.plan[0] / ranges.equal)[order], kind="stable")]


def _panel(axes: Axes, found: Findings, letters: Lettering, line: int, shown: np.ndarray) -> None:
    ranges, near = found.ranges, found.near
    least, most, plan = (
        side[line, shown] / ranges.equal[shown] for side in (ranges.least, ranges.most, ranges.plan)
    )
    settled = ranges.settled(found.settled)[line, shown]
    rows = np.arange(len(shown))
    changed = by_line(near, found.least.amounts, ranges.lines)[line, shown] / ranges.equal[shown]
    for kind, colour in ((settled, SETTLED), (~settled, CHOICE)):
        axes.hlines(rows[kind], least[kind], most[kind], color=colour, linewidth=5.0, zorder=2)
        # a range that is a point is still seen
        axes.plot(least[kind], rows[kind], "|", color=colour, markersize=7, markeredgewidth=1.4, zorder=2)
    axes.plot(
        changed,
        rows,
        "D",
        markerfacecolor="white",
        markeredgecolor=INK,
        markersize=3.4,
        markeredgewidth=0.7,
        zorder=3,
    )
    axes.plot(plan, rows, "o", color=INK, markersize=4.2, zorder=4)
    if line == 0:
        axes.axvline(1.0, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.set_ylim(-0.7, len(shown) - 0.3)
    right = float(ranges.most[line].max(initial=0.0) and (ranges.most[line] / ranges.equal).max())
    axes.set_xlim(-0.02 * max(right, 0.1), 1.04 * max(right, 0.1))
    families = list(letters.families)
    names = [letters.safe(letters.names[r]) for r in shown] if line == 0 else []
    axes.set_yticks(rows if line == 0 else [])
    if line == 0:
        axes.set_yticklabels(names, fontsize=8.5, family=families)
    _scale(axes, found, letters, families)
    axes.grid(axis="x", color=RULE, linewidth=0.6, zorder=0)
    axes.set_axisbelow(True)
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    for row in rows[::2]:
        axes.axhspan(row - 0.5, row + 0.5, color="#f6f6f6", zorder=-1)


def _scale(axes: Axes, found: Findings, letters: Lettering, families: list[str]) -> None:
    """Times equal per head below, money per head a year above: one is the other times a constant."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    setting, words = found.near.setting, letters.words
    equal = float(setting.equal.sum() * MILLION / setting.population.sum() / len(setting.years))

    def times(x: float, position: Any = None) -> str:
        return words.number(x, next(d for d in range(7) if d == 6 or abs(round(x, d) - x) < 1e-9))

    def per_head(x: Any) -> Any:
        return np.asarray(x, float) * equal

    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(times))
    above = axes.secondary_xaxis("top", functions=(per_head, lambda x: np.asarray(x, float) / equal))
    above.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    above.xaxis.set_major_formatter(FuncFormatter(lambda x, position=None: words.number(x)))
    above.spines["top"].set_visible(False)
    for axis in (axes, above):
        axis.tick_params(axis="x", labelsize=8, labelcolor=QUIET, length=0, labelfontfamily=families)


def _heading(figure: Figure, letters: Lettering, found: Findings, height: float, shown: int) -> None:
    words = letters.words
    _text(figure, letters, 0.35, height - 0.42, words.t("alternatives.chart.title"), size=15, weight="bold")
    _text(figure, letters, 0.35, height - 0.66, f"{words.title} · {words.period}", size=9, colour=QUIET)
    says = sentences(found, words)
    some = ""
    if shown < len(letters.names):
        some = words.t("alternatives.chart.some", shown=shown, all=len(letters.names))
    text = _joined(says["tolerance"], says["equal_within"], some, lang=words.lang)
    _paragraph(figure, letters, 0.35, height - 0.9, text, size=8.5, colour=INK, spacing=0.165)


def _legend(figure: Figure, letters: Lettering, found: Findings, height: float) -> None:
    from matplotlib.lines import Line2D

    words = letters.words
    share = words.percent(found.settled, 0)
    entries: tuple[tuple[str, dict[str, Any]], ...] = (
        (words.t("alternatives.chart.settled", share=share), {"color": SETTLED, "linewidth": 5.0}),
        (words.t("alternatives.chart.choice"), {"color": CHOICE, "linewidth": 5.0}),
        (
            words.t("alternatives.chart.plan"),
            {"color": INK, "marker": "o", "linewidth": 0, "markersize": 4.5},
        ),
        (
            words.t("alternatives.chart.least", reference=reference_words(found.reference, words)),
            {
                "marker": "D",
                "linewidth": 0,
                "markersize": 4,
                "markerfacecolor": "white",
                "markeredgecolor": INK,
                "markeredgewidth": 0.8,
            },
        ),
    )
    handles = [Line2D([], [], label=letters.safe(label), **style) for label, style in entries]
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(LEFT / WIDTH, 0.32 / height),
        ncols=len(handles),
        frameon=False,
        prop={"family": list(letters.families), "size": 8.5},
        borderaxespad=0.0,
        handletextpad=0.5,
        columnspacing=1.6,
    )
    source = words.t(
        "alternatives.chart.source",
        case=found.plan.dataset.attrs["case"],
        fingerprint=str(found.plan.dataset.attrs["fingerprint"])[:12],
        price_year=found.plan.dataset.attrs["price_year"],
    )
    _text(figure, letters, 0.35, 0.1, source, size=7.5, colour=QUIET)


def _text(
    figure: Figure,
    letters: Lettering,
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str = INK,
    weight: str = "normal",
    ha: str = "left",
) -> Text:
    """Text with its last baseline at a place in inches."""
    width, height = figure.get_size_inches()
    return figure.text(
        x / width,
        y / height,
        letters.safe(text),
        fontsize=size,
        color=colour,
        weight=weight,
        ha=ha,
        family=list(letters.families),
        parse_math=False,
    )


def _paragraph(
    figure: Figure,
    letters: Lettering,
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str,
    spacing: float,
) -> None:
    """A text in as many lines as the page needs, the first with its baseline at a place in inches."""
    whole = _text(figure, letters, x, y, text, size=size)
    lines = fold(whole, float(figure.get_size_inches()[0]) - x - RIGHT)
    whole.remove()
    for i, line in enumerate(lines):
        _text(figure, letters, x, y - spacing * i, line, size=size, colour=colour)


def _joined(*sentences: str, lang: str) -> str:
    """Sentences one after the other, those that say something."""
    return ("" if lang == "zh" else " ").join(filter(None, sentences))
