"""Clones, pickles and expansions: independent, whole, and solved to the same optimum."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import cloudpickle
import pyomo.environ as pe
import pytest
from pyomo.core.base.constraint import IndexedConstraint, ScalarConstraint
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.var import IndexedVar, ScalarVar, VarData

from spatialcoord.errors import Refused
from spatialcoord.model import Model
from tests.model.toys import build, by_hand, stock, world

WAYS: dict[str, Callable[[Model], Model]] = {
    "clone": lambda m: m.clone(),
    "deepcopy": copy.deepcopy,
    "pickle": lambda m: pickle.loads(pickle.dumps(m)),
    "cloudpickle": lambda m: cloudpickle.loads(cloudpickle.dumps(m)),
    "clone of the Pyomo side": lambda m: m.pyomo.clone()._spatialcoord,
    "pickle of the Pyomo side": lambda m: pickle.loads(pickle.dumps(m.pyomo))._spatialcoord,
}


def touched(m: Model) -> Model:
    """A model with user edits of every sort."""
    p = m.pyomo
    p.own = pe.Var(bounds=(0, 2))
    p.mine = pe.Constraint(expr=p.own + p.transfer.amount["R00", 2021] >= 1)
    p.cap = pe.Param(initialize=1.0, mutable=True)
    p.transfer.amount["R01", 2021].setub(3 * p.cap)
    p.transfer.amount["R02", 2021].fix(0.5)
    p.transfer.amount["R03", 2021].domain = pe.NonNegativeReals
    row = p.infrastructure.absorption["R04", 2022]
    row.set_value(row.body <= 0.75)
    p.infrastructure.absorption["R05", 2022].deactivate()
    return m


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("tax", [False, True], ids=["lp", "mip"])
def test_copies_are_whole_and_independent(way: str, tax: bool) -> None:
    m = touched(build(world(6, 2, share=0.05), tax=tax))
    objective = m.solve(mip_gap=1e-9).objective
    c = WAYS[way](m)
    assert c is not m and c.pyomo is not m.pyomo and c.arrays is not m.arrays
    assert c.pyomo._spatialcoord is c and c.pyomo.transfer.amount._arrays is c.arrays
    gini: Any = c.gini  # type: ignore[attr-defined]
    assert c.terms[0] is gini and gini.swap.component is c.pyomo.gini.swap and gini.swap.model is c
    assert c.solve(mip_gap=1e-9).objective == pytest.approx(objective)
    c.pyomo.cap.set_value(0.01)
    c.limit("transfer.budget", upper=1.0)
    c.pyomo.mine.deactivate()
    changed = c.solve(mip_gap=1e-9).objective
    assert changed != pytest.approx(objective)
    assert m.solve(mip_gap=1e-9).objective == pytest.approx(objective), "the original is untouched"
    assert stock(c.expand())[1] == pytest.approx(changed)


def test_expand_is_ordinary_pyomo() -> None:
    m = touched(build(world(6, 2)))
    objective = m.solve().objective
    e = m.expand()
    assert type(e.transfer.amount) is IndexedVar and type(e.transfer.amount["R00", 2021]) is VarData
    assert type(e.gini.value) is ScalarVar and type(e.gini.definition) is ScalarConstraint
    assert type(e.transfer.budget) is IndexedConstraint and type(e.objective) is ScalarObjective
    assert not hasattr(e, "_spatialcoord") and not any(
        name.startswith("_arrays") for c in e.component_objects() for name in vars(c)
    )
    assert e.transfer.amount["R02", 2021].fixed and not e.infrastructure.absorption["R05", 2022].active
    e.cap.set_value(0.02)
    assert e.transfer.amount["R01", 2021].ub == 0.06, "bounds still follow the parameter"
    e.cap.set_value(1.0)
    assert stock(e)[1] == pytest.approx(objective)
    pe.SolverFactory("highs").solve(e)
    assert e.dual[e.transfer.budget[2021]] == pytest.approx(
        float(m.dual("transfer.budget").sel(year=2021)), abs=1e-6
    )
    assert pickle.loads(pickle.dumps(e)).gini.value.value == pytest.approx(e.gini.value.value)


def test_expand_drops_dual_suffixes_with_integers() -> None:
    e = build(world(5, 1), tax=True).expand()
    assert e.component("dual") is None
    assert pe.SolverFactory("highs").solve(e).solver.termination_condition == pe.TerminationCondition.optimal


def test_the_hand_written_model_agrees() -> None:
    for tax in (False, True):
        w = world(6, 2, seed=4)
        assert build(w, tax=tax).solve(mip_gap=1e-9).objective == pytest.approx(stock(by_hand(w, tax))[1])


def test_solver_factory_runs_the_loop() -> None:
    m = build(world(6, 2, share=0.05))
    result = pe.SolverFactory("spatialcoord").solve(m.pyomo)
    assert result.solver.termination_condition == pe.TerminationCondition.optimal
    assert len(m.pyomo.gini.swap) > 0
    assert result.problem.upper_bound == pytest.approx(m.gini.numerator(m.value(m.level)))  # type: ignore[attr-defined]
    copy_ = m.pyomo.clone()
    copy_.impossible = pe.Constraint(expr=copy_.transfer.amount["R00", 2021] <= -1)
    result = pe.SolverFactory("spatialcoord").solve(copy_)
    assert result.solver.termination_condition == pe.TerminationCondition.infeasible
    assert "No plan" in result.solver.message
    with pytest.raises(Refused, match="not built by spatialcoord"):
        pe.SolverFactory("spatialcoord").solve(pe.ConcreteModel("other"))


def test_duals_by_suffix() -> None:
    m = build(world())
    m.solve()
    row = m.pyomo.transfer.budget[2021]
    assert row in m.pyomo.dual and m.pyomo.dual[row] == float(m.dual("transfer.budget").sel(year=2021))
    x = m.pyomo.transfer.amount["R00", 2021]
    assert m.pyomo.rc[x] == float(m.reduced_cost("transfer.amount").sel(region="R00", year=2021))
    assert m.pyomo.dual.get(x, "none") == "none"
