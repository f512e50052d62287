"""The picture of nested budgets: what money does, what more of it is worth, where it goes, whose share changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.explore.budget_path import Path, differences
from spatialcoord.explore.drawing import BLUE, INK, ORANGE, QUIET, RULE, Pen
from spatialcoord.explore.labels import Labels
from spatialcoord.maps.layers import QUALITATIVE
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import better, objective_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINES = 8  # regions and groups with a colour of their own
BIG = {"zh": 100.0}  # million in the unit that the language writes large amounts in; a thousand by default


def draw_budgets(case: Case, path: Path, lang: str = "en") -> Figure:
    """Four panels against the budget: gain in the objective, worth of more money, money by group, shares that change most."""
    pen = Pen.of(lang)
    labels, t = Labels(case, pen.words), pen.words.t
    x = np.array([step.factor for step in path.steps])
    total = float(case.setting.budget.sum())
    note = t("budgets.figure.note", budget=pen.words.money(total, case.scenario.money_unit))
    figure = pen.figure(
        13.0, 8.6, t("budgets.figure.title", case=case.scenario.title.in_language(pen.words.lang)), note
    )
    grid = {"left": 0.075, "right": 0.86, "top": 0.895, "bottom": 0.105, "wspace": 0.62, "hspace": 0.36}
    panels = figure.subplots(2, 2, gridspec_kw=grid)
    label = t("budgets.figure.budget")
    _gain(pen, labels, panels[0, 0], path, x)
    _worth(pen, labels, panels[0, 1], path, x)
    _groups(pen, labels, panels[1, 0], path, x)
    _shares(pen, labels, panels[1, 1], path, x)
    for axes in panels.flat:
        axes.set_xlabel(label, **pen.text(9.0))
        axes.set_xlim(x[0], x[-1])
        axes.ticklabel_format(style="plain", useOffset=False)
        if x[0] <= 1.0 <= x[-1]:
            axes.axvline(1.0, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    return figure


def _titled(pen: Pen, axes: Axes, key: str, unit: str = "") -> None:
    pen.quiet(axes)
    title = pen.words.t(f"budgets.figure.{key}")
    axes.set_title(
        pen.words.t("summary.table.with_unit", name=title, unit=unit) if unit else title,
        loc="left", **pen.text(10.0, weight="bold"),
    )  # fmt: skip


def _gain(pen: Pen, labels: Labels, axes: Axes, path: Path, x: np.ndarray) -> None:
    """Gain in the objective over no programme, of the plan and of the same money per head."""
    _titled(pen, axes, "gain", labels.objective_unit())
    for name, colour, key in (("after", BLUE, "plan"), ("equal_per_head", ORANGE, "equal")):
        gains = []
        for step in path.steps:
            setting, outcome = step.case.setting, step.outcome
            start = objective_value(setting, outcome.before)
            gains.append(better(setting, objective_value(setting, getattr(outcome, name)), start))
        axes.plot(x, gains, color=colour, marker="o", ms=4)
        _beside(pen, axes, x[-1], gains[-1], pen.words.t(f"budgets.figure.{key}"), colour)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))


def _worth(pen: Pen, labels: Labels, axes: Axes, path: Path, x: np.ndarray) -> None:
    """Gain per billion: duals as dots, differences between neighbouring budgets as steps."""
    currency = pen.words.currency(labels.case.scenario.currency)
    unit = labels.objective_unit()
    _titled(
        pen, axes, "worth", pen.words.t("budgets.figure.per_billion", unit=unit or "1", currency=currency)
    )
    slopes = 1000.0 * differences(path)[:-1, 1]
    axes.stairs(slopes, x, color=QUIET, linewidth=1.4, baseline=None)
    _beside(pen, axes, x[-1], float(slopes[-1]), pen.words.t("budgets.figure.differences"), QUIET, up=9)
    duals = 1000.0 * np.array([step.marginal for step in path.steps])
    if np.isfinite(duals).all():
        axes.plot(x, duals, "o", color=BLUE, ms=5, clip_on=False, zorder=3)
        _beside(pen, axes, x[-1], float(duals[-1]), pen.words.t("budgets.figure.duals"), BLUE, up=-5)


def _groups(pen: Pen, labels: Labels, axes: Axes, path: Path, x: np.ndarray) -> None:
    """Money by macro-region, or of the regions that get most, one on the other."""
    case, words = labels.case, pen.words
    _titled(
        pen, axes, "money", words.t("budgets.figure.big", currency=words.currency(case.scenario.currency))
    )
    money = path.money / BIG.get(words.lang, 1000.0)
    if case.graph.levels:
        groups = case.graph.level(case.graph.levels[0], words.lang).values.astype(str)
        names = list(dict.fromkeys(groups))
        stack = [money[:, groups == name].sum(axis=1) for name in names]
    else:
        order = np.argsort(-money[-1])
        names = [labels.region(case.setting.regions[i]) for i in order]
        stack = [money[:, i] for i in order]
    if len(stack) > LINES:
        stack = [*stack[: LINES - 1], np.sum(stack[LINES - 1 :], axis=0)]
        names = [*names[: LINES - 1], words.t("budgets.figure.others")]
    axes.stackplot(x, stack, colors=QUALITATIVE, edgecolor="white", linewidth=0.8)
    middle = np.cumsum([row[-1] for row in stack]) - 0.5 * np.array([row[-1] for row in stack])
    for name, y, colour in zip(names, middle, QUALITATIVE, strict=False):
        _beside(pen, axes, x[-1], float(y), name, colour)
    axes.set_ylim(bottom=0.0)


def _shares(pen: Pen, labels: Labels, axes: Axes, path: Path, x: np.ndarray) -> None:
    """Shares of the regions whose share changes most, in percent; all others in grey."""
    _titled(pen, axes, "shares", "%")
    share = 100.0 * path.share
    order = np.argsort(-np.abs(share.max(axis=0) - share.min(axis=0)), kind="stable")
    for i in order[LINES:]:
        axes.plot(x, share[:, i], color=RULE, linewidth=0.9, zorder=1)
    chosen = order[:LINES]
    low, high = axes.get_ylim()
    places = _spread(
        [float(share[-1, i]) for i in chosen], 0.055 * (max(high, share.max()) - min(low, share.min()))
    )
    for i, colour, y in zip(chosen, QUALITATIVE, places, strict=False):
        axes.plot(x, share[:, i], color=colour, linewidth=1.8)
        _beside(pen, axes, x[-1], y, labels.region(labels.case.setting.regions[int(i)]), colour)


def _spread(places: list[float], apart: float) -> list[float]:
    """Places moved so far that neighbours are at least so much apart, in their order and about their middle."""
    order = np.argsort(places, kind="stable")
    moved = np.array(places)[order]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + apart)
    moved -= np.mean(moved - np.array(places)[order])
    found = np.empty(len(moved))
    found[order] = moved
    return [float(place) for place in found]


def _beside(pen: Pen, axes: Axes, x: float, y: float, text: str, colour: str, up: float = 0.0) -> None:
    """A name right of the last point, with a mark in its colour."""
    axes.annotate(
        "■", (x, y), (7, up), textcoords="offset points", va="center", fontsize=7.5, color=colour,
        family=["DejaVu Sans"], annotation_clip=False,
    )  # fmt: skip
    axes.annotate(
        text, (x, y), (18, up), textcoords="offset points", va="center", annotation_clip=False,
        **pen.text(8.5, color=INK),
    )  # fmt: skip
