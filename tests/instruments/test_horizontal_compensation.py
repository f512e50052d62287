"""Payments between regions for protection: along rivers, voluntary on both sides, capped, and zero in sum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.instruments.bargain import Bargain
from spatialcoord.planner.evaluate import evaluate, same_per_head
from spatialcoord.registry import instruments
from spatialcoord.results import ledger_table
from tests.instruments.agreement import certified
from tests.instruments.between import WITH, country, net_is_zero
from tests.planner.conftest import toy

NAME = "horizontal_compensation"
PART = instruments.get(NAME)()


def case_of(chosen: str = "", *more: str, **kwargs):
    return country(f"{WITH}, {NAME}: {{{chosen}}}", *more, **kwargs)


def money(setting, **received):
    """Amounts of the first programme year, given at the prices of the year of the figures."""
    amount = np.zeros((len(setting.regions), len(setting.years)))
    for region, value in received.items():
        amount[setting.regions.index(region), 0] = value * setting.growth_factor[0]
    return {"received": amount, "paid": np.zeros_like(amount)}


def test_by_hand():
    """A forgoes 30; C, served by two, gains 80 from A; the price of full protection is 30 + (80-30)/2 = 55."""
    setting = case_of().setting
    params = setting.scenario.instruments[NAME]
    bargain = Bargain(setting, params)
    np.testing.assert_allclose(bargain.price, [55.0, 65.0, 140.0, 0.0])
    np.testing.assert_allclose(
        bargain.most[:, 0], np.array([9e3, 9e3, 12e3, 0.0]) * 0.002 * setting.growth_factor[0]
    )
    effects = PART.response(setting, params, money(setting, A=11.0, C=14.0))
    growth = setting.growth_factor[0]
    np.testing.assert_allclose(effects["compensation"][:, 0] / growth, [11.0, 0.0, 14.0 - 11.0, -14.0])
    # a fifth of full protection in A, a tenth in C
    np.testing.assert_allclose(effects["output"][:, 0] / growth, [-6.0, 0.0, 16.0 - 8.0, 20.0])
    assert not effects["output"][:, 1:].any()
    net_is_zero(effects)


def test_downstream_pays_upstream_only_and_one_service_is_told_once():
    case = case_of(
        links=[("A", "C", "river"), ("A", "C", "river"), ("A", "D", "river"), ("B", "C", "contiguity")]
    )
    assert list(Bargain(case.setting, case.scenario.instruments[NAME]).pairs) == [(2, 0), (3, 0)]
    model = sc.build(case)
    amounts = certified(model).amounts
    received, paid = amounts[f"{NAME}.received"], amounts[f"{NAME}.paid"]
    assert received[0].sum() > 0 and not received[1:].any() and not paid[:2].any()
    told = sc.solve(model).dataset[f"{NAME}_payment"]
    assert list(told[f"{NAME}_pair"].values) == ["C>A", "D>A"]
    np.testing.assert_allclose(told.sum().item(), received.sum(), rtol=1e-6)
    # both gain from the same water, so they pay by what it is worth to them
    np.testing.assert_allclose(told.sel(**{f"{NAME}_pair": "C>A"}) / told.sum(f"{NAME}_pair"), 80 / 180)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 1000),
    split=st.floats(0.0, 1.0),
    cost=st.floats(1e-4, 2e-3),
    benefit=st.floats(1e-3, 1e-2),
    cap=st.floats(1e-4, 1e-2),
    pairs=st.sampled_from(["river", "neighbours"]),
    kind=st.sampled_from(["equity_adjusted_mean", "minimise_index", "maximise_mean"]),
)
def test_voluntary_capped_and_zero_in_sum(seed, split, cost, benefit, cap, pairs, kind):
    chosen = (
        f"split: {split}, opportunity_cost: {cost}, benefit: {benefit}, payment_cap: {cap}, pairs: {pairs}"
    )
    case = toy(9, seed, f"instruments={{{WITH}, {NAME}: {{{chosen}}}}}", f"objective.kind={kind}",
               "economy.segments=2", "objective.output_floor=0.5")  # fmt: skip
    try:
        model = sc.build(case)
    except InputError as error:
        assert "worth what it costs" in str(error)
        return
    outcome = certified(model)
    setting, params = case.setting, case.scenario.instruments[NAME]
    bargain = Bargain(setting, params)
    received = outcome.amounts[f"{NAME}.received"]
    paid = outcome.amounts[f"{NAME}.paid"]
    net_is_zero(outcome.after.effects)
    protection = bargain.protection(received)
    assert protection.max() <= 1 + 1e-6
    growth = setting.growth_factor @ setting.year_in_period
    slack = 1e-6 * max(1.0, received.max())
    assert (received >= bargain.cost[:, None] * growth * protection - slack).all()
    for provider, worth, share in zip(bargain.provider, bargain.benefit, bargain.share, strict=True):
        assert (share * received[provider] <= worth * growth * protection[provider] + slack).all()
    assert (paid <= cap * setting.attribute("own_revenue")[:, None] * growth + slack).all()
    # nobody loses by agreements
    effects = PART.response(setting, params, {"received": received, "paid": paid})
    assert (effects["output"] @ setting.year_in_period + effects["compensation"] >= -slack).all()


def test_no_service_no_payment_and_no_programme_no_effect():
    setting = case_of().setting
    effects = PART.response(setting, setting.scenario.instruments[NAME], money(setting))
    assert not any(values.any() for values in effects.values())


def test_agreements_are_held_to_their_limit_and_a_figure_can_say_the_cost():
    listed = "pairs: agreements, agreements: [{payer: D, receiver: A, at_most: 7, purpose: forest}]"
    outcome = certified(sc.build(case_of(listed)))
    np.testing.assert_allclose(outcome.amounts[f"{NAME}.received"][0], 7.0, rtol=1e-6)
    setting = case_of("cost_figure: area_km2", area_km2=[10.0, 20.0, 30.0, 40.0]).setting
    np.testing.assert_allclose(Bargain(setting, setting.scenario.instruments[NAME]).price[0], 45.0)


def test_neighbours_the_richer_pays():
    case = case_of(
        "pairs: neighbours", links=[("D", "A", "contiguity"), ("A", "B", "link"), ("A", "C", "river")]
    )
    # output per head: A 30, B 25, D 100 thousand
    assert set(Bargain(case.setting, case.scenario.instruments[NAME]).pairs) == {(3, 0), (0, 1)}


@pytest.mark.parametrize(
    ("chosen", "links", "said"),
    [
        ("", [("A", "B", "contiguity")], "no links of kind river"),
        ("pairs: neighbours", [("A", "B", "river")], "no neighbours"),
        ("pairs: agreements", None, "no agreement is listed"),
        ("agreements: [{payer: D, receiver: A}]", None, "but `pairs` is river"),
        ("pairs: agreements, agreements: [{payer: D, receiver: X}]", None, "no region 'X'"),
        ("pairs: agreements, agreements: [{payer: D, receiver: D}]", None, "would pay itself"),
        (
            "pairs: agreements, agreements: [{payer: D, receiver: A}, {payer: D, receiver: A}]",
            None,
            "given twice",
        ),
        ("benefit: 0.0002", None, "worth what it costs"),
        ("cap_of: personal_income", None, "personal_income"),
    ],
)
def test_mistakes_are_told_with_what_to_do(chosen, links, said):
    with pytest.raises(InputError, match=said):
        sc.build(case_of(chosen, links=links))


def test_its_policy_states_payments_and_output():
    case = case_of()
    setting, params = case.setting, case.scenario.instruments[NAME]
    amount = money(setting, A=11.0)
    policy, effects = PART.policy(setting, params, amount), PART.response(setting, params, amount)
    np.testing.assert_array_equal(policy.money["compensation"], effects["compensation"])
    np.testing.assert_array_equal(policy.shifted, effects["output"])


def test_on_the_rivers_of_china():
    """72 links, regions with several neighbours upstream and downstream, some of them both for each other."""
    case = sc.load_case("china", [f"instruments.{NAME}={{}}"])
    model = sc.build(case)
    certified(model)
    plan = sc.solve(model)
    data, links = plan.dataset, case.graph.links
    rivers = set(links[links["kind"] == "river"][["b", "a"]].itertuples(index=False, name=None))
    payment = data[f"{NAME}_payment"]
    ends = zip(payment[f"{NAME}_payer"].values, payment[f"{NAME}_receiver"].values, strict=True)
    assert {(str(p), str(r)) for p, r in ends} == rivers
    # what is told by pair is what regions get and pay
    received = data["beside"].sel(line=f"{NAME}.received")
    by_pair = payment.groupby(f"{NAME}_receiver").sum().rename({f"{NAME}_receiver": "region"})
    np.testing.assert_allclose(received.sel(region=by_pair["region"]).values, by_pair.values, atol=1e-6)
    assert (data[f"{NAME}_gain"] >= -1e-6).all()
    table = ledger_table(plan)
    assert abs(table["compensation"].sum()) <= 1e-6 and table["compensation"].any()
    equal = same_per_head(case.setting, {n: data["beside"].sel(line=n).values for n in data["line"].values})
    assert not any(values.any() for values in equal.values())
    nothing = evaluate(case.setting, equal)
    np.testing.assert_array_equal(nothing.target, evaluate(case.setting, {}).target)
