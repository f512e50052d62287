"""Disputes: who rules, what is awarded, and that every one ends."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from spatialcoord.coordination.disputes import (
    STATES,
    Dispute,
    Superior,
    award,
    lowest_common_superior,
    year_of,
)
from spatialcoord.coordination.oversight import Procedure
from spatialcoord.coordination.regime import Member
from tests.coordination.agreements import GROUPS, members, regime, regimes, run

LEVELS = {"macro": GROUPS["macro"], "half": {"a": "x", "b": "x", "c": "x", "d": "y"}}
MONTH = 12 * 2022  # the end of 2021
CASE = Dispute(1, "pact", "b", "a", 2.0, MONTH, penalty=0.5, ends=2030)


@pytest.mark.parametrize(
    ("parties", "superior"),
    [
        ("ab", Superior("macro", "north")),
        ("cd", Superior("macro", "south")),
        ("ac", Superior("half", "x")),
        ("ad", Superior()),
        ("abc", Superior("half", "x")),
        ("az", Superior()),
    ],
)
def test_the_lowest_body_above_both_rules(parties, superior):
    assert lowest_common_superior(LEVELS, parties) == superior
    assert lowest_common_superior({}, parties) == Superior("", "nation")


def test_a_dispute_that_mediation_does_not_settle_passes_every_state_in_time():
    procedure, seen, now = Procedure(), [], CASE
    while now.state != "closed":
        seen.append((now.state, now.month - MONTH))
        now, _ = now.step(procedure)
    assert seen == [("claim", 0), ("mediation", 3), ("arbitration", 9), ("enforcement", 21)]
    assert now.month - MONTH == 27 == procedure.bound()
    assert now.step(procedure) == (now, ())


def test_what_happens_is_told():
    closed, entries = CASE.settle(Procedure(ruling_cost=0.1))
    assert [e.kind for e in entries] == [
        "claim", "mediation", "arbitration", "ruling", "cost", "arrears", "penalty",
    ]  # fmt: skip
    by = {e.kind: e for e in entries}
    assert by["claim"].who == "b" and by["claim"].against == "a" and by["claim"].year == 2021
    # nothing is left to gain: all that was owed and the whole penalty
    assert by["ruling"].amount == closed.award == pytest.approx(3.0) and by["ruling"].ruling == "nation"
    assert (by["arrears"].amount, by["penalty"].amount) == pytest.approx((2.0, 1.0))
    assert by["cost"].amount == pytest.approx(0.2) and by["cost"].who == "a"
    assert by["penalty"].year == 2024 and by["penalty"].state == "closed"


def test_a_settlement_pays_what_was_owed_and_no_penalty():
    closed, entries = replace(CASE, settles=True).settle(Procedure(mediation=9, settlement=0.3))
    assert [e.kind for e in entries] == ["claim", "mediation", "settlement"]
    assert closed.award == 2.0 and entries[-1].amount == 2.0 and entries[-1].probability == 0.3
    assert entries[-1].year == 2022


def test_a_pair_that_has_had_enough_disputes_skips_mediation():
    _, entries = replace(CASE, settles=True, straight=True).settle(Procedure())
    assert [e.kind for e in entries][:3] == ["claim", "straight", "arbitration"]


def test_the_body_of_a_layer_is_faster_and_cheaper():
    near, _ = replace(CASE, superior=Superior("macro", "north")).settle(Procedure())
    far, _ = CASE.settle(Procedure())
    assert far.month - near.month == 6
    cost = {
        s.group: next(e.amount for e in replace(CASE, superior=s).settle(Procedure())[1] if e.kind == "cost")
        for s in (Superior("macro", "north"), Superior())
    }
    assert cost["north"] == pytest.approx(0.4 * cost["nation"])


@given(
    st.floats(-3, 3e5),
    st.floats(-3, 3e5),
    st.floats(0.01, 3),
    st.sampled_from([(1.0, 1.0), (3.0, 1.0), (0.2, 1.0)]),
)
def test_an_award_is_the_weighted_nash_solution_of_what_is_left(debtor, creditor, penalty, voice):
    found = award(debtor, creditor, penalty, voice)
    low, high = max(1.0, -creditor), min(1.0 + penalty, debtor)
    if high - low <= 1e-6:
        assert 1.0 <= found <= 1.0 + penalty + 1e-12
        return
    # a concave function of one number
    best = minimize_scalar(
        lambda x: -voice[0] * np.log(debtor - x) - voice[1] * np.log(creditor + x),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-10},
    )
    value = voice[0] * np.log(max(debtor - found, 1e-300)) + voice[1] * np.log(max(creditor + found, 1e-300))
    assert low - 1e-6 <= found <= high + 1e-6
    assert value >= -best.fun - 1e-6


def test_awards_by_hand():
    assert award(0.5, 4.0, 1.0) == 2.0  # the debtor has less left than it withheld: the whole penalty
    assert award(4.0, -3.0, 1.0) == 2.0  # so has the creditor
    assert award(4.0, 1.0, 1.0) == pytest.approx(1.5)  # both end with 2.5
    assert award(4.0, 1.0, 1.0, (1.0, 4.0)) == pytest.approx(2.0)  # a louder creditor gets all there is
    assert award(4.0, 9.0, 1.0) == pytest.approx(1.0)  # never less than what was owed
    assert award(50.0, 1.0, 0.0) == 1.0


def test_a_ruling_weighs_what_the_years_after_it_bring():
    # ruled in 2023: three years are left, worth 2.723 times a year
    case = replace(CASE, ends=2026, discount_rate=0.05, worth=(2.5, 0.4))
    left = 1 / 1.05 + 1 / 1.05**2 + 1 / 1.05**3
    closed, entries = case.settle(Procedure(ruling_cost=0.05))
    (ruling,) = (e for e in entries if e.kind == "ruling")
    assert ruling.year == 2023
    # both end with the same beyond no agreement
    assert closed.award == pytest.approx((2.5 * left - 0.1 - 0.4 * left) / 2, abs=1e-6)
    # once the agreement has ended nothing is left, and all that was threatened is due
    assert replace(case, ends=2023).settle(Procedure())[0].award == pytest.approx(3.0)


@given(members(), regimes(), st.integers(0, 9))
def test_every_dispute_ends_by_its_bound_and_passes_states_in_order(parties, rules, seed):
    record = run(parties, rules, seed)
    bound = rules.procedure.bound(rules.institutions["pact"].delay)
    numbers = [e.dispute for e in record.of_kind("claim")]
    assert numbers == sorted(set(numbers))
    for number in numbers:
        violation, *steps = record.of_dispute(number)
        assert violation.kind == "violation" and steps[0].kind == "claim"
        ranks = [STATES.index(e.state) for e in steps]
        assert ranks == sorted(ranks) and steps[-1].state == "closed"
        assert steps[-1].year <= year_of(12 * (violation.year + 1) + bound)
        back = sum(e.amount for e in steps if e.kind in ("settlement", "arrears"))
        fined = sum(e.amount for e in steps if e.kind == "penalty")
        assert back == pytest.approx(violation.amount)
        # a penalty is an award less what was withheld, and rounded as such
        assert fined <= (rules.institutions["pact"].penalty + 1e-9) * violation.amount


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 5))
def test_the_bound_is_reached_and_never_passed(claim, mediation, arbitration, layer, delay):
    procedure = Procedure(claim=claim, mediation=mediation, arbitration=arbitration, arbitration_layer=layer)
    lasted = [
        replace(CASE, delay=delay, superior=s, straight=straight, settles=settles).settle(procedure)[0].month
        - MONTH
        for s in (Superior(), Superior("macro", "north"))
        for straight in (False, True)
        for settles in (False, True)
    ]
    assert max(lasted) == procedure.bound(delay)


@given(members(), regimes(layer="", milestones=False), st.integers(0, 9))
def test_a_middle_layer_changes_only_disputes_inside_its_groups(parties, rules, seed):
    plain = run(parties, rules, seed)
    layered = run(
        parties,
        replace(
            rules, institutions={"pact": rules.institutions["pact"].model_copy(update={"layer": "macro"})}
        ),
        seed,
    )
    assert {e.dispute for e in plain.entries} == {e.dispute for e in layered.entries}
    group = GROUPS["macro"]
    # money for the pool is owed to all members: inside a group only if all of them are
    whole = len({group[m.name] for m in parties}) == 1
    for number in {e.dispute for e in plain.entries if e.dispute}:
        before, after = plain.of_dispute(number), layered.of_dispute(number)
        debtor, creditor = before[0].who, before[0].against
        inside = group[debtor] == group[creditor] if creditor else whole
        if not inside:
            assert before == after
        ruled = {e.ruling for e in after if e.kind == "ruling"}
        assert ruled <= {group[debtor] if inside else "nation"}
        assert {e.ruling for e in before if e.kind == "ruling"} <= {"nation"}
    assert [e for e in plain.entries if not e.dispute] == [e for e in layered.entries if not e.dispute]


def test_after_k_disputes_of_a_pair_the_next_goes_straight_to_arbitration():
    parties = [Member("pact", "a", -1.0, {"b": 1.0}), Member("pact", "b", 1.0, {"a": 0.0})]
    record = run(parties, regime(enforcement=1.0, penalty=0.0, straight_after=2, settlement=1.0))
    assert len(record.of_kind("claim")) == 8
    assert [e.dispute for e in record.of_kind("straight")] == [3, 4, 5, 6, 7, 8]
    assert [e.dispute for e in record.of_kind("settlement")] == [1, 2]


def test_a_louder_party_and_one_with_less_to_gain_get_the_better_ruling():
    def fined(debtor, creditor, gain=0.0):
        parties = [
            Member("pact", "a", 0.12, {"b": 1.0}, voice=debtor),
            Member("pact", "b", gain, {}, voice=creditor),
        ]
        rules = regime(enforcement=0.3, settlement=0.0, shock=3.0, discount_rate=0.03)
        return run(parties, rules, 3, range(2021, 2071)).totals["penalty_paid"]

    assert 0 < fined(10.0, 1.0) < fined(1.0, 1.0) < fined(1.0, 10.0)
    assert fined(1.0, 10.0, gain=0.5) < fined(1.0, 10.0)
