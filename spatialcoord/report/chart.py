"""The chart of the section "How sure": for each assumption the range of the plan's gain, on one scale."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spatialcoord.results import Words, sheets

if TYPE_CHECKING:
    from spatialcoord.results import Plan

WIDTH, LEFT, RIGHT = 520.0, 250.0, 60.0  # of the drawing; room for names, and for values beside the last dot
TOP, STEP, FOOT = 26.0, 26.0, 22.0


def sensitivity_chart(plan: Plan, words: Words) -> dict[str, Any] | None:
    """Places and words of the chart, ready to draw.

    Parameters
    ----------
    plan : Plan
        The plan.
    words : Words
        Its words.

    Returns
    -------
    dict or None
        Sizes, ticks, the line of nothing gained, the line of the plan's own gain, and a row for every parameter that was
        varied with its dots; None where nothing was.
    """
    entries = plan.summary.get("sensitivity") or []
    if not entries:
        return None
    index = sheets.index(plan.summary)
    own = index["equal_per_head"] - index["after"]
    gains = [own, *(entry["gain"] for entry in entries)]
    ticks, digits = ticks_between(min(0.0, *gains), max(0.0, *gains))
    low, high = min(ticks[0], *gains), max(ticks[-1], *gains)

    def place(gain: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (gain - low) / (high - low), 1)

    rows: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        rows.setdefault(sheets.parameter(words, entry), []).append(entry)
    bottom = TOP + STEP * len(rows)
    return {
        "title": words.t("report.chart.axis"),
        "width": WIDTH,
        "height": bottom + FOOT,
        "top": TOP,
        "bottom": bottom,
        "ticks": [(place(tick), words.number(tick, digits)) for tick in ticks],
        "zero": place(0.0),
        "own": place(own),
        "own_label": words.t("report.chart.own"),
        "rows": [
            _row(words, name, row, place, TOP + STEP * (i + 0.5))
            for i, (name, row) in enumerate(rows.items())
        ],
    }


def _row(words: Words, name: str, entries: list[Mapping[str, Any]], place: Any, y: float) -> dict[str, Any]:
    ordered = sorted(entries, key=lambda entry: entry["gain"])
    first, last = ordered[0], ordered[-1]
    return {
        "label": name,
        "y": y,
        "low": place(first["gain"]),
        "high": place(last["gain"]),
        "low_label": _short(words, first) if len(ordered) > 1 else "",
        "high_label": _short(words, last),
        "points": [
            (place(entry["gain"]), f"{sheets.value(words, entry)}: {words.signed(entry['gain'], 5)}")
            for entry in ordered
        ],
    }


def _short(words: Words, entry: Mapping[str, Any]) -> str:
    """A value in the few letters that fit beside a dot."""
    taken, unit = entry["value"], entry.get("unit", "1")
    if unit == "share of range" and taken in (0, 1):
        return words.t("report.chart.high" if taken else "report.chart.low")
    return sheets.value(words, entry if unit == "yr" else {**entry, "unit": "1"})


def ticks_between(low: float, high: float, most: int = 4) -> tuple[list[float], int]:
    """Round values from `low` to `high` at equal steps, at most `most` steps, and the decimals to write them."""
    span = high - low
    if span <= 0:
        return [low, low + 1.0], 0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(k * power for k in (1, 2, 5, 10, 20) if span / (k * power) <= most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [round(i * step, 12) for i in range(first, last + 1)], digits
