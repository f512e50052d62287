"""Measures of disparity: each evaluates a vector of values per head with population weights.

Those that are convex can also stand in a model (see :class:`spatialcoord.disparity.gini.Gini`).
"""

from spatialcoord.disparity.gini import equity_adjusted_mean, gini
from spatialcoord.disparity.hoover import hoover
from spatialcoord.disparity.theil import theil_decomposition, theil_l, theil_t
from spatialcoord.disparity.variation import cv, williamson

__all__ = [
    "cv",
    "equity_adjusted_mean",
    "gini",
    "hoover",
    "theil_decomposition",
    "theil_l",
    "theil_t",
    "williamson",
]
