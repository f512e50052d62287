"""What the solved model says of a plan lies below the exact economy, and its bound above, whatever the toy."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.planner.solving import optimise
from spatialcoord.planner.twin import simulated_all
from spatialcoord.simulate.world import STILL
from tests.planner.conftest import toy

ONE_KIND = "instruments={general_transfer: {}, infrastructure: {}}"  # two kinds multiply in the twin and add in the planner


@given(seed=st.integers(0, 2**32 - 1), regions=st.integers(3, 8))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_the_exact_value_lies_in_the_bracket_which_narrows_with_the_segments(seed, regions):
    widths = []
    for segments in (6, 12, 24):
        case = toy(regions, seed, ONE_KIND, f"economy.segments={segments}", "simulation.relinearise=false")
        outcome = optimise(sc.build(case), attainable=False)
        lower, upper = (outcome.certificate[f"objective_{end}"] for end in ("model", "bound"))
        exact = simulated_all(case.setting, [outcome.amounts], STILL)[0].objective
        room = 1e-7 * abs(exact)  # of the solver
        assert lower - room <= exact <= upper + room
        widths.append(upper - lower)
    assert widths[0] > widths[1] > widths[2] >= 0.0
