"""Human-capital investment: education and training."""

from __future__ import annotations

from spatialcoord.economy.investment import AbsorptionParams, CofinanceParams
from spatialcoord.instruments.public_investment import PublicInvestment
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity


@instruments.register("human_capital")
class HumanCapital(PublicInvestment):
    """Investment in education and training, as a stock of money spent.

    Formulation as for infrastructure, with the stock `capital_human`, a longer time to build and a slower loss. The
    elasticity is of the money stock, not the semi-elasticity of school years, which is another parameter.
    """

    title = {"en": "Human-capital investment", "zh": "人力资本投资"}
    source = "Stock form by design; compare Gennaioli et al. 2013, Quarterly Journal of Economics 128(1)"
    capital = "capital_human"
    needs = ("capital_human",)

    class Params(Parameters):
        """Parameters of the response."""

        elasticity: float = quantity(
            0.08,
            unit="1",
            low=0.03,
            high=0.12,
            bound=(0.0, 0.9),
            source="design choice, range for a stock elasticity",
            description="output elasticity of the stock of human-capital spending",
        )
        depreciation: float = quantity(
            0.03,
            unit="1/year",
            low=0.015,
            high=0.045,
            bound=(0.0, 1.0),
            source="standard value, from memory",
            description="share of the stock lost a year",
        )
        years_to_build: int = quantity(
            3,
            unit="year",
            low=1,
            high=8,
            bound=(0, 20),
            source="design choice: a school course",
            description="years from payment to first use",
        )
        absorption: AbsorptionParams = AbsorptionParams()
        cofinance: CofinanceParams = CofinanceParams()
