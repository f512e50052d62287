"""Pictures of studies keep what they say on their page."""

import re
from itertools import pairwise

import pytest
from matplotlib.text import Text

from spatialcoord import explore
from spatialcoord.explore.alternatives import explore_near, study_of
from spatialcoord.explore.drawing import Pen, fold, width_of
from spatialcoord.explore.pareto_figure import _make_room
from tests.planner.conftest import toy

NUMBER = re.compile(r"[−\d.,]*")  # also of ticks beyond the limits, which are not drawn


def _off_page(figure):
    """Texts of a picture that run over its edges."""
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    wide, tall = figure.get_size_inches() * figure.dpi
    out = []
    for text in figure.findobj(Text):
        if text.get_visible() and NUMBER.fullmatch(text.get_text()) is None:
            box = text.get_window_extent(renderer)
            if box.x0 < 0 or box.y0 < 0 or box.x1 > wide or box.y1 > tall:
                out.append(text.get_text())
    return out


@pytest.fixture(scope="module")
def case():
    return toy(6, 1, "programme.change_limit=0.3", "economy.segments=4")


def test_a_text_is_folded_to_the_width_there_is():
    figure = Pen.of("en").figure(6.0, 2.0, "")
    whole = "one two three four five six seven eight nine ten eleven twelve"
    text = figure.text(0.1, 0.5, whole, fontsize=12)
    lines = fold(text, 2.0)
    assert len(lines) > 1 and " ".join(lines) == whole and text.get_text() == "\n".join(lines)
    assert width_of(text) <= 2.0
    assert fold(figure.text(0.1, 0.1, "indivisible"), 0.1) == ["indivisible"]


@pytest.mark.filterwarnings("ignore:Glyph")
def test_chinese_is_folded_between_any_two_characters():
    figure = Pen.of("en").figure(6.0, 2.0, "")
    whole = "均等的代价在前沿中部每降低一步均值每年减少"
    lines = fold(figure.text(0.1, 0.5, whole, fontsize=12), 1.5)
    assert len(lines) > 1 and "".join(lines) == whole


def test_the_tornado_stays_on_its_page(case):
    assert _off_page(explore.sensitivity(case, morris=0).figures["tornado"]) == []


def test_heads_of_ranges_stand_apart(case):
    found = explore_near(case, 1e-3, "year_zero", 1, 0.1)
    figure = study_of(found, "en").figures["ranges"]
    assert _off_page(figure) == []
    titles = sorted(
        (t.get_window_extent() for t in figure.texts if t.get_weight() == "bold" and t.get_fontsize() == 11),
        key=lambda box: box.x0,
    )
    assert len(titles) == 4
    assert all(b.x0 - a.x1 > 0.1 * figure.dpi for a, b in pairwise(titles))


def test_long_numbers_of_a_front_get_their_room():
    figure = Pen.of("en").figure(8.0, 3.0, "")
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.7))
    axes.set_yticks([0.0, 1.0], ["101,477.123456", "101,477.654321"])
    axes.set_ylabel("Mean per head")
    assert axes.get_tightbbox().x0 < 0.0
    _make_room(axes, 0.8)
    assert axes.get_tightbbox().x0 > 0.0 and axes.get_position().x1 == pytest.approx(0.9)
