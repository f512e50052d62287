"""What instruments between pairs of regions have in common: who is richer, who is near, who pays whom (not a line itself)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.csgraph import shortest_path

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.regions.attributes import ATTRIBUTES, some, suggest_id
from spatialcoord.regions.weights import great_circle_km

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Model

MONEY_A_YEAR = "million CUR/yr"


def relative(setting: Setting) -> Array:
    """Output per head at the region's price level, over the mean, shape (R,).

    Not what is made equal: income counts existing transfers at face value, and the poorest provinces, which live on them, would
    be asked to give.
    """
    persons = setting.purchasing_persons
    return np.asarray(setting.base_output / persons * (persons.sum() / setting.base_output.sum()))


def distance(setting: Setting) -> Array:
    """Distance between regions, shape (R, R): km between their points, or borders crossed where the case holds no points.

    Regions that no border joins are as many borders apart as there are regions.
    """
    regions, graph = len(setting.regions), setting.graph
    if graph.has("lon") and graph.has("lat"):
        i, j = np.indices((regions, regions))
        return np.asarray(great_circle_km(setting.attribute("lon"), setting.attribute("lat"), i, j))
    steps = shortest_path(graph.weights("contiguity"), directed=False, unweighted=True)
    return np.asarray(np.where(np.isfinite(steps), steps, float(regions)))


def region_problems(setting: Setting, named: Iterable[tuple[str, str]]) -> list[Problem]:
    """Regions that do not exist, each a problem; `named` holds the key and the id."""
    known = set(setting.regions)
    return [
        Problem(f"there is no region '{region}'", where=where, remedy=suggest_id(region, setting.regions))
        for where, region in named
        if region not in known
    ]


def figure_problems(setting: Setting, name: str, where: str) -> list[Problem]:
    """What keeps an attribute that a scenario names from being money that can be shared, a problem each.

    It must be there, money a year (million currency; a stock or a number of persons is none), known and nowhere negative.

    Parameters
    ----------
    name : str
        Attribute that the scenario names.
    where : str
        Key that names it.
    """
    graph = setting.graph
    usable = sorted(
        n for n, a in ATTRIBUTES.items() if a.unit == MONEY_A_YEAR and a.lower >= 0 and graph.has(n)
    )
    remedy = f"Name one of {', '.join(usable)}, or correct the column."
    if not graph.has(name):
        return [Problem(f"the regions have no attribute '{name}'", where, "The instrument needs it.", remedy)]
    about = graph.attributes.get(name)
    unit = about.unit if about is not None else "text"
    if unit != MONEY_A_YEAR:
        shown = unit.replace("CUR", setting.scenario.currency)
        return [
            Problem(
                f"the unit of '{name}' is {shown}, not {setting.scenario.money_unit} a year",
                where,
                "What is paid is a share of it.",
                remedy,
            )
        ]
    values = setting.attribute(name)
    bad = [region for region, value in zip(setting.regions, values, strict=True) if not value >= 0]
    if bad:
        why = "What is paid is a share of it."
        return [Problem(f"'{name}' is negative or missing in {some(bad)}", where, why, remedy)]
    return []


def positions(setting: Setting, ids: Iterable[str]) -> np.ndarray:
    """Positions of region ids, shape (n,)."""
    place = {region: i for i, region in enumerate(setting.regions)}
    return np.array([place[region] for region in ids], dtype=int)


def planned(model: Model, name: str) -> Array:
    """Numbers of a named variable in the plan last found, none below zero, in its shape."""
    component: Any = model.component(name)
    shape = [len(dim) for dim in component.dims]
    return np.maximum(model.arrays.columns.value[component.positions], 0.0).reshape(shape)


def by_pair(
    setting: Setting, name: str, payer: np.ndarray, receiver: np.ndarray, values: Array, **about: str
) -> xr.DataArray:
    """A figure of every pair of regions as an instrument tells it.

    Parameters
    ----------
    name : str
        Name of the instrument; the dimension is ``<name>_pair``, labelled ``payer>receiver``, with either end a coordinate.
    payer, receiver : numpy.ndarray, shape (n,)
        Positions of the two ends.
    values : numpy.ndarray, shape (n,) or (n, Y)
        The figure, of the whole programme or by year.
    **about
        ``units``, ``long_name``, ``long_name_zh``.
    """
    import xarray as xr

    ids, dim = np.array(setting.regions, dtype=str), f"{name}_pair"
    coords: dict[str, Any] = {
        dim: [f"{a}>{b}" for a, b in zip(ids[payer], ids[receiver], strict=True)],
        f"{name}_payer": (dim, ids[payer]),
        f"{name}_receiver": (dim, ids[receiver]),
    }
    dims = [dim]
    if values.ndim == 2:
        dims, coords["year"] = [dim, "year"], list(setting.years)
    return xr.DataArray(values, coords, dims, attrs=about)


def by_region(setting: Setting, values: Array, **about: str) -> xr.DataArray:
    """A figure of every region in every programme year as an instrument tells it."""
    import xarray as xr

    coords = {"region": list(setting.regions), "year": list(setting.years)}
    return xr.DataArray(values, coords, ["region", "year"], attrs=about)
