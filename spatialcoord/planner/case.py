"""A case: regions and a scenario, loaded together from one folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from spatialcoord.economy.setting import Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.regions import RegionGraph, RegionsSpec, read_graph, scenario_file
from spatialcoord.scenario import Reading, Scenario, read_scenario
from spatialcoord.scenario.document import shown
from spatialcoord.scenario.parameters import named_files


@dataclass(frozen=True)
class Case:
    """Regions with figures, and what the planner decided about them.

    Parameters
    ----------
    graph : RegionGraph
        Regions, figures, neighbours, geometry.
    scenario : Scenario
        Validated scenario.
    folder : pathlib.Path or None
        Where it was read from.
    reading : Reading or None
        The scenario's text, which knows the line of each key.
    remarks : tuple of Problem
        What was assumed when the files were read.
    """

    graph: RegionGraph
    scenario: Scenario
    folder: Path | None = None
    reading: Reading | None = field(default=None, repr=False, compare=False)
    remarks: tuple[Problem, ...] = field(default=(), repr=False, compare=False)

    def placed(self, problem: Problem) -> Problem:
        """The problem with file and line, where its place is a key of a scenario that was read from a file."""
        return problem if self.reading is None else self.reading.placed(problem)

    @cached_property
    def setting(self) -> Setting:
        """Baseline paths, weights and shares."""
        return Setting(self.graph, self.scenario, self.folder)

    def under(self, scenario: Scenario) -> Case:
        """The same regions under another scenario; figures already read are shared."""
        other = replace(self, scenario=scenario)
        other.__dict__["setting"] = self.setting.under(scenario)
        return other

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the scenario, defaults included, the regions' figures and links, and further files it names."""
        digest = hashlib.sha256(f"{self.scenario.fingerprint}:{self.graph.fingerprint()}".encode())
        folder = self.folder or Path()
        for name in named_files(self.scenario) if self.folder else ():
            path = folder / name
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file():
                    digest.update(f"{file.relative_to(folder).as_posix()}:".encode() + file.read_bytes())
        return digest.hexdigest()


def load_case(name_or_folder: str | Path, overrides: Iterable[str] = ()) -> Case:
    """Load a bundled case by name or any case from its folder.

    Parameters
    ----------
    name_or_folder : str or pathlib.Path
        ``"china"``, or a folder with a ``scenario.yaml``, or a scenario file.
    overrides : iterable of str
        Changes as ``"path=value"``, e.g. ``"programme.ceiling=2.5"``.

    Returns
    -------
    Case

    Raises
    ------
    InputError
        Every problem of the scenario and of the tables, with what to do.
    """
    case, problems = read_case(name_or_folder, overrides)
    if case is None:
        raise InputError(problems)
    return case


def read_case(name_or_folder: str | Path, overrides: Iterable[str] = ()) -> tuple[Case | None, list[Problem]]:
    """A case and no problem, or no case and every problem of scenario and tables; arguments as for :func:`load_case`.

    Where the scenario is wrong elsewhere, the tables are still read as far as its section ``regions`` allows.
    """
    try:
        path = scenario_file(name_or_folder)
    except InputError as error:
        return None, error.problems
    reading = read_scenario(path, overrides)
    spec = reading.scenario.regions if reading.scenario else _section(reading)
    if spec is None:
        return None, reading.problems
    currency = reading.scenario.currency if reading.scenario else None
    notes: list[Problem] = []
    try:
        graph = read_graph(Path(shown(path.parent)), spec, currency, notes)
    except InputError as error:
        return None, reading.problems + [reading.placed(problem) for problem in error.problems]
    if reading.scenario is None:
        return None, reading.problems
    remarks = tuple(reading.placed(note) for note in notes)
    return Case(graph, reading.scenario, path.parent, reading, remarks), []


def _section(reading: Reading) -> RegionsSpec | None:
    """The section ``regions`` of a scenario that is wrong elsewhere, None where it is wrong itself."""
    values = reading.document.values.get("regions") if reading.document else None
    try:
        return None if values is None else RegionsSpec.model_validate(values)
    except ValidationError:
        return None
