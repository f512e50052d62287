"""Limits of the Berlin method by member state, the fixed total, and the bundled case of the EU."""

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.errors import InputError
from spatialcoord.formulas.berlin_caps import cap_share
from spatialcoord.formulas.law import Law
from tests.formulas.berlin_cases import sheet_of

LAW = Law("berlin_2021")


def test_cap_of_2021_is_linear_between_its_points():
    found = cap_share(np.array([0.40, 0.55, 0.60, 0.65, 0.68, 0.90]), LAW)
    assert 100 * found == pytest.approx([2.3, 2.3, 1.992308, 1.684615, 1.5, 1.5], abs=5e-7)


@pytest.mark.parametrize(
    "name, gni, percent",
    [
        ("berlin_2018_proposal", [0.59, 0.60, 0.64, 0.65], [2.3, 1.85, 1.85, 1.55]),
        ("berlin_2014", [0.4, 1.0], [2.35, 2.35]),
        (
            "berlin_2007",
            [0.39, 0.40, 0.72, 0.77, 0.80, 0.91],
            [3.7893, 3.7135, 3.2398, 3.1498, 3.0598, 2.8798],
        ),
    ],
)
def test_caps_of_other_periods_are_steps(name, gni, percent):
    assert 100 * cap_share(np.array(gni), Law(name)) == pytest.approx(percent)


def test_cap_of_2014_is_higher_where_output_fell():
    found = cap_share(np.array([0.6, 0.6]), Law("berlin_2014"), np.array([-0.02, -0.005]))
    assert 100 * found == pytest.approx([2.59, 2.35])


# One poor state of two regions (427.5 + 171 million) and one rich one: 1.2 million people at 18 EUR.
TABLE = {
    "population": [1e6, 1e6, 1.2e6],
    "reference_output_index": [0.5, 0.8, 1.3],
    "gni_index": [0.5, 0.5, 1.25],
    "projected_output": [8000.0, 12000.0, 50000.0],
}
STATES = ["P", "P", "Q"]
# 427.5; transition: 18 + (128.25 - 18) x .8 = 106.2; 21.6
BARE = [427.5, 106.2, 21.6]


def limited(table=TABLE, **values):
    # amounts are in 2023 prices in the case and the law's are of 2018; projected output is given so that it comes to the above
    raised = {
        key: list(np.array(v) * 1.02**5) if key == "projected_output" else v for key, v in table.items()
    }
    return sheet_of(raised, STATES, **{"capping": True, "labour_force_share": None, **values})


def test_cap_cuts_a_state_in_proportion():
    sheet = limited()
    assert sheet["formula"] == pytest.approx(BARE)
    factor = 0.023 * 20000 / (427.5 + 106.2)
    assert sheet.amount == pytest.approx([427.5 * factor, 106.2 * factor, 21.6])
    assert sheet.figure("freed_by_cap") == pytest.approx(533.7 - 460.0)
    assert sheet.figure("less_developed_limited") == pytest.approx(7 * 427.5 * factor)
    assert limited(capping=False).amount == pytest.approx(BARE)


def test_ceiling_then_floor_of_the_former_allocation():
    sheet = limited({**TABLE, "previous_allocation": [300.0, 100.0, 20.0]})
    # P: cap 460, ceiling 428; Q: rich, so 20 at most
    assert [
        sheet.figure(key) for key in ("freed_by_cap", "freed_by_ceiling", "added_by_floor")
    ] == pytest.approx([73.7, 460 - 428 + 1.6, 0])
    assert sheet.amount[:2].sum() == pytest.approx(428.0) and sheet.amount[2] == pytest.approx(20.0)
    sheet = limited({**TABLE, "previous_allocation": [700.0, 100.0, 21.0]})
    # P: cap 460 but at least .76 of 800
    assert sheet.amount[:2].sum() == pytest.approx(608.0)
    assert sheet.figure("added_by_floor") == pytest.approx(148.0)


def test_former_less_developed_region_keeps_a_share_of_what_it_had():
    sheet = limited(
        {**TABLE, "previous_allocation": [300.0, 200.0, 20.0], "previously_less_developed": [1, 1, 0]}
    )
    factor = 460.0 / 533.7
    assert sheet["safety_net"] == pytest.approx([0, 120 - 106.2 * factor, 0])
    assert sheet["transition_amount"][1] == pytest.approx(120.0)


def test_limits_without_figures_are_told():
    told = {step.key: step.columns for step in limited().skipped}
    assert told["ceiling"] == told["floor"] == ("previous_allocation",)
    assert told["safety_net"] == ("previous_allocation", "previously_less_developed")
    bare = {key: value for key, value in TABLE.items() if key != "projected_output"}
    assert {step.key: step.columns for step in limited(bare).skipped}["cap"] == ("projected_output",)
    skipped = {step.key for step in limited(period="2014-2020").skipped}
    assert "cap_crisis" in skipped


def test_a_total_is_met_between_the_limits():
    sheet = limited(total=480.0)
    # in proportion P would get 461.3, but its cap is 460: Q takes the rest
    assert sheet.amount[:2].sum() == pytest.approx(460.0) and sheet.amount[2] == pytest.approx(20.0)
    assert sheet.amount[0] / sheet.amount[1] == pytest.approx(427.5 / 106.2)
    with pytest.raises(InputError, match="does not fit") as caught:
        limited(total=1e6)
    assert caught.value.problems[0].where == "formulas.berlin.total"
    assert limited(total=1e6, capping=False).amount.sum() == pytest.approx(1e6)


def test_at_most_a_third_is_of_the_cohesion_fund_where_states_joined_later():
    table = {**TABLE, "area_km2": [1e4, 1e4, 1e4], "reference_output_index": [0.74, 0.8, 1.3]}
    before = limited(table, capping=False)
    after = limited({**table, "joined_since_2004": [1, 1, 0]}, capping=False)
    state = before["formula"][:2].sum()
    assert before["cohesion_fund"].sum() == pytest.approx(125.8)
    fund = after["cohesion_fund_amount"]
    assert 125.8 * 3 < state  # under a third at first, so nothing moves
    assert fund.sum() == pytest.approx(125.8)
    poor = {**table, "gni_index": [0.83, 0.83, 1.25]}
    before = limited(poor, capping=False)
    after = limited({**poor, "joined_since_2004": [1, 1, 0]}, capping=False)
    state = before["formula"][:2].sum()
    assert 125.8 * 3 > state
    assert after["cohesion_fund_amount"].sum() == pytest.approx(state / 3)
    assert after.amount[:2].sum() == pytest.approx(state)
    assert after["cohesion_fund_moved"].sum() == pytest.approx(125.8 - state / 3)


@pytest.fixture(scope="module")
def eu():
    return sc.load_case("eu").setting


def sheet_of_eu(setting, **values):
    formula = registry.formulas.get("berlin")()
    return formula.worked(setting, formula.Params(**values))


def test_the_bundled_case_gives_plausible_money(eu):
    sheet = sheet_of_eu(eu)
    category, people = sheet["category"], sheet["population"]
    assert (category == np.char.replace(eu.graph.level("category").values.astype(str), " ", "_")).all()
    per_head = [
        sheet["formula"][category == c].sum() / people[category == c].sum()
        for c in ("less_developed", "transition", "more_developed")
    ]
    assert per_head[0] > 2 * per_head[1] > 2 * per_head[2] > 0
    for line in ("less_developed", "transition", "more_developed"):
        assert (sheet[line][category == line] > 0).all() and (sheet[line][category != line] == 0).all()
    state = np.unique(eu.graph.level("member_state").values.astype(str), return_inverse=True)[1]
    after = np.bincount(state, sheet.amount)[state] / sheet.figure("indexation")
    assert (after <= sheet["cap"] * (1 + 1e-9)).all()
    assert sheet.amount == pytest.approx(sum(sheet[line] for line in sheet.lines))
    # within a third of Article 110, without claim to more
    assert sheet.figure("less_developed_law") == pytest.approx(202_226.984629)
    assert 2 / 3 < sheet.figure("less_developed_limited") / sheet.figure("less_developed_law") < 4 / 3
    assert sheet.figure("less_developed_formula") > sheet.figure("less_developed_limited")
    assert sheet.figure("outermost_formula") == pytest.approx(sheet.figure("outermost_law"), rel=0.05)


def test_the_bundled_case_names_what_it_lacks(eu):
    sheet = sheet_of_eu(eu)
    lacking = {column for step in sheet.skipped for column in step.columns}
    assert sheet.partial
    assert {
        "youth_unemployed",
        "low_education",
        "emissions_excess",
        "net_migration",
        "previous_allocation",
    } <= lacking
    said = dict(sheet.remarks)
    assert said["difference"]["law"] == "202,227"
    assert {
        "gni_stand_in",
        "labour_force_stand_in",
        "output_stand_in",
        "limits_missing",
        "no_claim",
    } <= said.keys()


@pytest.mark.parametrize("period", ["2007-2013", "2014-2020", "2021-2027", "2018-proposal"])
def test_everything_on_the_sheet_has_words_in_both_languages(eu, period):
    words = registry.formulas.get("berlin").words
    for values in ({}, {"total": 40000.0, "capping": False}):
        sheet = sheet_of_eu(eu, period=period, **values)
        keys = [item.key for item in (*sheet.steps, *sheet.totals, *sheet.skipped)]
        assert not [key for key in keys if not {"en", "zh"} <= words.get(key, {}).keys()]
        assert len({step.key for step in sheet.steps}) == len(sheet.steps)
        for key, filling in sheet.remarks:
            assert all(words[key][language].format(**filling) for language in ("en", "zh"))
        assert np.isfinite(sheet.amount).all() and (sheet.amount >= 0).all()


def test_a_total_for_the_bundled_case_is_met_and_keeps_the_caps(eu):
    total = 40_000.0
    sheet = sheet_of_eu(eu, total=total, indexed=False)
    assert sheet.amount.sum() == pytest.approx(total)
    state = np.unique(eu.graph.level("member_state").values.astype(str), return_inverse=True)[1]
    assert (np.bincount(state, sheet.amount)[state] <= sheet["cap"] * (1 + 1e-9)).all()
