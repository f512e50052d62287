"""Words for one negotiation in one language: names, amounts, units in a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.considered import DEFAULT
from spatialcoord.coordination.negotiation import Negotiated
from spatialcoord.economy.setting import Array
from spatialcoord.institutions.base import AFFAIRS
from spatialcoord.planner.case import Case
from spatialcoord.results import Spoken

SHOWN = 4  # units named in a sentence
LISTED = 12  # members of a coalition named
SMALL = 1e-6  # of what there is to divide: less is nothing


def measured(words: Spoken, case: Case) -> str:
    """What a scenario measures disparity by: the title of an index, or the sum of several with their weights."""
    weights = case.scenario.objective.weights
    titles = {name: words.text(registry.measures.get(name).title) for name in weights}
    if len(weights) == 1:
        return next(iter(titles.values()))
    return " + ".join(
        words.t("negotiation.text.weighted", weight=f"{weight:g}", measure=titles[name])
        for name, weight in weights.items()
    )


class Wording:
    """How one negotiation is spoken of in one language.

    Parameters
    ----------
    found : Negotiated
        What came of it.
    lang : str
        Language.
    """

    def __init__(self, found: Negotiated, lang: str) -> None:
        self.found, self.words = found, Spoken(lang)
        self.units = found.table.names(lang)
        self.scale = max(found.agreement.total, 1e-12)
        self.unit = f"{found.case.scenario.money_unit}/yr"

        setting = found.case.setting
        # what an amount a year is
        self.period = self.t(
            f"period_{setting.scenario.objective.at}", first=setting.periods[0], last=setting.periods[-1]
        )

    def t(self, key: str, **values: Any) -> str:
        """A sentence of the study."""
        return self.words.t(f"negotiation.text.{key}", **values)

    def money(self, amount: float) -> str:
        """An amount a year."""
        return self.words.amount(amount, self.unit)

    def row(self, names: Iterable[str]) -> str:
        """Names in a row."""
        return self.words.t("negotiation.and").join(names)

    def some(self, names: Sequence[str]) -> str:
        """The first of many names in a row, with a sign where some are left out."""
        return self.row(names[:LISTED]) + ("" if len(names) <= LISTED else " …")

    def affair(self, key: str) -> str:
        """Name of an affair."""
        return self.words.text(AFFAIRS[key])

    def solution(self, key: str) -> str:
        """Name of a solution concept."""
        return self.words.t(f"negotiation.solution.{key}")

    def actor(self, key: str) -> str:
        """Title of an actor."""
        return self.words.text(registry.actors.get(key).title)

    def party(self, party: int) -> str:
        """Name of a party: its actor, and its unit if it has one."""
        seats = self.found.agreement.held.seats
        actor, unit = self.actor(seats.actor[party]), int(seats.unit[party])
        return actor if unit < 0 else self.t("party", actor=actor, unit=self.units[unit])

    def institution(self, name: str) -> str:
        """Name of an institution for readers."""
        terms = next((j.terms for j in self.found.joints if j.name == name), None)
        title = terms.title if terms is not None else None
        if title is not None:
            return title.in_language(self.words.lang)
        if name == DEFAULT and name not in self.found.case.scenario.institutions and terms is not None:
            return self.words.text(registry.institutions.get(terms.kind).title)
        return name

    def _largest(self, values: Array, where: np.ndarray, count: int = SHOWN) -> list[int]:
        return [int(i) for i in where[np.argsort(-values[where], kind="stable")][:count]]

    def _named(self, values: Array, order: Iterable[int], say: Any) -> str:
        return self.row(self.t("unit", name=self.units[i], amount=say(float(values[i]))) for i in order)

    def _head(self, amount: float) -> str:
        currency = self.words.unit(self.found.case.scenario.currency)
        written = self.words.t("units.money", number=self.words.small(amount), size="", currency=currency)
        return self.t("per_head", amount=" ".join(written.split()))

    def years(self, key: str, count: int) -> str:
        """When something that may be late begins."""
        return self.t(f"{key}_now") if count == 0 else self.t(key, count=count)
