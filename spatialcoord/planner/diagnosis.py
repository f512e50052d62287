"""What a diagnosis of contradictory rules holds, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass

from spatialcoord import registry
from spatialcoord.instruments.base import line_title
from spatialcoord.messages import Catalogue


@dataclass(frozen=True)
class Clash:
    """One rule of an irreducible set that contradicts itself.

    Attributes
    ----------
    rule : str
        Full name in the model ("programme.floor_transfer").
    kind : str
        What messages call it ("floor", "budget", ...).
    group : str
        Envelope or instrument it is about; empty for the whole programme.
    regions : tuple of str
        Regions that take part; empty for a rule that is not by region.
    years : tuple of int
        Years that take part.
    """

    rule: str
    kind: str
    group: str
    regions: tuple[str, ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class Remedy:
    """The least change of one value that settles the contradiction, everything else as it is.

    Attributes
    ----------
    kind, group : str
        What is changed, as in :class:`Clash`.
    now, needed : float
        Value in the scenario and value that would do; for the budget the money of all years, million currency.
    override : str
        What to write after ``--set``.
    """

    kind: str
    group: str
    now: float
    needed: float
    override: str


@dataclass(frozen=True)
class Diagnosis:
    """Rules that clash and remedies, each of which would do alone; printed by :meth:`text`."""

    clashes: tuple[Clash, ...]
    remedies: tuple[Remedy, ...]
    money_unit: str

    @property
    def rules(self) -> tuple[str, ...]:
        """Full names of the rules."""
        return tuple(clash.rule for clash in self.clashes)

    def text(self, words: Catalogue) -> str:
        """In sentences, in the language of the catalogue."""
        lines = [words.t("conflict.clash")]
        for clash in self.clashes:
            lines.append(f"  - {_name(words, clash.kind, clash.group)}{_where(words, clash)}")
        if self.remedies:
            lines.append(words.t("conflict.remedies"))
            lines += [
                f"  - {self._remedy(words, remedy)}  (--set '{remedy.override}')" for remedy in self.remedies
            ]
        else:
            lines.append(words.t("conflict.no_single_remedy"))
        return "\n".join(lines)

    def __str__(self) -> str:
        from spatialcoord.messages import catalogue

        return self.text(catalogue("en"))

    def _remedy(self, words: Catalogue, remedy: Remedy) -> str:
        if remedy.kind == "budget":
            more = words.money(remedy.needed - remedy.now, self.money_unit)
            return words.t(
                "conflict.more_money", more=more, total=words.money(remedy.needed, self.money_unit)
            )
        name = _name(words, remedy.kind, remedy.group)
        return words.t("conflict.change", rule=name, needed=f"{remedy.needed:g}", now=f"{remedy.now:g}")


def _name(words: Catalogue, kind: str, group: str) -> str:
    name = words.texts.get(f"conflict.rule.{kind}") or words.texts.get(f"summary.rule.{kind}", kind)
    if not group:
        return name
    return words.t("conflict.of_group", rule=name, group=_title(words, group))


def _title(words: Catalogue, group: str) -> str:
    if group.partition(".")[0] in registry.instruments:
        return line_title(group, words.lang)
    if group in registry.actors:
        return str(registry.actors.get(group).title.get(words.lang, group))
    if group in registry.formulas:
        return str(registry.formulas.get(group).title.get(words.lang, group))
    if group in registry.measures:
        return registry.measures.get(group).title.get(words.lang, group)
    return words.texts.get(f"conflict.envelope.{group}", group)


def _where(words: Catalogue, clash: Clash) -> str:
    parts = []
    if clash.regions:
        shown = ", ".join(clash.regions[:5]) + (" …" if len(clash.regions) > 5 else "")
        parts.append(words.t("conflict.regions", count=len(clash.regions), shown=shown))
    if clash.years:
        parts.append(", ".join(map(str, clash.years)))
    return f" ({'; '.join(parts)})" if parts else ""
