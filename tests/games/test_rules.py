"""Rules on games whose results are known, and what they refuse."""

import numpy as np
import pytest

from spatialcoord import games
from spatialcoord.errors import InputError
from spatialcoord.games import Game
from tests.games.strategies import of_table


def listed(*numbers, names="abcd") -> Game:
    """Game in the order of R's packages: single players, pairs, triples, ..."""
    from itertools import combinations

    size = int(len(numbers) + 1).bit_length() - 1
    coalitions = [c for r in range(1, size + 1) for c in combinations(names[:size], r)]
    return Game(dict(zip(coalitions, numbers, strict=True)))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (
            (0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21),
            (3.5, 4.5, 5.5, 7.5),
        ),  # manual of CoopGame 0.2.2
        ((68, 102, 0, 170, 710, 762, 992), (149, 192, 651)),  # manual of coopProductGame 2.0
    ],
)
def test_nucleolus_that_others_print(numbers, expected):
    game = listed(*numbers)
    assert game.vector(games.nucleolus(game).payoff) == pytest.approx(expected)


def test_per_capita_nucleolus_that_young_prints():
    """Young (1985), International Journal of Game Theory 14(2), as the manual of CoopGame 0.2.2 has it: savings of a cost game."""
    cost = Game(
        dict(
            zip(
                [("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c")],
                [15, 20, 55, 35, 61, 65, 78],
                strict=True,
            )
        ),
        "cost",
    )
    saved = np.array([15, 20, 55]) - cost.vector(games.per_capita_nucleolus(cost).payoff)
    assert saved == pytest.approx([2 / 3, 7 / 6, 61 / 6])


def test_the_glove_market():
    """One left glove, two right ones: the core and the nucleolus give all to the scarce side, Shapley does not."""
    game = Game.of("lrs", lambda s: float("l" in s and len(s) > 1))
    assert games.nucleolus(game).payoff == pytest.approx({"l": 1.0, "r": 0.0, "s": 0.0}, abs=1e-9)
    assert games.shapley(game).payoff == pytest.approx({"l": 2 / 3, "r": 1 / 6, "s": 1 / 6})
    assert games.core(game).payoff == pytest.approx({"l": 1.0, "r": 0.0, "s": 0.0}, abs=1e-9)


def test_majority_of_three_has_an_empty_core():
    game = Game.of("abc", lambda s: float(len(s) > 1))
    found = games.core(game)
    assert found.empty and found.payoff is None and not found
    assert found.certificate.weights == pytest.approx({("a", "b"): 0.5, ("a", "c"): 0.5, ("b", "c"): 0.5})
    assert found.cost_of_stability == pytest.approx(0.5)
    least = games.least_core(game)
    assert least.value == pytest.approx(1 / 3) and least.unique


def test_imputations_bind_where_they_must():
    """A player who is worth more alone than the others concede gets that in the nucleolus, less in the prenucleolus."""
    table = np.zeros(8)
    table[0b001] = 4.0
    table[0b110] = 5.0
    table[-1] = 5.0
    game = of_table(table)
    assert game.vector(games.nucleolus(game).payoff) == pytest.approx([4.0, 0.5, 0.5])
    assert game.vector(games.prenucleolus(game).payoff)[0] == pytest.approx(2.0)
    assert not games.kohlberg(game, games.prenucleolus(game).payoff)
    assert not games.kohlberg(game, games.nucleolus(game).payoff, imputations=False)


def test_a_nucleolus_without_imputations_is_refused_with_the_way_out():
    game = Game({("a",): 3.0, ("b",): 3.0, ("a", "b"): 4.0})
    with pytest.raises(InputError, match="prenucleolus"):
        games.nucleolus(game)
    assert games.prenucleolus(game).payoff == pytest.approx({"a": 2.0, "b": 2.0})


def test_proportional_rules_need_positive_numbers():
    with pytest.raises(InputError, match="not positive: b"):
        games.proportional_nucleolus(Game({("a",): 3.0, ("b",): 0.0, ("a", "b"): 4.0}, "cost"))


def test_tau_and_gately_say_why_they_do_not_exist():
    with pytest.raises(InputError, match="quasi-balanced"):
        games.tau(Game.of("abc", lambda s: float(len(s) > 1)))
    with pytest.raises(InputError, match="propensity"):
        games.gately(Game.of("abc", lambda s: float(len(s))))


def test_scrb_with_benefits():
    """A benefit below the cost alone limits what is left to divide by."""
    game = Game({("a",): 10.0, ("b",): 10.0, ("a", "b"): 14.0}, "cost")
    assert games.scrb(game).payoff == pytest.approx({"a": 7.0, "b": 7.0})
    found = games.scrb(game, {"a": 6.0, "b": 100.0})
    assert (
        found.certificate.remaining == pytest.approx({"a": 2.0, "b": 6.0}) and found.certificate.joint == 6.0
    )
    assert found.payoff == pytest.approx({"a": 5.5, "b": 8.5})
    low = games.scrb(game, {"a": 1.0, "b": 100.0})
    assert "remaining benefits of a are negative" in low.note
    with pytest.raises(InputError, match="benefits"):
        games.scrb(Game({("a",): 1.0}), {"a": 1.0})


def test_one_player_gets_all():
    game = Game({("a",): 3.0}, "cost")
    for rule in ("shapley", "nucleolus", "per_capita_nucleolus", "least_core", "scrb", "tau"):
        assert getattr(games, rule)(game).payoff == pytest.approx({"a": 3.0}), rule
    assert games.core(game).payoff == pytest.approx({"a": 3.0})


def test_fifteen_players_are_exact():
    """An airport: Shapley and nucleolus have formulas (Littlechild and Owen 1973; Littlechild 1974)."""
    strips = np.array([3, 3, 4, 7, 7, 8, 11, 12, 12, 15, 19, 20, 21, 30, 31], dtype=float)
    names = [f"p{i}" for i in range(15)]
    game = Game.of(names, lambda m: np.where(m, strips, 0.0).max(axis=1), "cost", vectorised=True)
    steps = np.diff(strips, prepend=0.0) / np.arange(15, 0, -1)
    assert game.vector(games.shapley(game).payoff) == pytest.approx(np.cumsum(steps))
    # Littlechild: in each round the group that can be charged least per head, its members and one more sharing
    charged, paid, start = np.zeros(15), 0.0, 0
    while start < 15:
        ends = np.arange(start, 15)
        heads = np.where(ends < 14, ends - start + 2, ends - start + 1)
        rates = np.where(ends < 14, (strips[ends] - paid) / heads, (strips[-1] - paid) / np.maximum(1, heads))
        k = int(np.flatnonzero(rates <= rates.min() + 1e-12)[-1])
        rate = rates[k]
        charged[start : ends[k] + 1] = rate
        paid += rate * (ends[k] + 1 - start)
        start = ends[k] + 1
    assert game.vector(games.nucleolus(game).payoff) == pytest.approx(charged, abs=1e-8)


def test_sampled_shapley_covers_the_exact_value():
    game = games.example("skane")
    exact = game.vector(games.shapley(game).payoff)
    inside = []
    for seed in range(40):
        found = games.shapley_sampled(game, permutations=200, seed=seed, confidence=0.9)
        assert sum(found.payoff.values()) == pytest.approx(83.82)
        inside += list((game.vector(found.low) <= exact) & (exact <= game.vector(found.high)))
    assert 0.84 <= np.mean(inside) <= 0.96  # 240 intervals at 90 %
    again = games.shapley_sampled(game, permutations=200, seed=39, confidence=0.9)
    assert again.payoff == found.payoff
    more = games.shapley_sampled(game, permutations=20_000, seed=1)
    assert max(more.standard_error.values()) < 0.25 * max(found.standard_error.values())


def test_sampled_shapley_of_forty_players():
    """An airport again: no table of a million million coalitions."""
    strips = np.arange(1.0, 41.0)
    names = [f"p{i}" for i in range(40)]
    game = Game.of(names, lambda m: np.where(m, strips, 0.0).max(axis=1), "cost", vectorised=True)
    exact = np.cumsum(1.0 / np.arange(40, 0, -1))
    found = games.shapley_sampled(game, permutations=4000, seed=3, confidence=0.999)
    inside = (game.vector(found.low) <= exact) & (exact <= game.vector(found.high))
    assert inside.mean() >= 0.95
    assert np.abs(game.vector(found.payoff) - exact).max() < 0.3
    slow = Game.of(names, lambda s: float(max(int(p[1:]) for p in s)) + 1, "cost")
    assert games.shapley_sampled(slow, 10, seed=3).payoff == pytest.approx(
        games.shapley_sampled(game, 10, seed=3).payoff
    )
    with pytest.raises(InputError, match="shapley_sampled"):
        games.shapley(game)
    with pytest.raises(InputError, match="even number"):
        games.shapley_sampled(game, 7)


def test_sampling_a_linear_game_is_exact():
    found = games.shapley_sampled(Game.of("abc", lambda s: float(sum(map(ord, s)))), 4)
    assert found.payoff == pytest.approx({"a": 97.0, "b": 98.0, "c": 99.0})
    assert max(found.standard_error.values()) == pytest.approx(0.0, abs=1e-9)
