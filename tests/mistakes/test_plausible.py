"""What is impossible is refused, what is unusual is told, what is ordinary is neither, in any currency."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.affinity import translate

import spatialcoord as sc
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Infeasible, InputError
from spatialcoord.planner import Case, examine
from spatialcoord.planner.plausible import PER_DOLLAR, implausible
from spatialcoord.planner.promises import broken_promises
from spatialcoord.planner.remarks import remarks
from spatialcoord.planner.solving import optimise
from spatialcoord.regions import RegionGraph, bundled_cases
from spatialcoord.regions.sample import sample_country
from spatialcoord.scenario import parse_scenario
from tests.mistakes.breaking import SCENARIO


def setting(*overrides: str, currency: str = "EUR", **changes: float) -> Setting:
    """The made-up country with columns multiplied, in a currency of its size (money times its rate to the dollar)."""
    frame = sample_country().frame
    rate = PER_DOLLAR.get(currency, 1.0)
    for column in frame.columns.drop(
        ["name", "name_zh", "geometry", "population", "lon", "lat", "area_km2", "standard_cost_index"]
    ):
        frame[column] *= rate
    for column, factor in changes.items():
        frame[column] *= factor
    text = SCENARIO.replace("EUR", currency)
    return Setting(RegionGraph(frame), parse_scenario(text, overrides))


def told(*overrides: str, **changes) -> tuple[str, str]:
    made = setting(*overrides, **changes)
    errors, warnings = implausible(made)
    warnings = [*warnings, *remarks(made)]
    return "\n".join(map(str, errors)), "\n".join(map(str, warnings))


@pytest.mark.parametrize("name", bundled_cases())
def test_bundled_cases_give_no_warning(name):
    found = examine(name)
    # the EU case has no table of what regions pay and receive through their states
    assert not found.errors and len(found.warnings) == (name == "eu")


@pytest.mark.parametrize("currency", ["EUR", "CNY", "IDR", "VND", "IRR", "JPY", "KRW", "BRL", "KWD"])
def test_an_ordinary_country_gives_none_in_any_currency(currency):
    assert told(currency=currency) == ("", "")


@pytest.mark.parametrize("seed", range(5))
def test_made_up_countries_give_none(seed):
    graph = RegionGraph.synthetic(40, seed, geometry=False)
    assert implausible(Setting(graph, parse_scenario(SCENARIO.replace("EUR", "CNY")))) == ([], [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"population": 500}, "output per head is 77.54"),
        ({"budget_expenditure": 8}, "'budget_expenditure' of all regions is 1.57 times 'output'"),
        ({"tax_revenue": 0.05}, "'tax_revenue' of all regions is 0.00411 times"),
        ({"tax_revenue": 1.5}, "'tax_revenue' exceeds 'own_revenue' in"),
        ({"capital_infrastructure": 30}, "'capital_infrastructure' of all regions is 21.1 times"),
        ({"area_km2": 0.005}, "persons per km2"),
        ({"standard_cost_index": 10}, "the mean of 'standard_cost_index' is 10"),
    ],
)
def test_unusual_figures_are_told_and_left(changes, words):
    errors, warnings = told(**changes)
    assert errors == ""
    assert words in warnings, warnings


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (("price_year=2000",), "prices are of 2000, the programme begins in 2025"),
        (("price_year=2030",), "prices are of 2030"),
        (("programme.years.last=2045", "economy.horizon=40"), "lasts 21 years"),
        (("programme.budget={amount: 1}",), "of the regions' output"),
    ],
)
def test_unusual_scenarios_are_told(overrides, words):
    assert words in told(*overrides)[1]


def test_a_currency_that_does_not_exist_is_told():
    graph = sample_country()
    made = Setting(graph, parse_scenario(SCENARIO.replace("EUR", "EUX")))
    assert "'EUX' is not the code of a currency" in "\n".join(map(str, remarks(made)))


def test_what_is_assumed_is_told():
    graph = RegionGraph(sample_country().frame.drop(columns=["net_transfer_received", "standard_cost_index"]))
    text = "\n".join(map(str, remarks(Setting(graph, parse_scenario(SCENARIO)))))
    assert "existing fiscal flows" in text and "cost the same" not in text
    capacity = parse_scenario(SCENARIO, ["objective.of=fiscal_capacity"])
    assert "cost the same" in "\n".join(map(str, remarks(Setting(graph, capacity))))


def test_parts_that_nothing_joins_are_told():
    frame = sample_country().frame
    frame.geometry = [shape if i < 4 else translate(shape, 30) for i, shape in enumerate(frame.geometry)]
    graph = RegionGraph(frame)
    assert len(graph.components()) == 2
    assert "fall into 2 parts" in "\n".join(map(str, remarks(Setting(graph, parse_scenario(SCENARIO)))))
    accepted = parse_scenario(SCENARIO, ["regions.accept_islands=true"])
    assert remarks(Setting(graph, accepted)) == []


# --- rules that cannot hold --------------------------------------------------------------------------------------------
PROMISED = "programme.protected=[{{region: {}, instrument: general_transfer, amount: {}}}]"
FREE = ("programme.change_limit=null", "programme.envelopes={}")
BROKEN = {
    "sum of floors": (*FREE, "programme.floor=0.9", PROMISED.format("ALD", 700)),
    "change limit": ("programme.envelopes={}", "programme.change_limit=0.05", PROMISED.format("GOR", 120)),
    "ceiling": (*FREE, PROMISED.format("GOR", 200)),
    "falling budget": (
        *FREE,
        "programme.hold_harmless=1",
        "programme.budget={amount: [2000, 2000, 1500, 2000, 2000]}",
    ),
    "fall too fast": (
        "programme.change_limit=0.05",
        "programme.budget={amount: [2000, 1000, 1000, 1000, 1000]}",
    ),
    "envelope": (PROMISED.format("ALD", 900),),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_refused_before_solving_has_no_plan(name):
    """The sums are right: the solver finds no plan either."""
    made = setting(*BROKEN[name])
    assert broken_promises(made)
    with pytest.raises(Infeasible):
        optimise(sc.build(Case(made.graph, made.scenario)))


@pytest.mark.parametrize("name", ["sum of floors", "change limit"])
def test_the_budget_that_would_do_does(name):
    made = setting(*BROKEN[name])
    (problem,) = broken_promises(made)
    factor = float(problem.remedy.split("A budget ")[1].split(" times")[0])
    share = made.scenario.programme.budget.share_of_output
    enough = setting(*BROKEN[name], f"programme.budget.share_of_output={share * factor}")
    assert not broken_promises(enough)
    optimise(sc.build(Case(enough.graph, enough.scenario)))
    less = setting(*BROKEN[name], f"programme.budget.share_of_output={share * (1 + 0.99 * (factor - 1))}")
    assert broken_promises(less)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_refused_that_has_a_plan(seed):
    """Promises drawn at random: where the solver finds a plan, the sums object to nothing."""
    rng = np.random.default_rng(seed)
    base = setting("programme.envelopes={}", f"programme.change_limit={rng.choice([0.1, 0.5])}")
    region = int(rng.integers(8))
    amount = float(base.equal[region, 0] * rng.uniform(0.8, 1.8))
    made = setting(
        "programme.envelopes={}",
        f"programme.change_limit={base.scenario.programme.change_limit}",
        f"programme.floor={rng.choice([0.3, 0.9])}",
        PROMISED.format(base.regions[region], amount),
    )
    try:
        optimise(sc.build(Case(made.graph, made.scenario)))
    except Infeasible:
        return
    assert broken_promises(made) == []


def test_examine_never_raises_and_knows_the_line(tmp_path):
    found = examine(tmp_path / "nowhere")
    assert found.loaded is None and found.errors
    with pytest.raises(InputError):
        _ = found.case
    found = examine("china", ["programme.floor=0.1"])
    assert found.case is found.loaded and not found.errors
    (warning,) = examine("china", ["economy.discount_rate=0.1"]).warnings
    assert warning.where == "--set economy.discount_rate"
