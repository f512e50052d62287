"""China's equalisation transfer: by hand, to the cent, and on the bundled case."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.errors import InputError
from tests.formulas.hand import by_hand, sheet_of

IDS = ["CN-GD", "CN-HN", "CN-XZ"]
# rate .1, so standard revenue 100,000, 80,000 and 20,000; 8,000 a head, so expenditure 80,000, 160,000 and 80,000
TABLE = {
    "population": [1e7, 2e7, 1e7],
    "output": [1e6, 8e5, 2e5],
    "own_revenue": [1.5e5, 4e4, 1e4],
    "budget_expenditure": [1e5, 1.4e5, 8e4],
}


def sheet(extra=None, units=None, **values):
    return sheet_of(
        "china_transfer", by_hand("china", {**TABLE, **(extra or {})}, IDS, **(units or {})), **values
    )


@cache
def bundled():
    return sc.load_case("china").setting


@pytest.fixture
def china():
    return bundled()


def test_only_who_lacks_gets_and_the_coefficient_is_pool_over_gaps():
    s = sheet(pool=14_000.0)
    assert s["standard_revenue"] == pytest.approx([1e5, 8e4, 2e4])
    assert s["standard_expenditure"] == pytest.approx([8e4, 1.6e5, 8e4])
    assert s["gap"] == pytest.approx([0, 8e4, 6e4])
    assert s.figure("ratio") == pytest.approx(0.1) and s["coefficient"] == pytest.approx([0.1] * 3)
    assert s.amount == pytest.approx([0, 8000.0, 6000.0], abs=1e-6)
    assert s.partial and {k.key for k in s.skipped} == {
        "returns",
        "standard_cost_index",
        "altitude_coefficient",
        "temperature_coefficient",
        "ethnic_coefficient",
        "growth_control",
    }


def test_costs_and_returns_count_where_they_are_held():
    s = sheet(
        {
            "standard_cost_index": [1, 1, 1.25],
            "altitude_coefficient": [1, 1, 2],
            "returns_and_fixed_subsidies": [0, 1e4, 0],
        },
        {"altitude_coefficient": "1"},
        pool=25_000.0,
    )
    assert s["standard_expenditure"] == pytest.approx([8e4, 1.6e5, 2e5])
    assert s["gap"] == pytest.approx([0, 7e4, 1.8e5])
    assert s.amount == pytest.approx([0, 7000.0, 18_000.0])
    assert "cost_index" in dict(s.remarks)


def test_a_tilt_to_difficulty_moves_money_to_the_higher_gap_ratio():
    # gap ratios .5 and .75, each a standard deviation from their mean: .45 of it counts
    s = sheet(pool=13_820.0, difficulty_tilt=0.2)
    assert s["difficulty"][1:] == pytest.approx([-0.45, 0.45])
    assert s.amount == pytest.approx([0, 7280.0, 6540.0])
    # with what must be paid (as much as, and thrice, revenue) the other .55 as well
    s = sheet({"must_pay_expenditure": [0, 8e4, 6e4]}, pool=13_600.0, difficulty_tilt=0.2)
    assert s["difficulty"][1:] == pytest.approx([-1, 1])
    assert s.amount == pytest.approx([0, 6400.0, 7200.0])


def test_ethnic_and_old_revolutionary_areas_have_a_higher_coefficient():
    s = sheet(pool=17_000.0, ethnic_tilt=0.5)
    assert s.amount == pytest.approx([0, 8000.0, 9000.0])
    assert [entry.key for entry in s.law.used] == ["ethnic.CN-XZ"] and not s.law.used[0].verified
    s = sheet(
        {"old_revolutionary_share": [0, 0.5, 0]},
        {"old_revolutionary_share": "1"},
        pool=15_600.0,
        old_revolutionary_tilt=0.4,
    )
    assert s.amount == pytest.approx([0, 9600.0, 6000.0])
    assert "old_revolutionary" in {k.key for k in sheet(pool=1.0, old_revolutionary_tilt=0.4).skipped}


def test_growth_is_held_in_the_band_and_the_rest_refilled():
    # who lies above the bound gets 1.1 times 4,000; the other gets what is left, 9,600, inside 9,000 to 9,900
    last = {"equalisation_transfer_last_year": [500, 9000, 4000]}
    s = sheet(last, pool=14_000.0)
    assert s.amount == pytest.approx([0, 9600.0, 4400.0], abs=1e-6)
    assert s["growth_control"] == pytest.approx([0, 1600.0, -1600.0], abs=1e-6)
    assert sum(s[line] for line in s.lines) == pytest.approx(s.amount)
    assert s["growth"][1:] == pytest.approx([9600 / 9000 - 1, 0.1]) and np.isnan(s["growth"][0])
    assert "growth_control" not in {k.key for k in s.skipped}
    # a pool at the very edge of the band
    assert sheet(last, pool=13_000 * 1.1).amount == pytest.approx([0, 9900.0, 4400.0])
    # nothing the year before: no band
    s = sheet({"equalisation_transfer_last_year": [0, 9000, 0]}, pool=15_000.0)
    assert s.amount == pytest.approx([0, 9000.0, 6000.0], abs=1e-6)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pool": 20_000.0}, "does not fit the growth"),
        ({"base": "population"}, "'population' is in persons"),
        ({"revenue": "tax_revenue"}, "no attribute 'tax_revenue'"),
        ({"unit_cost": 1.0}, "no province has"),
        ({"last_year": "transfer_of_last_yaer"}, "no attribute 'transfer_of_last_yaer'"),
        ({"last_year": "population"}, "'population' is in persons"),
        ({"least_growth": 0.2}, "exceeds the largest"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(values, message):
    with pytest.raises((InputError, ValidationError), match=message):
        sheet({"equalisation_transfer_last_year": [500, 9000, 4000]}, **values)


def test_the_bundled_case(china):
    s = sheet_of("china_transfer", china)
    lacking = s["standard_expenditure"] > s["standard_revenue"]
    assert {r for r, yes in zip(china.regions, lacking, strict=True) if not yes} == {
        "CN-BJ",
        "CN-JS",
        "CN-SH",
    }
    assert ((s.amount > 0) == lacking).all()
    assert s.amount.sum() == pytest.approx(china.budget[0])
    assert np.ptp(s.amount[lacking] / s["gap"][lacking]) < 1e-12
    assert s.partial and {"one_base", "one_cost", "cost_index", "no_reward"} <= set(dict(s.remarks))
    per_head = dict(zip(china.regions, s.amount / china.population, strict=True))
    assert max(per_head, key=per_head.get) == "CN-XZ"


@given(
    st.floats(0, 0.04),
    st.floats(0.05, 0.3),
    st.sampled_from([{}, {"difficulty_tilt": 0.3}, {"ethnic_tilt": 0.5}]),
)
def test_growth_of_every_province_lies_in_the_band(low, high, tilt):
    china = bundled()
    pool = 400_000.0
    s = sheet_of(
        "china_transfer",
        china,
        pool=pool,
        last_year="past_allocation",
        last_year_total=pool / 1.045,
        least_growth=low,
        most_growth=high,
        **tilt,
    )
    assert s.amount.sum() == pytest.approx(pool)
    growth = s["growth"][s["gap"] > 0]
    assert growth.min() >= low - 1e-9 and growth.max() <= high + 1e-9
    assert (s.amount[s["gap"] == 0] == 0).all()
    assert "scaled_last_year" in dict(s.remarks)


@pytest.mark.parametrize("name", ["china_transfer", "japan_lat"])
def test_every_step_total_and_remark_has_its_words(name):
    formula = registry.formulas.get(name)
    case = sc.load_case(formula.cases[0]).setting
    s = sheet_of(name, case)
    keys = [x.key for x in (*s.steps, *s.totals, *s.skipped)] + [key for key, _ in s.remarks]
    for key in keys:
        assert set(formula.words[key]) == {"en", "zh"}, key
    for key, values in s.remarks:
        assert all(formula.words[key][lang].format(**values) for lang in ("en", "zh"))
