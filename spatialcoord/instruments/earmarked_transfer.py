"""Earmarked transfer: money tied to a purpose, part of which displaces what the region would have spent itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.investment import AbsorptionParams, CofinanceParams, Investment
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument
from spatialcoord.instruments.public_investment import absorption_problems
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Works

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("earmarked_transfer")
class EarmarkedTransfer(Instrument):
    r"""Grant :math:`x_{rt} \ge 0` for one kind of capital, of which the share :math:`\varphi` sticks where it hits.

    Money is fungible: a region that gets a grant for schools spends less of its own on them. What sticks is new
    investment, and what it displaces is income of the region in the year it arrives,

    .. math::

        \text{new}_{rt} &= \varphi x_{rt} + a \tfrac{c}{1-c} x_{rt} & (1)\\
        \text{income}_{rt} &\mathrel{+}= (1-\varphi) x_{rt} & (2)

    with co-finance at rate c, of which the share a is additional. New investment passes the absorption tiers of
    :class:`spatialcoord.economy.investment.Investment` and builds the kind of capital that the purpose names, together
    with every other line that builds it. With :math:`\varphi=1` it is an investment line, and as :math:`\varphi \to 0` it
    becomes a general transfer. The whole grant counts in the region's budget, and in the envelope of investment, for it is
    granted for that.

    Money is in million currency a year. A reduced form: how much sticks is a parameter and does not depend on the grant.

    References
    ----------
    Hines and Thaler (1995), Anomalies: the flypaper effect, Journal of Economic Perspectives 9(4); Inman (2008), The
    flypaper effect, NBER working paper 14579: both cited from memory.
    """

    title = {"en": "Earmarked transfer", "zh": "专项转移支付"}
    envelope = "investment"
    source = (
        "Hines and Thaler 1995, Journal of Economic Perspectives 9(4); Inman 2008, NBER 14579; from memory"
    )
    cases = (
        "China: earmarked transfer",
        "United States: categorical grants",
        "Japan: national treasury disbursements",
        "Australia: national specific purpose payments",
    )

    class Params(Parameters):
        """Purpose, what sticks, absorption and co-finance."""

        purpose: Literal["infrastructure", "human", "research"] = Field(
            "human",
            description="kind of capital the money is tied to",
            json_schema_extra={"unit": "kind of capital", "source": "design choice"},
        )
        flypaper: float = quantity(
            0.6,
            unit="1",
            low=0.25,
            high=1.0,
            bound=(0.01, 1.0),
            source="Hines and Thaler 1995, Journal of Economic Perspectives 9(4): .25 to 1.0, from memory",
            description="share of the money that sticks to its purpose; the rest displaces own spending",
        )
        absorption: AbsorptionParams = AbsorptionParams()
        cofinance: CofinanceParams = CofinanceParams()

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Absorption must make sense."""
        return absorption_problems(setting, params, f"instruments.{self.name}")

    def builds(self, params: Any) -> tuple[str, ...]:
        """See :meth:`Instrument.builds`."""
        return (params.purpose,)

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`."""
        return _Sticking(setting, params, params.purpose).most

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        amount = self.amounts(model, setting)
        _Sticking(setting, params, params.purpose).enter(model, amount, self.name)
        if params.flypaper < 1.0:
            model.ledger.credit("income_receipts", self.name, amount * (1.0 - params.flypaper))
        return amount

    def works(self, setting: Setting, params: Any, amount: Array) -> tuple[Works, ...]:
        """See :meth:`Instrument.works`."""
        return (_Sticking(setting, params, params.purpose).works(amount),)

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        return {
            **_Sticking(setting, params, params.purpose).response(amount),
            "income_receipts": amount - params.flypaper * amount,
        }


class _Sticking(Investment):
    """Investment of which a unit of central money brings only the share that sticks, equation (1)."""

    def __init__(self, setting: Setting, params: Any, kind: str) -> None:
        super().__init__(setting, params, kind)
        self.leverage = self.leverage - (1.0 - params.flypaper)
