"""Who sits at the table: every region by itself, or groups of them as one each, with the figures that bargaining reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as spla

from spatialcoord.economy.accounts import spillover_matrix
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean


@dataclass(frozen=True)
class Table:
    """Units at the table, n of them, made of the R regions of a case.

    Attributes
    ----------
    setting : Setting
        Baseline.
    ids : tuple of str
        Region ids, or names of the groups.
    level : str
        Grouping whose groups they are; empty where every region sits by itself.
    member : scipy.sparse.csr_array, shape (n, R)
        1 where a region belongs to a unit.
    """

    setting: Setting
    ids: tuple[str, ...]
    level: str
    member: Any

    @classmethod
    def of(cls, setting: Setting, level: str = "") -> Table:
        """The table of a case, by a grouping or by region.

        Raises
        ------
        InputError
            There is no such grouping.
        """
        graph, regions = setting.graph, len(setting.regions)
        if not level:
            return cls(setting, setting.regions, "", sp.eye_array(regions, format="csr"))
        if level not in graph.levels:
            raise InputError(
                Problem(
                    f"the regions have no grouping '{level}'",
                    "negotiation.between",
                    remedy=did_you_mean(level, list(graph.levels)),
                )
            )
        groups = graph.level(level).values.astype(str)
        ids = tuple(dict.fromkeys(groups.tolist()))
        return cls(setting, ids, level, sp.csr_array((np.array(ids)[:, None] == groups).astype(float)))

    def names(self, lang: str = "en") -> list[str]:
        """Names of the units for readers."""
        graph = self.setting.graph
        if not self.level:
            return [str(name) for name in graph.names(lang).values]
        titles = dict(
            zip(
                graph.level(self.level).values.astype(str),
                graph.level(self.level, lang).values.astype(str),
                strict=True,
            )
        )
        return [str(titles[group]) for group in self.ids]

    def total(self, values: Array) -> Array:
        """Sums over the regions of each unit; first axis R becomes n."""
        return np.asarray(self.member @ values)

    def unit_of(self, regions: np.ndarray) -> np.ndarray:
        """Positions of the units that regions belong to."""
        return np.asarray(self.member.tocoo().row[np.argsort(self.member.tocoo().col)])[regions]

    @cached_property
    def output(self) -> Array:
        """Baseline output, million currency a year, shape (n, T)."""
        return self.total(self.setting.output)

    @cached_property
    def population(self) -> Array:
        """Persons, shape (n,)."""
        return self.total(self.setting.population)

    @cached_property
    def revenue(self) -> Array:
        """Own revenue of the members' governments, million currency a year, shape (n,); a share of output where the case has none."""
        setting = self.setting
        if setting.graph.has("own_revenue"):
            return self.total(setting.attribute("own_revenue"))
        share = setting.scenario.actors["local_government"].revenue_share
        return self.total(share * setting.base_output)

    @cached_property
    def multiplier(self) -> Array | None:
        r"""Gain in output of unit s for a direct gain of one in unit r, shape (n, n), [s, r]; None without spillovers.

        A unit's direct gain is spread over its regions as their output is,

        .. math:: A\,\hat Y (I-\rho W)^{-1} \hat Y^{-1} B, \qquad B_{ru} = Y_r / Y_u \text{ for } r \in u. \qquad (1)
        """
        setting = self.setting
        if setting.spillover == 0.0:
            return None
        base = setting.base_output
        spread = (self.member / self.total(base)[:, None]).T * base[:, None]
        growth = spla.spsolve(spillover_matrix(setting).tocsc(), np.asarray(spread.todense()) / base[:, None])
        return self.total(np.asarray(growth) * base[:, None])
