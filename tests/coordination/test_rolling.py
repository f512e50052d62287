"""What one cycle hands to the next, against the figures worked out by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.coordination.coordinate import start
from spatialcoord.coordination.rolling import State, case_of, content, found_before, plain_state, save
from spatialcoord.errors import InputError
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.twin import simulated
from tests.coordination.loops import believing, looped, pact, same
from tests.planner.conftest import toy


def first_cycle(*without, overrides=(), **values):
    found = looped(2, overrides=overrides, without=without, **values)
    return found, toy(7, 1, *overrides), found.cycles[0]


def in_truth(found, case, one):
    """The plan of a cycle in the simulated world."""
    true = believing(case, found.rules.truth).setting
    return true, simulated(true, {line: np.array(a) for line, a in one["amounts"].items()})


def by_hand(initial, growth, depreciation, build, invested):
    """Capital at the end of the last year, year by year: what stands grows with the economy, what is added wears off."""
    years, added = invested.shape[1], np.zeros(len(initial))
    for t in range(years):
        ready = invested[:, t - build] if t >= build else 0.0
        added = (1 - depreciation) * added + ready
    return initial * (1 + growth) ** years + added


def test_output_and_people_are_those_of_the_last_simulated_year():
    found, case, one = first_cycle()
    _, seen = in_truth(found, case, one)
    figures = one["state"]["figures"]
    assert figures["output"] == pytest.approx(seen.path.output[:, 2], rel=1e-12)
    assert figures["population"] == pytest.approx(seen.path.population[:, 2], rel=1e-12)
    assert np.sum(figures["output"]) > case.setting.base_output.sum()


def test_revenue_and_expenditure_grow_with_output():
    _, case, one = first_cycle()
    figures, setting = one["state"]["figures"], case.setting
    ratio = np.array(figures["output"]) / setting.base_output
    held = [name for name in ("own_revenue", "tax_revenue", "budget_expenditure") if setting.graph.has(name)]
    assert len(held) >= 2
    for name in held:
        assert figures[name] == pytest.approx(setting.attribute(name) * ratio)
    assert "price_level" not in figures


@pytest.mark.parametrize("build", [0, 1, 2])
def test_capital_accumulates_what_the_programme_built(build):
    # negotiation off: nothing but the programme builds; no money of regions' own beside it
    overrides = (
        f"economy.capital.infrastructure.years_to_build={build}",
        "economy.capital.infrastructure.depreciation=0.07",
        "economy.growth=0.03",
    )
    _, case, one = first_cycle("negotiate", overrides=overrides)
    setting, figures = case.setting, one["state"]["figures"]
    effects = evaluate(setting, {line: np.array(a) for line, a in one["amounts"].items()}).effects
    for kind in ("infrastructure", "human", "research"):
        params = getattr(setting.scenario.economy.capital, kind)
        expected = by_hand(
            setting.attribute(f"capital_{kind}"),
            setting.scenario.economy.growth,
            params.depreciation,
            params.years_to_build,
            effects[f"invested_{kind}"],
        )
        assert figures[f"capital_{kind}"] == pytest.approx(expected, rel=1e-9)
    assert effects["invested_infrastructure"].sum() > 0 and effects["invested_research"].sum() == 0


def test_works_of_the_agreement_are_built_as_far_as_it_is_kept():
    kept, bare, lost = (
        first_cycle(*off, overrides=(pact(enforcement=1.0, penalty=2.0),))[2]
        for off in ((), ("negotiate",), ("enforcement",))
    )
    assert kept["supervision"]["kept"] == 1.0 > lost["supervision"]["kept"]

    def moved(one):
        return (
            np.array(one["state"]["figures"]["capital_infrastructure"])
            - bare["state"]["figures"]["capital_infrastructure"]
        )

    assert np.abs(moved(kept)).max() > 0
    assert (moved(kept) > 0).any() and (moved(kept) < 0).any()  # some give, others get
    # of the money for the pool, which is owed to the institution itself, what was brought in the end
    pool = [e for e in lost["log"] if e["step"] == "supervise" and e["against"] == ""]
    owed = sum(e["amount"] for e in pool if e["kind"] in ("payment", "violation", "suspension"))
    held = sum(e["amount"] for e in pool if e["kind"] in ("violation", "suspension"))
    good = sum(e["amount"] for e in pool if e["kind"] in ("settlement", "arrears"))
    brought = 1.0 - (held - good) / owed
    assert brought < 1.0
    assert moved(lost) == pytest.approx(brought * moved(kept), rel=1e-6, abs=1e-6)
    assert (
        kept["state"]["figures"]["output"] == bare["state"]["figures"]["output"]
    )  # agreements are not simulated


def test_the_next_cycle_begins_there():
    found, case, one = first_cycle()
    after = case_of(case, State(**one["state"]))
    setting = after.setting
    assert setting.years == (2024, 2025, 2026) and found.cycles[1]["years"] == [2024, 2025, 2026]
    assert setting.base_output.tolist() == one["state"]["figures"]["output"]
    assert setting.population.tolist() == one["state"]["figures"]["population"]
    assert setting.attribute("capital_human").tolist() == one["state"]["figures"]["capital_human"]
    for kind, value in one["state"]["beliefs"].items():
        assert getattr(after.scenario.economy.capital, kind).elasticity == value
    # the case as read is left as it was
    assert case.setting.base_output.tolist() == toy(7, 1).setting.base_output.tolist()
    assert case.setting.years == (2021, 2022, 2023)


def test_a_budget_that_is_a_share_of_output_grows_with_it():
    found, case, one = first_cycle(overrides=("economy.growth=0.03",))
    growth, output = case.scenario.economy.growth, np.sum(one["state"]["figures"]["output"])
    expected = 0.01 * output * sum((1 + growth) ** t for t in (1, 2, 3))
    assert found.cycles[1]["plan"]["budget"] == pytest.approx(expected)
    assert found.cycles[1]["plan"]["budget"] > found.cycles[0]["plan"]["budget"]
    assert growth == 0.03
    fixed = looped(2, overrides=("programme.budget={amount: 5000}",))
    assert [c["plan"]["budget"] for c in fixed.cycles] == [15000.0, 15000.0]


def test_a_case_without_revenue_and_with_other_capital_rolls_on():
    eu = sc.load_case("eu")
    assert not eu.graph.has("own_revenue")
    state = replace(start(eu), first=2028, figures={"output": (2 * eu.setting.base_output).tolist()})
    after = case_of(eu, state).setting
    assert after.budget.sum() > 1.5 * eu.setting.budget.sum() and after.years[0] == 2028


# --- kept in files --------------------------------------------------------------------------------------------------
def test_a_state_is_the_same_after_it_was_written_and_read(tmp_path):
    _, _, one = first_cycle()
    save(tmp_path / "new" / "cycles", "cycle_001", {"key": "k", **one})
    (read,) = found_before(tmp_path / "new" / "cycles", "k")
    assert same(read, one)
    assert plain_state(State(**read["state"])) == read["state"]
    assert [p.name for p in (tmp_path / "new" / "cycles").iterdir()] == ["cycle_001.json"]


def test_cycles_are_found_up_to_the_first_that_is_missing_or_damaged(tmp_path):
    assert found_before(tmp_path / "nowhere", "k") == []
    for number in (1, 2, 4):
        save(tmp_path, f"cycle_{number:03d}", {"key": "k", "state": {}, "log": [], "cycle": number})
    assert [one["cycle"] for one in found_before(tmp_path, "k")] == [1, 2]
    (tmp_path / "cycle_001.json").write_text(json.dumps({"key": "k"}))
    assert found_before(tmp_path, "k") == [] and content(tmp_path, "cycle_001", "k") is None
    with pytest.raises(InputError, match="another run"):
        found_before(tmp_path, "other")


def test_what_cannot_be_written_is_a_mistake_that_is_told(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written"):
        save(tmp_path / "file", "cycle_001", {"key": "k"})
    assert (tmp_path / "file").read_text() == "mine"
