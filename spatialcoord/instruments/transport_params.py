"""What a planner states of transport projects: ways, cost, years, who pays (not an instrument)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from spatialcoord.scenario.parameters import FrozenMapping, Parameters, quantity
from spatialcoord.scenario.sections import Words

Share = Annotated[float, quantity(unit="1", description="Share of the cost.", bound=(0.0, 1.0))]


class Way(Parameters):
    """A link that becomes easier to travel, or a new one."""

    a: str = Field(description="Id of a region.")
    b: str = Field(description="Id of another region.")
    factor: float = quantity(
        unit="1",
        bound=(0.05, 3.0),
        description="New effective length as a multiple of the old; of a new link, of the great circle between the two. A motorway "
        "in place of an ordinary road saves a fifth to a half of the time.",
    )
    new: bool = Field(False, description="Whether there is no such link yet.")


class Hub(Parameters):
    """A place all of whose links become easier to travel: a port, a junction, a bypass."""

    region: str = Field(description="Id of the region.")
    factor: float = quantity(
        unit="1",
        bound=(0.05, 1.0),
        description="New effective length of every link at the region as a multiple of the old.",
    )


class TransportProject(Parameters):
    """One project, built whole or not at all."""

    id: str = Field(description="Name in tables, short and without spaces.", pattern=r"^\w[\w.-]*$")
    name: Words | None = Field(None, description="Name for readers; its id where absent.")
    bundle: str = Field(
        "",
        description="Corridor it is part of: projects of one bundle are built together; empty: built alone.",
    )
    links: tuple[Way, ...] = Field((), description="Links that it shortens or adds.")
    nodes: tuple[Hub, ...] = Field((), description="Places all of whose links it shortens.")
    cost: float = quantity(
        unit="million CUR",
        description="Cost in all, of the programme and its members; with upkeep if that is to count.",
        bound=(0.0, None),
    )
    spending: FrozenMapping[str, Share] = Field(
        default_factory=dict,
        description="Where the money is spent: shares by region, summing to one; empty: by length, half of each link at each end.",
    )
    first: int | None = quantity(
        None, unit="year", description="First year of payment; the programme's first where absent."
    )
    build_years: int = quantity(
        3,
        unit="yr",
        source="design choice",
        bound=(1, 50),
        description="Years of payment, where no profile is given.",
    )
    profile: tuple[Share, ...] = Field(
        (), description="Shares of the cost by year of payment, summing to one; empty: the same every year."
    )
    opening: int | None = quantity(
        None,
        unit="year",
        description="First year of use, later where work is delayed; the year after the last payment where absent.",
    )
    requires: tuple[str, ...] = Field((), description="Ids of projects without which it is not built.")
    excludes: tuple[str, ...] = Field((), description="Ids of projects beside which it is not built.")

    @property
    def corridor(self) -> str:
        """Name of its bundle; a project that stands alone is one by itself."""
        return self.bundle or self.id

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares of the cost by year of payment."""
        return self.profile or (1.0 / self.build_years,) * self.build_years


class TransportParams(Parameters):
    """The projects, and who pays for them."""

    projects: tuple[TransportProject, ...] = Field((), description="Projects to choose from.")
    programme_share: float = quantity(
        0.8,
        unit="share of the cost",
        low=0.5,
        high=0.9,
        bound=(0.01, 1.0),
        source="United States: Appalachian Development Highway System, 80 % federal; from memory",
        description="Share of the programme in the cost; the members of a bundle pay the rest.",
    )
    split: Literal["length", "equal", "benefit"] = Field(
        "length",
        description="How the members (regions at the ends of its links, and its places) divide the rest of a bundle: by length of "
        "links, in equal parts, or by what market access under this bundle alone is worth to them.",
    )
    cofinance_cap: float = quantity(
        0.1,
        unit="share of own revenue a year",
        low=0.0,
        high=0.3,
        bound=(0.0, None),
        source="design choice",
        description="Most that a region pays beside the programme for all projects together, where the case holds own revenue.",
    )
