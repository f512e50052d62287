r"""Protection of rivers as something to agree on: what it takes from a unit upstream, and what it brings to those downstream.

Equations (1) and (2) of :mod:`spatialcoord.instruments.horizontal_compensation` without its price: what is paid for protection comes
out of bargaining, between the opportunity cost of those who protect and what it is worth to those who gain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.table import Table
from spatialcoord.economy.setting import Array
from spatialcoord.institutions.base import Terms
from spatialcoord.instruments.bargain import Bargain
from spatialcoord.scenario.parameters import FrozenDict

INSTRUMENT = "horizontal_compensation"


@dataclass(frozen=True)
class Protection:
    """Full protection by each of k regions upstream, while the programme lasts; discounted means, million currency a year.

    Attributes
    ----------
    region : numpy.ndarray, shape (k,)
        Positions of the regions that protect.
    provider : numpy.ndarray, shape (k,)
        Units that they belong to.
    effect : numpy.ndarray, shape (k, n)
        What it brings to every unit, the cost taken off that of the provider.
    """

    region: np.ndarray
    provider: np.ndarray
    effect: Array

    @classmethod
    def of(cls, table: Table, terms: Terms) -> Protection:
        """Of the rivers of a case, under the terms of an institution.

        Regions whose protection their own unit gains enough by are left out: they need no agreement.
        """
        setting, units = table.setting, len(table.ids)
        links = setting.graph.links
        if links is None or not (links["kind"] == "river").any():
            return cls.none(units)
        # the pairs along rivers, whatever institutions are formed so far
        apart = setting.under(setting.scenario.model_copy(update={"institutions": FrozenDict({})}))
        params = registry.instruments.get(INSTRUMENT).Params()
        bargain = Bargain(apart, params)
        growth = setting.growth_factor @ setting.year_in_period
        years = growth * (np.arange(len(setting.years)) >= terms.delay)
        mean = float(setting.weight @ setting.year_in_period @ years)
        unit = table.unit_of(np.arange(len(setting.regions)))
        rows = np.unique(bargain.provider)
        effect = np.zeros((len(rows), units))
        np.add.at(
            effect, (np.searchsorted(rows, bargain.provider), unit[bargain.payer]), mean * bargain.benefit
        )
        effect[np.arange(len(rows)), unit[rows]] -= mean * bargain.cost[rows]
        joint = effect[np.arange(len(rows)), unit[rows]] < 0
        return cls(rows[joint], unit[rows[joint]], effect[joint])

    @classmethod
    def none(cls, units: int) -> Protection:
        """By nobody."""
        return cls(np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros((0, units)))

    def forgone(self, units: int) -> Array:
        """What full protection takes from each unit, shape (units,)."""
        own = self.effect[np.arange(len(self.region)), self.provider]
        return np.bincount(self.provider, -own, minlength=units).astype(float)

    def within(self, members: np.ndarray) -> Protection:
        """That by members only."""
        kept = np.isin(self.provider, members)
        return Protection(self.region[kept], self.provider[kept], self.effect[kept])
