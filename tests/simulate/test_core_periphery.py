"""The core-periphery economy has published thresholds; its code does not use them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from spatialcoord.simulate.core_periphery import alike, break_point, sustain_point
from spatialcoord.simulate.world import NoEquilibrium


def closed(mu: float, sigma: float) -> tuple[float, float]:
    """Equations (6) and (7) of Fujita, Krugman and Venables, chapter 5."""
    rho = (sigma - 1.0) / sigma
    broken = ((rho - mu) * (1.0 - mu) / ((rho + mu) * (1.0 + mu))) ** (1.0 / (1.0 - sigma))

    def alone(cost: float) -> float:
        high, low = cost ** (1 - sigma - mu * sigma), cost ** (sigma - 1 - mu * sigma)
        return 0.5 * (1 + mu) * high + 0.5 * (1 - mu) * low - 1.0

    return broken, float(brentq(alone, broken, 50.0))


@pytest.mark.parametrize(("mu", "sigma"), [(0.4, 5.0), (0.3, 4.0), (0.5, 6.0)])
def test_thresholds_are_those_of_the_closed_forms(mu, sigma):
    broken, sustained = closed(mu, sigma)
    assert break_point(mu, sigma) == pytest.approx(broken, abs=1e-6)
    assert sustain_point(mu, sigma) == pytest.approx(sustained, abs=1e-6)
    assert broken < sustained


def test_thresholds_are_those_of_the_book():
    assert round(break_point(0.4, 5.0), 2) == 1.63
    assert round(sustain_point(0.4, 5.0), 2) == 1.81


def test_cheaper_transport_empties_the_periphery():
    start = np.array([0.52, 0.48])
    dear, cheap = alike(2.2).long_run(start), alike(1.4).long_run(start)
    np.testing.assert_allclose(dear, 0.5, atol=1e-6)
    np.testing.assert_allclose(cheap, [1.0, 0.0], atol=1e-6)


def test_where_manufactures_are_too_large_no_cost_undoes_the_core():
    with pytest.raises(NoEquilibrium, match="no cost of shipping undoes the core"):
        break_point(0.9, 5.0)
