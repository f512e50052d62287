"""Worth of coalitions: against a linear programme, and what every such game owes."""

import numpy as np
import pytest

from spatialcoord.coordination.worth import Worth
from tests.coordination.programmes import coalition_programme, effect_on_others
from tests.coordination.tables import every, joint_of, with_rivers

SPILLOVERS = [(), ("economy.spillover.rho=0.1",), ("economy.spillover.rho=-0.1",)]
CASES = [(7, 1), (8, 0)]


@pytest.mark.parametrize("overrides", SPILLOVERS, ids=["none", "rho>0", "rho<0"])
@pytest.mark.parametrize(("n", "seed"), CASES)
def test_worth_is_the_optimum_of_the_coalitions_own_programme(n, seed, overrides):
    joint = with_rivers(joint_of(n, seed, overrides, set_up=0.01))
    assert joint.cost > 0
    assert (joint.table.multiplier is None) == (not overrides)
    rows = np.random.default_rng(0).random((25, n)) < 0.5
    rows[0] = True
    values = Worth(joint)(rows)
    wanted = [coalition_programme(joint, row) for row in rows]
    np.testing.assert_allclose(values, wanted, rtol=1e-7, atol=1e-6)
    assert values.max() > 10


@pytest.mark.parametrize(("n", "seed"), CASES)
def test_more_members_are_never_worth_less_and_two_coalitions_never_more_apart(n, seed):
    joint = joint_of(n, seed)
    rows = every(n)
    value = dict(zip(map(tuple, rows.tolist()), Worth(joint)(rows).tolist(), strict=True))
    rng = np.random.default_rng(1)
    small = 1e-9 * max(value.values())
    for row in rows[rng.integers(0, len(rows), 200)]:
        for i in np.flatnonzero(~row):
            larger = row.copy()
            larger[i] = True
            assert value[tuple(larger.tolist())] >= value[tuple(row.tolist())] - small
        half = row & (rng.random(n) < 0.5)
        rest = row & ~half
        if half.any() and rest.any():
            apart = value[tuple(half.tolist())] + value[tuple(rest.tolist())]
            assert value[tuple(row.tolist())] >= apart - small
    together = Worth(joint).whole
    for _ in range(100):  # partitions into up to four
        part = rng.integers(0, 4, n)
        cells = [part == k for k in range(4) if (part == k).any()]
        assert together >= sum(value[tuple(cell.tolist())] for cell in cells) - small


def test_who_has_nothing_to_give_or_get_adds_nothing():
    joint = joint_of(7, 1, affairs=("infrastructure",))
    pieces = joint.pieces["infrastructure"]
    idle = 3
    pieces.width[idle] = 0.0
    try:
        rows = every(7)
        with_ = rows.copy()
        with_[:, idle] = True
        without = rows.copy()
        without[:, idle] = False
        np.testing.assert_array_equal(Worth(joint)(with_), Worth(joint)(without))
        assert Worth(joint).whole > 0
    finally:
        joint_of.cache_clear()


@pytest.mark.parametrize(("n", "seed"), [*CASES, (6, 2)])
@pytest.mark.parametrize("segments", [4, 8])
def test_secants_understate_by_no_more_than_is_told(n, seed, segments):
    coarse = Worth(joint_of(n, seed, (f"negotiation.segments={segments}",)))
    fine = Worth(joint_of(n, seed, ("negotiation.segments=64",)))
    assert coarse.whole <= fine.whole + 1e-9 * fine.whole
    assert fine.whole <= coarse.whole + coarse.error + fine.error
    assert fine.whole <= coarse.whole + coarse.error
    assert fine.error < coarse.error


def test_what_outsiders_do_is_of_no_consequence_without_spillovers_and_rivers():
    joint = joint_of(7, 1, affairs=("infrastructure", "human"))
    worth = Worth(joint)
    for row in every(7)[::9]:
        assert worth.with_outsiders(row) == float(worth(row[None])[0])


@pytest.mark.parametrize("overrides", SPILLOVERS, ids=["none", "rho>0", "rho<0"])
def test_outsiders_do_what_is_best_for_them_and_others_feel_it(overrides):
    joint = with_rivers(joint_of(8, 0, overrides))
    worth = Worth(joint)
    felt = []
    for row in every(8)[5:-1:11]:
        alone, beside = float(worth(row[None])[0]), worth.with_outsiders(row)
        felt.append(effect_on_others(joint, ~row, row))
        assert beside - alone == pytest.approx(felt[-1], rel=1e-6, abs=1e-6)
    assert np.abs(felt).max() > 1


def test_protection_by_outsiders_serves_those_downstream_all_the_same():
    joint = joint_of(7, 1, affairs=("environment",))
    provider, effect = int(joint.protection.provider[0]), joint.protection.effect[0]
    worth = Worth(joint)
    payer = int(np.argmax(effect))
    # a river of another region beside them: only where protection pays for itself do outsiders do it
    alone = np.zeros(7, dtype=bool)
    alone[payer] = True
    assert worth.with_outsiders(alone) == 0.0  # nobody protects for a payer who is not in
    assert effect.sum() < 0 and worth.whole == 0.0 and provider != payer
