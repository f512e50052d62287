"""Beliefs move towards what is observed, no further than they may; rounds end; benefit against cost."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialcoord.coordination.benefit_cost import benefit_cost, of_regions
from spatialcoord.coordination.estimation import Estimate, estimate
from spatialcoord.coordination.learning import (
    Belief,
    Round,
    beliefs,
    believing,
    converged,
    learn,
    update,
)
from spatialcoord.messages import catalogue, languages
from spatialcoord.planner.twin import simulated_all
from tests.coordination.panels import QUIET, TRUTH, panel, programme

numbers = st.floats(-1e3, 1e3)
errors = st.floats(1e-6, 1e3)
dampings = st.floats(0.0, 0.5)


@given(prior=numbers, prior_sd=errors, value=numbers, sd=errors, damping=dampings)
def test_the_mean_ends_between_belief_and_estimate_and_the_less_sure_moves_more(
    prior, prior_sd, value, sd, damping
):
    mean, after = update(prior, prior_sd, value, sd, damping)
    low, high = sorted((prior, value))
    assert low <= mean <= high
    assert 0 < after <= max(prior_sd, sd) * (1 + 1e-12)
    assert abs(mean - prior) <= damping * abs(value - prior) * (1 + 1e-9) + 1e-12
    surer, _ = update(prior, prior_sd, value, 0.5 * sd, damping)
    assert abs(surer - prior) >= abs(mean - prior) - 1e-12


@given(prior=numbers, prior_sd=errors, value=numbers, sd=errors)
def test_without_damping_left_nothing_moves(prior, prior_sd, value, sd):
    assert update(prior, prior_sd, value, sd, 0.0) == (prior, prior_sd)


@given(
    prior=st.floats(0.05, 0.2), prior_sd=errors, value=numbers, sd=errors, damping=dampings, end=st.booleans()
)
def test_no_estimate_leads_out_of_the_plausible_range(prior, prior_sd, value, sd, damping, end):
    low, high = (
        update(prior, prior_sd, value, sd, damping, (0.05, 0.2)),
        update(prior, prior_sd, value, sd, damping, (0.05, None) if end else (None, 0.2)),
    )
    assert 0.05 <= low[0] <= 0.2
    assert high[0] >= 0.05 if end else high[0] <= 0.2


def test_half_the_way_to_the_posterior_of_bayes_rule():
    # equal errors: the posterior is in the middle, half the way there a quarter
    mean, sd = update(0.1, 0.02, 0.2, 0.02, 0.5)
    assert mean == pytest.approx(0.125)
    assert sd == pytest.approx(0.02 * np.hypot(0.75, 0.25))
    # a belief that is certain does not move; an exact estimate moves it the whole share
    assert update(0.1, 0.0, 0.2, 0.02) == (0.1, 0.0)
    assert update(0.1, 0.02, 0.2, 0.0)[0] == pytest.approx(0.15)


def test_a_value_that_a_scenario_chose_beyond_the_range_is_not_thrown_back():
    assert update(0.3, 0.01, 0.4, 0.01, 0.5, (0.05, 0.2))[0] == 0.3
    assert 0.2 < update(0.3, 0.01, 0.1, 0.01, 0.5, (0.05, 0.2))[0] < 0.3


@pytest.mark.parametrize("what", [{"damping": 0.6}, {"damping": -0.1}, {"sd": -1.0}, {"prior_sd": -1.0}])
def test_what_is_no_update_is_refused(what):
    with pytest.raises(ValueError, match="damping|deviation"):
        update(**{"prior": 0.1, "prior_sd": 0.1, "estimate": 0.1, "sd": 0.1, **what})


@pytest.mark.parametrize("seed", range(5))
def test_beliefs_go_to_the_truth_as_data_come_in_and_say_how_far_they_are_from_it(seed):
    rng = np.random.default_rng(seed)
    mean, sd, far = 0.3, 0.1, []
    for _ in range(400):
        mean, sd = update(mean, sd, 0.1 + 0.05 * rng.standard_normal(), 0.05)
        far.append(abs(mean - 0.1) / sd)
    assert mean == pytest.approx(0.1, abs=0.01) and sd < 0.01
    assert np.mean(np.array(far) < 3) > 0.95


def test_panels_teach_the_planted_elasticities():
    scenario = programme()[0].scenario
    held = beliefs(scenario, list(TRUTH))
    held = {kind: replace(belief, low=0.0, high=1.0, sd=0.05) for kind, belief in held.items()}
    before = {kind: abs(held[kind].mean - true) for kind, true in TRUTH.items()}
    for seed in range(80):
        held = learn(held, estimate(panel(seed, QUIET)))
    for kind, true in TRUTH.items():
        assert held[kind].reason == "updated"
        assert abs(held[kind].mean - true) < min(0.02, before[kind])
        assert abs(held[kind].mean - true) < 3 * held[kind].sd


def test_a_scenario_is_believed_as_its_ranges_say_and_takes_up_what_is_learned():
    scenario = programme()[0].scenario
    held = beliefs(scenario, ["infrastructure", "research"])
    assert (held["infrastructure"].mean, held["infrastructure"].low, held["infrastructure"].high) == (
        0.106,
        0.083,
        0.122,
    )
    assert held["infrastructure"].sd == pytest.approx((0.122 - 0.083) / 2 / 1.96, rel=1e-4)
    learned = believing(scenario, {"research": replace(held["research"], mean=0.15)})
    assert learned.economy.capital.research.elasticity == 0.15
    assert learned.economy.capital.infrastructure == scenario.economy.capital.infrastructure
    assert scenario.economy.capital.research.elasticity == 0.10


def test_what_was_not_identified_teaches_nothing_and_the_range_holds():
    held = {k: Belief(0.1, 0.01, 0.08, 0.12) for k in ("infrastructure", "human", "research")}
    found = {
        "infrastructure": Estimate("infrastructure", "confounded", confounded_with=("human",)),
        "human": Estimate("human", "identified", 0.5, 0.001, 0.498, 0.502, 30),
    }
    after = learn(held, found)
    assert after["infrastructure"] == replace(held["infrastructure"], reason="confounded")
    assert (after["human"].mean, after["human"].reason) == (0.12, "bounded")
    assert after["research"] == held["research"]
    assert learn(held, found, 0.0)["human"].mean == 0.1


def rounds(plan, parameter):
    return Round({"infrastructure": np.array([200.0 - plan, plan])}, {"gamma": parameter})


@pytest.mark.parametrize(
    ("plan", "parameter", "reason"),
    [(100.8, 0.1003, "settled"), (102.0, 0.1, "plan_moves"), (100.0, 0.102, "parameters_move"), (90.0, 0.2, "both_move")],
)  # fmt: skip
def test_rounds_end_when_neither_plan_nor_parameters_move(plan, parameter, reason):
    found = converged(rounds(100.0, 0.1), rounds(plan, parameter), 0.005)
    assert (found.reason, found.settled) == (reason, reason == "settled")
    assert found.plan_change == pytest.approx(abs(plan - 100) / 200)
    assert found.parameter_change == pytest.approx(abs(parameter - 0.1) / 0.1)


def test_something_out_of_nothing_is_a_change_and_nothing_of_nothing_is_none():
    empty = Round({"a": np.zeros(2)}, {})
    assert converged(empty, empty, 0.01).settled
    grown = converged(
        rounds(100.0, 0.1), Round({"infrastructure": np.array([150.0, 150.0])}, {"gamma": 0.1}), 0.01
    )
    assert grown.settled  # a larger budget, spent alike, is no change
    assert converged(empty, Round({"a": np.array([0.0, 1.0])}, {}), 0.01).plan_change == np.inf
    with pytest.raises(ValueError, match="other lines"):
        converged(empty, Round({"b": np.zeros(2)}, {}), 0.01)
    with pytest.raises(ValueError, match="other regions"):
        converged(empty, Round({"a": np.zeros(3)}, {}), 0.01)
    with pytest.raises(ValueError, match="tolerance"):
        converged(empty, empty, 0.0)


def test_ratios_exist_only_where_more_is_paid():
    payoffs = {
        "plan": {"a": 10.0, "b": 5.0, "c": 4.0, "d": 1.0},
        "no_programme": {"a": 0.0, "b": 0.0, "c": 0.0, "d": 1.0},
        "equal_per_head": {"a": 12.0, "b": 4.0, "c": 2.0, "d": 1.0},
    }
    costs = {
        "plan": {"a": 4.0, "b": 0.0, "c": 1.0, "d": 2.0},
        "no_programme": {"a": 0.0, "b": 0.0, "c": 3.0, "d": 2.0},
        "equal_per_head": {"a": 3.0, "b": 0.0, "c": 1.0, "d": 2.0},
    }
    found = {(row.against, row.party): row for row in benefit_cost(payoffs, costs)}
    assert [found["no_programme", p].case for p in "abcd"] == ["ratio", "free", "saves", "nothing"]
    assert (found["no_programme", "a"].ratio, found["no_programme", "a"].net) == (2.5, 6.0)
    assert found["no_programme", "c"].net == 6.0 and np.isnan(found["no_programme", "c"].ratio)
    assert found["equal_per_head", "a"].ratio == -2.0  # pays one more and has two less
    with pytest.raises(ValueError, match="'plan'"):
        benefit_cost({"equal": {}}, {"equal": {}})
    with pytest.raises(ValueError, match="same parties"):
        benefit_cost({"plan": {"a": 1.0}}, {"plan": {"b": 1.0}})


def test_net_benefits_of_regions_are_their_change_of_income_and_the_capital_left():
    setting, amounts = programme()
    equal = {line: setting.share[:, None] * a.sum(axis=0) for line, a in amounts.items()}
    plan, same, nothing = simulated_all(setting, [amounts, equal, {}])
    benefits, costs = of_regions(setting, plan)
    income = (plan.path.income - nothing.path.income) @ setting.weight
    left = plan.path.remaining * setting.terminal_weight
    np.testing.assert_allclose(benefits - costs, income + left, rtol=1e-9, atol=1e-9)
    assert (costs > 0).all() and left.sum() > 0
    paid = sum(a.sum(axis=0) for a in amounts.values()) @ (setting.weight @ setting.year_in_period)
    assert costs.sum() == pytest.approx(paid)  # what is spent is paid for
    for party in of_regions(setting, nothing):
        np.testing.assert_allclose(party, 0.0, atol=1e-9)
    tables = {"plan": (benefits, costs), "equal_per_head": of_regions(setting, same)}
    named = [{n: dict(zip(setting.regions, t[i], strict=True)) for n, t in tables.items()} for i in (0, 1)]
    rows = benefit_cost(*named)
    gap = (plan.path.income - same.path.income) @ setting.weight
    gap = gap + (plan.path.remaining - same.path.remaining) * setting.terminal_weight
    np.testing.assert_allclose([row.net for row in rows], gap, rtol=1e-6, atol=1e-6)


def test_every_account_of_a_path_is_a_benefit_or_a_cost_as_income_counts_it():
    setting, amounts = programme()
    (plan,) = simulated_all(setting, [amounts])
    benefits, costs = of_regions(setting, plan)
    more, weight = np.ones((14, 3)), float((setting.weight @ setting.year_in_period).sum())
    for name, (gained, paid) in {
        "income": (1, 0),
        "compensation": (1, 0),
        "own_additional": (0, 1),
        "firms": (0, 1),
        "debt": (0, 1),
        "received": (0, 0),  # what is received is income only where an account of income says so
        "levy": (0, 1),
        "financing": (0, 1),
    }.items():
        path = plan.path
        if name in path.money:
            path = replace(path, money={**path.money, name: path.money[name] + more})
        else:
            path = replace(path, **{name: getattr(path, name) + more})
        found = of_regions(setting, replace(plan, path=path))
        np.testing.assert_allclose(found[0] - benefits, gained * weight, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(found[1] - costs, paid * weight, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("lang", languages())
def test_every_reason_has_its_sentence(lang):
    import spatialcoord.coordination as room

    said = catalogue(lang)
    text = "".join(
        (Path(room.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        for name in ("estimation", "contrasts", "learning", "benefit_cost")
    )
    for group in ("status", "belief", "converged", "benefit_cost"):
        keys = {
            k.removeprefix(f"learning.{group}.") for k in said.texts if k.startswith(f"learning.{group}.")
        }
        assert keys
        # a sentence without its reason in the code is as dead as a reason without its sentence
        assert {key for key in keys if f'"{key}"' not in text} == set()
    found = converged(rounds(100.0, 0.1), rounds(90.0, 0.2), 0.01)
    told = said.t(
        f"learning.converged.{found.reason}", tolerance="1%", plan_change="10%", parameter_change="100%"
    )
    assert "100%" in told
    assert said.t("learning.status.confounded", others="x").count("x") == 1


def test_the_python_of_the_page_on_learning_runs_and_says_what_the_page_says(capsys):
    page = (Path(__file__).parents[2] / "docs" / "learning.md").read_text(encoding="utf-8")
    codes = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert codes
    space: dict = {}
    for code in codes:
        exec(compile(code, "learning.md", "exec"), space)  # noqa: S102, the code of our own page
    expected = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert capsys.readouterr().out == "".join(expected)
