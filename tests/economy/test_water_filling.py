"""Water-filling: total, bounds, order and feasibility, on drawn examples and by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spatialcoord.economy.water_filling import water_fill
from spatialcoord.errors import InputError

amounts = st.floats(0, 100).map(lambda x: round(x, 3))
rows = st.lists(
    st.tuples(st.one_of(st.just(0.0), st.floats(0.01, 50)), amounts, amounts), min_size=1, max_size=9
)


def taken_apart(drawn):
    key, a, b = (np.array(column) for column in zip(*drawn, strict=True))
    return key, np.minimum(a, b), np.maximum(a, b)


@given(rows, st.floats(0, 1))
def test_a_total_between_the_bounds_is_met_inside_them(drawn, place):
    key, lower, upper = taken_apart(drawn)
    most = np.where(key > 0, upper, lower).sum()
    total = lower.sum() + place * (most - lower.sum())
    filled = water_fill(key, total, lower, upper)
    assert filled.sum() == pytest.approx(total, rel=1e-9, abs=1e-9)
    assert (filled >= lower).all() and (filled <= upper).all()


@given(rows, st.floats(0.05, 0.95))
def test_what_lies_between_its_bounds_is_in_proportion_to_the_key(drawn, place):
    key, lower, upper = taken_apart(drawn)
    total = lower.sum() + place * (np.where(key > 0, upper, lower).sum() - lower.sum())
    filled = water_fill(key, total, lower, upper)
    inside = (filled > lower) & (filled < upper)
    assume(inside.sum() >= 2)
    level = filled[inside] / key[inside]
    assert level == pytest.approx(level[0])


@given(st.lists(st.floats(0, 10), min_size=2, max_size=8), st.floats(0.55, 1.9))
def test_the_order_of_the_key_is_kept(key, size):
    key = np.array(key) + 0.1
    equal = np.ones(len(key))
    filled = water_fill(key, size * len(key), 0.5 * equal, 2.0 * equal)
    assert (np.diff(filled[np.argsort(key, kind="stable")]) >= 0).all()


@given(rows, st.floats(0.001, 10), st.booleans())
def test_a_total_outside_the_bounds_is_refused(drawn, beyond, above):
    key, lower, upper = taken_apart(drawn)
    most = np.where(key > 0, upper, lower).sum()
    total = most + beyond if above else lower.sum() - beyond
    with pytest.raises(InputError, match="does not fit"):
        water_fill(key, total, lower, upper)


def test_by_hand():
    # at 4 a unit of the key: 4, 8 cut to 6, 12; floor of the last, without a key, 1
    filled = water_fill(np.array([1.0, 2, 3, 0]), 23.0, np.array([0.0, 0, 0, 1]), np.array([9.0, 6, 20, 5]))
    assert filled == pytest.approx([4, 6, 12, 1])


def test_the_message_names_the_key_of_who_asks():
    with pytest.raises(InputError) as caught:
        water_fill(np.ones(3), 10.0, np.zeros(3), np.ones(3), where="total")
    assert caught.value.problems[0].where == "total" and "year_zero" not in str(caught.value)
