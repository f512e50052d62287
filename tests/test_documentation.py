"""What the documentation shows works as it stands."""

import re
from pathlib import Path

import pytest

import spatialcoord as sc
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


def test_overrides_that_the_command_line_page_shows_are_taken():
    text = (DOCS / "command_line.md").read_text(encoding="utf-8")
    (base,) = _blocks("scenario.md", "yaml")
    overrides = re.findall(r"--set '?([a-z][\w.]*=(?:\{.*?\}|[\w.]+))", text)
    assert len(overrides) >= 3
    for override in overrides:
        assert parse_scenario(base, [override]) != parse_scenario(base)
