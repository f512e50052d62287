"""From an agreement at the table to what its members owe."""

import numpy as np
import pytest

from spatialcoord import registry
from spatialcoord.coordination.bargaining_set import BargainingSet
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.keeping import keeping
from spatialcoord.coordination.oversight import Supervision
from spatialcoord.coordination.owing import members_owing, regime_of
from spatialcoord.coordination.paying import payments
from spatialcoord.coordination.seats import Seats
from spatialcoord.coordination.solutions import agree
from spatialcoord.coordination.supervision import complies, supervise, typical
from spatialcoord.coordination.table import Table
from spatialcoord.games import self_enforcing
from spatialcoord.planner.building import assemble
from spatialcoord.planner.solving import optimise
from tests.planner.conftest import toy

QUIET = Supervision(shock=0.0, monitoring=0.0, watchdogs=0.0)


@pytest.fixture(scope="module")
def planned():
    case = toy(7, 1)
    return case, optimise(assemble(case), attainable=False)


def agreed(planned, kind, **values):
    """An institution of all regions, what is agreed on in it by Nash bargaining, and the payments."""
    case, outcome = planned
    terms = registry.institutions.get(kind).Params(kind=kind, affairs=("infrastructure",), **values)
    joint = Joint.of("pact", terms, Table.of(case.setting, ""), outcome.after, outcome.amounts)
    seats = Seats.of(joint.table, outcome.after, joint.members)
    agreement = agree(BargainingSet.of((joint,), seats, 0.02), "nash")
    return joint, agreement, payments(joint, agreement.payments("pact"))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("council", {}),
        ("administrative_agreement", {}),
        ("partial_affairs_association", {"delay": 1}),
        ("interstate_compact", {"penalty": 0.0}),
    ],
)
def test_without_shocks_and_monitoring_members_keep_it_as_keeping_says(planned, kind, values):
    joint, agreement, paid = agreed(planned, kind, **values)
    parties, rules = members_owing(joint, agreement, paid), regime_of([joint], QUIET)
    expected = keeping(joint, agreement, paid)
    usual = dict(zip(joint.ids, typical(parties, rules), strict=True))
    found = self_enforcing(usual)
    scale = np.abs(expected.margin).max()
    assert np.array(list(found.margin.values())) == pytest.approx(expected.margin, abs=1e-6 * scale)
    broken = {
        m.name for m, ok in zip(parties, complies(parties, rules, np.zeros((1, 7)))[0], strict=True) if not ok
    }
    assert broken == {joint.ids[i] for i in expected.breaking}
    helped = members_owing(joint, agreement, paid, subsidy=True)
    assert sum(m.subsidy for m in helped) == pytest.approx(expected.subsidy.sum())
    record = supervise(helped, rules, range(2021, 2024), np.random.default_rng(0))
    assert record.kept == pytest.approx(1.0)


def test_what_is_owed_is_what_was_agreed_on(planned):
    joint, agreement, paid = agreed(planned, "administrative_agreement")
    parties = members_owing(joint, agreement, paid)
    gave = {m.name: sum(a for to, a in m.owes.items() if to) for m in parties}
    got = {m.name: sum(other.owes.get(m.name, 0.0) for other in parties) for m in parties}
    net = agreement.payments("pact")[joint.members]
    fund = sum(p.amount for p in paid if not p.receiver)
    assert sum(got.values()) - sum(gave.values()) == pytest.approx(0.0)
    assert sum(got[n] - gave[n] for n in joint.ids) - fund == pytest.approx(
        net.sum(), abs=1e-6 * np.abs(net).max()
    )
    assert sum(m.cooperate for m in parties) == pytest.approx(agreement.total, rel=1e-6)
    assert all(sum(m.owes.values()) > 0 for m in parties if m.name in {p.payer for p in paid})


def test_groups_of_a_layer_come_from_the_table(planned):
    case, _ = planned
    level = case.graph.levels[0]
    joint, agreement, paid = agreed(planned, "multi_level_authority", layer=level, delay=1)
    rules = regime_of([joint])
    assert rules.groups == {
        level: dict(zip(joint.table.ids, case.graph.level(level).values.astype(str), strict=True))
    }
    assert rules.discount_rate == case.scenario.negotiation.impatience
    assert typical(members_owing(joint, agreement, paid), rules)
