"""What would feed itself in the simulation is refused at its key, with all else that is wrong."""

from __future__ import annotations

import pytest

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.planner.checks import case_problems

KEY = "economy.market_access.elasticity"


def china(elasticity, rho, *overrides):
    return sc.load_case(
        "china",
        [
            f"{KEY}={elasticity}",
            f"economy.spillover.rho={rho}",
            "economy.spillover.weights=distance",
            *overrides,
        ],
    )


def test_access_and_spillovers_that_feed_themselves_are_a_problem_of_the_key_beside_others():
    always = "simulation.market_access=always"
    with pytest.raises(InputError) as caught:
        sc.build(
            china(0.8, 0.2, always, "programme.financing=output", "programme.budget={share_of_output: 0.9}")
        )
    told = {problem.where: problem for problem in caught.value.problems}
    assert len(told) == 2 and any("programme.budget" in where for where in told)
    (problem,) = (problem for where, problem in told.items() if KEY in where)
    assert problem.what == "0.8 is not below 1 less the spillover of 0.2"
    assert "feed itself" in problem.why and "less than 0.8" in problem.remedy
    assert not case_problems(china(0.79, 0.2, always))
    assert not case_problems(china(0.8, -0.2, always))


def test_access_that_output_does_not_answer_is_no_problem():
    assert not case_problems(china(0.9, 0.2, "simulation.market_access=never"))
