"""``spatialcoord coordinate``: what it refuses, what it writes, and runs that are ended and go on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

import spatialcoord
from spatialcoord.cli.app import app
from tests.cli.conftest import START
from tests.coordination.loops import write_toy

FEW = ("--cycles", "3", "--seed", "1")
MOVING = ("--set", "instruments.market_integration={}")  # the plan moves for more than two cycles


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small made-up case as a folder."""
    return write_toy(tmp_path_factory.mktemp("case") / "small")


def asked(*arguments):
    """Exit code and everything that was said, in this process."""
    result = CliRunner().invoke(app, ["coordinate", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def process(folder, case, *arguments):
    """The command as a process of its own that can be ended."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(spatialcoord.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.Popen(
        [sys.executable, "-c", START, "coordinate", str(case), *FEW, *MOVING, "--out", "study", *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    )  # fmt: skip


def ended(running, signal_, until):
    """End a run as soon as a file is there; its exit code and what it said."""
    deadline = time.monotonic() + 120
    while not until.exists():
        assert running.poll() is None and time.monotonic() < deadline, "it ended, or did not get that far"
        time.sleep(0.002)
    running.send_signal(signal_)
    said, _ = running.communicate(timeout=60)
    return running.returncode, said


@pytest.fixture(scope="module")
def runs(small, tmp_path_factory):
    """One run in one go; one that is interrupted after cycle 1, killed after cycle 2, and finished."""
    if os.name == "nt":
        pytest.skip("Windows knows no such signals")
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    first = process(whole, small)
    said = first.communicate(timeout=120)[0]
    assert first.returncode == 0, said
    cycles = parts / "study" / "cycles"
    interrupted = ended(process(parts, small), signal.SIGINT, cycles / "cycle_001.json")
    left = sorted(path.name for path in (parts / "study").rglob("*.json"))
    one = (cycles / "cycle_001.json").read_bytes()
    killed = ended(process(parts, small), signal.SIGKILL, cycles / "cycle_002.json")
    unfinished = not (parts / "study" / "summary.json").exists()
    last = process(parts, small)
    told = last.communicate(timeout=120)[0]
    return {
        "whole": whole / "study",
        "parts": parts / "study",
        "said": said,
        "told": told,
        "interrupted": interrupted,
        "left": left,
        "one": one,
        "killed": killed,
        "unfinished": unfinished,
        "code": last.returncode,
    }


def test_ctrl_c_leaves_what_is_finished_and_no_traceback(runs):
    code, said = runs["interrupted"]
    assert code == 130 and "Traceback" not in said
    assert "cycle_001.json" in runs["left"] and "summary.json" not in runs["left"]
    assert json.loads(runs["one"])["cycle"] == 1


def test_a_run_that_was_killed_ends_with_the_same_study(runs):
    assert runs["killed"][0] == -signal.SIGKILL and runs["unfinished"]
    assert runs["code"] == 0, runs["told"]
    whole, parts = runs["whole"], runs["parts"]
    assert sorted(p.name for p in parts.iterdir()) == sorted(p.name for p in whole.iterdir())
    for name in ("summary.json", "cycles.csv", "counterfactuals.csv", "log.csv", "story.html"):
        assert (parts / name).read_bytes() == (whole / name).read_bytes(), name
    with xr.open_dataset(parts / "coordination.nc") as a, xr.open_dataset(whole / "coordination.nc") as b:
        xr.testing.assert_identical(a.load(), b.load())
    # what was finished before was not worked out again, and nothing half written is left
    assert (parts / "cycles" / "cycle_001.json").read_bytes() == runs["one"]
    assert not [p for p in parts.rglob("*") if p.name.endswith((".part", ".partial"))]


def test_it_says_beforehand_how_long_it_takes_and_afterwards_what_it_wrote(runs):
    assert "Up to 3 cycles and 4 counterfactuals" in runs["said"] and "seconds" in runs["said"]
    assert {p.name for p in runs["whole"].iterdir()} == {
        "coordination.nc", "cycles.csv", "benefit_cost.csv", "counterfactuals.csv", "log.csv", "loop.png", "story.html", "summary.json", "cycles",
    }  # fmt: skip
    for name in ("coordination.nc", "log.csv", "summary.json", "story.html"):
        assert name in runs["said"]
    summary = json.loads((runs["whole"] / "summary.json").read_text("utf-8"))
    assert summary["seed"] == 1 and summary["cycles"] == len(pd.read_csv(runs["whole"] / "cycles.csv"))
    assert all(sentence["text"].split()[0] in runs["said"] for sentence in summary["sentences"])
    page = (runs["whole"] / "story.html").read_text("utf-8")
    assert "<script" not in page and "://" not in page  # nothing from elsewhere


@pytest.mark.parametrize(
    "other", [("--seed", "2"), ("--without", "voices"), ("--set", "programme.ceiling=2.5")]
)
def test_the_folder_of_another_run_is_refused_and_nothing_lost(runs, small, other):
    before = {p: p.read_bytes() for p in runs["whole"].rglob("*") if p.is_file()}
    code, said = asked(small, *FEW, *MOVING, *other, "--out", runs["whole"])
    assert code == 2 and "another run" in said
    assert {p: p.read_bytes() for p in runs["whole"].rglob("*") if p.is_file()} == before


def test_a_folder_that_is_not_of_such_a_study_is_refused(small, tmp_path):
    (tmp_path / "summary.json").write_text('{"mine": 1}')
    code, said = asked(small, *FEW, "--out", tmp_path)
    assert code == 2 and "summary.json" in said
    (tmp_path / "file").write_text("mine")
    for out in ("file", "file/study"):
        code, said = asked(small, *FEW, "--out", tmp_path / out)
        assert code == 2 and "file" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "summary.json"]
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("--cycles", "0", "--seed", "-1"), ("0 cycles", "a seed of -1")),
        (("--cycles", "two"), ("--cycles",)),
        (("--seed", "1.5"), ("--seed",)),
        (("--solution", "nahs"), ("nahs", "Did you mean 'nash'")),
        (("--without", "expres", "--without", "zzz"), ("Did you mean 'express'", "'zzz'")),
        (("--lang", "xx"), ("'xx'", "zh")),
        (("--demands", "nowhere.csv"), ("nowhere.csv", "no such file")),
        (("--set", "programme.ceilng=2"), ("ceilng",)),
        (
            ("--cycles", "-3", "--solution", "nahs", "--without", "expres"),
            ("-3 cycles", "Did you mean 'nash'", "Did you mean 'express'"),
        ),
    ],
    ids=lambda value: " ".join(value) if value[0].startswith("--") else "",
)
def test_a_mistake_is_told_and_nothing_written(small, tmp_path, monkeypatch, arguments, parts):
    monkeypatch.chdir(tmp_path)
    code, said = asked(small, *arguments)
    assert code == 2
    for part in parts:
        assert part in said
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = asked("jpan")
    assert code == 2 and "jpan" in said and "japan" in said


def test_wrong_demands_are_told_all_at_once(small, tmp_path):
    table = tmp_path / "demands.csv"
    table.write_text("actor,region,amount\nfirms,R0,5\n")
    code, said = asked(small, "--demands", table, "--out", tmp_path / "study")
    assert code == 2 and "no column 'instrument'" in said
    table.write_text("actor,region,instrument,amount\nfirm,R9,roads,-5\n")
    code, said = asked(small, "--demands", table, "--out", tmp_path / "study")
    assert code == 2
    for part in ("Did you mean 'firms'", "'R9'", "'roads'", "negative"):
        assert part in said
    assert not (tmp_path / "study").exists()


def test_demands_of_a_file_and_chinese(small, tmp_path):
    table = tmp_path / "demands.csv"
    table.write_text(
        "actor,region,instrument,amount,note\nfirms,R0,infrastructure,3,桥\nresidents,R1,transfer,2,\n",
        "utf-8",
    )
    code, said = asked(
        small, "--cycles", "1", "--demands", table, "--lang", "zh", "--without", "negotiate", "--out", tmp_path / "study"
    )  # fmt: skip
    assert code == 0, said
    log = pd.read_csv(tmp_path / "study" / "log.csv", keep_default_na=False)
    stated = log[log["kind"] == "statement"]
    assert stated["who"].tolist() == ["firms", "residents"]
    assert [json.loads(m or "{}").get("note", "") for m in stated["more"]] == ["桥", ""]
    summary = json.loads((tmp_path / "study" / "summary.json").read_text("utf-8"))
    assert summary["switched_off"] == ["negotiate"]
    assert all(any("一" <= c <= "鿿" for c in s["text"]) for s in summary["sentences"])
    assert "循环" in said
