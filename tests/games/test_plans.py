"""Plans of a linear model as outcomes: the same agreements as the utilities they give, with variables told."""

import numpy as np
import pytest
import scipy.sparse as sp

from spatialcoord import games
from spatialcoord.errors import InputError
from spatialcoord.games.bargaining import RULES


def drawn(seed, n=3, k=5):
    """Utilities bounded by k rows, and weights."""
    rng = np.random.default_rng(seed)
    return rng.uniform(0.2, 1.0, (k, n)), rng.uniform(1.0, 3.0, k), rng.uniform(0.5, 2.0, n)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_a_model_and_its_utilities_give_the_same_agreement(rule, seed, scale):
    a, b, weights = drawn(seed)
    d = 0.05 * scale * np.ones(3)
    linear = games.Outcomes.linear(np.vstack([a, -np.eye(3)]), np.append(b * scale, np.zeros(3)))
    # utilities are mixtures of more variables than parties, and a constant: u = M z + d / 2
    mix = np.random.default_rng(seed + 9).uniform(0, 1, (3, 6))
    mix[:, :3] = np.eye(3)
    rows = np.vstack([a @ mix, -mix])
    sides = np.append(b * scale - a @ d / 2, d / 2)
    model = games.Outcomes.plans(
        mix, d / 2, sp.csr_array(rows), sides, np.full(6, -np.inf), np.full(6, np.inf), scale * np.ones(3)
    )
    given = weights if rule in ("nash", "proportional", "utilitarian") else None
    want = games.bargain(linear, d, rule, weights=given)
    found = games.bargain(model, d, rule, weights=given)
    if rule == "utilitarian":  # ties may be settled differently
        assert found.objective == pytest.approx(want.objective, rel=1e-6)
    else:
        tolerance = 2e-3 if rule == "nash" else 1e-6
        np.testing.assert_allclose(list(found.payoff.values()), list(want.payoff.values()), rtol=tolerance)
    np.testing.assert_allclose(mix @ found.variables + d / 2, list(found.payoff.values()), rtol=1e-6)
    assert (a @ list(found.payoff.values()) <= b * scale * (1 + 1e-7)).all()
    assert (np.array(list(found.gain.values())) >= -1e-7 * scale).all()


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e4])
def test_the_size_is_only_a_scale(size):
    a, b, weights = drawn(0)
    model = games.Outcomes.plans(
        np.eye(3), np.zeros(3), a, b, np.zeros(3), np.full(3, np.inf), np.full(3, size)
    )
    found = games.bargain(model, np.zeros(3), "nash", weights=weights)
    prices = np.array(list(found.certificate.values()))
    gain = np.array(list(found.gain.values()))
    np.testing.assert_allclose(prices, weights / gain, rtol=1e-4)
    # no outcome is worth more at the prices
    most = model.maximise(np.append(prices, 0.0))[1]
    assert most <= prices @ gain * (1 + 1e-5)


def test_bounds_bind_and_infinite_utility_is_refused():
    bounded = games.Outcomes.plans(np.eye(2), [0, 0], np.zeros((1, 2)), [1.0], [0, 0], [2, 3], [1, 1])
    assert games.bargain(bounded, [0, 0], "nash").payoff == pytest.approx({"1": 2, "2": 3})
    free = games.Outcomes.plans(np.eye(2), [0, 0], np.zeros((1, 2)), [1.0], [0, 0], [2, np.inf], [1, 1])
    with pytest.raises(InputError, match="no upper bound"):
        games.bargain(free, [0, 0], "nash")
    with pytest.raises(InputError, match="no outcome gives every party"):
        games.bargain(bounded, [3, 0], "nash")


def test_shapes_and_numbers_are_checked():
    with pytest.raises(InputError, match="not of one model"):
        games.Outcomes.plans(np.eye(2), [0, 0], np.zeros((1, 3)), [1.0], [0, 0], [2, 3], [1, 1])
    with pytest.raises(InputError, match="not finite"):
        games.Outcomes.plans(np.eye(2) * np.nan, [0, 0], np.zeros((1, 2)), [1.0], [0, 0], [2, 3], [1, 1])
    with pytest.raises(InputError, match=r"sizes \(3,\)"):
        games.Outcomes.plans(np.eye(2), [0, 0], np.zeros((1, 2)), [1.0], [0, 0], [2, 3], [1, 1, 1])
