"""Cases of a few regions, made by hand, under the rules of a bundled scenario."""

from __future__ import annotations

import pandas as pd

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.economy.setting import Setting
from spatialcoord.formulas.worksheet import Worksheet
from spatialcoord.regions import RegionGraph
from spatialcoord.regions.attributes import ATTRIBUTES, Attribute


def by_hand(case: str, table: dict[str, list[float]], ids: list[str], **units: str) -> Setting:
    """Setting of such a table; columns that no attribute describes are money of a year unless `units` says otherwise."""
    own = {
        name: Attribute(name, units.get(name, "million CUR/yr"), name)
        for name in table
        if name not in ATTRIBUTES
    }
    graph = RegionGraph(pd.DataFrame(table, index=ids), attributes=own)
    return Setting(graph, sc.load_case(case).scenario)


def sheet_of(name: str, setting: Setting, **values: object) -> Worksheet:
    """The worksheet of a formula."""
    formula = registry.formulas.get(name)()
    return formula.worked(setting, formula.Params(**values))
