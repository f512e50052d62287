"""``spatialcoord compare``: the console, the page, and every mistake in one message."""

import re

import pytest

from spatialcoord.cli.compare import names_of
from tests.results.test_comparison import SCENARIO, _plan, _shifted


@pytest.fixture
def two(tmp_path):
    """Folders "old" and "new" in the test's own folder."""
    _plan().save(tmp_path / "old")
    _plan(_shifted, SCENARIO.replace("1000", "1200"), fingerprint="7b").save(tmp_path / "new")
    return tmp_path


def test_differences_are_printed_and_a_page_is_written(two, command):
    done = command("compare", "old", "new", "--out", "sub/page.html")
    assert done.returncode == 0 and done.stderr == ""
    assert re.search(r"programme\.budget\.amount\S* +1000\.0 +1200\.0", done.stdout)
    assert "new against old" in done.stdout and "Better off" in done.stdout
    html = (two / "sub" / "page.html").read_text(encoding="utf-8")
    assert html.lstrip().startswith("<!DOCTYPE html>") and "new against old" in html
    assert [p.name for p in (two / "sub").iterdir()] == ["page.html"]
    # a page of ours is replaced
    assert command("compare", "old", "new", "--lang", "zh", "--out", "sub/page.html").returncode == 0
    assert "方案比较" in (two / "sub" / "page.html").read_text(encoding="utf-8")


def test_without_out_nothing_is_written(two, command):
    before = sorted(p for p in two.rglob("*"))
    done = command("compare", "new", "old", "--lang", "zh")
    assert done.returncode == 0 and "old与new相比" in done.stdout and "--out" in done.stdout
    assert sorted(p for p in two.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["old"], "two folders or more"),
        (["old", "nowhere"], "nowhere"),
        (["old", "broken"], "cannot be read as a plan"),
        (["old", "new", "--out", "page.txt"], "is no page"),
        (["old", "new", "--out", "mine.html"], "did not write"),
        (["old", "new", "--lang", "xx"], "no language"),
    ],
)
def test_mistakes_end_in_one_message(two, command, arguments, message):
    (two / "broken").mkdir()
    (two / "broken" / "plan.nc").write_bytes(b"no plan")
    (two / "mine.html").write_text("<p>mine</p>")
    done = command("compare", *arguments)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
    assert "1 problem" in done.stderr and len(done.stderr.splitlines()) <= 10
    assert (two / "mine.html").read_text() == "<p>mine</p>" and not (two / "page.txt").exists()


def test_all_broken_folders_are_told_at_once(two, command):
    done = command("compare", "x", "old", "y")
    assert done.returncode == 2 and "2 problems" in done.stderr
    assert "x/plan.nc" in done.stderr and "y/plan.nc" in done.stderr


def test_folders_are_named_by_what_tells_them_apart(tmp_path):
    assert names_of([tmp_path / "a", tmp_path / "b"]) == ["a", "b"]
    assert names_of([tmp_path / "1" / "out", tmp_path / "2" / "out"]) == ["1/out", "2/out"]
    assert names_of([tmp_path / "a", tmp_path / "a"]) == ["a", "a (2)"]
