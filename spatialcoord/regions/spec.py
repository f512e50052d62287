"""What a case says about its region files: the ``regions`` section of a scenario."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ColumnSpec(_Frozen):
    """Where one attribute comes from: a column, and what turns its unit into the attribute's."""

    column: str = Field(description="Column of the file.")
    scale: float = Field(
        1.0,
        gt=0,
        strict=True,
        description="Factor from the file's unit to the attribute's (100 for hundred millions); `unit` says the same in words.",
    )
    missing: float | None = Field(
        None, strict=True, description="Stand-in for empty cells; without it an empty cell is an error."
    )
    unit: str | None = Field(
        None,
        description="Unit of the file's figures in words, converted to the attribute's: 'thousand persons', '100 million CNY'. "
        "For a figure of your own, its unit.",
    )
    description: str = Field(
        "", description="What the figure is; only for one the attribute table does not know."
    )


def _columns(value: Any) -> Any:
    """A list names columns that are called as their attributes; a text is a column without options."""
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        value = {name: name for name in value}
    if isinstance(value, dict):
        return {name: {"column": given} if isinstance(given, str) else given for name, given in value.items()}
    return value


def _as_text(value: Any) -> Any:
    return {key: str(v) for key, v in value.items()} if isinstance(value, dict) else value


def _as_tuple(value: Any) -> Any:
    return () if value is None else (value,) if isinstance(value, str) else value


class TableSpec(_Frozen):
    """One file with figures, joined to the regions by id."""

    file: str = Field(
        description="CSV, Excel (.xlsx), Parquet, GeoPackage, GeoJSON or shapefile, relative to the case folder."
    )
    sheet: str | None = Field(
        None, description="Sheet of a workbook, or layer of a GeoPackage, where there are several."
    )
    id: str | None = Field(None, description="Column of region ids; the section's own `id` if absent.")
    columns: Annotated[
        dict[str, ColumnSpec],
        BeforeValidator(_columns, json_schema_input_type=tuple[str, ...] | dict[str, str | ColumnSpec]),
    ] = Field(
        description="Attribute, name or level to its column; a list where both have the same name.",
        min_length=1,
    )
    rows: Annotated[
        dict[str, str], BeforeValidator(_as_text, json_schema_input_type=dict[str, str | float])
    ] = Field({}, description="Only rows with these values, such as {year: 2019} in a long table.")
    ignore_unmatched: bool = Field(False, description="Pass over rows whose id is not a region of the case.")
    encoding: str | None = Field(
        None, description="Encoding of a text file or shapefile; UTF-8 if absent ('gbk' for Chinese systems)."
    )
    decimal: Literal[".", ","] = Field(".", description="Decimal sign of the numbers in a text file.")
    skip_rows: int = Field(0, ge=0, strict=True, description="Rows above the header, such as a title.")


class RegionsSpec(_Frozen):
    """Region files of a case; paths are relative to the case folder.

    The regions are the rows of `geometry`, or of the first table where there is no geometry.
    """

    geometry: Annotated[
        tuple[str, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | tuple[str, ...] | None)
    ] = Field(
        (),
        description="GeoPackage, GeoJSON, GeoParquet or shapefile with one shape a region; a list where they are spread over "
        "several files, each in its own reference system.",
    )
    layer: str | None = Field(None, description="Layer of the geometry file, where it has several.")
    crs: str | None = Field(
        None,
        description="Coordinate reference system of a geometry file that does not state it ('EPSG:4326').",
    )
    encoding: str | None = Field(
        None, description="Encoding of the texts of a shapefile that does not state it ('gbk')."
    )
    repair: bool = Field(False, description="Mend invalid shapes (make valid) instead of refusing them.")
    id: str = Field("id", description="Column of region ids in every file.")
    tables: tuple[TableSpec, ...] = Field((), description="Files with figures, names and levels.")
    levels: tuple[str, ...] = Field((), description="Hierarchy levels, finest first.")
    links: str | None = Field(None, description="Table of links: a, b, kind, length_km, flow, name, basin.")
    rivers: str | None = Field(
        None, description="Table of river links, upstream to downstream: a, b, name, basin."
    )
    accept_islands: bool | tuple[str, ...] = Field(
        False, description="Regions without a neighbour that are meant so: true for all, or a list of ids."
    )
