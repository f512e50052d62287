"""What a planner writes: a page of YAML that becomes one frozen, checked, fingerprinted object."""

from spatialcoord.scenario.loading import (
    Difference,
    Reading,
    diff,
    load_scenario,
    parse_scenario,
    read_scenario,
)
from spatialcoord.scenario.parameters import Parameters, outside_plausible, quantity
from spatialcoord.scenario.schema import Scenario, json_schema

__all__ = [
    "Difference",
    "Parameters",
    "Reading",
    "Scenario",
    "diff",
    "json_schema",
    "load_scenario",
    "outside_plausible",
    "parse_scenario",
    "quantity",
    "read_scenario",
]
