"""A folder of results is written whole or not at all."""

import errno
import json
import os

import pytest

from spatialcoord.errors import InputError
from spatialcoord.results import Plan, exports, files
from tests.results.sample import sample_plan


def _contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_save_writes_the_data_files_and_nothing_else(tmp_path):
    written = sample_plan().save(tmp_path / "deep" / "out")
    assert [p.name for p in written] == [
        "allocation.csv",
        "allocation.xlsx",
        "plan.gpkg",
        "plan.nc",
        "summary.json",
    ]
    assert {p.name for p in (tmp_path / "deep").iterdir()} == {"out"}
    assert all(p.is_file() for p in written)


def test_without_borders_there_is_no_geopackage(tmp_path):
    names = [p.name for p in sample_plan(geometry=False).save(tmp_path / "out")]
    assert names == ["allocation.csv", "allocation.xlsx", "plan.nc", "summary.json"]


def test_a_failure_leaves_earlier_results_as_they_were(tmp_path, monkeypatch):
    out = tmp_path / "out"
    sample_plan().save(out)
    before = _contents(tmp_path)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(exports, "write_gpkg", full)
    with pytest.raises(InputError, match="No space left"):
        sample_plan(6).save(out)
    assert _contents(tmp_path) == before
    with pytest.raises(InputError, match="No space left"):
        sample_plan().save(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_an_interruption_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(exports, "write_csv", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sample_plan().save(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_earlier_results_are_replaced_and_other_files_kept(tmp_path):
    out = tmp_path / "out"
    sample_plan().save(out)
    (out / "notes.txt").write_text("mine")
    sample_plan(6, geometry=False).save(out)
    assert {p.name for p in out.iterdir()} == {
        "allocation.csv",
        "allocation.xlsx",
        "plan.nc",
        "summary.json",
        "notes.txt",
    }
    assert Plan.load(out).dataset.sizes["region"] == 6
    assert (out / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", files.OUTPUTS)
def test_a_file_of_somebody_else_is_not_replaced(tmp_path, name):
    (tmp_path / name).write_text("{}")
    with pytest.raises(InputError, match="did not write"):
        sample_plan().save(tmp_path)
    assert _contents(tmp_path) == {name: b"{}"}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        sample_plan().save(tmp_path / "out")
    with pytest.raises(InputError, match="cannot be written"):
        sample_plan().save(tmp_path / "out" / "deeper")


def test_loading_tells_what_is_wrong(tmp_path):
    with pytest.raises(InputError, match="is not there"):
        Plan.load(tmp_path)
    out = tmp_path / "out"
    sample_plan().save(out)
    whole = (out / "plan.nc").read_bytes()
    for damaged in (whole[: len(whole) // 2], b"no plan", b""):
        (out / "plan.nc").write_bytes(damaged)
        with pytest.raises(InputError, match="cannot be read as a plan"):
            Plan.load(out)


def test_a_summary_of_another_plan_is_noticed(tmp_path):
    out = tmp_path / "out"
    sample_plan().save(out)
    summary = json.loads((out / "summary.json").read_text())
    for text in (json.dumps(summary | {"fingerprint": "0" * 64}), "[]", "{"):
        (out / "summary.json").write_text(text)
        with pytest.raises(InputError, match="belongs to another plan"):
            Plan.load(out)
    (out / "summary.json").unlink()
    assert Plan.load(out).summary == summary
