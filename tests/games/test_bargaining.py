"""Bargaining solutions: their axioms, their certificates, and what they refuse."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from spatialcoord.errors import InputError
from spatialcoord.games import Outcomes, bargain

RULES = ("nash", "kalai_smorodinsky", "egalitarian", "proportional", "utilitarian", "leximin")
# a close bracket in logarithms leaves a wider one in utilities: half the gap is the square of the relative distance
NEAR = 1e-5


def utilities(found) -> np.ndarray:
    return np.array(list(found.payoff.values()))


@st.composite
def hulls(draw, parties=None):
    """Points of two or three parties, one of which everybody prefers to d = 0."""
    n = parties or draw(st.integers(2, 3))
    m = draw(st.integers(1, 6))
    points = draw(st.lists(st.lists(st.integers(0, 20), min_size=n, max_size=n), min_size=m, max_size=m))
    points.append(draw(st.lists(st.integers(1, 20), min_size=n, max_size=n)))
    return np.array(points, dtype=float)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lotteries", [True, False])
@given(points=hulls())
def test_nobody_loses_and_nothing_better_for_all_is_left(rule, lotteries, points):
    u = utilities(bargain(Outcomes.points(points, lotteries), np.zeros(points.shape[1]), rule))
    assert (u >= -1e-7).all()
    if lotteries:
        outcomes = Outcomes.points(points)
        best = outcomes.maximise(points.sum(axis=1), -points.T, -u + 1e-7)[1]
        # utilitarian: in all; the others: no outcome that harms nobody gives more in all
        assert best <= u.sum() + NEAR * 20 * len(u)
    else:
        assert not ((points >= u).all(axis=1) & (points > u).any(axis=1)).any()


@pytest.mark.parametrize("rule", ["nash", "kalai_smorodinsky"])
@given(points=hulls(), data=st.data())
def test_units_and_origins_of_utility_do_not_matter(rule, points, data):
    n = points.shape[1]
    scale = np.array(data.draw(st.lists(st.sampled_from([0.01, 1.0, 7.0, 1000.0]), min_size=n, max_size=n)))
    shift = np.array(data.draw(st.lists(st.integers(-50, 50), min_size=n, max_size=n)))
    u = utilities(bargain(points, np.zeros(n), rule))
    moved = utilities(bargain(points * scale + shift, shift, rule))
    assert (moved - shift) / scale == pytest.approx(u, abs=20 * NEAR)


@pytest.mark.parametrize("rule", RULES)
@given(points=hulls(2))
def test_alike_parties_get_alike(rule, points):
    both = np.vstack([points, points[:, ::-1]])
    u = utilities(bargain(both, [0.0, 0.0], rule))
    if rule == "utilitarian":
        assert u.sum() == pytest.approx(points.sum(axis=1).max())
    else:
        assert u[0] == pytest.approx(u[1], abs=20 * NEAR)


@given(points=hulls(), data=st.data())
def test_nash_does_not_depend_on_outcomes_that_are_not_chosen(points, data):
    """Independence of irrelevant alternatives: fewer points around the solution leave it where it is."""
    d = np.zeros(points.shape[1])
    u = utilities(bargain(points, d, "nash"))
    keep = data.draw(st.lists(st.integers(0, len(points) - 1), unique=True))
    fewer = np.vstack([points[keep], u])
    again = utilities(bargain(fewer, d, "nash"))
    assert again == pytest.approx(u, abs=20 * NEAR)


def test_kalai_smorodinsky_depends_on_them_and_nash_is_not_monotonic():
    """The example of Kalai and Smorodinsky (1975): more to share, and the second party gets less by Nash."""
    small = [(0, 0), (0, 1), (0.75, 0.75), (1, 0)]
    large = [(0, 0), (0, 1), (1, 0.7), (1, 0)]
    assert utilities(bargain(large, (0, 0), "nash"))[1] < utilities(bargain(small, (0, 0), "nash"))[1]
    ks = [utilities(bargain(s, (0, 0), "kalai_smorodinsky")) for s in (small, large)]
    assert (ks[1] > ks[0]).all()
    less = [(0, 0), (0, 0.75), (0.75, 0.75), (1, 0)]  # the same without (0, 1)
    assert utilities(bargain(less, (0, 0), "nash")) == pytest.approx([0.75, 0.75], abs=NEAR)
    assert utilities(bargain(less, (0, 0), "kalai_smorodinsky"))[0] > 0.75 + 0.01


@given(points=hulls(2), data=st.data())
def test_kalai_smorodinsky_is_monotonic_where_ideals_stay(points, data):
    """More outcomes that raise nobody's best harm nobody (two parties, everything can be thrown away)."""
    top = points.max(axis=0)
    disposal = np.vstack([points, points * [1, 0], points * [0, 1]])
    more = data.draw(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=3))
    more = np.minimum(np.array(more, dtype=float), top)
    larger = np.vstack([disposal, more, more * [1, 0], more * [0, 1]])
    before = utilities(bargain(disposal, (0, 0), "kalai_smorodinsky"))
    after = utilities(bargain(larger, (0, 0), "kalai_smorodinsky"))
    assert (after >= before - 1e-6).all()


@given(points=hulls())
def test_kalai_smorodinsky_raises_the_least_share_of_the_ideal_as_far_as_it_goes(points):
    d = np.zeros(points.shape[1])
    found = bargain(points, d, "kalai_smorodinsky")
    ideal = np.array(list(found.ideal.values()))
    assert ideal == pytest.approx(points.max(axis=0), abs=1e-7)
    share = utilities(found) / ideal
    assert share.min() == pytest.approx(found.objective, abs=1e-7)
    again = Outcomes.points(points).maximise(
        np.array([0.0] * len(points) + [1.0]),
        np.hstack([-points.T, ideal[:, None]]),
        np.zeros(len(d)),
        extra=1,
    )
    assert found.objective == pytest.approx(again[1], abs=1e-7)


@given(points=hulls(), weights=st.lists(st.integers(1, 5), min_size=3, max_size=3))
def test_the_nash_certificate_needs_no_solver(points, weights):
    n = points.shape[1]
    v = np.array(weights[:n], dtype=float)
    found = bargain(points, np.zeros(n), "nash", v)
    u, prices = utilities(found), np.array(list(found.certificate.values()))
    assert found.gap <= 1e-6 * v.sum()
    assert prices == pytest.approx(v / u)
    # concavity: no outcome's weighted logarithms exceed these by more than its worth at the prices does
    assert ((points - u) @ prices).max() <= 1e-4
    assert found.objective == pytest.approx(float(v @ np.log(u)), abs=1e-9)
    assert np.array(
        [found.mixture.get(str(k + 1), 0.0) for k in range(len(points))]
    ) @ points == pytest.approx(u)


@given(weights=st.lists(st.integers(1, 9), min_size=2, max_size=6))
def test_dividing_a_dollar_by_weights(weights):
    """Nash and the proportional rule: shares are the weights'."""
    v = np.array(weights, dtype=float)
    n = len(v)
    dollar = Outcomes.linear(np.vstack([np.ones(n), -np.eye(n)]), [1.0, *np.zeros(n)])
    for rule in ("nash", "proportional"):
        assert utilities(bargain(dollar, np.zeros(n), rule, v)) == pytest.approx(v / v.sum(), abs=NEAR)
    d = np.array([0.3 / n] * n)
    d[0] = 0.0
    surplus = 1.0 - d.sum()
    assert utilities(bargain(dollar, d, "nash")) == pytest.approx(d + surplus / n, abs=NEAR)
    assert utilities(bargain(dollar, d, "egalitarian")) == pytest.approx(d + surplus / n, abs=1e-7)
    assert utilities(bargain(dollar, d, "leximin")) == pytest.approx(np.full(n, 1 / n), abs=1e-7)


def test_nash_against_another_method():
    """A polyhedron of four parties, once more by SLSQP."""
    draw = np.random.default_rng(4)
    a, b = draw.uniform(0.1, 1.0, (6, 4)), draw.uniform(2.0, 4.0, 6)
    d, v = np.array([0.1, 0.0, 0.2, 0.1]), np.array([1.0, 2.0, 1.0, 0.5])
    found = bargain(Outcomes.linear(a, b), d, "nash", v)
    other = minimize(
        lambda u: -(v @ np.log(u - d)),
        d + 0.1,
        jac=lambda u: -v / (u - d),
        constraints={"type": "ineq", "fun": lambda u: b - a @ u, "jac": lambda u: -a},
        bounds=[(x + 1e-6, None) for x in d],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert other.success
    assert found.objective == pytest.approx(-other.fun, abs=1e-8)
    assert utilities(found) == pytest.approx(other.x, abs=1e-4)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e9])
@pytest.mark.parametrize("rule", RULES)
def test_small_and_large_numbers_alike(size, rule):
    """Yuan or billions, and a bound far away that nobody comes near."""
    rows = [[2, 1, 1], [1, 3, 1], [1, 1, 4], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    one = bargain(Outcomes.linear(rows, [1, 1, 1, 9, 9, 9]), [0.01] * 3, rule)
    far = np.array([1, 1, 1, 1e8, 1e8, 1e8])
    many = bargain(Outcomes.linear(rows, far * size), [0.01 * size] * 3, rule)
    assert utilities(many) / size == pytest.approx(utilities(one), abs=NEAR)
    points = np.array([[1, 0.2, 0.3], [0.1, 0.9, 0.4], [0.2, 0.3, 1]])
    for lotteries in (True, False):
        few = bargain(Outcomes.points(points, lotteries), [0.01] * 3, rule)
        more = bargain(Outcomes.points(points * size, lotteries), [0.01 * size] * 3, rule)
        assert utilities(more) / size == pytest.approx(utilities(few), abs=NEAR)
        level = few.objective + (3 * np.log(size) if rule == "nash" else 0.0)
        times = 1.0 if rule in ("nash", "kalai_smorodinsky") else size
        assert more.objective == pytest.approx(level * times, rel=1e-5)


def test_equations_bind():
    found = bargain(Outcomes.linear([[1, 0]], [3], [[1, 2]], [4]), {"up": 0.0, "down": 0.0}, "nash")
    assert found.payoff == pytest.approx({"up": 2.0, "down": 1.0}, abs=NEAR)


def test_leximin_goes_on_after_the_first_level():
    """One party is stuck at 1; what the others can still get is not left on the table."""
    outcomes = Outcomes.linear([[1, 0, 0], [0, 1, 1]], [1, 10])
    for rule in ("leximin", "egalitarian"):
        found = bargain(outcomes, (0, 0, 0), rule)
        assert utilities(found) == pytest.approx([1, 5, 5], abs=1e-7) and found.objective == pytest.approx(
            1.0
        )


@pytest.mark.parametrize("rule", ["nash", "kalai_smorodinsky", "egalitarian", "proportional"])
@pytest.mark.parametrize("lotteries", [True, False])
def test_a_party_that_cannot_gain_is_told_and_does_not_stop_the_others(rule, lotteries):
    points = {"a": (2.0, 0.0, 1.0), "b": (4.0, 4.0, 1.0), "c": (9.0, 9.0, 0.5)}
    found = bargain(Outcomes.points(points, lotteries), {"x": 1.0, "y": 0.0, "z": 1.0}, rule)
    assert found.payoff == pytest.approx({"x": 4.0, "y": 4.0, "z": 1.0}, abs=NEAR)
    assert "z cannot gain" in found.note


def test_points_that_are_as_good_are_told():
    found = bargain(Outcomes.points({"a": (1, 2), "b": (2, 1), "c": (0, 0)}, False), (0, 0), "nash")
    assert found.mixture in ({"a": 1.0}, {"b": 1.0}) and "as good" in found.note


def test_what_cannot_be_bargained_over_is_refused():
    for outcomes in (
        Outcomes.points([(1, 0), (0, 1)]),
        Outcomes.points([(1, 0), (0, 1)], lotteries=False),
        Outcomes.linear([[1, 1]], [1]),
    ):
        with pytest.raises(InputError, match="nothing to bargain over"):
            bargain(outcomes, (0.9, 0.9))
    with pytest.raises(InputError, match="no upper bound"):
        bargain(Outcomes.linear([[1, -1]], [1]), (0, 0))
    with pytest.raises(InputError, match="Allow lotteries"):
        bargain(Outcomes.points([(1, 0), (0, 1)], lotteries=False), (0, 0), "nash")
    with pytest.raises(InputError) as caught:
        bargain([(1, 1)], (0, float("nan"), 0), "fair", {"1": -1})
    text = str(caught.value)
    for part in (
        "unknown rule 'fair'",
        "disagreement point of 2",
        "3 disagreement points for 2 parties",
        "positive",
    ):
        assert part in text, text
    for bad, part in (
        (lambda: Outcomes.points([(1, 2), (1,)]), "rows of one length"),
        (lambda: Outcomes.points([]), "points"),
        (lambda: Outcomes.points([(1, np.inf)]), "not finite"),
        (lambda: Outcomes.linear(), "no constraints"),
        (lambda: Outcomes.linear([[1, 1]], [1, 2]), "2 right-hand sides"),
        (lambda: Outcomes.linear([[1, 1]], [1], [[1]], [1]), "1 columns for 2 parties"),
    ):
        with pytest.raises(InputError, match=part):
            bad()


@given(points=hulls())
def test_without_lotteries_the_best_point_is_one_of_them(points):
    d = np.zeros(points.shape[1])
    assume((points > 0).all(axis=1).any())
    found = bargain(Outcomes.points(points, lotteries=False), d, "nash")
    products = points.prod(axis=1)
    assert utilities(found).prod() == pytest.approx(products.max())
    hull = bargain(replace(Outcomes.points(points)), d, "nash")
    assert utilities(hull).prod() >= products.max() * (1 - 1e-6)
