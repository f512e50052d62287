"""The report: self-contained, complete, escaped, in both languages; and everything a run writes with it."""

import re
from html.parser import HTMLParser

import pytest

from spatialcoord.errors import InputError
from spatialcoord.regions import RegionGraph
from spatialcoord.report import publish, render
from spatialcoord.report.chart import LEFT, RIGHT, sensitivity_chart, ticks_between
from spatialcoord.results import Plan, Words, region_table
from tests.results.sample import INSTRUMENTS, sample_dataset, sample_graph, sample_plan, sample_summary

VOID = {"meta", "link", "br", "img"}


class _Page(HTMLParser):
    """Text, tags and attributes of a page; `open` is what was never closed."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text += data


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_from_outside(lang):
    html = render(sample_plan(), lang)
    page = _Page(html)
    assert page.open == []
    assert "script" not in page.tags and "iframe" not in page.tags
    for tag, name, value in page.attributes:
        if name in ("src", "href", "xlink:href", "data", "action"):
            assert value.startswith(("#", "data:")), (tag, name, value)
    assert not re.search(r"url\(|@import|//[a-z]", re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL))
    targets = {value for _, name, value in page.attributes if name == "id"}
    used = {value[1:] for tag, name, value in page.attributes if tag == "use" and name == "href"}
    assert used == targets == {f"region-{i}" for i in range(8)}


def test_the_page_answers_what_a_minister_asks():
    plan = sample_plan()
    text = _Page(render(plan)).text
    for part in ("A sample programme", "2021–2025", "as equal as it can", "more equal than the same money per head",
                 "reduced-form response", "not an estimate", "equity-adjusted mean", "Gini index", "Hoover", "Theil T",
                 "same money per head", "forgone", "Money per head, a year", "Change in income per head",
                 "What holds each region", "General transfer", "What binds", "Over how long", "How sure",
                 "Solver gap 2.0e-12", "Approximation gap 4.0e-05", "Reduction gap 0.30%", "Figures are nominal.",
                 "Provisions in force", "years: {first: 2021, last: 2025}", "share of own budget", "net of financing",
                 plan.summary["fingerprint"]):  # fmt: skip
        assert part in text, part
    table = region_table(plan)
    for amount in table["amount"]:
        assert f"{amount:,.0f}" in text
    assert not re.search(r"\bnan\b|\bNone\b", text)


def test_the_page_speaks_chinese():
    html = render(sample_plan(), "zh")
    text = _Page(html).text
    for part in (
        "示例规划",
        "简约式反应",
        "基尼系数",
        "人均年度资金",
        "求解器间隙",
        "来源与注意事项",
        "一般性转移支付",
        "亿元",
    ):
        assert part in text, part
    assert '<html lang="zh-Hans">' in html
    rest = re.sub(
        r"Region R\d+|Group \w+|(North|South)\w*|Regions <alone>.*|[\d.]+e[+-]\d+|泰尔[TL]|spatialcoord.*",
        "",
        text.split("现行各项规定")[0],
    )
    assert not re.search("[A-Za-z]{3,}", rest), re.search("[A-Za-z]{3,}", rest)


def test_what_comes_from_data_is_escaped():
    nasty = '<script>alert("x")</script>&\'"'
    frame = sample_graph().frame
    frame["name"] = [nasty, *[f"R{i}" for i in range(7)]]
    graph = RegionGraph(frame, links=sample_graph().links, levels=sample_graph().levels)
    dataset = sample_dataset(graph, {"x": (nasty, nasty, "transfer", 1.0)})
    dataset.attrs |= {"title": nasty, "scenario": f"a: {nasty}", "question": nasty}
    dataset["binding_rule"] = dataset["binding_rule"].astype(object)
    dataset["binding_rule"][0] = nasty
    summary = sample_summary(dataset)
    summary |= {"caveats": [nasty], "status": nasty, "binding": [{"rule": nasty, "regions": 1, "price": 1.0}]}
    summary["verdict"] = {"label": nasty}
    html = render(Plan(dataset, graph, summary))
    assert "<script" not in html
    page = _Page(html)
    assert page.open == [] and page.text.count(nasty) >= 9


def test_the_case_asks_its_own_question():
    plan = sample_plan()
    plan.dataset.attrs |= {"question": "Who gets what?", "question_zh": "谁得到什么？"}
    assert "Who gets what?" in render(plan) and "谁得到什么？" in render(plan, "zh")


@pytest.mark.parametrize("name", ["minimise_index", "maximise_mean", "own_objective"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_objective_has_its_method(name, lang):
    dataset = sample_dataset(sample_graph())
    summary = sample_summary(dataset)
    equity = _Page(render(Plan(dataset, sample_graph(), summary), lang)).text
    summary["objective"]["name"] = name
    assert _Page(render(Plan(dataset, sample_graph(), summary), lang)).text != equity


def test_with_tax_rates_the_reference_is_said_to_have_none():
    dataset = sample_dataset(sample_graph())
    said = "every region is taxed at the base rate"
    assert said not in render(Plan(dataset, sample_graph(), sample_summary(dataset)))
    dataset["levy"] = dataset["receipts"] * 0.0
    assert said in render(Plan(dataset, sample_graph(), sample_summary(dataset)))


def test_the_horizon_is_said_when_one_year_counts():
    dataset = sample_dataset(sample_graph())
    dataset["target_weight"][:] = 0.0
    dataset["target_weight"][-1] = 1.0
    text = _Page(render(Plan(dataset, sample_graph(), sample_summary(dataset)))).text
    assert "is compared in 2035" in text and "discounted mean" not in text


def test_a_new_instrument_appears_in_tables_and_maps():
    own = INSTRUMENTS | {"price_subsidy": ("Price subsidy", "价格补贴", "subsidy", 0.1)}
    dataset = sample_dataset(sample_graph(), own)
    html = render(Plan(dataset, sample_graph(), sample_summary(dataset)))
    assert html.count("Price subsidy") >= 3  # row, title of its map, words for who cannot see it


def test_without_borders_the_page_has_no_maps():
    page = _Page(render(sample_plan(geometry=False)))
    assert not {"use", "path"} & set(page.tags) and "no borders" in page.text


def test_of_many_regions_the_ends_are_listed():
    page = _Page(render(sample_plan(200, geometry=False)))
    assert page.tags.count("tr") < 165 and "all are in allocation.csv" in page.text


def test_publish_writes_everything(tmp_path):
    written = publish(sample_plan(), tmp_path / "out", "zh")
    names = [
        "allocation.csv",
        "allocation.xlsx",
        "map.png",
        "plan.gpkg",
        "plan.nc",
        "report.html",
        "summary.json",
    ]
    assert [path.name for path in written] == names
    assert "示例规划" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert Plan.load(tmp_path / "out").summary == sample_plan().summary
    # a run without the map leaves no map of another plan behind
    assert "map.png" not in [path.name for path in publish(sample_plan(6), tmp_path / "out", maps=False)]
    assert not (tmp_path / "out" / "map.png").exists()


def test_publish_without_borders(tmp_path):
    names = [path.name for path in publish(sample_plan(geometry=False), tmp_path / "out")]
    assert names == ["allocation.csv", "allocation.xlsx", "plan.nc", "report.html", "summary.json"]


def test_publish_writes_nothing_when_a_picture_fails(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no ink")

    monkeypatch.setattr("spatialcoord.report.output.map_page", fail)
    with pytest.raises(RuntimeError, match="no ink"):
        publish(sample_plan(), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_publish_keeps_files_of_others(tmp_path):
    (tmp_path / "report.html").write_text("mine")
    with pytest.raises(InputError, match=r"report\.html, which spatialcoord did not write"):
        publish(sample_plan(), tmp_path)
    assert (tmp_path / "report.html").read_text() == "mine"


def test_an_end_that_is_not_optimal_is_said_beside_the_answer():
    dataset = sample_dataset(sample_graph())
    summary = sample_summary(dataset) | {"status": "time_limit"}
    text = _Page(render(Plan(dataset, sample_graph(), summary))).text
    assert text.count("The time limit ended the search") == 2 and "time_limit" not in text
    assert "The plan is optimal" in _Page(render(sample_plan())).text


def test_sources_of_the_case_are_listed():
    plan = sample_plan()
    plan.dataset.attrs |= {"sources": "|File|What|\n|---|---|\n|`a.csv`|<people>|\n"}
    page = _Page(render(plan))
    assert (
        "a.csv" in page.text
        and "<people>" in page.text
        and page.text.index("a.csv") > page.text.index("Sources and")
    )
    assert "borders that the data draws" in page.text
    assert "borders that the data draws" not in _Page(render(sample_plan(geometry=False))).text


def test_the_total_of_the_ministry_s_table():
    plan = sample_plan()
    html = render(plan)
    row = re.search(r'<tr class="total">.*?</tr>', html, re.DOTALL)[0]
    table = region_table(plan)
    share = table["amount"].sum() / 5 / plan.graph["budget_expenditure"].values.sum()
    assert "All regions" in row and f"{table['amount'].sum():,.0f}" in row and f"{share:.1%}" in row


def test_many_instruments_have_no_column_each():
    own = INSTRUMENTS | {f"line_{i}": (f"Line {i}", f"项目{i}", "subsidy", 0.1) for i in range(3)}
    dataset = sample_dataset(sample_graph(), own)
    html = render(Plan(dataset, sample_graph(), sample_summary(dataset)))
    heads = re.findall(r"<th[^>]*>(.*?)</th>", html)
    assert "Line 1" not in heads and "General transfer" not in heads and "total" in heads


def test_of_many_groups_only_the_parts_are_told():
    frame = sample_graph(20).frame
    frame[sample_graph().levels[0]] = [f"Group {i}" for i in range(20)]
    graph = RegionGraph(frame, links=sample_graph(20).links, levels=sample_graph().levels)
    text = _Page(render(sample_plan(graph=graph))).text
    assert "Group 7" not in text and "Within and between" in text


@pytest.mark.parametrize("gains", [[0.0], [-0.002, -0.001], [1e-7, 3e-7], [0.5, -0.5]])
def test_the_chart_has_every_dot_on_its_scale(gains):
    dataset = sample_dataset(sample_graph())
    entries = [{"parameter": "rho", "value": float(i), "unit": "1", "gain": g} for i, g in enumerate(gains)]
    plan = Plan(dataset, sample_graph(), sample_summary(dataset) | {"sensitivity": entries})
    chart = sensitivity_chart(plan, Words(plan))
    (row,) = chart["rows"]
    places = [chart["zero"], chart["own"], *(x for x, _ in chart["ticks"]), *(x for x, _ in row["points"])]
    assert LEFT - 1 <= min(places) and max(places) <= chart["width"] - RIGHT + 1
    assert [x for x, _ in row["points"]] == sorted(x for x, _ in row["points"])
    assert 2 <= len(chart["ticks"]) <= 6 and len({label for _, label in chart["ticks"]}) == len(
        chart["ticks"]
    )


def test_ticks_are_round():
    assert ticks_between(0.0, 0.00106) == ([0.0, 0.0005, 0.001], 4)
    assert ticks_between(-3.0, 9.0) == ([0.0, 5.0], 0)
    assert ticks_between(0.0, 0.0) == ([0.0, 1.0], 0)
