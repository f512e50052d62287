"""The summary a planner reads on the console: money, disparity, output, winners, losers, rules, and how sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from spatialcoord.registry import measures, outcomes
from spatialcoord.results.table import instrument_totals, region_table
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from spatialcoord.results.plan import Plan

SHOWN = 10  # regions in the lists of gains and losses
CAVEATS = 3  # caveats shown here; the report shows all


def print_summary(console: Console, plan: Plan, lang: str = "en") -> None:
    """Print the summary of a plan.

    Parameters
    ----------
    console : rich.console.Console
        Where to.
    plan : Plan
        What to sum up.
    lang : str
        Language of the words, "en" or "zh".
    """
    from rich.markup import escape
    from rich.padding import Padding

    words = Words(plan, lang)
    summary = plan.summary

    def line(text: str, style: str = "") -> None:
        console.print(Padding(escape(text), (0, 0, 0, 2)), style=style)

    def heading(text: str) -> None:
        console.print()
        console.print(escape(text), style="bold")

    first, last = (int(plan.dataset["year"].values[i]) for i in (0, -1))
    heading(words.title)
    line(words.t("summary.programme", first=first, last=last, price_year=plan.dataset.attrs["price_year"]), "dim")
    line(objective_line(words, summary))
    line(words.verdict(summary), "bold")
    console.print()
    for text in money_lines(words, summary, first, last):
        line(text)
    line(limits_line(words, plan))

    heading(words.t("summary.head.disparity", target=words.part(outcomes, plan.dataset.attrs["target"])))
    console.print(_disparity(words, plan))
    heading(words.t("summary.head.lines"))
    console.print(_lines(words, plan))
    gains, losses = gains_and_losses(plan, SHOWN)
    for head, rows in (("gains", gains), ("losses", losses)):
        heading(words.t(f"summary.head.{head}"))
        if len(rows):
            console.print(_regions(words, plan, rows))
        else:
            line(words.t(f"summary.no_{head}"))
    if summary.get("binding"):
        heading(words.t("summary.head.binding"))
        console.print(_binding(words, plan))
        line(words.t("summary.price_in", unit=price_unit(words, plan)), "dim")
    if summary.get("horizons"):
        heading(words.t("summary.head.horizons"))
        console.print(_horizons(words, plan))
    if summary.get("sensitivity"):
        heading(words.t("summary.head.sensitivity"))
        console.print(_sensitivity(words, plan))
    if summary.get("caveats"):
        heading(words.t("summary.head.caveats"))
        for caveat in summary["caveats"][:CAVEATS]:
            line("· " + words.text(caveat))
    console.print()
    line(certificate_line(words, summary), "dim")
    console.print()


def objective_line(words: Words, summary: Mapping[str, Any]) -> str:
    """The objective and its value in a line."""
    objective = summary["objective"]
    value, unit = objective["value"], objective["unit"]
    written = words.number(value, 5) if unit in ("1", "") else f"{words.number(value)} {words.unit(unit)}"
    return words.t("summary.objective", name=words.label("objective_name", objective["name"]), value=written)


def money_lines(words: Words, summary: Mapping[str, Any], first: int, last: int) -> list[str]:
    """What was spent and what it does to output, in sentences."""
    budget, output = summary["budget"], summary["output"]
    # budget and output carry their own units
    money = {key: words.amount(budget[key], budget["unit"]) for key in ("available", "spent", "unspent")}
    all_spent = abs(budget["unspent"]) <= 1e-6 * max(1.0, abs(budget["available"]))
    lines = [words.t("summary.spent_all" if all_spent else "summary.spent", first=first, last=last, **money)]
    unit, best = output["unit"], output["best_attainable_gain"]
    gained = words.signed_amount(output["gained"], unit)
    if best > 0:
        forgone = words.amount(output["forgone"], unit)
        share = words.percent(output["forgone"] / best, 1)
        lines.append(
            words.t("summary.output_gained", gained=gained, best=words.amount(best, unit), forgone=forgone, share=share)
        )
    else:
        lines.append(words.t("summary.output_lost", gained=gained, best=words.amount(best, unit)))
    equal = output["equal_per_head"] - output["before"]
    return [*lines, words.t("summary.output_equal", gained=words.signed_amount(equal, unit))]


def limits_line(words: Words, plan: Plan) -> str:
    """How many regions are at the ceiling and at the floor."""
    summary = plan.summary
    return words.t(
        "summary.at_limits", ceiling=summary["at_ceiling"], floor=summary["at_floor"], regions=plan.dataset.sizes["region"]
    )


def certificate_line(words: Words, summary: Mapping[str, Any]) -> str:
    """What was checked and the three gaps, in a line."""
    c = summary["certificate"]
    return words.t(
        "summary.certificate",
        violation=f"{c['max_violation']:.1e}", solver=f"{c['solver_gap']:.1e}",
        approximation=f"{c['approximation_gap']:.1e}", reduction=words.percent(c["reduction_gap"], 2),
    )  # fmt: skip


def gains_and_losses(plan: Plan, count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of :func:`region_table` with the largest gains and the largest losses per head, at most `count` of each."""
    table = region_table(plan).sort_values("change_per_head", kind="stable")
    losses = table[table["change_per_head"] < 0].head(count)
    gains = table[table["change_per_head"] > 0].iloc[::-1].head(count)
    return gains, losses


def regions_of(row: Mapping[str, Any]) -> int:
    """Number of regions in an entry of ``binding``, which holds the number or the ids."""
    regions = row["regions"]
    return int(regions) if isinstance(regions, int | float) else len(regions)


def horizon_value(row: Mapping[str, Any], outcome: str) -> float:
    """Disparity of an outcome in an entry of ``horizons``."""
    return float(row[f"disparity_{outcome}"])


def _table(words: Words, *columns: str, **values: str) -> Table:
    """A plain table; the first column is text, the others are numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=True, header_style="dim")
    for i, name in enumerate(columns):
        table.add_column(escape(words.t(f"summary.column.{name}", **values)), justify="right" if i else "left")
    return table


def _add(table: Table, *cells: str, style: str | None = None) -> None:
    from rich.markup import escape

    table.add_row(*map(escape, cells), style=style)


def _disparity(words: Words, plan: Plan) -> Table:
    table = _table(words, "measure", "before", "after", "equal_per_head", "change", "gain")
    for name, row in plan.summary["disparity"].items():
        before, after, equal = (row[o] for o in ("before", "after", "equal_per_head"))
        _add(table, words.part(measures, name), *(words.number(x, 4) for x in (before, after, equal)),
             words.signed(after - before, 5), words.signed(equal - after, 5))  # fmt: skip
    mean = plan.summary["mean"]
    before, after, equal = (mean[o] for o in ("before", "after", "equal_per_head"))
    head = words.t("summary.column.mean", unit=words.unit(mean["unit"]))
    _add(table, head, *(words.number(x) for x in (before, after, equal)),
         words.signed(after - before, 1), words.signed(after - equal, 1))  # fmt: skip
    return table


def _lines(words: Words, plan: Plan) -> Table:
    table = _table(words, "instrument", "amount", "share")
    totals = instrument_totals(plan)
    for title, amount, share in zip(words.instruments, totals["amount"], totals["share"], strict=True):
        _add(table, title, words.amount(amount, words.money), words.percent(share, 1))
    return table


def _regions(words: Words, plan: Plan, rows: pd.DataFrame) -> Table:
    head, million = words.unit(words.per_head), words.unit(words.money)
    table = _table(words, "region")
    for name, unit in (("change_per_head", head), ("amount_per_head", head), ("net", million)):
        table.add_column(words.t(f"summary.column.{name}", unit=unit), justify="right")
    names = dict(zip(plan.graph.ids, words.names, strict=True))
    for region, row in rows.iterrows():
        _add(table, names[str(region)], words.signed(row["change_per_head"], 1), words.number(row["amount_per_head"], 1),
             words.signed(row["net"]))  # fmt: skip
    return table


def _binding(words: Words, plan: Plan) -> Table:
    table = _table(words, "rule", "regions", "price")
    for row in plan.summary["binding"]:
        _add(table, words.label("rule", row["rule"]), words.number(regions_of(row)), words.small(row["price"] * 1000))
    return table


def price_unit(words: Words, plan: Plan) -> str:
    """Unit in which the price of a rule is shown: a thousand times the contract's, which is in millions."""
    currency = words.unit(plan.dataset.attrs["currency"])
    return words.t("summary.price_unit", currency=currency)


def _horizons(words: Words, plan: Plan) -> Table:
    table = _table(words, "years", "before", "after", "equal_per_head", "gain", "output_gained")
    unit = plan.summary["output"]["unit"]
    for row in plan.summary["horizons"]:
        before, after, equal = (horizon_value(row, o) for o in ("before", "after", "equal_per_head"))
        gained = words.signed_amount(row["output_gained"], unit) if "output_gained" in row else ""
        _add(table, words.number(row["years"]), *(words.number(x, 4) for x in (before, after, equal)),
             words.signed(equal - after, 5), gained)  # fmt: skip
    return table


def _sensitivity(words: Words, plan: Plan) -> Table:
    table = _table(words, "parameter", "value", "gain")
    for row in plan.summary["sensitivity"]:
        _add(table, words.label("parameter", row["parameter"]), value_of(words, row), words.signed(row["gain"], 5))
    return table


def value_of(words: Words, row: Mapping[str, Any]) -> str:
    """Value of a varied parameter with its unit."""
    value, unit = row["value"], row.get("unit", "1")
    if isinstance(value, str):
        return value
    written = f"{value:g}"
    return written if unit in ("1", "") else f"{written} {words.unit(unit)}"
