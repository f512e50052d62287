"""Infrastructure investment: transport, water, energy and other core public capital."""

from __future__ import annotations

from spatialcoord.economy.investment import AbsorptionParams, CofinanceParams
from spatialcoord.instruments.public_investment import PublicInvestment
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity


@instruments.register("infrastructure")
class Infrastructure(PublicInvestment):
    """Investment in core public capital.

    Formulation: absorption tiers of :class:`spatialcoord.economy.investment.Investment` and equations (1)-(2) of
    :mod:`spatialcoord.economy.production` with the stock `capital_infrastructure`.
    """

    title = {"en": "Infrastructure investment", "zh": "基础设施投资"}
    source = "Bom and Ligthart 2014, Journal of Economic Surveys 28(5)"
    capital = "capital_infrastructure"
    needs = ("capital_infrastructure",)

    class Params(Parameters):
        """Parameters of the response."""

        elasticity: float = quantity(
            0.106,
            unit="1",
            low=0.083,
            high=0.122,
            bound=(0.0, 0.9),
            source="Bom and Ligthart 2014: output elasticity of public capital, .083 short run to .122 long run",
            verified=True,
            description="output elasticity of the public capital stock",
        )
        depreciation: float = quantity(
            0.04,
            unit="1/year",
            low=0.02,
            high=0.06,
            bound=(0.0, 1.0),
            source="standard value, from memory",
            description="share of the stock lost a year",
        )
        years_to_build: int = quantity(
            1,
            unit="year",
            low=1,
            high=4,
            bound=(0, 20),
            source="design choice",
            description="years from payment to first use",
        )
        absorption: AbsorptionParams = AbsorptionParams()
        cofinance: CofinanceParams = CofinanceParams()
