"""The same problem through linopy and through ordinary Pyomo."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from tests.benchmarks.reference import FUNDS, GREEN, LENGTH, RHO, SEGMENTS, YEARS, Reference
from tests.benchmarks.ways import Stopwatch


def linopy(p: Reference, watch: Stopwatch) -> tuple[float, float]:
    """linopy's expressions, its direct hand-over without names, its read-back."""
    import linopy as lp
    import xarray as xr

    start = perf_counter()
    m = lp.Model()
    r, f, t, s = (list(p.regions), list(FUNDS), list(YEARS), list(SEGMENTS))
    coordinates = {
        "region": r,
        "fund": f,
        "year": t,
        "segment": s,
        "country": list(p.countries),
        "macro": list(p.macros),
    }

    def data(values: Any, *dims: str) -> xr.DataArray:
        return xr.DataArray(values, {d: coordinates[d] for d in dims}, dims)

    def at(variable: Any, dim: str, positions: np.ndarray, labels: list[Any]) -> Any:
        moved = (1 * variable).data.isel({dim: positions}).assign_coords({dim: labels})
        return lp.LinearExpression(moved, m)

    full = np.repeat(p.eligible[:, :, None], len(t), axis=2)
    x = m.add_variables(0, data(full, "region", "fund", "year"), name="amount")
    z = m.add_variables(
        0, data(full[..., None] * LENGTH, "region", "fund", "year", "segment"), name="segment"
    )
    g = m.add_variables(coords=[r, t], dims=["region", "year"], name="gain")
    y = m.add_variables(coords=[r, t], dims=["region", "year"], name="level")
    m.add_constraints(x - z.sum("segment") == 0, name="link")
    m.add_constraints(x.sum("region") <= data(p.budget, "fund", "year"), name="budget")
    m.add_constraints(x.sum("fund") <= data(p.absorption, "region"), name="absorption")
    step = data(p.step, "region", "fund")
    change = x.isel(year=slice(1, None)) - at(x, "year", np.arange(len(t) - 1), t[1:])
    m.add_constraints(change <= step, name="rise")
    m.add_constraints(change >= -step, name="fall")
    m.add_constraints(
        g - (z * data(p.slope, "fund", "segment")).sum(["fund", "segment"]) == 0, name="gain_definition"
    )
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
    m.add_constraints(
        x.sum("fund").groupby(macro).sum() >= data(p.macro_floor, "macro", "year"), name="macro"
    )
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
    m.link = pe.Constraint(
        r, f, t, rule=lambda m, a, b, c: m.x[a, b, c] - sum(m.z[a, b, c, d] for d in s) == 0
    )
    m.budget = pe.Constraint(
        f, t, rule=lambda m, b, c: sum(m.x[a, b, c] for a in r) <= p.budget[fi[b], ti[c]]
    )
    m.absorption = pe.Constraint(
        r, t, rule=lambda m, a, c: sum(m.x[a, b, c] for b in f) <= p.absorption[at[a]]
    )

    def smoothing(m: Any, a: str, b: str, c: int) -> Any:
        step = p.step[at[a], fi[b]]
        return pe.inequality(-step, m.x[a, b, c] - m.x[a, b, c - 1], step)

    m.smoothing = pe.Constraint(r, f, t[1:], rule=smoothing)
    m.gain = pe.Constraint(
        r,
        t,
        rule=lambda m, a, c: (
            m.g[a, c] - sum(p.slope[fi[b], si[d]] * m.z[a, b, c, d] for b in f for d in s) == 0
        ),
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
        range(len(p.countries)),
        t,
        rule=lambda m, k, c: group(p.country, p.rate, k, c) <= p.own_money[k, ti[c]],
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
