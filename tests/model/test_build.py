"""Building by name: dimensions, parts, bounds, limits, sizes, and what a user gets wrong."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from spatialcoord.errors import InputError
from spatialcoord.model import Data, Dim, Model, between

R, T = Dim("region", ["a", "b"]), Dim("year", range(2021, 2024))


def test_names_and_sizes() -> None:
    m = Model("m")
    assert m.dim("region", ["a", "b"]).same(R) and m.dim("region") is m.dim("region", ["a", "b"])
    with m.part("grants"), m.part("rural"):
        x = m.variable("amount", (R, T), unit="million", doc="money")
        row = m.constrain("cap", x <= 3)
    assert row.name == "grants.rural.cap" and m.pyomo.grants.rural.amount.doc == "money"
    assert m.size() == {"variables": 6, "rows": 6, "nonzeros": 6}
    assert x.shape == (2, 3)


def test_a_dimension_cannot_change_its_labels() -> None:
    m = Model()
    m.dim("region", ["a", "b"])
    with pytest.raises(InputError, match="other labels"):
        m.dim("region", ["b", "a"])
    with pytest.raises(InputError, match="no dimension 'regoin'.*\n.*Did you mean 'region'"):
        m.dim("regoin")


def test_taken_names() -> None:
    m = Model()
    with m.part("grants"):
        m.variable("amount", R)
        with pytest.raises(InputError, match="'amount' is taken in 'grants'"):
            m.variable("amount", R)
    with pytest.raises(InputError, match="'grants' is taken"), m.part("grants"):
        pass
    assert m.size()["variables"] == 2, "a refused variable leaves no columns"


def test_a_dimension_and_a_part_may_share_a_name() -> None:
    m = Model()
    with m.part("region"):
        x = m.variable("x", R)
    m.maximise(-x.sum())
    assert m.solve().objective == 0 and m.pyomo.region.x["a"].value == 0


def test_wrong_input() -> None:
    m = Model()
    with pytest.raises(InputError, match="lower bound exceeds the upper in 1 of 2"):
        m.variable("x", R, lower=Data(R, [0, 2]), upper=1)
    with pytest.raises(InputError, match="Did you mean 'binary'"):
        m.variable("x", R, domain="binari")
    with pytest.raises(InputError, match="not positive"):
        m.variable("x", R, scale=0)
    with pytest.raises(InputError, match="vary over year"):
        m.variable("x", R, upper=Data(T, [1, 2, 3]))
    x = m.variable("x", R)
    with pytest.raises(InputError, match="is not a relation"):
        m.constrain("rule", x)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="single number"):
        m.minimise(x)
    with pytest.raises(InputError, match="no variable or rule 'y'"):
        m.dual("y")


def test_between_and_limit_with_constants() -> None:
    m = Model()
    x = m.variable("x", (R, T), upper=10)
    m.constrain("window", between(Data(T, [1, 2, 3]), x.sum("region") + 100, 104))
    assert m.arrays.rows.lower.tolist() == [-99, -98, -97] and m.arrays.rows.upper.tolist() == [4, 4, 4]
    m.limit("window", lower=101, upper=xr.DataArray([102.0, 103, 104], {"year": list(T.labels)}, ["year"]))
    m.maximise(x.sum())
    assert m.solve().objective == 2 + 3 + 4
    assert m.activity("window").values.tolist() == [102, 103, 104]
    assert np.allclose(m.slack("window"), 0)
    m.limit("x", upper=Data(R, [0.5, 0.75]))
    assert m.solve().objective == 3 * 1.25


def test_extend_row() -> None:
    m = Model()
    x = m.variable("x", R, upper=5)
    rule = m.constrain("rule", x <= 3)
    m.maximise(x.sum())
    assert m.solve().objective == 6
    y = m.variable("y", R, upper=1)
    m.extend_row("rule", 2 * y - 1)
    m.extend_row(rule, y.sum().over((R,)))
    m.maximise(x.sum() + 0 * y.sum())
    assert m.solve().objective == 8
    m.limit("y", lower=1)
    assert m.solve().objective == pytest.approx(0)
    assert str(m.pyomo.rule["a"].expr) == "x[a] + 3.0*y[a] + y[b]  <=  4.0"
    assert m.activity("rule").values.tolist() == [3, 3]
    assert m.clone().solve().objective == pytest.approx(0)
    m.extend_row("rule", -x * 0.5)  # a coefficient HiGHS already holds
    m.limit("y", lower=0)
    assert m.solve().objective == m.clone().solve().objective == 10


def test_integers_and_prices() -> None:
    m = Model()
    x = m.variable("x", R, upper=Data(R, [2.5, 3.5]), domain="integer")
    y = m.variable("y", ())
    m.constrain("both", x.sum() + y <= 4.5)
    m.maximise(2 * x.sum() + y)
    assert m.solve().objective == pytest.approx(8.5)
    with pytest.raises(InputError.__mro__[1], match="whole-number"):
        m.dual("both")
    m.price()
    assert float(m.dual("both")) == 1
    assert m.solve().objective == pytest.approx(8.5), "prices leave the model as it was"
    assert np.isnan(m.certificate().dual_infeasibility) and m.certificate().max_violation == 0
