r"""Works that members pay for together: what each gains from more investment than the plan has, and loses with less.

Members of an institution bring a part of the investment that each would have made at home, and the pool pays for works where they yield
most. No new money is needed, so the surplus is what better places for the same money bring. With n million currency a year (at the size
of the year of the figures, growing with output) more or less than the plan, paid in the programme's years from the delay d on, unit u
gains in kind k

.. math::

    f_{uk}(n) &= \sum_\tau w_\tau Y_{u\tau} \Bigl[\Bigl(1+\tfrac{\Delta G_{uk\tau} + \Delta_{uk\tau}(n)}{G_{uk\tau}}\Bigr)^{\gamma_k}
                 - \Bigl(1+\tfrac{\Delta G_{uk\tau}}{G_{uk\tau}}\Bigr)^{\gamma_k}\Bigr] + w_T\, R_{uk}(n) & (1)\\
    \Delta_{uk\tau}(n) &= \textstyle\sum_{t} (1-\delta_k)^{\tau-\ell_k-t}\, e_{ut}(n), \qquad -n \le b_{uk} = c\,(\delta_k+g)\,G_{uk} + p\,x_{uk} & (2)

with the plan's own added capital :math:`\Delta G`, output Y, capital G, weights of time w and capital left at the end R as in
:mod:`spatialcoord.economy.production`. Money taken away is taken from investment that was effective; money added is effective as far
as the plan leaves room to absorb it. Education and research that others pay for are indirect transfers: a share is lost and they
take effect later. What a member can bring (2) is the share c of what keeps its capital on its path, and the share p of the plan's lines
x that are delegated to the institution. f is concave: it enters bargaining by secants, whose error is told.

A reduced-form response, as that of the plan. A unit of several regions spreads what it gets over them as its capital is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.table import Table
from spatialcoord.economy.capital import stock_of
from spatialcoord.economy.investment import AbsorptionParams
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.institutions.base import Terms
from spatialcoord.instruments.base import by_instrument
from spatialcoord.planner.evaluate import Evaluation

INDIRECT = ("human", "research")
# of output a year, where the case does not hold the figure that absorption is a share of: fully effective, and at most
OF_OUTPUT = (0.004, 0.013)  # desirable and largest intensity: Becker, Egger and von Ehrlich 2012


@dataclass(frozen=True)
class Absorbed:
    """Money of the plan for a kind of capital, and what can be absorbed, by region, shape (R, Y), million currency a year."""

    money: Array
    full: Array
    room: Array
    efficiency: float


def absorbed(setting: Setting, amounts: dict[str, Array], kind: str) -> Absorbed:
    """What the plan's lines leave room for in a kind of capital; of a kind that no line builds, usual shares of the base.

    Parameters
    ----------
    setting : Setting
        Baseline.
    amounts : dict of numpy.ndarray, shape (R, Y)
        The plan, million currency a year, by line.
    kind : str
        Kind of capital.
    """
    shape = (len(setting.regions), len(setting.years))
    money, full, room, efficiency = np.zeros(shape), np.zeros(shape), np.zeros(shape), 1.0
    found = False
    for name, amount in by_instrument(amounts).items():
        works = registry.instruments.get(name)().works(setting, setting.scenario.instruments[name], amount)
        for work in works or ():
            if work.kind == kind and np.all(np.isfinite(work.full)):
                found, efficiency = True, min(efficiency, work.efficiency)
                money, full, room = money + work.money, full + work.full, room + work.room
    if not found:
        usual = AbsorptionParams()
        growth = setting.growth_factor @ setting.year_in_period
        held = setting.graph.has(usual.base)
        base = (setting.attribute(usual.base) if held else setting.base_output)[:, None] * growth
        shares = (usual.full, usual.largest) if held else OF_OUTPUT
        full, room, efficiency = shares[0] * base, (shares[1] - shares[0]) * base, usual.efficiency_beyond
    return Absorbed(money, full, room, efficiency)


class Works:
    """One kind of capital under the terms of one institution, for the n units of a table.

    Parameters
    ----------
    table : Table
        Who sits there.
    plan : Evaluation
        The plan without an agreement.
    amounts : dict of numpy.ndarray
        Its amounts by line.
    kind : str
        Kind of capital.
    terms : Terms
        The institution's.
    """

    def __init__(
        self, table: Table, plan: Evaluation, amounts: dict[str, Array], kind: str, terms: Terms
    ) -> None:
        setting = table.setting
        self.table, self.setting, self.kind = table, setting, kind
        self.stock = stock_of(setting, kind)
        rules = setting.scenario.negotiation
        self.lost: float
        self.late: int
        self.lost, self.late = (rules.indirect_cost, rules.indirect_delay) if kind in INDIRECT else (0.0, 0)
        growth = setting.growth_factor @ setting.year_in_period
        # money of a year of the programme for one unit at the size of the year of the figures
        self.path = growth * (np.arange(len(setting.years)) >= terms.delay)
        self.capital = table.total(self.stock.baseline)
        self.added = table.total(plan.effects[f"invested_{kind}"]) @ self.stock.accumulation.T
        taken = absorbed(setting, amounts, kind)
        money, full, room = (table.total(a) for a in (taken.money, taken.full, taken.room))
        self.efficiency = taken.efficiency
        self.full = np.maximum(full - money, 0.0)
        self.room = np.maximum(full + room - money, 0.0) - self.full
        params = getattr(setting.scenario.economy.capital, kind)
        own = (params.depreciation + setting.scenario.economy.growth) * table.total(self.stock.initial)
        planned = (money / growth).mean(axis=1)
        self.most_given = terms.contribution * own + terms.delegated * planned
        active = self.path > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            self.most_full = np.where(active, self.full / growth, np.inf).min(axis=1, initial=np.inf)
            most = np.where(active, (self.full + self.room) / growth, np.inf).min(axis=1, initial=np.inf)
        self.most_got = np.where(np.isfinite(most), most, 0.0)
        self.most_full = np.minimum(np.where(np.isfinite(self.most_full), self.most_full, 0.0), self.most_got)

    def gain(self, n: Array) -> tuple[Array, Array]:
        """Exact gain (1) for n million currency a year more (negative: less).

        Parameters
        ----------
        n : numpy.ndarray, shape (n,)
            By unit.

        Returns
        -------
        (output, left)
            Direct gain in output by period, shape (n, T), and capital left at the end, shape (n,), million currency.
        """
        money = n[:, None] * self.path
        more = np.maximum(money, 0.0)
        beyond = np.clip(more - self.full, 0.0, self.room)
        gained = (1.0 - self.lost) * (np.minimum(more, self.full) + self.efficiency * beyond)
        less = np.minimum(money, 0.0)
        stock = self.stock
        age = np.array(self.setting.periods)[:, None] - np.array(self.setting.years)[None, :]
        age = age - stock.years_to_build - self.late
        kept = (1.0 - stock.depreciation) ** np.maximum(age, 0)
        added = gained @ np.where(age >= 0, kept, 0.0).T + less @ stock.accumulation.T
        before = np.log1p(self.added / self.capital)
        after = np.log1p(np.maximum((self.added + added) / self.capital, -0.99))
        output = self.table.output * (np.exp(stock.elasticity * after) - np.exp(stock.elasticity * before))
        at_end = (
            self.setting.periods[-1] + 1 - np.array(self.setting.years) - stock.years_to_build - self.late
        )
        left = less @ stock.remaining + gained @ (1.0 - stock.depreciation) ** np.maximum(at_end, 0)
        return output, left

    def worth(self, n: Array) -> tuple[Array, Array]:
        """Gain as a discounted mean: direct output, and capital left, million currency a year, each shape (n,)."""
        output, left = self.gain(n)
        return output @ self.setting.weight, self.setting.terminal_weight * left

    def pieces(self, segments: int, others: Array | None = None) -> Pieces:
        """The response by secants: first those of more money, then those of less, `segments` of each.

        Parameters
        ----------
        segments : int
            Secants of each; one ends where money is no longer fully effective, if there are two or more.
        others : numpy.ndarray, shape (n,), optional
            Most that others can bring to each unit: more nobody gets, and the secants are the finer.
        """
        got = self.most_got if others is None else np.minimum(self.most_got, others)
        first = np.minimum(self.most_full, got)
        # secants as many on each side of the kink as it is long
        share = np.divide(first, got, out=np.zeros_like(got), where=got > 0)
        below = np.clip(np.round(segments * share), share > 0, segments - (share < 1))
        step, below = np.arange(segments + 1), below[:, None]
        full = first[:, None] * step / np.maximum(below, 1)
        beyond = (got - first)[:, None] * (step - below) / np.maximum(segments - below, 1)
        up = np.where(step <= below, full, first[:, None] + beyond)
        down = -self.most_given[:, None] * np.linspace(0, 1, segments + 1)
        parts = []
        for points in (up, down):
            values = [self.worth(points[:, j]) for j in range(points.shape[1])]
            parts.append(
                (np.abs(np.diff(points)), *(np.diff(np.stack(v, axis=1)) for v in zip(*values, strict=True)))
            )
        width, output, left = (np.concatenate([a, b], axis=1) for a, b in zip(*parts, strict=True))
        safe = np.where(width > 0, width, 1.0)
        sign = np.repeat([1.0, -1.0], [segments, segments])
        return Pieces(width, output / safe, left / safe, sign)

    def error(self, pieces: Pieces, price: float, arrives: float) -> Array:
        r"""Most by which the secants understate what each unit gains at a price of money, million currency a year, shape (n,).

        A concave function lies below the secants before and after a piece, prolonged: with slopes :math:`a \ge s \ge b` and width
        h it exceeds the secant by at most :math:`h\,(a-s)(s-b)/(a-b)`. At the ends the slope is taken over a thousandth of the piece.
        Only pieces near whose secant the price lies can be where the exact response would go.

        Parameters
        ----------
        pieces : Pieces
            The secants.
        price : float
            What a unit of money in the pool is worth (the minimiser of (2) in :mod:`spatialcoord.coordination.worth`).
        arrives : float
            Part of money given that reaches the pool.
        """
        found = np.zeros(len(pieces.width))
        half = len(pieces.sign) // 2
        for first, sign in ((0, 1.0), (half, -1.0)):
            width = pieces.width[:, first : first + half]
            slope = sign * (pieces.output + pieces.left)[:, first : first + half]
            ends = np.cumsum(width, axis=1)
            start, last = sign * 1e-3 * width[:, 0], sign * ends[:, -1]
            inner = last - sign * 1e-3 * width[:, -1]
            with np.errstate(divide="ignore", invalid="ignore"):
                at_start = sum(self.worth(start)) / start
                at_end = (sum(self.worth(last)) - sum(self.worth(inner))) / (last - inner)
            before = np.column_stack([at_start, slope[:, :-1]])
            after = np.column_stack([slope[:, 1:], at_end])
            high, low = np.maximum(before, after), np.minimum(before, after)
            with np.errstate(divide="ignore", invalid="ignore"):
                gap = width * (high - slope) * (slope - low) / (high - low)
            at = price if sign > 0 else price * arrives
            near = (width > 0) & (high >= at) & (low <= at)
            found = np.maximum(found, np.where(near, np.nan_to_num(gap), 0.0).max(axis=1))
        return found


@dataclass(frozen=True)
class Pieces:
    """Secants of a response, shape (n, 2J): more money first, then less.

    Attributes
    ----------
    width : numpy.ndarray
        Money of a piece, million currency a year at the size of the year of the figures.
    output, left : numpy.ndarray
        Change of direct output, and of capital left, for a unit of money in the piece (of less money: for a unit given).
    sign : numpy.ndarray, shape (2J,)
        1 where a unit costs the pool one, -1 where it brings one.
    """

    width: Array
    output: Array
    left: Array
    sign: Array

    def of(self, belongs: Array) -> Pieces:
        """Those of members only, `belongs` being 1 for them and 0 for others, shape (n,)."""
        return Pieces(self.width * belongs[:, None], self.output, self.left, self.sign)
