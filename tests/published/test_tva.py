"""The Tennessee Valley Authority's dams: divisions that Straffin and Heaney print.

Source: P. D. Straffin and J. P. Heaney (1981), Game theory and the Tennessee Valley Authority, International Journal of Game Theory
10(1); costs in thousand USD. Costs and divisions are from memory (data/games/sources.md).
"""

import pytest

from spatialcoord import games


@pytest.fixture(scope="module")
def tva() -> games.Game:
    return games.example("tva")


@pytest.mark.parametrize(
    ("rule", "printed"),
    [
        (games.shapley, (117829, 100757, 193999)),
        (games.nucleolus, (116234, 93540, 202810)),
        (games.scrb, (117476, 99157, 195951)),  # the alternate cost avoided method
        (games.gately, (117476, 99157, 195951)),
    ],
    ids=["shapley", "nucleolus", "scrb", "gately"],
)
def test_divisions_as_printed(tva, rule, printed):
    assert list(rule(tva).payoff.values()) == pytest.approx(printed, abs=0.6)


def test_what_lies_behind_them(tva):
    separable = games.scrb(tva).certificate
    assert list(separable.separable.values()) == pytest.approx([45214, 33763, 110977])
    least = games.least_core(tva)
    assert least.value == pytest.approx(-47286) and least.unique
    assert games.core(tva) and tva.remarks == []
    for rule in (games.shapley, games.nucleolus, games.scrb):
        assert games.in_core(tva, rule(tva).payoff)


def test_per_capita_nucleolus_recomputed(tva):
    """Not in the article."""
    found = games.per_capita_nucleolus(tva)
    assert list(found.payoff.values()) == pytest.approx([120841.3, 105138.3, 186604.3], abs=0.05)
