"""``spatialcoord new`` and ``schema``: what they write runs, or says what to fill in; nothing is replaced."""

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from typer.testing import CliRunner

import spatialcoord as sc
from spatialcoord.cli import app
from spatialcoord.regions import case_folder
from spatialcoord.scenario import diff, json_schema, load_scenario, parse_scenario
from spatialcoord.scenario.document import parse_yaml
from tests.mistakes.breaking import SCENARIO, write_case


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*arguments: str, fails: bool = False):
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == (2 if fails else 0), f"{result.output}\n{result.exception!r}"
    return result


# --- a made-up country -------------------------------------------------------------------------------------------------
def test_a_new_case_runs_as_it_is():
    out = command("new", "mine").stdout
    assert {p.name for p in Path("mine").iterdir()} == {"scenario.yaml", "regions.geojson", "figures.csv"}
    assert "spatialcoord run mine" in out
    checked = command("check", "mine")
    assert checked.stderr == "" and "Regions: 8, with shapes." in checked.stdout
    plan = sc.solve(sc.build(sc.load_case("mine")))
    assert plan.summary["status"] == "optimal"
    index = plan.summary["disparity"]["gini"]
    assert index["after"] < index["before"]


def test_its_scenario_is_short_explains_every_key_and_holds_the_defaults():
    command("new", "mine")
    text = Path("mine/scenario.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) <= 81
    keys = [
        line for line in lines if re.match(r"^ +(# )?\w+: ", line) and not line.rstrip().endswith("columns:")
    ]
    bare = [line for line in keys if "#" not in line.split(":", 1)[1]]
    assert not bare, "every key of a section has a comment"
    scenario = load_scenario("mine")
    short = text.split("regions:")[0] + "regions:" + text.split("regions:")[1].split("programme:")[0]
    rest = "programme: {years: {first: 2025, last: 2029}, budget: {share_of_output: 0.005}}\n"
    plain = parse_scenario(
        short + rest + "instruments: {general_transfer: {}, infrastructure: {}, human_capital: {}}\n"
    )
    assert diff(scenario, plain) == []
    # every key of the sections that all cases share stands there
    for section in ("programme", "objective", "economy", "solver"):
        for key in json_schema()["$defs"][section.capitalize()]["properties"]:
            assert re.search(rf"^ +(# )?{key}:", text, re.MULTILINE), key
    for section in ("measures", "simulation", "formulas", "actors", "red_lines", "instruments"):
        assert re.search(rf"^{section}:.* # ", text, re.MULTILINE), section


@pytest.mark.parametrize("content", [None, "mine"])
def test_nothing_is_replaced(here, content):
    if content is None:
        Path("mine").mkdir()
    else:
        Path("mine").write_text(content)
    assert "exists already" in command("new", "mine", fails=True).stderr
    assert [p.name for p in here.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", "china"), ("bundled case", "Choose another name")),
        (("new", "my case"), ("cannot be the name of a case",)),
        (("new", "mine", "--id", "code"), ("--id", "--from FILE")),
        (("new", "mine", "--from", "no.gpkg"), ("--from: no.gpkg: there is no such file",)),
        (("new", "mine", "--from", "notes.doc"), ("files of type '.doc' cannot be read",)),
        (("new", "mine", "--lang", "fr"), ("there is no language 'fr'",)),
    ],
)
def test_mistakes_write_nothing(here, arguments, words):
    Path("notes.doc").write_text("x")
    result = command(*arguments, fails=True)
    assert all(word in result.stderr for word in words), result.stderr
    assert [p.name for p in here.iterdir()] == ["notes.doc"]


# --- a file of one's own -----------------------------------------------------------------------------------------------
def own_map(name: str = "counties.gpkg", **more: object) -> None:
    frame = sc.RegionGraph.synthetic(6, 3).frame.reset_index(drop=True)
    columns = {
        "GEOID": [f"0{n}" for n in range(6)],
        "NAME_1": [f"County {n}" for n in range(6)],
        "pop_2010": 1,
        "pop_2020_thousand": frame["population"] / 1000,
        "gdp_million_usd": frame["output"],
        "shape_len": 3.5,
        **more,
    }
    frame[["geometry"]].assign(**columns).to_file(name)


def test_a_map_of_ones_own(here):
    own_map()
    out = command("new", "mine", "--from", "counties.gpkg").stdout
    for part in (
        "region ids are in column 'GEOID'",
        "column 'NAME_1' is name",
        "column 'pop_2020_thousand' is population [thousand persons]",
        "column 'gdp_million_usd' is output [million USD]",
        "not used: pop_2010, shape_len",
        "coordinates are in EPSG:4326",
        "figures.csv, column tax_revenue: ",
        "figures.csv, column capital_infrastructure: ",
        "currency, price_year",
    ):
        assert part in out, part
    # nothing is invented: what is not known is empty, and asked for with its place
    empty = pd.read_csv("mine/figures.csv", dtype=str)
    assert list(empty["GEOID"]) == [f"0{n}" for n in range(6)]
    assert empty[["tax_revenue", "budget_expenditure", "capital_infrastructure"]].isna().all(axis=None)
    told = command("check", "mine", fails=True).stderr
    for part in ("currency", "price_year", "programme.years.first", "programme.years.last"):
        assert re.search(rf"mine/scenario.yaml:\d+, {part}: an empty value", told), part
    assert "mine/figures.csv, column 'tax_revenue': no figure for 00 (line 2), 01 (line 3)" in told


def test_once_filled_in_it_runs(here):
    own_map()
    command("new", "mine", "--from", "counties.gpkg", "--id", "GEOID")
    path = Path("mine/scenario.yaml")
    text = path.read_text(encoding="utf-8")
    for key, value in (("currency", "USD"), ("price_year", 2020), ("first", 2021), ("last", 2023)):
        text, count = re.subn(rf"^( *{key}:)(?=\s)", rf"\1 {value}", text, count=1, flags=re.MULTILINE)
        assert count == 1, key
    path.write_text(text, encoding="utf-8")
    table = pd.read_csv("mine/figures.csv", dtype=str)
    figures = sc.RegionGraph.synthetic(6, 3).frame
    for name in ("tax_revenue", "budget_expenditure", "capital_infrastructure"):
        table[name] = figures[name].to_numpy()
    table.to_csv("mine/figures.csv", index=False)
    assert "ready" in command("check", "mine").stdout
    case = sc.load_case("mine")
    assert case.graph["population"].values == pytest.approx(figures["population"].to_numpy())
    assert sc.solve(sc.build(case)).summary["status"] == "optimal"


@pytest.mark.filterwarnings("ignore")
def test_a_shapefile_comes_with_all_its_parts_and_is_asked_for_its_system(here):
    own_map("counties.shp")
    for suffix in (".prj", ".cpg"):
        Path(f"counties{suffix}").unlink()
    Path("counties_old.dbf").write_text("another")
    out = command("new", "mine", "--from", "counties.shp").stdout
    assert "regions.crs: the coordinate reference system" in out
    names = {p.name for p in Path("mine").iterdir()}
    assert names == {"counties.shp", "counties.shx", "counties.dbf", "figures.csv", "scenario.yaml"}
    assert re.search(r"^  crs: ", Path("mine/scenario.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    told = command("check", "mine", fails=True).stderr
    assert "no coordinate reference system" in told and "regions.geometry" in told


def test_a_table_of_ones_own_without_shapes(here):
    Path("regionen.csv").write_text(
        "Code;名称;人口;GDP_bn_eur\nA;甲;1000000;30,5\nB;乙;2000000;50\n", encoding="utf-8"
    )
    command("new", "mine", "--from", "regionen.csv", "--lang", "zh")
    spec = parse_yaml(Path("mine/scenario.yaml").read_text(encoding="utf-8"), "x")[0]["regions"]
    assert spec["id"] == "Code" and "geometry" not in spec
    assert spec["tables"][0]["columns"] == {
        "name_zh": "名称",
        "population": "人口",
        "output": {"column": "GDP_bn_eur", "unit": "bn EUR"},
    }


def test_ids_must_be_there_and_differ(here):
    own_map(GEOID="same", NAME_1="same too")
    told = command("new", "mine", "--from", "counties.gpkg", fails=True).stderr
    assert "no column of counties.gpkg is known to hold region ids" in told and "--id COLUMN" in told
    told = command("new", "mine", "--from", "counties.gpkg", "--id", "GEOID", fails=True).stderr
    assert "cannot be the ids" in told and "same" in told
    told = command("new", "mine", "--from", "counties.gpkg", "--id", "geoid", fails=True).stderr
    assert "no column 'geoid'" in told and "GEOID" in told
    assert [p.name for p in here.iterdir()] == ["counties.gpkg"]


# --- another country in a page -----------------------------------------------------------------------------------------
def test_a_case_of_another_country_takes_less_than_thirty_lines(here):
    write_case(here / "mine")
    assert len(SCENARIO.splitlines()) < 30
    assert sc.solve(sc.build(sc.load_case("mine"))).summary["status"] == "optimal"


# --- schema ------------------------------------------------------------------------------------------------------------
def test_schema_accepts_what_the_package_accepts(here):
    schema = json.loads(command("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    command("schema", "--out", "sub/schema.json")
    assert json.loads(Path("sub/schema.json").read_text(encoding="utf-8")) == schema
    assert [p.name for p in Path("sub").iterdir()] == ["schema.json"]
    command("new", "mine")
    shutil.copytree(case_folder("china"), here / "china")
    write_case(here / "short")
    for case in ("mine", "china", "short"):
        values = parse_yaml((here / case / "scenario.yaml").read_text(encoding="utf-8"), case)[0]
        jsonschema.validate(json.loads(json.dumps(values)), schema)
        for amount in (900, [900, 800, 700, 600, 500]):
            values["programme"]["budget"] = {"amount": amount}
            jsonschema.validate(json.loads(json.dumps(values)), schema)
        values["programe"] = values.pop("programme")
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(json.dumps(values)), schema)


def test_schema_that_cannot_be_written(here):
    Path("file").write_text("x")
    assert "cannot be written" in command("schema", "--out", "file/schema.json", fails=True).stderr
    assert [p.name for p in here.iterdir()] == ["file"]
