"""What a case says about its region files: the ``regions`` section of a scenario."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnSpec(_Frozen):
    """Where one attribute comes from: a column, and the factor that turns its unit into the attribute's."""

    column: str = Field(description="Column of the file.")
    scale: float = Field(
        1.0, gt=0, description="Factor from the file's unit to the attribute's (100 for hundred millions)."
    )
    missing: float | None = Field(
        None, description="Stand-in for empty cells; without it an empty cell is an error."
    )
    unit: str | None = Field(
        None, description="Unit; only for a figure that the attribute table does not know."
    )
    description: str = Field(
        "", description="What the figure is; only for one the attribute table does not know."
    )


class TableSpec(_Frozen):
    """One file with figures, joined to the regions by id."""

    file: str = Field(description="CSV, GeoPackage, GeoJSON or shapefile, relative to the case folder.")
    id: str | None = Field(None, description="Column of region ids; the section's own `id` if absent.")
    columns: dict[str, ColumnSpec] = Field(
        description="Attribute, name or level to its column; a list where both have the same name.",
        min_length=1,
    )
    rows: dict[str, str] = Field(
        {}, description="Only rows with these values, such as {year: 2019} in a long table."
    )
    ignore_unmatched: bool = Field(False, description="Pass over rows whose id is not a region of the case.")

    @field_validator("columns", mode="before")
    @classmethod
    def _short_forms(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            value = {name: name for name in value}
        if isinstance(value, dict):
            return {
                name: {"column": given} if isinstance(given, str) else given for name, given in value.items()
            }
        return value

    @field_validator("rows", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return {key: str(v) for key, v in value.items()} if isinstance(value, dict) else value


class RegionsSpec(_Frozen):
    """Region files of a case; paths are relative to the case folder.

    The regions are the rows of `geometry`, or of the first table where there is no geometry.
    """

    geometry: str | None = Field(
        None, description="GeoPackage, GeoJSON or shapefile with one shape a region."
    )
    layer: str | None = Field(None, description="Layer of the geometry file, where it has several.")
    crs: str | None = Field(
        None, description="Coordinate reference system, where the file does not state it."
    )
    repair: bool = Field(False, description="Mend invalid shapes (make valid) instead of refusing them.")
    id: str = Field("id", description="Column of region ids in every file.")
    tables: tuple[TableSpec, ...] = Field((), description="Files with figures, names and levels.")
    levels: tuple[str, ...] = Field((), description="Hierarchy levels, finest first.")
    links: str | None = Field(None, description="CSV of links: a, b, kind, length_km, flow, name, basin.")
    rivers: str | None = Field(
        None, description="CSV of river links, upstream to downstream: a, b, name, basin."
    )
