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
    spill_index[:, at], spill_index[:, at + 1], spill_index[:, inside] = own[:, :, 0], own[:, :, 1], near[:, 0]
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
            "segment", (region, fund, year, segment), upper=Data((region, fund, segment), p.eligible[:, :, None] * LENGTH)
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


def touch(p: Reference, watch: Stopwatch, rows: int) -> float:
    """Seconds per touched item: edits and the solve that honours them, less a solve without edits."""
    m = build_package(p)
    m.solve()
    start, before = perf_counter(), watch.inside
    m.solve()
    idle = perf_counter() - start - (watch.inside - before)
    start, before = perf_counter(), watch.inside
    touched = edit(m, p, rows)
    m.solve()
    return (perf_counter() - start - (watch.inside - before) - idle) / touched


# ---- others -----------------------------------------------------------------------------------------------------------------


def linopy(p: Reference, watch: Stopwatch) -> tuple[float, float]:
    """linopy's expressions, its direct hand-over without names, its read-back."""
    import linopy as lp
    import xarray as xr

    start = perf_counter()
    m = lp.Model()
    r, f, t, s = (list(p.regions), list(FUNDS), list(YEARS), list(SEGMENTS))
    coordinates = {"region": r, "fund": f, "year": t, "segment": s, "country": list(p.countries), "macro": list(p.macros)}

    def data(values: Any, *dims: str) -> xr.DataArray:
        return xr.DataArray(values, {d: coordinates[d] for d in dims}, dims)

    def at(variable: Any, dim: str, positions: np.ndarray, labels: list[Any]) -> Any:
        moved = (1 * variable).data.isel({dim: positions}).assign_coords({dim: labels})
        return lp.LinearExpression(moved, m)

    full = np.repeat(p.eligible[:, :, None], len(t), axis=2)
    x = m.add_variables(0, data(full, "region", "fund", "year"), name="amount")
    z = m.add_variables(0, data(full[..., None] * LENGTH, "region", "fund", "year", "segment"), name="segment")
    g = m.add_variables(coords=[r, t], dims=["region", "year"], name="gain")
    y = m.add_variables(coords=[r, t], dims=["region", "year"], name="level")
    m.add_constraints(x - z.sum("segment") == 0, name="link")
    m.add_constraints(x.sum("region") <= data(p.budget, "fund", "year"), name="budget")
    m.add_constraints(x.sum("fund") <= data(p.absorption, "region"), name="absorption")
    step = data(p.step, "region", "fund")
    change = x.isel(year=slice(1, None)) - at(x, "year", np.arange(len(t) - 1), t[1:])
    m.add_constraints(change <= step, name="rise")
    m.add_constraints(change >= -step, name="fall")
    m.add_constraints(g - (z * data(p.slope, "fund", "segment")).sum(["fund", "segment"]) == 0, name="gain_definition")
    degree = np.diff(p.weights.indptr)
    around: Any = 0
    for k in range(int(degree.max())):
        # the k-th neighbour of every region, weight zero where there are fewer
        has = degree > k
        entry = np.where(has, p.weights.indptr[:-1] + k, 0)
        weight = np.where(has, p.weights.data[entry], 0.0)
        around = around + at(g, "region", p.weights.indices[entry], r) * data(weight, "region")
    m.add_constraints(y - g - RHO * around == data(p.income, "region"), name="definition")
    m.add_constraints(y.sum() >= p.income_floor, name="floor")
    country = xr.DataArray(np.array(p.countries)[p.country], {"region": r}, ["region"], name="country")
    macro = xr.DataArray(np.array(p.macros)[p.macro], {"region": r}, ["region"], name="macro")
    own = (x * data(p.rate, "fund")).sum("fund").groupby(country).sum()
    m.add_constraints(own <= data(p.own_money, "country", "year"), name="cofinance")
    green = np.isin(np.arange(len(f)), GREEN) - 0.3
    m.add_constraints((x * data(green, "fund")).sum(["region", "fund"]) >= 0, name="green")
    m.add_constraints(x.sum("fund").groupby(macro).sum() >= data(p.macro_floor, "macro", "year"), name="macro")
    m.add_objective((y * data(p.rank / p.people / len(t), "region")).sum())
    before = watch.inside
    m.solve("highs", io_api="direct", set_names=False, log_to_console=False, output_flag=False)
    return perf_counter() - start - (watch.inside - before), float(m.objective.value)


def stock_pyomo(p: Reference, watch: Stopwatch) -> tuple[float, float]:
    """Ordinary Pyomo rules and Pyomo's HiGHS interface."""
    import pyomo.environ as pe
    from pyomo.contrib.solver.common.factory import SolverFactory

    start = perf_counter()
    m = pe.ConcreteModel()
    r, f, t, s = p.regions, FUNDS, YEARS, SEGMENTS
    at = {name: i for i, name in enumerate(r)}
    fi, ti, si = ({name: i for i, name in enumerate(names)} for names in (f, t, s))
    m.x = pe.Var(r, f, t, bounds=lambda m, a, b, c: (0, p.eligible[at[a], fi[b]]))
    m.z = pe.Var(r, f, t, s, bounds=lambda m, a, b, c, d: (0, p.eligible[at[a], fi[b]] * LENGTH[si[d]]))
    m.g = pe.Var(r, t)
    m.y = pe.Var(r, t)
    m.link = pe.Constraint(r, f, t, rule=lambda m, a, b, c: m.x[a, b, c] - sum(m.z[a, b, c, d] for d in s) == 0)
    m.budget = pe.Constraint(f, t, rule=lambda m, b, c: sum(m.x[a, b, c] for a in r) <= p.budget[fi[b], ti[c]])
    m.absorption = pe.Constraint(r, t, rule=lambda m, a, c: sum(m.x[a, b, c] for b in f) <= p.absorption[at[a]])

    def smoothing(m: Any, a: str, b: str, c: int) -> Any:
        step = p.step[at[a], fi[b]]
        return pe.inequality(-step, m.x[a, b, c] - m.x[a, b, c - 1], step)

    m.smoothing = pe.Constraint(r, f, t[1:], rule=smoothing)
    m.gain = pe.Constraint(
        r, t, rule=lambda m, a, c: m.g[a, c] - sum(p.slope[fi[b], si[d]] * m.z[a, b, c, d] for b in f for d in s) == 0
    )
    w = p.weights

    def income(m: Any, a: str, c: int) -> Any:
        i = at[a]
        near = range(w.indptr[i], w.indptr[i + 1])
        around = sum(RHO * w.data[k] * m.g[r[w.indices[k]], c] for k in near)
        return m.y[a, c] - m.g[a, c] - around == p.income[i]

    m.income = pe.Constraint(r, t, rule=income)
    m.floor = pe.Constraint(expr=sum(m.y[a, c] for a in r for c in t) >= p.income_floor)

    def group(groups: np.ndarray, values: np.ndarray, k: int, c: int) -> Any:
        return sum(values[fi[b]] * m.x[r[i], b, c] for i in np.flatnonzero(groups == k) for b in f)

    m.cofinance = pe.Constraint(
        range(len(p.countries)), t, rule=lambda m, k, c: group(p.country, p.rate, k, c) <= p.own_money[k, ti[c]]
    )
    green = np.isin(np.arange(len(f)), GREEN) - 0.3
    m.green = pe.Constraint(t, rule=lambda m, c: sum(green[fi[b]] * m.x[a, b, c] for a in r for b in f) >= 0)
    ones = np.ones(len(f))
    m.macro = pe.Constraint(
        range(len(p.macros)), t, rule=lambda m, k, c: group(p.macro, ones, k, c) >= p.macro_floor[k, ti[c]]
    )
    m.objective = pe.Objective(
        expr=sum(p.rank[at[a]] / p.people[at[a]] / len(t) * m.y[a, c] for a in r for c in t)
    )
    before = watch.inside
    result = SolverFactory("highs").solve(m)
    return perf_counter() - start - (watch.inside - before), float(result.incumbent_objective)
