"""Who would walk out: the search against every coalition, with and without limits, and what keeps everybody."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from spatialcoord import games
from spatialcoord.coordination.solutions import agree
from spatialcoord.coordination.staying import NOTHING, _Each, _Search, staying
from spatialcoord.coordination.worth import Worth
from tests.coordination.programmes import coalition_programme
from tests.coordination.tables import every, held_of, joint_of, with_rivers

SPILLOVERS = [(), ("economy.spillover.rho=0.1",), ("economy.spillover.rho=-0.1",)]
NAMES = ["none", "rho>0", "rho<0"]


def shares_of(joint, seed):
    """Shares of what all can gain, by which some would leave."""
    drawn = np.random.default_rng(seed).dirichlet(np.full(len(joint.members), 0.4))
    return Worth(joint).whole * drawn


@pytest.mark.parametrize("overrides", SPILLOVERS, ids=NAMES)
@pytest.mark.parametrize(("n", "seed"), [(7, 1), (8, 3)])
@pytest.mark.parametrize("set_up", [0.0, 0.02])
def test_the_search_finds_what_looking_at_every_coalition_finds(n, seed, overrides, set_up):
    joint = with_rivers(joint_of(n, seed, overrides, set_up=set_up), seed)
    each, search = _Each(Worth(joint)), _Search(joint, None)
    whole = Worth(joint).whole
    found = 0
    for draw in range(3):
        x = shares_of(joint, draw)
        inside, excess, bound = search(x)
        wanted = each(x)[1]
        if wanted <= NOTHING * whole:
            assert excess <= NOTHING * whole
            continue
        found += 1
        assert excess == pytest.approx(wanted, abs=1.1e-3 * whole)
        assert bound >= wanted - 1e-6 * whole
        value = float(Worth(joint)(inside[None])[0])
        assert value - x[inside].sum() == pytest.approx(excess, abs=1e-5 * whole)
    assert found >= 2


@pytest.mark.parametrize("overrides", SPILLOVERS, ids=NAMES)
def test_a_member_below_nothing_leaves_by_itself(overrides):
    joint = joint_of(7, 1, overrides, set_up=0.02)
    whole = Worth(joint).whole
    x = np.full(7, whole / 2)
    x[2] = -0.1 * whole
    for limit in (None, np.full(7, whole)):
        for worst in (_Search(joint, limit), *([_Each(Worth(joint))] if limit is None else [])):
            inside, excess, bound = worst(x)
            assert inside.tolist() == [i == 2 for i in range(7)]
            assert excess == pytest.approx(0.1 * whole) and bound >= excess * (1 - 1e-9)


@pytest.mark.parametrize("overrides", SPILLOVERS, ids=NAMES)
@pytest.mark.parametrize("set_up", [0.0, 0.02])
@pytest.mark.parametrize("part", [0.002, 0.3])
def test_with_limits_on_payments_it_finds_the_best_of_every_coalitions_programme(part, set_up, overrides):
    joint = joint_of(6, 2, overrides, set_up=set_up)
    whole = Worth(joint).whole
    limit = part * whole * np.arange(1, 7)
    search = _Search(joint, limit)
    for draw in range(2):
        x = 0.5 * shares_of(joint, draw)
        values = [coalition_programme(joint, row, limit, x) for row in every(6)]
        inside, excess, bound = search(x)
        best = max(0.0, *values)
        assert excess == pytest.approx(best, abs=1.1e-3 * max(whole, best))
        assert bound >= best - 1e-6 * whole
        if best > 0.01 * whole:
            assert coalition_programme(joint, inside, limit, x) == pytest.approx(excess, abs=1e-5 * whole)


@pytest.mark.parametrize(("n", "seed"), [(7, 1), (8, 0)])
def test_an_agreement_in_the_core_keeps_everybody(n, seed):
    joint = joint_of(n, seed)
    game = Worth(joint).game()
    nucleolus = agree(held_of(None, n, seed), "nucleolus")
    assert games.core(game)
    found = staying(joint, nucleolus.income)
    assert found and found.leaving == () and found.subsidy.sum() == 0 and found.proved
    assert (found.alone <= nucleolus.income + 1e-6 * nucleolus.total).all()


@pytest.mark.parametrize(("n", "seed"), [(7, 1), (8, 0)])
@pytest.mark.parametrize("set_up", [0.0, 0.02])
def test_the_subsidy_keeps_everybody_and_no_smaller_one_does(n, seed, set_up):
    joint = joint_of(n, seed, set_up=set_up)
    rows = every(n)
    values = Worth(joint)(rows)
    scale = values.max()
    for draw in range(3):
        x = shares_of(joint, draw)
        found = staying(joint, x)
        assert not found and found.excess > NOTHING * scale
        inside = np.array([i in found.leaving for i in joint.ids])
        assert float(Worth(joint)(inside[None])[0]) - x[inside].sum() == pytest.approx(found.excess)
        assert found.excess == pytest.approx((values - rows @ x).max())
        assert (rows @ (x + found.subsidy) >= values - NOTHING * scale - 1e-9).all()
        least = linprog(np.ones(n), -rows.astype(float), rows @ x - values).fun
        assert least * (1 - 1e-6) - n * NOTHING * scale <= found.subsidy.sum() <= least * (1 + 1e-6)


def test_beyond_the_members_that_are_looked_at_each_the_search_keeps_them_too(monkeypatch):
    joint = joint_of(8, 0)
    x = shares_of(joint, 1)
    wanted = staying(joint, x)
    monkeypatch.setattr("spatialcoord.coordination.staying.EACH", 3)
    found = staying(joint, x)
    scale = Worth(joint).whole
    assert found.proved and found.excess == pytest.approx(wanted.excess, abs=2e-3 * scale)
    assert found.subsidy.sum() == pytest.approx(wanted.subsidy.sum(), abs=1e-2 * scale)


def test_shares_that_are_multiplied_with_everything_else_change_nothing():
    joint = joint_of(7, 1)
    k = 1000.0
    pieces = {a: replace(p, width=p.width * k) for a, p in joint.pieces.items()}
    protection = replace(joint.protection, effect=joint.protection.effect * k)
    large = replace(joint, pieces=pieces, protection=protection, cost=joint.cost * k)
    x = shares_of(joint, 0)
    small, big = staying(joint, x), staying(large, k * x)
    assert small.leaving == big.leaving
    assert big.subsidy.sum() == pytest.approx(k * small.subsidy.sum(), rel=1e-6)
