"""Measures against definitions written out, and the properties every relative measure must have."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from spatialcoord import disparity
from spatialcoord.errors import InputError
from spatialcoord.registry import measures

RELATIVE = [disparity.gini, disparity.hoover, disparity.theil_t, disparity.theil_l, disparity.williamson]
positive = st.floats(1e-2, 1e4)


@st.composite
def regions(draw):
    n = draw(st.integers(1, 12))
    return draw(hnp.arrays(float, n, elements=positive)), draw(hnp.arrays(float, n, elements=positive))


def brute_gini(y, p):
    w = p / p.sum()
    return 0.5 * (w[:, None] * w[None, :] * np.abs(y[:, None] - y[None, :])).sum() / (w @ y)


@given(regions())
def test_gini_by_sorting_equals_all_pairs(data):
    y, p = data
    assert disparity.gini(y, p) == pytest.approx(brute_gini(y, p), abs=1e-12)


@pytest.mark.parametrize("measure", RELATIVE)
@given(data=regions(), factor=st.floats(0.1, 10))
def test_scale_and_order_do_not_matter(measure, data, factor):
    y, p = data
    value = measure(y, p)
    assert value >= -1e-12
    assert measure(factor * y, p) == pytest.approx(value, rel=1e-7, abs=1e-10)
    assert measure(y[::-1], factor * p[::-1]) == pytest.approx(value, rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("measure", RELATIVE)
@given(data=regions())
def test_replication(measure, data):
    y, p = data
    assert measure(np.r_[y, y], np.r_[p, p]) == pytest.approx(measure(y, p), rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("measure", RELATIVE)
@given(data=regions(), part=st.floats(0.01, 0.49))
def test_transfer_from_rich_to_poor_never_raises_disparity(measure, data, part):
    y, p = data
    rich, poor = int(np.argmax(y)), int(np.argmin(y))
    moved = y.copy()
    # money moved is limited so that the two do not change places
    money = part * (y[rich] - y[poor]) * min(p[rich], p[poor])
    moved[rich] -= money / p[rich]
    moved[poor] += money / p[poor]
    assert measure(moved, p) <= measure(y, p) + 1e-9


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
        ([20, 50, 20, 10], disparity.gini, 0.3),  # Dörsam 2004
        ([10, 10, 10, 20, 50], disparity.theil_l, 0.2326302),  # Störmann 2009, there called "Theil"
        ([10, 10, 10, 20, 50], disparity.theil_t, 0.2502012),
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


def test_negative_mean_is_refused():
    with pytest.raises(InputError, match="mean"):
        disparity.gini([-3.0, 1.0])


def test_theil_l_of_a_region_with_nothing_is_infinite():
    assert disparity.theil_l([0.0, 1.0]) == np.inf
    assert disparity.theil_t([0.0, 1.0]) == pytest.approx(np.log(2))
