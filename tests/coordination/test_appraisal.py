"""What a cycle is worth: certificate, benefits and costs, contrast."""

import numpy as np
import pytest

from spatialcoord.coordination.appraisal import certificate, contrast, worthwhile
from spatialcoord.coordination.observation import Noise, observe
from spatialcoord.coordination.solutions import agree, size_of
from spatialcoord.planner.evaluate import same_per_head
from spatialcoord.planner.twin import simulated_all
from tests.coordination.tables import held_of, planned


def test_an_agreement_under_a_cap_is_optimal_but_second_best_and_without_limits_it_costs_only_the_institution():
    _, plan, amounts = planned()
    tight = held_of(0.0005)
    found = certificate(agree(tight, "nash"), plan, amounts)
    assert found["pareto_optimal"] and found["second_best"]
    assert found["most_under_the_rules"] < found["first_best"]
    free = held_of(None)
    best = certificate(agree(free, "nash"), plan, amounts)
    assert best["most_under_the_rules"] == pytest.approx(size_of(free), rel=1e-6)
    assert best["first_best"] == pytest.approx(found["first_best"], rel=1e-6)


def test_benefits_less_costs_are_the_change_of_income_and_capital_left():
    case, _, amounts = planned()
    setting = case.setting
    seen, same, none = simulated_all(setting, [amounts, same_per_head(setting, amounts), {}])
    rows = worthwhile(setting, seen, {"no_programme": none, "equal_per_head": same})
    assert len(rows) == 2 * (len(setting.regions) + 1)
    whole = next(r for r in rows if r["counterfactual"] == "no_programme" and not r["party"])
    parts = [r for r in rows if r["counterfactual"] == "no_programme" and r["party"]]
    for key in ("benefit", "cost", "net"):
        assert whole[key] == pytest.approx(sum(r[key] for r in parts), rel=1e-9)
    change = ((seen.path.income - none.path.income) @ setting.weight).sum()
    left = seen.path.remaining.sum() * setting.terminal_weight
    assert whole["net"] == pytest.approx(change + left, rel=1e-9)
    assert whole["ratio"] == pytest.approx(whole["benefit"] / whole["cost"])


def test_the_contrast_finds_a_large_effect_where_there_is_little_noise():
    case, _, amounts = planned()
    truth = {"infrastructure": 0.3, "human": 0.3}
    panel = observe(case.setting, amounts, truth, np.random.default_rng(0), Noise(sd=1e-5))
    found = contrast(panel)
    assert found["status"] == "identified" and found["low"] <= found["value"] <= found["high"]
    assert {"status", "value", "low", "high", "trend_p"} == set(found)


def test_governments_that_cannot_bear_what_an_institution_costs_agree_on_nothing():
    # firms and residents keep their part of what works bring; alone the governments would have to pay for setting up
    from spatialcoord.coordination import Rules, coordinate
    from tests.planner.conftest import toy

    case = toy(
        7,
        1,
        "institutions={pact: {kind: partial_affairs_association, affairs: [infrastructure], set_up: 0.02}}",
    )
    found = coordinate(case, cycles=1, rules=Rules(seed=1))
    assert found.cycles[0]["agreement"] is not None
    assert found.counterfactuals["voices"]["agreement"] is None
    assert any(e.get("kind") == "nothing" for e in found.counterfactuals["voices"]["log"])
