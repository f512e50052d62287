"""A plan in one netCDF file, there and back without loss.

The plan's Dataset is the root group, as any netCDF reader expects. The regions travel along in two more
groups, so that the file alone is enough to draw and explain the plan: ``regions`` (every column of the frame;
borders as well-known binary, one byte array with the end of each region's part) and ``links``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord.errors import InputError, Problem

ENGINE: Final = "h5netcdf"
PACKED: Final[dict[str, Any]] = {"zlib": True, "complevel": 4}


def write_dataset(
    path: Path, dataset: xr.Dataset, frame: pd.DataFrame, links: pd.DataFrame, extra: dict[str, Any]
) -> None:
    """Write a plan's Dataset and its regions.

    Parameters
    ----------
    path : Path
        File to make.
    dataset : xarray.Dataset
        The plan, as :func:`spatialcoord.results.contract.describe` leaves it.
    frame : geopandas.GeoDataFrame
        Regions, indexed by id.
    links : pandas.DataFrame
        Links between regions.
    extra : dict
        What else the regions need to be made again, in types JSON knows.
    """
    large: dict[Any, Any] = {
        name: PACKED for name, v in dataset.variables.items() if v.dtype.kind in "fi" and v.size > 1000
    }
    dataset.to_netcdf(path, engine=ENGINE, encoding=large)
    regions = _columns_to_dataset(frame.drop(columns="geometry", errors="ignore"), "region")
    regions.attrs["extra"] = json.dumps(extra, ensure_ascii=False)
    regions = _with_geometry(regions, frame)
    packed: dict[Any, Any] = {"geometry_wkb": PACKED} if "geometry_wkb" in regions else {}
    regions.to_netcdf(path, engine=ENGINE, mode="a", group="regions", encoding=packed)
    _columns_to_dataset(links.reset_index(drop=True), "link").to_netcdf(
        path, engine=ENGINE, mode="a", group="links"
    )


def read_dataset(path: Path) -> tuple[xr.Dataset, pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """What :func:`write_dataset` wrote: Dataset, frame of regions, links, extra.

    Raises
    ------
    InputError
        No such file, or it is damaged or not a plan.
    """
    if not path.exists():
        raise InputError(
            Problem("is not there", where=str(path), remedy="Name a folder that holds the results of a run.")
        )
    try:
        dataset = xr.load_dataset(path, engine=ENGINE)
        regions = xr.load_dataset(path, engine=ENGINE, group="regions")
        links = xr.load_dataset(path, engine=ENGINE, group="links")
        extra = json.loads(regions.attrs["extra"])
        frame = _with_shapes(_dataset_to_columns(regions, "region"), regions)
        link_table = _dataset_to_columns(links, "link")
    except Exception as error:  # a damaged HDF5 file raises whatever the layer that stumbles first raises
        raise InputError(
            Problem("cannot be read as a plan", where=str(path), why=str(error), remedy="Run the case again.")
        ) from error
    dataset.attrs = {
        key: value.item() if isinstance(value, np.generic) else value for key, value in dataset.attrs.items()
    }
    return dataset.drop_encoding(), frame, link_table, extra


def _columns_to_dataset(table: pd.DataFrame, dim: str) -> xr.Dataset:
    """A table as one matrix of numbers and one of texts; a variable a column takes far longer to write."""
    index = table.index.astype(str).to_numpy(dtype=str) if dim == "region" else np.arange(len(table))
    numbers = [c for c in table if table[c].dtype.kind in "fiub" and _fits_float(table[c])]
    texts = [c for c in table if c not in numbers]
    missing = {c: np.flatnonzero(table[c].isna()).tolist() for c in texts}
    text = np.array([["" if pd.isna(v) else str(v) for v in table[c]] for c in texts], dtype=str)
    layout = {"order": list(table), "kinds": {c: str(table[c].dtype) for c in table}, "missing": missing}
    return xr.Dataset(
        {
            "numbers": (
                ("number", dim),
                np.array([table[c].to_numpy(float) for c in numbers]).reshape(len(numbers), len(table)),
            ),
            "texts": (("text", dim), text.reshape(len(texts), len(table))),
        },
        coords={dim: index, "number": np.array(numbers, dtype=str), "text": np.array(texts, dtype=str)},
        attrs={"layout": json.dumps(layout, ensure_ascii=False)},
    )


def _dataset_to_columns(data: xr.Dataset, dim: str) -> pd.DataFrame:
    layout = json.loads(data.attrs["layout"])
    index = pd.Index(data[dim].values.astype(object), name=dim)
    rows = {str(c): v for c, v in zip(data["number"].values, data["numbers"].values, strict=True)}
    for column, values in zip(data["text"].values, data["texts"].values.astype(object), strict=True):
        values[layout["missing"][str(column)]] = None
        rows[str(column)] = values
    columns = {c: pd.Series(rows[c], index=index).astype(layout["kinds"][c]) for c in layout["order"]}
    table = pd.DataFrame(columns, index=index)
    return table if dim == "region" else table.reset_index(drop=True)


def _fits_float(column: pd.Series) -> bool:
    """Whether every value is the same after a journey through double precision."""
    return column.dtype.kind in "fb" or bool((column.abs() <= 2**53).all())


def _with_geometry(regions: xr.Dataset, frame: Any) -> xr.Dataset:
    geometry = getattr(frame, "geometry", None) if "geometry" in frame else None
    if geometry is None or geometry.isna().all():
        return regions
    parts = [b"" if shape is None else bytes(shape) for shape in geometry.to_wkb()]
    regions["geometry_wkb"] = ("byte", np.frombuffer(b"".join(parts), dtype=np.uint8))
    regions["geometry_end"] = ("region", np.cumsum([len(part) for part in parts]))
    if geometry.crs is not None:
        regions.attrs["crs"] = geometry.crs.to_wkt()
    return regions


def _with_shapes(frame: pd.DataFrame, regions: xr.Dataset) -> Any:
    import geopandas as gpd

    if "geometry_wkb" not in regions:
        return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame), index=frame.index))
    data = regions["geometry_wkb"].values.tobytes()
    ends = regions["geometry_end"].values.tolist()
    parts = [data[a:b] or None for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    shapes = gpd.GeoSeries.from_wkb(parts, index=frame.index, crs=regions.attrs.get("crs"))
    return gpd.GeoDataFrame(frame, geometry=shapes)
