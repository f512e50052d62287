"""Every measure from a scenario by name: minimised, bounded, combined, with its gap in the summary."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

import spatialcoord as sc
from spatialcoord.errors import Infeasible, InputError
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.solving import optimise
from spatialcoord.registry import measures

NAMES = measures.names()
# two regions in each tail: the made-up case has eight; a line that some regions are below
CHOICES = ("measures={top_bottom: {count: 2}, poverty_gap: {line: 0.9}}",)


def outcome_of(case):
    return optimise(sc.build(case))


def random_amounts(setting, amounts, random):
    """Some other way to share the money of every line and year, within floor and ceiling."""
    rules = setting.scenario.programme
    made = {}
    for name, amount in amounts.items():
        total = amount.sum(axis=0)
        ratio = random.uniform(rules.floor, rules.ceiling, len(setting.share))
        for _ in range(100):
            ratio = np.clip(ratio / (setting.share @ ratio), rules.floor, rules.ceiling)
        made[name] = (setting.share * ratio)[:, None] * total
    return made


@pytest.mark.parametrize("name", NAMES)
def test_least_index_by_name(make_case, name):
    case = make_case(8, 1, "objective.kind=minimise_index", f"objective.measure={name}", *CHOICES)
    plan = sc.solve(sc.build(case))
    summary, certificate = plan.summary, plan.summary["certificate"]
    assert summary["objective"]["measure"] == name
    reached = summary["disparity"][name]["after"]
    assert summary["objective"]["value"] == pytest.approx(reached, rel=1e-12)
    most_output = outcome_of(make_case(8, 1, "objective.kind=maximise_mean", "objective.of=output", *CHOICES))
    known = evaluate(case.setting, most_output.amounts)  # keeps the rules and has the largest output
    assert reached <= known.disparity(name) * (1 + 1e-9) + 1e-12
    assert certificate["solver_gap"] < 1e-6 and certificate["thrown_away"] < 1e-4
    assert 0 <= certificate["reduction_gap"] < 1
    assert certificate["objective_bound"] <= reached + 1e-12
    # no other sharing of the same lines that keeps the output is better
    model_amounts = {
        str(i): plan.dataset["amount"].sel(instrument=i).values for i in plan.dataset["instrument"].values
    }
    random, setting = np.random.default_rng(0), case.setting
    floor = summary["output"]["gained"]
    for _ in range(200):
        other = evaluate(setting, random_amounts(setting, model_amounts, random))
        if other.output_gain >= floor * (1 - 1e-9):
            assert other.disparity(name) >= certificate["objective_bound"] - 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_rule_on_an_index_by_name(make_case, name):
    free = outcome_of(make_case(8, 1, "objective.kind=maximise_mean", *CHOICES))
    least = outcome_of(
        make_case(
            8,
            1,
            "objective.kind=minimise_index",
            f"objective.measure={name}",
            "objective.output_floor=0.9",
            *CHOICES,
        )
    )
    before, after = free.after.disparity(name), least.after.disparity(name)
    if before - after < 1e-9 * max(before, 1.0):
        pytest.skip("nothing to bound: the best mean has the least index already")
    allowed = 0.5 * (before + after)
    held = outcome_of(
        make_case(8, 1, "objective.kind=maximise_mean", f"objective.at_most.{name}={allowed!r}", *CHOICES)
    )
    assert held.after.disparity(name) <= allowed * (1 + 1e-6) + 1e-9
    mean = {k: float(o.after.setting.share @ o.after.target) for k, o in {"free": free, "held": held}.items()}
    assert mean["held"] <= mean["free"] + 1e-6
    assert held.certificate["solver_gap"] < 1e-6


def test_a_rule_nobody_can_keep_is_told_with_the_least_index(make_case):
    case = make_case(8, 1, "objective.at_most.hoover=0.001")
    with pytest.raises(Infeasible) as error:
        sc.solve(sc.build(case))
    diagnosis = error.value.conflict
    clash = next(c for c in diagnosis.clashes if c.kind == "at_most")
    remedy = next(r for r in diagnosis.remedies if r.kind == "at_most")
    assert clash.group == remedy.group == "hoover" and remedy.override.startswith("objective.at_most.hoover=")
    assert all(c.kind != "definition" for c in diagnosis.clashes)
    eased = outcome_of(make_case(8, 1, remedy.override))
    assert eased.after.disparity("hoover") <= remedy.needed
    tighter = f"objective.at_most.hoover={remedy.needed * 0.995!r}"
    with pytest.raises(Infeasible):
        outcome_of(make_case(8, 1, tighter))


PAIRS = [
    ("gini", "theil_t"),
    ("atkinson", "cv"),
    ("gini", "s80_s20"),
    ("max_min", "variance"),
    ("palma", "theil_l"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_weighted_sum_of_two(make_case, first, second):
    single = {
        name: outcome_of(make_case(8, 1, "objective.kind=minimise_index", f"objective.measure={name}"))
        for name in (first, second)
    }
    # weights that make both matter alike
    weights = {n: 1.0 / max(o.before.disparity(n) - o.after.disparity(n), 1e-6) for n, o in single.items()}
    text = ", ".join(f"{n}: {w:.12g}" for n, w in weights.items())
    both = outcome_of(make_case(8, 1, "objective.kind=minimise_index", f"objective.measure={{{text}}}"))

    def total(outcome):
        return sum(w * outcome.after.disparity(n) for n, w in weights.items())

    assert both.after.index == pytest.approx(total(both), rel=1e-9)
    assert all(total(both) <= total(o) * (1 + 1e-7) for o in single.values())
    for name, alone in single.items():
        assert both.after.disparity(name) >= alone.after.disparity(name) * (1 - 1e-7)
    scale = abs(total(both))
    assert both.certificate["solver_gap"] * scale < 0.02 * abs(
        total(both) - sum(w * both.before.disparity(n) for n, w in weights.items())
    )


@pytest.mark.parametrize(
    ("sought", "held"), [("gini", "hoover"), ("theil_t", "s80_s20"), ("cv", "max_min"), ("palma", "gini")]
)
def test_one_sought_subject_to_another(make_case, sought, held):
    base = ("objective.kind=minimise_index", "objective.output_floor=0.9")
    of_sought = outcome_of(make_case(8, 1, *base, f"objective.measure={sought}"))
    of_held = outcome_of(make_case(8, 1, *base, f"objective.measure={held}"))
    low, high = of_held.after.disparity(held), of_sought.after.disparity(held)
    assert low <= high * (1 + 1e-9)
    allowed = 0.5 * (low + high) + 1e-9
    both = outcome_of(
        make_case(8, 1, *base, f"objective.measure={sought}", f"objective.at_most.{held}={allowed!r}")
    )
    assert both.after.disparity(held) <= allowed * (1 + 1e-6)
    # the plan that holds the other best keeps the rule, and the floor on output, which follows the best under the rules
    assert both.after.disparity(sought) <= of_held.after.disparity(sought) * (1 + 1e-6)


def test_leximin_raises_one_region_after_the_other(make_case):
    """Against stages of linear programmes over transfers alone, each region tested by maximising it."""
    case = make_case(
        6,
        4,
        "instruments={general_transfer: {}}",
        "objective.measure=leximin",
        "programme.years.last=2021",
        "programme.floor=0.8",
        "programme.ceiling=1.25",
    )
    outcome = outcome_of(case)
    setting = case.setting
    count, equal = len(setting.regions), setting.equal[:, 0]
    # target of every region is a base plus what a unit of transfer is worth there: read off two evaluations
    nothing = np.zeros((count, 1))
    spread = {"general_transfer": equal[:, None]}
    base = evaluate(setting, spread).target
    worth = np.empty(count)
    for r in range(count):
        more = equal[:, None].copy()
        more[r] += 1.0
        less = evaluate(
            setting, {"general_transfer": more - (more - equal[:, None]).sum() * 0 + nothing}
        ).target
        worth[r] = less[r] - base[r] + setting.financing_share[r] * 0
    pay = evaluate(setting, {"general_transfer": equal[:, None] + 0.0}).target - base
    np.testing.assert_allclose(pay, 0.0, atol=1e-9)
    # moving money between regions leaves the total and so who pays as they are
    per_unit = worth + setting.financing_share * 1e6 / setting.population * setting.weight[0]
    levels, settled = np.full(count, -np.inf), np.zeros(count, dtype=bool)
    bounds = [(0.8 * e, 1.25 * e) for e in equal]

    def solve(cost, rows, sides):
        return linprog(
            cost, rows, sides, [np.r_[np.ones(count), 0.0]], [equal.sum()], [*bounds, (None, None)]
        )

    while not settled.all():
        rows, sides = [], []
        for r in range(count):
            row = np.zeros(count + 1)
            row[r] = -per_unit[r]
            row[-1] = 0.0 if settled[r] else 1.0
            rows.append(row)
            sides.append(base[r] - per_unit[r] * equal[r] - (levels[r] * (1 - 1e-10) if settled[r] else 0.0))
        stage = -solve(np.r_[np.zeros(count), -1.0], rows, sides).fun
        for r in np.flatnonzero(~settled):
            fixed = [np.r_[row[:-1], 0.0] for row in rows]
            held = [s - (0.0 if settled[i] else stage * (1 - 1e-10)) for i, s in enumerate(sides)]
            best = -solve(np.r_[-per_unit * (np.arange(count) == r), 0.0], fixed, held).fun
            if base[r] + best - per_unit[r] * equal[r] <= stage * (1 + 1e-8):
                settled[r], levels[r] = True, stage
    np.testing.assert_allclose(np.sort(outcome.after.target), np.sort(levels), rtol=1e-7)


def test_measures_that_do_not_fit_are_told_together(make_case):
    case = make_case(
        8,
        1,
        "objective.measure=s80_s20",
        "objective.at_most={top_bottom: 3.0, theil_between: 0.01}",
        "measures.top_bottom.weighted_means=true",
    )
    with pytest.raises(InputError) as error:
        sc.build(case)
    text = str(error.value)
    assert "not a share of the mean" in text and "minimise_index" in text
    assert "jumps where two regions" in text
    assert len(error.value.problems) >= 2


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("objective.measure=ginni", "gini"),
        ("objective.measure={gini: 0.0}", "weight"),
        ("objective.measure={gini: -1}", "-1 is below the least"),
        ("objective.at_most.hover=0.1", "hoover"),
        ("measures.atkinson.epsilon=0", "0.01"),
        ("measures.gini.epsilon=1", "gini"),
        ("objective.measure={leximin: 1, gini: 1}", "leximin"),
    ],
)
def test_mistakes_in_measures(make_case, override, told):
    with pytest.raises(InputError) as error:
        sc.build(make_case(8, 1, override))
    assert told in str(error.value)


def test_all_pairs_can_be_sought_and_held_together():
    """No pair is refused for itself: a sum needs numbers, so leximin alone stands outside."""
    for first, second in itertools.combinations(NAMES, 2):
        assert not measures.get(first).refusal() and not measures.get(second).refusal()
