"""A planner's mistakes, each through the command: what, where and the remedy; exit code 2; nothing written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spatialcoord.cli import app
from tests.cli.conftest import spatialcoord_process
from tests.mistakes.breaking import write_case
from tests.mistakes.table import MISTAKES

# each through a process of its own too, as a planner types it; the rest run in this one, which is faster
IN_A_PROCESS = (
    "misspelt key", "malformed YAML: bracket", "no scenario", "no budget: unbounded", "missing file", "empty id",
    "duplicate id", "text in a number", "non-UTF-8, Chinese", "no CRS", "island", "population in thousands", "override out of bounds",
)  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_case(tmp_path_factory.mktemp("good") / "mine")


@pytest.fixture
def folder(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(good, tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _problems(text: str) -> list[str]:
    """What stands below the headline of mistakes, one text a problem; warnings come before it."""
    assert "This cannot be run as it stands" in text, text
    body = text.split("This cannot be run as it stands", 1)[1]
    return ["- " + part for part in ("\n" + body).split("\n- ")[1:]]


def _told(name: str, text: str) -> None:
    mistake = MISTAKES[name]
    problems = _problems(text)
    match = [p for p in problems if mistake.place in p.split("\n")[0] and all(w in p for w in mistake.words)]
    assert match, text
    assert all(len(p.rstrip().split("\n")) <= 10 for p in problems), text
    assert all(len(p.split("\n")[0]) < 400 for p in problems), text
    assert "Traceback" not in text


def test_the_case_is_right_before_it_is_broken(folder):
    result = CliRunner().invoke(app, ["check", "mine"])
    assert (result.exit_code, result.stderr) == (0, ""), result.output


def test_there_are_enough_of_them():
    assert len(MISTAKES) >= 60 and set(IN_A_PROCESS) <= set(MISTAKES) and len(IN_A_PROCESS) >= 12


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.filterwarnings("ignore")
def test_mistake(name, folder):
    for change in MISTAKES[name].breaks:
        change(folder / "mine")
    before = _files(folder)
    result = CliRunner().invoke(app, ["check", "mine", *MISTAKES[name].arguments])
    assert result.exit_code == 2, f"{result.output}\n{result.exception!r}"
    assert not result.stdout
    _told(name, result.stderr)
    assert _files(folder) == before


@pytest.mark.parametrize("name", IN_A_PROCESS)
@pytest.mark.filterwarnings("ignore")
def test_run_says_the_same_in_a_process_of_its_own(name, folder):
    for change in MISTAKES[name].breaks:
        change(folder / "mine")
    before = _files(folder)
    result = spatialcoord_process(folder, "run", "mine", *MISTAKES[name].arguments)
    assert (result.returncode, result.stdout) == (2, "")
    _told(name, result.stderr)
    assert _files(folder) == before


def test_all_of_them_are_told_at_once(folder):
    """Mistakes in the scenario, in two tables and in the map do not hide each other."""
    names = ("misspelt parameter", "text in a number", "empty id", "no map")
    for name in names:
        for change in MISTAKES[name].breaks:
            change(folder / "mine")
    result = CliRunner().invoke(app, ["check", "mine"])
    assert result.exit_code == 2
    for name in names:
        _told(name, result.stderr)
    assert len(_problems(result.stderr)) == len(names)


def test_a_run_says_what_would_settle_a_contradiction(folder):
    """`check` adds up what is promised; `run` asks the solver, which names the least change that settles it."""
    name = "promise above the ceiling"
    for change in MISTAKES[name].breaks:
        change(folder / "mine")
    before = _files(folder)
    result = CliRunner().invoke(app, ["run", "mine", *MISTAKES[name].arguments])
    assert result.exit_code == 2 and "--set 'programme." in result.stderr and "Traceback" not in result.stderr
    assert _files(folder) == before
