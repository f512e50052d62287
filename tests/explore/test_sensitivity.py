"""How sure is the plan: ends of the tornado, conclusions, prices of rules."""

import re
from dataclasses import replace

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord import explore
from spatialcoord.errors import InputError
from spatialcoord.explore.labels import Labels
from spatialcoord.explore.one_at_a_time import base_trial, by_swing, vary_each
from spatialcoord.explore.robust import conclude, ratio_to_equal
from spatialcoord.explore.rule_prices import rule_prices
from spatialcoord.explore.sentences import sensitivity_sentences
from spatialcoord.explore.trials import Effect, Trial, by_region, moved, try_values
from spatialcoord.messages import catalogue
from spatialcoord.planner.building import build
from spatialcoord.planner.evaluate import evaluate, objective_value
from spatialcoord.planner.solving import optimise
from tests.planner.conftest import toy

CHANGES = ("programme.change_limit=0.3", "economy.segments=4")


@pytest.fixture(scope="module")
def case():
    return toy(6, 1, *CHANGES)


@pytest.fixture(scope="module")
def model(case):
    return build(case)


@pytest.fixture(scope="module")
def base(model):
    return optimise(model, attainable=False)


@pytest.fixture(scope="module")
def tried(case, base):
    return vary_each(case, base, lambda where: None)


@pytest.fixture(scope="module")
def study(case):
    return explore.sensitivity(case, morris=2, seed=4)


@pytest.mark.parametrize(
    ("path", "end", "value"),
    [
        ("programme.ceiling", "high", "3"),
        ("economy.horizon", "low", "5"),
        ("economy.capital.infrastructure.elasticity", "low", "0.083"),
        ("economy.spillover.rho", "low", "-0.2"),
    ],
)
def test_the_ends_are_what_a_run_with_set_says(study, base, path, end, value):
    data = study.dataset.sel(parameter=path, end=end)
    assert float(data["value"]) == float(value)
    plan = sc.solve(build(toy(6, 1, *CHANGES, f"{path}={value}")))
    objective = plan.summary["objective"]
    expected = objective["value"] - objective["equal_per_head"]
    assert float(data["objective_gain"].sel(plan="anew")) == pytest.approx(expected, rel=1e-6, abs=1e-6)
    gini = plan.summary["disparity"]["gini"]
    assert float(data["index_gain"].sel(plan="anew")) == pytest.approx(gini["equal_per_head"] - gini["after"])
    money = plan.dataset["amount"].sum(("instrument", "year")).values
    assert float(data["moved"].sel(plan="anew")) == pytest.approx(moved(money, by_region(base.amounts)))
    # the same amounts under the other value
    setting = toy(6, 1, *CHANGES, f"{path}={value}").setting
    held, equal = evaluate(setting, base.amounts), evaluate(setting, base.equal)
    assert float(data["objective_gain"].sel(plan="held")) == pytest.approx(
        objective_value(setting, held) - objective_value(setting, equal)
    )
    assert float(data["output_gained"].sel(plan="held")) == pytest.approx(held.output_gain)


def test_money_that_moves_is_counted_once_and_in_shares():
    assert moved(np.array([2.0, 1.0, 1.0]), np.array([10.0, 10.0, 20.0])) == pytest.approx(0.25)
    assert moved(np.array([1.0, 3.0]), np.array([2.0, 6.0])) == 0.0
    assert moved(np.zeros(2), np.ones(2)) == 0.0


def test_a_contradictory_variation_is_told_and_counted(case, base, tried, study):
    trial = try_values(case, base, {"instruments.infrastructure.absorption.largest": 0.01})
    assert trial.anew is None and trial.held is None and "below the fully effective share" in trial.told
    # rules that only the solver finds to contradict each other
    protected = [{"region": case.setting.regions[0], "instrument": "general_transfer", "amount": 1e9}]
    trial = try_values(case, base, {"programme.protected": protected})
    assert trial.anew is None and trial.told and trial.held is not None
    found = conclude(case, base_trial(case, base), tried)
    assert {"key": "instruments.infrastructure.absorption.largest", "value": 0.01} in [
        {key: entry[key] for key in ("key", "value")} for entry in found["contradictory"]
    ]
    assert found["all"]["variations"] + len(found["contradictory"]) == sum(
        one.differs(end) and one.range.path not in found["inert"] for one in tried for end in ("low", "high")
    )
    assert found["inert"]  # numbers that change nothing are told, and count for nothing
    assert any(entry["head"] == "contradictory" for entry in study.summary["sentences"])
    data = study.dataset.sel(parameter="instruments.infrastructure.absorption.largest", end="low")
    assert np.isnan(data["objective_gain"]).all() and "fully effective" in str(data["why_no_plan"].values)


def test_the_widest_swing_comes_first_and_what_changes_nothing_is_left_out(case, base, tried):
    own = base_trial(case, base).anew
    shown = by_swing(tried, own)
    widths = [max(one.swing("objective_gain", own, plan) for plan in ("held", "anew")) for one in shown]
    assert widths == sorted(widths, reverse=True)
    inert = [one.range.path for one in tried if one.inert(own)]
    assert "objective.output_floor" in inert and "economy.horizon" not in inert
    assert len(shown) + len(inert) == len(tried)


def _planted(case, base, ratios, gain, line=0):
    """A trial in which regions get these multiples of the same money per head."""
    money = case.setting.share * np.asarray(ratios)
    names = list(base.amounts)
    years = len(case.setting.years)
    amounts = {n: np.outer(money, np.ones(years)) * (2.0 if i == line else 1.0) for i, n in enumerate(names)}
    outcome = replace(base, amounts=amounts)
    effect = Effect(gain, gain / 100.0, 1.0, 0.0, 1.0)
    return Trial({}, case, effect, effect, outcome)


def test_conclusions_hold_in_every_plan_or_are_not_drawn(case, base, tried):
    share = case.setting.share

    def ratios(*first):
        """The first regions as given, the last one takes the rest."""
        found = np.ones(len(share))
        found[: len(first)] = first
        found[-1] = (1.0 - share[:-1] @ found[:-1]) / share[-1]
        return found

    plan = _planted(case, base, ratios(1.5, 0.6, 1.2), 5.0)
    trials = [
        _planted(case, base, ratios(1.4, 0.7, 0.9), 3.0),
        _planted(case, base, ratios(1.1, 0.9, 1.1), -2.0, line=1),
        _planted(case, base, ratios(1.3, 0.8, 1.1), 0.0),
        _planted(case, base, np.ones(len(share)), 1.0),
    ]
    spans = [one for one in tried if one.range.path.startswith("economy") and one.differs("low")][:3]
    spans = [one for one in spans if one.differs("high")][:2]
    trials = [replace(trial, values={spans[i // 2].range.path: float(i)}) for i, trial in enumerate(trials)]
    planted = [replace(one, low=trials[2 * i], high=trials[2 * i + 1]) for i, one in enumerate(spans)]
    found = conclude(case, plan, planted)["facts"]
    ids = case.setting.regions
    assert ids[0] in found["always_above"] and ids[1] in found["always_below"] and ids[2] in found["depends"]
    assert found["variations"] == 4 and found["no_choice"] == [{"key": spans[1].range.path, "value": 3.0}]
    assert found["beats"]["anew"]["objective_gain"] == {"better": 2, "same": 1, "worse": 1}
    assert found["worse_with"] == [{"key": spans[0].range.path, "value": 1.0}]
    assert found["lines"]["holds"] == 3 and found["lines"]["changes_with"] == [spans[0].range.path]


def test_the_price_of_a_rule_lies_between_a_step_up_and_a_step_down(case, model, base):
    found = {rule.path: rule for rule in rule_prices(case, model, base, lambda where: None)}
    assert {"programme.floor", "programme.ceiling"} & found.keys()
    assert "programme.hold_harmless" not in found  # at zero it is not in force
    for rule in found.values():
        if np.isfinite([rule.up, rule.down]).all():
            ends = sorted((rule.up, -rule.down))
            slack = 1e-6 * max(map(abs, ends))
            assert ends[0] - slack <= rule.slope * rule.step <= ends[1] + slack, rule
    floor = found["programme.floor"]
    again = sc.solve(build(toy(6, 1, *CHANGES, f"programme.floor={floor.value + floor.step}")))
    own = sc.solve(build(case))
    change = again.summary["objective"]["value"] - own.summary["objective"]["value"]
    assert floor.up == pytest.approx(change, rel=0.02)  # of the model here, evaluated exactly there


def test_the_study_is_whole_and_speaks_both_languages(study, case, tmp_path):
    for name, variable in study.dataset.data_vars.items():
        assert variable.attrs.get("units") and variable.attrs.get("long_name"), name
    written = {path.name for path in study.save(tmp_path / "s")}
    assert written == {
        "sensitivity.nc", "variations.csv", "regions.csv", "rules.csv", "screening.csv", "tornado.png", "morris.png",
        "summary.json",
    }  # fmt: skip
    screening = study.summary["screening"]
    assert screening["seed"] == 4 and screening["points"] == 2 * (study.summary["parameters"] + 1)
    assert screening["plan"] == "held and re-evaluated"
    chinese = sensitivity_sentences(Labels(case, catalogue("zh")), study.summary)
    assert [entry["head"] for entry in chinese] == [entry["head"] for entry in study.summary["sentences"]]
    assert all(re.search("[\u4e00-\u9fff]", entry["text"]) for entry in chinese)


def test_ratios_average_to_one(case, base):
    assert case.setting.share @ ratio_to_equal(case, base) == pytest.approx(1.0)


def test_an_index_as_objective_has_prices_by_planning_anew():
    small = toy(4, 2, "objective.kind=minimise_index", "objective.output_floor=0.95", "economy.segments=4")
    model = build(small)
    found = rule_prices(small, model, optimise(model), lambda where: None)
    assert all(np.isnan(rule.slope) for rule in found)
    assert any(abs(rule.up) > 0 or abs(rule.down) > 0 for rule in found)


def test_negative_numbers_are_refused_together(case):
    with pytest.raises(InputError) as caught:
        explore.sensitivity(case, morris=-1, seed=-2)
    assert [problem.where for problem in caught.value.problems] == ["--morris", "--seed"]
