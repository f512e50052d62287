"""What parties ask for, read from a table or a list that somebody collected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.room import Room, kinds
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import suggest_id
from spatialcoord.regions.tables import EMPTY, existing, read_table
from spatialcoord.regions.text_tables import likely_encoding
from spatialcoord.regions.units import factor
from spatialcoord.registry import did_you_mean
from spatialcoord.scenario.document import parse_yaml, shown

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
        An instrument of the scenario whose money comes out of the budget, or a kind of money (envelope).
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


def read_demands(path: str | Path, setting: Setting, encoding: str | None = None) -> tuple[Demand, ...]:
    """Demands of a file.

    Parameters
    ----------
    path : str or pathlib.Path
        YAML with a list of demands (keys as the columns), or a table (.csv, .xlsx) with the columns actor, region, instrument, amount and,
        if wanted, weight and note. Amounts are million currency of the case a year, unless the head says otherwise in brackets:
        ``amount (100 million CNY/yr)``.
    setting : Setting
        Baseline of the case they are for.
    encoding : str, optional
        Encoding of a text table; UTF-8 if absent.

    Raises
    ------
    InputError
        Everything that is wrong with it at once, each with file, row and column: columns, actors, regions and instruments that do not exist,
        amounts that are no finite numbers or negative, demands that stand twice, money beside the budget.
    """
    path = Path(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        found, problems = _of_yaml(path)
    else:
        found, problems = _of_table(path, setting, encoding)
    demands: dict[tuple[str, str, str], tuple[Demand, str]] = {}
    for entry in found:
        demand, wrong = entry.checked(setting)
        problems += wrong
        if demand is None:
            continue
        label = (demand.actor, demand.region, demand.instrument)
        if label in demands:
            problems.append(
                Problem(
                    f"{demand.actor} asks twice for '{demand.instrument}' in '{demand.region or 'all regions'}'",
                    entry.place,
                    f"The first stands at {demands[label][1]}.",
                    "Keep one of the two, or add them up.",
                )
            )
        else:
            demands[label] = demand, entry.place
    if problems:
        raise InputError(problems)
    return tuple(demand for demand, _ in demands.values())


@dataclass
class _Entry:
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
            self.tell(
                "instrument",
                f"'{name}' pays nothing out of the budget that could be promised",
                "Its money stands beside the budget.",
                f"Name one of: {', '.join(known) or 'none'}.",
            )
        else:
            what = (
                f"the scenario has no instrument or kind of money '{name}'"
                if name
                else "no instrument is named"
            )
            self.tell("instrument", what, remedy=did_you_mean(name, known))


def _of_table(path: Path, setting: Setting, encoding: str | None) -> tuple[list[_Entry], list[Problem]]:
    """Entries of a table, and what is wrong with its head."""
    try:
        frame = read_table(path, "demands", encoding=encoding)
    except InputError as error:
        raise InputError([_of_demands(problem, path) for problem in error.problems]) from None
    problems: list[Problem] = []
    scale, columns = 1.0, {}
    for head in map(str, frame.columns):
        name, bracket, unit = (
            head.replace("（", "(").replace("）", ")").replace("[", "(").replace("]", ")").partition("(")
        )
        name = name.strip()
        place = f"{path}, column '{head}'"
        if name not in COLUMNS or (bracket and name != "amount"):
            problems.append(
                Problem(f"'{head}' is no column of demands", place, remedy=did_you_mean(name, list(COLUMNS)))
            )
            continue
        if name in columns:
            problems.append(
                Problem(f"the column '{name}' stands twice", place, remedy="Keep one of the two.")
            )
        columns[name] = head
        if bracket:
            scale, wrong = factor(
                unit.strip().removesuffix(")"), UNIT, setting.scenario.currency, "amount", place
            )
            problems += wrong
    lacking = [name for name in NEEDED if name not in columns]
    problems += [
        Problem(
            f"there is no column '{name}'",
            str(path),
            remedy=did_you_mean(name, list(map(str, frame.columns))),
        )
        for name in lacking
    ]
    if lacking:
        return [], problems
    entries = []
    for line, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        values = {name: cells[head] for name, head in columns.items()}
        place = f"{path}, {frame.index.name} {line}"
        entries.append(_Entry(values, place, lambda key, p=place: f"{p}, column '{key}'", scale))  # type: ignore[misc]
    return entries, problems


def _of_demands(problem: Problem, path: Path) -> Problem:
    """What the reader of tables of regions says, in words of demands."""
    if problem.what == "the file is not UTF-8":
        name, origin = likely_encoding(path.read_bytes())
        return replace(
            problem, remedy=f"Save it as CSV UTF-8, or name its encoding: {name} (likely, from {origin})."
        )
    return replace(problem, remedy=problem.remedy.replace("one line a region", "one line a demand"))


def _of_yaml(path: Path) -> tuple[list[_Entry], list[Problem]]:
    """Entries of a YAML text, and those of its items that are none."""
    name = shown(existing(path))
    try:
        values, lines = parse_yaml(path.read_bytes().decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise InputError(
            Problem("the text is not UTF-8", name, remedy="Save the file with the encoding UTF-8.")
        ) from None
    if not isinstance(values, tuple) or not values:
        raise InputError(
            Problem(
                "the file is not a list of demands" if values else "the file is empty",
                name,
                remedy="Write each as: - {actor: firms, region: ..., instrument: infrastructure, amount: 100}",
            )
        )
    entries, problems = [], []
    for i, item in enumerate(values):
        place = f"{name}:{lines.get((str(i),), 1)}"
        if not isinstance(item, dict):
            problems.append(
                Problem(f"'{item}' is no demand", place, remedy=f"Give the keys {', '.join(NEEDED)}.")
            )
            continue

        def at(key: str, i: int = i, place: str = place) -> str:
            line = lines.get((str(i), key))
            return f"{name}:{line}, {key}" if line else f"{place}, {key}"

        strange = [str(key) for key in item if key not in COLUMNS]
        problems += [
            Problem(f"'{key}' is no key of a demand", at(key), remedy=did_you_mean(key, list(COLUMNS)))
            for key in strange
        ]
        entries.append(_Entry({str(k): v for k, v in item.items()}, place, at))
    return entries, problems
