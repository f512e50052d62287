"""How output answers market access, whichever line of the programme shortens a way or opens a market."""

from __future__ import annotations

from spatialcoord.scenario.parameters import Parameters, quantity


class MarketAccessParams(Parameters):
    """Response of output to market access; where no chosen instrument moves it, it plays no part."""

    elasticity: float = quantity(
        0.1,
        unit="1",
        low=0.05,
        high=0.3,
        bound=(0.0, None),
        below=1.0,
        source="Donaldson and Hornbeck 2016, QJE 131(2): .51 for the value of land, times a share of land of about .2; from memory",
        description="Elasticity of output to market access; below one, because output that raises access by as much as access "
        "raises output would feed itself without end.",
    )
    distance_elasticity: float = quantity(
        0.9,
        unit="1",
        low=0.7,
        high=1.2,
        bound=(0.0, 5.0),
        source="Disdier and Head 2008, Review of Economics and Statistics 90(1); from memory",
        description="Elasticity of trade to distance, without sign.",
    )
    trade_elasticity: float = quantity(
        4.0,
        unit="1",
        low=3.0,
        high=8.3,
        bound=(0.0, 20.0),
        source="Simonovska and Waugh 2014, Journal of International Economics 92(1); Donaldson and Hornbeck 2016: 8.22; from memory",
        description="Elasticity of trade to its cost, without sign: what a barrier counts for.",
    )
