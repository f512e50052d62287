"""What an agreement on protection is in figures: who serves whom, what it costs and is worth, its price; and what is wrong with it.

Not an instrument: equation numbers are those of :mod:`spatialcoord.instruments.horizontal_compensation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.economy.credit import in_years
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.between import can_agree, positions, region_problems, relative, unbound_problems
from spatialcoord.regions.links import BOTH_WAYS

AFFAIR = "environment"


@dataclass(frozen=True)
class Bargain:
    """Who serves whom at which price; R regions, n pairs, Y programme years. Money is that of the year of the figures.

    A pair is who gains from whose protection. Of these only pairs that are :attr:`bound` can agree: others gain as well, since
    water protected for one is protected for all, and pay nothing.
    """

    setting: Setting
    params: Any

    @cached_property
    def pairs(self) -> dict[tuple[int, int], float]:
        """Largest payment by who gains and who protects, in the order of the regions."""
        setting, params = self.setting, self.params
        if params.pairs == "agreements":
            ends = zip(
                positions(setting, (a.payer for a in params.agreements)),
                positions(setting, (a.receiver for a in params.agreements)),
                strict=True,
            )
            limits = (np.inf if a.at_most is None else a.at_most for a in params.agreements)
            return dict(zip(((int(p), int(u)) for p, u in ends), limits, strict=True))
        links = setting.graph.links
        if params.pairs == "river":
            links = links[links["kind"] == "river"]
            ends = zip(positions(setting, links["b"]), positions(setting, links["a"]), strict=True)
            return dict.fromkeys(sorted((int(p), int(u)) for p, u in ends), np.inf)
        links, level = links[links["kind"].isin(BOTH_WAYS)], relative(setting)
        ends = zip(positions(setting, links["a"]), positions(setting, links["b"]), strict=True)
        ordered = ((p, u) if level[p] > level[u] else (u, p) for p, u in ends if level[p] != level[u])
        return dict.fromkeys(sorted((int(p), int(u)) for p, u in ordered), np.inf)

    @cached_property
    def payer(self) -> np.ndarray:
        """Position of who gains, and pays where the pair is bound, shape (n,)."""
        return np.array([payer for payer, _ in self.pairs], dtype=int)

    @cached_property
    def provider(self) -> np.ndarray:
        """Position of who protects, shape (n,)."""
        return np.array([provider for _, provider in self.pairs], dtype=int)

    @cached_property
    def bound(self) -> np.ndarray:
        """Pairs that can agree, shape (n,)."""
        return can_agree(self.setting, AFFAIR)[self.payer, self.provider]

    @cached_property
    def cost(self) -> Array:
        """What full protection takes from each region, (1), shape (R,)."""
        if self.params.cost_figure:
            return self.setting.attribute(self.params.cost_figure)
        return np.asarray(self.params.opportunity_cost * self.setting.base_output)

    @cached_property
    def benefit(self) -> Array:
        """What full protection is worth to who gains in each pair, bound or not, (1), shape (n,)."""
        serving = np.bincount(self.payer, minlength=len(self.setting.regions))
        return np.asarray(
            self.params.benefit * (self.setting.base_output / np.maximum(serving, 1))[self.payer]
        )

    @cached_property
    def worth(self) -> Array:
        """What full protection by each region is worth to all who gain and can agree with it, shape (R,)."""
        benefit = np.where(self.bound, self.benefit, 0.0)
        worth = np.bincount(self.provider, benefit, minlength=len(self.setting.regions))
        return worth.astype(float)

    @cached_property
    def open(self) -> np.ndarray:
        """Regions with which an agreement is possible, (2), shape (R,)."""
        return np.asarray(self.worthwhile & ((self.cost > 0) | (self.params.split > 0)))

    @cached_property
    def worthwhile(self) -> np.ndarray:
        """Regions whose protection is worth what it costs to those who gain and can agree, shape (R,)."""
        return np.asarray((self.worth > 0) & (self.worth >= self.cost))

    @cached_property
    def price(self) -> Array:
        """Payment for full protection, (2), shape (R,); zero where there is no agreement."""
        return np.where(self.open, self.cost + self.params.split * (self.worth - self.cost), 0.0)

    @cached_property
    def per_unit(self) -> Array:
        """Protection for a unit of money, shape (R,); zero where there is no agreement."""
        return np.divide(1.0, self.price, out=np.zeros_like(self.price), where=self.price > 0)

    @cached_property
    def share(self) -> Array:
        """Share of each payer in what its provider receives, (3), shape (n,); zero where the pair is not bound."""
        worth = self.worth[self.provider]
        return np.divide(self.benefit, worth, out=np.zeros_like(worth), where=self.bound & (worth > 0))

    @cached_property
    def room(self) -> Array:
        """Most that each region pays in a year, (4), million currency, shape (R, Y)."""
        pays = np.zeros(len(self.setting.regions))
        pays[self.payer[self.bound]] = self.params.payment_cap
        return in_years(self.setting, pays * self.setting.attribute(self.params.cap_of))

    @cached_property
    def most(self) -> Array:
        """Most that each region can receive in a year: for full protection, and within the limits of every payer, shape (R, Y)."""
        most = in_years(self.setting, self.price)
        agreed = self.bound
        limits = np.array(list(self.pairs.values()))[agreed, None]
        with np.errstate(divide="ignore"):
            by_payer = np.minimum(limits, self.room[self.payer[agreed]]) / self.share[agreed, None]
        np.minimum.at(most, self.provider[agreed], by_payer)
        return most

    def protection(self, received: Array) -> Array:
        """Protection that money received means, (3), shape (R, Y)."""
        return received * self.per_unit[:, None] / (self.setting.growth_factor @ self.setting.year_in_period)

    def matrix(self, values: Array, among: Any = slice(None)) -> sp.csr_array:
        """A number of every pair, or of some `among` them, as a matrix [payer, provider], shape (R, R)."""
        regions = len(self.setting.regions)
        ends = self.payer[among], self.provider[among]
        return sp.csr_array((values[among], ends), shape=(regions, regions))


def agreement_problems(setting: Setting, params: Any, where: str) -> list[Problem]:
    """Agreements missing, not asked for, of regions that do not exist or cannot agree, of one with itself, or given twice."""
    listed, where = params.agreements, f"{where}.agreements"
    if not listed and params.pairs == "agreements":
        return [
            Problem(
                "no agreement is listed",
                where,
                "`pairs` is agreements.",
                "List them: [{payer: A, receiver: B}], or write pairs: river.",
            )
        ]
    if listed and params.pairs != "agreements":
        return [
            Problem(
                f"agreements are listed, but `pairs` is {params.pairs}",
                where,
                remedy="Write pairs: agreements, or take the list out.",
            )
        ]
    named = [
        (f"{where}.{i}.{end}", getattr(a, end)) for i, a in enumerate(listed) for end in ("payer", "receiver")
    ]
    problems = region_problems(setting, named)
    seen: set[tuple[str, str]] = set()
    for i, agreement in enumerate(listed):
        pair = agreement.payer, agreement.receiver
        if agreement.payer == agreement.receiver:
            problems.append(
                Problem(
                    f"'{agreement.payer}' would pay itself",
                    f"{where}.{i}",
                    remedy="Name two different regions.",
                )
            )
        elif pair in seen:
            problems.append(
                Problem(
                    f"the agreement of '{pair[0]}' with '{pair[1]}' is given twice",
                    f"{where}.{i}",
                    remedy="Keep one, with the payments of both.",
                )
            )
        seen.add(pair)
    if problems:
        return problems
    return unbound_problems(
        setting, AFFAIR, ((f"{where}.{i}", a.payer, a.receiver) for i, a in enumerate(listed))
    )
