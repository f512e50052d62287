"""Who would be for a plan: sentences on voices and majorities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spatialcoord.results.actors import actor_titles, party_regions, version_names
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan


def voice_sentences(plan: Plan, words: Words) -> list[str]:
    """What voices are and how they are shared out; or that there are none."""
    section, titles = plan.summary["actors"], actor_titles(plan, words)
    if not any(section["voices"].values()):
        return [words.t("summary.actors.silenced")]
    each = words.t("summary.join").join(
        words.t("summary.actors.part", what=titles[name], money=words.percent(share, 0))
        for name, share in section["voices"].items()
    )
    return [words.t("summary.actors.voice_note"), words.t("summary.actors.voices", each=each)]


def majority_sentences(plan: Plan, words: Words) -> list[str]:
    """With which voices the plan would be preferred to each other allocation, and who could turn it."""
    versions, titles, names = (
        version_names(plan, words),
        actor_titles(plan, words),
        party_regions(plan, words),
    )
    found = []
    for row in plan.summary["actors"]["majorities"]:
        if row["for"] == row["opposed"] == 0.0:
            found.append(words.t("summary.actors.no_side", other=versions[row["against"]]))
            continue
        text = words.t(
            f"summary.actors.{'carried' if row['carried'] else 'not_carried'}",
            other=versions[row["against"]],
            gain=words.percent(row["for"], 0),
            loss=words.percent(row["opposed"], 0),
        )
        who = [
            words.t("summary.actors.party", actor=titles[p["actor"]], name=names[p["region"]])
            if p["region"]
            else titles[p["actor"]]
            for p in row["pivotal"]
        ]
        more = row["pivotal_parties"] - len(who)
        if not who:
            turns = words.t("summary.actors.no_pivot")
        else:
            key = "pivot_more" if more > 0 else "pivot"
            turns = words.t(f"summary.actors.{key}", names=words.t("summary.join").join(who), more=more)
        found.append(words.t("summary.actors.both", first=text, second=turns))
    return found
