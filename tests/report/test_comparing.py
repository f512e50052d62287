"""The page of a comparison: self-contained, escaped, drawn, in both languages."""

import re

import pytest

from spatialcoord.regions import RegionGraph
from spatialcoord.report import compare
from spatialcoord.results import Plan
from tests.report.test_browser import BROWSER, _browse
from tests.report.test_report import _Page
from tests.results.sample import sample_dataset, sample_graph, sample_plan, sample_summary
from tests.results.test_comparison import SCENARIO, _plan, _shifted


def _two():
    return [_plan(), _plan(_shifted, SCENARIO.replace("1000", "1200"), fingerprint="7b")]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_from_outside(lang):
    html = compare(_two(), ["old", "new"], lang)
    page = _Page(html)
    assert page.open == [] and "script" not in page.tags
    for tag, name, value in page.attributes:
        if name in ("src", "href", "xlink:href", "data", "action"):
            assert value.startswith(("#", "data:")), (tag, name, value)
    assert not re.search(r"url\(|@import|//[a-z]", html)
    targets = {value for _, name, value in page.attributes if name == "id"}
    used = {value[1:] for tag, name, value in page.attributes if tag == "use" and name == "href"}
    assert used == targets == {f"p1-{i}" for i in range(8)}
    assert not re.search(r"\bnan\b|\bNone\b", page.text)


def test_inputs_first_then_outcomes_then_who_wins():
    text = _Page(compare(_two(), ["old", "new"])).text
    order = ["Inputs that differ", "programme.budget.amount", "What came out", "Gini index, after", "new against old",
             "Better off", "Region R7", "Worse off", "Region R0"]  # fmt: skip
    places = [text.index(part) for part in order[:-3]] + [text.rindex(part) for part in order[-3:]]
    assert places == sorted(places)


def test_chinese_is_chinese():
    text = _Page(compare(_two(), ["甲", "乙"], "zh")).text
    rest = re.sub(r"Region R\d+|programme\.\S+|泰尔[TL]|spatialcoord.*|[0-9a-f]{12}", "", text)
    assert not re.search("[A-Za-z]{3,}", rest), re.search("[A-Za-z]{3,}", rest)


def test_what_comes_from_data_is_escaped():
    nasty = '<script>alert("x")</script>&\'"'
    frame = sample_graph().frame
    frame["name"] = [nasty, *[f"R{i}" for i in range(7)]]
    graph = RegionGraph(frame, links=sample_graph().links, levels=sample_graph().levels)
    dataset = _shifted(sample_dataset(graph, {"x": (nasty, nasty, "transfer", 1.0)}))
    dataset.attrs |= {"title": nasty, "case": nasty, "fingerprint": "7b" * 32, "scenario": f"- {nasty}"}
    summary = sample_summary(dataset) | {"fingerprint": "7b" * 32, "verdict": {"label": nasty}}
    html = compare([Plan(dataset, graph, summary), _plan()], [nasty, "b"])
    assert "<script" not in html and _Page(html).open == [] and _Page(html).text.count(nasty) >= 5


def test_without_borders_and_with_borders_in_one_plan_only():
    bare = sample_plan(geometry=False)
    assert "path" not in _Page(compare([bare, bare])).tags
    for pair in ([bare, sample_plan()], [sample_plan(), bare]):
        assert _Page(compare(pair)).tags.count("path") == 8


def test_three_plans_have_shapes_of_their_own():
    html = compare([*_two(), _plan(fingerprint="8c")], ["a", "b", "c"])
    ids = {value for _, name, value in _Page(html).attributes if name == "id"}
    assert ids == {f"p{k}-{i}" for k in (1, 2) for i in range(8)}


@pytest.mark.skipif(BROWSER is None, reason="chromium is not installed (apt-get install chromium)")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_drawn(tmp_path, lang):
    import numpy as np
    from PIL import Image, ImageColor

    from spatialcoord.maps import difference_layers
    from spatialcoord.results import Words
    from spatialcoord.results import compare as compare_plans

    plans = _two()
    page = tmp_path / "compare.html"
    page.write_text(compare(plans, ["old", "new"], lang), encoding="utf-8")
    messages, asked = _browse(
        page, tmp_path, "--window-size=1040,2400", f"--screenshot={tmp_path / 'page.png'}"
    )
    assert "CONSOLE" not in messages, messages
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    pixels = np.asarray(Image.open(tmp_path / "page.png").convert("RGB"))
    seen = {tuple(colour) for colour in np.unique(pixels.reshape(-1, 3), axis=0)}
    for layer in difference_layers(compare_plans(plans), 1, Words(plans[0], lang)):
        assert {ImageColor.getrgb(colour) for colour in layer.colours()} <= seen, layer.key
    assert (pixels[:, -8:] == 255).all()  # nothing runs over the right edge
