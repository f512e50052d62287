"""Spatial economic optimisation of inter-regional benefit coordination.

The public verbs::

    import spatialcoord as sc
    case = sc.load_case("china")
    model = sc.build(case)            # model.pyomo is a Pyomo ConcreteModel
    plan = sc.solve(model)            # plan.dataset is an xarray.Dataset
    sc.publish(plan, "results/china") # tables, map, report
    sc.disparity.gini(values, population)
    sc.games.nucleolus(sc.games.example("skane")).payoff
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from spatialcoord import disparity as disparity
    from spatialcoord import games as games
    from spatialcoord.economy.specialisation import specialisation
    from spatialcoord.planner import Case, build, load_case, solve
    from spatialcoord.regions import RegionGraph
    from spatialcoord.report import publish
    from spatialcoord.results import Plan

# loaded on first use: Pyomo and geopandas cost a second that `--help` need not pay
_WHERE = {
    "Case": "spatialcoord.planner",
    "build": "spatialcoord.planner",
    "load_case": "spatialcoord.planner",
    "solve": "spatialcoord.planner",
    "RegionGraph": "spatialcoord.regions",
    "Plan": "spatialcoord.results",
    "publish": "spatialcoord.report",
    "specialisation": "spatialcoord.economy.specialisation",
}
__all__ = [
    "Case",
    "Plan",
    "RegionGraph",
    "build",
    "disparity",
    "games",
    "load_case",
    "publish",
    "solve",
    "specialisation",
]


def __getattr__(name: str) -> Any:
    if name in ("disparity", "games"):
        return importlib.import_module(f"spatialcoord.{name}")
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'spatialcoord' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
