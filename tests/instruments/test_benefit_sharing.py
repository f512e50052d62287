"""Relocated industry and its shared tax: caps, who gains, and that only the border's crossing is booked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.instruments.parks import Parks
from spatialcoord.planner.evaluate import same_per_head
from spatialcoord.registry import instruments
from spatialcoord.results import Words, ledger_table
from spatialcoord.results.more import more_sheet
from tests.instruments.agreement import certified
from tests.instruments.between import WITH, country, net_is_zero
from tests.planner.conftest import toy

NAME = "benefit_sharing"
PART = instruments.get(NAME)()


def case_of(chosen: str = "", *more: str, **kwargs):
    return country(f"{WITH}, {NAME}: {{{chosen}}}", *more, **kwargs)


def test_by_hand():
    """10 for a park at .5 a unit move 20 of output from C to A; tax of A is 5 % of output, of which C gets half."""
    case = case_of("pairs: [{origin: C, host: A}], productivity: 0.9, replaced: 0.25", "economy.growth=0.1")
    setting, params = case.setting, case.scenario.instruments[NAME]
    amount = np.zeros((4, 3))
    amount[0, 0] = 10.0
    effects = PART.response(setting, params, amount)
    # paid in the first year, producing from the second, growing by a tenth
    np.testing.assert_allclose(effects["output"][0, :3], [0.0, 0.9 * 22.0, 0.9 * 24.2])
    np.testing.assert_allclose(effects["output"][2, :3], [0.0, -0.75 * 22.0, -0.75 * 24.2])
    np.testing.assert_allclose(effects["compensation"][2], 0.5 * 0.05 * 0.9 * np.array([0.0, 22.0, 24.2]))
    np.testing.assert_allclose(effects["compensation"][0], -effects["compensation"][2])
    assert effects["output"][0, -1] > 0  # it stays when the programme is over
    net_is_zero(effects)
    # what C's treasury needs: .75 of what it loses (8.75 % of output) against 90 % at 5 %
    np.testing.assert_allclose(Parks(setting, params).needed_share, 0.75 * 0.0875 / (0.9 * 0.05))


def test_by_itself_every_poor_region_hosts_the_nearest_rich_one_s_industry():
    parks = Parks(setting := case_of().setting, setting.scenario.instruments[NAME])
    assert [setting.regions[i] for i in parks.host] == ["A", "B"]
    assert [setting.regions[i] for i in parks.origin] == ["C", "D"]


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 1000),
    share=st.floats(0.0, 1.0),
    productivity=st.floats(0.9, 1.1),
    replaced=st.floats(0.0, 1.0),
    leaving=st.floats(5e-4, 1e-2),
    consent=st.sampled_from(["none", "treasury", "income"]),
    kind=st.sampled_from(["equity_adjusted_mean", "minimise_index", "maximise_mean"]),
)
def test_caps_consent_and_conservation(seed, share, productivity, replaced, leaving, consent, kind):
    chosen = f"origin_share: {share}, productivity: {productivity}, replaced: {replaced}, leaving: {leaving}, consent: {consent}"
    case = toy(8, seed, f"instruments={{{WITH}, {NAME}: {{{chosen}}}}}", f"objective.kind={kind}",
               "economy.segments=2", "objective.output_floor=0.5")  # fmt: skip
    try:
        model = sc.build(case)
    except InputError as error:
        assert "no origin consents" in str(error) or "below the mean" in str(error)
        return
    outcome = certified(model)
    setting, params = case.setting, case.scenario.instruments[NAME]
    parks, amount = Parks(setting, params), outcome.amounts[NAME]
    net_is_zero(outcome.after.effects)
    growth = setting.growth_factor @ setting.year_in_period
    moved = amount / params.park_cost
    slack = 1e-6 * max(1.0, moved.max())
    assert not np.delete(moved, parks.host, axis=0).any()
    output = setting.base_output[:, None] * growth
    assert (moved <= params.arriving * output + slack).all()
    left = np.zeros_like(moved)
    np.add.at(left, parks.origin, moved[parks.host])
    assert (left <= leaving * output + slack).all()
    effects = PART.response(setting, params, amount)
    change = effects["output"] @ setting.year_in_period
    if consent == "treasury":
        assert (parks.tax[:, None] * change + effects["compensation"] >= -slack).all()
    if consent == "income":
        assert (change + effects["compensation"] >= -slack).all()
    national = effects["output"].sum()
    assert national == pytest.approx(
        (productivity + replaced - 1) * (parks.standing @ moved.sum(axis=0)).sum(), abs=slack
    )


def test_the_same_money_per_head_is_among_hosts_within_what_they_can_take():
    case = case_of()
    amount = np.zeros((4, 3))
    amount[0] = 20.0
    equal = same_per_head(case.setting, {NAME: amount})[NAME]
    np.testing.assert_allclose(equal.sum(axis=0), 20.0)
    assert not equal[2:].any() and (equal[1] > equal[0]).all()


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("pairs: [{origin: C, host: A}, {origin: D, host: A}]", "Keep one origin for 'A'"),
        ("pairs: [{origin: C, host: C}]", "its own industry"),
        ("pairs: [{origin: D, host: C}, {origin: C, host: A}]", "both host and origin"),
        ("pairs: [{origin: C, host: X}]", "no region 'X'"),
        ("consent: income", "no origin consents"),
    ],
)
def test_mistakes_are_told_with_what_to_do(chosen, said):
    with pytest.raises(InputError, match=said):
        sc.build(case_of(chosen))


def test_the_remedy_for_consent_works():
    with pytest.raises(InputError, match="Raise `origin_share` to") as told:
        sc.build(case_of("consent: treasury, replaced: 0.65"))
    share = float(str(told.value).split("`origin_share` to ")[1].split(" ")[0])
    certified(sc.build(case_of(f"consent: treasury, replaced: 0.65, origin_share: {share}")))


def test_both_ends_are_told():
    plan = sc.solve(sc.build(case_of("replaced: 0.5")))
    data = plan.dataset
    moved = data[f"{NAME}_output"].sum("year")
    assert list(moved[f"{NAME}_output_pair"].values) == ["C>A", "D>B"] and (moved > 0).all()
    assert (data[f"{NAME}_gain"].sel(region=["A", "B"]).sum("year") > 0).all()
    assert (data[f"{NAME}_gain"].sel(region=["C", "D"]).sum("year") < 0).all()
    np.testing.assert_allclose(
        data[f"{NAME}_tax_shared"].sum(), np.maximum(data["compensation"], 0.0).sum(), rtol=1e-9
    )
    assert abs(ledger_table(plan)["compensation"].sum()) < 1e-6
    for lang in ("en", "zh"):
        rows = more_sheet(plan, Words(plan, lang)).rows
        assert any("→" in row[1] for row in rows)
    policy = PART.policy(
        case_of("replaced: 0.5").setting,
        plan_params("replaced: 0.5"),
        data["amount"].sel(instrument=NAME).values,
    )
    np.testing.assert_allclose(
        policy.shifted @ case_of().setting.year_in_period, data[f"{NAME}_moved"], atol=1e-6
    )


def plan_params(chosen: str):
    return case_of(chosen).scenario.instruments[NAME]


def test_the_share_needed_over_the_horizon_pays_for_the_years_after_the_programme():
    """By hand: the origin's tax lost in every period against the tax shared in the programme's years."""
    case = case_of(
        "pairs: [{origin: C, host: A}], replaced: 0.25", "economy.growth=0.1", "economy.discount_rate=0.05"
    )
    setting, params = case.setting, case.scenario.instruments[NAME]
    parks, amount = Parks(setting, params), np.zeros((4, 3))
    assert np.isnan(parks.needed_over_horizon(amount)).all()
    amount[0] = [10.0, 4.0, 0.0]
    effects = PART.response(setting, params, amount)
    lost = -parks.tax[2] * effects["output"][2] @ setting.weight
    shared = effects["compensation"][2] @ (setting.weight @ setting.year_in_period)
    needed = parks.needed_over_horizon(amount)
    np.testing.assert_allclose(needed, params.origin_share * lost / shared)
    assert (needed > parks.needed_share).all()
    last = setting.periods.index(setting.years[-1])
    np.testing.assert_allclose(parks.made_at_end(amount), effects["output"][0, last])
    amount[0] = [0.0, 0.0, 1.0]  # opens when sharing is over
    assert np.isinf(parks.needed_over_horizon(amount)).all()
