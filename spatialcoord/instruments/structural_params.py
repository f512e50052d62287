"""What a planner can set of a European fund: absorption, the Union's share, commitments, projects (not an instrument)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spatialcoord.economy.investment import AbsorptionParams
from spatialcoord.instruments.structural_rules import Period
from spatialcoord.scenario.parameters import FrozenMapping, Parameters, quantity

BECKER = "Becker, Egger and von Ehrlich 2012, European Economic Review 56(4), numbers from memory"


class FundAbsorption(AbsorptionParams):
    """How much of a fund a region can use well in a year; divided equally among the kinds of capital the fund builds."""

    base: str = quantity(
        "output",
        unit="attribute",
        source=BECKER,
        description="region attribute that the thresholds are shares of",
    )
    full: float = quantity(
        0.004,
        unit="share of base a year",
        low=0.002,
        high=0.008,
        bound=(0.0, None),
        source=BECKER,
        description="money up to this share of the base is fully effective",
    )
    largest: float = quantity(
        0.013,
        unit="share of base a year",
        low=0.004,
        high=0.025,
        bound=(0.0, None),
        source=BECKER,
        description="no more than this share of the base can be used in a year",
    )


UnionShare = Annotated[
    float, quantity(unit="1", description="Share of the Union in the cost.", bound=(0.01, 1.0))
]


class FundCofinance(Parameters):
    """Own money beside the fund's, equation (1)."""

    union_share: FrozenMapping[str, UnionShare] = Field(
        default_factory=dict,
        description="Other shares of the Union than the period's, by key of eu_periods.toml: {less_developed: 0.75}.",
    )
    additionality: float = quantity(
        0.0,
        unit="1",
        low=0.0,
        high=1.0,
        bound=(0.0, 1.0),
        source="the law has public investment maintained, co-finance included (Regulation (EU) 1303/2013 Art. 95, from memory)",
        description="share of own co-finance beyond what the region would have invested anyway",
    )
    cap: float = quantity(
        0.1,
        unit="share of own revenue a year",
        low=0.0,
        high=0.3,
        bound=(0.0, None),
        source="design choice",
        description="most a region pays in co-finance to this fund, where the case holds own revenue",
    )
    cap_of_output: float = quantity(
        0.02,
        unit="share of output a year",
        low=0.0,
        high=0.05,
        bound=(0.0, None),
        source="design choice: about a tenth of what regions' governments spend",
        description="the same as a share of output, where the case holds no own revenue",
    )


class Commitments(Parameters):
    """Money promised in programming years and paid later, equation (5)."""

    enabled: bool = Field(False, description="Tell commitments apart from payments.")
    first: int | None = quantity(
        None, unit="year", description="First programming year; the programme's first where absent."
    )
    last: int | None = quantity(
        None, unit="year", description="Last programming year; the programme's last where absent."
    )
    n: int | None = quantity(
        None,
        unit="yr",
        description="Years in which a commitment must be paid; the period's where absent.",
        bound=(0, 10),
    )
    payment_capacity: float = quantity(
        1.0,
        unit="share of what absorption leaves room for",
        low=0.3,
        high=1.0,
        bound=(0.0, 1.0),
        source="design choice",
        description="most that the region's administration can pay out in a year",
    )


class Project(Parameters):
    """A project that asks for approval."""

    id: str = Field(description="Name of the project.")
    region: str = Field(description="Id of the region.")
    theme: str = Field("", description="Theme of the fund; empty for a fund of one theme.")
    cost: float = quantity(
        unit="million CUR", description="Money of the fund over the programme.", bound=(0, None)
    )
    score: float = quantity(unit="points", description="Score of the appraisal.")


class FundParams(Parameters):
    """Parameters that every fund has."""

    period: Period = Field("2021-2027", description="Programming period whose law holds.")
    absorption: FundAbsorption = FundAbsorption()
    cofinance: FundCofinance = FundCofinance()
    category_level: str = Field(
        "",
        description="Level of the regions that holds their category; empty: computed from output per head.",
    )
    previous_level: str = Field(
        "", description="Level that holds the category of the period before; empty: not known."
    )
    member_level: str = Field("member_state", description="Level of the regions that holds the member state.")
    outermost: tuple[str, ...] = Field((), description="Ids of outermost regions.")
    safety_net: float = quantity(
        0.0,
        unit="1",
        low=0.0,
        high=1.0,
        bound=(0.0, None),
        source="Regulation (EU) 2021/1060 Annex XXVI: .60 to .76 of the period before, from memory",
        description="least money over the programme as a share of the same years' money in the period before",
    )
    past: str = Field("past_allocation", description="Region attribute: money of the period before.")
    past_years: float = quantity(
        1.0, unit="yr", description="Years that the attribute adds up.", bound=(0.1, None)
    )
    commitments: Commitments = Commitments()
    projects: tuple[Project, ...] = Field((), description="Projects that ask for approval, equation (4).")
    minimum_score: float = quantity(0.0, unit="points", description="A project below it is never approved.")
