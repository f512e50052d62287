"""Limits on disparity: what is attainable is told without them, so that one more never loosens another rule."""

import pytest

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.planner.solving import optimise
from tests.planner.conftest import toy


def test_a_limit_that_costs_nothing_changes_nothing():
    free = optimise(sc.build(toy(8, 2)))
    own = free.after.disparity("gini")
    held = optimise(sc.build(toy(8, 2, f"objective.at_most.gini={own * 1.0001!r}")))
    assert held.best_output_gain == pytest.approx(free.best_output_gain, rel=1e-9)
    assert held.certificate["objective_recomputed"] == pytest.approx(
        free.certificate["objective_recomputed"], rel=1e-9
    )
    assert held.certificate["limit_excess"] <= 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_one_rule_more_never_makes_the_objective_better(seed):
    sought = ("objective.kind=minimise_index", "objective.measure=hoover", "objective.output_floor=0.95")
    free = optimise(sc.build(toy(8, seed, *sought)))
    limit = free.after.disparity("gini") * (1 - 1e-4)
    held = optimise(sc.build(toy(8, seed, *sought, f"objective.at_most.gini={limit!r}")))
    assert held.after.disparity("hoover") >= free.after.disparity("hoover") - 1e-9
    assert held.after.output_gain >= 0.95 * free.best_output_gain * (1 - 1e-6)
    assert held.certificate["limit_excess"] <= 1e-5


@pytest.mark.parametrize(("name", "limit", "least"), [("s80_s20", 0.5, "1"), ("top_bottom", 0.99, "1")])
def test_a_limit_below_equality_is_refused(name, limit, least):
    with pytest.raises(InputError, match=f"it is {least} where all regions are alike"):
        sc.build(toy(8, 1, f"objective.at_most.{name}={limit}"))
