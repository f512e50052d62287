"""What a differential tax is in figures: base, rates, what is kept of profits, where capital goes; and what is wrong with it.

Not an instrument: equation numbers are those of :mod:`spatialcoord.instruments.differential_tax`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.mobile_capital import MobileCapital
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem


@dataclass(frozen=True)
class Tax:
    """Figures of the tax in a case, R regions, B brackets, Y programme years."""

    setting: Setting
    params: Any

    @cached_property
    def offsets(self) -> Array:
        """Brackets less the base rate, shape (B,)."""
        return np.array(self.params.brackets)

    @cached_property
    def rates(self) -> Array:
        """Brackets, shape (B,)."""
        return self.params.rate + self.offsets

    @cached_property
    def taxed(self) -> Array:
        r"""Share of capital income that the tax reaches, :math:`\sigma_r`, shape (R,)."""
        setting, params = self.setting, self.params
        if params.base == "capital_income":
            return np.full(len(setting.regions), params.taxed_share)
        income = params.capital_share * setting.base_output
        return setting.attribute("corporate_income_tax") / (params.rate * income)

    @cached_property
    def base(self) -> Array:
        """Taxed profit without the programme, million currency a year, shape (R, Y)."""
        profit = self.taxed * self.params.capital_share
        return profit[:, None] * (self.setting.output @ self.setting.year_in_period)

    @cached_property
    def capital(self) -> MobileCapital:
        """Mobile capital; where the case holds no stock it is spread as output is."""
        stock = self.setting.attribute(
            "capital_private" if self.setting.graph.has("capital_private") else "output"
        )
        return MobileCapital(stock / stock.sum(), self.params.capital_share, self.params.mobility)

    @cached_property
    def kept(self) -> Array:
        """What each bracket leaves of a unit of capital income against the base rate, (2), shape (R, B)."""
        return self._kept(self.rates)

    @cached_property
    def admitted(self) -> Array:
        """Brackets open to each region, shape (R, B): a region without a base stays at the base rate."""
        open_to = np.ones(self.kept.shape, dtype=bool)
        if self.params.differential:
            open_to &= np.where(self.poor[:, None], self.offsets <= 0, self.offsets >= 0)
        return open_to & ((self.taxed[:, None] > 0) | (self.offsets == 0))

    @cached_property
    def poor(self) -> Array:
        """Regions below the mean of what is made equal, without the programme, shape (R,)."""
        setting = self.setting
        outcome = registry.outcomes.get(setting.scenario.objective.of)
        per_head = outcome.baseline(setting) @ setting.weight / outcome.divisor(setting)
        return np.asarray(per_head < setting.share @ per_head)

    def rate_of(self, amount: dict[str, Array]) -> Array:
        """Rates that static changes of revenue mean, shape (R, Y)."""
        change = amount["rise"] - amount["cut"]
        return self.params.rate + np.divide(change, self.base, out=np.zeros_like(change), where=self.base > 0)

    def moved(self, rate: Array) -> Array:
        """Capital against its baseline at given rates, shape of `rate`."""
        return self.capital.moved(self._kept(rate) if rate.ndim == 2 else self._kept(rate[:, None])[:, 0])

    def _kept(self, rate: Array) -> Array:
        taxed = self.taxed[:, None]
        return (1.0 - taxed * rate) / (1.0 - taxed * self.params.rate)


def bracket_problems(params: Any, where: str) -> list[Problem]:
    """Brackets out of order, without the base rate, beyond the law, or no rates at all."""
    offsets, problems = params.brackets, []
    if list(offsets) != sorted(set(offsets)):
        problems.append(
            Problem("the brackets are not in ascending order, each once", where, remedy="Sort them.")
        )
    if 0.0 not in offsets:
        problems.append(
            Problem(
                "the brackets leave out 0",
                where,
                "A region must be able to stay at the base rate.",
                "Add 0 to the brackets.",
            )
        )
    beyond = [f"{offset:g}" for offset in offsets if abs(offset) > params.largest_difference + 1e-12]
    if beyond:
        problems.append(
            Problem(
                f"beyond the law's {params.largest_difference:g}: {', '.join(beyond)}",
                where,
                "No rate may be further from the base rate than `largest_difference`.",
                "Raise `largest_difference`, or take these brackets out.",
            )
        )
    wrong = [f"{params.rate + offset:g}" for offset in offsets if not 0.0 <= params.rate + offset < 1.0]
    if wrong or not params.rate > 0:
        problems.append(
            Problem(
                f"no rate of a tax: {', '.join(wrong) or f'{params.rate:g}'}",
                where,
                "A rate is the base rate and a bracket together, at least 0 and below 1; the base rate is above 0.",
                "Raise `rate`, or narrow the brackets.",
            )
        )
    return problems


def base_problems(setting: Setting, params: Any, where: str) -> list[Problem]:
    """A base taken from the figure `corporate_income_tax` must be there, and no larger than capital income."""
    if not setting.graph.has("corporate_income_tax"):
        return [
            Problem(
                "the regions have no attribute 'corporate_income_tax'",
                where,
                "The base of the tax is taken from it.",
                "Add a column 'corporate_income_tax', or write base: capital_income.",
            )
        ]
    if not params.rate > 0:
        return []  # told of the brackets
    problems, taxed = [], Tax(setting, params).taxed
    if not taxed.sum() > 0:
        problems.append(
            Problem(
                "nobody pays: 'corporate_income_tax' is zero in every region",
                where,
                remedy="Correct the figures.",
            )
        )
    over = [f"{r} {x:.2g}" for r, x in zip(setting.regions, taxed, strict=True) if x > 1]
    if over:
        problems.append(
            Problem(
                f"the taxed profit is more than all capital income in {len(over)} regions ({', '.join(over[:5])} times)",
                where,
                "It is corporate_income_tax divided by the base rate; capital income is capital_share times output.",
                "Raise `rate` to what is paid on average, or correct the figures.",
            )
        )
    return problems
