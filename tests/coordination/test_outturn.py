"""What an agreement brings as it was kept: conservation, who gains by withholding, works that are not paid for."""

from dataclasses import replace

import numpy as np
import pytest

from spatialcoord.coordination.bargaining_set import BargainingSet
from spatialcoord.coordination.outturn import as_kept, brought, by_quality
from spatialcoord.coordination.owing import members_owing, regime_of
from spatialcoord.coordination.paying import payments
from spatialcoord.coordination.quality import qualities
from spatialcoord.coordination.record import INSTITUTION
from spatialcoord.coordination.solutions import agree
from spatialcoord.coordination.supervision import supervise
from tests.coordination.tables import held_of, joint_of, seats_of, with_rivers

YEARS = range(2021, 2026)


@pytest.fixture(scope="module")
def agreed():
    held = held_of(None, affairs=("infrastructure",))
    agreement = agree(held, "nash")
    joint = held.joints[0]
    return agreement, joint, members_owing(joint, agreement, payments(joint, agreement.payments(joint.name)))


def record(agreed, *off, seed=0):
    _, joint, members = agreed
    rules = regime_of([joint])
    return supervise(members, rules.without(*off) if off else rules, YEARS, np.random.default_rng(seed))


def only(found, *keep):
    return replace(found, entries=tuple(e for e in found.entries if keep[0](e)))


def test_everything_kept_is_what_was_agreed_on(agreed):
    agreement = agreed[0]
    np.testing.assert_array_equal(as_kept(agreement, None, 5), agreement.income)
    paid = only(record(agreed), lambda e: e.kind == "payment")
    np.testing.assert_allclose(as_kept(agreement, paid, 5), agreement.income, rtol=1e-12)
    assert brought(paid, "pact") == brought(None, "pact") == 1.0


def test_payments_between_members_that_are_withheld_move_money_and_make_none(agreed):
    agreement, joint, _ = agreed
    found = record(agreed, "enforcement")
    between = only(
        found, lambda e: e.kind == "payment" or (e.kind == "violation" and e.against != INSTITUTION)
    )
    assert any(e.kind == "violation" for e in between.entries)
    kept = as_kept(agreement, between, 5)
    assert kept.sum() == pytest.approx(agreement.income.sum(), rel=1e-9)
    debtors = {joint.table.ids.index(e.who) for e in between.entries if e.kind == "violation"}
    creditors = {joint.table.ids.index(e.against) for e in between.entries if e.kind == "violation"}
    assert all(kept[i] > agreement.income[i] for i in debtors - creditors)
    assert all(kept[i] < agreement.income[i] for i in creditors - debtors)


def test_works_that_are_not_paid_for_are_not_built_and_cost_nobody(agreed):
    agreement, joint, _ = agreed
    everything = record(agreed, "enforcement")
    pool = replace(
        everything,
        entries=tuple(
            replace(e, kind="violation")
            for e in everything.entries
            if e.kind in ("payment", "violation") and e.against == INSTITUTION
        ),
    )
    assert brought(pool, joint.name) == 0.0
    # nothing is built: who would have gained by works does not, who would have given keeps it, payments stand
    expected = agreement.income - np.maximum(agreement.made_in(joint.name), 0.0)
    lost = np.zeros_like(expected)
    for e in pool.entries:
        lost[joint.table.ids.index(e.who)] += e.amount / len(YEARS)
    np.testing.assert_allclose(as_kept(agreement, pool, len(YEARS)), expected + lost, rtol=1e-9, atol=1e-9)


def test_penalties_stay_among_the_members(agreed):
    agreement = agreed[0]
    for seed in range(5):
        found = record(agreed, seed=seed)
        with_fines = as_kept(agreement, found, 5).sum()
        without = as_kept(agreement, only(found, lambda e: e.kind != "penalty"), 5).sum()
        assert with_fines == pytest.approx(without, rel=1e-9)


def test_what_water_pays_more_than_expected_goes_between_up_and_downstream():
    joint = with_rivers(joint_of(n=7))
    held = BargainingSet.of((joint,), seats_of(joint), None)
    agreement = agree(held, "nash")
    setting = held.table.setting
    kept = joint.protection
    assert (agreement.of("pact", "protection") > 0.5).any()
    means = []
    for seed in range(200):
        waters = qualities(held.joints, agreement, setting.years, np.random.default_rng(seed))
        more = by_quality(agreement, waters)
        assert more.sum() == pytest.approx(0.0, abs=1e-9)
        up = kept.provider[0]
        own = [e for e in waters if e["who"] == setting.regions[kept.region[0]]]
        weight = setting.weight @ setting.year_in_period
        surprise = sum(weight[setting.years.index(e["year"])] * (e["amount"] - e["expected"]) for e in own)
        alone = by_quality(agreement, own)
        assert alone[up] == pytest.approx(surprise)
        assert [i for i in range(len(alone)) if alone[i] != 0 and i != up] == np.flatnonzero(
            kept.effect[0] > 0
        ).tolist()
        np.testing.assert_allclose(as_kept(agreement, None, 5, waters), agreement.income + more)
        means.append(surprise)
    # what is expected is what comes on average
    assert abs(np.mean(means)) < 4 * np.std(means) / np.sqrt(len(means))
