"""Who pays and who receives: every flow and every year sums to zero, and the programme keeps nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.report import sections
from spatialcoord.results import Plan, Words, ledger_table
from spatialcoord.results.ledger import FLOWS
from spatialcoord.results.tabs import who_pays
from tests.planner.conftest import toy
from tests.results.sample import sample_dataset, sample_graph, sample_plan, sample_summary

LINES = (
    "general_transfer: {}", "infrastructure: {cofinance: {rate: 0.3, additionality: 0.5}}", "human_capital: {}",
    "earmarked_transfer: {cofinance: {rate: 0.1}}", "tax_return: {least: 0.001}", "service_equalisation: {}",
    "price_subsidy: {}", "tax_reduction: {}",
)  # fmt: skip


def conserved(plan):
    data = plan.dataset
    for year in (None, *(int(y) for y in data["year"].values)):
        table = ledger_table(plan, year)
        money = float(table["receipts"].clip(lower=0.0).sum())
        assert (table.sum().abs() <= 1e-6 * money).all()
        # not so by construction: payments equal receipts, and receipts what the lines pay out
        assert abs(table.loc["programme", "total"]) <= 1e-6 * money
        chosen = data["amount"] if year is None else data["amount"].sel(year=[year])
        paid = chosen.sum(("instrument", "year")).values
        np.testing.assert_allclose(table["receipts"].iloc[: len(paid)], paid, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(table.loc["outside", "total"], -table["cofinance"].iloc[: len(paid)].sum())
    return ledger_table(plan)


@settings(max_examples=8)
@given(
    seed=st.integers(0, 10_000),
    lines=st.lists(st.sampled_from(LINES[1:]), min_size=1, max_size=4, unique=True),
    financing=st.sampled_from(["tax_revenue", "output", "equal_per_head"]),
)
def test_any_plan(seed, lines, financing):
    chosen = f"instruments={{{', '.join((LINES[0], *lines))}}}"
    conserved(sc.solve(sc.build(toy(5, seed, chosen, f"programme.financing={financing}"))))


@pytest.mark.parametrize("case", ["china", "eu"])
def test_the_bundled_cases(case, request):
    table = conserved(sc.solve(sc.build(sc.load_case(case))))
    # builders outside get the own co-finance that the European funds ask for, and nothing where there is none
    assert (table.loc["outside", "total"] > 0.0) == (case == "eu")


def test_of_the_net_of_the_ministrys_table():
    from spatialcoord.results import region_table

    plan = sc.solve(sc.build(toy(5, 1, f"instruments={{{LINES[1]}}}")))
    net = ledger_table(plan)["total"].iloc[:-2]
    np.testing.assert_allclose(net, region_table(plan)["net"])


def own_money(graph):
    """A plan in which firms, lenders and a levy play a part."""
    data = sample_dataset(graph)
    about = {"units": "million CNY/yr", "long_name": "own money"}
    for name, share in (("levy", 0.1), ("debt_cost", 0.2), ("private_cost", 0.3)):
        data[name] = (("region", "year"), share * data["receipts"].values, about)
    data["financing"] = data["financing"] * 0.9
    return Plan(data, graph, sample_summary(data))


def test_levy_debt_and_own_money_of_firms(tmp_path):
    plan = own_money(sample_graph())
    table = ledger_table(plan)
    money = float(plan.dataset["receipts"].sum())
    assert table.loc["outside", "total"] == pytest.approx(0.5 * money)
    assert table.loc["programme", "total"] == pytest.approx(0.0, abs=1e-9 * money)
    assert (table.sum().abs() <= 1e-9 * money).all()
    plan.save(tmp_path)
    assert ledger_table(Plan.load(tmp_path)).equals(table)


def test_years_and_units():
    plan = sample_plan()
    whole = ledger_table(plan)
    assert list(whole) == [*FLOWS, "total"] and whole.attrs["units"] == "million CNY"
    years = [int(y) for y in plan.dataset["year"].values]
    np.testing.assert_allclose(sum(ledger_table(plan, y).to_numpy() for y in years), whole, atol=1e-6)
    assert ledger_table(plan, years[0]).attrs == {"units": "million CNY/yr", "years": [years[0]]}
    with pytest.raises(InputError, match=r"(?s)does not pay in 1999.*2021 to 2025"):
        ledger_table(plan, 1999)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sheet_holds_what_is_not_nothing(lang):
    plan, own = sample_plan(), own_money(sample_graph())
    plain, full = (who_pays(p, Words(p, lang)) for p in (plan, own))
    assert (
        len(plain.columns) == 2 + 3 and len(full.columns) == 2 + 6
    )  # received, financing, balance; three more
    assert len(plain.rows) == 8 + 1 and len(full.rows) == 8 + 2
    assert all(abs(x) <= 1e-6 for x in full.total[2:])
    table = ledger_table(own)
    np.testing.assert_allclose([row[-1] for row in full.rows[:8]], table["total"].iloc[:8])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_says_who_pays_most(lang):
    plan = own_money(sample_graph())
    words = Words(plan, lang)
    text = sections.who_pays(plan, words)
    total = ledger_table(plan)["total"].iloc[:8]
    assert words.names[int(np.argmin(total))] in text[0]
    assert words.amount(float(ledger_table(plan).loc["outside", "total"]), words.money) in "".join(text)
    assert len(sections.who_pays(sample_plan(), Words(sample_plan(), lang))) == 3


@pytest.mark.parametrize(
    "line",
    ["subsidised_credit: {}", "development_bank: {}", "market_finance: {}", "directed_investment: {}", "differential_tax: {}",
     "horizontal_compensation: {}", "benefit_sharing: {}", "paired_assistance: {donor_threshold: 1}"],
)  # fmt: skip
def test_loans_debt_and_own_rates(line):
    """What is lent counts with its grant equivalent; debt and own money of firms go outside, and the purse is empty each year."""
    plan = sc.solve(
        sc.build(toy(5, 1, f"instruments={{general_transfer: {{}}, infrastructure: {{}}, {line}}}"))
    )
    for year in (None, *(int(y) for y in plan.dataset["year"].values)):
        table = ledger_table(plan, year)
        money = float(table["receipts"].clip(lower=0.0).sum())
        assert (table.sum().abs() <= 1e-6 * money).all()
        assert abs(table.loc["programme", "total"]) <= 1e-6 * money
        assert abs(table["compensation"].iloc[:-2].sum()) <= 1e-9 * money
        own = table[["cofinance", "debt_cost", "private_cost"]].iloc[:-2].to_numpy().sum()
        assert table.loc["outside", "total"] == pytest.approx(-own, abs=1e-9 * money)
    names = ["levy", "debt_cost", "private_cost", "compensation"]
    kept = {name for name in names if name in plan.dataset}
    assert all(ledger_table(plan)[name].any() for name in kept)
    assert not (set(ledger_table(plan)[names].any()[lambda s: s].index) - kept)
