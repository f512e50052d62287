"""Two or more plans side by side: which inputs differ, what came out, who wins and who loses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.results.compared import TINY, Comparison, Figure, Key, Outcome
from spatialcoord.results.plan import Plan
from spatialcoord.results.sheets import measures_in_order
from spatialcoord.results.table import instrument_totals, region_table
from spatialcoord.scenario import Scenario, diff, parse_scenario


def compare(plans: Sequence[Plan], names: Sequence[str] | None = None) -> Comparison:
    """Compare plans with the first of them.

    Plans of different cases, regions, currencies or targets are compared as far as that means something; the rest is
    left out and said.

    Parameters
    ----------
    plans : sequence of Plan
        At least two.
    names : sequence of str, optional
        A name a plan, all different; "A", "B", ... by default.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        Fewer than two plans, none of them with a formula to compare with, or names that do not fit.
    """
    chosen = tuple(names) if names is not None else tuple(chr(ord("A") + i) for i in range(len(plans)))
    if len(plans) < 2 and not any(plan.summary.get("formulas") for plan in plans):
        raise InputError(
            Problem(f"{len(plans)} plan to compare", remedy="Name two folders or more that a run wrote.")
        )
    if len(chosen) != len(plans) or len(set(chosen)) != len(chosen):
        raise InputError(Problem(f"{len(set(chosen))} different names for {len(plans)} plans", where="names"))
    notes: list[tuple[str, dict[str, Any]]] = []
    made = Comparison(tuple(plans), chosen, notes=notes)
    if len(plans) > 1 and len({plan.dataset.attrs["fingerprint"] for plan in plans}) == 1:
        notes.append(("same", {}))
    for i in range(1, len(plans)):
        _note_differences(made, i)
    made.keys.extend(_keys(made))
    for i in range(1, len(plans)):
        if not _same_objective(made, i):
            notes.append(("objective", {"first": chosen[0], "other": chosen[i]}))
    for i in range(1, len(plans)):
        made.figures.extend(_figures(made, i))
        made.regions.append(_regions(made, i))
    made.outcomes.extend(_outcomes(made))
    return made


def common_regions(comparison: Comparison, plan: int) -> list[str]:
    """Regions that the first plan and another both have, in the order of the first."""
    other = set(comparison.plans[plan].graph.ids)
    return [region for region in comparison.plans[0].graph.ids if region in other]


def same(comparison: Comparison, plan: int, *attributes: str) -> bool:
    """Whether another plan has these attributes of the Dataset as the first has them."""
    first, other = comparison.plans[0].dataset.attrs, comparison.plans[plan].dataset.attrs
    return all(first[name] == other[name] for name in attributes)


def _same_objective(c: Comparison, i: int) -> bool:
    """Whether another plan was judged by the very objective of the first, its weights and measure included."""
    told = [tuple(p.summary["objective"].get(k) for k in ("name", "measure", "unit")) for p in c.plans]
    keys = [key for key in c.keys if key.name.startswith("objective.")]
    return told[0] == told[i] and same(c, i, "target") and all(key.values[0] == key.values[i] for key in keys)


MONEY = ("currency", "money_unit", "price_year")


def _note_differences(c: Comparison, i: int) -> None:
    """Say in which ways another plan is of another kind."""
    first, other = c.plans[0], c.plans[i]
    a, b = first.dataset, other.dataset
    names = {"first": c.names[0], "other": c.names[i]}
    for key in ("case", "currency", "price_year", "target"):
        if not same(c, i, key):
            c.notes.append((key, {**names, "a": a.attrs[key], "b": b.attrs[key]}))
    shared = len(common_regions(c, i))
    if shared < max(len(first.graph), len(other.graph)):
        values = {"common": shared, "a": len(first.graph) - shared, "b": len(other.graph) - shared}
        c.notes.append(("regions" if shared else "no_regions", {**names, **values}))
    for key in ("year", "period"):
        spans = [(int(d[key].values[0]), int(d[key].values[-1])) for d in (a, b)]
        if spans[0] != spans[1]:
            (a_first, a_last), (b_first, b_last) = spans
            c.notes.append((key, {**names, "a": f"{a_first}–{a_last}", "b": f"{b_first}–{b_last}"}))
    if (
        a.attrs["fingerprint"] != b.attrs["fingerprint"]
        and first.summary["versions"] != other.summary["versions"]
    ):
        c.notes.append(("versions", names))


def _keys(c: Comparison) -> list[Key]:
    """Values in which the scenarios differ, by key; a scenario that cannot be read is said and left out."""
    scenarios: list[Scenario | None] = []
    for plan, name in zip(c.plans, c.names, strict=True):
        try:
            scenarios.append(parse_scenario(plan.dataset.attrs["scenario"], name=name))
        except InputError as error:
            scenarios.append(None)
            c.notes.append(("scenario", {"name": name, "why": error.problems[0].what}))
    first = scenarios[0]
    if first is None:
        return []
    found: dict[str, list[Any]] = {}
    for i, scenario in enumerate(scenarios[1:], 1):
        for difference in diff(first, scenario) if scenario is not None else ():
            values = found.setdefault(difference.key, [difference.first] * len(scenarios))
            values[i] = difference.second
    return [Key(key, tuple(values)) for key, values in sorted(found.items())]


def _figures(c: Comparison, i: int) -> list[Figure]:
    """Columns of the tables that differ for the regions both plans have."""
    first, other = c.plans[0].graph, c.plans[i].graph
    if first.fingerprint() == other.fingerprint():
        return []
    ids = common_regions(c, i)
    if not ids:
        return []
    a, b = (graph.frame.drop(columns="geometry", errors="ignore").loc[ids] for graph in (first, other))
    names = {"first": c.names[0], "other": c.names[i]}
    for key, extra in (("only_first", set(a) - set(b)), ("only_other", set(b) - set(a))):
        if extra:
            c.notes.append((key, {**names, "columns": ", ".join(sorted(map(str, extra)))}))
    found = []
    for column in (str(column) for column in a if column in b):
        x, y = a[column], b[column]
        if x.dtype.kind in "fiu" and y.dtype.kind in "fiu":
            size = np.maximum(x.abs(), y.abs())
            apart = (x - y).abs() / size.where(size > 0, 1.0)
            apart = apart.where(apart.notna(), (x.isna() != y.isna()).astype(float))
        else:
            apart = (
                x.astype(object).fillna("").astype(str) != y.astype(object).fillna("").astype(str)
            ).astype(float)
        if (apart > TINY).any():
            where = apart.idxmax()
            found.append(Figure(i, column, int((apart > TINY).sum()), str(where), x[where], y[where]))
    if len(first.links) != len(other.links) or not first.links.equals(other.links):
        c.notes.append(("links", names))
    return found


def _regions(c: Comparison, i: int) -> pd.DataFrame:
    """Money, effect and net position of every common region in both plans, and the difference."""
    ids = common_regions(c, i)
    a, b = (region_table(plan).loc[ids] for plan in (c.plans[0], c.plans[i]))
    columns = []
    if same(c, i, *MONEY):
        columns.append("amount_per_head")
        if same(c, i, "target"):
            columns.append("change_per_head")
        columns.append("net")
    made: dict[str, pd.Series] = {}
    for column in columns:
        made |= {f"{column}_first": a[column], f"{column}_other": b[column], column: b[column] - a[column]}
    return pd.DataFrame(made, index=pd.Index(ids, name="region"))


def _outcomes(c: Comparison) -> list[Outcome]:
    others, none = range(1, len(c.plans)), ("1",) * len(c.plans)
    money = all(same(c, i, *MONEY) for i in others)
    target = all(same(c, i, "target") for i in others)
    summaries = [plan.summary for plan in c.plans]
    per_head = summaries[0]["objective"]["unit"] not in ("1", "")

    def row(key: str, kind: str, *path: str, comparable: bool) -> Outcome:
        values = [_inner(s, path) for s in summaries]
        units = tuple(str(s[path[0]].get("unit", "1")) for s in summaries)
        return Outcome(key, kind, units, tuple(values), comparable)

    comparable = all(_same_objective(c, i) for i in others) and (money or not per_head)
    found = [
        row("objective", "per_head" if per_head else "index", "objective", "value", comparable=comparable)
    ]
    lead = measures_in_order(summaries[0])[0]
    measures = list(dict.fromkeys(m for s in summaries for m in s["disparity"]))
    for measure in sorted(measures, key=lambda m: m != lead):
        found.append(row(f"disparity:{measure}", "index", "disparity", measure, "after", comparable=target))
    found.append(Outcome("gain", "index", none, tuple(_gain(plan, lead) for plan in c.plans), target))
    for key, path in (
        ("mean", ("mean", "after")),
        ("output", ("output", "gained")),
        ("forgone", ("output", "forgone")),
        ("available", ("budget", "available")),
        ("spent", ("budget", "spent")),
    ):
        kind = "per_head" if key == "mean" else "money"
        found.append(row(key, kind, *path, comparable=money and (target or key != "mean")))
    units = tuple(str(plan.dataset.attrs["money_unit"]) for plan in c.plans)
    totals = [instrument_totals(plan)["amount"] for plan in c.plans]
    for name in dict.fromkeys(str(n) for total in totals for n in total.index):
        values = tuple(float(total[name]) if name in total.index else None for total in totals)
        found.append(Outcome(f"instrument:{name}", "money", units, values, money))
    better = tuple(float((region_table(plan)["change_per_head"] > 0).sum()) for plan in c.plans)
    found.append(Outcome("better_off", "count", none, better))
    for key in ("at_ceiling", "at_floor"):
        found.append(Outcome(key, "count", none, tuple(float(s[key]) for s in summaries)))
    return found


def _gain(plan: Plan, measure: Any) -> float | None:
    """Fall of an index beyond that of the same money per head."""
    row = plan.summary["disparity"].get(measure)
    return None if row is None else float(row["equal_per_head"] - row["after"])


def _inner(summary: Any, path: Sequence[str]) -> float | None:
    for key in path:
        summary = summary.get(key) if isinstance(summary, dict) else None
    return None if summary is None else float(summary)
