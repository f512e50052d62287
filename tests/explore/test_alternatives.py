"""Near-optimal ranges, the least change and alternatives, held against rules and an objective worked out by other means."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import linprog

import spatialcoord as sc
from spatialcoord import explore
from spatialcoord.errors import InputError
from spatialcoord.explore.alternatives import check, explore_near, study_of
from spatialcoord.explore.different import find_different
from spatialcoord.explore.near_optimal import NearOptimal
from spatialcoord.explore.nearest import reference_of
from spatialcoord.explore.ranges import find_ranges
from spatialcoord.planner.evaluate import evaluate, objective_value
from tests.planner.conftest import toy

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def case():
    return toy(6, 3, "programme.envelopes={transfer: {max_share: 0.3}}", "programme.change_limit=0.4")


@pytest.fixture(scope="module")
def found(case):
    return explore_near(case, TOLERANCE, "year_zero", 2, 0.1)


def _broken(case, amounts) -> float:
    """Largest violation of the rules of the toy case by amounts (I, R, Y), relative to the money of a region."""
    setting, names = case.setting, list(case.scenario.instruments)
    groups = {"transfer": ["general_transfer"], "investment": ["infrastructure", "human_capital"]}
    budget, share = setting.budget, setting.share[:, None]
    total = amounts.sum(axis=0)
    found = [-amounts.min(), (total.sum(axis=0) - budget).max()]
    for members in groups.values():
        money = sum((amounts[names.index(n)] for n in members if n in names), np.zeros_like(total))
        equal = share * money.sum(axis=0)
        programme = case.scenario.programme
        found += [(programme.floor * equal - money).max(), (money - programme.ceiling * equal).max()]
    transfer = amounts[names.index("general_transfer")].sum(axis=0)
    limit = case.scenario.programme.envelopes.get("transfer")
    if limit is not None:
        found.append((transfer - limit.max_share * total.sum(axis=0)).max())
    if case.scenario.programme.change_limit is not None:
        steps = np.diff(np.c_[setting.year_zero, total], axis=1)
        found.append((np.abs(steps) - case.scenario.programme.change_limit * setting.equal).max())
    return max(found) / setting.equal.mean()


def _objective(case, amounts) -> float:
    named = dict(zip(case.scenario.instruments, amounts, strict=True))
    return objective_value(case.setting, evaluate(case.setting, named))


def _neighbours(case, amounts, count, limit):
    """Random plans from a plan on that keep rules and limit: money moved between cells, kept only when it may."""
    random = np.random.default_rng(0)
    now, out = amounts.copy(), []
    for _ in range(count):
        i, j = random.integers(len(now), size=2)
        r, s = random.integers(now.shape[1], size=2)
        step = random.uniform(0.0, 0.3) * now[i, r]
        trial = now.copy()
        trial[i, r] -= step
        trial[j, s] += step
        if _broken(case, trial) <= 1e-7 and _objective(case, trial) >= limit:
            now = trial
            out.append(trial)
    return out


def test_every_end_is_a_plan_within_rules_and_tolerance(case, found):
    ranges, near = found.ranges, found.near
    limit = _objective(case, near.best.amounts) * (1.0 - TOLERANCE)
    assert ranges.objective_least.min() >= limit * (1.0 - 1e-9)
    assert ranges.objective_most.min() >= limit * (1.0 - 1e-9)
    # the plans found at the ends hold what the ranges say: line by line, least then most, region by region
    ends = ranges.ends.reshape(len(ranges.lines), 2, 6, 3, 6)
    for i, line in enumerate(ranges.lines):
        by_line = ends[i].sum(axis=2) if line == "all" else ends[i][:, :, near.names.index(line)]
        for side, value in enumerate((ranges.least, ranges.most)):
            got = np.array([by_line[side, r, r] for r in range(6)])
            np.testing.assert_allclose(got, value[i], rtol=1e-6, atol=1e-6 * ranges.equal.mean())
    assert ranges.least_spent <= ranges.plan[0].sum() * (1 + 1e-9) and ranges.certain <= ranges.least_spent
    assert ranges.least_spent <= ranges.ends.sum(axis=(1, 2)).min() * (1 + 1e-6)
    assert (ranges.least <= ranges.plan).all() and (ranges.plan <= ranges.most).all()


def test_random_near_optimal_plans_lie_within_the_ranges(case, found):
    ranges, best = found.ranges, found.near.best.amounts
    plans = _neighbours(case, best, 1500, found.near.limit)
    assert len(plans) > 50
    cells = np.stack([np.concatenate([[p.sum(axis=(0, 2))], p.sum(axis=2)]) for p in plans])
    slack = 1e-4 * ranges.equal  # the model understates what investment yields
    assert (cells >= ranges.least - slack).all() and (cells <= ranges.most + slack).all()
    moved = (cells.max(axis=0) - cells.min(axis=0)).max()
    assert moved > 0.1 * ranges.equal.min()  # not all of them are the plan itself


def test_ranges_of_a_tiny_case_are_those_of_a_hand_written_programme():
    case = toy(
        3,
        1,
        "instruments={general_transfer: {}}",
        "programme.years={first: 2021, last: 2021}",
        "programme.floor=0.6",
    )
    plan = sc.solve(sc.build(case))
    ranges = find_ranges(NearOptimal(case, plan, 2e-5))
    least, most = _by_linprog(case, float(plan.dataset["amount"].sum()), 2e-5)
    np.testing.assert_allclose(ranges.least[0], least, rtol=1e-6)
    np.testing.assert_allclose(ranges.most[0], most, rtol=1e-6)
    assert ranges.lines == ("all", "general_transfer") and (ranges.width > 0).any()
    # the tolerance, not only floor and ceiling, holds a range
    equal = case.setting.equal[:, 0]
    assert ((most < 2.0 * equal * 0.999) | (least > 0.6 * equal * 1.001)).any()


def _by_linprog(case, spent, tolerance):
    """Least and most of each region with variables x (3), y (3), |y_i - y_j| (3): no code of the model."""
    setting, pairs = case.setting, list(itertools.combinations(range(3), 2))
    share, budget = setting.share, float(setting.budget[0])

    def target(x):
        return evaluate(setting, {"general_transfer": np.asarray(x, float)[:, None]}).target

    start = target(np.zeros(3))  # with transfers alone the target is affine: three unit steps give it all
    slope = np.stack([(target(np.eye(3)[r] * budget) - start) / budget for r in range(3)], axis=1)
    a_ub, b_ub = [], []
    for r in range(3):
        total = np.r_[np.ones(3), np.zeros(6)]
        own = np.eye(9)[r]
        a_ub += [0.6 * share[r] * total - own, own - 2.0 * share[r] * total]
        b_ub += [0.0, 0.0]
    a_ub.append(np.r_[np.ones(3), np.zeros(6)])
    b_ub.append(budget)
    for k, (i, j) in enumerate(pairs):
        for sign in (1.0, -1.0):
            a_ub.append(sign * (np.eye(9)[3 + i] - np.eye(9)[3 + j]) - np.eye(9)[6 + k])
            b_ub.append(0.0)
    a_eq, b_eq = np.c_[-slope, np.eye(3), np.zeros((3, 3))], start
    worth = np.r_[np.zeros(3), share, [-share[i] * share[j] for i, j in pairs]]
    bounds = [(0, None)] * 3 + [(None, None)] * 3 + [(0, None)] * 3
    common = {"A_eq": a_eq, "b_eq": b_eq, "bounds": bounds, "method": "highs"}
    best = -linprog(-worth, A_ub=np.array(a_ub), b_ub=b_ub, **common).fun
    rows, sides = np.vstack([a_ub, -worth]), [*b_ub, -best * (1.0 - tolerance)]
    ends = [
        [linprog(s * np.eye(9)[r], A_ub=rows, b_ub=sides, **common).x[r] for r in range(3)] for s in (1, -1)
    ]
    return np.array(ends)


def test_least_change_is_nearest_among_the_near_optimal(case, found):
    reference, near = found.reference, found.near
    distance = reference.distance(found.least.amounts)
    pattern = case.setting.year_zero / case.setting.year_zero.sum()
    by_hand = np.abs(found.least.amounts.sum(axis=0) - pattern[:, None] * case.setting.budget).sum() / 2 / 3
    assert distance == pytest.approx(by_hand) and distance < 0.9 * reference.distance(near.best.amounts)
    assert _broken(case, found.least.amounts) <= 1e-7
    assert _objective(case, found.least.amounts) >= near.limit - 1e-9 * abs(near.limit)
    for start in (near.best.amounts, found.least.amounts):
        assert min(reference.distance(p) for p in _neighbours(case, start, 400, near.limit)) >= distance * (
            1.0 - 1e-6
        )


def test_a_saved_plan_is_a_reference(case, found, tmp_path):
    found.plan.save(tmp_path / "old")
    reference = reference_of(case, str(tmp_path / "old"))
    assert reference.distance(found.near.best.amounts) == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(InputError, match="other regions"):
        reference_of(toy(5, 0), str(tmp_path / "old"))
    with pytest.raises(InputError, match="there is no 'nowhere'"):
        reference_of(case, "nowhere")


def test_alternatives_lie_apart_and_within_rules_tolerance_and_bound(case, found):
    near = found.near
    plans = [near.best.amounts]
    assert len(found.alternatives) == 2
    for alternative in found.alternatives:
        amounts = alternative.plan.amounts
        by_hand = [np.abs((amounts - p).sum(axis=2)).sum() / 2 / 3 for p in plans]
        np.testing.assert_allclose(alternative.distances, by_hand, rtol=1e-9)
        assert 0.0 < alternative.distance <= alternative.bound * (1.0 + 1e-9)
        assert _broken(case, amounts) <= 1e-7
        assert _objective(case, amounts) >= near.limit - 1e-9 * abs(near.limit)
        plans.append(amounts)


def test_the_bound_on_the_distance_holds_against_every_choice_of_signs():
    case = toy(4, 2, "instruments={general_transfer: {}}")
    plan = sc.solve(sc.build(case))
    ranges = find_ranges(NearOptimal(case, plan, TOLERANCE))
    (alternative,) = find_different(NearOptimal(case, plan, TOLERANCE), ranges, 1)
    near = NearOptimal(case, plan, TOLERANCE)
    own, largest = near.best.amounts.sum(axis=(0, 2)) / 3, 0.0
    for signs in itertools.product((-1.0, 1.0), repeat=4):
        parts = (
            near.money().select("region", r) * s for r, s in zip(case.setting.regions, signs, strict=True)
        )
        far = near.probe(sum(parts, start=near.money().sum() * 0.0), maximise=True)
        largest = max(largest, np.abs(far.amounts.sum(axis=(0, 2)) / 3 - own).sum() / 2)
    assert alternative.bound >= largest * (1.0 - 1e-6)
    assert alternative.distance == pytest.approx(largest, rel=0.05)  # a heuristic, but this is a small case


@pytest.mark.parametrize("kind", ["minimise_index", "maximise_mean"])
def test_other_objectives_keep_their_tolerance(kind):
    case = toy(5, 4, f"objective.kind={kind}", "programme.envelopes={transfer: {max_share: 0.3}}")
    found = explore_near(case, TOLERANCE, "equal_per_head", 1, 0.1)
    sign = -1.0 if kind == "minimise_index" else 1.0
    best, ranges = found.near.best.objective, found.ranges
    assert best == pytest.approx(_objective(case, found.plan.dataset["amount"].values))
    worst = sign * best - TOLERANCE * abs(best) * (1.0 + 1e-5)
    assert (sign * ranges.objective_least >= worst).all() and (sign * ranges.objective_most >= worst).all()
    for near in (found.least, *(a.plan for a in found.alternatives)):
        assert sign * _objective(case, near.amounts) >= worst and _broken(case, near.amounts) <= 1e-7
    assert (ranges.width[0] > 0).any()
    if kind == "minimise_index":  # the floor on output is one of the rules
        best_gain = found.plan.summary["output"]["best_attainable_gain"]
        for near in (found.least, found.alternatives[0].plan):
            assert near.evaluation.output_gain >= 0.98 * best_gain * (1.0 - 1e-6)


def test_a_wider_tolerance_gives_wider_ranges(case, found):
    wider = find_ranges(NearOptimal(case, found.plan, 2 * TOLERANCE))
    slack = 1e-6 * found.ranges.equal
    assert (wider.least <= found.ranges.least + slack).all() and (
        wider.most >= found.ranges.most - slack
    ).all()
    assert wider.width.sum() > found.ranges.width.sum()


def test_values_that_make_no_sense_are_refused_all_at_once(case, found):
    with pytest.raises(InputError) as raised:
        check(0.0, 99, -1.0)
    assert [p.where for p in raised.value.problems] == ["--tolerance", "--count", "--settled"]
    with pytest.raises(InputError, match="finer than the model"):
        NearOptimal(case, found.plan, 1e-13)


def test_the_study_is_written_with_units_and_what_the_tolerance_means(case, found, tmp_path):
    study = study_of(found, "zh")
    names = {p.name for p in study.save(tmp_path / "out")}
    assert names == {
        "alternatives.nc",
        "ranges.csv",
        "alternatives.csv",
        "ranges.png",
        "summary.json",
    }  # no borders
    data = xr.load_dataset(tmp_path / "out" / "alternatives.nc", engine="h5netcdf")
    assert all(v.attrs["units"] and v.attrs["long_name"] for v in data.data_vars.values())
    assert data["least"].dims == ("line", "region") and data.sizes["alternative"] == 2
    assert data["alternatives"].dims == ("alternative", "instrument", "region", "year")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    gains = found.gains()
    assert summary["study"] == "alternatives" and summary["fingerprint"] == case.fingerprint
    tolerance = summary["tolerance"]
    assert tolerance["absolute"] == pytest.approx(TOLERANCE * found.near.best.objective)
    share = tolerance["absolute"] / gains["equal_per_head"]
    assert tolerance["share_of_gain_over_equal_per_head"] == pytest.approx(share)
    assert summary["check"]["worst_excess"] <= 1e-9
    assert summary["money"]["certain"] == pytest.approx(float(data["least"].sel(line="all").sum()))
    for text in (
        data.attrs["tolerance_means"],
        (tmp_path / "out" / "ranges.csv").read_text(encoding="utf-8-sig"),
    ):
        assert "0.01%" in text
    settled = summary["settled"]
    assert settled["regions"] == int(data["settled"].sel(line="all").sum()) and settled["of_regions"] == 6


def test_python_takes_a_case_and_returns_a_study(case):
    steps = []
    study = explore.alternatives(
        toy(4, 2), count=0, progress=lambda step, done, total: steps.append((step, done, total))
    )
    assert study.summary["alternatives"] == [] and study.dataset.sizes["alternative"] == 0
    assert steps[0][0] == "solve" and ("ranges", 32, 32) in steps
