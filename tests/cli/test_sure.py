"""``spatialcoord sensitivity`` and ``spatialcoord budgets`` as a user runs them."""

import json

import pytest


@pytest.fixture
def small(tmp_path, command):
    """A made-up country in the test's own folder."""
    assert command("new", "small").returncode == 0
    return tmp_path


def test_sensitivity_prints_what_survives_and_writes_the_study(small, command):
    done = command("sensitivity", "small", "--morris", "1", "--seed", "7", "--lang", "zh", "--out", "s")
    assert done.returncode == 0, done.stderr
    assert "哪些结论成立" in done.stdout and "tornado.png" in done.stdout
    summary = json.loads((small / "s" / "summary.json").read_text(encoding="utf-8"))
    assert summary["study"] == "sensitivity" and summary["screening"]["seed"] == 7
    # a folder with another kind of study is not touched
    other = command("budgets", "small", "--out", "s")
    assert other.returncode == 2 and "budgets" in other.stderr and "Traceback" not in other.stderr


def test_budgets_prints_who_gains_and_writes_the_study(small, command):
    done = command(
        "budgets", "small", "--from", "0.5", "--to", "1.5", "--steps", "3", "--set", "economy.segments=4"
    )
    assert done.returncode == 0, done.stderr
    assert "Who gains and who loses" in done.stdout
    folder = small / "results" / "small-budgets"
    assert {path.name for path in folder.iterdir()} == {
        "budgets.nc", "budgets.png", "curve.csv", "regions.csv", "summary.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sensitivity", "nowhere"], "nowhere"),
        (["sensitivity", "china", "--morris", "-1"], "below zero"),
        (["budgets", "china", "--from", "2", "--to", "1"], "do not rise"),
        (["budgets", "china", "--steps", "1"], "cannot be compared"),
        (["budgets", "china", "--lang", "xx"], "no language"),
    ],
)
def test_mistakes_end_in_one_message(command, tmp_path, arguments, message):
    done = command(*arguments)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
