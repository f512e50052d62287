"""Lazily refined terms, ratios, and what they mean for a user who leans on a measure."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyomo.environ as pe
import pytest

from spatialcoord.errors import Refused, SolveError
from spatialcoord.model import Data, Dim, Model
from tests.model.toys import build, stock, world


def test_lazy_pairs_are_exact() -> None:
    refined = 0
    for seed in range(6):
        m = build(world(7, 2, seed=seed, share=0.05))
        solution = m.solve()
        refined += solution.rounds > 1
        assert solution.objective == pytest.approx(m.gini.numerator(m.value(m.level)))  # type: ignore[attr-defined]
        everything = m.expand(complete=True)
        assert len(everything.gini.swap) == 21 > len(m.pyomo.gini.swap)
        assert stock(everything)[1] == pytest.approx(solution.objective)
    assert refined >= 3


def test_a_users_objective_in_a_measure_stays_right_when_hinges_come() -> None:
    m = build(world(6, 2, share=0.05))
    p = m.pyomo
    p.objective.set_value(p.gini.value + 0.3 * sum(p.transfer.amount.values()))
    solution = m.solve()
    plan = float(m.gini.numerator(m.value(m.level)) + 0.3 * p.transfer.amount.array().sum())  # type: ignore[attr-defined]
    assert solution.objective == pytest.approx(plan)


def test_tangents() -> None:
    m = build(world(6, 2), "theil")
    solution = m.solve()
    term = m.terms[0]
    assert solution.rounds > 3
    assert solution.objective == pytest.approx(term.numerator(m.value(m.income)), rel=1e-5)  # type: ignore[attr-defined]
    assert m.solve().rounds == 1, "tangents stay"


def test_ratio_by_dinkelbach() -> None:
    w = world(5, 1, share=0.06)
    m = build(w, "ratio")
    solution = m.solve()

    def ratio(model: Model) -> float:
        levels, total = model.value(model.level), float(model.value(model.income).sum())  # type: ignore[attr-defined]
        return model.gini.numerator(levels) / total / float(w.people.sum())  # type: ignore[attr-defined]

    assert solution.objective == pytest.approx(ratio(m), rel=1e-9) == pytest.approx(m.ratio_value)
    assert solution.bound == pytest.approx(solution.objective, rel=1e-8)
    # no other mixture of the two extreme plans is better
    other = build(w)
    other.solve()
    assert solution.objective <= ratio(other) + 1e-12
    expanded = m.expand()
    assert stock(expanded)[1] == pytest.approx(0, abs=1e-6)
    # duals are per unit of the ratio
    before, price = solution.objective, m.dual("transfer.budget").sum()
    m.limit("transfer.budget", upper=w.budget + 1e-3)
    assert m.solve().objective - before == pytest.approx(1e-3 * float(price), rel=1e-2, abs=1e-12)
    assert m.certificate().solver_gap < 1e-8
    assert m.solve().objective == pytest.approx(m.clone().solve().objective, rel=1e-9)


def test_ratio_with_a_denominator_that_is_not_positive() -> None:
    m = Model()
    x = m.variable("x", (), upper=1)
    m.minimise_ratio(x + 1, x - 5, 0.0)
    with pytest.raises(SolveError, match="denominator"):
        m.solve()


def test_ratio_gives_way_to_another_objective() -> None:
    w = world(5, 1)
    m = build(w, "ratio")
    m.solve()
    m.pyomo.objective.deactivate()
    m.pyomo.mine = pe.Objective(expr=m.pyomo.gini.value)
    assert m.solve().objective == pytest.approx(build(w).solve().objective)
    m.pyomo.mine.deactivate()
    m.pyomo.objective.activate()
    ratio = m.solve().objective
    assert 0 < ratio < 1
    m.minimise(m.gini.value)  # type: ignore[attr-defined]
    assert m.ratio is None and m.solve().objective == pytest.approx(build(w).solve().objective)


def test_maximising_a_measure_is_called_what_it_is() -> None:
    m = build(world())
    m.maximise(m.gini.value)  # type: ignore[attr-defined]
    solution = m.solve()
    assert solution.status == "unbounded"
    assert "gini.value" in solution.sentence and "from below only" in solution.sentence


def test_a_floor_on_a_measure_is_called_what_it_is() -> None:
    m = build(world())
    least = 1.5 * m.solve().objective
    m.pyomo.gini.value.setlb(least)
    solution = m.solve()
    assert solution.optimal and solution.warnings and "gini.value" in solution.sentence
    m.pyomo.gini.value.setlb(None)
    assert not m.solve().warnings
    m.pyomo.floor = pe.Constraint(expr=m.pyomo.gini.value >= least)
    assert "floor on a measure" in m.solve().sentence


def test_a_measure_under_a_ceiling() -> None:
    w = world(6, 2, share=0.05)
    m = build(w, "output")
    free = m.solve()
    ceiling = 0.9 * m.gini.numerator(m.value(m.level))  # type: ignore[attr-defined]
    m.constrain("fair", m.gini.value <= ceiling)  # type: ignore[attr-defined]
    bound = m.solve()
    assert bound.objective < free.objective
    assert m.gini.numerator(m.value(m.level)) <= ceiling * (1 + 1e-7)  # type: ignore[attr-defined]


class Late:
    """Whole-number decisions that come while solving: at most one region may pass a level, found out when two do."""

    def __init__(self, amount: object, level: float) -> None:
        self.amount, self.level, self.done = amount, level, False

    def attach(self, m: Model) -> None:
        self.over, self.rows = m.listed_variables("over"), m.listed_rows("gate")
        self.count = m.listed_rows("count")
        m.terms.append(self)

    def refine(self, m: Model) -> int:
        if self.done or (m.value(self.amount) > self.level + 1e-9).sum() <= 1:
            return 0
        self.done = True
        labels = list(self.amount.dims[0].labels)
        passes = self.over.add(labels, upper=1.0, domain="binary")
        (dim,) = passes.dims
        self.rows.add(labels, self.amount.rename("region", dim) - 10 * passes <= self.level)
        self.count.add(["one"], passes.sum().over((Dim("k", ["one"]),)) <= 1)
        return len(labels)


def test_whole_numbers_may_come_while_solving() -> None:
    R = Dim("region", ["a", "b", "c"])
    m = Model()
    x = m.variable("x", R, upper=4)
    m.constrain("total", x.sum() <= 10)
    m.maximise((x * Data(R, [3, 2, 1])).sum())
    Late(x, 1.5).attach(m)
    solution = m.solve()
    best = max(
        sum(w * min(4 if passes else 1.5, 4) for w, passes in zip((3, 2, 1), choice, strict=True))
        for choice in product((0, 1), repeat=3)
        if sum(choice) <= 1
    )
    assert solution.objective == pytest.approx(best) and solution.rounds == 2
    assert m.session.whole and np.isclose(m.pyomo.over["a"].value, 1)
    assert m.clone().solve().objective == pytest.approx(best)


def test_rounds_run_out() -> None:
    m = build(world(6, 2, share=0.05))
    solution = m.solve(max_rounds=1)
    assert solution.status == "refinement_limit" and "approximated" in solution.sentence
    assert m.solve().optimal


def test_expand_refuses_what_did_not_converge() -> None:
    m = build(world())
    m.maximise(m.gini.value)  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="relaxation"):
        m.expand()
    theil = build(world(), "theil")
    with pytest.raises(Refused, match="TheilTerm cannot be written out"):
        theil.expand(complete=True)
