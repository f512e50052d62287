"""Real polygons of European statistical regions, fetched on request from Eurostat's geographic service (GISCO).

They may be used for non-commercial purposes only (© EuroGeographics for the administrative boundaries), which is why no case
brings them along. The package ``gisco-geodata`` asks the service; both are needed only here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from spatialcoord.errors import InputError, Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

YEAR, SCALE = "2024", "20M"
LEVEL_TWO = re.compile(r"[A-Z]{2}[0-9A-Z]{2}")


def fetch_polygons(ids: Sequence[str], year: str = YEAR, scale: str = SCALE) -> GeoDataFrame:
    """Polygons of regions at level 2 of NUTS.

    Parameters
    ----------
    ids : sequence of str
        Ids of the regions, such as "BG31".
    year : str
        Edition of NUTS.
    scale : str
        Scale of the polygons: "01M", "03M", "10M", "20M" or "60M" (1 to so many million).

    Returns
    -------
    geopandas.GeoDataFrame
        Column ``id`` in the order of `ids`, geometry in longitude and latitude.

    Raises
    ------
    InputError
        Ids that are no such regions, the package is not installed, or the service does not answer or lacks regions.
    """
    other = [one for one in ids if not LEVEL_TWO.fullmatch(one)]
    if other:
        raise InputError(
            Problem(
                f"the service holds European regions at level 2 of NUTS, and these ids are none: {', '.join(other[:5])}",
                where="regions",
                remedy="Take a case of such regions, such as eu.",
            )
        )
    frame = _ask(list(ids), year, scale)
    code = next((name for name in ("NUTS_ID", "nuts_id", "id") if name in frame.columns), None)
    held = frame.set_index(code) if code else frame.iloc[:0]
    missing = [one for one in ids if one not in held.index]
    if missing:
        raise InputError(
            Problem(
                f"the service holds no polygon of {', '.join(missing[:5])}",
                where="regions",
                why=f"They may be of another edition of NUTS than {year}.",
                remedy="Name the edition of the case's ids.",
            )
        )
    found = held.loc[list(ids), ["geometry"]].rename_axis("id").reset_index()
    found["geometry"] = found.geometry.make_valid()
    return found.to_crs("EPSG:4326") if found.crs else found.set_crs("EPSG:4326")


def _ask(ids: list[str], year: str, scale: str) -> Any:
    try:
        from gisco_geodata import NUTS
    except ImportError:
        raise InputError(
            Problem(
                "the package gisco-geodata is not installed",
                where="polygons",
                remedy="Install it: pip install gisco-geodata",
            )
        ) from None
    try:
        return NUTS().get(
            countries=ids, nuts_level="LEVL_2", spatial_type="RG", scale=scale, projection="4326", year=year
        )
    # whatever the network and two packages raise, a planner needs to know one thing
    except Exception as error:  # noqa: BLE001
        raise InputError(
            Problem(
                "the geographic service of Eurostat (GISCO) does not answer as expected",
                where="polygons",
                why=f"{type(error).__name__}: {str(error)[:200]}",
                remedy="Check the connection and try again; the bundled schematic shapes need none.",
            )
        ) from None
