"""A small world for the tests of the core: two instruments, tax brackets, two measures, and the same by hand in Pyomo.

Nothing here is imported by the package; the measures are written for clarity and serve as a second opinion.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor
from typing import Any

import numpy as np
import pyomo.environ as pe
from pyomo.contrib.solver.common.factory import SolverFactory
from pyomo.contrib.solver.common.results import TerminationCondition

from spatialcoord.model import Affine, Data, Dim, Model

SEGMENTS = ("first", "second", "third")
LENGTHS = np.array([0.005, 0.010, 0.025])
SLOPES = np.array([0.5, 0.3, 0.1])
CEILING = 2.0
ABSORPTION = 0.04
RATES = (0.0, 0.02, 0.05)


@dataclass
class World:
    """Regions with people and output; money in units of the output."""

    region: Dim
    year: Dim
    segment: Dim
    bracket: Dim
    people: np.ndarray
    output: np.ndarray
    budget: float

    @property
    def base(self) -> np.ndarray:
        """Output per head before anything is done."""
        return self.output / self.people


def world(regions: int = 6, years: int = 2, seed: int = 1, share: float = 0.03) -> World:
    """A random world; `share` is the yearly budget of each instrument as a share of total output."""
    random = np.random.default_rng(seed)
    people = np.exp(0.6 * random.standard_normal(regions))
    output = people * 30 * np.exp(0.35 * random.standard_normal(regions))
    return World(
        Dim("region", [f"R{i:02d}" for i in range(regions)]),
        Dim("year", range(2021, 2021 + years)),
        Dim("segment", SEGMENTS),
        Dim("bracket", RATES),
        people,
        output,
        share * float(output.sum()),
    )


class GiniTerm:
    """sum_{i<j} p_i p_j |y_i - y_j|: linear in the order of the base, one hinge for every pair that changed places."""

    def __init__(self, level: Affine, people: np.ndarray, base: np.ndarray) -> None:
        self.level, self.people = level, people
        self.order = np.argsort(base, kind="stable")
        self.known: set[tuple[int, int]] = set()

    def attach(self, m: Model, scale: float = 1.0) -> Affine:
        people = self.people[self.order]
        below = np.cumsum(people)
        weight = np.empty_like(people)
        weight[self.order] = people * (2 * below - people - below[-1])
        self.scale = scale
        with m.part("gini"):
            self.value = m.scalar("value", scale=scale)
            linear = (self.level * Data(self.level.dims, weight)).sum()
            self.definition = m.constrain("definition", self.value - linear >= 0)
            self.swap = m.listed_variables("swap")
            self.rows = m.listed_rows("order")
        m.terms.append(self)
        return self.value

    def numerator(self, levels: np.ndarray) -> float:
        pairs = combinations(range(len(levels)), 2)
        return float(sum(self.people[i] * self.people[j] * abs(levels[i] - levels[j]) for i, j in pairs))

    def gap(self, m: Model) -> float:
        true = self.numerator(m.value(self.level))
        return (float(m.value(self.value)) - true) / max(1e-9, true)

    def refine(self, m: Model) -> int:
        levels = m.value(self.level)
        ranked = [int(i) for i in self.order]
        tolerance = 1e-9 * np.abs(levels).max()
        new = [
            (i, j)
            for at, i in enumerate(ranked)
            for j in ranked[at + 1 :]
            if levels[i] > levels[j] + tolerance and (i, j) not in self.known
        ]
        return self.add(m, new)

    def complete(self, m: Model) -> int:
        ranked = [int(i) for i in self.order]
        return self.add(m, [p for p in combinations(ranked, 2) if p not in self.known])

    def add(self, m: Model, pairs: list[tuple[int, int]]) -> int:
        if not pairs:
            return 0
        self.known |= set(pairs)
        names = self.level.dims[0].labels
        labels = [(names[i], names[j]) for i, j in pairs]
        hinge = self.swap.add(labels, scale=self.scale)
        (dim,) = hinge.dims
        weight = Data(dim, [2 * self.people[i] * self.people[j] for i, j in pairs])
        m.extend_row(self.definition, -(hinge * weight).sum())
        first = self.level.select("region", [a for a, _ in labels], dim)
        second = self.level.select("region", [b for _, b in labels], dim)
        self.rows.add(labels, hinge - first + second >= 0)
        return len(pairs)


class TheilTerm:
    """sum s ln(s/pi) of shares s = Y / sum Y, times sum Y: held up by tangent rows."""

    def __init__(self, total: Affine, people: np.ndarray) -> None:
        self.total, self.share = total, people / people.sum()
        self.count = 0

    def attach(self, m: Model, start: np.ndarray) -> Affine:
        with m.part("theil"):
            self.value = m.scalar("value")
            self.tangents = m.listed_rows("tangent")
        m.terms.append(self)
        self.cut(m, start)
        return self.value

    def numerator(self, total: np.ndarray) -> float:
        return float((total * np.log(total / total.sum() / self.share)).sum())

    def cut(self, m: Model, at: np.ndarray) -> int:
        slope = Data(self.total.dims, np.log(at / at.sum() / self.share))
        self.tangents.add([self.count], (self.total * slope).sum().over(()) - self.value <= 0)
        self.count += 1
        return 1

    def refine(self, m: Model) -> int:
        total = m.value(self.total)
        true = self.numerator(total)
        if true - float(m.value(self.value)) <= 1e-6 * max(1.0, abs(true)):
            return 0
        return self.cut(m, total)


def build(w: World, objective: str = "gini", tax: bool = False, scale: float = 1.0) -> Model:
    """The world as a model of the package; `scale` is the column scale of money."""
    m = Model("world")
    region, year = m.dim("region", w.region.labels), m.dim("year", w.year.labels)
    with m.part("transfer"):
        x = m.variable("amount", (region, year), upper=Data(region, CEILING * w.people), scale=scale)
        m.constrain("budget", x.sum("region") <= Data(year, np.full(len(year), w.budget)))
        m.ledger.credit("income", "transfer", x)
    with m.part("infrastructure"):
        x = m.variable("amount", (region, year), scale=scale)
        room = Data((region, w.segment), w.output[:, None] * LENGTHS)
        z = m.variable("segment", (region, year, w.segment), upper=room, scale=scale)
        m.constrain("link", x - z.sum("segment") == 0)
        m.constrain("absorption", x <= Data(region, ABSORPTION * w.output))
        m.constrain("budget", x.sum("region") <= Data(year, np.full(len(year), w.budget)))
        m.ledger.credit("income", "infrastructure", (z * Data(w.segment, SLOPES)).sum("segment"))
    if tax:
        with m.part("tax"):
            chosen = m.variable("chosen", (region, w.bracket), domain="binary")
            m.constrain("one", chosen.sum("bracket") == 1)
            revenue = chosen * Data((region, w.bracket), w.output[:, None] * np.array(RATES))
            m.constrain("need", revenue.sum() >= 0.01 * float(w.output.sum()))
            m.ledger.debit("income", "tax", revenue.sum("bracket"))
    income = m.ledger.total("income", (region, year)).sum("year") * (1 / len(year)) + Data(region, w.output)
    m.income, m.level = income, income / Data(region, w.people)  # type: ignore[attr-defined]
    if objective == "theil":
        m.minimise(TheilTerm(income, w.people).attach(m, w.output))
        return m
    gini = GiniTerm(m.level, w.people, w.base)  # type: ignore[attr-defined]
    m.gini = gini  # type: ignore[attr-defined]
    value = gini.attach(m, scale)
    if objective == "gini":
        m.minimise(value)
    elif objective == "ratio":
        m.minimise_ratio(
            value,
            income.sum() * float(w.people.sum()),
            gini.numerator(w.base) / float(w.output.sum()) / w.people.sum(),
        )
    else:
        m.maximise(income.sum() - value * 0.01)
    return m


def by_hand(w: World, tax: bool = False) -> Any:
    """The same formulation in ordinary Pyomo, every pair's hinge written out; the objective is the Gini numerator."""
    m = pe.ConcreteModel("by hand")
    regions, years = list(w.region.labels), list(w.year.labels)
    at = {name: i for i, name in enumerate(regions)}

    m.transfer = pe.Block()
    m.transfer.amount = pe.Var(regions, years, bounds=lambda b, r, t: (0, CEILING * w.people[at[r]]))
    m.transfer.budget = pe.Constraint(
        years, rule=lambda b, t: sum(b.amount[r, t] for r in regions) <= w.budget
    )

    m.infrastructure = pe.Block()
    n = m.infrastructure
    n.amount = pe.Var(regions, years, bounds=(0, None))
    n.segment = pe.Var(
        regions, years, SEGMENTS, bounds=lambda b, r, t, s: (0, w.output[at[r]] * LENGTHS[SEGMENTS.index(s)])
    )
    n.link = pe.Constraint(
        regions, years, rule=lambda b, r, t: b.amount[r, t] - sum(b.segment[r, t, s] for s in SEGMENTS) == 0
    )
    n.absorption = pe.Constraint(
        regions, years, rule=lambda b, r, t: b.amount[r, t] <= ABSORPTION * w.output[at[r]]
    )
    n.budget = pe.Constraint(years, rule=lambda b, t: sum(b.amount[r, t] for r in regions) <= w.budget)

    if tax:
        m.tax = pe.Block()
        m.tax.chosen = pe.Var(regions, RATES, domain=pe.Binary)
        m.tax.one = pe.Constraint(regions, rule=lambda b, r: sum(b.chosen[r, q] for q in RATES) == 1)
        paid = {r: sum(m.tax.chosen[r, q] * q * w.output[at[r]] for q in RATES) for r in regions}
        m.tax.need = pe.Constraint(expr=sum(paid.values()) >= 0.01 * float(w.output.sum()))

    def level(r: str) -> Any:
        gain = sum(
            m.transfer.amount[r, t]
            + sum(slope * n.segment[r, t, s] for s, slope in zip(SEGMENTS, SLOPES, strict=True))
            for t in years
        )
        yearly = gain * (1 / len(years)) + w.output[at[r]]
        return (yearly - (paid[r] if tax else 0.0)) * (1 / w.people[at[r]])

    m.gini = pe.Block()
    m.gini.value = pe.Var()
    pairs = list(combinations(regions, 2))
    m.gini.apart = pe.Var(pairs, bounds=(0, None))
    m.gini.up = pe.Constraint(pairs, rule=lambda b, i, j: b.apart[i, j] >= level(i) - level(j))
    m.gini.down = pe.Constraint(pairs, rule=lambda b, i, j: b.apart[i, j] >= level(j) - level(i))
    weighted = sum(w.people[at[i]] * w.people[at[j]] * m.gini.apart[i, j] for i, j in pairs)
    m.gini.definition = pe.Constraint(expr=m.gini.value >= weighted)
    m.objective = pe.Objective(expr=m.gini.value)
    return m


def stock(pyomo: Any, gap: float = 1e-9) -> tuple[str, float]:
    """Termination ("optimal", ...) and objective by Pyomo's stock HiGHS interface; the model's values stay untouched.

    Bounds of whole numbers are rounded inwards on a copy: HiGHS 1.15 was seen to lose the optimum, with presolve or
    without, where an integer column has a fractional bound.
    """
    whole = [v for v in pyomo.component_data_objects(pe.Var) if not v.is_continuous()]
    if any(not float(b).is_integer() for v in whole for b in v.bounds if b is not None):
        pyomo = pyomo.clone()
        for v in pyomo.component_data_objects(pe.Var):
            if not v.is_continuous():
                low, high = v.bounds
                v.setlb(None if low is None else ceil(low - 1e-9))
                v.setub(None if high is None else floor(high + 1e-9))
    options = {"mip_rel_gap": gap, "mip_abs_gap": 1e-9}
    result = SolverFactory("highs").solve(
        pyomo, load_solutions=False, raise_exception_on_nonoptimal_result=False, solver_options=options
    )
    if result.termination_condition is not TerminationCondition.convergenceCriteriaSatisfied:
        return result.termination_condition.name, float("nan")
    return "optimal", float(result.incumbent_objective)
