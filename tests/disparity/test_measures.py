"""Gini, Theil, Hoover and Williamson on small examples, and what is refused; axioms are in tests/properties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from spatialcoord import disparity
from spatialcoord.errors import InputError
from spatialcoord.registry import measures

positive = st.floats(1e-2, 1e4)


@st.composite
def regions(draw):
    n = draw(st.integers(1, 12))
    return draw(hnp.arrays(float, n, elements=positive)), draw(hnp.arrays(float, n, elements=positive))


@given(regions(), st.floats(0, 1))
def test_equity_adjusted_mean_never_falls_when_a_region_gains(data, weight):
    y, p = data
    before = disparity.equity_adjusted_mean(y, p, weight)
    for i in range(len(y)):
        more = y.copy()
        more[i] += 1.0
        assert disparity.equity_adjusted_mean(more, p, weight) >= before - 1e-9 * abs(before)
    assert before == pytest.approx((1 - weight * disparity.gini(y, p)) * (p @ y) / p.sum())


@pytest.mark.parametrize(
    ("values", "measure", "expected"),
    [
        ([0, 0, 1], disparity.gini, 2 / 3),
        ([1, 1, 1], disparity.hoover, 0.0),
        ([0, 2], disparity.hoover, 0.5),
        ([1, 3], disparity.williamson, 0.5),
    ],
)
def test_known_values(values, measure, expected):
    assert measure(values) == pytest.approx(expected, abs=5e-8)


@given(regions(), st.integers(1, 5), st.randoms())
def test_theil_splits_exactly_into_within_and_between(data, count, random):
    y, p = data
    groups = [f"g{random.randrange(count)}" for _ in y]
    parts = disparity.theil_decomposition(y, p, groups)
    for name, measure in (("theil_t", disparity.theil_t), ("theil_l", disparity.theil_l)):
        split = parts[name]
        assert split.total == pytest.approx(measure(y, p), rel=1e-12, abs=1e-12)
        assert split.within + split.between == pytest.approx(split.total, abs=1e-12, rel=1e-12)
        assert sum(split.contribution.values()) == pytest.approx(split.within, abs=1e-12)
        assert min(split.within, split.between) >= -1e-12
        for group, inside in split.inside.items():
            mine = np.array(groups) == group
            assert inside == pytest.approx(measure(y[mine], p[mine]), abs=1e-12)


def test_theil_between_is_that_of_the_group_means():
    parts = disparity.theil_decomposition([1.0, 3.0, 4.0, 8.0], [1.0, 1.0, 2.0, 2.0], ["a", "a", "b", "b"])
    for name, measure in (("theil_t", disparity.theil_t), ("theil_l", disparity.theil_l)):
        assert parts[name].between == pytest.approx(measure([2.0, 6.0], [2.0, 4.0]))
        assert parts[name].inside["a"] == pytest.approx(measure([1.0, 3.0]))
    # income weights for T, population weights for L
    assert parts["theil_t"].contribution["a"] == pytest.approx(4 / 28 * disparity.theil_t([1.0, 3.0]))
    assert parts["theil_l"].contribution["a"] == pytest.approx(2 / 6 * disparity.theil_l([1.0, 3.0]))


def test_theil_of_alike_regions_in_unlike_groups_lies_all_between():
    parts = disparity.theil_decomposition([1.0, 1.0, 3.0, 3.0], None, ["a", "a", "b", "b"])
    assert parts["theil_t"].within == pytest.approx(0.0, abs=1e-15) and parts["theil_t"].between > 0.1
    one = disparity.theil_decomposition([1.0, 1.0, 3.0, 3.0], None, ["a"] * 4)
    assert one["theil_t"].between == pytest.approx(0.0, abs=1e-15)


def test_theil_of_groups_without_people_or_money():
    parts = disparity.theil_decomposition([1.0, 2.0, 5.0, 0.0], [1.0, 1.0, 0.0, 1.0], ["a", "a", "b", "c"])
    assert set(parts["theil_t"].inside) == {"a", "c"}
    assert parts["theil_t"].within + parts["theil_t"].between == pytest.approx(parts["theil_t"].total)
    assert parts["theil_l"].total == parts["theil_l"].between == np.inf
    with pytest.raises(InputError, match="2 groups for 3 values"):
        disparity.theil_decomposition([1.0, 2.0, 3.0], None, ["a", "b"])


def test_registered_measures_evaluate_to_the_functions():
    y, p = np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.0, 1.0])
    for name, function in {
        "gini": disparity.gini,
        "theil_t": disparity.theil_t,
        "theil_l": disparity.theil_l,
        "hoover": disparity.hoover,
        "cv": disparity.cv,
    }.items():
        assert measures.get(name).evaluate(y, p) == function(y, p)


def test_wrong_input_is_told_all_at_once():
    with pytest.raises(InputError) as error:
        disparity.gini([1.0, np.nan, 3.0], [1.0, -1.0])
    text = str(error.value)
    assert "entry 1" in text and "2 populations for 3 values" in text and "negative" in text


def test_labels_must_agree():
    y = xr.DataArray([1.0, 2.0], coords={"region": ["a", "b"]})
    p = xr.DataArray([1.0, 2.0], coords={"region": ["b", "a"]})
    with pytest.raises(InputError, match="labels"):
        disparity.gini(y, p)


def test_labels_of_pandas_series_must_agree():
    y = pd.Series([1.0, 2.0, 4.0], index=["a", "b", "c"])
    p = pd.Series([1.0, 2.0, 3.0], index=["a", "b", "c"])
    assert disparity.gini(y, p) == disparity.gini(y.to_numpy(), p.to_numpy())
    with pytest.raises(InputError, match="labels"):
        disparity.gini(y.sort_values(ascending=False), p)


def test_tables_are_not_vectors():
    for table in ([[1.0, 2.0], [3.0, 4.0]], np.ones((2, 2)), pd.DataFrame({"a": [1.0], "b": [2.0]})):
        with pytest.raises(InputError, match="one-dimensional"):
            disparity.gini(table)


def test_negative_mean_is_refused():
    with pytest.raises(InputError, match="mean"):
        disparity.gini([-3.0, 1.0])


def test_theil_l_of_a_region_with_nothing_is_infinite():
    assert disparity.theil_l([0.0, 1.0]) == np.inf
    assert disparity.theil_t([0.0, 1.0]) == pytest.approx(np.log(2))
