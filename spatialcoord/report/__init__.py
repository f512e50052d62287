"""The report: one self-contained HTML page, and everything a run writes."""

from spatialcoord.report.output import publish
from spatialcoord.report.page import render

__all__ = ["publish", "render"]
