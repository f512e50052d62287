"""Choices that hold for every cycle, and what comes of a negotiation in one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from spatialcoord.coordination.demand_files import Demand
from spatialcoord.coordination.forms import Form
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.paying import Payment
from spatialcoord.coordination.solutions import Agreement
from spatialcoord.coordination.switches import Switches

Log = list[dict[str, Any]]


@dataclass(frozen=True)
class Rules:
    """Choices that hold for every cycle.

    Attributes
    ----------
    seed : int
        Everything that is drawn follows from it.
    solution : str
        Solution concept of the negotiation.
    truth : dict of float
        Elasticities that the simulated world has, by kind of capital that the case builds.
    heard : float
        Share of the budget on which demands are heard, 0 to 1.
    damping : float
        How far beliefs move towards what was learnt, 0 to 0.5.
    noise : float
        Standard deviation of ln output of a region in a year beside everything else, 0 or more.
    switches : Switches
        What takes part.
    demands : tuple of Demand, or None
        What parties ask for; the package's stand-in where None.
    """

    seed: int
    solution: str = "nash"
    truth: dict[str, float] = field(default_factory=dict)
    heard: float = 0.1
    damping: float = 0.5
    noise: float = 0.01
    switches: Switches = field(default_factory=Switches)
    demands: tuple[Demand, ...] | None = None


@dataclass(frozen=True)
class Agreed:
    """What came of the negotiation of a cycle."""

    forms: list[Form]
    joints: tuple[Joint, ...]
    agreement: Agreement | None
    payments: list[Payment]
