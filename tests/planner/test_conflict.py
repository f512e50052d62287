"""Planted contradictions are named, and what is offered to settle them does."""

from __future__ import annotations

import re

import pyomo.environ as pe
import pytest

import spatialcoord as sc
from spatialcoord.errors import Infeasible
from spatialcoord.messages import catalogue
from spatialcoord.planner.solving import optimise

PLANTED = {
    "promise above the ceiling": (
        ["programme.protected=[{region: CN-XZ, instrument: infrastructure, amount: 2500}]"],
        {"programme.protected_infrastructure"},
        {"ceiling", "protected"},
    ),
    "more kept than there is": (
        ["programme.hold_harmless=1.0", "programme.budget={amount: [400000, 300000, 300000, 300000, 300000]}"],
        {"programme.budget", "programme.hold_harmless"},
        {"budget", "hold_harmless"},
    ),
    "equal at once, but slowly": (
        ["programme.floor=1.0", "programme.ceiling=1.0", "programme.change_limit=0.01", "programme.year_zero=equal_per_head",
         "programme.protected=[{region: CN-SH, instrument: infrastructure, amount: 12000}]"],
        {"programme.protected_infrastructure"},
        {"protected"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("overrides, named, kinds", PLANTED.values(), ids=PLANTED)
def test_planted_conflicts_are_named_and_what_is_granted_settles_them(overrides, named, kinds):
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(sc.load_case("china", overrides)))
    diagnosis = error.value.conflict
    assert named <= set(diagnosis.rules)
    assert kinds <= {remedy.kind for remedy in diagnosis.remedies}
    for remedy in diagnosis.remedies:
        outcome = optimise(sc.build(sc.load_case("china", [*overrides, remedy.override])), attainable=False)
        assert outcome.solution.optimal, remedy
        assert outcome.certificate["max_violation"] <= 1e-6


def test_remedies_are_found_beside_instruments_of_several_lines():
    promise = "programme.protected=[{region: US-MS, instrument: human_capital, amount: 900}]"
    credit = "programme.envelopes.credit.min_share=0.05"
    overrides = [promise, credit, "programme.ceiling=1.2", "instruments.differential_tax.brackets=[0]"]
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(sc.load_case("us", overrides)))
    remedies = error.value.conflict.remedies
    assert {"ceiling", "protected"} <= {remedy.kind for remedy in remedies}
    for remedy in remedies:
        case = sc.load_case("us", [*overrides, remedy.override])
        assert optimise(sc.build(case), attainable=False).solution.optimal, remedy


@pytest.mark.parametrize("overrides, named, kinds", list(PLANTED.values())[:2], ids=list(PLANTED)[:2])
def test_the_remedy_is_the_least(overrides, named, kinds):
    """Nine tenths of the way to the remedy is still not enough."""
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(sc.load_case("china", overrides)))
    for remedy in error.value.conflict.remedies:
        if remedy.kind in ("ceiling", "hold_harmless", "protected"):
            path = remedy.override.split("=")[0]
            short = remedy.now + 0.9 * (remedy.needed - remedy.now)
            with pytest.raises(Infeasible):
                optimise(sc.build(sc.load_case("china", [*overrides, f"{path}={short}"])), attainable=False)


def test_sentences_in_both_languages():
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(sc.load_case("china", PLANTED["more kept than there is"][0])))
    english = error.value.conflict.text(catalogue("en"))
    assert re.search(r"\(\d+ regions?: ", english)  # which minimal set is found is the solver's choice
    assert "billion CNY more" in english and "--set 'programme.budget=" in english
    chinese = error.value.conflict.text(catalogue("zh"))
    assert "个地区：" in chinese and "预算" in chinese and "亿元" in chinese


def test_a_users_own_row_in_the_contradiction_is_named(make_case):
    model = sc.build(make_case(5, 0))
    region = model.setting.regions[0]
    model.pyomo.wish = pe.Constraint(expr=model.pyomo.general_transfer.amount[region, 2021] >= 1e9)
    with pytest.raises(Infeasible) as error:
        sc.solve(model)
    assert "wish" in error.value.conflict.rules
    assert not error.value.conflict.remedies


def test_a_cap_is_named_and_what_is_offered_settles_it():
    overrides = ["programme.caps={region: {share: 0.001}}", "programme.hold_harmless=0.9"]
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(sc.load_case("china", overrides)))
    assert "cap on the money" in str(error.value)
    remedy = next(r for r in error.value.conflict.remedies if r.kind == "cap")
    assert remedy.needed > remedy.now
    case = sc.load_case("china", [*overrides, remedy.override])
    assert optimise(sc.build(case), attainable=False).solution.optimal
