"""Transport networks of Fajgelbaum and Schaal (2020, Econometrica 88(4)): a benchmark, their map with one rich centre, and bounds.

The paper publishes pictures; the numbers of the line of three regions are recomputed (and here once more by SLSQP).
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.network import (
    Network,
    NetworkModel,
    consumption,
    design,
    grid_error,
    network_of,
    welfare,
)

PUBLISHED = {0.1: 0.4886535, 1.0: 0.7881525, 10.0: 1.1150437, 100.0: 1.2041968}


def line(budget: float = 1.0, **changes: float) -> Network:
    ends = np.array([0, 1]), np.array([1, 2])
    endowment = np.array([3.0, 1.0, 0.5])
    return Network(
        ("1", "2", "3"), endowment, np.ones(3), *ends, np.full(2, 0.3), np.ones(2), budget, **changes
    )


@pytest.mark.parametrize("budget", PUBLISHED)
def test_welfare_of_the_line(budget):
    found = design(line(budget))
    upper = min(found.upper, found.upper_by_prices)
    assert found.status == "optimal" and found.lower <= upper <= found.lower + 1e-6
    assert found.lower == pytest.approx(PUBLISHED[budget], abs=1e-6)
    assert found.lower - 1e-7 <= PUBLISHED[budget] <= upper + 1e-7


def test_flows_capacities_and_first_order_condition_of_the_line():
    found = design(line(), tolerance=1e-9)
    np.testing.assert_allclose(found.net_flow, (0.6780, 0.3321), atol=1e-4)
    np.testing.assert_allclose(found.capacity, (0.6128, 0.3872), atol=1e-4)
    np.testing.assert_allclose(found.per_head, (2.0970, 1.2604, 0.8321), atol=1e-4)
    # what a unit of capacity saves is worth the same on every link
    worth = found.price[:2] * 0.3 * found.net_flow**2 / found.capacity**2
    np.testing.assert_allclose(worth, 0.1751, atol=1e-4)


def test_more_capacity_is_better_up_to_equal_consumption():
    model = NetworkModel(line())
    reached = [model.solve(budget).lower for budget in (*PUBLISHED, 1e4)]
    assert (np.diff(reached) > 0).all()
    assert reached[-1] == pytest.approx(3 * np.log(1.5), abs=1e-3) and reached[-1] < 3 * np.log(1.5)


def test_the_bracket_closes_as_tangents_come():
    trace = np.array(design(line(), tolerance=1e-8).trace)
    lower, upper = trace.T
    assert (np.diff(lower) >= -1e-12).all() and (np.diff(upper) <= 1e-12).all()
    assert (lower <= upper + 1e-9).all() and upper[-1] - lower[-1] < 0.01 * (upper[0] - lower[0])


@given(st.floats(1.01, 3.0), st.floats(0.0, 1.0))
def test_the_error_of_a_grid_is_known_beforehand(step, place):
    """Between two tangents of Q^2/I at ratios 1 and q the cost is understated by at most 1 - 4q/(1+q)^2 of itself."""
    ratio = step**place
    held = max(2 * r * ratio - r * r for r in (1.0, step))
    bound = 1.0 - 4.0 * step / (1.0 + step) ** 2
    assert 1.0 - held / ratio**2 <= bound + 1e-12
    assert grid_error(step, 1.0) == pytest.approx(bound, rel=1e-9)


def test_a_grid_of_twenty_a_decade_errs_by_a_third_of_a_percent():
    found = NetworkModel(line(), per_decade=20).solve(tolerance=1e-6)
    assert found.a_priori == pytest.approx(0.0033, abs=2e-4)
    assert found.lower == pytest.approx(PUBLISHED[1.0], abs=1e-6)


def square(side: int, budget: float) -> tuple[Network, np.ndarray]:
    """A map of side x side places with one unit of people each, poor but for the centre."""
    place = np.arange(side * side).reshape(side, side)
    a = np.concatenate([place[:, :-1].ravel(), place[:-1].ravel()])
    b = np.concatenate([place[:, 1:].ravel(), place[1:].ravel()])
    endowment = np.full(side * side, 0.1)
    centre = place[side // 2, side // 2]
    endowment[centre] = 1.0
    row, column = np.indices((side, side))
    far = np.abs(row - side // 2) + np.abs(column - side // 2)
    names = tuple(f"p{i}" for i in range(side * side))
    ones = np.ones(len(a))
    return Network(names, endowment, np.ones(side * side), a, b, ones, ones, budget), far.ravel()


def test_the_map_with_a_rich_centre():
    found, spread = {}, {}
    for budget in (1.0, 100.0):
        net, far = square(9, budget)
        found[budget] = solved = design(net, tolerance=2e-3)
        spread[budget] = solved.per_head.std()
        by_distance = [solved.per_head[far == d].mean() for d in range(far.max() + 1)]
        assert (np.diff(by_distance) < 1e-3).all() and by_distance[0] > by_distance[-1]
        near = np.minimum(far[net.a], far[net.b])
        built = [solved.capacity[near == d].mean() for d in range(near.max() + 1)]
        assert built[0] > 2 * built[2] and (np.diff(built) < 1e-6).all()  # it branches from the centre
    assert spread[100.0] < spread[1.0]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(1.0, 1.0), (1.0, 0.5), (0.5, 0.5)]))
def test_a_plain_solver_finds_no_better_network(seed, powers):
    random = np.random.default_rng(seed)
    a, b = np.array([0, 1, 2, 0]), np.array([1, 2, 3, 2])
    net = Network(
        ("a", "b", "c", "d"), random.uniform(0.3, 3.0, 4), np.ones(4), a, b, random.uniform(0.1, 1.0, 4),
        random.uniform(0.5, 2.0, 4), 1.0, *powers,
    )  # fmt: skip
    found = design(net)

    def plan(x):
        return np.concatenate([np.maximum(x[:4], 0), np.maximum(-x[:4], 0)]), np.maximum(x[4:], 1e-9)

    def loss(x):
        per_head = consumption(net, *plan(x))
        return -welfare(net, np.maximum(per_head, 1e-6))

    start = np.concatenate([0.1 * found.net_flow, net.uniform()])
    room = {"type": "ineq", "fun": lambda x: net.budget - net.building @ x[4:]}
    bounds = [(None, None)] * 4 + [(1e-6, None)] * 4
    other = minimize(loss, start, method="SLSQP", bounds=bounds, constraints=[room], options={"maxiter": 500})
    assert -other.fun <= min(found.upper, found.upper_by_prices) + 1e-6
    assert found.lower >= -other.fun - 1e-4


def test_increasing_returns_are_refused_in_a_sentence():
    with pytest.raises(InputError, match="not convex"):
        line(beta=0.1, gamma=0.2)


def test_provinces_of_china():
    graph = sc.load_case("china").graph
    net = network_of(graph, times=1.5)
    found = design(net, tolerance=1e-3)
    as_it_stands = design(network_of(graph, fixed=True), tolerance=1e-3)
    assert found.gap <= 1e-3 and found.lower > as_it_stands.lower
    assert net.building @ found.capacity <= net.budget * (1 + 1e-9)
    assert (found.capacity >= 1 - 1e-9).all()  # what stands stays
    before = consumption(net, np.zeros(2 * len(net.a)), np.ones(len(net.a)))
    share = net.population / net.population.sum()
    assert sc.disparity.gini(found.per_head, share) < sc.disparity.gini(before, share)
