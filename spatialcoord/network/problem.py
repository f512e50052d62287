r"""The problem: capacities of links and flows of one good that make regions best off.

Over regions r with :math:`L_r` heads and an endowment :math:`Y_r` of the good, links :math:`\ell` that are used both ways, and
arcs (a link in one direction) from o to d (Fajgelbaum and Schaal 2020, Econometrica 88(4), one good that moves, labour that
does not):

.. math::
   \max_{c,Q,I \ge 0}\; \sum_r \omega_r u(c_r) \quad\text{s.t.}\quad
   L_r c_r + \sum_{a: o(a)=r} (Q_a + f_a) \le Y_r + \sum_{a: d(a)=r} Q_a, \qquad (1)

.. math::
   f_a \ge \delta_\ell\, Q_a^{1+\beta} / I_\ell^{\gamma}, \qquad \sum_\ell \delta^I_\ell I_\ell \le K, \qquad
   \underline{I}_\ell \le I_\ell \le \overline{I}_\ell, \qquad (2)

with :math:`u(c) = \ln c`, or :math:`c^{1-\varepsilon}/(1-\varepsilon)`. Moving goods uses up goods where they leave. The
function in (2) is jointly convex if and only if :math:`\gamma \le \beta`; congestion then outweighs what capacity saves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from spatialcoord.errors import InputError, Problem

Vector = np.ndarray


@dataclass(frozen=True, eq=False)
class Network:
    """Data of (1) and (2), in any one unit of goods and of heads.

    Attributes
    ----------
    regions : tuple of str
        Ids.
    endowment : numpy.ndarray, shape (R,)
        Goods of each region, above 0.
    population : numpy.ndarray, shape (R,)
        Heads, above 0.
    a, b : numpy.ndarray of int, shape (L,)
        Positions of the regions that each link joins.
    friction : numpy.ndarray, shape (L,)
        Goods used up by a flow of one through a capacity of one, at least 0.
    building : numpy.ndarray, shape (L,)
        What a unit of capacity takes of the budget, above 0.
    budget : float
        K.
    beta, gamma : float
        Congestion, and what capacity saves.
    weight : numpy.ndarray, shape (R,)
        Weights in the welfare; the heads by default.
    least, most : numpy.ndarray, shape (L,)
        Limits of capacity: 0 and none by default.
    aversion : float
        :math:`\\varepsilon > 0`; 1 is the logarithm.

    Raises
    ------
    InputError
        Everything that is wrong, with what to do.
    """

    regions: tuple[str, ...]
    endowment: Vector
    population: Vector
    a: Vector
    b: Vector
    friction: Vector
    building: Vector
    budget: float
    beta: float = 1.0
    gamma: float = 1.0
    weight: Any = None
    least: Any = 0.0
    most: Any = np.inf
    aversion: float = 1.0
    where: str = field(default="network", compare=False)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        regions, links = len(self.regions), len(self.a)
        set_(self, "weight", self.population if self.weight is None else self.weight)
        for name, size in (
            *((n, regions) for n in ("endowment", "population", "weight")),
            *((n, links) for n in ("friction", "building", "least", "most")),
        ):
            set_(self, name, np.broadcast_to(np.asarray(getattr(self, name), dtype=float), (size,)))
        problems = self._problems()
        if problems:
            raise InputError(problems)

    def _problems(self) -> list[Problem]:
        out = []
        for name, low, strict in (
            ("endowment", 0.0, True), ("population", 0.0, True), ("weight", 0.0, False),
            ("friction", 0.0, False), ("building", 0.0, True), ("least", 0.0, False),
        ):  # fmt: skip
            values = getattr(self, name)
            bad = ~np.isfinite(values) | ((values <= low) if strict else (values < low))
            if bad.any():
                labels: Sequence[str] = (
                    self.regions
                    if len(values) == len(self.regions) and name in ("endowment", "population", "weight")
                    else self.links
                )
                what = f"{name} must be {'above' if strict else 'at least'} {low:g} and finite"
                out.append(Problem(f"{what}; wrong for {labels[int(bad.argmax())]}", self.where))
        if not (self.beta >= 0 and self.gamma >= 0 and self.aversion > 0):
            out.append(
                Problem(
                    f"beta {self.beta:g}, gamma {self.gamma:g}, aversion {self.aversion:g}",
                    self.where,
                    remedy="Give beta and gamma of at least 0 and an aversion above 0.",
                )
            )
        elif self.gamma > self.beta and not self.fixed:
            out.append(
                Problem(
                    f"gamma {self.gamma:g} exceeds beta {self.beta:g}: the problem is not convex",
                    self.where,
                    "capacity saves more than congestion costs, so that it pays to gather all flows on few links, and no "
                    "bound on such a plan can be certified by cuts",
                    f"Give a gamma of at most {self.beta:g}, or compare networks that you draw yourself: with capacities "
                    "fixed (least = most) the flows are a convex problem whatever gamma is.",
                )
            )
        if not (np.isfinite(self.budget) and self.budget > 0):
            out.append(Problem(f"a budget of {self.budget:g}", self.where, remedy="Give one above 0."))
        elif (self.least > self.most).any() or self.building @ self.least > self.budget * (1 + 1e-9):
            out.append(
                Problem(
                    "the least capacities do not fit",
                    self.where,
                    f"together they take {self.building @ self.least:g}, the budget is {self.budget:g}",
                    "Raise the budget, or lower the least capacities to at most the largest ones.",
                )
            )
        return out

    @property
    def fixed(self) -> bool:
        """Whether no capacity can be chosen."""
        return bool((self.least == self.most).all())

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Labels of the links."""
        return tuple(f"{self.regions[i]}|{self.regions[j]}" for i, j in zip(self.a, self.b, strict=True))

    @cached_property
    def tail(self) -> Vector:
        """Where each arc leaves: first all links from a to b, then all from b to a; shape (2L,)."""
        return np.concatenate([self.a, self.b]).astype(int)

    @cached_property
    def head(self) -> Vector:
        """Where each arc arrives, shape (2L,)."""
        return np.concatenate([self.b, self.a]).astype(int)

    @cached_property
    def link_of(self) -> Vector:
        """Link of each arc, shape (2L,)."""
        return np.tile(np.arange(len(self.a)), 2)

    def uniform(self) -> Vector:
        """The budget spread evenly: the same capacity everywhere, inside the limits; shape (L,)."""
        left, total = self.budget - float(self.building @ self.least), float(self.building.sum())
        return np.minimum(self.least + max(left, 0.0) / total, self.most)
