"""Market integration: access by hand, rows against numbers, the optimum against every plan on a grid, and what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.economy.barriers import Barriers
from spatialcoord.errors import InputError
from spatialcoord.planner import Case
from spatialcoord.planner.evaluate import evaluate, objective_value
from spatialcoord.planner.solving import optimise
from spatialcoord.registry import instruments
from tests.economy.io_samples import made_up, save
from tests.instruments.common import no_programme_no_effect
from tests.planner.conftest import toy

NAME = "market_integration"
ALONE = ("instruments={market_integration: {}}", "programme.change_limit=null")


def parts(case):
    setting = case.setting
    return setting, instruments.get(NAME)(), setting.scenario.instruments[NAME]


@pytest.fixture(scope="module")
def case():
    return toy(6, 1, *ALONE)


def test_access_by_hand_and_never_lower(case):
    setting, instrument, params = parts(case)
    barriers = Barriers(setting, params)
    far = barriers.access.base_distance.copy()
    np.fill_diagonal(far, barriers.access.own_distance)
    size, theta = setting.base_output, setting.scenario.economy.market_access.trade_elasticity
    weight = far**-setting.scenario.economy.market_access.distance_elasticity
    share = np.linspace(0.0, 1.0, 6)
    passing = np.where(np.eye(6) > 0, 1.0, (1 - share) * 1.45**-theta + share)
    by_hand = (weight * passing) @ size
    np.testing.assert_allclose(barriers.base * (1 + barriers.rise @ share), by_hand, rtol=1e-12)
    assert (barriers.rise >= 0).all() and not np.diag(barriers.rise).any()
    amount = share[:, None] * instrument._cost(setting, params) * np.array([1.0, 0.0, 0.0])
    output = instrument.response(setting, params, amount)["output"]
    lost = params.rents * barriers.protected * share
    np.testing.assert_allclose(
        output[:, -1] / setting.output[:, -1], (by_hand / barriers.base) ** 0.1 - 1 - lost, rtol=1e-9
    )
    assert ((barriers.protected >= 0) & (barriers.protected < 1)).all()


def test_rows_say_what_the_response_says_at_the_breakpoints(case):
    """All markets closed, and all open in the first year, are ends of the secants; between them they are below, within the bound."""
    setting, instrument, params = parts(case)
    model = sc.build(case)
    cost = instrument._cost(setting, params)
    for share, exact in ((0.0, True), (1.0, True), (0.37, False)):
        amount = np.zeros_like(cost)
        amount[:, 0] = share * cost[:, 0]
        model.component(f"{NAME}.amount").fix()
        positions = model.component(f"{NAME}.amount").positions
        model.arrays.columns.value[positions] = amount.ravel()
        for rule in [n for n in ("budget",)]:
            model.limit(f"programme.{rule}", upper=1e9)
        model.maximise(model.output_gain)
        model.solve()
        rows = model.value(model.ledger.by_part("output")[NAME])
        said = instrument.response(setting, params, amount)["output"]
        room = 0.0 if exact else instrument.understatement(setting, params)
        scale = 1e-7 * setting.output
        assert (said - rows >= -scale).all() and (said - rows <= room + scale).all()


def test_a_plan_keeps_the_budget_and_opens_no_more_than_everything():
    case = toy(6, 2, "instruments={general_transfer: {}, infrastructure: {}, market_integration: {}}")
    plan = sc.solve(sc.build(case))
    budget, certificate = plan.summary["budget"], plan.summary["certificate"]
    assert certificate["max_violation"] <= 1e-6 and budget["spent"] <= budget["available"] * (1 + 1e-9)
    opened = plan.dataset[f"{NAME}_opened"].values
    assert (opened <= 100 + 1e-6).all() and (np.diff(opened, axis=1) >= -1e-6).all()
    assert (plan.dataset[f"{NAME}_from_own"] <= 1e-6).all()
    assert (plan.dataset[f"{NAME}_from_others"] >= -1e-6).all()
    amount = plan.dataset["amount"].sel(instrument=NAME).values
    setting, instrument, params = parts(case)
    assert (amount <= instrument.most(setting, params) * (1 + 1e-7) + 1e-6).all()


def test_the_optimum_is_that_of_every_plan_on_a_grid():
    case = toy(3, 4, *ALONE, "programme.years={first: 2021, last: 2021}", "programme.budget={share_of_output: 0.003}", "economy.segments=24")  # fmt: skip
    setting, instrument, params = parts(case)
    model = sc.build(case)
    outcome = optimise(model)
    best = objective_value(setting, outcome.after)
    cost = instrument._cost(setting, params)
    grid = np.linspace(0, 1, 26)
    found = -np.inf
    for shares in itertools.product(grid, repeat=3):
        amount = np.array(shares)[:, None] * cost
        if amount.sum() <= setting.budget[0]:
            found = max(found, objective_value(setting, evaluate(setting, {NAME: amount})))
    start = objective_value(setting, outcome.before)
    assert best >= found - 0.01 * (found - start)
    assert found >= best - 0.05 * (best - start)


def test_no_programme_no_effect_and_policy(case):
    setting, instrument, params = parts(case)
    no_programme_no_effect(setting, NAME)
    amount = instrument._cost(setting, params)
    policy = instrument.policy(setting, params, amount)
    assert policy.opened.max() == 1.0 and policy.shifted.max() <= 0.0
    np.testing.assert_array_equal(policy.money["income"], amount)


def test_a_table_is_directed_and_groups_are_open_inside(tmp_path):
    case = toy(4, 0, *ALONE)
    (tmp_path / "b.csv").write_text("a,b,tariff_equivalent\nR0,R1,0.4\n")
    scenario = toy(4, 0, "instruments={market_integration: {table: b.csv}}").scenario
    with_table = Case(case.graph, scenario, tmp_path)
    setting, instrument, params = parts(with_table)
    tariff = Barriers(setting, params).tariff
    assert tariff[0, 1] == 0.4 and tariff.sum() == 0.4
    assert (instrument.most(setting, params)[[0, 2, 3]] == 0).all()
    first = with_table.fingerprint
    (tmp_path / "b.csv").write_text("a,b,tariff_equivalent\nR0,R9,0.4\nR1,R1,x\n")
    assert Case(case.graph, scenario, tmp_path).fingerprint != first
    with pytest.raises(InputError) as error:
        sc.build(with_table)
    said = str(error.value)
    assert "R9" in said and "no tariff-equivalent" in said and "its own goods" in said
    groups = toy(9, 0, "instruments={market_integration: {between: macro_region}}")
    setting, _, params = parts(groups)
    member = groups.graph.level("macro_region").values
    assert (Barriers(setting, params).tariff[member[:, None] == member[None, :]] == 0).all()


@pytest.mark.parametrize(
    ("values", "part"),
    [("{between: macroregion}", "macro_region"), ("{tariff_equivalent: 0}", "no market is protected"), ("{table: x.csv}", "no file 'x.csv'")],
)  # fmt: skip
def test_what_is_refused(values, part):
    with pytest.raises(InputError, match=part):
        sc.build(toy(4, 0, f"instruments={{market_integration: {values}}}"))


def test_industries_are_told_where_there_are_tables(tmp_path):
    save(tmp_path / "io", made_up([f"R{i}" for i in range(4)]))
    made = toy(4, 0, "instruments={general_transfer: {}, market_integration: {}}", "economy.demand={tables: io, purchases: {}}")  # fmt: skip
    plan = sc.solve(sc.build(Case(made.graph, made.scenario, tmp_path)))
    krugman = plan.dataset[f"{NAME}_specialisation"]
    assert ((krugman >= 0) & (krugman <= 2)).all() and krugman.attrs["long_name_zh"]
    np.testing.assert_allclose(plan.dataset[f"{NAME}_duplication"], 1 - krugman / 2)
