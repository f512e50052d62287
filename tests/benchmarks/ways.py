"""One function per way of getting the reference problem into HiGHS and its answer back.

Each returns (seconds, objective): the seconds of everything but the solver's own run, which :class:`Stopwatch` takes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from tests.benchmarks.reference import FUNDS, GREEN, LENGTH, RHO, SEGMENTS, YEARS, Reference

INF = np.inf


class Stopwatch:
    """Counts the time inside ``Highs.run``."""

    def __init__(self) -> None:
        self.inside = 0.0


@contextmanager
def timed_runs(solve: bool) -> Iterator[Stopwatch]:
    """Take the solver's run out of the measure.

    Without `solve` the run stops at once and reports success, so that every way reads back an answer of full size.
    """
    watch = Stopwatch()
    kept = highspy.Highs.run, highspy.Highs.getModelStatus, highspy.Highs.getInfo

    def run(self: Any, *arguments: Any) -> Any:
        start = perf_counter()
        if not solve:
            self.setOptionValue("presolve", "off")
            self.setOptionValue("simplex_iteration_limit", 0)
        status = kept[0](self, *arguments)
        watch.inside += perf_counter() - start
        return highspy.HighsStatus.kOk if not solve else status

    highspy.Highs.run = run
    if not solve:
        highspy.Highs.getModelStatus = lambda self: highspy.HighsModelStatus.kOptimal

        def info(self: Any) -> Any:
            out = kept[2](self)
            out.primal_solution_status = out.dual_solution_status = 2
            return out

        highspy.Highs.getInfo = info
    try:
        yield watch
    finally:
        highspy.Highs.run, highspy.Highs.getModelStatus, highspy.Highs.getInfo = kept


# ---- the floor: numpy straight into passModel -----------------------------------------------------------------------------


def floor(p: Reference, watch: Stopwatch) -> tuple[float, float]:
    """Hand-written index arithmetic, CSR blocks, one passModel."""
    start = perf_counter()
    n, nf, nt, ns = len(p.regions), len(FUNDS), len(YEARS), len(SEGMENTS)
    cells = n * nf * nt
    x = np.arange(cells, dtype=np.int32).reshape(n, nf, nt)
    z = (cells + np.arange(cells * ns, dtype=np.int32)).reshape(n, nf, nt, ns)
    g = (cells * (1 + ns) + np.arange(n * nt, dtype=np.int32)).reshape(n, nt)
    y = g + np.int32(n * nt)
    columns = cells * (1 + ns) + 2 * n * nt
    lower, upper, cost = np.zeros(columns), np.full(columns, INF), np.zeros(columns)
    upper[:cells] = np.repeat(p.eligible.ravel(), nt)
    upper[cells : cells * (1 + ns)] = (p.eligible[:, :, None, None] * LENGTH).repeat(nt, axis=2).ravel()
    lower[g[0, 0] :] = -INF
    cost[y.ravel()] = np.repeat(p.rank / p.people / nt, nt)
    index, value, length, low, high = [], [], [], [], []

    def rows(columns_: np.ndarray, values: Any, below: Any, above: Any) -> None:
        count, width = columns_.shape
        index.append(columns_.ravel())
        value.append(np.broadcast_to(values, columns_.shape).ravel())
        length.append(np.full(count, width))
        low.append(np.broadcast_to(below, count))
        high.append(np.broadcast_to(above, count))

    rows(np.concatenate([x.reshape(-1, 1), z.reshape(-1, ns)], axis=1), np.r_[1.0, -np.ones(ns)], 0.0, 0.0)
    rows(x.transpose(1, 2, 0).reshape(-1, n), 1.0, -INF, p.budget.ravel())
    rows(x.transpose(0, 2, 1).reshape(-1, nf), 1.0, -INF, np.repeat(p.absorption, nt))
    change = np.stack([x[:, :, :-1], x[:, :, 1:]], axis=-1).reshape(-1, 2)
    step = np.repeat(p.step.ravel(), nt - 1)
    rows(change, np.array([-1.0, 1.0]), -step, step)
    by_year = z.transpose(0, 2, 1, 3).reshape(n * nt, nf * ns)
    rows(np.concatenate([g.reshape(-1, 1), by_year], axis=1), np.r_[1.0, -p.slope.ravel()], 0.0, 0.0)
    w = p.weights
    degree = np.diff(w.indptr)
    near = g[w.indices].T[:, None, :]
    own = np.stack([y.T, g.T], axis=-1)
    width = degree + 2
    spill_index, spill_value = np.empty((nt, int(width.sum())), np.int32), np.empty(int(width.sum()))
    at = np.cumsum(width) - width
    inside = np.repeat(at + 2 - w.indptr[:-1], degree) + np.arange(w.nnz)
    spill_index[:, at], spill_index[:, at + 1], spill_index[:, inside] = (
        own[:, :, 0],
        own[:, :, 1],
        near[:, 0],
    )
    spill_value[at], spill_value[at + 1], spill_value[inside] = 1.0, -1.0, -RHO * w.data
    index.append(spill_index.ravel())
    value.append(np.tile(spill_value, nt))
    length.append(np.tile(width, nt))
    base = np.tile(p.income, nt)
    low.append(base)
    high.append(base)

    def grouped(groups: np.ndarray, count: int, values: np.ndarray, below: Any, above: Any) -> None:
        size = np.bincount(groups, minlength=count)
        index.append(np.concatenate([x[groups == c].transpose(2, 0, 1).ravel() for c in range(count)]))
        value.append(np.concatenate([np.tile(np.tile(values, s), nt) for s in size]))
        length.append(np.repeat(size * nf, nt))
        low.append(np.broadcast_to(below, count * nt))
        high.append(np.broadcast_to(above, count * nt))

    grouped(p.country, len(p.countries), p.rate, -INF, p.own_money.ravel())
    green = np.isin(np.arange(nf), GREEN) - 0.3
    rows(x.transpose(2, 0, 1).reshape(nt, -1), np.tile(green, n), 0.0, INF)
    grouped(p.macro, len(p.macros), np.ones(nf), p.macro_floor.ravel(), INF)
    rows(y.reshape(1, -1), 1.0, p.income_floor, INF)

    pointers = np.concatenate([[0], np.cumsum(np.concatenate(length))]).astype(np.int32)
    index_, value_ = np.concatenate(index), np.concatenate(value)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(
        columns, len(pointers) - 1, len(value_), 2, 1, 0.0, cost * 1e2, lower, upper, np.concatenate(low),
        np.concatenate(high), pointers, index_, value_, np.zeros(columns, np.int32),
    )  # fmt: skip
    before = watch.inside
    highs.run()
    solution = highs.getSolution()
    for numbers in (solution.col_value, solution.row_dual, solution.col_dual):
        np.asarray(numbers)
    return perf_counter() - start - (watch.inside - before), highs.getInfo().objective_function_value / 1e2


# ---- the package ------------------------------------------------------------------------------------------------------------


def build_package(p: Reference) -> Any:
    """The problem through labelled affine maps."""
    from spatialcoord.model import Data, Dim, Model, between

    m = Model("reference")
    region, fund, year = m.dim("region", p.regions), m.dim("fund", FUNDS), m.dim("year", YEARS)
    segment, country, macro = m.dim("segment", SEGMENTS), Dim("country", p.countries), Dim("macro", p.macros)
    later = Dim("later", YEARS[1:])
    with m.part("programme"):
        x = m.variable("amount", (region, fund, year), upper=Data((region, fund), p.eligible))
        z = m.variable(
            "segment",
            (region, fund, year, segment),
            upper=Data((region, fund, segment), p.eligible[:, :, None] * LENGTH),
        )
        m.constrain("link", x - z.sum("segment") == 0)
        m.constrain("budget", x.sum("region") <= Data((fund, year), p.budget))
        by_region = x.sum("fund")
        m.constrain("absorption", by_region <= Data(region, p.absorption))
        change = x.select("year", list(YEARS[1:]), later) - x.select("year", list(YEARS[:-1]), later)
        step = Data((region, fund), p.step)
        m.constrain("smoothing", between(-step, change, step))
    with m.part("income"):
        g = m.variable("gain", (region, year), lower=-INF)
        y = m.variable("level", (region, year), lower=-INF)
        m.constrain("gain_definition", g - (z * Data((fund, segment), p.slope)).sum("fund", "segment") == 0)
        spread = sp.csr_array(sp.eye_array(len(region)) + RHO * p.weights)
        m.constrain("definition", y - g.apply("region", spread) == Data(region, p.income))
        m.constrain("floor", y.sum() >= p.income_floor)
    with m.part("rules"):
        weighted = (x * Data(fund, p.rate)).sum("fund")
        own = weighted.group_sum("region", [p.countries[c] for c in p.country], country)
        m.constrain("cofinance", own <= Data((country, year), p.own_money))
        green = np.isin(np.arange(len(FUNDS)), GREEN) - 0.3
        m.constrain("green", (x * Data(fund, green)).sum("region", "fund") >= 0.0)
        floors = by_region.group_sum("region", [p.macros[c] for c in p.macro], macro)
        m.constrain("macro", floors >= Data((macro, year), p.macro_floor))
    m.minimise((y * Data(region, p.rank / p.people / len(YEARS))).sum())
    m.income = y
    return m


def package(p: Reference, watch: Stopwatch) -> tuple[float, float]:
    """Affine maps, arrays, one hand-over, one read-back into the arrays."""
    start = perf_counter()
    m = build_package(p)
    before = watch.inside
    solution = m.solve()
    return perf_counter() - start - (watch.inside - before), solution.objective


def edited(p: Reference, watch: Stopwatch) -> tuple[float, float]:
    """The same with a user's rows, a rewritten row, a fixed variable, a bound and a variable of their own."""
    start = perf_counter()
    m = build_package(p)
    edit(m, p, 20)
    before = watch.inside
    solution = m.solve()
    return perf_counter() - start - (watch.inside - before), solution.objective


def edit(m: Any, p: Reference, rows: int) -> int:
    """Edit in ordinary Pyomo; returns how many items were touched (variables indexed, rows written)."""
    import pyomo.environ as pe

    amount = m.pyomo.programme.amount
    m.pyomo.mine = pe.ConstraintList()
    for name in p.regions[:rows]:
        m.pyomo.mine.add(sum(amount[name, f, 2021] for f in FUNDS) <= 0.5)
    name = p.regions[1]
    m.pyomo.programme.absorption[name, 2022].set_value(sum(amount[name, f, 2022] for f in FUNDS) <= 0.4)
    amount[name, "social", 2023].fix(0.0)
    amount[name, "rural", 2023].setub(0.001)
    m.pyomo.extra = pe.Var(bounds=(0, 1))
    m.pyomo.use = pe.Constraint(expr=amount[name, "rural", 2024] <= m.pyomo.extra)
    return rows * (len(FUNDS) + 1) + len(FUNDS) + 6


def touch(p: Reference, rows: int) -> tuple[float, float]:
    """Seconds per touched item, before the first hand-over and in a warm session.

    What is counted is the editing itself and what it adds to the hand-over.
    """
    build_package(p).solve()
    plain = build_package(p).solve().seconds["handover"]
    cold = build_package(p)
    start = perf_counter()
    touched = edit(cold, p, rows)
    editing = perf_counter() - start
    first = (editing + cold.solve().seconds["handover"] - plain) / touched
    warm = build_package(p)
    warm.solve()
    idle = warm.solve().seconds["handover"]
    start = perf_counter()
    edit(warm, p, rows)
    editing = perf_counter() - start
    return first, (editing + warm.solve().seconds["handover"] - idle) / touched
