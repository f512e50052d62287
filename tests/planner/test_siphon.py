"""Siphon: with a negative spillover growth next door draws growth away, and still nothing is thrown away."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.economy.accounts import spread_output
from spatialcoord.planner import solving
from spatialcoord.planner.confirm import confirm
from spatialcoord.planner.dataset import make_plan
from spatialcoord.planner.solving import optimise
from spatialcoord.results.console import money_lines
from spatialcoord.results.words import Words
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


def test_what_is_only_told_is_given_up_when_its_time_is_over(monkeypatch):
    """With a strong siphon and markets that open, the best attainable output takes a long search."""
    monkeypatch.setattr(solving, "PATIENCE", 1.0)
    overrides = ["instruments.market_integration={tariff_equivalent: 0.2}", "economy.spillover.rho=-0.5"]
    model = sc.build(sc.load_case("guangdong", overrides))
    started = perf_counter()
    outcome = optimise(model)
    assert perf_counter() - started < 60.0
    assert not outcome.best_output_proven and outcome.best_output_gain >= outcome.after.output_gain
    plan = make_plan(model, outcome, confirm(model, outcome)[2], 0.0)
    assert not plan.summary["output"]["best_attainable_proven"]
    assert "at least" in money_lines(Words(plan), plan)[1]


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
