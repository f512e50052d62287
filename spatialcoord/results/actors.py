"""Who gains and who loses by a plan: tables and sentences on the parties of every actor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spatialcoord.results.sheets import Sheet
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

LOCAL = "local_government"  # the actor whose losers are told one by one


def actor_sheet(plan: Plan, words: Words) -> Sheet | None:
    """Every actor's gain in total, how many of its parties gain and lose, and the largest loser; None of a plan without actors."""
    section = plan.summary.get("actors")
    if not section or not section["each"]:
        return None
    names = party_regions(plan, words)
    unit = words.unit(section["unit"])
    keys = ("actor", "total", "gaining", "losing", "largest_loser")
    head = [words.t(f"summary.actors.{key}") for key in keys]
    for i in (1, 4):
        head[i] = words.t("summary.table.with_unit", name=head[i], unit=unit)
    rows = []
    for entry in section["each"]:
        worst = entry["losers"][0] if entry["regional"] and entry["losers"] else None
        loser = "–"
        if worst is not None:
            loser = words.t(
                "summary.actors.loser", name=names[worst["region"]], loss=_money(words, worst["payoff"])
            )
        rows.append(
            [
                words.text(entry["title"]),
                _money(words, entry["total"]),
                words.number(entry["gain"]["parties"]),
                words.number(entry["lose"]["parties"]),
                loser,
            ]
        )
    return Sheet(head, rows, actor_note(plan, words))


def actor_note(plan: Plan, words: Words) -> str:
    """What a payoff is, and of which years."""
    periods, years = plan.dataset["period"].values, plan.dataset["year"].values
    when = words.t(
        f"summary.actors.when.{plan.summary['actors']['at']}",
        first=int(periods[0]),
        last=int(periods[-1]),
        paid=int(years[-1]),
    )
    return words.t("summary.actors.note", when=when)


def payoff_sheet(plan: Plan, words: Words) -> Sheet:
    """What every allocation is worth to each actor in total, and where the plan lies between worst and best of them."""
    section = plan.summary["actors"]
    versions = version_names(plan, words)
    head = [
        words.t("summary.actors.actor"),
        *versions.values(),
        words.t("summary.actors.normalised"),
    ]
    rows = [
        [
            words.text(entry["title"]),
            *(words.signed_amount(entry["totals"][v], section["unit"]) for v in versions),
            "–" if entry["normalised"] is None else words.percent(entry["normalised"], 0),
        ]
        for entry in section["each"]
    ]
    return Sheet(head, rows, words.t("summary.actors.table_note"))


def actor_sentences(plan: Plan, words: Words) -> list[str]:
    """How many people gain and lose how much, actor by actor; who is left out for want of figures; red lines."""
    section = plan.summary["actors"]
    return [
        *(_figure(words, section["unit"], entry) for entry in section["each"]),
        *actor_remarks(plan, words),
    ]


def actor_notes(plan: Plan, words: Words) -> list[str]:
    """What the actors themselves say of their figures; none of a plan without actors."""
    each = (plan.summary.get("actors") or {"each": []})["each"]
    return [words.text(entry["note"]) for entry in each if entry["note"]]


def actor_remarks(plan: Plan, words: Words) -> list[str]:
    """Actors left out and red lines: what is told on the console as well; none of a plan without actors."""
    section = plan.summary.get("actors")
    if not section:
        return []
    left_out = [
        words.t(
            "summary.actors.skipped",
            actor=words.text(entry["title"]),
            columns=words.t("summary.join").join(entry["missing"]),
        )
        for entry in section["skipped"]
    ]
    return [*left_out, *(_red_line(plan, words, line) for line in section["red_lines"])]


def loser_sheet(plan: Plan, words: Words) -> tuple[str, Sheet, list[str]] | None:
    """Title, table and sentences of the local governments that lose most; None where none does, or the actor is left out."""
    section = plan.summary["actors"]
    entry = next((e for e in section["each"] if e["name"] == LOCAL), None)
    if entry is None or not entry["losers"]:
        return None
    names, unit = party_regions(plan, words), section["unit"]
    figures = list(entry["losers"][0]["figures"])
    head = [
        words.t("summary.column.region"),
        words.t("summary.actors.change"),
        words.t("summary.actors.share"),
        words.t("summary.column.equal_per_head"),
        *(words.t("summary.actors.moves", what=part_word(words, entry, key)) for key in figures),
    ]
    rows, sentences = [], []
    for row in entry["losers"]:
        money, share = words.signed_amount(row["payoff"], unit), _share(words, row["share"])
        rows.append(
            [
                names[row["region"]],
                money,
                share,
                words.signed_amount(row["equal_per_head"], unit),
                *(
                    words.t("summary.actors.from_to", before=words.number(a), after=words.number(b))
                    for a, b in row["figures"].values()
                ),
            ]
        )
        known = "" if row["share"] is None else "_share"
        sentences.append(
            words.t(
                f"summary.actors.loses{known}",
                name=names[row["region"]],
                money=words.amount(-row["payoff"], unit),
                share=_share(words, None if row["share"] is None else -row["share"], signed=False),
                parts=_parts(words, entry, row["parts"], unit),
            )
        )
    title = words.t("summary.actors.losers", actor=words.text(entry["title"]))
    return title, Sheet(head, rows, words.text(entry["note"])), sentences


def _figure(words: Words, unit: str, entry: Mapping[str, Any]) -> str:
    """An actor's figure in a sentence, and what it says of that figure itself."""
    text = (_groups if entry["regional"] else _made_of)(words, unit, entry)
    if not entry["note"]:
        return text
    return words.t("summary.actors.both", first=text, second=words.text(entry["note"]))


def _groups(words: Words, unit: str, entry: Mapping[str, Any]) -> str:
    """How many parties of an actor gain and lose how much, and for how many people they speak."""

    def side(key: str) -> str:
        group = entry[key]
        if not group["parties"]:
            return words.t(f"summary.actors.none_{key}")
        people = ""
        if group["people"]:
            people = words.t("summary.actors.for_people", people=words.number(group["people"]))
        return words.t(
            f"summary.actors.some_{key}",
            parties=group["parties"],
            all=entry["parties"],
            money=words.amount(abs(group["money"]), unit),
            people=people,
        )

    actor = words.text(entry["title"])
    return words.t("summary.actors.groups", actor=actor, gain=side("gain"), lose=side("lose"))


def _made_of(words: Words, unit: str, entry: Mapping[str, Any]) -> str:
    """The total of an actor that stands for the nation, and what it is made of where that is told."""
    values = {"actor": words.text(entry["title"]), "total": words.signed_amount(entry["total"], unit)}
    if sum(value != 0.0 for value in entry["parts"].values()) < 2:
        return words.t("summary.actors.whole", **values)
    return words.t("summary.actors.made_of", parts=_parts(words, entry, entry["parts"], unit), **values)


def _parts(words: Words, entry: Mapping[str, Any], parts: Mapping[str, float], unit: str) -> str:
    """Addends of a payoff, largest first; those that are nothing are left out."""
    least = 1e-9 * max((abs(value) for value in parts.values()), default=0.0)
    return words.t("summary.join").join(
        words.t(
            "summary.actors.part", what=part_word(words, entry, key), money=words.signed_amount(value, unit)
        )
        for key, value in sorted(parts.items(), key=lambda item: -abs(item[1]))
        if abs(value) > least
    )


def binding_lines(plan: Plan, words: Words) -> list[str]:
    """Red lines that are rules of the plan, in sentences."""
    return [
        words.t(
            "summary.actors.red_line_rule",
            actor=actor_titles(plan, words)[line["actor"]],
            share=words.percent(line["share"], 1),
        )
        for line in (plan.summary.get("actors") or {"red_lines": []})["red_lines"]
        if line.get("binding")
    ]


def _red_line(plan: Plan, words: Words, line: Mapping[str, Any]) -> str:
    actor, share = actor_titles(plan, words)[line["actor"]], words.percent(line["share"], 1)
    if line["missing"]:
        columns = words.t("summary.join").join(line["missing"])
        return words.t("summary.actors.red_line_unknown", actor=actor, columns=columns)
    whose = ("_binding" if line.get("binding") else "") + ("" if line["regional"] else "_by_one")
    if not line["violations"]:
        return words.t(f"summary.actors.red_line_kept{whose}", actor=actor, share=share)
    worst = line["worst"][0]
    money = words.signed_amount(worst["payoff"], plan.summary["actors"]["unit"])
    return words.t(
        f"summary.actors.red_line_broken{whose}",
        actor=actor,
        share=share,
        violations=line["violations"],
        parties=line["parties"],
        name=party_regions(plan, words)[worst["region"]],
        money=money,
    )


def _money(words: Words, x: float) -> str:
    """A change of money with its sign, below a thousand to three figures, so that none that is told rounds to nothing."""
    return words.signed(x, 0 if x == 0 else min(12, max(0, 2 - math.floor(math.log10(abs(x))))))


def _share(words: Words, share: float | None, signed: bool = True) -> str:
    if share is None:
        return "–"
    return words.signed_percent(share, 2) if signed else words.percent(share, 2)


def part_word(words: Words, entry: Mapping[str, Any], key: str) -> str:
    return words.text(entry["words"].get(key, key.replace("_", " ")))


def actor_titles(plan: Plan, words: Words) -> dict[str, str]:
    """Title of every actor, those left out among them."""
    section = plan.summary["actors"]
    return {e["name"]: words.text(e["title"]) for e in (*section["each"], *section["skipped"])}


def party_regions(plan: Plan, words: Words) -> dict[str, str]:
    """Name of every region, and of the nation, whose parties have none."""
    return {**dict(zip(plan.graph.ids, words.names, strict=True)), "": words.t("summary.actors.nation")}


def version_names(plan: Plan, words: Words) -> dict[str, str]:
    """Name of every allocation that parties are asked about, the plan last."""
    own = {
        "no_programme": words.t("summary.actors.no_programme"),
        "equal_per_head": words.t("summary.column.equal_per_head"),
        **{e["name"]: words.text(e["title"]) for e in plan.summary.get("formulas") or []},
        "plan": words.t("summary.formula.plan"),
    }
    return {v: name for v, name in own.items() if v in plan.summary["actors"]["versions"]}
