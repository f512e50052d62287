"""What each section of the report says, as written-out text and cells; the template only lays it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.results import Words, region_table, sheets
from spatialcoord.results.actors import binding_lines
from spatialcoord.results.console import all_spent, budget_sources
from spatialcoord.results.ledger import OUTSIDE, PROGRAMME, ledger_table
from spatialcoord.results.sheets import Sheet
from spatialcoord.results.table import line_table, total_row
from spatialcoord.results.words import missing_lines, partial_line

if TYPE_CHECKING:
    from spatialcoord.results import Plan

MOST_ROWS = 120  # regions in the table; of more, the ends are shown
MOST_NAMED = 3  # regions named in a sentence
MOST_LINES = 4  # instruments with a column of their own in it; the workbook has them all


def question(plan: Plan, words: Words) -> str:
    """The case's question, or the general one."""
    attrs = plan.dataset.attrs
    asked = attrs.get(f"question_{words.lang}") or attrs.get("question")
    return str(asked) if asked else words.t("report.question_default", target=_target(plan, words))


def partial(plan: Plan, words: Words) -> str:
    """What the case lacks and what stands in, in a sentence; nothing where it lacks nothing."""
    missing = plan.summary.get("missing")
    return partial_line(words, missing) if missing else ""


def headlines(plan: Plan, words: Words) -> list[tuple[str, str, str]]:
    """Figure, what it is, and a second line, for each headline."""
    summary, data, table = plan.summary, plan.dataset, region_table(plan)
    first, last = data["year"].values[[0, -1]]
    budget, output = summary["budget"], summary["output"]
    unspent = words.amount(budget["unspent"], budget["unit"])
    if all_spent(budget):
        spent = words.t("report.headline.budget_spent")
    else:
        spent = words.t("report.headline.budget_unspent", unspent=unspent)
    spent = words.t("summary.join_sentences").join((spent, *budget_sources(words, budget)))
    index = sheets.index(summary)
    digits = sheets.index_digits(*index.values())
    before, after = (words.number(index[outcome], digits) for outcome in ("before", "after"))
    key = f"report.headline.{'index' if digits else 'index_change'}"  # large figures do not fit side by side
    best = output["best_attainable_gain"]
    forgone = words.percent(output["forgone"] / best if best > 0 else float("nan"), 1)
    return [
        (
            words.amount(budget["available"], budget["unit"]),
            words.t("report.headline.budget", first=first, last=last),
            spent,
        ),
        (
            f"{before} → {after}"
            if digits
            else words.signed_percent(index["after"] / index["before"] - 1.0, 2),
            words.t(key, measure=_index_label(plan, words), before=before, after=after),
            words.t("report.headline.index_equal", equal=words.number(index["equal_per_head"], digits)),
        ),
        (
            words.signed_amount(output["gained"], output["unit"].removesuffix("/yr")),
            words.t(
                "report.headline.output_a_year"
                if output["unit"].endswith("/yr")
                else "report.headline.output",
                first=data["period"].values[0],
                last=data["period"].values[-1],
            ),
            words.t("report.headline.output_forgone", share=forgone),
        ),
        (
            words.t(
                "report.headline.gainers", gain=int((table["change_per_head"] > 0).sum()), regions=len(table)
            ),
            words.t("report.headline.gainers_what"),
            words.t("report.headline.limits", ceiling=summary["at_ceiling"], floor=summary["at_floor"]),
        ),
    ]


def method(plan: Plan, words: Words) -> str:
    """The method in a paragraph."""
    data, name = plan.dataset, plan.summary["objective"]["name"]
    target, measure, limits = _target(plan, words), sheets.sought(plan, words), sheets.limits(plan, words)
    known = name in ("equity_adjusted_mean", "minimise_index", "maximise_mean", "actor")
    objective = plan.summary["objective"]
    key = f"report.method_text.{name if known else 'other'}"
    weights = np.flatnonzero(data["target_weight"].values)
    first, last = data["period"].values[weights[[0, -1]]] if len(weights) else data["period"].values[[0, -1]]
    at = "at_year" if first == last else "at_mean"
    title = words.target
    parts = [
        words.t(
            key,
            target=target,
            measure=measure,
            objective=words.objective(objective),
            actor=words.text(objective.get("actor_title", "")),
            unit=words.unit(objective["unit"]),
        ),
        *([words.t("report.method_text.at_most", limits=limits)] if limits else []),
        *binding_lines(plan, words),
        words.t(f"report.method_text.{at}", target=title, first=first, last=last),
        words.t("report.method_text.response"),
        words.t("report.method_text.counterfactual"),
        *([words.t("report.method_text.counterfactual_tax")] if "levy" in data else []),
        words.t("report.method_text.population"),
    ]
    return ("" if words.lang == "zh" else " ").join(parts)


def instruments(plan: Plan, words: Words) -> Sheet:
    """Money by line, and the return of one more unit of capital where a line builds any."""
    sheet = sheets.instruments(plan, words)
    products = plan.summary.get("marginal_product") or {}
    if not products:
        return sheet
    returns = []
    for line in plan.dataset["instrument"].values:
        bands = [band for band in products.values() if str(line) in band["lines"]]
        returns.append(
            "; ".join(" – ".join(words.percent(band[k], 1) for k in ("min", "mean", "max")) for band in bands)
            or "–"
        )
    head = [*sheet.head, words.t("report.column.marginal_product")]
    return Sheet(head, [[*row, cell] for row, cell in zip(sheet.rows, returns, strict=True)])


def regions(plan: Plan, words: Words) -> Sheet:
    """The ministry's table, largest gain per head first, all regions together last."""
    table = region_table(plan).sort_values("change_per_head", ascending=False, kind="stable")
    lines = line_table(plan)
    note = ""
    if len(table) > MOST_ROWS:
        half = MOST_ROWS // 2
        table = table.iloc[[*range(half), *range(len(table) - half, len(table))]]
        note = words.t("report.column.regions_shown", count=half)
    years = plan.dataset["year"].values
    shown = lines.shape[1] if lines.shape[1] <= MOST_LINES else 0
    budget = "share_of_budget" in table
    columns = [
        words.t("summary.column.region"),
        *words.instruments[:shown],
        words.t("report.ministry.amount"),
        words.t("report.ministry.amount_per_head"),
        *([words.t("report.column.share_of_budget")] if budget else []),
        words.t("report.ministry.change_first", before=int(years[0]) - 1, first=years[0]),
        *(
            [words.t("report.ministry.change_yearly", first=years[0], last=years[-1])]
            if len(years) > 1
            else []
        ),
        words.t("report.ministry.net"),
        words.t("report.ministry.change_per_head"),
        words.t("report.column.rule"),
    ]

    def cells(name: str, by_line: Iterable[float], row: Mapping[Any, Any], rule: str) -> list[str]:
        return [
            name,
            *([words.number(x) for x in by_line] if shown else []),
            words.number(row["amount"]),
            words.number(row["amount_per_head"], 1),
            *([words.percent(row["share_of_budget"], 1)] if budget else []),
            words.signed_percent(row["change_first"], 1),
            *([words.signed_percent(row["change_yearly"], 1)] if len(years) > 1 else []),
            words.signed(row["net"]),
            words.signed(row["change_per_head"], 1),
            rule,
        ]

    names = dict(zip(plan.graph.ids, words.names, strict=True))
    rows = [
        cells(names[str(i)], lines.loc[i], row, words.label("rule", row["binding_rule"]))
        for i, row in table.iterrows()
    ]
    return Sheet(columns, rows, note, cells(words.t("summary.all_regions"), lines.sum(), total_row(plan), ""))


def regions_units(plan: Plan, words: Words) -> str:
    """The units of the ministry's table, and what its columns mean, in a line."""
    first, last = plan.dataset["year"].values[[0, -1]]
    return words.t(
        "report.ministry.units",
        money=words.unit(words.money), currency=words.unit(plan.dataset.attrs["currency"]),
        first=first, last=last, target=_target(plan, words),
    )  # fmt: skip


def who_pays(plan: Plan, words: Words) -> list[str]:
    """Who pays most and who receives most on balance, what leaves the regions, and that the sums are zero, in sentences."""
    table = ledger_table(plan)
    regions = table["total"].iloc[: len(words.names)]
    named = sorted(zip(regions, words.names, strict=True), key=lambda pair: pair[0])
    money = float(table["receipts"].iloc[: len(regions)].sum())
    nothing = 1e-9 * money

    def most(pairs: list[tuple[float, str]]) -> str:
        shown = (
            words.t("report.who_pays_text.region", name=name, amount=words.amount(abs(total), words.money))
            for total, name in pairs[:MOST_NAMED]
        )
        return words.t("summary.join").join(shown)

    text = {
        "payers": [pair for pair in named if pair[0] < -nothing],
        "receivers": [pair for pair in reversed(named) if pair[0] > nothing],
    }
    sentences = [
        words.t(f"report.who_pays_text.{side}", count=len(pairs), most=most(pairs))
        for side, pairs in text.items()
        if pairs
    ]
    if table.loc[OUTSIDE, "total"] > nothing:
        left = words.amount(float(table.loc[OUTSIDE, "total"]), words.money)
        sentences.append(words.t("report.who_pays_text.outside", amount=left))
    rest = abs(float(table.loc[PROGRAMME, "total"])) / money if money > 0 else 0.0
    return [*sentences, words.t("report.who_pays_text.balanced", rest=f"{rest:.1e}")]


def sureness(plan: Plan, words: Words) -> list[str]:
    """The verdict and what of the variations speaks for it, in sentences; empty where nothing was varied."""
    entries = plan.summary.get("sensitivity") or []
    if not entries:
        return []
    ordered = sorted(entries, key=lambda entry: entry["gain"])

    def named(entry: Mapping[str, Any]) -> str:
        name, taken = sheets.parameter(words, entry), sheets.value(words, entry)
        return words.t("report.sureness.assumption", parameter=name, value=taken)

    text = words.t(
        "report.sureness.count",
        better=sum(entry["gain"] > 0 for entry in entries), all=len(entries),
        least=words.signed(ordered[0]["gain"], 5), where_least=named(ordered[0]),
        most=words.signed(ordered[-1]["gain"], 5), where_most=named(ordered[-1]),
    )  # fmt: skip
    parts = [text]
    objective = [entry["objective_gain"] for entry in entries if "objective_gain" in entry]
    if objective:
        better = sum(gain > 0 for gain in objective)
        parts.append(words.t("report.sureness.objective", better=better, all=len(objective)))
    parts.append(words.t("report.sureness.how"))
    return [words.verdict(plan.summary), ("" if words.lang == "zh" else " ").join(parts)]


def caveats(plan: Plan, words: Words) -> list[str]:
    """What to know before use: the case's own caveats, what the response is, and what the maps show."""
    own = [words.text(caveat) for caveat in plan.summary.get("caveats", [])]
    return [
        *missing_lines(words, plan.summary),
        *own,
        *([words.t("report.borders")] if plan.graph.has_geometry else []),
    ]


def certificate(plan: Plan, words: Words) -> list[str]:
    """What was checked, in sentences: rules, three gaps, objective, size."""
    c, size, summary = plan.summary["certificate"], plan.summary["size"], plan.summary
    seconds = sum(summary["seconds"][step] for step in ("build", "handover", "solve", "read"))

    def say(key: str, **values: str) -> str:
        return words.t(f"report.certificate_text.{key}", **values)

    return [
        words.status(summary),
        say("feasible", violation=f"{c['max_violation']:.1e}"),
        say("solver", gap=f"{c['solver_gap']:.1e}"),
        say("approximation", gap=f"{c['approximation_gap']:.1e}"),
        say("reduction", gap=words.percent(c["reduction_gap"], 2)),
        say(
            "objective",
            recomputed=words.number(c["objective_recomputed"], 6),
            reported=words.number(summary["objective"]["value"], 6),
        ),
        say(
            "size",
            **{k: words.number(v) for k, v in size.items() if k in ("variables", "rows", "nonzeros")},
            seconds=words.number(seconds, 2),
        ),
    ]


def colophon(plan: Plan, words: Words) -> str:
    """With what the page was made."""
    summary = plan.summary
    version = summary["versions"].get("spatialcoord", "")
    return words.t("report.made_with", version=version, fingerprint=summary["fingerprint"])


def _index_label(plan: Plan, words: Words) -> str:
    """What the objective calls disparity, with its unit where it has one."""
    unit = str(plan.summary["objective"]["unit"])
    name = sheets.sought(plan, words)
    if plan.summary["objective"]["name"] != "minimise_index" or unit == "1":
        return name
    return words.t("summary.table.with_unit", name=name, unit=words.unit(unit))


def _target(plan: Plan, words: Words) -> str:
    title = words.target
    return title[:1].lower() + title[1:]
