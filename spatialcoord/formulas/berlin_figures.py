"""What every step of the Berlin method looks at: the regions' figures beside the law, and the categories made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.formulas.law import Law
from spatialcoord.formulas.thresholds import at_least, at_most

MILLION = 1e6
LESS, TRANSITION, MORE = CATEGORIES = ("less_developed", "transition", "more_developed")
LINES = (*CATEGORIES, "cohesion_fund", "outermost")


@dataclass(frozen=True)
class Figures:
    """Figures of the regions under one law; R regions, money in EUR at the prices of the law.

    Parameters
    ----------
    setting : Setting
        Case.
    law : Law
        Numbers of the period.
    params : Berlin.Params
        Choices.
    """

    setting: Setting
    law: Law
    params: Any

    def lacking(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Those of the columns that the case does not hold."""
        return tuple(name for name in columns if not self.setting.graph.has(name))

    @cached_property
    def state(self) -> np.ndarray:
        """Number of every region's member state, shape (R,)."""
        names = self.setting.graph.level(self.params.member_level).values.astype(str)
        return np.unique(names, return_inverse=True)[1]

    def by_state(self, values: Array) -> Array:
        """Sum over the region's member state, shape (R,)."""
        return np.bincount(self.state, weights=values)[self.state]

    @cached_property
    def population(self) -> Array:
        """Persons in the years of the law, of today where the case does not hold them, shape (R,)."""
        held = self.setting.graph.has("reference_population")
        return self.setting.attribute("reference_population") if held else self.setting.population

    @cached_property
    def index(self) -> Array:
        """Output per head in PPS, EU = 1, shape (R,)."""
        return self.setting.attribute("reference_output_index")

    @cached_property
    def mean(self) -> float:
        """Output per head of the EU, PPS."""
        given = self.params.mean_output_per_head
        return self.law["mean_output_per_head"] if given is None else float(given)

    @cached_property
    def gap(self) -> Array:
        """What output lacks to the EU's per head, PPS of a year, shape (R,); negative above the mean."""
        return (1.0 - self.index) * self.mean * self.population

    @cached_property
    def gni(self) -> Array:
        """GNI per head of the region's member state, EU = 1, shape (R,).

        Where the case does not hold it, the state's output per head in PPS stands in.
        """
        if self.setting.graph.has("gni_index"):
            return self.setting.attribute("gni_index")
        return self.by_state(self.index * self.population) / self.by_state(self.population)

    @cached_property
    def category(self) -> np.ndarray:
        r"""Category of every region, shape (R,), Article 108(2) of Regulation (EU) 2021/1060:

        .. math:: i_r < \theta_L:\ \text{less developed},\quad i_r \le \theta_T:\ \text{transition, else more developed.} \quad (1)

        In 2014-20 transition regions are those below the second threshold, and in 2007-13 there are none.
        """
        less = ~at_least(self.index, self.law["less_developed.threshold"])
        if "transition.threshold" not in self.law:
            return np.where(less, LESS, MORE)
        return np.select(
            [less, at_most(self.index, self.law["transition.threshold"])], [LESS, TRANSITION], MORE
        )

    @cached_property
    def rate_key(self) -> np.ndarray:
        """Key of the law's rate that the member state's band of GNI gives, shape (R,)."""
        low, high = self.law["gni.low"], self.law["gni.high"]
        return np.select(
            [~at_least(self.gni, low), at_most(self.gni, high)], ["rate.low", "rate.middle"], "rate.high"
        )

    @cached_property
    def rate(self) -> Array:
        """Share of the gap that is met a year, by the band of the member state's GNI, shape (R,)."""
        return np.array([self.law[key] for key in self.rate_key])

    @cached_property
    def labour_force(self) -> Array | None:
        """Persons, shape (R,); a share of the population where the case holds none; None without either."""
        if self.setting.graph.has("labour_force"):
            return self.setting.attribute("labour_force")
        share = self.params.labour_force_share
        return None if share is None else share * self.population

    @property
    def unemployment_lacking(self) -> tuple[str, ...]:
        """Columns without which there are no unemployed."""
        rate = self.lacking(["unemployment_rate"])
        return rate if self.labour_force is not None else (*rate, "labour_force")

    @cached_property
    def unemployed(self) -> Array:
        """Persons, shape (R,)."""
        assert self.labour_force is not None
        return self.setting.attribute("unemployment_rate") / 100.0 * self.labour_force

    @cached_property
    def indexation(self) -> float:
        """Prices of the case against those of the law, by the law's own yearly rate."""
        years = self.setting.scenario.price_year - self.law.about["prices"]
        return float((1.0 + self.law["indexation"]) ** years)

    @cached_property
    def output(self) -> Array:
        """Output that the cap is a share of, million at the prices of the law, shape (R,).

        Where the case holds no projection, output of the case's year stands in.
        """
        name = "output" if self.lacking(["projected_output"]) else "projected_output"
        return self.setting.attribute(name) / self.indexation

    @property
    def years(self) -> int:
        """Years of the period."""
        return int(self.law.about["to"] - self.law.about["from"] + 1)


def excess(count: Array, base: Array, group: np.ndarray, target: float | None = None) -> Array:
    r"""Persons beyond the rate of the group, or beyond a target where the law has one, shape (R,).

    .. math:: e_r = \max\Bigl(0,\ n_r - \bar\rho\, b_r\Bigr),\qquad
              \bar\rho = \frac{\sum_{s\in G} n_s}{\sum_{s\in G} b_s}\ \text{or the target;}\qquad e_r = 0 \text{ outside } G. \quad (2)

    Parameters
    ----------
    count, base : numpy.ndarray, shape (R,)
        Persons concerned, and of whom they are counted.
    group : numpy.ndarray of bool, shape (R,)
        Regions whose mean counts.
    target : float, optional
        Rate of the law in place of the mean.
    """
    whole = base[group].sum()
    if target is None and not whole > 0:  # nobody of whom a rate could be taken: nobody is in excess
        return np.zeros(len(count))
    rate = count[group].sum() / whole if target is None else target
    return np.where(group, np.maximum(count - rate * base, 0.0), 0.0)
