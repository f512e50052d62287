"""Small unions for the tests of the Berlin method."""

import pandas as pd

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.regions import RegionGraph


def sheet_of(table, states=None, **values):
    """The sheet of regions in a table; every region its own member state where none are named. PPS 30,000 on the mean."""
    rows = max(len(column) for column in table.values() if isinstance(column, list))
    ids = [f"R{i}" for i in range(rows)]
    frame = pd.DataFrame({**table, "member_state": states or ids}, index=ids)
    case = sc.load_case("eu")
    setting = type(case.setting)(RegionGraph(frame, levels=["member_state"]), case.scenario)
    formula = registry.formulas.get("berlin")()
    chosen = {"mean_output_per_head": 30000.0, "indexed": False, "capping": False, **values}
    return formula.worked(setting, formula.Params(**chosen))
