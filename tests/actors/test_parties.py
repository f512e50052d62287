"""Parties of a solved plan: axioms, payoff table, voices, majorities, red lines."""

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.actors.base import actors_of
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.parties import Parties, parties_of, voices
from spatialcoord.report import render
from spatialcoord.results import Words
from spatialcoord.results.actor_tab import actor_tab
from spatialcoord.results.actors import actor_sentences, loser_sheet
from spatialcoord.results.voices import majority_sentences
from tests.actors.three import PEOPLE, three
from tests.planner.conftest import toy

OTHERS = ("levy", "cofinance", "debt_cost")
OVERRIDES = ("formulas={equal_per_gap: {}}", "red_lines={local_government: 0, ngo: 0.5}")


@pytest.fixture(scope="module")
def solved():
    case = three(*OVERRIDES)
    return case, sc.solve(sc.build(case))


@pytest.fixture(scope="module")
def many():
    """Plans of made-up cases with instruments that use every account of money."""
    lines = "general_transfer: {}, infrastructure: {cofinance: {rate: 0.2}}, tax_reduction: {}, "
    lines += "differential_tax: {}, market_finance: {}"
    case = toy(8, 1, "programme.envelopes={relief: {min_share: 0.1}}", f"instruments={{{lines}}}")
    return case, sc.solve(sc.build(case))


def _amounts(plan):
    return {
        str(k): plan.dataset["amount"].sel(instrument=k).values for k in plan.dataset["instrument"].values
    }


def test_no_programme_is_worth_exactly_nothing_to_everybody(solved):
    case, plan = solved
    assert (plan.dataset["payoff"].sel(version="no_programme") == 0.0).all()
    nothing = {line: np.zeros_like(amount) for line, amount in _amounts(plan).items()}
    parties = parties_of(
        case.setting, {"plan": evaluate(case.setting, nothing), "no_programme": evaluate(case.setting, {})}
    )
    assert len(parties.owner) == 3 * 3 + 2
    assert (parties.payoff["plan"] == 0.0).all()
    assert (parties.changed() == 0.0).all()


@pytest.mark.parametrize("which", ["solved", "many"])
def test_residents_gains_sum_to_the_change_of_national_income(which, request):
    case, plan = request.getfixturevalue(which)
    data = plan.dataset
    own = data["party_actor"].values == "residents"
    people = case.setting.population
    for version, outcome in (("plan", "after"), ("equal_per_head", "equal_per_head")):
        target = data["target_per_head"]
        change = (target.sel(outcome=outcome) - target.sel(outcome="before")).values @ people / 1e6
        assert data["payoff"].sel(version=version).values[own].sum() == pytest.approx(change, rel=1e-6)


def test_net_payments_of_local_governments_sum_to_what_others_pay_less_what_they_get(many):
    case, plan = many
    yearly = case.setting.weight @ case.setting.year_in_period
    paid = {key: float((plan.dataset[key].sum("region").values * yearly).sum()) for key in OTHERS}
    parts = {e["name"]: e["parts"] for e in plan.summary["actors"]["each"]}
    own, private = parts["local_government"], parts["firms"]["received"]
    net = own["received"] + own["financing"] + own["own_money"] + own["compensation"]
    assert min(abs(x) for x in (private, *paid.values())) > 1  # the identity is not an empty one
    assert net == pytest.approx(paid["levy"] - private - paid["cofinance"] - paid["debt_cost"], rel=1e-6)


def test_the_summary_adds_up_the_parties(solved):
    case, plan = solved
    data, section = plan.dataset, plan.summary["actors"]
    assert section["versions"] == ["plan", "equal_per_head", "equal_per_gap", "no_programme"]
    for entry in section["each"]:
        own = data["party_actor"].values == entry["name"]
        payoff = data["payoff"].values[:, own]
        assert list(entry["totals"].values()) == pytest.approx(payoff.sum(axis=1))
        assert entry["gain"]["money"] + entry["lose"]["money"] == pytest.approx(entry["total"])
        assert entry["gain"]["parties"] == (payoff[0] > 0).sum()
        assert entry["lose"]["people"] == pytest.approx(data["party_people"].values[own][payoff[0] < 0].sum())
        totals = payoff.sum(axis=1)
        assert entry["best"] == totals.max() and entry["worst"] == totals.min()
        assert entry["normalised"] == pytest.approx((totals[0] - totals.min()) / np.ptp(totals))
    local = next(e for e in section["each"] if e["name"] == "local_government")
    worst = data["payoff"].sel(version="plan").values[data["party_actor"].values == "local_government"]
    assert local["losers"][0]["region"] == case.setting.regions[int(worst.argmin())]
    assert data["local_government_rank"].dims == ("outcome", "region")


def test_red_lines_are_told_and_change_no_plan(solved):
    _, plan = solved
    local, ngo = plan.summary["actors"]["red_lines"]
    assert local["actor"] == "local_government" and local["violations"] >= 1
    assert ngo["violations"] == 0
    assert "Red line broken" in " ".join(actor_sentences(plan, Words(plan)))
    free = sc.solve(sc.build(three(*OVERRIDES[:1])))
    assert free.dataset["amount"].values == pytest.approx(plan.dataset["amount"].values)
    assert free.summary["actors"]["red_lines"] == []


def test_a_party_that_loses_just_the_share_keeps_the_red_line():
    case = three()
    loss = sc.solve(sc.build(case)).summary["actors"]["each"]
    worst = min(row["share"] for e in loss if e["name"] == "local_government" for row in e["losers"])
    for share, broken in ((-worst * 1.001, 0), (-worst * 0.999, 1)):
        told = sc.solve(sc.build(three(f"red_lines={{local_government: {share!r}}}"))).summary["actors"]
        assert told["red_lines"][0]["violations"] == broken


def test_voices_by_hand():
    case = three("actors.voice={weakness: 1, others_least: 0}")
    found, _ = actors_of(case.setting)
    voice = voices(case.setting, found)
    assert voice.sum() == pytest.approx(1.0)
    income = case.setting.output[:, 0] + case.setting.net_flow
    weak = 1 + np.maximum(0, 1 - income / PEOPLE / (income.sum() / PEOPLE.sum()))
    # a fifth of the people, 0.8 million, all of them in the poor region
    raw = np.concatenate([[1.0], weak / 3, weak / 3, [weak[0]], weak / 3])
    assert voice == pytest.approx(raw / raw.sum())


def test_a_louder_base_and_the_floor_of_those_who_are_no_government():
    quiet = three("actors.voice={weakness: 0, base: {firms: 0, ngo: 0, residents: 0.1}}")
    found, _ = actors_of(quiet.setting)
    voice = voices(quiet.setting, found)
    government = np.concatenate(
        [np.full(3 if a.regional else 1, a.government) for a in found.values()]
    )  # fmt: skip
    assert voice[~government].sum() == pytest.approx(0.2)
    assert voice[government].sum() == pytest.approx(0.8)
    loud = three("actors.voice={weakness: 0, base: {ngo: 6}}")
    assert voices(loud.setting, found)[7] == pytest.approx(0.6)


def _parties(voice, gains):
    zero = np.zeros(len(voice))
    return Parties(
        {}, {}, zero, zero, zero + 1.0, {"plan": np.array(gains, dtype=float), "no_programme": zero}, zero,
        np.array(voice),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("voice", "gains", "carried", "pivotal"),
    [
        ([0.4, 0.3, 0.3], [1, 1, -1], True, [True, True, False]),
        ([0.4, 0.35, 0.25], [1, 1, 1], True, [False, False, False]),
        ([0.4, 0.3, 0.3], [1, 0, -1], True, [True, False, False]),  # who has no side has none to change
        ([0.5, 0.5], [1, -1], False, [False, True]),  # a tie does not carry, and one change settles it
        ([0.6, 0.2, 0.2], [-1, 1, 1], False, [True, False, False]),
        ([0.25, 0.5, 0.25], [1, 1, -1], True, [True, True, False]),  # a change to a tie turns it
    ],
)
def test_who_could_turn_a_majority(voice, gains, carried, pivotal):
    gain, loss, turns = _parties(voice, gains).majority("no_programme")
    assert (gain > loss) == carried
    assert turns.tolist() == pivotal
    # by trial: change one side at a time and count again
    for i, gained in enumerate(gains):
        if gained:
            other = [-g if k == i else g for k, g in enumerate(gains)]
            again = _parties(voice, other).majority("no_programme")
            assert (again[0] > again[1] + 1e-12) != carried if turns[i] else (again[0] > again[1]) == carried


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_report_and_workbook_tell_every_party(solved, lang):
    _, plan = solved
    words = Words(plan, lang)
    page = render(plan, lang)
    title, sheet, sentences = loser_sheet(plan, words)
    for text in (words.t("summary.head.actors"), title, *sentences, *majority_sentences(plan, words)):
        assert text.replace("'", "&#39;") in page
    assert len(sheet.rows) == len(sentences) >= 1
    tab = actor_tab(plan, words)
    assert len(tab.rows) == plan.dataset.sizes["party"] == 11
    assert all(len(row) == len(tab.columns) for row in tab.rows)


def test_a_plan_keeps_its_payoffs_on_disk(solved, tmp_path):
    _, plan = solved
    sc.publish(plan, tmp_path, maps=False)
    again = sc.Plan.load(tmp_path)
    assert again.dataset["payoff"].equals(plan.dataset["payoff"])
    assert again.summary["actors"] == plan.summary["actors"]


def test_a_case_without_own_revenue_says_so_and_plans():
    plan = sc.solve(sc.build(three("red_lines={local_government: 0}", without=("own_revenue",))))
    (left_out,) = plan.summary["actors"]["skipped"]
    assert left_out["missing"] == ["own_revenue"]
    assert "local_government" not in plan.dataset["party_actor"].values
    told = actor_sentences(plan, Words(plan))
    assert sum("no column own_revenue" in sentence for sentence in told) == 2  # the actor, and its red line
    assert loser_sheet(plan, Words(plan)) is None
