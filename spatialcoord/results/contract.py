"""The contract of a plan: which variables it holds, in which dimensions, of which type, in which unit.

One table, read by whoever makes a plan (:func:`describe` writes units and names from it) and by whoever uses
one (:func:`problems_of` checks a Dataset against it and reports everything that is wrong at once).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from spatialcoord.errors import InputError, Problem

OUTCOMES = ("before", "after", "equal_per_head")
KINDS = {"f": "a number", "i": "a whole number", "b": "true or false", "U": "text"}


@dataclass(frozen=True)
class Variable:
    """One variable or coordinate of a plan.

    Parameters
    ----------
    name : str
        Name in the Dataset.
    dims : tuple of str
        Dimensions, in order.
    kind : str
        numpy kind: "f" number, "i" whole number, "b" true or false, "U" text.
    unit : str
        Unit; ``{money}`` stands for the case's money unit ("million CNY"), ``{currency}`` for its currency
        ("CNY"). Empty for coordinates, which have none.
    long_name : str
        What it is, in English.
    optional : bool
        Whether a plan may lack it.
    """

    name: str
    dims: tuple[str, ...]
    kind: str
    unit: str
    long_name: str
    optional: bool = False


VARIABLES = (
    Variable("amount", ("instrument", "region", "year"), "f", "{money}/yr", "programme money by line"),
    Variable(
        "amount_equal",
        ("instrument", "region", "year"),
        "f",
        "{money}/yr",
        "the same money per head, same mix",
    ),
    Variable("year_zero", ("region",), "f", "{money}/yr", "allocation of the year before the programme"),
    Variable("receipts", ("region", "year"), "f", "{money}/yr", "programme money received"),
    Variable("cofinance", ("region", "year"), "f", "{money}/yr", "own co-finance of the programme"),
    Variable("financing", ("region", "year"), "f", "{money}/yr", "share in paying for the programme"),
    Variable("population", ("region",), "f", "persons", "population"),
    Variable(
        "income_per_head", ("outcome", "region", "period"), "f", "{currency} per head", "income per head"
    ),
    Variable("output", ("outcome", "region", "period"), "f", "{money}", "output"),
    Variable(
        "target_per_head", ("outcome", "region"), "f", "{currency} per head", "what is made equal, per head"
    ),
    Variable(
        "simulated_per_head",
        ("outcome", "region"),
        "f",
        "{currency} per head",
        "what is made equal, per head, in the independent simulation; absent where that does not settle",
        optional=True,
    ),
    Variable("target_weight", ("period",), "f", "1", "weight of a year in what is made equal"),
    Variable(
        "disparity",
        ("measure", "outcome"),
        "f",
        "1",
        "disparity between regions; unit by measure in measure_unit",
    ),
    Variable("mean_target", ("outcome",), "f", "{currency} per head", "mean of what is made equal, per head"),
    Variable("binding_rule", ("region",), "U", "1", "rule that holds the region"),
    Variable(
        "price", ("rule", "region"), "f", "{currency} per head per {money}", "gain if the rule gave way"
    ),
    Variable(
        "price_of_more",
        ("rule", "region"),
        "f",
        "{currency} per head per {money}",
        "price of a rule that keeps from more",
    ),
    Variable(
        "price_of_less",
        ("rule", "region"),
        "f",
        "{currency} per head per {money}",
        "price of a rule that keeps from less",
    ),
    Variable(
        "contribution",
        ("account", "region"),
        "f",
        "{currency} per head",
        "part of the change in what is made equal",
    ),
    Variable("at_floor", ("region",), "b", "1", "held at the floor"),
    Variable("at_ceiling", ("region",), "b", "1", "held at the ceiling"),
    Variable(
        "payoff",
        ("version", "party"),
        "f",
        "{money}/yr",
        "what an allocation is worth to a party, against no programme",
        optional=True,
    ),
    Variable(
        "payoff_baseline",
        ("party",),
        "f",
        "{money}/yr",
        "the party's figure without the programme",
        optional=True,
    ),
    Variable("party_people", ("party",), "f", "persons", "persons the party speaks for", optional=True),
    Variable("voice", ("party",), "f", "1", "weight of the party's voice", optional=True),
    Variable(
        "pivotal",
        ("version", "party"),
        "b",
        "1",
        "the party's change of side would turn the majority between plan and version",
        optional=True,
    ),
)

COORDINATES = (
    Variable("instrument", ("instrument",), "U", "", "instrument"),
    Variable("region", ("region",), "U", "", "region"),
    Variable("year", ("year",), "i", "", "year of the programme"),
    Variable("period", ("period",), "i", "", "year of the evaluation"),
    Variable("outcome", ("outcome",), "U", "", "outcome"),
    Variable("measure", ("measure",), "U", "", "measure of disparity"),
    Variable("measure_unit", ("measure",), "U", "", "unit of the measure of disparity"),
    Variable("rule", ("rule",), "U", "", "rule"),
    Variable("account", ("account",), "U", "", "account"),
    Variable("name", ("region",), "U", "", "name of the region"),
    Variable("name_zh", ("region",), "U", "", "name of the region in Chinese"),
    Variable("instrument_title", ("instrument",), "U", "", "title of the instrument"),
    Variable("instrument_title_zh", ("instrument",), "U", "", "title of the instrument in Chinese"),
    Variable("envelope", ("instrument",), "U", "", "envelope the instrument is paid from"),
    Variable("version", ("version",), "U", "", "allocation that parties are asked about", optional=True),
    Variable("party", ("party",), "U", "", "party", optional=True),
    Variable("party_actor", ("party",), "U", "", "actor of the party", optional=True),
    Variable("party_region", ("party",), "U", "", "region of the party", optional=True),
)

ATTRIBUTES = (
    "case", "title", "title_zh", "currency", "money_unit", "price_year", "target", "objective", "fingerprint",
    "scenario",
)  # fmt: skip

# Nested keys of summary.json.
SUMMARY: dict[str, Any] = {
    "status": str,
    "objective": {"name": str, "value": float, "unit": str},
    "disparity": dict,
    "output": {
        "before": float, "after": float, "equal_per_head": float, "unit": str,
        "gained": float, "best_attainable_gain": float, "forgone": float,
    },
    "mean": {"before": float, "after": float, "equal_per_head": float, "unit": str},
    "budget": {"available": float, "spent": float, "unspent": float, "unit": str},
    "at_floor": int,
    "at_ceiling": int,
    "verdict": {"label": str},
    "certificate": {
        "max_violation": float, "solver_gap": float, "approximation_gap": float, "reduction_gap": float,
        "objective_recomputed": float,
    },
    "simulated": dict,
    "size": {"variables": int, "rows": int, "nonzeros": int},
    "seconds": {"build": float, "handover": float, "solve": float, "read": float},
    "versions": dict,
    "fingerprint": str,
}  # fmt: skip

# What its section `simulated` holds at least, by whether the simulation settles.
SIMULATED: dict[bool, dict[str, Any]] = {
    True: {
        "before": float, "after": float, "equal_per_head": float, "planner": float, "model_gap": float, "unit": str,
    },
    False: {"reason": str, "mechanisms": list},
}  # fmt: skip

# Lists of summary.json, empty or absent where a planner did not ask for them: what each entry holds at least.
ENTRIES: dict[str, dict[str, Any]] = {
    "binding": {"rule": str, "regions": (int, list), "price": float},
    "horizons": {
        "years": int, "disparity_before": float, "disparity_after": float, "disparity_equal_per_head": float,
    },
    "sensitivity": {"parameter": str, "value": (int, float, str), "gain": float},
    "institutions": {"name": str, "title": dict, "kind": str, "kind_title": dict, "affairs": list, "members": list},
    "missing": {"column": str, "stands_in": dict, "effect": dict},
}  # fmt: skip


def unit_of(variable: Variable, attrs: Mapping[str, Any]) -> str:
    """Unit of a variable with the currency and money unit of the Dataset's `attrs` put in; prices of a plan that is sought for
    an actor are in its money."""
    of_actor = variable.dims == ("rule", "region") and attrs.get("objective") == "actor"
    unit = "{money}/yr per {money}" if of_actor else variable.unit
    return unit.format(money=attrs.get("money_unit", "million"), currency=attrs.get("currency", ""))


def describe(dataset: xr.Dataset) -> xr.Dataset:
    """The same Dataset with plain text and the contract's `units` and `long_name` where absent.

    Parameters
    ----------
    dataset : xarray.Dataset
        What a planner made; its attributes hold `currency` and `money_unit`. It is not changed.

    Returns
    -------
    xarray.Dataset
        A shallow copy; values are shared except text of another type.
    """
    out = dataset.copy()
    for name, array in list(out.variables.items()):
        if array.dtype.kind not in "fibUuM":
            out[name] = (array.dims, np.asarray(array.values, dtype=str), array.attrs)
    for variable in VARIABLES:
        if variable.name in out:
            attrs = out[variable.name].attrs
            attrs.setdefault("units", unit_of(variable, out.attrs))
            attrs.setdefault("long_name", variable.long_name)
    return out


def problems_of(dataset: xr.Dataset) -> list[Problem]:
    """Everything in which a Dataset departs from the contract; empty when it keeps it."""
    return [*_attribute_problems(dataset), *_variable_problems(dataset)]


def _attribute_problems(dataset: xr.Dataset) -> Iterator[Problem]:
    for key in ATTRIBUTES:
        if key not in dataset.attrs:
            yield Problem(f"the plan lacks the attribute '{key}'", remedy="Set it in dataset.attrs.")


def _variable_problems(dataset: xr.Dataset) -> Iterator[Problem]:
    for variable in (*COORDINATES, *VARIABLES):
        name = variable.name
        if name not in dataset.variables:
            if variable.optional:
                continue
            yield Problem("is missing", where=name, why=f"A plan holds it: {variable.long_name}.")
            continue
        array = dataset[name]
        if array.dims != variable.dims:
            yield Problem(f"has dimensions {array.dims}, not {variable.dims}", where=name)
        elif not _kind_fits(array.dtype.kind, variable.kind):
            yield Problem(f"holds {array.dtype}, not {KINDS[variable.kind]}", where=name)
        elif array.dtype.kind == "f" and not np.isfinite(array.values).all():
            yield Problem(
                f"holds {_first_bad(array)}", where=name, remedy="Every number of a plan is finite."
            )
        expected = unit_of(variable, dataset.attrs)
        if expected and array.attrs.get("units", expected) != expected:
            yield Problem(f"is in {array.attrs['units']!r}, not in {expected!r}", where=name)
    if "outcome" in dataset.coords and tuple(map(str, dataset["outcome"].values)) != OUTCOMES:
        yield Problem(
            f"are {list(map(str, dataset['outcome'].values))}, not {list(OUTCOMES)}", where="outcome"
        )
    if "region" in dataset.indexes and not dataset.indexes["region"].is_unique:
        yield Problem("holds a region twice", where="region")
    for key, data in dataset.data_vars.items():
        for attribute in ("units", "long_name"):
            if not data.attrs.get(attribute):
                yield Problem(f"has no '{attribute}'", where=str(key), remedy=f"Set attrs['{attribute}'].")


def _kind_fits(have: str, want: str) -> bool:
    return have == want or (want == "f" and have in "iu") or (want == "i" and have == "u")


def _first_bad(array: xr.DataArray) -> str:
    """Value and place of the first number that is not finite."""
    place = np.unravel_index(int(np.argmax(~np.isfinite(array.values))), array.shape)
    labels = ", ".join(str(array[dim].values[i]) for dim, i in zip(array.dims, place, strict=True))
    return f"{array.values[place]} at {labels}"


def summary_problems(summary: Mapping[str, Any]) -> list[Problem]:
    """Everything in which a summary departs from the contract of ``summary.json``; empty when it keeps it."""
    found = list(_summary_problems(summary, SUMMARY, "summary"))
    for key, entry in ENTRIES.items():
        for i, row in enumerate(summary.get(key) or []):
            found += _summary_problems(_mapping(row), entry, f"summary.{key}[{i}]")
    simulated = _mapping(summary.get("simulated"))
    found += _summary_problems(
        simulated, SIMULATED[bool(simulated.get("settled", True))], "summary.simulated"
    )
    for measure, row in _mapping(summary.get("disparity")).items():
        expected = dict.fromkeys(OUTCOMES, float)
        found += _summary_problems(_mapping(row), expected, f"summary.disparity.{measure}")
    return found


def _summary_problems(have: Mapping[str, Any], want: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for key, kind in want.items():
        place = f"{where}.{key}"
        value = have.get(key)
        if key not in have:
            yield Problem("is missing", where=place)
        elif isinstance(kind, dict):
            if isinstance(value, Mapping):
                yield from _summary_problems(value, kind, place)
            else:
                yield Problem(f"is {type(value).__name__}, not a mapping", where=place)
        elif not isinstance(value, _accepted(kind)):
            names = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
            yield Problem(f"is {type(value).__name__}, not {names}", where=place)


def _accepted(kind: Any) -> tuple[type, ...]:
    """Types a value may have: a whole number will do for a number, numpy's scalars for Python's."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    wider = {float: (float, int, np.floating, np.integer), int: (int, np.integer)}
    return tuple(t for k in kinds for t in wider.get(k, (k,)))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def plain(value: Any, where: str = "summary") -> Any:
    """The same value in types JSON knows: numpy scalars and arrays become Python numbers and lists.

    Raises
    ------
    InputError
        A number is not finite (JSON has no sign for it), or a value has no plain form.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(inner, f"{where}.{key}") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, f"{where}[{i}]") for i, inner in enumerate(value)]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), where)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if np.isfinite(value):
            return value
        raise InputError(Problem(f"is {value}", where=where, remedy="Every number of a summary is finite."))
    raise InputError(Problem(f"is a {type(value).__name__}", where=where, why="JSON cannot hold it."))
