"""``python -m tests.benchmarks.many [--size 240] [--scenarios 100] [--points 20] [--seeds 3]``: many solves in one session.

A sweep: the reference problem, the Gini index minimised, under budgets by fund and year that are drawn between 0.8 and 1.2 times
its own; once every budget in the same warm session, once built and solved afresh. Both must find the same optimum. Beside it
the same with one linear programme a budget, the Gini numerator linearised at the baseline.

A front: Gini index against output of a bundled case, as ``spatialcoord pareto`` traces it, against plans of the same case made
afresh (built and solved). Its ends and the points tried in vain are in its time.
"""

from __future__ import annotations

import argparse
import gc
from statistics import median
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

from spatialcoord.disparity.gini import Gini
from spatialcoord.explore.pareto import trace
from spatialcoord.model import Data, Model
from spatialcoord.planner import build, load_case
from spatialcoord.planner.solving import optimise
from tests.benchmarks.measures import with_target
from tests.benchmarks.reference import FUNDS, YEARS, Reference, reference

FASTER = 3.0  # a warm sweep than a fresh one
FRESH_SOLVES = 10.0  # that a front may take
SAME = 1e-6  # relative, of two optima


def posed(p: Reference, measured: bool) -> Model:
    """The reference problem with the Gini index as its objective, or with the numerator linearised at the baseline."""
    m, y = with_target(p)
    if measured:
        per_head = p.income / p.people
        part = Gini(y, p.people, per_head)
        part.attach(m, scale=1e-2 * float(p.people @ per_head))
        m.minimise_ratio(part.numerator, part.denominator, part.evaluate(per_head, p.people))
    return m


def sweep(p: Reference, scenarios: int, measured: bool, seed: int) -> tuple[float, float, float]:
    """Seconds of a sweep in one session and of one built afresh, and how far the optima differ, relative."""
    draw = np.random.default_rng(seed)
    budgets = [p.budget * draw.uniform(0.8, 1.2, p.budget.shape) for _ in range(scenarios)]

    def solve(m: Model, budget: np.ndarray) -> float:
        m.limit("programme.budget", upper=Data((m.dim("fund", FUNDS), m.dim("year", YEARS)), budget))
        solution = m.solve()
        assert solution.status == "optimal", solution.sentence
        return solution.objective

    gc.collect()
    start = perf_counter()
    m = posed(p, measured)
    warm = np.array([solve(m, budget) for budget in budgets])
    took = perf_counter() - start
    gc.collect()
    start = perf_counter()
    fresh = np.array([solve(posed(p, measured), budget) for budget in budgets])
    return took, perf_counter() - start, float(np.max(np.abs(warm / fresh - 1.0)))


def front(name: str, points: int, repeat: int) -> tuple[float, float, int]:
    """Median seconds of a front and of a plan made afresh, and the number of points."""
    case = load_case(name, ["solver.time_limit=600"])  # enough on a busy machine too
    fresh: list[float] = []
    fronts: list[float] = []
    found = 0
    optimise(build(case), attainable=False)  # imports and caches
    for _ in range(repeat):
        gc.collect()
        start = perf_counter()
        optimise(build(case), attainable=False)
        fresh.append(perf_counter() - start)
        traced = trace(case, ("gini", "output"), points)
        fronts.append(traced.seconds)
        found = len(traced.front.points)
    return median(fronts), median(fresh), found


def main() -> int:
    """Measure, print a table, return 1 when a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.many", description=__doc__)
    parser.add_argument("--size", type=int, default=240)
    parser.add_argument("--scenarios", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--case", default="eu", help="bundled case or folder of the front")
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=3, help="of the front")
    options = parser.parse_args()
    console, missed = Console(width=140), []
    table = Table(title=f"{options.scenarios} budgets of {options.size} regions: seconds")
    for head in ("seed", "objective", "warm", "fresh", "faster", "optima differ"):
        table.add_column(head, justify="right")
    for measured, objective in ((True, "Gini index"), (False, "linear")):
        ratios = []
        for seed in range(options.seeds):
            p = reference(options.size, seed)
            sweep(p, 2, measured, seed)
            warm, fresh, differ = sweep(p, options.scenarios, measured, seed)
            ratios.append(fresh / warm)
            table.add_row(
                str(seed), objective, f"{warm:.2f}", f"{fresh:.2f}", f"{fresh / warm:.2f}", f"{differ:.0e}"
            )
            if differ > SAME:
                missed.append(f"warm and fresh optima of the {objective} differ by {differ:.0e}, seed {seed}")
        if median(ratios) < FASTER:
            missed.append(f"a warm sweep, {objective}, {median(ratios):.2f} times faster < {FASTER:g}")
    console.print(table)
    took, fresh, points = front(options.case, options.points, options.repeat)
    console.print(
        f"front of '{options.case}': {points} of {options.points} points in {took:.2f} s, "
        f"{took / fresh:.2f} plans made afresh of {fresh:.2f} s each (limit {FRESH_SOLVES:g})"
    )
    if took > FRESH_SOLVES * fresh:
        missed.append(f"a front took {took / fresh:.2f} fresh solves > {FRESH_SOLVES:g}")
    for line in missed:
        console.print(f"[red]missed:[/red] {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
