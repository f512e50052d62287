"""The links that a plan builds, on a map."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from PIL import Image

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.maps import builds_links, plan_links
from tests.instruments.test_all import BARE, TRANSPORT


@pytest.fixture(scope="module")
def plan():
    return sc.solve(sc.build(sc.load_case("us", [f"instruments={{transport_project: {TRANSPORT}}}", *BARE])))


def without(plan, links):
    """The same plan as if it had not built some links."""
    data = plan.dataset.copy(deep=True)
    data["transport_project_link_open"][{"transport_link": links}] = np.nan
    return sc.Plan(data, plan.graph, plan.summary)


def told(figure):
    return [text.get_text() for text in figure.findobj(match=lambda a: hasattr(a, "get_text"))]


@pytest.mark.parametrize(
    "lang, scale", [("en", "effective length saved, km"), ("zh", "缩短的等效长度，公里")]
)
def test_links_of_a_plan_are_drawn_and_both_scales_told(plan, lang, scale):
    texts = told(plan_links(plan, lang))
    assert scale in texts
    access = plan.dataset["transport_project_access"].attrs["long_name_zh" if lang == "zh" else "long_name"]
    assert any(text.lower().startswith(access.lower()) for text in texts)


def test_only_what_is_built_is_drawn(plan):
    def lines(figure):
        collections = [c for c in figure.findobj(LineCollection) if c.get_zorder() > 3.04]
        coloured = [c for c in collections if round(c.get_zorder() * 100) % 10 == 5]
        return sum(len(c.get_segments()) for c in coloured)

    assert lines(plan_links(plan)) == plan.dataset.sizes["transport_link"] == 3
    assert lines(plan_links(without(plan, [0, 2]))) == 1
    nothing = without(plan, [0, 1, 2])
    assert builds_links(plan) and not builds_links(nothing)
    with pytest.raises(InputError, match="builds none"):
        plan_links(nothing)


def test_the_picture_is_among_the_results_and_in_the_report(plan, tmp_path):
    names = {path.name for path in sc.publish(plan, tmp_path / "out")}
    assert "links.png" in names
    assert Image.open(tmp_path / "out" / "links.png").size[0] > 800
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in html and "effective length saved (km)" in html
    # a later plan that builds nothing leaves no picture of another plan behind
    again = {path.name for path in sc.publish(without(plan, [0, 1, 2]), tmp_path / "out")}
    assert "links.png" not in again and not (tmp_path / "out" / "links.png").exists()
    assert "data:image/png" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_plan_without_projects_has_none():
    plan = sc.solve(sc.build(sc.load_case("china", ["programme.years={first: 2021, last: 2022}"])))
    with pytest.raises(InputError, match="changes no links"):
        plan_links(plan)
