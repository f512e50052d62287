"""A user's mistake: exit code 2, one message with the remedy, no traceback, nothing written."""

from pathlib import Path

import pytest

CHINA_COPY = "mine"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the bundled case as a user's own folder."""
    import shutil

    from spatialcoord.regions import case_folder

    return Path(shutil.copytree(case_folder("china"), tmp_path / CHINA_COPY))


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _is_mistake(result, *parts: str) -> None:
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    assert not result.stdout
    missing = [part for part in parts if part not in result.stderr]
    assert not missing, result.stderr


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("run", "chinna"), ("there is no case 'chinna'", "Did you mean 'china'?")),
        (("run", "no/such/folder"), ("no/such/folder",)),
        (
            ("run", "china", "--set", "programme.florr=0.4"),
            ("--set programme.florr", "Did you mean 'floor'?"),
        ),
        (("run", "china", "--set", "programme.floor"), ("path=value",)),
        (("run", "china", "--set", "programme.floor=lots"), ("'lots' is not a number",)),
        (("run", "china", "--set", "x=1", "--set", "y=2"), ("2 problems", "--set x", "--set y")),
        (("run", "china", "--lang", "fr"), ("--lang: there is no language 'fr'", "en, zh")),
        (("run", "china", "--lnag", "zh"), ("--lang",)),
        (("run",), ("case",)),
        (("ruin", "china"), ("ruin",)),
        (("list", "instrument"), ("Did you mean 'instruments'?",)),
        (("list", "--lang", "xx"), ("there is no language 'xx'",)),
        (("map", "results/china"), ("results/china",)),
        (("map", ".", "--out", "map.docx"), ("'map.docx' is no picture", ".png")),
    ],
)
def test_mistake_in_the_command(command, tmp_path, arguments, parts):
    _is_mistake(command(*arguments), *parts)
    assert _files(tmp_path) == {}


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (
            "programme:",
            "programe:",
            ("scenario.yaml:", "unknown key 'programe'", "Did you mean 'programme'?"),
        ),
        (
            "price_year: ",
            "price_yaer: ",
            ("unknown key 'price_yaer'", "'price_year' is missing", "2 problems"),
        ),
        ("currency: CNY", "currency: [CNY", ("scenario.yaml:", "not YAML")),
        ("figures_2019_2020.csv", "figures.csv", ("figures.csv",)),
        ("population_2020_persons", "population_2020", ("population_2020",)),
    ],
)
def test_mistake_in_the_scenario(command, mine, tmp_path, old, new, parts):
    path = mine / "scenario.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = _files(tmp_path)
    _is_mistake(command("run", CHINA_COPY), *parts)
    assert _files(tmp_path) == before


def test_a_folder_with_somebody_elses_files_is_left_alone(command, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "map.png").write_text("mine")
    _is_mistake(command("run", "china", "--out", "out"), "map.png", "did not write")
    assert _files(tmp_path) == {"out/map.png": b"mine"}


def test_a_file_in_place_of_the_folder(command, tmp_path):
    (tmp_path / "out").write_text("mine")
    _is_mistake(command("run", "china", "--out", "out"), "out")
    assert _files(tmp_path) == {"out": b"mine"}


def test_rules_that_contradict_each_other_are_named(command, tmp_path):
    """A promise that the ceiling of the investment envelope allows only where nearly all money is invested, which it is not."""
    promised = "programme.protected=[{region: CN-GD, instrument: infrastructure, amount: 68000}]"
    transfers = "programme.envelopes={transfer: {min_share: 0.3}}"
    result = command(
        "run", "china", "--set", promised, "--set", transfers, "--set", "programme.change_limit=null"
    )
    _is_mistake(
        result, "No plan can obey all rules", "cannot all hold", "promised lines", "CN-GD", "would do"
    )
    assert _files(tmp_path) == {}


def test_chinese_messages(command, tmp_path):
    _is_mistake(command("run", "chinna", "--lang", "zh"), "现有输入无法运行", "共 1 个问题")
