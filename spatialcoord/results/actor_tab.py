"""The sheet of the workbook with every party of every actor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.results.actors import (
    actor_note,
    actor_sentences,
    actor_titles,
    part_word,
    party_regions,
    version_names,
)
from spatialcoord.results.tab import INDEX, SHARE, WHOLE, Column, Tab, form_for
from spatialcoord.results.voices import majority_sentences, voice_sentences
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan


def actor_tab(plan: Plan, words: Words) -> Tab:
    """Every party: its figure without the programme, what each allocation is worth to it, its voice, its other figures."""
    t, title, data = words.t, words.t("summary.tab.actors"), plan.dataset
    section = plan.summary.get("actors")
    if not section or "payoff" not in data:
        return Tab(title, (), ())
    versions, titles, names = (
        version_names(plan, words),
        actor_titles(plan, words),
        party_regions(plan, words),
    )
    unit = words.unit(section["unit"])
    payoff = {v: data["payoff"].sel(version=v).values for v in versions}
    stacked = np.stack(list(payoff.values()))
    best, worst = stacked.max(axis=0), stacked.min(axis=0)
    wide = best > worst
    between = np.where(wide, (payoff["plan"] - worst) / np.where(wide, best - worst, 1.0), np.nan)
    money = form_for(stacked)

    def with_unit(name: str) -> str:
        return t("summary.table.with_unit", name=name, unit=unit)

    columns = [Column(t("summary.actors.actor")), Column(t("summary.table.region"))]
    columns += [Column(t("summary.table.name")), Column(t("summary.actors.people"), WHOLE, 16)]
    columns += [Column(with_unit(t("summary.actors.baseline")), money, 18)]
    columns += [
        Column(with_unit(t("summary.actors.worth", version=name)), money, 18)
        for v, name in versions.items()
        if v != "no_programme"
    ]
    columns += [Column(with_unit(t(f"summary.actors.{key}")), money, 18) for key in ("best", "worst")]
    columns += [
        Column(t("summary.actors.normalised"), SHARE, 14),
        Column(t("summary.actors.voice"), INDEX, 12),
    ]
    columns += [Column(t("summary.actors.turns"), "@", 30)]
    figures = _figure_columns(plan, words)
    columns += [Column(head, WHOLE, 14) for head in figures]
    pivotal = data["pivotal"].transpose("party", "version")
    rows: list[Any] = []
    owners, regions = (data[f"party_{k}"].values.astype(str) for k in ("actor", "region"))
    for i, (owner, region) in enumerate(zip(owners, regions, strict=True)):
        turned = [versions[str(v)] for v in data["version"].values[pivotal.values[i]]]
        rows.append(
            [
                titles[owner],
                region,
                names[region],
                data["party_people"].values[i],
                data["payoff_baseline"].values[i],
                *(values[i] for v, values in payoff.items() if v != "no_programme"),
                best[i],
                worst[i],
                None if np.isnan(between[i]) else between[i],
                data["voice"].values[i],
                t("summary.join").join(turned),
                *(values.get((owner, region)) for values in figures.values()),
            ]
        )
    notes = [actor_note(plan, words), t("summary.actors.table_note"), *actor_sentences(plan, words)]
    notes += [*voice_sentences(plan, words), *majority_sentences(plan, words)]
    return Tab(title, columns, rows, (), notes, frozen=3)


def _figure_columns(plan: Plan, words: Words) -> dict[str, dict[tuple[str, str], float]]:
    """Other figures of actors, before and after, by head of their column, actor and region."""
    data, found = plan.dataset, {}
    for entry in plan.summary["actors"]["each"]:
        for key in entry["words"]:
            name = f"{entry['name']}_{key}"
            if name not in data:
                continue
            for when in ("before", "after"):
                head = words.t(
                    "summary.table.with_unit",
                    name=part_word(words, entry, key),
                    unit=words.t(f"summary.column.{when}"),
                )
                values = data[name].sel(outcome=when).values
                regions = map(str, data["region"].values) if entry["regional"] else [""]
                found[head] = {
                    (entry["name"], region): float(value)
                    for region, value in zip(regions, np.atleast_1d(values), strict=True)
                }
    return found
