"""The instrument of docs/architecture.md, saved as one file, appears everywhere without another file being touched."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import spatialcoord as sc

DOCS = Path(__file__).parents[2] / "docs" / "architecture.md"
# what a new file in spatialcoord/instruments/ would do, without leaving it there
START = """\
import sys
import spatialcoord.instruments as package
package.__path__.append(sys.argv[1])
from spatialcoord.cli import main
sys.argv[1:2] = []
main()
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "heating_subsidy.py").write_text(code, encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", START, str(folder), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            timeout=120,
        )

    return run


def test_it_is_listed_with_unit_and_source(house):
    done = house("list", "instruments")
    assert done.returncode == 0, done.stderr
    for words in ("heating_subsidy", "Heating subsidy", "Harberger", "deadweight"):
        assert words in done.stdout


def test_it_is_planned_reported_and_mapped(house, tmp_path):
    out = tmp_path / "out"
    promise = "programme.protected=[{region: CN-GS, instrument: heating_subsidy, amount: 500}]"
    done = house(
        "run", "china", "--out", str(out), "--set", "instruments.heating_subsidy={}", "--set", promise
    )
    assert done.returncode == 0, done.stderr
    assert "Heating subsidy" in done.stdout
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Heating subsidy" in report
    assert "Heating subsidy" in (out / "allocation.csv").read_text(encoding="utf-8-sig")
    assert (out / "map.png").stat().st_size > 100_000
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["certificate"]["max_violation"] <= 1e-6
    plan = sc.Plan.load(out)
    money = plan.dataset["amount"].sel(instrument="heating_subsidy", region="CN-GS")
    assert (money >= 500 - 1e-3).all()


def test_its_parameters_are_checked(house):
    done = house("run", "china", "--set", "instruments.heating_subsidy.deadwieght=0.2")
    assert (
        done.returncode == 2 and "deadweight" in done.stderr + done.stdout and "Traceback" not in done.stderr
    )


def test_the_bundled_house_does_not_have_it():
    from spatialcoord.registry import instruments

    assert "heating_subsidy" not in instruments
