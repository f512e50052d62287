"""Whether members keep an agreement, by hand; who pays whom."""

from dataclasses import replace

import numpy as np
import pytest

from spatialcoord.coordination.bargaining_set import BargainingSet
from spatialcoord.coordination.keeping import keeping
from spatialcoord.coordination.paying import FUND, payments
from spatialcoord.coordination.solutions import agree
from tests.coordination.tables import joint_of, seats_of

N, SEED = 8, 0


def kept(overrides=(), solution="nash", n=N, seed=SEED, **terms):
    joint = joint_of(n, seed, overrides, **terms)
    held = BargainingSet.of((joint,), seats_of(joint, overrides, n, seed), None)
    agreement = agree(held, solution)
    listed = payments(joint, agreement.payments(joint.name))
    return keeping(joint, agreement, listed), agreement, joint, listed


@pytest.mark.parametrize("milestones", [False, True])
@pytest.mark.parametrize("penalty", [0.0, 1.5])
def test_margin_and_subsidy_are_those_of_the_formula(milestones, penalty):
    found, agreement, joint, _ = kept(milestones=milestones, penalty=penalty, enforcement=0.4)
    rate = joint.table.setting.scenario.negotiation.impatience
    for u in range(N):
        paid, made = agreement.paid[u], agreement.made[u]
        owed = max(0.0, -paid)
        owed += max(0.0, -made - (max(0.0, paid) if milestones else 0.0))
        lasting = 1 / rate  # delta / (1 - delta)
        margin = lasting * (paid + made) + 0.4 * penalty * owed - owed
        assert found.margin[u] == pytest.approx(margin, rel=1e-6, abs=1e-6)
        assert found.subsidy[u] == pytest.approx(max(0.0, -margin / lasting), rel=1e-6, abs=1e-6)
    assert (found.detection == 0.4).all()
    assert set(found.breaking) == set(np.flatnonzero(found.margin < -1e-9))


def test_penalties_patience_and_milestones_help():
    bare = kept(penalty=0.0)[0]
    fined = kept(penalty=2.0)[0]
    owing = bare.margin != fined.margin
    assert owing.any() and (fined.margin >= bare.margin).all() and (fined.subsidy <= bare.subsidy).all()
    assert (
        kept(penalty=2.0, enforcement=0.9)[0].margin >= kept(penalty=2.0, enforcement=0.1)[0].margin
    ).all()
    staged = kept(penalty=0.0, milestones=True)[0]
    assert (staged.margin >= bare.margin - 1e-9).all() and (staged.margin > bare.margin + 1e-6).any()
    # nobody's share is so small that it breaks at a low rate; at a high one some do
    rates = [kept((f"negotiation.impatience={rate}",), penalty=0.0)[0] for rate in (0.0, 0.8)]
    assert len(rates[0].breaking) == 0
    assert len(rates[1].breaking) > 0 and rates[1].subsidy.sum() > 0


def test_who_gains_and_owes_nothing_does_not_break_it():
    found, agreement, _, _ = kept(solution="utilitarian", penalty=0.0)
    idle = (np.abs(agreement.paid) < 1e-9) & (np.abs(agreement.made) < 1e-9)
    owing = (agreement.paid < -1) & (np.abs(agreement.income) < 1e-9)
    assert owing.any() and set(np.flatnonzero(owing)) <= set(found.breaking.tolist())
    assert not set(np.flatnonzero(idle)) & set(found.breaking.tolist())


def test_rounding_is_no_loss():
    joint = joint_of(N, SEED, penalty=0.0)
    held = BargainingSet.of((joint,), seats_of(joint, (), N, SEED), None)
    agreement = agree(held, "nash")
    variables = agreement.variables.copy()
    # the first unit does nothing and is owed nothing, but for rounding
    for affair, pieces in joint.pieces.items():
        start = held.columns.place["pact", affair].start
        variables[start : start + pieces.width.shape[1]] = 0.0
    into, out = (held.columns.place["pact", key].start for key in ("in", "out"))
    variables[into], variables[out] = 0.0, 1e-12
    nearly = replace(agreement, variables=variables)
    assert -1e-11 < nearly.paid[0] < 0 == nearly.made[0]
    found = keeping(joint, nearly, [])
    assert 0 not in found.breaking and len(found.breaking)


@pytest.mark.parametrize("solution", ["nash", "utilitarian", "shapley"])
@pytest.mark.parametrize("layer", ["", "macro_region"])
def test_payments_give_the_balances_and_are_few(layer, solution):
    _, agreement, joint, listed = kept(layer=layer, set_up=0.01, solution=solution)
    net = dict.fromkeys((*joint.ids, FUND), 0.0)
    for payment in listed:
        assert payment.amount > 0 and payment.payer != payment.receiver and payment.payer != FUND
        net[payment.payer] -= payment.amount
        net[payment.receiver] += payment.amount
    wanted = agreement.payments(joint.name)
    np.testing.assert_allclose([net[i] for i in joint.ids], wanted, atol=1e-6 * np.abs(wanted).max())
    assert net[FUND] == pytest.approx(joint.cost, rel=1e-4)
    groups = len(set(joint.table.setting.graph.level("macro_region").values)) if layer else 1
    assert len(listed) <= N + groups  # a tree of each group, and one between them


def test_a_layer_settles_inside_first_and_enforces_across_as_much_as_crosses():
    found, agreement, joint, listed = kept(
        layer="macro_region", enforcement=0.9, enforcement_across=0.2, set_up=0.01, n=9, seed=3
    )
    group = dict(
        zip(joint.ids, joint.table.setting.graph.level("macro_region").values.astype(str), strict=True)
    )
    between = [p for p in listed if p.receiver != FUND]
    across = {i: 0.0 for i in joint.ids}
    total = dict(across)
    for payment in between:
        for end in (payment.payer, payment.receiver):
            total[end] += payment.amount
            across[end] += payment.amount * (group[payment.payer] != group[payment.receiver])
    for i, name in enumerate(joint.ids):
        share = across[name] / total[name] if total[name] else 0.0
        assert found.detection[i] == pytest.approx(0.9 - 0.7 * share)
    assert 0.2 <= found.detection.min() < found.detection.max() <= 0.9
    # no group both pays and receives across more than its balance
    net = dict.fromkeys(group.values(), 0.0)
    for name, amount in zip(joint.ids, agreement.payments(joint.name), strict=True):
        net[group[name]] += amount
    for g, balance in net.items():
        crossing = sum(p.amount for p in between if (group[p.payer] == g) != (group[p.receiver] == g))
        crossing += sum(p.amount for p in listed if p.receiver == FUND and group[p.payer] == g)
        assert crossing == pytest.approx(abs(balance), rel=1e-4, abs=1e-6)


def test_without_a_figure_across_enforcement_is_the_same_everywhere():
    found = kept(layer="macro_region", enforcement=0.9, set_up=0.01)[0]
    assert (found.detection == 0.9).all()
