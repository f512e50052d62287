"""Investment with absorption: the shared core of every line that builds capital."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spatialcoord.economy.capital import Flow, post_investment
from spatialcoord.economy.ordering import OrderedFill
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Works

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


class AbsorptionParams(Parameters):
    """How much a region can use well in a year."""

    base: str = quantity(
        "budget_expenditure",
        unit="attribute",
        source="design choice; the EU's thresholds in shares of GDP would cap the poorest Chinese provinces hardest",
        description="region attribute that the thresholds are shares of",
    )
    full: float = quantity(
        0.02,
        unit="share of base a year",
        low=0.002,
        high=0.05,
        bound=(0.0, None),
        source="design choice; for the shape, Becker, Egger and von Ehrlich 2012, European Economic Review 56(4)",
        description="investment up to this share of the base is fully effective",
    )
    largest: float = quantity(
        0.06,
        unit="share of base a year",
        low=0.01,
        high=0.15,
        bound=(0.0, None),
        source="design choice; for the shape, Becker, Egger and von Ehrlich 2012, European Economic Review 56(4)",
        description="no more than this share of the base can be invested in a year",
    )
    efficiency_beyond: float = quantity(
        0.7,
        unit="1",
        low=0.3,
        high=1.0,
        bound=(0.0, 1.0),
        source="design choice; concave intensity response, Cerqua and Pellegrini 2017, Papers in Regional Science",
        description="effectiveness of investment beyond the full share",
    )


class CofinanceParams(Parameters):
    r"""Own money that must stand beside central money.

    At rate c the region adds :math:`n = \frac{c}{1-c}x`. Everything is a difference against a baseline in which the
    region goes on investing: co-finance taken from that investment builds nothing new and costs residents nothing new;
    only the additional share a does, :math:`a\,n`, and it is debited from income.
    """

    rate: float = quantity(
        0.0,
        unit="1",
        low=0.0,
        high=0.6,
        bound=(0.0, 0.95),
        source="zero by default; Regulation (EU) 2021/1060 Art. 112 for European rates",
        description="share of the total paid by the region",
    )
    additionality: float = quantity(
        0.0,
        unit="1",
        low=0.0,
        high=1.0,
        bound=(0.0, 1.0),
        source="design choice: with 0 a lower central rate attracts no money by itself",
        description="share of own co-finance beyond what the region would have invested anyway",
    )
    cap: float = quantity(
        0.1,
        unit="share of own revenue a year",
        low=0.0,
        high=0.3,
        bound=(0.0, None),
        source="design choice",
        description="most a region pays in co-finance to this line",
    )

    @property
    def per_unit(self) -> float:
        """Own money beside one unit of central money."""
        return self.rate / (1.0 - self.rate)

    def of(self, setting: Setting) -> OwnMoney:
        """What these parameters ask of every region."""
        regions, years = len(setting.regions), len(setting.years)
        limit = None
        if self.rate > 0.0:
            growth = setting.growth_factor @ setting.year_in_period
            limit = self.cap * setting.attribute("own_revenue")[:, None] * growth
        return OwnMoney(np.full((regions, years), self.per_unit), self.additionality, limit)


@dataclass(frozen=True)
class OwnMoney:
    """Own money of every region beside central money.

    Attributes
    ----------
    per_unit : numpy.ndarray, shape (R, Y)
        Own money beside one unit of central money.
    additionality : float
        Share of it beyond what the region would have invested anyway.
    limit : numpy.ndarray, shape (R, Y), or None
        Most own money, million currency a year; None where it is not this line's to limit.
    """

    per_unit: Array
    additionality: float
    limit: Array | None = None


class Borrowed(Parameters):
    """Absorption of what is built with borrowed money: no co-finance stands beside it."""

    absorption: AbsorptionParams
    cofinance: CofinanceParams = CofinanceParams()


class Investment:
    """Absorption and co-finance of one investment line, for its model rows and its exact response.

    Parameters
    ----------
    setting : Setting
        Baseline.
    params : Parameters
        Has ``absorption`` and, unless `own` is given, ``cofinance``.
    kind : str
        Kind of capital it builds.
    own : OwnMoney, optional
        Own money where it differs between regions.
    share : float or numpy.ndarray, shape (R, 1)
        Share of what can be absorbed that is this line's, where several divide it or not all regions are admitted.
    """

    tiers: ClassVar[tuple[str, ...]] = ("full", "reduced")

    def __init__(
        self, setting: Setting, params: Any, kind: str, own: OwnMoney | None = None, share: Any = 1.0
    ) -> None:
        self.setting, self.kind = setting, kind
        self.own = params.cofinance.of(setting) if own is None else own
        absorption = params.absorption
        base = setting.attribute(absorption.base)[:, None] * (setting.growth_factor @ setting.year_in_period)
        self.full = share * absorption.full * base
        self.room = share * np.maximum(absorption.largest - absorption.full, 0.0) * base
        self.efficiency = absorption.efficiency_beyond
        # new money per unit of central money: co-finance counts only as far as it is additional
        self.leverage = 1.0 + self.own.additionality * self.own.per_unit

    @property
    def largest_effective(self) -> Array:
        """Most effective investment a year, million currency, shape (R, Y)."""
        return self.full + self.efficiency * self.room

    @property
    def most(self) -> Array:
        """Most central money that absorption and the cap on co-finance leave room for, shape (R, Y)."""
        most = (self.full + self.room) / self.leverage
        if self.own.limit is None:
            return most
        with np.errstate(divide="ignore", invalid="ignore"):
            affordable = np.where(self.own.per_unit > 0, self.own.limit / self.own.per_unit, np.inf)
        return np.minimum(most, affordable)

    def effective(self, amount: Array) -> Array:
        """Effective investment of given central amounts, shape (R, Y); beyond the largest nothing is effective."""
        new = self.leverage * amount
        beyond = np.clip(new - self.full, 0.0, self.room)
        return np.minimum(new, self.full) + self.efficiency * beyond

    def enter(self, model: Model, amount: Affine, account_name: str) -> None:
        """Write absorption and co-finance of `amount` into the model and post the effective investment.

        Parameters
        ----------
        model : Model
            Receives `tier`, `absorption` and `cofinance_cap`.
        amount : Affine, dims (region, year)
            Central money.
        account_name : str
            Name of the line in the ledger.
        """
        from spatialcoord.model import Data

        setting, own = self.setting, self.own
        region, year = amount.dims
        leverage = Data((region, year), self.leverage)
        tier = model.dim("tier", self.tiers)
        length = np.stack([self.full, self.room], axis=2)
        typical = float(setting.equal.mean())
        part = model.variable(
            "tier",
            (region, year, tier),
            upper=Data((region, year, tier), length),
            scale=typical,
            unit=setting.scenario.money_unit,
            doc="new investment, fully effective and beyond",
        )
        rule = model.constrain(
            "absorption", part.sum("tier") - amount * leverage == 0.0, doc="absorption tiers add up"
        )
        slope = np.array([1.0, self.efficiency])
        tiers = OrderedFill(part, length, np.broadcast_to(slope, length.shape), scale=typical, name="tier")
        tiers.attach(model)
        # where several lines share the tiers, the total is no decision of its own and its place is not followed
        if len(amount.matrix.data) == amount.cells:
            same = np.ptp(self.leverage) == 0.0
            tiers.fills(rule, amount, float(self.leverage.flat[0]) if same else self.leverage.ravel())
        effective = (part * Data((tier,), slope)).sum("tier")
        post_investment(model, self.kind, account_name, effective, Flow(self.largest_effective, tiers))
        if own.per_unit.any():
            paid = amount * Data((region, year), own.per_unit)
            if own.limit is not None:
                cap = Data((region, year), own.limit)
                model.constrain("cofinance_cap", paid <= cap, doc="own co-finance within its limit")
            model.ledger.credit("cofinance", account_name, paid)
            model.ledger.credit("cofinance_additional", account_name, paid * own.additionality)

    def works(self, amount: Array) -> Works:
        """What given central amounts are for the twin: new money, and what can be absorbed of it."""
        return Works(self.kind, self.leverage * amount, self.full, self.room, self.efficiency)

    def response(self, amount: Array) -> dict[str, Array]:
        """Exact effects of given central amounts, by account; what the investment yields is counted for all lines together."""
        paid = self.own.per_unit * amount
        return {
            f"invested_{self.kind}": self.effective(amount),
            "cofinance": paid,
            "cofinance_additional": self.own.additionality * paid,
        }
