"""Morris screening against functions whose elementary effects are known."""

import numpy as np
import pytest

from spatialcoord.explore.morris import LEVELS, elementary_effects, screen, trajectories


def _values(walks, function):
    return np.apply_along_axis(function, 2, walks)


def test_a_walk_moves_each_parameter_once_on_the_grid():
    walks = trajectories(5, 40, seed=3)
    assert walks.shape == (40, 6, 5)
    grid = np.arange(LEVELS) / (LEVELS - 1)
    assert np.isclose(walks[..., None], grid).any(axis=-1).all()
    steps = np.diff(walks, axis=1)
    assert (np.count_nonzero(steps, axis=2) == 1).all() and (np.count_nonzero(steps, axis=1) == 1).all()
    assert np.abs(steps[steps != 0]) == pytest.approx(2 / 3)
    # both directions, and every level about equally often
    assert 60 < (steps > 0).sum() < 140
    counts = [np.isclose(walks, level).sum() for level in grid]
    assert min(counts) > 0.8 * max(counts)


def test_the_seed_decides():
    assert (trajectories(4, 3, seed=1) == trajectories(4, 3, seed=1)).all()
    assert (trajectories(4, 3, seed=1) != trajectories(4, 3, seed=2)).any()


def test_a_linear_function_has_its_coefficients_as_effects_and_no_spread():
    weights = np.array([3.0, -2.0, 0.0, 0.5])
    walks = trajectories(4, 12, seed=0)
    found = screen(elementary_effects(walks, _values(walks, lambda u: 7.0 + weights @ u)))
    assert found.mu == pytest.approx(weights)
    assert found.mu_star == pytest.approx(np.abs(weights))
    assert found.sigma == pytest.approx(np.zeros(4), abs=1e-12)
    assert (found.counted == 12).all()


def test_an_effect_that_changes_its_sign_shows_in_mu_star_and_sigma():
    """f = u0 (u1 - 1/2): the effect of u0 is u1 - 1/2, of either sign; over the grid its mean size is 1/3."""
    walks = trajectories(2, 4000, seed=5)
    found = screen(elementary_effects(walks, _values(walks, lambda u: u[0] * (u[1] - 0.5))))
    assert found.mu[0] == pytest.approx(0.0, abs=0.02)
    assert found.mu_star[0] == pytest.approx((0.5 + 1 / 6) / 2, abs=0.01)
    assert found.sigma[0] == pytest.approx(np.sqrt((0.5**2 + (1 / 6) ** 2) / 2), abs=0.01)
    # the effect of u1 is u0, never negative
    assert found.mu[1] == pytest.approx(found.mu_star[1]) == pytest.approx(0.5, abs=0.02)


def test_effects_beside_a_point_without_a_value_are_left_out():
    weights = np.array([1.0, 4.0, -1.0])
    walks = trajectories(3, 6, seed=2)
    values = _values(walks, lambda u: weights @ u)
    values[0, 1] = np.nan  # the first two moves of the first walk are lost
    effects = elementary_effects(walks, values)
    assert np.isnan(effects).sum() == 2 and np.isnan(effects[0]).sum() == 2
    found = screen(effects)
    assert sorted(found.counted) == [5, 5, 6] and found.mu == pytest.approx(weights)
    nothing = screen(np.full((3, 2), np.nan))
    assert np.isnan(nothing.mu_star).all() and (nothing.counted == 0).all()
