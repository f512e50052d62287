"""Nested budgets: the curve, the worth of money, who gains and who loses."""

from dataclasses import replace

import numpy as np
import pytest

from spatialcoord import explore
from spatialcoord.errors import InputError
from spatialcoord.explore.budget_path import differences, fallen, walk
from spatialcoord.explore.envelope import take_bounds
from spatialcoord.explore.monotone import falls, trends
from spatialcoord.explore.purse import Purse
from spatialcoord.explore.uncertain import changed
from spatialcoord.planner.building import assemble, build
from spatialcoord.planner.solving import optimise
from tests.planner.conftest import toy

CHANGES = ("programme.change_limit=0.3", "programme.hold_harmless=0.5", "economy.segments=4")
FACTORS = [0.5, 1.0, 2.0, 4.0, 8.0]


@pytest.fixture(scope="module")
def path():
    return walk(toy(6, 1, *CHANGES), FACTORS, lambda where: None)


def test_value_is_concave_and_the_dual_lies_between_the_differences(path):
    slopes = differences(path)[:-1, 1]
    assert (np.diff(slopes) <= 1e-9 * np.abs(slopes).max()).all()
    assert slopes[0] > 1.01 * slopes[-1]  # or the test could not fail
    for before, step, after in zip([np.inf, *slopes], path.steps, [*slopes, -np.inf], strict=True):
        slack = 1e-6 * abs(step.marginal)
        assert after - slack <= step.marginal <= before + slack


def test_the_dual_is_the_derivative():
    purse = Purse(toy(6, 1, *CHANGES))
    here, more = purse.solve(1.3), purse.solve(1.3001)
    slope = (more.objective - here.objective) / (more.budget - here.budget)
    assert here.marginal == pytest.approx(slope, rel=1e-3)


def test_warm_plans_are_those_of_fresh_models(path):
    assert path.rebuilt == 0
    for step in path.steps:
        share = 0.01 * step.factor
        fresh = optimise(build(toy(6, 1, *CHANGES, f"programme.budget.share_of_output={share}")))
        assert step.objective == pytest.approx(fresh.solution.objective, rel=1e-9)
        assert step.money == pytest.approx(sum(a.sum(axis=1) for a in fresh.amounts.values()), rel=1e-6)


def test_bounds_are_not_enough_where_a_coefficient_changes():
    case = toy(5, 0)
    model = assemble(case)
    before = model.arrays.rows.upper.copy()
    assert not take_bounds(model, assemble(changed(case, {"programme.ceiling": 2.5})))
    assert (model.arrays.rows.upper == before).all()
    assert take_bounds(model, assemble(changed(case, {"programme.budget.share_of_output": 0.02})))
    assert (model.arrays.rows.upper != before).any()


def test_amounts_of_money_are_scaled_as_shares_are():
    case = toy(5, 3, "programme.budget={amount: [1000, 2000, 1500]}")
    scaled = Purse(case).scaled(2.0)
    assert scaled.setting.budget == pytest.approx(2.0 * case.setting.budget)


def test_planted_paths_are_told_apart():
    paths = np.array([[1.0, 5.0, 1.0, 2.0, 1.0], [2.0, 4.0, 3.0, 2.0, 1.05], [2.0, 3.0, 2.0, 2.0, 0.98]])
    assert trends(paths, 0.1) == ["gains", "loses", "mixed", "unchanged", "unchanged"]
    assert trends(paths, 0.01)[4] == "mixed"
    assert falls(paths, 0.1) == [(0, 1), (1, 1), (1, 2)]
    # a tolerance of each region's own
    assert trends(paths, np.array([2.0, 0.1, 2.0, 0.1, 0.001])) == [
        "unchanged", "loses", "unchanged", "unchanged", "mixed",
    ]  # fmt: skip


def test_what_it_costs_that_nobody_loses():
    """Money is moved by hand: a region that had more than the plan gives it can be kept at a price, or not at all."""
    purse = Purse(toy(6, 1, *CHANGES))
    funded = purse.solve(1.0)
    assert purse.cost_of_keeping(funded, funded.money * (1 - 1e-9)) == pytest.approx(0.0, abs=1e-6)
    poor = int(np.argmin(funded.money / purse.case.setting.share))
    least = np.where(np.arange(6) == poor, 1.2 * funded.money, 0.0)
    cost = purse.cost_of_keeping(funded, least)
    assert 0 < cost < np.inf
    assert purse.cost_of_keeping(funded, 1.01 * funded.money) == np.inf  # more than there is
    assert purse.solve(1.0).objective == pytest.approx(funded.objective)  # nothing of it is left behind
    # the same found by comparing with a plan that gave that region more
    richer = {
        name: amount * np.where(np.arange(6) == poor, 1.2, 1.0)[:, None]
        for name, amount in funded.outcome.amounts.items()
    }
    before = replace(funded, factor=0.9, outcome=replace(funded.outcome, amounts=richer))
    (fall,) = fallen(purse, before, purse.solve(1.0))
    assert fall["region"] == purse.case.setting.regions[poor] and (fall["from"], fall["to"]) == (0.9, 1.0)
    assert fall["cost_of_keeping"] is None  # nobody else would get less, and there is no more money
    assert fallen(purse, funded, purse.solve(1.0)) == []


def test_the_next_money_goes_to_somebody_or_is_told_to_be_left(path):
    spent = path.following.sum(axis=1)
    left = [step.budget - float(step.money.sum()) > 1e-6 * step.budget for step in path.steps]
    assert any(left) and not all(left)  # or the test could not fail
    assert spent[~np.array(left)][0] == pytest.approx(1.0, abs=1e-6) and (spent <= 1 + 1e-6).all()
    study = explore.budgets(toy(6, 1, *CHANGES), 4.0, 8.0, 2)
    assert any("is left unspent" in entry["text"] for entry in study.summary["sentences"])


def test_a_budget_without_a_plan_is_told():
    case = toy(5, 0)
    spent = float(case.setting.budget[0])
    promised = [{"region": case.setting.regions[0], "instrument": "general_transfer", "amount": 0.3 * spent}]
    path = walk(changed(case, {"programme.protected": promised}), [0.25, 1.0, 1.5], lambda where: None)
    assert [entry["factor"] for entry in path.lost] == [0.25] and path.lost[0]["why"]
    assert [step.factor for step in path.steps] == [1.0, 1.5]


def test_an_index_is_told_by_differences():
    case = toy(4, 2, "objective.kind=minimise_index", "objective.output_floor=0.95", "economy.segments=4")
    study = explore.budgets(case, 0.5, 1.5, 3)
    assert study.summary["rebuilt"] == 0
    fresh = optimise(build(changed(case, {"programme.budget.share_of_output": 0.015})))
    assert study.dataset["objective"].values[-1] == pytest.approx(fresh.after.index, rel=1e-7)
    assert all(entry["marginal"] is None for entry in study.summary["budgets"])
    assert any("differences between plans" in entry["text"] for entry in study.summary["sentences"])
    assert np.isfinite(study.dataset["difference_after"].values[:-1]).all()


def test_the_study_is_whole_and_speaks_both_languages(tmp_path):
    case = toy(5, 1, *CHANGES)
    study = explore.budgets(case, 0.5, 2.0, 3, lang="zh")
    assert list(study.dataset["budget"].values) == [0.5, 1.25, 2.0]
    for name, variable in study.dataset.data_vars.items():
        assert variable.attrs.get("units") and variable.attrs.get("long_name"), name
    written = {path.name for path in study.save(tmp_path / "b")}
    assert written == {"budgets.nc", "curve.csv", "regions.csv", "budgets.png", "summary.json"}
    assert any("地区" in sentence["text"] for sentence in study.summary["sentences"])


@pytest.mark.parametrize(
    ("start", "stop", "steps", "count"),
    [(2.0, 1.0, 7, 1), (0.0, 1.0, 7, 1), (0.5, 2.0, 1, 1), (float("nan"), 1.0, 0, 2)],
)
def test_budgets_that_are_none_are_refused(start, stop, steps, count):
    with pytest.raises(InputError) as caught:
        explore.budgets(toy(4, 0), start, stop, steps)
    assert len(caught.value.problems) == count
