"""From case to plan: certificate, user's own Pyomo edits, expansion, infeasibility, sameness."""

from __future__ import annotations

import json

import numpy as np
import pyomo.environ as pe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import Infeasible, InputError
from spatialcoord.planner.evaluate import evaluate, objective_value
from spatialcoord.planner.programme import line_limits
from spatialcoord.planner.solving import optimise


def test_the_certificate_of_china(plan):
    certificate = plan.summary["certificate"]
    assert certificate["max_violation"] <= 1e-6
    assert certificate["solver_gap"] <= 1e-6
    assert certificate["approximation_gap"] <= 1e-3
    assert certificate["reduction_gap"] <= 1e-3
    assert certificate["objective_recomputed"] == pytest.approx(plan.summary["objective"]["value"], rel=1e-12)


def test_the_plan_in_the_dataset_is_the_plan_that_is_certified(plan, china):
    amounts = {
        str(n): plan.dataset["amount"].sel(instrument=n).values for n in plan.dataset["instrument"].values
    }
    value = objective_value(china.setting, evaluate(china.setting, amounts))
    assert value == pytest.approx(plan.summary["certificate"]["objective_recomputed"], rel=1e-12)


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10_000),
    segments=st.sampled_from([1, 2, 4, 9]),
    rho=st.sampled_from([0.0, -0.2, 0.2]),
    weight=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_the_true_value_lies_in_the_bracket(make_case, seed, segments, rho, weight):
    case = make_case(
        5,
        seed,
        f"economy.segments={segments}",
        f"economy.spillover.rho={rho}",
        f"objective.inequality_weight={weight}",
    )
    outcome = optimise(sc.build(case))
    lower, upper = outcome.solution.objective, outcome.certificate["objective_bound"]
    true = objective_value(case.setting, outcome.after)
    assert lower * (1 - 1e-10) <= true <= upper * (1 + 1e-10)


def test_the_bracket_closes_as_segments_grow(make_case):
    widths = []
    for segments in (1, 4, 16):
        certificate = optimise(sc.build(make_case(5, 3, f"economy.segments={segments}"))).certificate
        widths.append(certificate["approximation_gap"])
    assert widths[0] > 4 * widths[1] > 16 * widths[2]


def test_a_random_feasible_plan_is_never_better(make_case):
    """Equal per head, the reference allocation and mixtures with the plan are feasible here, and never better."""
    case = make_case(6, 2, "programme.envelopes={}")
    outcome = optimise(sc.build(case))
    best = objective_value(case.setting, outcome.after)
    rng = np.random.default_rng(0)
    bound = outcome.certificate["objective_bound"]
    for _ in range(50):
        mix = rng.uniform()
        amounts = {n: mix * outcome.amounts[n] + (1 - mix) * outcome.equal[n] for n in outcome.amounts}
        assert objective_value(case.setting, evaluate(case.setting, amounts)) <= bound + 1e-9 * abs(best)


def test_what_a_user_changes_in_pyomo_counts(make_case):
    model = sc.build(make_case(6, 1))
    first = optimise(model)
    region = model.setting.regions[0]
    amount = model.pyomo.general_transfer.amount
    amount[region, 2021].fix(3.0)
    model.pyomo.pact = pe.Constraint(
        expr=model.pyomo.infrastructure.amount[region, 2022]
        >= 1.1 * first.amounts["infrastructure"][0, 1] + 1.0
    )
    second = optimise(model)
    assert second.amounts["general_transfer"][0, 0] == pytest.approx(3.0)
    assert second.amounts["infrastructure"][0, 1] >= 1.1 * first.amounts["infrastructure"][0, 1] + 1.0 - 1e-6
    assert second.solution.objective <= first.solution.objective + 1e-9 * abs(first.solution.objective)
    amount[region, 2021].unfix()
    model.pyomo.pact.deactivate()
    third = optimise(model)
    assert third.solution.objective == pytest.approx(first.solution.objective, rel=1e-9)


def test_a_users_own_objective_is_kept(make_case):
    model = sc.build(make_case(5, 1))
    model.pyomo.objective.deactivate()
    region = model.setting.regions[2]
    model.pyomo.mine = pe.Objective(expr=model.pyomo.infrastructure.amount[region, 2021], sense=pe.minimize)
    plan = sc.solve(model)
    assert model.pyomo.mine.active and not model.pyomo.objective.active
    least = float(plan.dataset["amount"].sel(instrument="infrastructure", region=region, year=2021))
    assert least <= 1e-6 or plan.summary["status"] == "optimal"
    assert plan.summary["objective"]["name"] == "user"


def test_expansion_solves_to_the_same_value(model, plan):
    plain = model.expand()
    assert type(plain.infrastructure.amount).__name__ == "IndexedVar"
    result = pe.SolverFactory("highs").solve(plain)
    assert str(result.solver.termination_condition) == "optimal"
    assert pe.value(plain.objective) == pytest.approx(model.solution.objective, rel=1e-9)


def test_same_input_same_fingerprint_same_plan(china, plan):
    again = sc.solve(sc.build(sc.load_case("china")))
    assert again.summary["fingerprint"] == plan.summary["fingerprint"]
    np.testing.assert_allclose(again.dataset["amount"], plan.dataset["amount"], rtol=1e-9, atol=1e-6)
    other = sc.load_case("china", ["programme.ceiling=1.9"])
    assert other.fingerprint != china.fingerprint


@pytest.mark.parametrize(
    "overrides",
    [
        ("objective.of=output",),
        ("objective.of=fiscal_capacity",),
        ("objective.at=horizon",),
        ("objective.kind=maximise_mean",),
        ("objective.kind=minimise_index",),
        ("economy.terminal_value=none",),
        ("economy.spillover.rho=0.2",),
        ("economy.spillover={rho: -0.1, weights: distance}",),
    ],
)
def test_what_is_made_equal_and_how_is_the_scenarios_choice(overrides):
    case = sc.load_case("china", list(overrides))
    outcome = optimise(sc.build(case))
    better = (
        objective_value(case.setting, outcome.after),
        objective_value(case.setting, outcome.equal_per_head),
    )
    assert better[0] < better[1] if "minimise" in overrides[0] else better[0] > better[1]
    assert outcome.certificate["max_violation"] <= 1e-6 and outcome.certificate["solver_gap"] <= 1e-6


def test_contradictory_rules_are_named(make_case):
    case = make_case(5, 0, "programme.budget={amount: 1000}", "programme.hold_harmless=0.9")
    region = case.setting.regions[0]
    case = make_case(
        5,
        0,
        "programme.budget={amount: 1000}",
        f"programme.protected=[{{region: {region}, instrument: general_transfer, amount: 990}}]",
        "programme.hold_harmless=0.9",
    )
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(case))
    rules = set(error.value.conflict.rules)
    assert "programme.protected_general_transfer" in rules
    assert rules & {
        "programme.hold_harmless",
        "programme.ceiling_transfer",
        "programme.floor_transfer",
        "programme.budget",
    }


def test_every_problem_of_a_case_is_told_at_once(make_case):
    with pytest.raises(InputError) as error:
        sc.build(
            make_case(
                5,
                0,
                "economy.allow_outside_band=false",
                "economy.capital.infrastructure.elasticity=0.8",
                "programme.budget={share_of_output: 0.5}",
                "programme.protected=[{region: nowhere, instrument: infrastructure, amount: 1}]",
            )
        )
    text = str(error.value)
    for words in ("0.5 of output", "no region 'nowhere'", "marginal product"):
        assert words in text


def test_one_region_alone(make_case):
    plan = sc.solve(sc.build(make_case(1, 0)))
    assert plan.summary["disparity"]["gini"]["after"] == pytest.approx(0.0, abs=1e-12)


def test_a_ministers_promise_is_kept():
    promise = "programme.protected=[{region: CN-XZ, instrument: infrastructure, amount: 1500}]"
    outcome = optimise(sc.build(sc.load_case("china", [promise])))
    row = outcome.amounts["infrastructure"][list(sc.load_case("china").graph.ids).index("CN-XZ")]
    assert (row >= 1500 - 1e-3).all()


@pytest.mark.parametrize("last, horizon", [(2021, 1), (2022, 2)])
def test_a_horizon_that_ends_with_the_programme(make_case, last, horizon):
    """What is built is not in use before the end, so there are no years in which it yields."""
    outcome = optimise(
        sc.build(
            make_case(
                5,
                3,
                f"programme.years={{first: 2021, last: {last}}}",
                f"economy.horizon={horizon}",
                "economy.capital.human.years_to_build=2",
            )
        )
    )
    assert outcome.certificate["max_violation"] <= 1e-6


TWO_LINES = "instruments={general_transfer: {}, infrastructure: {}, erdf: {}, subsidised_credit: {}}"


def test_a_promise_of_an_instrument_of_several_lines_is_kept(make_case):
    case = make_case(6, 1, TWO_LINES, "programme.floor=0")
    lagging = max(
        case.setting.regions,
        key=lambda r: line_limits(case.setting)["subsidised_credit.fixed"][
            case.setting.regions.index(r)
        ].sum(),
    )
    promised = [
        {"region": lagging, "instrument": "subsidised_credit", "amount": amount} for amount in (15.0, 25.0)
    ]
    case = make_case(6, 1, TWO_LINES, "programme.floor=0", "programme.protected=" + json.dumps(promised))
    outcome, i = optimise(sc.build(case)), case.setting.regions.index(lagging)
    lent = sum(outcome.amounts[f"subsidised_credit.{part}"][i] for part in ("fixed", "working"))
    assert (lent >= 40.0 - 1e-6).all()


def test_caps_name_levels_and_figures_that_exist(make_case):
    with pytest.raises(InputError, match="no level 'provinces'") as told:
        sc.build(make_case(5, 0, "programme.caps={provinces: {share: 0.01}, region: {share: 0.01}}"))
    assert str(told.value).count("no level") == 1
    with pytest.raises(InputError, match=r"caps\.region\.of: the regions have no attribute 'nothing'"):
        sc.build(make_case(5, 0, "programme.caps={region: {share: 0.01, of: nothing}}"))
