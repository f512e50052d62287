"""What the solved model says of a plan lies below the exact economy, and its bound above, in every toy."""

from __future__ import annotations

import pytest

import spatialcoord as sc
from spatialcoord.planner.twin import simulated_all
from spatialcoord.simulate.world import STILL
from tests.planner.conftest import toy

ONE_KIND = "instruments={general_transfer: {}, infrastructure: {}}"


@pytest.mark.parametrize("seed", range(6))
def test_the_exact_value_lies_in_the_bracket_which_narrows_with_the_segments(seed):
    widths = []
    for segments in (6, 12, 24):
        case = toy(6, seed, ONE_KIND, f"economy.segments={segments}", "simulation.relinearise=false")
        plan = sc.solve(sc.build(case))
        certificate = plan.summary["certificate"]
        lower, upper = certificate["objective_model"], certificate["objective_bound"]
        amounts = {
            name: plan.dataset["amount"].sel(instrument=name).transpose("region", "year").values
            for name in case.setting.scenario.instruments
        }
        exact = simulated_all(case.setting, [amounts], STILL)[0].objective
        room = 1e-7 * abs(exact)  # of the solver
        assert lower - room <= exact <= upper + room
        widths.append(upper - lower)
    assert widths[0] > widths[1] > widths[2] >= 0.0
