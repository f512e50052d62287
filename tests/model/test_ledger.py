"""The ledger sums what parts posted, over whatever dimensions they posted it."""

from __future__ import annotations

import numpy as np
import pytest

from spatialcoord.errors import InputError
from spatialcoord.model import Data, Dim, Model

R, T = Dim("region", ["a", "b"]), Dim("year", [1, 2, 3])


def test_total_and_by_part() -> None:
    m = Model()
    x, y = m.variable("x", (R, T)), m.variable("y", (R,))
    values = np.arange(8.0)
    m.arrays.columns.value[:] = values
    vx, vy = m.value(x), m.value(y)
    m.ledger.credit("income", "transfer", x * 2)
    m.ledger.credit("income", "grant", y)
    m.ledger.debit("income", "transfer", x * Data(T, [1, 0, 0]))
    assert np.allclose(m.value(m.ledger.total("income", (R, T))), 2 * vx + vy[:, None] - vx * [1, 0, 0])
    assert np.allclose(m.value(m.ledger.by_part("income")["transfer"]), 2 * vx - vx * [1, 0, 0])
    assert list(m.ledger.by_part("income")) == ["transfer", "grant"]
    assert m.ledger.accounts == ("income",)


def test_an_account_nobody_posted_to_is_zero() -> None:
    m = Model()
    m.variable("x", (R,))
    m.arrays.columns.value[:] = 7
    total = m.ledger.total("emissions", (R, T))
    assert total.shape == (2, 3) and not m.value(total).any()
    assert total.matrix.nnz == 0


def test_a_posting_with_a_further_dimension_is_an_error() -> None:
    m = Model()
    m.ledger.credit("outlay", "transfer", m.variable("x", (R, T)))
    with pytest.raises(InputError, match="varies over region"):
        m.ledger.total("outlay", (T,))
    with pytest.raises(InputError, match="float was posted"):
        m.ledger.credit("outlay", "transfer", 3.0)  # type: ignore[arg-type]
