"""Agricultural fund, section Guidance: rural development inside cohesion policy until 2006."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Setting
from spatialcoord.instruments.structural_fund import FundParams, StructuralFund
from spatialcoord.instruments.structural_rules import Period, categories
from spatialcoord.registry import instruments


@instruments.register("eaggf_guidance")
class EAGGFGuidance(StructuralFund):
    """Rural development in Objective 1 regions, with the rules of :mod:`spatialcoord.instruments.structural_fund`.

    All its money builds infrastructure (rural roads, water, processing). Elsewhere rural development was paid by the
    section Guarantee, outside cohesion policy. From 2007 on it is the EAFRD and refused here.
    """

    title = {"en": "Agricultural fund, Guidance", "zh": "欧洲农业指导基金"}
    source = "Regulations (EC) 1257/1999 and 1260/1999, from memory; Bom and Ligthart 2014"
    cases = ("European Union: cohesion policy until 2006",)
    needs = ("capital_infrastructure",)
    themes = {"": "infrastructure"}

    class Params(FundParams):
        """Parameters of the fund, whose last period is the default."""

        period: Period = "2000-2006"

    def admits(self, setting: Setting, params: Params) -> np.ndarray:  # type: ignore[override]
        """Less developed regions."""
        return np.asarray(categories(setting, params) == "less_developed")
