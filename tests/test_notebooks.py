"""The notebooks run from top to bottom, and what is stored in them is what they give."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def text_of(notebook: nbformat.NotebookNode) -> list[str]:
    """Printed text of every code cell, as a reader sees it."""
    return [
        "".join(
            output.get("text", "") for output in cell.get("outputs", []) if output.output_type == "stream"
        )
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path, tmp_path):
    stored = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    NotebookClient(
        fresh, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    assert text_of(fresh) == text_of(stored), f"execute {path.name} again and save it with its outputs"
