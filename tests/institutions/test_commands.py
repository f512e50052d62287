"""Institutions from the command line, as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from spatialcoord.registry import institutions


def run(folder, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "spatialcoord", *arguments],
        check=False, capture_output=True, text=True, cwd=folder, timeout=300, encoding="utf-8",
    )  # fmt: skip


OVERLAP = (
    "institutions={delta: {kind: council, affairs: [environment, market], members: [CN-SH, CN-ZJ, CN-AH]}, "
    "xinan: {kind: interstate_compact, affairs: [environment], members: [CN-ZJ, CN-AH]}}"
)


@pytest.mark.parametrize(("lang", "title"), [("en", "Wide-area union"), ("zh", "广域联合")])
def test_the_list_tells_titles_sources_parameters_and_uses(tmp_path, lang, title):
    done = run(tmp_path, "list", "institutions", "--lang", lang)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    for word in (
        *institutions.names(),
        title,
        "Local Autonomy Act",
        "enforcement = 0.85 (0.1 to 0.99)",
        "Kansai",
    ):
        assert word in said
    assert not any(python in said for python in ("Undefined", " None", " True", " False"))


@pytest.mark.parametrize("command", ["check", "run"])
def test_overlapping_mandates_end_with_2_and_name_both_and_nothing_is_written(tmp_path, command):
    done = run(tmp_path, command, "china", "--set", OVERLAP)
    assert done.returncode == 2, done.stdout
    said = " ".join(done.stderr.split())
    assert "'delta' and 'xinan' both decide water and environment (environment) in CN-AH, CN-ZJ" in said
    assert "formed: false" in said and "common market" not in said and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_candidate_may_overlap_and_the_check_tells_what_is_formed(tmp_path):
    more = ("--set", "institutions.xinan.formed=false", "--set", "instruments.horizontal_compensation={}")
    for lang, words in (
        ("en", "Institutions formed: delta (Council; water and environment, common market; members 3)."),
        ("zh", "已成立的机构：delta（协议会；水与生态环境、统一市场；成员 3 个）。"),
    ):
        done = run(tmp_path, "check", "china", "--lang", lang, "--set", OVERLAP, *more)
        assert done.returncode == 0, done.stderr
        assert words in done.stdout and "xinan" not in done.stdout


def test_a_file_is_refused_with_the_line_of_each_mistake(tmp_path):
    made = run(tmp_path, "new", "mine")
    assert made.returncode == 0, made.stderr
    scenario = tmp_path / "mine" / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8")
    assert "institutions" not in text.split("instruments:")[0]
    added = "institutions:\n  delta:\n    kind: counsil\n    affairs: [market]\n  basin:\n    kind: council\n    affairs: [rivers]\n"
    scenario.write_text(f"{text}{added}", encoding="utf-8")
    done = run(tmp_path, "check", "mine")
    first = len(text.splitlines()) + 3
    assert done.returncode == 2
    assert f"scenario.yaml:{first}, institutions.delta.kind" in done.stderr and "'council'?" in done.stderr
    assert f"scenario.yaml:{first + 4}, institutions.basin.affairs" in done.stderr
    good = added.replace("counsil", "council").replace("[rivers]", "[human]")
    scenario.write_text(f"{text}{good}", encoding="utf-8")
    done = run(tmp_path, "check", "mine")
    assert done.returncode == 0, done.stderr
    assert f"scenario.yaml:{first + 4}, institutions.basin.affairs" in done.stderr, (
        "a remark has its line too"
    )


def test_a_run_pays_members_only(tmp_path):
    members = "institutions={xinan: {kind: interstate_compact, members: [CN-ZJ, CN-AH, CN-JS], affairs: [environment]}}"
    done = run(
        tmp_path, "run", "china", "--no-map", "--out", "out", "--set", members, "--set",
        "instruments.horizontal_compensation={}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["certificate"]["max_violation"] <= 1e-6
    import spatialcoord as sc

    plan = sc.Plan.load(tmp_path / "out")
    paid = plan.dataset["horizontal_compensation_payment"].sum("year")
    pairs = set(paid["horizontal_compensation_pair"].values)
    assert pairs == {"CN-JS>CN-AH", "CN-ZJ>CN-AH", "CN-ZJ>CN-JS"} and float(paid.max()) > 0
    money = plan.dataset["beside"]
    assert set(money["line"].values) == {"horizontal_compensation.paid", "horizontal_compensation.received"}
    outside = [r for r in plan.dataset["region"].values if r not in ("CN-ZJ", "CN-AH", "CN-JS")]
    assert not money.sel(region=outside).values.any()
