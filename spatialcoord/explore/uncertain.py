"""What is not known for sure in a scenario: every number with a stated plausible range, and the case with other values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from spatialcoord import registry
from spatialcoord.economy.capital import built_kinds
from spatialcoord.errors import InputError
from spatialcoord.planner.case import Case
from spatialcoord.planner.checks import check_case
from spatialcoord.scenario import Scenario, json_schema
from spatialcoord.scenario.document import Document
from spatialcoord.scenario.keys import KnownKeys
from spatialcoord.scenario.parameters import fields_of
from spatialcoord.scenario.problems import problems_of

# sections whose numbers say what a plan is worth to whom and what could be agreed on beside it, and change none
CHANGE_NO_PLAN = ("actors.", "institutions.", "negotiation.")


@dataclass(frozen=True)
class Range:
    """A number of a scenario and the range within which it is plausible.

    Attributes
    ----------
    path : str
        Key as ``--set`` takes it ("programme.floor").
    value : float
        Value in the scenario.
    low, high : float
        Ends of the range, in `unit`.
    unit, description, source : str
        As the part that declares the number states them.
    whole : bool
        Whether only whole numbers make sense.
    """

    path: str
    value: float
    low: float
    high: float
    unit: str
    description: str
    source: str
    whole: bool

    def at(self, share: float) -> float | int:
        """Value at a share of the way from the low end (0) to the high end (1); the nearest whole number where it must be."""
        value = self.low + share * (self.high - self.low)
        return round(value) if self.whole else value


def ranges(scenario: Scenario) -> list[Range]:
    """Every number of a scenario whose declaration states both ends of a plausible range.

    The sections are walked, so parameters of a new instrument come in by themselves. A key that is empty (no limit) is not a
    number, and a range of no width leaves nothing to vary.

    Parameters
    ----------
    scenario : Scenario
        Any scenario.

    Returns
    -------
    list of Range
        In the order of the sections.
    """
    chosen = getattr(scenario, "instruments", {})
    used = {f"economy.capital.{kind}." for kind in built_kinds(chosen)}
    if any(registry.instruments.get(name).moves_access for name in chosen):
        used.add("economy.market_access.")
    return [
        found
        for found in _walk(scenario, "", scenario.currency)
        if not found.path.startswith(CHANGE_NO_PLAN)
        and not found.path.startswith(("economy.capital.", "economy.market_access."))
        or any(map(found.path.startswith, used))
    ]


def _walk(section: BaseModel, prefix: str, currency: str) -> Iterator[Range]:
    for name, field, extra in fields_of(type(section)):
        where = f"{prefix}.{name}" if prefix else name
        value = getattr(section, name)
        for key, inner in sections(value):
            yield from _walk(inner, f"{where}.{key}" if key else where, currency)
        low, high = extra.get("plausible") or (None, None)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and low is not None and high is not None and low < high:
            yield Range(
                path=where,
                value=value,
                low=low,
                high=high,
                unit=str(extra["unit"]).replace("CUR", currency),
                description=field.description or "",
                source=str(extra.get("source", "")),
                whole=isinstance(value, int) and field.annotation is not float,
            )


def sections(value: Any) -> list[tuple[str, BaseModel]]:
    """Sections inside a value with the key that leads to each: the value itself, those under names, those of a list."""
    if isinstance(value, BaseModel):
        return [("", value)]
    items = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, tuple) else ()
    )
    return [(str(key), item) for key, item in items if isinstance(item, BaseModel)]


def changed(case: Case, values: Mapping[str, Any]) -> Case:
    """The case with other values of its scenario, validated as the same ``--set`` would be.

    Parameters
    ----------
    case : Case
        Any case.
    values : mapping of str
        New values by key.

    Returns
    -------
    Case
        Shares the figures of `case`. Not yet checked against the regions: see :func:`checked`.

    Raises
    ------
    InputError
        The values contradict each other or their allowed ranges.
    """
    whole = case.scenario.as_dict()
    for path, value in values.items():
        *above, last = path.split(".")
        node: Any = whole
        for key in above:
            node = node[int(key)] if isinstance(node, list) else node[key]
        node[int(last) if isinstance(node, list) else last] = value
    try:
        return case.under(Scenario.model_validate(whole))
    except ValidationError as error:
        document = Document(whole, "scenario")
        raise InputError(problems_of(error, document, KnownKeys(json_schema()))) from None


def checked(case: Case, values: Mapping[str, Any]) -> Case:
    """As :func:`changed`, and checked against the regions.

    The band of marginal products is not one of the checks: it guards the figures a plan is made with, and a range of an
    elasticity at a given stock leaves it by construction. Where a value is outside, `economy.allow_outside_band` is set.

    Raises
    ------
    InputError
        Everything that is wrong with the case under these values.
    """
    varied = changed(case, values)
    try:
        check_case(varied)
    except InputError:
        if varied.scenario.economy.allow_outside_band:
            raise
        varied = changed(case, {**values, "economy.allow_outside_band": True})
        check_case(varied)
    return varied
