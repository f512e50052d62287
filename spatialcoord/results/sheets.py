"""Written-out tables of a plan in one language, the same on the console and in the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spatialcoord.registry import actors, measures
from spatialcoord.results.table import instrument_totals
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

OUTCOMES = ("before", "after", "equal_per_head")
LARGE = 1000.0  # an index from here on is no ratio
PRICE_SCALE = 1000.0  # prices are shown per billion; the contract's are per million


@dataclass(frozen=True)
class Sheet:
    """A table in words.

    Attributes
    ----------
    head : list of str
        Column heads; the first column is text, the others are numbers.
    rows : list of list of str
        Cells.
    note : str
        A line below; may be empty.
    total : list of str
        A last row that stands out; may be empty.
    """

    head: list[str]
    rows: list[list[str]]
    note: str = ""
    total: list[str] = field(default_factory=list)


def disparity(plan: Plan, words: Words) -> Sheet:
    """The measures of the objective, of its rules and the usual ones, and the mean: before, after, with the same money per head."""
    head = _heads(words, "measure", *OUTCOMES, "change", "gain")
    rows = []
    for name in headline_measures(plan.summary):
        row = plan.summary["disparity"][name]
        before, after, equal = (row[outcome] for outcome in OUTCOMES)
        digits = index_digits(before, after, equal)
        numbers = [words.number(x, digits) for x in (before, after, equal)]
        more = digits + 1 if digits else 0
        differences = [words.signed(after - before, more), words.signed(equal - after, more)]
        rows.append([measure_label(plan, words, name), *numbers, *differences])
    mean = plan.summary["mean"]
    before, after, equal = (mean[outcome] for outcome in OUTCOMES)
    numbers = [words.number(x) for x in (before, after, equal)]
    differences = [words.signed(after - before, 1), words.signed(after - equal, 1)]
    rows.append([words.t("summary.column.mean", unit=words.unit(mean["unit"])), *numbers, *differences])
    return Sheet(head, rows)


def instruments(plan: Plan, words: Words) -> Sheet:
    """Money by line."""
    totals = instrument_totals(plan)
    rows = [
        [title, words.amount(amount, words.money), words.percent(share, 1)]
        for title, amount, share in zip(words.instruments, totals["amount"], totals["share"], strict=True)
    ]
    return Sheet(_heads(words, "instrument", "amount", "share"), rows)


def references(plan: Plan, words: Words) -> list[tuple[str, Sheet]]:
    """Title and table of every comparison of the plan's money with a table of the case."""
    found = []
    for table in plan.summary.get("comparisons") or []:
        head = words.unit(words.per_head)
        columns = [
            words.label("level", table["level"]),
            words.t("summary.column.population_share"),
            words.t("summary.column.plan_share"),
            words.t("summary.column.reference_share"),
            words.t("summary.column.plan_per_head", unit=head),
            words.t("summary.column.reference_per_head", unit=head),
        ]
        rows = [
            [
                str(row.get(f"group_{words.lang}") or row["group"]),
                *(words.percent(row[key], 1) for key in ("population_share", "share", "reference_share")),
                *(words.number(row[key], 1) for key in ("per_head", "reference_per_head")),
            ]
            for row in table["rows"]
        ]
        said = [words.t("summary.source", source=table["source"])]
        if table["note"]:
            said.append(words.text(table["note"]))
        found.append(
            (words.text(table["title"]), Sheet(columns, rows, ("" if words.lang == "zh" else " ").join(said)))
        )
    return found


def binding(plan: Plan, words: Words) -> Sheet | None:
    """Rules that bind and their price; None where the summary names none."""
    entries = plan.summary.get("binding") or []
    rows = [[rule(plan, words, row), _count(words, row), _price(words, row)] for row in entries]
    note = ("" if words.lang == "zh" else " ").join(
        (price_notes(plan, words)[0], *not_unique(words, entries))
    )
    return Sheet(_heads(words, "rule", "regions", "price"), rows, note) if rows else None


def rule(plan: Plan, words: Words, row: Mapping[str, Any]) -> str:
    """Name of a rule of the summary; a limit on an envelope's share, and a red line, say of which."""
    name = words.label("rule", row["rule"])
    if "of" not in row:
        return name
    lines = dict(zip(map(str, plan.dataset["instrument"].values), words.instruments, strict=True))
    if row["rule"] == "red_line":
        of = words.part(actors, row["of"])
    else:
        of = lines.get(row["of"]) or words.envelope(row["of"])
    return words.t("summary.rule_of", rule=name, of=of)


def _price(words: Words, row: Mapping[str, Any]) -> str:
    """A price; said to be not unique where the optimum is degenerate, without a number where the solver's is zero."""
    price = words.small(row["price"] * PRICE_SCALE)
    if row.get("unique", True):
        return price
    return (
        words.t("summary.price_not_unique", price=price)
        if row["price"] > 0
        else words.t("summary.not_unique")
    )


def not_unique(words: Words, entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """What "not unique" means, where any price is not."""
    some = any(not row.get("unique", True) for row in entries)
    return [words.t("summary.not_unique_note")] if some else []


def price_notes(plan: Plan, words: Words) -> list[str]:
    """The unit of prices, and what a price is."""
    of_actor = "_actor" if plan.summary["objective"]["name"] == "actor" else ""
    unit = words.t(f"summary.price_unit{of_actor}", currency=words.unit(plan.dataset.attrs["currency"]))
    return [words.t("summary.price_in", unit=unit), words.t("summary.price_note")]


def horizons(plan: Plan, words: Words) -> Sheet | None:
    """The same plan over several horizons; None where the summary holds none."""
    unit = plan.summary["output"]["unit"]
    rows = []
    for row in plan.summary.get("horizons") or []:
        before, after, equal = (row[f"disparity_{outcome}"] for outcome in OUTCOMES)
        gained = row.get("output_gained_after")
        rows.append(
            [
                words.number(row["years"]),
                *(words.number(x, 4) for x in (before, after, equal)),
                words.signed(equal - after, 5),
                "–" if gained is None else words.signed_amount(gained, unit),
            ]
        )
    return Sheet(_heads(words, "years", *OUTCOMES, "gain", "output_gained"), rows) if rows else None


def sensitivity(plan: Plan, words: Words) -> Sheet | None:
    """Gain over the same money per head when a parameter is varied; None where the summary holds none."""
    rows = [
        [parameter(words, row), value(words, row), words.signed(row["gain"], 5)]
        for row in plan.summary.get("sensitivity") or []
    ]
    return Sheet(_heads(words, "parameter", "value", "gain"), rows) if rows else None


def measures_in_order(summary: Mapping[str, Any]) -> list[str]:
    """Measures of a summary, the one that the objective names first."""
    lead = summary["objective"].get("measure")
    return sorted(summary["disparity"], key=lambda name: name != lead)


def headline_measures(summary: Mapping[str, Any]) -> list[str]:
    """Measures for a short table: those of the objective and its rules, and the usual ones."""
    objective = summary["objective"]
    named = {objective.get("measure"), *objective.get("measures", {}), *objective.get("at_most", {})}
    return [
        name
        for name in measures_in_order(summary)
        if name in named or name not in measures or getattr(measures.get(name), "headline", True)
    ]


def index_digits(*values: float) -> int:
    """Decimals of an index: one around one has four, the square of money none."""
    return 4 if max(map(abs, values)) < LARGE else 0


def index(summary: Mapping[str, Any]) -> dict[str, float]:
    """What the objective calls disparity, by outcome: the index that it names, or the weighted sum of several."""
    rows = summary["disparity"]
    return {o: sum(w * rows[name][o] for name, w in _weights(summary).items()) for o in OUTCOMES}


def sought(plan: Plan, words: Words) -> str:
    """Every measure that the objective names, with its weight where there are several."""
    weights = _weights(plan.summary)
    names = {name: words.part(measures, name) for name in weights}
    if len(weights) == 1:
        return next(iter(names.values()))
    return " + ".join(
        words.t("summary.weighted", weight=f"{weights[name]:g}", measure=title)
        for name, title in names.items()
    )


def limits(plan: Plan, words: Words) -> str:
    """Every rule on disparity and its limit, in a list; empty where there is none."""
    rules = plan.summary["objective"].get("at_most") or {}
    return words.t("summary.join").join(
        words.t("summary.limited", measure=measure_label(plan, words, name), limit=f"{limit:,.10g}")
        for name, limit in rules.items()
    )


def _weights(summary: Mapping[str, Any]) -> dict[str, float]:
    """Weights of the measures that the objective names, those of nothing left out."""
    weights = {n: w for n, w in (summary["objective"].get("measures") or {}).items() if w > 0}
    return weights or {measures_in_order(summary)[0]: 1.0}


def measure_label(plan: Plan, words: Words, name: str) -> str:
    """Title of a measure, with its unit where it has one."""
    title = words.part(measures, name)
    units = dict(zip(plan.dataset["measure"].values, plan.dataset["measure_unit"].values, strict=True))
    unit = str(units.get(name, "1"))
    if unit == "1":
        return title
    return words.t("summary.table.with_unit", name=title, unit=words.unit(unit))


def _heads(words: Words, *names: str) -> list[str]:
    return [words.t(f"summary.column.{name}") for name in names]


def _count(words: Words, row: Mapping[str, Any]) -> str:
    """Number of regions a rule holds; a dash for a rule of the whole programme."""
    regions = row["regions"]
    count = regions if isinstance(regions, int) else len(regions)
    return words.number(count) if count else "–"


def parameter(words: Words, row: Mapping[str, Any]) -> str:
    """Name of a varied parameter; says so where the plan was made anew for it."""
    name = words.label("parameter", row["parameter"])
    return words.t("summary.replanned", parameter=name) if row.get("replanned") else name


def value(words: Words, row: Mapping[str, Any]) -> str:
    """Value of a varied parameter in words: with its unit, or as the end of its range."""
    taken, unit = row["value"], row.get("unit", "1")
    if isinstance(taken, str):
        return taken
    if unit == "share of range" and taken in (0, 1):
        return words.t("summary.high_end" if taken else "summary.low_end")
    written = f"{taken:g}".replace("-", "−")
    if unit in ("1", ""):
        return written
    return words.t("summary.quantity", number=written, unit=words.label("unit", unit, words.unit(unit)))
