"""Keys that need no law, by hand."""

import numpy as np
import pandas as pd
import pytest

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.errors import InputError
from spatialcoord.regions import RegionGraph


def setting_of(table):
    """Setting of a three-region table under the china scenario's rules."""
    case = sc.load_case("china")
    graph = RegionGraph(pd.DataFrame(table, index=["A", "B", "C"]))
    return type(case.setting)(graph, case.scenario)


TABLE = {"population": [1e6, 2e6, 1e6], "output": [10000.0, 40000.0, 30000.0]}


def sheet_of(name, table=TABLE, **values):
    formula = registry.formulas.get(name)()
    return formula.worked(setting_of(table), formula.Params(**values))


def test_equal_per_head_shares_by_population():
    assert sheet_of("equal_per_head", pool=400.0).amount.tolist() == [100.0, 200.0, 100.0]


def test_equal_per_gap_closes_the_same_part_of_every_gap():
    # mean 20,000; A lacks 10,000 a head, so 10,000 million; B meets it and C lies above it
    sheet = sheet_of("equal_per_gap", pool=500.0)
    assert sheet.amount == pytest.approx([500.0, 0.0, 0.0])
    assert sheet.figure("ratio") == pytest.approx(0.05)
    assert sheet["gap"] == pytest.approx([10000.0, 0.0, 0.0])


def test_equal_per_gap_with_nobody_behind_shares_by_population():
    sheet = sheet_of("equal_per_gap", {**TABLE, "output": [10000.0, 20000.0, 10000.0]}, pool=400.0)
    assert sheet.amount == pytest.approx([100.0, 200.0, 100.0])
    assert np.isnan(sheet.figure("ratio"))


def test_a_figure_that_is_not_money_is_refused():
    with pytest.raises(InputError, match="persons"):
        sheet_of("equal_per_gap", of="population")


def test_missing_figures_are_named():
    with pytest.raises(InputError, match="no attribute 'output'"):
        sheet_of("equal_per_gap", {"population": [1.0, 2.0, 3.0]})
