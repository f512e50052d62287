"""Who leaves, what it takes to keep them, which coalitions last, which agreements enforce themselves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialcoord import games
from spatialcoord.errors import InputError
from spatialcoord.games import Game, Party, self_enforcing
from tests.games.strategies import of_table, tables


@pytest.mark.parametrize("kind", ["value", "cost"])
@given(table=tables(2, 4), data=st.data())
def test_the_subsidy_keeps_everybody_and_no_smaller_one_does(kind, table, data):
    game = of_table(table, kind)
    x = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=game.size, max_size=game.size)), dtype=float)
    x += (table[-1] - x.sum()) / game.size
    found = games.stability(game, x)
    kept = x + game.sign * game.vector(found.subsidy)
    assert (game.excess(kept)[1:-1] <= 1e-7).all() and min(found.subsidy.values()) >= -1e-12
    assert sum(found.subsidy.values()) == pytest.approx(found.subsidy_total, abs=1e-7)
    # weak duality by adding up
    cover = dict.fromkeys(game.players, 0.0)
    for members, weight in found.proof.items():
        for name in members:
            cover[name] += weight
    assert max(cover.values()) <= 1 + 1e-9
    excess = game.excess(x)
    proved = sum(w * excess[game.mask(s)] for s, w in found.proof.items())
    assert proved == pytest.approx(found.subsidy_total, abs=1e-7)
    # dividing anew can only be cheaper
    assert found.cost_of_stability <= found.subsidy_total + 1e-7
    assert bool(found) == games.in_core(game, x)
    for members, gain in found.leaving.items():
        alone = game.value(members)
        assert gain == pytest.approx(game.sign * (alone - sum(x[game.players.index(m)] for m in members)))


def test_shapley_of_the_example_does_not_hold():
    game = games.example("skane")
    found = games.stability(game, games.shapley(game).payoff)
    assert not found and found.worse_than_alone == {}
    assert list(found.leaving) == [("H", "K", "L")] and found.leaving[("H", "K", "L")] == pytest.approx(
        0.43, abs=0.01
    )
    assert found.subsidy_total == pytest.approx(found.leaving[("H", "K", "L")])
    assert found.cost_of_stability == 0
    assert games.stability(game, games.nucleolus(game).payoff)


def test_more_than_there_is_does_not_hold():
    game = Game({("a",): 0.0, ("b",): 0.0, ("a", "b"): 1.0})
    found = games.stability(game, {"a": 1.0, "b": 1.0})
    assert not found and found.leaving == {} and found.left_over == pytest.approx(-1.0)
    alone = games.stability(game, {"a": -0.25, "b": 1.25})
    assert alone.worse_than_alone == pytest.approx({"a": 0.25}) and alone.subsidy == pytest.approx(
        {"a": 0.25, "b": 0}
    )


def abatement(players, benefit=1.0, slope=1.0):
    """Barrett (1994): members abate what is best for all of them together, outsiders what is best for them."""

    def payoffs(members):
        k = len(members)
        each = {name: benefit * (k if name in members else 1) / slope for name in players}
        total = sum(each.values())
        return {name: benefit * total - slope * each[name] ** 2 / 2 for name in players}

    return payoffs


@pytest.mark.parametrize("size", [3, 4, 6])
@pytest.mark.parametrize("benefit", [0.5, 2.0])
def test_no_more_than_three_sign_whatever_is_at_stake(size, benefit):
    players = [f"r{i}" for i in range(size)]
    payoffs = abatement(players, benefit)
    found = games.stable_coalitions(players, payoffs)
    assert max(len(m.members) for m in found) == 3
    for k in range(2, size + 1):
        one = games.membership(players, payoffs, players[:k])
        stays = -(k - 1) * (k - 3) * benefit**2 / 2
        assert list(one.leave.values()) == pytest.approx([-stays] * k)
        assert one.surplus == pytest.approx(k * stays) and one.internal == one.potential == (k <= 3)
    assert games.membership(players, payoffs, players[:1]).external is False
    assert games.membership(players, payoffs, players[:2]).join[players[2]] == pytest.approx(0.0)


def test_transfers_can_keep_members_who_would_leave():
    table = {("a", "b"): {"a": 5.0, "b": 0.5}, ("a",): {"a": 1.0, "b": 1.0}}
    one = games.membership("ab", lambda s: table.get(s, table[("a",)]), "ab")
    assert not one.internal and one.potential and one.external and one.surplus == pytest.approx(3.5)


def test_faults_of_payoffs_of_coalitions_are_told():
    with pytest.raises(InputError, match="no payoff for b"):
        games.membership("ab", lambda s: {"a": 1.0}, "ab")
    with pytest.raises(InputError, match="unknown players: z"):
        games.membership("ab", lambda s: {"a": 1.0, "b": 1.0}, "az")
    with pytest.raises(InputError, match="16 players"):
        games.stable_coalitions("abcdefghijklmnop", lambda s: {})


DILEMMA = Party(cooperate=3.0, deviate=5.0, punished=1.0, discount=0.6)


def test_trigger_strategies_need_a_half():
    """T, R, P = 5, 3, 1: (5 - 3) / (5 - 1) = 0.5."""
    assert self_enforcing({"a": DILEMMA}).threshold["a"] == pytest.approx(0.5)
    assert self_enforcing({"a": replace(DILEMMA, lag=2)}).threshold["a"] == pytest.approx(0.5**0.5)
    assert bool(self_enforcing({"a": DILEMMA, "b": replace(DILEMMA, discount=0.5)}))
    low = self_enforcing({"a": DILEMMA, "b": replace(DILEMMA, discount=0.4)})
    assert low.holds == {"a": True, "b": False} and not low
    assert low.subsidy["a"] == 0.0 and low.subsidy_total == low.subsidy["b"] == pytest.approx(1.0)
    assert low.penalty["b"] == pytest.approx(2.0 / 3.0)


PARTIES = st.builds(
    Party,
    cooperate=st.integers(-5, 9).map(float),
    deviate=st.integers(-5, 9).map(float),
    punished=st.integers(-5, 9).map(float),
    discount=st.sampled_from([0.05, 0.3, 0.5, 0.9, 0.99]),
    lag=st.integers(1, 4),
    penalty=st.integers(0, 6).map(float),
    detection=st.sampled_from([0.0, 0.2, 1.0]),
)


@given(party=PARTIES)
def test_what_it_would_take_is_just_enough(party):
    found = self_enforcing({"a": party})
    least = found.subsidy["a"]
    assert self_enforcing({"a": replace(party, subsidy=least)})
    if least > 0:
        assert not found and not self_enforcing({"a": replace(party, subsidy=least * 0.999)})
    penalty = found.penalty["a"]
    if np.isfinite(penalty):
        assert self_enforcing({"a": replace(party, penalty=penalty)})
    if np.isfinite(penalty) and penalty > 0:
        assert not self_enforcing({"a": replace(party, penalty=penalty * 0.999)})
    # simulated: the payoffs of keeping and of breaking once, period by period
    periods = 3000
    discounted = party.discount ** np.arange(periods)
    kept = (party.cooperate * discounted).sum()
    broken = np.where(np.arange(periods) < party.lag, party.deviate, party.punished)
    margin = kept - (broken * discounted).sum() + party.detection * party.penalty * _once(party)
    assert found.margin["a"] * _once(party) == pytest.approx(margin, abs=1e-6)


def _once(party: Party) -> float:
    """Worth of one unit a period until the breach is answered: margins are told per unit of it."""
    return (1 - party.discount**party.lag) / (1 - party.discount)


@given(party=PARTIES)
def test_the_threshold_is_where_it_starts_to_hold(party):
    at = self_enforcing({"a": party}).threshold["a"]
    for discount in (0.01, 0.2, 0.6, 0.97):
        holds = self_enforcing({"a": replace(party, discount=discount)}).holds["a"]
        if np.isfinite(at) and abs(discount - at) > 1e-9:
            assert holds == (discount > at)
    if at == np.inf:
        assert (
            not self_enforcing({"a": replace(party, discount=1 - 1e-9, lag=1)})
            or party.cooperate == party.punished
        )


def test_every_fault_of_parties_is_told_at_once():
    with pytest.raises(InputError) as caught:
        self_enforcing({"a": Party(1, 2, float("nan"), 1.0, 0, -1.0, 2.0)})
    text = str(caught.value)
    for part in ("punished of a", "discount of a", "lag of a", "penalty of a", "detection of a"):
        assert part in text, text
    with pytest.raises(InputError, match="no parties"):
        self_enforcing({})
