"""Plans: one Dataset with one contract, saved and loaded without loss, exported, summed up on the console."""

from spatialcoord.results.compared import Comparison
from spatialcoord.results.comparison import compare
from spatialcoord.results.comparison_console import print_comparison
from spatialcoord.results.console import print_summary
from spatialcoord.results.explain import Explanation, explain
from spatialcoord.results.ledger import ledger_table
from spatialcoord.results.plan import Plan
from spatialcoord.results.table import instrument_totals, region_table
from spatialcoord.results.words import Spoken, Words

__all__ = [
    "Comparison",
    "Explanation",
    "Plan",
    "Spoken",
    "Words",
    "compare",
    "explain",
    "instrument_totals",
    "ledger_table",
    "print_comparison",
    "print_summary",
    "region_table",
]
