"""Values of instruments between regions that are refused or remarked on: figures that are no money, and effects that are none."""

from __future__ import annotations

import json

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.instruments.between import figure_problems
from spatialcoord.instruments.transport_figures import Projects
from spatialcoord.planner.checks import case_problems
from spatialcoord.planner.remarks import instrument_remarks
from spatialcoord.planner.twin import policy
from tests.instruments.between import WITH, country
from tests.instruments.test_transport_project import road, transport
from tests.planner.conftest import toy

COLUMNS = [
    ("horizontal_compensation: {cap_of: population}", "cap_of", "the unit of 'population' is persons"),
    ("horizontal_compensation: {cap_of: nothing}", "cap_of", "no attribute 'nothing'"),
    ("horizontal_compensation: {cost_figure: lon}", "cost_figure", "the unit of 'lon' is"),
    ("horizontal_compensation: {cost_figure: capital_infrastructure}", "cost_figure", "is million CUR, not"),
    ("horizontal_compensation: {cap_of: net_transfer_received}", "cap_of", "negative or missing in A, D"),
    ("paired_assistance: {effort_of: population}", "effort_of", "the unit of 'population' is persons"),
    ("paired_assistance: {effort_of: net_transfer_received}", "effort_of", "negative or missing in A, D"),
]


@pytest.mark.parametrize(("chosen", "key", "said"), COLUMNS)
def test_a_figure_that_is_no_money_a_year_is_one_problem(chosen, key, said):
    case = country(f"{WITH}, {chosen}", net_transfer_received=[-1.0, 2.0, 3.0, -4.0])
    (problem,) = case_problems(case)
    assert said in problem.what and problem.where.endswith(f".{key}")
    assert "own_revenue" in problem.remedy and "population" not in problem.remedy


def test_a_figure_of_money_a_year_is_none():
    assert figure_problems(country(WITH).setting, "budget_expenditure", "x") == []


def test_protection_that_costs_nothing_for_no_part_of_the_surplus_names_the_split():
    (problem,) = case_problems(country(f"{WITH}, horizontal_compensation: {{split: 0, opportunity_cost: 0}}"))
    assert problem.where.endswith(".split") and "Raise `split`" in problem.remedy


SHARING = "benefit_sharing: {{{}}}"
SILENT = [
    ("horizontal_compensation: {payment_cap: 0}", (), "payment_cap"),
    (
        "horizontal_compensation: {pairs: agreements, agreements: [{payer: C, receiver: A, at_most: 0}]}",
        (),
        "agreements.0.at_most",
    ),
    (SHARING.format("leaving: 0"), (), "leaving"),
    (SHARING.format("arriving: 0"), (), "arriving"),
    (SHARING.format("years_to_open: 8"), (), "years_to_open"),
    (SHARING.format("productivity: 0"), (), "productivity"),
]


@pytest.mark.parametrize(("chosen", "more", "key"), SILENT)
def test_a_value_that_stops_an_instrument_is_remarked_on(chosen, more, key):
    case = country(f"{WITH}, {chosen}", *more)
    assert not case_problems(case)
    (remark,) = instrument_remarks(case.setting)
    assert remark.where.endswith(f".{key}") and remark.remedy


@pytest.mark.parametrize("key", ["elasticity", "trade_elasticity"])
def test_markets_that_no_output_answers_are_remarked_on(key):
    case = toy(5, 1, "instruments={market_integration: {}}", f"economy.market_access.{key}=0")
    (remark,) = instrument_remarks(case.setting)
    assert remark.where == f"economy.market_access.{key}"
    assert not instrument_remarks(toy(5, 1, "instruments={market_integration: {}}").setting)


def test_a_remark_is_told_by_the_check_of_a_case():
    from spatialcoord.planner.examining import examine

    found = examine("guangdong", ["instruments.benefit_sharing.leaving=0"])
    assert any("has no effect because no output may move" in warning.what for warning in found.warnings)


def test_cost_cannot_be_divided_by_a_benefit_that_is_none():
    flat = "economy.market_access.distance_elasticity=0"
    case = transport([road(0), road(1, bundle="east")], flat, split="benefit")
    (problem,) = case_problems(case)
    assert problem.where.endswith(".split") and "p0, east" in problem.what
    assert np.isfinite(Projects(case.setting, case.scenario.instruments["transport_project"]).shares).all()
    assert not case_problems(transport([road(0)], flat, split="length"))
    assert not case_problems(transport([road(0)], split="benefit"))


@pytest.mark.parametrize("name", ["horizontal_compensation", "benefit_sharing", "market_integration"])
def test_what_an_instrument_assumes_is_named(name):
    setting = sc.load_case("china", [f"instruments={{{name}: {{}}}}", "programme.envelopes={}"]).setting
    shape = (len(setting.regions), len(setting.years))
    lines = [name] if name != "horizontal_compensation" else [f"{name}.received", f"{name}.paid"]
    assert policy(setting, {line: np.ones(shape) for line in lines}).assumed == (name,)


def test_opening_markets_needs_a_simulation_that_answers_them():
    never = toy(5, 1, "instruments={market_integration: {}}", "simulation.market_access=never")
    (problem,) = case_problems(never)
    assert problem.where == "simulation.market_access" and "when_changed" in problem.remedy
    assert not case_problems(toy(5, 1, "simulation.market_access=never"))


def test_market_access_always_needs_the_figures_it_is_made_of():
    case = country(WITH, "simulation.market_access=always")
    (problem,) = case_problems(case)
    assert problem.where == "simulation.market_access" and "area_km2 (km2)" in problem.remedy
    with pytest.raises(InputError, match="area_km2"):
        sc.build(case)
    assert not case_problems(country(WITH, "simulation.market_access=always", area_km2=[1e4] * 4))


def test_access_is_told_against_the_mean_of_people():
    case = transport([road(0), road(1, 0.3)], others="general_transfer: {}, infrastructure: {}")
    data = sc.solve(sc.build(case)).dataset
    people = data["population"] / data["population"].sum()
    before = data["transport_project_access_before"]
    assert json.dumps(before.attrs["units"]) == '"mean of people before = 1"'
    np.testing.assert_allclose(float((people * before).sum()), 1.0, rtol=1e-12)
    assert (data["transport_project_access_after"] >= before - 1e-12).all()
