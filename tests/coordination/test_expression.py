"""Demands accepted by voice: nobody more than asked, the money heard, the floor of those who are no government, plans that keep it."""

from functools import lru_cache

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.coordination.demand_entries import STATED
from spatialcoord.coordination.demands import GAP, OUTPUT, PAST, PEOPLE, Demand, own_demands
from spatialcoord.coordination.expression import HEARD, MET, RULES, SILENT, VOICELESS, express
from spatialcoord.coordination.expression_words import trail
from spatialcoord.coordination.filling import FULL, fill
from spatialcoord.coordination.requests import party_voices
from spatialcoord.coordination.room import Room
from spatialcoord.coordination.satisfaction import satisfaction
from spatialcoord.economy.water_filling import water_fill
from spatialcoord.errors import Infeasible, InputError
from spatialcoord.instruments.base import lines_of
from spatialcoord.messages import catalogue
from spatialcoord.planner.building import assemble
from spatialcoord.planner.solving import optimise
from spatialcoord.registry import actors

OTHERS = ("firms", "residents", "ngo")
STOPS = {"most", "none", "ceiling", "envelope", "change", "cap"}  # rules of the programme that stop demands


@lru_cache
def _case(name="guangdong"):
    return sc.load_case(name)


def _with_base(setting, **base):
    rules = setting.scenario.actors["voice"].model_copy(update={"base": base})
    changed = {**setting.scenario.actors, "voice": rules}
    return setting.under(setting.scenario.model_copy(update={"actors": changed}))


# --- progressive filling ----------------------------------------------------------------------------------------------


@st.composite
def fillings(draw):
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    number = st.floats(0.01, 10)
    key, asked = (np.array(draw(st.lists(number, min_size=n, max_size=n))) for _ in range(2))
    rows = np.array(
        draw(st.lists(st.lists(st.booleans(), min_size=n, max_size=n), min_size=m, max_size=m)), float
    )
    room = np.array(draw(st.lists(st.floats(0, 20), min_size=m, max_size=m)))
    return key, asked, sp.csr_array(rows), room


@given(fillings())
def test_filling_keeps_every_rule_and_leaves_no_room(drawn):
    key, asked, rows, room = drawn
    amount, stop = fill(key, asked, rows, room)
    assert (amount >= 0).all() and (amount <= asked * (1 + 1e-9)).all()
    assert (rows @ amount <= room + 1e-9).all()
    for q in range(len(key)):
        if stop[q] == FULL:
            assert amount[q] == asked[q]
        else:  # used up, and by nobody who is further than this one
            rule = rows.toarray()[stop[q]] > 0
            assert rule[q] and amount[rule].sum() == pytest.approx(room[stop[q]], abs=1e-9)
            assert (amount[rule] / key[rule] <= amount[q] / key[q] + 1e-9).all()


@given(fillings(), st.floats(1.01, 5))
def test_a_larger_key_never_gives_less(drawn, factor):
    key, asked, rows, room = drawn
    before, _ = fill(key, asked, rows, room)
    for q in range(len(key)):
        louder = key.copy()
        louder[q] *= factor
        assert fill(louder, asked, rows, room)[0][q] >= before[q] - 1e-9


@given(fillings(), st.floats(0, 1))
def test_with_one_rule_it_is_water_filling(drawn, part):
    key, asked, _, _ = drawn
    total = part * asked.sum()
    amount, _ = fill(key, asked, sp.csr_array(np.ones((1, len(key)))), np.array([total]))
    np.testing.assert_allclose(amount, water_fill(key, total, 0 * key, asked), atol=1e-9)


# --- what is accepted -------------------------------------------------------------------------------------------------


@st.composite
def demand_lists(draw):
    """Demands of a few regions of Guangdong, up to more than the budget, each once."""
    regions = _case().setting.regions
    local = st.tuples(
        st.sampled_from(["local_government", "firms", "residents", "ngo"]),
        st.sampled_from([regions[0], regions[2], regions[10], regions[13]]),
        st.sampled_from(["transfer", "investment", "infrastructure", "human_capital"]),
    )
    nation = st.tuples(st.just("ngo"), st.just(""), st.sampled_from(["transfer", "investment"]))
    labels = draw(st.lists(st.one_of(local, nation), min_size=1, max_size=8, unique=True))
    amount, weight = st.floats(0, 1e5), st.floats(0.1, 10)
    return tuple(Demand(*label, draw(amount), draw(weight)) for label in labels)


@settings(max_examples=20)
@given(demand_lists(), st.floats(0, 1))
def test_nobody_gets_more_than_asked_and_the_money_heard_is_spent_or_rules_say_why(demands, heard):
    setting = _case().setting
    found = express(setting, demands, heard)
    tiny = 1e-7 * found.budget
    assert (found.accepted >= 0).all() and (found.accepted <= found.asked + tiny).all()
    total = found.accepted.sum()
    assert total <= heard * found.budget + tiny
    unmet = {why for why in found.reason if why != "met"}
    if unmet & {"heard"}:
        assert total == pytest.approx(heard * found.budget, abs=tiny)
    if not unmet:
        assert total == pytest.approx(found.asked.sum(), abs=tiny)
    # who is stopped by the money alone has the floor of equation (3)
    voice = party_voices(setting)
    weight = {}
    for d in demands:
        weight[d.party] = weight.get(d.party, 0.0) + d.weight
    for j, d in enumerate(demands):
        if found.reason[j] in ("met", "heard"):
            floor = voice[d.party] * d.weight / weight[d.party] * heard * found.budget
            assert found.accepted[j] >= min(d.amount, floor) - tiny
    # promises are the same money by region and instrument, and inside the rules
    assert sum(line.amount for line in found.promises) == pytest.approx(total, abs=tiny)
    promised = np.zeros((len(setting.regions), len(Room(setting).instruments)))
    for line in found.promises:
        promised[setting.regions.index(line.region), Room(setting).instruments.index(line.instrument)] += (
            line.amount
        )
    for why, counted, room in Room(setting).rules():
        assert promised[counted].sum() <= room + tiny, why


@settings(max_examples=8)
@given(st.floats(0.01, 0.1), st.floats(1, 20), st.lists(st.floats(100, 1e4), min_size=4, max_size=4))
def test_a_louder_actor_never_gets_less_and_asking_for_more_wins_nothing(heard, base, amounts):
    setting = _case().setting
    regions = (setting.regions[0], setting.regions[0], setting.regions[5], setting.regions[5])
    names = ("firms", "local_government", "firms", "residents")
    demands = [Demand(a, r, "infrastructure", m) for a, r, m in zip(names, regions, amounts, strict=True)]
    quiet = express(setting, demands, heard)
    loud = express(_with_base(setting, firms=base), demands, heard)
    # where rules of the programme stop somebody only keys of single requests are known to be monotone
    assume({*quiet.reason, *loud.reason} <= {"met", "heard"})
    firms = np.array([d.actor == "firms" for d in demands])
    assert (loud.accepted[firms] >= quiet.accepted[firms] - 1e-6).all()
    for j in range(4):
        if quiet.reason[j] == "heard":
            more = [
                Demand(*d.party, d.instrument, 3 * d.amount if k == j else d.amount)
                for k, d in enumerate(demands)
            ]
            again = express(setting, more, heard)
            if set(again.reason) <= {"met", "heard"}:  # else a rule stops what was added
                np.testing.assert_allclose(again.accepted, quiet.accepted, rtol=1e-6)


def test_voices_by_people_louder_for_the_weak_with_a_floor_for_those_who_are_no_government():
    setting = _case().setting
    voice = party_voices(setting)
    assert sum(voice.values()) == pytest.approx(1.0)
    income, people = setting.base_output / setting.population, setting.population
    per_head = np.array([voice["firms", r] for r in setting.regions]) / people
    poor = income < np.average(income, weights=people)
    assert per_head[~poor].max() == pytest.approx(per_head[~poor].min())
    assert per_head[poor].min() > per_head[~poor].max()
    order = np.argsort(income[poor])
    assert (np.diff(per_head[poor][order]) <= 0).all()
    quiet = party_voices(_with_base(setting, firms=0.01, residents=0.01, ngo=0.01))
    others = sum(v for (a, _), v in quiet.items() if not actors.get(a).government)
    assert others == pytest.approx(setting.scenario.actors["voice"].others_least)


def test_those_who_are_no_government_have_their_floor_of_the_money():
    setting = _with_base(_case().setting, firms=0.01, residents=0.01, ngo=0.01)
    found = express(setting, own_demands(setting), 0.05)
    assert set(found.reason) <= {"met", "heard"}
    others = np.array([d.actor in OTHERS for d in found.demands])
    assert found.accepted[others].sum() >= 0.2 * 0.05 * found.budget * (1 - 1e-9)


def test_without_voices_beside_governments_all_goes_to_them_and_the_trail_says_so():
    setting = _case("us").setting
    demands = own_demands(setting)
    all_, few = express(setting, demands, 0.1), express(setting, demands, 0.1, silent=OTHERS)
    others = np.array([d.actor in OTHERS for d in demands])
    assert all_.accepted[others].sum() > 0.5 * all_.accepted.sum()
    assert few.accepted[others].sum() == 0 and few.accepted.sum() == pytest.approx(0.1 * few.budget)
    assert {why for d, why in few.excluded if d.actor in OTHERS} == {"silent"}
    assert [r["who"] for r in few.rows() if r["kind"] == "silence"] == list(OTHERS)
    nobody = express(_with_base(setting, firms=0.0), demands, 0.1)
    assert {why for d, why in nobody.excluded if d.actor == "firms"} == {"voiceless"}


def test_rules_that_stop_demands_are_named():
    setting = _case("us").setting
    cut = express(
        setting,
        [
            Demand("ngo", "US-MS", "credit", 1e5),
            Demand("ngo", "US-CA", "credit", 10.0),
            Demand("firms", "US-WY", "infrastructure", 1e5),
            Demand("residents", "US-VT", "general_transfer", 1e5),
        ],
        0.5,
    )
    room = Room(setting)
    r, i = setting.regions.index("US-WY"), room.instruments.index("infrastructure")
    assert cut.accepted[2] <= room.most[r, i] * (1 + 1e-9)
    assert room.most[setting.regions.index("US-CA"), room.instruments.index("subsidised_credit")] == 0
    assert cut.reason[1] == "none" and cut.excluded == ((cut.demands[1], "none"),)
    assert {cut.reason[0], cut.reason[2], cut.reason[3]} <= {"most", "ceiling", "change", "rules"}


def test_lines_already_promised_come_first():
    case = _case()
    setting, region = case.setting, case.setting.regions[3]
    demand = [Demand("residents", region, "transfer", 1e5)]
    free = express(setting, demand, 1.0)
    held = setting.under(free.promised(setting.scenario))
    again = express(held, demand, 1.0)
    assert free.accepted[0] > 0 and again.accepted[0] < 1e-4 * free.accepted[0]


# of the second and third not all can be kept
@pytest.mark.parametrize(("name", "heard"), [("guangdong", 0.2), ("guangdong", 0.9), ("us", 0.3)])
def test_a_plan_keeps_what_is_promised(name, heard):
    case = _case(name)
    found = express(case.setting, own_demands(case.setting), heard)
    assert found.accepted.sum() > 0.95 * min(heard, 0.6) * found.budget
    outcome = optimise(assemble(case.under(found.promised(case.scenario))), attainable=False)
    for line in found.promises:
        money = sum(outcome.amounts[part] for part in lines_of(line.instrument))
        assert money[case.setting.regions.index(line.region)].min() >= line.amount - 1e-6 * found.budget
    met = satisfaction(found, outcome.amounts)
    assert (met.demand * found.asked >= found.accepted - 1e-6 * found.budget).all()
    assert (met.demand <= 1 + 1e-9).all()


def test_satisfaction_counts_a_unit_of_money_once():
    setting = _case().setting
    r, s = setting.regions[0], setting.regions[1]
    demands = [
        Demand("firms", r, "infrastructure", 100.0),
        Demand("residents", r, "infrastructure", 300.0),
        Demand("local_government", r, "investment", 200.0),
        Demand("residents", s, "transfer", 0.0),
    ]
    found = express(setting, demands, 0.0)
    assert found.accepted.sum() == 0 and found.promises == ()
    years = len(setting.years)

    def amounts(infrastructure, human):
        money = np.zeros((2, len(setting.regions), years))
        money[0, 0], money[1, 0] = infrastructure, human
        return {"infrastructure": money[0], "human_capital": money[1]}

    met = satisfaction(found, amounts(200.0, 50.0))
    # infrastructure first to those who ask for it by name, what is left of the kind to whom any will do
    np.testing.assert_allclose(met.demand, [0.5, 0.5, 0.25, 1.0])
    assert met.actor == pytest.approx({"firms": 0.5, "residents": 0.5, "local_government": 0.25})
    assert met.region == pytest.approx({r: 250 / 600, s: 1.0}) and met.total == pytest.approx(250 / 600)
    np.testing.assert_allclose(satisfaction(found, amounts(450.0, 150.0)).demand, 1.0)


def test_the_trail_tells_every_demand_and_adds_up():
    setting = _case().setting
    found = express(setting, own_demands(setting), 0.3)
    rows = found.rows()
    keys = {"kind", "who", "region", "instrument", "asked", "accepted", "reason", "voice", "note"}
    assert all(row.keys() == keys for row in rows)
    assert {type(v) for row in rows for v in row.values()} == {str, float}

    def of(*kinds):
        return [row for row in rows if row["kind"] in kinds]

    assert len(of("statement")) == len(of("acceptance", "cut", "exclusion")) == len(found.demands)
    spent = sum(row["accepted"] for row in of("acceptance", "cut", "exclusion"))
    assert spent == pytest.approx(0.3 * found.budget) == sum(row["accepted"] for row in of("promise"))
    assert spent == pytest.approx(sum(row["accepted"] for row in of("total")))
    (last,) = of("all")
    assert last["reason"] == "spent" and last["asked"] == pytest.approx(found.asked.sum())
    assert len(of("exclusion")) == len(found.excluded)


def test_what_cannot_be_heard_is_refused():
    setting = _case().setting
    with pytest.raises(InputError) as told:
        express(setting, [], 1.5, silent=("frims",))
    assert "Did you mean 'firms'?" in str(told.value) and "is 1.5" in str(told.value)
    empty = express(setting, [], 0.5)
    assert empty.promises == () and [row["kind"] for row in empty.rows()] == ["all"]


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "a stand-in, nobody was asked"), ("zh", "替代值，并未征询")]
)
def test_every_row_has_its_sentence(lang, says):
    setting = _case("us").setting
    demands = (
        *own_demands(setting),
        Demand("residents", "US-CA", "credit", 10.0),
        Demand("ngo", "", "investment", 10.0, note="roads!"),
        Demand("central_government", "US-AK", "infrastructure", 1.0),
    )
    found = express(setting, demands, 0.1, silent=("firms",))
    rows, texts = found.rows(), trail(found, lang)
    assert len(texts) == len(rows) and all(text and "{" not in text for text in texts)
    kinds = {"silence", "statement", "acceptance", "cut", "exclusion", "promise", "total", "all"}
    assert {row["kind"] for row in rows} == kinds
    assert all(
        says in t for r, t in zip(rows, texts, strict=True) if r["reason"].endswith(("_share", "_gap"))
    )
    assert any(text.endswith("roads!") for text in texts)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_reason_and_basis_has_its_words(lang):
    reasons = {MET, HEARD, SILENT, VOICELESS, RULES, "spent", "left", *STOPS}
    wanted = {f"expression.reason.{key}" for key in reasons}
    wanted |= {f"expression.basis.{key}" for key in (STATED, PAST, GAP, OUTPUT, PEOPLE)}
    known = {k for k in catalogue(lang).texts if k.startswith(("expression.reason.", "expression.basis."))}
    assert known == wanted
    assert {why for name in ("us", "eu") for why, _, _ in Room(_case(name).setting).rules()} <= STOPS


def test_where_there_is_no_plan_without_demands_it_is_said():
    line = "programme.protected=[{region: '440300', instrument: infrastructure, amount: 2e4}]"
    setting = sc.load_case("guangdong", [line]).setting
    with pytest.raises(Infeasible, match="no plan even without any demand(.|\n)*protected_infrastructure"):
        express(setting, [Demand("firms", "440200", "infrastructure", 100.0)], 0.1)
