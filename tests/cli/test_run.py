"""``spatialcoord run china`` as the README shows it."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spatialcoord.cli import app

FILES = {
    "plan.nc",
    "summary.json",
    "allocation.csv",
    "allocation.xlsx",
    "plan.gpkg",
    "map.png",
    "report.html",
}
KEYS = {
    "objective": {"name", "value", "unit"},
    "disparity": {"gini", "hoover", "theil_t", "theil_l", "cv"},
    "output": {"before", "after", "equal_per_head", "unit", "gained", "forgone", "best_attainable_gain"},
    "budget": {"available", "spent", "unspent", "unit"},
    "certificate": {
        "max_violation",
        "solver_gap",
        "approximation_gap",
        "reduction_gap",
        "objective_recomputed",
    },
    "size": {"variables", "rows", "nonzeros"},
    "seconds": {"build", "handover", "solve", "read"},
}


def _summary(folder: Path) -> dict:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def test_it_ends_well_and_writes_every_file(china):
    result, folder = china
    assert result.returncode == 0, result.stderr
    assert {p.name for p in (folder / "results" / "china").iterdir()} == FILES
    assert all((folder / "results" / "china" / name).stat().st_size > 500 for name in FILES)
    assert [p.name for p in folder.iterdir()] == ["results"]
    assert FILES <= set(re.findall(r"[\w.]+", result.stdout))


def test_the_summary_speaks_of_the_plan(china):
    result, folder = china
    summary = _summary(folder / "results" / "china")
    assert {
        "status",
        "at_floor",
        "at_ceiling",
        "verdict",
        "versions",
        "fingerprint",
    } | KEYS.keys() <= summary.keys()
    for key, inner in KEYS.items():
        assert inner <= summary[key].keys(), key
    gini = summary["disparity"]["gini"]
    assert gini["after"] < gini["equal_per_head"] < gini["before"]
    for outcome in ("before", "after", "equal_per_head"):
        assert f"{gini[outcome]:.4f}" in result.stdout


def test_certificate(china):
    certificate = _summary(china[1] / "results" / "china")["certificate"]
    assert certificate["max_violation"] <= 1e-6
    assert certificate["solver_gap"] <= 1e-6
    assert certificate["approximation_gap"] <= 1e-3


def test_again_in_chinese_the_plan_is_the_same_and_other_files_stay(china, command, tmp_path):
    """A second run replaces its own files and nothing else; --no-map leaves the picture out, an old one goes with it."""
    out = tmp_path / "out"
    first = command("run", "china", "--out", "out")
    assert first.returncode == 0, first.stderr
    (out / "notes.txt").write_text("mine")
    result = command("run", "china", "--out", "out", "--lang", "zh", "--no-map")
    assert result.returncode == 0, result.stderr
    assert re.search(r"[\u4e00-\u9fff]{4}", result.stdout)
    assert "已写入" in result.stdout
    assert {p.name for p in out.iterdir()} == (FILES - {"map.png"}) | {"notes.txt"}
    assert (out / "notes.txt").read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    one, two = _summary(china[1] / "results" / "china"), _summary(out)
    assert two["fingerprint"] == one["fingerprint"]
    assert two["objective"] == one["objective"]


def test_overrides_reach_the_plan_and_unusual_ones_are_told(china, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    arguments = [
        "run",
        "china",
        "--no-map",
        "--set",
        "programme.ceiling=1.5",
        "--set",
        "economy.discount_rate=0.1",
    ]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    told = result.stderr.splitlines()
    assert [line for line in told if line.startswith("- ")] == [
        line for line in told if "economy.discount_rate" in line
    ]
    assert "0.03 to 0.08" in result.stderr
    one, two = _summary(china[1] / "results" / "china"), _summary(tmp_path / "results" / "china")
    assert two["fingerprint"] != one["fingerprint"]
    assert two["disparity"]["gini"]["after"] != one["disparity"]["gini"]["after"]


@pytest.mark.parametrize("what", ["per_head", "change", "binding", "infrastructure"])
def test_map_of_a_plan(china, monkeypatch, tmp_path, what):
    monkeypatch.chdir(tmp_path)
    plan = str(china[1] / "results" / "china")
    result = CliRunner().invoke(
        app, ["map", plan, "--what", what, "--out", "pictures/one.png", "--lang", "zh"]
    )
    assert result.exit_code == 0, result.output
    assert Path("pictures/one.png").read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in tmp_path.rglob("*")] == ["pictures", "one.png"]


def test_unknown_map_leaves_nothing(china, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(
        app, ["map", str(china[1] / "results" / "china"), "--what", "infrastructrue", "--out", "x.png"]
    )
    assert result.exit_code == 2
    assert "Did you mean 'infrastructure'?" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_large_model_is_announced(tmp_path, monkeypatch):
    """Sizes and a time before a long solve, on the error stream; a small case says nothing."""
    from spatialcoord import planner
    from spatialcoord.cli import run as module

    monkeypatch.setattr(module, "LONG", 0.01)
    monkeypatch.setattr(planner, "solve", lambda model, progress: (_ for _ in ()).throw(KeyboardInterrupt))
    from typer.testing import CliRunner

    from spatialcoord.cli import app

    done = CliRunner().invoke(app, ["run", "china", "--out", str(tmp_path / "out")])
    assert done.exit_code == 130 and "decisions" in done.stderr and "seconds" in done.stderr
    assert not (tmp_path / "out").exists()
    # time grows faster than size
    small, large = (planner.expected_seconds({"nonzeros": n}) for n in (30_000, 300_000))
    assert small < 1 and large > 10 * small
