"""The workbook says what the Dataset says, in numbers, with units in the heads, and holds no formula."""

import re

import numpy as np
import openpyxl
import pytest

from spatialcoord.messages import catalogue
from spatialcoord.regions import RegionGraph
from spatialcoord.results import Plan, region_table, workbook
from spatialcoord.results.tab import form_for
from spatialcoord.results.tabs import tabs
from spatialcoord.results.workbook import LONGEST, plain
from tests.results.sample import sample_dataset, sample_graph, sample_plan, sample_summary

SOURCES = """\
# Sources

| File | What |
|---|:--|
| `a.csv` | **population**, see [the census](census.html) |
| | a \\| b |

|no|rule|
"""


def _book(plan, tmp_path, lang="en"):
    workbook.write_xlsx(plan, tmp_path / "allocation.xlsx", lang)
    return openpyxl.load_workbook(tmp_path / "allocation.xlsx")


def _column(sheet, head):
    index = [cell.value for cell in sheet[1]].index(head)
    return [row[index].value for row in sheet.iter_rows(min_row=2)]


def test_the_ministry_s_table_is_that_of_the_dataset(tmp_path):
    plan = sample_plan()
    sheet = _book(plan, tmp_path)["Allocation"]
    table, n = region_table(plan), 8
    assert _column(sheet, "Region")[:n] == list(plan.graph.ids)
    for head, name in {
        "Amount, whole programme [million CNY]": "amount",
        "Amount per head, a year [CNY per head]": "amount_per_head",
        "Share of own budget": "share_of_budget",
        "Year before the programme [million CNY/yr]": "year_before",
        "Change of the first year on the year before": "change_first",
        "Mean yearly change from then on": "change_yearly",
        "Net of financing, whole programme [million CNY]": "net",
        "Change per head [CNY per head]": "change_per_head",
    }.items():
        np.testing.assert_allclose(_column(sheet, head)[:n], table[name], err_msg=head)
    lines = plan.dataset["amount"].sum("year")
    for title in plan.dataset["instrument_title"].values:
        name = plan.dataset["instrument"].values[list(plan.dataset["instrument_title"].values).index(title)]
        np.testing.assert_allclose(_column(sheet, f"{title} [million CNY]")[:n], lines.sel(instrument=name))
    # the last row is all regions together
    assert _column(sheet, "Name")[n] == "All regions"
    assert _column(sheet, "Amount, whole programme [million CNY]")[n] == pytest.approx(table["amount"].sum())
    own = plan.graph["budget_expenditure"].values.sum()
    assert _column(sheet, "Share of own budget")[n] == pytest.approx(table["amount"].sum() / 5 / own)


def test_years_follow_each_other_from_the_year_before(tmp_path):
    plan = sample_plan()
    sheet = _book(plan, tmp_path)["By year"]
    years = plan.dataset["amount"].sum("instrument")
    before = _column(sheet, "2020 [million CNY/yr]")
    np.testing.assert_allclose(before[:8], plan.dataset["year_zero"])
    for year in range(2021, 2026):
        now = _column(sheet, f"{year} [million CNY/yr]")
        np.testing.assert_allclose(now[:8], years.sel(year=year))
        change = _column(sheet, f"Change {year - 1} to {year}")
        np.testing.assert_allclose(change[:9], np.array(now[:9]) / np.array(before[:9]) - 1)
        lines = sum(
            np.array(_column(sheet, f"{t} {year} [million CNY/yr]")[:8])
            for t in plan.dataset["instrument_title"].values
        )
        np.testing.assert_allclose(lines, now[:8])
        before = now


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_sheet_is_fit_to_work_on(tmp_path, lang):
    plan = sample_plan()
    plan.dataset.attrs["sources"] = SOURCES
    book = _book(plan, tmp_path, lang)
    t = catalogue(lang).t
    subjects = (
        "allocation",
        "by_year",
        "disparity",
        "within",
        "binding",
        "prices",
        "sensitivity",
        "horizons",
    )
    assert [s for s in book.sheetnames if s in {t(f"summary.tab.{k}") for k in subjects}] == [
        t(f"summary.tab.{k}") for k in subjects
    ]
    assert {t("summary.tab.provisions"), t("summary.tab.about"), t("summary.tab.sources")} < set(
        book.sheetnames
    )
    for sheet in book:
        assert sheet.freeze_panes and sheet.freeze_panes.endswith("2"), sheet.title
        heads = [cell.value for cell in sheet[1]]
        assert all(heads) and len(set(heads)) == len(heads), sheet.title
        for i in range(1, len(heads) + 1):
            assert sheet.column_dimensions[openpyxl.utils.get_column_letter(i)].width >= 8
        assert sheet.print_title_rows == "$1:$1"
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                if isinstance(cell.value, float):
                    assert cell.number_format not in ("General", "@"), (sheet.title, cell.coordinate)
    if lang == "zh":
        heads = [str(cell.value) for sheet in book for cell in sheet[1]]
        own = {"File", "What", "1"}  # the table of sources is in the language the case wrote it in
        assert not [h for h in heads if re.search("[A-Za-z]{3,}", h) and h not in own]


def test_no_text_is_a_formula(tmp_path):
    names = ["=1+1", "+1", "-1", "@x", "\tx", "plain", "a\x07b", ""]
    frame = sample_graph().frame
    frame["name"] = names
    graph = RegionGraph(frame, links=sample_graph().links, levels=sample_graph().levels)
    dataset = sample_dataset(graph)
    dataset.attrs |= {"title": "=cmd", "scenario": "a: '=HYPERLINK(1)'\n", "sources": "|=x|\n|---|\n|@y|\n"}
    summary = sample_summary(dataset) | {"caveats": ["-2+3"]}
    book = _book(Plan(dataset, graph, summary), tmp_path)
    assert _column(book["Allocation"], "Name")[:8] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "plain",
        "ab",
        "R7",
    ]
    texts = {str(c.value) for s in book for row in s.iter_rows() for c in row if c.data_type == "s"}
    assert {"'=cmd", "'=HYPERLINK(1)", "'=x", "'@y", "'-2+3"} <= texts
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert all(c.data_type != "f" for s in book for row in s.iter_rows() for c in row)


def test_what_a_cell_cannot_hold():
    assert plain(float("nan")) is None and plain(float("inf")) is None and plain(None) is None
    assert plain("x" * 40_000) == "x" * LONGEST
    assert plain(np.float64(3.0)) == 3 and plain(np.float64(0.5)) == 0.5
    assert form_for(np.array([1234.5])) == "#,##0" and form_for(np.array([1.5, 0.0])) == "#,##0.00"
    assert form_for(np.zeros(3)) == "#,##0"


def test_sources_and_caveats_are_there(tmp_path):
    plan = sample_plan()
    plan.dataset.attrs |= {"sources": SOURCES, "sources_zh": SOURCES.replace("File", "文件")}
    book = _book(plan, tmp_path)
    assert [[c.value for c in row] for row in book["Sources"].iter_rows()] == [
        ["File", "What"],
        ["a.csv", "population, see the census (census.html)"],
        [None, "a | b"],
    ]
    about = {row[1].value: row[0].value for row in book["Read first"].iter_rows()}
    assert about["Figures are nominal."] == "Caveat" and about[plan.summary["fingerprint"]] == "Plan"
    assert "文件" in [c.value for c in _book(plan, tmp_path, "zh")["数据来源"][1]]


def test_provisions_are_every_value_of_the_scenario(tmp_path):
    plan = sample_plan()
    sheet = _book(plan, tmp_path)["Provisions"]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)}
    assert rows == {"case": "sample", "programme.years.first": "2021", "programme.years.last": "2025"}


def test_empty_sheets_are_left_out_and_names_are_unique(tmp_path):
    dataset = sample_dataset(sample_graph(geometry=False))
    summary = sample_summary(dataset) | {"sensitivity": [], "horizons": [], "binding": []}
    plan = Plan(dataset, sample_graph(geometry=False), summary)
    titles = [tab.title for tab in tabs(plan)]
    assert not {"Sensitivity", "Horizons", "What binds"} & set(titles) and "Allocation" in titles
    taken: set[str] = set()
    names = [workbook._name(title, taken) for title in ("a/b:c", "A b c", "x" * 40, "x" * 40)]
    assert names == ["a b c", "A b c (2)", "x" * 31, "x" * 27 + " (2)"]


def test_of_very_many_regions_there_is_no_workbook(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_REGIONS", 7)
    names = [p.name for p in sample_plan(geometry=False).save(tmp_path / "out")]
    assert "allocation.xlsx" not in names and "allocation.csv" in names


def test_a_change_from_nothing_is_no_number(tmp_path):
    dataset = sample_dataset(sample_graph())
    dataset["year_zero"][0] = 0.0
    plan = Plan(dataset, sample_graph(), sample_summary(dataset))
    assert np.isnan(region_table(plan)["change_first"].iloc[0])
    assert (
        _column(_book(plan, tmp_path)["Allocation"], "Change of the first year on the year before")[0] is None
    )
    plan.save(tmp_path / "out")
    text = (tmp_path / "out" / "allocation.csv").read_text(encoding="utf-8-sig")
    assert not re.search(r"\bnan\b", text) and ",," in text
