"""Tax reduction: central tax that is not collected from the firms and residents of a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument, missing_attributes
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("tax_reduction")
class TaxReduction(Instrument):
    r"""Revenue :math:`x_{rt}` given up in a region, at most a share of the tax paid there.

    .. math::

        0 \le x_{rt} &\le \overline c\, R_{rt} & (1)\\
        \text{income}_{rt} &\mathrel{+}= (1-a)\, x_{rt} & (2)

    with tax revenue R of the region, which grows with output, largest cut :math:`\overline c` and the share a that is lost on
    administration and compliance. A tax expenditure costs the programme's payers what a grant of the same size costs, x;
    the grant that brings the region as much, its grant equivalent, is :math:`(1-a)x`. Unlike a general transfer it goes to
    taxpayers and not to the region's budget: it adds nothing to fiscal capacity, and a region without a tax base can have
    little of it.

    Money is in million currency a year. A reduced form: the cut moves income, not the tax base. Where rates are to differ
    between regions and capital follows them, that is another instrument's subject. The tax of the region stands for the
    central tax paid there, which the figures do not hold.

    References
    ----------
    Surrey (1970), Tax incentives as a device for implementing government policy: a comparison with direct government
    expenditures, Harvard Law Review 83(4), for tax cuts as expenditures, from memory.
    """

    title = {"en": "Tax reduction", "zh": "税收减免"}
    envelope = "relief"
    source = "Surrey 1970, Harvard Law Review 83(4), from memory; accounting identity (2)"
    cases = (
        "China: reduced tax in the west",
        "Italy: relief for the Mezzogiorno",
        "United States: enterprise zones",
    )
    needs = ("tax_revenue",)

    class Params(Parameters):
        """Largest cut, and what of it is lost."""

        most: float = quantity(
            0.05,
            unit="share of tax revenue",
            low=0.01,
            high=0.15,
            bound=(0.0, 1.0),
            source="design choice",
            description="largest share of the tax paid in a region that is given up",
        )
        administration: float = quantity(
            0.03,
            unit="1",
            low=0.0,
            high=0.10,
            bound=(0.0, 1.0),
            source="cost of administration and compliance, from memory",
            description="share of the revenue given up that reaches nobody",
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """The regions must have tax revenue."""
        return missing_attributes(setting, self.needs, f"instruments.{self.name}")

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`."""
        tax = setting.attribute("tax_revenue")[:, None] * (setting.growth_factor @ setting.year_in_period)
        return params.most * tax

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        amount = self.amounts(model, setting)
        # a row and not a bound, so that a contradiction can name it
        model.constrain(
            "most",
            amount <= Data(amount.dims, self.most(setting, params)),
            unit=setting.scenario.money_unit,
            doc="largest cut, (1)",
        )
        model.ledger.credit("income_receipts", self.name, amount * (1.0 - params.administration))
        model.ledger.credit("private_receipts", self.name, amount)
        return amount

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        return {
            "income_receipts": amount - params.administration * amount,
            "private_receipts": amount,
        }
