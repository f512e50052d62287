"""Borrowing: the debt rule, a cost that rises, and nobody who borrows without profit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.economy.credit import annuity
from spatialcoord.instruments.market_finance import MarketFinance
from spatialcoord.planner.evaluate import evaluate, same_per_head
from tests.instruments.agreement import certified
from tests.planner.conftest import toy


def market(seed=0, n=6, more=(), **chosen):
    text = ", ".join(f"{key}: {value}" for key, value in chosen.items())
    return toy(
        n, seed, f"instruments={{general_transfer: {{}}, infrastructure: {{}}, market_finance: {{{text}}}}}", *more
    )  # fmt: skip


def burdens(setting, params, amount):
    """Service falling due the year after, and stock owed, of given borrowing, loan by loan."""
    width = params.width * setting.attribute("output")
    service, stock = np.zeros_like(amount), np.zeros_like(amount)
    years = amount.shape[1]
    for lent in range(years):
        left = amount[:, lent].copy()
        for step in range(params.steps):
            grown = width * (1 + setting.scenario.economy.growth) ** (lent + 1)
            here = np.minimum(left, grown)
            left = left - here
            rate = params.market_rate + params.first_spread + step * params.rising_by
            payment, owed = annuity(rate, params.term), here.copy()
            for now in range(lent, years):
                if now - lent < params.term:
                    service[:, now] += payment * here
                    stock[:, now] += owed
                owed = owed * (1 + rate) - payment * here
    return service, stock


@settings(max_examples=15)
@given(
    seed=st.integers(0, 30), rule=st.sampled_from(["service", "stock"]),
    share=st.just(0.0) | st.floats(1e-6, 0.1),  # a limit of less than the solver's tolerance cannot be held to a millionth
    term=st.integers(1, 30), width=st.floats(0.0005, 0.01), steps=st.integers(1, 5),
)  # fmt: skip
def test_debt_never_exceeds_the_rule(seed, rule, share, term, width, steps):
    case = market(
        seed, rule=rule, service_share=share, stock_share=share, term=term, width=width, steps=steps
    )
    setting, params = case.setting, case.scenario.instruments["market_finance"]
    model = sc.build(case)
    model.probe(model.beside["market_finance"].sum(), maximise=True)
    most = model.planned()["market_finance"]
    for amount in (most, certified(model).amounts["market_finance"]):
        service, stock = burdens(setting, params, amount)
        if rule == "service":
            assert (service <= share * setting.attribute("own_revenue")[:, None] * (1 + 1e-6) + 1e-5).all()
        else:
            assert (stock <= share * setting.attribute("output")[:, None] * (1 + 1e-6) + 1e-5).all()
        assert (amount <= steps * width * setting.attribute("output")[:, None] * (1 + 1e-6)).all()


def test_cost_by_hand():
    case = market(width=0.01, steps=2, term=10, first_spread=0.01, rising_by=0.01)
    setting, params = case.setting, case.scenario.instruments["market_finance"]
    first = 0.01 * setting.attribute("output")
    amount = np.repeat((1.5 * first)[:, None], 3, axis=1)
    cost = MarketFinance().response(setting, params, amount)["debt_cost"]
    unit = [annuity(rate, 10) * sum(1.06**-k for k in range(1, 11)) for rate in (0.07, 0.08)]
    np.testing.assert_allclose(cost, ((unit[0] + 0.5 * unit[1]) * first)[:, None] * np.ones(3))
    assert unit[1] > unit[0] > 1.0


@given(st.floats(0, 0.03), st.floats(0.0001, 0.02))
def test_cost_is_convex(share, more):
    case = market()
    setting, params = case.setting, case.scenario.instruments["market_finance"]
    unit = np.outer(setting.attribute("output"), np.ones(3))
    a, b, c = (
        MarketFinance().response(setting, params, (share + k * more) * unit)["debt_cost"] for k in range(3)
    )
    assert (c - b >= (b - a) * (1 - 1e-9)).all() and (b > a).all()


def test_without_profit_nobody_borrows():
    for more in (
        ("economy.capital.infrastructure.elasticity=0.02",),
        ("economy.terminal_value=none", "economy.horizon=5"),
    ):
        assert certified(sc.build(market(more=more))).amounts["market_finance"].sum() <= 1e-6
    assert certified(sc.build(market())).amounts["market_finance"].sum() > 0


def test_it_costs_the_budget_nothing_and_nobody_else_pays():
    case = market()
    amount = {"market_finance": np.full((6, 3), 100.0)}
    effects = evaluate(case.setting, amount).effects
    assert not effects["receipts"].any() and not effects["financing"].any()
    plan = sc.solve(sc.build(case))
    assert "market_finance" not in plan.dataset["instrument"].values
    assert float(plan.dataset["beside"].sum()) > 0
    assert plan.summary["budget"]["spent"] <= plan.summary["budget"]["available"] * (1 + 1e-9)
    np.testing.assert_array_equal(
        same_per_head(case.setting, amount)["market_finance"], amount["market_finance"]
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_pure_index_takes_the_cheap_money_first(seed):
    more = ("objective.kind=minimise_index", "objective.output_floor=0.6", "economy.segments=3")
    model = sc.build(market(seed, 5, more))
    outcome = certified(model)
    # what the model says debt costs is what the amounts cost in the natural order
    said = model.value(model.ledger.by_part("debt_cost")["market_finance"])
    np.testing.assert_allclose(said, outcome.after.effects["debt_cost"], atol=1e-6 * said.max())
