"""Transport networks: how much to build on each link, and what goods then flow, with a certified bracket."""

from spatialcoord.network.design import NetworkModel, Solved, design
from spatialcoord.network.evaluate import bound_by_prices, consumption, transport_cost, welfare
from spatialcoord.network.problem import Network
from spatialcoord.network.regions import Transport, network_of
from spatialcoord.network.tangents import grid_error

__all__ = [
    "Network",
    "NetworkModel",
    "Solved",
    "Transport",
    "bound_by_prices",
    "consumption",
    "design",
    "grid_error",
    "network_of",
    "transport_cost",
    "welfare",
]
