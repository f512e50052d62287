"""Agreements: rules recomputed from amounts, axioms of each concept, sharing rules against a game written out."""

from dataclasses import replace

import numpy as np
import pytest

from spatialcoord import games
from spatialcoord.coordination.bargaining_set import BargainingSet, most_paid
from spatialcoord.coordination.seats import Seats
from spatialcoord.coordination.solutions import BARGAINING, SHARING, SOLUTIONS, agree, check_solution
from spatialcoord.coordination.worth import Worth
from spatialcoord.errors import InputError
from tests.coordination.tables import every, held_of, joint_of, seats_of

CASES = [(7, 1), (8, 0)]
CAPS = [None, 0.02, 0.001]


def check_rules(held, agreement, cap):
    """Every rule of what can be agreed on, from amounts and not from rows."""
    scale = max(1.0, agreement.total)
    tiny = 1e-6 * scale
    for joint in held.joints:
        arrives = 1.0 - joint.terms.administration
        for affair, pieces in joint.pieces.items():
            amount = agreement.of(joint.name, affair).reshape(pieces.width.shape)
            assert (amount >= -tiny).all() and (amount <= pieces.width * (1 + 1e-9) + tiny).all()
            got, given = amount[:, pieces.sign > 0].sum(), amount[:, pieces.sign < 0].sum()
            assert got <= arrives * given + tiny
        level = agreement.of(joint.name, "protection")
        assert (level >= -1e-9).all() and (level <= 1 + 1e-9).all()
        assert agreement.payments(joint.name).sum() <= -joint.cost + tiny
        outside = np.setdiff1d(np.arange(len(held.table.ids)), joint.members)
        assert np.abs(agreement.payments(joint.name)[outside]).max(initial=0.0) == 0.0
    if cap is not None:
        assert (np.abs(agreement.paid) <= most_paid(held.table, cap) * (1 + 1e-9) + tiny).all()
    np.testing.assert_allclose(agreement.made + agreement.paid, agreement.income, atol=tiny)
    seats = held.seats
    unseated = 1.0 - sum(c for name, c in seats.claim.items() if name in seats.actor)
    for unit in range(len(held.table.ids)):
        taken = agreement.gain[seats.of_unit(unit)].sum()
        assert taken <= agreement.income[unit] - (unseated * agreement.made)[unit] + tiny
    assert (agreement.gain >= -tiny).all()


@pytest.mark.parametrize(("n", "seed"), CASES)
@pytest.mark.parametrize("cap", CAPS)
def test_agreements_keep_every_rule(n, seed, cap):
    held = held_of(cap, n, seed)
    for solution in BARGAINING:
        agreement = agree(held, solution)
        check_rules(held, agreement, cap)
        assert agreement.total > 0
        if cap is None:
            assert agreement.total == pytest.approx(Worth(held.joints[0]).whole, rel=1e-6)
        if cap == 0.001:
            assert agreement.total < 0.9 * Worth(held.joints[0]).whole
    for solution in SHARING:  # they know no cap
        check_rules(held, agree(held, solution), None)


@pytest.mark.parametrize("solution", SHARING)
@pytest.mark.parametrize(("n", "seed"), CASES)
def test_sharing_rules_pay_what_the_game_says(n, seed, solution):
    joint = joint_of(n, seed)
    held = held_of(0.001, n, seed)
    rows = every(n)
    values = Worth(joint)(rows)
    table = {
        tuple(name for name, i in zip(joint.ids, row, strict=True) if i): float(v)
        for row, v in zip(rows, values, strict=True)
    }
    wanted = getattr(games, solution)(
        games.Game.of(joint.ids, lambda s: table[tuple(i for i in joint.ids if i in s)])
    )
    agreement = agree(held, solution)
    np.testing.assert_allclose(
        agreement.income, [wanted.payoff[i] for i in joint.ids], atol=1e-6 * agreement.total
    )
    assert agreement.total == pytest.approx(values.max(), rel=1e-9)
    # a share of nothing is nothing, not a hair less
    assert (agreement.income >= -1e-12 * agreement.total).all()


def parties_only(held, keep=lambda name: True, voice=None):
    """The same without the parties that stand for the nation, with other voices."""
    seats = held.seats
    at = np.flatnonzero(seats.unit >= 0)
    new = replace(
        seats,
        names=tuple(seats.names[p] for p in at),
        actor=tuple(seats.actor[p] for p in at),
        unit=seats.unit[at],
        income={},
        smallest={},
        voice=(seats.voice[at] if voice is None else voice)
        / (seats.voice[at] if voice is None else voice).sum(),
    )
    return BargainingSet.of(held.joints, new, None)


@pytest.mark.parametrize(("n", "seed"), CASES)
def test_nash_divides_by_voice_what_can_be_divided_freely(n, seed):
    held = parties_only(held_of(None, n, seed))
    agreement = agree(held, "nash")
    np.testing.assert_allclose(agreement.gain, held.seats.voice * agreement.total, rtol=1e-3)
    equal = agree(held, "nash", np.full(len(held.seats.names), 1 / len(held.seats.names)))
    np.testing.assert_allclose(equal.gain, equal.total / len(held.seats.names), rtol=1e-3)


@pytest.mark.parametrize("cap", CAPS)
def test_nash_between_units_is_nash_among_all_parties(cap):
    held = held_of(cap)
    merged = agree(held, "nash")
    parties = len(held.seats.names)
    one_by_one = games.bargain(
        held.outcomes(np.where(held.seats.unit >= 0, merged.total / parties, merged.total)),
        np.zeros(parties),
        "nash",
        weights=held.seats.voice,
    )
    gain = np.array(list(one_by_one.gain.values()))
    product = float(held.seats.voice @ np.log(merged.gain))
    assert product == pytest.approx(float(held.seats.voice @ np.log(gain)), abs=2e-6)
    np.testing.assert_allclose(merged.gain, gain, rtol=0.01)


def test_equals_get_the_same():
    """Two units with the same responses, voices and claims."""
    joint = joint_of(7, 1, affairs=("infrastructure",), set_up=0.0)
    held = held_of(None, affairs=("infrastructure",), set_up=0.0)
    pieces = joint.pieces["infrastructure"]
    twin = replace(pieces)
    for name in ("width", "output", "left"):
        values = getattr(pieces, name).copy()
        values[6] = values[5]
        object.__setattr__(twin, name, values)
    seats = held.seats
    voice = seats.voice.copy()
    for actor in ("firms", "residents", "local_government"):
        voice[seats.names.index(f"{actor}:R6")] = voice[seats.names.index(f"{actor}:R5")]
    income = {name: np.concatenate([w[:6], w[5:6]]) for name, w in seats.income.items()}
    twins = replace(joint, pieces={"infrastructure": twin})
    held = BargainingSet.of((twins,), replace(seats, voice=voice / voice.sum(), income=income), None)
    for solution in (*BARGAINING[:-1], *SHARING):
        income_of = agree(held, solution).income
        assert income_of[5] == pytest.approx(income_of[6], rel=2e-3, abs=1e-5 * income_of.sum()), solution


@pytest.mark.parametrize(
    "solution", ["nash", "kalai_smorodinsky", "egalitarian", "proportional", "nucleolus"]
)
def test_counting_in_thousands_changes_no_share(solution):
    held = held_of(0.001)
    joint = held.joints[0]
    k = 1000.0
    pieces = {
        a: replace(p, width=p.width * k) for a, p in joint.pieces.items()
    }  # slopes are per unit of money
    protection = replace(joint.protection, effect=joint.protection.effect * k)
    table = replace(joint.table)
    object.__setattr__(
        table,
        "__dict__",
        {**joint.table.__dict__, "revenue": joint.table.revenue * k, "output": joint.table.output * k},
    )
    large = replace(joint, pieces=pieces, protection=protection, cost=joint.cost * k, table=table)
    same = BargainingSet.of((large,), held.seats, 0.001)
    small, big = agree(held, solution), agree(same, solution)
    tolerance = 1e-3 if solution == "nash" else 1e-6
    np.testing.assert_allclose(big.gain / k, small.gain, rtol=tolerance, atol=1e-6 * small.total)


@pytest.mark.parametrize("cap", [None, 0.001])
def test_a_louder_voice_never_gains_less(cap):
    held = held_of(cap)
    before = agree(held, "nash").gain
    for party in (1, 9, 15, 20):
        voice = held.seats.voice.copy()
        voice[party] *= 3
        assert agree(held, "nash", voice / voice.sum()).gain[party] >= before[party] * (1 - 1e-3)


def test_kalai_smorodinsky_raises_all_to_the_same_share_of_what_they_could_have():
    held = parties_only(held_of(None))
    agreement = agree(held, "kalai_smorodinsky")
    # every party could have everything: all get the same
    np.testing.assert_allclose(agreement.gain, agreement.total / len(agreement.gain), rtol=1e-6)
    proportional = agree(held, "proportional")
    np.testing.assert_allclose(proportional.gain, held.seats.voice * proportional.total, rtol=1e-6)


def test_egalitarian_gives_all_at_least_what_the_least_could_be_raised_to():
    held = held_of(0.001)
    least = agree(held, "egalitarian").gain.min()
    for solution in ("nash", "kalai_smorodinsky", "proportional", "utilitarian"):
        assert agree(held, solution).gain.min() <= least * (1 + 1e-6)
    assert least > 0


def test_utilitarian_has_the_largest_weighted_sum():
    held = held_of(0.001)
    voice = held.seats.voice
    best = float(voice @ agree(held, "utilitarian").gain)
    assert all(float(voice @ agree(held, s).gain) <= best * (1 + 1e-9) for s in BARGAINING)


def test_who_has_no_seat_keeps_its_claim_under_every_concept():
    held = held_of(None)
    seats = held.seats
    at = np.flatnonzero(np.array(seats.actor) != "firms")
    silent = Seats(
        tuple(seats.names[p] for p in at),
        tuple(seats.actor[p] for p in at),
        seats.unit[at],
        seats.claim,
        seats.income,
        seats.smallest,
        seats.voice[at] / seats.voice[at].sum(),
    )
    without = BargainingSet.of(held.joints, silent, None)
    for solution in ("nash", "egalitarian", "shapley", "nucleolus"):
        agreement = agree(without, solution)
        taken = np.array([agreement.gain[silent.of_unit(u)].sum() for u in range(7)])
        np.testing.assert_allclose(
            taken, agreement.income - silent.claim["firms"] * agreement.made, atol=1e-6 * agreement.total
        )


def test_unknown_concepts_and_too_many_members_are_refused():
    with pytest.raises(InputError, match=r"no solution concept 'nucleolos'[\s\S]*nucleolus"):
        check_solution("nucleolos", ())
    joint = joint_of(7, 1)
    many = replace(joint, members=np.arange(21))
    for solution in ("nucleolus", "tau", "gately", "per_capita_nucleolus"):
        with pytest.raises(InputError, match=r"21 members[\s\S]*up to 20"):
            check_solution(solution, (many,))
    for solution in (*BARGAINING, "shapley"):
        check_solution(solution, (many,))
    for solution in SOLUTIONS:
        check_solution(solution, (replace(joint, members=np.arange(20)),))


def test_voices_by_people_or_by_parties():
    people = seats_of(joint_of(7, 1))
    parties = seats_of(joint_of(7, 1, ("negotiation.voices=parties",)), ("negotiation.voices=parties",))
    assert people.voice.sum() == pytest.approx(1) and parties.voice.sum() == pytest.approx(1)
    for seats in (people, parties):  # an actor's voice is the same, however it is shared
        owners = np.array(seats.actor)
        assert seats.voice[owners == "firms"].sum() == pytest.approx(seats.voice[owners == "residents"].sum())
    assert sum(people.claim.values()) == pytest.approx(np.ones(7))
    table = joint_of(7, 1).table
    residents = np.array(people.actor) == "residents"
    per_head = people.voice[residents] / table.population
    poor_first = np.argsort(table.output[:, 0] / table.population)
    assert (np.diff(per_head[poor_first]) <= 1e-12).all()  # the weak are louder per head
