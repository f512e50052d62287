"""Where institutions are formed, only their members pay, assist, host or let in each other, and only in their affairs."""

from __future__ import annotations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.examining import examine
from spatialcoord.planner.remarks import institution_remarks
from spatialcoord.planner.twin import simulated_all, still
from spatialcoord.registry import instruments
from tests.institutions.leagues import (
    AFFAIR,
    COMPENSATION,
    GATED,
    MANY,
    MARKET,
    NOTHING,
    formed,
    four,
    institution,
    solved,
    wrong,
)
from tests.instruments.agreement import certified
from tests.instruments.between import WITH, country
from tests.instruments.test_all import BARE
from tests.instruments.test_all import values as values_of
from tests.instruments.test_policy import some_money
from tests.planner.conftest import toy


def test_these_four_instruments_need_an_affair_and_no_others():
    assert {n: instruments.get(n).affair for n in instruments if instruments.get(n).affair} == AFFAIR


@pytest.mark.parametrize("name", GATED)
def test_an_institution_takes_possibilities_away_and_one_of_all_takes_none(name):
    affair = AFFAIR[name]
    values = [
        solved(four(name, MANY[name], override))[2]
        for override in (
            NOTHING,
            formed(institution("A, B, C, D", affair)),
            formed(institution("A, C", affair)),
        )
    ]
    without = solved(country(WITH, "economy.segments=2"))[2]
    assert values[1] == pytest.approx(values[0], rel=1e-9)
    assert values[2] < values[0] * (1 - 1e-7)
    assert values[2] > without * (1 + 1e-7), "members can still agree"


@pytest.mark.parametrize("name", GATED)
def test_candidates_change_no_plan(name):
    candidate = formed(institution("A, B", AFFAIR[name], formed="false"))
    plans = [sc.build(four(name, MANY[name], override)) for override in (NOTHING, candidate)]
    amounts = [certified(model).amounts for model in plans]
    for line, amount in amounts[0].items():
        np.testing.assert_array_equal(amounts[1][line], amount)


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("why", ["another affair", "no member across"])
def test_where_nobody_can_agree_the_check_says_why_and_what_to_do(name, why):
    affair = AFFAIR[name]
    # A and B are both poor and no water flows between them; to trade, each needs somebody to trade with
    league = (
        institution("A, C", "human") if why == "another affair" else institution("A, B", f"human, {affair}")
    )
    case = four(name, MANY[name], formed(league))
    if name == MARKET and why != "another affair":
        sides = toy(9, 1).setting
        level = sides.graph.level("macro_region").values.astype(str)
        inside = ", ".join(np.array(sides.regions)[level == level[0]])
        league = institution(inside, f"human, {affair}")
        case = toy(9, 1, f"instruments={{{WITH}, {name}: {{between: macro_region}}}}", formed(league))
    said = wrong(case)
    assert f"instruments.{name}" in said and f"(affair {affair})" in said
    assert "Formed: 'league' (human" in said
    what_to_do = {
        "another affair": f"Give one that holds regions of both sides the affair {affair}, or take the instrument out.",
        "no member across": "Make regions of both sides members of 'league', or take the instrument out.",
    }
    assert what_to_do[why] in said


@pytest.mark.parametrize("name", GATED)
def test_with_nobody_moving_the_simulation_finds_what_the_planner_evaluates_among_members(name):
    regions = sc.load_case("us").setting.regions
    league = formed(institution(", ".join(regions[::2]), AFFAIR[name]))
    setting = sc.load_case("us", [f"instruments={{{name}: {values_of(name)}}}", league, *BARE]).setting
    amounts = some_money(setting, name)
    before, after = simulated_all(setting, [{}, amounts], still(setting))
    planner = evaluate(setting, amounts).target - evaluate(setting, {}).target
    largest = np.abs(planner).max()
    assert largest > 0
    # what others gain in output adds to access again in the simulation only, by the elasticity of output to it
    rtol, atol = (0.15, 0.02) if name == MARKET else (2e-3, 1e-4)
    np.testing.assert_allclose(after.value - before.value, planner, rtol=rtol, atol=atol * largest)


def test_a_formed_institution_that_the_plan_does_not_use_is_told():
    leagues = formed(
        institution("A, C", "environment", "used"),
        institution("B, D", "infrastructure, human", "idle"),
        institution("B, D", "market", "candidate", formed="false"),
    )
    (remark,) = institution_remarks(four(COMPENSATION, "", leagues).setting)
    assert remark.what == "the institution 'idle' has no effect on the plan"
    assert remark.where == "institutions.idle.affairs" and "infrastructure, human" in remark.why
    for name, affair in AFFAIR.items():
        assert f"{name} ({affair})" in remark.remedy


def test_wrong_mandates_hide_what_follows_from_them_and_nothing_else():
    override = formed(institution("A, X", "environment"))
    text = wrong(four(COMPENSATION, "", override, "economy.spillover.rho=0.2", "programme.caps.nowhere={of: output, share: 0.1}"))  # fmt: skip
    assert "there is no region 'X'" in text and "cannot agree" not in text and "can agree on" not in text
    assert "nowhere" in text


def test_an_examination_tells_remarks_and_refusals():
    found = examine(
        "china", ["institutions={delta: {kind: council, affairs: [market], members: [CN-SH, CN-JS]}}"]
    )
    assert not found.errors and any("'delta' has no effect" in w.what for w in found.warnings)
    found = examine(
        "china",
        [
            "institutions={a: {kind: council, affairs: [market]}, b: {kind: council, affairs: [market], members: [East], level: macro_region}}"
        ],
    )
    (error,) = found.errors
    assert "'a' and 'b' both decide common market (market)" in error.what
