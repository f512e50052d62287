"""Help, version and lists; and what happens when something goes wrong inside."""

import re
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import spatialcoord
from spatialcoord import registry
from spatialcoord.cli import app
from spatialcoord.errors import Infeasible, Refused, SolveError

HEAVY = ("numpy", "pandas", "pyomo", "xarray", "geopandas", "matplotlib", "pydantic", "rich", "babel")


def test_help_names_the_commands_and_imports_nothing_heavy(command):
    code = (
        "import sys\nfrom spatialcoord.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"print('heavy:', [m for m in {HEAVY} if m in sys.modules])"
    )
    result = command("--help", code=code)
    assert result.returncode == 0, result.stderr
    assert all(re.search(rf"^  {name}\b", result.stdout, re.MULTILINE) for name in ("run", "list", "map"))
    assert "heavy: []" in result.stdout


def test_version():
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output.strip()) == (0, f"spatialcoord {spatialcoord.__version__}")


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("instruments", registry.instruments),
        ("measures", registry.measures),
        ("outcomes", registry.outcomes),
        ("actors", registry.actors),
    ],
)
def test_list_shows_every_part_with_unit_and_source(kind, part):
    result = CliRunner().invoke(app, ["list", kind])
    assert result.exit_code == 0, result.output
    for name in part.names():
        row = next(line for line in result.output.splitlines() if re.match(rf"\s*{name}\b", line))
        assert part.get(name).title["en"].split()[0] in row
        assert part.get(name).unit.split()[0] in row
        assert part.get(name).source.split()[0] in row


def test_list_shows_parameters_with_default_unit_and_range():
    out = " ".join(CliRunner().invoke(app, ["list", "capital"]).output.split())
    assert "elasticity = 0.106 (0.083 to 0.122)" in out
    assert "years_to_build = 1 (year; 1 to 4)" in out
    out = " ".join(CliRunner().invoke(app, ["list", "instruments"]).output.split())
    assert "absorption.full = " in out and "Japan: local" in out
    assert "Undefined" not in out and "cofinance.union_share = {}" in out


def test_list_writes_defaults_as_a_scenario_does():
    out = CliRunner().invoke(app, ["list", "instruments"]).output
    assert not any(python in out for python in ("Undefined", "()", " None", " True", " False"))
    assert "uniform = false" in " ".join(out.split())


def test_list_without_a_kind_shows_all_in_the_language():
    result = CliRunner().invoke(app, ["list", "--lang", "zh"])
    assert result.exit_code == 0
    for words in ("政策工具", "差距指标", "可均等化的结果", "案例", "一般性转移支付", "china"):
        assert words in result.output


def test_a_part_that_registers_itself_is_listed_at_once(monkeypatch):
    class Subsidy:
        """A part of a third party."""

        title = {"en": "Price subsidy", "zh": "价格补贴"}
        unit, source = "million currency a year", "A paper"

    registry.instruments.load()
    monkeypatch.setitem(registry.instruments._parts, "subsidy", Subsidy)
    assert "Price subsidy" in CliRunner().invoke(app, ["list", "instruments"]).output


@pytest.mark.parametrize(
    ("error", "exit_code", "parts"),
    [
        (KeyboardInterrupt(), 130, ("Stopped", "Nothing was written")),
        (Refused("a quadratic objective and whole numbers cannot be solved together"), 2, ("quadratic",)),
        (SolveError("The solver gave up."), 1, ("No plan was found", "The solver gave up.")),
        (
            Infeasible(
                "No plan.", SimpleNamespace(text=lambda words: f"{words.lang}: programme.ceiling, my.rule")
            ),
            2,
            ("No plan was found", "contradict", "en: programme.ceiling, my.rule"),
        ),
    ],
)
def test_exit_codes(monkeypatch, tmp_path, error, exit_code, parts):
    def fail(*_, **__):
        raise error

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("spatialcoord.planner.examine", fail)
    result = CliRunner().invoke(app, ["run", "china"])
    assert result.exit_code == exit_code
    assert all(part in result.stderr for part in parts), result.stderr
    assert not isinstance(result.exception, type(error))
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_program_is_not_dressed_as_a_mistake(monkeypatch, tmp_path):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("spatialcoord.planner.examine", fail)
    assert isinstance(CliRunner().invoke(app, ["run", "china"]).exception, ZeroDivisionError)
