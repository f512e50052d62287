"""Pictures of the loop: what moves from cycle to cycle, and maps of the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from spatialcoord.coordination.coordinate import Coordinated
from spatialcoord.coordination.table import Table
from spatialcoord.explore.drawing import BLUE, GREEN, INK, ORANGE, QUIET, Pen
from spatialcoord.messages import catalogue

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (BLUE, ORANGE, GREEN, INK)
# of what every panel shows under the same name: colour and marker
LOOKS = {
    "none": (QUIET, "v"),
    "same": (ORANGE, "s"),
    "plan": (BLUE, "o"),
    "realised": (GREEN, "^"),
    "when_due": (ORANGE, "s"),
    "finally": (GREEN, "^"),
}


def figures_of(found: Coordinated, data: xr.Dataset, lang: str) -> dict[str, Figure]:
    """The picture of the cycles, and maps of the last plan and of the payments in the last cycle."""
    return {"loop": _loop(found, data, lang), **_maps(found, data, lang)}


def _loop(found: Coordinated, data: xr.Dataset, lang: str) -> Figure:
    pen = Pen.of(lang)
    t = pen.words.t
    title = t("coordination.figure.title", case=found.case.scenario.title.in_language(pen.words.lang))
    figure = pen.figure(11.0, 8.2, title, t("coordination.figure.note"))
    grid = {"left": 0.08, "right": 0.97, "top": 0.88, "bottom": 0.1, "wspace": 0.24, "hspace": 0.42}
    panels = figure.subplots(2, 2, gridspec_kw=grid)
    cycle = data["cycle"].values
    money = pen.words.unit(f"{found.case.scenario.money_unit}/yr")
    _lines(
        pen,
        panels[0, 0],
        cycle,
        t("coordination.figure.disparity"),
        {
            "none": data["index_no_programme"],
            "same": data["index_same_per_head"],
            "plan": data["index_simulated"],
            "realised": data["index_realised"],
        },
    )
    _lines(
        pen,
        panels[0, 1],
        cycle,
        t("summary.table.with_unit", name=t("coordination.figure.output"), unit=money),
        {
            "same": data["output_gain_same_per_head"],
            "plan": data["output_gain"],
            "realised": data["output_gain_realised"],
        },
    )
    panels[0, 1].yaxis.set_major_formatter(lambda x, _: pen.words.number(x).replace("-", "−"))
    _beliefs(pen, panels[1, 0], data)
    _lines(
        pen,
        panels[1, 1],
        cycle,
        t("coordination.figure.kept"),
        {"when_due": data["kept_when_due"], "finally": data["kept_share"]},
    )
    panels[1, 1].set_ylim(-0.03, 1.05)
    panels[1, 1].yaxis.set_major_formatter(lambda x, _: pen.words.percent(x, 0))
    for axes in panels.flat:
        axes.set_xlabel(t("coordination.figure.cycle"), **pen.text(9.0))
        axes.set_xticks(cycle)
        axes.set_xlim(cycle[0] - 0.4, cycle[-1] + 0.4)
    return figure


def _lines(pen: Pen, axes: Axes, cycle: Any, title: str, lines: dict[str, Any]) -> None:
    pen.quiet(axes)
    axes.set_title(title, loc="left", pad=22, **pen.text(10.0, weight="bold"))
    for key, values in lines.items():
        colour, marker = LOOKS[key]
        label = pen.words.t(f"coordination.figure.{key}")
        axes.plot(cycle, values, color=colour, marker=marker, ms=4.5, lw=1.4, label=label)
    _legend(pen, axes)


def _beliefs(pen: Pen, axes: Axes, data: xr.Dataset) -> None:
    pen.quiet(axes)
    axes.set_title(
        pen.words.t("coordination.figure.beliefs"), loc="left", pad=22, **pen.text(10.0, weight="bold")
    )
    cycle = data["cycle"].values.astype(float)
    for i, kind in enumerate(data["capital"].values):
        one, colour = data.sel(capital=kind), COLOURS[i % len(COLOURS)]
        label = pen.words.t(f"coordination.name.capital_{kind}")
        axes.plot(cycle, one["belief"], color=colour, marker="o", ms=4.5, lw=1.4, label=label)
        middle, low, high = (one[name].values for name in ("estimate", "estimate_low", "estimate_high"))
        axes.errorbar(
            cycle + 0.08 * (i + 1),
            middle,
            yerr=[middle - low, high - middle],
            color=colour,
            fmt="s",
            ms=3,
            lw=0.9,
            capsize=2,
        )
        axes.axhline(float(one["planted"]), color=colour, lw=0.9, ls=(0, (4, 3)))
    _legend(pen, axes)


def _legend(pen: Pen, axes: Axes) -> None:
    if not axes.get_legend_handles_labels()[0]:
        return
    # between title and panel, where it covers no line
    legend = axes.legend(
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(-0.02, 0.99),
        ncol=4,
        handlelength=1.3,
        handletextpad=0.4,
        columnspacing=0.9,
        prop={"family": list(pen.families), "size": 7.5},
    )
    for text in legend.get_texts():
        text.set_color(QUIET)
        text.set_parse_math(False)


def _maps(found: Coordinated, data: xr.Dataset, lang: str) -> dict[str, Figure]:
    from spatialcoord.maps.region_map import region_map

    graph, setting = found.case.graph, found.case.setting
    if not graph.has_geometry:
        return {}
    unit = f"{found.case.scenario.currency} per head"
    last = found.cycles[-1]
    # a state is where the next cycle begins: the last one began with that of the cycle before
    began = found.cycles[-2]["state"]["figures"] if len(found.cycles) > 1 else {}
    people = np.array(began.get("population", setting.population))
    money = data["allocation"].isel(cycle=-1).sum("line").values
    note = f"{last['years'][0]}–{last['years'][-1]}"
    titles = {one: catalogue(one).t("coordination.figure.allocation") for one in ("en", "zh")}
    maps = {"allocation": region_map(graph, 1e6 * money / people, titles, unit, lang, note, yearly=True)}
    paid = data["agreement_payment"].isel(cycle=-1).values
    if np.isfinite(paid).all() and paid.any():
        table = Table.of(setting, found.case.scenario.negotiation.between)
        spread = np.asarray(table.member.T @ (paid / table.total(people)))
        titles = {one: catalogue(one).t("coordination.figure.payments") for one in ("en", "zh")}
        maps["payments"] = region_map(graph, 1e6 * spread, titles, unit, lang, note, yearly=True)
    return maps
