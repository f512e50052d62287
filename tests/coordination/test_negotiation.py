"""A whole negotiation of a small case: consistent with itself, told in words, refused where there is nothing to sign."""

import numpy as np
import pytest

from spatialcoord.coordination.considered import considered
from spatialcoord.coordination.negotiation import COMPARED, WEAKNESS, negotiate
from spatialcoord.coordination.ranking import order_of, supported
from spatialcoord.coordination.sentences import Sentences
from spatialcoord.coordination.study import dressed
from spatialcoord.errors import InputError, Refused
from tests.planner.conftest import toy

TWO = (
    "institutions.river={kind: interstate_compact, affairs: [environment, infrastructure], formed: false}",
    "institutions.schools={kind: council, affairs: [human], members: [R0, R1, R3, R4], formed: false}",
    "institutions.all={kind: administrative_agreement, affairs: [infrastructure], formed: false}",
)
VALLEY = "institutions.valley={kind: council, affairs: [infrastructure, environment], members: [R1, R4, R7]}"


@pytest.fixture(scope="module")
def found():
    return negotiate(toy(8, 0, *TWO))


def test_the_study_says_what_was_agreed_on(found):
    study = dressed(found)
    data, summary, agreement = study.dataset, study.summary, found.agreement
    np.testing.assert_allclose(data["income"], data["made"] + data["payment"].sum("institution"), atol=1e-6)
    np.testing.assert_allclose(study.tables["agreement"].iloc[:, 2], data["income"])
    assert summary["total"] == pytest.approx(float(data["income"].sum())) == agreement.total
    assert all(v.attrs["units"] and v.attrs["long_name"] for v in data.data_vars.values())
    gains = data["gain"].values
    for actor, told in summary["actors"].items():
        assert told["gain"] == pytest.approx(gains[data["party_actor"].values == actor].sum())
    assert sum(a["voice"] for a in summary["actors"].values()) == pytest.approx(1)
    for name, joint in ((j.name, j) for j in found.joints):
        assert summary["worth"][name] > 0
        paid = sum(
            p["amount"] for p in summary["payments"] if p["institution"] == name and p["receiver"] == ""
        )
        assert paid == pytest.approx(joint.cost, rel=1e-3)
    # secants lie below the response, by no more than is told
    assert (found.exact - agreement.made).sum() >= -1e-6
    assert list(summary["totals_by_solution"]) == list(data["solution"].values) == list(COMPARED)
    assert summary["totals_by_solution"]["nucleolus"] == pytest.approx(
        sum(summary["worth"][j.name] for j in found.joints)
    )


def test_institutions_are_chosen_among_candidates(found):
    assert found.chosen and set(found.worth) == {"river", "schools", "all"}
    names = [joint.name for joint in found.joints]
    assert len({"river", "all"} & set(names)) == 1
    better = max(("river", "all"), key=lambda n: found.worth[n])
    assert better in names


def test_marginal_worth_and_ranking(found):
    for joint in found.joints:
        assert (found.without[joint.name] <= found.worth[joint.name] * (1 + 1e-9)).all()
    for weakness in WEAKNESS:
        support = supported(found, weakness)
        assert sum(support.values()) == pytest.approx(1) and min(support.values()) >= 0
        assert found.voices[weakness].sum() == pytest.approx(1)
    place = order_of(found.agreement)
    assert sorted(place) == list(range(8))
    per_head = found.agreement.income / found.table.population
    assert np.argmax(per_head) == int(np.flatnonzero(place == 0)[0])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_head_has_sentences_without_holes(found, lang):
    told = Sentences(found, lang).all()
    assert {t["head"] for t in told} == {
        "result", "works", "payments", "optimal", "staying", "keeping", "concepts", "caveats",
    }  # fmt: skip
    assert not any(
        "{" in t["text"] or "nan" in t["text"] or "_" in t["text"].replace("payment_cap", "") for t in told
    )


def test_two_negotiations_of_one_case_are_the_same(found):
    again = negotiate(toy(8, 0, *TWO), compare=False)
    np.testing.assert_array_equal(again.agreement.variables, found.agreement.variables)
    assert again.payments == found.payments and again.compared.keys() == {"nash"}
    assert again.staying[found.joints[0].name].leaving == found.staying[found.joints[0].name].leaving


def test_those_that_exist_are_negotiated_in_and_candidates_are_not():
    result = negotiate(toy(8, 0, *TWO, VALLEY), compare=False)
    assert [j.name for j in result.joints] == ["valley"] and not result.chosen
    assert result.joints[0].ids == ("R1", "R4", "R7")
    assert result.agreement.total > 0
    assert np.abs(np.delete(result.agreement.income, [1, 4, 7])).max() == 0


def test_gains_of_those_who_are_no_members_are_told_and_not_divided():
    most = "institutions.most={kind: council, affairs: [infrastructure, human], members: [R0, R1, R2, R3, R4, R6]}"
    result = negotiate(toy(7, 1, "economy.spillover.rho=0.2", most), compare=False)
    agreement = result.agreement
    outside = agreement.income[[5]]
    assert np.abs(outside).sum() > 1e-3 * agreement.total
    assert agreement.total == pytest.approx(agreement.income.sum() - outside.sum())
    assert agreement.total <= result.efficiency.most * (1 + 1e-9)
    assert any("no members" in t["text"] for t in Sentences(result, "en").all())


def test_payments_of_the_poorer_are_told_with_their_sign():
    texts = [t["text"] for t in Sentences(negotiate(toy(8, 0, *TWO), "nucleolus", compare=False), "en").all()]
    assert not any("receive -" in t or "pay -" in t for t in texts)


@pytest.mark.parametrize(
    ("solution", "overrides"),
    [
        ("leximin", ("negotiation.payment_cap=null",)),
        ("tau", ("economy.spillover.rho=-0.1",)),
        ("nash", ("economy.spillover.rho=0.1", "negotiation.payment_cap=0.002")),
        ("gately", ("actors.voice.base={firms: 0}",)),
        (
            "egalitarian",
            (
                (
                    "institutions.x={kind: multi_level_authority, affairs: [infrastructure, environment], "
                    "layer: macro_region, enforcement_across: 0.5, delay: 1}"
                ),
            ),
        ),
        ("shapley", ("economy.discount_rate=0.0", "negotiation.segments=1")),
    ],
)
def test_less_usual_ways_end_well(solution, overrides):
    result = negotiate(toy(8, 0, *overrides), solution, compare=False)
    assert result.agreement.total > 0
    assert all("nan" not in t["text"] for lang in ("en", "zh") for t in Sentences(result, lang).all())
    assert np.isfinite(dressed(result).dataset["keeping_margin"]).all()


def test_silenced_parties_lose_under_a_game_and_it_is_told():
    case = toy(8, 0, "actors.voice.base={firms: 0, local_government: 0}")
    result = negotiate(case, "shapley", compare=False)
    seats = result.agreement.held.seats
    assert set(seats.actor) == {"residents", "central_government", "ngo"}
    texts = " ".join(t["text"] for t in Sentences(result, "en").all())
    assert "Without a voice at the table: Firms, Local governments" in texts
    losing = np.flatnonzero(result.agreement.gain < -1e-3)
    assert len(losing) and "would lose by this way of dividing" in texts and "Residents in " in texts


@pytest.mark.parametrize(
    ("overrides", "error", "message"),
    [
        (("negotiation.payment_cap=0",), Refused, "there is no agreement by which somebody gains"),
        (
            ("negotiation.payment_cap=0", TWO[2].replace("}", ", set_up: 0}").replace("false", "true")),
            Refused,
            "there is no agreement by which somebody gains",
        ),
        (
            (TWO[2].replace("}", ", contribution: 0}"),),
            Refused,
            "no institution gains its members more than it costs",
        ),
        (
            ("actors.voice.base={firms: 0, local_government: 0, residents: 0}",),
            InputError,
            "nobody sits at the table",
        ),
    ],
)
def test_where_there_is_nothing_to_sign_it_is_refused(overrides, error, message):
    with pytest.raises(error, match=message) as raised:
        negotiate(toy(8, 0, *overrides), compare=False)
    assert "Problem(" not in str(raised.value)


def test_what_is_considered():
    assert list(considered(toy(8, 0), ())) == ["agreement"]
    assert considered(toy(8, 0), ())["agreement"].affairs == (
        "infrastructure",
        "human",
        "research",
        "environment",
    )
    assert list(considered(toy(8, 0, *TWO), ("schools",))) == ["schools"]
    assert considered(toy(8, 0, *TWO), ("schools",))["schools"].formed
    with pytest.raises(InputError, match=r"no institution 'school'[\s\S]*schools"):
        considered(toy(8, 0, *TWO), ("school",))
    with pytest.raises(InputError, match="'river' and 'all' both decide infrastructure"):
        considered(toy(8, 0, *TWO), ("river", "all"))
