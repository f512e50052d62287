"""Classes: natural breaks as mapclassify finds them, edges round, no region in the wrong class."""

import warnings

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialcoord.maps.classes import (
    MOST_FOR_NATURAL,
    class_of,
    digits_for,
    natural_edges,
    roundest,
    symmetric_edges,
)

numbers = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-9)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("classes", [2, 5, 7])
def test_natural_breaks_are_those_of_mapclassify(seed, classes):
    rng = np.random.default_rng(seed)
    values = rng.lognormal(5, 0.6, rng.integers(30, 80)) * (-1) ** seed
    values[:8] = values[0]  # ties, as floors and ceilings make them
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = mapclassify.FisherJenks(values, k=classes).yb
    # round edges leave every value in the class that natural breaks put it in
    np.testing.assert_array_equal(class_of(values, natural_edges(values, classes)), expected)


@given(st.lists(numbers, min_size=1, max_size=40), st.integers(1, 7))
def test_edges_part_the_values(values, classes):
    values = np.array(values)
    edges = natural_edges(values, classes)
    assert len(edges) < classes or not edges
    assert edges == sorted(set(edges))
    index = class_of(values, edges)
    assert set(index) == set(range(len(edges) + 1))  # no class is empty
    if edges:  # a class lies wholly below the next
        for k, edge in enumerate(edges):
            assert values[index <= k].max() < edge <= values[index > k].min()


def test_values_alike_make_one_class():
    assert natural_edges(np.full(5, 3.0)) == []
    assert natural_edges(np.array([1.0, 1.0 + 1e-13, 2.0]), 5) == [2.0]


def test_few_values_make_a_class_each():
    assert natural_edges(np.array([0.5, 1.0, 2.0, 1.0])) == [1.0, 2.0]


def test_many_values_make_round_quantiles():
    values = np.random.default_rng(1).lognormal(5, 0.5, MOST_FOR_NATURAL + 500)
    edges = natural_edges(values)
    shares = np.bincount(class_of(values, edges)) / len(values)
    assert len(shares) == 5 and (np.abs(shares - 0.2) < 0.1).all()
    assert all(edge == round(edge, -1) for edge in edges)


@given(numbers, st.floats(1e-6, 1e6))
def test_roundest_lies_between(low, width):
    high = low + width
    if low < high:
        assert low < roundest(low, high) <= high


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(143.9, 152, 150), (97, 104, 100), (-0.5, 0.2, 0), (0.00012, 0.00019, 0.00015), (99.5, 100, 100), (-262, -151, -200),
     (123456, 123457, 123457), (2.5, 2.5, 2.5)],
)  # fmt: skip
def test_roundest_is_round(low, high, expected):
    assert roundest(low, high) == expected


def test_symmetric_edges_mirror_each_other():
    edges = symmetric_edges(np.array([-453.0, -391, -110, -94, -7, 8, 75, 78, 150, 180]))
    assert edges == [-e for e in reversed(edges)] and 0.0 in edges
    assert symmetric_edges(np.zeros(4)) == []
    assert symmetric_edges(np.array([0.0, 2.0, 2.0])) == [0.0]


def test_digits_show_edges_in_full():
    assert digits_for([100.0, 150.0]) == 0
    assert digits_for([0.25, 1.0]) == 2
    assert digits_for([]) == 0
