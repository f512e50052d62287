"""The links that a plan builds, on a map."""

from __future__ import annotations

import pytest

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.maps import plan_links
from tests.instruments.test_all import BARE, TRANSPORT


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_links_of_a_plan_are_drawn(lang):
    plan = sc.solve(sc.build(sc.load_case("us", [f"instruments={{transport_project: {TRANSPORT}}}", *BARE])))
    figure = plan_links(plan, lang)
    told = " ".join(text.get_text() for text in figure.findobj(match=lambda a: hasattr(a, "get_text")))
    assert "km" in told or "公里" in told


def test_a_plan_without_projects_has_none():
    plan = sc.solve(sc.build(sc.load_case("china", ["programme.years={first: 2021, last: 2022}"])))
    with pytest.raises(InputError, match="changes no links"):
        plan_links(plan)
