"""Questions around a plan: at what cost, how sure, what else would be nearly as good, what if there were more money."""

from spatialcoord.explore.alternatives import alternatives
from spatialcoord.explore.assumptions import sensitivity
from spatialcoord.explore.nested import budgets
from spatialcoord.explore.network_study import network
from spatialcoord.explore.pareto import pareto

__all__ = ["alternatives", "budgets", "network", "pareto", "sensitivity"]
