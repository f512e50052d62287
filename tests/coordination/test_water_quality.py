"""The index of the Xin'an river, its rounds, who pays whom, and years under a contract."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from spatialcoord.coordination.water_quality import (
    POLLUTANTS,
    Contract,
    River,
    implied_ratio,
    outcome,
    payment,
    quality_index,
    round_of,
    rounds,
    simulate,
)
from spatialcoord.errors import InputError

BASE, NOW = (2.0, 0.16, 1.2, 0.03), (2.1, 0.15, 1.3, 0.028)  # made-up levels, mg/l
RIVER = River(effect=0.2, risk=0.08, cost=20, rising_cost=150, worth=1500, start=0.1)
amounts = st.floats(-1e4, 1e4)
levels = st.lists(st.floats(0.01, 10), min_size=4, max_size=4)


@st.composite
def contracts(draw):
    n = draw(st.integers(1, 3))
    steps = draw(st.lists(st.floats(0.01, 0.5), min_size=n, max_size=n))
    payments = sorted(draw(st.lists(amounts, min_size=n + 1, max_size=n + 1)), reverse=True)
    parts = np.array(draw(st.lists(st.floats(0.1, 1), min_size=4, max_size=4)))
    return Contract(
        draw(st.floats(0.5, 1.5)),
        tuple(np.cumsum([0.5, *steps[1:]]).tolist()),
        tuple(payments),
        draw(st.floats(0, 1e3)),
        tuple((parts / parts.sum()).tolist()),
    )


@pytest.mark.parametrize(("year", "expected"), [(2012, 0.85), (2015, 0.89), (2018, 0.90)])
def test_at_the_quality_of_the_base_period_the_index_is_the_coefficient(year, expected):
    assert quality_index(BASE, BASE, round_of(year)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("year", "expected"), [(2013, 0.850885), (2019, 0.901725)])
def test_the_index_with_the_weights_of_two_rounds(year, expected):
    assert quality_index(NOW, BASE, round_of(year)) == pytest.approx(expected, abs=5e-7)
    named = dict(zip(POLLUTANTS, NOW, strict=True))
    assert quality_index(named, dict(zip(POLLUTANTS, BASE, strict=True)), round_of(year)) == pytest.approx(
        expected, abs=5e-7
    )


def test_in_the_first_round_water_may_become_worse_by_a_sixth_before_upstream_pays():
    first = round_of(2012)
    assert 1 + first.contract().slack == pytest.approx(1.17647, abs=5e-6)
    worse = np.array(BASE) / 0.85
    assert payment(quality_index(worse * (1 - 1e-9), BASE, first), first).payer == "downstream"
    assert payment(quality_index(worse * (1 + 1e-9), BASE, first), first).payer == "upstream"


@pytest.mark.parametrize(
    ("year", "index", "horizontal", "centre"),
    [
        (2012, 1.0, 100, 300),
        (2014, 1.0001, -100, 300),
        (2015, 0.95, 200, 400),
        (2016, 0.9501, 100, 300),
        (2017, 1.0001, -100, 200),
        (2018, 0.95, 200, 0),
        (2019, 1.0, 100, 0),
        (2020, 1.2, -100, 0),
    ],
)
def test_who_pays_whom_at_and_beside_every_threshold(year, index, horizontal, centre):
    found = payment(index, round_of(year), year)
    assert (found.horizontal, found.centre) == (horizontal, centre)
    assert found.payer == ("downstream" if horizontal > 0 else "upstream")
    assert (found.upstream, found.downstream) == (horizontal + centre, -horizontal)


def test_years_without_a_round_and_the_round_without_an_index_are_told():
    assert [(r.years[0], r.years[-1]) for r in rounds()] == [
        (2012, 2014),
        (2015, 2017),
        (2018, 2020),
        (2023, 2027),
    ]
    for year in (2011, 2021, 2022, 2028):
        with pytest.raises(InputError, match=f"is known for {year}"):
            round_of(year)
    latest = round_of(2024)
    found = {entry.key: entry for entry in latest.entries}
    assert found["fund"].value == 1000 and found["fund"].verified and latest.base is None
    for call in (latest.contract, lambda: payment(0.9, latest), lambda: quality_index(NOW, BASE, latest)):
        with pytest.raises(InputError, match="were not found"):
            call()
    with pytest.raises(InputError, match="2015 is not in 2012-2014"):
        round_of(2012).contract(2015)


def test_every_number_has_a_source_and_what_is_from_memory_says_so():
    for one in rounds():
        assert set(one.title) == {"en", "zh"} and (one.upstream, one.downstream) == ("CN-AH", "CN-ZJ")
        for entry in one.entries:
            assert entry.source and entry.unit, entry
            assert not (entry.verified and re.search("memory|not found|taken to be", entry.source)), entry
        if one.base:  # coefficient, weights and base period stand in no text that was at hand
            memory = {"stability", "base.from", "base.to", *(f"weight.{name}" for name in POLLUTANTS)}
            assert memory <= set(one.unverified)
    assert "paid.1" not in round_of(2012).unverified and "threshold.1" not in round_of(2012).unverified


def test_published_values_mean_water_a_little_better_than_in_the_base_period():
    """The concentrations are not public here, so the values cannot be recomputed: only what they mean, and who paid."""
    first = round_of(2012)
    assert first.published == {2012: 0.833, 2013: 0.828, 2014: 0.823}
    assert {f"published.{y}" for y in first.published} <= set(first.unverified)
    ratios = [implied_ratio(p, first) for p in first.published.values()]
    assert ratios == pytest.approx([0.98, 0.974, 0.968], abs=5e-4)
    for year, ratio in zip(first.published, ratios, strict=True):
        alike = quality_index(np.array(BASE) * ratio, BASE, first)
        assert alike == pytest.approx(first.published[year], abs=1e-12)
        assert payment(alike, first, year).upstream == 400


@given(rule=contracts(), index=st.floats(0, 3))
def test_payments_of_the_two_sides_add_up_to_what_the_centre_pays(rule, index):
    found = payment(index, rule)
    assert found.upstream + found.downstream == pytest.approx(rule.centre, abs=1e-9)


@given(rule=contracts(), now=levels, base=levels, at=st.integers(0, 3), more=st.floats(0, 5))
def test_more_of_a_pollutant_raises_the_index_and_never_the_receipt_of_upstream(rule, now, base, at, more):
    worse = list(now)
    worse[at] += more
    before, after = quality_index(now, base, rule), quality_index(worse, base, rule)
    assert after >= before and (after > before or more < 1e-9)
    assert payment(after, rule).upstream <= payment(before, rule).upstream


@given(rule=contracts(), now=levels, base=levels, factor=st.floats(0.01, 100))
def test_units_of_concentration_do_not_matter_and_many_years_are_as_one(rule, now, base, factor):
    index = quality_index(now, base, rule)
    assert quality_index(np.array(now) * factor, np.array(base) * factor, rule) == pytest.approx(index)
    assert quality_index(np.array(now) * factor, base, rule) == pytest.approx(index * factor)
    assert quality_index([now, base], base, rule) == pytest.approx([index, rule.stability])


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(InputError) as told:
        Contract(0.0, (1.0, 0.9), (1.0, 2.0, 3.0), -1.0, (0.5, 0.5, 0.5, -0.5))
    assert [p.where.split(", ")[1] for p in told.value.problems] == [
        "stability",
        "thresholds",
        "payments",
        "centre",
        "weights",
    ]
    with pytest.raises(InputError, match="one more than thresholds"):
        Contract(1.0, (1.0,), (1.0,))
    with pytest.raises(InputError, match="missing or unknown: ammonia, lead"):
        quality_index({"lead": 1, **{p: 1 for p in POLLUTANTS if p != "ammonia"}}, BASE, round_of(2012))
    with pytest.raises(InputError, match="not 4 numbers"):
        quality_index((1.0, 2.0), BASE, round_of(2012))
    with pytest.raises(InputError) as told:
        quality_index((-1.0, 0, 0, 0), (0.0, 1, 1, 1), round_of(2012))
    assert {p.where for p in told.value.problems} == {"concentrations", "base"}
    with pytest.raises(InputError, match="nan"):
        payment(float("nan"), round_of(2012))
    with pytest.raises(InputError) as told:
        outcome(round_of(2012), RIVER, 1.5, float("inf"))
    assert {p.where for p in told.value.problems} == {"effort", "noise"}


def test_a_year_adds_up_and_says_who_is_satisfied():
    rule = Contract(0.9, (1.0,), (60.0, -40.0), 10.0)
    good, bad = outcome(rule, RIVER, 0.5, -3.0), outcome(rule, RIVER, 0.5, 3.0)
    assert (good.payment.horizontal, bad.payment.horizontal) == (60.0, -40.0)
    assert good.payment.index == pytest.approx(0.9 * np.exp(0.1 - 0.1 - 0.24))
    assert good.cost == 20 * 0.5 + 150 * 0.25
    assert good.upstream == pytest.approx(60 + 10 - 47.5) and bad.upstream == pytest.approx(-40 + 10 - 47.5)
    for year in (good, bad):
        assert year.upstream + year.downstream == pytest.approx(10 + year.benefit - year.cost)
    assert good.downstream == pytest.approx(1500 * np.exp(0.1 - 0.24) * -np.expm1(-0.1) - 60)
    assert good.satisfied == ("upstream", "downstream") and bad.satisfied == ("downstream",)
    idle = outcome(rule, RIVER, 0.0, -3.0)
    assert idle.benefit == 0 and idle.satisfied == ("upstream",)  # paid for the weather


@given(effort=st.floats(0, 1))
def test_on_average_a_year_brings_the_expected_benefit(effort):
    noise = ndtri((np.arange(400) + 0.5) / 400)
    rule = round_of(2012).contract()
    mean = np.mean([outcome(rule, RIVER, effort, x).benefit for x in noise])
    assert mean == pytest.approx(RIVER.benefit(effort), rel=1e-3, abs=1e-9)


def test_nine_years_follow_from_the_seed_and_each_round_is_told_against_its_own_base():
    told = simulate(RIVER, 7)
    assert told == simulate(RIVER, np.random.default_rng(7)) != simulate(RIVER, 8)
    assert [o.year for o in told] == list(range(2012, 2021))
    noise = np.random.default_rng(7).standard_normal(9)
    base = 1.0
    for start in (0, 3, 6):
        three = told[start : start + 3]
        terms = round_of(three[0].year)
        assert len({o.effort for o in three}) == 1 and 0 < three[0].effort < 1
        quality = np.exp(0.1 - 0.2 * three[0].effort + 0.08 * noise[start : start + 3])
        assert [o.ratio for o in three] == pytest.approx(quality / base)
        for o in three:
            assert o.payment == payment(terms.contract().stability * o.ratio, terms, o.year)
        base = quality.mean()
    fixed = simulate(RIVER, 7, range(2018, 2020), effort=1.0)
    assert [o.effort for o in fixed] == [1.0, 1.0]
    assert fixed[0].ratio == pytest.approx(np.exp(0.1 - 0.2 + 0.08 * noise[0]))
    with pytest.raises(InputError, match="2021"):
        simulate(RIVER, 7, range(2020, 2022))


def test_the_python_of_the_page_runs(capsys):
    page = (Path(__file__).parents[2] / "docs" / "water_quality.md").read_text(encoding="utf-8")
    names: dict = {}
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    shown = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(shown) >= 3
    for code, text in zip(blocks, shown, strict=True):
        exec(compile(code, "water_quality.md", "exec"), names)  # noqa: S102, the code of our own page
        assert capsys.readouterr().out == text
