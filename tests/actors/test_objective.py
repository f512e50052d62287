"""Plans that are sought for an actor: what is maximised, that it is exact, who is refused, and how it is told."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rich.console import Console

import spatialcoord as sc
from spatialcoord import registry
from spatialcoord.actors.base import Actor, actor_of, actors_of
from spatialcoord.actors.modelled import Accounts, payoff_map
from spatialcoord.economy.accounts import ACCOUNTS, error_of_output
from spatialcoord.errors import InputError
from spatialcoord.planner.evaluate import evaluate, objective_value
from spatialcoord.planner.solving import optimise
from spatialcoord.report import render
from spatialcoord.results import print_summary
from tests.actors.three import OUTPUT, three

AFFINE = ("firms", "local_government", "residents")
SOUGHT = (*AFFINE, "ngo")


def seeking(name, *more):
    return ("objective.kind=actor", f"objective.actor={name}", *more)


def total(setting, name, amounts):
    return float(actor_of(setting, name).payoff(setting, evaluate(setting, amounts)).sum())


@pytest.mark.parametrize("name", AFFINE)
@settings(max_examples=40, deadline=None)
@drawn(st.data())
def test_the_map_of_the_accounts_is_the_payoff_whatever_the_accounts(name, data):
    setting = three("actors.local_government.growth_against_peers=0.3").setting
    figures = arrays(float, 3, elements=st.floats(-1e4, 1e4, allow_subnormal=False))
    accounts = {account: data.draw(figures) for account in ACCOUNTS}
    actor = actor_of(setting, name)
    told = actor.payoff(setting, Accounts(accounts))
    assert payoff_map(actor, setting)(accounts) == pytest.approx(told, rel=1e-9, abs=1e-7)


def test_what_one_region_alone_sees_has_a_slope_a_region_and_the_tournament_one_for_every_pair():
    plain, tournament = three(), three("actors.local_government.growth_against_peers=0.3")
    for case, slopes in ((plain, 3), (tournament, 9)):
        found = payoff_map(actor_of(case.setting, "local_government"), case.setting)
        assert found.slope["output"].nnz == slopes and found.slope["financing"].nnz == 3
        assert "invested_human" not in found.slope


@pytest.mark.parametrize(
    ("name", "more"),
    [*((name, ()) for name in SOUGHT), ("local_government", ("actors.local_government.growth_against_peers=0.2",)),
     ("ngo", ("actors.ngo.smallest=0.5",)), ("residents", ("economy.spillover.rho=0.2",))],
)  # fmt: skip
def test_the_model_knows_the_payoff_of_its_plan_but_for_the_pieces(name, more):
    case = sc.load_case("guangdong", [*seeking(name), *more])
    model = sc.build(case)
    outcome = optimise(model, attainable=False)
    own, exact = model.payoffs[name], actor_of(case.setting, name).payoff(case.setting, outcome.after)
    known = np.ravel(model.value(own.value))
    understated = error_of_output(case.setting, sum(model.approximations.values()))
    reach = abs(own.output) @ understated
    room = reach if name != "ngo" else own.best @ understated
    assert (np.abs(known - exact) <= room + 1e-6 * np.abs(exact)).all()
    certificate = outcome.certificate
    assert certificate["objective_recomputed"] == pytest.approx(exact.sum(), rel=1e-12)
    assert certificate["objective_recomputed"] <= certificate["objective_bound"] * (1 + 1e-12)
    assert certificate["max_violation"] <= 1e-6 and certificate["solver_gap"] <= 1e-6


@pytest.mark.parametrize("name", SOUGHT)
def test_a_plan_for_an_actor_is_worth_most_to_it_of_all_plans_that_are_sought_otherwise(name):
    case = sc.load_case("guangdong", seeking(name))
    setting = case.setting
    outcome = optimise(sc.build(case), attainable=False)
    best = total(setting, name, outcome.amounts)
    assert best == pytest.approx(objective_value(setting, outcome.after), rel=1e-12)
    least = best * (1 + 1e-12) + outcome.certificate["approximation_gap"] * abs(best)
    for other in ((), ("objective.kind=maximise_mean",), ("objective.kind=minimise_index",),
                  *(seeking(o) for o in SOUGHT if o != name)):  # fmt: skip
        plan = optimise(sc.build(sc.load_case("guangdong", other)), attainable=False).amounts
        assert total(setting, name, plan) <= least, other
    assert total(setting, name, outcome.equal) <= least


def test_nothing_better_for_an_actor_is_found_by_chance():
    case = three(*seeking("ngo"), "instruments={general_transfer: {}}", "programme.ceiling=2")
    setting = case.setting
    outcome = optimise(sc.build(case), attainable=False)
    money = outcome.amounts["general_transfer"]
    draw, best = np.random.default_rng(1), total(setting, "ngo", outcome.amounts)
    for _ in range(300):
        other = draw.uniform(size=money.shape)
        other *= draw.uniform() * setting.budget / other.sum(axis=0)
        equal = setting.share[:, None] * other.sum(axis=0)
        if (other >= case.scenario.programme.floor * equal).all() and (other <= 2 * equal).all():
            assert total(setting, "ngo", {"general_transfer": other}) <= best * (1 + 1e-9)
    assert best > total(setting, "ngo", {})


def test_output_that_the_actor_does_not_value_is_produced_all_the_same():
    model = sc.build(sc.load_case("guangdong", seeking("ngo")))
    outcome = optimise(model, attainable=False)
    assert outcome.certificate["thrown_away"] < 1e-3
    assert not any(getattr(term, "ordered", None) for term in model.terms)


def test_the_central_government_is_refused_with_the_kind_that_is_its_own():
    with pytest.raises(InputError, match="equity_adjusted_mean"):
        sc.build(three(*seeking("central_government")))


def test_who_lacks_a_column_is_refused_by_the_column():
    with pytest.raises(InputError, match="'own_revenue'") as error:
        sc.build(three(*seeking("local_government"), without=("own_revenue",)))
    assert len(error.value.problems) == 1 and "objective.actor" in str(error.value)


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (("objective.kind=actor",), "no actor is named"),
        (("objective.actor=firms",), "Write kind: actor"),
        (("objective.kind=actor", "objective.actor=firmz"), "Did you mean 'firms'?"),
    ],
)
def test_kind_and_actor_go_together(overrides, says):
    with pytest.raises(InputError) as error:
        three(*overrides)
    assert "objective.actor" in str(error.value) and says in str(error.value)


@pytest.fixture
def registered():
    """Register actors for a test."""
    names = []

    def register(name, part):
        names.append(name)
        registry.actors.register(name)(part)

    yield register
    for name in names:
        del registry.actors._parts[name]


class Taxpayers(Actor):
    """Of the nation, in one party: what they would rather not pay."""

    title = {"en": "Taxpayers", "zh": "纳税人"}
    regional = False
    words = {"financing": {"en": "financing", "zh": "筹资"}}

    def parts(self, setting, evaluation):
        return {"financing": np.array([1e4 - evaluation.collapsed["financing"].sum()])}


class Envious(Taxpayers):
    """A utility that is not affine."""

    title = {"en": "Envious", "zh": "嫉妒者"}

    def parts(self, setting, evaluation):
        return {"financing": np.array([-(evaluation.collapsed["output"].max() ** 2)])}


def test_an_actor_from_elsewhere_is_sought_for_if_it_is_affine(registered):
    registered("taxpayers", Taxpayers)
    case = three(*seeking("taxpayers"))
    outcome = optimise(sc.build(case), attainable=False)
    assert objective_value(case.setting, outcome.after) == pytest.approx(1e4)
    assert sum(amount.sum() for amount in outcome.amounts.values()) == pytest.approx(0.0, abs=1e-6)


def test_an_actor_from_elsewhere_that_is_not_affine_is_refused(registered):
    registered("envious", Envious)
    with pytest.raises(InputError, match="the payoff of 'envious' is not a sum of accounts"):
        sc.build(three(*seeking("envious")))


def test_objective_and_prices_are_told_in_money_in_both_languages():
    plan = sc.solve(sc.build(three(*seeking("firms"), "simulation.relinearise=true")))
    objective = plan.summary["objective"]
    assert objective["name"] == "actor" and objective["actor"] == "firms"
    assert objective["unit"] == plan.summary["simulated"]["unit"] == "million CUR/yr"
    firms = next(e for e in plan.summary["actors"]["each"] if e["name"] == "firms")
    assert objective["value"] - objective["before"] == pytest.approx(firms["total"])
    assert plan.summary["simulated"]["before"] == pytest.approx(objective["before"], rel=1e-6)
    assert plan.summary["simulated"]["rounds"] == 0
    for lang, title in (("en", "largest payoff of Firms"), ("zh", "“企业”的得益最大")):
        out = io.StringIO()
        print_summary(Console(file=out, width=200), plan, lang)
        assert title in out.getvalue()
        page = render(plan, lang)
        assert ("the payoffs of all its parties added up" if lang == "en" else "各方得益之和") in page


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """`spatialcoord run` of a bundled case in its own process; returns its result and the folder."""

    def go(case, *overrides):
        folder = tmp_path_factory.mktemp("run") / "out"
        chosen = [part for override in overrides for part in ("--set", override)]
        command = [sys.executable, "-m", "spatialcoord", "run", case, "--out", str(folder), *chosen]
        return subprocess.run(command, capture_output=True, text=True, check=False), folder

    return go


def test_a_plan_for_firms_from_the_command_line(run):
    done, folder = run("guangdong", *seeking("firms"))
    assert done.returncode == 0, done.stderr
    assert "largest payoff of Firms" in done.stdout and "million CNY/yr" in done.stdout
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["objective"]["actor"] == "firms" and summary["certificate"]["solver_gap"] < 1e-6
    again = sc.Plan.load(folder)
    assert again.dataset["price"].attrs["units"] == "million CNY/yr per million CNY"


def test_a_case_without_the_column_is_refused_from_the_command_line(run):
    done, folder = run("eu", *seeking("local_government"))
    assert done.returncode == 2 and "'own_revenue'" in done.stderr and "Traceback" not in done.stderr
    assert not folder.exists()


def test_the_default_names_no_actor_and_all_of_them_stand_beside_it():
    case = three()
    assert case.scenario.objective.actor is None and sc.build(case).payoffs == {}
    assert set(actors_of(case.setting)[0]) >= set(SOUGHT)
    assert payoff_map(actor_of(case.setting, "firms"), case.setting).level == pytest.approx(0.2625 * OUTPUT)
