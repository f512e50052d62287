"""Demands as they are read, and what parties would ask for where nobody did."""

import re
from pathlib import Path

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.coordination.demands import Demand, own_demands, read_demands
from spatialcoord.coordination.room import kinds
from spatialcoord.errors import InputError

HEAD = "actor,region,instrument,amount,weight,note\n"


@pytest.fixture(scope="module")
def setting():
    return sc.load_case("guangdong").setting


@pytest.fixture(scope="module")
def us():
    return sc.load_case("us").setting


def _problems(path, setting, **how):
    with pytest.raises(InputError) as found:
        read_demands(path, setting, **how)
    return [str(problem) for problem in found.value.problems]


def _written(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_table_and_list_give_the_same_demands(tmp_path, setting):
    table = _written(
        tmp_path,
        "demands.csv",
        HEAD
        + "firms,440200,infrastructure,250.5,2,道路\nngo,,transfer,1000,,\nresidents,441400,investment,0,,\n",
    )
    listed = _written(
        tmp_path,
        "demands.yaml",
        "- {actor: firms, region: 440200, instrument: infrastructure, amount: 250.5, weight: 2, note: 道路}\n"
        "- {actor: ngo, instrument: transfer, amount: 1000}\n"
        "- {actor: residents, region: '441400', instrument: investment, amount: 0}\n",
    )
    expected = (
        Demand("firms", "440200", "infrastructure", 250.5, 2.0, "道路"),
        Demand("ngo", "", "transfer", 1000.0),
        Demand("residents", "441400", "investment", 0.0),
    )
    assert read_demands(table, setting) == expected == read_demands(listed, setting)
    assert [d.party for d in expected] == [("firms", "440200"), ("ngo", ""), ("residents", "441400")]


def test_every_fault_of_a_table_is_told_at_once_with_row_and_column(tmp_path, us):
    rows = [
        "frims,US-AL,infrastructure,1,,",
        "firms,Alabama,infrastructure,1,,",
        "firms,US-AX,infrastructure,1,,",
        "firms,,infrastructure,1,,",
        "firms,US-AL,infrastucture,1,,",
        "firms,US-AL,differential_tax,1,,",
        "firms,US-AL,subsidised_credit.fixed,1,,",
        "firms,US-AK,credit,-3,,",
        "firms,US-CA,credit,nan,,",
        "firms,US-CO,credit,inf,,",
        'firms,US-CT,credit,"1,000",,',
        "firms,US-DE,credit,1_000,,",
        "firms,US-FL,credit,5,0,",
        "firms,US-GA,credit,5,,",
        "firms,US-GA,credit,6,,",
    ]
    path = _written(tmp_path, "d.csv", HEAD + "\n".join(rows) + "\n")
    problems = _problems(path, us)
    expected = [
        (2, "actor", "no actor 'frims'", "Did you mean 'firms'?"),
        (3, "region", "'Alabama' is the name of a region", "'US-AL'"),
        (4, "region", "no region 'US-AX'", "Did you mean"),
        (5, "region", "no region is named", "Name the region whose demand it is"),
        (6, "instrument", "'infrastucture'", "Did you mean 'infrastructure'?"),
        (7, "instrument", "of 'differential_tax' no money can be promised", "beside the budget"),
        (8, "instrument", "one line of the instrument 'subsidised_credit'", "Write 'subsidised_credit'"),
        (9, "amount", "-3 is negative", ""),
        (10, "amount", "no amount is given", "million CUR/yr"),
        (11, "amount", "not a number: 'inf'", ""),
        (12, "amount", "not a number: '1,000'", "Thousands separators"),
        (13, "amount", "not a number: '1_000'", ""),
        (14, "weight", "the weight is 0", ""),
    ]
    assert len(problems) == len(expected) + 1
    for problem, (line, column, what, more) in zip(problems, expected, strict=False):
        assert f"d.csv, line {line}, column '{column}'" in problem and what in problem and more in problem
    assert "asks twice for 'credit' in 'US-GA'" in problems[-1]
    assert "line 16" in problems[-1] and "line 15" in problems[-1]


def test_every_fault_of_a_list_is_told_with_its_line(tmp_path, setting):
    path = _written(
        tmp_path,
        "d.yaml",
        "- actor: firms\n  region: '440200'\n  instrument: infrastructure\n  amount: .nan\n"
        "- actor: firms\n  region: '440300'\n  instrument: infrastructure\n  amuont: 3\n"
        "- nothing\n"
        "- {actor: firms, region: '440400', instrument: infrastructure, amount: yes, weight: true}\n",
    )
    problems = _problems(path, setting)
    told = "\n".join(problems)
    assert "d.yaml:8, amuont: 'amuont' is no key of a demand\n    Did you mean 'amount'?" in told
    assert "d.yaml:9: 'nothing' is no demand" in told
    assert "d.yaml:4, amount: not a number: 'nan'" in told
    assert "d.yaml:5, amount: no amount is given" in told
    assert "not a number: 'yes'" in told and "not a number: 'True'" in told
    assert len(problems) == 6


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "the file is empty"), ("actor: firms\n", "not a list of demands"), ("- {a: 1\n", "not YAML")],
)
def test_a_list_that_is_none(tmp_path, setting, text, told):
    assert told in _problems(_written(tmp_path, "d.yml", text), setting)[0]


def test_files_that_are_missing_or_not_utf_8(tmp_path, setting):
    _written(tmp_path, "demands.csv", HEAD)
    assert "Did you mean 'demands.csv'?" in _problems(tmp_path / "demand.csv", setting)[0]
    assert "one line a demand" in _problems(tmp_path / "demands.csv", setting)[0]
    path = _written(tmp_path, "gbk.csv", HEAD + "firms,440200,infrastructure,1,1,道路\n", "gbk")
    assert "gbk (likely, from a Chinese system)" in _problems(path, setting)[0]
    assert read_demands(path, setting, encoding="gbk")[0].note == "道路"


def test_units_in_the_head_are_understood_or_refused(tmp_path, setting):
    def text(head):
        return f"actor,region,instrument,{head}\nfirms,440200,infrastructure,2\n"

    for head, amount in (("amount (100 million CNY/yr)", 200.0), ("amount（亿元）", 200.0), ("amount", 2.0)):
        assert read_demands(_written(tmp_path, "d.csv", text(head)), setting)[0].amount == pytest.approx(
            amount
        )
    for head, why in (
        ("amount (million USD)", "exchange rates"),
        ("amount [CNY per head]", "A total is needed"),
    ):
        assert why in _problems(_written(tmp_path, "d.csv", text(head)), setting)[0]


def test_columns_that_lack_or_are_unknown(tmp_path, setting):
    problems = _problems(
        _written(tmp_path, "d.csv", "actor,regoin,instrument,amount\nfirms,440200,infrastructure,2\n"),
        setting,
    )
    assert "'regoin' is no column of demands" in problems[0] and "Did you mean 'region'?" in problems[0]
    assert "there is no column 'region'" in problems[1]


def test_stand_ins_are_sized_by_figures_of_the_case(setting, us):
    budget = us.budget.min()
    own = own_demands(us)
    assert own == own_demands(us) and {d.basis for d in own} == {
        "past_share",
        "output_share",
        "people_share",
        "income_gap",
    }
    sums = {a: sum(d.amount for d in own if d.actor == a) for a in {d.actor for d in own}}
    assert "central_government" not in sums
    assert [sums[a] for a in ("local_government", "firms", "residents")] == pytest.approx([budget] * 3)
    asked = {(d.actor, d.region): d for d in own}
    past = us.attribute("past_allocation")
    assert asked["local_government", "US-MS"].amount == pytest.approx(
        budget * past[us.regions.index("US-MS")] / past.sum()
    )
    assert asked["firms", "US-MS"].instrument == "infrastructure"
    assert {d.instrument for d in own if d.actor == "residents"} == {"transfer", "human_capital"}
    # civil society speaks for the poorest fifth of people only, and for no rich state
    speaks = [d.region for d in own if d.actor == "ngo"]
    assert "US-MS" in speaks and "US-MA" not in speaks
    people = dict(zip(us.regions, us.population, strict=True))
    assert 0.2 <= sum(people[r] for r in speaks) / us.population.sum() < 0.3
    # without a past allocation a local government asks for what is missing to the mean
    income = setting.base_output / setting.population
    poor = [d for d in own_demands(setting) if d.actor == "local_government"]
    assert {d.basis for d in poor} == {"income_gap"}
    assert {d.region for d in poor} == {
        r
        for r, y in zip(setting.regions, income, strict=True)
        if y < np.average(income, weights=setting.population)
    }


def test_whole_projects_cannot_be_promised(tmp_path):
    setting = sc.load_case("appalachia").setting
    path = _written(tmp_path, "d.csv", "actor,region,instrument,amount\nngo,,transport_project,5\n")
    assert "whole projects" in _problems(path, setting)[0]
    assert set(kinds(setting)["investment"]) == {"infrastructure", "human_capital"}


def test_stand_ins_ask_for_money_that_a_region_may_have():
    setting = sc.load_case("eu").setting
    own = own_demands(setting)
    assert {d.instrument for d in own if d.actor == "local_government"} == {"investment"}
    assert {d.instrument for d in own if d.actor == "firms"} <= {"erdf", "cohesion_fund", "investment"}
    assert len({(d.actor, d.region, d.instrument) for d in own}) == len(own)


def test_the_page_works_as_it_stands(tmp_path, monkeypatch, capsys):
    page = (Path(__file__).parents[2] / "docs" / "demands.md").read_text(encoding="utf-8")
    (table,), (code,) = (
        re.findall(rf"^```{kind}\n(.*?)^```", page, re.MULTILINE | re.DOTALL) for kind in ("csv", "python")
    )
    _written(tmp_path, "demands.csv", table)
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(compile(code, "demands.md", "exec"), names)  # noqa: S102, the code of our own page
    assert len(names["demands"]) == 5 and names["demands"][0].amount == pytest.approx(600)
    found, met = names["found"], names["met"]
    assert (met.demand * found.asked >= found.accepted * (1 - 1e-6)).all() and met.total > 0
    silent = names["governments"]
    assert silent.accepted[:2].sum() >= found.accepted[:2].sum() and silent.accepted[2:].sum() == 0
    assert "Road to the county seat" in capsys.readouterr().out
    setting = names["case"].setting
    asked = sum(d.amount for d in own_demands(setting)) / setting.budget.min()
    assert f"{asked:.0f} times" in page
