"""The command as a user runs it: a process of its own, in an empty folder."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import spatialcoord

Run = Callable[..., subprocess.CompletedProcess[str]]
START = "from spatialcoord.cli import main; main()"


def spatialcoord_process(
    folder: Path, *arguments: str, code: str = START
) -> subprocess.CompletedProcess[str]:
    """Run the command with `folder` as current folder; nothing of the test's own process reaches it."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(spatialcoord.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "100",
    }
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def command(tmp_path: Path) -> Run:
    """``command("run", "china")`` runs the command in the test's own folder."""

    def run(*arguments: str, code: str = START) -> subprocess.CompletedProcess[str]:
        return spatialcoord_process(tmp_path, *arguments, code=code)

    return run


@pytest.fixture(scope="session")
def china(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """``spatialcoord run china``, once, and the folder it ran in."""
    folder = tmp_path_factory.mktemp("china")
    return spatialcoord_process(folder, "run", "china"), folder
