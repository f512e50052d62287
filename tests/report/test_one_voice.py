"""Console, report and workbook tell the same numbers: those of the summary."""

import io

import openpyxl
import pytest
from rich.console import Console

from spatialcoord.report import render
from spatialcoord.results import Words, print_summary, region_table, sheets, workbook
from spatialcoord.results.groups import splits
from tests.report.test_report import _Page
from tests.results.sample import sample_plan


@pytest.fixture(scope="module")
def plan():
    made = sample_plan()
    made.summary["sensitivity"] += [
        {
            "parameter": "gamma",
            "value": 1.0,
            "unit": "share of range",
            "gain": -0.00012,
            "objective_gain": -3.5,
        },
        {
            "parameter": "ceiling",
            "value": 1.5,
            "unit": "times equal per head",
            "gain": 0.0002,
            "replanned": True,
        },
    ]
    return made


def _console(plan, lang):
    out = io.StringIO()
    print_summary(Console(file=out, width=220, no_color=True), plan, lang)
    return " ".join(out.getvalue().split())


@pytest.fixture(scope="module", params=["en", "zh"])
def told(request, plan, tmp_path_factory):
    """Words, text of console and page, and the numbers of every sheet of the workbook."""
    path = tmp_path_factory.mktemp("book") / "allocation.xlsx"
    workbook.write_xlsx(plan, path, request.param)
    book = openpyxl.load_workbook(path)
    numbers = {
        sheet.title: [
            c.value for row in sheet.iter_rows(min_row=2) for c in row if isinstance(c.value, int | float)
        ]
        for sheet in book
    }
    words = Words(plan, request.param)
    page = " ".join(_Page(render(plan, request.param)).text.split())
    return words, _console(plan, request.param), page, numbers, book


def _holds(numbers, value):
    return any(number == pytest.approx(value, rel=1e-12, abs=1e-15) for number in numbers)


def test_verdict_and_sensitivity(plan, told):
    words, console, page, numbers, book = told
    sentence = words.verdict(plan.summary)
    assert sentence in console and sentence in page
    sheet = book[words.t("summary.tab.sensitivity")]
    assert sentence in [c.value for row in sheet.iter_rows() for c in row]
    for entry in plan.summary["sensitivity"]:
        written = words.signed(entry["gain"], 5)
        assert written in console and written in page
        assert _holds(numbers[sheet.title], entry["gain"])
        assert sheets.value(words, entry) in page
    count = sum(entry["gain"] > 0 for entry in plan.summary["sensitivity"])
    assert (count, len(plan.summary["sensitivity"])) == (4, 5)
    least, most = words.signed(-0.00012, 5), words.signed(0.0011, 5)
    assert page.index(least) < page.index(most)


def test_disparity_and_mean(plan, told):
    words, console, page, numbers, _ = told
    for row in plan.summary["disparity"].values():
        for value in row.values():
            assert words.number(value, 4) in console and words.number(value, 4) in page
            assert _holds(numbers[words.t("summary.tab.disparity")], value)
    for key in ("before", "after", "equal_per_head"):
        assert (
            words.number(plan.summary["mean"][key]) in console
            and words.number(plan.summary["mean"][key]) in page
        )


def test_prices_and_horizons(plan, told):
    words, console, page, numbers, _ = told
    for entry in plan.summary["binding"]:
        price = entry["price"] * sheets.PRICE_SCALE
        assert words.small(price) in console and words.small(price) in page
        assert _holds(numbers[words.t("summary.tab.binding")], price)
    for entry in plan.summary["horizons"]:
        assert words.number(entry["disparity_after"], 4) in console
        assert words.number(entry["disparity_after"], 4) in page
        assert _holds(numbers[words.t("summary.tab.horizons")], entry["disparity_after"])


def test_regions_and_groups(plan, told):
    words, console, page, numbers, _ = told
    table = region_table(plan)
    for _, row in table.iterrows():
        assert words.signed(row["change_per_head"], 1) in console
        for text in (
            words.number(row["amount"]),
            words.number(row["amount_per_head"], 1),
            words.percent(row["share_of_budget"], 1),
            words.signed_percent(row["change_first"], 1),
            words.signed_percent(row["change_yearly"], 1),
            words.signed(row["net"]),
            words.signed(row["change_per_head"], 1),
        ):
            assert text in page
        for name in (
            "amount",
            "amount_per_head",
            "share_of_budget",
            "change_first",
            "net",
            "change_per_head",
        ):
            assert _holds(numbers[words.t("summary.tab.allocation")], row[name]), name
    for split in splits(plan):
        assert _holds(numbers[words.t("summary.tab.within")], split.values[1])
        if split.part != "total":
            assert words.number(split.values[1], 5) in page
