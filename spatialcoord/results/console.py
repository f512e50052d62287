"""The summary a planner reads on the console: money, disparity, winners, losers, rules, and how sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from spatialcoord.results import sheets
from spatialcoord.results.actors import actor_notes, actor_remarks, actor_sheet
from spatialcoord.results.formulas import entries, formula_sentences, formula_sheet
from spatialcoord.results.institutions import institution_sentences
from spatialcoord.results.more import more_sheet
from spatialcoord.results.sheets import Sheet
from spatialcoord.results.simulated import simulated_apart, simulated_line
from spatialcoord.results.table import region_table
from spatialcoord.results.words import Words, partial_line

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

    def show(key: str, sheet: Sheet | None, **values: str) -> None:
        if sheet is not None:
            console.print(f"\n{escape(words.t(f'summary.head.{key}', **values))}", style="bold")
            console.print(grid(sheet))
            if sheet.note:
                line(sheet.note, "dim")

    console.print(f"\n{escape(words.title)}", style="bold")
    line(words.period, "dim")
    line(objective_line(words, plan))
    limits = sheets.limits(plan, words)
    if limits:
        line(words.t("summary.limits", limits=limits))
    line(words.verdict(summary), "bold")
    line(simulated_line(words, plan))
    apart = simulated_apart(words, plan)
    if apart:
        line(apart)
    if summary.get("missing"):
        line(partial_line(words, summary["missing"]), "bold yellow")
    for warning in summary.get("warnings", []):
        line(words.text(warning), "bold yellow")
    console.print()
    for text in (*money_lines(words, plan), limits_line(words, plan)):
        line(text)

    target = words.target
    show("disparity", sheets.disparity(plan, words), target=target)
    show("lines", sheets.instruments(plan, words))
    show("more", more_sheet(plan, words))
    bound = institution_sentences(plan, words)
    if bound:
        console.print(f"\n{escape(words.t('summary.head.institutions'))}", style="bold")
        console.print(bullets(bound))
    for title, sheet in sheets.references(plan, words):
        show("beside", sheet, title=title)
    show("formulas", formula_sheet(plan, words))
    for entry in entries(plan):
        for text in formula_sentences(plan, words, entry):
            line(text)
    for key, rows in zip(("gains", "losses"), gains_and_losses(plan, SHOWN), strict=True):
        show(key, _regions(plan, words, rows) if len(rows) else Sheet([], [], words.t(f"summary.no_{key}")))
    show("actors", actor_sheet(plan, words))
    if told := [*actor_notes(plan, words), *actor_remarks(plan, words)]:
        console.print(bullets(told))
    show("binding", sheets.binding(plan, words))
    show("horizons", sheets.horizons(plan, words))
    show("sensitivity", sheets.sensitivity(plan, words))
    if summary.get("caveats"):
        console.print(f"\n{words.t('summary.head.caveats')}", style="bold")
        shown = [words.text(caveat) for caveat in summary["caveats"][:CAVEATS]]
        more = len(summary["caveats"]) - len(shown)
        if more > 0:
            shown.append(words.t("summary.more_caveats", count=more))
        console.print(bullets(shown))
    console.print()
    line(certificate_line(words, summary), "dim")
    console.print()


def objective_line(words: Words, plan: Plan) -> str:
    """The objective, the measures it names and its value in a line."""
    objective = plan.summary["objective"]
    value, unit = objective["value"], objective["unit"]
    if unit in ("1", ""):
        written = words.number(value, 5)
    else:
        written = words.t("summary.quantity", number=words.number(value), unit=words.unit(unit))
    name = words.objective(objective)
    if objective["name"] not in ("equity_adjusted_mean", "minimise_index"):
        return words.t("summary.objective", name=name, value=written)
    return words.t("summary.objective_of", name=name, measure=sheets.sought(plan, words), value=written)


def money_lines(words: Words, plan: Plan) -> list[str]:
    """What was spent and what it does to output, in sentences."""
    budget, output = plan.summary["budget"], plan.summary["output"]
    first, last = (int(year) for year in plan.dataset["year"].values[[0, -1]])
    money = {key: words.amount(budget[key], budget["unit"]) for key in ("available", "spent", "unspent")}
    key = "summary.spent_all" if all_spent(budget) else "summary.spent"
    lines = [" ".join((words.t(key, first=first, last=last, **money), *budget_sources(words, budget)))]
    unit, best = output["unit"], output["best_attainable_gain"]
    gained = words.signed_amount(output["gained"], unit)
    attainable = words.amount(best, unit)
    if best > 0:
        forgone = words.amount(output["forgone"], unit)
        share = words.percent(output["forgone"] / best, 1)
        lines.append(
            words.t("summary.output_gained", gained=gained, best=attainable, forgone=forgone, share=share)
        )
    else:
        lines.append(words.t("summary.output_lost", gained=gained, best=attainable))
    equal = output["equal_per_head"] - output["before"]
    return [*lines, words.t("summary.output_equal", gained=words.signed_amount(equal, unit))]


def budget_sources(words: Words, budget: Mapping[str, Any]) -> list[str]:
    """What of the money available is no appropriation: revenue of differential rates, loans repaid; in sentences."""
    return [
        words.t(f"summary.{key}", money=words.amount(budget[key], budget["unit"]))
        for key in ("from_rates", "repaid")
        if abs(budget.get(key, 0.0)) > 1e-6 * abs(budget["available"])
    ]


def all_spent(budget: Mapping[str, Any]) -> bool:
    """Whether the budget of a summary is spent but for a millionth."""
    return abs(budget["unspent"]) <= 1e-6 * max(1.0, abs(budget["available"]))


def limits_line(words: Words, plan: Plan) -> str:
    """How many regions are at the ceiling and at the floor."""
    summary, regions = plan.summary, plan.dataset.sizes["region"]
    return words.t(
        "summary.at_limits",
        ceiling=summary["at_ceiling"],
        floor=summary["at_floor"],
        regions=regions,
        last=int(plan.dataset["year"].values[-1]),
    )


def certificate_line(words: Words, summary: Mapping[str, Any]) -> str:
    """What was checked and the three gaps, in a line."""
    certificate = summary["certificate"]
    return words.t(
        "summary.certificate",
        violation=f"{certificate['max_violation']:.1e}",
        solver=f"{certificate['solver_gap']:.1e}",
        approximation=f"{certificate['approximation_gap']:.1e}",
        reduction=words.percent(certificate["reduction_gap"], 2),
    )


def gains_and_losses(plan: Plan, count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """At most `count` rows of :func:`region_table` with the largest gains, and with the largest losses."""
    table = region_table(plan).sort_values("change_per_head", kind="stable")
    losses = table[table["change_per_head"] < 0].head(count)
    gains = table[table["change_per_head"] > 0].iloc[::-1].head(count)
    return gains, losses


def _regions(plan: Plan, words: Words, rows: pd.DataFrame) -> Sheet:
    head = [words.t("summary.column.region")]
    for name, unit in (
        ("change_per_head", words.per_head),
        ("amount_per_head", words.per_head),
        ("net", words.money),
    ):
        head.append(words.t(f"summary.column.{name}", unit=words.unit(unit)))
    names = dict(zip(plan.graph.ids, words.names, strict=True))
    cells = [
        [
            names[str(region)],
            words.signed(row["change_per_head"], 1),
            words.number(row["amount_per_head"], 1),
            words.signed(row["net"]),
        ]
        for region, row in rows.iterrows()
    ]
    return Sheet(head, cells)


def grid(sheet: Sheet) -> Table | str:
    """A sheet as a plain table; nothing where it has no columns."""
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    if not sheet.head:
        return ""
    table = Table(box=SIMPLE_HEAD, pad_edge=True, header_style="dim")
    for i, name in enumerate(sheet.head):
        table.add_column(escape(name), justify="right" if i else "left", overflow="fold")
    for row in sheet.rows:
        table.add_row(*map(escape, row))
    return table


def bullets(texts: list[str]) -> Table:
    """Texts as a list; a language without spaces wraps beside its bullet, not below it."""
    from rich.markup import escape
    from rich.table import Table

    table = Table.grid(padding=(0, 1))
    for _ in range(2):
        table.add_column()
    table.add_column(overflow="fold")
    for text in texts:
        table.add_row("", "·", escape(text))
    return table
