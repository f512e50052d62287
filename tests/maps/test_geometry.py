"""Projections keep areas and fit where regions lie, wherever that is."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod

import spatialcoord as sc
from spatialcoord.maps import Shapes
from spatialcoord.maps.geometry import equal_area_crs
from tests.results.sample import sample_graph

PLACES = {
    "china": ((75, 134), (19, 53), "albers"),
    "chile": ((-75, -67), (-55, -18), "laea"),
    "indonesia": ((95, 141), (-11, 6), "laea"),
    "fiji across the date line": ((177, 181), (-19, -16), "albers"),
    "australia": ((114, 153), (-43, -11), "albers"),
    "svalbard": ((10, 33), (74, 81), "laea"),
}


@pytest.mark.parametrize(("lon", "lat", "kind"), PLACES.values(), ids=PLACES)
def test_projection_keeps_areas(lon, lat, kind):
    x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(*lon, 5), np.linspace(*lat, 5)))
    crs, found = equal_area_crs((x + 180) % 360 - 180, y)
    assert found == kind
    boxes = [
        shapely.segmentize(shapely.box(a - 0.4, b - 0.4, a + 0.4, b + 0.4), 0.05)
        for a, b in zip(x, y, strict=True)
    ]
    true = np.array([abs(Geod(ellps="WGS84").geometry_area_perimeter(box)[0]) for box in boxes])
    drawn = gpd.GeoSeries(boxes, crs=4326).to_crs(crs).area.to_numpy()
    np.testing.assert_allclose(drawn, true, rtol=2e-3)


def test_the_middle_of_the_map_is_the_middle_of_the_regions():
    crs, _ = equal_area_crs(np.array([179.0, -179.0, 178.0]), np.array([-18.0, -17.5, -18.5]))
    centre = gpd.GeoSeries([shapely.Point(179.5, -18.0)], crs=4326).to_crs(crs)
    assert abs(centre.x[0]) < 1e5 and abs(centre.y[0]) < 1e5
    assert isinstance(crs, CRS)


def test_small_regions_are_found_and_paths_drawn():
    frame = sample_graph().frame
    small = frame.copy()
    centre = frame.geometry.iloc[3].centroid
    small.loc[small.index[3], "geometry"] = shapely.box(centre.x, centre.y, centre.x + 0.05, centre.y + 0.05)
    shapes = Shapes.of(type("Graph", (), {"frame": small})())
    assert list(shapes.too_small) == [3]
    assert list(Shapes.of(sample_graph()).too_small) == []
    paths, height = shapes.svg_paths(1000.0)
    assert len(paths) == 8 and all(path.startswith("M") and path.endswith("Z") for path in paths)
    numbers = np.array(
        [
            float(n)
            for path in paths
            for n in path.replace("M", " ").replace("L", " ").replace("Z", " ").split()
        ]
    )
    assert numbers.min() >= 0 and numbers[0::2].max() <= 1000 and numbers[1::2].max() <= height


def test_where_most_regions_are_small_none_is_listed():
    assert list(Shapes.of(sample_graph(3000)).too_small) == []


def test_holes_stay_holes():
    ring = shapely.box(0, 40, 10, 50).difference(shapely.box(4, 44, 6, 46))
    frame = gpd.GeoDataFrame(geometry=[ring], crs=4326)
    shapes = Shapes.of(type("Graph", (), {"frame": frame})())
    assert [len(rings) for rings in shapes.rings] == [2]
    assert shapes.svg_paths()[0][0].count("M") == 2


def test_many_regions_have_the_outlines_of_their_groups():
    few, many = sample_graph(), sc.load_case("eu").graph
    assert Shapes.of(few).outlines == []
    shapes = Shapes.of(many)
    assert len(set(shapes.groups)) == 27
    lines = shapely.union_all([shapely.LineString(ring) for ring in shapes.outlines])
    within = shapes.geometry["CZ02"].boundary  # around Prague, inside Czechia
    across = shapes.geometry["DE13"].boundary.intersection(shapes.geometry["FRF1"].buffer(5000.0))
    assert across.length > 50e3
    assert across.intersection(lines.buffer(5000.0)).length > 0.95 * across.length
    assert within.intersection(lines.buffer(5000.0)).length < 0.2 * within.length
    assert len(shapes.too_small) < 15
