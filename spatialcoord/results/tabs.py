"""What each sheet of ``allocation.xlsx`` holds: heads with units, values as numbers, lines below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.registry import measures
from spatialcoord.results import exports, sheets
from spatialcoord.results.actor_tab import actor_tab
from spatialcoord.results.convergence import convergence_tab
from spatialcoord.results.formulas import formula_tab
from spatialcoord.results.groups import group_table, splits
from spatialcoord.results.ledger import OUTSIDE, PROGRAMME, ledger_table
from spatialcoord.results.more import more_tab
from spatialcoord.results.tab import INDEX, SHARE, TEXT, WHOLE, Column, Tab, form_for
from spatialcoord.results.table import FLOWS, line_table, region_table, total_row, year_table
from spatialcoord.results.text_tabs import about, provisions, sources
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan


def tabs(plan: Plan, lang: str = "en") -> list[Tab]:
    """All sheets of a plan in one language, in their order."""
    words = Words(plan, lang)
    made = [allocation(plan, words), by_year(plan, words), who_pays(plan, words)]
    made += [disparity(plan, words), within(plan, words)]
    made += [groups(plan, level, words) for level in plan.graph.levels]
    made += [
        convergence_tab(plan, words),
        binding(plan, words),
        prices(plan, words),
        sensitivity(plan, words),
        horizons(plan, words),
        more_tab(plan, words),
        formula_tab(plan, words),
        actor_tab(plan, words),
    ]
    made += [provisions(plan, words), about(plan, words), *sources(plan, words)]
    return [tab for tab in made if tab.rows]


def allocation(plan: Plan, words: Words) -> Tab:
    """The ministry's table: every region, amounts by line and in total, and what they do."""
    table, lines, total = region_table(plan), line_table(plan), total_row(plan)
    money = form_for(lines.to_numpy())
    unit = words.unit(words.money)
    columns = [*_places(words)]
    columns += [Column(_with_unit(words, title, unit), money, 15) for title in words.instruments]
    for name in map(str, table):
        form = _form(name, money)
        columns.append(Column(exports.column_head(words, name), form, 0 if form == TEXT else 15))
    values = [[_value(words, str(c), v) for v in table[c]] for c in table]
    rows = zip(table.index, words.names, *lines.to_numpy().T, *values, strict=True)
    last = ["", words.t("summary.all_regions"), *lines.sum(), *(total.get(str(c)) for c in table)]
    return Tab(words.t("summary.tab.allocation"), columns, list(rows), last, [words.period], frozen=2)


def by_year(plan: Plan, words: Words) -> Tab:
    """Money by year, its change on the year before, and each line by year."""
    years, amount = year_table(plan), plan.dataset["amount"].transpose("instrument", "year", "region")
    unit, form = words.unit(f"{words.money}/yr"), form_for(years.to_numpy())
    change = (years / years.shift(axis=1) - 1.0).where(years.shift(axis=1) > 0).iloc[:, 1:]
    columns = [*_places(words)]
    columns += [Column(_with_unit(words, str(year), unit), form, 14) for year in years]
    columns += [
        Column(words.t("summary.table.change_in", year=year, before=int(year) - 1), SHARE, 12)
        for year in change
    ]
    columns += [
        Column(_with_unit(words, f"{title} {year}", unit), form, 14)
        for title in words.instruments
        for year in amount["year"].values
    ]
    lines = amount.values.reshape(-1, amount.sizes["region"])
    rows = zip(years.index, words.names, *years.to_numpy().T, *change.to_numpy().T, *lines, strict=True)
    sums = years.sum()
    grown = [b / a - 1.0 if a > 0 else None for a, b in zip(sums.iloc[:-1], sums.iloc[1:], strict=True)]
    total = ["", words.t("summary.all_regions"), *sums, *grown, *lines.sum(axis=1)]
    return Tab(words.t("summary.tab.by_year"), columns, list(rows), total, frozen=2)


def who_pays(plan: Plan, words: Words) -> Tab:
    """Every flow of money by region; what the programme and those outside it pay and receive; sums of zero."""
    table = ledger_table(plan)
    table = table.loc[:, [name == "total" or bool(table[name].any()) for name in table]]
    # what is left of a sum by rounding is nothing
    table = table.where(table.abs() > 1e-9 * table.abs().to_numpy().max(), 0.0)
    unit, form = words.unit(words.money), form_for(table.to_numpy())
    heads = [words.t(f"summary.ledger.{name}") for name in map(str, table)]
    columns = [*_places(words), *(Column(_with_unit(words, head, unit), form, 15) for head in heads)]
    regions = table.iloc[: len(words.names)]
    rows: list[Any] = list(zip(regions.index, words.names, *regions.to_numpy().T, strict=True))
    rows += [
        ["", words.t(f"summary.ledger.{who}"), *table.loc[who]]
        for who in (PROGRAMME, OUTSIDE)
        if table.loc[who].any()
    ]
    total = ["", words.t("summary.ledger.sum"), *(table.sum().round(6) + 0.0)]
    notes = [words.t("summary.ledger.note"), words.period]
    return Tab(words.t("summary.tab.who_pays"), columns, rows, total, notes, frozen=2)


def disparity(plan: Plan, words: Words) -> Tab:
    """Every measure before, after and with the same money per head."""
    names = ("measure", *sheets.OUTCOMES, "change", "gain")
    heads = [words.t(f"summary.column.{name}") for name in names]
    rows = []
    for name in sheets.measures_in_order(plan.summary):
        before, after, equal = (plan.summary["disparity"][name][o] for o in sheets.OUTCOMES)
        rows.append(
            [sheets.measure_label(plan, words, name), before, after, equal, after - before, equal - after]
        )
    mean = plan.summary["mean"]
    text = ", ".join(f"{words.t(f'summary.column.{o}')} {words.number(mean[o], 2)}" for o in sheets.OUTCOMES)
    notes = [
        f"{words.t('summary.column.mean', unit=words.unit(mean['unit']))}: {text}",
        words.verdict(plan.summary),
    ]
    return Tab(words.t("summary.tab.disparity"), _columns(heads, INDEX), rows, notes=notes)


def within(plan: Plan, words: Words) -> Tab:
    """Theil's measures split within and between groups."""
    names = ("level", "measure", "part", *sheets.OUTCOMES, "share_before", "share_after", "share_equal")
    heads = [words.t(f"summary.column.{name}") for name in names]
    columns = [*(Column(head) for head in heads[:3]), *(Column(head, INDEX, 14) for head in heads[3:6])]
    columns += [Column(head, SHARE, 14) for head in heads[6:]]
    rows = [
        [
            words.label("level", s.level),
            words.part(measures, s.measure),
            words.t(f"summary.part.{s.part}"),
            *s.values,
            *s.shares,
        ]
        for s in splits(plan)
    ]
    return Tab(words.t("summary.tab.within"), columns, rows, frozen=3)


def groups(plan: Plan, level: str, words: Words) -> Tab:
    """What the plan does to the groups of one level."""
    table = group_table(plan, level, words.lang)
    unit, head = words.unit(words.money), words.unit(words.per_head)
    money = form_for(table["amount"].to_numpy())
    about = {
        "regions": (words.t("summary.column.regions"), WHOLE),
        "population_share": (words.t("summary.column.population_share"), SHARE),
        "amount": (words.t("report.column.amount", unit=unit), money),
        "net": (words.t("report.column.net", unit=unit), money),
        "amount_per_head": (words.t("report.column.amount_per_head", unit=head), "#,##0.0"),
        "target_before": (words.t("summary.column.target_before", unit=head), "#,##0.0"),
        "target_after": (words.t("summary.column.target_after", unit=head), "#,##0.0"),
        "change_per_head": (words.t("report.column.change_per_head", unit=head), "#,##0.0"),
        "theil_t_before": (words.t("summary.column.inside_before"), INDEX),
        "theil_t_after": (words.t("summary.column.inside_after"), INDEX),
    }
    title = words.label("level", level)
    columns = [Column(title), *(Column(*about[name], 14) for name in about)]
    rows = [[str(name), *(row[key] for key in about)] for name, row in table.iterrows()]
    return Tab(title[:1].upper() + title[1:], columns, rows)


def binding(plan: Plan, words: Words) -> Tab:
    """Rules that bind, the regions they hold, and their price."""
    entries = plan.summary.get("binding") or []
    worth = np.array([entry["price"] * sheets.PRICE_SCALE for entry in entries], dtype=float)
    counts = [e["regions"] if isinstance(e["regions"], int) else len(e["regions"]) for e in entries]
    heads = [words.t(f"summary.column.{name}") for name in ("rule", "regions", "price")]
    columns = [Column(heads[0]), Column(heads[1], WHOLE), Column(heads[2], form_for(worth), 16)]
    rows = [
        [
            sheets.rule(plan, words, entry),
            count or None,
            price if price > 0 or entry.get("unique", True) else words.t("summary.not_unique"),
        ]
        for entry, count, price in zip(entries, counts, worth, strict=True)
    ]
    notes = [*sheets.price_notes(plan, words), *sheets.not_unique(words, entries)]
    return Tab(words.t("summary.tab.binding"), columns, rows, notes=notes)


def prices(plan: Plan, words: Words) -> Tab:
    """What holds each region, and the price of every rule there."""
    data = plan.dataset
    worth = data["price"].transpose("rule", "region").values * sheets.PRICE_SCALE
    columns = [*_places(words), Column(words.t("summary.table.binding_rule"))]
    columns += [Column(words.label("rule", str(r)), form_for(worth), 16) for r in data["rule"].values]
    held = [words.label("rule", str(rule)) for rule in data["binding_rule"].values]
    cells: list[list[float | str]] = [[float(price) for price in row] for row in worth]
    rules = [str(rule) for rule in data["rule"].values]
    notes = sheets.price_notes(plan, words)
    if "line" in rules:  # at both limits at once the split of the price between them is the solver's
        line = worth[rules.index("line")]
        for name in ("floor", "ceiling"):
            i = rules.index(name) if name in rules else -1
            for r in (
                np.flatnonzero((line > 0) & (worth[i] <= 0) & data[f"at_{name}"].values) if i >= 0 else ()
            ):
                cells[i][int(r)] = words.t("summary.not_unique")
                notes = [*sheets.price_notes(plan, words), words.t("summary.not_unique_note")]
    rows = list(zip(map(str, data["region"].values), words.names, held, *cells, strict=True))
    return Tab(words.t("summary.tab.prices"), columns, rows, notes=notes, frozen=2)


def sensitivity(plan: Plan, words: Words) -> Tab:
    """The plan's gain over the same money per head under other assumptions, and the verdict."""
    heads = [words.t(f"summary.column.{name}") for name in ("parameter", "value", "gain")]
    entries = plan.summary.get("sensitivity") or []
    objective = plan.summary["objective"]
    columns = [Column(heads[0]), Column(heads[1]), Column(heads[2], INDEX, 16)]
    with_objective = any("objective_gain" in row for row in entries)
    if with_objective:
        name = words.t("summary.column.objective_gain")
        unit = words.unit(objective["unit"])
        columns.append(Column(name if unit == "1" else _with_unit(words, name, unit), "0.0000", 20))
    rows = [
        [sheets.parameter(words, row), sheets.value(words, row), row["gain"]]
        + ([row.get("objective_gain")] if with_objective else [])
        for row in entries
    ]
    return Tab(words.t("summary.tab.sensitivity"), columns, rows, notes=[words.verdict(plan.summary)])


def horizons(plan: Plan, words: Words) -> Tab:
    """The same amounts over several horizons."""
    names = ("years", *sheets.OUTCOMES, "gain")
    columns = _columns([words.t(f"summary.column.{name}") for name in names], INDEX)
    columns[0] = Column(columns[0].head, WHOLE, 10)
    gained = _with_unit(
        words, words.t("summary.column.output_gained"), words.unit(plan.summary["output"]["unit"])
    )
    columns.append(Column(gained, "#,##0", 20))
    rows = []
    for row in plan.summary.get("horizons") or []:
        before, after, equal = (row[f"disparity_{outcome}"] for outcome in sheets.OUTCOMES)
        rows.append([row["years"], before, after, equal, equal - after, row.get("output_gained_after")])
    return Tab(words.t("summary.tab.horizons"), columns, rows)


def _places(words: Words) -> list[Column]:
    return [Column(words.t("summary.table.region")), Column(words.t("summary.table.name"))]


def _columns(heads: list[str], form: str) -> list[Column]:
    return [Column(heads[0]), *(Column(head, form, 14) for head in heads[1:])]


def _with_unit(words: Words, name: str, unit: str) -> str:
    return words.t("summary.table.with_unit", name=name, unit=unit)


def _form(name: str, money: str) -> str:
    if name in ("binding_rule", "at_floor", "at_ceiling"):
        return TEXT
    if name in ("share_of_budget", "change_first", "change_yearly"):
        return SHARE
    if name in ("ratio_to_equal", "location_quotient"):
        return "0.00"
    return money if name in ("amount", "year_before", "net", *FLOWS) else "#,##0.0"


def _value(words: Words, name: str, value: Any) -> Any:
    if name == "binding_rule":
        return words.label("rule", str(value))
    if name in ("at_floor", "at_ceiling"):
        return words.t("summary.yes") if value else words.t("summary.no")
    return value
