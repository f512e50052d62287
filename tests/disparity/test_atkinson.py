"""Atkinson's index where powers lose digits or overflow, and at its limits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from spatialcoord import disparity
from spatialcoord.errors import InputError

Y, P = np.array([1.0, 2.0, 4.0, 8.0]), np.array([4.0, 3.0, 2.0, 1.0])


def test_no_aversion_no_index():
    assert disparity.atkinson(Y, P, 0) == 0.0
    assert disparity.equally_distributed_equivalent(Y, P, 0) == pytest.approx(2.6)


def test_aversion_two_is_the_harmonic_mean_exactly():
    shares = [Fraction(4, 10), Fraction(3, 10), Fraction(2, 10), Fraction(1, 10)]
    harmonic = 1 / sum(s / Fraction(int(y)) for s, y in zip(shares, Y, strict=True))
    assert disparity.equally_distributed_equivalent(Y, P, 2) == pytest.approx(float(harmonic), rel=1e-15)
    assert disparity.atkinson(Y, P, 2) == pytest.approx(float(1 - harmonic / Fraction(26, 10)), rel=1e-14)


@pytest.mark.parametrize("step", [1e-3, 1e-6, 1e-9, 1e-12, 1e-15])
def test_no_digits_are_lost_near_one(step):
    at_one = disparity.atkinson(Y, P, 1.0)
    # dA/d(epsilon) at 1 is EDE/mean times half the variance of the logarithms
    logs = np.log(Y)
    share = P / P.sum()
    slope = (1 - at_one) * (share @ (logs - share @ logs) ** 2) / 2
    for epsilon in (1 - step, 1 + step):
        assert disparity.atkinson(Y, P, epsilon) == pytest.approx(
            at_one + slope * (epsilon - 1), abs=step**2 + 1e-14
        )


def test_small_disparity_keeps_its_digits():
    # A is epsilon times half the squared coefficient of variation, to second order
    y = 1 + 1e-6 * np.array([-1.0, 1.0])
    for epsilon in (0.5, 1.0, 2.0, 30.0):
        assert disparity.atkinson(y, None, epsilon) == pytest.approx(epsilon * 0.5e-12, rel=1e-3)


@pytest.mark.parametrize("epsilon", [30.0, 300.0, 1e6])
def test_large_aversion_does_not_overflow(epsilon):
    y = np.array([1e-6, 1.0, 1e9])
    found = disparity.equally_distributed_equivalent(y, [1, 1, 1], epsilon)
    assert found == pytest.approx(1e-6 * (1 / 3) ** (1 / (1 - epsilon)), rel=1e-12)
    assert 0.999999 < disparity.atkinson(y, [1, 1, 1], epsilon) <= 1


def test_nothing_somewhere():
    assert disparity.atkinson([0.0, 1.0]) == 1.0
    assert disparity.atkinson([0.0, 1.0], None, 2.0) == 1.0
    assert disparity.atkinson([0.0, 1.0], None, 0.5) == pytest.approx(0.5)  # EDE is (1/2)^2, the mean 1/2
    assert disparity.atkinson([0.0, 1.0, 3.0], [0.0, 1.0, 1.0]) == disparity.atkinson([1.0, 3.0])
    assert disparity.equally_distributed_equivalent([0.0, 0.0]) == 0.0
    with pytest.raises(InputError, match="mean"):
        disparity.atkinson([0.0, 0.0])


def test_what_cannot_be_averaged_is_refused_all_at_once():
    with pytest.raises(InputError) as error:
        disparity.atkinson([-1.0, 2.0], None, -1.0)
    assert len(error.value.problems) == 2
    for epsilon in (np.nan, np.inf):
        with pytest.raises(InputError, match="aversion"):
            disparity.equally_distributed_equivalent([1.0, 2.0], None, epsilon)
