"""What instruments tell the twin: with nobody moving it must come to the planner's own exact response, by its own code."""

from __future__ import annotations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.instruments.base import lines_of
from spatialcoord.instruments.tax_figures import Tax
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.programme import line_limits
from spatialcoord.planner.twin import policy, simulated, simulated_all, still
from spatialcoord.registry import instruments
from tests.instruments.test_all import BARE, values

# whose effect on output, or a part of it, no equilibrium finds
ASSUMED = {"benefit_sharing", "horizontal_compensation", "market_integration"}


def some_money(setting, name):
    """Amounts of every line of one instrument, uneven over regions and years, within what it can take."""
    most, random = line_limits(setting), np.random.default_rng(3)
    if name == "differential_tax":
        tax = Tax(setting, setting.scenario.instruments[name])
        rate = np.where(tax.poor, -0.01, 0.01)[:, None]
        return {
            f"{name}.rise": np.maximum(rate, 0.0) * tax.base,
            f"{name}.cut": np.maximum(-rate, 0.0) * tax.base,
        }
    return {
        line: np.minimum(0.5 * most[line], random.uniform(0.2, 0.8, setting.equal.shape) * setting.equal)
        for line in lines_of(name)
    }


@pytest.mark.parametrize("name", instruments.names())
def test_with_nobody_moving_the_twin_finds_what_the_planner_evaluates(name):
    setting = sc.load_case("us", [f"instruments={{{name}: {values(name)}}}", *BARE]).setting
    amounts = some_money(setting, name)
    before, after = simulated_all(setting, [{}, amounts], still(setting))
    planner = evaluate(setting, amounts).target - evaluate(setting, {}).target
    simulated_change = after.value - before.value
    assert np.abs(planner).max() > 0
    # two kinds of capital multiply in the twin and add in the planner: a difference of second order; and what others gain in
    # output adds to market access again in the twin only, by about the elasticity of output to it
    echo = 0.15 if instruments.get(name).moves_access else 0.0
    np.testing.assert_allclose(
        simulated_change, planner, rtol=2e-3 + echo, atol=(1e-4 + 0.1 * echo) * np.abs(planner).max()
    )
    # what these shift between regions is an assumption of their own, and every report names them
    assert policy(setting, amounts).assumed == ((name,) if name in ASSUMED else ())


def test_an_instrument_without_a_policy_of_its_own_is_told_as_assumed():
    from spatialcoord.instruments.base import Instrument

    class Silent(Instrument):
        name = "silent"

        def response(self, setting, params, amount):
            return {"income_receipts": amount, "invested_human": 0.5 * amount}

    setting = sc.load_case("china").setting
    amount = np.ones((31, 5))
    told = Silent().policy(setting, None, amount)
    assert told.assumed == ("silent",) and told.works[0].kind == "human"
    np.testing.assert_array_equal(told.works[0].money, 0.5 * amount)


def test_without_a_programme_the_twin_changes_nothing():
    setting = sc.load_case("us").setting
    found, start = simulated(setting, {}), evaluate(setting, {})
    np.testing.assert_allclose(found.value, start.target, rtol=1e-12)
    np.testing.assert_array_equal(
        found.path.output, found.path.output[:, :1] / found.path.output[:, :1] * found.path.output
    )
    assert found.output_gain == 0.0
