"""``python -m tests.benchmarks [--sizes 240 1000 10000] [--repeat 3]``: overhead around the solver as multiples of a floor.

Overhead is building, handing over and reading back; the solver's own run is left out (it is stopped at once, except with
``--solve``, which solves and compares the optima of all ways). Times are medians after one warm-up; the ratios of one run
are what counts. The floor is numpy straight into ``Highs.passModel``.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.benchmarks import others, ways
from tests.benchmarks.reference import Reference, reference

WAYS: dict[str, Callable] = {
    "floor": ways.floor,
    "package": ways.package,
    "package, user edits": ways.edited,
    "linopy": others.linopy,
    "stock Pyomo": others.stock_pyomo,
}
LIMITS = {"package": 2.5, "package, user edits": 5.0}
STOCK_UP_TO = 1000


def measure(way: Callable, problem: Reference, repeat: int, solve: bool) -> tuple[float, float]:
    """Median overhead in seconds and the objective; one warm-up run is thrown away unless the way is very slow."""
    seconds, objective = [], float("nan")
    for _ in range(repeat + (1 if way is not others.stock_pyomo else 0)):
        gc.collect()
        with ways.timed_runs(solve) as watch:
            took, objective = way(problem, watch)
        seconds.append(took)
    return median(seconds[-repeat:]), objective


def touch_cost(problem: Reference, repeat: int) -> tuple[float, float]:
    """Median microseconds per item touched in Pyomo, before the first hand-over and in a warm session."""
    costs = []
    for _ in range(repeat + 1):
        gc.collect()  # models are cycles of objects: without this, those of earlier rounds pile up
        with ways.timed_runs(False):
            costs.append(ways.touch(problem, min(len(problem.regions), 200)))
    del costs[0]
    return median(c for c, _ in costs) * 1e6, median(w for _, w in costs) * 1e6


def main() -> int:
    """Measure, print a table, return 1 when a limit is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[240, 1000, 10000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--solve", action="store_true", help="solve too, and compare the optima")
    options = parser.parse_args()
    console = Console()
    failed = []
    table = Table(title="Overhead around the solver, multiples of the floor (seconds)")
    table.add_column("regions", justify="right")
    for way in options.ways:
        table.add_column(way, justify="right")
    table.add_column("µs a touched item, cold / warm", justify="right")
    for size in options.sizes:
        problem = reference(size, options.seed)
        results = {
            way: measure(WAYS[way], problem, options.repeat, options.solve)
            for way in dict.fromkeys(["floor", *options.ways])
            if way != "stock Pyomo" or size <= STOCK_UP_TO
        }
        base = results["floor"][0]
        cells = [
            f"{results[way][0] / base:.2f} ({results[way][0]:.3f})" if way in results else "–"
            for way in options.ways
        ]
        touch, warm = touch_cost(problem, options.repeat)
        table.add_row(f"{size:,}", *cells, f"{touch:.0f} / {warm:.0f}")
        for way, limit in LIMITS.items():
            if size >= 1000 and way in results and results[way][0] > limit * base:
                failed.append(f"{way} at {size:,}: {results[way][0] / base:.2f} > {limit}")
        if "linopy" in results and "package" in results and results["package"][0] >= results["linopy"][0]:
            failed.append(f"package at {size:,} is not below linopy")
        if size >= 1000 and touch > 50:
            failed.append(f"{touch:.0f} µs a touched item at {size:,}")
        if options.solve:
            optima = {way: objective for way, (_, objective) in results.items() if "edits" not in way}
            console.print(f"{size:,} regions, optima:", optima)
            if max(optima.values()) - min(optima.values()) > 1e-6 * max(1e-3, abs(optima["floor"])):
                failed.append(f"the optima differ at {size:,}")
    console.print(table)
    for line in failed:
        console.print(f"[red]missed:[/red] {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
