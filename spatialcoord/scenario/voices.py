"""Who speaks about a plan: how much each actor's voice weighs, and what no party of it is to lose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag

from spatialcoord import registry
from spatialcoord.scenario.parameters import FrozenMapping, Parameters, quantity

DESIGN = "design choice"


def _known_actor(name: str) -> str:
    """Check that a text names a registered actor."""
    registry.actors.get(name)
    return name


ActorName = Annotated[str, AfterValidator(_known_actor)]
Base = Annotated[
    float,
    quantity(
        unit="1", description="Voice of the actor before weakness counts, all parties.", bound=(0, None)
    ),
]
LOSS: dict[str, Any] = {
    "unit": "share of its figure without the programme",
    "description": "Most that any party of the actor is to lose.",
    "bound": (0, None),
}


class RedLine(Parameters):
    """Most that any party of an actor is to lose, and whether the plan is held to it."""

    share: float = quantity(**LOSS)
    binding: bool = Field(
        False, description="Whether it is a rule of the plan; otherwise what breaks it is reported only."
    )


# a share alone is a red line that is reported; told apart by their form, so that a mistake is told once
Line = Annotated[
    Annotated[Annotated[float, quantity(**LOSS)], Tag("[share]")] | Annotated[RedLine, Tag("[line]")],
    Discriminator(lambda value: "[line]" if isinstance(value, Mapping | RedLine) else "[share]"),
    AfterValidator(lambda value: value if isinstance(value, RedLine) else RedLine(share=value)),
]


class Voice(Parameters):
    """How much the parties' voices weigh; a voice is a weight in telling who is for a plan, and changes no plan."""

    weakness: float = quantity(
        0.5,
        unit="1",
        low=0,
        high=2,
        bound=(0, None),
        source=DESIGN,
        description="How much louder the weak speak: a voice is base x (1 + weakness x max(0, 1 - income per head / its mean)).",
    )
    others_least: float = quantity(
        0.2,
        unit="share of all voices",
        low=0,
        high=0.5,
        bound=(0, 1),
        source=DESIGN,
        description="Least share of all voices that those who are no government have together.",
    )
    base: FrozenMapping[ActorName, Base] = Field(
        default_factory=dict,
        description="Voice of an actor before weakness counts, {ngo: 2}; 1 where not named, 0 silences it. Its parties share it equally.",
    )
