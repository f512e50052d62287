"""The conflict is a planted one, irreducible, and the model is as before afterwards."""

from __future__ import annotations

import pyomo.environ as pe
import pytest

from spatialcoord.model import Data, Dim, Model
from tests.model.toys import build, world

R = Dim("region", ["a", "b", "c", "d"])


def planted() -> Model:
    """b and c must get 3 each, but together no more than 5; everything else is harmless."""
    m = Model()
    x = m.variable("amount", R, upper=10)
    m.constrain("budget", x.sum() <= 30)
    m.constrain("floor", x >= Data(R, [1, 3, 3, 1]))
    m.constrain("pair", x.select("region", ["b", "c"]).sum() <= 5)
    m.constrain("harmless", x.select("region", "a") <= 9)
    m.minimise(x.sum())
    return m


def test_planted_conflict_is_found() -> None:
    m = planted()
    assert m.solve().status == "infeasible"
    found = m.conflict()
    assert found.rules == ("floor", "pair") and found.minimal
    assert found.members == {"floor": ("b", "c"), "pair": (None,)}
    assert "floor [b, c]" in str(found) and list(found) == ["floor", "pair"] and len(found) == 2


def test_conflict_is_irreducible() -> None:
    m = planted()
    for name in m.conflict().rules:
        c = m.clone()
        c.pyomo.component(name).deactivate()
        assert c.solve().optimal, name


def test_the_model_is_as_before() -> None:
    m = planted()
    m.conflict()
    assert m.solve().status == "infeasible"
    m.limit("pair", upper=6)
    assert m.solve().objective == 8
    assert not m.conflict() and "a plan that keeps all rules" in str(m.conflict())
    assert m.solve().objective == 8


def test_user_rules_bounds_and_fixings_are_named() -> None:
    m = planted()
    m.limit("pair", upper=6)
    p = m.pyomo
    p.amount["d"].fix(2.0)
    p.mine = pe.Constraint(expr=p.amount["d"] >= 2.5)
    found = m.conflict()
    assert found.rules == ("mine",), "a fixed decision is a constant in a rule written in Pyomo"
    p.mine.set_value(p.amount["d"] + p.amount["a"] >= 13)
    found = m.conflict()
    assert found.rules in {("mine", "harmless"), ("mine", "bounds of amount")}
    p.mine.deactivate()
    p.floor["b"].set_value(p.amount["b"] >= 11)
    found = m.conflict()
    assert found.rules in {("floor", "pair"), ("floor", "bounds of amount"), ("budget", "floor")}
    assert "b" in found.members["floor"]


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_conflict_of_whole_numbers(scale: float) -> None:
    m = build(world(5, 1), tax=True, scale=scale)
    m.solve()
    p = m.pyomo
    w = world(5, 1)
    # every region may choose one bracket only, yet all of them are asked for more than the top bracket brings
    p.more = pe.Constraint(expr=sum(p.tax.chosen[r, 0.05] for r in w.region.labels) >= 2.5)
    p.less = pe.Constraint(expr=sum(p.tax.chosen[r, 0.05] for r in w.region.labels) <= 2.75)
    assert m.solve().status == "infeasible"
    assert {"more", "less"} <= set(m.conflict().rules)
    p.less.deactivate()
    assert m.solve().optimal
