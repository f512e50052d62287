"""Units in words give the factor a planner would work out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialcoord.regions import ATTRIBUTES, RegionsSpec, read_graph
from spatialcoord.regions.units import SIZES, THINGS, Unit, factor, parse_unit


@pytest.mark.parametrize(
    ("text", "attribute", "expected"),
    [
        ("persons", "population", 1),
        ("thousand persons", "population", 1e3),
        ("10,000 people", "population", 1e4),
        ("万人", "population", 1e4),
        ("million CNY", "output", 1),
        ("million CNY/yr", "output", 1),
        ("100 million CNY", "output", 100),
        ("hundred million CNY per year", "output", 100),
        ("亿元", "output", 100),
        ("万元", "output", 0.01),
        ("100亿元/年", "output", 1e4),
        ("CNY", "output", 1e-6),
        ("bn CUR", "capital_human", 1e3),
        ("crore CNY", "output", 10),
        ("ha", "area_km2", 0.01),
        ("1000 hectares", "area_km2", 10),
        ("square kilometres", "area_km2", 1),
        ("%", "standard_cost_index", 0.01),
        ("degrees", "lon", 1),
        ("%", "unemployment_rate", 1),
        ("share", "poverty_rate", 100),
        ("thousand CNY per head", "market_income_per_head", 1000),
        ("CNY", "market_income_per_head", 1),
    ],
)
def test_factor(text, attribute, expected):
    found, problems = factor(text, ATTRIBUTES[attribute].unit, "CNY", attribute, "here")
    assert not problems and found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "attribute", "words"),
    [
        ("thousnd persons", "population", "Did you mean 'thousand'?"),
        ("milion CNY", "output", "Did you mean 'million'?"),
        ("million", "output", "Say what is counted: 'million CNY'."),
        ("thousand CNY", "population", "name the right column"),
        ("million USD", "output", "exchange rates are not known"),
        ("million CNY/yr", "capital_human", "It is a stock"),
        ("CNY per capita", "output", "multiply the figures per head"),
        ("人均元", "output", "multiply the figures per head"),
        ("", "output", "Say what is counted"),
        ("quux blarg", "output", "Write it like"),
    ],
)
def test_units_that_do_not_fit_are_refused_with_a_remedy(text, attribute, words):
    found, (problem,) = factor(text, ATTRIBUTES[attribute].unit, "CNY", attribute, "here")
    assert found == 1.0 and problem.where == "here" and words in str(problem)


def test_every_unit_of_the_attribute_table_can_be_read_and_is_its_own():
    for attribute in ATTRIBUTES.values():
        assert factor(attribute.unit, attribute.unit, None, attribute.name, "") == (1.0, [])


@given(st.lists(st.sampled_from([*SIZES, "10", "2.5"]), max_size=3), st.sampled_from([*THINGS, "EUR"]))
def test_sizes_multiply(sizes, thing):
    unit = parse_unit(" ".join([*sizes, thing]))
    assert isinstance(unit, Unit)
    expected = THINGS.get(thing, ("CUR", 1.0))[1]
    for size in sizes:
        expected *= SIZES.get(size) or float(size)
    assert unit.size == pytest.approx(expected, rel=1e-12)


@given(st.text(max_size=30))
def test_any_text_is_a_unit_or_a_sentence(text):
    assert isinstance(parse_unit(text), Unit | str)


def test_units_in_a_case(tmp_path):
    (tmp_path / "a.csv").write_text("id,pop,gdp\nA,1.5,3\n")
    columns = {"population": {"column": "pop", "unit": "万人"}, "output": {"column": "gdp", "unit": "亿元"}}
    graph = read_graph(tmp_path, RegionsSpec(tables=[{"file": "a.csv", "columns": columns}]), currency="CNY")
    assert graph["population"].item() == 15_000 and graph["output"].item() == 300
