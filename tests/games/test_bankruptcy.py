"""Rules for claims above an estate, on claims drawn at random."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialcoord import games
from spatialcoord.errors import InputError

RULES = ("proportional", "cea", "cel", "talmud", "random_arrival")
CLAIMS = st.lists(st.integers(0, 40), min_size=1, max_size=5)
SHARE = st.integers(0, 20)


def problem(claims, share) -> tuple[dict[str, float], float]:
    named = {f"p{i}": float(c) for i, c in enumerate(claims)}
    return named, sum(claims) * share / 20


def awards(claims, estate, rule) -> np.ndarray:
    return np.array(list(games.bankruptcy(claims, estate, rule).payoff.values()))


@pytest.mark.parametrize("rule", RULES)
@given(claims=CLAIMS, share=SHARE)
def test_everything_is_shared_out_and_nobody_gets_more_than_the_claim(rule, claims, share):
    named, estate = problem(claims, share)
    found = games.bankruptcy(named, estate, rule)
    x = np.array(list(found.payoff.values()))
    assert x.sum() == pytest.approx(estate, abs=1e-9)
    assert (x >= -1e-9).all() and (x <= np.array(claims) + 1e-9).all()
    assert np.array(list(found.loss.values())) == pytest.approx(np.array(claims) - x)


@pytest.mark.parametrize("rule", RULES)
@given(claims=CLAIMS, share=SHARE, more=st.integers(0, 20))
def test_a_larger_estate_harms_nobody(rule, claims, share, more):
    named, estate = problem(claims, share)
    _, larger = problem(claims, min(20, share + more))
    assert (awards(named, larger, rule) >= awards(named, estate, rule) - 1e-9).all()


@pytest.mark.parametrize("rule", RULES)
@given(claims=CLAIMS, share=SHARE)
def test_equal_claims_get_the_same_and_larger_ones_no_less(rule, claims, share):
    named, estate = problem(sorted(claims), share)
    assert (np.diff(awards(named, estate, rule)) >= -1e-9).all()


@pytest.mark.parametrize("rule", ["proportional", "talmud", "random_arrival"])
@given(claims=CLAIMS, share=SHARE)
def test_awards_and_losses_are_shared_alike(rule, claims, share):
    named, estate = problem(claims, share)
    rest = awards(named, sum(claims) - estate, rule)
    assert awards(named, estate, rule) == pytest.approx(np.array(claims) - rest, abs=1e-9)


@given(claims=CLAIMS, share=SHARE)
def test_equal_awards_and_equal_losses_are_dual(claims, share):
    named, estate = problem(claims, share)
    rest = awards(named, sum(claims) - estate, "cea")
    assert awards(named, estate, "cel") == pytest.approx(np.array(claims) - rest, abs=1e-9)


@given(claims=st.lists(st.integers(0, 40), min_size=2, max_size=5), share=SHARE)
def test_the_talmud_is_the_nucleolus_of_the_game(claims, share):
    """Aumann and Maschler (1985), theorem A; random arrival is its Shapley value (O'Neill 1982)."""
    named, estate = problem(claims, share)
    game = games.bankruptcy_game(named, estate)
    assert game.vector(games.nucleolus(game).payoff) == pytest.approx(
        awards(named, estate, "talmud"), abs=1e-7
    )
    assert game.vector(games.shapley(game).payoff) == pytest.approx(awards(named, estate, "random_arrival"))


@given(claims=st.lists(st.integers(1, 40), min_size=2, max_size=5), share=SHARE)
def test_the_talmud_divides_between_any_two_as_between_two(claims, share):
    """Consistency with the contested garment."""
    named, estate = problem(claims, share)
    x = awards(named, estate, "talmud")
    pair = games.bankruptcy({"a": claims[0], "b": claims[1]}, x[0] + x[1], "talmud").payoff
    assert list(pair.values()) == pytest.approx(x[:2], abs=1e-9)
    contested = max(0.0, x[0] + x[1] - claims[0]), max(0.0, x[0] + x[1] - claims[1])
    left = x[0] + x[1] - sum(contested)
    assert x[:2] == pytest.approx([contested[1] + left / 2, contested[0] + left / 2], abs=1e-9)


def test_every_fault_of_claims_is_told_at_once():
    with pytest.raises(InputError) as caught:
        games.bankruptcy({"a": -1.0, "b": float("nan")}, float("inf"), "shares")
    text = str(caught.value)
    for part in (
        "estate: the number is inf",
        "claim of a: the claim is -1",
        "claim of b: the number is nan",
        "shares",
    ):
        assert part in text, text
    with pytest.raises(InputError, match="the estate is 7, the claims sum to 3"):
        games.bankruptcy({"a": 1.0, "b": 2.0}, 7.0)
    with pytest.raises(InputError, match="no claims"):
        games.bankruptcy({}, 0.0)
