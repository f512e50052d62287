"""What the rules of division promise, on games drawn at random."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spatialcoord import games
from spatialcoord.errors import InputError
from tests.games.strategies import convex, essential, members, of_table, tables

FREE = ("shapley", "prenucleolus", "per_capita_nucleolus")
EVERY = (*FREE, "nucleolus", "gately", "tau", "scrb")


def divided(rule: str, table, kind="value") -> np.ndarray:
    game = of_table(table, kind)
    try:
        return game.vector(getattr(games, rule)(game).payoff)
    except InputError:
        assume(False)
        raise


def permuted(table, order) -> np.ndarray:
    """Table after player i takes the name order[i]."""
    there = members(len(order))
    new = np.empty_like(table)
    new[(there * (1 << np.asarray(order))).sum(axis=1)] = table
    return new


@pytest.mark.parametrize("rule", EVERY)
@given(table=essential())
def test_efficient(rule, table):
    assert divided(rule, table).sum() == pytest.approx(table[-1], abs=1e-7)


@pytest.mark.parametrize("rule", EVERY)
@given(table=essential(), data=st.data())
def test_names_do_not_matter(rule, table, data):
    """Anonymity, of which symmetry is a part: renamed players take their payoffs along."""
    size = int(table.size).bit_length() - 1
    order = data.draw(st.permutations(range(size)))
    assert divided(rule, permuted(table, order))[list(order)] == pytest.approx(divided(rule, table), abs=1e-7)


@pytest.mark.parametrize("rule", EVERY)
@given(table=essential(), times=st.sampled_from([0.01, 3.0, 1e4]), data=st.data())
def test_scale_and_shift(rule, table, times, data):
    size = int(table.size).bit_length() - 1
    shift = np.array(data.draw(st.lists(st.integers(-20, 20), min_size=size, max_size=size)))
    moved = times * table + members(size) @ shift
    assert divided(rule, moved) == pytest.approx(
        times * divided(rule, table) + shift, abs=1e-7 * max(1, times)
    )


@pytest.mark.parametrize("rule", ["shapley", "nucleolus", "prenucleolus", "tau"])
@given(table=convex(high=3), alone=st.integers(-3, 8))
def test_a_dummy_gets_what_it_has_alone(rule, table, alone):
    more = np.concatenate([table, table + alone])
    assert divided(rule, more)[-1] == pytest.approx(alone, abs=1e-7)


@given(table=tables(2, 4), other=st.data())
def test_shapley_is_additive(table, other):
    second = np.array(other.draw(st.lists(st.integers(-9, 9), min_size=len(table), max_size=len(table))))
    second[0] = 0
    both = divided("shapley", table + second)
    assert both == pytest.approx(divided("shapley", table) + divided("shapley", second), abs=1e-9)


@given(table=tables(2, 4), data=st.data())
def test_shapley_is_strongly_monotonic(table, data):
    """Whoever adds at least as much to every coalition gets at least as much (Young 1985)."""
    size = int(table.size).bit_length() - 1
    i = data.draw(st.integers(0, size - 1))
    inside = members(size)[:, i]
    more = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(table), max_size=len(table))))
    base = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=len(table), max_size=len(table))))
    # all others may lose at will, but what i adds only grows
    change = np.where(inside, 0, base)
    change[inside] = change[~inside] + more[inside]
    new = table + change
    new -= new[0]
    assert divided("shapley", new)[i] >= divided("shapley", table)[i] - 1e-9


@given(table=tables(2, 5))
def test_shapley_is_the_mean_over_all_orders(table):
    size = int(table.size).bit_length() - 1
    total, orders = np.zeros(size), list(itertools.permutations(range(size)))
    for order in orders:
        arrived = 0
        for i in order:
            total[i] += table[arrived | 1 << i] - table[arrived]
            arrived |= 1 << i
    assert divided("shapley", table) == pytest.approx(total / len(orders), abs=1e-9)


@pytest.mark.parametrize("rule", ["shapley", "nucleolus", "tau"])
@given(table=convex())
def test_in_the_core_of_a_convex_game(rule, table):
    assume(rule != "tau" or len(table) <= 8)  # with four players and more the tau value may leave the core
    game = of_table(table)
    assert games.in_core(game, divided(rule, table), tolerance=1e-8)
    assert games.core(game) and games.in_core(game, games.core(game).payoff, tolerance=1e-8)


@given(table=essential())
def test_nucleolus_is_in_the_core_unless_it_is_empty(table):
    game = of_table(table)
    found = games.core(game)
    for rule in (games.nucleolus, games.prenucleolus, games.per_capita_nucleolus):
        assert games.in_core(game, rule(game).payoff, tolerance=1e-8) == (not found.empty)
    if found.empty:
        assert found.cost_of_stability > 0
        assert found.certificate.covers() == pytest.approx(dict.fromkeys(game.players, 1.0), abs=1e-9)
        assert found.certificate.total(game) == pytest.approx(table[-1] + found.cost_of_stability, abs=1e-7)
    else:
        assert found.cost_of_stability == 0 and games.in_core(game, found.payoff, tolerance=1e-8)
        assert games.nucleolus(game).payoff == pytest.approx(games.prenucleolus(game).payoff, abs=1e-7)


def ordered(table, x, weights) -> np.ndarray:
    excess = (table - members(len(x)) @ x)[1:-1] / weights[1:-1]
    return -np.sort(-excess)


@pytest.mark.parametrize("rule", ["nucleolus", "prenucleolus", "per_capita_nucleolus"])
@given(table=essential(3, 4), data=st.data())
def test_no_payoff_nearby_or_far_has_smaller_complaints(rule, table, data):
    """The definition itself, without a line of the code: the ordered complaints of others are not smaller."""
    x = divided(rule, table)
    weights = members(len(x)).sum(axis=1) if rule == "per_capita_nucleolus" else np.ones(len(table))
    best = ordered(table, x, weights)
    step = np.array(data.draw(st.lists(st.integers(-5, 5), min_size=len(x), max_size=len(x))), dtype=float)
    step -= step.mean()
    for length in (1e-3, 0.1, 1.0):
        y = x + length * step
        if rule == "nucleolus" and (y < table[1 << np.arange(len(x))]).any():
            continue
        gap = ordered(table, y, weights) - best
        first = np.flatnonzero(np.abs(gap) > 1e-7)
        assert not first.size or gap[first[0]] > 0


@given(table=essential(3, 4), data=st.data())
def test_kohlberg_tells_the_nucleolus_from_all_else_and_how_to_improve(table, data):
    game = of_table(table)
    x = game.vector(games.prenucleolus(game).payoff)
    proof = games.kohlberg(game, x, imputations=False)
    assert proof and proof.levels and proof.reason == ""
    step = np.array(data.draw(st.lists(st.integers(-5, 5), min_size=len(x), max_size=len(x))), dtype=float)
    step -= step.mean()
    assume(np.abs(step).max() > 0)
    y = x + 0.05 * step
    verdict = games.kohlberg(game, y, imputations=False)
    assert not verdict and "not balanced" in verdict.reason
    side = game.vector(verdict.improvement)
    assert side.sum() == pytest.approx(0, abs=1e-9)
    ones = np.ones(len(table))
    assert tuple(np.round(ordered(table, y + 1e-4 * side, ones), 9)) < tuple(
        np.round(ordered(table, y, ones), 9)
    )


@given(table=essential(2, 4))
def test_balancing_weights_add_up(table):
    """The first level's weights with those of its bounded players cover every player alike."""
    game = of_table(table)
    level = games.nucleolus(game).certificate.levels[0]
    cover = {name: 0.0 for name in game.players}
    for coalition, weight in level.weights.items():
        assert weight >= 1 - 1e-9
        for name in coalition:
            cover[name] += weight
    for name, weight in level.at_bound.items():
        cover[name] += weight
    assert len({round(c, 6) for c in cover.values()}) == 1


@pytest.mark.parametrize("kind", ["value", "cost"])
@given(table=tables(2, 4))
def test_least_core_has_its_optimum_and_its_proof(kind, table):
    game = of_table(table, kind)
    for rule, weighted in ((games.least_core, False), (games.weak_least_core, True)):
        found = rule(game)
        weights = members(game.size).sum(axis=1) if weighted else np.ones(len(table))
        excess = game.excess(found.payoff)
        assert (excess[1:-1] / weights[1:-1]).max() == pytest.approx(found.value, abs=1e-7)
        assert found.payoff in found
        for i, name in enumerate(game.players):
            assert found.low[name] - 1e-6 <= game.vector(found.payoff)[i] <= found.high[name] + 1e-6
        # weak duality, by adding up: no payoff has a smaller largest excess
        shares = found.certificate
        assert shares.covers() == pytest.approx(dict.fromkeys(game.players, 1.0), abs=1e-9)
        cover = sum(w * (len(s) if weighted else 1.0) for s, w in shares.weights.items())
        lacking = game.sign * (shares.total(game) - table[-1])
        assert lacking / cover == pytest.approx(found.value, abs=1e-7)


@given(table=essential(2, 5))
def test_gately_is_scrb(table):
    """Straffin and Heaney (1981)."""
    assert divided("gately", table) == pytest.approx(divided("scrb", table), abs=1e-7)


@given(table=essential(2, 4))
def test_gately_makes_everybody_equally_disruptive(table):
    game = of_table(table)
    try:
        found = games.gately(game)
    except InputError:
        assume(False)
    x, every = game.vector(found.payoff), len(table) - 1
    for i in range(game.size):
        others = x.sum() - x[i] - table[every ^ 1 << i]
        own = x[i] - table[1 << i]
        assert others == pytest.approx(found.certificate * own, abs=1e-7 * max(1.0, found.certificate))
