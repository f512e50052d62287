"""The certificate finds what is wrong with a plan, whoever wrote the rule."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pe
import pytest

from spatialcoord.errors import Refused
from tests.model.toys import build, world


@pytest.mark.parametrize("objective", ["gini", "theil", "ratio", "output"])
def test_a_solved_plan_is_certified(objective: str) -> None:
    m = build(world(7, 2), objective)
    solution = m.solve()
    c = m.certificate()
    assert c.max_violation <= 1e-7
    assert c.solver_gap <= 1e-9 and c.dual_infeasibility <= 1e-7
    assert c.objective_recomputed == pytest.approx(solution.objective)


def test_user_edits_are_certified_too() -> None:
    m = build(world(6, 2))
    p = m.pyomo
    p.mine = pe.Constraint(expr=p.transfer.amount["R00", 2021] >= 1)
    row = p.transfer.budget[2022]
    row.set_value(row.body <= 2.0)
    p.objective.set_value(p.objective.expr + 0.1 * p.transfer.amount["R01", 2021])
    m.solve()
    c = m.certificate()
    assert c.max_violation <= 1e-9 and c.solver_gap <= 1e-9


def test_violations_are_found_and_named() -> None:
    m = build(world(6, 2), tax=True)
    p = m.pyomo
    p.mine = pe.Constraint(expr=p.transfer.amount["R00", 2021] <= 100)
    m.solve()
    assert m.certificate().max_violation <= 1e-9
    p.transfer.amount["R00", 2021].value = -2.0
    c = m.certificate()
    assert c.bounds == pytest.approx(1.0) and c.worst
    p.transfer.amount["R00", 2021].value = 300.0
    c = m.certificate()
    assert c.rows > 0.5 and c.user_rows == pytest.approx(200 / 300)
    m.solve()
    chosen = p.tax.chosen["R00", 0.02]
    chosen.value = chosen.value + 0.25 if chosen.value < 0.5 else chosen.value - 0.25
    assert m.certificate().integrality == pytest.approx(0.25)


def test_a_wrong_dual_opens_the_gap() -> None:
    m = build(world(6, 2))
    m.solve()
    assert m.certificate().solver_gap <= 1e-9
    m.arrays.rows.dual[:] *= 0.5
    c = m.certificate()
    assert c.solver_gap > 1e-3 or c.dual_infeasibility > 1e-3


def test_a_worse_plan_opens_the_gap() -> None:
    m = build(world(6, 2))
    solution = m.solve()
    values = m.arrays.columns.value.copy()
    m.limit("transfer.budget", upper=0.5)
    m.solve()
    worse = m.arrays.columns.value.copy()
    m.limit("transfer.budget", upper=world(6, 2).budget)
    m.solve()
    m.arrays.columns.value[: len(worse)] = worse
    c = m.certificate()
    assert c.max_violation <= 1e-7 and c.solver_gap > 1e-3
    assert c.objective_recomputed > solution.objective and np.isfinite(values).all()


def test_a_plan_without_values_has_no_certificate() -> None:
    m = build(world(6, 2))
    with pytest.raises(Refused, match="transfer.amount.*no value"):
        m.certificate()
