"""Measures of disparity: each evaluates a vector of values per head with population weights.

Those that are convex can also stand in a model (see :class:`spatialcoord.disparity.gini.Gini`).
"""

from spatialcoord.disparity.atkinson import atkinson, equally_distributed_equivalent
from spatialcoord.disparity.concentration import herfindahl
from spatialcoord.disparity.convergence import beta_convergence, sigma_convergence
from spatialcoord.disparity.gini import equity_adjusted_mean, gini
from spatialcoord.disparity.groups import theil_between, theil_within
from spatialcoord.disparity.hoover import hoover
from spatialcoord.disparity.location import location_quotient, rank_mobility
from spatialcoord.disparity.max_min import leximin_better, leximin_order, max_min
from spatialcoord.disparity.poverty_gap import poverty_gap
from spatialcoord.disparity.theil import theil_decomposition, theil_l, theil_t
from spatialcoord.disparity.top_bottom import palma, s80_s20, top_bottom
from spatialcoord.disparity.variance import variance
from spatialcoord.disparity.variation import cv, williamson

__all__ = [
    "atkinson",
    "beta_convergence",
    "cv",
    "equally_distributed_equivalent",
    "equity_adjusted_mean",
    "gini",
    "herfindahl",
    "hoover",
    "leximin_better",
    "leximin_order",
    "location_quotient",
    "max_min",
    "palma",
    "poverty_gap",
    "rank_mobility",
    "s80_s20",
    "sigma_convergence",
    "theil_between",
    "theil_decomposition",
    "theil_l",
    "theil_t",
    "theil_within",
    "top_bottom",
    "variance",
    "williamson",
]
