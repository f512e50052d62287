"""Words in one language: how numbers and units are written, and of one plan the names of its regions and parts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from spatialcoord.messages import Catalogue, catalogue
from spatialcoord.registry import Registry, outcomes

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan


class Spoken:
    """Numbers, units and sentences as pictures and tables write them in one language.

    Parameters
    ----------
    lang : str
        Code of the language.
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang
        self._catalogue = catalogue(lang)
        self.t = self._catalogue.t
        self.percent = self._catalogue.percent
        self.amount = self._catalogue.money

    def unit(self, unit: str) -> str:
        """Unit in words; that of a variance, ``(CNY per head)^2``, as the square of one."""
        plain, at, year = unit.removesuffix(" prices").partition(" at ")
        if at and unit.endswith(" prices"):
            return self.t("units.at_prices", unit=self.unit(plain), year=year)
        inner, square, rest = unit.partition(")^2")
        if square and not rest and inner.startswith("("):
            return f"({self._catalogue.unit(inner[1:])})²"
        return self._catalogue.unit(unit)

    def text(self, value: Any) -> str:
        """A text that is either the same in every language or a mapping from language to text."""
        return spoken(value, self.lang)

    def small(self, x: float) -> str:
        """Number with three significant figures, however small."""
        digits = 0 if x == 0 else max(0, 2 - math.floor(math.log10(abs(x))))
        return self.number(x, min(digits, 12))

    def number(self, x: float, digits: int = 0) -> str:
        """Number with exactly `digits` decimals and a true minus."""
        return self._catalogue.number(x, digits).replace("-", "−")

    def signed(self, x: float, digits: int = 0) -> str:
        """Number with its sign, a true minus before what is negative."""
        number = self.number(abs(x), digits)
        if number == self.number(0, digits):
            return number
        return ("+" if x > 0 else "−") + number

    def signed_percent(self, x: float, digits: int = 0) -> str:
        """Share as a percentage with its sign; a dash where there is no number."""
        if math.isnan(x):
            return self.percent(x)
        plain = self.percent(abs(x), digits)
        return plain if plain == self.percent(0.0, digits) else ("+" if x > 0 else "−") + plain


class Words(Spoken):
    """What a picture, a table or a page needs to speak of a plan.

    Parameters
    ----------
    plan : Plan
        The plan spoken of.
    lang : str
        Code of the language.

    Attributes
    ----------
    lang : str
        Code of the language.
    names : list of str
        Name of every region, in the order of the Dataset.
    instruments : list of str
        Title of every instrument, in the order of the Dataset.
    title : str
        Title of the case.
    money : str
        The case's money unit, as in "million CNY".
    per_head : str
        Unit of money per head, as in "CNY per head".
    period : str
        Years of the programme and price year.
    target : str
        What is made equal; at common prices where the regions' price levels differ.
    """

    def __init__(self, plan: Plan, lang: str = "en") -> None:
        super().__init__(lang)
        attrs = plan.dataset.attrs
        self.money: str = attrs["money_unit"]
        self.per_head = f"{attrs['currency']} per head"
        self.title = self._text_of(attrs, "title")
        first, last = (int(year) for year in plan.dataset["year"].values[[0, -1]])
        self.period = self.t("summary.programme", first=first, last=last, price_year=attrs["price_year"])
        self.names = self._labels(plan, "name", "region")
        target = attrs["target"]
        title = self.part(outcomes, target)
        priced = target in outcomes and getattr(outcomes.get(target), "at_common_prices", False)
        priced = priced and plan.graph.has("price_level")
        self.target: str = self.t("summary.at_common_prices", target=title) if priced else title
        self.instruments = self._labels(plan, "instrument_title", "instrument")

    def label(self, kind: str, name: str, otherwise: str | None = None) -> str:
        """Word for a name that parts bring with them ("rule", "ceiling"); else the name itself, spaced."""
        key = f"summary.{kind}.{name.replace(' ', '_')}"
        return self._catalogue.texts.get(key, name.replace("_", " ") if otherwise is None else otherwise)

    def objective(self, told: Mapping[str, Any]) -> str:
        """Word for the objective of a summary; that of an actor with its title."""
        name = self.label("objective_name", told["name"])
        return name.format(actor=self.text(told["actor_title"])) if "actor_title" in told else name

    def envelope(self, name: str) -> str:
        """Word for an envelope; the name, spaced, of one that is not known here."""
        return self._catalogue.texts.get(f"sensitivity.name.envelope_{name}", name.replace("_", " "))

    def part(self, kind: Registry, name: str) -> str:
        """Title that a registered part gives itself; the name, spaced, of a part that is not here."""
        if name not in kind:
            return name.replace("_", " ")
        return self.text(getattr(kind.get(name), "title", name))

    def signed_amount(self, x: float, unit: str) -> str:
        """Money with its sign before the number, whatever the language puts around it."""
        plain = unit.removesuffix("/yr")
        money = ("+" if x > 0 else "−" if x < 0 else "") + self.amount(abs(x), plain)
        return money if plain == unit else self.t("units.money_per_year", money=money)

    def verdict(self, summary: Mapping[str, Any]) -> str:
        """The verdict of a summary in a sentence; its label, spaced, where no sentence is known."""
        verdict = summary["verdict"]
        key = verdict.get("text_key") or f"summary.verdict.{verdict['label']}"
        texts = self._catalogue.texts
        if key not in texts:
            return self.label("verdict", verdict["label"])
        low, high = verdict.get("range") or (float("nan"),) * 2
        unit = verdict.get("unit", "1")

        def write(x: float) -> str:
            if unit in ("1", ""):
                return self.number(x, 5)
            return self.t("summary.quantity", number=self.number(x, 2), unit=self.unit(unit))

        text = self.t(key, gain=write(verdict.get("gain", float("nan"))), low=write(low), high=write(high))
        if "money_alone" in verdict:
            text += ("" if self.lang == "zh" else " ") + self.t(
                "summary.money_alone", gain=write(verdict["money_alone"])
            )
        return text

    def status(self, summary: Mapping[str, Any]) -> str:
        """What the end of the solver means, in a sentence; the status itself where no sentence is known."""
        return self._catalogue.texts.get(f"status.{summary['status']}", str(summary["status"]))

    def _text_of(self, attrs: Mapping[str, Any], key: str) -> str:
        return str(attrs.get(f"{key}_{self.lang}") or attrs[key])

    def _labels(self, plan: Plan, key: str, dim: str) -> list[str]:
        """Labels in this language, filled up with those in English and then with the ids."""
        dataset = plan.dataset
        choices = [dataset[k].values for k in (f"{key}_{self.lang}", key, dim) if k in dataset.coords]
        return [next(str(text) for text in row if str(text)) for row in zip(*choices, strict=True)]


def spoken(value: Any, lang: str) -> str:
    """A text that is either the same in every language or a mapping from language to text, in `lang` or else in English."""
    if isinstance(value, Mapping):
        return str(value.get(lang) or value.get("en") or next(iter(value.values()), ""))
    return str(value)


def partial_line(words: Words | Catalogue, missing: Iterable[Mapping[str, Any]]) -> str:
    """What a partial case lacks and what stands in for it, in one sentence."""
    lacks = (words.t("summary.lacks", **_lacking(words, entry)) for entry in missing)
    return words.t("summary.partial", lacks=words.t("summary.join_sentences").join(lacks))


def missing_lines(words: Words, summary: Mapping[str, Any]) -> list[str]:
    """Each figure a case lacks, what stands in for it and what that does to the results; none where it lacks nothing."""
    return [
        words.t("summary.missing", effect=spoken(entry["effect"], words.lang), **_lacking(words, entry))
        for entry in summary.get("missing") or ()
    ]


def _lacking(words: Words | Catalogue, entry: Mapping[str, Any]) -> dict[str, str]:
    name = entry.get("name") or entry["column"].replace("_", " ")
    return {
        "name": spoken(name, words.lang),
        "stands_in": spoken(entry["stands_in"], words.lang),
    }
