"""Water supply in Skåne: divisions of 83.82 million crowns among six groups of municipalities.

Source: H. P. Young, N. Okada and T. Hashimoto, IIASA WP-79-77 (1979), table 7 (million SEK). Least cores are sets: they are tested by
optimum and membership, the refined points apart.
"""

import pytest

from spatialcoord import games

TABLE_7 = {
    "scrb": (19.54, 13.28, 5.62, 10.90, 16.66, 17.82),
    "shapley": (20.01, 10.71, 6.61, 10.37, 16.94, 19.18),
    "nucleolus": (20.35, 12.06, 5.00, 8.61, 18.60, 19.21),
    "proportional_least_core": (19.81, 12.57, 4.35, 9.25, 19.85, 17.99),
    "weak_least_core": (20.03, 12.52, 3.94, 9.07, 20.11, 18.15),
}
BY_DEMAND = (13.33, 16.32, 7.43, 7.00, 29.04, 10.69)
BY_POPULATION = (10.13, 21.00, 3.19, 8.22, 34.22, 7.07)
ROUNDED = 0.011  # a unit in the last digit printed
MEMBERS = 0.031  # six charges rounded to 0.005 each


@pytest.fixture(scope="module")
def skane() -> games.Game:
    return games.example("skane")


def test_costs_alone_and_at_the_margin_are_those_of_table_8(skane):
    assert [skane.value(p) for p in skane.players] == [21.95, 17.08, 10.91, 15.88, 20.81, 21.98]
    marginal = [skane.value(skane.players) - skane.value(set("AHKLMT") - {p}) for p in "AHKLMT"]
    assert marginal == pytest.approx([17.36, 9.85, 0.82, 6.40, 12.90, 14.06], abs=ROUNDED)


@pytest.mark.parametrize("rule", ["scrb", "shapley"])
def test_formulas_as_printed(skane, rule):
    assert list(getattr(games, rule)(skane).payoff.values()) == pytest.approx(TABLE_7[rule], abs=ROUNDED)


@pytest.mark.parametrize(
    ("rule", "optimum", "refined"),
    [
        ("proportional_least_core", -0.03681, (19.81, 12.57, 4.35, 9.25, 18.37, 19.47)),
        ("weak_least_core", -0.5339, (20.03, 12.52, 3.94, 9.07, 18.54, 19.71)),
    ],
)
def test_least_cores_are_sets(skane, rule, optimum, refined):
    found = getattr(games, rule)(skane)
    assert found.value == pytest.approx(optimum, abs=5e-5)
    assert found.contains(TABLE_7[rule], tolerance=MEMBERS)
    assert found.contains(refined, tolerance=MEMBERS) and found.payoff in found
    assert not found.contains(TABLE_7["shapley"], tolerance=MEMBERS)
    assert list(found.payoff.values()) == pytest.approx(refined, abs=ROUNDED)
    assert not found.unique
    assert found.high["M"] - found.low["M"] > 1 and found.high["A"] - found.low["A"] < 1e-4


def test_the_nucleolus(skane):
    found = games.nucleolus(skane)
    assert list(found.payoff.values()) == pytest.approx((20.35, 12.06, 5.00, 8.61, 18.32, 19.49), abs=ROUNDED)
    largest = list(found.excesses.items())[:9]
    assert [e for _, e in largest] == pytest.approx(
        [-1.6] * 3 + [-2.2067] * 3 + [-2.2833] + [-2.49] * 2, abs=1e-4
    )
    assert {"".join(c) for c, _ in largest[:3]} == {"HKL", "MT", "A"}
    assert {"".join(c) for c, _ in largest[3:6]} == {"AKLMT", "AHL", "AHKMT"}
    assert games.least_core(skane).value == pytest.approx(-1.6)


def test_the_nucleolus_of_table_7_is_not_the_nucleolus_of_these_costs(skane):
    """M gives up less than T there: 0.28 moved from M's charge to T's makes the larger complaint smaller."""
    printed = TABLE_7["nucleolus"]
    shifted = skane.named(skane.vector(printed) + [0, 0, 0, 0, -0.28, 0.28])
    proof = games.kohlberg(skane, skane.vector(printed) - 0.01 / 6, tolerance=2e-3)
    assert not proof and "not balanced" in proof.reason
    assert proof.improvement["M"] > 0 > proof.improvement["T"]
    excess = games.Division(skane, "table 7", skane.named(skane.vector(printed))).excesses
    after = games.Division(skane, "shifted", shifted).excesses
    assert excess[("M",)] == pytest.approx(-2.21, abs=0.005) and excess[("T",)] == pytest.approx(
        -2.77, abs=0.005
    )
    # nothing that was above M's complaint gets larger, and M's falls below
    above = [c for c, e in excess.items() if e >= excess[("M",)] - 1e-9]
    assert all(after[c] <= excess[c] + 1e-9 for c in above)
    assert max(after[("M",)], after[("T",)]) < excess[("M",)] - 0.2
    assert games.kohlberg(skane, games.nucleolus(skane).payoff)


@pytest.mark.parametrize(
    ("charges", "broken"),
    [
        (TABLE_7["shapley"], {"HKL": 0.43}),
        (TABLE_7["scrb"], {"HKL": 2.54, "AHL": 0.51, "AHKL": 0.39}),
    ],
    ids=["shapley", "scrb"],
)
def test_which_coalitions_would_build_their_own(skane, charges, broken):
    found = games.stability(skane, charges, tolerance=0.02 / 83.82)
    leaving = {"".join(c): gain for c, gain in found.leaving.items()}
    assert leaving == pytest.approx(broken, abs=MEMBERS)


@pytest.mark.parametrize(
    ("charges", "count"), [(BY_DEMAND, 17), (BY_POPULATION, 22)], ids=["demand", "population"]
)
def test_proportional_rules_drive_many_away(skane, charges, count):
    assert len(games.stability(skane, charges, tolerance=0.02 / 83.82).leaving) == count


def test_costs_are_not_subadditive_and_this_is_said(skane):
    assert skane.remarks == ["AHLMT costs 83.00 million SEK, its parts AHL and MT 82.63"]
