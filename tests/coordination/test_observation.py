"""A made-up panel is what the simulated economy does, and chance is the same whatever is done."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spatialcoord import registry
from spatialcoord.coordination.learning import Belief, believing
from spatialcoord.coordination.observation import Noise, Panel, observe
from spatialcoord.economy.capital import stock_of
from spatialcoord.errors import InputError
from spatialcoord.instruments.base import by_instrument
from spatialcoord.planner.twin import policy, still, world
from spatialcoord.simulate.economy import simulate
from tests.coordination.panels import QUIET, SILENT, TRUTH, YEARS, panel, programme


def seen(amounts, seed=0, noise=QUIET, truth=TRUTH, years=None):
    return observe(programme()[0], amounts, truth, np.random.default_rng(seed), noise, years)


def test_output_is_that_of_the_simulated_economy_under_the_planted_elasticities():
    setting, amounts = programme()
    found = panel(noise=SILENT)
    planted = setting.under(believing(setting.scenario, {k: Belief(v, 0.1) for k, v in TRUTH.items()}))
    path = simulate(world(planted), still(planted), policy(planted, amounts))
    np.testing.assert_allclose(np.exp(found.log_output[:, 5:]), path.output, rtol=1e-12)
    grown = setting.base_output[:, None] * (1 + setting.scenario.economy.growth) ** np.arange(-4.0, 1.0)
    np.testing.assert_allclose(np.exp(found.log_output[:, :5]), grown, rtol=1e-12)


def test_one_kind_alone_yields_what_the_planner_counts():
    setting, amounts = programme()
    only = {"human_capital": amounts["human_capital"]}
    elasticity = setting.scenario.economy.capital.human.elasticity
    found = seen(only, noise=SILENT, truth={"human": elasticity}, years=range(2021, 2029))
    part, params = "human_capital", setting.scenario.instruments["human_capital"]
    effects = registry.instruments.get(part)().response(setting, params, by_instrument(only)[part])
    gain = stock_of(setting, "human").gain(effects["invested_human"])
    assert gain.max() > 0
    np.testing.assert_allclose(np.exp(found.log_output) - setting.output, gain, rtol=1e-9, atol=1e-9)


def test_chance_is_the_same_whatever_is_spent_and_whatever_is_true():
    _, amounts = programme()
    twice = {line: 2 * amount for line, amount in amounts.items()}
    other = {"infrastructure": 0.3, "human": 0.0}
    found = [
        (seen(amounts), TRUTH),
        (seen(twice), TRUTH),
        (seen(amounts, truth=other), other),
        (seen({}), TRUTH),
    ]
    chance = [p.log_output - sum(true[k] * v for k, v in p.log_capital.items()) for p, true in found]
    for one in chance[1:]:
        np.testing.assert_allclose(one, chance[0], rtol=1e-13)
    assert (found[1][0].log_output > found[0][0].log_output).any()


def test_noise_has_the_size_and_the_memory_it_is_given():
    setting, _ = programme(60)
    many = [
        observe(setting, {}, {}, np.random.default_rng(seed), Noise(0.03, 0.7, 0.0, 0.0))
        for seed in range(40)
    ]
    quiet = observe(setting, {}, {}, np.random.default_rng(0), SILENT)
    left = np.stack([p.log_output - quiet.log_output for p in many])
    assert left.std() == pytest.approx(0.03, rel=0.03)
    assert left[..., 0].std() == pytest.approx(0.03, rel=0.05)  # from the first year on
    assert np.corrcoef(left[..., :-1].ravel(), left[..., 1:].ravel())[0, 1] == pytest.approx(0.7, abs=0.03)
    common = observe(setting, {}, {}, np.random.default_rng(0), Noise(0.0, 0.0, 0.02, 0.0))
    assert np.ptp(common.log_output - quiet.log_output, axis=0).max() < 1e-12
    assert (common.log_output - quiet.log_output).std() > 0.005
    of_region = observe(setting, {}, {}, np.random.default_rng(0), Noise(0.0, 0.0, 0.0, 0.05))
    assert np.ptp(of_region.log_output - quiet.log_output, axis=1).max() < 1e-12


def test_years_before_the_programme_know_nothing_of_it():
    found = panel()
    assert found.years == YEARS and found.before.sum() == 5 and found.first == 2021
    for values in found.log_capital.values():
        assert (values[:, found.before] == 0).all() and (values[:, -1] > 0).all()
    assert seen(programme()[1]).years == tuple(range(2018, 2029))  # as many before as it has


def test_money_per_head_is_that_of_the_budget():
    setting, amounts = programme()
    expected = sum(a.sum(axis=1) for a in amounts.values()) * 1e6 / setting.population
    np.testing.assert_allclose(panel().money_per_head, expected)
    assert panel().more.sum() == 7


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"years": [2020, 2022]}, "without gaps and up to 2028"),
        ({"years": range(2020, 2030)}, "without gaps and up to 2028"),
        ({"years": []}, "without gaps"),
        ({"truth": {"human": 0.1}}, "no elasticity is planted for infrastructure"),
    ],
)
def test_what_cannot_be_observed_is_refused(change, match):
    with pytest.raises(ValueError, match=match):
        seen(programme()[1], **change)


@pytest.mark.parametrize("values", [{"sd": -0.1}, {"autocorrelation": 1.0}, {"year": np.nan}])
def test_noise_that_is_none_is_refused(values):
    with pytest.raises(ValueError, match="noise|autocorrelation"):
        Noise(**values)


def table(given):
    return pd.DataFrame(
        [
            {
                "region": region,
                "year": year,
                "output": np.exp(given.log_output[r, t]),
                "money_per_head": given.money_per_head[r],
                **{f"added_{kind}": np.expm1(v[r, t]) for kind, v in given.log_capital.items()},
            }
            for r, region in enumerate(given.regions)
            for t, year in enumerate(given.years)
        ]
    )


def test_a_panel_read_from_a_table_in_any_order_is_the_panel():
    given = panel()
    read = Panel.of_table(table(given).sample(frac=1.0, random_state=1), first=2021)
    order = [given.regions.index(region) for region in read.regions]
    np.testing.assert_allclose(read.log_output, given.log_output[order])
    for kind, values in given.log_capital.items():
        np.testing.assert_allclose(read.log_capital[kind], values[order], atol=1e-15)
    np.testing.assert_allclose(read.money_per_head, given.money_per_head[order])
    assert (read.years, read.first) == (given.years, 2021)


def test_all_faults_of_a_table_are_told_at_once():
    wrong = table(panel())
    wrong.loc[3, "output"] = 0.0
    wrong.loc[4, "added_human"] = -1.0
    wrong = pd.concat([wrong.iloc[1:], wrong.iloc[[5]]])
    with pytest.raises(InputError) as caught:
        Panel.of_table(wrong, first=2021)
    assert [p.where for p in caught.value.problems] == ["output", "added_human", "region, year"]
    with pytest.raises(InputError) as caught:
        Panel.of_table(wrong[["region", "year"]], first=2021)
    assert [p.where for p in caught.value.problems] == ["output", "money_per_head", "added_<kind>"]
