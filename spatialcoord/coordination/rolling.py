r"""What one cycle hands to the next: figures of the regions, beliefs, and how an earlier run is found again.

A cycle is one programme. The next begins when it ends: figures of the regions are those of its last year, as the simulated
economy has them,

.. math:: Y^{(c+1)}_r = Y_r(T_c), \qquad p^{(c+1)}_r = p_r(T_c), \qquad G^{(c+1)}_{rk} = G_{rk} (1+g)^{|T_c|} + \Delta G_{rk}(T_c), \qquad (1)

revenues and expenditure grow with output, and prices stay those of the case. With the rolling horizon switched off, every cycle plans the
same programme anew and only beliefs move.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from spatialcoord.economy.capital import stock_of, with_elasticities
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.planner.case import Case
from spatialcoord.planner.twin import Simulated
from spatialcoord.scenario.capital import KINDS

# figures that grow with output where the case holds them
FISCAL = ("own_revenue", "tax_revenue", "budget_expenditure", "net_transfer_received", "past_allocation")
FOLDER = "cycles"
WHOLE = {"key", "state", "log"}  # what every cycle that was written has


@dataclass(frozen=True)
class State:
    """Where a cycle begins.

    Attributes
    ----------
    cycle : int
        Its number, from 1.
    first : int
        First year of its programme.
    figures : dict of list of float
        Attributes that differ from the case's, by region.
    beliefs, doubts : dict of float
        Elasticity of each kind of capital that is believed in, and its standard deviation.
    broken : float
        Share of obligations that would be broken if nobody looked, as supposed so far.
    last : dict of list of list of float
        The plan before, million currency a year, by line, (R, Y); empty at first.
    """

    cycle: int
    first: int
    figures: dict[str, list[float]]
    beliefs: dict[str, float]
    doubts: dict[str, float]
    broken: float
    last: dict[str, list[list[float]]] = field(default_factory=dict)

    def amounts(self) -> dict[str, Array]:
        """The plan before as arrays."""
        return {line: np.array(values) for line, values in self.last.items()}


def case_of(case: Case, state: State, **programme: Any) -> Case:
    """The case of a cycle: its years, its figures, its beliefs.

    Parameters
    ----------
    case : Case
        As read.
    state : State
        Where the cycle begins.
    **programme
        Further values of the scenario's section ``programme``.
    """
    scenario = case.scenario
    years = scenario.programme.years
    length = years.last - years.first
    moved = years.model_copy(update={"first": state.first, "last": state.first + length})
    other = with_elasticities(scenario, state.beliefs).model_copy(
        update={
            "programme": scenario.programme.model_copy(update={"years": moved, **programme}),
            "formulas": type(scenario.formulas)({}),
        }
    )
    found = case.under(other)
    found.setting._figures.update({name: np.array(values) for name, values in state.figures.items()})
    return found


def next_figures(setting: Setting, seen: Simulated, invested: Mapping[str, Array]) -> dict[str, list[float]]:
    """Figures of the last year of the programme, (1).

    Parameters
    ----------
    setting : Setting
        Of the cycle that ends.
    seen : Simulated
        What happened.
    invested : mapping of str to numpy.ndarray, shape (R, Y)
        Effective investment beyond the baseline by kind of capital, million currency a year.
    """
    end = len(setting.years) - 1
    output = seen.path.output[:, end]
    found = {"output": output, "population": seen.path.population[:, end]}
    ratio = output / setting.base_output
    for name in FISCAL:
        if setting.graph.has(name):
            found[name] = setting.attribute(name) * ratio
    for kind in KINDS:
        if setting.graph.has(f"capital_{kind}"):
            stock = stock_of(setting, kind)
            built = invested.get(kind)
            added = 0.0 if built is None else (built @ stock.accumulation.T)[:, end]
            found[f"capital_{kind}"] = np.maximum(stock.baseline[:, end] + added, 1e-9 * stock.initial)
    return {name: [float(v) for v in values] for name, values in found.items()}


def check_writable(folder: Path) -> None:
    """Say before anything takes time that a folder cannot be made or written to.

    Raises
    ------
    InputError
    """
    there = folder.absolute()
    while not os.path.lexists(there):
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        why = f"{there} is not a folder." if not there.is_dir() else f"{there} is write-protected."
        raise _unwritable(folder, why)


def _unwritable(folder: Path, why: str) -> InputError:
    remedy = "Free space, or name a folder you may write to."
    return InputError(Problem("cannot be written", where=str(folder), why=why, remedy=remedy))


def save(folder: Path, name: str, content: dict[str, Any]) -> None:
    """Write what a cycle found, all of it or nothing.

    Raises
    ------
    InputError
        It cannot be written.
    """
    path = folder / f"{name}.json"
    draft = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(content, ensure_ascii=False, allow_nan=True), encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        raise _unwritable(folder, f"{error.strerror or error}.") from error


def found_before(folder: Path, key: str) -> list[dict[str, Any]]:
    """Completed cycles of an earlier run in this folder, in order, up to the first that is missing or damaged.

    Raises
    ------
    InputError
        Something in it is of another case, seed or choice.
    """
    for path in sorted(folder.glob("*.json")):  # also what follows a damaged one: it would be overwritten
        content(folder, path.stem, key)
    found: list[dict[str, Any]] = []
    while (one := content(folder, f"cycle_{len(found) + 1:03d}", key)) is not None:
        found.append(one)
    return found


def content(folder: Path, name: str, key: str) -> dict[str, Any] | None:
    """What an earlier run found and kept; None where it did not, or what it left is damaged.

    Raises
    ------
    InputError
        It is of another case, seed or choice.
    """
    path = folder / f"{name}.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or not WHOLE <= found.keys():
        return None
    if found["key"] != key:
        raise InputError(
            Problem(
                "the folder holds cycles of another run",
                where=str(path),
                why="Case, seed, choices or version differ.",
                remedy="Name another folder, or delete this one.",
            )
        )
    return {name: value for name, value in found.items() if name != "key"}


def plain_state(state: State) -> dict[str, Any]:
    """A state as plain values."""
    return asdict(state)
