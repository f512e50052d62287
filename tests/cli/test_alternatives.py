"""``spatialcoord alternatives`` as a user runs it."""

import json

import pytest


def test_from_a_new_case_to_files_and_sentences(command, tmp_path):
    assert command("new", "mine").returncode == 0
    done = command(
        "alternatives",
        "mine",
        "--count",
        "1",
        "--reference",
        "equal_per_head",
        "--tolerance",
        "0.0002",
        "--set",
        "programme.years={first: 2025, last: 2026}",
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "results" / "mine-alternatives"
    written = {p.name for p in folder.iterdir()}
    assert written == {
        "alternatives.nc", "ranges.csv", "alternatives.csv", "ranges.png", "range_map.png", "summary.json",
    }  # fmt: skip
    assert all(name in done.stdout for name in written)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["tolerance"]["relative"] == 0.0002 and len(summary["alternatives"]) == 1
    shown = " ".join(done.stdout.split())
    assert "at most 0.02%" in shown and "Alternative 1" in shown and "the same money per head" in shown
    # the results of another kind are not written over, and nothing of them is lost
    before = (folder / "summary.json").read_bytes()
    refused = command("run", "mine", "--out", str(folder), "--no-map")
    assert refused.returncode == 2 and (folder / "summary.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (["--tolerance", "0", "--count", "-1"], ["2 problems", "--tolerance", "--count"]),
        (["--reference", "nowhere"], ["there is no 'nowhere'", "year_zero"]),
        (["--out", "taken"], ["taken", "Name another folder"]),
        (["--lang", "xx"], ["no language"]),
    ],
)
def test_mistakes_end_in_one_message_and_write_nothing(command, tmp_path, arguments, messages):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "summary.json").write_text("{}", encoding="utf-8")
    done = command("alternatives", "china", *arguments)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert all(text in done.stderr for text in messages), done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]
    assert (tmp_path / "taken" / "summary.json").read_text(encoding="utf-8") == "{}"
