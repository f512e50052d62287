"""Fonts for pictures: one that has every character, or words in English, never empty boxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spatialcoord.results import Spoken, Words

if TYPE_CHECKING:
    from spatialcoord.regions import RegionGraph
    from spatialcoord.results import Plan

LATIN = ("Noto Sans", "Source Sans 3", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans")
# Simplified Chinese first; a face of another region has the characters too, in its own shapes.
CJK = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
FILES = ("cjk", "sourcehan", "wqy", "simhei", "msyh", "pingfang", "notosanssc", "droidsansfallback")


@dataclass(frozen=True)
class Fonts:
    """Fonts of a picture.

    Attributes
    ----------
    families : tuple of str
        Font families; a character missing in the first is taken from the next.
    """

    families: tuple[str, ...]

    def safe(self, text: str) -> str:
        """`text` with what no font here can write replaced by a middle dot."""
        return "".join(c if c.isspace() or can_write(self.families, c) else "·" for c in text)


@dataclass(frozen=True)
class NamedFonts(Fonts):
    """Fonts of a picture of regions and the words it is written in.

    Attributes
    ----------
    words : Spoken
        The language asked for or, where no font can write that, English.
    names : tuple of str
        Name of every region; its id where no font can write the name.
    """

    words: Spoken
    names: tuple[str, ...]


@dataclass(frozen=True)
class Lettering(NamedFonts):
    """Fonts of a picture of a plan, with the plan's own words."""

    words: Words


def graph_lettering(graph: RegionGraph, lang: str) -> NamedFonts:
    """Fonts and words for a picture of regions without a plan, in `lang` or, where no font can write it, in English."""
    stack, words = installed(), Spoken(lang)
    if lang != "en" and not can_write(stack, words.t("map.allocation")):
        words = Spoken("en")
    stack = ordered(stack, words.lang)
    choices = zip(graph.names(words.lang).values, graph.names("en").values, graph.ids, strict=True)
    names = [next((str(text) for text in row if can_write(stack, str(text))), row[-1]) for row in choices]
    return NamedFonts(stack, words, tuple(names))


def lettering(plan: Plan, lang: str, families: Iterable[str] | None = None) -> Lettering:
    """Fonts and words for a picture of `plan` in `lang`.

    Parameters
    ----------
    plan : Plan
        The plan.
    lang : str
        Language asked for.
    families : iterable of str, optional
        Font families to choose from instead of those installed (for tests and for house styles).
    """
    stack = installed() if families is None else tuple(families)
    words = Words(plan, lang)
    sample = words.t("map.allocation") + words.t("map.rule") + "".join(words.instruments)
    if lang != "en" and not can_write(stack, sample):
        words = Words(plan, "en")
    stack = ordered(stack, words.lang)
    ids = [str(i) for i in plan.dataset["region"].values]
    english = Words(plan, "en").names
    choices = zip(words.names, english, ids, strict=True)
    names = [next((text for text in row if can_write(stack, text)), row[-1]) for row in choices]
    return Lettering(stack, words, tuple(names))


def ordered(stack: tuple[str, ...], lang: str) -> tuple[str, ...]:
    """Families in the order a language wants them: in Chinese one face for the whole picture, Latin letters too."""
    return tuple(sorted(stack, key=lambda family: family not in CJK)) if lang == "zh" else stack


@lru_cache
def installed() -> tuple[str, ...]:
    """The best Latin family that is installed, then the best Chinese one if there is one."""
    from matplotlib import font_manager

    known = {entry.name for entry in font_manager.fontManager.ttflist}
    if not known & set(CJK):  # installed after matplotlib wrote its list of fonts?
        for path in font_manager.findSystemFonts():
            if any(part in Path(path).name.lower().replace("-", "") for part in FILES):
                _add(font_manager.fontManager, path)
        known = {entry.name for entry in font_manager.fontManager.ttflist}
    latin = [family for family in LATIN if family in known][:1]
    return (*latin, *[family for family in CJK if family in known][:1])


def _add(manager: Any, path: str) -> None:
    try:
        manager.addfont(path)
    except (OSError, RuntimeError):  # a format that matplotlib cannot read is no font for us
        return


def can_write(families: tuple[str, ...], text: str) -> bool:
    have = [_characters(family) for family in families]
    return all(any(ord(c) in chars for chars in have) for c in set(text) if not c.isspace())


@lru_cache
def _characters(family: str) -> frozenset[int]:
    """Code points a family has."""
    from matplotlib import font_manager

    path = font_manager.findfont(font_manager.FontProperties(family=family), fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())
