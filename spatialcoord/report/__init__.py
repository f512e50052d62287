"""The report: one self-contained HTML page, and everything a run writes."""

from spatialcoord.report.comparing import compare, render_comparison
from spatialcoord.report.output import publish
from spatialcoord.report.page import render

__all__ = ["compare", "publish", "render", "render_comparison"]
