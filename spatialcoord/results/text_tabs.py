"""The sheets of ``allocation.xlsx`` that hold words: provisions, what to read first, sources."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from spatialcoord.results import sheets
from spatialcoord.results.sources import source_tables
from spatialcoord.results.tab import TEXT, Column, Tab
from spatialcoord.results.words import Words, missing_lines

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan


WORDS = ("title", "question", "caveats", "missing")


def provisions(plan: Plan, words: Words) -> Tab:
    """Every value of the scenario, defaults included, by key."""
    columns = [
        Column(words.t("summary.column.key"), TEXT, 44),
        Column(words.t("summary.column.value"), TEXT, 70),
    ]
    text = plan.dataset.attrs["scenario"]
    parsed = _parsed(text)
    if isinstance(parsed, dict):  # words, not provisions; they stand on the sheet of sources and caveats
        parsed = {key: value for key, value in parsed.items() if key not in WORDS}
    return Tab(words.t("summary.tab.provisions"), columns, list(_flat(parsed)))


def about(plan: Plan, words: Words) -> Tab:
    """The plan's question and identity, and its caveats."""
    attrs, t = plan.dataset.attrs, words.t
    question = attrs.get(f"question_{words.lang}") or attrs.get("question")
    rows: list[list[Any]] = [
        [t("summary.about.title"), words.title],
        [t("summary.about.question"), question or ""],
        [t("summary.about.years"), words.period],
        [t("summary.about.money"), words.unit(words.money)],
        [t("summary.about.plan"), str(attrs["fingerprint"])],
        [t("summary.about.made"), f"spatialcoord {plan.summary['versions'].get('spatialcoord', '')}".strip()],
    ]
    rows += [[t("summary.about.missing"), line] for line in missing_lines(words, plan.summary)]
    rows += [[t("summary.about.caveat"), words.text(c)] for c in plan.summary.get("caveats", [])]
    columns = [Column(t("summary.about.what"), TEXT, 16), Column(t("summary.about.says"), TEXT, 110)]
    return Tab(t("summary.tab.about"), columns, rows)


def sources(plan: Plan, words: Words) -> list[Tab]:
    """The tables of the case's sources, a sheet each."""
    title = words.t("summary.tab.sources")
    return [
        Tab(
            title,
            [Column(head, TEXT, _source_width(table, i)) for i, head in enumerate(table.head)],
            table.rows,
        )
        for table in source_tables(plan, words.lang)
    ]


def _source_width(table: sheets.Sheet, index: int) -> int:
    longest = max((len(row[index]) for row in table.rows), default=0)
    return 14 if longest <= 12 else 30 if longest <= 60 else 60


def _parsed(text: str) -> Any:
    """The values of a scenario; its lines where it is no YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return text.splitlines()


def _flat(value: Any, key: str = "") -> Iterable[list[str]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if inner:
        for name, item in inner:
            yield from _flat(item, f"{key}.{name}" if key else str(name))
    else:
        yield [key, json.dumps(value, ensure_ascii=False, default=str).strip('"')]
