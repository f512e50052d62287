"""A small country by hand: a 2 x 2 block of one-degree squares at the equator and an island."""

import geopandas
import pandas as pd
import pytest
from shapely.geometry import box

from spatialcoord.regions import RegionGraph


def small_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["Northwest", "Northeast", "Southwest", "Southeast", "Island"],
            "name_zh": ["西北", "东北", "西南", "", "岛"],
            "half": ["north", "north", "south", "south", "south"],
            "half_zh": ["北", "北", "南", "南", "南"],
            "population": [100.0, 200.0, 300.0, 400.0, 50.0],
            "output": [5.0, 12.0, 9.0, 16.0, 1.0],
        },
        index=["NW", "NE", "SW", "SE", "IS"],
    )


def small_frame() -> geopandas.GeoDataFrame:
    shapes = [box(0, 1, 1, 2), box(1, 1, 2, 2), box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 0, 6, 1)]
    return geopandas.GeoDataFrame(small_table(), geometry=shapes, crs="EPSG:4326")


@pytest.fixture
def table() -> pd.DataFrame:
    return small_table()


@pytest.fixture
def frame() -> geopandas.GeoDataFrame:
    return small_frame()


@pytest.fixture
def graph(frame: geopandas.GeoDataFrame) -> RegionGraph:
    return RegionGraph(frame, levels=("half",))
