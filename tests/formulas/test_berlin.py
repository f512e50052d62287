"""The Berlin method: worked examples to the cent, every key and category by hand, all periods."""

import numpy as np
import pytest

from spatialcoord.errors import InputError
from spatialcoord.formulas.berlin_figures import excess
from spatialcoord.formulas.law import Law, laws
from tests.formulas.berlin_cases import sheet_of

MILLION = 1e6


def less(**more):
    """Two less developed regions; the first has 10,000 unemployed, 4,000 young and 50,000 low-educated beyond the mean."""
    return {
        "population": [1e6, 1e6],
        "reference_output_index": [0.5, 0.7],
        "gni_index": [0.7, 0.9],
        "labour_force": [5e5, 5e5],
        "unemployment_rate": [12.0, 8.0],
        **more,
    }


def test_less_developed_regions_get_a_share_of_the_gap_by_the_band_of_their_state():
    table = {
        "population": [1e6] * 3,
        "reference_output_index": [0.5, 0.7, 0.7],
        "gni_index": [0.70, 0.90, 1.10],
    }
    sheet = sheet_of(table, labour_force_share=None)
    assert sheet["less_developed"] == pytest.approx([427.5, 112.5, 67.5], abs=1e-8)
    assert 7 * sheet["less_developed"][0] == pytest.approx(2992.5)


def test_premiums_of_the_worked_example():
    sheet = sheet_of(
        less(
            youth_unemployed=[14e3, 6e3],
            youth_labour_force=[5e4, 5e4],
            low_education=[15e4, 5e4],
            population_25_64=[5e5, 5e5],
            emissions_excess=[0.0, 2e6],
            net_migration=[1000.0, -500.0],
        )
    )
    assert sheet["less_developed_unemployment"] == pytest.approx([5.7, 0])
    assert sheet["less_developed_youth"] == pytest.approx([2.28, 0])
    assert sheet["less_developed_education"] == pytest.approx([13.5, 0])
    assert sheet["less_developed_emissions"] == pytest.approx([0, 2.0])
    assert sheet["less_developed_migration"] == pytest.approx([0.405, 0])
    assert sheet["less_developed"][0] == pytest.approx(449.385, abs=1e-9)
    assert 7 * sheet["less_developed"][0] == pytest.approx(3145.695, abs=1e-8)
    assert sheet.figure("less_developed_formula") == pytest.approx(7 * (449.385 + 112.5 + 2.0))


def test_emissions_of_a_state_are_shared_by_population():
    table = less(emissions_excess=[4e6, 4e6], gni_index=[0.7, 0.7], population=[1e6, 3e6])
    assert sheet_of(table, ["X", "X"])["less_developed_emissions"] == pytest.approx([1.0, 3.0])


def test_transition_regions_lie_between_the_two_intensities():
    sheet = sheet_of(
        {
            "population": [1e6] * 4,
            "reference_output_index": [0.75, 0.80, 0.90, 0.999],
            "gni_index": [0.9] * 4,
        },
        labour_force_share=None,
    )
    assert sheet["transition_intensity"] == pytest.approx([56.25, 48.60, 33.30, 18.153], abs=1e-9)
    assert sheet["transition"] == pytest.approx([56.25, 48.60, 33.30, 18.153], abs=1e-9)
    assert (sheet["less_developed"] == 0).all() and (sheet["more_developed"] == 0).all()


def test_unemployment_premium_of_transition_regions_goes_by_their_own_mean():
    table = less(reference_output_index=[0.8, 0.8], unemployment_rate=[12.0, 8.0])
    sheet = sheet_of(table)
    assert sheet["transition_unemployment"] == pytest.approx([560 * 10_000 / MILLION, 0])


def more(**changed):
    """Two more developed regions of 1 and 3 million."""
    return {
        "population": [1e6, 3e6],
        "reference_output_index": [1.1, 1.3],
        "gni_index": [1.1, 1.1],
        "labour_force": [5e5, 15e5],
        "unemployment_rate": [10.0, 5.0],
        "population_20_64": [6e5, 18e5],
        "employed_20_64": [4e5, 15e5],
        "population_30_34": [5e4, 15e4],
        "tertiary_30_34": [2e4, 9e4],
        "population_18_24": [8e4, 24e4],
        "early_leavers": [16e3, 24e3],
        "sparse_population": [1e4, 3e4],
        **changed,
    }


def test_keys_of_more_developed_regions():
    sheet = sheet_of(more())
    assert sheet.figure("more_developed_envelope") == pytest.approx(72.0)
    # only the first lags; a quarter of people and of the sparsely settled is its own
    whole = {"unemployed": 0.125, "jobs": 0.20, "tertiary": 0.225, "early_leavers": 0.15, "gap": 0.075}
    for key, weight in whole.items():
        assert sheet[f"more_developed_{key}"] == pytest.approx([72 * weight, 0]), key
    assert sheet["more_developed_population"] == pytest.approx([3.6, 10.8])
    assert sheet["more_developed_sparse"] == pytest.approx([0.45, 1.35])
    assert sheet["more_developed"] == pytest.approx([59.85, 12.15])


def test_targets_of_2014_stand_in_place_of_the_mean():
    table = more(employed_20_64=[4e5, 12.5e5], tertiary_30_34=[15e3, 5e4], early_leavers=[16e3, 28e3])
    sheet = sheet_of(table, period="2014-2020")
    assert sheet.figure("more_developed_envelope") == pytest.approx(79.2)
    assert sheet["more_developed_jobs"] == pytest.approx([79.2 * 0.2 / 3, 79.2 * 0.4 / 3])
    assert sheet["more_developed_tertiary"] == pytest.approx([79.2 * 0.125 / 3, 79.2 * 0.25 / 3])
    assert sheet["more_developed_early_leavers"] == pytest.approx([79.2 * 0.25 / 3, 79.2 * 0.125 / 3])
    assert sheet["more_developed"] == pytest.approx([42.405, 36.795])


def test_weight_of_a_key_without_figures_goes_to_population_and_is_told():
    table = {
        key: value for key, value in more().items() if key not in ("tertiary_30_34", "sparse_population")
    }
    sheet = sheet_of(table)
    assert sheet["more_developed_population"] == pytest.approx([72 * 0.45 / 4, 72 * 0.45 * 3 / 4])
    assert sheet["more_developed"].sum() == pytest.approx(72.0)
    assert sheet.partial
    told = {step.key: step.columns for step in sheet.skipped}
    assert told["more_developed_tertiary"] == ("tertiary_30_34",)
    assert "keys_to_population" in dict(sheet.remarks)


STATES = {
    "population": [10e6, 2e6, 0.5e6, 5e6],
    "reference_output_index": [0.5, 2 / 3, 0.8, 1.2],
    "gni_index": [0.5, 2 / 3, 0.8, 1.2],
    "area_km2": [100e3, 50e3, 0.3e3, 80e3],
}


def test_cohesion_fund_goes_by_people_area_and_prosperity():
    sheet = sheet_of(STATES, labour_force_share=None)
    assert sheet.figure("cohesion_fund_envelope") == pytest.approx(786.25)
    shares = [0.742365, 0.224454, 0.033181, 0]
    assert sheet["cohesion_fund_share"] == pytest.approx(shares, abs=5e-7)
    assert sheet["cohesion_fund"].sum() == pytest.approx(786.25)
    assert sheet["cohesion_fund"][3] == 0


def test_cohesion_fund_of_a_state_is_spread_over_its_regions_by_population():
    table = {
        "population": [6e6, 4e6, 2e6],
        "reference_output_index": [0.4, 0.65, 2 / 3],
        "gni_index": [0.5, 0.5, 2 / 3],
        "area_km2": [20e3, 80e3, 50e3],
    }
    sheet = sheet_of(table, ["X", "X", "Y"], labour_force_share=None)
    assert sheet["cohesion_fund"].sum() == pytest.approx(12 * 62.9)
    assert sheet["cohesion_fund"][0] / sheet["cohesion_fund"][1] == pytest.approx(1.5)
    assert sheet["cohesion_fund_share"][0] == sheet["cohesion_fund_share"][1]


def test_outermost_regions_get_an_amount_per_head():
    sheet = sheet_of({**more(), "outermost_or_sparse": [1, 0]})
    assert sheet["outermost"] == pytest.approx([40.0, 0])
    assert sheet_of({**more(), "outermost_or_sparse": [1, 0]}, period="2014-2020")["outermost"][
        0
    ] == pytest.approx(30)


def test_2007_has_other_rates_and_two_categories():
    table = less(reference_output_index=[0.5, 0.8], unemployment_rate=[12.0, 8.0])
    sheet = sheet_of({**table, "population": [1e6, 2e6]}, period="2007-2013", mean_output_per_head=20000.0)
    assert sheet["category"].tolist() == ["less_developed", "more_developed"]
    assert sheet["less_developed_base"] == pytest.approx([425.0, 0])
    assert sheet["less_developed_unemployment"] == pytest.approx([0, 0])  # its own rate is the mean
    assert sheet["more_developed"] == pytest.approx([0, 2 * 15.6])
    keys = {step.key for step in sheet.steps} | {step.key for step in sheet.skipped}
    assert not any(key.startswith("transition_") and key != "transition_amount" for key in keys)
    assert "left_out_2007" in dict(sheet.remarks)


def test_categories_follow_the_thresholds_of_the_period():
    table = {"population": [1e6] * 4, "reference_output_index": [0.7499, 0.75, 0.95, 1.0001]}
    found = {p: sheet_of(table, period=p)["category"].tolist() for p in ("2014-2020", "2021-2027")}
    assert found["2021-2027"] == ["less_developed", "transition", "transition", "more_developed"]
    assert found["2014-2020"] == ["less_developed", "transition", "more_developed", "more_developed"]


def test_bands_of_income_include_both_ends_in_the_middle():
    table = {
        "population": [1e6] * 4,
        "reference_output_index": [0.5] * 4,
        "gni_index": [0.8199, 0.82, 0.99, 0.9901],
    }
    assert sheet_of(table)["less_developed_rate"].tolist() == [0.0285, 0.0125, 0.0125, 0.0075]


def test_output_stands_in_for_income_and_is_told():
    table = {"population": [1e6, 3e6], "reference_output_index": [0.5, 0.9]}
    sheet = sheet_of(table, ["X", "X"])
    assert sheet["gni"] == pytest.approx([0.8, 0.8])
    assert {"gni_stand_in", "labour_force_stand_in", "population_stand_in"} <= dict(sheet.remarks).keys()


def test_without_a_labour_force_and_its_stand_in_nobody_counts_as_unemployed():
    table = {key: value for key, value in less().items() if key != "labour_force"}
    sheet = sheet_of(table, labour_force_share=None)
    told = {step.key: step.columns for step in sheet.skipped}
    assert told["less_developed_unemployment"] == ("labour_force",)
    # at 48 % of 1 million each: 57,600 and 38,400, mean 48,000
    assert sheet_of(table)["less_developed_unemployment"] == pytest.approx([570 * 9600 / MILLION, 0])


def test_amounts_are_raised_to_the_prices_of_the_case():
    sheet = sheet_of(more(), indexed=True)
    assert sheet.figure("indexation") == pytest.approx(1.02**5)  # 2018 to 2023
    assert sheet.amount == pytest.approx(sheet["formula"] * 1.02**5)
    assert sheet.amount == pytest.approx(sum(sheet[line] for line in sheet.lines))


def test_figures_of_a_state_must_be_one_and_the_level_must_exist():
    with pytest.raises(InputError, match="differ in 'gni_index'"):
        sheet_of(less(), ["X", "X"])
    with pytest.raises(InputError, match="no level 'country'"):
        sheet_of(less(), member_level="country")


@pytest.mark.parametrize("name", ["berlin_2021", "berlin_2014"])
def test_resources_of_the_law_sum_exactly(name):
    law = Law(name)
    lines = {
        k: int(v) for k, v in law.items() if k.startswith("resources.") and k != "resources.jobs_and_growth"
    }
    assert sum(lines.values()) == int(law["resources.jobs_and_growth"])


def test_resources_of_article_110():
    law = Law("berlin_2021")
    assert int(law["resources.less_developed"]) == 202_226_984_629
    assert int(law["resources.jobs_and_growth"]) == 329_684_776_621
    assert int(law["of_which.esf_plus"] + law["of_which.esf_plus_outermost"]) == 87_792_312_291
    share = np.array(
        [law[f"resources.{line}"] for line in ("less_developed", "transition", "more_developed")]
    )
    assert (100 * share / law["resources.jobs_and_growth"]).round(1).tolist() == [61.3, 14.5, 8.3]


@pytest.mark.parametrize("name", laws("berlin"))
def test_what_was_not_checked_says_so_and_what_was_does_not(name):
    law = Law(name)
    for key in law:
        entry = law.entry(key)
        told = any(word in entry.source for word in ("from memory", "second-hand", "no number of the law"))
        assert told != entry.verified, key
        assert entry.unit and ("/" in entry.source or "Eurostat" in entry.source or "COM" in entry.source), (
            key
        )
    weights = [law[key] for key in law if key.startswith("more_developed.key.")]
    assert sum(weights) == pytest.approx(1.0)


def test_a_state_at_a_threshold_by_the_mean_of_its_regions_is_at_it():
    """0.82 as a weighted mean is 0.8199999999999998: the law's band begins at it all the same."""
    table = {
        "population": [np.float64(3674533.0), np.float64(3198126.0), np.float64(2763762.0), 3e6],
        "reference_output_index": [0.82, 0.82, 0.82, 1.3],
    }
    states = ["A", "A", "A", "B"]
    given = sheet_of({**table, "gni_index": [0.82, 0.82, 0.82, 1.3]}, states)
    found = sheet_of(table, states)
    assert found["gni"][0] < 0.82  # the mean of its regions, as floating point has it
    assert found["transition"] == pytest.approx(given["transition"])


def test_where_nobody_is_counted_nobody_is_in_excess():
    count, base = np.array([100.0, 50.0]), np.zeros(2)
    assert excess(count, base, np.ones(2, bool)).tolist() == [0.0, 0.0]
