"""Made-up countries of any size: log-normal, spatially correlated figures on a warped grid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.geometry import LONLAT
from spatialcoord.regions.graph import RegionGraph

EXTENT_DEGREES = 40.0  # side of the square that a large country fills
WARP = 0.25  # how far grid corners move, in cells; below 0.5 every cell stays a simple polygon


def synthetic(n: int, seed: int = 0, geometry: bool = True) -> RegionGraph:
    """A plausible graph of `n` regions.

    Parameters
    ----------
    n : int
        Number of regions.
    seed : int
        The same seed and `n` give the same graph, with and without geometry.
    geometry : bool
        Whether to make polygons; without them 100,000 regions take a few seconds.

    Returns
    -------
    RegionGraph
        All attributes of the table; levels ``group`` and ``macro_region``; contiguity of a grid with border
        lengths; a few rivers. Incomes per head differ by a log standard deviation of about .4, neighbours
        alike.

    Raises
    ------
    InputError
        `n` is below 1.
    """
    if n < 1:
        raise InputError(
            Problem(f"a graph of {n} regions", "synthetic", remedy="Give a number of at least 1.")
        )
    rng = np.random.default_rng([seed, n])
    columns = int(np.ceil(np.sqrt(n)))
    rows = -(-n // columns)
    row, column = np.divmod(np.arange(n), columns)
    ids = np.array([f"R{i:0{len(str(n - 1))}d}" for i in range(n)], dtype=object)
    corners = _corners(rows, columns, rng)
    shape = np.stack(
        [
            corners[row, column],
            corners[row, column + 1],
            corners[row + 1, column + 1],
            corners[row + 1, column],
        ],
        1,
    )
    table = pd.DataFrame({"name": [f"Region {i}" for i in ids]}, index=pd.Index(ids, name="region"))
    side = max(2, round(n**0.25))
    table["group"] = [f"Group {r}-{c}" for r, c in zip(row // side, column // side, strict=True)]
    south, east = row // side >= -(-rows // side) / 2, column // side >= -(-columns // side) / 2
    table["macro_region"] = np.where(
        south, np.where(east, "Southeast", "Southwest"), np.where(east, "Northeast", "Northwest")
    )
    table["lon"], table["lat"] = shape.mean(axis=1).T
    table["area_km2"] = _areas(shape)
    table = _figures(table, row, column, rows, columns, rng)
    links = _links(ids, row, column, rows, columns, n, corners, rng)
    if geometry:
        import geopandas
        import shapely

        ring = np.concatenate([shape, shape[:, :1]], axis=1)
        table = geopandas.GeoDataFrame(table, geometry=shapely.polygons(ring), crs=LONLAT)
    return RegionGraph(table, links, levels=("group", "macro_region"), where="synthetic")


def _corners(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """Longitude and latitude of the warped grid's corners (rows + 1, columns + 1, 2), north first."""
    cell = min(1.0, EXTENT_DEGREES / max(rows, columns))
    lat, lon = np.meshgrid(
        50.0 - cell * np.arange(rows + 1), 80.0 + cell * np.arange(columns + 1), indexing="ij"
    )
    return np.stack([lon, lat], -1) + cell * rng.uniform(-WARP, WARP, (rows + 1, columns + 1, 2))


def _areas(shape: np.ndarray) -> np.ndarray:
    """Area in km2 (N,) of quadrangles (N, 4, 2) in degrees, in the equal-area sinusoidal projection."""
    lon, lat = np.radians(shape[..., 0]), np.radians(shape[..., 1])
    x, y = lon * np.cos(lat), lat
    twice = (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1)
    return np.abs(twice) / 2 * 6371.0088**2


def _smooth_field(rows: int, columns: int, width: float, rng: np.random.Generator) -> np.ndarray:
    """Standard normal values (rows, columns), neighbours alike over about `width` cells."""
    from scipy.ndimage import gaussian_filter

    field = gaussian_filter(rng.standard_normal((rows, columns)), width, mode="reflect")
    spread = field.std()
    return (field - field.mean()) / spread if spread > 1e-12 else np.zeros_like(field)


def _figures(
    table: pd.DataFrame,
    row: np.ndarray,
    column: np.ndarray,
    rows: int,
    columns: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Population, output, budgets, capital: the poor raise less and receive more, the sparse cost more."""
    n = len(table)
    width = max(0.7, 0.06 * max(rows, columns))
    dense = 0.8 * _smooth_field(rows, columns, width, rng)[row, column] + 0.6 * rng.standard_normal(n)
    rich = (
        0.85 * _smooth_field(rows, columns, width, rng)[row, column]
        + 0.3 * dense
        + 0.4 * rng.standard_normal(n)
    )
    population = np.round(np.exp(14.0 + 0.7 * dense))
    per_head = 70_000 * np.exp(0.36 * rich)
    output = population * per_head / 1e6
    mean = output.sum() / population.sum() * 1e6
    table["population"] = population
    table["output"] = output
    table["tax_revenue"] = 0.08 * output * (per_head / mean) ** 0.3
    table["own_revenue"] = 1.35 * table["tax_revenue"]
    table["corporate_income_tax"] = 0.12 * table["tax_revenue"]
    table["personal_income"] = 0.85 * output * (mean / per_head) ** 0.1
    cost = (table["population"] / table["area_km2"]).to_numpy() ** -0.08
    cost /= (cost * population).sum() / population.sum()
    table["standard_cost_index"] = cost
    spending = 0.2 * mean / 1e6 * population * cost * (per_head / mean) ** 0.4
    table["budget_expenditure"] = np.maximum(spending, table["own_revenue"])
    table["net_transfer_received"] = table["budget_expenditure"] - table["own_revenue"]
    table["past_allocation"] = table["net_transfer_received"]
    for name in ("capital_infrastructure", "capital_human"):
        table[name] = (
            0.8
            * output
            * np.clip(np.exp(0.15 * rng.standard_normal(n)) * (mean / per_head) ** 0.3, 0.67, 1.5)
        )
    table["capital_private"] = 1.2 * output
    table["capital_research"] = 0.18 * output
    return table


def _links(
    ids: np.ndarray,
    row: np.ndarray,
    column: np.ndarray,
    rows: int,
    columns: int,
    n: int,
    corners: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Grid contiguity with border lengths, and rivers that run from north to south with a drift."""
    east = np.flatnonzero((column + 1 < columns) & (np.arange(n) + 1 < n))
    south = np.flatnonzero(np.arange(n) + columns < n)
    start = np.concatenate([corners[row[east], column[east] + 1], corners[row[south] + 1, column[south]]])
    end = np.concatenate(
        [corners[row[east] + 1, column[east] + 1], corners[row[south] + 1, column[south] + 1]]
    )
    step = np.radians(end - start)
    middle = np.radians((start[:, 1] + end[:, 1]) / 2)
    length = 6371.0088 * np.hypot(step[:, 0] * np.cos(middle), step[:, 1])
    borders = pd.DataFrame(
        {
            "a": ids[np.r_[east, south]],
            "b": ids[np.r_[east + 1, south + columns]],
            "kind": "contiguity",
            "length_km": length,
        }
    )
    rivers = []
    for k in range(max(1, columns // 4)):
        at, seen = int(rng.integers(columns)), set()
        here = at
        while True:
            seen.add(here)
            sideways = here + int(rng.integers(-1, 2))
            turn = sideways // columns == here // columns and 0 <= sideways < n and rng.random() < 0.4
            there = sideways if turn and sideways not in seen else here + columns
            if there >= n:
                break
            rivers.append({"a": ids[here], "b": ids[there], "kind": "river", "name": f"River {k + 1}"})
            here = there
    return pd.concat([borders, pd.DataFrame(rivers)], ignore_index=True) if rivers else borders
