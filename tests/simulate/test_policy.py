"""Policies that no law could state are refused, all their faults in one message."""

import numpy as np
import pytest

from spatialcoord.simulate.policy import Policy, ProfitTax, Upgrade, Works

ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"money": {"gifts": ONES}}, "unknown accounts of money: gifts"),
        ({"money": {"received": ONES * np.nan}}, "money of 'received' holds what is no number"),
        ({"money": {"compensation": ONES}}, "do not sum to zero"),
        ({"works": (Works("human", ONES * np.inf),)}, "works of human holds"),
        ({"works": (Works("human", -ONES),)}, "cost less than nothing"),
        ({"taxes": (ProfitTax(np.array([0.2, 1.0]), 0.2, np.ones(2)),)}, "takes all profit"),
        ({"opened": ONES * 1.5}, "more than wholly"),
        ({"opened": ONES * np.nan}, "opened holds"),
        ({"shifted": ONES * np.nan}, "shifted holds"),
        ({"upgrades": (Upgrade(0, 1, 0.0, 2021),)}, "no length"),
    ],
)
def test_what_is_no_policy_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        Policy(**settings)


def test_all_faults_are_told_at_once():
    with pytest.raises(ValueError, match="sum to zero in a year; a market"):
        Policy({"compensation": ONES}, opened=2.0 * ONES)


def test_payments_that_cancel_are_a_policy():
    between = np.array([[5.0, -2.0, 0.0], [-5.0, 2.0, 0.0]])
    assert (Policy({"compensation": between}) + Policy({"compensation": -between})).money[
        "compensation"
    ].sum() == 0
