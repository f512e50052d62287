"""Differential tax rates: equilibrium, conservation, optimality against enumeration, signs, and what is refused."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyomo.environ as pe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.economy.mobile_capital import MobileCapital, Tangent
from spatialcoord.errors import InputError
from spatialcoord.explore.near_optimal import NearOptimal
from spatialcoord.instruments.differential_tax import DifferentialTax
from spatialcoord.instruments.tax_figures import Tax
from spatialcoord.model import Data
from spatialcoord.planner import Case
from spatialcoord.planner.evaluate import evaluate, objective_value
from spatialcoord.planner.sensitivity import vary
from spatialcoord.planner.solving import optimise
from spatialcoord.regions import RegionGraph
from spatialcoord.regions.attributes import Attribute
from spatialcoord.scenario.loading import parse_scenario
from tests.planner.conftest import TEXT, toy

KEY = "instruments.differential_tax"
FOUR = f"{KEY}.brackets=[-0.02, 0, 0.01, 0.02]"


def case_of(n, seed, *overrides):
    return toy(n, seed, f"{KEY}={{}}", *overrides)


def tax_of(case):
    return Tax(case.setting, case.scenario.instruments["differential_tax"])


def lines_of(case, rate):
    """Amounts of both lines that mean given rates, shape (R,)."""
    tax = tax_of(case)
    change = (np.asarray(rate) - tax.params.rate)[:, None] * tax.base
    return {
        "differential_tax.rise": np.maximum(change, 0.0),
        "differential_tax.cut": np.maximum(-change, 0.0),
    }


def rates_of(model):
    setting = model.setting
    params = setting.scenario.instruments["differential_tax"]
    return DifferentialTax().outputs(model, setting, params)["rate"].values / 100.0


# --- the equilibrium ---------------------------------------------------------------------------------------------------
SHARES = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=8)


@settings(deadline=None)
@given(SHARES, st.data(), st.floats(0.05, 0.8), st.floats(0.0, 50.0))
def test_capital_is_conserved_and_returns_are_in_equilibrium(shares, data, alpha, elasticity):
    share = np.array(shares) / sum(shares)
    kept = np.array(data.draw(st.lists(st.floats(0.5, 1.5), min_size=len(share), max_size=len(share))))
    k = MobileCapital(share, alpha, elasticity).moved(kept)
    assert share @ k == pytest.approx(1.0, abs=1e-12)
    # equation (1), which (2) solves: location by after-tax returns that include what arrival takes from them
    pull = (kept * k ** (alpha - 1.0)) ** elasticity
    np.testing.assert_allclose(k, pull / (share @ pull), rtol=1e-9)


def test_two_regions_by_hand():
    # half of the stock each, eta' = 1 / (1 + 0.65) of .97 and 1.03
    k = MobileCapital(np.array([0.5, 0.5]), 0.35, 1.0).moved(np.array([0.97, 1.03]))
    low, high = 0.97 ** (1 / 1.65), 1.03 ** (1 / 1.65)
    np.testing.assert_allclose(k, [2 * low / (low + high), 2 * high / (low + high)])
    # perfect mobility: after-tax returns are equal again
    free = MobileCapital(np.array([0.5, 0.5]), 0.35, 1e9).moved(np.array([0.97, 1.03]))
    returns = np.array([0.97, 1.03]) * free**-0.65
    assert returns[0] == pytest.approx(returns[1], rel=1e-6)


def test_the_tangent_lies_below_the_curve_by_no_more_than_is_said():
    share, kept = np.array([0.3, 0.7]), np.array([[0.98, 1.0, 1.03], [0.97, 1.0, 1.01]])
    capital, every = MobileCapital(share, 0.35, 2.0), np.ones((2, 3), bool)
    low, high = capital.range(kept, every)
    q, at = np.meshgrid(np.linspace(low, high, 40), np.linspace(low, high, 40))
    gap = q**-0.35 - (at**-0.35 - 0.35 * at**-1.35 * (q - at))
    assert gap.min() >= -1e-15
    assert gap.max() == pytest.approx(capital.gap(kept, every), rel=1e-6)


# --- the plan ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("more", [(), (f"{KEY}.mobility=3", f"{KEY}.taxed_share=1")])
def test_the_plan_is_the_best_of_all_combinations(seed, more):
    """Six regions, four brackets: every one of the 4096 combinations, evaluated exactly.

    Six regions receive nothing beyond fixed amounts here, so that a combination of rates is a whole plan.
    """
    case = case_of(
        6, seed, FOUR, f"{KEY}.differential=false", "programme.floor=1", "programme.ceiling=1", *more
    )
    case = case.under(
        case.scenario.model_copy(
            update={
                "instruments": {
                    name: case.scenario.instruments[name] for name in ("general_transfer", "differential_tax")
                }
            }
        )
    )
    setting, tax = case.setting, tax_of(case)
    outcome = optimise(sc.build(case))
    best = -np.inf
    for choice in product(range(4), repeat=6):
        rate = tax.rates[list(choice)]
        amounts = lines_of(case, rate)
        levy = (
            DifferentialTax()
            .response(setting, tax.params, {k.partition(".")[2]: v for k, v in amounts.items()})["levy"]
            .sum(axis=0)
        )
        if levy.min() < -1e-6:
            continue
        # all the money is spent: what the budget holds and what the rates bring, the same per head
        amounts["general_transfer"] = setting.share[:, None] * (setting.budget + levy)
        best = max(best, objective_value(setting, evaluate(setting, amounts)))
    achieved = outcome.certificate["objective_recomputed"]
    assert achieved == pytest.approx(best, rel=2e-7)
    assert outcome.certificate["objective_bound"] >= best * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "more",
    [
        (),
        (f"{KEY}.mobility=3", f"{KEY}.taxed_share=1"),
        ("economy.spillover.rho=-0.1",),
        ("objective.kind=minimise_index",),
        ("objective.measure=max_min", "objective.kind=minimise_index"),
        ("objective.measure=theil_t",),
    ],
)
def test_model_and_response_say_the_same(seed, more):
    case = case_of(8, seed, *more)
    model, tax = sc.build(case), tax_of(case)
    outcome = optimise(model)
    setting, effects = case.setting, outcome.after.effects
    assert outcome.certificate["max_violation"] <= 1e-6
    assert outcome.certificate["reduction_gap"] <= 0.06
    levied = np.asarray(model.value(model.ledger.by_part("levy")["differential_tax"]))
    np.testing.assert_allclose(effects["levy"], levied, atol=1e-7 * tax.base.max())
    moved = np.asarray(model.value(model.ledger.by_part("output")["differential_tax"]))
    params = case.scenario.instruments["differential_tax"]
    amounts = {k.partition(".")[2]: v for k, v in outcome.amounts.items() if k.startswith("differential_tax")}
    exact = DifferentialTax().response(setting, params, amounts)["output"]
    np.testing.assert_allclose(exact, moved, atol=1e-8 * setting.output.max())
    # rates read from the lines are brackets, and capital is conserved
    rates = rates_of(model)
    np.testing.assert_allclose(
        tax.rate_of(amounts), np.repeat(rates[:, None], len(setting.years), 1), atol=1e-9
    )
    assert set(np.round(rates, 9)) <= set(np.round(tax.rates, 9))
    assert tax.capital.share @ tax.moved(rates) == pytest.approx(1.0, abs=1e-9)
    assert exact[:, len(setting.years) :].max() == 0.0  # the programme over, capital is back


@pytest.mark.parametrize("seed", range(3))
def test_the_rich_pay_more_and_capital_moves_to_low_rates(seed):
    case = case_of(10, seed, "programme.floor=1", "programme.ceiling=1")
    model, tax = sc.build(case), tax_of(case)
    outcome = optimise(model)
    rates = rates_of(model)
    assert (rates[tax.poor] <= 0.06 + 1e-12).all()
    assert (rates[~tax.poor] >= 0.06 - 1e-12).all()
    assert rates.max() > 0.06 > rates.min()
    moved = tax.moved(rates)
    assert moved[rates.argmin()] > 1.0 > moved[rates.argmax()]
    assert (np.diff(moved[np.argsort(rates)]) <= 1e-12).all()
    levy = outcome.after.effects["levy"]
    assert (levy[rates > 0.06] > 0).all()
    assert (levy[rates < 0.06] < 0).all()
    assert (levy.sum(axis=0) >= -1e-6 * tax.base.sum()).all()
    assert outcome.after.index < outcome.equal_per_head.index < outcome.before.index * (1 + 1e-9)
    # receipts less levies are what is paid for
    effects = outcome.after.effects
    np.testing.assert_allclose(
        effects["financing"].sum(axis=0), (effects["receipts"] - effects["levy"]).sum(axis=0), rtol=1e-9
    )


def test_the_levy_sums_to_what_is_asked():
    for least, most in ((0.05, None), (0.0, 0.01)):
        upper = "null" if most is None else most
        case = case_of(10, 1, f"{KEY}.extra_revenue={{least: {least}, most: {upper}}}")
        outcome, tax = optimise(sc.build(case)), tax_of(case)
        extra = outcome.after.effects["levy"].sum(axis=0) / (tax.params.rate * tax.base.sum(axis=0))
        assert extra.min() >= least - 1e-7
        assert most is None or extra.max() <= most + 1e-7
        assert np.ptp(extra) <= 1e-9  # the baseline grows alike everywhere


def test_no_difference_no_effect():
    case, plain = case_of(6, 0, f"{KEY}.brackets=[0]"), toy(6, 0)
    zero = evaluate(case.setting, lines_of(case, np.full(6, 0.06)))
    before = evaluate(case.setting, {})
    np.testing.assert_allclose(zero.target, before.target, rtol=1e-14)
    assert objective_value(case.setting, optimise(sc.build(case)).after) == pytest.approx(
        objective_value(plain.setting, optimise(sc.build(plain)).after), rel=1e-9
    )


def test_rates_need_not_be_brackets():
    """Means of plans and variations stay meaningful: the mean of two amounts is the mean of the rates."""
    case = case_of(5, 2)
    tax, rates = tax_of(case), np.array([0.043, 0.06, 0.06, 0.0717, 0.08])
    amounts = {k.partition(".")[2]: v for k, v in lines_of(case, rates).items()}
    np.testing.assert_allclose(tax.rate_of(amounts), np.repeat(rates[:, None], 3, 1), rtol=1e-12)
    effects = DifferentialTax().response(case.setting, tax.params, amounts)
    k = tax.moved(rates)
    by_hand = tax.base[:, 0] * (rates * k**0.35 - 0.06)
    np.testing.assert_allclose(effects["levy"][:, 0], by_hand, rtol=1e-9)
    outcome = optimise(sc.build(case))
    assert len(vary(case.setting, outcome.amounts, outcome.equal)) >= 5


def test_the_figure_of_the_tax_as_its_base():
    known = Attribute("corporate_income_tax", "million CUR/yr", "Revenue of the tax on profits", 0.0)
    table = RegionGraph.synthetic(6, 0, geometry=False).frame.drop(columns=["group", "macro_region"])
    table["corporate_income_tax"] = 0.004 * table["output"]
    table.loc[table.index[2], "corporate_income_tax"] = 0.0
    text = TEXT.replace(
        "human_capital: {}", "differential_tax: {base: corporate_income_tax, differential: false}"
    )
    case = Case(RegionGraph(table, attributes={known.name: known}), parse_scenario(text))
    tax, model = tax_of(case), sc.build(case)
    outcome = optimise(model)
    revenue = table["corporate_income_tax"].to_numpy() * case.setting.growth_factor[0]
    np.testing.assert_allclose(tax.base[:, 0] * 0.06, revenue, rtol=1e-12)
    assert rates_of(model)[2] == pytest.approx(0.06)
    assert outcome.certificate["max_violation"] <= 1e-6
    levied = np.asarray(model.value(model.ledger.by_part("levy")["differential_tax"]))
    np.testing.assert_allclose(outcome.after.effects["levy"], levied, atol=1e-7 * tax.base.max())


# --- exploring ---------------------------------------------------------------------------------------------------------
def test_the_fit_ends_after_a_change():
    model = sc.build(case_of(8, 3, f"{KEY}.mobility=3", f"{KEY}.taxed_share=1"))
    (tangent,) = (term for term in model.terms if isinstance(term, Tangent))
    for budget in (1.0, 3.0):
        model.limit("programme.budget", upper=budget * model.setting.budget.mean())
        model.solve()
        assert tangent.refine(model) == 0
        q, a = (1.0 + float(model.value(x)) for x in (tangent.demand, tangent.common))
        assert a == pytest.approx(q**-0.35, abs=1e-11)


def test_alternatives_keep_the_rates():
    case = case_of(6, 1)
    plan = sc.solve(sc.build(case))
    near = NearOptimal(case, plan, 1e-4)
    assert not near.model.session.whole  # with the rates held the rest is linear
    money = near.money()
    (region,) = money.dims
    weights = np.eye(len(region))[0]
    found = near.probe((money * Data((region,), weights)).sum(), True)
    assert near.excess(found.objective) <= 1e-9
    assert found.amounts[:, 0].sum() >= near.best.amounts[:, 0].sum() * (1 - 1e-9)
    np.testing.assert_allclose(
        plan.dataset["differential_tax_levy"].values, found.evaluation.effects["levy"], rtol=1e-6, atol=1e-3
    )


def test_a_plan_tells_rates_levy_and_capital():
    data = sc.solve(sc.build(case_of(6, 1))).dataset
    assert data["differential_tax_rate"].attrs["units"] == "%"
    assert set(np.round(data["differential_tax_rate"].values, 6)) <= {4.0, 5.0, 6.0, 7.0, 8.0}
    assert data["differential_tax_levy"].dims == ("region", "year")
    assert list(data["line"].values) == ["differential_tax.rise", "differential_tax.cut"]
    for name in ("rate", "levy", "capital_moved"):
        assert {"long_name", "long_name_zh"} <= set(data[f"differential_tax_{name}"].attrs)
    moved = data["differential_tax_capital_moved"]
    assert moved.attrs["units"] == "%" and 0.01 < float(abs(moved).max()) < 5.0


def test_an_expanded_model_has_the_same_optimum():
    model = sc.build(case_of(4, 0))
    value = model.solve().objective
    whole = model.expand(complete=True)
    solver = pe.SolverFactory("highs")
    solver.options["mip_rel_gap"] = 1e-9
    solver.solve(whole)
    assert pe.value(next(whole.component_data_objects(pe.Objective, active=True))) == pytest.approx(
        value, rel=1e-7
    )


def test_a_contradiction_is_told():
    case = case_of(6, 0, f"{KEY}.extra_revenue.least=2")
    with pytest.raises(sc.errors.Infeasible) as found:
        optimise(sc.build(case))
    kinds = {clash.kind for clash in found.value.conflict.clashes}
    assert "extra_revenue" in kinds and kinds <= {"extra_revenue", "own"}  # and what defines the revenue


# --- what is refused ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("override", "words"),
    [
        (f"{KEY}.brackets=[-0.01, 0.01]", "leave out 0"),
        (f"{KEY}.brackets=[0.01, 0, -0.01]", "ascending"),
        (f"{KEY}.brackets=[0, 0.05]", "beyond the law"),
        (f"{KEY}={{rate: 0.01, brackets: [-0.02, 0]}}", "no rate of a tax"),
        (f"{KEY}.base=tax_on_windows", "tax_on_windows"),
        (f"{KEY}.extra_revenue={{least: 0.1, most: 0.01}}", "exceeds the largest"),
        ("objective.measure=leximin", "leximin"),
    ],
)
def test_what_is_wrong_is_told(override, words):
    with pytest.raises(InputError, match=words):
        sc.build(case_of(6, 0, override))


def test_rates_alone_give_the_surplus_back_to_those_who_pay_for_the_programme():
    text = TEXT.replace("general_transfer: {}, infrastructure: {}, human_capital: {}", "differential_tax: {}")
    plan = sc.solve(sc.build(Case(RegionGraph.synthetic(6, 0, geometry=False), parse_scenario(text))))
    assert plan.summary["budget"]["spent"] == 0.0 and plan.dataset.sizes["instrument"] == 0
    levied = plan.dataset["differential_tax_levy"].sum("region")
    np.testing.assert_allclose(plan.dataset["financing"].sum("region"), -levied, rtol=1e-9)
    assert plan.summary["disparity"]["gini"]["after"] < plan.summary["disparity"]["gini"]["before"]


def test_too_many_decisions_are_refused():
    with pytest.raises(InputError, match="yes-or-no decisions"):
        sc.build(case_of(250, 0))


def test_a_tax_that_reaches_nothing_is_refused():
    with pytest.raises(InputError, match=r"taxed_share: the tax reaches no profit"):
        sc.build(case_of(5, 1, f"{KEY}.taxed_share=0"))
