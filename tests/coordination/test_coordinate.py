"""The loop as a whole: the same seed, runs that were ended, when it stops, what it hands over."""

import itertools
import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import spatialcoord as sc
from spatialcoord.coordination import Rules, coordinate
from spatialcoord.coordination.coordinate import TOLERANCE, planted
from spatialcoord.coordination.cycle_data import dataset_of, lacks_of, log_of, tables_of
from spatialcoord.coordination.cycle_story import Story
from spatialcoord.coordination.cycle_study import dressed
from spatialcoord.coordination.demands import Demand
from spatialcoord.errors import InputError
from tests.coordination.loops import SHARP, TRUTH, learning, looped, pact, rows, rules_of, same
from tests.planner.conftest import toy

FULL = {"cycles": 2, "counterfactuals": True}


@pytest.fixture(scope="module")
def full():
    return looped(**FULL)


@pytest.fixture(scope="module")
def kept_run(tmp_path_factory):
    """Three cycles and the counterfactuals in one go, and their folder."""
    folder = tmp_path_factory.mktemp("whole") / "cycles"
    return coordinate(toy(5, 1), 3, rules_of((), TRUTH, **dict(SHARP)), folder), folder


def again(folder, rules=None, cycles=3, **values):
    return coordinate(toy(5, 1), cycles, rules or rules_of((), TRUTH, **dict(SHARP)), folder, **values)


# --- the same seed --------------------------------------------------------------------------------------------------
def test_the_same_seed_gives_the_same_to_the_last_bit(full):
    other = coordinate(toy(7, 1), 2, Rules(seed=1))
    assert same(other.cycles, full.cycles) and same(other.counterfactuals, full.counterfactuals)
    assert other.rules.truth == full.rules.truth


def test_another_seed_gives_another_world(full):
    other = looped(1, seed=2)
    assert other.rules.truth != full.rules.truth
    assert other.cycles[0]["learnt"] != full.cycles[0]["learnt"]
    assert rows(other.cycles[0], "supervise") != rows(full.cycles[0], "supervise")


def test_counterfactuals_meet_the_same_draws(full):
    first, bare = full.cycles[0], full.counterfactuals["enforcement"]
    # noise: the same plan is observed with the same errors
    assert same(first["amounts"], bare["amounts"]) and same(first["learnt"], bare["learnt"])
    # shocks: who breaks the agreement although it is enforced breaks it when it is not
    broken, unpunished = (
        {(e["year"], e["institution"], e["who"], e["against"]) for e in rows(one, "supervise", "violation")}
        for one in (first, bare)
    )
    assert broken and broken < unpunished


def test_truth_that_is_not_named_is_drawn():
    drawn = planted(toy(7, 1), 1)
    found = looped(1, truth=(("human", 0.07),)).rules.truth
    assert found == {**drawn, "human": 0.07} and set(found) == {"infrastructure", "human"}
    assert 0.083 <= drawn["infrastructure"] <= 0.122 and 0.03 <= drawn["human"] <= 0.12


# --- runs that were ended -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("at", ["2:evaluate", "0:without_voices"])
def test_a_run_that_was_ended_goes_on_and_ends_with_the_same(kept_run, tmp_path, at):
    whole, files = kept_run
    folder, steps = tmp_path / "cycles", []

    def end(step):
        if step == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        again(folder, progress=end)
    finished = sorted(path.name for path in folder.iterdir())
    resumed = again(folder, progress=steps.append)
    whole_cycles = ["cycle_001.json", "cycle_002.json", "cycle_003.json", "without_enforcement.json"]
    assert finished == (whole_cycles if at.startswith("0") else whole_cycles[:1])
    assert "1:plan" not in steps and ("2:plan" in steps) == (at == "2:evaluate")
    assert same(resumed.cycles, whole.cycles) and same(resumed.counterfactuals, whole.counterfactuals)
    assert (resumed.stopped, resumed.moved, resumed.learning) == (whole.stopped, whole.moved, whole.learning)
    for path in files.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes()
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("damage", ["half", "[]", "{}", '{"key": "', "binary", "gone"])
def test_a_damaged_cycle_is_worked_out_again(kept_run, tmp_path, damage):
    whole, files = kept_run
    folder, steps = tmp_path / "cycles", []
    shutil.copytree(files, folder)
    bad = folder / "cycle_003.json"
    if damage == "gone":
        bad.unlink()
    else:
        bad.write_bytes(
            {"half": bad.read_bytes()[:5000], "binary": b"\xff\xfe\x00"}.get(damage, damage.encode())
        )
    found = again(folder, progress=steps.append)
    assert {s for s in steps if s.endswith(":plan")} == {"3:plan"}
    assert same(found.cycles, whole.cycles)
    assert bad.read_bytes() == (files / bad.name).read_bytes()


def test_more_cycles_go_on_from_fewer(kept_run, tmp_path):
    whole, files = kept_run
    folder, steps = tmp_path / "cycles", []
    folder.mkdir()
    shutil.copy(files / "cycle_001.json", folder)
    assert same(again(folder, cycles=1, counterfactuals=False).cycles, whole.cycles[:1])
    found = again(folder, cycles=2, counterfactuals=False, progress=steps.append)
    assert same(found.cycles, whole.cycles[:2]) and "1:plan" not in steps


@pytest.mark.parametrize("what", ["seed", "solution", "switches", "case", "damaged_first", "left_over"])
def test_the_folder_of_another_run_is_refused_and_left_alone(kept_run, tmp_path, what):
    folder = tmp_path / "cycles"
    shutil.copytree(kept_run[1], folder)
    rules, case = rules_of((), TRUTH, **dict(SHARP)), toy(5, 1)
    if what == "case":
        case = toy(5, 2)
    elif what == "solution":
        rules = replace(rules, solution="leximin")
    elif what == "switches":
        rules = rules_of(("rolling",), TRUTH, **dict(SHARP))
    else:
        rules = replace(rules, seed=2)
    if what == "damaged_first":
        (folder / "cycle_001.json").write_text("{")
    elif what == "left_over":
        for path in folder.glob("cycle_*"):
            path.unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError, match="cycles of another run"):
        coordinate(case, 3, rules, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_told_before_any_work(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written"):
        again(tmp_path / "file" / "study" / "cycles", progress=lambda step: pytest.fail("it began"))
    assert (tmp_path / "file").read_text() == "mine"


def test_choices_out_of_range_are_told_together_before_any_work():
    wrong = Rules(seed=-1, heard=1.5, damping=0.9, noise=-0.1, truth={"roads": 0.1, "human": 1.5})
    with pytest.raises(InputError) as error:
        coordinate(toy(5, 1), 0, wrong, progress=lambda step: pytest.fail("it began"))
    text = str(error.value)
    for part in ("0 cycles", "seed is -1", "heard is 1.5", "damping is 0.9", "noise is -0.1", "roads", "1.5"):
        assert part in text
    with pytest.raises(InputError, match="kalai_smorodinsky"):
        coordinate(toy(5, 1), 1, Rules(0, solution="kalai_smorodinski"))


# --- when it stops --------------------------------------------------------------------------------------------------
def moves(found):
    """Share of money that goes elsewhere, and largest relative change of a belief, from cycle to cycle."""
    plans = [np.concatenate([np.sum(a, axis=1) for a in one["amounts"].values()]) for one in found.cycles]
    shares = [plan / plan.sum() for plan in plans]
    moved = [0.5 * np.abs(b - a).sum() for a, b in itertools.pairwise(shares)]
    held = [one["state"]["beliefs"] for one in found.cycles]
    learnt = [max(abs(b[k] / a[k] - 1) for k in a) for a, b in itertools.pairwise(held)]
    return moved, learnt


def test_it_stops_when_nothing_moves_any_more(full):
    assert full.stopped == "converged" and len(full.cycles) == 2
    moved, learnt = moves(full)
    assert full.moved == pytest.approx(moved) and full.learning == pytest.approx(learnt)
    assert moved[-1] <= TOLERANCE and learnt[-1] <= TOLERANCE


def test_it_stops_at_the_last_cycle_while_beliefs_move(kept_run):
    found = kept_run[0]
    assert found.stopped == "cycles" and len(found.cycles) == 3
    moved, learnt = moves(found)
    assert found.moved == pytest.approx(moved) and found.learning == pytest.approx(learnt)
    assert min(learnt) > TOLERANCE


def test_a_real_case_converges():
    found = coordinate(sc.load_case("japan"), 4, Rules(seed=1), counterfactuals=False)
    assert found.stopped == "converged" and 2 <= len(found.cycles) < 4
    assert found.moved[-1] <= TOLERANCE and found.learning[-1] <= TOLERANCE
    assert all(one["supervision"]["owed"] > 0 for one in found.cycles)
    assert [one["years"][0] for one in found.cycles] == [2020, 2025]


# --- what it hands over ---------------------------------------------------------------------------------------------
def test_the_dataset_has_units_and_the_figures_of_the_cycles(full):
    data = dataset_of(full)
    assert data.sizes["cycle"] == 2 and data.sizes["region"] == 7
    for variable in data.data_vars.values():
        assert variable.attrs["units"] and variable.attrs["long_name"]
        assert variable.dims[0] in ("cycle", "capital")
    for i, one in enumerate(full.cycles):
        for line, amount in one["amounts"].items():
            assert data["allocation"].sel(line=line).values[i] == pytest.approx(np.mean(amount, axis=1))
        assert float(data["agreed"][i]) == one["agreement"]["total"]
        assert float(data["index_no_programme"][i]) == one["simulated"]["index_no_programme"]
        assert data["belief"].values[i].tolist() == list(one["believed"].values())
    assert float(data["allocation"].isel(cycle=0).sum()) == pytest.approx(
        np.mean(toy(7, 1).setting.budget), rel=1e-4
    )
    assert data["planted"].values.tolist() == [full.rules.truth[k] for k in data["capital"].values]


def test_what_a_cycle_does_not_have_is_missing():
    found = looped(1, overrides=("objective.kind=minimise_index",))
    assert found.cycles[0]["agreement"] is None and rows(found.cycles[0], "negotiate", "nothing")
    data = dataset_of(found)
    for name in ("agreed", "kept", "agreement_income", "agreement_payment", "kept_share", "withheld"):
        assert np.isnan(data[name].values).all()
    assert np.isfinite(data["index_realised"].values).all()
    assert float(data["index_realised"][0]) == float(data["index_simulated"][0])


def test_the_log_adds_up_to_the_dataset(full):
    log, data = log_of(full), dataset_of(full)
    amount = pd.to_numeric(log["amount"])

    def total(cycle, *kinds):
        return amount[(log["cycle"] == cycle) & log["kind"].isin(kinds) & (log["step"] == "supervise")].sum()

    for i, one in enumerate(full.cycles):
        cycle = one["cycle"]
        assert total(cycle, "violation") == pytest.approx(float(data["withheld"][i]))
        assert total(cycle, "settlement", "arrears") == pytest.approx(float(data["recovered"][i]))
        assert total(cycle, "penalty") == pytest.approx(float(data["penalties"][i]))
        paid, kept = total(cycle, "payment"), float(data["kept_when_due"][i])
        assert paid / (paid + total(cycle, "violation")) == pytest.approx(kept)
        owed = log[(log["cycle"] == cycle) & (log["kind"] == "owed")]
        balance = {unit: 0.0 for unit in data["unit"].values}
        for payer, receiver, sum_ in zip(owed["who"], owed["against"], owed["amount"], strict=True):
            balance[payer] -= sum_
            if receiver:
                balance[receiver] += sum_
        assert list(balance.values()) == pytest.approx(data["agreement_payment"].values[i].tolist(), abs=1e-6)
        updates = log[(log["cycle"] == cycle) & (log["kind"] == "update")]
        for more in map(json.loads, updates["more"]):
            assert more["after"] == one["state"]["beliefs"][more["capital"]]
            assert more["before"] == one["believed"][more["capital"]]
        asked = log[(log["cycle"] == cycle) & (log["kind"] == "statement")]["asked"]
        assert asked.astype(float).sum() == pytest.approx(one["satisfied"]["asked"])
        accepted = log[(log["cycle"] == cycle) & log["kind"].isin(["acceptance", "cut"])]["accepted"]
        assert accepted.astype(float).sum() == pytest.approx(one["satisfied"]["accepted"])
        disputes = log[(log["cycle"] == cycle) & (log["kind"] == "claim")]["dispute"]
        assert disputes.is_unique and len(disputes)
        for number in disputes:
            last = log[(log["cycle"] == cycle) & (log["dispute"] == number)].iloc[-1]
            assert last["state"] == "closed"


def test_tables_repeat_the_counterfactuals(full):
    lacks = lacks_of(full)
    assert list(lacks) == ["everything", "enforcement", "voices", "body", "all"]
    for lang in ("en", "zh"):
        tables = tables_of(full, lang)
        table = tables["counterfactuals"]
        assert len(table) == 5 and len(tables["cycles"]) == 2
        kept, output = [one["kept"] for one in lacks.values()], [one["output"] for one in lacks.values()]
        assert table.iloc[:, 2].tolist() == kept and table.iloc[:, 5].tolist() == output
        assert table.iloc[:, 8].tolist() == pytest.approx([output[0] - o for o in output])


def test_the_study_is_written_and_read_again(full, tmp_path):
    study = dressed(full, "zh")
    study.save(tmp_path / "study")
    summary = json.loads((tmp_path / "study" / "summary.json").read_text("utf-8"))
    assert summary["stopped"] == "converged" and summary["seed"] == 1 and len(summary["each"]) == 2
    with xr.open_dataset(tmp_path / "study" / "coordination.nc") as data:
        xr.testing.assert_equal(data.load(), dataset_of(full))
    log = pd.read_csv(tmp_path / "study" / "log.csv")
    assert len(log) == sum(len(one["log"]) for one in full.cycles)


def test_no_cell_of_the_log_is_a_formula(tmp_path):
    note = '=HYPERLINK("http://x")'
    asked = (
        Demand("firms", "R0", "infrastructure", 5.0, note=note),
        Demand("residents", "R1", "transfer", 5.0),
    )
    found = coordinate(
        toy(5, 1, pact(title="{en: =1+1, zh: =1+1}")),
        1,
        Rules(seed=1, demands=asked),
        counterfactuals=False,
    )
    dressed(found).save(tmp_path / "study")
    log = pd.read_csv(tmp_path / "study" / "log.csv", keep_default_na=False, dtype=str)
    text = log.drop(columns=["cycle", "year", "amount", "probability", "dispute"])
    assert not text.map(lambda cell: cell.startswith(("=", "+", "-", "@", "\t", "\r"))).any(axis=None)
    stated = [json.loads(m or "{}") for m in log[log["kind"] == "statement"]["more"]]
    assert [m.get("note", "") for m in stated] == [note, ""]


@pytest.mark.parametrize(
    "overrides",
    [
        ("economy.spillover.rho=0.3",),
        ("instruments={general_transfer: {}}",),
        ("instruments={infrastructure: {}}",),
        ("instruments.market_integration={}",),
        ("programme.years.last=2021",),
        ("programme.budget={amount: 5000}",),
        ("negotiation.between=group",),
    ],
    ids=lambda value: value[0],
)
def test_cases_of_other_kinds_go_through(overrides):
    found = looped(2, overrides=overrides)
    data = dataset_of(found)
    assert data.sizes["cycle"] == 2
    assert np.isfinite(data["index_realised"].values).all()
    assert (
        np.isfinite(data["allocation"].values).all()
        and (data["allocation"].sum(["line", "region"]) > 0).all()
    )
    for lang in ("en", "zh"):
        assert len(tables_of(found, lang)["log"]) == sum(len(one["log"]) for one in found.cycles)
        assert len(Story(found, lang).all()) > 5


def test_an_elasticity_that_cannot_be_told_is_missing_and_said(tmp_path):
    """Two regions tell nothing of chance; the summary has no sign for what is no number."""
    found = looped(1, n=2)
    learnt = found.cycles[0]["learnt"]["infrastructure"]
    assert learnt["status"] == "few_regions" and learnt["after"] == learnt["before"]
    dressed(found).save(tmp_path / "study")
    summary = json.loads((tmp_path / "study" / "summary.json").read_text("utf-8"))
    assert summary["each"][0]["learnt"]["infrastructure"]["estimate"] is None
    assert np.isnan(dataset_of(found)["estimate"].values).all()


def test_learning_is_in_the_dataset():
    found = learning()
    data = dataset_of(found)
    assert (data["estimate_low"] < data["estimate"]).all() and (
        data["estimate"] < data["estimate_high"]
    ).all()
