"""The bank's books, its limits, and who pays for what it gives away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.economy.credit import annuity, grant_equivalent
from spatialcoord.economy.lagging import lagging
from spatialcoord.instruments.development_bank import DevelopmentBank
from spatialcoord.planner.evaluate import evaluate, same_per_head
from tests.instruments.agreement import certified
from tests.planner.conftest import toy

LINES = ("development_bank.firms", "development_bank.infrastructure")


def bank(seed=0, n=6, more=(), **chosen):
    text = ", ".join(f"{key}: {value}" for key, value in chosen.items())
    return toy(
        n, seed, f"instruments={{general_transfer: {{}}, infrastructure: {{}}, development_bank: {{{text}}}}}", *more
    )  # fmt: skip


def books(capital, leverage, rate, term):
    """Loans and debts of one branch by its books: every loan is followed by itself."""
    lent, owed = [], []
    for t in range(len(capital)):
        debts = 0.0
        for s, loan in enumerate(lent):
            left = loan
            for _ in range(min(t - s, term)):
                left = left * (1 + rate) - loan * annuity(rate, term)
            debts += left
        lent.append(leverage * sum(capital[: t + 1]) - debts)
        owed.append(debts + lent[-1])
    return np.array(lent), np.array(owed)


@settings(max_examples=30)
@given(
    st.lists(st.floats(0, 100), min_size=3, max_size=3), st.floats(1, 10), st.floats(0, 0.06), st.integers(1, 30)
)  # fmt: skip
def test_loans_follow_the_books(capital, leverage, rate, term):
    case = bank(leverage=leverage, rate=rate, term=term)
    params = case.scenario.instruments["development_bank"]
    lent, owed = books(capital, leverage, rate, term)
    said = DevelopmentBank().lending(case.setting, params, np.array([capital]))
    np.testing.assert_allclose(said[0], lent, atol=1e-9 * max(1.0, lent.max()))
    np.testing.assert_allclose(owed, leverage * np.cumsum(capital), atol=1e-9)
    assert (said >= 0).all()


@settings(max_examples=12)
@given(
    st.integers(0, 30), st.floats(1, 12), st.floats(0, 0.06), st.integers(1, 20), st.floats(0.01, 0.3)
)  # fmt: skip
def test_limits_are_never_exceeded_and_others_get_nothing(seed, leverage, rate, term, demand):
    case = bank(
        seed, leverage=leverage, rate=rate, term=term, demand_share=demand, eligible="{output_per_head: 1.0}"
    )
    setting, params = case.setting, case.scenario.instruments["development_bank"]
    model = sc.build(case)
    model.probe(sum(model.amounts[line].sum() for line in LINES), maximise=True)
    open_to = lagging(setting, params.eligible)
    for amounts in (model.planned(), certified(model).amounts):
        for line in LINES:
            assert not amounts[line][~open_to].any()
        firms, works = (DevelopmentBank().lending(setting, params, amounts[line]) for line in LINES)
        rate_of_growth = (
            setting.scenario.economy.capital.private.depreciation + setting.scenario.economy.growth
        )
        need = demand * rate_of_growth * setting.attribute("capital_private")[:, None]
        assert (firms <= params.loan_share * need * (1 + 1e-6) + 1e-6).all()
        largest = params.absorption.largest * setting.attribute("budget_expenditure")[:, None]
        assert (works <= largest * (1 + 1e-6)).all()


def test_payers_give_the_grant_in_the_loans_and_keep_the_capital():
    case = bank()
    setting = case.setting
    capital = {line: np.random.default_rng(2).uniform(0, 3, (6, 3)) for line in LINES}
    effects = evaluate(setting, capital).effects
    part, params = DevelopmentBank(), case.scenario.instruments["development_bank"]
    firms, works = (part.lending(setting, params, capital[line]) for line in LINES)
    grant = grant_equivalent(0.045, 0.06, 15)
    np.testing.assert_allclose(effects["receipts"], grant * (firms + works))
    np.testing.assert_allclose(effects["financing"].sum(), grant * (firms + works).sum())
    # the region's governments owe the rest of what they build, firms pay all that they add
    np.testing.assert_allclose(effects["debt_cost"], (1 - grant) * works)
    np.testing.assert_allclose(effects["private_cost"], effects["invested_private"])
    # the grant moves, what is built is paid: nothing else is lost or made before it yields
    income = (
        effects["income_receipts"] - effects["private_cost"] - effects["debt_cost"] - effects["financing"]
    )
    np.testing.assert_allclose(income.sum(), -(effects["invested_private"] + works).sum())


def test_without_capital_nothing_happens():
    setting = bank().setting
    nothing = {line: np.zeros((6, 3)) for line in LINES}
    np.testing.assert_array_equal(evaluate(setting, nothing).target, evaluate(setting, {}).target)


@pytest.mark.parametrize("kind", ["equity_adjusted_mean", "minimise_index"])
@pytest.mark.parametrize("seed", range(2))
def test_together_with_transfers_and_infrastructure(seed, kind):
    more = ("programme.envelopes={credit: {min_share: 0.01}}", f"objective.kind={kind}", "economy.segments=3")
    case = bank(seed, 6, (*more, "objective.output_floor=0.6"), eligible="{output_per_head: 1.0}")
    outcome = certified(sc.build(case))
    assert sum(outcome.amounts[line].sum() for line in LINES) > 0
    equal = same_per_head(case.setting, outcome.amounts)
    for line in LINES:
        assert equal[line].sum() == pytest.approx(outcome.amounts[line].sum(), rel=1e-9)


def test_the_plan_tells_loans_and_debts():
    plan = sc.solve(sc.build(bank(more=("programme.envelopes={credit: {min_share: 0.005}}",))))
    data = plan.dataset
    for part, line in zip(("firms", "infrastructure"), LINES, strict=True):
        owed = data[f"development_bank_outstanding_{part}"].transpose("region", "year").values
        capital = data["amount"].sel(instrument=line).values
        np.testing.assert_allclose(owed, 5.0 * np.cumsum(capital, axis=1), atol=1e-6)
        assert data[f"development_bank_lending_{part}"].attrs["units"] == "million CUR/yr"
