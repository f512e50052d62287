"""General transfer: money for the region's budget without a condition on its use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.instruments.base import Instrument
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("general_transfer")
class GeneralTransfer(Instrument):
    r"""Transfer :math:`T_{rt} \ge 0` that is income of the region in the year it is paid.

    .. math:: \text{income}_{rt} \mathrel{+}= T_{rt} \qquad (1)

    It builds no capital: a unit moves one unit of income, always, and the mean does not change.
    """

    title = {"en": "General transfer", "zh": "一般性转移支付"}
    envelope = "transfer"
    source = "General-purpose grants, e.g. 财预〔2022〕58号 for China; accounting identity (1)"
    cases = (
        "China: general transfer",
        "Japan: local allocation tax",
        "United States: revenue sharing 1972-86",
    )

    class Params(Parameters):
        """No parameters."""

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        amount = self.amounts(model, setting)
        model.ledger.credit("income_receipts", self.name, amount)
        return amount

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        return {"income_receipts": amount}
