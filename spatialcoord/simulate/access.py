r"""Access to markets over ways that get shorter and borders that open.

.. math:: A_r = \textstyle\sum_s Y_s\, D_{rs}^{-\delta} \left[(1-u_s)(1+\varphi_{rs})^{-\theta}
          + u_s(1+\varphi'_{rs})^{-\theta}\right] \qquad (1)

with output Y, shortest way D (the own mean distance inside a region), tariff-equivalent :math:`\varphi` of what keeps r out of
the market of s, :math:`\varphi'` of what is left of it in an open market, and the share :math:`u_s` of that market which has been
opened. A region no way leads to adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

from spatialcoord.simulate.policy import Array, Upgrade
from spatialcoord.simulate.world import Behaviour, Links, World


def shortest(links: Links, upgrades: Sequence[Upgrade] = ()) -> Array:
    """Shortest ways, km, shape (R, R): inf where there is none, the own mean distance on the diagonal."""
    size = len(links.internal)
    length: dict[tuple[int, int], float] = {}
    ways = [
        *zip(links.a.tolist(), links.b.tolist(), links.length.tolist(), strict=True),
        *((one.a, one.b, one.length) for one in upgrades),
    ]
    for a, b, km in ways:
        if a != b:
            pair = (min(a, b), max(a, b))
            length[pair] = min(length.get(pair, np.inf), km)
    ends = np.array(list(length), dtype=int).reshape(-1, 2)
    graph = sp.csr_array((list(length.values()), (ends[:, 0], ends[:, 1])), shape=(size, size))
    far = np.asarray(dijkstra(graph, directed=False))
    np.fill_diagonal(far, links.internal)
    return far


@dataclass
class Access:
    """Equation (1) against its level without any policy.

    Parameters
    ----------
    world : World
        Has links.
    behaviour : Behaviour
        Elasticities of trade.
    upgrades : sequence of tuple of Upgrade
        Of each policy.
    """

    world: World
    behaviour: Behaviour
    upgrades: Sequence[tuple[Upgrade, ...]]

    def __post_init__(self) -> None:
        self._weights: dict[tuple[Upgrade, ...], tuple[Array, Array]] = {}
        self._groups: dict[int, dict[tuple[Upgrade, ...], np.ndarray]] = {}
        kept, _ = self._weight(())
        self.base = kept @ self.world.output

    @property
    def share(self) -> Array:
        """Share of market s in the access of r without any policy, shape (R, R); rows sum to one."""
        kept, _ = self._weight(())
        return np.asarray(kept * self.world.output / self.base[:, None])

    def change(self, year: int, growth: Array, opened: Array | None) -> Array:
        """Access against before, less one, shape (P, R).

        Parameters
        ----------
        year : int
            Year, for the upgrades then in use.
        growth : numpy.ndarray, shape (P, R)
            Output against before, less one. Baseline output grows alike everywhere and cancels.
        opened : numpy.ndarray, shape (P, R), or None
            Share of each market opened.
        """
        before, _ = self._weight(())
        gained = self.world.output * growth
        sold = None if opened is None else opened * (self.world.output + gained)
        result = np.empty_like(growth)
        for upgrades, rows in self._in_use(year).items():
            kept, closed = self._weight(upgrades)
            here = gained[rows] @ kept.T
            if upgrades:
                here = here + (kept - before) @ self.world.output
            if sold is not None:
                here = here + sold[rows] @ closed.T
            result[rows] = here
        return result / self.base

    def _in_use(self, year: int) -> dict[tuple[Upgrade, ...], np.ndarray]:
        """Which policies have which upgrades in use in a year: each different set is computed once."""
        if year not in self._groups:
            rows: dict[tuple[Upgrade, ...], list[int]] = {}
            for i, upgrades in enumerate(self.upgrades):
                rows.setdefault(tuple(one for one in upgrades if one.first <= year), []).append(i)
            self._groups[year] = {key: np.array(at) for key, at in rows.items()}
        return self._groups[year]

    def _weight(self, upgrades: tuple[Upgrade, ...]) -> tuple[Array, Array]:
        """Weights of markets as they are protected, and what full opening would add, both (R, R)."""
        if upgrades not in self._weights:
            assert self.world.links is not None
            far = shortest(self.world.links, upgrades)
            weight = np.where(np.isinf(far), 0.0, far**-self.behaviour.distance_elasticity)
            closed, opened = (
                1.0 if barriers is None else (1.0 + barriers) ** -self.behaviour.trade_elasticity
                for barriers in (self.world.barriers, self.world.barriers_left)
            )
            self._weights[upgrades] = (weight * closed, weight * (opened - closed))
        return self._weights[upgrades]
