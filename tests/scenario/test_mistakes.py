"""What a planner can write wrong: each is told with its place, and all of them together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialcoord.errors import InputError
from spatialcoord.scenario import load_scenario, parse_scenario

# (what is replaced, by what, place, parts of the message)
MISTAKES = {
    "misspelt key": ("share_of_output", "share_of_outptu", ":13, programme.budget", ["unknown key", "'share_of_output'"]),
    "misspelt section": ("programme:", "program:", ":11, program", ["unknown key 'program'", "'programme'"]),
    "misspelt instrument": ("infrastructure", "infrastructrue", ":18", ["'infrastructrue'", "'infrastructure'"]),
    "misspelt parameter": ("cofinance", "cofinanse", ":19, instruments.infrastructure", ["'cofinance'"]),
    "missing key": ("price_year: 2020\n", "", "price_year", ["'price_year' is missing", "Year whose prices"]),
    "missing inner key": ("first: 2021, ", "", ":12, programme.years.first", ["'first' is missing"]),
    "key in the wrong section": ("case: toy", "case: toy\nhorizon: 10", ":2, horizon", ["economy.horizon"]),
    "text for a number": ("0.004", "'0.004'", ":13", ["'0.004' is not a number", "without quotes"]),
    "percentage": ("0.004", "0.4%", ":13", ["'0.4%' is not a number"]),
    "true for a number": ("0.004", "true", ":13", ["True is not a number"]),
    "half a year": ("2025", "2025.5", ":12, programme.years.last", ["2025.5 is not a whole number"]),
    "infinite": ("0.004", ".inf", ":13", ["not a finite number"]),
    "not a number": ("0.004", ".nan", ":13", ["nan"]),
    "negative share": ("0.004", "-0.004", ":13", ["-0.004 is below the least allowed value 0"]),
    "share above one": ("max_share: 0.3", "max_share: 30", ":15, programme.envelopes.transfer.max_share", ["above", "1"]),
    "number for a text": ("case: toy", "case: 7", ":1, case", ["7 is not a text", "quotes"]),
    "name that is a path": ("case: toy", "case: ../toy", ":1, case", ["'../toy'"]),
    "text for a section": ("{first: 2021, last: 2025}", "2021-2025", ":12", ["not a section", "first"]),
    "text for a list": ("regions.csv, columns: [population, output]}", "a.csv, columns: x}", ":7", ["columns"]),
    "empty section": ("{first: 2021, last: 2025}", "", ":12", ["an empty value is not a section"]),
    "years out of order": ("2025", "2019", ":12, programme.years", ["ends (2019) before it begins (2021)"]),
    "budget given twice": ("0.004}", "0.004, amount: 5}", ":13, programme.budget", ["given twice", "Keep one"]),
    "budget not given": ("{share_of_output: 0.004}", "{}", ":13, programme.budget", ["not given"]),
    "wrong number of amounts": ("share_of_output: 0.004", "amount: [1, 2]", ":13", ["2 amounts for 5 programme years"]),
    "no amounts": ("share_of_output: 0.004", "amount: []", ":13", ["empty"]),
    "floor above ceiling": ("programme:\n", "programme:\n  floor: 1\n  ceiling: 0.8\n", ":12, programme.floor", ["exceeds"]),
    "shares above one": ("max_share: 0.3", "min_share: 0.4", ":14, programme.envelopes", ["add up to 1.1"]),
    "minimum above maximum": ("max_share: 0.3", "min_share: 0.3, max_share: 0.1", ":15", ["0.3 exceeds", "0.1"]),
    "misspelt envelope": ("    transfer:", "    tranfer:", ":15, programme.envelopes.tranfer", ["'transfer'"]),
    "unit of money": ("million CNY", "billion CNY", ":9, money_unit", ["'billion CNY'", "million CNY"]),
    "currency in words": ("currency: CNY", "currency: yuan", ":8, currency", ["'yuan'"]),
    "no instrument": ("  infrastructure:\n    cofinance: {rate: 0.1}\n  general_transfer:\n", "  {}\n", "instruments", ["no instrument"]),
    "rate out of bounds": ("rate: 0.1", "rate: 10", ":19", ["10 is above the largest allowed value"]),
    "unknown objective": ("case: toy", "case: toy\nobjective: {kind: minimize_index}", ":2, objective.kind", ["'minimise_index'"]),
    "unknown measure": ("case: toy", "case: toy\nobjective: {measure: ginny}", ":2, objective.measure", ["'gini'"]),
    "unknown measure in a sum": ("case: toy", "case: toy\nobjective: {measure: {ginny: 1}}", ":2, objective.measure.ginny", ["'gini'"]),
    "negative weight": ("case: toy", "case: toy\nobjective: {measure: {gini: -1}}", ":2, objective.measure.gini", ["-1 is below", "Weight of the index"]),
    "number for a measure": ("case: toy", "case: toy\nobjective: {measure: 3}", ":2, objective.measure", ["3 is not a text", "sum of several"]),
    "no weight": ("case: toy", "case: toy\nobjective: {measure: {}}", ":2, objective.measure", ["no measure has a weight"]),
    "unknown measure in a rule": ("case: toy", "case: toy\nobjective: {at_most: {hover: 1}}", ":2, objective.at_most.hover", ["'hoover'"]),
    "unknown outcome": ("case: toy", "case: toy\nobjective: {of: outputs}", ":2, objective.of", ["'output'"]),
    "horizon too short": ("case: toy", "case: toy\neconomy: {horizon: 3}", ":2, economy.horizon", ["after 3 years"]),
    "band upside down": ("case: toy", "case: toy\neconomy: {marginal_product_band: [0.2, 0.1]}", ":2", ["above its end"]),
    "band of one": ("case: toy", "case: toy\neconomy: {marginal_product_band: [0.2]}", ":2", ["too short"]),
    "neither true nor false": ("case: toy", "case: toy\neconomy: {allow_outside_band: perhaps}", ":2", ["true nor false"]),
    "line of an unused instrument": (
        "instruments:",
        "  protected: [{region: A, instrument: human_capital, amount: 1}]\ninstruments:",
        ":17, programme.protected.0.instrument",
        ["does not use"],
    ),
    "access that feeds itself": (
        "case: toy",
        "case: toy\neconomy: {market_access: {elasticity: 1}}",
        ":2, economy.market_access.elasticity",
        ["1 is not below 1", "would feed itself without end"],
    ),
    "capital that earns nothing": (
        "case: toy",
        "case: toy\neconomy: {capital: {private: {elasticity: 0}}}",
        ":2, economy.capital.private.elasticity",
        ["0 is not above 0", "share of capital in income"],
    ),
    "key twice": ("price_year: 2020", "price_year: 2020\nprice_year: 2021", ":11", ["'price_year' stands twice"]),
    "tab": ("  budget", "\tbudget", ":13", ["not YAML"]),
    "bracket": ("last: 2025}", "last: 2025", ":13", ["not YAML"]),
    "dangerous tag": ("case: toy", "case: !!python/object/apply:os.getcwd []", ":1", ["not YAML"]),
    "contains itself": ("case: toy", "case: &a [*a]", "", ["contains itself"]),
    "impossible date": ("price_year: 2020", "price_year: 2020-99-99", "", ["month"]),
    "two documents": ("case: toy", "case: toy\n---", "", ["another document"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_told_with_place_and_remedy(name, text):
    old, new, place, parts = MISTAKES[name]
    assert text.count(old) >= 1, "the mistake must change the text"
    with pytest.raises(InputError) as caught:
        parse_scenario(text.replace(old, new, 1))
    told = [str(p) for p in caught.value.problems]
    match = [p for p in told if all(part in p for part in parts)]
    assert match, told
    assert f"scenario.yaml{place}" in match[0] or place in match[0].split("\n")[0], match[0]
    assert all(len(p.split("\n")) <= 10 for p in told)


@pytest.mark.parametrize(
    "value", ["{gini: -1}", "{ginny: 1}", "{gini: a}", "ginny", "3", "[gini]", "", "{}", "{gini: 0}"]
)
def test_a_wrong_measure_is_one_problem_without_inner_names(value, text):
    with pytest.raises(InputError) as caught:
        parse_scenario(text, [f"objective.measure={value}"])
    (problem,) = caught.value.problems
    assert problem.where.startswith("--set objective.measure") and "[" not in problem.where
    if value == "{gini: -1}":
        assert problem.where == "--set objective.measure, objective.measure.gini"


def test_all_problems_are_told_together_in_the_order_of_the_file(text):
    wrong = text
    for name in (
        "number for a text",
        "misspelt key",
        "share above one",
        "misspelt parameter",
        "misspelt instrument",
    ):
        wrong = wrong.replace(*MISTAKES[name][:2], 1)
    with pytest.raises(InputError) as caught:
        parse_scenario(wrong, ["programme.florr=1"])
    told = [p.where for p in caught.value.problems]
    assert told[0] == "--set programme.florr"
    lines = [int(where.split(":")[1].split(",")[0]) for where in told[1:]]
    assert lines == sorted(lines) and {1, 13, 15, 18} <= set(lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b"", "the file is empty"),
        (b"# only a comment\n", "the file is empty"),
        (b"- a\n- b\n", "not a mapping"),
        ("case: 玩具".encode("gbk"), "not UTF-8"),
        (b"\x00\x01", "not YAML"),
    ],
)
def test_unusable_files(tmp_path, content, message):
    if content is not None:
        (tmp_path / "scenario.yaml").write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        load_scenario(tmp_path)
    assert "scenario.yaml" in caught.value.problems[0].where


def test_line_of_what_is_not_utf8(tmp_path):
    (tmp_path / "scenario.yaml").write_bytes(b"case: toy\ntitle: \xff\n")
    with pytest.raises(InputError, match=r"scenario\.yaml:2: the text is not UTF-8"):
        load_scenario(tmp_path)


def test_byte_order_mark_and_file_path_are_accepted(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_scenario(path) == parse_scenario(text)


@given(st.text(st.sampled_from("ab:-{}[]#&*!|>%@?'\", \n\t01.~<=é"), max_size=40))
def test_any_text_is_refused_in_words(content):
    with pytest.raises(InputError):
        parse_scenario(content)


leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text("ab0-", max_size=3)
tree = st.recursive(leaf, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(
    ["case", "years", "first", "budget", "amount", "envelopes", "floor", "infrastructure", "x"]), x, max_size=4), max_leaves=8)  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(["programme", "instruments", "economy", "title", "objective", "regions"]), tree
    )
)
def test_any_values_are_refused_in_words(values):
    import json

    with pytest.raises(InputError) as caught:  # never complete: 'case' is not among the keys
        parse_scenario(json.dumps(values))
    assert all(str(p) for p in caught.value.problems)
