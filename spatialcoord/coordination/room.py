r"""How much the rules of a programme leave for promises.

A promise :math:`P_{ri}` holds in every programme year, so that what counts is the year with the least room. With what the scenario has
promised already, :math:`P^0`, the least budget :math:`b=\min_t B_t`, the ceiling c, shares :math:`\pi^g_r` of the people whom a group of
lines g admits and the largest share :math:`\bar s_g` of the money that others' least shares leave for it:

.. math::

    P_{ri} &\le \textstyle\min_t \overline x_{irt} & (1)\\
    \textstyle\sum_{i\in g} P_{ri} &\le c\,\pi^g_r\,\bar s_g\,b & (2)\\
    \textstyle\sum_{r,\,i\in g} P_{ri} &\le \bar s_g\,b & (3)\\
    \textstyle\sum_i P_{ri} &\le \textstyle\min_t \bigl(X_{r0}+\sum_{t'\le t} d\,\pi_r B_{t'}\bigr) & (4)\\
    \textstyle\sum_{r\in h,\,i} P_{ri} &\le \textstyle\min_t k\sum_{r\in h} A_{rt} & (5)

with the most a line takes :math:`\overline x` (absorption, eligibility), year 0 and the change limit d, and caps k on groups of regions h
(:mod:`spatialcoord.planner.programme`). These are necessary, and tell which rule stops which demand. Whether all promises can be kept
at once under the rules of the programme and of its instruments, X, is one linear programme (with whole numbers where instruments have
them) without objective or economy,

.. math:: \max \theta \le 1 \quad \text{s.t.} \quad x \in X,\ \textstyle x_{irt} \ge P^0_{ri} + \theta P_{ri}, \qquad (6)

so that there is a plan with :math:`P^0+\theta P` wherever nothing else restricts it (``objective.at_most``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Infeasible
from spatialcoord.instruments.base import by_line, lines_of
from spatialcoord.model import Affine, Data, Model
from spatialcoord.model.affine import add
from spatialcoord.planner.programme import enter_programme, line_limits
from spatialcoord.scenario.programme import Protected

SLACK = 1e-9  # relative
MARGIN = 1e-6  # less than can be kept by the solver's arithmetic
NO_PLAN = "There is no plan even without any demand; take back a promise or loosen a rule of the scenario."
PATIENCE = 60.0  # seconds, only where instruments have whole numbers: what is found by then can be kept


def promisable(setting: Setting) -> tuple[str, ...]:
    """Instruments of which money can be promised, in the order of the scenario.

    It comes out of the budget, and not in whole projects: those pay in the years in which they are built.
    """
    parts = {name: registry.instruments.get(name) for name in setting.scenario.instruments}
    return tuple(name for name, part in parts.items() if part.budgeted and not part.whole)


def kinds(setting: Setting) -> dict[str, tuple[str, ...]]:
    """Kinds of money (envelopes) and those of their instruments of which money can be promised."""
    found: dict[str, tuple[str, ...]] = {}
    for name in promisable(setting):
        kind = registry.instruments.get(name).envelope
        found[kind] = (*found.get(kind, ()), name)
    return found


@dataclass(frozen=True)
class Room:
    """Rules on promises in a case of R regions with I instruments of which money can be promised.

    Attributes
    ----------
    setting : Setting
        Baseline.
    """

    setting: Setting

    @cached_property
    def instruments(self) -> tuple[str, ...]:
        """Names, I."""
        return promisable(self.setting)

    @cached_property
    def budget(self) -> float:
        """Least money of a programme year b, million currency a year."""
        return float(self.setting.budget.min())

    @cached_property
    def _limits(self) -> dict[str, Array]:
        return line_limits(self.setting)

    @cached_property
    def most(self) -> Array:
        """Most that an instrument takes in a region in the year of the least, million currency a year, shape (R, I)."""
        found = np.zeros(self.already.shape)
        for i, name in enumerate(self.instruments):
            found[:, i] = np.sum([self._limits[line] for line in lines_of(name)], axis=0).min(axis=1)
        return found

    @cached_property
    def already(self) -> Array:
        """What the scenario has promised, million currency a year, shape (R, I)."""
        found = np.zeros((len(self.setting.regions), len(self.instruments)))
        for line in self.setting.scenario.programme.protected:
            if line.instrument in self.instruments:
                place = self.setting.regions.index(line.region), self.instruments.index(line.instrument)
                found[place] += line.amount
        return found

    @cached_property
    def groups(self) -> dict[str, np.ndarray]:
        """Kinds of money, and instruments that the scenario holds to shares of their own: positions of instruments."""
        found = {k: np.array([self.instruments.index(i) for i in m]) for k, m in kinds(self.setting).items()}
        own = [
            n for n in self.instruments if n in self.setting.scenario.programme.envelopes and n not in found
        ]
        return found | {name: np.array([self.instruments.index(name)]) for name in own}

    @cached_property
    def least_share(self) -> dict[str, float]:
        """Least share of the money by group; of a kind at least that of its instruments together."""
        limits = self.setting.scenario.programme.envelopes
        own = {group: limits[group].min_share if group in limits else 0.0 for group in self.groups}
        return {
            group: max(own[group], sum(own[name] for name in self._inside(group))) for group in self.groups
        }

    @cached_property
    def largest_share(self) -> dict[str, float]:
        """Largest share of the money by group that the least shares of the others leave."""
        limits, least = self.setting.scenario.programme.envelopes, self.least_share
        found: dict[str, float] = {}
        for kind in kinds(self.setting):
            others = sum(least[other] for other in kinds(self.setting) if other != kind)
            found[kind] = min(limits[kind].max_share if kind in limits else 1.0, 1.0 - others)
            for name in self._inside(kind):
                beside = sum(least[other] for other in self._inside(kind) if other != name)
                found[name] = min(limits[name].max_share, found[kind] - beside)
        return found

    def _inside(self, group: str) -> list[str]:
        """Instruments of a kind that are groups themselves."""
        return [name for name in kinds(self.setting).get(group, ()) if name in self.groups and name != group]

    def _per_head(self, group: str) -> bool:
        return any(registry.instruments.get(self.instruments[i]).per_head for i in self.groups[group])

    def _among(self, group: str) -> Array:
        """Shares of the people whom a group admits, shape (R,)."""
        lines = [line for i in self.groups[group] for line in lines_of(self.instruments[i])]
        admitted = np.zeros(len(self.setting.regions), dtype=bool)
        for line in lines:
            admitted |= self._limits[line].max(axis=1) > 0  # in any year
        share = np.where(admitted, self.setting.share, 0.0)
        return np.asarray(share / (share.sum() or 1.0))

    @cached_property
    def _shares(self) -> dict[str, Array]:
        return {group: self._among(group) for group in self.groups}

    def rules(self) -> list[tuple[str, np.ndarray, float]]:
        """Rules (1)-(5): what stops (a key), which cells they count, bool (R, I), and the room left, million currency a year."""
        setting, programme = self.setting, self.setting.scenario.programme
        shape = self.already.shape
        found: list[tuple[str, np.ndarray, float]] = []

        def enter(reason: str, regions: Any, instruments: Any, room: float) -> None:
            if np.isfinite(room):
                counted = np.zeros(shape, dtype=bool)
                counted[np.ix_(np.atleast_1d(regions), np.atleast_1d(instruments))] = True
                found.append((reason, counted, room - float(self.already[counted].sum())))

        everywhere = np.arange(shape[0])
        for i in range(shape[1]):
            for r in everywhere:
                enter("most" if self.most[r, i] > 0 else "none", r, i, float(self.most[r, i]))
        for group in self.groups:
            money = self.largest_share[group] * self.budget
            enter("envelope", everywhere, self.groups[group], money)
            if self._per_head(group):
                for r in everywhere:
                    room = programme.ceiling * self._shares[group][r] * money
                    enter("ceiling", r, self.groups[group], float(room))
        if programme.change_limit is not None:
            steps = programme.change_limit * setting.equal.cumsum(axis=1)
            high = (setting.year_zero[:, None] + steps).min(axis=1)
            for r in everywhere:
                enter("change", r, np.arange(shape[1]), float(high[r]))
        growth = setting.growth_factor @ setting.year_in_period
        for level, cap in programme.caps.items():
            figure = setting.attribute(cap.of) * float(growth.min())
            label = np.array(setting.regions) if level == "region" else setting.graph.level(level).values
            for group in dict.fromkeys(label.astype(str)):
                held = np.flatnonzero(label.astype(str) == group)
                enter("cap", held, np.arange(shape[1]), cap.share * float(figure[held].sum()))
        return found

    def kept(self, promised: Array) -> float:
        r"""Largest part of promises that can be kept all together (6), shape (R, I): 1 where all of them can.

        Raises
        ------
        Infeasible
            The rules of the scenario leave no plan even without them.
        """
        setting = self.setting
        model = Model("promises")
        amounts: dict[str, Affine] = {}
        for name, params in setting.scenario.instruments.items():
            part = registry.instruments.get(name)()
            with model.part(name):
                lines = by_line(name, part.build(model, setting, params))
            if part.budgeted:
                amounts |= lines
        enter_programme(model, setting, amounts)
        region = model.dim("region", setting.regions)
        with model.part("kept"):
            share = model.variable("share", (), lower=1.0, upper=1.0, doc="part of the promises that is kept")
            for i, name in enumerate(self.instruments):
                if not promised[:, i].any():
                    continue
                money = add([amounts[line] for line in lines_of(name)])
                model.constrain(
                    f"promised_{name}",
                    money - share * Data((region,), promised[:, i]) >= Data((region,), self.already[:, i]),
                    doc="promises, (6)",
                )
        model.maximise(share)
        patience = PATIENCE if model.arrays.columns.kind.any() else None
        # whether all can be kept is much quicker to tell than how much of them
        if np.isfinite(model.solve(time_limit=patience).objective):
            return 1.0
        model.limit("kept.share", lower=0.0)
        solution = model.solve(time_limit=patience)
        if solution.status == "infeasible":
            raise Infeasible(NO_PLAN, model.conflict())
        found = solution.objective if np.isfinite(solution.objective) else 0.0
        return min(1.0, max(0.0, found - MARGIN))

    def lines(self, promised: Array) -> tuple[Protected, ...]:
        """Promised lines of a programme, one for each cell above rounding, shape (R, I)."""
        return tuple(
            Protected(
                region=self.setting.regions[r], instrument=self.instruments[i], amount=float(promised[r, i])
            )
            for r, i in zip(*np.nonzero(promised > SLACK * self.budget), strict=True)
        )
