"""What no law or budget could state is refused, each fault in a sentence of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spatialcoord.simulate.economy import simulate
from spatialcoord.simulate.policy import Policy, ProfitTax, Upgrade, Works
from tests.simulate.worlds import MOVING, made_up, some_policy

ONES = np.ones((5, 3))
TAX = ProfitTax(np.full(5, 0.25), 0.25, np.full(5, 0.6))
UNPAID = np.array([[1.0, 0.0], [-0.5, 0.0]])

FAULTS = {
    "compensation from nobody": (
        {"money": {"compensation": UNPAID}},
        "compensation does not sum to zero over regions: 0.5 million is paid to or by nobody",
    ),
    "money that is no number": (
        {"money": {"income": np.nan * ONES}},
        "money 'income' holds what is no finite number",
    ),
    "no regions": ({"money": {"income": np.ones((0, 3))}}, "money 'income' is empty"),
    "no money": ({"works": (Works("human", np.ones((0, 3))),)}, "money that builds human capital is empty"),
    "works that are no number": (
        {"works": (Works("human", np.inf * ONES),)},
        "money that builds human capital holds what is no finite number",
    ),
    "room below nothing": (
        {"works": (Works("human", ONES, full=-1.0),)},
        "what human capital can absorb is not zero or more everywhere",
    ),
    "more than it costs": (
        {"works": (Works("human", ONES, efficiency=1.2),)},
        "the efficiency of works that build human capital, 1.2, is not between 0 and 1",
    ),
    "all of profits": (
        {"taxes": (replace(TAX, rate=np.array([0.2, 1.0])),)},
        "the rate of a tax is 1, and must be below 1: nothing would be left of profits",
    ),
    "base of all profits": (
        {"taxes": (replace(TAX, base_rate=1.5),)},
        "the base rate of a tax is 1.5, and must be below 1: nothing would be left of profits",
    ),
    "rate that is no number": (
        {"taxes": (replace(TAX, rate=np.full(5, np.nan)),)},
        "the rate of a tax holds what is no finite number",
    ),
    "reach above all": (
        {"taxes": (replace(TAX, reach=np.full(5, 1.1)),)},
        "the reach of a tax is not between 0 and 1 everywhere",
    ),
    "no way": (
        {"upgrades": (Upgrade(0, 1, 0.0, 2021),)},
        "the length of an upgraded link is 0 km, not a number above zero",
    ),
    "more than open": (
        {"opened": 1.2 * ONES},
        "the share of a market opened is between 1.2 and 1.2, not between 0 and 1",
    ),
    "shut further": (
        {"opened": np.array([[-0.5, 0.5]])},
        "the share of a market opened is between -0.5 and 0.5, not between 0 and 1",
    ),
    "opened by no number": (
        {"opened": np.nan * ONES},
        "the share of markets opened holds what is no finite number",
    ),
    "shifted by no number": ({"shifted": np.nan * ONES}, "output shifted holds what is no finite number"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_in_one_sentence(name):
    given, sentence = FAULTS[name]
    with pytest.raises(ValueError) as caught:
        Policy(**given)
    assert str(caught.value) == sentence


def test_faults_are_told_together_and_sums_of_policies_are_looked_at_too():
    with pytest.raises(ValueError, match="unknown accounts of money: gold; .* must be below 1"):
        Policy(money={"gold": ONES}, taxes=(replace(TAX, base_rate=1.0),))
    half = Policy(opened=0.6 * ONES)
    with pytest.raises(ValueError, match=r"opened is between 1\.2 and 1\.2"):
        half + half


def test_what_a_solver_leaves_in_the_last_digits_is_no_fault():
    Policy(opened=(1 + 1e-9) * ONES, money={"compensation": UNPAID - UNPAID.mean(axis=0) + 1e-9})


def test_nothing_to_simulate_is_said():
    with pytest.raises(ValueError, match="there is no policy to simulate"):
        simulate(made_up(), MOVING, [])
    assert simulate(made_up(), MOVING, [some_policy(made_up())]).output.shape[0] == 1
