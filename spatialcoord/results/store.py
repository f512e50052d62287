"""A plan in one netCDF file, there and back without loss.

The plan's Dataset is the root group, as any netCDF reader expects. The regions travel along in two more groups, so that the
file alone is enough to draw and explain the plan: ``regions`` (every column of the frame; borders as well-known binary,
one byte array with the end of each region's part) and ``links``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord.errors import InputError, Problem

ENGINE = "h5netcdf"
PACKED = {"zlib": True, "complevel": 4}


def write_dataset(path: Path, dataset: xr.Dataset, frame: pd.DataFrame, links: pd.DataFrame, extra: dict[str, Any]) -> None:
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
    large = {name: PACKED for name, v in dataset.variables.items() if v.dtype.kind in "fi" and v.size > 1000}
    dataset.to_netcdf(path, engine=ENGINE, encoding=large)
    regions = _columns_to_dataset(frame.drop(columns="geometry", errors="ignore"), "region")
    regions.attrs["extra"] = json.dumps(extra, ensure_ascii=False)
    regions = _with_geometry(regions, frame)
    packed = {"geometry_wkb": PACKED} if "geometry_wkb" in regions else {}
    regions.to_netcdf(path, engine=ENGINE, mode="a", group="regions", encoding=packed)
    _columns_to_dataset(links.reset_index(drop=True), "link").to_netcdf(path, engine=ENGINE, mode="a", group="links")


def read_dataset(path: Path) -> tuple[xr.Dataset, pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """What :func:`write_dataset` wrote: Dataset, frame of regions, links, extra.

    Raises
    ------
    InputError
        No such file, or it is damaged or not a plan.
    """
    if not path.exists():
        raise InputError(Problem("is not there", where=str(path), remedy="Name a folder that holds the results of a run."))
    try:
        dataset = xr.load_dataset(path, engine=ENGINE)
        regions = xr.load_dataset(path, engine=ENGINE, group="regions")
        links = xr.load_dataset(path, engine=ENGINE, group="links")
    except Exception as error:  # a damaged HDF5 file raises whatever the layer that stumbles first raises
        raise InputError(
            Problem("cannot be read as a plan", where=str(path), why=str(error), remedy="Run the case again.")
        ) from error
    dataset.attrs = {key: value.item() if isinstance(value, np.generic) else value for key, value in dataset.attrs.items()}
    extra = json.loads(regions.attrs.pop("extra"))
    frame = _with_shapes(_dataset_to_columns(regions, "region"), regions)
    return dataset.drop_encoding(), frame, _dataset_to_columns(links, "link"), extra


def _columns_to_dataset(table: pd.DataFrame, dim: str) -> xr.Dataset:
    """A table as one variable a column, in order; the kind of each column is kept as pandas has it."""
    index = table.index.astype(str).to_numpy(dtype=str) if dim == "region" else np.arange(len(table))
    variables = {}
    for position, column in enumerate(table.columns):
        series = table[column]
        kind = str(series.dtype)
        missing = series.isna().to_numpy()
        if series.dtype.kind in "fiub":
            values = series.to_numpy()
        else:
            values = np.array(["" if m else str(v) for v, m in zip(series, missing, strict=True)], dtype=str)
        attrs: dict[str, Any] = {"column": str(column), "kind": kind}
        if missing.any() and values.dtype.kind == "U":
            attrs["missing"] = np.flatnonzero(missing)
        variables[f"column_{position}"] = (dim, values, attrs)
    return xr.Dataset(variables, coords={dim: index})


def _dataset_to_columns(data: xr.Dataset, dim: str) -> pd.DataFrame:
    columns = {}
    names = sorted((n for n in data.data_vars if str(n).startswith("column_")), key=lambda n: int(str(n).split("_")[1]))
    for name in names:
        array = data[name]
        values = array.values
        if values.dtype.kind not in "fiub":
            values = values.astype(object)
            values[np.atleast_1d(array.attrs.get("missing", np.array([], dtype=int))).astype(int)] = None
        columns[array.attrs["column"]] = pd.Series(values, index=data[dim].values, dtype=array.attrs["kind"])
    table = pd.DataFrame(columns, index=pd.Index(data[dim].values.astype(object), name=dim))
    return table if dim == "region" else table.reset_index(drop=True)


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

