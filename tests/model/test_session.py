"""The warm session: differences only, scaling undone, refusals by name, honest statuses."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pyomo.environ as pe
import pytest

from spatialcoord.errors import InputError, Refused, SolveError
from spatialcoord.model import Data, Dim, Model
from tests.model.toys import build, stock, world

R = Dim("region", ["a", "b", "c"])


def simple(sense: str = "max", scale: float = 1.0) -> Model:
    """max 3a + 2b + c, sum <= 4, each <= 2 (or its mirror image as a minimisation)."""
    m = Model("simple")
    x = m.variable("x", R, upper=2.0, scale=scale)
    m.constrain("total", x.sum() <= 4)
    worth = (x * Data(R, [3.0, 2.0, 1.0])).sum() + 10
    m.maximise(worth) if sense == "max" else m.minimise(-worth)
    m.x = x  # type: ignore[attr-defined]
    return m


@pytest.mark.parametrize(("sense", "sign"), [("max", 1), ("min", -1)])
def test_duals_are_changes_of_the_objective_per_unit(sense: str, sign: int) -> None:
    m = simple(sense)
    assert m.solve().objective == sign * 20
    assert float(m.dual("total")) == sign * 2 if m.value(m.x)[1] < 2 else True  # type: ignore[attr-defined]
    base = m.solve().objective
    m.limit("total", upper=4.5)
    assert m.solve().objective - base == pytest.approx(0.5 * float(m.dual("total")))
    reduced = m.reduced_cost("x")
    m.limit("x", upper=Data(R, [2.1, 2, 2]))
    before = m.solution.objective  # type: ignore[union-attr]
    assert m.solve().objective - before == pytest.approx(0.1 * float(reduced.sel(region="a")))


def test_only_differences_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    m = build(world())
    m.solve()
    passed: list[int] = []
    whole = type(m.session)._pass_whole
    monkeypatch.setattr(
        type(m.session), "_pass_whole", lambda self, *given: passed.append(1) or whole(self, *given)
    )
    m.limit("transfer.budget", upper=1.0)
    m.pyomo.transfer.amount["R00", 2021].fix(0.1)
    m.pyomo.extra = pe.Constraint(expr=m.pyomo.gini.value <= 1e6)
    m.minimise(m.gini.value * 2)  # type: ignore[attr-defined]
    again = m.solve()
    assert again.optimal and not passed
    assert again.objective == pytest.approx(m.clone().solve().objective)
    assert passed == [1], "the clone starts cold"


def test_a_replaced_objective_stays_warm() -> None:
    w = world(8, 3)
    m = build(w)
    cold = m.solve(presolve="off").iterations
    assert cold >= 10
    m.minimise(m.gini.value + 1e-6 * m.income.sum())  # type: ignore[attr-defined]
    assert m.solve().iterations < cold / 2


def test_user_rows_change_in_place() -> None:
    m = simple()
    m.pyomo.cap = pe.Param(initialize=1.0, mutable=True)
    m.pyomo.mine = pe.Constraint(expr=m.pyomo.x["a"] + m.pyomo.x["b"] <= m.pyomo.cap)
    assert m.solve().objective == 10 + 3 + 2
    rows = m.session.highs.getNumRow()
    m.pyomo.cap.set_value(2.0)
    assert m.solve().objective == 10 + 6 + 2
    assert m.session.highs.getNumRow() == rows
    assert float(m.dual("mine")) == 3
    del m.pyomo.mine
    assert m.solve().objective == 20
    assert m.session.highs.getNumRow() == rows, "rows are set free, never removed"


def test_own_variables_become_columns() -> None:
    m = simple()
    p = m.pyomo
    p.y = pe.Var(bounds=(0, 0.5))
    p.bonus = pe.Constraint(expr=p.y <= p.x["c"])
    p.objective.set_value(p.objective.expr + 100 * p.y)
    assert m.solve().objective == pytest.approx(10 + 6 + 2 * 1.5 + 0.5 + 50)
    assert p.y.value == 0.5
    assert float(m.reduced_cost("y")) == pytest.approx(99)
    p.y.fix(0.25)
    assert m.solve().objective == pytest.approx(10 + 6 + 2 * 1.75 + 0.25 + 25)
    p.del_component("bonus")
    p.objective.set_value(sum(p.x.values()))
    assert m.solve().objective == 4


def test_a_users_own_objective() -> None:
    m = simple()
    m.pyomo.objective.deactivate()
    m.pyomo.mine = pe.Objective(expr=m.pyomo.x["c"], sense=pe.maximize)
    assert m.solve().objective == 2
    m.pyomo.objective.activate()
    with pytest.raises(Refused, match="one active objective.*objective, mine|one active objective.*mine"):
        m.solve()
    m.pyomo.mine.deactivate()
    assert m.solve().objective == 20


def test_convex_quadratic_objective() -> None:
    m = simple(scale=8.0)
    p = m.pyomo
    p.objective.deactivate()
    p.square = pe.Objective(expr=sum((p.x[i] - 1) ** 2 for i in R.labels) + 3 * p.x["a"] * p.x["a"])
    solution = m.solve()
    assert solution.objective == pytest.approx(0.75, abs=1e-6)
    assert np.allclose(m.value(m.x), [0.25, 1, 1], atol=1e-5)  # type: ignore[attr-defined]
    assert stock(m.expand())[1] == pytest.approx(solution.objective, abs=1e-6)
    assert m.certificate().solver_gap < 1e-5


REFUSALS: dict[str, tuple[Any, str]] = {
    "non-linear row": (
        lambda p: p.add_component("bad", pe.Constraint(expr=p.x["a"] ** 2 <= 1)),
        "bad is not linear",
    ),
    "non-linear objective": (
        lambda p: p.objective.set_value(pe.log(p.x["a"] + 1)),
        "objective is neither linear nor quadratic",
    ),
    "special ordered set": (
        lambda p: p.add_component("sos", pe.SOSConstraint(var=p.x, sos=1)),
        "sos: HiGHS takes no SOSConstraint",
    ),
    "quadratic with integers": (
        lambda p: (setattr(p.x["a"], "domain", pe.Integers), p.objective.set_value(-(p.x["a"] ** 2))),
        "objective is quadratic and the model has whole-number",
    ),
    "discrete domain": (
        lambda p: setattr(p.x["b"], "domain", pe.Set(initialize=[0, 2, 5])),
        r"x\[b\]: HiGHS takes real and whole numbers",
    ),
    "fixed without a value": (lambda p: p.x["c"].fix(), r"x\[c\] is fixed but has no value"),
    "no objective": (lambda p: p.objective.deactivate(), "one active objective; active here: none"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_name_type_and_component(case: str) -> None:
    m = simple()
    edit, sentence = REFUSALS[case]
    edit(m.pyomo)
    with pytest.raises(Refused, match=sentence):
        m.solve()


def test_disjunctions_are_refused() -> None:
    from pyomo import gdp

    m = simple()
    p = m.pyomo
    p.either = gdp.Disjunction(expr=[[p.x["a"] <= 1], [p.x["b"] <= 1]])
    with pytest.raises(Refused, match="either.*Disjunct"):
        m.solve()
    pe.TransformationFactory("gdp.bigm").apply_to(p)
    assert m.solve().objective == pytest.approx(19)


def test_a_variable_of_another_model_is_refused() -> None:
    m, other = simple(), simple()
    m.pyomo.mixed = pe.Constraint(expr=other.pyomo.x["a"] <= 1)
    with pytest.raises(Refused, match="another model"):
        m.solve()


def test_statuses_in_sentences() -> None:
    m = simple()
    m.pyomo.more = pe.Constraint(expr=sum(m.pyomo.x.values()) >= 5)
    solution = m.solve()
    assert (
        solution.status == "infeasible" and "conflict()" in solution.sentence and np.isnan(solution.objective)
    )
    with pytest.raises(Refused, match="no plan to read"):
        m.dual("total")
    m.pyomo.more.deactivate()
    assert m.solve().optimal
    m.pyomo.x["b"].setub(None)
    m.limit("total", upper=np.inf)
    solution = m.solve()
    assert solution.status == "unbounded" and "x[b]" in solution.sentence
    m.pyomo.x["b"].setlb(3)
    m.pyomo.x["b"].setub(2)
    assert m.solve().status == "infeasible"


def test_time_limit_is_for_one_solve() -> None:
    m = build(world(40, 4))
    stopped = m.solve(time_limit=0.0)
    assert stopped.status == "time_limit" and "no plan yet" in stopped.sentence
    assert m.solve(time_limit=60).optimal
    assert m.solve(time_limit=60).optimal


def test_unknown_options_are_refused() -> None:
    with pytest.raises(InputError, match="no option 'presolv'"):
        simple().solve(presolv="off")
    with pytest.raises(InputError, match="threads"):
        simple().solve(threads=2)


def test_options_hold_for_one_solve() -> None:
    m = simple()
    m.solve(presolve="off", simplex_strategy=4)
    assert m.session.highs.getOptionValue("presolve")[1] == "choose"
    assert m.session.highs.getOptionValue("simplex_strategy")[1] != 4


def test_two_threads_are_refused() -> None:
    m = build(world(6, 2))
    entered, release = threading.Event(), threading.Event()

    class Slow:
        """A term that waits, so that a solve is certainly under way."""

        def refine(self, model: Model) -> int:
            entered.set()
            release.wait(10)
            return 0

    m.terms.append(Slow())
    worker = threading.Thread(target=m.solve)
    worker.start()
    try:
        assert entered.wait(10)
        with pytest.raises(SolveError, match="another thread"):
            m.solve()
    finally:
        release.set()
        worker.join()
    assert m.solve().optimal


@pytest.mark.parametrize("tax", [False, True])
def test_scaling_changes_nothing(tax: bool) -> None:
    """Column scales 1 and 1000: the same plan, duals, reduced costs, user rows and objective."""
    plain, scaled = (build(world(6, 2), tax=tax, scale=s) for s in (1.0, 1000.0))
    answers = []
    for m in (plain, scaled):
        p = m.pyomo
        p.mine = pe.Constraint(
            expr=p.transfer.amount["R00", 2021] + 2 * p.infrastructure.amount["R01", 2022] >= 3
        )
        p.y = pe.Var(bounds=(0, 5))
        p.link = pe.Constraint(expr=p.y <= p.transfer.amount["R02", 2021])
        p.objective.set_value(p.objective.expr - 0.5 * p.y)
        solution = m.solve(mip_gap=1e-9)
        assert solution.optimal
        m.price()
        answers.append((m, solution))
    (a, first), (b, second) = answers
    assert second.objective == pytest.approx(first.objective, rel=1e-9)
    assert np.allclose(b.value(b.level), a.value(a.level), rtol=1e-6)  # type: ignore[attr-defined]
    for name in ("transfer.budget", "infrastructure.budget", "infrastructure.absorption", "mine", "link"):
        assert np.allclose(a.dual(name).values, b.dual(name).values, atol=1e-6), name
    assert np.allclose(a.reduced_cost("transfer.amount"), b.reduced_cost("transfer.amount"), atol=1e-6)
    assert float(b.reduced_cost("y")) == pytest.approx(float(a.reduced_cost("y")), abs=1e-6)
    assert b.session.scaling.column is not None and a.session.scaling.column is None


def test_a_scaled_column_that_becomes_whole_keeps_its_numbers() -> None:
    m = simple(scale=16.0)
    m.limit("total", upper=3.5)
    assert m.solve().objective == pytest.approx(19)
    for i in R.labels:
        m.pyomo.x[i].domain = pe.Integers
    assert m.solve().objective == pytest.approx(18)
    assert stock(m.expand())[1] == pytest.approx(18)


def test_objective_scale_is_chosen_anew_only_with_a_new_objective() -> None:
    m = simple()
    m.maximise((m.x * 1e-6).sum())  # type: ignore[attr-defined]
    m.solve()
    scale = m.session.scaling.objective
    assert 2.0**18 <= scale <= 2.0**21 and float(m.dual("total")) == pytest.approx(1e-6)
    m.limit("total", upper=3)
    m.solve()
    assert m.session.scaling.objective == scale
    m.maximise((m.x * 1e3).sum())  # type: ignore[attr-defined]
    m.solve()
    assert m.session.scaling.objective < 1 and m.solution.objective == pytest.approx(3e3)  # type: ignore[union-attr]
