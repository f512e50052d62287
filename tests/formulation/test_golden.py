"""Golden formulations: every registered part's rows, written out for two regions, as a file to read and to keep.

A part without its file fails. After a deliberate change: ``SPATIALCOORD_GOLDEN=write pytest tests/formulation`` and read
the difference as carefully as the code.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest

from spatialcoord.planner import Case, build
from spatialcoord.regions import RegionGraph
from spatialcoord.registry import instruments, outcomes
from spatialcoord.scenario.loading import parse_scenario
from tests.economy.io_samples import made_up, save

GOLDEN = Path(__file__).parent / "golden"
TEXT = """\
case: pair
title: {{en: Pair}}
question: {{en: Who gets what?}}
regions: {{}}
currency: CUR
money_unit: million CUR
price_year: 2020
programme:
  years: {{first: 2021, last: 2022}}
  budget: {{amount: 100}}
  hold_harmless: 0.25
  financing: tax_revenue
objective: {{of: {of}}}
economy: {{horizon: 4, growth: 0.02, segments: 2, allow_outside_band: true, spillover: {{rho: {rho}}}}}
instruments: {{{line}}}
"""
OPTIONS = {
    "earmarked_transfer": "earmarked_transfer: {cofinance: {rate: 0.2, additionality: 0.5}}",
    # a rule of its own spreads the money of these; another line gives every region what it must keep from year 0
    "tax_return": "tax_return: {least: 0.001}, general_transfer: {}",
    "service_equalisation": "service_equalisation: {}, general_transfer: {}",
    "infrastructure": "infrastructure: {cofinance: {rate: 0.2, additionality: 0.5}}",
    # lines that serve lagging regions only need another one, by which the rest keep what they had
    "subsidised_credit": "general_transfer: {}, subsidised_credit: {}",
    "development_bank": "general_transfer: {}, development_bank: {}",
    "directed_investment": "general_transfer: {}, directed_investment: {}",
    "market_integration": "general_transfer: {}, market_integration: {}",
    "market_finance": "general_transfer: {}, market_finance: {steps: 2}",
    # one pair of neighbours has one link: a project on it, and a place that excludes it
    "transport_project": "general_transfer: {}, transport_project: {split: equal, projects: ["
    "{id: road, links: [{a: poor, b: rich, factor: 0.6}], cost: 20, build_years: 2}, "
    "{id: port, nodes: [{region: rich, factor: 0.9}], cost: 5, build_years: 1, excludes: [road]}]}",
    # between regions: something else has to be paid out of the budget
    "horizontal_compensation": "general_transfer: {}, horizontal_compensation: {pairs: neighbours}",
    "benefit_sharing": "general_transfer: {}, benefit_sharing: {replaced: 0.5}",
    "paired_assistance": "general_transfer: {}, paired_assistance: {}",
    # beside the budget: something has to be paid out of it
    "differential_tax": "general_transfer: {}, differential_tax: {brackets: [-0.02, 0, 0.02]}",
}


def pair(
    line: str, of: str = "income", rho: float = 0.0, folder: Path | None = None, *overrides: str
) -> Case:
    """Two neighbours, one poor and one rich, with round figures."""
    table = pd.DataFrame(
        {
            "population": [1e6, 3e6], "output": [2e4, 1.2e5], "own_revenue": [2e3, 1.5e4], "tax_revenue": [1e3, 9e3],
            "budget_expenditure": [5e3, 2e4], "net_transfer_received": [3e3, 5e3], "past_allocation": [3e3, 5e3],
            "capital_infrastructure": [2e4, 1e5], "capital_human": [1.5e4, 9e4], "capital_private": [5e4, 3e5],
            "capital_research": [2e3, 3e4], "standard_cost_index": [1.3, 0.9],
            "lon": [100.0, 102.0], "lat": [30.0, 31.0], "area_km2": [5e4, 3e4],
        },
        index=["poor", "rich"],
    )  # fmt: skip
    links = pd.DataFrame({"a": ["poor"], "b": ["rich"], "kind": ["contiguity"]})
    scenario = parse_scenario(TEXT.format(of=of, rho=rho, line=line), overrides)
    return Case(RegionGraph(table, links=links), scenario, folder)


def formulation(case: Case, folder: Path) -> str:
    """The whole model as LP text with six significant digits."""
    model = build(case)
    model.solve()
    path = folder / "model.lp"
    model.expand(complete=True).write(str(path), io_options={"symbolic_solver_labels": True})
    text = re.sub(r"\\.*\n", "", path.read_text())
    return re.sub(r"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?", lambda m: f"{float(m[0]):+.6g}", text)


def compare(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.lp"
    if os.environ.get("SPATIALCOORD_GOLDEN") == "write":
        path.write_text(text)
    assert path.exists(), f"{path.name} is missing: write it with SPATIALCOORD_GOLDEN=write, then read it"
    assert text == path.read_text()


@pytest.mark.parametrize("name", instruments.names())
def test_instrument(name, tmp_path):
    compare(f"instrument_{name}", formulation(pair(OPTIONS.get(name, f"{name}: {{}}")), tmp_path))


@pytest.mark.parametrize("name", outcomes.names())
def test_outcome(name, tmp_path):
    compare(f"outcome_{name}", formulation(pair("general_transfer: {}", of=name), tmp_path))


def test_spillover(tmp_path):
    compare("spillover", formulation(pair("infrastructure: {}", rho=-0.1), tmp_path))


def test_demand(tmp_path):
    save(tmp_path / "io", made_up(["poor", "rich"]))
    line = "general_transfer: {}, infrastructure: {}, human_capital: {}"
    case = pair(line, "income", 0.0, tmp_path, "economy.demand={tables: io}")
    compare("demand", formulation(case, tmp_path))


@pytest.mark.parametrize("name", ["firms", "local_government", "ngo", "residents"])
def test_actor_sought(name, tmp_path):
    # weights that leave nothing out: the tournament of local governments, the smallest change of civil society
    weights = "actors={local_government: {growth_against_peers: 0.2}, ngo: {poorest: 0.5, smallest: 0.1}}"
    sought = ("objective.kind=actor", f"objective.actor={name}", weights)
    case = pair("general_transfer: {}, infrastructure: {}", "income", 0.0, None, *sought)
    compare(f"actor_{name}", formulation(case, tmp_path))


def test_red_lines(tmp_path):
    lines = "red_lines={residents: {share: 0.01, binding: true}, ngo: {share: 0, binding: true}, firms: 0.1}"
    case = pair("general_transfer: {}, infrastructure: {}", "income", 0.0, None, lines)
    compare("red_lines", formulation(case, tmp_path))
