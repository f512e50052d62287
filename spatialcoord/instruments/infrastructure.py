"""Infrastructure investment: transport, water, energy and other core public capital."""

from __future__ import annotations

from spatialcoord.economy.investment import AbsorptionParams, CofinanceParams
from spatialcoord.instruments.public_investment import PublicInvestment
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters


@instruments.register("infrastructure")
class Infrastructure(PublicInvestment):
    """Investment in core public capital.

    Formulation: absorption tiers of :class:`spatialcoord.economy.investment.Investment` and equations (1)-(2) of
    :mod:`spatialcoord.economy.production` with the stock `capital_infrastructure`, whose elasticity, loss and time to
    build stand in ``economy.capital.infrastructure``.
    """

    title = {"en": "Infrastructure investment", "zh": "基础设施投资"}
    source = "Bom and Ligthart 2014, Journal of Economic Surveys 28(5)"
    cases = ("China: central investment", "United States: federal aid", "EU: structural funds")
    kind = "infrastructure"
    needs = ("capital_infrastructure",)

    class Params(Parameters):
        """Absorption and co-finance."""

        absorption: AbsorptionParams = AbsorptionParams()
        cofinance: CofinanceParams = CofinanceParams()
