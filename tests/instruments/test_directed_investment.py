"""Investment that the centre directs, and investment in research."""

from __future__ import annotations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.economy.lagging import LaggingParams, lagging
from spatialcoord.errors import InputError
from spatialcoord.planner.evaluate import evaluate, same_per_head
from tests.instruments.agreement import certified
from tests.planner.conftest import toy


def directed(seed=0, n=6, more=(), **chosen):
    text = ", ".join(f"{key}: {value}" for key, value in chosen.items())
    return toy(
        n, seed, f"instruments={{general_transfer: {{}}, infrastructure: {{}}, directed_investment: {{{text}}}}}", *more
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_only_designated_regions_get_it_and_no_more_than_the_largest(seed):
    for chosen, regions in (({}, None), ({"regions": "[R1, R4]"}, {"R1", "R4"})):
        case = directed(seed, **chosen)
        setting = case.setting
        if regions is None:
            open_to = lagging(setting, LaggingParams())
            if not open_to.any():
                continue
        else:
            open_to = np.array([r in regions for r in setting.regions])
        model = sc.build(case)
        model.probe(model.amounts["directed_investment"].sum(), maximise=True)
        for amounts in (model.planned(), certified(model).amounts):
            money = amounts["directed_investment"]
            assert not money[~open_to].any()
            assert (money <= 0.02 * setting.attribute("output")[:, None] * (1 + 1e-6)).all()
            equal = same_per_head(setting, amounts)["directed_investment"]
            assert not equal[~open_to].any() and equal.sum() == pytest.approx(money.sum(), rel=1e-9)


def test_what_it_builds_by_hand():
    setting = directed(efficiency=0.5, research_share=0.2).setting
    effects = evaluate(setting, {"directed_investment": np.full((6, 3), 10.0)}).effects
    np.testing.assert_allclose(effects["invested_private"], 4.0)
    np.testing.assert_allclose(effects["invested_research"], 1.0)
    np.testing.assert_allclose(effects["receipts"] - effects["private_receipts"], 0.0)
    nothing = evaluate(setting, {"directed_investment": np.zeros((6, 3))})
    np.testing.assert_array_equal(nothing.target, evaluate(setting, {}).target)


def test_without_a_share_for_research_it_needs_no_stock_of_it():
    from spatialcoord.economy.capital import built_kinds

    assert built_kinds(directed(research_share=0.0).scenario.instruments) == ["infrastructure", "private"]
    assert built_kinds(directed().scenario.instruments) == ["infrastructure", "research", "private"]


def test_a_region_that_does_not_exist_is_named():
    with pytest.raises(InputError, match=r"no region 'R9'.*"):
        sc.build(directed(regions="[R1, R9]"))


@pytest.mark.parametrize("seed", range(3))
def test_a_pure_index_throws_nothing_away_where_the_rich_must_get_it(seed):
    case = directed(seed, 5)
    rich = case.setting.regions[int(np.argmax(case.setting.base_output / case.setting.population))]
    more = ("objective.kind=minimise_index", "objective.output_floor=0.5", "economy.segments=3",
            f"programme.protected=[{{region: {rich}, instrument: directed_investment, amount: 20}}]")  # fmt: skip
    outcome = certified(sc.build(directed(seed, 5, more, regions=f"[{rich}, R0, R1]")))
    assert (outcome.amounts["directed_investment"][case.setting.regions.index(rich)] >= 20 - 1e-6).all()


@pytest.mark.parametrize("kind", ["equity_adjusted_mean", "minimise_index"])
def test_research_builds_knowledge(kind):
    case = toy(
        5, 1, "instruments={general_transfer: {}, infrastructure: {}, research: {}}", f"objective.kind={kind}",
        "objective.output_floor=0.6", "economy.segments=3", "programme.envelopes={research: {min_share: 0.1}}",
    )  # fmt: skip
    outcome = certified(sc.build(case))
    assert outcome.after.effects["invested_research"].sum() > 0
    assert not outcome.after.effects["invested_private"].any()


ALL = "general_transfer: {}, infrastructure: {}, human_capital: {}, subsidised_credit: {}, development_bank: {}, market_finance: {}, directed_investment: {}, research: {}"  # fmt: skip


@pytest.mark.parametrize("seed", [1, 3])
def test_all_of_them_together(seed):
    outcome = certified(
        sc.build(toy(8, seed, f"instruments={{{ALL}}}", "programme.envelopes={credit: {min_share: 0.01}}"))
    )
    assert outcome.certificate["max_violation"] <= 1e-6


def test_all_of_them_on_china():
    new = ("subsidised_credit", "development_bank", "market_finance", "directed_investment", "research")
    case = sc.load_case("china", [f"instruments.{name}={{}}" for name in new])
    outcome = certified(sc.build(case))
    assert outcome.amounts["market_finance"].sum() > 0 and outcome.amounts["research"].sum() > 0
