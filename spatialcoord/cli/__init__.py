"""The command line: ``spatialcoord run``, ``list`` and ``map``.

Nothing heavy is imported until a command runs, so that ``spatialcoord --help`` answers at once.
"""

from spatialcoord.cli.app import app, main

__all__ = ["app", "main"]
