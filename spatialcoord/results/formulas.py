"""A plan beside what the law would give: the table, what it costs, where the plan differs and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spatialcoord.registry import formulas
from spatialcoord.results import sheets
from spatialcoord.results.sheets import Sheet
from spatialcoord.results.tab import Column, Tab
from spatialcoord.results.words import Words

SAME = 0.05  # relative: a formula that gives about the programme's money is not told as scaled

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan


def entries(plan: Plan) -> list[dict[str, Any]]:
    """What the summary says of each formula; empty where the scenario names none."""
    return list(plan.summary.get("formulas") or [])


def formula_sheet(plan: Plan, words: Words) -> Sheet | None:
    """No programme, the same money per head, every formula and the plan side by side; None without a formula."""
    found = entries(plan)
    if not found:
        return None
    t, summary = words.t, plan.summary
    head = [
        t("summary.formula.figure"),
        t("summary.column.before"),
        t("summary.column.equal_per_head"),
        *(words.text(entry["title"]) for entry in found),
        t("summary.formula.plan"),
    ]
    objective, simulated = summary["objective"], summary["simulated"]
    unit = objective["unit"]
    digits = 5 if unit in ("1", "") else 2

    def row(name: str, unit: str, before: float | None, values: list[float | None], digits: int) -> list[str]:
        """The level without the programme, and by how much each of the others differs from it."""
        label = name if unit in ("1", "") else t("summary.table.with_unit", name=name, unit=words.unit(unit))
        if before is None:
            return [label, *["–"] * (len(values) + 1)]
        level = words.number(before, min(digits, 4) if unit in ("1", "") else digits)
        return [label, level, *("–" if v is None else words.signed(v - before, digits) for v in values)]

    name = words.objective(objective)
    values = [objective["equal_per_head"], *(e["objective"] for e in found), objective["value"]]
    rows = [row(name, unit, objective["before"], values, digits)]
    values = [
        simulated.get("equal_per_head"),
        *(e["simulated"]["objective"] for e in found),
        simulated.get("after"),
    ]
    rows.append(row(t("summary.formula.simulated", name=name), unit, simulated.get("before"), values, digits))
    for measure in found[0]["disparity"]:
        index = summary["disparity"][measure]
        values = [index["equal_per_head"], *(e["disparity"][measure] for e in found), index["after"]]
        more = sheets.index_digits(index["before"], *values) + 2
        rows.append(row(sheets.measure_label(plan, words, measure), "1", index["before"], values, more))
    mean, output = summary["mean"], summary["output"]
    values = [mean["equal_per_head"], *(e["mean"] for e in found), mean["after"]]
    rows.append(row(t("summary.formula.mean"), mean["unit"], mean["before"], values, 1))
    gained = [
        output["equal_per_head"] - output["before"],
        *(e["output_gained"] for e in found),
        output["gained"],
    ]
    rows.append(
        [
            t("summary.formula.output"),
            words.amount(output["before"], output["unit"]),
            *(words.signed_amount(v, output["unit"]) for v in gained),
        ]
    )
    moved = [_moved_equal(plan), *(e["moved_share"] for e in found)]
    rows.append(
        [
            t("summary.formula.moved"),
            "–",
            *(words.percent(share, 1) for share in moved),
            words.percent(0.0, 1),
        ]
    )
    return Sheet(head, rows, t("summary.formula.note"))


def _moved_equal(plan: Plan) -> float:
    """Share of the plan's money that goes elsewhere than with the same money per head."""
    data = plan.dataset
    planned, equal = (data[name].sum("instrument") for name in ("amount", "amount_equal"))
    total = float(planned.sum())
    return 0.5 * float(abs(planned - equal).sum()) / total if total > 0 else 0.0


def formula_sentences(plan: Plan, words: Words, entry: Mapping[str, Any]) -> list[str]:
    """What stands behind a formula, what it costs against the plan, whether it keeps the programme's rules."""
    t, summary = words.t, plan.summary
    objective, output = summary["objective"], summary["output"]
    unit = objective["unit"]
    title = words.text(entry["title"])
    ours, theirs = objective["value"], entry["objective"]
    better = theirs < ours if objective["name"] == "minimise_index" else theirs > ours
    measure = next(iter(entry["disparity"]))
    digits = 5 if unit in ("1", "") else 2
    values = {
        "formula": title,
        "apart": words.number(abs(ours - theirs), digits),
        "unit": "" if unit in ("1", "") else words.unit(unit),
        "measure": sheets.measure_label(plan, words, measure),
        "index": words.signed(entry["disparity"][measure] - summary["disparity"][measure]["after"], 6),
        "output": words.signed_amount(entry["output_gained"] - output["gained"], output["unit"]),
        "simulated": "–",
    }
    if entry["simulated"]["objective"] is not None and "after" in summary["simulated"]:
        # in the direction that the sentence tells: a cost, or an advantage, positive where planner and simulation agree
        apart = entry["simulated"]["objective"] - summary["simulated"]["after"]
        toward = 1.0 if theirs > ours else -1.0
        values["simulated"] = words.number(toward * apart, digits)
    found = [t("summary.formula.better" if better else "summary.formula.worse", **values)]
    if entry["outside_rules"]:
        key = "outside_better" if better else "outside"
        found.append(t(f"summary.formula.{key}", count=entry["outside_rules"], regions=len(words.names)))
    money = summary["budget"]["available"] / plan.dataset.sizes["year"]
    if abs(entry["own_total"] - money) > SAME * money:
        unit = f"{words.money}/yr"
        found.append(
            t(
                "summary.formula.scaled",
                own=words.amount(entry["own_total"], unit),
                money=words.amount(money, unit),
            )
        )
    if entry["law"] is not None and entry["numbers"]:
        found.append(
            t(
                "summary.formula.law",
                source=entry["source"],
                count=entry["numbers"],
                doubtful=entry["unverified"],
            )
        )
    if entry["partial"]:
        said = formulas.get(entry["name"]).words if entry["name"] in formulas else {}
        steps = [words.text(said.get(key, key.replace("_", " "))) for key in entry["skipped"]]
        found.append(t("summary.formula.partial", steps=t("summary.join_sentences").join(steps)))
    return found


def numbers_sheet(words: Words, entry: Mapping[str, Any]) -> Sheet | None:
    """Numbers of the law that the formula uses, each with its source and whether it was checked; None where it uses none."""
    if not entry["law_numbers"]:
        return None
    t = words.t
    head = [t(f"formula.column.{key}") for key in ("key", "value", "unit", "source", "verified")]
    rows = [
        [
            number["key"],
            f"{number['value']:.10g}",
            "" if number["unit"] == "1" else words.unit(number["unit"]),
            number["source"],
            t(f"formula.verified.{str(number['verified']).lower()}"),
        ]
        for number in entry["law_numbers"]
    ]
    return Sheet(head, rows)


def difference_sheet(plan: Plan, words: Words, entry: Mapping[str, Any]) -> Sheet:
    """Regions to which the plan moves most money against the formula, and from which; and what holds them."""
    t = words.t
    names = dict(zip(plan.graph.ids, words.names, strict=True))
    unit = words.unit(words.per_head)
    head = [
        t("summary.column.region"),
        t("summary.formula.plan_per_head", unit=unit),
        t("summary.formula.formula_per_head", unit=unit),
        t("summary.formula.moved_money", unit=words.unit(f"{words.money}/yr")),
        t("summary.formula.to_mean", target=words.target),
        t("summary.column.rule"),
    ]
    rows = [
        [
            names[row["region"]],
            words.number(row["plan_per_head"], 1),
            words.number(row["formula_per_head"], 1),
            words.signed(row["moved"], 1),
            words.percent(row["target_to_mean"], 0),
            words.label("rule", row["binding_rule"]),
        ]
        for row in entry["differences"]
    ]
    return Sheet(head, rows, t("summary.formula.why") if rows else t("summary.formula.same"))


def formula_tab(plan: Plan, words: Words) -> Tab:
    """Money per head and what is made equal of every region: by each formula, equal per head, and the plan."""
    found, data, t = entries(plan), plan.dataset, words.t
    title = t("summary.tab.formulas")
    if not found:
        return Tab(title, (), ())
    yearly = 1e6 / data["population"].values / data.sizes["year"]
    columns = [Column(t("summary.table.region")), Column(t("summary.table.name"))]
    unit, per_head = words.unit(words.per_head), "#,##0.0"
    values = []

    def add(head: str, form: str, column: Any) -> None:
        columns.append(Column(head, form, 16))
        values.append(column)

    totals = {
        t("summary.column.equal_per_head"): data["amount_equal"].sum(("instrument", "year")).values,
        **{words.text(e["title"]): data["formula_amount"].sel(formula=e["name"]).values for e in found},
        t("summary.formula.plan"): data["amount"].sum(("instrument", "year")).values,
    }
    for name, total in totals.items():
        add(t("summary.table.with_unit", name=name, unit=unit), per_head, total * yearly)
    before = data["target_per_head"].sel(outcome="before").values
    for e in found:
        head = t("summary.formula.change", formula=words.text(e["title"]), target=words.target)
        target = data["formula_target_per_head"].sel(formula=e["name"]).values
        add(t("summary.table.with_unit", name=head, unit=unit), per_head, target - before)
    rows = list(zip(plan.graph.ids, words.names, *values, strict=True))
    notes = [text for e in found for text in formula_sentences(plan, words, e)]
    return Tab(title, columns, rows, (), [t("summary.formula.note"), *notes], frozen=2)
