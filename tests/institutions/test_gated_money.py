"""Who can pay, host and assist whom: each instrument by hand, by any members, and against every assignment."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.instruments.bargain import Bargain
from spatialcoord.instruments.between import distance
from spatialcoord.instruments.parks import Parks
from spatialcoord.instruments.partnership import Partnership
from spatialcoord.planner.evaluate import objective_value
from spatialcoord.registry import instruments
from tests.institutions.leagues import (
    ASSISTANCE,
    COMPENSATION,
    MANY,
    NAMED,
    NOTHING,
    SHARING,
    formed,
    four,
    institution,
    solved,
    wrong,
)
from tests.instruments.agreement import certified
from tests.instruments.between import WITH, country, net_is_zero
from tests.planner.conftest import toy


def test_only_members_pay_for_protection_and_others_gain_without_paying():
    """C and D both gain from A; only C is bound with it."""
    links = [("A", "C", "river"), ("A", "D", "river"), ("B", "C", "river"), ("A", "B", "contiguity")]
    case = country(
        f"{WITH}, {COMPENSATION}: {{benefit: 0.004}}", formed(institution("A, C", "environment")), links=links
    )
    setting, params = case.setting, case.scenario.instruments[COMPENSATION]
    bargain = Bargain(setting, params)
    assert list(bargain.pairs) == [(2, 0), (2, 1), (3, 0)] and bargain.bound.tolist() == [True, False, False]
    # A forgoes 30; C is served by two, so A is worth half of .004 of 80,000 to it, and D's 400 do not count
    np.testing.assert_allclose(bargain.benefit, [160.0, 160.0, 400.0])
    np.testing.assert_allclose(bargain.price, [30 + (160 - 30) / 2, 0.0, 0.0, 0.0])
    model, outcome, _ = solved(case)
    received, paid = (outcome.amounts[f"{COMPENSATION}.{part}"] for part in ("received", "paid"))
    assert received[0].sum() > 0 and not received[1:].any()
    assert not paid[[0, 1, 3]].any()
    net_is_zero(outcome.after.effects)
    told = sc.solve(model).dataset
    assert list(told[f"{COMPENSATION}_pair"].values) == ["C>A"]
    gain = told[f"{COMPENSATION}_gain"].values
    protection = told[f"{COMPENSATION}_protection"].values[0] / 100
    growth = setting.growth_factor[: len(setting.years)]
    np.testing.assert_allclose(gain[3], 400 * protection * growth, rtol=1e-9)
    assert (gain[[0, 2]] >= -1e-9).all() and not gain[1].any()


def test_agreements_by_hand_need_an_institution_that_binds_both():
    listed = "pairs: agreements, agreements: [{payer: C, receiver: A}, {payer: D, receiver: C}, {payer: D, receiver: B}]"
    said = wrong(four(COMPENSATION, listed, formed(institution("A, C", "environment", "basin"))))
    assert "agreements.0" not in said
    assert "agreements.1: 'D' and 'C' cannot agree on water and environment (affair environment)" in said
    assert "'basin' decides it and lacks 'D'." in said and "'basin' decides it and lacks 'D' and 'B'." in said
    assert "Make both members of one with the affair environment" in said
    said = wrong(four(COMPENSATION, listed, formed(institution("A, C", "market", "basin"))))
    assert said.count("None of those formed decides it: basin.") == 3
    two = formed(institution("A, C", "environment", "basin"), institution("B, D", "environment", "delta"))
    said = wrong(four(COMPENSATION, listed, two))
    assert (
        said.count("cannot agree") == 1
        and "'basin' decides it and lacks 'D'. 'delta' decides it and lacks 'C'." in said
    )
    whole = four(COMPENSATION, listed, formed(institution("A, B, C, D", "environment")))
    assert certified(sc.build(whole)).amounts[f"{COMPENSATION}.received"].sum() > 0


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000),
    members=st.sets(st.integers(0, 7), min_size=2, max_size=6),
    split=st.floats(0.0, 1.0),
    benefit=st.floats(2e-3, 1e-2),
    kind=st.sampled_from(["equity_adjusted_mean", "minimise_index", "maximise_mean"]),
)
def test_whoever_the_members_are_nobody_loses_and_no_other_pays(seed, members, split, benefit, kind):
    lines = f"{WITH}, {COMPENSATION}: {{pairs: neighbours, split: {split}, benefit: {benefit}}}"
    league = formed(institution(", ".join(f"R{i}" for i in members), "environment"))
    more = (f"objective.kind={kind}", "economy.segments=2", "objective.output_floor=0.5")
    case = toy(8, seed, f"instruments={{{lines}}}", league, *more)
    setting, params = case.setting, case.scenario.instruments[COMPENSATION]
    try:
        model = sc.build(case)
    except InputError as error:
        said = ("(affair environment)", "would be paid nothing", "is worth what it costs")
        assert any(words in str(error) for words in said)
        return
    amounts = certified(model).amounts
    received, paid = (amounts[f"{COMPENSATION}.{part}"] for part in ("received", "paid"))
    others = np.setdiff1d(np.arange(8), list(members))
    assert not received[others].any() and not paid[others].any()
    effects = instruments.get(COMPENSATION)().response(setting, params, {"received": received, "paid": paid})
    gain = effects["output"] @ setting.year_in_period + effects["compensation"]
    assert (gain >= -1e-9 * max(1.0, received.max())).all()
    net_is_zero(effects)


def test_who_pays_each_other_is_told_and_may():
    listed = "pairs: agreements, agreements: [{payer: C, receiver: A}, {payer: A, receiver: C}]"
    setting = four(COMPENSATION, listed).setting
    part, params = instruments.get(COMPENSATION)(), setting.scenario.instruments[COMPENSATION]
    assert part.check(setting, params) == []
    (remark,) = part.remarks(setting, params)
    assert remark.what == "'A' and 'C' pay each other for protection" and remark.where.endswith(
        "agreements.1"
    )


def test_who_gains_without_being_bound_is_named_where_nobody_agrees_for_want_of_worth():
    values = "benefit: 0.0008, opportunity_cost: 0.002"
    links = [("A", "C", "river"), ("A", "D", "river")]
    made = [
        country(f"{WITH}, {COMPENSATION}: {{{values}}}", override, links=links)
        for override in (NOTHING, formed(institution("A, C", "environment")))
    ]
    assert certified(sc.build(made[0])).amounts[f"{COMPENSATION}.received"].sum() > 0
    assert "is not bound by an institution pays nothing" in wrong(
        country(
            f"{WITH}, {COMPENSATION}: {{benefit: 0.0006, opportunity_cost: 0.002}}",
            formed(institution("A, C", "environment")),
            links=links,
        )
    )


def test_parks_stand_between_members_only():
    case = four(SHARING, MANY[SHARING], formed(institution("B, D", "industry")))
    parks = Parks(case.setting, case.scenario.instruments[SHARING])
    assert parks.host.tolist() == [1] and parks.origin.tolist() == [3]
    amount = certified(sc.build(case)).amounts[SHARING]
    assert amount[1].sum() > 0 and not amount[[0, 2, 3]].any()


def test_a_host_takes_the_nearest_of_those_it_can_agree_with():
    """A lies nearest to C, but is bound with D."""
    case = four(SHARING, MANY[SHARING])
    parks = Parks(case.setting, case.scenario.instruments[SHARING])
    assert parks.origin[parks.host == 0].tolist() == [2]
    assert distance(case.setting)[0, 2] < distance(case.setting)[0, 3]
    bound = four(SHARING, MANY[SHARING], formed(institution("A, D", "industry")))
    parks = Parks(bound.setting, bound.scenario.instruments[SHARING])
    assert (parks.host.tolist(), parks.origin.tolist()) == ([0], [3])


def test_listed_parks_need_an_institution():
    listed = "tax_rate: 0.1, pairs: [{origin: C, host: A}, {origin: D, host: B}]"
    said = wrong(four(SHARING, listed, formed(institution("A, C", "industry"))))
    assert "pairs.1: 'D' and 'B' cannot agree on moving firms and sharing their tax (affair industry)" in said
    assert "pairs.0" not in said


def test_partners_are_members_of_one_institution():
    two = formed(institution("A, D", "assistance", "one"), institution("B, C", "assistance", "two"))
    for match in ("optimise", "nearest", "prosperity"):
        case = four(ASSISTANCE, f"{NAMED}, match: {match}", two)
        model = sc.build(case)
        certified(model)
        told = sc.solve(model).dataset[f"{ASSISTANCE}_money"]
        assert sorted(told[f"{ASSISTANCE}_pair"].values) == ["C>B", "D>A"], match


def test_who_is_merely_rich_or_poor_and_bound_with_nobody_stays_out():
    free, bound = (
        four(ASSISTANCE, MANY[ASSISTANCE], o) for o in (NOTHING, formed(institution("A, D", "assistance")))
    )
    params = bound.scenario.instruments[ASSISTANCE]
    assert Partnership(free.setting, params).donor.tolist() == [2, 3]
    partnership = Partnership(bound.setting, params)
    assert (partnership.donor.tolist(), partnership.recipient.tolist()) == ([3], [0])
    amounts = certified(sc.build(bound)).amounts
    given, received = amounts[f"{ASSISTANCE}.given"], amounts[f"{ASSISTANCE}.received"]
    assert given[3].sum() > 0 and not given[:3].any() and received[0].sum() > 0 and not received[1:].any()


def test_who_is_named_and_bound_with_nobody_is_refused():
    said = wrong(four(ASSISTANCE, NAMED, formed(institution("A, D", "assistance"))))
    assert f"instruments.{ASSISTANCE}.donors: 'C' cannot agree with any of the recipients" in said
    assert f"instruments.{ASSISTANCE}.recipients: 'B' cannot agree with any of the donors" in said


def test_numbers_of_partners_are_settled_inside_each_institution():
    """One donor with three recipients beside one with one: two a donor would do for all together, and not for the first."""
    setting = toy(6, 0).setting
    order = [setting.regions[i] for i in np.argsort(-setting.base_output / setting.population)]
    (first, second), poor = order[:2], order[2:]
    values = f"donors: [{first}, {second}], recipients: [{', '.join(poor)}], investing: 0"
    leagues = (
        institution(", ".join([first, *poor[:3]]), "assistance", "one"),
        institution(", ".join([second, poor[3]]), "assistance", "two"),
    )

    def case(more: str = "", match: str = "optimise"):
        lines = f"{WITH}, {ASSISTANCE}: {{{values}, match: {match}{more}}}"
        return toy(6, 0, f"instruments={{{lines}}}", formed(*leagues), "economy.segments=2")

    partnership = Partnership(case().setting, case().scenario.instruments[ASSISTANCE])
    assert sorted(partnership.blocks) == [(1, 1), (1, 3)]
    assert (partnership.partners, partnership.helpers) == (3, 1)
    for match in ("optimise", "nearest"):
        model = sc.build(case(match=match))
        certified(model)
        pairs = set(sc.solve(model).dataset[f"{ASSISTANCE}_pair"].values)
        assert pairs == {*(f"{first}>{region}" for region in poor[:3]), f"{second}>{poor[3]}"}
    said = wrong(case(", partners: 2"))
    assert "1 donors with at most 2 partners each leave some of 3 recipients without one" in said
    assert "Raise `partners` to 3" in said


@pytest.mark.parametrize("seed", range(3))
def test_assistance_is_as_good_as_the_best_assignment_among_members(seed):
    """Two donors bound with three recipients, one with one: every admitted assignment by hand."""
    setting = toy(7, seed).setting
    order = np.argsort(-setting.base_output / setting.population)
    rich, poor = ([setting.regions[i] for i in part] for part in (order[:3], order[3:]))
    leagues = (
        institution(f"{rich[0]}, {rich[1]}, {poor[0]}, {poor[1]}, {poor[2]}", "assistance", "one"),
        institution(f"{rich[2]}, {poor[3]}", "assistance", "two"),
    )
    lines = f"{WITH}, {ASSISTANCE}: {{donors: [{', '.join(rich)}], recipients: [{', '.join(poor)}], effort: 0.01, investing: 0}}"
    case = toy(
        7, seed, f"instruments={{{lines}}}", formed(*leagues), "economy.segments=2", "solver.mip_gap=1e-9"
    )
    _, _, found = solved(case)
    partnership = Partnership(case.setting, case.scenario.instruments[ASSISTANCE])
    other, best, tried = sc.build(case), -np.inf, 0
    columns = other.component(f"{ASSISTANCE}.chosen")
    for cells in itertools.product((0.0, 1.0), repeat=int(partnership.able.sum())):
        z = np.zeros(partnership.able.shape)
        z[partnership.able] = cells
        if (
            z.sum(axis=0).min() < 1
            or z.sum(axis=1).min() < 1
            or z.sum(axis=0).max() > partnership.helpers
            or z.sum(axis=1).max() > partnership.partners
        ):
            continue
        for side in ("lower", "upper"):
            getattr(other.arrays.columns, side)[columns.positions] = z.ravel()
        best, tried = max(best, objective_value(case.setting, certified(other).after)), tried + 1
    assert tried == 6 and found == pytest.approx(best, rel=1e-7)


def test_where_institutions_leave_one_partner_each_the_best_is_found_as_well():
    """Presolve settles every partner by itself; the plan handed back must be the one whose objective is told."""
    setting = toy(6, 1).setting
    order = np.argsort(-setting.base_output / setting.population)
    rich, poor = ([setting.regions[i] for i in part] for part in (order[:3], order[3:]))
    lines = f"{WITH}, {ASSISTANCE}: {{donors: [{', '.join(rich)}], recipients: [{', '.join(poor)}], effort: 0.01, investing: 0}}"
    leagues = (
        institution(f"{rich[0]}, {rich[1]}, {poor[0]}, {poor[1]}", "assistance", "one"),
        institution(f"{rich[2]}, {poor[2]}", "assistance", "two"),
    )
    case = toy(6, 1, f"instruments={{{lines}}}", formed(*leagues), "economy.segments=2")
    _, outcome, _ = solved(case)
    assert outcome.certificate["solver_gap"] <= 1e-9
