"""Pictures: made in both languages, never with an empty box for a character, also without a Chinese font."""

import io

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure
from PIL import Image

from spatialcoord.errors import InputError
from spatialcoord.maps import choropleth, map_page
from spatialcoord.maps.fonts import CJK, installed, lettering
from spatialcoord.maps.geometry import Shapes
from spatialcoord.regions import RegionGraph
from spatialcoord.registry import outcomes
from tests.results.sample import sample_graph, sample_plan

LATIN = ("DejaVu Sans",)  # ships with matplotlib and has no Chinese
CHINESE = next((family for family in installed() if family in CJK), None)
needs_chinese = pytest.mark.skipif(CHINESE is None, reason="no Chinese font is installed")


def _texts(figure):
    return [text.get_text() for text in figure.texts]


def _boxes(figure):
    """Characters of a figure that none of its fonts can write."""
    missing = set()
    for text in figure.texts:
        charmaps = [
            font_manager.get_font(font_manager.findfont(family)).get_charmap()
            for family in text.get_fontfamily()
        ]
        missing |= {c for c in text.get_text() if not c.isspace() and not any(ord(c) in m for m in charmaps)}
    return missing


@pytest.mark.parametrize("what", ["per_head", "change", "binding", "infrastructure", "population"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_choropleth(what, lang):
    figure = choropleth(sample_plan(), what, lang)
    assert not _boxes(figure)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    pixels = np.asarray(Image.open(picture).convert("RGB")).reshape(-1, 3)
    assert len(np.unique(pixels, axis=0)) > 20
    (collection,) = [c for axes in figure.axes for c in axes.collections]
    assert len(collection.get_paths()) == 8


def test_lists_of_small_regions_stay_on_the_page(monkeypatch, tmp_path):
    """A long name gives way to the rule beside it, which would run over the edge."""
    plan = sample_plan()
    plan.dataset["name"] = ("region", ["Provincia del Brabant wallon"] * plan.dataset.sizes["region"])
    drawn = []
    monkeypatch.setattr(Shapes, "too_small", property(lambda self: np.arange(7)))
    monkeypatch.setattr(Figure, "savefig", lambda self, *a, **k: drawn.append(self))
    map_page(plan, tmp_path / "map.png")
    (figure,) = drawn
    named = [text for text in figure.texts if text.get_text().startswith("Prov")]
    edge = figure.get_size_inches()[0] * figure.dpi
    assert len(named) == 21
    assert all(text.get_window_extent(figure.canvas.get_renderer()).x1 <= edge for text in named)
    assert any("…" in text.get_text() for text in named)


def test_titles_side_by_side_do_not_meet(monkeypatch, tmp_path):
    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda self, *a, **k: drawn.append(self))
    target = {"en": "Income per head, at common prices of all"}
    monkeypatch.setattr(outcomes.get("income"), "title", target)
    map_page(sample_plan(), tmp_path / "map.png")
    (figure,) = drawn
    texts = {text.get_text(): text.get_window_extent(figure.canvas.get_renderer()) for text in figure.texts}
    (change,) = (box for text, box in texts.items() if "common prices" in text and "Change" in text)
    assert change.x1 < texts["What holds each region"].x0


def test_legend_names_unit_counts_and_source():
    texts = _texts(choropleth(sample_plan(), "per_head"))
    assert "Money per head, a year" in texts
    assert any("CNY per head" in text for text in texts)
    assert sum(int(text) for text in texts if text.isdigit()) == 8
    assert any("Equal-area projection" in text and "plan 5a5a5a5a5a5a" in text for text in texts)


@needs_chinese
def test_chinese_is_drawn_in_chinese():
    texts = _texts(choropleth(sample_plan(), "per_head", "zh"))
    assert "人均年度资金" in texts


@pytest.mark.parametrize("what", ["per_head", "change", "binding"])
def test_without_a_chinese_font_the_words_are_english(what):
    figure = choropleth(sample_plan(), what, "zh", families=LATIN)
    assert not _boxes(figure)
    assert not any("\u4e00" <= c <= "\u9fff" for text in _texts(figure) for c in text)
    assert (
        choropleth(sample_plan(), what, "en", families=LATIN).texts[0].get_text()
        == figure.texts[0].get_text()
    )


def test_names_no_font_can_write_give_way_to_ids():
    frame = sample_graph().frame
    frame["name"] = ["北京", "Ōsaka", "\U00012345", *[f"R{i}" for i in range(5)]]
    plan = sample_plan(graph=RegionGraph(frame, links=sample_graph().links, levels=sample_graph().levels))
    letters = lettering(plan, "en", LATIN)
    assert letters.names[:3] == ("R0", "Ōsaka", "R2")
    assert letters.safe("a北b") == "a·b"
    plan.dataset.attrs["case"] = "中国"
    assert not _boxes(choropleth(plan, "per_head", "en", families=LATIN))


def test_mathematics_in_a_name_is_only_a_name():
    plan = sample_plan()
    plan.dataset.attrs["case"] = "a $ and a $\\frac{"
    choropleth(plan, "per_head").savefig(io.BytesIO(), format="png")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_of_all_maps(tmp_path, lang):
    map_page(sample_plan(), tmp_path / "map.png", lang)
    picture = Image.open(tmp_path / "map.png")
    assert picture.width == 2010 and picture.height > 1000
    pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert (pixels == 255).all(axis=1).mean() > 0.4  # a page, not a poster


def test_without_borders_there_is_no_map(tmp_path):
    with pytest.raises(InputError, match="no borders"):
        choropleth(sample_plan(geometry=False))
    with pytest.raises(InputError, match="没有边界"):  # in the planner's language, whatever the fonts
        map_page(
            sample_plan(geometry=False), tmp_path / "map.png", "zh", families=installed() + ("DejaVu Sans",)
        )
