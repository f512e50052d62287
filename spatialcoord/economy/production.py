r"""Capital and what it yields: exact, and as certified piecewise-linear rows in a model.

Capital is a difference against a baseline in which investment goes on and capital grows with output,

.. math:: \Delta G_{r\tau} = \sum_{t\le\tau-\ell}(1-\delta)^{\tau-\ell-t}\, e_{rt}, \qquad (1)

.. math:: g_{r\tau} = Y_{r\tau}\left[\left(1+\frac{\Delta G_{r\tau}}{G_{r\tau}}\right)^{\gamma}-1\right], \qquad (2)

with effective investment e, depreciation :math:`\delta`, time to build :math:`\ell`, baseline capital G and output Y
and output elasticity :math:`\gamma` of the stock. No programme, no effect. Each type of capital adds its own gain; the
cross-product of two types (non-negative, of second order) is left out. A reduced-form response: it holds for small
changes around the baseline and says nothing of how the elasticity comes about (Bom and Ligthart 2014 on its size).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spatialcoord.economy.setting import Array, Setting

if TYPE_CHECKING:
    from spatialcoord.economy.ordering import OrderedFill
    from spatialcoord.model import Affine, Model


@dataclass(frozen=True)
class PublicCapital:
    """One kind of capital in a setting.

    Parameters
    ----------
    setting : Setting
        Baseline.
    initial : numpy.ndarray, shape (R,)
        Stock in the year of the figures, million currency.
    elasticity, depreciation : float
        Output elasticity of the stock (1); share lost a year (1/year).
    years_to_build : int
        Years from payment to first use.
    """

    setting: Setting
    initial: Array
    elasticity: float
    depreciation: float
    years_to_build: int

    # name of the rows, what is counted, and its unit (None: money), where something else answers like a stock
    rule: ClassVar[str] = "capital"
    counted: ClassVar[str] = "capital added"
    unit: ClassVar[str | None] = None

    @property
    def baseline(self) -> Array:
        """Stock without the programme, shape (R, T)."""
        return self.initial[:, None] * self.setting.growth_factor

    @property
    def accumulation(self) -> Array:
        """Matrix (T, Y) of equation (1)."""
        age = (
            np.array(self.setting.periods)[:, None]
            - np.array(self.setting.years)[None, :]
            - self.years_to_build
        )
        return np.where(age >= 0, (1.0 - self.depreciation) ** np.maximum(age, 0), 0.0)

    @property
    def remaining(self) -> Array:
        """Share of a year's investment left when the horizon ends, shape (Y,)."""
        age = self.setting.periods[-1] + 1 - np.array(self.setting.years) - self.years_to_build
        return (1.0 - self.depreciation) ** np.maximum(age, 0)

    @property
    def marginal_product(self) -> Array:
        """Output of one more unit of the stock in the year of the figures, 1/year, shape (R,)."""
        return self.elasticity * self.setting.base_output / self.initial

    def gain(self, effective: Array) -> Array:
        """Exact gain in output, equation (2).

        Parameters
        ----------
        effective : numpy.ndarray, shape (R, Y)
            Effective investment, million currency a year.

        Returns
        -------
        numpy.ndarray, shape (R, T)
            Million currency a year.
        """
        relative = effective @ self.accumulation.T / self.baseline
        return self.setting.output * np.expm1(self.elasticity * np.log1p(relative))

    def enter(
        self,
        model: Model,
        effective: Affine,
        largest: Array,
        segments: int,
        tiers: Sequence[OrderedFill | None],
    ) -> Affine:
        """Write equation (2) into the model by secants, a lower bound that is tight at the breakpoints.

        Parameters
        ----------
        model : Model
            Receives `segment` (region, productive, segment) and the rows `capital`.
        effective : Affine, dims (region, year)
            Effective investment.
        largest : numpy.ndarray, shape (R, Y)
            Most that can be invested effectively; fixes the range of the breakpoints.
        segments : int
            Pieces of equal length.
        tiers : sequence of OrderedFill
            Segments whose values add up to the effective investment; None for a part of it that has none.

        Returns
        -------
        Affine, dims (region, period)
            Lower bound on the gain in output, million currency a year; zero in periods that have no weight.
        """
        from spatialcoord.economy.ordering import OrderedFill
        from spatialcoord.model import Data, Dim

        setting = self.setting
        active, points, _, slope = self._secants(largest, segments)
        built, home, kept = self._stretches(active)
        productive = Dim("productive", [setting.periods[i] for i in active[built]])
        counted = Dim("counted", [setting.periods[i] for i in active])
        segment = model.dim("segment", list(range(1, segments + 1)))
        region = effective.dims[0]
        base = self.baseline[:, active]
        length = (np.diff(points, axis=2) * base[:, :, None])[:, built]
        typical = float(np.median(length[length > 0])) if (length > 0).any() else 1.0
        z = model.variable(
            "segment",
            (region, productive, segment),
            upper=Data((region, productive, segment), length),
            scale=typical,
            unit=self.unit or setting.scenario.money_unit,
            doc=f"{self.counted}, by segment of the response",
        )
        stock = effective.apply("year", self.accumulation[active[built]], productive)
        rule = model.constrain(
            self.rule, z.sum("segment") - stock == 0.0, doc=f"segments add up to the {self.counted}, (1)"
        )
        worth = slope * (setting.output[:, active] / base * kept)[:, :, None]
        later = z.select("productive", [productive.labels[i] for i in home], counted)
        gain = (later * Data((region, counted, segment), worth)).sum("segment")
        # what a unit of a segment is worth in all periods it stands for, weighted as the target weighs them
        stands = np.equal.outer(np.arange(len(built)), home) * setting.weight[active]
        weighed = np.einsum("ka,ras->rks", stands, worth) / stands.sum(axis=1)[:, None]
        fill = OrderedFill(z, length, weighed, scale=typical, name="segment").attach(model)
        fill.fills(rule, list(tiers), self.accumulation[active[built]])
        embed = np.zeros((len(setting.periods), len(active)))
        embed[active, np.arange(len(active))] = 1.0
        return gain.apply("counted", embed, model.dim("period", setting.periods))

    def understatement(self, largest: Array, segments: int) -> Array:
        """Largest amount by which the secants of :meth:`enter` understate the gain in output, shape (R, T)."""
        active, points, value, slope = self._secants(largest, segments)
        with np.errstate(invalid="ignore", divide="ignore"):
            touch = (slope / self.elasticity) ** (1.0 / (self.elasticity - 1.0)) - 1.0
        touch = np.clip(np.nan_to_num(touch), points[..., :-1], points[..., 1:])
        curve = np.expm1(self.elasticity * np.log1p(touch))
        gap = np.maximum(curve - value[..., :-1] - slope * (touch - points[..., :-1]), 0.0)
        error = np.zeros((len(self.setting.regions), len(self.setting.periods)))
        error[:, active] = gap.max(axis=2) * self.setting.output[:, active]
        return error

    def _stretches(self, active: np.ndarray) -> tuple[np.ndarray, np.ndarray, Array]:
        """Periods that need segments of their own, which of them every active period follows, and its share of that.

        Once the last investment is built, stocks only wear out: all of them, and their breakpoints with them, by the
        same factor a year, so one set of segments stands for all later periods.
        """
        done = self.setting.years[-1] + self.years_to_build
        year = np.array(self.setting.periods)[active]
        _, built, home = np.unique(np.minimum(year, done), return_index=True, return_inverse=True)
        return built, home, (1.0 - self.depreciation) ** (year - year[built][home])

    def points(self, reach: Array, segments: int) -> Array:
        """Breakpoints from zero to the reach, one more than segments along a further dimension."""
        return reach[..., None] * np.linspace(0.0, 1.0, segments + 1)

    def _secants(self, largest: Array, segments: int) -> tuple[np.ndarray, Array, Array, Array]:
        """Periods that count, breakpoints u of relative capital, (1+u)^gamma - 1 there, and slopes between them."""
        # years without weight need no rows, and the order of their segments could not be told from a plan
        active = np.flatnonzero(self.accumulation.any(axis=1) & (self.setting.weight > 0))
        reach = (largest @ self.accumulation.T)[:, active] / self.baseline[:, active]
        points = self.points(reach, segments)
        value = np.expm1(self.elasticity * np.log1p(points))
        width = np.diff(points, axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(width > 0, np.diff(value, axis=2) / width, self.elasticity)
        return active, points, value, slope
