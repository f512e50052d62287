"""One solved China plan for all tests of the planner, and small made-up cases."""

from __future__ import annotations

import pytest

import spatialcoord as sc
from spatialcoord.planner import Case
from spatialcoord.regions import RegionGraph
from spatialcoord.scenario.loading import parse_scenario

TEXT = """\
case: toy
title: {en: Toy}
question: {en: Who gets what?}
regions: {}
currency: CUR
money_unit: million CUR
price_year: 2020
programme:
  years: {first: 2021, last: 2023}
  budget: {share_of_output: 0.01}
  change_limit: null
  financing: tax_revenue
  year_zero: equal_per_head
economy: {horizon: 8, allow_outside_band: true, segments: 6}
simulation: {relinearise: false}
instruments: {general_transfer: {}, infrastructure: {}, human_capital: {}}
"""


def toy(n: int = 8, seed: int = 0, *overrides: str) -> Case:
    """A made-up case of `n` regions with overrides as on the command line."""
    return Case(RegionGraph.synthetic(n, seed, geometry=False), parse_scenario(TEXT, overrides))


@pytest.fixture(scope="session")
def make_case():
    return toy


@pytest.fixture(scope="session")
def china():
    return sc.load_case("china")


@pytest.fixture(scope="session")
def model(china):
    return sc.build(china)


@pytest.fixture(scope="session")
def plan(model):
    return sc.solve(model)
