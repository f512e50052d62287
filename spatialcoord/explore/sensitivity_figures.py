"""Pictures of a sensitivity study: the tornado of single numbers, and the plane of the Morris screening."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.explore.drawing import BLUE, INK, ORANGE, QUIET, RULE, Pen, fold, width_of
from spatialcoord.explore.labels import Labels
from spatialcoord.explore.one_at_a_time import ENDS, Tried, by_swing
from spatialcoord.explore.screening import Screened
from spatialcoord.explore.trials import Trial
from spatialcoord.planner.case import Case

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 20  # numbers in the tornado; the table has them all
WIDTH = 13.0  # inches
NAMED = 10  # numbers named in the screening
COLOURS = {"low": ORANGE, "high": BLUE}


def draw_tornado(case: Case, base: Trial, tried: list[Tried], lang: str = "en") -> Figure:
    """Bars from the plan's own value to the value at each end of a range, the widest first.

    Filled bars are the plan made anew, rings the same plan held; three panels share the numbers: gain in the objective, gain in
    the index (both over the same money per head), money that moves.
    """
    pen = Pen.of(lang)
    labels, t = Labels(case, pen.words), pen.words.t
    assert base.anew is not None
    shown = by_swing(tried, base.anew)[:MOST]
    height = 1.9 + 0.36 * max(len(shown), 1)
    hidden = len(tried) - len(shown)
    note = t("sensitivity.figure.note", count=hidden) if hidden else ""
    figure = pen.figure(
        WIDTH,
        height,
        t("sensitivity.figure.tornado", case=case.scenario.title.in_language(pen.words.lang)),
        note,
    )
    grid = {"left": 0.335, "right": 0.985, "top": 1 - 0.95 / height, "bottom": 0.95 / height, "wspace": 0.12}
    panels = figure.subplots(1, 3, sharey=True, width_ratios=(2.0, 1.05, 0.95), gridspec_kw=grid)
    unit = labels.objective_unit()
    titles = (
        t("sensitivity.figure.objective", unit=unit) if unit else t("sensitivity.figure.objective_plain"),
        t("sensitivity.figure.index", measure=labels.index()),
        t("sensitivity.figure.moved"),
    )
    scales = (1.0, 1.0, 100.0)
    for axes, quantity, title, scale in zip(
        panels, ("objective_gain", "index_gain", "moved"), titles, scales, strict=True
    ):
        pen.quiet(axes, x=title)
        own = getattr(base.anew, quantity) * scale
        axes.axvline(own, color=INK, linewidth=1.0)
        for i, one in enumerate(shown):
            _bar(pen, labels, axes, one, quantity, i, own, scale, marked=axes is panels[0])
        axes.margins(x=0.13 if axes is panels[0] else 0.05)
        axes.ticklabel_format(axis="x", style="plain", useOffset=False)
        axes.locator_params(axis="x", nbins=7 if axes is panels[0] else 4)
    panels[0].set_yticks(range(len(shown)), [_named(labels, one) for one in shown])
    panels[0].set_ylim(len(shown) - 0.4, -0.6)
    names = max((width_of(name) for name in panels[0].get_yticklabels()), default=0.0)
    panels[0].get_gridspec().update(left=max(grid["left"], (names + 0.3) / WIDTH))
    for axes in panels:
        axes.set_subplotspec(axes.get_subplotspec())  # takes its place on the grid anew
        fold(axes.xaxis.label, axes.get_position().width * WIDTH)
    _legend(pen, figure, height)
    return figure


def _named(labels: Labels, one: Tried) -> str:
    """Name of a number with its unit, as the ends beside the bars are written in it."""
    unit = labels.unit(one.range.unit)
    name = labels.number(one.range.path)
    return labels.words.t("summary.table.with_unit", name=name, unit=unit) if unit else name


def _bar(
    pen: Pen,
    labels: Labels,
    axes: Axes,
    one: Tried,
    quantity: str,
    row: int,
    own: float,
    scale: float,
    marked: bool,
) -> None:
    """Both ends of one number; where `marked`, the value of each end stands beside its bar."""
    found = {
        end: getattr(trial.anew, quantity) * scale
        for end, trial in zip(ENDS, one.trials, strict=True)
        if trial.anew is not None
    }
    # bars to one side would hide each other: then each has half of the row
    aside = len(found) == 2 and (found["low"] - own) * (found["high"] - own) > 0
    for end, x in found.items():
        shift = (-0.16 if end == "low" else 0.16) if aside else 0.0
        axes.barh(
            row + shift, x - own, left=own, height=0.32 if aside else 0.62, color=COLOURS[end], linewidth=0
        )
    if quantity != "moved":
        for end, trial in zip(ENDS, one.trials, strict=True):
            if trial.held is not None and trial.anew is not None:
                x = getattr(trial.held, quantity) * scale
                axes.plot(x, row, "o", ms=4.5, mfc="white", mec=COLOURS[end], mew=1.2, zorder=3)
    if not marked:
        return
    held = {end: getattr(t.held, quantity) * scale for end, t in zip(ENDS, one.trials, strict=True) if t.held}
    reach = [own, *found.values(), *held.values()]
    left, right = min(reach), max(reach)
    # the end whose bar reaches further down stands on the left
    on_left = min(found, key=lambda end: (found[end], ENDS.index(end))) if found else ENDS[0]
    for end in ENDS:
        text = labels.short(getattr(one.range, end))
        if end not in found:
            text = labels.words.t("sensitivity.figure.no_plan", value=text)
        side = -1 if end == on_left else 1
        axes.annotate(
            text, (left if side < 0 else right, row), (6 * side, 0), textcoords="offset points",
            ha="right" if side < 0 else "left", va="center", **pen.text(7.5, color=QUIET),
        )  # fmt: skip


def _legend(pen: Pen, figure: Figure, height: float) -> None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    t = pen.words.t
    marks = [
        Patch(color=COLOURS["low"], label=t("sensitivity.figure.low")),
        Patch(color=COLOURS["high"], label=t("sensitivity.figure.high")),
        Line2D([], [], marker="o", ls="", mfc="white", mec=QUIET, label=t("sensitivity.figure.held")),
        Line2D([], [], color=INK, lw=1.0, label=t("sensitivity.figure.own")),
    ]
    font = FontProperties(family=list(pen.families), size=8.5)
    figure.legend(
        handles=marks,
        loc="upper left",
        bbox_to_anchor=(0.012, 1 - 0.42 / height),
        ncols=4,
        frameon=False,
        prop=font,
    )


def draw_screening(case: Case, screened: Screened, lang: str = "en") -> Figure:
    """Mean size against standard deviation of the elementary effects on the gain in the objective, the leading ones named."""
    pen = Pen.of(lang)
    labels, t = Labels(case, pen.words), pen.words.t
    effects = screened.effects["objective_gain"]
    key = "anew" if screened.anew else "held"
    note = t(
        f"sensitivity.figure.screening_{key}",
        trajectories=screened.count,
        points=screened.points,
        lost=screened.lost,
        seed=screened.seed,
    )
    figure = pen.figure(11.0, 6.0, t("sensitivity.figure.screening"), note)
    axes = figure.add_axes((0.075, 0.135, 0.52, 0.755))
    unit = labels.objective_unit()
    suffix = f" [{unit}]" if unit else ""
    pen.quiet(axes, t("sensitivity.figure.mu_star") + suffix, t("sensitivity.figure.sigma") + suffix)
    there = np.isfinite(effects.mu_star) & np.isfinite(effects.sigma)
    largest = (
        float(max(effects.mu_star[there].max(initial=0.0), effects.sigma[there].max(initial=0.0))) or 1.0
    )
    for slope in (0.5, 1.0):
        axes.plot([0, 1.1 * largest], [0, 1.1 * largest * slope], color=RULE, lw=1.0, zorder=1)
        axes.annotate(
            "σ = μ*" if slope == 1.0 else f"σ = {slope:g} μ*", (1.1 * largest, 1.1 * largest * slope), (0, 4), textcoords="offset points",
            ha="right", **pen.text(7.5, color=QUIET),
        )  # fmt: skip
    order = [int(i) for i in np.argsort(-np.nan_to_num(effects.mu_star), kind="stable") if there[i]]
    named = [i for i in order[:NAMED] if effects.mu_star[i] > 0]
    rest = [i for i in order if i not in named]
    axes.plot(effects.mu_star[rest], effects.sigma[rest], "o", ms=5, color=RULE, mec=QUIET, mew=0.6, ls="")
    axes.plot(effects.mu_star[named], effects.sigma[named], "o", ms=7, color=BLUE, ls="")
    for n, i in enumerate(named):
        where = (float(effects.mu_star[i]), float(effects.sigma[i]))
        right = n % 2 == 0  # beside, on alternate sides: points near the corner lie close together
        axes.annotate(
            str(n + 1), where, (6 if right else -6, -1), textcoords="offset points",
            ha="left" if right else "right", va="center", **pen.text(8.5, weight="bold"),
        )  # fmt: skip
        figure.text(
            0.62, 0.83 - 0.058 * n, f"{n + 1}  {labels.number(screened.ranges[i].path)}", **pen.text(9.0)
        )
    figure.text(0.62, 0.885, t("sensitivity.figure.leading"), **pen.text(8.5, color=QUIET))
    axes.set_xlim(-0.03 * largest, 1.12 * largest)
    axes.set_ylim(-0.03 * largest, 1.12 * largest)
    return figure
