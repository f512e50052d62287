"""The README's first two commands are the set-up, and CI runs the same two, word for word."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMANDS = ["pip install . && spatialcoord run china", "pip install '.[test]' && pytest -n auto"]


def _commands(markdown: str) -> list[str]:
    """Lines of code blocks, indented or fenced, without what follows a ``#``."""
    lines, fenced = [], False
    for line in markdown.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            lines.append(line.split("  #")[0].strip())
    return [line for line in lines if line]


def test_the_readme_opens_with_the_two_commands():
    assert _commands((ROOT / "README.md").read_text(encoding="utf-8"))[:2] == COMMANDS


def test_ci_runs_the_same_two_commands_first():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r'^run "(.*)"$', script, re.MULTILINE)[:2] == COMMANDS


@pytest.mark.parametrize("extra", ["test", "dev", "bench", "cases"])
def test_extras_that_the_documents_name_exist(extra):
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["optional-dependencies"][extra]


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102 (the project's own README)
    fixed = names["again"].dataset["amount"].sel(instrument="infrastructure", region="CN-GS", year=2021)
    assert float(fixed) == pytest.approx(6000.0)
    assert (tmp_path / "results" / "china" / "report.html").exists()
