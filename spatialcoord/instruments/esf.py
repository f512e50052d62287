"""European Social Fund (since 2021 ESF+): employment, education, inclusion."""

from __future__ import annotations

from spatialcoord.instruments.structural_fund import FundParams, StructuralFund
from spatialcoord.registry import instruments


@instruments.register("esf")
class ESF(StructuralFund):
    """Social fund for all regions, with the rules of :mod:`spatialcoord.instruments.structural_fund`.

    All its money builds human capital; its own quotas (social inclusion, young people out of work) are not in the model,
    because the case has nothing that they would move.
    """

    title = {"en": "Social fund (ESF+)", "zh": "欧洲社会基金"}
    source = "Regulation (EU) 2021/1057; a stock elasticity of human capital, design choice"
    cases = ("European Union: cohesion policy since 1957",)
    needs = ("capital_human",)
    themes = {"": "human"}

    class Params(FundParams):
        """Parameters of the fund."""
