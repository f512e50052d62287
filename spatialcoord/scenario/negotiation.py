"""What parties bargain over beyond the plan: limits of payments, cost and delay of indirect transfers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spatialcoord.scenario.parameters import FrozenMapping, Parameters, quantity
from spatialcoord.scenario.sections import Words

DESIGN = "design choice"


class FunctionArea(Parameters):
    """Regions that keep a function for others (grain, resources, ecology) and forgo output for it."""

    title: Words
    regions: tuple[str, ...] = Field(description="Ids of the regions that keep it.", min_length=1)
    forgone: float = quantity(
        0.001,
        unit="share of output",
        low=0.0,
        high=0.01,
        bound=(0.0, 0.5),
        source=DESIGN,
        description="output that each of them forgoes by keeping it",
    )
    worth: float = quantity(
        0.001,
        unit="share of output",
        low=0.0,
        high=0.01,
        bound=(0.0, 0.5),
        source=DESIGN,
        description="what it is worth to every other region that all of them keep it, of that region's output",
    )


class Negotiation(Parameters):
    """Values of :mod:`spatialcoord.coordination`; they change no plan, only what is agreed on beyond it."""

    between: str = Field(
        "",
        description="Grouping whose groups sit at the table as one each; empty for every region by itself.",
    )
    functions: FrozenMapping[str, FunctionArea] = Field(
        default_factory=dict,
        description="Functions that regions keep for others, by a name of your own; compensated in the affair environment.",
    )
    voices: Literal["people", "parties"] = Field(
        "people",
        description="Whether parties of one actor share its voice by the people they speak for, or equally as in votes on a plan; "
        "the weak are louder either way.",
    )
    payment_cap: float | None = quantity(
        0.02,
        unit="share of own revenue a year",
        low=0.0003,
        high=0.05,
        bound=(0.0, None),
        source=DESIGN
        + "; Zhejiang's 100 million yuan a year for the Xin'an river were .0003 of its revenue of 2012, from memory",
        description="most that a member pays or receives in a year on balance, null for no limit",
    )
    impatience: float = quantity(
        0.3,
        unit="1/yr",
        low=0.05,
        high=1.0,
        bound=(0.0, None),
        source=DESIGN + "; about one over the years that those who govern expect to stay in office",
        description="rate at which governments discount what keeping an agreement brings later, when they are tempted to break it",
    )
    indirect_cost: float = quantity(
        0.1,
        unit="share",
        low=0.0,
        high=0.3,
        bound=(0.0, 1.0),
        source=DESIGN,
        description="share lost where others build up a member's education or research: teachers and know-how must travel",
    )
    indirect_delay: int = quantity(
        1,
        unit="yr",
        low=0,
        high=5,
        bound=(0, 30),
        source=DESIGN,
        description="years by which such transfers take effect later than a member's own",
    )
    segments: int = quantity(
        8,
        unit="1",
        low=4,
        high=32,
        bound=(1, 200),
        source=DESIGN,
        description="pieces of each response to more and to less investment; the error is told",
    )
    permutations: int = quantity(
        2000,
        unit="1",
        low=200,
        high=20000,
        bound=(10, None),
        source=DESIGN,
        description="orders of arrival drawn for the Shapley value of more than 15 members",
    )
