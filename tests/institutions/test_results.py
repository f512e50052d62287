"""A plan tells under which institutions it was made, in console, report and summary, in both languages."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

import spatialcoord as sc
from spatialcoord.report import render
from spatialcoord.results import Words, print_summary
from spatialcoord.results.contract import summary_problems
from spatialcoord.results.institutions import institution_sentences
from tests.planner.conftest import toy

LEAGUES = (
    "institutions={delta: {kind: wide_area_union, title: {en: The Delta, zh: 三角洲}, affairs: [market, industry], members: [R0, R3]}, "
    "all: {kind: council, affairs: [human]}, idea: {kind: council, affairs: [market], formed: false}}"
)


@pytest.fixture(scope="module")
def plan():
    return sc.solve(sc.build(toy(5, 1, LEAGUES)))


def console(plan, lang: str) -> str:
    out = io.StringIO()
    print_summary(Console(file=out, width=300), plan, lang)
    return out.getvalue()


@pytest.mark.parametrize(
    ("lang", "head", "first", "second"),
    [
        (
            "en",
            "Who is bound",
            "The Delta (Wide-area union) decides common market, moving firms and sharing their tax. Members: {0}, {3}.",
            "all (Council) decides education and training. Members: all 5 regions.",
        ),
        (
            "zh",
            "谁受约束",
            "三角洲（广域联合）决定统一市场、产业转移与税收分享。成员：{0}、{3}。",
            "all（协议会）决定教育培训。成员：全部 5 个地区。",
        ),
    ],
)
def test_console_and_report_tell_who_is_bound(plan, lang, head, first, second):
    words = Words(plan, lang)
    sentences = institution_sentences(plan, words)
    assert sentences[:2] == [first.format(*words.names), second] and len(sentences) == 3
    for text in (console(plan, lang), render(plan, lang)):
        assert head in text and all(sentence in text for sentence in sentences)
        assert "idea" not in text.split(head)[1].split(sentences[2])[0]


def test_the_summary_holds_them_and_keeps_its_contract(plan, tmp_path):
    told = plan.summary["institutions"]
    assert [one["name"] for one in told] == ["delta", "all"] and told[0]["members"] == ["R0", "R3"]
    assert summary_problems(plan.summary) == []
    plan.save(tmp_path)
    assert institution_sentences(sc.Plan.load(tmp_path), Words(plan, "en")) == institution_sentences(
        plan, Words(plan, "en")
    )


def test_many_members_are_counted():
    members = ", ".join(f"R{i:02}" for i in range(14))
    plan = sc.solve(
        sc.build(
            toy(15, 1, f"institutions={{big: {{kind: council, affairs: [human], members: [{members}]}}}}")
        )
    )
    (sentence, _) = institution_sentences(plan, Words(plan, "en"))
    assert sentence.endswith(" and 2 more.") and sentence.count(",") == 11


def test_without_institutions_nothing_is_said():
    plan = sc.solve(sc.build(toy(5, 1)))
    assert plan.summary["institutions"] == [] and institution_sentences(plan, Words(plan, "en")) == []
    assert "Who is bound" not in console(plan, "en") + render(plan, "en")
