"""Price subsidy: the programme pays part of the price of a basket that residents buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.ordering import OrderedFill
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.instruments.base import Instrument
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("price_subsidy")
class PriceSubsidy(Instrument):
    r"""Wedge :math:`s_{rt} \in [0, \overline s]` between what a basket costs and what residents pay for it.

    A basket worth :math:`B_{rt}` (a share of output) is bought; with the price elasticity :math:`\varepsilon` of a linear
    demand, quantity rises by the share :math:`\varepsilon s`, so that

    .. math::

        x_{rt} &= B_{rt}\,(s + \varepsilon s^2) & (1)\\
        w_{rt} &= B_{rt}\,(s + \tfrac12 \varepsilon s^2) = x_{rt} - \tfrac12\varepsilon s^2 B_{rt} & (2)\\
        \text{income}_{rt} &\mathrel{+}= \theta\, w_{rt} & (3)

    The programme pays x; residents value it at w, for they buy what is worth less to them than it costs, and the
    difference is Harberger's triangle. The share :math:`\theta` of it reaches them through the price, the rest goes to
    producers, who may sit anywhere, and is nobody's income here. As a function of x, w is concave: the first unit is worth
    one, later ones less.

    (2) is taken at the edges of four bands of s of equal width :math:`\Delta = \overline s/4` and straight in between, in
    the model and in the response alike, so the two agree exactly. The loss is then overstated, by at most
    :math:`\tfrac18\varepsilon\Delta^2 B_{rt}`: with the defaults by less than a thousandth of the subsidy where it is largest.

    The money goes to residents and firms, not to the region's budget: it adds nothing to fiscal capacity. Money is in
    million currency a year. A reduced form with one elasticity for all; no income effect, no effect on other prices.

    References
    ----------
    Harberger (1964), The measurement of waste, American Economic Review 54(3), for the triangle. The size of elasticity and
    pass-through is from memory.
    """

    title = {"en": "Price subsidy", "zh": "价格补贴"}
    envelope = "relief"
    source = "Harberger 1964, American Economic Review 54(3), for the deadweight loss"
    cases = (
        "China: grain and heating subsidies",
        "India: public distribution system",
        "EU: public service obligations to islands",
    )
    BANDS: ClassVar[int] = 4

    class Params(Parameters):
        """The basket, the largest wedge, and who gains from it."""

        basket: float = quantity(
            0.04,
            unit="share of output",
            low=0.01,
            high=0.10,
            bound=(1e-6, 1.0),
            source="design choice; about what households spend on fuel, power and staple food, from memory",
            description="value of the subsidised basket",
        )
        most: float = quantity(
            0.2,
            unit="share of the price",
            low=0.05,
            high=0.5,
            bound=(1e-6, 1.0),
            source="design choice",
            description="largest subsidy on a unit",
        )
        price_elasticity: float = quantity(
            0.5,
            unit="1",
            low=0.1,
            high=1.2,
            bound=(0.0, 5.0),
            source="demand for energy and staple food, from memory",
            description="fall of demand in percent for a rise of the price by one percent",
        )
        pass_through: float = quantity(
            0.8,
            unit="1",
            low=0.5,
            high=1.0,
            bound=(0.0, 1.0),
            source="incidence of subsidies, from memory",
            description="share that reaches residents through the price; the rest goes to producers",
        )

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`: spending at the largest wedge."""
        return self._edges(setting, params)[0][..., -1]

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        amount = self.amounts(model, setting)
        spending, worth = self._edges(setting, params)
        length = np.diff(spending, axis=2)
        slope = np.diff(worth, axis=2) / length
        scale = float(setting.equal.mean())
        band = model.dim("band", list(range(1, self.BANDS + 1)))
        dims = (*amount.dims, band)
        part = model.variable(
            "wedge",
            dims,
            upper=Data(dims, length),
            scale=scale,
            unit=setting.scenario.money_unit,
            doc="subsidy by band of the wedge",
        )
        rule = model.constrain("bands", part.sum("band") - amount == 0.0, doc="bands add up")
        # where an objective wants no more income in a region it would spend on the worst units first
        OrderedFill(part, length, slope, scale=scale, name="wedge").attach(model).fills(rule, amount, 1.0)
        residents = (part * Data(dims, params.pass_through * slope)).sum("band")
        model.ledger.credit("income_receipts", self.name, residents)
        model.ledger.credit("private_receipts", self.name, amount)
        return amount

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        spending, worth = self._edges(setting, params)
        gained = np.zeros_like(amount)
        for cell in np.ndindex(amount.shape):
            gained[cell] = np.interp(amount[cell], spending[cell], worth[cell])
        return {"income_receipts": params.pass_through * gained, "private_receipts": amount}

    def _edges(self, setting: Setting, params: Any) -> tuple[Array, Array]:
        """Spending (1) and worth (2) at the edges of the bands, million currency a year, shape (R, Y, edges)."""
        basket = params.basket * setting.output @ setting.year_in_period
        wedge = np.linspace(0.0, params.most, self.BANDS + 1)
        spending = wedge + params.price_elasticity * wedge**2
        worth = wedge + 0.5 * params.price_elasticity * wedge**2
        return basket[:, :, None] * spending, basket[:, :, None] * worth
