"""The same figures from PySAL's `inequality`, which knows no weights: people are written out one by one."""

from __future__ import annotations

import inequality
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality.schutz import Schutz

from spatialcoord import disparity


@st.composite
def lands(draw):
    n = draw(st.integers(2, 9))
    y = draw(st.lists(st.floats(0.1, 1e4), min_size=n, max_size=n))
    p = draw(st.lists(st.integers(1, 5), min_size=n, max_size=n))
    groups = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    return np.array(y), np.array(p), np.array(groups)


@given(lands(), st.floats(0.1, 5.0))
def test_measures(land, epsilon):
    y, p, _ = land
    everybody = np.repeat(y, p)
    assert disparity.gini(y, p) == pytest.approx(inequality.gini.Gini(everybody).g, abs=1e-12)
    assert disparity.theil_t(y, p) == pytest.approx(inequality.theil.Theil(everybody).T, abs=1e-12)
    for e in (epsilon, 1):
        theirs = inequality.atkinson.Atkinson(everybody, e)
        assert disparity.atkinson(y, p, e) == pytest.approx(theirs.A, abs=1e-9)
        assert disparity.equally_distributed_equivalent(y, p, e) == pytest.approx(theirs.EDE, rel=1e-9)
    # Schutz's distance between the Lorenz curve and the diagonal is Hoover's index
    theirs = Schutz(pd.DataFrame({"y": everybody}), "y")
    assert disparity.hoover(y, p) == pytest.approx(theirs.distance, abs=1e-12)


@given(lands())
def test_decomposition(land):
    y, p, groups = land
    theirs = inequality.theil.TheilD(np.repeat(y, p), np.repeat(groups, p))
    assert disparity.theil_between(y, p, groups) == pytest.approx(theirs.bg.item(), abs=1e-12)
    assert disparity.theil_within(y, p, groups) == pytest.approx(theirs.wg.item(), abs=1e-12)
