"""LeSage and Pace (2009), Introduction to Spatial Econometrics, chapter 1: travel times of seven regions in a row.

Inputs and the published column from memory of the book; what is computed here agrees with the first four published regions to
a hundredth (4.00 published, 3.99 here). The package's own spillover takes the place of the reduced form.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spatialcoord.economy.accounts import spillover_matrix, spread_output
from spatialcoord.planner import Case
from spatialcoord.regions import RegionGraph
from spatialcoord.scenario.loading import parse_scenario
from tests.planner.conftest import TEXT

RHO, BETA = 0.642, np.array([0.135, 0.561])


@pytest.fixture(scope="module")
def setting():
    """Seven regions in a row, each joined to the next, of one output each, so that a rate of growth is a number."""
    ids = [f"R{i}" for i in range(1, 8)]
    figures = {"population": 1.0, "output": 1.0, "tax_revenue": 1.0, "budget_expenditure": 1.0}
    table = pd.DataFrame(figures, index=ids)
    links = pd.DataFrame({"a": ids[:-1], "b": ids[1:], "kind": "contiguity"})
    return Case(
        RegionGraph(table, links=links), parse_scenario(TEXT, [f"economy.spillover.rho={RHO}"])
    ).setting


def test_density_of_one_region_doubled(setting):
    """The second region has 40 instead of 20 people: times change there, and ever less farther on."""
    change = np.zeros(7)
    change[1] = 20.0 * BETA[0]
    found = spread_output(setting, change)
    # published; the parameters are rounded there, which moves the largest by a hundredth and a bit
    np.testing.assert_allclose(found[:4], [2.57, 4.00, 1.45, 0.53], atol=0.015)
    np.testing.assert_allclose(found, [2.56, 3.99, 1.45, 0.53, 0.19, 0.08, 0.05], atol=5e-3)  # recomputed


def test_direct_and_total_effect(setting):
    inverse = np.linalg.inv(spillover_matrix(setting).toarray()) * BETA[0]
    assert np.trace(inverse) / 7 == pytest.approx(0.18373, abs=5e-6)
    assert inverse.sum() / 7 == pytest.approx(0.37709, abs=5e-6)


def test_a_row_of_the_multiplier_adds_up_to_one_over_one_less_rho(setting):
    inverse = np.linalg.inv(spillover_matrix(setting).toarray())
    np.testing.assert_allclose(inverse.sum(axis=1), 1.0 / (1.0 - RHO), rtol=1e-12)
    assert 1.0 / (1.0 - RHO) == pytest.approx(2.79330, abs=5e-6)
