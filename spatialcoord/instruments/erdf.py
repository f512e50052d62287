"""European Regional Development Fund: innovation, and a greener and better connected Europe."""

from __future__ import annotations

from spatialcoord.instruments.structural_fund import FundParams, StructuralFund
from spatialcoord.registry import instruments


@instruments.register("erdf")
class ERDF(StructuralFund):
    """Regional development fund for all regions, with the rules of :mod:`spatialcoord.instruments.structural_fund`.

    Two lines: policy objective 1 (smarter: research, innovation, digital) builds research capital; objectives 2 and 3 (greener,
    better connected) build infrastructure. Thematic concentration stands in equation (2) as far as it touches the
    lines: at least 25, 40 per cent of the money of less developed and transition regions is for objective 1, and at least
    30 per cent everywhere for objective 2, which is a part of the second line. That objectives 1 and 2 make up 85 per cent
    in more developed regions is a rule on the inside of the second line and can always be kept.
    """

    title = {"en": "Regional fund (ERDF)", "zh": "欧洲区域发展基金"}
    source = "Regulation (EU) 2021/1058; for output Hall, Mairesse and Mohnen 2010, Bom and Ligthart 2014"
    cases = ("European Union: cohesion policy since 1975",)
    needs = ("capital_research", "capital_infrastructure")
    parts = {
        "research": {"en": "innovation", "zh": "研究与创新"},
        "infrastructure": {"en": "green and linked", "zh": "绿色与互联"},
    }
    themes = {"research": "research", "infrastructure": "infrastructure"}

    class Params(FundParams):
        """Parameters of the fund."""
