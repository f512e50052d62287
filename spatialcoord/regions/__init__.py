"""Regions: figures, geometry, hierarchy and links of any country, from files or made up."""

from spatialcoord.regions.attributes import ATTRIBUTES, Attribute
from spatialcoord.regions.graph import RegionGraph
from spatialcoord.regions.locate import bundled_cases, case_folder, data_folder, scenario_file
from spatialcoord.regions.readers import read_graph
from spatialcoord.regions.spec import ColumnSpec, RegionsSpec, TableSpec
from spatialcoord.regions.writers import write_graph

__all__ = [
    "ATTRIBUTES",
    "Attribute",
    "ColumnSpec",
    "RegionGraph",
    "RegionsSpec",
    "TableSpec",
    "bundled_cases",
    "case_folder",
    "data_folder",
    "read_graph",
    "scenario_file",
    "write_graph",
]
