"""Convergence of income per head over the evaluation, and which regions change places.

Without the programme every region grows at one rate, so what is told here comes from the programme alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import xarray as xr

from spatialcoord.disparity import beta_convergence, rank_mobility, sigma_convergence
from spatialcoord.errors import InputError
from spatialcoord.results.sheets import OUTCOMES, Sheet
from spatialcoord.results.tab import INDEX, Column, Tab
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

STILL = 1e-12  # 1/yr: a slower speed is a rounding error, not convergence
SPREADS = ("spread_first", "spread_last", "spread_equal_first", "spread_equal_last")


def convergence(dataset: xr.Dataset) -> dict[str, Any]:
    """Sigma- and beta-convergence of income per head, and mobility of ranks in what is made equal.

    Beta compares every path's last year with one start, the first year without the programme: money that is
    being paid in the first year would otherwise look like a higher start.

    Parameters
    ----------
    dataset : xarray.Dataset
        Of a plan: ``income_per_head`` (outcome, region, period), ``target_per_head`` (outcome, region),
        ``population`` (region,).

    Returns
    -------
    dict
        ``first_year``, ``last_year``; ``paths`` with, for each outcome, ``spread_first``, ``spread_last``
        (standard deviation of logarithms, every person counts the same; dimensionless),
        ``spread_equal_first``, ``spread_equal_last`` (every region counts the same), ``beta``,
        ``standard_error`` (1/yr, every region counts the same) and ``half_life`` (yr; None where nothing
        converges); ``mobility`` from before to after with ``spearman``, ``kendall``, ``changed`` (share of the
        regions) and ``movers`` (places gained by region). A number that means nothing (one year, one region, equal
        regions) is None. Empty where an income is not positive, which no logarithm takes.

    References
    ----------
    See :func:`spatialcoord.disparity.sigma_convergence`, :func:`spatialcoord.disparity.beta_convergence` and
    :func:`spatialcoord.disparity.rank_mobility`.
    """
    income = dataset["income_per_head"].transpose("outcome", "region", "period")
    if not (income > 0).all():
        return {}
    population = dataset["population"].values
    first, last = (int(dataset["period"].values[i]) for i in (0, -1))
    start = income.sel(outcome="before").values[:, 0]
    paths = {}
    for outcome in OUTCOMES:
        path = income.sel(outcome=outcome).values
        ends = {"first": path[:, 0], "last": path[:, -1]}
        by_people, by_region = sigma_convergence(ends, population), sigma_convergence(ends)
        paths[outcome] = {
            **{f"spread_{end}": by_people[end] for end in ends},
            **{f"spread_equal_{end}": by_region[end] for end in ends},
            **_speed(start, path[:, -1], last - first),
        }
    return {"first_year": first, "last_year": last, "paths": paths, "mobility": _mobility(dataset)}


def _speed(start: Any, end: Any, years: int) -> dict[str, float | None]:
    try:
        found = beta_convergence(start, end, years)
    except InputError:
        return {"beta": None, "standard_error": None, "half_life": None}
    beta = found.beta if abs(found.beta) > STILL else 0.0
    return {
        "beta": beta,
        "standard_error": _finite(found.standard_error),
        "half_life": math.log(2) / beta if beta > 0 else None,
    }


def _mobility(dataset: xr.Dataset) -> dict[str, Any] | None:
    before, after = (dataset["target_per_head"].sel(outcome=o).values for o in ("before", "after"))
    try:
        found = rank_mobility(before, after, dataset["region"].values.astype(str))
    except InputError:
        return None
    return {
        "spearman": _finite(found.spearman),
        "kendall": _finite(found.kendall),
        "changed": found.changed,
        "movers": found.movers,
    }


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None


def convergence_sheet(plan: Plan, words: Words) -> Sheet | None:
    """Convergence in words, one row a path; None where there is nothing to tell."""
    found = convergence(plan.dataset)
    if not found:
        return None
    rows = []
    for outcome, path in found["paths"].items():
        beta = words.t("summary.none") if path["beta"] is None else words.signed_percent(path["beta"], 4)
        life = _life(words, path)
        rows.append(
            [
                words.t(f"summary.column.{outcome}"),
                *(words.number(path[key], 5) for key in SPREADS),
                beta,
                life if isinstance(life, str) else words.number(life),
            ]
        )
    return Sheet(_heads(words, found, "beta_percent"), rows, mobility_sentence(plan, words, found))


def convergence_tab(plan: Plan, words: Words) -> Tab:
    """Convergence as numbers, one row a path, what it is below."""
    title, found = words.t("summary.tab.convergence"), convergence(plan.dataset)
    if not found:
        return Tab(title, [], [])
    forms = [INDEX] * len(SPREADS) + ["0.0000000", "#,##0"]
    first, *heads = _heads(words, found, "beta")
    columns = [Column(first), *(Column(h, f, 18) for h, f in zip(heads, forms, strict=True))]
    rows = [
        [
            words.t(f"summary.column.{outcome}"),
            *(path[key] for key in (*SPREADS, "beta")),
            _life(words, path),
        ]
        for outcome, path in found["paths"].items()
    ]
    notes = [mobility_sentence(plan, words, found), words.t("summary.convergence.note")]
    return Tab(title, columns, rows, notes=[note for note in notes if note])


def mobility_sentence(plan: Plan, words: Words, found: dict[str, Any]) -> str:
    """Who changes places, in a sentence; empty where ranks mean nothing."""
    moved, regions = found["mobility"], plan.dataset.sizes["region"]
    if moved is None or moved["spearman"] is None:
        return ""
    target = words.target
    if not moved["movers"]:
        return words.t("summary.convergence.nobody_moves", target=target, regions=regions)
    names = dict(zip(map(str, plan.dataset["region"].values), words.names, strict=True))
    movers = words.t("summary.join").join(
        words.t(
            "summary.convergence.mover",
            name=names[region],
            places=words.signed(places, 0 if float(places).is_integer() else 1),
        )
        for region, places in moved["movers"].items()
    )
    return words.t(
        "summary.convergence.mobility",
        target=target,
        changed=round(moved["changed"] * regions),
        regions=regions,
        spearman=words.number(moved["spearman"], 4),
        kendall=words.number(moved["kendall"], 4),
        movers=movers,
    )


def _heads(words: Words, found: dict[str, Any], speed: str) -> list[str]:
    years = {"first": found["first_year"], "last": found["last_year"]}
    heads = [
        words.t(f"summary.convergence.{key.rpartition('_')[0]}", year=years[key.rpartition("_")[2]])
        for key in SPREADS
    ]
    return [words.t("summary.convergence.path"), *heads] + [
        words.t(f"summary.convergence.{key}") for key in (speed, "half_life")
    ]


def _life(words: Words, path: dict[str, Any]) -> float | str:
    life = path["half_life"]
    return words.t("summary.convergence.no_convergence") if life is None else float(life)
