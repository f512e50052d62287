"""From a graph of regions to a network: what stands for endowment, length, cost and money."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.network.problem import Network
from spatialcoord.regions import RegionGraph
from spatialcoord.regions.links import BOTH_WAYS
from spatialcoord.regions.weights import great_circle_km
from spatialcoord.scenario.parameters import Parameters, quantity

FROM_MEMORY = "from memory, not checked against the text"


class Transport(Parameters):
    """Parameters of transport and of building."""

    beta: float = quantity(
        0.13,
        unit="1",
        low=0.0,
        high=1.0,
        bound=(0.0, 10.0),
        source=f"Fajgelbaum and Schaal 2020, Econometrica 88(4), baseline ({FROM_MEMORY})",
        description="congestion: a flow larger by one percent costs so many percent more a unit",
    )
    gamma: float = quantity(
        0.10,
        unit="1",
        low=0.0,
        high=1.0,
        bound=(0.0, 10.0),
        source=f"Fajgelbaum and Schaal 2020, Econometrica 88(4), baseline ({FROM_MEMORY})",
        description="what capacity saves: a capacity larger by one percent makes a unit so many percent cheaper to move",
    )
    cost_per_1000km: float = quantity(
        0.1,
        unit="1/1000 km",
        low=0.02,
        high=0.3,
        bound=(0.0, 10.0),
        source=f"order of magnitude of iceberg costs of freight, such as Combes and Lafourcade 2005, Journal of Economic Geography 5(3) ({FROM_MEMORY})",
        description="share of the goods used up over 1000 km, where as much as a middling region's output flows through a link as it stands",
    )
    aversion: float = quantity(
        1.0,
        unit="1",
        low=0.5,
        high=2.0,
        bound=(0.01, 50.0),
        source="logarithm; Layard, Mayraz and Nickell 2008, Journal of Public Economics 92, estimate 1.26 between persons",
        description="how averse the welfare is to differences in consumption per head; 1 is the logarithm",
    )
    transport_share: float = quantity(
        0.3,
        unit="1",
        low=0.15,
        high=0.5,
        bound=(0.0, 1.0),
        source="design choice",
        description="part of the regions' infrastructure capital that is links between regions; only values the budget in money",
    )


def links_of(graph: RegionGraph) -> pd.DataFrame:
    """Links that goods can take, both ways: borders and crossings, each pair once, with the distance of the regions' points.

    Returns
    -------
    pandas.DataFrame
        Columns a, b and km, great-circle.

    Raises
    ------
    InputError
        There are no such links, or the regions have no coordinates.
    """
    table = graph.links
    table = table[table["kind"].isin(BOTH_WAYS)]
    if not len(table):
        raise InputError(
            Problem(
                "there are no links that goods could take",
                graph.place("links") or "regions.links",
                "borders and crossings are what a network is made of",
                "Give a table of links of kind contiguity or link, or polygons that share borders.",
            )
        )
    if not (graph.has("lon") and graph.has("lat")):
        raise InputError(
            Problem(
                "the regions have no coordinates",
                graph.place("lon") or "regions",
                "the length of a link is the distance of its regions' points",
                "Give polygons, or columns lon and lat in a table of the regions.",
            )
        )
    position = pd.Series(np.arange(len(graph)), index=list(graph.ids))
    i, j = (position.loc[table[end]].to_numpy() for end in ("a", "b"))
    i, j = np.minimum(i, j), np.maximum(i, j)
    pairs = np.unique(np.stack([i, j], 1), axis=0)
    i, j = pairs.T
    km = great_circle_km(graph["lon"].to_numpy(), graph["lat"].to_numpy(), i, j)
    ids = np.array(graph.ids, dtype=object)
    return pd.DataFrame({"a": ids[i], "b": ids[j], "km": np.maximum(km, 1.0)})


def network_of(
    graph: RegionGraph,
    times: float = 1.5,
    params: Transport | None = None,
    keep: bool = True,
    fixed: bool = False,
    where: str = "network",
) -> Network:
    r"""The network of a graph: output as the endowment, a standing capacity of 1 on every link, cost by length.

    Goods are counted in outputs of a middling (mean) region, heads in populations of one, so that consumption per head is a
    share of the mean output per head. A unit of capacity costs its length in km, so that what stands, 1 everywhere, is uniform
    per km; :math:`\delta_\ell` is `cost_per_1000km` times the length. Weights are shares of the population.

    Parameters
    ----------
    graph : RegionGraph
        With ``output``, ``population``, coordinates and links.
    times : float
        K as a multiple of what stands.
    params : Transport, optional
        Parameters; the defaults when left out.
    keep : bool
        Whether what stands stays; False lets it be placed anew.
    fixed : bool
        What stands and nothing else; `times` counts for nothing.
    where : str
        What messages name.

    Raises
    ------
    InputError
        Figures or links are missing, or the values are wrong.
    """
    params = params or Transport()
    if not (np.isfinite(times) and times > 0):
        raise InputError(
            Problem(f"a capacity of {times:g} times what stands", where, remedy="Give a number above 0.")
        )
    if keep and not fixed and times < 1:
        raise InputError(
            Problem(
                f"a capacity of {times:g} times what stands, all of which is to stay",
                where,
                remedy="Give a multiple of at least 1, or let what stands be placed anew.",
            )
        )
    table = links_of(graph)
    position = {region: n for n, region in enumerate(graph.ids)}
    a, b = (np.array([position[region] for region in table[end]]) for end in ("a", "b"))
    km = table["km"].to_numpy()
    output, people = graph["output"].to_numpy(), graph["population"].to_numpy()
    limits: dict[str, Any] = {"least": 1.0 if keep or fixed else 0.0, "most": 1.0 if fixed else np.inf}
    return Network(
        regions=graph.ids,
        endowment=output / output.mean(),
        population=people / people.mean(),
        a=a,
        b=b,
        friction=params.cost_per_1000km * km / 1000.0,
        building=km,
        budget=float(km.sum()) * (1.0 if fixed else times),
        beta=params.beta,
        gamma=params.gamma,
        weight=people / people.sum(),
        aversion=params.aversion,
        where=where,
        **limits,
    )
