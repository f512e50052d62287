"""All vertical transfers in one scenario, and each alone, on the China case."""

from __future__ import annotations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.planner.solving import optimise
from tests.instruments.common import ALONE, agrees, certified, solved

FIVE = ("earmarked_transfer", "tax_return", "service_equalisation", "price_subsidy", "tax_reduction")
ALL = ("general_transfer", "infrastructure", "human_capital", *FIVE)


def together(**params: str) -> str:
    lines = ", ".join(f"{name}: {{{params.get(name, '')}}}" for name in ALL)
    return f"instruments={{{lines}}}"


def exact(model, outcome):
    """No output is thrown away: what the model claims is what the exact response gives, up to the bracket."""
    claimed = float(model.value(model.output_gain))
    bracket = sum(
        (error @ model.setting.weight for error in model.approximations.values()), np.zeros(1)
    ).sum()
    assert claimed <= outcome.after.output_gain * (1 + 1e-7) + 1e-9
    assert claimed >= outcome.after.output_gain - 2 * bracket - 1e-6 * abs(claimed)


@pytest.mark.parametrize("name", FIVE)
def test_each_alone(name):
    model, outcome = solved(sc.load_case("china", [f"instruments={{{name}: {{}}}}", *ALONE]))
    exact(model, outcome)
    agrees(model, outcome, name)


def test_all_together_by_default():
    model, outcome = solved(sc.load_case("china", [together()]))
    exact(model, outcome)
    for name in ALL:
        agrees(model, outcome, name)
    total = sum(outcome.amounts.values())
    np.testing.assert_allclose(total.sum(axis=0), model.setting.budget, rtol=1e-6)
    assert (total.sum(axis=1) / (model.setting.share * total.sum())).max() <= 3.0
    assert (total.sum(axis=1) / total.sum()).max() <= 0.20


@pytest.mark.parametrize(
    "rules",
    [
        (),
        ("objective.kind=minimise_index", "objective.output_floor=0.9", "economy.segments=3"),
        ("economy.spillover.rho=-0.2",),
        ("objective.of=fiscal_capacity",),
    ],
)
def test_all_together_with_money_in_every_line(rules):
    """Least shares and least rates make every line pay something."""
    envelopes = (
        "programme.envelopes={transfer: {min_share: 0.02, max_share: 0.3}, investment: {min_share: 0.5}, relief: {min_share: 0.04}, "
        "equalisation: {min_share: 0.05, max_share: 0.3}, earmarked_transfer: {min_share: 0.05}, price_subsidy: {min_share: 0.01}, "
        "tax_reduction: {min_share: 0.02}}"
    )
    case = sc.load_case("china", [together(tax_return="least: 0.002"), envelopes, *rules])
    model = sc.build(case)
    outcome = optimise(model)
    certified(outcome)
    exact(model, outcome)
    for name in FIVE:
        assert outcome.amounts[name].sum() > 0.001 * case.setting.budget.sum()
        agrees(model, outcome, name)


def test_capital_for_firms_and_residents_is_told_apart_in_the_capacity_of_budgets():
    case = sc.load_case("china", [together(), "objective.of=fiscal_capacity"])
    plan = sc.solve(sc.build(case))
    contribution = plan.dataset["contribution"]
    lines = plan.dataset["amount"].sel(instrument=["price_subsidy", "tax_reduction"]).sum("instrument")
    weight = case.setting.weight[: len(case.setting.years)]
    divisor = case.setting.population * case.setting.attribute("standard_cost_index") / 1e6
    np.testing.assert_allclose(
        contribution.sel(account="private_receipts"),
        -(lines.transpose("region", "year").values @ weight) / divisor,
        atol=1e-9,
    )
