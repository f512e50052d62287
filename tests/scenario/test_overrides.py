"""Overrides: typed by YAML, checked like the file, told apart from it in messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialcoord.errors import InputError
from spatialcoord.scenario import diff, parse_scenario


@pytest.mark.parametrize(
    ("override", "read", "value"),
    [
        ("programme.floor=0.4", lambda s: s.programme.floor, 0.4),
        ("programme.change_limit=null", lambda s: s.programme.change_limit, None),
        ("programme.years.last=2030", lambda s: s.programme.years.last, 2030),
        ("programme.years={first: 2030, last: 2031}", lambda s: s.programme.years.labels, (2030, 2031)),
        ("programme.budget={amount: [1, 2, 3, 4, 5]}", lambda s: s.programme.budget.amount, (1, 2, 3, 4, 5)),
        (
            "programme.envelopes.transfer.min_share=0.1",
            lambda s: s.programme.envelopes["transfer"].min_share,
            0.1,
        ),
        ("economy.allow_outside_band=true", lambda s: s.economy.allow_outside_band, True),
        ("economy.marginal_product_band.1=0.3", lambda s: s.economy.marginal_product_band, (0.05, 0.3)),
        ("solver.mip_gap=1e-6", lambda s: s.solver.mip_gap, 1e-6),
        ("question.en=Why = not?", lambda s: s.question.en, "Why = not?"),
        ("title.zh=新", lambda s: s.title.zh, "新"),
        ("instruments.human_capital={}", lambda s: list(s.instruments)[1], "human_capital"),
        (
            "instruments.infrastructure.absorption.full=0.03",
            lambda s: s.instruments["infrastructure"].absorption.full,
            0.03,
        ),
        ("regions.tables.0.file=other.csv", lambda s: s.regions.tables[0].file, "other.csv"),
        (" programme.floor = 0.4 ", lambda s: s.programme.floor, 0.4),
    ],
)
def test_override_sets_one_value(override, read, value, text):
    text = text.replace("case: toy", "case: toy\neconomy: {marginal_product_band: [0.05, 0.25]}")
    assert read(parse_scenario(text)) != value
    assert read(parse_scenario(text, [override])) == value


def test_null_takes_an_instrument_out(text):
    chosen = list(parse_scenario(text, ["instruments.human_capital={}"]).instruments)
    assert "human_capital" in chosen
    left = parse_scenario(
        text, ["instruments.human_capital={}", "instruments.human_capital=null"]
    ).instruments
    assert list(left) == [name for name in chosen if name != "human_capital"]
    # what names it elsewhere is told, not left behind
    with pytest.raises(InputError, match="no chosen instrument draws on the envelope 'investment'"):
        parse_scenario(text, ["instruments.infrastructure=null"])


def test_the_last_override_of_a_key_holds(text):
    assert parse_scenario(text, ["programme.floor=0.1", "programme.floor=0.2"]).programme.floor == 0.2


@pytest.mark.parametrize(
    ("override", "parts"),
    [
        ("programme.florr=0.4", ["--set programme.florr: unknown key 'florr'", "Did you mean 'floor'?"]),
        ("program.floor=0.4", ["--set program.floor: unknown key 'program'", "Did you mean 'programme'?"]),
        ("floor=0.4", ["--set floor", "programme.floor"]),
        ("programme.floor.x=0.4", ["unknown key 'x'"]),
        ("instruments.infrastructrue.elasticity=0.1", ["unknown key 'infrastructrue'", "'infrastructure'"]),
        ("instruments.research=null", ["no instrument 'research' to take out", "infrastructure"]),
        ("programme.floor", ["not of the form path=value"]),
        ("=3", ["not of the form path=value"]),
        ("programme..floor=3", ["not of the form path=value"]),
        ("", ["not of the form path=value"]),
        ("programme.floor=abc", ["--set programme.floor: 'abc' is not a number"]),
        ("programme.floor=", ["--set programme.floor: an empty value is not a number"]),
        ("programme.floor=[1", ["--set programme.floor", "not YAML"]),
        ("regions.tables.7.file=x", ["--set regions.tables.7.file", "1 elements and no number '7'"]),
        ("programme.years=2020", ["--set programme.years", "not a section"]),
    ],
)
def test_wrong_override_is_told(override, parts, text):
    with pytest.raises(InputError) as caught:
        parse_scenario(text, [override])
    told = str(caught.value)
    assert all(part in told for part in parts), told
    assert "scenario.yaml:" not in told


def test_every_wrong_override_is_told_at_once(text):
    with pytest.raises(InputError) as caught:
        parse_scenario(text, ["programme.florr=1", "x=1", "programme.floor=abc", "programme.ceiling"])
    assert [p.where for p in caught.value.problems] == [
        "--set programme.florr", "--set x", "--set", "--set programme.floor",
    ]  # fmt: skip


@given(st.floats(0, 1, allow_nan=False).filter(lambda x: x != 0.5))
def test_override_changes_exactly_its_value(text, x):
    changed = parse_scenario(text, [f"programme.floor={x!r}"])
    assert [(d.key, d.first, d.second) for d in diff(parse_scenario(text), changed)] == [
        ("programme.floor", 0.5, x)
    ]
    assert changed.fingerprint != parse_scenario(text).fingerprint
