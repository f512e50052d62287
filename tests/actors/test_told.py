"""What a reader is told where the figures of actors stand: console, report, workbook and check, in both languages."""

import io

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

import spatialcoord as sc
from spatialcoord.actors.base import actors_of
from spatialcoord.cli import app
from spatialcoord.planner.parties import voices
from spatialcoord.report import render
from spatialcoord.results import Words, print_summary
from spatialcoord.results.actor_tab import actor_tab
from spatialcoord.results.actors import (
    actor_note,
    actor_remarks,
    actor_sentences,
    actor_sheet,
    loser_sheet,
)
from spatialcoord.results.voices import majority_sentences, voice_sentences
from tests.actors.three import given, three, worth

SILENCE = ", ".join(
    f"{name}: 0" for name in ("central_government", "firms", "local_government", "ngo", "residents")
)


def solved(*overrides, **options):
    return sc.solve(sc.build(three(*overrides, **options)))


def console(plan, lang="en"):
    out = io.StringIO()
    print_summary(Console(file=out, width=4000), plan, lang)
    return out.getvalue()


def page(plan, lang="en"):
    return render(plan, lang).replace("&#39;", "'")


def test_only_the_share_of_the_financing_that_is_raised_anew_has_a_burden():
    some = given(financing=[10, 40, 50], levy=[0, 0, 5], cofinance_additional=[8, 0, 0], debt_cost=[0, 2, 0])
    whole, part, none = (
        worth(three(f"actors.central_government={{newly_raised: {share}}}"), "central_government", some)[0]
        for share in (1, 0.4, 0)
    )
    assert whole == worth(three(), "central_government", some)[0]
    assert part - whole == pytest.approx(0.3 * 60, abs=1e-6)
    assert none - whole == pytest.approx(
        0.3 * 100, abs=1e-6
    )  # tax of the regions, co-finance and debt stay new


@pytest.mark.parametrize(
    ("share", "lang", "says"),
    [
        (1, "en", "The whole of the programme's financing is counted as newly raised"),
        (0.25, "en", "25% of the programme's financing is counted as newly raised"),
        (1, "zh", "计划筹资的全部按新筹集的公共资金计"),
        (0.25, "zh", "计划筹资的25%按新筹集的公共资金计"),
    ],
)
def test_what_is_counted_as_new_money_stands_beside_the_figure(share, lang, says):
    plan = solved(f"actors.central_government.newly_raised={share}")
    words = Words(plan, lang)
    assert says in console(plan, lang) and says in page(plan, lang)
    assert sum(says in note for note in actor_tab(plan, words).notes) == 1
    (central,) = [text for text in actor_sentences(plan, words) if says in text]
    assert central.startswith(words.text(plan.summary["actors"]["each"][0]["title"]))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_actor_says_what_its_figure_is_on_console_and_in_the_report(lang):
    plan = solved()
    for entry in plan.summary["actors"]["each"]:
        assert entry["note"][lang] in console(plan, lang) and entry["note"][lang] in page(plan, lang)
    assert actor_sheet(plan, Words(plan, lang)).note in console(plan, lang)


def test_the_years_that_a_figure_is_the_mean_of_are_told():
    plan = solved()
    assert "discounted mean of the years 2021 to 2026 (programme money flows until 2022 only)" in console(
        plan
    )
    last = solved("objective.at=horizon")
    told = actor_note(last, Words(last))
    assert "in 2026, the last year of the horizon" in told and "mean" not in told


def test_all_voices_silenced_is_said_and_no_majority_made_up():
    plan = solved(f"actors.voice.base={{{SILENCE}}}")
    words = Words(plan)
    (told,) = voice_sentences(plan, words)
    assert "All voices are silenced" in told and told in page(plan)
    assert majority_sentences(plan, words) == []
    assert "has the larger voice" not in page(plan)


def test_who_holds_which_share_of_the_voices_is_told():
    plan = solved("actors.voice={weakness: 0, base: {firms: 2, ngo: 0}}")
    told = voice_sentences(plan, Words(plan))[-1]
    assert "Central government 20%" in told and "Firms 40%" in told and "Civil society 0%" in told
    assert told in page(plan)


@pytest.mark.parametrize(
    "huge", ["base: {ngo: 1e308, firms: 1e308}", "weakness: 1e308", "base: {ngo: 1e-320}"]
)
def test_voices_of_any_size_are_finite_and_sum_to_one(huge):
    case = three(f"actors.voice={{{huge}}}")
    voice = voices(case.setting, actors_of(case.setting)[0])
    assert np.isfinite(voice).all() and voice.sum() == pytest.approx(1.0)


def test_firms_speak_for_no_number_of_people_and_nobody_loses_nothing():
    plan = solved()
    told = next(text for text in actor_sentences(plan, Words(plan)) if text.startswith("Firms"))
    assert "3 of 3 parties gain" in told and ", none loses." in told and "people" not in told
    local = next(text for text in actor_sentences(plan, Words(plan)) if text.startswith("Local"))
    assert local.count(" people)") == 2


def test_a_red_line_of_one_party_is_told_as_of_one():
    plan = solved(
        "red_lines={central_government: 0, ngo: 0.5}", "actors.central_government.cost_of_public_funds=9"
    )
    central, civil = actor_remarks(plan, Words(plan))
    assert central.startswith("Red line broken: 'Central government' loses more than 0.0% of its figure")
    assert civil.startswith("Red line kept: 'Civil society' does not lose more than 50.0%")


def test_a_figure_that_is_negative_has_no_share_and_any_loss_breaks_its_red_line():
    case = three("red_lines={local_government: 0.9}")
    table = case.graph.frame.drop(columns="geometry")
    table.loc["R", "net_transfer_received"] = -50_000.0
    plan = sc.solve(sc.build(sc.planner.Case(sc.regions.RegionGraph(table), case.scenario)))
    local = next(e for e in plan.summary["actors"]["each"] if e["name"] == "local_government")
    row = next(row for row in local["losers"] if row["region"] == "R")
    assert row["payoff"] < 0 and row["share"] is None
    (line,) = plan.summary["actors"]["red_lines"]
    assert [worst["region"] for worst in line["worst"]] == ["R"]
    _, sheet, sentences = loser_sheet(plan, Words(plan))
    assert "–" in next(cells for cells in sheet.rows if cells[0] == "Rich")
    assert "of its figure" not in next(text for text in sentences if text.startswith("Rich"))


@pytest.mark.parametrize(
    ("lang", "told", "left_out", "red_line"),
    [
        (
            "en",
            "A run tells what these gain and lose: Central government, Firms, Civil society, Residents.",
            "Local governments: left out, because the regions have no column own_revenue.",
            "Red line not checked: 'Local governments'",
        ),
        (
            "zh",
            "将计算损益的参与方：中央政府、企业、社会组织、居民。",
            "地方政府：未纳入，因为各地区缺少数据列own_revenue。",
            "红线未检查：“地方政府”",
        ),
    ],
)
def test_check_tells_who_is_left_out_for_want_of_a_column(lang, told, left_out, red_line):
    def check(case, *more):
        result = CliRunner().invoke(app, ["check", case, "--lang", lang, *more])
        assert result.exit_code == 0
        return result.stdout

    out = check("eu")
    assert out.count(told) == out.count(left_out) == 1 and red_line not in out
    assert red_line in check("eu", "--set", "red_lines={local_government: 0.02}")
    complete = check("china", "--set", "red_lines={local_government: 0.02}")
    assert left_out not in complete and red_line not in complete and told[:6] in complete


def test_the_largest_loser_is_a_region_not_the_nation():
    plan = solved("actors.central_government.cost_of_public_funds=9")
    sheet = actor_sheet(plan, Words(plan))
    central, local = sheet.rows[0], next(row for row in sheet.rows if row[0] == "Local governments")
    assert central[1].startswith("−") and central[2:] == ["0", "1", "–"]
    assert local[4].startswith("Rich −")


def test_a_loss_of_less_than_a_million_is_not_told_as_zero():
    plan = solved()
    local = next(e for e in plan.summary["actors"]["each"] if e["name"] == "local_government")
    for payoff, told in ((-0.34567, "−0.346"), (-12.345, "−12.3"), (-98_765.4, "−98,765")):
        local["losers"][0]["payoff"] = local["total"] = payoff
        row = next(row for row in actor_sheet(plan, Words(plan)).rows if row[0] == "Local governments")
        assert row[1] == told and row[4] == f"Rich {told}"


def test_what_a_figure_takes_for_granted_in_a_case_is_said():
    assert "common prices" not in page(solved())
    assert "taken as zero" not in page(solved())
    assert "they are taken as zero." in page(solved(without=("net_transfer_received",)))
    case = three()
    table = case.graph.frame.drop(columns="geometry").assign(price_level=[0.8, 1.0, 1.1])
    plan = sc.solve(sc.build(sc.planner.Case(sc.regions.RegionGraph(table), case.scenario)))
    assert "a unit of purchasing power counted as one of money." in page(plan)


def test_an_allocation_like_the_plan_has_no_majority():
    """A single region gets all the money whatever is chosen; one line leaves nothing else to choose."""
    case = three("instruments={general_transfer: {}}")
    table = case.graph.frame.drop(columns="geometry").head(1)
    plan = sc.solve(sc.build(sc.planner.Case(sc.regions.RegionGraph(table), case.scenario)))
    told = dict(
        zip(plan.summary["actors"]["versions"][1:], majority_sentences(plan, Words(plan)), strict=True)
    )
    assert told["equal_per_head"] == (
        "Against 'same money per head' the plan is neither better nor worse for anybody with a voice."
    )
