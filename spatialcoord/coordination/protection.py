r"""Protection of rivers as something to agree on: what it takes from a unit upstream, and what it brings to those downstream.

Equations (1) and (2) of :mod:`spatialcoord.instruments.horizontal_compensation` without its price: what is paid for protection comes
out of bargaining, between the opportunity cost of those who protect and what it is worth to those who gain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.table import Table
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.institutions.base import Terms
from spatialcoord.instruments.bargain import Bargain
from spatialcoord.regions.attributes import suggest_id
from spatialcoord.scenario.negotiation import FunctionArea
from spatialcoord.scenario.parameters import FrozenDict

INSTRUMENT = "horizontal_compensation"


@dataclass(frozen=True)
class Protection:
    """Full protection by each of k regions, or a function it keeps for others, while the programme lasts; million currency a year.

    Attributes
    ----------
    region : numpy.ndarray, shape (k,)
        Positions of the regions that protect; one that keeps a function as well stands twice.
    provider : numpy.ndarray, shape (k,)
        Units that they belong to.
    effect : numpy.ndarray, shape (k, n)
        What it brings to every unit, the cost taken off that of the provider, discounted means.
    function : numpy.ndarray of str, shape (k,)
        Name of the function kept; "" of protection of a river.
    """

    region: np.ndarray
    provider: np.ndarray
    effect: Array
    function: np.ndarray

    @classmethod
    def of(cls, table: Table, terms: Terms) -> Protection:
        """Of the rivers of a case and the functions its regions keep, under the terms of an institution.

        Regions whose protection their own unit gains enough by are left out: they need no agreement.
        """
        growth = table.setting.growth_factor @ table.setting.year_in_period
        years = growth * (np.arange(len(table.setting.years)) >= terms.delay)
        mean = float(table.setting.weight @ table.setting.year_in_period @ years)
        parts = [cls._rivers(table, mean), *(cls._kept(table, mean, name) for name in functions(table))]
        return cls(
            np.concatenate([p.region for p in parts]),
            np.concatenate([p.provider for p in parts]),
            np.concatenate([p.effect for p in parts]),
            np.concatenate([p.function for p in parts]),
        )

    @classmethod
    def _kept(cls, table: Table, mean: float, name: str) -> Protection:
        r"""A function kept by the m regions of an area A: region r forgoes :math:`f\,Y_r`, and every other region s gains
        :math:`w\,Y_s / m` from each."""
        setting, area = table.setting, functions(table)[name]
        unit = table.unit_of(np.arange(len(setting.regions)))
        rows = np.flatnonzero(np.isin(np.array(setting.regions), area.regions))
        output = setting.base_output
        by_region = np.tile(area.worth * output / len(rows), (len(rows), 1))
        by_region[np.arange(len(rows)), rows] = -area.forgone * output[rows]
        effect = mean * np.asarray(table.member @ by_region.T).T
        joint = effect[np.arange(len(rows)), unit[rows]] < 0
        return cls(rows[joint], unit[rows[joint]], effect[joint], np.full(int(joint.sum()), name))

    @classmethod
    def _rivers(cls, table: Table, mean: float) -> Protection:
        setting, units = table.setting, len(table.ids)
        links = setting.graph.links
        if links is None or not (links["kind"] == "river").any():
            return cls.none(units)
        # the pairs along rivers, whatever institutions are formed so far
        apart = setting.under(setting.scenario.model_copy(update={"institutions": FrozenDict({})}))
        params = registry.instruments.get(INSTRUMENT).Params()
        bargain = Bargain(apart, params)
        unit = table.unit_of(np.arange(len(setting.regions)))
        rows = np.unique(bargain.provider)
        effect = np.zeros((len(rows), units))
        np.add.at(
            effect, (np.searchsorted(rows, bargain.provider), unit[bargain.payer]), mean * bargain.benefit
        )
        effect[np.arange(len(rows)), unit[rows]] -= mean * bargain.cost[rows]
        joint = effect[np.arange(len(rows)), unit[rows]] < 0
        return cls(rows[joint], unit[rows[joint]], effect[joint], np.full(int(joint.sum()), ""))

    @classmethod
    def none(cls, units: int) -> Protection:
        """By nobody."""
        return cls(
            np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros((0, units)), np.zeros(0, dtype=str)
        )

    def forgone(self, units: int) -> Array:
        """What full protection takes from each unit, shape (units,)."""
        own = self.effect[np.arange(len(self.region)), self.provider]
        return np.bincount(self.provider, -own, minlength=units).astype(float)

    def within(self, members: np.ndarray) -> Protection:
        """That by members only."""
        kept = np.isin(self.provider, members)
        return Protection(self.region[kept], self.provider[kept], self.effect[kept], self.function[kept])


def functions(table: Table) -> dict[str, FunctionArea]:
    """Functions that regions of a case keep for others, by name."""
    return dict(table.setting.scenario.negotiation.functions)


def function_problems(setting: Setting) -> list[Problem]:
    """Regions of a function that do not exist, or are named twice."""
    problems = []
    for name, area in setting.scenario.negotiation.functions.items():
        where = f"negotiation.functions.{name}.regions"
        problems += [
            Problem(f"there is no region '{region}'", where, remedy=suggest_id(region, setting.regions))
            for region in area.regions
            if region not in setting.regions
        ]
        problems += [
            Problem(f"'{region}' is named twice", where, remedy="Name it once.")
            for region in sorted({r for r in area.regions if area.regions.count(r) > 1})
        ]
    return problems
