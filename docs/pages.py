"""Pages that come from the code itself: the scenario's keys, and every registered part.

mkdocs calls :func:`on_files` while it builds; a part that registers itself is on its page without another line.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

from mkdocs.structure.files import File, Files

from spatialcoord import registry
from spatialcoord.formulas.law import Law, laws
from spatialcoord.scenario import json_schema

KINDS = {
    "instruments": (
        "Instruments",
        "By which means: a key of `instruments:` in a scenario each.",
        registry.instruments,
    ),
    "measures": (
        "Disparity measures",
        "How disparity is measured: `objective.measure` in a scenario.",
        registry.measures,
    ),
    "outcomes": (
        "Outcomes",
        "What is made equal, per head: `objective.of` in a scenario.",
        registry.outcomes,
    ),
    "formula_rules": (
        "Formulas and their numbers",
        "What the law would give: `spatialcoord formula NAME`, or a key of `formulas:` in a scenario each.",
        registry.formulas,
    ),
    "actor_rules": (
        "Actors and their parameters",
        "Who is affected by a plan and speaks about it: a key of `actors:` in a scenario each.",
        registry.actors,
    ),
    "institution_kinds": (
        "Kinds of institutions and their terms",
        "In which form regions bind themselves: `kind` of a key of `institutions:` in a scenario ([what that means](institutions.md)).",
        registry.institutions,
    ),
}
ELSEWHERE = ("instruments", "institutions")  # sections with pages of their own
INTRODUCTION = """\
Keys without a default are required. CUR is the case's currency; a value outside the allowed range is refused, one outside
the plausible range is told. The sections of the instruments are on [their own page](instruments.md), and so are the terms of
[institutions](institution_kinds.md)."""
HEAD = "|key|default|unit|allowed|plausible|what it is|source of default and range|\n|---|---|---|---|---|---|---|\n"


def on_files(files: Files, config: Any) -> Files:
    """Add the generated pages to the site."""
    schema = json_schema()
    pages = {"scenario_keys.md": _scenario_page(schema)}
    pages |= {f"{kind}.md": _parts_page(*about) for kind, about in KINDS.items()}
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files


def _scenario_page(schema: dict[str, Any]) -> str:
    parts = [
        "# Every key of a scenario",
        INTRODUCTION,
    ]
    keys = {key: node for key, node in schema["properties"].items() if key not in ELSEWHERE}
    simple = {key: node for key, node in keys.items() if not _section(node, schema)}
    parts.append(HEAD + "".join(_rows(simple, schema, "")))
    for key, node in keys.items():
        section = _section(node, schema)
        if section:
            about = section.get("description", "").split("\n\n")[0]
            parts += [
                f"## {key}",
                node.get("description", about),
                HEAD + "".join(_rows(section["properties"], schema, "")),
            ]
    return "\n\n".join(parts) + "\n"


def _parts_page(title: str, about: str, kind: registry.Registry) -> str:
    parts = [f"# {title}", about]
    for name in kind.names():
        part = kind.get(name)
        doc = inspect.getdoc(part) or ""
        first = _plain(doc.split("\n\n")[0])
        parts += [f"## {name}", f"**{part.title['en']}** ({part.title['zh']}). {first}"]
        source = (
            f" Source: {part.source}."
            if part.source
            else (" No law stands behind it." if kind is registry.formulas else "")
        )
        unit = f"Unit: {part.unit}." if hasattr(part, "unit") else ""
        parts.append(f"{unit}{source}".strip())
        used = getattr(part, "cases", ()) if kind is registry.institutions else ()
        parts += [f"Used in: {'; '.join(used)}."] if used else []
        if affair := getattr(part, "affair", ""):
            parts.append(
                f"Where a scenario forms [institutions](institutions.md), it acts only between members of one with the affair `{affair}`."
            )
        if hasattr(part, "evaluate"):
            parts += _measure(part)
        params = getattr(part, "Params", None)
        if params is not None and params.model_fields:
            own = params.model_json_schema()
            parts.append(HEAD + "".join(_rows(own["properties"], own, "")))
    if kind is registry.formulas:
        parts += _laws()
    return "\n\n".join(parts) + "\n"


def _laws() -> list[str]:
    """Every number of every law, with its source and whether it was checked."""
    parts = []
    for name in laws():
        law = Law(name)
        parts.append(f"## {law.about['title']['en']} (`{name}`)")
        rows = "".join(
            f"|`{e.key}`|{e.value:.12g}|{e.unit}|{e.source}|{'yes' if e.verified else 'no'}|\n"
            for e in map(law.entry, law)
        )
        parts.append("|key|value|unit|source|checked against the source|\n|---|---|---|---|---|\n" + rows)
    return parts


def _measure(part: Any) -> list[str]:
    """Formula and range of a measure, from the function that evaluates it, and where it may stand."""
    doc = inspect.getdoc(part.evaluate) or ""
    formula = re.search(r"\.\. math::(.*?)(?:\\qquad|\\quad)?\s*\(1\)", doc, re.DOTALL)
    returns = re.search(r"Returns\n-+\n.*\n((?:    .*\n?)+)", doc)
    lines = [f"```latex\n{inspect.cleandoc(formula[1]).strip()}\n```"] if formula else []
    if returns:
        lines.append("Value: " + _plain(" ".join(returns[1].split())))
    mean = "It can" if part.over_mean else "It is no share of the mean and cannot"
    groups = " Groups come from `regions.levels`." if part.grouped else ""
    return [*lines, f"{mean} stand in an equity-adjusted mean.{groups}"]


def _plain(text: str) -> str:
    """Text of a docstring with its roles as plain code."""
    return re.sub(r":\w+:`[.\\~]*([^`]*)`", r"`\1`", text)


def _section(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any] | None:
    """The section a node stands for, None where it is a value."""
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return node if "properties" in node else None


def _rows(properties: dict[str, Any], schema: dict[str, Any], prefix: str) -> list[str]:
    rows = []
    for key, node in properties.items():
        section = _section(node, schema)
        if section:
            rows += _rows(section["properties"], schema, f"{prefix}{key}.")
            continue
        forms = [node, *node.get("anyOf", ())]
        choices = next((f["enum"] for f in forms if "enum" in f), None)
        low, high = (
            next((f[k] for f in forms for k in (end, f"exclusive{end.title()}") if k in f), None)
            for end in ("minimum", "maximum")
        )
        allowed = ", ".join(map(str, choices)) if choices else _range(low, high)
        cells = (
            f"`{prefix}{key}`",
            _value(node["default"]) if "default" in node else "",
            "" if node.get("unit", "1") == "1" else node["unit"],
            allowed,
            _range(*node.get("plausible", (None, None))),
            node.get("description", ""),
            _source(node),
        )
        rows.append("|" + "|".join(str(c).replace("|", "\\|").replace("\n", " ") for c in cells) + "|\n")
        # sections in a list or under names of the planner's choice
        inners = [
            (part, label)
            for form in forms
            for inner, label in ((form.get("items"), "N"), (form.get("additionalProperties"), "NAME"))
            if isinstance(inner, dict)
            for part in (inner, *inner.get("anyOf", ()))
        ]
        for inner, label in inners:
            below = _section(inner, schema)
            if below:
                rows += _rows(below["properties"], schema, f"{prefix}{key}.{label}.")
    return rows


def _source(node: dict[str, Any]) -> str:
    source = node.get("source", "")
    checked = node.get("verified") or not source or source.startswith("design choice")
    return source if checked else f"{source} (not verified)"


def _range(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"


def _value(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else f"{value}"
