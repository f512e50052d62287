"""Red lines that bind: forms in a scenario, that they hold exactly, what they cost, and what is said where they cannot."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from rich.console import Console

import spatialcoord as sc
from spatialcoord.actors.base import actor_of
from spatialcoord.errors import Infeasible, InputError
from spatialcoord.messages import catalogue
from spatialcoord.planner.evaluate import better, evaluate, limit_excess, objective_value
from spatialcoord.planner.payoffs import baseline_payoff, least_payoff, line_excess
from spatialcoord.planner.solving import optimise
from spatialcoord.report import render
from spatialcoord.results import print_summary
from spatialcoord.scenario import json_schema, parse_scenario
from tests.actors.three import three


def line(name, share=0.0):
    return f"red_lines.{name}={{share: {share!r}, binding: true}}"


def solved(case_name, *overrides):
    case = sc.load_case(case_name, overrides)
    return case, optimise(sc.build(case), attainable=False)


def test_a_number_is_reported_and_a_section_may_bind_and_both_are_read_again():
    case = three("red_lines={local_government: 0.1, firms: {share: 0.2}, ngo: {share: 0, binding: true}}")
    lines = case.scenario.red_lines
    assert [(line.share, line.binding) for line in lines.values()] == [(0.1, False), (0.2, False), (0, True)]
    assert case.scenario.as_dict()["red_lines"]["ngo"] == {"share": 0, "binding": True}
    assert parse_scenario(case.scenario.to_yaml()) == case.scenario
    longer = three("red_lines={local_government: {share: 0.1}, firms: 0.2, ngo: {share: 0, binding: true}}")
    assert longer.scenario.fingerprint == case.scenario.fingerprint
    assert set(sc.build(case).payoffs) == {"ngo"}


def test_the_schema_takes_both_forms():
    jsonschema = pytest.importorskip("jsonschema")
    schema = json_schema()
    part = {**schema["properties"]["red_lines"], "$defs": schema["$defs"]}
    for good in ({"firms": 0.1}, {"firms": {"share": 0.1, "binding": True}}, {}):
        jsonschema.validate(good, part)
    for bad in ({"firms": -0.1}, {"firms": {"binding": True}}, {"firms": {"share": 0.1, "bindig": True}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, part)


@pytest.mark.parametrize(
    ("override", "where", "says"),
    [
        ("red_lines={firms: {binding: true}}", "red_lines.firms.share", "missing"),
        ("red_lines={firms: {share: 0, bindin: true}}", "red_lines.firms.bindin", "Did you mean 'binding'?"),
        ("red_lines={firms: {share: -1}}", "red_lines.firms.share", "below the least"),
        ("red_lines={firms: x}", "red_lines.firms", "is not a number"),
    ],
)
def test_mistakes_are_told_once_with_their_place(override, where, says):
    with pytest.raises(InputError) as error:
        three(override)
    assert len(error.value.problems) == 1
    assert where in str(error.value) and says in str(error.value)


@pytest.mark.parametrize(
    ("name", "share", "more"),
    [
        ("residents", 0.0, ()),
        ("residents", 0.0005, ()),
        ("local_government", 0.0, ()),
        ("firms", 0.0, ()),
        ("residents", 0.0, ("objective.kind=actor", "objective.actor=ngo")),
        ("residents", 0.0013, ("objective.kind=minimise_index",)),
        ("ngo", 0.0, ("objective.kind=actor", "objective.actor=firms")),
    ],
)
def test_a_line_that_binds_holds_for_every_party_evaluated_exactly_and_buys_nothing(name, share, more):
    free_case, free = solved("guangdong", *more)
    case, held = solved("guangdong", line(name, share), *more)
    setting, actor = case.setting, actor_of(case.setting, name)
    base = actor.payoff(setting, evaluate(setting, {}))
    assert baseline_payoff(setting, name) == pytest.approx(base)
    after = actor.payoff(setting, evaluate(setting, held.amounts))
    assert (after >= (1 - share) * base - 1e-9 * np.abs(base)).all()
    assert limit_excess(setting, held.after) <= 1e-9 and held.certificate["max_violation"] <= 1e-6
    values = [objective_value(setting, outcome.after) for outcome in (held, free)]
    gap = free.certificate["approximation_gap"] * abs(values[1])
    assert better(setting, *values) <= gap + 1e-9 * abs(values[1])
    if line_excess(setting, free.after) > 1e-6:  # the line bites
        assert better(setting, *values) < 0
    assert free_case.scenario.red_lines == {}


def test_the_default_plan_of_guangdong_breaks_the_line_of_residents_so_that_the_rule_bites():
    _, free = solved("guangdong")
    case, held = solved("guangdong", line("residents"))
    assert line_excess(case.setting, free.after) > 1e-3
    assert objective_value(case.setting, held.after) < objective_value(case.setting, free.after) - 100


def test_a_looser_line_costs_no_more_and_one_that_is_only_reported_nothing():
    values = [
        objective_value(case.setting, outcome.after)
        for case, outcome in (solved("guangdong", line("residents", share)) for share in (0, 0.0005, 0.01))
    ]
    _, free = solved("guangdong")
    case, reported = solved("guangdong", "red_lines.residents=0")
    unbound = objective_value(case.setting, reported.after)
    assert values[0] < values[1] < values[2] == pytest.approx(unbound, rel=1e-9)
    assert unbound == objective_value(case.setting, free.after)


def test_a_party_without_a_positive_figure_is_to_lose_nothing():
    assert least_payoff(np.array([100.0, 0.0, -50.0]), 0.1) == pytest.approx([90, 0, -50])


def test_civil_society_of_the_nation_has_one_line():
    spend = "programme.envelopes.transfer={min_share: 0.3}"
    case = three("objective.kind=maximise_mean", line("ngo"), spend)
    model = sc.build(case)
    outcome = optimise(model, attainable=False)
    assert model.payoffs["ngo"].value.dims == ()
    assert line_excess(case.setting, outcome.after) <= 1e-9


def test_rules_that_leave_no_plan_are_named_with_the_least_share_that_would_do():
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(sc.load_case("china", [line("residents")])))
    diagnosis = error.value.conflict
    assert "red_lines.residents" in diagnosis.rules
    assert not any(rule.startswith("actors.") for rule in diagnosis.rules)
    (remedy,) = [r for r in diagnosis.remedies if r.kind == "red_line"]
    assert 0 < remedy.needed < 0.01
    for lang, said in (("en", "red line of Residents"), ("zh", "居民的红线")):
        assert said in diagnosis.text(catalogue(lang))
    case, outcome = solved("china", remedy.override)
    assert line_excess(case.setting, outcome.after) <= 1e-9
    tighter = remedy.needed * 0.99
    with pytest.raises(Infeasible):
        solved("china", line("residents", tighter))


def test_the_central_government_and_an_actor_without_its_column_are_refused():
    with pytest.raises(InputError) as error:
        sc.build(three(line("central_government"), line("local_government"), without=("own_revenue",)))
    assert len(error.value.problems) == 2
    assert "the plan's own objective" in str(error.value) and "'own_revenue'" in str(error.value)


def test_what_binds_names_the_line_with_a_price_that_a_looser_line_bears_out():
    still = "simulation.relinearise=false"  # prices of the planner's own model
    case = sc.load_case("guangdong", [line("residents"), still])
    plan = sc.solve(sc.build(case))
    (row,) = [row for row in plan.summary["binding"] if row["rule"] == "red_line"]
    assert row["price"] > 0 and len(row["regions"]) > 0
    prices = plan.dataset["price"].sel(rule="red_line")
    assert (prices.sel(region=row["regions"]) > 0).all()
    # of the envelope theorem: every line looser by the same share of its figure
    step = 1e-6
    _, there = solved("guangdong", line("residents", step))
    _, here = solved("guangdong", line("residents", 0.0))
    gain = float(there.solution.objective - here.solution.objective)
    told = float(prices.values @ (step * baseline_payoff(case.setting, "residents")))
    assert gain == pytest.approx(told, rel=1e-3)
    for lang, said in (("en", "Red line kept, as the plan's rules require"), ("zh", "按方案规则未触及红线")):
        out = io.StringIO()
        print_summary(Console(file=out, width=300), plan, lang)
        assert said in out.getvalue()
        assert ("By rule no party of" if lang == "en" else "按规则，“居民”") in render(plan, lang)
    held = [plan.explain(region) for region in row["regions"]]
    assert any("red line of an actor" in str(one) for one in held)


def test_a_line_of_the_nation_is_told_with_its_actor():
    plan = sc.solve(sc.build(sc.load_case("guangdong", [
        "objective.kind=actor", "objective.actor=firms", "red_lines.ngo={share: 0, binding: true}",
        "actors.ngo.smallest=5",
    ])))  # fmt: skip
    rows = [row for row in plan.summary["binding"] if row["rule"] == "red_line"]
    assert [row["of"] for row in rows] == ["ngo"]
    out = io.StringIO()
    print_summary(Console(file=out, width=200), plan)
    assert "red line of an actor" in out.getvalue() and "Civil society" in out.getvalue()


def test_lines_bind_from_the_command_line(tmp_path):
    def run(case, override):
        command = [
            sys.executable,
            "-m",
            "spatialcoord",
            "run",
            case,
            "--set",
            override,
            "--out",
            str(tmp_path / case),
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = run("guangdong", line("residents"))
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "guangdong" / "summary.json").read_text(encoding="utf-8"))
    (told,) = summary["actors"]["red_lines"]
    assert told["binding"] and told["violations"] == 0
    (residents,) = [entry for entry in summary["actors"]["each"] if entry["name"] == "residents"]
    assert residents["lose"]["parties"] == 0
    done = run("china", line("residents"))
    assert done.returncode == 2 and "red line of Residents" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "china").exists()
