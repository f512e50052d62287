"""``spatialcoord pareto`` as a user runs it."""

import json

import pytest

FLOOR = ("--set", "objective.kind=minimise_index", "--set", "objective.output_floor=0.95")


def test_a_front_is_traced_printed_and_written(command, tmp_path):
    assert command("new", "mine").returncode == 0
    done = command("pareto", "mine", "--objectives", "gini,mean", "--points", "5", "--lang", "zh", *FLOOR)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "results" / "mine-pareto"
    names = ["pareto.csv", "pareto.nc", "pareto.png", "regions.csv", "summary.json"]
    assert sorted(path.name for path in folder.iterdir()) == names
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["points"] == 5 and summary["ends_proved"]
    assert all(sentence[:8] in done.stdout for sentence in summary["sentences"])
    assert (folder / "pareto.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (["china", "--objectives", "gini,outptu"], ["no objective 'outptu'", "output"]),
        (["china", "--objectives", "gini", "--points", "1"], ["2 problems", "not 1"]),
        (["china", "--objectives", "gini,mean", "--out", "taken"], ["taken", "pareto.nc"]),
        (["china", "--lang", "xx"], ["no language"]),
        (["nowhere"], ["nowhere"]),
    ],
)
def test_mistakes_end_in_one_message_and_nothing_is_written(command, tmp_path, arguments, messages):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "pareto.nc").write_bytes(b"mine")
    done = command("pareto", *arguments)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert all(message in done.stderr for message in messages), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    assert (tmp_path / "taken" / "pareto.nc").read_bytes() == b"mine"
