"""The planner's verbs: load a case, check it, build its model, solve it into a certified plan."""

from spatialcoord.planner.building import PlanningModel, build, expected_seconds
from spatialcoord.planner.case import Case, load_case
from spatialcoord.planner.examining import Findings, examine
from spatialcoord.planner.solving import solve

__all__ = ["Case", "Findings", "PlanningModel", "build", "examine", "expected_seconds", "load_case", "solve"]
