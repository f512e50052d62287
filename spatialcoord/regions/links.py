"""Links between regions: shared borders, ferries and bridges, rivers, measured flows.

A link table has one row a link. Contiguity and explicit links run both ways; rivers run from ``a`` (upstream)
to ``b`` (downstream) and flows from ``a`` (origin) to ``b`` (destination).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from spatialcoord.errors import Problem
from spatialcoord.regions.attributes import some, suggest_id

KINDS = ("contiguity", "link", "river", "flow")
BOTH_WAYS = ("contiguity", "link")
COLUMNS = ("a", "b", "kind", "length_km", "flow", "name", "basin")


def empty_links() -> pd.DataFrame:
    """A link table without rows."""
    return tidy_links(pd.DataFrame({"a": [], "b": [], "kind": []}))


def tidy_links(links: pd.DataFrame) -> pd.DataFrame:
    """The table with all columns, in order, typed; missing sizes are NaN, missing names are empty.

    Columns
    -------
    a, b : str
        Region ids.
    kind : str
        One of ``contiguity``, ``link``, ``river``, ``flow``.
    length_km : float
        Shared border, crossing or course, kilometres.
    flow : float
        Size of what moves along the link (people, goods, money), in any one unit for the whole column.
    name, basin : str
        Name of the river or crossing; basin that ties a river to its tributaries (its own name if empty).
    """
    table = pd.DataFrame(index=range(len(links)))
    for column in COLUMNS:
        given = links[column].to_numpy() if column in links else None
        if column in ("length_km", "flow"):
            table[column] = (
                np.full(len(links), np.nan)
                if given is None
                else pd.to_numeric(pd.Series(given)).to_numpy(float)
            )
        else:
            values = [""] * len(links) if given is None else ["" if pd.isna(v) else str(v) for v in given]
            table[column] = pd.Series(values, dtype=object)
    river_without_basin = (table["kind"] == "river") & (table["basin"] == "")
    table.loc[river_without_basin, "basin"] = table.loc[river_without_basin, "name"]
    return table


def check_links(links: pd.DataFrame, ids: pd.Index, where: str) -> list[Problem]:
    """Every problem of a tidy link table: unknown ids and kinds, self-links, doubles, negative sizes."""
    problems = []
    unknown = sorted(set(links["a"]).union(links["b"]) - set(ids))
    if unknown:
        problems.append(
            Problem(
                f"links name regions that do not exist: {some(unknown)}",
                where,
                remedy=suggest_id(unknown[0], list(ids)),
            )
        )
    kinds = sorted(set(links["kind"]) - set(KINDS))
    if kinds:
        problems.append(
            Problem(
                f"unknown kind of link: {', '.join(repr(k) for k in kinds)}",
                f"{where}, column 'kind'",
                remedy=f"Use one of {', '.join(KINDS)}.",
            )
        )
    loops = links.loc[links["a"] == links["b"], "a"]
    if len(loops):
        problems.append(
            Problem(f"links join a region to itself: {some(loops)}", where, remedy="Delete the rows.")
        )
    both = links["kind"].isin(BOTH_WAYS).to_numpy()
    swap = both & (links["a"].to_numpy(str) > links["b"].to_numpy(str)) if len(links) else both
    key = pd.DataFrame(
        {
            "a": np.where(swap, links["b"], links["a"]),
            "b": np.where(swap, links["a"], links["b"]),
            "kind": links["kind"],
            "name": np.where(links["kind"] == "contiguity", "", links["name"]),
        }
    )
    double = key.duplicated().to_numpy()
    if double.any():
        pairs = [f"{a}-{b}" for a, b in links.loc[double, ["a", "b"]].to_numpy()]
        problems.append(
            Problem(
                f"links given twice: {some(pairs)}",
                where,
                "contiguity and links run both ways, one row is enough",
                "Delete one of the two rows.",
            )
        )
    for column in ("length_km", "flow"):
        negative = links.loc[links[column] < 0]
        if len(negative):
            pairs = [f"{a}-{b}" for a, b in negative[["a", "b"]].to_numpy()]
            problems.append(
                Problem(
                    f"negative values for {some(pairs)}",
                    f"{where}, column '{column}'",
                    remedy="Give amounts of at least 0.",
                )
            )
    return problems


def contiguity_from_polygons(frame: pd.DataFrame) -> pd.DataFrame:
    """Links of kind ``contiguity`` between polygons that share a border, with its length.

    Polygons that meet in a point only are not contiguous; slight overlaps, as files have them, count.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Indexed by region id, polygons in longitude and latitude.

    Returns
    -------
    pandas.DataFrame
        A tidy link table with ``a < b`` in the order of the frame; length in km on the WGS 84 ellipsoid.
    """
    import shapely
    from libpysal.graph import Graph
    from pyproj import Geod

    graph = Graph.build_fuzzy_contiguity(frame[["geometry"]])
    pairs = graph.adjacency[graph.adjacency > 0].index
    position = pd.Series(np.arange(len(frame)), index=frame.index)
    i = position.loc[pairs.get_level_values(0)].to_numpy()
    j = position.loc[pairs.get_level_values(1)].to_numpy()
    i, j = i[i < j], j[i < j]
    order = np.lexsort((j, i))
    i, j = i[order], j[order]
    shapes = frame.geometry.to_numpy()
    borders = shapely.intersection(shapes[i], shapes[j])
    geod = Geod(ellps="WGS84")
    # the border of an overlap runs round it, so half of it is the length along which the two polygons meet
    share = np.where(shapely.get_dimensions(borders) == 2, 0.5, 1.0)
    length = (
        np.array([geod.geometry_length(b) for b in borders]) / 1000 * share if len(borders) else np.empty(0)
    )
    keep = length > 0
    ids = frame.index.to_numpy()
    return tidy_links(
        pd.DataFrame({"a": ids[i[keep]], "b": ids[j[keep]], "kind": "contiguity", "length_km": length[keep]})
    )
