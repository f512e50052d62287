"""Miller and Blair (2009), Input-Output Analysis, chapter 3: the interregional model of two regions, L and M.

Inputs from memory of the book; the Leontief inverse and everything behind it recomputed independently to the digits below.
"""

from __future__ import annotations

import numpy as np
import pytest

from spatialcoord.economy.input_output import (
    income_multipliers,
    interregional_feedback,
    leontief_inverse,
    single_region_inverse,
    technical_coefficients,
)
from spatialcoord.errors import InputError

FLOWS = np.array(
    [[150, 500, 50, 25, 75], [200, 100, 400, 200, 100], [300, 500, 50, 60, 40], [75, 100, 60, 200, 250], [50, 25, 25, 150, 100]],
    dtype=float,
)  # fmt: skip
OUTPUT = np.array([1000.0, 2000.0, 1000.0, 1200.0, 800.0])
L = np.array([True, True, True, False, False])
A = technical_coefficients(FLOWS, OUTPUT)


def test_leontief_inverse():
    published = [
        [1.423, 0.465, 0.291, 0.192, 0.304],
        [0.635, 1.424, 0.671, 0.409, 0.456],
        [0.638, 0.537, 1.336, 0.250, 0.311],
        [0.267, 0.200, 0.197, 1.341, 0.547],
        [0.147, 0.091, 0.093, 0.215, 1.254],
    ]
    np.testing.assert_allclose(leontief_inverse(A), published, atol=5e-4)


def test_single_region_inverse():
    published = [[1.365, 0.425, 0.251], [0.527, 1.348, 0.595], [0.570, 0.489, 1.289]]
    np.testing.assert_allclose(single_region_inverse(A, L), published, atol=5e-4)


def test_a_hundred_of_demand_its_feedback_and_its_leakage():
    found = interregional_feedback(A, L, np.array([100.0, 0, 0, 0, 0]))
    np.testing.assert_allclose(found.output, [142.34, 63.46, 63.83, 26.72, 14.68], atol=5e-3)
    np.testing.assert_allclose(found.alone, [136.51, 52.73, 56.98], atol=5e-3)
    assert found.feedback == pytest.approx(0.0868, abs=5e-5)
    assert found.leakage == pytest.approx(0.1331, abs=5e-5)


def test_income_spent_again_is_the_inverse_of_the_enlarged_table():
    """Miyazawa's multiplier against the table with consumption and value added inside it, written out."""
    member = np.array([L, ~L], dtype=float)
    earned = member * (1.0 - A.sum(axis=0))
    final = OUTPUT - FLOWS.sum(axis=1)
    consumed = (member * final).T / (member * final).sum(axis=1)
    propensity = np.array([0.5, 0.3])
    found = income_multipliers(leontief_inverse(A), earned, consumed, propensity)
    enlarged = leontief_inverse(A + (consumed * propensity) @ earned)
    np.testing.assert_allclose(found, earned @ enlarged, rtol=1e-12)
    # with nothing spent again every unit of demand is somebody's value added once
    np.testing.assert_allclose(
        income_multipliers(leontief_inverse(A), earned, consumed, np.zeros(2)).sum(axis=0), 1.0
    )


def test_sectors_that_need_more_than_they_produce_are_refused():
    for wrong in (np.array([[0.5, 0.7], [0.9, 0.4]]), np.array([[1.0, 0.0], [0.0, 0.5]])):
        with pytest.raises(InputError, match="more inputs than they produce"):
            leontief_inverse(wrong)
