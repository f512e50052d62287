"""Human-capital investment: education and training."""

from __future__ import annotations

from spatialcoord.economy.investment import AbsorptionParams, CofinanceParams
from spatialcoord.instruments.public_investment import PublicInvestment
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters


@instruments.register("human_capital")
class HumanCapital(PublicInvestment):
    """Investment in education and training, as a stock of money spent.

    Formulation as for infrastructure, with the stock `capital_human` (``economy.capital.human``): a longer time to build
    and a slower loss. The elasticity is of the money stock, not the semi-elasticity of school years, which is another
    parameter.
    """

    title = {"en": "Human-capital investment", "zh": "人力资本投资"}
    source = "Stock form by design; compare Gennaioli et al. 2013, Quarterly Journal of Economics 128(1)"
    cases = ("China: education transfers", "EU: social fund", "United States: training aid")
    kind = "human"
    needs = ("capital_human",)

    class Params(Parameters):
        """Absorption and co-finance."""

        absorption: AbsorptionParams = AbsorptionParams()
        cofinance: CofinanceParams = CofinanceParams()
