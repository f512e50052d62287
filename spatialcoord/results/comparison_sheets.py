"""A comparison of plans in words: written-out tables, the same on the console and on the page."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from spatialcoord.registry import measures, outcomes
from spatialcoord.results.compared import Comparison, Outcome
from spatialcoord.results.sheets import Sheet, measures_in_order
from spatialcoord.results.words import Words


def notes(c: Comparison, words: Words) -> list[str]:
    """What is not comparable, and what to keep in mind, in sentences."""

    def said(key: str, value: Any) -> Any:
        return words.part(outcomes, value) if key == "target" else value

    return [
        words.t(f"compare.note.{key}", **{k: said(key, v) if k in "ab" else v for k, v in values.items()})
        for key, values in c.notes
    ]


def keys(c: Comparison, words: Words, longest: int = 200) -> Sheet:
    """Values of the scenarios that differ; texts cut to `longest` characters."""
    rows = [[key.name, *(_value(value, longest) for value in key.values)] for key in c.keys]
    return Sheet([words.t("compare.column.key"), *c.names], rows)


def figures(c: Comparison, words: Words) -> Sheet:
    """Columns of the regions' tables that differ."""
    several = len(c.plans) > 2
    names = dict(zip(c.plans[0].graph.ids, words.names, strict=True))
    rows = [
        [
            figure.name,
            *([c.names[figure.plan]] if several else []),
            words.number(figure.regions),
            names[figure.where],
            _figure(words, figure.first),
            _figure(words, figure.other),
        ]
        for figure in c.figures
    ]
    other = [words.t("compare.column.plan")] if several else []
    heads = [words.t(f"compare.column.{name}") for name in ("regions", "where")]
    last = words.t("compare.column.there") if several else c.names[1]
    return Sheet([words.t("compare.column.figure"), *other, *heads, c.names[0], last], rows)


def outcome_sheet(c: Comparison, words: Words) -> Sheet:
    """Headline figures side by side, and each plan less the first."""
    lead = measures_in_order(c.plans[0].summary)[0]
    rows = []
    for outcome in c.outcomes:
        values = [_number(words, outcome, v, i) for i, v in enumerate(outcome.values)]
        changes = [_change(words, outcome, outcome.change(i)) for i in range(1, len(c.plans))]
        rows.append([_title(c, words, outcome.key, lead), *values, *changes])
    rows.append(
        [words.t("compare.outcome.verdict")]
        + [words.t(f"compare.verdict.{label}") if label in VERDICTS else label for label in _labels(c)]
        + [""] * (len(c.plans) - 1)
    )
    differences = [words.t("compare.less", other=name, first=c.names[0]) for name in c.names[1:]]
    return Sheet([words.t("compare.column.outcome"), *c.names, *differences], rows)


VERDICTS = ("better", "worse", "indistinguishable")


def winners_and_losers(c: Comparison, words: Words, plan: int, count: int | None = 10) -> list[Sheet]:
    """Regions that do better in another plan than in the first, and those that do worse; the largest first.

    By the change of what is made equal, per head; by money per head where the plans make different things equal; none
    where not even money is comparable. `count` None lists all.
    """
    table = c.regions[plan - 1]
    by = ranked_by(table)
    if by is None:
        return []
    size = max(1.0, float(table[[f"{by}_first", f"{by}_other"]].abs().to_numpy().max(initial=0.0)))
    ordered = table.sort_values(by, kind="stable")
    losers = ordered[ordered[by] < -1e-9 * size]
    winners = ordered[ordered[by] > 1e-9 * size].iloc[::-1]
    made = []
    for key, rows in (("winners", winners), ("losers", losers)):
        shown = rows if count is None else rows.head(count)
        left = len(rows) - len(shown)
        note = (
            words.t(f"compare.no_{key}")
            if not len(rows)
            else words.t("compare.more", count=left)
            if left
            else ""
        )
        made.append(_regions(c, words, plan, shown, note))
    return made


def ranked_by(table: pd.DataFrame) -> str | None:
    """Column by which regions win or lose."""
    return next(
        (name for name in ("change_per_head", "amount_per_head") if name in table and len(table)), None
    )


def count_sentence(c: Comparison, words: Words, plan: int) -> str:
    """How many regions win and lose, and how many people live there, in a sentence."""
    table = c.regions[plan - 1]
    by = ranked_by(table)
    if by is None:
        return words.t("compare.nothing")
    size = max(1.0, float(table[[f"{by}_first", f"{by}_other"]].abs().to_numpy().max(initial=0.0)))
    people = c.plans[0].dataset["population"].to_series().reindex(table.index)
    sides = [(table[by] > 1e-9 * size).to_numpy(), (table[by] < -1e-9 * size).to_numpy()]
    shares = [float(people[side].sum() / people.sum()) for side in sides]
    key = "count_change" if by == "change_per_head" else "count_amount"
    return words.t(
        f"compare.{key}",
        other=c.names[plan], first=c.names[0], win=int(sides[0].sum()), lose=int(sides[1].sum()),
        all=len(table), win_people=words.percent(shares[0], 1), lose_people=words.percent(shares[1], 1),
    )  # fmt: skip


def _regions(c: Comparison, words: Words, plan: int, rows: pd.DataFrame, note: str) -> Sheet:
    names = dict(zip(c.plans[0].graph.ids, words.names, strict=True))
    columns = [name for name in ("change_per_head", "amount_per_head", "net") if name in rows]
    head = [words.t("summary.column.region")]
    for name in columns:
        unit = words.unit(words.money if name == "net" else words.per_head)
        head.append(words.t(f"compare.column.{name}", unit=unit))
    digits = {"net": 0}
    cells = [
        [names[str(region)], *(words.signed(row[name], digits.get(name, 1)) for name in columns)]
        for region, row in rows.iterrows()
    ]
    return Sheet(head if cells else [], cells, note)


def _title(c: Comparison, words: Words, key: str, lead: str) -> str:
    kind, _, part = key.partition(":")
    if kind == "disparity":
        return words.t("compare.outcome.disparity", measure=words.part(measures, part))
    if kind == "instrument":
        titled = next(p for p in c.plans if part in p.dataset["instrument"].values)
        index = list(map(str, titled.dataset["instrument"].values)).index(part)
        return Words(titled, words.lang).instruments[index]
    if kind == "gain":
        return words.t("compare.outcome.gain", measure=words.part(measures, lead))
    return words.t(f"compare.outcome.{kind}")


def _labels(c: Comparison) -> list[str]:
    return [str(plan.summary["verdict"]["label"]) for plan in c.plans]


def _number(words: Words, outcome: Outcome, value: float | None, plan: int) -> str:
    if value is None:
        return "–"
    if outcome.kind == "index":
        return words.number(value, 5)
    if outcome.kind == "count":
        return words.number(value)
    unit = outcome.units[plan]
    if outcome.kind == "per_head":
        return words.t("summary.quantity", number=words.number(value, 1), unit=words.unit(unit))
    return words.amount(value, unit)


def _change(words: Words, outcome: Outcome, change: float | None) -> str:
    if change is None:
        return "–"
    if outcome.kind == "index":
        return words.signed(change, 5)
    if outcome.kind == "count":
        return words.signed(change)
    if outcome.kind == "per_head":
        return words.signed(change, 1)
    return words.signed_amount(change, outcome.units[0])


def _value(value: Any, longest: int) -> str:
    if value is None:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _figure(words: Words, value: Any) -> str:
    if isinstance(value, int | float | np.number):
        return "–" if np.isnan(value) else f"{float(value):,.6g}".replace("-", "−")
    return "–" if value is None or pd.isna(value) else str(value)
