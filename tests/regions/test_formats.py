"""Every kind of file a planner brings gives the same regions; what a file does not state is asked for."""

import tempfile
from pathlib import Path

import geopandas
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialcoord.errors import InputError
from spatialcoord.regions import RegionsSpec, read_graph
from spatialcoord.regions.tables import read_table

FIGURES = [("id", "people", "gdp"), ("01", 1000, 5.5), ("02", 2000, 8.25), ("03", 3000, 7.0)]
COLUMNS = {"population": "people", "output": "gdp"}


def rows(separator: str, decimal: str = ".") -> str:
    cells = [[str(c).replace(".", decimal) for c in row] for row in FIGURES]
    return "\n".join(separator.join(row) for row in cells) + "\n"


def workbook(path: Path, *above: str) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for line in above:
        book.active.append([line])
    for row in FIGURES:
        book.active.append(row)
    book.active.cell(1, 6, "a note beside the table" if not above else None)
    book.active.cell(2 + len(above), 6, "another")
    book.save(path)


def table(path: Path, **options) -> RegionsSpec:
    return RegionsSpec(tables=[{"file": path.name, "columns": COLUMNS, **options}])


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("a.csv", rows(",").encode(), {}),
        ("a.csv", rows(";").encode("utf-8-sig"), {}),
        ("a.csv", rows(";", ",").encode(), {"decimal": ","}),
        ("a.tsv", rows("\t").encode(), {}),
        ("a.txt", rows("\t").encode("utf-16"), {}),  # what spreadsheets call Unicode text
        ("a.csv", ("人口表\n\n" + rows(",")).encode("gbk"), {"encoding": "gbk", "skip_rows": 2}),
        ("a.csv", rows(",").replace("\n", "\r\n\r\n").encode(), {}),
    ],
)
def test_text_tables(tmp_path, name, content, options):
    (tmp_path / name).write_bytes(content)
    graph = read_graph(tmp_path, table(tmp_path / name, **options))
    assert graph.ids == ("01", "02", "03")
    assert graph["population"].values.tolist() == [1000, 2000, 3000]
    assert graph["output"].values.tolist() == [5.5, 8.25, 7.0]


@pytest.mark.parametrize("above", [(), ("Regional accounts", "million")])
def test_workbook(tmp_path, above):
    workbook(tmp_path / "a.xlsx", *above)
    graph = read_graph(tmp_path, table(tmp_path / "a.xlsx", skip_rows=len(above)))
    assert graph.ids == ("01", "02", "03") and graph["output"].values.tolist() == [5.5, 8.25, 7.0]


def test_several_sheets_are_told_and_one_is_named(tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        for sheet, factor in (("First", 1), ("Second", 2)):
            frame = pd.DataFrame(FIGURES[1:], columns=FIGURES[0])
            frame.assign(people=frame["people"] * factor).to_excel(book, sheet_name=sheet, index=False)
    notes: list = []
    graph = read_graph(tmp_path, table(tmp_path / "a.xlsx"), notes=notes)
    assert graph["population"].values.tolist() == [1000, 2000, 3000]
    assert "2 sheets, the first one, 'First', is read" in notes[0].what and "`sheet`" in notes[0].remedy
    notes.clear()
    second = read_graph(tmp_path, table(tmp_path / "a.xlsx", sheet="Second"), notes=notes)
    assert second["population"].values.tolist() == [2000, 4000, 6000] and not notes


def test_numbers_dates_and_gaps_of_a_sheet_become_text(tmp_path):
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    for row in (("id", "when", "share", "gap"), (110000.0, datetime.date(2020, 12, 31), 0.125, None)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    read = read_table(tmp_path / "a.xlsx")
    assert read.iloc[0].tolist() == ["110000", "2020-12-31", "0.125", ""] and list(read.index) == [2]


@pytest.mark.parametrize("name", ["map.gpkg", "map.geojson", "map.parquet", "map.geoparquet", "map.shp"])
def test_map_formats(tmp_path, frame, name):
    shapes = frame[["geometry"]].rename_axis("id").reset_index()
    shapes["population"] = frame["population"].to_numpy()
    path = tmp_path / name
    if "parquet" in name:
        shapes.rename_geometry("shape").to_parquet(path)
    else:
        shapes.to_file(path)
    tables = [{"file": name, "columns": ["population"]}]
    graph = read_graph(tmp_path, RegionsSpec(geometry=name, tables=tables))
    assert graph.neighbours("NW") == ("NE", "SW") and graph.components()[1] == ("IS",)
    assert graph["population"].values.tolist() == frame["population"].tolist()


def test_parquet_without_shapes_is_a_table(tmp_path):
    pd.DataFrame(FIGURES[1:], columns=FIGURES[0]).to_parquet(tmp_path / "a.parquet")
    assert read_graph(tmp_path, table(tmp_path / "a.parquet"))["population"].values.tolist() == [
        1000,
        2000,
        3000,
    ]
    with pytest.raises(InputError, match="holds no shapes"):
        read_graph(tmp_path, RegionsSpec(geometry="a.parquet"))


def _chinese(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    shapes = frame[["geometry"]].rename_axis("id").reset_index()
    shapes["名称"] = ["西北", "东北", "西南", "东南", "岛"]
    return shapes


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_shapefile_with_a_stated_encoding(tmp_path, frame, encoding):
    _chinese(frame).to_file(tmp_path / "map.shp", encoding=encoding)
    spec = {"geometry": "map.shp", "tables": [{"file": "map.shp", "columns": {"name_zh": "名称"}}]}
    graph = read_graph(tmp_path, RegionsSpec(**spec))
    assert graph.names("zh").values.tolist() == ["西北", "东北", "西南", "东南", "岛"]


def test_shapefile_without_a_stated_encoding_is_not_guessed(tmp_path, frame):
    shapes = _chinese(frame).rename(columns={"名称": "label"})
    shapes.to_file(tmp_path / "map.shp", encoding="gbk")
    (tmp_path / "map.cpg").unlink()
    spec = {"geometry": "map.shp", "tables": [{"file": "map.shp", "columns": {"name_zh": "label"}}]}
    with pytest.raises(
        InputError, match=r"(?s)encoding of map.shp's texts is not known.*`encoding: gbk`"
    ) as error:
        read_graph(tmp_path, RegionsSpec(**spec))
    assert [p.where for p in error.value.problems] == ["regions.encoding", "regions.tables.0.encoding"]
    spec["encoding"] = spec["tables"][0]["encoding"] = "gbk"
    assert read_graph(tmp_path, RegionsSpec(**spec)).names("zh").values.tolist()[0] == "西北"


@pytest.mark.filterwarnings("ignore")
def test_shapes_spread_over_files_in_their_own_systems(tmp_path, frame, graph):
    shapes = frame[["geometry"]].rename_axis("id").reset_index()
    shapes.iloc[:2].to_file(tmp_path / "north.gpkg")
    shapes.iloc[2:4].to_crs("EPSG:3857").to_file(tmp_path / "south.gpkg")
    shapes.iloc[4:].to_crs("EPSG:32631").to_file(tmp_path / "island.shp")
    files = ["north.gpkg", "south.gpkg", "island.shp"]
    whole = read_graph(tmp_path, RegionsSpec(geometry=files))
    assert whole.ids == graph.ids and whole.neighbours("NW") == graph.neighbours("NW")
    assert whole["area_km2"].values == pytest.approx(graph["area_km2"].values, rel=1e-6)
    (tmp_path / "island.prj").unlink()
    with pytest.raises(InputError, match=r"island.shp have no coordinate reference system") as error:
        read_graph(tmp_path, RegionsSpec(geometry=files))
    assert error.value.problems[0].where == "regions.geometry.2"
    # the statement is about the file that says nothing, not about those that say something else
    stated = read_graph(tmp_path, RegionsSpec(geometry=files, crs="EPSG:32631"))
    assert stated["lon"].values == pytest.approx(whole["lon"].values, abs=1e-6)


def test_geojson_in_metres_needs_its_system(tmp_path, frame):
    import json

    shapes = frame[["geometry"]].rename_axis("id").reset_index().to_crs("EPSG:3857")
    collection = json.loads(shapes.to_json(drop_id=True))
    collection.pop("crs", None)
    (tmp_path / "map.geojson").write_text(json.dumps(collection))
    with pytest.raises(InputError, match=r"(?s)not in degrees.*longitude ends at 180"):
        read_graph(tmp_path, RegionsSpec(geometry="map.geojson"))
    graph = read_graph(tmp_path, RegionsSpec(geometry="map.geojson", crs="EPSG:3857"))
    assert graph["lon"].sel(region="SE").item() == pytest.approx(1.5, abs=0.5)


def test_links_may_be_a_workbook(tmp_path, frame):
    frame[["geometry"]].rename_axis("id").reset_index().to_file(tmp_path / "map.gpkg")
    pd.DataFrame({"a": ["IS"], "b": ["SE"], "kind": ["link"]}).to_excel(tmp_path / "links.xlsx", index=False)
    graph = read_graph(tmp_path, RegionsSpec(geometry="map.gpkg", links="links.xlsx"))
    assert graph.neighbours("IS") == ("SE",) and len(graph.components()) == 1


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text('id,;\t"\n\r é人0.', max_size=60).map(str.encode))
def test_any_content_is_a_table_or_a_mistake_told_in_words(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        try:
            read = read_table(path)
        except InputError as error:
            assert all(p.what and p.where and p.remedy for p in error.problems)
            assert all(len(str(p).split("\n")) <= 10 for p in error.problems)
        else:
            assert len(read) and all(isinstance(cell, str) for cell in read.to_numpy().ravel())


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.parquet", "a.xlsx"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 200, b"PK\x03\x04", b"{}", b"SQLite format 3\x00" + bytes(100), "文".encode()]
)
def test_any_content_of_a_map_or_workbook_is_a_mistake_told_in_words(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / name)
    assert all(
        p.what and p.where and p.remedy and len(str(p).split("\n")) <= 10 for p in caught.value.problems
    )
