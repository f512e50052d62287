"""The report: one self-contained HTML page, and everything a run writes."""

from spatialcoord.report.page import render
from spatialcoord.report.publish import publish

__all__ = ["publish", "render"]
