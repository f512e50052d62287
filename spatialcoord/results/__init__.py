"""Plans: one Dataset with one contract, saved and loaded without loss, exported, summed up on the console."""

from spatialcoord.results.console import print_summary
from spatialcoord.results.explain import Explanation, explain
from spatialcoord.results.plan import Plan
from spatialcoord.results.table import instrument_totals, region_table
from spatialcoord.results.words import Words

__all__ = ["Explanation", "Plan", "Words", "explain", "instrument_totals", "print_summary", "region_table"]
