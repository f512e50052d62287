"""The alternatives in sentences and in a short table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord import registry
from spatialcoord.explore.nearest import PATTERNS, Reference
from spatialcoord.explore.ranges import ALL
from spatialcoord.results.sheets import Sheet

if TYPE_CHECKING:
    from spatialcoord.explore.alternatives import Findings
    from spatialcoord.results import Words

SHOWN = 10  # regions in the short table
MILLION = 1e6


def line_title(words: Words, names: tuple[str, ...], line: str) -> str:
    """Title of an instrument, or the words for all of them together."""
    return words.t("alternatives.all_lines") if line == ALL else words.instruments[names.index(line)]


def sentences(found: Findings, words: Words) -> dict[str, str]:
    """What the study says, a sentence or two each, in the order in which they are read; empty where there is nothing to say."""
    near, ranges = found.near, found.ranges
    gains, objective = found.gains(), near.best.objective
    room = abs(near.limit - objective)
    summary = found.plan.summary["objective"]

    def value(x: float) -> str:
        """A value of the objective or a difference of two, with its unit."""
        if summary["unit"] in ("1", ""):
            return words.number(x, 7) if abs(x) < 0.01 else words.number(x, 5)
        digits = 0 if abs(x) >= 1000 else 2
        return words.t("summary.quantity", number=words.number(x, digits), unit=words.unit(summary["unit"]))

    def of_gain(name: str, part: float) -> str:
        gain = gains[name]
        key = "share_of_gain" if gain > 0 else "no_gain"
        return words.t(
            f"alternatives.{key}", share=words.percent(part / gain if gain > 0 else 0.0, 1), gain=value(gain)
        )

    says = {
        "tolerance": words.t(
            "alternatives.tolerance",
            objective=words.objective(summary),
            value=value(objective),
            tolerance=words.percent(near.tolerance, _digits(near.tolerance)),
            room=value(room),
            none=of_gain("no_programme", room),
            equal=of_gain("equal_per_head", room),
        ),
        "equal_within": words.t("alternatives.equal_within") if gains["equal_per_head"] <= room else "",
    }
    settled = ranges.settled(found.settled)
    total = float(ranges.plan[0].sum())
    says["settled"] = words.t(
        "alternatives.counts",
        share=words.percent(found.settled, _digits(found.settled)),
        settled=int(settled[0].sum()),
        regions=settled[0].size,
        choice=int((~settled[0]).sum()),
        amounts=int(settled[1:].sum()),
        cells=settled[1:].size,
    )
    says["money"] = words.t(
        "alternatives.money",
        total=words.amount(total, words.money),
        certain=words.amount(ranges.certain, words.money),
        certain_share=words.percent(ranges.certain / total if total > 0 else 0.0, 0),
        open=words.amount(total - ranges.certain, words.money),
    )
    unspent = total - ranges.least_spent
    says["unspent"] = (
        words.t(
            "alternatives.unspent",
            unspent=words.amount(unspent, words.money),
            share=words.percent(unspent / total, 1),
        )
        if unspent > 1e-3 * total
        else ""
    )
    says["least_change"] = _least_change(
        found, words, value, of_gain("equal_per_head", near.loss(found.least.objective))
    )
    yearly = total / len(near.setting.years)
    for n, a in enumerate(found.alternatives, start=1):
        says[f"alternative_{n}"] = words.t(
            "alternatives.alternative" if n == 1 else "alternatives.further",
            n=n,
            distance=words.amount(a.distances[0], words.money),
            share=words.percent(a.distances[0] / yearly if yearly > 0 else 0.0, 0),
            nearest=words.amount(a.distance, words.money),
            bound=words.amount(a.bound, words.money),
            loss=value(near.loss(a.plan.objective)),
        )
    says["heuristic"] = words.t("alternatives.heuristic") if found.alternatives else ""
    return says


def _least_change(found: Findings, words: Words, value: object, share: str) -> str:
    near, reference = found.near, found.reference
    plan, least = reference.distance(near.best.amounts), reference.distance(found.least.amounts)
    assert callable(value)
    return words.t(
        "alternatives.least_change",
        reference=reference_words(reference, words),
        plan=words.amount(plan, words.money),
        least=words.amount(least, words.money),
        less=words.amount(plan - least, words.money),
        less_share=words.percent((plan - least) / plan if plan > 0 else 0.0, 0),
        loss=value(near.loss(found.least.objective)),
        share=share,
    )


def short_table(found: Findings, words: Words) -> Sheet:
    """The regions with the widest ranges over all lines together, money per head a year."""
    ranges, setting = found.ranges, found.near.setting
    per_head = MILLION / setting.population / len(setting.years)
    settled = ranges.settled(found.settled)[0]
    order = np.argsort(-ranges.width[0] / ranges.equal, kind="stable")[:SHOWN]
    unit = words.unit(words.per_head)
    head = [
        words.t(f"alternatives.short.{key}", unit=unit)
        for key in ("region", "least", "planned", "most", "width", "verdict")
    ]
    rows = [
        [
            words.names[r],
            *(words.number(side[0, r] * per_head[r]) for side in (ranges.least, ranges.plan, ranges.most)),
            words.percent(ranges.width[0, r] / ranges.equal[r], 0),
            words.t("alternatives.settled" if settled[r] else "alternatives.choice"),
        ]
        for r in order
    ]
    return Sheet(head, rows)


def _digits(share: float) -> int:
    """Decimals that show a share as a percentage in full, at most six."""
    return next((d for d in range(6) if abs(round(share * 100, d) - share * 100) < 1e-9), 6)


def reference_words(reference: Reference, words: Words) -> str:
    """What the least change is from, in words."""
    if reference.name in registry.formulas and reference.name not in PATTERNS:
        title = words.part(registry.formulas, reference.name)
        return words.t("alternatives.reference.formula", title=title)
    return words.t(f"alternatives.reference.{reference.name}", folder=reference.folder)
