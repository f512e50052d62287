"""Sigma and beta convergence on paths whose speed is known, and against other people's regressions."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from spatialcoord import disparity
from spatialcoord.errors import InputError


def test_sigma_is_the_standard_deviation_of_logarithms():
    table = pd.DataFrame({2000: [1.0, math.e], 2010: [1.0, math.e**0.5]}, index=["a", "b"])
    assert disparity.sigma_convergence(table) == pytest.approx({2000: 0.5, 2010: 0.25})
    # three quarters of the people at 0, one at 1
    assert disparity.sigma_convergence(table, [3.0, 1.0])[2000] == pytest.approx(math.sqrt(3) / 4)
    yearly = {2000: [3.0, 1.0], 2010: [1.0, 1.0]}
    assert disparity.sigma_convergence(table, yearly) == pytest.approx({2000: math.sqrt(3) / 4, 2010: 0.25})


def test_sigma_names_the_years_that_are_wrong():
    with pytest.raises(InputError) as error:
        disparity.sigma_convergence({2000: [1.0, 0.0], 2005: [1.0, 2.0], 2010: [1.0, np.nan]}, {2000: [1, 1]})
    text = str(error.value)
    assert "values 2000: a value is not positive" in text
    assert "population 2005" in text and "population 2010" in text


def path(start: np.ndarray, beta: float, years: float) -> np.ndarray:
    """Values after `years` when each gap of logarithms to a common growing path shrinks at the rate `beta`."""
    return np.exp(9.0 + 0.03 * years + (np.log(start) - 9.0) * math.exp(-beta * years))


@pytest.mark.parametrize("years", [1.0, 10.0, 40.0])
@pytest.mark.parametrize("beta", [-0.01, 0.005, 0.02, 0.1])
def test_beta_of_an_exact_path_is_found(beta, years):
    start = np.array([3000.0, 5000.0, 9000.0, 20000.0])
    found = disparity.beta_convergence(start, path(start, beta, years), years)
    assert found.beta == pytest.approx(beta, abs=1e-12)
    assert found.coefficient == pytest.approx((1 - math.exp(-beta * years)) / years, abs=1e-12)
    assert found.half_life == (pytest.approx(math.log(2) / beta) if beta > 0 else math.inf)
    assert found.r2 == pytest.approx(1.0) and found.n == 4
    assert found.standard_error == pytest.approx(0.0, abs=1e-9)


@st.composite
def panels(draw):
    n = draw(st.integers(4, 12))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    start = np.exp(random.normal(9.0, 0.5, n))
    return start, path(start, 0.03, 12.0) * np.exp(random.normal(0, 0.05, n)), random.integers(1, 6, n)


@given(panels())
def test_unweighted_beta_is_the_ordinary_and_the_non_linear_regression(panel):
    start, end, _ = panel
    years = 12.0
    try:
        found = disparity.beta_convergence(start, end, years)
    except InputError as error:
        assert "change places" in str(error)
        assert stats.linregress(np.log(start), np.log(end)).slope <= 1e-9
        return
    growth = np.log(end / start) / years
    line = stats.linregress(np.log(start), growth)
    assert found.coefficient == pytest.approx(-line.slope, rel=1e-9, abs=1e-12)
    assert found.intercept == pytest.approx(line.intercept, rel=1e-9)
    assert found.r2 == pytest.approx(line.rvalue**2, rel=1e-6, abs=1e-9)
    # by hand for the second: non-linear least squares in (a, beta), with its standard error
    (_, beta), covariance = optimize.curve_fit(
        lambda x, a, beta: a - (1 - np.exp(-beta * years)) / years * x,
        np.log(start),
        growth,
        p0=(found.intercept, found.beta * 1.01 + 1e-4),
        xtol=1e-12,
        ftol=1e-15,
    )
    assert found.beta == pytest.approx(beta, rel=1e-4, abs=1e-6)
    assert found.standard_error == pytest.approx(math.sqrt(covariance[1, 1]), rel=1e-2)


@given(panels())
def test_whole_weights_give_the_estimate_of_repeated_regions(panel):
    start, end, weight = panel
    try:
        found = disparity.beta_convergence(start, end, 12.0, weight)
    except InputError:
        return
    repeated = disparity.beta_convergence(np.repeat(start, weight), np.repeat(end, weight), 12.0)
    assert found.beta == pytest.approx(repeated.beta, rel=1e-7, abs=1e-10)
    assert found.r2 == pytest.approx(repeated.r2, rel=1e-7, abs=1e-10)
    assert found.n == len(start)  # and so a larger standard error than the repeated ones pretend to
    assert found.standard_error >= repeated.standard_error


def test_regions_without_people_stay_out_even_with_nothing():
    start, end = np.array([3000.0, 5000.0, 9000.0, 0.0]), np.array([4000.0, 6000.0, 9500.0, 1.0])
    found = disparity.beta_convergence(start, end, 10.0, [1, 1, 1, 0])
    assert found == disparity.beta_convergence(start[:3], end[:3], 10.0)
    with pytest.raises(InputError, match="first: a value is not positive"):
        disparity.beta_convergence(start, end, 10.0)


def test_what_no_speed_describes_is_refused():
    with pytest.raises(InputError, match="change places"):
        disparity.beta_convergence([1.0, 2.0, 4.0], [4.0, 2.0, 1.0], 10.0)
    with pytest.raises(InputError, match="same value"):
        disparity.beta_convergence([2.0, 2.0], [1.0, 3.0], 10.0)
    with pytest.raises(InputError, match="period"):
        disparity.beta_convergence([1.0, 2.0], [1.0, 2.0], 0.0)
    with pytest.raises(InputError, match="first has 2 regions, last has 1"):
        disparity.beta_convergence([1.0, 2.0], [1.0], 5.0)


def test_two_regions_and_equal_growth_have_no_spread_to_judge_by():
    found = disparity.beta_convergence([1.0, 2.0], [1.5, 3.0], 10.0)
    assert found.beta == pytest.approx(0.0, abs=1e-12)
    assert math.isnan(found.standard_error) and math.isnan(found.r2)
