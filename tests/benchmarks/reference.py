"""The reference problem as plain data: N regions, 5 funds, 7 years, 3 segments of a concave response.

Decisions: money x[r,f,t] and its segments z[r,f,t,s], gain g[r,t], income y[r,t]. Rows: segments add up to money; budgets
by fund and year; absorption by region and year; smoothing between years; gain from segments; income from gain with
spillovers to neighbours; co-financing by country; thematic share; floors by macro-region; a floor on total income. The
objective is the population-weighted Gini numerator in the order of the baseline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

FUNDS = ("regional", "social", "cohesion", "transition", "rural")
YEARS = tuple(range(2021, 2028))
SEGMENTS = ("first", "second", "third")
LENGTH = np.array([0.2, 0.3, 0.5])
GREEN = (0, 2, 3)
RHO = 0.15


@dataclass
class Reference:
    """Numbers of one instance; arrays run over regions unless said otherwise."""

    regions: tuple[str, ...]
    people: np.ndarray
    income: np.ndarray
    slope: np.ndarray  # (fund, segment)
    eligible: np.ndarray  # (region, fund): most money a year
    absorption: np.ndarray
    step: np.ndarray  # (region, fund): largest change from year to year
    budget: np.ndarray  # (fund, year)
    country: np.ndarray  # position of the country
    countries: tuple[str, ...]
    own_money: np.ndarray  # (country, year)
    rate: np.ndarray  # (fund,): share co-financed
    macro: np.ndarray
    macros: tuple[str, ...]
    macro_floor: np.ndarray  # (macro, year)
    weights: sp.csr_array  # row-standardised contiguity
    rank: np.ndarray  # weight of a region's mean income in the objective
    income_floor: float


def reference(n: int, seed: int = 0, money: float = 1.0) -> Reference:
    """An instance with n regions on a grid; `money` multiplies the budgets."""
    random = np.random.default_rng(seed)
    people = np.exp(0.6 * random.standard_normal(n))
    people /= people.sum()
    per_head = np.exp(0.35 * random.standard_normal(n))
    income = people * per_head
    order = np.argsort(per_head, kind="stable")
    share = people[order]
    rank = np.empty(n)
    rank[order] = share * (2 * np.cumsum(share) - share - 1)
    eligible = 0.02 * people[:, None] * (random.random((n, len(FUNDS))) < 0.8) * money
    total = 0.25 * eligible.sum(axis=0)
    countries = tuple(f"C{i:02d}" for i in range(max(2, n // 40)))
    macros = tuple(f"M{i}" for i in range(8))
    country = np.arange(n) * len(countries) // n
    side = int(np.ceil(np.sqrt(n)))
    at = np.arange(n)
    right = at[(at % side != side - 1) & (at + 1 < n)]
    down = at[at + side < n]
    first, second = np.r_[right, down], np.r_[right + 1, down + side]
    links = sp.csr_array((np.ones(2 * len(first)), (np.r_[first, second], np.r_[second, first])), (n, n))
    degree = np.maximum(np.diff(links.indptr), 1)
    weights = sp.csr_array(
        (np.repeat(1 / degree, np.diff(links.indptr)), links.indices, links.indptr), (n, n)
    )
    macro = np.arange(n) * len(macros) // n
    rate = np.array([0.5, 0.4, 0.15, 0.3, 0.4])
    need = np.zeros(len(countries))
    np.add.at(need, country, (eligible * rate).sum(axis=1))
    floor = np.zeros(len(macros))
    np.add.at(floor, macro, 0.05 * eligible.sum(axis=1))
    return Reference(
        regions=tuple(f"R{i:06d}" for i in range(n)),
        people=people,
        income=income,
        slope=np.array([0.6, 0.35, 0.15]) * (1 + 0.1 * np.arange(len(FUNDS)))[:, None],
        eligible=eligible,
        absorption=0.6 * eligible.sum(axis=1) + 1e-9,
        step=0.5 * eligible + 1e-9,
        budget=np.repeat(total[:, None], len(YEARS), axis=1),
        country=country,
        countries=countries,
        own_money=np.repeat(0.6 * need[:, None], len(YEARS), axis=1),
        rate=rate,
        macro=macro,
        macros=macros,
        macro_floor=np.repeat(floor[:, None], len(YEARS), axis=1),
        weights=weights,
        rank=rank,
        income_floor=float(income.sum() * len(YEARS)),
    )
