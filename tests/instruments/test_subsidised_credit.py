"""Loans below the market rate: their worth, the limits of the law, money that comes back, capital that is never free."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.economy.credit import FirmsParams, additional, annuity, grant_equivalent, outstanding
from spatialcoord.economy.lagging import LaggingParams, lagging
from spatialcoord.errors import InputError
from spatialcoord.instruments.subsidised_credit import SubsidisedCredit
from spatialcoord.planner.evaluate import evaluate, same_per_head
from tests.instruments.agreement import certified
from tests.planner.conftest import toy

LINES = ("subsidised_credit.fixed", "subsidised_credit.working")


def credit(seed=0, n=6, more=(), **chosen):
    text = ", ".join(f"{key}: {value}" for key, value in chosen.items())
    return toy(
        n, seed, f"instruments={{general_transfer: {{}}, infrastructure: {{}}, subsidised_credit: {{{text}}}}}", *more
    )  # fmt: skip


def all_loans(model):
    """The plan that lends the most money."""
    model.probe(sum(model.amounts[line].sum() for line in LINES), maximise=True)
    return {line: model.planned()[line] for line in LINES}


def demand(setting, params):
    """Demand for fixed and for working capital, written out."""
    growth = np.array([(1 + setting.scenario.economy.growth) ** (t + 1) for t in range(len(setting.years))])
    stock, output = setting.attribute("capital_private"), setting.attribute("output")
    rate = setting.scenario.economy.capital.private.depreciation + setting.scenario.economy.growth
    return params.fixed_share * rate * np.outer(stock, growth), params.working_share * np.outer(
        output, growth
    )


# --- worth of a loan ---------------------------------------------------------------------------------------------------
def test_grant_equivalents_as_published():
    assert 0.65 * grant_equivalent(0.02, 0.06, 10) == pytest.approx(0.1174, abs=5e-5)
    assert 0.65 * grant_equivalent(0.0, 0.06, 10) == pytest.approx(0.1716, abs=5e-5)


@given(st.floats(0.0, 0.2), st.floats(0.001, 0.2), st.integers(1, 40))
def test_a_grant_equivalent_is_the_loan_less_its_payments_at_the_market_rate(rate, market, years):
    paid = sum(annuity(rate, years) / (1 + market) ** k for k in range(1, years + 1))
    assert grant_equivalent(rate, market, years) == pytest.approx(1 - paid, abs=1e-9)
    assert grant_equivalent(market, market, years) == pytest.approx(0.0, abs=1e-12)


def test_additional_investment_by_hand():
    before, after = 0.06 + 0.08, 0.65 * 0.035 + 0.35 * 0.06 + 0.08
    by_hand = 0.75 * ((after / before) ** -0.7 - 1) / 0.65
    assert additional(0.035, 0.06, 0.65, 0.08, FirmsParams()) == pytest.approx(by_hand)
    assert additional(0.035, 0.06, 0.65, 0.08, FirmsParams(crowding_out=1.0)) == 0.0
    assert additional(0.06, 0.06, 0.65, 0.08, FirmsParams()) == 0.0


# --- the three laws ----------------------------------------------------------------------------------------------------
@settings(max_examples=15)
@given(
    law=st.sampled_from(["1961", "1965", "1974"]),
    seed=st.integers(0, 30),
    fixed=st.floats(0.001, 1.0),
    working=st.floats(0.0001, 0.05),
    treasury=st.floats(0.0, 0.055),
    revolving=st.booleans(),
)
def test_limits_are_never_exceeded_and_others_get_nothing(law, seed, fixed, working, treasury, revolving):
    case = credit(
        seed, law=f"'{law}'", fixed_share=fixed, working_share=working, treasury_rate=treasury,
        revolving=str(revolving).lower(), eligible="{output_per_head: 1.0}",
    )  # fmt: skip
    setting, params = case.setting, case.scenario.instruments["subsidised_credit"]
    model = sc.build(case)
    open_to = lagging(setting, LaggingParams(output_per_head=1.0))
    reserve = grant_equivalent(
        params.market_rate - params.guarantee_premium, params.market_rate, params.working_term
    )
    allowed = {"1961": 0.0, "1965": 0.90, "1974": 1.00}[law]
    need_fixed, need_working = demand(setting, params)
    for amounts in (all_loans(model), certified(model).amounts):
        lent = amounts[LINES[0]], amounts[LINES[1]] / (reserve if law == "1965" else 1.0)
        assert (lent[0] <= 0.65 * need_fixed * (1 + 1e-6) + 1e-6).all()
        assert (lent[1] <= allowed * need_working * (1 + 1e-6) + 1e-4).all()
        for loans in lent:
            assert not loans[~open_to].any()
    assert open_to.any() and not open_to.all()


def test_what_each_law_lends():
    for law, share, cost in (("1961", 0.0, None), ("1965", 0.9, 1.0), ("1974", 1.0, None)):
        case = credit(law=f"'{law}'")
        setting, params = case.setting, case.scenario.instruments["subsidised_credit"]
        part = SubsidisedCredit()
        model = sc.build(case)
        # room in the law, not in the budget: what may be lent at most
        most = part.most(setting, params)["working"]
        money = grant_equivalent(0.045, 0.06, 5) if law == "1965" else 1.0
        open_to = lagging(setting, params.eligible)[:, None]
        np.testing.assert_allclose(most, money * share * demand(setting, params)[1] * open_to)
        assert part.cost(setting, params)["working"] == pytest.approx(
            cost or grant_equivalent(0.035, 0.06, 5)
        )
        assert ("working" in part.repaid(setting, params)) == (law == "1974")
        assert part.builds(params)["working"] == (() if law == "1961" else ("private",))
        lent = sum(all_loans(model).values())
        assert lent.sum() > 0


def test_terms_beyond_25_years_are_refused():
    with pytest.raises(InputError, match="fixed_term"):
        credit(fixed_term=26)


def test_problems_are_told_at_once():
    with pytest.raises(InputError) as told:
        sc.build(credit(treasury_rate=0.07, eligible="{output_per_head: 0.01}"))
    text = str(told.value)
    assert "above the market rate" in text and "no region has output per head" in text


# --- money that comes back ----------------------------------------------------------------------------------------------
def test_what_comes_back_is_lent_again_and_no_more():
    lent = {}
    for revolving in (True, False):
        # so little money that demand never limits
        case = credit(revolving=str(revolving).lower(), fixed_term=4, more=("programme.budget={amount: 40}",))
        model = sc.build(case)
        money = all_loans(model)
        lent[revolving] = money
        budget = case.setting.budget
        if not revolving:
            assert sum(m.sum() for m in money.values()) == pytest.approx(budget.sum(), rel=1e-9)
    by_year = {line: amount.sum(axis=0) for line, amount in lent[True].items()}
    back = np.zeros(3)
    for line, term in zip(LINES, (4, 5), strict=True):
        for paid in range(3):
            for later in range(paid + 1, min(3, paid + term + 1)):
                back[later] += annuity(0.035, term) * by_year[line][paid]
    total = sum(by_year.values())
    np.testing.assert_allclose(total, budget + back, rtol=1e-9)
    assert total.sum() > budget.sum() * 1.2


def test_what_is_owed_is_what_was_lent_less_what_was_repaid_of_it():
    setting = credit().setting
    owed = outstanding(setting, 0.035, 10)
    left, payment = 1.0, annuity(0.035, 10)
    for year in range(3):
        assert owed[year, 0] == pytest.approx(left)
        left = left * 1.035 - payment
    assert owed[0, 1] == 0.0


# --- private capital is never free -----------------------------------------------------------------------------------------
def test_without_a_loan_nothing_happens():
    setting = credit().setting
    nothing = {line: np.zeros((6, 3)) for line in LINES}
    np.testing.assert_array_equal(evaluate(setting, nothing).target, evaluate(setting, {}).target)


def test_a_loan_at_the_market_rate_has_no_effect():
    case = credit(treasury_rate=0.06, spread=0.0)
    setting, params = case.setting, case.scenario.instruments["subsidised_credit"]
    assert SubsidisedCredit().cost(setting, params)["fixed"] == pytest.approx(0.0, abs=1e-12)
    loans = {line: np.full((6, 3), 10.0) for line in LINES}
    np.testing.assert_allclose(evaluate(setting, loans).target, evaluate(setting, {}).target, rtol=1e-12)
    certified(sc.build(case))


def test_all_that_is_invested_is_paid():
    """What firms and payers lose before it yields is what is invested, to the last unit: the grant only moves."""
    case = credit()
    setting = case.setting
    loans = {line: np.random.default_rng(1).uniform(0, 5, (6, 3)) for line in LINES}
    effects = evaluate(setting, loans).effects
    moved = effects["income_receipts"] - effects["private_cost"] - effects["financing"]
    np.testing.assert_allclose(moved.sum(axis=0), -effects["invested_private"].sum(axis=0))
    assert (effects["invested_private"] > 0).all() and effects["output"].sum() > 0
    # firms alone pay the investment less the grant in their loans
    np.testing.assert_allclose(
        effects["private_cost"] - effects["income_receipts"],
        effects["invested_private"] - effects["receipts"],
    )


def test_money_for_firms_is_no_capacity_of_the_budget():
    case = credit(more=("objective.of=fiscal_capacity", "economy.capital.private.elasticity=1e-12"))
    loans = {line: np.full((6, 3), 5.0) for line in LINES}
    setting = case.setting
    np.testing.assert_allclose(evaluate(setting, loans).target, evaluate(setting, {}).target)


# --- beside other instruments --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("law", ["1961", "1965", "1974"])
def test_together_with_transfers_and_infrastructure(seed, law):
    case = credit(seed, 8, ("programme.envelopes={credit: {min_share: 0.005}}",), law=f"'{law}'")
    outcome = certified(sc.build(case))
    assert sum(outcome.amounts[line].sum() for line in LINES) >= 0.005 * case.setting.budget.sum() * (
        1 - 1e-6
    )
    # floor and ceiling are per head of those who can get any
    setting = case.setting
    open_to = lagging(setting, LaggingParams())
    money = sum(outcome.amounts[line] for line in LINES)[open_to]
    share = setting.share[open_to] / setting.share[open_to].sum()
    equal = share[:, None] * money.sum(axis=0)
    assert (money >= 0.5 * equal - 1e-6).all() and (money <= 2.0 * equal + 1e-6).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_pure_index_throws_nothing_away(seed):
    index = ("objective.kind=minimise_index", "objective.output_floor=0.6", "economy.segments=3")
    used = ("programme.envelopes={credit: {min_share: 0.002}}",)
    outcome = certified(sc.build(credit(seed, 5, (*index, *used), eligible="{output_per_head: 1.0}")))
    assert outcome.after.effects["invested_private"].sum() > 0


def test_the_counterfactual_stays_among_the_eligible():
    case = credit(2)
    setting, params = case.setting, case.scenario.instruments["subsidised_credit"]
    model = sc.build(case)
    plan = all_loans(model)
    equal = same_per_head(setting, plan)
    for line, amount in equal.items():
        part = line.partition(".")[2]
        np.testing.assert_allclose(amount.sum(axis=0), plan[line].sum(axis=0), rtol=1e-9)
        assert (amount <= SubsidisedCredit().most(setting, params)[part] + 1e-6).all()


def test_the_plan_tells_what_was_lent():
    plan = sc.solve(
        sc.build(credit(law="'1965'", more=("programme.envelopes={credit: {min_share: 0.005}}",)))
    )
    lent, amount = plan.dataset["subsidised_credit_lent"], plan.dataset["amount"]
    reserve = grant_equivalent(0.045, 0.06, 5)
    expected = amount.sel(instrument=LINES[0]) + amount.sel(instrument=LINES[1]) / reserve
    np.testing.assert_allclose(lent, expected, atol=1e-6)
    assert lent.attrs["units"] == "million CUR/yr"


def test_a_promise_is_held_against_the_ceiling_among_the_eligible():
    from spatialcoord.planner.promises import broken_promises

    setting = credit(2).setting
    open_to = lagging(setting, LaggingParams())
    region = int(np.flatnonzero(open_to)[0])
    budget = float(setting.budget.min())
    among = 2.0 * setting.share[region] / setting.share[open_to].sum() * budget
    assert among > 2.0 * setting.share[region] * budget
    for amount, broken in ((0.9 * min(among, budget), False), (1.1 * max(among, budget), True)):
        line = f"{{region: {setting.regions[region]}, instrument: subsidised_credit, amount: {amount}}}"
        case = credit(2, more=(f"programme.protected=[{line}]", "programme.floor=0"))
        assert bool(broken_promises(case.setting)) == broken
