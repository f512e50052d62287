"""Real polygons on request: the service is played by a module of its name."""

import sys
from types import ModuleType

import geopandas
import pytest
from shapely.geometry import box
from typer.testing import CliRunner

import spatialcoord as sc
from spatialcoord.cli.app import app


@pytest.fixture
def service(monkeypatch):
    """A service that holds a square for every region it is asked for, but those in `lacking`."""
    module = ModuleType("gisco_geodata")
    module.lacking, module.broken = set(), False

    class NUTS:
        def get(self, *, countries, nuts_level, spatial_type, scale, projection, year):
            if module.broken:
                raise OSError("no route to host")
            assert (nuts_level, spatial_type, projection) == ("LEVL_2", "RG", "4326")
            ids = [i for i in reversed(countries) if i not in module.lacking]
            squares = [box(k % 20, k // 20, k % 20 + 0.9, k // 20 + 0.9) for k in range(len(ids))]
            return geopandas.GeoDataFrame({"NUTS_ID": ids}, geometry=squares, crs="EPSG:4326")

    module.NUTS = NUTS
    monkeypatch.setitem(sys.modules, "gisco_geodata", module)
    return module


def run(*arguments):
    return CliRunner().invoke(app, ["polygons", *map(str, arguments)])


def test_a_copy_of_the_case_has_the_service_s_polygons(service, tmp_path):
    done = run("eu", "--out", tmp_path / "mine")
    assert done.exit_code == 0, done.output
    assert "244" in done.stdout and "EuroGeographics" in done.stdout
    own, bundled = sc.load_case(tmp_path / "mine"), sc.load_case("eu")
    assert own.graph.ids == bundled.graph.ids
    assert own.graph.frame.geometry.iloc[-1].bounds == (0.0, 0.0, 0.9, 0.9)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine"]


@pytest.mark.parametrize(
    ("case", "spoil", "words"),
    [
        ("eu", lambda s: s.lacking.add("BG31"), ("no polygon of BG31", "edition")),
        ("eu", lambda s: setattr(s, "broken", True), ("GISCO", "no route to host", "schematic")),
        ("china", lambda s: None, ("level 2 of NUTS", "CN-")),
    ],
)
def test_mistakes_end_in_one_message_and_nothing_is_written(service, tmp_path, case, spoil, words):
    spoil(service)
    done = run(case, "--out", tmp_path / "mine")
    assert done.exit_code == 2 and all(word in done.stderr for word in words), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_it_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "gisco_geodata", None)
    done = run("eu", "--out", tmp_path / "mine")
    assert done.exit_code == 2 and "pip install gisco-geodata" in done.stderr


def test_a_folder_that_exists_is_left_alone(service, tmp_path):
    done = run("eu", "--out", tmp_path)
    assert done.exit_code == 2 and "exists already" in done.stderr
