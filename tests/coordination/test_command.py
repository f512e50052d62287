"""``spatialcoord negotiate`` as a user runs it."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from spatialcoord.cli import main
from tests.cli.conftest import spatialcoord_process

FILES = [
    "agreement.csv", "gains.png", "institutions.csv", "negotiation.nc", "parties.csv", "payments.csv", "payments.png",
    "ranking.csv", "rules.csv", "solutions.csv", "summary.json", "works.png",
]  # fmt: skip
UNION = "institutions.union={kind: wide_area_union, affairs: [human], formed: false}"
ROADS = "institutions.roads={kind: council, affairs: [human, infrastructure], formed: false}"


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """``spatialcoord negotiate us --solution nucleolus``, once."""
    folder = tmp_path_factory.mktemp("states")
    return spatialcoord_process(
        folder, "negotiate", "us", "--solution", "nucleolus", "--out", "there"
    ), folder / "there"


@pytest.fixture
def mine(tmp_path, monkeypatch, capsys):
    """A case of one's own in the current folder, and the command in this process: exit code and what it said."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["spatialcoord", *arguments])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, " ".join(said.out.split()), " ".join(said.err.split())

    assert run("new", "mine")[0] == 0
    return run


def test_states_agree_and_files_say_what_is_printed(states):
    done, folder = states
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == FILES
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    printed = " ".join(done.stdout.split())
    assert all(" ".join(told["text"].split())[:40] in printed for told in summary["sentences"])
    table = pd.read_csv(folder / "agreement.csv")
    with xr.open_dataset(folder / "negotiation.nc") as data:
        assert all(v.attrs["units"] and v.attrs["long_name"] for v in data.data_vars.values())
        assert data.attrs["chosen_solution"] == "nucleolus" == summary["solution"]
        members = summary["institutions"]["appalachian_compact"]["member_ids"]
        income = data["income"].sel(unit=members).values
        np.testing.assert_allclose(table["Income beyond the plan [million USD/yr]"], income, rtol=1e-6)
        assert summary["total"] == pytest.approx(income.sum()) == pytest.approx(data["income"].sum().item())
        nucleolus = data["income_by_solution"].sel(solution="nucleolus", unit=members).values
        np.testing.assert_allclose(nucleolus, income)
        np.testing.assert_allclose(
            data["gain"].sel(party=[f"residents:{m}" for m in members]).sum(),
            summary["actors"]["residents"]["gain"],
        )
    paid = pd.read_csv(folder / "payments.csv")
    assert len(paid) == len(summary["payments"])
    heads = [h for name in FILES if name.endswith("csv") for h in pd.read_csv(folder / name).columns]
    amounts = (
        "Income",
        "Gain of",
        "Worth",
        "Payment",
        "Investment",
        "Most there",
        "Subsidy",
        "Voice",
        "Smallest",
    )
    assert all(head.endswith("]") for head in heads if head.startswith(amounts)), heads


def test_the_nucleolus_leaves_nobody_better_off_outside(states):
    summary = json.loads((states[1] / "summary.json").read_text(encoding="utf-8"))
    compact = summary["institutions"]["appalachian_compact"]
    assert compact["leaving"] == [] and compact["subsidy_stay"] == 0 and compact["staying_proved"]


def test_in_chinese_with_a_folder_of_its_own(mine, tmp_path):
    code, out, err = mine("negotiate", "mine", "--lang", "zh")
    assert code == 0, err
    folder = tmp_path / "results" / "mine-negotiation"
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["solution"] == "nash" and "纳什谈判解" in out and "按按" not in out
    assert all("一" <= max(told["text"]) for told in summary["sentences"])
    assert "方案之外的收入变化" in (folder / "agreement.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (["--solution", "nucleolos"], ["no solution concept 'nucleolos'", "nucleolus"]),
        (["--institution", "unon", "--set", UNION], ["no institution 'unon'", "union"]),
        (["--institution", "x"], ["It names none"]),
        (["--between", "citty"], ["no grouping 'citty'"]),
        (["--institution", "union", "--institution", "roads", "--set", UNION, "--set", ROADS], ["'union' and 'roads' both decide education"]),
        (["--set", "institutions.x={kind: counci, affairs: [human]}"], ["no kind of institution 'counci'", "council"]),
        (["--set", "institutions.x={kind: council, affairs: [human], level: citty, members: [a]}"], ["no grouping 'citty'"]),
        (["--set", "institutions.x={kind: council, affairs: [human], members: [ALD, BIX]}"], ["no region 'BIX'"]),
        (["--set", "institutions.x={kind: council, affairs: [human], delay: 9}"], ["begin 9 years after the programme"]),
        (["--set", "institutions.x={kind: council, affairs: [infrastructure], contribution: 0}"], ["no institution gains its members"]),
        (["--set", "negotiation.payment_cap=0"], ["by which somebody gains and nobody loses"]),
        (["--set", "actors.voice.base={firms: 0, residents: 0, local_government: 0}"], ["nobody sits at the table"]),
        (["--set", "negotiation.payment_cap=-1"], ["payment_cap"]),
        (["--out", "taken"], ["taken"]),
    ],
)  # fmt: skip
def test_mistakes_end_in_one_message_and_nothing_is_written(mine, tmp_path, arguments, messages):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "summary.json").write_text("mine", encoding="utf-8")
    code, _, err = mine("negotiate", "mine", *arguments)
    assert code == 2 and "Traceback" not in err and "Problem(" not in err
    assert all(message in err for message in messages), err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "taken"]
    assert (tmp_path / "taken" / "summary.json").read_text(encoding="utf-8") == "mine"
