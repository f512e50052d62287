"""What nested budgets show, in sentences; every one is computed from the summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spatialcoord.explore.labels import Labels

SHOWN = 6  # regions named of those that get most of the next money
SPENT = 1e-6  # of the budget: less than this is not left over
TINY = 1e-7  # of the objective: a cost of that size is none


def budget_sentences(labels: Labels, summary: Mapping[str, Any]) -> list[dict[str, str]]:
    """Sentences under heads ("curve", "money", "next", "without_plan"), in the order to be read."""
    groups = {
        "curve": _curve(labels, summary),
        "money": _trends(labels, summary),
        "next": _next(labels, summary),
        "without_plan": [
            labels.words.t("budgets.without_plan", factor=labels.short(entry["factor"]), why=entry["why"])
            for entry in summary["without_plan"]
        ],
    }
    return [{"head": head, "text": text} for head, texts in groups.items() for text in texts]


def _curve(labels: Labels, summary: Mapping[str, Any]) -> list[str]:
    words, steps = labels.words, summary["budgets"]
    first, last = steps[0], steps[-1]
    unit = summary["money_unit"]
    texts = [
        words.t(
            "budgets.curve",
            start=words.money(first["budget"], unit),
            stop=words.money(last["budget"], unit),
            gain=labels.quantity(last["objective"] - first["objective"]),
            index=labels.figures(last["index"] - first["index"], 2),
            output=words.money(last["output_gained"] - first["output_gained"], f"{unit}/yr"),
        )
    ]
    for step in steps:
        left = step["budget"] - step["spent"]
        if left > SPENT * step["budget"]:
            factor = labels.short(step["factor"])
            texts.append(words.t("budgets.unspent", factor=factor, money=words.money(left, unit)))
    duals = [step["marginal"] for step in steps]
    if None not in duals:
        inside = sum(_between(step) for step in steps)
        texts.append(
            words.t(
                "budgets.marginal",
                first=labels.quantity(1000.0 * duals[0]),
                last=labels.quantity(1000.0 * duals[-1]),
                currency=words.currency(labels.case.scenario.currency),
                inside=inside,
                count=len(steps),
            )
        )
    else:
        texts.append(words.t("budgets.no_duals"))
    return texts


def _between(step: Mapping[str, Any]) -> bool:
    """Whether the dual lies between the differences on either side, as it does where the value is concave."""
    slack = 1e-6 * abs(step["marginal"])
    before, after = step["difference_before"], step["difference_after"]
    return (before is None or step["marginal"] <= before + slack) and (
        after is None or step["marginal"] >= after - slack
    )


def _trends(labels: Labels, summary: Mapping[str, Any]) -> list[str]:
    t, texts = labels.words.t, []
    for kind in ("money", "share"):
        for trend in ("gains", "loses", "mixed", "unchanged"):
            regions = summary[kind][trend]
            if regions:
                whole = len(regions) == sum(len(found) for found in summary[kind].values())
                key = f"budgets.all.{kind}_{trend}" if whole else f"budgets.{kind}.{trend}"
                texts.append(t(key, count=len(regions), names=labels.regions(regions)))
    if not summary["falls"]:
        texts.append(t("budgets.nobody_falls"))
    for fall in summary["falls"]:
        cost = fall["cost_of_keeping"]
        size = abs(summary["budgets"][0]["objective"])
        why = "forbidden" if cost is None else "tie" if cost <= TINY * size else "costs"
        texts.append(
            t(
                f"budgets.fall.{why}",
                region=labels.region(fall["region"]),
                first=labels.short(fall["from"]),
                second=labels.short(fall["to"]),
                before=labels.words.money(fall["before"], summary["money_unit"]),
                after=labels.words.money(fall["after"], summary["money_unit"]),
                cost=labels.quantity(cost or 0.0),
            )
        )
    return texts


def _next(labels: Labels, summary: Mapping[str, Any]) -> list[str]:
    words, found = labels.words, summary["next_money"]
    order = sorted(found["share"].items(), key=lambda item: -item[1])
    most = [
        words.t("budgets.part", region=labels.region(region), share=words.percent(share, 1))
        for region, share in order[:SHOWN]
        if share > 0
    ]
    less = [labels.region(region) for region, share in order if share < -1e-4]
    texts = [words.t("budgets.next", factor=labels.short(found["factor"]), names=labels.row(most))]
    if less:
        texts.append(words.t("budgets.next_less", names=labels.row(less)))
    return texts
