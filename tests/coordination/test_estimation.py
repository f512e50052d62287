"""Planted elasticities are found again as often as the interval says, and what cannot be told is not told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spatialcoord.coordination.contrasts import difference_in_differences, synthetic_control
from spatialcoord.coordination.estimation import estimate, regression, without_effects
from spatialcoord.coordination.observation import Noise
from tests.coordination.panels import QUIET, SILENT, TRUTH, panel, with_capital


def jackknifed(panel):
    """Least squares with dummies and equation (2), by numpy alone."""

    def fitted(kept):
        y, xs = panel.log_output[kept], [v[kept] for v in panel.log_capital.values()]
        regions, years = y.shape
        dummies = np.hstack(
            [np.kron(np.eye(regions), np.ones((years, 1))), np.tile(np.eye(years), (regions, 1))]
        )
        return np.linalg.lstsq(np.column_stack([*(x.ravel() for x in xs), dummies]), y.ravel(), rcond=None)[
            0
        ][:2]

    n = len(panel.regions)
    whole = fitted(np.arange(n))
    less = np.array([fitted(np.delete(np.arange(n), g)) for g in range(n)]) - whole
    return whole, np.sqrt((n - 1) / n * (less**2).sum(axis=0))


def test_estimates_and_errors_are_those_of_dummies_and_of_leaving_out_regions():
    given = panel(seed=4)
    value, sd = jackknifed(given)
    found = list(estimate(given).values())
    np.testing.assert_allclose([f.value for f in found], value, rtol=1e-7)
    np.testing.assert_allclose([f.sd for f in found], sd, rtol=1e-7)
    # t with 13 degrees of freedom
    np.testing.assert_allclose([(f.high - f.value) / f.sd for f in found], 2.160369, rtol=1e-6)
    assert {f.freedom for f in found} == {13}


@pytest.mark.parametrize("noise", [QUIET, Noise(0.002, 0.6)], ids=["independent", "autocorrelated"])
def test_intervals_hold_the_truth_about_as_often_as_they_say_and_estimates_are_not_biased(noise):
    found = [estimate(panel(seed, noise)) for seed in range(200)]
    for kind, true in TRUTH.items():
        values = np.array([f[kind].value for f in found])
        assert 0.88 <= np.mean([f[kind].holds(true) for f in found]) <= 0.99
        assert abs(values.mean() - true) < 3 * values.std() / np.sqrt(200)
        # errors are about as large as estimates scatter
        assert 0.8 < np.mean([f[kind].sd for f in found]) / values.std() < 1.4


# one panel in ten misses one of two by chance, among them that of seed 2
@pytest.mark.parametrize("seed", [0, 1, 3])
def test_planted_elasticities_are_recovered_within_their_intervals(seed):
    found = estimate(panel(seed))
    assert all(found[kind].identified and found[kind].holds(true) for kind, true in TRUTH.items())
    assert 0.05 < found["infrastructure"].high - found["infrastructure"].low < 0.4


def test_without_noise_the_truth_is_found():
    found = estimate(panel(noise=SILENT))
    assert {kind: pytest.approx(f.value, abs=1e-9) for kind, f in found.items()} == TRUTH


def test_widths_grow_with_noise_and_shrink_with_money():
    one, three = estimate(panel(3, QUIET)), estimate(panel(3, Noise(0.006)))
    for kind in TRUTH:
        assert three[kind].sd == pytest.approx(3 * one[kind].sd, rel=1e-6)
        assert three[kind].value - TRUTH[kind] == pytest.approx(3 * (one[kind].value - TRUTH[kind]), rel=1e-6)
    given = panel(3)
    more = with_capital(given, TRUTH, **{k: 2 * v for k, v in given.log_capital.items()})
    assert estimate(more)["human"].sd == pytest.approx(one["human"].sd / 2, rel=1e-6)


def test_effects_of_regions_and_years_do_not_matter():
    calm = panel(5, replace(QUIET, year=0.0, region=0.0))
    wild = panel(5, replace(QUIET, year=0.5, region=2.0))
    for kind in TRUTH:
        assert estimate(calm)[kind].value == pytest.approx(estimate(wild)[kind].value, abs=1e-9)


def test_kinds_built_in_one_proportion_cannot_be_told_apart():
    given = panel()
    base = given.log_capital["infrastructure"]
    for same in (2.0 * base, np.log1p(2.0 * np.expm1(base))):  # the second is not quite proportional
        found = estimate(with_capital(given, TRUTH, infrastructure=base, human=same))
        assert [f.status for f in found.values()] == ["confounded"] * 2
        assert found["human"].confounded_with == ("infrastructure",)
        assert np.isnan([found["human"].value, found["human"].sd]).all() and not found["human"].holds(0.05)


def test_a_kind_beside_confounded_ones_is_not_charged_with_them():
    given = panel(noise=SILENT)
    base, other = given.log_capital["infrastructure"], given.log_capital["human"]
    truth = {"infrastructure": 0.15, "private": 0.3, "human": 0.05}
    three = with_capital(given, truth, infrastructure=base, private=0.5 * base, human=other)
    found = estimate(three)
    assert (found["infrastructure"].status, found["private"].status) == ("confounded", "confounded")
    assert found["human"].value == pytest.approx(0.05, abs=1e-9)
    # left out of the regression, they would be charged to it
    assert abs(estimate(three, ["human"])["human"].value - 0.05) > 1e-3


def test_three_kinds_of_which_one_is_the_sum_of_the_others_are_one_group():
    given = panel()
    a, b = given.log_capital["infrastructure"], given.log_capital["human"]
    b = b * np.linalg.norm(a) / np.linalg.norm(b)
    found = estimate(with_capital(given, {"a": 0.1, "b": 0.1, "c": 0.1}, a=a, b=b, c=a + b))
    assert [f.status for f in found.values()] == ["confounded"] * 3
    assert set(found["a"].confounded_with) == {"b", "c"}


def test_what_does_not_vary_is_not_estimated_and_does_not_disturb():
    given = panel()
    same = np.broadcast_to(np.linspace(0.0, 0.1, 13), (14, 13))
    others = given.log_capital
    found = estimate(replace(given, log_capital={**others, "research": same, "private": 0 * same}))
    assert (found["research"].status, found["private"].status) == ("no_variation", "no_variation")
    assert found["human"] == estimate(given)["human"]
    assert [f.status for f in estimate(replace(given, log_capital={"private": 0 * same})).values()] == [
        "no_variation"
    ]


def test_what_rests_on_one_region_is_not_told_and_the_rest_is_without_it():
    given = panel()
    lone = np.zeros((14, 13))
    lone[4, 6:] = 0.1
    found = estimate(replace(given, log_capital={**given.log_capital, "research": lone}))
    assert found["research"].status == "one_region" and np.isnan(found["research"].value)
    kept = [i for i in range(14) if i != 4]
    less = replace(
        given,
        regions=tuple(given.regions[i] for i in kept),
        log_output=given.log_output[kept],
        log_capital={kind: v[kept] for kind, v in given.log_capital.items()},
        money_per_head=given.money_per_head[kept],
    )
    assert found["human"] == estimate(less)["human"] and found["human"].identified


def test_confounded_kinds_that_rest_on_one_region_do_not_disturb_the_rest():
    given = panel()
    lone = np.zeros((14, 13))
    lone[4, 6:] = 0.1
    found = estimate(replace(given, log_capital={**given.log_capital, "research": lone, "private": 2 * lone}))
    assert [found[k].status for k in ("research", "private")] == ["confounded"] * 2
    single = estimate(replace(given, log_capital={**given.log_capital, "research": lone}))
    assert found["human"] == single["human"] and found["human"].identified


def test_few_regions_and_wrong_questions():
    given = panel()
    two = replace(given, regions=given.regions[:2], log_output=given.log_output[:2],
                  log_capital={k: v[:2] for k, v in given.log_capital.items()})  # fmt: skip
    assert {f.status for f in estimate(two).values()} == {"few_regions"}
    with pytest.raises(ValueError, match="no research capital"):
        estimate(given, ["human", "research"])
    with pytest.raises(ValueError, match="one year"):
        estimate(replace(given, years=(2021,), log_output=given.log_output[:, :1]))
    with pytest.raises(ValueError, match="removing cluster"):
        regression(given.log_output, [np.eye(14)[:, [0]] * np.arange(13.0)])


def contrast_of(given, truth):
    """What (1) of the contrasts finds where nothing but the programme moves output."""
    effect = without_effects(sum(truth[kind] * v for kind, v in given.log_capital.items()))
    treated = without_effects(given.more[:, None] * ~given.before)
    return float((treated * effect).sum() / (treated**2).sum())


def test_difference_in_differences_finds_what_more_money_does_and_dates_it():
    given = panel(noise=SILENT)
    found = difference_in_differences(given)
    assert (
        found.identified
        and found.value == pytest.approx(contrast_of(given, TRUTH), rel=1e-9)
        and found.value > 0
    )
    assert np.abs(found.by_year[:5]).max() < 1e-12 and found.trend_p == 1.0
    assert (found.by_year[7:] > 0).all()
    noisy = [difference_in_differences(panel(seed)) for seed in range(60)]
    assert np.mean([f.low <= found.value <= f.high for f in noisy]) >= 0.88
    # the last year before the programme is what the others are told against
    assert [year for year, sd in zip(given.years, noisy[0].by_year_sd, strict=True) if sd == 0] == [2020]
    values = np.array([f.value for f in noisy])
    assert abs(values.mean() - found.value) < 3 * values.std() / np.sqrt(60)


def test_paths_that_part_before_the_programme_are_noticed_and_chance_seldom_is():
    few = [difference_in_differences(panel(seed, n=8)).trend_p for seed in range(200)]
    assert np.mean(np.array(few) < 0.05) <= 0.13  # F with R-1 degrees of freedom rejects 29 of 100
    level = np.array(
        [difference_in_differences(panel(seed, Noise(0.002, 0.5))).trend_p for seed in range(100)]
    )
    assert np.mean(level < 0.05) <= 0.13
    given = panel()
    drift = replace(given, log_output=given.log_output + 0.003 * given.more[:, None] * np.arange(13))
    assert difference_in_differences(drift).trend_p < 0.01


def test_without_two_groups_or_years_on_both_sides_there_is_no_difference():
    given = panel()
    assert difference_in_differences(replace(given, money_per_head=np.ones(14))).status == "no_contrast"
    for first in (2016, 2030):
        found = difference_in_differences(replace(given, first=first))
        assert found.status == "no_years" and np.isnan(found.value)


def test_a_synthetic_control_finds_a_jump_and_weighs_those_that_move_alike():
    given = panel(noise=Noise(0.002, 0.0, 0.02, 0.05), truth={"infrastructure": 0.0, "human": 0.0})
    region = given.regions[int(np.argmax(given.money_per_head))]
    here = given.regions.index(region)
    donors = np.flatnonzero(~given.more)
    output = given.log_output.copy()
    # the region moves as two donors do, until it jumps by a tenth
    output[here] = 0.25 * output[donors[0]] + 0.75 * output[donors[1]] + 0.1 * ~given.before + 1.0
    found = synthetic_control(replace(given, log_output=output), region)
    assert found.weights[given.regions[donors[0]]] == pytest.approx(0.25, abs=1e-4)
    assert sum(found.weights.values()) == pytest.approx(1.0)
    assert set(found.weights) == {given.regions[i] for i in donors}
    assert found.value == pytest.approx(0.1, abs=1e-5) and found.fit < 1e-5
    assert found.p == pytest.approx(1 / 8)  # the least there can be with seven donors
    none = {"infrastructure": 0.0, "human": 0.0}
    nothing = [synthetic_control(panel(seed, truth=none), region).p for seed in range(80)]
    assert np.mean(np.array(nothing) <= 0.25) <= 0.4 and np.mean(nothing) > 0.35


def test_a_synthetic_control_that_cannot_be_made_is_refused():
    given = panel()
    with pytest.raises(ValueError, match="no region 'nowhere'"):
        synthetic_control(given, "nowhere")
    for wrong in (replace(given, first=2017), replace(given, first=2030)):
        with pytest.raises(ValueError, match="two years before"):
            synthetic_control(wrong, given.regions[0])
