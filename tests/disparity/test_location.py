"""Location quotient and rank mobility by hand and against scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spatialcoord import disparity
from spatialcoord.errors import InputError

figures = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=10)


@given(figures)
def test_location_quotients_average_to_one(pairs):
    activity, total = np.array(pairs, dtype=float).T
    activity[0] += 1
    total[0] += 1
    quotient = disparity.location_quotient(activity, total)
    assert np.isnan(quotient).tolist() == (total == 0).tolist()
    # where nothing is, no activity counts: the average is over the activity that has a place
    inside = total > 0
    assert quotient[inside] @ total[inside] / total.sum() == pytest.approx(
        activity[inside].sum() / activity.sum()
    )


def test_location_quotient_is_refused_what_makes_no_share():
    with pytest.raises(InputError) as error:
        disparity.location_quotient([-1.0, 2.0], [0.0, 0.0])
    assert "activity: a figure is negative" in str(error.value)
    assert "total: the sum over all regions is zero" in str(error.value)
    with pytest.raises(InputError, match="activity has 1 regions, total has 2"):
        disparity.location_quotient([1.0], [1.0, 2.0])


def test_movers_are_named_with_their_places():
    found = disparity.rank_mobility([9.0, 7.0, 5.0, 3.0], [9.0, 3.0, 5.0, 7.0], ["a", "b", "c", "d"])
    assert found.movers == {"b": -2.0, "d": 2.0}
    assert found.changed == 0.5
    assert found.spearman == pytest.approx(1 - 6 * 8 / (4 * 15))
    assert found.kendall == pytest.approx((3 - 3) / 6)
    assert disparity.rank_mobility([9.0, 7.0], [7.0, 9.0], largest=1).movers == {0: -1.0}
    # overtaking half a tie
    assert disparity.rank_mobility([2.0, 2.0, 1.0], [3.0, 2.0, 1.0]).movers == {0: 0.5, 1: -0.5}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12))
def test_correlations_are_those_of_scipy(pairs):
    first, second = np.array(pairs, dtype=float).T
    found = disparity.rank_mobility(first, second)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert math.isnan(found.spearman) and math.isnan(found.kendall)
    else:
        assert found.spearman == pytest.approx(stats.spearmanr(first, second).statistic, abs=1e-12)
        assert found.kendall == pytest.approx(stats.kendalltau(first, second).statistic, abs=1e-12)
    assert sum(disparity.rank_mobility(first, second, largest=99).movers.values()) == pytest.approx(0.0)


def test_the_same_order_is_no_mobility():
    found = disparity.rank_mobility([1.0, 2.0, 3.0], [10.0, 20.0, 90.0])
    assert (found.spearman, found.kendall, found.changed, found.movers) == (pytest.approx(1), 1, 0, {})


def test_mobility_is_refused_what_has_no_ranks():
    with pytest.raises(InputError) as error:
        disparity.rank_mobility([1.0], [2.0], ["a", "b"], largest=-1)
    assert len(error.value.problems) == 3
