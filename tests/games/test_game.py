"""A game says everything that is wrong with it at once, and what is unusual."""

import itertools
import subprocess
import sys

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.games import Game, examples

THREE = {
    ("a",): 1.0,
    ("b",): 2.0,
    ("c",): 0.0,
    ("a", "b"): 4.0,
    ("a", "c"): 2.0,
    ("b", "c"): 3.0,
    ("a", "b", "c"): 7.0,
}


def test_numbers_are_found_under_any_order_of_members():
    game = Game({**THREE, (): 0.0}, "value")
    assert game.players == ("a", "b", "c")
    assert game.value(("c", "a")) == game.value({"a", "c"}) == 2.0
    assert game.value("b") == 2.0 and game.value(()) == 0.0
    assert game.coalition(game.mask(("c", "b"))) == ("b", "c")
    same = Game({frozenset(k): v for k, v in THREE.items()}, "value", players=("a", "b", "c"))
    assert np.array_equal(same.table, game.table)


def test_sets_name_players_in_a_fixed_order():
    sets = {frozenset(k): v for k, v in sorted(THREE.items(), key=lambda item: -len(item[0]))}
    assert Game(sets).players == ("a", "b", "c")


def test_every_fault_is_told_at_once():
    faulty = {**THREE, ("a",): float("nan"), ("b", "a"): 5.0, (): 1.0, ("x", "a"): 1.0, ("b", "b"): "two"}
    del faulty[("b", "c")]
    with pytest.raises(InputError) as caught:
        Game(faulty, "value", players=("a", "b", "c"))
    text = str(caught.value)
    for part in (
        "coalition a: the number is nan",
        "coalition ba: given twice, as 4.0 and 5.0",
        "the empty coalition: is 1.0",
        "unknown players: x",
        "coalition bb: a player is named twice",
        "'two' is not a number",
        "missing coalitions: bc",
    ):
        assert part in text, text
    assert len(caught.value.problems) >= 7


@pytest.mark.parametrize(
    ("values", "kind", "part"),
    [
        ({}, "value", "needs players"),
        (THREE, "profit", "kind is 'profit'"),
        ({1: 0.0, (2,): 1.0, (1, 2): 4.0}, "value", "players are no names: 1, 2"),
        ({(f"p{i}",): 0.0 for i in range(21)}, "value", "21 players"),
    ],
)
def test_a_game_that_cannot_be_is_refused(values, kind, part):
    with pytest.raises(InputError, match=part):
        Game(values, kind)


def test_many_missing_coalitions_are_counted():
    with pytest.raises(InputError, match="and 110 more"):
        Game({(name,): 1.0 for name in "abcdefg"}, "cost")


def test_a_function_is_asked_once_a_coalition_and_never_for_nobody():
    asked = []

    def number(members):
        asked.append(members)
        return len(members) ** 2

    game = Game.of("abcd", number)
    assert game.value(("b", "a")) == 4 and asked == [("a", "b")]
    assert game.table[0b1011] == 9
    assert sorted(asked) == sorted(c for r in range(1, 5) for c in itertools.combinations("abcd", r))
    seen = Game.of("abcd", lambda member: member.sum(axis=1) ** 2.0, vectorised=True)
    assert np.array_equal(seen.table, game.table) and seen.value(("a", "d")) == 4


def test_a_function_that_returns_no_number_is_named():
    with pytest.raises(InputError, match="coalition ab"):
        sc.games.shapley(Game.of("abc", lambda s: np.inf if s == ("a", "b") else 1.0))
    with pytest.raises(InputError, match="coalition b: the function returned nan"):
        _ = Game.of("ab", lambda m: np.where(m[:, 1] & ~m[:, 0], np.nan, 1.0), vectorised=True).table
    with pytest.raises(InputError, match="named twice"):
        Game.of(("a", "a"), len)


def test_payoffs_that_do_not_fit_are_refused():
    game = Game(THREE)
    with pytest.raises(InputError) as caught:
        sc.games.in_core(game, {"a": 1.0, "b": float("inf"), "x": 2.0})
    assert all(
        part in str(caught.value) for part in ("no payoff for c", "unknown players: x", "the number is inf")
    )
    with pytest.raises(InputError, match="2 payoffs for 3 players"):
        sc.games.kohlberg(game, [1.0, 2.0])


def test_parts_that_do_better_are_told_but_not_refused():
    assert Game(THREE).remarks == []
    assert Game({**THREE, ("a", "b", "c"): 3.5}).remarks == ["abc is worth 3.50, its parts a and bc 4.00"]
    cost = {("north",): 3.0, ("south",): 4.0, ("north", "south"): 7.5}
    (remark,) = Game(cost, "cost", unit="EUR").remarks
    assert remark.startswith("north+south costs 7.50 EUR, its parts") and remark.endswith("7.00")


def test_a_cost_game_is_the_value_game_of_savings():
    """Charges are what each costs alone less its part of the savings, by every rule that moves along."""
    cost = sc.games.example("skane")
    alone = cost.table[1 << np.arange(cost.size)]
    member = (np.arange(64)[:, None] >> np.arange(6) & 1).astype(float)
    savings = Game.of(cost.players, lambda m: m @ alone - cost.values(m), "value", vectorised=True)
    assert savings.table == pytest.approx(member @ alone - cost.table)
    for rule in ("shapley", "nucleolus", "prenucleolus", "per_capita_nucleolus", "scrb", "gately", "tau"):
        charged = cost.vector(getattr(sc.games, rule)(cost).payoff)
        saved = savings.vector(getattr(sc.games, rule)(savings).payoff)
        assert charged == pytest.approx(alone - saved, abs=1e-8), rule
    one = sc.games.nucleolus(cost)
    assert list(one.excesses.values()) == pytest.approx(list(sc.games.nucleolus(savings).excesses.values()))


def test_examples_are_found_by_name():
    assert sc.games.example("tva").players == ("navigation", "flood_control", "power")
    assert sc.games.example("skane").unit == "million SEK"
    with pytest.raises(InputError, match="skane, tva"):
        sc.games.example("skaane")


def test_examples_are_found_in_an_installed_package(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "spatialcoord"
    monkeypatch.setattr(examples, "__file__", str(package / "games" / "examples.py"))
    with pytest.raises(InputError, match="bundled games are missing"):
        sc.games.example("tva")
    (package / "data" / "games").mkdir(parents=True)
    (package / "data" / "games" / "two.csv").write_text(
        "coalition,cost,unit\na,1,EUR\nb,2,EUR\nb+a,2.5,EUR\n"
    )
    assert sc.games.example("two").table.tolist() == [0.0, 1.0, 2.0, 2.5]


def test_nothing_else_of_the_package_is_needed():
    """Algorithms on numbers: neither Pyomo nor geopandas nor another room is loaded."""
    code = "import sys, spatialcoord.games as g; g.nucleolus(g.example('tva')); print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    rooms = {name.split(".")[1] for name in loaded if name.startswith("spatialcoord.")}
    assert rooms == {"errors", "games"} and not {"pyomo", "geopandas", "pandas", "pydantic"} & set(loaded)
