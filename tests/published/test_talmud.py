"""Claims of 100, 200 and 300 on an estate: the Mishnah's table, Kethubot 93a.

Source: R. J. Aumann and M. Maschler (1985), Game theoretic analysis of a bankruptcy problem from the Talmud, Journal of Economic Theory
36(2). The awards for 300 are those of the manual of CoopGame as well; those for 100 and 200 from memory.
"""

import pytest

from spatialcoord import games

CLAIMS = {"a": 100, "b": 200, "c": 300}


@pytest.mark.parametrize(
    ("estate", "printed"),
    [(100, (100 / 3, 100 / 3, 100 / 3)), (200, (50, 75, 75)), (300, (50, 100, 150))],
)
def test_awards_as_printed_and_as_nucleolus(estate, printed):
    found = games.bankruptcy(CLAIMS, estate, "talmud")
    assert list(found.payoff.values()) == pytest.approx(printed)
    game = games.bankruptcy_game(CLAIMS, estate)
    assert list(games.nucleolus(game).payoff.values()) == pytest.approx(printed)


@pytest.mark.parametrize(
    ("rule", "awards"),
    [
        ("proportional", (50, 100, 150)),
        ("cea", (100, 100, 100)),
        ("cel", (0, 100, 200)),
        ("random_arrival", (50, 100, 150)),
    ],
)
def test_other_rules_on_an_estate_of_300(rule, awards):
    """By hand: (100 each), (lose 100 each), and six orders of arrival."""
    assert list(games.bankruptcy(CLAIMS, 300, rule).payoff.values()) == pytest.approx(awards)


def test_the_contested_garment():
    """One claims all of it, the other half: three quarters and one quarter."""
    assert games.bankruptcy({"all": 1.0, "half": 0.5}, 1.0).payoff == pytest.approx(
        {"all": 0.75, "half": 0.25}
    )
