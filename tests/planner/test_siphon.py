"""Siphon: with a negative spillover growth next door draws growth away, and still nothing is thrown away."""

from __future__ import annotations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.economy.accounts import spread_output
from spatialcoord.planner.solving import optimise
from tests.planner.conftest import toy


def test_poor_neighbours_of_a_growing_region_lose_output():
    case = sc.load_case("china", ["economy.spillover.rho=-0.1"])
    setting = case.setting
    at = {region: i for i, region in enumerate(setting.regions)}
    gain = np.zeros(len(at))
    gain[at["CN-BJ"]] = 0.01 * setting.base_output[at["CN-BJ"]]
    total = spread_output(setting, gain)
    hebei, tianjin = total[at["CN-HE"]], total[at["CN-TJ"]]
    assert hebei < 0 and tianjin < 0 and total[at["CN-BJ"]] > 0
    # a tenth of the mean growth of its neighbours, of which Beijing is one of several
    assert -0.1 * 0.01 < hebei / setting.base_output[at["CN-HE"]] < 0
    assert (spread_output(toy(4, 0, "economy.spillover.rho=0").setting, np.ones(4)) == 1).all()


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_thrown_away(seed):
    case = toy(6, seed, "economy.spillover.rho=-0.1")
    model = sc.build(case)
    outcome = optimise(model)
    claimed = float(model.value(model.output_gain))
    assert outcome.certificate["thrown_away"] <= 1e-6 * claimed
    assert outcome.certificate["max_violation"] <= 1e-6
    off = sc.build(toy(6, seed))
    assert (
        optimise(off).after.output_gain > outcome.after.output_gain > 0
    )  # the same money yields less in all
