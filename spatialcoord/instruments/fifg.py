"""Financial Instrument for Fisheries Guidance: structure of fisheries inside cohesion policy until 2006."""

from __future__ import annotations

from spatialcoord.instruments.structural_fund import FundParams, StructuralFund
from spatialcoord.instruments.structural_rules import Period
from spatialcoord.registry import instruments


@instruments.register("fifg")
class FIFG(StructuralFund):
    """Ports, processing and fleets, with the rules of :mod:`spatialcoord.instruments.structural_fund`.

    All its money builds infrastructure; which regions live by fishing is not in the figures, so none is left out. From
    2007 on it is the European Fisheries Fund and refused here.
    """

    title = {"en": "Fisheries guidance (FIFG)", "zh": "渔业指导基金"}
    source = "Regulations (EC) 1263/1999 and 1260/1999, from memory; Bom and Ligthart 2014"
    cases = ("European Union: cohesion policy until 2006",)
    needs = ("capital_infrastructure",)
    themes = {"": "infrastructure"}

    class Params(FundParams):
        """Parameters of the fund, whose last period is the default."""

        period: Period = "2000-2006"
