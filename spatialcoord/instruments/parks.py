"""What shared parks are in figures: who hosts whom, what moves when, what the origin needs; and what is wrong with them.

Not an instrument: equation numbers are those of :mod:`spatialcoord.instruments.benefit_sharing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spatialcoord.economy.credit import in_years
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.between import (
    can_agree,
    distance,
    positions,
    region_problems,
    relative,
    unbound_problems,
)

AFFAIR = "industry"


@dataclass(frozen=True)
class Parks:
    """Who hosts whom, and what moves; R regions, n parks, Y programme years, T periods."""

    setting: Setting
    params: Any

    @cached_property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        setting, listed = self.setting, self.params.pairs
        if listed:
            hosts, origins = zip(*((park.host, park.origin) for park in listed), strict=True)
            return positions(setting, hosts), positions(setting, origins)
        level = relative(setting)
        host, rich = np.flatnonzero(level < 1.0), np.flatnonzero(level > 1.0)
        able = can_agree(setting, AFFAIR)[np.ix_(host, rich)]
        host, able = host[able.any(axis=1)], able[able.any(axis=1)]
        if not len(host):
            return host, rich[:0]
        return host, rich[np.where(able, distance(setting)[np.ix_(host, rich)], np.inf).argmin(axis=1)]

    @property
    def host(self) -> np.ndarray:
        """Position of each host, shape (n,)."""
        return self._ends[0]

    @property
    def origin(self) -> np.ndarray:
        """Position of each origin, shape (n,)."""
        return self._ends[1]

    @cached_property
    def tax(self) -> Array:
        """Tax on a unit of output, shape (R,)."""
        if self.params.tax_rate is not None:
            return np.full(len(self.setting.regions), self.params.tax_rate)
        return self.setting.attribute("tax_revenue") / self.setting.base_output

    @cached_property
    def needed_share(self) -> Array:
        """Share of the tax with which the origin's treasury (or income, where `consent` says so) does not lose, (5), shape (n,)."""
        lost = (1.0 - self.params.replaced) * (
            np.ones(len(self.host)) if self.params.consent == "income" else self.tax[self.origin]
        )
        gained = self.params.productivity * self.tax[self.host]
        never = np.where(lost > 0, np.inf, 0.0)
        return np.divide(lost, gained, out=never, where=gained > 0)

    def stock(self, amount: Array) -> Array:
        """Output of the origin that each park stands for under given amounts, (1), shape (n, T)."""
        return np.asarray(amount[self.host] / self.params.park_cost @ self.standing.T)

    def made_at_end(self, amount: Array) -> Array:
        """Output made in each park in the programme's last year, million currency a year, shape (n,)."""
        last = self.setting.periods.index(self.setting.years[-1])
        return np.asarray(self.params.productivity * self.stock(amount)[:, last])

    def needed_over_horizon(self, amount: Array) -> Array:
        """Share of the tax in the programme's years with which the origin does not lose over the horizon, shape (n,).

        The loss of (5) in all periods against the payments of the programme's years, as the scenario weighs periods. Missing
        where nothing moves; inf where nothing is paid in the programme's years.
        """
        stock, setting = self.stock(amount), self.setting
        lost, paid = (
            stock @ setting.weight,
            stock @ setting.year_in_period @ (setting.weight @ setting.year_in_period),
        )
        never = np.where(lost > 0, np.inf, np.nan)
        longer = np.divide(lost, paid, out=never, where=paid > 0)
        with np.errstate(invalid="ignore"):  # nothing lost, nothing needed, however long
            return np.where(
                self.needed_share > 0, self.needed_share * longer, np.where(lost > 0, 0.0, np.nan)
            )

    @cached_property
    def open(self) -> np.ndarray:
        """Parks that the origin consents to, shape (n,)."""
        if self.params.consent == "none":
            return np.ones(len(self.host), dtype=bool)
        return self.needed_share <= self.params.origin_share * (1 + 1e-12)

    @cached_property
    def most(self) -> Array:
        """Most that the programme can spend on the park of each region, (4), million currency a year, shape (R, Y)."""
        setting, params = self.setting, self.params
        most = np.zeros(len(setting.regions))
        leaves = params.leaving * setting.base_output[self.origin]
        arrives = params.arriving * setting.base_output[self.host]
        most[self.host] = params.park_cost * np.where(self.open, np.minimum(leaves, arrives), 0.0)
        return in_years(setting, most)

    @cached_property
    def standing(self) -> Array:
        """Output in a period for a unit that moved in a programme year, (1), shape (T, Y)."""
        setting = self.setting
        age = np.array(setting.periods)[:, None] - np.array(setting.years)[None, :]
        grown = (1.0 + setting.scenario.economy.growth) ** np.maximum(age, 0)
        return np.where(age >= self.params.years_to_open, grown, 0.0)


def park_problems(setting: Setting, listed: tuple[Any, ...], where: str) -> list[Problem]:
    """Regions that do not exist or cannot agree, hosts of themselves, hosts of two origins, and chains."""
    named = [
        (f"{where}.{i}.{end}", getattr(p, end)) for i, p in enumerate(listed) for end in ("origin", "host")
    ]
    problems = region_problems(setting, named)
    first: dict[str, str] = {}
    origins = {park.origin for park in listed}
    for i, park in enumerate(listed):
        if park.origin == park.host:
            problems.append(
                Problem(
                    f"'{park.host}' would host its own industry",
                    f"{where}.{i}",
                    remedy="Name two different regions.",
                )
            )
        elif park.host in first:
            problems.append(
                Problem(
                    f"'{park.host}' hosts the industry of '{first[park.host]}' already",
                    f"{where}.{i}",
                    "With two origins it could not be told whose output the money moved.",
                    f"Keep one origin for '{park.host}', or host the other's industry elsewhere.",
                )
            )
        elif park.host in origins:
            problems.append(
                Problem(
                    f"'{park.host}' is both host and origin",
                    f"{where}.{i}",
                    "Industry would pass through it.",
                    "Name the last host at once.",
                )
            )
        first.setdefault(park.host, park.origin)
    if problems:
        return problems
    return unbound_problems(
        setting, AFFAIR, ((f"{where}.{i}", park.origin, park.host) for i, park in enumerate(listed))
    )
