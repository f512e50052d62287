"""Writing a RegionGraph as a case's region files, so that reading them gives the same graph."""

from __future__ import annotations

from pathlib import Path

from spatialcoord.regions.attributes import is_text_column
from spatialcoord.regions.graph import RegionGraph
from spatialcoord.regions.spec import ColumnSpec, RegionsSpec, TableSpec


def write_graph(graph: RegionGraph, folder: str | Path, geometry: str = "regions.gpkg") -> RegionsSpec:
    """Write shapes, figures and links of a graph.

    Parameters
    ----------
    graph : RegionGraph
        What to write.
    folder : str or Path
        Made if it is not there; files of the same names are replaced.
    geometry : str
        Name of the geometry file (.gpkg or .geojson); not written where the graph has no shapes.

    Returns
    -------
    RegionsSpec
        What :func:`~spatialcoord.regions.readers.read_graph` needs to read the same graph back.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    frame = graph.frame
    table = frame.drop(columns="geometry")
    table.index.name = "id"
    table.to_csv(folder / "regions.csv", encoding="utf-8", lineterminator="\n")
    if graph.has_geometry:
        shapes = frame[["geometry"]].rename_axis("id").reset_index()
        shapes.to_file(folder / geometry)
    links = graph.links
    if len(links):
        links.to_csv(folder / "links.csv", index=False, encoding="utf-8", lineterminator="\n")
    columns = {}
    for name in table:
        own = graph.attributes.get(name) if not is_text_column(name, graph.levels) else None
        columns[name] = ColumnSpec(
            column=name, unit=own.unit if own else None, description=own.description if own else ""
        )
    return RegionsSpec(
        geometry=geometry if graph.has_geometry else None,
        tables=(TableSpec(file="regions.csv", columns=columns),),
        levels=graph.levels,
        links="links.csv" if len(links) else None,
    )
