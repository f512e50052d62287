"""What a list of transport projects is in figures: ways, money, combinations and what each of them yields.

Not an instrument: equation numbers are those of :mod:`spatialcoord.instruments.transport_project`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.market_access import MarketAccess, shortened
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.simulate.policy import Upgrade

MOST_BUNDLES = 16  # all of whose combinations can be written down


@dataclass(frozen=True)
class Projects:
    """Figures of the projects in a case: P projects in B bundles, R regions, Y programme years, T periods, K combinations."""

    setting: Setting
    params: Any

    # --- what is built ----------------------------------------------------------------------------------------------
    @cached_property
    def access(self) -> MarketAccess:
        """Ways of the case and access over them."""
        return MarketAccess(self.setting)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each region by its id."""
        return {region: i for i, region in enumerate(self.setting.regions)}

    @cached_property
    def bundles(self) -> tuple[str, ...]:
        """Names of bundles in the order in which the projects name them."""
        return tuple(dict.fromkeys(project.corridor for project in self.params.projects))

    @cached_property
    def bundle_of(self) -> np.ndarray:
        """Position of each project's bundle, shape (P,)."""
        return np.array([self.bundles.index(project.corridor) for project in self.params.projects], dtype=int)

    @cached_property
    def payments(self) -> Array:
        """Share of each project's cost that is paid in a year, shape (P, Y)."""
        found = np.zeros((len(self.params.projects), len(self.setting.years)))
        for p, project in enumerate(self.params.projects):
            start = self.setting.years.index(self.first_year(project))
            found[p, start : start + len(project.shares)] = project.shares
        return found

    def first_year(self, project: Any) -> int:
        """Year of the first payment."""
        return int(self.setting.years[0] if project.first is None else project.first)

    def opening(self, project: Any) -> int:
        """First year of use."""
        ready = self.first_year(project) + len(project.shares)
        return int(ready if project.opening is None else project.opening)

    @cached_property
    def upgrades(self) -> list[list[Upgrade]]:
        """What each project does to ways; where two shorten the same link, the shorter length counts."""
        found = []
        for project in self.params.projects:
            first = self.opening(project)
            changed: dict[tuple[int, int], float] = {}
            for way in project.links:
                a, b = sorted((self.position[way.a], self.position[way.b]))
                length = way.factor * float(self.access.direct(a, b))
                changed[a, b] = min(length, changed.get((a, b), np.inf))
            for hub in project.nodes:
                at = self.position[hub.region]
                for (a, b), km in self.access.lengths.items():
                    if at in (a, b):
                        changed[a, b] = min(hub.factor * km, changed.get((a, b), np.inf))
            found.append([Upgrade(a, b, km, first) for (a, b), km in changed.items()])
        return found

    # --- money ------------------------------------------------------------------------------------------------------
    @cached_property
    def kilometres(self) -> Array:
        """Length of works in each region, km, shape (P, R): half of each link at each end; at a place half of its links."""
        found = np.zeros((len(self.params.projects), len(self.setting.regions)))
        for p, project in enumerate(self.params.projects):
            for way in project.links:
                ends = self.position[way.a], self.position[way.b]
                found[p, list(ends)] += 0.5 * float(self.access.direct(*ends))
            for hub in project.nodes:
                at = self.position[hub.region]
                found[p, at] += 0.5 * sum(km for pair, km in self.access.lengths.items() if at in pair)
        return found

    @cached_property
    def spending(self) -> Array:
        """Share of each project's money that is spent in a region, shape (P, R), rows sum to one."""
        found = self.kilometres / self.kilometres.sum(axis=1, keepdims=True)
        for p, project in enumerate(self.params.projects):
            if project.spending:
                found[p] = 0.0
                for region, share in project.spending.items():
                    found[p, self.position[region]] = share
        return found

    @cached_property
    def members(self) -> np.ndarray:
        """Whether a region is a member of a bundle: at the end of one of its links, or one of its places; shape (B, R)."""
        return self.by_bundle(self.kilometres) > 0

    @cached_property
    def shares(self) -> Array:
        r"""Share of each member in what a bundle's members pay, :math:`\sigma_{br}` of (4), shape (B, R), rows sum to one.

        A row of zeros where no member has a benefit to divide by, which the checks refuse.
        """
        if self.params.split == "equal":
            weight = self.members.astype(float)
        elif self.params.split == "length":
            weight = self.by_bundle(self.kilometres)
        else:
            weight = self.benefit
        total = weight.sum(axis=1, keepdims=True)
        return np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)

    @cached_property
    def benefit(self) -> Array:
        """What access under each bundle alone is worth to its members, output times its rise in access, shape (B, R)."""
        size, before = self.setting.base_output, self.access.base_access
        found = np.zeros(self.members.shape)
        for b in range(len(self.bundles)):
            built = [u for p in np.flatnonzero(self.bundle_of == b) for u in self.upgrades[p]]
            after = self.access.access(size, self.access.distances(built))
            found[b] = np.where(self.members[b], size * np.maximum(after / before - 1.0, 0.0), 0.0)
        return found

    @cached_property
    def cost(self) -> Array:
        """Cost of each project, million currency, shape (P,)."""
        return np.array([project.cost for project in self.params.projects], dtype=float)

    @cached_property
    def money(self) -> Array:
        """Programme money of each bundle by region and year, shape (B, R, Y), (2)."""
        paid = self.params.programme_share * self.cost[:, None] * self.payments
        return self.by_bundle(self.spending[:, :, None] * paid[:, None, :])

    @cached_property
    def own(self) -> Array:
        """Own money of each bundle's members by region and year, shape (B, R, Y), (4)."""
        paid = (1.0 - self.params.programme_share) * self.cost[:, None] * self.payments
        return self.shares[:, :, None] * self.by_bundle(paid)[:, None, :]

    @cached_property
    def own_limit(self) -> Array:
        """Most own money of a region, million currency a year, shape (R, Y); inf where the case holds no own revenue."""
        setting = self.setting
        if not setting.graph.has("own_revenue"):
            return np.full(self.own.shape[1:], np.inf)
        growth = setting.growth_factor @ setting.year_in_period
        return self.params.cofinance_cap * setting.attribute("own_revenue")[:, None] * growth

    def by_bundle(self, values: Array) -> Array:
        """Sum over the projects of each bundle; projects along the first axis."""
        found = np.zeros((len(self.bundles), *values.shape[1:]))
        np.add.at(found, self.bundle_of, values)
        return found

    # --- combinations -----------------------------------------------------------------------------------------------
    @cached_property
    def possible(self) -> np.ndarray:
        """Combinations that no requirement and no exclusion forbids, 0/1, shape (K, B), that of nothing first."""
        n = len(self.bundles)
        found = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        where = {project.id: b for project, b in zip(self.params.projects, self.bundle_of, strict=True)}
        for project in self.params.projects:
            here = found[:, where[project.id]] == 1
            for other in project.requires:
                found, here = _kept(found, here, ~here | (found[:, where[other]] == 1))
            for other in project.excludes:
                found, here = _kept(found, here, ~here | (found[:, where[other]] == 0))
        return np.asarray(found)

    @cached_property
    def combinations(self) -> np.ndarray:
        """Possible combinations that own money and the budget are enough for, shape (K, B)."""
        found = self.possible
        within = np.ones(len(found), dtype=bool)
        room = np.append(self.own_limit.ravel(), self.budget)
        asked = np.concatenate([self.own.reshape(len(self.bundles), -1), self.money.sum(axis=1)], axis=1)
        for column in np.flatnonzero(asked.any(axis=0) & np.isfinite(room)):
            within &= found @ asked[:, column] <= room[column] * (1 + 1e-9)
        return np.asarray(found[within])

    @cached_property
    def budget(self) -> Array:
        """Most that projects can be paid from the programme, million currency a year, shape (Y,); inf where not known.

        What taxes bring and loans pay back adds to the budget, and how much is for the plan to say.
        """
        setting, unknown = self.setting, np.full(len(self.setting.years), np.inf)
        for name, params in setting.scenario.instruments.items():
            part = registry.instruments.get(name)()
            repaid = part.repaid(setting, params)
            lends = any(back is not None for back in repaid.values()) if isinstance(repaid, dict) else repaid
            if not part.budgeted or (lends is not None and lends is not False):
                return unknown
        limits = setting.scenario.programme.envelopes
        most = [limits[name].max_share for name in ("investment", "transport_project") if name in limits]
        return setting.budget * min(most, default=1.0)

    # --- what combinations yield ------------------------------------------------------------------------------------
    @cached_property
    def stages(self) -> tuple[int, ...]:
        """Years in which something may open, ascending."""
        return tuple(sorted({self.opening(project) for project in self.params.projects}))

    def open_by(self, year: int) -> list[list[Upgrade]]:
        """Upgrades of each bundle that are in use in a year."""
        found: list[list[Upgrade]] = [[] for _ in self.bundles]
        for upgrades, b in zip(self.upgrades, self.bundle_of, strict=True):
            found[b] += [upgrade for upgrade in upgrades if upgrade.first <= year]
        return found

    @cached_property
    def gains(self) -> Array:
        """Gain in output of each combination as a share of it, shape (K, R, T), (3).

        Combinations that share their first bundles share the shortest ways over them, so each asks for one bundle's links.
        """
        setting, access = self.setting, self.access
        found = np.zeros((len(self.combinations), len(setting.regions), len(setting.periods)))
        for i, year in enumerate(self.stages):
            until = self.stages[i + 1] if i + 1 < len(self.stages) else np.inf
            here = [t for t, period in enumerate(setting.periods) if year <= period < until]
            if here:
                built = self.open_by(year)
                self._descend(found, here, built, np.arange(len(found)), 0, access.base_distance)
        return found

    def _descend(
        self, found: Array, here: list[int], built: list[list[Upgrade]], among: Any, b: int, distance: Array
    ) -> None:
        """Fill in the gains of combinations `among` that agree in all bundles before b, over whose ways `distance` goes."""
        while b < len(built) and not built[b]:
            b += 1
        if b == len(built):
            after = self.access.access(self.setting.base_output, distance)
            gain = self.access.gain(after, self.access.base_access)
            found[np.ix_(among, np.arange(len(gain)), np.array(here))] = gain[None, :, None]
            return
        chosen = self.combinations[among, b] == 1
        if not chosen.all():
            self._descend(found, here, built, among[~chosen], b + 1, distance)
        if chosen.any():
            for upgrade in built[b]:
                distance = shortened(distance, upgrade.a, upgrade.b, upgrade.length)
            self._descend(found, here, built, among[chosen], b + 1, distance)

    # --- what amounts mean ------------------------------------------------------------------------------------------
    @cached_property
    def coordinates(self) -> tuple[Array, Array]:
        """Directions in which the bundles' money differs, shape (D, R Y), and each bundle's place along them, (B, D)."""
        u, size, directions = np.linalg.svd(self.money.reshape(len(self.bundles), -1), full_matrices=False)
        return directions, u * size

    def decode(self, amount: Array) -> np.ndarray:
        """Bundles that amounts mean, 0/1, shape (B,): of possible combinations the one whose money is nearest."""
        directions, place = self.coordinates
        distance = ((self.possible @ place - directions @ amount.ravel()) ** 2).sum(axis=1)
        return np.asarray(self.possible[np.argmin(distance)])

    @cached_property
    def alike(self) -> tuple[list[str], list[str]] | None:
        """Two possible combinations that spend exactly the same everywhere, by names of bundles; None where there are none."""
        _, place = self.coordinates
        size = np.abs(place).max() or 1.0
        points = np.round(self.possible @ place / size, 9) + 0.0
        _, first, inverse = np.unique(points, axis=0, return_index=True, return_inverse=True)
        doubles = np.flatnonzero(first[inverse.ravel()] != np.arange(len(points)))
        if not len(doubles):
            return None
        pair = self.possible[doubles[0]], self.possible[first[inverse.ravel()[doubles[0]]]]
        one, other = ([n for n, built in zip(self.bundles, row, strict=True) if built] for row in pair)
        return one, other


def _kept(found: np.ndarray, here: np.ndarray, keep: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return found[keep], here[keep]
