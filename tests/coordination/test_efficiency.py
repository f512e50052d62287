"""The certificate of an agreement, and what rules cost."""

from dataclasses import replace

import numpy as np
import pytest

from spatialcoord.coordination.bargaining_set import BargainingSet
from spatialcoord.coordination.efficiency import efficiency, within_cap
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.solutions import BARGAINING, SHARING, agree
from tests.coordination.tables import held_of, planned


def proof_of(agreement, n=7, seed=1, overrides=()):
    _, plan, amounts = planned(n, seed, overrides)

    def again(rule):
        made = []
        for joint in agreement.held.joints:
            setting = joint.table.setting
            rules, terms = rule(setting.scenario.negotiation, joint.terms)
            other = setting.under(setting.scenario.model_copy(update={"negotiation": rules}))
            made.append(Joint.of(joint.name, terms, replace(joint.table, setting=other), plan, amounts))
        return tuple(made)

    return efficiency(agreement, again)


def capped(cap, n=7, seed=1, **values):
    overrides = (f"negotiation.payment_cap={'null' if cap is None else cap}",)
    return held_of(cap, n, seed, overrides, **values), overrides


@pytest.mark.parametrize(
    ("n", "seed", "cap"), [(7, 1, None), (7, 1, 0.02), (7, 1, 0.001), (7, 1, 0.0), (8, 0, 0.02)]
)
def test_every_concept_leaves_nothing_on_the_table(cap, n, seed):
    held, overrides = capped(cap, n, seed, set_up=0.0)
    for solution in ("nash", "kalai_smorodinsky", "leximin") if cap != 0.02 else (*BARGAINING, *SHARING):
        agreement = agree(held, solution)
        proof = proof_of(agreement, n, seed, overrides)
        assert proof.optimal and proof.more <= 1e-6 * max(agreement.total, 1e-3), solution
        assert proof.most >= proof.total - 1e-6 * proof.total


@pytest.mark.parametrize("cap", [None, 0.001])
@pytest.mark.parametrize("wasted", [1.0, 0.1, 1e-5])
def test_waste_is_found_and_told_as_money(cap, wasted):
    """A part of what there is to divide is thrown away, by everybody."""
    held, overrides = capped(cap)
    agreement = agree(held, "nash")
    take = held.columns.place["take"]
    variables = agreement.variables.copy()
    variables[take] *= 1 - wasted
    wasteful = replace(agreement, variables=variables, gain=held.worth @ variables)
    proof = proof_of(wasteful, overrides=overrides)
    assert not proof.optimal
    thrown = wasted * agreement.variables[take].sum()
    assert proof.more >= 0.99 * thrown


@pytest.mark.parametrize("cap", [0.001, None])
def test_waste_of_one_unit_that_can_pay_nobody_is_found(cap):
    """The cap binds; only parties of the same unit could have what one of its parties throws away."""
    held, overrides = capped(cap)
    agreement = agree(held, "nash")
    take = held.columns.place["take"]
    bound = np.abs(agreement.paid)
    unit = int(bound.argmax())
    variables = agreement.variables.copy()
    party = int(held.seats.of_unit(unit)[0])
    at = take.start + int(np.flatnonzero(np.flatnonzero(held.seats.unit >= 0) == party)[0])
    lost = 1e-4 * agreement.total
    assert variables[at] > lost
    variables[at] -= lost
    wasteful = replace(agreement, variables=variables, gain=held.worth @ variables)
    proof = proof_of(wasteful, overrides=overrides)
    assert not proof.optimal and proof.more >= 0.99 * lost


def test_rules_cost_something_and_taking_them_out_never_hurts():
    values = {"set_up": 0.001, "delay": 1, "administration": 0.05}
    held, overrides = capped(0.001, **values)
    proof = proof_of(agree(held, "nash"), overrides=overrides)
    for key in ("costs", "delay", "indirect", "payment_cap", "consent"):
        assert proof.without[key] >= proof.most * (1 - 1e-9), key
    for key in ("costs", "payment_cap"):
        assert proof.without[key] > proof.most * 1.01, key
    assert proof.second_best and proof.first_best >= max(
        proof.without[k] for k in ("costs", "delay", "indirect", "payment_cap")
    )
    assert proof.total <= proof.most * (1 + 1e-9)


def test_to_begin_at_once_is_never_worse_than_to_begin_later():
    """Where the plan fills what can be absorbed in the first year, equal amounts a year are better begun later."""
    held, _ = capped(None, delay=1, affairs=("infrastructure",))
    agreement = agree(held, "nash")

    def again(rule):
        joint = held.joints[0]
        _, terms = rule(joint.table.setting.scenario.negotiation, joint.terms)
        pieces = joint.pieces["infrastructure"]
        room = np.where((pieces.sign > 0) & (terms.delay == 0), 0.01, 1.0)
        return (replace(joint, pieces={"infrastructure": replace(pieces, width=pieces.width * room)}),)

    proof = efficiency(agreement, again)
    assert proof.without["delay"] == proof.most == pytest.approx(agreement.total, rel=1e-6)
    assert proof.first_best == proof.most and not proof.second_best


def test_without_rules_that_bind_it_is_first_best():
    free = (
        "negotiation.payment_cap=null",
        "negotiation.indirect_cost=0.0",
        "negotiation.indirect_delay=0",
    )
    held = held_of(None, overrides=free, set_up=0.0, administration=0.0)
    proof = proof_of(agree(held, "nash"), overrides=free)
    assert not proof.second_best and proof.total == pytest.approx(proof.first_best, rel=1e-6)
    assert "payment_cap" not in proof.without


def test_rules_that_divide_a_game_are_judged_without_a_cap_that_they_break():
    held, overrides = capped(0.001)
    shapley = agree(held, "shapley")
    assert not within_cap(shapley, 0.001) and within_cap(shapley, 1.0) and within_cap(shapley, None)
    assert within_cap(agree(held, "nash"), 0.001)
    proof = proof_of(shapley, overrides=overrides)
    assert proof.optimal and "payment_cap" not in proof.without
    assert BargainingSet.of(held.joints, held.seats, 0.001).rules.shape == held.rules.shape
