"""Affine maps against plain numpy on random decisions."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from spatialcoord.errors import InputError
from spatialcoord.model import Affine, Data, Dim, Model, Relation, between

R = Dim("region", ["north", "south", "east"])
T = Dim("year", [2021, 2022])
F = Dim("fund", ["a", "b"])


@pytest.fixture
def world() -> tuple[Model, Affine, np.ndarray]:
    """A model with x[region, year] and a random value for it."""
    m = Model()
    x = m.variable("x", (R, T))
    values = np.random.default_rng(0).random((3, 2))
    m.arrays.columns.value[:] = values.ravel()
    return m, x, values


def over_region(values: object) -> xr.DataArray:
    return xr.DataArray(values, {"region": list(R.labels)}, ["region"])


def test_arithmetic(world: tuple[Model, Affine, np.ndarray]) -> None:
    m, x, v = world
    d = np.array([1.0, 2.0, 4.0])
    assert np.allclose(m.value(2 * x + 1 - x / 4), 2 * v + 1 - v / 4)
    assert np.allclose(m.value(x * over_region(d) + Data(T, [5, 6])), v * d[:, None] + [5, 6])
    assert np.allclose(m.value(3 - x), 3 - v)
    assert np.allclose(m.value(Data(T, [5, 6]) - x), np.array([5, 6]) - v)
    assert np.allclose(m.value(x / over_region(d)), v / d[:, None])
    assert np.allclose(m.value(x - x), 0)
    assert m.data(x).sel(region="south", year=2022) == v[1, 1]


def test_broadcast_by_name_and_transpose(world: tuple[Model, Affine, np.ndarray]) -> None:
    m, x, v = world
    wide = x * Data(F, [1.0, 10.0])
    assert [d.name for d in wide.dims] == ["region", "year", "fund"]
    assert np.allclose(m.value(wide), v[:, :, None] * [1, 10])
    turned = x.over((T, R))
    assert np.allclose(m.value(turned), v.T)
    assert np.allclose(m.value(turned + x), 2 * v.T)


def test_sums(world: tuple[Model, Affine, np.ndarray]) -> None:
    m, x, v = world
    assert np.allclose(m.value(x.sum("region")), v.sum(axis=0))
    assert np.allclose(m.value(x.sum("year")), v.sum(axis=1))
    assert np.isclose(float(m.value(x.sum())), v.sum())
    assert x.sum().dims == ()
    # a broadcast dimension shares columns between cells: equal columns must be merged
    doubled = (x * Data(F, [1.0, 10.0])).sum("fund")
    assert np.allclose(m.value(doubled), 11 * v)
    assert doubled.matrix.nnz == 6


def test_no_row_holds_a_column_twice(world: tuple[Model, Affine, np.ndarray]) -> None:
    _, x, _ = world
    expression = (x.sum("year") + x.select("year", 2021)).over((R, F)).sum()
    for row in range(expression.matrix.shape[0]):
        columns = expression.matrix.indices[expression.matrix.indptr[row] : expression.matrix.indptr[row + 1]]
        assert len(set(columns.tolist())) == len(columns)


def test_maps_along_a_dimension(world: tuple[Model, Affine, np.ndarray]) -> None:
    m, x, v = world
    w = np.array([[0, 1, 0], [0.5, 0, 0.5], [0, 0, 1.0]])
    assert np.allclose(m.value(x.apply("region", sp.csr_array(w))), w @ v)
    two = Dim("half", ["first", "second"])
    assert np.allclose(m.value(x.apply("region", w[:2], two)), w[:2] @ v)
    assert np.allclose(
        m.value(x.apply("year", np.array([[1, 1.0]]), Dim("all", ["sum"]))), v.sum(axis=1)[:, None]
    )
    land = Dim("country", ["A", "B"])
    grouped = x.group_sum("region", ["B", "A", "B"], land)
    assert np.allclose(m.value(grouped), [v[1], v[0] + v[2]])
    assert np.allclose(m.value(x.shift("year", 1)), np.c_[np.zeros(3), v[:, 0]])
    assert np.allclose(m.value(x.shift("year", -1)), np.c_[v[:, 1], np.zeros(3)])


def test_select_and_rename(world: tuple[Model, Affine, np.ndarray]) -> None:
    m, x, v = world
    assert np.allclose(m.value(x.select("year", 2022)), v[:, 1])
    assert np.allclose(m.value(x.select("region", ["east", "north"])), v[[2, 0]])
    pair = Dim("pair", [("north", "east"), ("south", "east")])
    assert np.allclose(m.value(x.select("region", ["east", "east"], pair)), v[[2, 2]])
    origin = Dim("origin", R.labels)
    assert x.rename("region", origin).dims == (origin, T)
    with pytest.raises(InputError, match="no label 'nort'.*\n.*Did you mean 'north'"):
        x.select("region", ["nort"])


def test_alignment_is_exact(world: tuple[Model, Affine, np.ndarray]) -> None:
    _, x, _ = world
    with pytest.raises(InputError, match="another order"):
        x + xr.DataArray([1, 2, 3.0], {"region": ["south", "north", "east"]}, ["region"])
    with pytest.raises(InputError, match="'east' against 'west'"):
        x * xr.DataArray([1, 2, 3.0], {"region": ["north", "south", "west"]}, ["region"])
    with pytest.raises(InputError, match="no labels"):
        x + xr.DataArray([1, 2, 3.0], dims=["region"])
    with pytest.raises(InputError, match="bare array"):
        x + np.ones((3, 2))
    with pytest.raises(InputError, match="bare array"):
        over_region([1, 2, 3.0]) * x
    with pytest.raises(InputError, match="varies over year"):
        x.over((R, F))


def test_wrong_numbers(world: tuple[Model, Affine, np.ndarray]) -> None:
    _, x, _ = world
    with pytest.raises(InputError, match="missing values"):
        x + over_region([1, np.nan, 2])
    with pytest.raises(InputError, match="infinite"):
        x * over_region([1, np.inf, 2])
    with pytest.raises(InputError, match="zeros"):
        x / over_region([1, 0, 2])
    with pytest.raises(InputError, match="not linear"):
        x * x


def test_relations(world: tuple[Model, Affine, np.ndarray]) -> None:
    _, x, _ = world
    relation = x.sum("region") <= Data(T, [1, 2])
    assert isinstance(relation, Relation) and relation.lower == -np.inf
    assert (x >= x * 2).upper == np.inf
    assert (x == 1).lower == (x == 1).upper == 1
    both = between(1, x, over_region([2, 3, 4]))
    assert both.lower == 1 and both.body is x
    with pytest.raises(InputError, match="between"):
        _ = 1 <= x <= 2
    with pytest.raises(InputError, match="strict"):
        _ = x < 1
    with pytest.raises(InputError, match="!="):
        _ = x != 1
    wider = x.sum("year") <= Data((R, F), np.ones(6))
    assert [d.name for d in wider.body.dims] == ["region", "fund"]


def test_dim_refuses_repeated_labels() -> None:
    with pytest.raises(InputError, match="'a' occurs twice"):
        Dim("region", ["a", "b", "a"])


def test_labels_are_plain_python() -> None:
    assert Dim("region", np.array(["a", "b"])).labels == ("a", "b")
    assert type(Dim("year", np.array([2021])).labels[0]) is int
    assert Dim("k", range(3)).same(Dim("k", [0, 1, 2]))


@given(st.lists(st.floats(-5, 5), min_size=12, max_size=12), st.integers(0, 2**31))
def test_random_expressions_agree_with_numpy(numbers: list[float], seed: int) -> None:
    """Any chain of operations gives what numpy gives on the same values."""
    m = Model()
    cube = (R, T, F)
    x = m.variable("x", cube)
    y = m.variable("y", (R, F))
    random = np.random.default_rng(seed)
    m.arrays.columns.value[:] = random.standard_normal(18)
    vx, vy = m.value(x), m.value(y)
    d = np.array(numbers).reshape(3, 2, 2)
    left, right = x * Data(cube, d) + y, y - x
    expression = (left.sum("fund") - 2 * right.sum("fund")).apply("region", d[:, :, 0] @ np.ones((2, 3)))
    plain = (vx * d + vy[:, None, :]).sum(axis=2) - 2 * (vy[:, None, :] - vx).sum(axis=2)
    expected = (d[:, :, 0] @ np.ones((2, 3))) @ plain
    assert np.allclose(m.value(expression), expected)
    assert np.isclose(float(m.value(expression.sum())), expected.sum())
