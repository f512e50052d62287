"""What a planner writes of actors, and an actor from elsewhere."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.cli import app
from spatialcoord.errors import InputError
from spatialcoord.explore.uncertain import ranges
from spatialcoord.report import render
from spatialcoord.results import Words, print_summary
from spatialcoord.results.actor_tab import actor_tab
from spatialcoord.scenario import json_schema, parse_scenario
from tests.actors.three import three

DOCS = Path(__file__).parents[2] / "docs" / "actors.md"


@pytest.mark.parametrize(
    ("override", "where", "says"),
    [
        ("actors={residnts: {}}", "residnts", "Did you mean 'residents'?"),
        ("actors.firms.tax_rat=0.2", "actors.firms.tax_rat", "Did you mean 'tax_rate'?"),
        ("actors.firms.tax_rate=25", "actors.firms.tax_rate", "above the largest allowed value 1"),
        ("actors.central_government.cost_of_public_funds=0.9", "cost_of_public_funds", "below the least"),
        ("actors.ngo.poorest=0", "actors.ngo.poorest", "below the least"),
        ("actors.voice.base={nobody: 1}", "actors.voice.base", "there is no actor 'nobody'"),
        ("actors.voice.base={ngo: -1}", "actors.voice.base", "below the least"),
        ("actors.voice.others_least=1.5", "actors.voice.others_least", "above the largest"),
        ("red_lines={local_goverment: 0}", "red_lines", "Did you mean 'local_government'?"),
        ("red_lines={residents: -0.1}", "red_lines", "below the least"),
    ],
)
def test_mistakes_are_told_with_their_place(override, where, says):
    with pytest.raises(InputError) as error:
        three(override)
    assert where in str(error.value) and says in str(error.value)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(InputError) as error:
        three("actors={firms: {tax_rate: 2}, ngo: {smallest: -1}}", "red_lines={nobody: 0}")
    assert len(error.value.problems) == 3


def test_all_five_stand_with_their_defaults_whatever_is_named():
    for case in (three(), three("actors={ngo: {smallest: 0}}"), three("actors.voice.weakness=2")):
        actors = case.scenario.actors
        assert set(actors) == {
            "central_government", "firms", "local_government", "ngo", "residents", "voice",
        }  # fmt: skip
        assert actors["central_government"].cost_of_public_funds == 1.3
        assert actors["local_government"].growth_against_peers == 0
        again = parse_scenario(case.scenario.to_yaml())
        assert again == case.scenario


def test_their_numbers_are_no_uncertainty_of_the_plan():
    paths = [found.path for found in ranges(three().scenario)]
    assert paths and not [path for path in paths if path.startswith("actors.")]


@pytest.fixture
def pensioners():
    """The actor of docs/actors.md, as another package would bring it."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    exec(code, {"__name__": "elsewhere"})  # noqa: S102
    yield registry.actors.get("pensioners")
    del registry.actors._parts["pensioners"]


def test_an_actor_from_elsewhere_is_in_section_schema_list_plan_console_report_and_workbook(pensioners):
    assert "pensioners" in json_schema()["properties"]["actors"]["properties"]
    listed = CliRunner().invoke(app, ["list", "actors"]).output
    assert "pensioners" in listed and "Pensioners" in listed
    case = three("actors.pensioners.share=0.5", "actors.voice.base={pensioners: 3}")
    plan = sc.solve(sc.build(case))
    own = plan.dataset["party_actor"].values == "pensioners"
    money = plan.dataset["amount"].sel(instrument="general_transfer").values
    weight = case.setting.weight @ case.setting.year_in_period
    payoff = plan.dataset["payoff"].sel(version="plan").values[own]
    assert payoff == pytest.approx(0.5 * money @ weight)
    assert payoff.sum() > 0 and np.isclose(plan.dataset["voice"].sum(), 1)
    for lang, title in (("en", "Pensioners"), ("zh", "退休者")):
        out = io.StringIO()
        print_summary(Console(file=out, width=160), plan, lang)
        assert title in out.getvalue() and title in render(plan, lang)
        rows = actor_tab(plan, Words(plan, lang)).rows
        assert sum(row[0] == title for row in rows) == 3


def test_two_actors_of_one_name_are_refused(pensioners):
    with pytest.raises(InputError, match="registered twice"):
        registry.actors.register("pensioners")(pensioners)
