"""Pyomo components are views: complete before anybody touches them, and writing them writes the arrays."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyomo.environ as pe
import pytest

from spatialcoord.errors import InputError, Refused
from spatialcoord.model import Data, Model
from tests.model.toys import build, stock, world


@pytest.fixture
def m() -> Model:
    return build(world(4, 2))


def test_complete_before_touch(m: Model) -> None:
    amount, budget = m.pyomo.transfer.amount, m.pyomo.transfer.budget
    assert not amount._data and not budget._data
    assert len(amount) == 8 and len(budget) == 2
    assert ("R03", 2022) in amount and ("R09", 2022) not in amount and 2021 in budget
    assert list(amount.keys())[:2] == [("R00", 2021), ("R00", 2022)]
    assert not amount._data, "asking for keys must not make objects"
    assert [i for i, _ in amount.items()] == list(amount) and len(list(amount.values())) == 8
    assert len(list(m.pyomo.component_data_objects(pe.Var))) == m.arrays.columns.size
    rows = list(m.pyomo.component_data_objects(pe.Constraint))
    assert len(rows) == m.arrays.rows.size
    with pytest.raises(KeyError):
        amount["R09", 2021]


def test_only_what_is_touched_is_made(m: Model) -> None:
    amount = m.pyomo.transfer.amount
    assert amount["R01", 2021] is amount["R01", 2021]
    assert list(amount._data) == [("R01", 2021)]


def test_writing_a_view_writes_the_arrays(m: Model) -> None:
    amount = m.pyomo.transfer.amount
    x, at = amount["R01", 2022], amount.position(("R01", 2022))
    columns = m.arrays.columns
    x.setlb(0.5)
    x.setub(None)
    x.fix(0.75)
    x.domain = pe.Integers
    assert (columns.lower[at], columns.upper[at], columns.value[at]) == (0.5, np.inf, 0.75)
    assert columns.fixed[at] and columns.kind[at] == 1
    columns.upper[at], columns.kind[at] = 9.0, 0
    assert x.ub == 9.0 and x.domain is pe.Reals
    x.domain = pe.NonNegativeReals
    x.setlb(-3)
    assert x.lb == 0
    x.value = None
    assert np.isnan(columns.value[at]) and x.value is None


def test_bounds_that_follow_a_parameter(m: Model) -> None:
    m.pyomo.cap = pe.Param(initialize=0.2, mutable=True)
    x = m.pyomo.transfer.amount["R00", 2021]
    x.setub(2 * m.pyomo.cap)
    m.pyomo.cap.set_value(0.01)
    m.solve()
    assert x.ub == 0.02 and x.value <= 0.02 + 1e-9
    x.setub(1.0)
    assert not m.arrays.bounds


def test_row_expressions_and_switches(m: Model) -> None:
    row = m.pyomo.transfer.budget[2021]
    assert row.upper.value == pytest.approx(m.arrays.rows.upper[0]) and row.lower is None
    assert row.body.nargs() == 4
    expression = row.expr
    assert row.expr is expression, "cached while the row stays"
    m.limit("transfer.budget", upper=1.0)
    assert row.upper.value == 1.0, "dropped when the row changed"
    row.deactivate()
    assert not m.arrays.rows.active[0]
    m.pyomo.transfer.budget.activate()
    assert row.active and m.pyomo.transfer.budget.active
    m.pyomo.transfer.budget.deactivate()
    assert not m.arrays.rows.active[:2].any()


def test_a_rewritten_row_keeps_its_bound_from_limit(m: Model) -> None:
    row = m.pyomo.transfer.budget[2021]
    row.set_value(row.body <= 0.125)
    with pytest.raises(Refused, match="rewritten in Pyomo"):
        m.limit("transfer.budget", upper=3.0)
    m.solve()
    assert float(m.activity("transfer.budget").sel(index=2021)) <= 0.125 + 1e-9


def test_bulk_fix(m: Model) -> None:
    m.pyomo.infrastructure.amount.fix(0.0)
    assert not m.pyomo.infrastructure.amount._data
    m.solve()
    assert not m.pyomo.infrastructure.amount.array().any()
    m.pyomo.infrastructure.amount.unfix()
    assert not m.arrays.columns.fixed.any()


def test_deleting_entries_is_refused(m: Model) -> None:
    with pytest.raises(Refused, match=r"transfer.amount\[\('R00', 2021\)\].*cannot be deleted"):
        del m.pyomo.transfer.amount["R00", 2021]
    with pytest.raises(Refused, match="cannot be deleted"):
        m.pyomo.transfer.budget[2021].set_value(pe.Constraint.Skip)


def test_deleting_a_variable_in_use_is_refused(m: Model) -> None:
    m.solve()
    m.pyomo.transfer.del_component("amount")
    with pytest.raises(Refused, match="'amount' was deleted"):
        m.solve()


def test_deleting_a_rule_counts(m: Model) -> None:
    before = m.solve().objective
    m.pyomo.transfer.del_component("budget")
    assert m.solve().objective < before


def test_scalar_components(m: Model) -> None:
    m.solve()
    value, definition = m.pyomo.gini.value, m.pyomo.gini.definition
    assert value.value == pytest.approx(m.gini.numerator(m.value(m.level)))  # type: ignore[attr-defined]
    assert value.name == "gini.value" and not value.is_indexed() and len(value) == 1
    assert pe.value(definition.body) - definition.lb == pytest.approx(0, abs=1e-8)
    value.setub(1e9)
    assert m.arrays.columns.upper[value.position()] == 1e9


def test_listed_components_grow() -> None:
    m = build(world(6, 2))
    assert len(m.pyomo.gini.swap) == 0
    m.solve()
    swap, order = m.pyomo.gini.swap, m.pyomo.gini.order
    assert len(swap) == len(order) > 0
    first = next(iter(swap))
    assert isinstance(first, tuple) and first in order
    assert swap[first].value is not None and any(
        v is swap[first] for v in _variables(m.pyomo.gini.definition.body)
    )
    with pytest.raises(InputError, match="listed already"):
        m.gini.swap.add([first])  # type: ignore[attr-defined]


def _variables(expression: object) -> list[object]:
    from pyomo.core.expr.visitor import identify_variables

    return list(identify_variables(expression))


def test_pprint_and_writers_see_the_whole_model(m: Model, tmp_path: Path) -> None:
    out = io.StringIO()
    m.pyomo.pprint(ostream=out)
    for name in ("('R03', 2022)", "absorption", "gini.value"):
        assert name in out.getvalue()
    m.pyomo.write(str(tmp_path / "views.lp"), io_options={"symbolic_solver_labels": True})
    assert (tmp_path / "views.lp").read_text().count("transfer_amount(R03_2022)") >= 2


def test_a_stock_solver_takes_the_views(m: Model) -> None:
    warm = m.solve()
    assert stock(m.pyomo) == ("optimal", pytest.approx(warm.objective))
    pe.SolverFactory("highs").solve(m.pyomo)
    assert pe.value(m.pyomo.objective) == pytest.approx(warm.objective)
    assert float(m.value(m.gini.value)) == pytest.approx(warm.objective), "loaded into the arrays"  # type: ignore[attr-defined]


def test_golden_formulation(tmp_path: Path) -> None:
    """The LP file of a tiny model, word for word."""
    w = world(2, 1, seed=3)
    m = Model("tiny")
    with m.part("transfer"):
        x = m.variable("amount", (w.region, w.year), upper=Data(w.region, [2, 3]))
        m.constrain("budget", x.sum("region") <= 4)
        m.constrain("share", x >= 0.25 * x.sum("region"))
    chosen = m.variable("chosen", w.region, domain="binary")
    m.constrain("only_one", chosen.sum() == 1)
    m.constrain("gate", x.select("year", 2021) <= 10 * chosen + 1)
    m.maximise((x * Data(w.region, [1, 2])).sum() + 7)
    target = tmp_path / "tiny.lp"
    m.expand().write(str(target), io_options={"symbolic_solver_labels": True})
    golden = Path(__file__).parent / "golden" / "tiny.lp"
    assert target.read_text() == golden.read_text()
