"""Units in words: "100 million CNY", "thousand persons", "亿元", and the factor to an attribute's unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spatialcoord.errors import Problem
from spatialcoord.registry import did_you_mean

SIZES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "thousands": 1e3,
    "lakh": 1e5,
    "million": 1e6,
    "millions": 1e6,
    "mio": 1e6,
    "mn": 1e6,
    "crore": 1e7,
    "billion": 1e9,
    "billions": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
# what is counted: (kind, size of one in the kind's own unit)
THINGS = {
    **dict.fromkeys(("person", "persons", "people", "inhabitants", "residents", "heads"), ("persons", 1.0)),
    **dict.fromkeys(("km2", "km²", "sqkm"), ("km2", 1.0)),
    **dict.fromkeys(("ha", "hectare", "hectares"), ("km2", 0.01)),
    **dict.fromkeys(("m2", "m²"), ("km2", 1e-6)),
    **dict.fromkeys(("t", "tonne", "tonnes"), ("tonnes", 1.0)),
    **dict.fromkeys(("1", "index", "share", "ratio"), ("1", 1.0)),
    **dict.fromkeys(("%", "percent"), ("1", 0.01)),
    **dict.fromkeys(("degree", "degrees", "degrees_east", "degrees_north"), ("degrees", 1.0)),
}
CHINESE_SIZES = {"万亿": 1e12, "百万": 1e6, "千": 1e3, "万": 1e4, "亿": 1e8}
CHINESE_THINGS = {"元": ("CUR", 1.0), "人": ("persons", 1.0), "平方公里": ("km2", 1.0), "公顷": ("km2", 0.01)}
YEARLY = re.compile(r"\s*(/\s*(yr|year|a)|per year|a year|yearly|annual(ly)?|每年|/年)\s*$", re.IGNORECASE)
PER_HEAD = re.compile(
    r"(per (head|capita|person|inhabitant)|/\s*(head|capita|person)|人均|/人)", re.IGNORECASE
)


@dataclass(frozen=True)
class Unit:
    """A unit taken apart: what is counted, the size of one, and whether it is a flow a year."""

    thing: str
    size: float
    yearly: bool
    currency: str = ""


def parse_unit(text: str) -> Unit | str:
    """A unit in words taken apart, or a sentence that says what to write instead.

    Parameters
    ----------
    text : str
        An optional number, sizes ("hundred" to "trillion"), and what is counted: persons, a currency's code, km2 ...,
        with "/yr" after it or not.
    """
    if PER_HEAD.search(text):
        return "A total is needed: multiply the figures per head by the population."
    yearly = bool(YEARLY.search(text))
    plain = YEARLY.sub("", text).strip()
    chinese = re.fullmatch(r"(\d*\.?\d*)(万亿|百万|千|万|亿)?(元|人|平方公里|公顷)", plain)
    if chinese:
        kind, one = CHINESE_THINGS[chinese[3]]
        return Unit(kind, float(chinese[1] or 1) * CHINESE_SIZES.get(chinese[2], 1.0) * one, yearly)
    size, thing, currency = 1.0, None, ""
    words = plain.replace("square kilometres", "km2").replace("square kilometers", "km2").split()
    for i, word in enumerate(words):
        last = i == len(words) - 1
        if last and re.fullmatch("[A-Z]{3}", word):
            thing, currency = ("CUR", 1.0), "" if word == "CUR" else word
        elif last and word.lower() in THINGS:
            thing = THINGS[word.lower()]
        elif word.lower() in SIZES:
            size *= SIZES[word.lower()]
        elif re.fullmatch(r"\d[\d,]*(\.\d+)?", word):
            size *= float(word.replace(",", ""))
        else:
            guess = did_you_mean(word, [*SIZES, *THINGS])
            return (
                guess if guess.startswith("Did") else "Write it like 'thousand persons' or '100 million CNY'."
            )
    if thing is None:
        return "Say what is counted, as in 'thousand persons' or '100 million CNY'."
    return Unit(thing[0], size * thing[1], yearly, currency)


def factor(
    given: str, wanted: str, currency: str | None, name: str, place: str
) -> tuple[float, list[Problem]]:
    """Factor from a file's unit to an attribute's, or what is wrong with the unit.

    Parameters
    ----------
    given : str
        Unit of the file, in words.
    wanted : str
        Unit of the attribute ("million CUR/yr").
    currency : str or None
        Currency of the case; None where it is not known, then any code is taken.
    name, place : str
        Attribute and key, for the messages.

    Returns
    -------
    float, list of Problem
        The factor (1 where there is a problem), and at most one problem.
    """
    if PER_HEAD.search(wanted):
        given, wanted = (PER_HEAD.sub("", text).strip() for text in (given, wanted))
    theirs, ours = parse_unit(given), parse_unit(wanted)
    assert isinstance(ours, Unit), wanted  # units of the attribute table are read by the same rules
    shown = wanted.replace("CUR", currency or "CUR")
    what = f"'{name}' cannot be read in '{given}'"
    if isinstance(theirs, str):
        whole = f"{given.strip()} {currency or 'CUR' if ours.thing == 'CUR' else ours.thing}"
        if isinstance(parse_unit(whole), Unit):
            theirs = f"Say what is counted: '{whole}'."
        return 1.0, [Problem(what, place, f"It is measured in {shown}.", theirs)]
    if theirs.thing != ours.thing:
        return 1.0, [
            Problem(what, place, f"It is measured in {shown}.", "Correct the unit, or name the right column.")
        ]
    if theirs.currency and currency and theirs.currency != currency:
        return 1.0, [
            Problem(
                what,
                place,
                f"The case's currency is {currency}; exchange rates are not known.",
                "Convert the figures first, or state the factor with `scale` instead of `unit`.",
            )
        ]
    if theirs.yearly and not ours.yearly:
        return 1.0, [
            Problem(
                what,
                place,
                f"It is a stock, measured in {shown}, not money a year.",
                "Name the right column.",
            )
        ]
    return theirs.size / ours.size, []
