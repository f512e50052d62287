"""One demand, and what is wrong with how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.room import Room, kinds
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.regions.attributes import suggest_id
from spatialcoord.regions.tables import EMPTY
from spatialcoord.registry import did_you_mean

COLUMNS = ("actor", "region", "instrument", "amount", "weight", "note")
NEEDED = ("actor", "region", "instrument", "amount")
UNIT = "million CUR/yr"
STATED = "stated"


@dataclass(frozen=True)
class Demand:
    """What one party asks for.

    Attributes
    ----------
    actor : str
        Registered actor.
    region : str
        Region id: where the money is to go, and of an actor with a party in every region also whose demand it is. "" stands for all
        regions with the same money per head; only an actor that stands for the nation may ask for it.
    instrument : str
        An instrument of the scenario whose money comes out of the budget and not in whole projects, or a kind of money (envelope).
    amount : float
        Million currency a year, every programme year.
    weight : float
        How much it matters among the demands of its party.
    note : str
        Words of whoever asked.
    basis : str
        Where it is from: ``stated``, or a rule of :func:`spatialcoord.coordination.demands.own_demands`.
    """

    actor: str
    region: str
    instrument: str
    amount: float
    weight: float = 1.0
    note: str = ""
    basis: str = STATED

    @property
    def party(self) -> tuple[str, str]:
        """Actor, and region where it has a party in every region, of who asks."""
        return self.actor, self.region if registry.actors.get(self.actor).regional else ""


@dataclass
class Entry:
    """One demand as it is written, with its place."""

    values: dict[str, Any]
    place: str
    at: Callable[[str], str]
    scale: float = 1.0
    wrong: list[Problem] = field(default_factory=list)

    def checked(self, setting: Setting) -> tuple[Demand | None, list[Problem]]:
        """The demand, or what is wrong with it."""
        actor, region, instrument = (self.text(key) for key in ("actor", "region", "instrument"))
        self._actor(actor)
        self._region(actor, region, setting)
        self._instrument(instrument, setting)
        amount = self.number("amount", None) * self.scale
        weight = self.number("weight", 1.0)
        if amount < 0:
            self.tell(
                "amount",
                f"the amount {amount:g} is negative",
                "Nobody asks to pay here.",
                "Give a positive number.",
            )
        if weight <= 0:
            self.tell(
                "weight",
                f"the weight is {weight:g}",
                "A demand without weight is never met.",
                "Give a positive number, or take the demand out.",
            )
        if self.wrong:
            return None, self.wrong
        return Demand(actor, region, instrument, amount, weight, self.text("note")), []

    def tell(self, key: str, what: str, why: str = "", remedy: str = "") -> None:
        """Note a problem."""
        self.wrong.append(Problem(what, self.at(key), why, remedy))

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if isinstance(value, bool | float | dict | tuple):
            self.tell(key, f"'{value}' is not a text", remedy="Put it in quotes.")
            return ""
        return "" if value is None else str(value).strip()

    def number(self, key: str, default: float | None) -> float:
        """A finite number; NaN and a problem where it is none."""
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and value.strip().lower() in EMPTY):
            if default is None:
                self.tell(key, f"no {key} is given", remedy=f"Give a number ({UNIT}).")
                return np.nan
            return default
        try:
            number = np.nan if isinstance(value, bool | dict | tuple) else float(value)
        except ValueError:
            number = np.nan
        if isinstance(value, str) and "_" in value:  # Python would read 1_000
            number = np.nan
        if not np.isfinite(number):
            self.tell(
                key,
                f"not a number: '{str(value)[:40]}'",
                "Thousands separators, units and words are not read.",
                "Write a plain number with a decimal point; a unit belongs into the head of the column.",
            )
            return np.nan
        return number

    def _actor(self, actor: str) -> None:
        if actor not in registry.actors:
            what = f"there is no actor '{actor}'" if actor else "no actor is named"
            self.tell("actor", what, remedy=did_you_mean(actor, registry.actors.names()))

    def _region(self, actor: str, region: str, setting: Setting) -> None:
        if region == "":
            if actor in registry.actors and registry.actors.get(actor).regional:
                self.tell(
                    "region",
                    f"no region is named, and '{actor}' has a party in every region",
                    "Nobody of it speaks for the nation.",
                    "Name the region whose demand it is.",
                )
            return
        if region in setting.regions:
            return
        for lang in ("en", "zh"):
            named = [
                r
                for r, n in zip(setting.regions, setting.graph.names(lang).values, strict=True)
                if n == region
            ]
            if named:
                remedy = f"Write the id: '{named[0]}'."
                self.tell("region", f"'{region}' is the name of a region, not its id", remedy=remedy)
                return
        self.tell("region", f"there is no region '{region}'", remedy=suggest_id(region, setting.regions))

    def _instrument(self, name: str, setting: Setting) -> None:
        known = [*Room(setting).instruments, *kinds(setting)]
        if name in known:
            return
        if name.partition(".")[0] in known and name.partition(".")[0] in setting.scenario.instruments:
            whole = name.partition(".")[0]
            self.tell(
                "instrument",
                f"'{name}' is one line of the instrument '{whole}'",
                "Promises are kept by all lines of an instrument together.",
                f"Write '{whole}'.",
            )
        elif name in setting.scenario.instruments:
            beside = not registry.instruments.get(name).budgeted
            self.tell(
                "instrument",
                f"of '{name}' no money can be promised",
                "Its money stands beside the budget."
                if beside
                else "It pays for whole projects, as they are built.",
                f"Name one of: {', '.join(known) or 'none'}.",
            )
        else:
            what = (
                f"the scenario has no instrument or kind of money '{name}'"
                if name
                else "no instrument is named"
            )
            self.tell("instrument", what, remedy=did_you_mean(name, known))
