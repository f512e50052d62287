"""What a plan with transport projects tells: what is built, access before and after, links changed, who pays (not an instrument)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.instruments.transport_figures import Projects


INDEX = "mean of people before = 1"  # access has no unit that a reader knows


def told(projects: Projects, built: np.ndarray) -> dict[str, xr.DataArray]:
    """Labelled arrays of a combination of bundles.

    Parameters
    ----------
    projects : Projects
        Figures of the projects.
    built : numpy.ndarray, shape (B,)
        0/1, which bundles are built.

    Returns
    -------
    dict of xarray.DataArray
        ``approved`` by project; ``access`` (%) and what the members pay by region; ``link_before``, ``link_after`` (km) and
        ``link_open`` (year) over ``transport_link``, whose ends are its coordinates ``transport_link_a`` and ``_b``: all links that
        some project would change, a new one without length before.
    """
    import xarray as xr

    setting, listed = projects.setting, projects.params.projects
    unit = setting.scenario.money_unit
    approved = built[projects.bundle_of].astype(float)
    here = {"region": list(setting.regions)}

    def array(values: Any, coords: dict[str, Any], units: str, name: str, name_zh: str) -> xr.DataArray:
        dims = [dim for dim, labels in coords.items() if not isinstance(labels, tuple)]
        about = {"units": units, "long_name": name, "long_name_zh": name_zh}
        return xr.DataArray(values, coords, dims, attrs=about)

    project = {
        "transport_project": [p.id for p in listed],
        "transport_project_name": ("transport_project", [p.name.en if p.name else p.id for p in listed]),
        "transport_project_name_zh": (
            "transport_project",
            [p.name.in_language("zh") if p.name else p.id for p in listed],
        ),
    }
    chosen = [u for p in np.flatnonzero(approved) for u in projects.upgrades[p]]
    access = projects.access
    after = access.access(setting.base_output, access.distances(chosen))
    mean = float(setting.share @ access.base_access)
    paid = np.tensordot(built.astype(float), projects.own.sum(axis=2), axes=1)
    changed = sorted({(u.a, u.b) for upgrades in projects.upgrades for u in upgrades})
    before = np.array([access.lengths.get(pair, np.nan) for pair in changed])
    length, first = before.copy(), np.full(len(changed), np.nan)
    for upgrade in chosen:
        i = changed.index((upgrade.a, upgrade.b))
        length[i] = np.fmin(length[i], upgrade.length)
        first[i] = np.fmin(first[i], upgrade.first)
    ends = [[setting.regions[pair[end]] for pair in changed] for end in (0, 1)]
    link = {
        "transport_link": [f"{a}-{b}" for a, b in zip(*ends, strict=True)],
        "transport_link_a": ("transport_link", ends[0]),
        "transport_link_b": ("transport_link", ends[1]),
    }
    return {
        "approved": array(approved, project, "1", "transport projects approved", "获批交通项目"),
        "cost": array(projects.cost, project, unit, "cost of each project", "各项目造价"),
        "access": array(
            100.0 * (after / access.base_access - 1.0),
            here,
            "%",
            "market access gained once all links are open",
            "全部线路开通后市场可达性的提高",
        ),
        "access_before": array(
            access.base_access / mean,
            here,
            INDEX,
            "market access before",
            "建设前的市场可达性",
        ),
        "access_after": array(
            after / mean,
            here,
            INDEX,
            "market access after",
            "建设后的市场可达性",
        ),
        "own_share": array(
            100.0 * paid / max(float(approved @ projects.cost), 1e-300),
            here,
            "%",
            "share of the region's own money in the cost of what is built",
            "地区自筹资金占所建项目总造价的比重",
        ),
        "link_before": array(before, link, "km", "length of links before", "线路建设前的长度"),
        "link_after": array(length, link, "km", "effective length of links after", "线路建设后的等效长度"),
        "link_open": array(first, link, "year", "first year of use of links", "线路开通年份"),
    }
