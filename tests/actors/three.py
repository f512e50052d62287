"""Three regions with round figures, flat paths, and allocations whose accounts are given."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spatialcoord.economy.accounts import ACCOUNTS
from spatialcoord.planner import Case
from spatialcoord.regions import RegionGraph
from spatialcoord.scenario.loading import parse_scenario

TEXT = """\
case: three
title: {en: Three}
question: {en: Who gains?}
regions: {}
currency: CUR
price_year: 2020
programme:
  years: {first: 2021, last: 2022}
  budget: {share_of_output: 0.02}
  change_limit: null
  financing: tax_revenue
  year_zero: equal_per_head
economy: {horizon: 6, growth: 0.0, allow_outside_band: true, segments: 6}
simulation: {relinearise: false}
instruments: {general_transfer: {}, infrastructure: {}}
"""
PEOPLE = np.array([1e6, 2e6, 1e6])
OUTPUT = np.array([10_000.0, 60_000.0, 50_000.0])  # million CUR a year
REVENUE = np.array([1_000.0, 6_000.0, 10_000.0])
FLOWS = np.array([300.0, 100.0, 0.0])


def three(*overrides: str, without: tuple[str, ...] = ()) -> Case:
    """The case; `without` names columns that it lacks."""
    table = pd.DataFrame(
        {
            "name": ["Poor", "Middle", "Rich"],
            "population": PEOPLE,
            "output": OUTPUT,
            "own_revenue": REVENUE,
            "tax_revenue": [1.0, 4.0, 5.0],
            "net_transfer_received": FLOWS,
            "budget_expenditure": REVENUE + FLOWS,
            "capital_infrastructure": OUTPUT * 0.8,
        },
        index=["P", "M", "R"],
    ).drop(columns=list(without))
    return Case(RegionGraph(table), parse_scenario(TEXT, overrides))


@dataclass
class Given:
    """An allocation whose accounts are known, zero where none is given."""

    collapsed: dict[str, Any]


def given(**accounts: list[float]) -> Given:
    """Accounts by name, million CUR a year by region."""
    return Given({name: np.array(accounts.get(name, [0.0] * 3), dtype=float) for name in ACCOUNTS})


def worth(case: Case, name: str, allocation: Given) -> Any:
    """What an allocation is worth to an actor's parties, against no programme."""
    from spatialcoord.actors.base import actors_of

    actor = actors_of(case.setting)[0][name]
    return actor.payoff(case.setting, allocation) - actor.payoff(case.setting, given())
