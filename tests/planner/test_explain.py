"""Every region's explanation: numbers add up, rules are those that bind, words in both languages."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.messages import catalogue
from spatialcoord.registry import outcomes
from spatialcoord.results import Words, ledger_table, print_summary, region_table
from tests.instruments.between import WITH, country
from tests.planner.conftest import toy


def test_numbers_add_up_for_every_region(plan):
    data = plan.dataset
    for region in data["region"].values:
        found = plan.explain(str(region))
        assert sum(found.lines.values()) == pytest.approx(found.receipts, rel=1e-9)
        assert found.net == pytest.approx(
            found.receipts - found.cofinance - found.financing, rel=1e-9, abs=1e-6
        )
        target = data["target_per_head"].sel(region=region)
        change = float(target.sel(outcome="after") - target.sel(outcome="before"))
        assert found.change == pytest.approx(change, abs=1e-6)
        assert sum(found.contributions.values()) == pytest.approx(change, abs=1e-6)
    assert sum(plan.explain(str(r)).receipts for r in data["region"].values) == pytest.approx(
        plan.summary["budget"]["spent"]
    )


@pytest.mark.parametrize("of", ["output", "fiscal_capacity"])
def test_contributions_add_up_whatever_is_made_equal(of):
    plan = sc.solve(sc.build(sc.load_case("china", [f"objective.of={of}", "economy.spillover.rho=0.1"])))
    for region in ("CN-GS", "CN-SH"):
        found = plan.explain(region)
        assert sum(found.contributions.values()) == pytest.approx(found.change, abs=1e-6)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_account_that_counts_has_a_name(lang):
    counted = {account for name in outcomes for account in outcomes.get(name).terms}
    assert counted <= {
        key.split(".")[-1] for key in catalogue(lang).texts if key.startswith("explain.account.")
    }


def test_tax_under_rates_of_its_own_is_told_and_counts_in_the_net():
    plan = sc.solve(sc.build(toy(6, 1, "instruments={general_transfer: {}, differential_tax: {}}")))
    levy = plan.dataset["levy"].sum("year").to_series()
    assert levy.min() < 0 < levy.max()
    for region, tax in levy.items():
        found = plan.explain(str(region))
        assert found.levy == pytest.approx(tax)
        assert found.net == pytest.approx(found.receipts - found.financing - found.cofinance - tax, abs=1e-6)
        assert (f"{'more' if tax > 0 else 'less'} than at the base rate" in str(found)) == (tax != 0)
    assert sum(plan.explain(str(r)).net for r in levy.index) == pytest.approx(0.0, abs=1e-4)
    assert region_table(plan)["levy"].sum() == pytest.approx(levy.sum())


def test_payments_between_regions_count_in_the_net_everywhere():
    """What A is paid and D pays stands in the console's net as in the ledger, and in the sentences."""
    plan = sc.solve(sc.build(country(f"{WITH}, horizontal_compensation: {{}}")))
    table, ledger = region_table(plan), ledger_table(plan)
    assert table["compensation"]["A"] > 0 > table["compensation"]["D"]
    np.testing.assert_allclose(table["net"], ledger["total"].iloc[: len(table)], rtol=1e-12)
    console = Console(file=io.StringIO(), width=200)
    print_summary(console, plan)
    people, years = plan.dataset["population"].to_series(), plan.dataset.sizes["year"]
    for row in (*plan.summary["gains"], *plan.summary["losses"]):
        region = row["region"]
        net = ledger["total"][region]
        assert f"{abs(net):,.0f}" in console.file.getvalue()
        assert row["net_per_head"] == pytest.approx(net * 1e6 / people[region] / years)
        found = plan.explain(region)
        assert found.net == pytest.approx(net) and found.compensation == ledger["compensation"][region]
    assert "other regions pay it 54.0 million" in str(plan.explain("A"))
    assert "it pays 72.0 million CUR to other regions" in str(plan.explain("D"))
    assert "其他地区对它净补偿" in str(plan.explain("A", "zh"))


def test_loans_are_told_in_full_and_received_with_their_grant_equivalent():
    credit = "instruments={general_transfer: {}, subsidised_credit: {}}"
    plan = sc.solve(sc.build(toy(6, 1, credit, "programme.envelopes={credit: {min_share: 0.1}}")))
    table, words = region_table(plan), Words(plan, "en")
    lent = table.index[table["amount"] - table["receipts"] > 1.0]
    assert len(lent)
    for region in lent:
        found = plan.explain(str(region))
        assert sum(found.lines.values()) == pytest.approx(table["amount"][region])
        assert f"receives {words.amount(table['amount'][region], words.money)} over" in str(found)
        assert f"comes to {words.amount(found.receipts, words.money)}" in str(found)
    told = {row["region"]: row["amount_per_head"] for key in ("gains", "losses") for row in plan.summary[key]}
    assert told == pytest.approx({region: table["amount_per_head"][region] for region in told})


def test_a_region_at_the_ceiling_is_told_so(plan):
    data = plan.dataset
    region = str(data["region"].values[data["at_ceiling"].values][0])
    found = plan.explain(region)
    assert "ceiling" in found.more and not set(found.more) & {"floor"}
    assert "ceiling per head" in str(found)
    floor = str(data["region"].values[data["at_floor"].values][0])
    assert plan.explain(floor).less


def test_relaxing_the_rule_named_gains_what_its_price_says(make_case):
    """The price of the ceiling is the gain of the objective for a little more room, to first order."""
    model = sc.build(make_case(6, 1))
    plan = sc.solve(model)
    prices = plan.dataset["price_of_more"].sel(rule="ceiling")
    region = str(prices["region"].values[int(prices.values.argmax())])
    before, room = model.solution.objective, 1e-4
    for group in ("transfer", "investment"):
        name = f"programme.ceiling_{group}"
        upper = model.activity(name) * 0.0
        upper.loc[{"region": region}] = room
        model.limit(name, upper=upper)
    gained = model.solve().objective - before
    assert gained == pytest.approx(float(prices.sel(region=region)) * room, rel=1e-3)


def test_names_and_languages(plan):
    assert plan.explain("Gansu").region == plan.explain("甘肃").region == "CN-GS"
    chinese = str(plan.explain("CN-GS", "zh"))
    assert "甘肃" in chinese and "人均上限" in chinese and "{" not in chinese
    assert "{" not in str(plan.explain("CN-GS"))


def test_an_unknown_region_is_told_with_a_suggestion(plan):
    with pytest.raises(InputError, match="Gansu"):
        plan.explain("Gansuu")
