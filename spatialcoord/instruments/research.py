"""Research: support of research and development."""

from __future__ import annotations

from spatialcoord.economy.investment import AbsorptionParams, CofinanceParams
from spatialcoord.instruments.public_investment import PublicInvestment
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters


@instruments.register("research")
class Research(PublicInvestment):
    """Investment in research and development, as a stock of knowledge.

    Formulation as for infrastructure, with the stock `capital_research` (``economy.capital.research``): a small stock that
    is lost fast, so that each unit of it yields much for a short time.
    """

    title = {"en": "Research and development", "zh": "研究与开发"}
    source = "Hall, Mairesse and Mohnen 2010, Handbook of the Economics of Innovation, from memory"
    cases = ("EU: research in structural funds", "China: science funds", "United States: EPSCoR")
    kind = "research"
    needs = ("capital_research",)

    class Params(Parameters):
        """Absorption and co-finance."""

        # the stock is small: more than a little a year would multiply it
        absorption: AbsorptionParams = AbsorptionParams(full=0.005, largest=0.02)
        cofinance: CofinanceParams = CofinanceParams()
