"""Message catalogues: look up a sentence, fill it in, and write numbers as the language does."""

from __future__ import annotations

import math
import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean

# "million CNY", "CNY/yr", "million EUR/yr", "CNY per head"
_MONEY = re.compile(r"^(?P<million>million )?(?P<currency>[A-Z]{3})(?P<per>/yr| per head)?$")
# (least absolute amount in single units of the currency, key of the word, divisor), largest first
_STEPS = {
    "en": ((1e12, "trillion", 1e12), (1e9, "billion", 1e9), (1e6, "million", 1e6)),
    "zh": ((1e12, "wan_yi", 1e12), (1e8, "yi", 1e8), (1e4, "wan", 1e4)),
}


@lru_cache
def languages() -> tuple[str, ...]:
    """Codes of the languages the package speaks, sorted."""
    here = files("spatialcoord.messages")
    return tuple(sorted(f.name for f in here.iterdir() if f.is_dir() and any(_tables(f.name))))


@lru_cache
def catalogue(lang: str = "en") -> Catalogue:
    """Catalogue of one language.

    Parameters
    ----------
    lang : str
        Code of the language, "en" or "zh".

    Raises
    ------
    InputError
        The package does not speak that language.
    """
    if lang not in languages():
        known = list(languages())
        raise InputError(
            Problem(f"there is no language '{lang}'", where="--lang", remedy=did_you_mean(lang, known))
        )
    texts: dict[str, str] = {}
    for section, text in _tables(lang):
        _flatten(tomllib.loads(text), section, texts)
    return Catalogue(lang, texts)


class Catalogue:
    """Sentences, numbers and money in one language; made by :func:`catalogue`.

    Attributes
    ----------
    lang : str
        Code of the language.
    texts : dict of str to str
        All sentences by key.
    """

    def __init__(self, lang: str, texts: dict[str, str]) -> None:
        self.lang = lang
        self.texts = texts

    def t(self, key: str, **values: Any) -> str:
        """Sentence of that key with its placeholders filled.

        A key that holds plural forms ("regions.one", "regions.other") is chosen by the value named `count`.

        Raises
        ------
        KeyError
            No such key, or a placeholder without a value: a fault of the caller, not of the planner.
        """
        if key not in self.texts and "count" in values:
            form = self._locale.plural_form(values["count"])
            key = f"{key}.{form}" if f"{key}.{form}" in self.texts else f"{key}.other"
        return self.texts[key].format(**values)

    def number(self, x: float, digits: int = 0) -> str:
        """`x` with grouped thousands and exactly `digits` decimals; "–" where there is no number."""
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return (
            "–"
            if math.isnan(x)
            else format_decimal(_no_negative_zero(x, digits), format=pattern, locale=self.lang)
        )

    def percent(self, x: float, digits: int = 1) -> str:
        """Share `x` (0.15) as a percentage ("15.0%") with exactly `digits` decimals."""
        from babel.numbers import format_percent

        pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
        return (
            "–"
            if math.isnan(x)
            else format_percent(_no_negative_zero(x, digits + 2), format=pattern, locale=self.lang)
        )

    def money(self, x: float, unit: str, digits: int | None = None) -> str:
        """Amount in the size the language reads best: "39.6 billion CNY", "396 亿元".

        Parameters
        ----------
        x : float
            Amount in `unit`.
        unit : str
            "CNY" or "million CNY" (any three-letter currency), with "/yr" or " per head" after it where that applies.
        digits : int, optional
            Decimals; by default three significant figures at least, none below one unit of the currency.

        Raises
        ------
        InputError
            `unit` is not a unit of money.
        """
        match = _MONEY.match(unit)
        if match is None:
            raise InputError(
                Problem(
                    f"'{unit}' is not a unit of money",
                    remedy="Write it like 'million CNY', 'CNY per head' or 'CNY/yr'.",
                )
            )
        single = x * (1e6 if match["million"] else 1.0)
        word, divisor = "", 1.0
        for least, name, size in _STEPS.get(self.lang, _STEPS["en"]):
            if abs(single) >= least * 0.9995:
                word, divisor = self.t(f"units.{name}"), size
                break
        scaled = single / divisor
        if digits is None:
            digits = 0 if abs(scaled) >= 99.95 or not word else 1 if abs(scaled) >= 9.995 else 2
        number = self.number(scaled, digits)
        amount = self.t("units.money", number=number, size=word, currency=self.currency(match["currency"]))
        amount = " ".join(amount.split())
        per = {"/yr": "units.money_per_year", " per head": "units.money_per_head"}.get(match["per"] or "")
        return self.t(per, money=amount) if per else amount

    def unit(self, unit: str) -> str:
        """A unit as the language writes it, for axes and table heads ("million CNY/yr", "百万元/年")."""
        match = _MONEY.match(unit)
        if match is None:
            return self.texts.get(f"units.names.{unit}", unit)
        size = self.t("units.million") if match["million"] else ""
        name = " ".join(self.t("units.head", size=size, currency=self.currency(match["currency"])).split())
        return name + {"/yr": self.t("units.per_year"), " per head": self.t("units.per_head")}.get(
            match["per"] or "", ""
        )

    def currency(self, code: str) -> str:
        """A currency as the language names it beside a number: "CNY" in English, "元" in Chinese."""
        own = self.texts.get(f"units.currency.{code}")
        if own is not None or self.lang == "en":
            return own or code
        from babel.numbers import get_currency_name

        return get_currency_name(code, locale=self.lang)

    @property
    def _locale(self) -> Any:
        from babel import Locale

        return Locale.parse(self.lang)


def _no_negative_zero(x: float, digits: int) -> float:
    """What rounds to zero is written "0", never "-0"."""
    return 0.0 if round(x, digits) == 0 else x


def _tables(lang: str) -> list[tuple[str, str]]:
    """Section and text of every table of a language."""
    folder = files("spatialcoord.messages").joinpath(lang)
    found = [f for f in folder.iterdir() if f.name.endswith(".toml")] if folder.is_dir() else []
    return [
        (f.name.removesuffix(".toml"), f.read_text(encoding="utf-8"))
        for f in sorted(found, key=lambda f: f.name)
    ]


def _flatten(table: dict[str, Any], prefix: str, into: dict[str, str]) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            _flatten(value, f"{prefix}.{key}", into)
        else:
            into[f"{prefix}.{key}"] = str(value)
