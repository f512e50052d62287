"""A front held against dense linear programmes of another solver, fresh models and planted curves."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.sparse as sp
import xarray as xr
from scipy.optimize import linprog

from spatialcoord import explore, planner
from spatialcoord.errors import InputError, SolveError
from spatialcoord.explore.epsilon import Search
from spatialcoord.explore.pareto import Traced, check, study_of, trace
from spatialcoord.explore.pareto_words import sentences, value_of
from spatialcoord.explore.sweep import SAME, Front, nondominated
from spatialcoord.messages import catalogue
from spatialcoord.planner.aims import aim
from spatialcoord.planner.evaluate import evaluate
from tests.planner.conftest import toy

FLOOR = ("objective.kind=minimise_index", "objective.output_floor=0.9")


@pytest.fixture(scope="module")
def case():
    return toy(6, 3, *FLOOR, "programme.envelopes={transfer: {max_share: 0.3}}")


@pytest.fixture(scope="module")
def traced(case):
    return trace(case, ("gini", "mean"), 12)


@pytest.fixture(scope="module")
def three(case):
    return trace(case, ("gini", "output", "hoover"), 10)


def _most_mean(model, share, at_most: float) -> float:
    """Largest mean with a Gini index of at most a value, by scipy, every pair written out."""
    arrays = model.arrays
    matrix, columns = sp.csr_array(arrays.matrix()), arrays.columns
    size, n = columns.size, len(share)
    y = sp.csr_array(model.target.matrix)
    y.resize((n, size))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    difference = sp.csr_array(
        (
            np.r_[np.ones(len(pairs)), -np.ones(len(pairs))],
            (np.r_[: len(pairs), : len(pairs)], np.r_[[p[0] for p in pairs], [p[1] for p in pairs]]),
        ),
        shape=(len(pairs), n),
    )
    d = difference @ y
    eye = sp.eye_array(len(pairs))
    weight = np.array([share[i] * share[j] for i, j in pairs])
    mean = sp.csr_array(share[None, :]) @ y
    lower, upper = arrays.rows.lower, arrays.rows.upper
    has_low, has_high = np.isfinite(lower), np.isfinite(upper)
    pad = sp.csr_array((matrix.shape[0], len(pairs)))
    whole = sp.hstack([matrix, pad]).tocsr()
    a = sp.vstack(
        [
            whole[has_high],
            -whole[has_low],
            sp.hstack([d, -eye]),
            sp.hstack([-d, -eye]),
            sp.hstack([-at_most * mean, sp.csr_array(weight[None, :])]),
        ]
    )
    b = np.r_[upper[has_high], -lower[has_low], np.zeros(2 * len(pairs) + 1)]
    bounds = [*zip(columns.lower, columns.upper, strict=True), *[(0, None)] * len(pairs)]
    cost = np.r_[-mean.toarray()[0], np.zeros(len(pairs))]
    found = linprog(cost, a, b, bounds=bounds, method="highs")
    assert found.status == 0, found.message
    return -found.fun


def test_every_point_is_the_best_that_dense_programmes_find(case, traced):
    model = planner.build(case)
    planner.solving.optimise(model)  # sets the output floor
    assert not (model.arrays.columns.kind > 0).any()
    mean_range = traced.front.ranges[1]
    assert len(traced.front.points) == 12 and mean_range > 0
    for point in traced.front.points:
        gini, mean = point.inside
        assert -mean == pytest.approx(_most_mean(model, case.setting.share, gini), abs=2e-4 * mean_range)


def test_nothing_tighter_than_the_most_equal_point_can_be_kept(case, traced):
    model = planner.build(case)
    planner.solving.optimise(model)
    least = traced.front.points[0].inside[0]
    with pytest.raises(AssertionError, match="nfeasible"):
        _most_mean(model, case.setting.share, least * (1 - 1e-6))


def test_no_point_is_dominated_and_none_is_there_twice(traced, three):
    for found in (traced, three):
        values = found.values * [1.0 if a.maximise else -1.0 for a in found.aims]
        tolerance = SAME * np.ptp(values, axis=0)
        for i, mine in enumerate(values):
            others = np.delete(values, i, axis=0)
            better = (others >= mine - tolerance).all(axis=1) & (others > mine + tolerance).any(axis=1)
            same = (np.abs(others - mine) <= tolerance).all(axis=1)
            assert not better.any() and not same.any()
        assert (np.diff(found.values[:, 0]) > 0).all()


def test_values_are_those_of_the_amounts(case, traced):
    for point in traced.front.points:
        again = evaluate(case.setting, point.amounts)
        assert [a.of(case.setting, again) for a in traced.aims] == pytest.approx(point.values, rel=1e-14)


def test_ends_are_lexicographic_optima(case, traced):
    """Each end is best in one aim, and no plan as good in it is better in the other."""
    model = planner.build(case)
    planner.solving.optimise(model)
    fresh = Search(model, [aim(model, "gini"), aim(model, "mean")])
    least = fresh.best(0, {}).inside[0]
    most = fresh.best(1, {}).inside[1]
    first, last = traced.front.points[0], traced.front.points[-1]
    assert first.inside[0] == pytest.approx(least, rel=1e-8)
    assert last.inside[1] == pytest.approx(most, rel=3e-9)  # held loosely
    ranges = traced.front.ranges
    assert fresh.best(1, {0: least * (1 + 1e-9)}).inside[1] == pytest.approx(
        first.inside[1], abs=1e-3 * ranges[1]
    )
    assert fresh.best(0, {1: most + 1e-9 * abs(most)}).inside[0] == pytest.approx(
        last.inside[0], abs=1e-3 * ranges[0]
    )


def test_a_warm_search_finds_what_a_fresh_model_finds(case, traced):
    for point in traced.front.points[1:-1:3]:
        model = planner.build(case)
        planner.solving.optimise(model)
        fresh = Search(model, [aim(model, "gini"), aim(model, "mean")])
        cold = fresh.best(1, {0: point.inside[0]}, traced.front.ranges)
        spans = np.abs(traced.best - traced.worst)
        assert (np.abs(cold.values - point.values) <= 1e-4 * spans).all()


def test_an_index_as_the_aim_sought_finds_the_same_front(case, traced):
    """The Gini by Dinkelbach with the mean held, against the mean with the Gini held."""
    model = planner.build(case)
    planner.solving.optimise(model)
    search = Search(model, [aim(model, "gini"), aim(model, "mean")])
    for point in traced.front.points[1:-1:3]:
        found = search.best(0, {1: point.inside[1]}, traced.front.ranges, float(traced.worst[0]))
        assert found.inside[0] == pytest.approx(point.inside[0], abs=1e-3 * traced.front.ranges[0])


def test_bounds_bind_and_the_dual_lies_between_the_slopes_beside_it(traced):
    assert traced.front.binding == traced.front.searches - 4 and traced.front.slack == 0
    values = np.array([p.inside for p in traced.front.points])
    slopes = np.diff(values[:, 1]) / np.diff(
        values[:, 0]
    )  # of minus the mean: negative, flatter to the right
    for i, point in enumerate(traced.front.points[1:-1], start=1):
        steep, flat = -slopes[i - 1], -slopes[i]
        assert flat * (1 - 1e-3) - 1.0 <= point.duals[0] <= steep * (1 + 1e-3) + 1.0


def test_the_price_is_the_mean_given_up_for_a_step(traced):
    gini, mean = traced.values.T
    prices = traced.prices
    assert np.isnan(prices[0]) and (prices[1:] > 0).all()
    assert prices[3] * (gini[3] - gini[2]) / traced.step == pytest.approx(mean[3] - mean[2], rel=1e-9)
    assert np.diff(prices[1:]).max() < 1e-3 * prices[1]  # more equality costs more and more


def test_the_plan_of_run_is_set_against_the_front(case, traced):
    """The least index above the floor is the front's own end; the same money per head lies below the front."""
    plan = [a.of(case.setting, traced.outcome.after) for a in traced.aims]
    assert plan[0] == pytest.approx(traced.values[0, 0], rel=1e-7)
    assert traced.opposite.values[1] == pytest.approx(plan[1], rel=1e-6)


def test_what_is_said_of_the_plan_of_run(traced):
    """On the front, below it, beyond its ends, or not known; each in words of its own."""
    words = catalogue("en")

    def said(**changes):
        return " ".join(sentences(replace(traced, **changes), 12, words))

    opposite, (_, span) = traced.opposite, np.abs(traced.best - traced.worst)
    assert "lies on the front" in said()
    for ahead, expected in (
        (0.5 * span, "50.0% of its range"),
        (7.0 * span, "beyond the ends of this front"),
    ):
        moved = replace(opposite, values=opposite.values + [0.0, ahead])
        assert expected in said(opposite=moved)
    assert "within the time limit" in said(opposite=None, late=True)
    assert "No plan of the front has the same values" in said(opposite=None)


def test_values_are_written_with_the_digits_that_tell_them_apart(three):
    output = three.aims[1]
    low, high = 181_294.6, 181_406.7  # million
    near = replace(three, best=np.array([0.0, high, 0.0]), worst=np.array([0.0, low, 0.0]))
    written = [value_of(output, x, near, catalogue("en")) for x in (low, high)]
    assert written == ["181.295 billion CUR a year", "181.407 billion CUR a year"]
    far = replace(three, best=np.array([0.0, high, 0.0]), worst=np.array([0.0, 106_097.0, 0.0]))
    assert value_of(output, high, far, catalogue("en")) == "181 billion CUR a year"


def test_a_step_that_costs_nothing_is_said_to_cost_nothing(traced):
    """Where the mean rises with equality its price is negative, written with a sign of minus and explained."""
    points = list(traced.front.points)
    points[1] = replace(points[1], evaluation=points[0].evaluation)
    lower = replace(points[2].evaluation, target=points[1].evaluation.target - 5.0)
    points[2] = replace(points[2], evaluation=lower)
    turned = replace(traced, front=replace(traced.front, points=points))
    assert turned.prices[2] < 0.0
    told = " ".join(sentences(turned, 12, catalogue("en")))
    assert "from −" in told and "-" not in told.split("along the front")[1] and "costs nothing" in told
    assert "costs nothing" not in " ".join(sentences(traced, 12, catalogue("en")))


def test_an_end_that_found_no_plan_in_time_is_given_longer(case):
    model = planner.build(case)
    aims = [aim(model, name) for name in ("gini", "mean")]
    with pytest.raises(SolveError, match="time_limit"):
        Search(model, aims, 1e-9).lexicographic([0, 1])
    model = planner.build(case)
    aims = [aim(model, name) for name in ("gini", "mean")]
    search = Search(model, aims, 1e-9, patience=60.0)
    assert search.lexicographic([0, 1]).status == "optimal" and search.time_limit == 1e-9


def test_three_objectives(three):
    values = np.array([p.inside for p in three.front.points])
    assert 3 <= len(values) <= 10
    for k, end in enumerate(three.front.ends):
        assert end.inside[k] == pytest.approx(min(values[:, k].min(), end.inside[k]), rel=1e-7)
    assert len(three.front.ends) == 3 and np.isnan(three.prices).all()


def test_objectives_that_do_not_conflict_have_one_point(case):
    study = explore.pareto(case, ("output", "mean"), 4)
    assert 1 <= study.dataset.sizes["point"] <= 4
    alike = toy(3, 1, "instruments={general_transfer: {}}", "programme.envelopes={}")
    found = trace(alike, ("gini", "mean"), 5)
    assert len(found.front.points) == 1 and found.knee is None
    assert "do not conflict" in " ".join(study_of(found, 5).summary["sentences"])


@pytest.mark.parametrize("kink", [2, 5])
def test_the_knee_of_a_planted_curve(traced, kink):
    x = np.arange(9.0)
    y = np.where(x <= kink, x / kink, 1.0 + 0.1 * (x - kink) / (8 - kink))
    planted = _planted(traced, np.c_[1.0 + x, y])
    assert planted.knee == kink
    straight = _planted(traced, np.c_[1.0 + x, x])
    assert straight.knee is None and np.allclose(straight.bulge, 0.0)


def test_the_point_near_the_ideal_of_three(three):
    """Where two of three objectives go together, the knee is no end: all three count."""
    away = np.linalg.norm(1.0 - three.normalised(three.values), axis=1)
    assert three.knee == int(np.argmin(away)) and away[three.knee] < 1.0


def _planted(traced, values) -> Traced:
    points = [SimpleNamespace(values=row) for row in values]
    front = Front(points, [points[0], points[-1]], np.ptp(values, axis=0), 1)
    low, high = values.min(axis=0), values.max(axis=0)
    return replace(traced, front=front, best=np.array([low[0], high[1]]), worst=np.array([high[0], low[1]]))


def test_the_filter_keeps_exactly_what_nothing_betters():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 6, (60, 3)).astype(float)
    signs = np.array([1.0, -1.0, 1.0])
    keep = nondominated(list(values), signs, np.full(3, 1e-9))
    turned = values * signs
    for i in range(60):
        beaten = any((turned[j] >= turned[i]).all() and (turned[j] > turned[i]).any() for j in range(60))
        first = not any((turned[j] == turned[i]).all() for j in range(i))
        assert (i in keep) == (not beaten and first)


@pytest.mark.parametrize(
    ("objectives", "points", "messages"),
    [
        (("gini", "outptu"), 20, ["no objective 'outptu'"]),
        (("gini", "gini"), 20, ["named 2 times"]),
        (("gini",), 20, ["not 1"]),
        (("gini", "output", "mean", "theil_t"), 20, ["not 4"]),
        (("gini", "output"), 1, ["not 1"]),
        (("x", "x", "y"), 0, ["'x'", "'y'", "2 times", "not 0"]),
    ],
)
def test_mistakes_are_told_all_at_once(objectives, points, messages):
    with pytest.raises(InputError) as caught:
        check(objectives, points)
    assert all(message in str(caught.value) for message in messages)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_study_is_saved_with_units_everywhere(traced, lang, tmp_path):
    study = study_of(traced, 12, lang)
    names = {path.name for path in study.save(tmp_path / "out")}
    assert names == {"pareto.nc", "pareto.csv", "regions.csv", "pareto.png", "summary.json"}
    with xr.open_dataset(tmp_path / "out" / "pareto.nc", engine="h5netcdf") as data:
        for name, array in data.data_vars.items():
            assert array.attrs["units"] and array.attrs["long_name"], name
        assert data["amount"].dims == ("point", "instrument", "region", "year")
        spent = data["amount"].sum(("instrument", "region", "year"))
        assert spent.values == pytest.approx(float(traced.case.setting.budget.sum()), rel=1e-6)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["study"] == "pareto" and summary["points"] == 12 and summary["not_proved"] == []
    assert "pareto." not in " ".join(summary["sentences"])
    table = study.tables["pareto"]
    assert len(table) == 12 and table.iloc[:, 1].is_monotonic_increasing
