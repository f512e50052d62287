"""What a sensitivity study found, in sentences; every one is computed from the summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spatialcoord.explore.labels import Labels

LISTED = 6  # names in a sentence before "and so many more"


def sensitivity_sentences(labels: Labels, summary: Mapping[str, Any]) -> list[dict[str, str]]:
    """Sentences under heads.

    Parameters
    ----------
    labels : Labels
        Words and names.
    summary : mapping
        What :func:`spatialcoord.explore.sensitivity` found.

    Returns
    -------
    list of dict
        ``head`` (key of the group: "survives", "matters", "worth", "contradictory") and ``text``, in the order to be read.
    """
    groups = {
        "survives": _survives(labels, summary["conclusions"]),
        "matters": _matters(labels, summary),
        "worth": [_money(labels, summary), *(_rule(labels, rule) for rule in summary["rules"])],
        "contradictory": _contradictory(labels, summary),
    }
    return [{"head": head, "text": text} for head, texts in groups.items() for text in texts]


def _survives(labels: Labels, found: Mapping[str, Any]) -> list[str]:
    t, whole, facts = labels.words.t, found["all"], found["facts"]
    texts = []
    for plan in ("anew", "held"):
        for quantity in ("objective_gain", "index_gain"):
            text = t(
                f"sensitivity.beats.{plan}_{quantity}",
                count=whole["variations"],
                **whole["beats"][plan][quantity],
            )
            texts.append(text)
    if whole["worse_with"]:
        worse = [_setting(labels, entry) for entry in whole["worse_with"]]
        texts.append(t("sensitivity.worse_with", cases=_some_names(labels, worse)))
    texts += [t("sensitivity.scope.facts", count=facts["variations"]), *_stable(labels, facts)]
    settled = len(facts["always_above"]) + len(facts["always_below"])
    if settled:
        left = len(whole["always_above"]) + len(whole["always_below"])
        texts.append(t("sensitivity.scope.all", count=whole["variations"], settled=settled, left=left))
    if found["reversed_by"]:
        cases = [
            t("sensitivity.reversal", case=_setting(labels, entry), count=entry["regions"])
            for entry in found["reversed_by"]
        ]
        texts.append(t("sensitivity.reversed_by", cases=_some_names(labels, cases)))
    if whole["no_choice"]:
        alike = [_setting(labels, entry) for entry in whole["no_choice"]]
        texts.append(t("sensitivity.no_choice", cases=labels.row(alike)))
    return texts


def _stable(labels: Labels, section: Mapping[str, Any]) -> list[str]:
    """About regions and lines in one scope."""
    t, texts = labels.words.t, []
    for key in ("always_above", "always_below", "depends", "always_at_ceiling", "always_at_floor"):
        regions = section[key]
        form = key if regions else f"no_{key}"
        texts.append(t(f"sensitivity.region.{form}", count=len(regions), names=labels.regions(regions)))
    lines = section["lines"]
    order = t("sensitivity.before").join(labels.line(name) for name in lines["order"])
    if len(lines["order"]) > 1:
        key = "changes" if lines["changes_with"] else "never"
        names = _some_names(labels, [labels.number(path) for path in lines["changes_with"]])
        texts.append(
            t(
                f"sensitivity.lines.{key}",
                order=order,
                holds=lines["holds"],
                count=section["variations"],
                names=names,
            )
        )
    return texts


def _matters(labels: Labels, summary: Mapping[str, Any]) -> list[str]:
    t = labels.words.t
    texts = []
    for entry in summary["swings"][:5]:
        texts.append(
            t(
                "sensitivity.swing",
                name=labels.number(entry["key"]),
                low=labels.short(entry["low"]),
                high=labels.value(entry["high"], entry["unit"]),
                anew=labels.quantity(entry["objective_gain_anew"], signed=False),
                held=labels.quantity(entry["objective_gain_held"], signed=False),
                moved=labels.words.percent(entry["moved"], 1),
            )
        )
    inert = summary["conclusions"]["inert"]
    if inert:
        names = _some_names(labels, [labels.number(path) for path in inert])
        texts.append(t("sensitivity.inert", count=len(inert), names=names))
    screening = summary["screening"]
    if screening:
        leading = [labels.number(row["key"]) for row in screening["ranking"][:5] if row["mu_star"]]
        texts.append(
            t(
                "sensitivity.screened_anew"
                if screening["plan"] == "made anew"
                else "sensitivity.screened_held",
                trajectories=screening["trajectories"],
                points=screening["points"],
                seed=screening["seed"],
                names=labels.row(leading),
            )
        )
    return texts


def _money(labels: Labels, summary: Mapping[str, Any]) -> str:
    money, currency = summary["money"], labels.case.scenario.currency
    key = "duals" if money["from_duals"] else "differences"
    return labels.words.t(
        f"sensitivity.money.{key}",
        gain=labels.quantity(money["per_unit"] * 1000.0),
        currency=labels.words.currency(currency),
        income=labels.figures(money["income_per_money"], 2),
        low=labels.short(money["holds_from"]),
        high=labels.short(money["holds_to"]),
        within=labels.words.percent(money["within"], 0),
        first=labels.short(money["ladder"][0]),
        last=labels.short(money["ladder"][-1]),
    )


def _rule(labels: Labels, rule: Mapping[str, Any]) -> str:
    def gain(x: float | None) -> str:
        return labels.words.t("sensitivity.no_plan") if x is None else labels.quantity(x)

    slope = rule["slope"]
    return labels.words.t(
        "sensitivity.rule.without_duals" if slope is None else "sensitivity.rule.with_duals",
        name=labels.number(rule["path"]),
        value=labels.short(rule["value"]),
        raised=labels.value(rule["value"] + rule["step"], rule["unit"]),
        lowered=labels.value(rule["value"] - rule["step"], rule["unit"]),
        slope=gain(None if slope is None else slope * rule["step"]),
        up=gain(rule["up"]),
        down=gain(rule["down"]),
    )


def _contradictory(labels: Labels, summary: Mapping[str, Any]) -> list[str]:
    t = labels.words.t
    texts = [
        t("sensitivity.contradicts", case=_setting(labels, entry), why=entry["why"])
        for entry in summary["conclusions"]["contradictory"]
    ]
    screening = summary["screening"]
    if screening and screening["contradictory"]:
        texts.append(
            t("sensitivity.points_lost", lost=screening["contradictory"], points=screening["points"])
        )
    return texts


def _setting(labels: Labels, entry: Mapping[str, Any]) -> str:
    return labels.words.t(
        "sensitivity.setting", name=labels.number(entry["key"]), value=labels.short(entry["value"])
    )


def _some_names(labels: Labels, names: list[str]) -> str:
    shown = labels.row(names[:LISTED])
    more = len(names) - LISTED
    return shown if more <= 0 else labels.words.t("sensitivity.and_more", names=shown, more=more)
