"""Who is a member, what is wrong with that, whose mandates overlap, and who is bound with whom."""

from __future__ import annotations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.institutions.membership import bound, formed, institution_problems, members_of, overlaps
from tests.planner.conftest import toy


def case(text: str, n: int = 9):
    return toy(n, 1, f"institutions={{{text}}}")


def told(text: str) -> list[str]:
    return [str(problem) for problem in institution_problems(case(text).setting)]


def test_members_are_all_regions_ids_or_groups_in_the_order_of_the_regions():
    text = (
        "all: {kind: council, affairs: [market]}, "
        "ids: {kind: council, affairs: [human], members: [R5, R0]}, "
        "groups: {kind: council, affairs: [research], level: macro_region, members: [%s]}"
    )
    setting = toy(9, 1).setting
    labels = setting.graph.level("macro_region").values.astype(str)
    setting = case(text % labels[4]).setting
    found = {name: members_of(setting, terms).tolist() for name, terms in formed(setting).items()}
    assert found["all"] == list(range(9)) and found["ids"] == [0, 5]
    assert found["groups"] == np.flatnonzero(labels == labels[4]).tolist()
    assert 2 <= len(found["groups"]) < 9
    assert institution_problems(setting) == []


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("members: [R1, R99]", "members", "there is no region 'R99'"),
        ("members: [A], level: macroregion", "level", "no grouping 'macroregion'\n    Did you mean 'macro_region'?"),
        ("members: [Nowhere], level: macro_region", "members", "'macro_region' has no group 'Nowhere'"),
        ("layer: macroregion", "layer", "no grouping 'macroregion'\n    Did you mean 'macro_region'?"),
        ("members: [R3]", "members", "has a single member"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("exists", ["true", "false"])
def test_what_is_wrong_with_members_is_told_of_candidates_too(text, where, says, exists):
    (problem,) = told(f"delta: {{kind: council, affairs: [market], formed: {exists}, {text}}}")
    assert problem.startswith(f"institutions.delta.{where}: ") and says in problem


def test_wrong_members_and_overlaps_are_told_together():
    problems = told(
        "a: {kind: council, affairs: [market, human], members: [R0, R1, R2]}, "
        "b: {kind: interstate_compact, affairs: [human, market], members: [R1, R2, R77]}, "
        "c: {kind: council, affairs: [market], level: nothing, members: [x]}"
    )
    assert len(problems) == 4
    both = [problem for problem in problems if "'a' and 'b' both decide" in problem]
    assert len(both) == 2 and all("in R1, R2" in problem for problem in both)
    assert "common market (market)" in both[0] and "education and training (human)" in both[1]


def test_an_overlap_needs_affair_and_region_and_two_that_exist():
    first = "a: {kind: council, affairs: [market, human], members: [R0, R1]}, "
    for other in (
        "affairs: [market], members: [R2, R3]",
        "affairs: [research], members: [R0, R1]",
        "affairs: [market], members: [R0, R1], formed: false",
    ):
        assert told(f"{first} b: {{kind: wide_area_union, {other}}}") == []
    setting = case(f"{first} b: {{kind: wide_area_union, affairs: [market], formed: false}}").setting
    # were the candidate formed as well, they would overlap
    (problem,) = overlaps(setting, setting.scenario.institutions)
    assert "'a' and 'b' both decide common market (market) in R0, R1" in problem.what
    assert list(formed(setting)) == ["a"]


def test_many_regions_are_counted():
    (problem,) = told("a: {kind: council, affairs: [market]}, b: {kind: council, affairs: [market]}")
    assert "in R0, R1, R2, R3, R4 and 4 more" in problem


def test_who_is_bound_with_whom():
    setting = case(
        "a: {kind: council, affairs: [market, human], members: [R0, R1, R2]}, "
        "b: {kind: council, affairs: [market], members: [R3, R4]}, "
        "c: {kind: council, affairs: [research], formed: false}"
    ).setting
    market, human = bound(setting, "market"), bound(setting, "human")
    block = np.zeros((9, 9), dtype=bool)
    block[:3, :3] = True
    np.testing.assert_array_equal(human, block)
    block[3:5, 3:5] = True
    np.testing.assert_array_equal(market, block)
    assert not bound(setting, "research").any(), "candidates bind nobody"
    assert bound(case("c: {kind: council, affairs: [market], formed: false}").setting, "market") is None
    assert bound(toy(9, 1).setting, "market") is None


def test_overlaps_are_refused_before_anything_is_built():
    text = "a: {kind: council, affairs: [market], members: [R0, R1]}, b: {kind: council, affairs: [market]}"
    with pytest.raises(InputError, match="'a' and 'b' both decide common market"):
        sc.build(case(text))
    candidate = text.replace("b: {kind: council,", "b: {kind: council, formed: false,")
    assert sc.build(case(candidate)) is not None


def test_whose_groups_sit_at_the_table_must_exist():
    with pytest.raises(
        InputError, match="negotiation.between: the regions have no grouping 'macroregion'\n.*'macro_region'"
    ):
        sc.build(toy(9, 1, "negotiation.between=macroregion"))
    assert sc.build(toy(9, 1, "negotiation.between=macro_region")) is not None
