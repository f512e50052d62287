"""RegionGraph: regions with figures, geometry, hierarchy and links, labelled by string ids throughout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions import weights as _weights
from spatialcoord.regions.attributes import ATTRIBUTES, Attribute, is_text_column, suggest_id
from spatialcoord.regions.fingerprint import fingerprint
from spatialcoord.regions.geometry import LONLAT, check_ids, shapes_of, with_places
from spatialcoord.regions.links import (
    BOTH_WAYS,
    check_links,
    contiguity_from_polygons,
    empty_links,
    tidy_links,
)
from spatialcoord.regions.table_checks import check
from spatialcoord.registry import did_you_mean

if TYPE_CHECKING:
    import geopandas
    import xarray


class RegionGraph:
    """Regions and how they hang together; it does not change once made.

    Parameters
    ----------
    table : pandas.DataFrame or geopandas.GeoDataFrame
        One row a region, indexed by region id (strings). Columns are attributes (see
        :data:`spatialcoord.regions.ATTRIBUTES`), names (``name``, ``name_zh``) and hierarchy levels. A
        geometry column is optional; it must know its coordinate reference system.
    links : pandas.DataFrame, optional
        Links as in :func:`spatialcoord.regions.links.tidy_links`. Where no row has kind ``contiguity`` and
        there are polygons, contiguity is found from the polygons.
    levels : iterable of str
        Hierarchy levels, finest first; each is a text column of `table`.
    attributes : mapping of str to Attribute, optional
        Attributes beyond the table, by name.
    where : str
        File or object that messages name.
    places : mapping of str to str, optional
        Where single columns, and the ``links``, come from, for messages.

    Raises
    ------
    InputError
        Every problem of ids, attributes, geometry, levels and links at once.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        links: pd.DataFrame | None = None,
        levels: Iterable[str] = (),
        attributes: Mapping[str, Attribute] | None = None,
        where: str = "regions",
        places: Mapping[str, str] | None = None,
    ) -> None:
        self.levels: tuple[str, ...] = tuple(levels)
        self.attributes: dict[str, Attribute] = {**ATTRIBUTES, **(attributes or {})}
        self._places = dict(places or {})
        active = getattr(table, "active_geometry_name", None)
        if active not in (None, "geometry"):
            table = table.rename_geometry("geometry")
        geometry, problems = shapes_of(table, (places or {}).get("geometry", where))
        data = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
        data.index = pd.Index(data.index.to_numpy(object), name="region")
        tidy = empty_links() if links is None else tidy_links(links)
        problems += check_ids(data.index, where)
        problems += check(data, self.attributes, self.levels, where, places)
        problems += check_links(tidy, data.index, (places or {}).get("links", "links"))
        if problems:
            raise InputError(problems)
        self._geometry = None if geometry is None else geometry.set_axis(data.index)
        if geometry is not None:
            data = with_places(data, self._geometry)
        for attribute in self.attributes.values():
            if attribute.default is not None and attribute.name not in data:
                data[attribute.name] = attribute.default
        self._table = data
        if self._geometry is not None and not (tidy["kind"] == "contiguity").any():
            tidy = pd.concat([contiguity_from_polygons(self.frame), tidy], ignore_index=True)
        self._links = tidy
        self._position = pd.Series(np.arange(len(data)), index=data.index)

    @staticmethod
    def synthetic(n: int, seed: int = 0, geometry: bool = True) -> RegionGraph:
        """A plausible graph of `n` regions: see :func:`spatialcoord.regions.synthetic.synthetic`."""
        from spatialcoord.regions.synthetic import synthetic

        return synthetic(n, seed, geometry)

    # --- what the regions are ---

    @property
    def ids(self) -> tuple[str, ...]:
        """Region ids in the order of the frame."""
        return tuple(self._table.index)

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        kinds = ", ".join(
            f"{count} {kind}" for kind, count in self._links["kind"].value_counts().sort_index().items()
        )
        geometry = "polygons" if self.has_geometry else "no geometry"
        levels = ", ".join(self.levels) or "none"
        return f"RegionGraph({len(self)} regions, {geometry}; links: {kinds or 'none'}; levels: {levels})"

    @property
    def has_geometry(self) -> bool:
        """Whether the regions have shapes to draw."""
        return self._geometry is not None

    @property
    def frame(self) -> geopandas.GeoDataFrame:
        """A copy of all columns and the geometry (EPSG:4326; all None without shapes), by region id."""
        import geopandas

        geometry = self._geometry
        if geometry is None:
            geometry = geopandas.GeoSeries([None] * len(self._table), index=self._table.index, crs=LONLAT)
        return geopandas.GeoDataFrame(self._table.copy(), geometry=geometry, crs=LONLAT)

    @property
    def links(self) -> pd.DataFrame:
        """A copy of the link table: a, b, kind, length_km, flow, name, basin."""
        return self._links.copy()

    def has(self, name: str) -> bool:
        """Whether the graph holds the attribute `name`."""
        return name in self._table and name in self.attributes

    def place(self, name: str) -> str:
        """File and column that an attribute or the ``links`` were read from, for messages; empty where not known."""
        return self._places.get(name, "")

    def __getitem__(self, name: str) -> xarray.DataArray:
        """An attribute over ``region`` with its unit and description.

        Raises
        ------
        InputError
            No such attribute, or these regions have no figures for it.
        """
        if not self.has(name):
            held = [n for n in self._table if n in self.attributes]
            if name in self.attributes:
                a = self.attributes[name]
                raise InputError(
                    Problem(
                        f"these regions have no '{name}'",
                        "regions",
                        f"{a.description} ({a.unit}) is needed here",
                        f"Add a column '{name}' to a table of the case. Held: {', '.join(held)}.",
                    )
                )
            raise InputError(
                Problem(
                    f"there is no attribute '{name}'",
                    "regions",
                    remedy=did_you_mean(name, list(self.attributes)),
                )
            )
        a = self.attributes[name]
        attrs = {"unit": a.unit, "units": a.unit, "description": a.description, "long_name": a.description}
        return self._array(self._table[name].to_numpy(float, copy=True), name, attrs)

    def names(self, lang: str = "en") -> xarray.DataArray:
        """Names in a language over ``region``; the plain name, then the id, where there is none."""
        values = self._text(f"name_{lang}", self._text("name", self._table.index.to_numpy(object)))
        return self._array(values, "name", {"description": f"Name of the region ({lang})"})

    def level(self, name: str, lang: str | None = None) -> xarray.DataArray:
        """Label of each region's group at a hierarchy level; in a language where the table has it.

        Raises
        ------
        InputError
            No such level.
        """
        if name not in self.levels:
            raise InputError(
                Problem(
                    f"there is no hierarchy level '{name}'",
                    "regions",
                    remedy=did_you_mean(name, list(self.levels)),
                )
            )
        labels = self._table[name].to_numpy(object)
        values = self._text(f"{name}_{lang}", labels) if lang else labels
        return self._array(values, name, {"description": f"Group of the region at level '{name}'"})

    def _text(self, column: str, fallback: np.ndarray) -> np.ndarray:
        """A text column with its gaps filled from `fallback` (N,)."""
        if column not in self._table:
            return fallback
        values = self._table[column].to_numpy(object)
        empty = pd.isna(values) | (values == "")
        return np.where(empty, fallback, values)

    def _array(self, values: np.ndarray, name: str, attrs: dict[str, Any]) -> xarray.DataArray:
        import xarray

        if values.dtype == object:
            values = values.astype(str)
        return xarray.DataArray(
            values, dims=("region",), coords={"region": self._labels}, name=name, attrs=attrs
        )

    @cached_property
    def _labels(self) -> np.ndarray:
        return self._table.index.to_numpy().astype(str)

    # --- how they hang together ---

    def weights(
        self,
        kind: str = "contiguity",
        *,
        kinds: tuple[str, ...] | None = None,
        nearest: int | None = None,
        cutoff_km: float | None = None,
        exponent: float = 1.0,
        mass: str | None = None,
    ) -> sparse.csr_array:
        """Spillover weights W (N, N): sparse, zero diagonal, rows summing to one (zero where nobody is near).

        Parameters
        ----------
        kind : {"contiguity", "distance", "flow"}
            Equal weight on neighbours; falling with great-circle distance; by the flow of links.
        kinds : tuple of str, optional
            Kinds of link that count, for contiguity (default contiguity and link) and flow (default all).
        nearest, cutoff_km, exponent, mass
            For distance: see :func:`spatialcoord.regions.weights.distance_weights`; `mass` names an
            attribute.

        Raises
        ------
        InputError
            Unknown kind, options out of range, or figures that the kind needs are not there.
        """
        if kind == "contiguity":
            return _weights.contiguity_weights(self._links, self._position, kinds or BOTH_WAYS)
        if kind == "flow":
            return _weights.flow_weights(
                self._links, self._position, kinds or ("contiguity", "link", "river", "flow")
            )
        if kind == "distance":
            return _weights.distance_weights(
                self["lon"].to_numpy(),
                self["lat"].to_numpy(),
                self._table.index,
                nearest=nearest,
                cutoff_km=cutoff_km,
                exponent=exponent,
                mass=None if mass is None else self[mass].to_numpy(),
            )
        raise InputError(
            Problem(
                f"there are no weights by '{kind}'",
                "weights",
                remedy=did_you_mean(kind, ["contiguity", "distance", "flow"]),
            )
        )

    def neighbours(self, region: str) -> tuple[str, ...]:
        """Regions that border `region` or are joined to it by a link, in the order of the frame."""
        row = self._row(region)
        w = self._adjacency
        return tuple(self._table.index[np.sort(w.indices[w.indptr[row] : w.indptr[row + 1]])])

    def components(self) -> list[tuple[str, ...]]:
        """Connected parts over contiguity and links, the largest first; ids in the order of the frame."""
        _, part = sparse.csgraph.connected_components(self._adjacency, directed=False)
        parts = [tuple(ids) for ids in self._table.index.to_series().groupby(part, sort=False).agg(list)]
        return sorted(parts, key=len, reverse=True)

    def downstream(self, region: str, basin: str | None = None) -> tuple[str, ...]:
        """Regions that water leaving `region` reaches inside its river basins, in the order of the frame.

        Parameters
        ----------
        region : str
            Where the water starts.
        basin : str, optional
            Only this basin; all basins of the region by default.
        """
        import networkx

        self._row(region)
        rivers = self._links[self._links["kind"] == "river"]
        if basin is not None and basin not in set(rivers["basin"]):
            raise InputError(
                Problem(
                    f"there is no river basin '{basin}'",
                    "links",
                    remedy=did_you_mean(basin, sorted(set(rivers["basin"]))),
                )
            )
        found: set[str] = set()
        for name, rows in rivers.groupby("basin"):
            if basin is None or name == basin:
                net = networkx.DiGraph(list(rows[["a", "b"]].itertuples(index=False, name=None)))
                if region in net:
                    found |= networkx.descendants(net, region)
        return tuple(sorted(found - {region}, key=self._position.__getitem__))

    def _row(self, region: str) -> int:
        """Position of a region; InputError where there is none of that id."""
        if region not in self._position.index:
            raise InputError(
                Problem(f"there is no region '{region}'", "regions", remedy=suggest_id(region, self.ids))
            )
        return int(self._position[region])

    @cached_property
    def _adjacency(self) -> sparse.csr_array:
        return _weights.contiguity_weights(self._links, self._position, BOTH_WAYS)

    @cached_property
    def _fingerprint(self) -> str:
        text = [c for c in self._table if is_text_column(c, self.levels)]
        return fingerprint(self._table, text, self._links, self.levels)

    def fingerprint(self) -> str:
        """SHA-256 over ids, figures, labels and links, the same however the files are laid out."""
        return self._fingerprint
