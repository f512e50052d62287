"""Who helps whom: a valid assignment, as good as the best of all, and money that only changes hands."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.instruments.between import distance
from spatialcoord.instruments.partnership import Partnership
from spatialcoord.planner.evaluate import objective_value
from spatialcoord.planner.solving import optimise
from spatialcoord.registry import instruments
from spatialcoord.results import ledger_table
from tests.instruments.agreement import certified
from tests.instruments.between import WITH, country, net_is_zero
from tests.planner.conftest import toy

NAME = "paired_assistance"
PART = instruments.get(NAME)()


def case_of(chosen: str = "", *more: str, n: int | None = None, seed: int = 0):
    lines = f"{WITH}, {NAME}: {{{chosen}}}"
    return country(lines, *more) if n is None else toy(n, seed, f"instruments={{{lines}}}", *more)


def partners(model) -> np.ndarray:
    """The assignment in the plan, (donors, recipients)."""
    chosen = model.component(f"{NAME}.chosen")
    return np.round(model.arrays.columns.value[chosen.positions]).reshape([len(d) for d in chosen.dims])


def test_by_hand():
    """C gives .3 % of 9,000 to A: 27, of which half builds roads."""
    case = case_of("donors: [C], recipients: [A]", "economy.growth=0")
    outcome = certified(sc.build(case))
    amounts, effects = outcome.amounts, outcome.after.effects
    np.testing.assert_allclose(amounts[f"{NAME}.given"][2], 27.0, rtol=1e-9)
    np.testing.assert_allclose(
        effects["compensation"], [[27.0] * 3, [0.0] * 3, [-27.0] * 3, [0.0] * 3], rtol=1e-9
    )
    np.testing.assert_allclose(effects["cofinance_additional"][0], 13.5)
    built = PART.response(
        case.setting, case.scenario.instruments[NAME], {p: amounts[f"{NAME}.{p}"] for p in PART.parts}
    )
    np.testing.assert_allclose(built["invested_infrastructure"][0], 13.5)
    net_is_zero(effects)


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 1000),
    investing=st.sampled_from([0.0, 0.5, 1.0]),
    least=st.floats(0.0, 1.0),
    match=st.sampled_from(["optimise", "nearest", "prosperity"]),
    effort=st.floats(1e-3, 1e-2),
    kind=st.sampled_from(["equity_adjusted_mean", "minimise_index", "maximise_mean"]),
)
def test_a_valid_assignment_that_only_moves_money(seed, investing, least, match, effort, kind):
    chosen = (f"investing: {investing}, least_part: {least}, match: {match}, effort: {effort}, donor_threshold: 1.0, "
              "recipient_threshold: 0.95")  # fmt: skip
    more = (f"objective.kind={kind}", "economy.segments=2", "objective.output_floor=0.5")
    case = case_of(chosen, *more, n=8, seed=seed)
    try:
        model = sc.build(case)
    except InputError as error:
        assert "there is no" in str(error)
        return
    outcome = certified(model)
    setting, params = case.setting, case.scenario.instruments[NAME]
    partnership = Partnership(setting, params)
    z = partners(model) if match == "optimise" else partnership.matched
    assert z.sum(axis=0).min() >= 1 and z.sum(axis=0).max() <= partnership.helpers
    assert z.sum(axis=1).min() >= 1 and z.sum(axis=1).max() <= partnership.partners
    growth = setting.growth_factor @ setting.year_in_period
    given_, received = (outcome.amounts[f"{NAME}.{part}"] for part in PART.parts)
    np.testing.assert_allclose(given_[partnership.donor], partnership.effort[:, None] * growth, rtol=1e-6)
    others = np.setdiff1d(np.arange(8), partnership.recipient)
    assert not received[others].any()
    least_money = z.T @ (least * partnership.effort / partnership.partners)
    assert (received[partnership.recipient] >= least_money[:, None] * growth * (1 - 1e-6) - 1e-6).all()
    net_is_zero(outcome.after.effects)


@pytest.mark.parametrize("seed", range(3))
def test_as_good_as_the_best_of_all_assignments(seed):
    chosen = "donors: [{0}], recipients: [{1}], effort: 0.01, investing: 0"
    setting = toy(7, seed).setting
    order = np.argsort(-setting.base_output / setting.population)
    rich, poor = ([setting.regions[i] for i in part] for part in (order[:3], order[-4:]))
    case = case_of(chosen.format(", ".join(rich), ", ".join(poor)), "economy.segments=2", n=7, seed=seed)
    outcome = certified(sc.build(case))
    found = objective_value(setting, outcome.after)
    model, best = sc.build(case), -np.inf
    partnership = Partnership(case.setting, case.scenario.instruments[NAME])
    shape = (len(partnership.donor), len(partnership.recipient))
    z = np.zeros(shape)
    columns = model.component(f"{NAME}.chosen")
    for donors in itertools.product(range(shape[0]), repeat=shape[1]):
        counts = np.bincount(donors, minlength=shape[0])
        if counts.min() < 1 or counts.max() > partnership.partners:
            continue
        z[:] = 0.0
        z[list(donors), range(shape[1])] = 1.0
        for side in ("lower", "upper"):
            getattr(model.arrays.columns, side)[columns.positions] = z.ravel()
        best = max(best, objective_value(setting, optimise(model, attainable=False).after))
    assert found == pytest.approx(best, rel=1e-7)


def test_rules_without_the_objective():
    case = case_of("match: nearest, donor_threshold: 1, recipient_threshold: 0.95", n=12, seed=3)
    partnership = Partnership(case.setting, case.scenario.instruments[NAME])
    km = distance(case.setting)[np.ix_(partnership.donor, partnership.recipient)]
    total = (partnership.matched * km).sum()
    rng = np.random.default_rng(0)
    for _ in range(200):
        z = np.zeros_like(km)
        z[rng.integers(len(km), size=km.shape[1]), range(km.shape[1])] = 1
        if z.sum(axis=1).min() >= 1 and z.sum(axis=1).max() <= partnership.partners:
            assert (z * km).sum() >= total - 1e-9
    case = country(f"{WITH}, {NAME}: {{match: prosperity, donors: [C, D], recipients: [A, B]}}")
    # D is the richer donor, B the poorer recipient
    np.testing.assert_array_equal(
        Partnership(case.setting, case.scenario.instruments[NAME]).matched, [[1, 0], [0, 1]]
    )


@pytest.mark.parametrize(
    ("chosen", "more", "said"),
    [
        ("donors: [X], recipients: [A]", (), "no region 'X'"),
        ("donors: [C], recipients: [C]", (), "both gives and receives"),
        ("donor_threshold: 9", (), "there is no donor"),
        ("recipient_threshold: 0.1", (), "there is no recipient"),
        ("donors: [C], recipients: [A, B], partners: 1", (), "Raise `partners` to 2"),
        ("donors: [C, D], recipients: [A], helpers: 1", (), "Raise `helpers` to 2"),
        ("effort: 0", (), "nothing to give"),
        ("effort_of: personal_income", (), "personal_income"),
        ("", ("objective.measure=leximin",), "leximin"),
    ],
)
def test_mistakes_are_told_with_what_to_do(chosen, more, said):
    with pytest.raises(InputError, match=said):
        sc.build(case_of(chosen, *more))


def test_too_many_choices_are_refused():
    with pytest.raises(InputError, match="match: nearest"):
        sc.build(case_of("donor_threshold: 1.0, recipient_threshold: 1.0", n=60))


def test_its_policy_states_money_and_works():
    case = case_of("donors: [C], recipients: [A]")
    setting, params = case.setting, case.scenario.instruments[NAME]
    given_, received = np.zeros((2, 4, 3))
    given_[2], received[0] = 30.0, 30.0
    policy = PART.policy(setting, params, {"given": given_, "received": received})
    np.testing.assert_allclose(policy.money["compensation"], received - given_)
    (works,) = policy.works
    assert works.kind == "infrastructure"
    np.testing.assert_allclose(works.money, 0.5 * received)
    assert (works.full[0] > 0).all() and not works.full[1:].any()


def test_on_china():
    case = sc.load_case("china", [f"instruments.{NAME}={{}}"])
    model = sc.build(case)
    certified(model)
    plan = sc.solve(model)
    money = plan.dataset[f"{NAME}_money"]
    donors, recipients = (money[f"{NAME}_{end}"].values for end in ("payer", "receiver"))
    assert "CN-XZ" in recipients and "CN-GD" in donors and not set(donors) & set(recipients)
    assert len(set(recipients)) == len(recipients)  # one donor each
    assert plan.summary["seconds"]["solve"] < 15
    table = ledger_table(plan)
    assert abs(table["compensation"].sum()) <= 1e-6
    # what builds goes to builders outside
    assert table.loc["outside", "total"] == pytest.approx(
        0.5 * table["compensation"].clip(lower=0).sum(), rel=1e-6
    )


def test_the_three_together_on_china():
    names = ("horizontal_compensation", "benefit_sharing", NAME)
    outcome = certified(sc.build(sc.load_case("china", [f"instruments.{name}={{}}" for name in names])))
    net_is_zero(outcome.after.effects)
