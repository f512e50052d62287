"""Specialisation of regions: hand-made figures, and what must hold of any table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError


def test_three_regions_by_hand():
    table = pd.DataFrame({"steel": [50.0, 20.0, 0.0], "cars": [50.0, 80.0, 300.0]}, index=["A", "B", "C"])
    found = sc.specialisation(table)
    assert float(found["krugman"].sel(region="A", other="B")) == pytest.approx(0.6)
    assert float(found["duplication"].sel(region="A", other="B")) == pytest.approx(0.7)
    # A against B and C together: 20 of 400 steel
    assert float(found["krugman_rest"].sel(region="A")) == pytest.approx(2 * 0.45)
    assert float(found["duplication_rest"].sel(region="A")) == pytest.approx(0.55)
    for name, values in found.data_vars.items():
        assert values.attrs["units"] == "1" and values.attrs["long_name"] and values.attrs["long_name_zh"], (
            name
        )


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 6), k=st.integers(1, 6))
def test_bounds_symmetry_and_identity(seed, n, k):
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 1, (n, k)) * (rng.random((n, k)) < 0.7) + 1e-6
    found = sc.specialisation(pd.DataFrame(values, [f"r{i}" for i in range(n)]))
    krugman = found["krugman"].values
    assert (krugman >= 0).all() and (krugman <= 2 + 1e-12).all()
    np.testing.assert_allclose(krugman, krugman.T)
    assert not np.diag(krugman).any()
    np.testing.assert_allclose(found["duplication"], 1 - krugman / 2)
    alike = pd.DataFrame(np.outer(rng.uniform(1, 9, n), rng.uniform(1, 2, k)), [f"r{i}" for i in range(n)])
    np.testing.assert_allclose(sc.specialisation(alike)["krugman"], 0.0, atol=1e-12)
    np.testing.assert_allclose(sc.specialisation(alike)["krugman_rest"], 0.0, atol=1e-12)


def test_nothing_in_common_is_two():
    found = sc.specialisation(pd.DataFrame(np.eye(3), ["a", "b", "c"]))
    assert float(found["krugman"].max()) == 2.0 and float(found["duplication"].min()) == 0.0


def test_problems_are_told_together():
    table = pd.DataFrame({"x": [1.0, -1.0, np.nan, 0.0]}, index=["a", "b", "c", "d"])
    with pytest.raises(InputError) as error:
        sc.specialisation(table)
    assert [p.what for p in error.value.problems] == [
        "figures are missing in c", "figures are negative in b", "there is no output in d",
    ]  # fmt: skip
