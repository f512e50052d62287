"""Section ``simulation``: how capital and people answer in the simulated economy, which judges every plan.

The planner's own economy holds people and, taxes apart, capital in place; the simulation lets them move. Figures both need
stand in ``economy``: output elasticities and losses of capital (that of private capital is the share of capital in income),
spillovers, and market access.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.scenario.programme import DESIGN
from spatialcoord.simulate.world import Behaviour


class Simulation(Parameters):
    """What moves in the simulated economy, how strongly and how fast."""

    capital_mobility: bool = Field(
        True, description="Whether private capital moves to where it earns more after tax."
    )
    capital_elasticity: float = quantity(
        1.0,
        unit="1",
        description="Elasticity of the location of private capital to its return after tax, in the long run.",
        low=0.5,
        high=3.0,
        source="design choice; brackets Giroud and Rauh 2019, Journal of Political Economy 127(3), and Suárez Serrato and "
        "Zidar 2016, American Economic Review 106(9)",
        bound=(0.0, 20.0),
    )
    capital_speed: float = quantity(
        0.25,
        unit="share a year",
        description="Share of the way to its long-run place that capital covers in a year; 1 is at once.",
        low=0.1,
        high=1.0,
        source=DESIGN,
        bound=(0.0, 1.0),
    )
    migration: bool = Field(True, description="Whether people move to where income per head is higher.")
    migration_elasticity: float = quantity(
        1.5,
        unit="1",
        description="Elasticity of the number who choose a region to its income per head, in the long run.",
        low=1.0,
        high=3.0,
        source="after Fajgelbaum et al. 2019, Review of Economic Studies 86(1), and Morten and Oliveira 2018 (working paper), "
        "from memory",
        bound=(0.0, 20.0),
    )
    migration_speed: float = quantity(
        0.03,
        unit="share a year",
        description="Share of the way to their long-run place that people cover in a year.",
        low=0.01,
        high=0.1,
        source="design choice after slow migration in Blanchard and Katz 1992 and Barro and Sala-i-Martin 1991, Brookings "
        "Papers on Economic Activity, from memory",
        bound=(0.0, 1.0),
    )
    labour_share: float = quantity(
        0.65,
        unit="1",
        description="Output elasticity of labour, by which output answers people who move.",
        low=0.5,
        high=0.7,
        source="share of labour in income, standard, from memory",
        bound=(0.0, 1.0),
    )
    agglomeration: bool = Field(
        True, description="Whether places become more productive as they become denser."
    )
    density_elasticity: float = quantity(
        0.04,
        unit="1",
        description="Elasticity of productivity to density of population.",
        low=0.0,
        high=0.08,
        source="Combes and Gobillon 2015, Handbook of Regional and Urban Economics 5, from memory",
        bound=(0.0, 0.5),
    )
    market_access: Literal["when_changed", "always", "never"] = Field(
        "when_changed",
        description="Whether output answers market access: where the programme changes links or opens markets, always, or "
        "never.",
    )
    tolerance: float = quantity(
        0.1,
        unit="share of the simulated effect",
        description="Largest distance of the planner's effect from the simulated one at which a plan is taken as it is.",
        low=0.05,
        high=0.25,
        source=DESIGN,
        bound=(0.0, None),
    )
    relinearise: bool = Field(
        True,
        description="Whether a plan beyond the tolerance is sought anew under a response fitted to the simulation.",
    )

    def behaviour(self, capital_share: float, **access: float) -> Behaviour:
        """What the switches and elasticities are for the twin.

        Parameters
        ----------
        capital_share : float
            Output elasticity of private capital, which is its share in income.
        **access : float
            Elasticities of market access, where output answers it.
        """
        return Behaviour(
            capital_share=capital_share,
            capital_elasticity=self.capital_elasticity if self.capital_mobility else 0.0,
            capital_speed=self.capital_speed,
            labour_share=self.labour_share,
            migration_elasticity=self.migration_elasticity if self.migration else 0.0,
            migration_speed=self.migration_speed,
            agglomeration=self.density_elasticity if self.agglomeration else 0.0,
            **access,
        )
