"""How agreements are watched over and disputes about them are settled: the numbers, all of them design choices."""

from __future__ import annotations

from spatialcoord.institutions.base import DESIGN
from spatialcoord.scenario.parameters import Parameters, quantity


class Supervision(Parameters):
    """How agreements are watched over, and how much outside options move."""

    shock: float = quantity(
        0.3,
        unit="share of what a member owes in a year",
        low=0.0,
        high=1.0,
        bound=(0.0, None),
        source=DESIGN,
        description="standard deviation of the yearly shock to a member's outside option",
    )
    monitoring: float = quantity(
        0.2,
        unit="1",
        low=0.0,
        high=2.0,
        bound=(0.0, None),
        source=DESIGN,
        description="effort of monitoring by an institution; 1 finds 63 % of the breaches that would not be found otherwise",
    )
    watchdogs: float = quantity(
        0.1,
        unit="1",
        low=0.0,
        high=2.0,
        bound=(0.0, None),
        source=DESIGN,
        description="effort of monitoring by non-governmental organisations, which adds to that of the institution",
    )
    monitoring_cost: float = quantity(
        0.01,
        unit="share of what is owed in a year, per unit of effort",
        low=0.0,
        high=0.05,
        bound=(0.0, 1.0),
        source=DESIGN,
        description="cost of monitoring; the institution's is borne by members as they owe, that of watchdogs by themselves",
    )


class Procedure(Parameters):
    """How disputes are settled, in every institution."""

    claim: int = quantity(
        3,
        unit="month",
        low=1,
        high=12,
        bound=(0, 120),
        source=DESIGN,
        description="deadline for raising and answering a claim",
    )
    mediation: int = quantity(
        6, unit="month", low=1, high=12, bound=(0, 120), source=DESIGN, description="deadline for mediation"
    )
    settlement: float = quantity(
        0.4,
        unit="1",
        low=0.1,
        high=0.9,
        bound=(0.0, 1.0),
        source=DESIGN,
        description="chance that mediation settles a dispute",
    )
    arbitration: int = quantity(
        12,
        unit="month",
        low=3,
        high=36,
        bound=(0, 240),
        source=DESIGN,
        description="deadline for a ruling of the nation",
    )
    arbitration_layer: int = quantity(
        6,
        unit="month",
        low=1,
        high=24,
        bound=(0, 240),
        source=DESIGN + "; the study's claim is that a layer close to the parties is faster",
        description="deadline for a ruling of a group's body of the institution's layer",
    )
    collection: int = quantity(
        6,
        unit="month",
        low=1,
        high=24,
        bound=(0, 240),
        source=DESIGN,
        description="deadline for an award to be paid, or taken from transfers",
    )
    ruling_cost: float = quantity(
        0.05,
        unit="share of the amount in dispute",
        low=0.0,
        high=0.2,
        bound=(0.0, 1.0),
        source=DESIGN,
        description="cost of a ruling of the nation, borne by the debtor",
    )
    ruling_cost_layer: float = quantity(
        0.02,
        unit="share of the amount in dispute",
        low=0.0,
        high=0.2,
        bound=(0.0, 1.0),
        source=DESIGN + "; the study's claim is that a layer close to the parties is cheaper",
        description="cost of a ruling of a group's body of the institution's layer, borne by the debtor",
    )
    straight_after: int = quantity(
        3,
        unit="disputes",
        low=1,
        high=10,
        bound=(0, None),
        source=DESIGN,
        description="number of disputes of a pair after which its next goes to arbitration without mediation",
    )

    def bound(self, delay: int = 0) -> int:
        """Months after which every dispute is closed, equation (3) of :mod:`spatialcoord.coordination.disputes`; `delay` is the years by which rulings take effect late."""
        slowest = max(self.arbitration, self.arbitration_layer)
        return self.claim + self.mediation + slowest + 12 * delay + self.collection
