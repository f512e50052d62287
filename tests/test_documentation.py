"""What the documentation shows works as it stands."""

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import spatialcoord as sc
from spatialcoord.cli import app
from spatialcoord.regions import ATTRIBUTES
from spatialcoord.scenario import parse_scenario

DOCS = Path(__file__).parents[1] / "docs"


def _blocks(page: str, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def test_the_shortest_scenario_runs(tmp_path):
    """The scenario of the page, with the columns it names and no others, ends in a plan."""
    (text,) = _blocks("scenario.md", "yaml")
    columns = parse_scenario(text).regions.tables[0].columns
    assert columns.keys() <= ATTRIBUTES.keys()
    graph = sc.RegionGraph.synthetic(8, seed=1)
    graph.frame[list(columns)].rename_axis("id").to_csv(tmp_path / "regions.csv")
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    plan = sc.solve(sc.build(sc.load_case(tmp_path, ["economy.allow_outside_band=true"])))
    assert plan.summary["status"] == "optimal"
    assert plan.summary["budget"]["spent"] == pytest.approx(plan.summary["budget"]["available"])


@pytest.mark.parametrize("page", sorted(p.name for p in DOCS.glob("*.md")))
def test_commands_and_options_that_the_pages_show_exist(page):
    import typer

    from spatialcoord.cli import app

    text = (DOCS / page).read_text(encoding="utf-8")
    command = typer.main.get_command(app)
    known = {option for sub in command.commands.values() for param in sub.params for option in param.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= known | {"--version", "--help"}
    assert set(re.findall(r"(?:`|^ {4}|&& )spatialcoord ([a-z]+)", text, re.MULTILINE)) <= set(
        command.commands
    )


def _nine_districts(folder: Path) -> None:
    """The files that the tutorial describes: a shapefile that lost its .prj, and a workbook with a title."""
    frame = sc.RegionGraph.synthetic(9, seed=5).frame
    codes = [f"0{n}" for n in range(1, 10)]
    shapes = frame[["geometry"]].assign(CODE=codes, NAME=[f"District {c}" for c in codes])
    shapes.geometry = shapes.geometry.translate(-frame["lon"].mean() + 9, 0)  # to where EPSG:25832 is used
    shapes.to_crs("EPSG:25832").reset_index(drop=True).to_file(folder / "districts.shp")
    (folder / "districts.prj").unlink()
    figures = {
        "Code": codes,
        "Population": frame["population"] / 1e3,
        "GDP": frame["output"],
        "Taxes": frame["tax_revenue"] * 1e3,
        "Spending": frame["budget_expenditure"],
        "Infrastructure": frame["capital_infrastructure"] / 1e3,
    }
    with pd.ExcelWriter(folder / "statistics.xlsx") as book:
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="Notes", index=False)
        pd.DataFrame(figures).to_excel(book, sheet_name="Data", index=False, startrow=2)


def test_the_tutorial_leads_to_a_plan(tmp_path, monkeypatch):
    """The page's commands in their order, on files as it describes them, with its scenario."""
    page = (DOCS / "your_own_regions.md").read_text(encoding="utf-8")
    commands = re.findall(r"^ {4}spatialcoord (.*)$", page, re.MULTILINE)
    assert [c.split()[0] for c in commands] == ["new", "check", "run"]
    (text,) = _blocks("your_own_regions.md", "yaml")
    assert len(text.splitlines()) < 30
    _nine_districts(tmp_path)
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, commands[0].split())
    assert made.exit_code == 0, made.output
    assert {"scenario.yaml", "figures.csv", "districts.shp"} <= {
        p.name for p in Path("mydistricts").iterdir()
    }
    (tmp_path / "statistics.xlsx").rename("mydistricts/statistics.xlsx")
    Path("mydistricts/scenario.yaml").write_text(text, encoding="utf-8")
    checked = CliRunner().invoke(app, commands[1].split())
    assert checked.exit_code == 0, checked.output
    shown = page.split(f"spatialcoord {commands[1]}")[1].split("is ready")[1].split("\n\n")[0]
    assert all(line.strip() in checked.stdout for line in shown.splitlines()), checked.stdout
    result = CliRunner().invoke(app, [*commands[2].split(), "--no-map"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "results" / "mydistricts" / "summary.json").is_file()


def test_overrides_that_the_command_line_page_shows_are_taken():
    text = (DOCS / "command_line.md").read_text(encoding="utf-8")
    (base,) = _blocks("scenario.md", "yaml")
    overrides = re.findall(r"--set '?([a-z][\w.]*=(?:\{.*?\}|[\w.]+))", text)
    assert len(overrides) >= 3
    for override in overrides:
        assert parse_scenario(base, [override]) != parse_scenario(base)


def test_the_scenario_of_the_page_on_disparity_is_taken():
    (base,) = _blocks("scenario.md", "yaml")
    (text,) = _blocks("disparity.md", "text")
    scenario = parse_scenario(f"{base}{text}")
    assert scenario.objective.lead == "theil_t" and scenario.objective.at_most["hoover"] == 0.1125
    assert scenario.measures["atkinson"].epsilon == 2
    overrides = re.findall(
        r"--set '?([a-z][\w.]*=(?:\{.*?\}|[\w.]+))", (DOCS / "disparity.md").read_text(encoding="utf-8")
    )
    assert len(overrides) >= 4
    for override in overrides:
        assert parse_scenario(base, [override]) != parse_scenario(base)


def test_the_python_of_the_page_on_disparity_runs():
    (code,) = _blocks("disparity.md", "python")
    exec(compile(code, "disparity.md", "exec"), {})  # noqa: S102, the code of our own page


def test_the_page_on_space_is_taken_and_runs():
    (base,) = _blocks("scenario.md", "yaml")
    text = (DOCS / "space.md").read_text(encoding="utf-8")
    overrides = re.findall(r"--set '?([a-z][\w.]*=(?:\{.*?\}|[\w.-]+))", text)
    assert len(overrides) >= 3
    for override in overrides:
        assert parse_scenario(base, [override]) != parse_scenario(base)
    market, demand = _blocks("space.md", "yaml")
    scenario = parse_scenario(base.replace("instruments:\n", market) + demand)
    assert scenario.economy.demand.tables == "io" and "market_integration" in scenario.instruments
    (code,) = _blocks("space.md", "python")
    exec(compile(code, "space.md", "exec"), {})  # noqa: S102, the code of our own page


def test_the_python_of_the_page_on_games_runs(capsys):
    names: dict = {}
    for code in _blocks("games.md", "python"):
        exec(compile(code, "games.md", "exec"), names)  # noqa: S102, the code of our own page
    printed = capsys.readouterr().out
    assert "AHLMT costs 83.00 million SEK, its parts AHL and MT 82.63" in printed
    assert "{'a': 50.0, 'b': 75.0, 'c': 75.0}" in printed and "'upstream': 0.5" in printed


def test_every_rule_of_games_is_on_its_page():
    text = (DOCS / "games.md").read_text(encoding="utf-8")
    functions = [name for name in sc.games.__all__ if name.islower()]
    assert len(functions) > 20 and [n for n in functions if f"::: spatialcoord.games.{n}\n" not in text] == []


def test_every_measure_is_on_the_page_on_disparity():
    text = (DOCS / "disparity.md").read_text(encoding="utf-8")
    table, exactness = text.split("## In a scenario")[0], text.split("## How exact")[1]
    for name in sc.registry.measures.names():
        assert f"`{name}`" in table and f"`{name}`" in exactness, name


def test_the_generated_page_tells_formula_range_and_choices_of_a_measure(monkeypatch):
    pytest.importorskip("mkdocs")
    monkeypatch.syspath_prepend(DOCS)
    import pages

    page = pages._parts_page(*pages.KINDS["measures"])
    parts = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    assert parts.keys() == set(sc.registry.measures.names())
    assert r"\pi_i \pi_j |y_i-y_j|" in parts["gini"] and "Value: 0 when equal" in parts["gini"]
    assert "It can stand" in parts["gini"] and "cannot stand" in parts["variance"]
    assert "`epsilon`" in parts["atkinson"] and "regions.levels" in parts["theil_within"]
    assert ":math:" not in page
