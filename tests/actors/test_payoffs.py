"""What each actor's parties gain, worked out by hand on three regions."""

import numpy as np
import pytest

from spatialcoord.actors.base import actors_of
from tests.actors.three import FLOWS, OUTPUT, PEOPLE, REVENUE, given, three, worth


def test_residents_gain_what_income_gains():
    some = given(
        output=[100, 50, 0], income_receipts=[40, 0, 0], financing=[10, 40, 50], terminal=[1, 2, 3],
        levy=[0, 0, 5], cofinance=[9, 9, 9], cofinance_additional=[4, 0, 0],
    )  # fmt: skip
    assert worth(three(), "residents", some) == pytest.approx([127, 12, -52])


def test_local_governments_count_revenue_on_output_and_net_payments():
    some = given(
        output=[100, 60, 50], receipts=[70, 20, 10], private_receipts=[5, 0, 0], financing=[10, 40, 50],
        cofinance=[2, 0, 0], debt_cost=[0, 3, 0], compensation=[4, 0, -4],
    )  # fmt: skip
    # a tenth, a tenth and a fifth of the gain in output is own revenue
    assert worth(three(), "local_government", some) == pytest.approx(
        [10 + 70 - 5 - 10 - 2 + 4, 6 + 20 - 40 - 3, 10 + 10 - 50 - 4]
    )


def test_the_tournament_weighs_growth_beyond_that_of_peers_and_sums_to_nothing_where_all_grow_alike():
    case = three("actors.local_government.growth_against_peers=0.5")
    # growth of 1 %, 0.1 % and nothing; the mean of the others is 0.05 %, 0.5 % and 0.55 %
    some = given(output=[100, 60, 0])
    ahead = np.array([0.0095, -0.004, -0.0055]) * 0.5 * OUTPUT
    assert worth(case, "local_government", some) == pytest.approx(np.array([10, 6, 0]) + ahead)
    assert worth(case, "local_government", given(output=OUTPUT * 0.01)) == pytest.approx(REVENUE * 0.01)


def test_the_rank_is_that_of_output_per_head():
    case = three()
    actor = actors_of(case.setting)[0]["local_government"]
    assert actor.figures(case.setting, given())["rank"].tolist() == [3, 2, 1]
    assert actor.figures(case.setting, given(output=[21_000, 0, 0]))["rank"].tolist() == [2, 3, 1]


def test_a_governments_figure_without_the_programme_is_revenue_and_existing_transfers():
    case = three()
    actor = actors_of(case.setting)[0]["local_government"]
    assert actor.payoff(case.setting, given()) == pytest.approx(REVENUE + FLOWS)


def test_firms_keep_profits_after_tax_and_pay_their_part():
    case = three("actors.firms={capital_share: 0.4, tax_rate: 0.2}")
    some = given(output=[100, 0, 0], private_receipts=[0, 7, 0], private_cost=[0, 3, 0], levy=[-2, 0, 5])
    assert worth(case, "firms", some) == pytest.approx([0.4 * 0.8 * 100 + 2, 4, -5])


def test_civil_society_counts_the_poorest_and_the_smallest_change():
    # 0.4 of four million people are the million of the poor region and 0.6 of two million in the middle
    case = three("actors.ngo={poorest: 0.4, smallest: 2}")
    some = given(income_receipts=[50, 20, 0], financing=[0, 0, 30])
    assert worth(case, "ngo", some) == pytest.approx([50 + 0.3 * 20 - 2 * 30])
    # so much for the poor that those of the middle, then poorer, fill the group: 1.6 of their 2 million
    much = given(income_receipts=[40_000, 0, 0])
    middle, poor = (OUTPUT + FLOWS - case.setting.financing_share * FLOWS.sum())[[1, 0]]
    assert worth(case, "ngo", much) == pytest.approx([0.8 * middle - poor - 0.3 * middle])


@pytest.mark.parametrize("kind", ["equity_adjusted_mean", "maximise_mean", "minimise_index"])
def test_the_central_government_weighs_equity_as_the_objective_does_and_pays_for_public_money(kind):
    case = three(f"objective.kind={kind}", "objective.inequality_weight=0.5")
    some = given(
        output=[300, 0, 0], financing=[10, 40, 50], levy=[0, 0, 5], cofinance=[20, 0, 0],
        cofinance_additional=[8, 0, 0], debt_cost=[0, 2, 0],
    )  # fmt: skip
    baseline = OUTPUT + FLOWS - case.setting.financing_share * FLOWS.sum()
    change = np.array([300 - 10 - 8, -40 - 2, -50 - 5])

    def welfare(income):
        per_head = income / PEOPLE
        share = PEOPLE / PEOPLE.sum()
        gaps = np.abs(per_head[:, None] - per_head[None, :])
        gini = share @ gaps @ share / (2 * share @ per_head)
        return income.sum() * (1 - (0.0 if kind == "maximise_mean" else 0.5 * gini))

    public = 100 + 5 + 8 + 2
    by_hand = welfare(baseline + change) - welfare(baseline) - 0.3 * public
    assert worth(case, "central_government", some) == pytest.approx([by_hand], abs=1e-6)


def test_a_measure_that_has_no_place_over_a_mean_gives_way_to_gini():
    of_variance = three("objective={kind: minimise_index, measure: variance}")
    of_gini = three("objective.kind=minimise_index")
    some = given(income_receipts=[30, 0, 0], financing=[3, 12, 15])
    assert worth(of_variance, "central_government", some) == pytest.approx(
        worth(of_gini, "central_government", some)
    )


def test_who_lacks_a_column_is_left_out_and_says_which():
    found, skipped = actors_of(three(without=("own_revenue",)).setting)
    assert skipped == {"local_government": ["own_revenue"]}
    assert set(found) == {"central_government", "firms", "ngo", "residents"}


def test_a_loss_of_the_richest_is_none_of_civil_society_unless_weighted():
    some = given(income_receipts=[30, 0, 0], financing=[0, 10, 500])
    assert worth(three(), "ngo", some) == pytest.approx(
        [0.8 * 30]
    )  # a fifth of all, of the poor region's million
    assert worth(three("actors.ngo.smallest=1"), "ngo", some) == pytest.approx([0.8 * 30 - 500])
