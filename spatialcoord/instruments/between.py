"""What instruments between pairs of regions have in common: who is richer, who is near, who pays whom (not a line itself)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.csgraph import shortest_path

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.institutions.base import AFFAIRS
from spatialcoord.institutions.membership import bound, formed, members_of
from spatialcoord.regions.attributes import ATTRIBUTES, some, suggest_id
from spatialcoord.regions.weights import great_circle_km

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Model

MONEY_A_YEAR = "million CUR/yr"
ONLY_MEMBERS = "Once institutions are formed, regions agree only as members of one that decides the affair."


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


def can_agree(setting: Setting, affair: str) -> np.ndarray:
    """Whether two regions can agree in an affair, shape (R, R), bool, symmetric.

    Members of one formed institution that decides the affair can; where the scenario forms none at all, any two.
    """
    together = bound(setting, affair)
    return np.ones((len(setting.regions),) * 2, dtype=bool) if together is None else together


def nobody_agrees(setting: Setting, affair: str, where: str) -> Problem:
    """That no two regions between which an instrument could move anything can agree in its affair."""
    exist = formed(setting)
    told = [f"'{name}' ({', '.join(terms.affairs)})" for name, terms in exist.items()]
    deciding = [f"'{name}'" for name, terms in exist.items() if affair in terms.affairs]
    remedy = (
        f"Make regions of both sides members of {' or '.join(deciding)}"
        if deciding
        else f"Give one that holds regions of both sides the affair {affair}"
    )
    return Problem(
        f"no two regions of this instrument can agree on {in_words(affair)}",
        where,
        f"{ONLY_MEMBERS} Formed: {', '.join(told)}.",
        f"{remedy}, or take the instrument out.",
    )


def unbound_problems(setting: Setting, affair: str, named: Iterable[tuple[str, str, str]]) -> list[Problem]:
    """Agreements that a scenario lists between regions which cannot agree in the affair, a problem each.

    Parameters
    ----------
    affair : str
        Affair that the agreements are about.
    named : iterable of (str, str, str)
        Key of each agreement and the ids of its two regions, which exist.
    """
    able, place = can_agree(setting, affair), {region: i for i, region in enumerate(setting.regions)}
    return [
        Problem(
            f"'{a}' and '{b}' cannot agree on {in_words(affair)}",
            where,
            f"{ONLY_MEMBERS} {_deciding(setting, affair, (a, b))}",
            f"Make both members of one with the affair {affair}, or take the agreement out.",
        )
        for where, a, b in named
        if not able[place[a], place[b]]
    ]


def _deciding(setting: Setting, affair: str, regions: tuple[str, str]) -> str:
    """Formed institutions that decide an affair, and which of two regions each lacks ("'basin' decides it and lacks 'B'.")."""
    exist, told = formed(setting), []
    for name, terms in exist.items():
        if affair in terms.affairs:
            members = {setting.regions[i] for i in members_of(setting, terms)}
            missing = " and ".join(f"'{region}'" for region in regions if region not in members)
            told.append(f"'{name}' decides it and lacks {missing}.")
    return " ".join(told) or f"None of those formed decides it: {', '.join(exist)}."


def in_words(affair: str) -> str:
    """An affair in words, with its name in a scenario."""
    return f"{AFFAIRS[affair]['en']} (affair {affair})"


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
