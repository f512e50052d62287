"""``spatialcoord formula``: steps on the console, tables and a map in a folder, every mistake in one message."""

import json

import pandas as pd
import pytest

import spatialcoord as sc


def test_steps_are_printed_and_written(command, tmp_path):
    done = command("formula", "equal_per_gap", "--case", "china", "--set", "pool=1000", "--out", "out")
    assert done.returncode == 0 and done.stderr == ""
    assert "Equal per gap for China" in done.stdout and "max(0, mean - per_head) x population" in done.stdout
    folder = tmp_path / "out"
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "amounts.csv", "formula.nc", "map.png", "parameters.csv", "steps.csv", "summary.json", "totals.csv",
    }  # fmt: skip
    steps = pd.read_csv(folder / "steps.csv", encoding="utf-8-sig").set_index(["region", "key"])["value"]
    figures = sc.load_case("china").graph
    gansu = steps["CN-GS"].astype(float)
    assert gansu["population"] == float(figures["population"].sel(region="CN-GS"))
    mean = float(figures["output"].sum() / figures["population"].sum()) * 1e6
    assert gansu["gap"] == pytest.approx((mean - gansu["per_head"]) * gansu["population"] / 1e6)
    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert sum(told["amount"].values()) == pytest.approx(1000.0)
    assert told["amount"]["CN-GS"] == pytest.approx(gansu["amount"])


def test_one_region_by_its_chinese_name(command):
    done = command("formula", "equal_per_gap", "--region", "甘肃", "--lang", "zh")
    assert done.returncode == 0 and "逐步计算：甘肃" in done.stdout and "各地区结果" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["equal_per_gpa"], "Did you mean 'equal_per_gap'"),
        (["equal_per_gap", "--region", "Gansoo"], "no region 'Gansoo'"),
        (["equal_per_gap", "--set", "pol=3"], "Did you mean 'pool'"),
        (["equal_per_gap", "--set", "of=population"], "is in persons"),
        (["equal_per_gap", "--case", "nowhere"], "nowhere"),
        (["equal_per_gap", "--out", "taken"], "taken"),
    ],
)
def test_mistakes_end_in_one_message_and_nothing_is_written(command, tmp_path, arguments, message):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "summary.json").write_text("{}")
    done = command("formula", *arguments)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["summary.json"]


def test_a_plan_is_compared_with_its_formulas(command, tmp_path):
    done = command("run", "china", "--set", "formulas={equal_per_gap: {}}", "--out", "plan", "--no-map")
    assert done.returncode == 0 and "Beside what the law would give" in done.stdout
    done = command("compare", "plan", "--out", "page.html")
    assert done.returncode == 0 and "plan: beside what the law would give" in done.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    heads = page[page.index("<th") : page.index("</thead>")]
    assert "same money per head" in heads and "Equal per gap" in heads and ">plan<" in heads
    assert page.count("<figure>") == 3  # equal per head, formula and plan side by side


def test_the_report_repeats_the_numbers_of_the_law_with_source_and_check(command, tmp_path):
    done = command("run", "japan", "--out", "plan", "--no-map")
    assert done.returncode == 0
    page = (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")
    (entry,) = json.loads((tmp_path / "plan" / "summary.json").read_text(encoding="utf-8"))["formulas"]
    assert len(entry["law_numbers"]) == entry["numbers"] > 0
    for number in entry["law_numbers"]:
        assert number["key"] in page and number["source"] in page
    assert page.count(">yes<") + page.count(">no<") >= entry["numbers"]
