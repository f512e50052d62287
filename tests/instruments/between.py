"""What the tests of instruments between regions share: a small country with rivers, and conservation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spatialcoord.planner import Case
from spatialcoord.regions import RegionGraph
from spatialcoord.scenario.loading import parse_scenario
from tests.planner.conftest import TEXT

WITH = "general_transfer: {}, infrastructure: {}"


def net_is_zero(effects) -> None:
    """Payments between regions sum to zero in every year."""
    paid = np.abs(effects["compensation"]).sum()
    np.testing.assert_allclose(effects["compensation"].sum(axis=0), 0.0, atol=1e-9 * max(1.0, paid))


def country(lines: str, *overrides: str, links: list[tuple[str, str, str]] | None = None, **figures) -> Case:
    """Four regions with round figures: A and B poor, C and D rich; both poor ones lie upstream of C, C upstream of D."""
    table = pd.DataFrame(
        {
            "population": [1e6, 2e6, 1e6, 1e6], "output": [3e4, 5e4, 8e4, 1e5],
            "own_revenue": [2e3, 4e3, 9e3, 1.2e4], "tax_revenue": [1.5e3, 3e3, 7e3, 1e4],
            "budget_expenditure": [6e3, 1e4, 1.2e4, 1.5e4], "capital_infrastructure": [3e4, 5e4, 8e4, 1e5],
            "lon": [0.0, 3.0, 1.0, 4.0], "lat": [0.0, 0.0, 0.0, 0.0],
        },
        index=list("ABCD"),
    )  # fmt: skip
    for name, values in figures.items():
        table[name] = values
    links = links or [("A", "C", "river"), ("B", "C", "river"), ("C", "D", "river"), ("A", "B", "contiguity")]
    frame = pd.DataFrame(links, columns=["a", "b", "kind"]).assign(
        name=[f"link {i}" for i in range(len(links))]
    )
    scenario = parse_scenario(TEXT, [f"instruments={{{lines}}}", "programme.floor=0", *overrides])
    return Case(RegionGraph(table, links=frame), scenario)
