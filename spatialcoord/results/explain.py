"""Why a region gets what it gets: in sentences, with numbers that add up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean
from spatialcoord.results.table import region_table
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

NEGLIGIBLE = 0.01  # of the dearest price of a region: not worth a word


@dataclass(frozen=True)
class Explanation:
    """One region of one plan.

    Attributes
    ----------
    region : str
        Its id.
    sentences : tuple of str
        In the language asked for.
    lines : dict of str to float
        Money by instrument over the programme, million currency; sums to `receipts` where nothing is lent: a loan is
        received with its grant equivalent.
    receipts, cofinance, financing, levy, compensation, net : float
        Money received, own co-finance, share in paying, tax paid more (negative: less) under rates of its own, net payments
        from other regions (negative: to them), and what is left, over the programme, million currency.
    contributions : dict of str to float
        What each account adds to the value made equal, currency per head; sums to `change`.
    change : float
        Change of that value against no programme, currency per head.
    more, less : dict of str to float
        Prices of rules that keep the region from more and from less: gain of the objective, for each million currency a
        year by which the rule gives way.
    """

    region: str
    sentences: tuple[str, ...]
    lines: dict[str, float]
    receipts: float
    cofinance: float
    financing: float
    levy: float
    compensation: float
    net: float
    contributions: dict[str, float]
    change: float
    more: dict[str, float]
    less: dict[str, float]

    def __str__(self) -> str:
        return "\n".join(self.sentences)


def explain(plan: Plan, region: str, lang: str = "en") -> Explanation:
    """Explain what a region gets.

    Parameters
    ----------
    plan : Plan
        Solved or loaded.
    region : str
        Region id ("CN-GS"), or its name in any language of the plan.
    lang : str
        Language of the sentences.

    Raises
    ------
    InputError
        There is no such region; the nearest is suggested.
    """
    region = find_region(plan, region)
    data, words = plan.dataset.sel(region=region), Words(plan, lang)
    row = region_table(plan).loc[region]
    lines = {str(i): float(v) for i, v in data["amount"].sum("year").to_series().items()}
    prices = {
        side: {str(r): float(p) for r, p in data[f"price_of_{side}"].to_series().items() if p > 0}
        for side in ("more", "less")
    }
    contributions = {str(a): float(v) for a, v in data["contribution"].to_series().items()}
    found = Explanation(
        region=region,
        sentences=(),
        lines=lines,
        receipts=float(row["receipts"]),
        cofinance=float(row["cofinance"]),
        financing=float(row["financing"]),
        levy=float(row.get("levy", 0.0)),
        compensation=float(row.get("compensation", 0.0)),
        net=float(row["net"]),
        contributions=contributions,
        change=float(row["change_per_head"]),
        more=dict(sorted(prices["more"].items(), key=lambda item: -item[1])),
        less=dict(sorted(prices["less"].items(), key=lambda item: -item[1])),
    )
    sentences = (
        *_receives(plan, found, words),
        *_held(plan, found, words),
        *_pays(plan, found, words),
        *_effect(plan, found, words),
    )
    return Explanation(**{**found.__dict__, "sentences": sentences})


def round_step(plan: Plan) -> float:
    """The round amount prices are told for: a power of ten near a hundredth of a year's budget, million currency."""
    yearly = float(plan.summary["budget"]["available"]) / plan.dataset.sizes["year"]
    return 10.0 ** math.floor(math.log10(max(yearly, 1e-6) / 100.0))


def find_region(plan: Plan, region: str) -> str:
    """Id of a region given by id or by name; InputError with a suggestion when there is none."""
    data = plan.dataset
    ids = [str(i) for i in data["region"].values]
    for known in (ids, *([str(n) for n in data[key].values] for key in ("name", "name_zh"))):
        if region in known:
            return ids[known.index(region)]
    names = [*ids, *(str(n) for n in data["name"].values)]
    raise InputError(
        Problem(f"the plan has no region '{region}'", where="region", remedy=did_you_mean(region, names))
    )


def _name(plan: Plan, region: str, words: Words) -> str:
    return words.names[[str(i) for i in plan.dataset["region"].values].index(region)]


def _receives(plan: Plan, found: Explanation, words: Words) -> list[str]:
    row = region_table(plan).loc[found.region]
    years = plan.dataset["year"].values
    head = words.t(
        "explain.receives",
        name=_name(plan, found.region, words),
        amount=words.amount(sum(found.lines.values()), words.money),
        first=years[0],
        last=years[-1],
        per_head=words.amount(row["amount_per_head"], words.per_head),
        ratio=words.number(row["ratio_to_equal"], 2),
    )
    parts = [
        words.t("explain.line", line=title, amount=words.amount(found.lines[str(i)], words.money))
        for i, title in zip(plan.dataset["instrument"].values, words.instruments, strict=True)
    ]
    nothing = [
        title
        for i, title in zip(plan.dataset["instrument"].values, words.instruments, strict=True)
        if abs(found.lines[str(i)]) <= 1e-9 * max(1.0, found.receipts)
    ]
    why = [words.t("explain.no_money", lines=words.t("explain.and").join(nothing))] if nothing else []
    return [head, words.t("explain.lines", lines=words.t("explain.and").join(parts)), *why]


def _held(plan: Plan, found: Explanation, words: Words) -> list[str]:
    rule = str(plan.dataset["binding_rule"].sel(region=found.region).item())
    year = plan.dataset["year"].values[-1]
    sentences = [words.t("explain.held", year=year, rule=words.label("rule", rule))]
    step = round_step(plan)
    amount = words.amount(step, words.money, 0)
    for side, prices in (("more", found.more), ("less", found.less)):
        if prices:
            rules = [
                words.t(
                    "explain.rule", rule=words.label("rule", rule), price=_price(price * step, plan, words)
                )
                for rule, price in prices.items()
                if price >= NEGLIGIBLE * max(prices.values())
            ]
            sentences.append(
                words.t(f"explain.not_{side}", rules=words.t("explain.and").join(rules), step=amount)
            )
        else:
            sentences.append(words.t(f"explain.nothing_{side}"))
    budget = next((row["price"] for row in plan.summary["binding"] if row["rule"] == "budget"), 0.0)
    sentences.append(words.t("explain.budget", step=amount, price=_price(budget * step, plan, words)))
    dearest = max((*found.more.items(), *found.less.items()), key=lambda item: item[1], default=None)
    if dearest is not None:
        verb = (
            "explain.change_more"
            if dearest[0] in found.more and found.more[dearest[0]] == dearest[1]
            else "explain.change_less"
        )
        sentences.append(
            words.t(
                verb,
                rule=words.label("rule", dearest[0]),
                step=amount,
                **_ratios(plan, found, words, step, verb),
            )
        )
    return sentences


def _ratios(plan: Plan, found: Explanation, words: Words, step: float, verb: str) -> dict[str, str]:
    """Multiple of the equal amount now, and with a step a year more or less (never below nothing)."""
    equal = float(plan.dataset["amount_equal"].sel(region=found.region).sum()) / plan.dataset.sizes["year"]
    now = sum(found.lines.values()) / plan.dataset.sizes["year"]
    then = max(0.0, now + (step if verb.endswith("more") else -step))
    ratio = 1.0 / equal if equal > 0 else 0.0
    return {"now": words.number(now * ratio, 2), "then": words.number(then * ratio, 2)}


def _price(price: float, plan: Plan, words: Words) -> str:
    if plan.summary["objective"]["name"] == "actor":
        return words.t("units.money_per_year", money=words.amount(price, words.money))
    digits = 0 if abs(price) >= 100 else 3
    return f"{words.number(price, digits)} {words.unit(words.per_head)}"


def _pays(plan: Plan, found: Explanation, words: Words) -> list[str]:
    share = found.financing / max(float(plan.dataset["financing"].sum()), 1e-300)
    received = found.receipts + max(found.compensation, 0.0)
    key = "explain.net_gain" if found.net >= 0 else "explain.net_loss"
    tax = [
        words.t(
            f"explain.tax_{'more' if found.levy > 0 else 'less'}",
            levy=words.amount(abs(found.levy), words.money),
        )
    ]
    between = [
        words.t(
            f"explain.compensation_{'in' if found.compensation > 0 else 'out'}",
            compensation=words.amount(abs(found.compensation), words.money),
        )
    ]
    lent = [words.t("explain.lent", receipts=words.amount(found.receipts, words.money))]
    return [
        words.t(
            "explain.pays",
            financing=words.amount(found.financing, words.money),
            share=words.percent(share, 1),
            cofinance=words.amount(found.cofinance, words.money),
        ),
        *(tax if abs(found.levy) > 0 else []),
        *(between if abs(found.compensation) > 0 else []),
        *(lent if sum(found.lines.values()) - found.receipts > 1e-6 * max(found.receipts, 1.0) else []),
        words.t(
            key,
            receipts=words.amount(received, words.money),
            paid=words.amount(received - found.net, words.money),
            net=words.amount(abs(found.net), words.money),
        ),
    ]


def _effect(plan: Plan, found: Explanation, words: Words) -> list[str]:
    row = region_table(plan).loc[found.region]
    parts = [
        words.t("explain.part", part=words.t(f"explain.account.{account}"), value=words.signed(value, 1))
        for account, value in found.contributions.items()
        if abs(value) >= 0.05
    ]
    target = words.t(f"explain.target.{plan.dataset.attrs['target']}")
    effect = words.t(
        "explain.effect",
        target=target,
        change=words.signed(found.change, 1),
        unit=words.unit(words.per_head),
        before=words.number(row["target_before"]),
        parts=words.t("explain.and").join(parts) or words.t("explain.nothing"),
    )
    against = words.t(
        "explain.against_equal",
        change=words.signed(row["change_to_equal"], 1),
        unit=words.unit(words.per_head),
    )
    return [effect, against]
