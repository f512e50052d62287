"""A case: regions and a scenario, loaded together from one folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from spatialcoord.economy.setting import Setting
from spatialcoord.regions import RegionGraph, case_folder, read_graph
from spatialcoord.scenario import Scenario, load_scenario


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
    """

    graph: RegionGraph
    scenario: Scenario
    folder: Path | None = None

    @cached_property
    def setting(self) -> Setting:
        """Baseline paths, weights and shares."""
        return Setting(self.graph, self.scenario)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the scenario, defaults included, and the regions' figures and links."""
        return hashlib.sha256(f"{self.scenario.fingerprint}:{self.graph.fingerprint()}".encode()).hexdigest()


def load_case(name_or_folder: str | Path, overrides: Iterable[str] = ()) -> Case:
    """Load a bundled case by name or any case from its folder.

    Parameters
    ----------
    name_or_folder : str or pathlib.Path
        ``"china"``, or a folder with a ``scenario.yaml``.
    overrides : iterable of str
        Changes as ``"path=value"``, e.g. ``"programme.ceiling=2.5"``.

    Returns
    -------
    Case

    Raises
    ------
    InputError
        Every problem of the scenario, or every problem of the tables, with what to do.
    """
    folder = case_folder(name_or_folder)
    scenario: Any = load_scenario(folder / "scenario.yaml", overrides)
    return Case(read_graph(folder, scenario.regions), scenario, folder)
