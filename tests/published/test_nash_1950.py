"""Bill and Jack, who barter, and the sets with which Kalai and Smorodinsky left Nash.

Sources: J. F. Nash (1950), The bargaining problem, Econometrica 18(2), example on p. 161; E. Kalai and M. Smorodinsky (1975), Other
solutions to Nash's bargaining problem, Econometrica 43(3). The items and sets are from memory.
"""

from itertools import combinations

import pytest

from spatialcoord.games import Outcomes, bargain

# utility to Bill, to Jack
BILL = {"book": (2, 4), "whip": (2, 2), "ball": (2, 1), "bat": (2, 2), "box": (4, 1)}
JACK = {"pen": (10, 1), "toy": (4, 1), "knife": (6, 2), "hat": (2, 2)}


def barters() -> dict[str, tuple[int, int]]:
    """Utilities of both after every set of items has changed hands."""
    every, found = {**BILL, **JACK}, {}
    for size in range(len(every) + 1):
        for moved in combinations(every, size):
            bills = [i for i in every if (i in BILL) != (i in moved)]
            jacks = [i for i in every if (i in JACK) != (i in moved)]
            found[" ".join(moved)] = (sum(every[i][0] for i in bills), sum(every[i][1] for i in jacks))
    return found


def test_what_bill_and_jack_exchange():
    found = bargain(Outcomes.points(barters(), lotteries=False), {"Bill": 12, "Jack": 6}, "nash")
    assert list(found.mixture) == ["book whip ball bat pen toy knife"]
    assert found.gain == pytest.approx({"Bill": 12, "Jack": 5})
    assert found.note == ""


def test_lotteries_over_barters_can_only_do_better():
    found = bargain(barters(), {"Bill": 12, "Jack": 6}, "nash")
    assert found.gain["Bill"] * found.gain["Jack"] >= 60 - 1e-6
    assert found.gap <= 1e-6


def test_sets_of_kalai_and_smorodinsky():
    large = {"none": (0, 0), "second": (0, 1), "both": (1, 0.7), "first": (1, 0)}
    small = {"second": (0, 1), "both": (0.75, 0.75), "first": (1, 0)}
    assert list(bargain(large, (0, 0), "nash").payoff.values()) == pytest.approx((1, 0.7), abs=1e-6)
    assert list(bargain(large, (0, 0), "kalai_smorodinsky").payoff.values()) == pytest.approx(
        (10 / 13, 10 / 13)
    )
    for rule in ("nash", "kalai_smorodinsky"):
        assert list(bargain(small, (0, 0), rule).payoff.values()) == pytest.approx((0.75, 0.75), abs=1e-6)
