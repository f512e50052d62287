"""Supervision: who keeps an agreement, what is found, and where the money goes."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spatialcoord import games
from spatialcoord.coordination.disputes import STATES
from spatialcoord.coordination.record import ACCOUNTS, WATCHDOGS, as_rows
from spatialcoord.coordination.regime import Member
from spatialcoord.coordination.supervision import complies, supervise, typical
from spatialcoord.errors import InputError
from spatialcoord.messages import catalogue
from tests.coordination.agreements import NAMES, YEARS, members, regime, regimes, run

# from what binds least to what binds most, as their enforcement and penalty say
FORMS = (
    "council",
    "administrative_agreement",
    "interstate_compact",
    "wide_area_union",
    "multi_level_authority",
)
RIVER = [
    Member("pact", "a", 0.10, {"": 2.0}),
    Member("pact", "b", 0.05, {"a": 3.0}),
    Member("pact", "c", 0.20, {"a": 5.0, "b": 1.0}),
]


def broken(record):
    """Who withheld what from whom when."""
    return {(e.year, e.who, e.against) for e in record.of_kind("violation")}


@given(members(), regimes(), st.integers(0, 9))
def test_a_member_complies_if_and_only_if_the_inequality_of_the_games_holds(parties, rules, seed):
    shocks = np.random.default_rng(seed).standard_normal((2, len(parties)))
    kept = complies(parties, rules, shocks)
    for t, row in enumerate(shocks):
        for i, party in enumerate(typical(parties, rules)):
            stake = party.deviate - party.cooperate
            moved = replace(party, deviate=party.deviate + rules.supervision.shock * stake * row[i])
            found = games.self_enforcing({"x": moved})
            assert kept[t, i] == bool(found) or abs(found.margin["x"]) < 1e-9


@given(members(rational=True), st.floats(1.0, 3.0), st.floats(0.01, 1.0), st.integers(0, 9))
def test_full_enforcement_keeps_who_gains_by_the_agreement_whatever_the_shocks_up_to_a_bound(
    parties, penalty, shock, seed
):
    rules = regime(enforcement=1.0, penalty=penalty, shock=shock)
    owed = np.array([sum(m.owes.values()) for m in parties])
    gain = np.array([m.surplus for m in parties])
    # (T - R) <= R / r + F solved for the shock, with F of the whole of what is owed
    bound = (penalty - 1.0 + gain / 0.05 / np.where(owed > 0, owed, 1.0)) / shock
    drawn = np.random.default_rng(seed).standard_normal((40, len(parties))) * 3
    kept = complies(parties, rules, np.minimum(drawn, bound))
    assert kept.all()
    beyond = complies(parties, rules, np.tile(bound + 1e-3, (1, 1)))
    assert not beyond[0, owed > 0].any()


@given(members(), regimes(), st.integers(0, 9))
def test_money_is_conserved_and_the_accounts_are_the_log(parties, rules, seed):
    record = run(parties, rules, seed)
    t = record.totals
    assert t["owed"] == pytest.approx(t["paid"] + t["withheld"])
    assert t["received"] == pytest.approx(t["paid"] + t["recovered"])
    assert t["missed"] == pytest.approx(t["withheld"])
    assert t["penalty_paid"] == pytest.approx(t["penalty_received"])
    assert record.net.sum() == pytest.approx(-t["monitoring"] - t["arbitration"])
    # year by year nothing is paid that nobody receives
    by_year = {name: values.sum(axis=1) for name, values in record.accounts.items()}
    assert by_year["received"] == pytest.approx(by_year["paid"] + by_year["recovered"])
    # all that members owe is paid, withheld or suspended in its year
    suspended = sum(e.amount for e in record.of_kind("suspension"))
    due = len(YEARS) * sum(sum(m.owes.values()) for m in parties)
    assert t["owed"] + suspended == pytest.approx(due)
    rows = as_rows(record.entries)
    for name in ("paid", "withheld", "penalty_received"):
        mine = sum(
            row["amount"]
            for row in rows
            for party, names in zip(("who", "against"), ACCOUNTS[row["kind"]], strict=True)
            if name in names and row[party] == "a"
        )
        assert mine == pytest.approx(sum(row[name] for row in record.rows() if row["party"] == "a"))
    assert 0.0 <= record.kept <= 1.0 and record.lost >= -1e-9


@given(members(), regimes(), st.integers(0, 9))
def test_a_seed_gives_one_record_and_more_years_the_same_first_ones(parties, rules, seed):
    record = run(parties, rules, seed)
    assert record.entries == run(parties, rules, seed).entries
    longer = run(parties, rules, seed, range(2021, 2034))
    assert {b for b in broken(longer) if b[0] <= YEARS[-1]} == broken(record)
    found = {(e.year, e.who, e.against, e.dispute) for e in record.of_kind("violation")}
    assert found <= {(e.year, e.who, e.against, e.dispute) for e in longer.of_kind("violation")}
    settled = {e.dispute for e in record.of_kind("settlement")}
    numbers = {number for *_, number in found}
    assert settled == {e.dispute for e in longer.of_kind("settlement") if e.dispute in numbers}


@given(members(), regimes(), st.integers(0, 9))
def test_without_enforcement_more_is_withheld_and_nothing_comes_back(parties, rules, seed):
    record, bare = run(parties, rules, seed), run(parties, rules.without("enforcement"), seed)
    assert bare.totals["paid"] <= record.totals["paid"] + 1e-9
    assert not bare.of_kind("claim") and bare.totals["recovered"] == bare.totals["penalty_paid"] == 0.0
    assert bare.totals["monitoring"] == 0.0
    if not rules.institutions["pact"].milestones:  # what is suspended is not withheld
        assert broken(record) <= broken(bare)
        assert bare.lost >= record.lost - 1e-9


@given(
    members(), regimes(), st.floats(0.0, 2.0), st.sampled_from(["monitoring", "watchdogs"]), st.integers(0, 9)
)
def test_more_monitoring_never_lowers_detection(parties, rules, more, whose, seed):
    watched = rules.supervision
    effort = getattr(watched, whose) + more
    closer = replace(rules, supervision=watched.model_copy(update={whose: effort}))
    for member in parties:
        for creditor in member.owes:
            before, after = (r.detection("pact", member.name, creditor) for r in (rules, closer))
            assert rules.institutions["pact"].enforcement - 1e-12 <= before <= after <= 1.0
    less, much = run(parties, rules, seed), run(parties, closer, seed)
    if not rules.institutions["pact"].milestones:
        assert broken(much) <= broken(less)
        # of what is broken either way, what was found is found again
        found = {(e.year, e.who, e.against) for e in less.of_kind("violation") if e.dispute}
        again = {(e.year, e.who, e.against) for e in much.of_kind("violation") if e.dispute}
        assert found & broken(much) <= again


@pytest.mark.parametrize("what", ["enforcement", "watchdogs", "monitoring"])
def test_losses_of_the_counterfactuals_over_seeds(what):
    rules = regime("council", monitoring=0.5, watchdogs=0.5)
    lost, kept = [], []
    for seed in range(60):
        record, bare = (run(RIVER, r, seed) for r in (rules, rules.without(what)))
        lost.append(bare.lost - record.lost)
        kept.append(record.kept - bare.kept)
    assert np.mean(lost) > 0 and np.mean(kept) > 0 and min(kept) >= 0


def test_forms_that_bind_more_are_kept_more():
    for seed in range(30):
        kept = [run(RIVER, regime(kind), seed).kept for kind in FORMS]
        assert kept == sorted(kept)
    assert kept[0] < kept[-1]
    lost = [np.mean([run(RIVER, regime(kind), seed).lost for seed in range(60)]) for kind in FORMS]
    assert lost == sorted(lost, reverse=True) and lost[0] > 10 * lost[-1]


def test_the_chance_and_the_costs_by_hand():
    rules = regime(enforcement=0.5, monitoring=0.3, watchdogs=0.1, monitoring_cost=0.02, penalty=9.0)
    assert rules.detection("pact", "c", "a") == pytest.approx(1 - 0.5 * np.exp(-0.4))
    record = run(RIVER, rules)
    seat = {party: i for i, (_, party) in enumerate(record.seats)}
    cost = record.accounts["monitoring"]
    assert cost[0, seat["c"]] == pytest.approx(0.02 * 0.3 * 6.0)
    assert cost[0, seat[WATCHDOGS]] == pytest.approx(0.02 * 0.1 * 11.0)
    assert record.kept == 1.0 and record.totals["paid"] == pytest.approx(8 * 11.0)


def test_across_groups_the_chance_is_another():
    rules = regime(
        "multi_level_authority", layer="macro", enforcement_across=0.2, monitoring=0.0, watchdogs=0.0
    )
    assert [rules.detection("pact", "a", other) for other in ("b", "c", "")] == pytest.approx(
        [0.95, 0.2, 0.95]
    )
    owes = {"b": 1.0, "c": 3.0}
    parties = [Member("pact", n, 0.1, owes if n == "a" else {}) for n in NAMES]
    assert typical(parties, rules)[0].detection == pytest.approx((0.95 + 3 * 0.2) / 4)
    plain = rules.without("layer")
    assert plain.detection("pact", "a", "c") == pytest.approx(0.95)


def test_by_milestones_who_brings_nothing_is_not_paid_and_that_is_no_breach():
    parties = [Member("pact", "a", -1.0, {"": 4.0}), Member("pact", "b", 1.0, {"a": 3.0})]
    record = run(parties, regime("partial_affairs_association", shock=0.0, penalty=0.0))
    assert broken(record) == {(year, "a", "") for year in YEARS}
    assert [(e.who, e.amount) for e in record.of_kind("suspension")] == [("b", 3.0)] * len(YEARS)
    # it owes more than it receives by 1, which is all it can gain by a breach
    assert typical(parties, regime("partial_affairs_association"))[0].deviate == pytest.approx(0.0)
    without = run(parties, regime(shock=0.0, penalty=0.0))
    assert not without.of_kind("suspension") and without.totals["paid"] == pytest.approx(3.0 * len(YEARS))


def test_the_least_subsidy_of_the_games_keeps_everybody():
    rules = regime("council", shock=0.0)
    assert not complies(RIVER, rules, np.zeros((1, 3))).all()
    needed = games.self_enforcing(
        {m.name: p for m, p in zip(RIVER, typical(RIVER, rules), strict=True)}
    ).subsidy
    paid = [replace(m, subsidy=needed[m.name]) for m in RIVER]
    assert complies(paid, rules, np.zeros((1, 3))).all()


@given(members(pool=False), st.integers(0, 9))
def test_members_of_two_institutions_choose_in_each(parties, seed):
    other = [replace(m, institution="other", cooperate=-1.0) for m in parties]
    rules = regime("interstate_compact", penalty=0.1)
    both = replace(rules, institutions={**rules.institutions, "other": rules.institutions["pact"]})
    record = run([*parties, *other], both, seed)
    assume(any(sum(m.owes.values()) > 0 for m in parties))
    assert {e.who for e in record.of_kind("violation") if e.institution == "other"} == {
        m.name for m in parties if sum(m.owes.values()) > 0
    }
    assert record.accounts["owed"].shape[1] == len(record.seats) == 2 * len(parties) + 3


def test_everything_that_is_wrong_is_told_at_once():
    parties = [
        Member("pact", "a", float("nan"), {"z": 1.0}),
        Member("pact", "a", 1.0, {"b": -1.0}, voice=0.0),
        Member("pakt", "b", 1.0, {}),
        Member("pact", "y", 1.0, {}),
    ]
    rules = replace(regime(layer="macro"), discount_rate=-1.0)
    with pytest.raises(InputError) as caught:
        run(parties, rules)
    told = str(caught.value)
    for part in (
        "listed 2 times", "discount_rate", "cooperate", "owes 'z'", "less than 0", "a weight is positive",
        "no such institution", "Did you mean 'pact'", "no group of the layer 'macro'",
    ):  # fmt: skip
        assert part in told, part
    with pytest.raises(InputError, match="there are no parties"):
        run([], regime())
    with pytest.raises(InputError, match="do not follow each other"):
        supervise(RIVER, regime(), [2021, 2023], np.random.default_rng(0))
    with pytest.raises(InputError, match="no part 'watchdog'") as caught:
        regime().without("watchdog")
    assert "watchdogs" in str(caught.value)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kind_of_event_has_its_sentence(lang):
    rules = regime("council", shock=1.0, enforcement=1.0, straight_after=1)
    parties = [replace(m, cooperate=-0.02) for m in RIVER]
    milestones = run(
        [Member("pact", "a", -1.0, {"": 4.0}), Member("pact", "b", 1.0, {"a": 3.0})],
        regime("partial_affairs_association"),
    )
    entries = {e.kind: e for e in (*run(parties, rules).entries, *milestones.entries)}
    assert entries.keys() == ACCOUNTS.keys()
    words = catalogue(lang)
    for kind, entry in entries.items():
        (row,) = as_rows([replace(entry, amount=123456.0)])
        told = words.t(f"supervision.entry.{kind}", **row)
        assert str(entry.year) in told and entry.who in told
        # what starts a dispute needs no amount where the sentence before tells it
        assert "123456" in told or kind == "straight"
        assert entry.ruling in told
    assert {
        k.rpartition(".")[2] for k in words.texts if k.startswith("supervision.entry.")
    } == ACCOUNTS.keys()
    assert {k.rpartition(".")[2] for k in words.texts if k.startswith("supervision.state.")} == set(STATES)


def test_the_python_of_the_page_runs_and_prints_what_it_says(capsys):
    page = (Path(__file__).parents[2] / "docs" / "supervision.md").read_text(encoding="utf-8")
    names: dict = {}
    for code in re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        exec(compile(code, "supervision.md", "exec"), names)  # noqa: S102, the code of our own page
    shown = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert printed == "".join(shown).splitlines() and len(printed) > 5
