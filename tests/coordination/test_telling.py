"""What a negotiation and the loop say: sentences, heads of tables, names a reader knows."""

import re
from functools import cache

import pytest

from spatialcoord import load_case
from spatialcoord.coordination import Rules, coordinate, negotiate
from spatialcoord.coordination.agreed import Agreed
from spatialcoord.coordination.cycle_data import dataset_of
from spatialcoord.coordination.cycle_data import tables_of as tables_of_cycles
from spatialcoord.coordination.cycle_figures import figures_of
from spatialcoord.coordination.cycle_story import Story
from spatialcoord.coordination.sentences import Sentences
from spatialcoord.coordination.study import dressed
from spatialcoord.coordination.tables import tables_of
from spatialcoord.maps.layers import NEUTRAL
from spatialcoord.maps.region_map import ABSENT
from tests.cli.conftest import spatialcoord_process
from tests.planner.conftest import toy

LANGUAGES = ("en", "zh")


@cache
def negotiated():
    return negotiate(toy(4, 1), "nash")


@cache
def coordinated():
    return coordinate(toy(4, 1), cycles=1, rules=Rules(seed=1))


def said(sentences):
    return "\n".join(one["text"] for one in sentences.all())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("study", ["negotiation", "cycle"])
def test_sentences_have_no_raw_keys_no_doubled_units_and_no_optional_plurals(study, lang):
    text = said(Sentences(negotiated(), lang) if study == "negotiation" else Story(coordinated(), lang))
    assert len(text) > 1000
    for wrong in (
        r"\(s\)",
        "a year a year",
        "每年每年",
        r"local_government|central_government",
        r"\{",
        r"\d %",
        "nan",
    ):
        assert not re.search(wrong, text), wrong


def test_gains_per_head_say_that_they_are_yearly():
    assert re.search(r"Most per head: .* CUR per head a year", said(Sentences(negotiated(), "en")))
    assert re.search(r"人均收益最多：.*每年人均", said(Sentences(negotiated(), "zh")))


@pytest.mark.parametrize(
    ("at", "words"), [("discounted_mean", "discounted mean of 2021 to"), ("horizon", "the last year of")]
)
def test_amounts_say_what_of_which_years_they_are(at, words):
    found = negotiate(toy(4, 1, f"objective.at={at}"), "nash", compare=False)
    texts = Sentences(found, "en")
    assert words in said(texts)
    assert any(words in head for head in tables_of(found, texts)["payments"])


def test_a_sum_of_measures_is_not_told_as_one_of_them():
    found = negotiate(toy(4, 1, "objective.measure={gini: 0.5, theil_t: 0.5}"), "egalitarian", compare=False)
    assert re.search(r"\(0\.5 × Gini index \+ 0\.5 × Theil", said(Sentences(found, "en")))


def test_a_gain_of_rounding_is_told_as_nothing():
    text = Agreed(negotiated(), "en")
    small = [re.search(r"e-|0\.000", one) for one in text.result() if one.startswith("Most per head")]
    assert small == [None]


@pytest.mark.parametrize(("years", "words"), [(0, "at once"), (1, "1 year later"), (2, "2 years later")])
def test_delays_are_told_in_the_right_number(years, words):
    assert Sentences(negotiated(), "en").years("late", years) == words


def test_rules_name_what_holds_and_end_with_the_first_best():
    found = negotiated()
    rules = tables_of(found, Sentences(found, "en"))["rules"]
    label, most, more = (rules.iloc[:, i] for i in range(3))
    assert label.tolist()[:2] == ["all rules: divided by this agreement", "all rules: the most"]
    assert label.iloc[-1] == "none: first best"
    assert most.iloc[-1] == pytest.approx(found.efficiency.first_best)
    # what is left of rounding is nothing
    assert all(value == 0.0 or abs(value) > 1e-9 * most.iloc[1] for value in more)


def test_a_table_says_at_the_size_of_which_year():
    found = negotiated()
    tables = tables_of(found, Sentences(found, "en"))
    year = str(found.case.scenario.price_year)
    assert any(f"at the size of {year}: infrastructure" in head for head in tables["agreement"])
    assert any(f"at the size of {year}" in head for head in tables["payments"])
    gains = tables["agreement"].filter(like="Gain of").sum(axis=1)
    assert gains.to_numpy() == pytest.approx(tables["agreement"].iloc[:, 2].to_numpy())


def test_the_log_says_who_asked_for_what_where_and_in_which_unit():
    log = tables_of_cycles(coordinated(), "en")["log"]
    asked = log[log["kind"] == "statement"]
    assert len(asked) and (asked["region"] != "").all() and (asked["asked"] > 0).all()
    assert set(asked["unit"]) == {"million CUR/yr"}
    assert set(log[log["kind"] == "payment"]["unit"]) == {"million CUR"}
    assert set(log[log["kind"] == "owed"]["unit"]) == {"million CUR/yr"}


def test_counterfactuals_are_differences_to_everything():
    table = tables_of_cycles(coordinated(), "en")["counterfactuals"]
    full, head = (
        table.iloc[0],
        {name: next(c for c in table if c.startswith(name)) for name in ("Of that", "Output")},
    )
    less = next(c for c in table if c.startswith("Gains kept less"))
    loss = next(c for c in table if c.startswith("Loss of output"))
    assert table[less].to_numpy() == pytest.approx(full[head["Of that"]] - table[head["Of that"]].to_numpy())
    assert table[loss].to_numpy() == pytest.approx(full[head["Output"]] - table[head["Output"]].to_numpy())


def test_an_institution_that_was_only_assumed_is_not_told_by_its_key():
    assert "Negotiate: All at the table as" in said(Story(coordinated(), "en"))


def test_legends_of_the_loop_cover_no_panel():
    found = coordinated()
    figure = figures_of(found, dataset_of(found), "en")["loop"]
    figure.canvas.draw()
    for axes in figure.axes:
        legend = axes.get_legend().get_window_extent()
        assert legend.y0 >= axes.get_window_extent().y1 - 8
        assert legend.x1 <= figure.bbox.x1


def test_a_map_tells_who_is_no_member_from_who_has_no_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert spatialcoord_process(tmp_path, "new", "made").returncode == 0
    two = "institutions={two: {kind: administrative_agreement, members: [ALD, CED, FEN], affairs: [infrastructure]}}"
    found = negotiate(load_case("made", [two]), "egalitarian", compare=False)
    assert ABSENT != NEUTRAL
    for lang, words in (("en", "no value: no member"), ("zh", "无数值：非成员")):
        figures = dressed(found, lang).figures
        assert set(figures) == {"gains", "payments", "works"}
        for figure in figures.values():
            assert any(words in text.get_text() for text in figure.texts)
