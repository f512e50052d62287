"""What a front says, in sentences and in a short table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.explore.pareto_summary import below_front, share_below
from spatialcoord.explore.pareto_tables import knee_word, plain_step, title_of, unit_of
from spatialcoord.messages import Catalogue
from spatialcoord.results.sheets import Sheet

if TYPE_CHECKING:
    from spatialcoord.explore.pareto import Traced
    from spatialcoord.planner.aims import Aim

ON_FRONT = 5e-4  # of a range: what is left out of a percentage with one decimal
SHOWN = 7  # rows of the short table


def sentences(traced: Traced, wanted: int, words: Catalogue) -> list[str]:
    """What a planner should know of a front, most important first.

    Parameters
    ----------
    traced : Traced
        The front.
    wanted : int
        Points that were asked for.
    words : Catalogue
        Words of the language.

    Returns
    -------
    list of str
    """
    t, front = words.t, traced.front
    titles = t("pareto.comma").join(title_of(a, words) for a in traced.aims)
    count = len(front.points)
    out = [t("pareto.points", count=count, objectives=titles)]
    if count == 1:
        out.append(t("pareto.no_conflict"))
    elif count < wanted:
        out.append(t("pareto.fewer", count=count, wanted=wanted))
    out += [_range(traced, k, words) for k in range(len(traced.aims)) if count > 1]
    knee = traced.knee
    if knee is not None:
        values = t("pareto.comma").join(
            written(a, v, traced, words) for a, v in zip(traced.aims, front.points[knee].values, strict=True)
        )
        out.append(
            t(
                "pareto.knee_at" if len(traced.aims) == 2 else "pareto.nearest_at",
                number=knee + 1,
                values=values,
            )
        )
    elif count > 2:
        out.append(t("pareto.flat"))
    out += _price(traced, words)
    out += _plan(traced, words)
    out.append(t("pareto.bounds", binding=front.binding, all=front.binding + front.slack))
    open_points = [str(i + 1) for i, p in enumerate(front.points) if not p.proved]
    if open_points:
        out.append(t("pareto.not_proved", points=t("pareto.comma").join(open_points)))
    if not all(end.proved for end in front.ends):
        out.append(t("pareto.open_ends"))
    return out


def short_table(traced: Traced, words: Catalogue) -> Sheet:
    """Seven points or fewer, evenly spread, the ends and the knee among them."""
    count = len(traced.front.points)
    chosen = set(np.linspace(0, count - 1, min(SHOWN, count)).round().astype(int).tolist())
    if traced.knee is not None:
        chosen.add(traced.knee)
    priced = bool(np.isfinite(traced.prices).any())
    heads = [words.t("pareto.point"), *(title_of(a, words) for a in traced.aims)]
    if priced:
        heads.append(words.t("pareto.price_short", step=plain_step(traced)))
    rows = []
    for i in sorted(chosen):
        mark = f" {knee_word(traced, words)}" if i == traced.knee else ""
        row = [f"{i + 1}{mark}"]
        row += [
            value_of(a, v, traced, words)
            for a, v in zip(traced.aims, traced.front.points[i].values, strict=True)
        ]
        if priced:
            unit = f"{traced.case.scenario.currency} per head"
            price = float(traced.prices[i])
            row.append("–" if math.isnan(price) else _price_of(price, unit, words))
        rows.append(row)
    return Sheet(heads, rows)


def value_of(aim: Aim, value: float, traced: Traced, words: Catalogue) -> str:
    """A value of an objective: money in the size the language reads best, an index with the decimals its range needs."""
    k = traced.aims.index(aim)
    span = abs(float(traced.best[k] - traced.worst[k]))
    digits = max(0, 2 - math.floor(math.log10(span))) if span > 0 else 4
    unit = aim.unit.format(currency=traced.case.scenario.currency)
    if aim.maximise and unit.startswith("million"):
        apart = [(float(end), float(end) + span / 20.0) for end in (traced.best[k], traced.worst[k])]
        enough = (
            d
            for d in (None, *range(9))
            if all(words.money(a, unit, d) != words.money(b, unit, d) for a, b in apart)
        )
        return words.money(value, unit, next(enough, None))
    number = words.number(value, min(digits, 12))
    own = unit_of(aim, traced, words)
    return words.t("summary.quantity", number=number, unit=own) if own else number


def written(aim: Aim, value: float, traced: Traced, words: Catalogue) -> str:
    """An objective by name with its value."""
    return words.t(
        "pareto.is", objective=title_of(aim, words), value=value_of(aim, float(value), traced, words)
    )


def _digits(x: float) -> int:
    """Three figures of an amount of money, none below a whole above 100."""
    return 0 if x == 0 else max(0, min(6, 2 - math.floor(math.log10(abs(x)))))


def _range(traced: Traced, k: int, words: Catalogue) -> str:
    aim = traced.aims[k]
    return words.t(
        "pareto.range",
        objective=title_of(aim, words),
        worst=value_of(aim, float(traced.worst[k]), traced, words),
        best=value_of(aim, float(traced.best[k]), traced, words),
    )


def _price(traced: Traced, words: Catalogue) -> list[str]:
    prices, index = traced.prices, traced.index
    if index is None or not np.isfinite(prices).any():
        return []
    unit = f"{traced.case.scenario.currency} per head"
    low, high = float(np.nanmin(prices)), float(np.nanmax(prices))
    at = traced.knee
    known = at is not None and np.isfinite(prices[at])
    middle = float(prices[at]) if known and at is not None else float(np.nanmedian(prices))
    out = [
        words.t(
            "pareto.price_at_knee" if known else "pareto.price_median",
            index=title_of(traced.aims[index], words),
            step=plain_step(traced),
            price=_price_of(middle, unit, words),
            low=_price_of(low, unit, words),
            high=_price_of(high, unit, words),
        )
    ]
    return [*out, words.t("pareto.price_below")] if low < 0.0 else out


def _price_of(price: float, unit: str, words: Catalogue) -> str:
    """A price with three figures; one below nothing with a sign of minus."""
    return ("−" if price < 0.0 else "") + words.money(abs(price), unit, _digits(price))


def _plan(traced: Traced, words: Catalogue) -> list[str]:
    lacks, share = below_front(traced), share_below(traced)
    setting = traced.case.setting
    values = words.t("pareto.comma").join(
        written(a, a.of(setting, traced.outcome.after), traced, words) for a in traced.aims
    )
    if lacks is None or share is None:
        return [words.t("pareto.plan" if traced.late else "pareto.plan_unanswered", values=values)]
    if share < ON_FRONT:
        return [words.t("pareto.plan_on", values=values)]
    aim = traced.aims[traced.front.sought]
    return [
        words.t(
            "pareto.plan_below" if share <= 1.0 else "pareto.plan_far",
            values=values,
            objective=title_of(aim, words),
            amount=value_of(aim, lacks, traced, words),
            share=words.percent(share, 1),
        )
    ]
