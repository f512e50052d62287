"""Who is bound, in sentences: the institutions under which a plan was made, the same on the console and in the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

SHOWN = 12  # members named


def institution_sentences(plan: Plan, words: Words) -> list[str]:
    """A sentence for each formed institution and one on what that means; none where the scenario forms none."""
    told = plan.summary.get("institutions") or []
    each = [
        words.t(
            "summary.institutions.sentence",
            name=words.text(one["title"]),
            kind=words.text(one["kind_title"]),
            affairs=words.t("summary.join").join(map(words.text, one["affairs"])),
            members=_members(plan, words, one),
        )
        for one in told
    ]
    return [*each, words.t("summary.institutions.note")] if each else []


def _members(plan: Plan, words: Words, one: Mapping[str, Any]) -> str:
    """Names of the members; of many the first, and how many more."""
    regions = plan.dataset["region"].values.tolist()
    if len(one["members"]) == len(regions):
        return words.t("summary.institutions.all", count=len(regions))
    names = dict(zip(regions, words.names, strict=True))
    shown = words.t("summary.join").join(names[region] for region in one["members"][:SHOWN])
    more = len(one["members"]) - SHOWN
    return words.t("summary.institutions.more", names=shown, count=more) if more > 0 else shown
