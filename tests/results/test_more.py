"""What instruments tell beside the programme's money reaches report, workbook and maps, with units and in both languages."""

import io

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

from spatialcoord.maps import layer, more_layers
from spatialcoord.results import Words, print_summary
from spatialcoord.results.more import more, more_sheet
from spatialcoord.results.tabs import tabs
from tests.results.sample import sample_plan


@pytest.fixture(scope="module")
def plan():
    plan = sample_plan()
    data = plan.dataset
    regions, years = data["region"].values, data["year"].values
    shape = (len(regions), len(years))
    unit = f"{data.attrs['money_unit']}/yr"
    about = {"units": unit, "long_name": "money beside the budget by line"}
    coords = {
        "line": ["market_finance"],
        "region": regions,
        "year": years,
        "line_title": ("line", ["Market finance"]),
        "line_title_zh": ("line", ["市场融资"]),
    }
    debt = np.arange(1.0, np.prod(shape) + 1).reshape(1, *shape)
    lost = {"units": unit, "long_name": "money lost", "long_name_zh": "失效资金", "instrument": "erdf"}
    rate = {"units": "percent", "long_name": "tax rate", "instrument": "differential_tax"}
    plan.dataset = data.assign(
        beside=xr.DataArray(debt, coords, ("line", "region", "year"), attrs=about),
        erdf_lost=xr.DataArray(
            np.full(shape, 2.0), {"region": regions, "year": years}, ("region", "year"), attrs=lost
        ),
        differential_tax_rate=xr.DataArray(
            np.linspace(20.0, 30.0, shape[0]), {"region": regions}, ("region",), attrs=rate
        ),
    )
    return plan


def test_money_of_years_is_added_up_and_rates_are_not(plan):
    years = plan.dataset.sizes["year"]
    found = {one.key: one for one in more(plan, Words(plan))}
    assert list(found) == ["market_finance", "erdf_lost", "differential_tax_rate"]
    np.testing.assert_allclose(found["erdf_lost"].values, 2.0 * years)
    assert found["erdf_lost"].money and found["erdf_lost"].unit == plan.dataset.attrs["money_unit"]
    assert not found["differential_tax_rate"].money
    assert found["market_finance"].values.sum() == pytest.approx(float(plan.dataset["beside"].sum()))


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("Market finance", "Money lost")), ("zh", ("市场融资", "失效资金"))]
)
def test_it_is_told_in_the_report_s_table_and_in_the_workbook(plan, lang, words):
    sheet = more_sheet(plan, Words(plan, lang))
    assert [row[0] for row in sheet.rows][:2] == list(words)
    title = Words(plan, lang).t("summary.tab.more")
    (tab,) = [tab for tab in tabs(plan, lang) if tab.title == title]
    assert len(tab.rows) == plan.dataset.sizes["region"] and all(
        w in tab.columns[i + 2].head for i, w in enumerate(words)
    )


def test_regions_that_share_the_largest_are_counted(plan):
    words = Words(plan)
    (row,) = [row for row in more_sheet(plan, words).rows if row[0] == "Money lost"]
    assert row[2] == f"{words.names[0]} and {plan.dataset.sizes['region'] - 1} more"


def test_approved_projects_are_named(plan):
    about = {"units": "1", "long_name": "projects approved", "long_name_zh": "获批项目", "instrument": "esf"}
    own = sample_plan()
    own.dataset = plan.dataset.assign(
        esf_approved=xr.DataArray(
            [1.0, 0.0, 1.0], {"esf_project": ["a", "b", "c"]}, ("esf_project",), attrs=about
        )
    )
    assert ["ESF: projects approved", "a, c (2 of 3)", ""] in more_sheet(own, Words(own)).rows


def test_the_console_tells_it_too(plan):
    out = io.StringIO()
    print_summary(Console(file=out, width=140, no_color=True), plan)
    assert "Beside the programme's money" in out.getvalue() and "Market finance" in out.getvalue()


def test_each_has_a_map(plan):
    words = Words(plan)
    assert [one.key for one in more_layers(plan, words)] == [
        "market_finance",
        "erdf_lost",
        "differential_tax_rate",
    ]
    assert layer(plan, "differential_tax_rate", words).title == "Tax rate"
    assert layer(plan, "market_finance", words).unit == words.unit(words.per_head)


def test_a_plan_without_any_has_no_such_section():
    plan = sample_plan()
    assert more_sheet(plan, Words(plan)) is None and more_layers(plan, Words(plan)) == []


@pytest.mark.parametrize(("lang", "arrow"), [("en", " → "), ("zh", "→")])
def test_pairs_are_told_the_largest_first_and_those_without_are_left_out(lang, arrow):
    plan = sample_plan()
    regions, years = plan.dataset["region"].values[:3], plan.dataset["year"].values
    about = {
        "units": f"{plan.dataset.attrs['money_unit']}/yr",
        "long_name": "who pays whom",
        "long_name_zh": "谁付给谁",
        "instrument": "paired_assistance",
    }
    money = np.outer([1.0, 3.0, 0.0], np.ones(len(years)))
    coords = {
        "paired_assistance_pair": ["a", "b", "c"],
        "paired_assistance_payer": ("paired_assistance_pair", regions[[0, 0, 1]]),
        "paired_assistance_receiver": ("paired_assistance_pair", regions[[1, 2, 2]]),
        "year": years,
    }
    plan.dataset = plan.dataset.assign(
        who=xr.DataArray(money, coords, ("paired_assistance_pair", "year"), attrs=about)
    )
    words = Words(plan, lang)
    (row,) = [row for row in more_sheet(plan, words).rows if arrow in row[1]]
    first, second = (arrow.join((words.names[0], words.names[i])) for i in (2, 1))
    assert row[1].index(first) < row[1].index(second) and row[2] == first
    assert row[1].count("→") == 2


def test_gains_and_losses_that_cancel_are_told_apart():
    plan = sample_plan()
    shape = (plan.dataset.sizes["region"], plan.dataset.sizes["year"])
    about = {
        "units": f"{plan.dataset.attrs['money_unit']}/yr",
        "long_name": "moved",
        "instrument": "benefit_sharing",
    }
    values = np.zeros(shape)
    values[0], values[1] = 1.0, -1.0
    coords = {name: plan.dataset[name].values for name in ("region", "year")}
    plan.dataset = plan.dataset.assign(moved=xr.DataArray(values, coords, ("region", "year"), attrs=about))
    (row,) = more_sheet(plan, Words(plan)).rows
    assert "more in some" in row[1] and "less in others" in row[1]
