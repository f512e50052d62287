r"""Market access on the graph of regions, and what output gains where a way gets shorter or a market opens.

With output :math:`Y_s`, length :math:`D_{rs}` of the shortest way, tariff-equivalent barrier :math:`\varphi_{rs}`,
elasticities of trade to distance :math:`\delta` and to its cost :math:`\theta`, and elasticity :math:`\mu` of output,

.. math::

    A_r &= \textstyle\sum_s Y_s D_{rs}^{-\delta} (1+\varphi_{rs})^{-\theta},
        \qquad D_{rr} = \tfrac{2}{3}\sqrt{a_r/\pi} & (1)\\
    \Delta Y_{rt} &= Y_{rt} \left[(A_r/A_{r0})^{\mu} - 1\right] & (2)

over all regions, the region itself included, with area :math:`a_r`. A region that no way reaches adds nothing. Ways are the
links of the graph that run both ways (shared borders, bridges, ferries), each as long as the great circle between the points
of its two regions. Length of a border, which the link table holds, says nothing of it.

Output in (1) is that without the programme: the gain of other regions does not add to access again. Such an echo, and the
product of (2) with what new capital yields, are of second order and left to the simulation. As output without the programme
grows at one rate everywhere, access relative to the start does not depend on the year.

Sources: Donaldson and Hornbeck 2016, Quarterly Journal of Economics 131(2); own distance: Head and Mayer 2010, Illusory
border effects.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.regions.attributes import some
from spatialcoord.regions.links import BOTH_WAYS
from spatialcoord.regions.weights import DENSE_LIMIT, great_circle_km

NEEDS = ("lon", "lat", "area_km2")


@dataclass(frozen=True)
class MarketAccess:
    """Ways between the regions of a case, and access over them.

    Parameters
    ----------
    setting : Setting
        Baseline; its regions have the attributes :data:`NEEDS`, see :func:`access_problems`.
    """

    setting: Setting

    @property
    def params(self) -> Any:
        """Values of the scenario's section ``economy.market_access``."""
        return self.setting.scenario.economy.market_access

    # --- ways -------------------------------------------------------------------------------------------------------
    @cached_property
    def links(self) -> tuple[np.ndarray, np.ndarray, Array]:
        """Positions a < b of the regions that each way joins, and its length in km; each pair once."""
        table = self.setting.graph.links
        table = table[table["kind"].isin(BOTH_WAYS)]
        position = {region: i for i, region in enumerate(self.setting.regions)}
        pairs = np.array(
            [[position[a], position[b]] for a, b in zip(table["a"], table["b"], strict=True)], dtype=int
        )
        pairs = np.unique(np.sort(pairs.reshape(-1, 2), axis=1), axis=0)
        a, b = pairs[:, 0], pairs[:, 1]
        return a, b, self.direct(a, b)

    @cached_property
    def lengths(self) -> dict[tuple[int, int], float]:
        """Length of each way in km, by positions (a, b) with a < b."""
        return {(int(a), int(b)): float(km) for a, b, km in zip(*self.links, strict=True)}

    def direct(self, a: Any, b: Any) -> Array:
        """Great-circle distance between the points of regions at positions a and b, km."""
        lon, lat = self.setting.attribute("lon"), self.setting.attribute("lat")
        return great_circle_km(lon, lat, np.asarray(a), np.asarray(b))

    @cached_property
    def own_distance(self) -> Array:
        r"""Mean distance inside a region, :math:`\frac23\sqrt{a/\pi}` km, shape (R,)."""
        return 2.0 / 3.0 * np.sqrt(self.setting.attribute("area_km2") / np.pi)

    @cached_property
    def base_distance(self) -> Array:
        """Shortest ways without the programme, km, shape (R, R); zero on the diagonal, inf where there is none."""
        a, b, km = self.links
        size = (len(self.setting.regions),) * 2
        return np.asarray(sp.csgraph.shortest_path(sp.csr_array((km, (a, b)), shape=size), directed=False))

    def distances(self, upgrades: Iterable[Any] = ()) -> Array:
        """Shortest ways, km, shape (R, R), once links are shortened or new ones are there.

        Parameters
        ----------
        upgrades : iterable
            Each has positions `a`, `b` and the new effective `length` in km, as
            :class:`spatialcoord.simulate.policy.Upgrade`; the shorter of this and what there is counts.
        """
        distance = self.base_distance
        for upgrade in upgrades:
            distance = shortened(distance, upgrade.a, upgrade.b, upgrade.length)
        return distance

    # --- access -----------------------------------------------------------------------------------------------------
    def access(self, size: Array, distance: Array, barrier: Array | None = None) -> Array:
        """Equation (1).

        Parameters
        ----------
        size : numpy.ndarray, shape (R,)
            Output of every region.
        distance : numpy.ndarray, shape (R, R)
            Shortest ways in km, from :meth:`distances`.
        barrier : numpy.ndarray, shape (R, R), optional
            Tariff-equivalent of what stands between two regions, a share of the price, at least 0; zero inside a region.

        Returns
        -------
        numpy.ndarray, shape (R,)
            In the unit of `size` times km to the power of minus the elasticity.
        """
        far = distance.copy()
        np.fill_diagonal(far, self.own_distance)
        weight = far**-self.params.distance_elasticity
        if self.params.distance_elasticity == 0.0:
            weight[np.isinf(far)] = 0.0  # inf to the power of zero is one, and no way is no way
        if barrier is not None:
            weight = weight * (1.0 + barrier) ** -self.params.trade_elasticity
        return np.asarray(weight @ size)

    @cached_property
    def base_access(self) -> Array:
        """Access without the programme and without barriers, shape (R,)."""
        return self.access(self.setting.base_output, self.base_distance)

    def gain(self, after: Array, before: Array) -> Array:
        """Equation (2) as a share of output, shape (R,), from access after and before."""
        return np.asarray((after / before) ** self.params.elasticity - 1.0)


def shortened(distance: Array, a: int, b: int, length: float) -> Array:
    """Shortest ways once the regions at positions a and b are `length` apart, shape (R, R).

    Exact: a shortest way uses the new link at most once, in one direction or the other. Nothing gets longer.
    """
    if length >= distance[a, b]:
        return distance
    there = distance[:, a, None] + length + distance[None, b, :]
    return np.minimum(distance, np.minimum(there, there.T))


def access_problems(setting: Setting, where: str) -> list[Problem]:
    """What keeps market access from being computed here, all at once.

    Parameters
    ----------
    where : str
        Key of the part of the scenario that needs it.
    """
    graph = setting.graph
    missing = [name for name in NEEDS if not graph.has(name)]
    if missing:
        units = ", ".join(f"{name} ({graph.attributes[name].unit})" for name in missing)
        return [
            Problem(
                f"market access cannot be computed: the regions have no {', '.join(missing)}",
                where,
                "Ways are measured between points of the regions, and inside a region by its area.",
                f"Add the columns {units} to a table of the case, or shapes of the regions.",
            )
        ]
    if len(setting.regions) > DENSE_LIMIT:
        return [
            Problem(
                f"market access between all pairs of {len(setting.regions):,} regions would fill the memory",
                where,
                remedy=f"Take at most {DENSE_LIMIT:,} regions.",
            )
        ]
    a, b, km = MarketAccess(setting).links
    same = [f"{setting.regions[i]}-{setting.regions[j]}" for i, j in zip(a[km <= 0], b[km <= 0], strict=True)]
    if same:
        return [
            Problem(
                f"linked regions at the same point: {some(same)}",
                where,
                "Market access divides by the length of the way between them.",
                "Give each region a point of its own (columns 'lon' and 'lat').",
            )
        ]
    return []
