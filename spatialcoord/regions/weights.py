"""Spillover weights W between regions: sparse, zero diagonal, each row summing to one.

In ``y = g + rho W y`` on growth rates, ``W[r, s]`` says how much of the growth of region s reaches region r.
Rows without any neighbour are zero: such a region receives nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import some
from spatialcoord.regions.links import BOTH_WAYS

EARTH_RADIUS_KM = 6371.0088
DENSE_LIMIT = 3000  # regions up to which all pairs may be neighbours


def row_standardised(matrix: sparse.sparray) -> sparse.csr_array:
    """Rows of a non-negative (N, N) matrix divided by their sums, without the diagonal and explicit zeros."""
    coo = sparse.coo_array(matrix)
    keep = (coo.row != coo.col) & (coo.data > 0)
    w = sparse.csr_array((coo.data[keep], (coo.row[keep], coo.col[keep])), shape=coo.shape)
    sums = w.sum(axis=1)
    inverse = np.divide(1.0, sums, out=np.zeros_like(sums, dtype=float), where=sums > 0)
    return sparse.csr_array(sparse.diags_array(inverse) @ w)


def great_circle_km(lon: np.ndarray, lat: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    r"""Great-circle distance in km between points i and j (degrees), by the haversine formula.

    .. math::
        d = 2R \arcsin\sqrt{\sin^2(\Delta\varphi/2)
            + \cos\varphi_i \cos\varphi_j \sin^2(\Delta\lambda/2)} \qquad (1)

    with R = 6371.0088 km, the mean radius of the Earth (IUGG).
    """
    phi, lam = np.radians(lat), np.radians(lon)
    h = (
        np.sin((phi[i] - phi[j]) / 2) ** 2
        + np.cos(phi[i]) * np.cos(phi[j]) * np.sin((lam[i] - lam[j]) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))


def contiguity_weights(links: pd.DataFrame, position: pd.Series, kinds: tuple[str, ...]) -> sparse.csr_array:
    """Equal weights on all neighbours over links of the given kinds, whatever their direction (N, N)."""
    chosen = links[links["kind"].isin(kinds)]
    a, b = position[chosen["a"]].to_numpy(), position[chosen["b"]].to_numpy()
    ones = sparse.coo_array(
        (np.ones(2 * len(chosen)), (np.r_[a, b], np.r_[b, a])), shape=(len(position),) * 2
    )
    adjacency = sparse.csr_array(ones)  # sums doubles
    adjacency.data[:] = 1.0
    return row_standardised(adjacency)


def flow_weights(links: pd.DataFrame, position: pd.Series, kinds: tuple[str, ...]) -> sparse.csr_array:
    """Weights by the ``flow`` of links: ``W[b, a]`` grows with the flow from a to b (N, N).

    Raises
    ------
    InputError
        No link of these kinds carries a flow.
    """
    chosen = links[links["kind"].isin(kinds) & links["flow"].notna()]
    if not len(chosen):
        raise InputError(
            Problem(
                "no link carries a flow",
                "links, column 'flow'",
                "weights by flow need measured flows between regions",
                "Fill the column, or use weights by contiguity or distance.",
            )
        )
    a, b = position[chosen["a"]].to_numpy(), position[chosen["b"]].to_numpy()
    flow = chosen["flow"].to_numpy(float)
    back = chosen["kind"].isin(BOTH_WAYS).to_numpy()
    rows, cols = np.r_[b, a[back]], np.r_[a, b[back]]
    n = len(position)
    return row_standardised(sparse.csr_array((np.r_[flow, flow[back]], (rows, cols)), shape=(n, n)))


def distance_weights(
    lon: np.ndarray,
    lat: np.ndarray,
    ids: pd.Index,
    *,
    nearest: int | None = None,
    cutoff_km: float | None = None,
    exponent: float = 1.0,
    mass: np.ndarray | None = None,
) -> sparse.csr_array:
    """Weights falling with great-circle distance, before standardising ``mass_s / d_rs ** exponent`` (N, N).

    Parameters
    ----------
    lon, lat : numpy.ndarray
        Points (N,), degrees.
    ids : pandas.Index
        Region ids (N,), for messages.
    nearest : int, optional
        Only the k nearest regions of each; the matrix need not be symmetric.
    cutoff_km : float, optional
        Only regions nearer than this; with `nearest`, both must hold.
    exponent : float
        Power of distance; 0 weighs all chosen regions alike.
    mass : numpy.ndarray, optional
        Size of each region (N,), as in a gravity model.

    Raises
    ------
    InputError
        Two regions at the same point, options out of range, or all pairs asked for above 3,000 regions.
    """
    n = len(lon)
    _check_options(n, nearest, cutoff_km, exponent)
    phi, lam = np.radians(lat), np.radians(lon)
    points = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    tree = cKDTree(points)
    if nearest is not None:
        _, found = tree.query(points, k=min(nearest + 1, n))
        found = np.asarray(found).reshape(n, -1)
        i, j = np.repeat(np.arange(n), found.shape[1]), found.ravel()
    elif cutoff_km is not None:
        chord = 2 * np.sin(min(cutoff_km / (2 * EARTH_RADIUS_KM), np.pi / 2)) * (1 + 1e-9)
        pairs = tree.query_pairs(chord, output_type="ndarray")
        i, j = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    else:
        i, j = (grid.ravel() for grid in np.indices((n, n)))
    i, j = i[i != j], j[i != j]
    distance = great_circle_km(lon, lat, i, j)
    if cutoff_km is not None:
        keep = distance <= cutoff_km
        i, j, distance = i[keep], j[keep], distance[keep]
    same = distance <= 0
    if same.any() and exponent > 0:
        pairs_text = [f"{ids[x]}-{ids[y]}" for x, y in zip(i[same], j[same], strict=True) if x < y]
        raise InputError(
            Problem(
                f"regions at the same point: {some(pairs_text)}",
                "columns 'lon' and 'lat'",
                "weights by distance divide by it",
                "Give each region a point of its own.",
            )
        )
    values = np.ones(len(i)) if exponent == 0 else distance**-exponent
    if mass is not None:
        values = values * mass[j]
    return row_standardised(sparse.csr_array((values, (i, j)), shape=(n, n)))


def _check_options(n: int, nearest: int | None, cutoff_km: float | None, exponent: float) -> None:
    problems = []
    if nearest is not None and nearest < 1:
        problems.append(
            Problem(f"nearest = {nearest}", "weights", remedy="Give a whole number of at least 1.")
        )
    if cutoff_km is not None and not cutoff_km > 0:
        problems.append(Problem(f"cutoff_km = {cutoff_km}", "weights", remedy="Give a distance above 0 km."))
    if exponent < 0:
        problems.append(
            Problem(
                f"exponent = {exponent}",
                "weights",
                "weights would grow with distance",
                "Give an exponent of at least 0.",
            )
        )
    if nearest is None and cutoff_km is None and n > DENSE_LIMIT:
        problems.append(
            Problem(
                f"weights between all pairs of {n:,} regions would fill the memory",
                "weights",
                remedy="Limit them with `nearest` or `cutoff_km`.",
            )
        )
    if problems:
        raise InputError(problems)
