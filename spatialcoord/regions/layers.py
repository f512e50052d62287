"""Reading one layer of a map file: GeoPackage, GeoJSON, GeoParquet or shapefile."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import some
from spatialcoord.regions.text_tables import check_encoding, likely_encoding
from spatialcoord.regions.workbooks import cell_text
from spatialcoord.registry import did_you_mean

if TYPE_CHECKING:
    import geopandas

LAYERED = (".gpkg",)  # formats whose files hold several layers
MAP_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".parquet", ".geoparquet")
# language codes of a .dbf that mean "whatever the computer was set to" (dBASE tables, byte 29)
UNSTATED = (0x00, 0x57)


def read_layer(path: Path, key: str, layer: str | None = None, encoding: str | None = None) -> pd.DataFrame:
    """All columns of a layer as text, the shapes as they are in a column ``geometry``, indexed by row number.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoJSON, GeoParquet (or Parquet without shapes) or shapefile.
    key : str
        Key of the scenario that names the file, for messages.
    layer : str, optional
        Layer of a GeoPackage.
    encoding : str, optional
        Encoding of a shapefile's texts; from its .cpg or .dbf if absent.

    Raises
    ------
    InputError
        Empty, broken, several layers and none named, or texts of an encoding that is not stated.
    """
    if path.stat().st_size == 0:
        raise InputError(Problem("the file is empty", str(path), remedy="Export the map layer again."))
    if encoding is not None:
        check_encoding(encoding, key)
    try:
        frame = _read(path, key, layer, encoding)
    except InputError:
        raise
    except (RuntimeError, ValueError, LookupError, OSError, NotImplementedError) as error:
        raise InputError(
            Problem(
                "the file cannot be read as a map layer", str(path), str(error).split("\n")[0], _again(path)
            )
        ) from error
    if not len(frame):
        raise InputError(Problem("the layer has no rows", str(path), remedy="Give one shape a region."))
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    for column in frame.columns.drop("geometry", errors="ignore"):
        cells = [cell_text(v) for v in frame[column].to_numpy(object)]
        frame[column] = pd.Series(cells, index=frame.index, dtype=object)
    if path.suffix.lower() == ".shp" and encoding is None:
        _refuse_unstated(frame, path, key)
    return frame


def _read(path: Path, key: str, layer: str | None, encoding: str | None) -> pd.DataFrame:
    import geopandas
    import pyogrio

    suffix = path.suffix.lower()
    if suffix in (".parquet", ".geoparquet"):
        return _parquet(path)
    if suffix in LAYERED:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        where = f"{key}.{'sheet' if '.tables.' in key else 'layer'}" if key else str(path)
        if layer is None and len(names) > 1:
            raise InputError(
                Problem(f"{path} has {len(names)} layers: {some(names)}", where, remedy="Name one of them.")
            )
        if layer is not None and layer not in names:
            raise InputError(
                Problem(f"{path} has no layer '{layer}'", where, remedy=did_you_mean(layer, names))
            )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what matters of GDAL's remarks is checked below
        options = {
            name: value for name, value in (("layer", layer), ("encoding", encoding)) if value is not None
        }
        frame = geopandas.read_file(path, **options)
    if suffix == ".shp" and len(frame.columns) == 1 and not path.with_suffix(".dbf").is_file():
        raise InputError(
            Problem(
                "the shapefile has no figures and ids: its .dbf is missing", str(path), remedy=_again(path)
            )
        )
    return frame


def _parquet(path: Path) -> pd.DataFrame:
    import geopandas
    import pyarrow.parquet

    if b"geo" not in (pyarrow.parquet.read_schema(path).metadata or {}):
        return pd.read_parquet(path)
    frame = geopandas.read_parquet(path)
    return frame if frame.active_geometry_name == "geometry" else frame.rename_geometry("geometry")


def _refuse_unstated(frame: pd.DataFrame, path: Path, key: str) -> None:
    """Texts other than plain English are only read where a .cpg or the .dbf states their encoding."""
    table = next((p for p in (path.with_suffix(s) for s in (".dbf", ".DBF")) if p.is_file()), None)
    stated = any(path.with_suffix(s).is_file() for s in (".cpg", ".CPG"))
    if table is None or stated:
        return
    texts = frame.drop(columns="geometry", errors="ignore").to_numpy(object).ravel()
    strange = [t for t in texts if not t.isascii()]
    content = table.read_bytes()
    if not strange or content[29] not in UNSTATED:
        return
    body = content[int.from_bytes(content[8:10], "little") :]
    try:
        body.decode("utf-8")
        name, region = "utf-8", "its bytes"
    except UnicodeDecodeError:
        name, region = likely_encoding(body)
    raise InputError(
        Problem(
            f"the encoding of {path.name}'s texts is not known (read as '{strange[0][:20]}')",
            f"{key}.encoding" if key else str(path),
            "The shapefile has no .cpg file beside it that states it.",
            f"Set `encoding: {name}` there (likely, from {region}), or bring the .cpg file.",
        )
    )


def _again(path: Path) -> str:
    if path.suffix.lower() == ".shp":
        return "A shapefile is several files: keep its .shp, .shx, .dbf and .prj together."
    return "Export it again as GeoPackage or GeoJSON."


def not_degrees(frame: geopandas.GeoDataFrame) -> bool:
    """Whether the coordinates lie outside longitude and latitude."""
    bounds = frame.total_bounds
    return bool(np.isfinite(bounds).all() and (np.abs(bounds) > [180.5, 90.5, 180.5, 90.5]).any())
