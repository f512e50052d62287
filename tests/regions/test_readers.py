"""Reading and writing case folders: what fits is joined, what does not is told with place and remedy."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from spatialcoord.errors import InputError
from spatialcoord.regions import RegionGraph, RegionsSpec, read_graph, write_graph

FIGURES = "id,people,gdp,area\nA,1000,5.5,10\nB,2000,8,20\nC,3000,7,30\n"


def case(folder: Path, **files: str) -> Path:
    """A case folder with these files; `__` in a name stands for the dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def spec(columns=None, **more) -> RegionsSpec:
    columns = columns or {"population": "people", "output": "gdp"}
    return RegionsSpec(tables=[{"file": "figures.csv", "columns": columns, **more}])


def problems_of(folder: Path, given: RegionsSpec) -> str:
    with pytest.raises(InputError) as error:
        read_graph(folder, given)
    return "\n".join(str(p) for p in error.value.problems)


@pytest.mark.parametrize("geometry", ["regions.gpkg", "regions.geojson", None])
def test_round_trip_keeps_everything(tmp_path, geometry):
    graph = RegionGraph.synthetic(20, 4, geometry=geometry is not None)
    given = write_graph(graph, tmp_path, *([geometry] if geometry else []))
    again = read_graph(tmp_path, given)
    assert again.fingerprint() == graph.fingerprint()
    assert again.has_geometry == graph.has_geometry and again.ids == graph.ids
    if geometry:
        assert again.frame.geometry.geom_equals_exact(graph.frame.geometry, 1e-6).all()


def test_units_are_converted_and_gaps_filled_where_stated(tmp_path):
    case(tmp_path, figures__csv="id,people,gdp,debt\nA,1.5,3,\nB,2,4,7\n")
    graph = read_graph(
        tmp_path,
        spec(
            {
                "population": {"column": "people", "scale": 1000},
                "output": {"column": "gdp", "scale": 100},
                "debt": {"column": "debt", "missing": 0, "unit": "million CUR", "description": "Public debt"},
            }
        ),
    )
    assert graph["population"].values.tolist() == [1500, 2000]
    assert graph["output"].values.tolist() == [300, 400]
    assert graph["debt"].values.tolist() == [0, 7] and graph["debt"].attrs["description"] == "Public debt"


def test_long_table_by_year_and_another_id_column(tmp_path):
    case(
        tmp_path,
        figures__csv=FIGURES,
        long__csv="code,year,value\n" + "".join(f"{r},{y},{y}\n" for y in (2019, 2020) for r in "CBA"),
    )
    given = RegionsSpec(
        tables=[
            {"file": "figures.csv", "columns": {"population": "people"}},
            {"file": "long.csv", "id": "code", "rows": {"year": 2020}, "columns": {"output": "value"}},
        ]
    )
    assert read_graph(tmp_path, given)["output"].values.tolist() == [2020] * 3
    late = given.model_copy(
        update={"tables": (given.tables[0], given.tables[1].model_copy(update={"rows": {"year": "2030"}}))}
    )
    assert "no row has year = 2030" in problems_of(tmp_path, late) and "2019 to 2020" in problems_of(
        tmp_path, late
    )
    whole = given.model_copy(
        update={"tables": (given.tables[0], given.tables[1].model_copy(update={"rows": {}}))}
    )
    assert "region ids occur twice: C (rows 2, 5), B (rows 3, 6), A (rows 4, 7)" in problems_of(
        tmp_path, whole
    )


def test_ids_stay_text(tmp_path):
    case(tmp_path, figures__csv="id,people,gdp\n01,1,1\nNA,2,2\n1e3,3,3\n")
    assert read_graph(tmp_path, spec()).ids == ("01", "NA", "1e3")


def test_excel_utf8_mark_and_blank_lines_do_no_harm(tmp_path):
    (tmp_path / "figures.csv").write_bytes(b"\xef\xbb\xbf" + FIGURES.replace("\n", "\r\n\r\n").encode())
    assert len(read_graph(tmp_path, spec())) == 3


def test_every_problem_of_all_files_is_told_at_once(tmp_path):
    case(
        tmp_path,
        figures__csv='id,people,gdp,kind\nA,"1,000",5,\nB,2000,-8,x\nC,,7,y\n',
        more__csv="id,tax\nA,1\nB,2\nD,3\n",
        links__csv="a,b,kind,length_km\nA,Z,link,12\nA,B,contiguity,far\n",
    )
    given = RegionsSpec(
        geometry="map.gpkg",
        tables=[
            {
                "file": "figures.csv",
                "columns": {
                    "population": "people",
                    "output": "gdp",
                    "own_revenue": "revenue",
                    "typ": "kind",
                    "grp": "kind",
                    "sub": "lacking",
                    "sub_zh": "kind",
                },
            },
            {"file": "more.csv", "columns": {"tax_revenue": "tax"}},
            {"file": "lost.csv", "columns": ["output"]},
        ],
        levels=["grp", "sub", "top"],
        links="links.csv",
    )
    text = problems_of(tmp_path, given)
    for part in (
        "map.gpkg: there is no such file",
        "figures.csv, column 'people': not a number: A (line 2) has '1,000'",
        "figures.csv, column 'gdp': value out of bounds for B",
        "figures.csv has no column 'revenue'",
        "regions.tables.0.columns.typ: 'typ' is not a known attribute",
        "column 'kind': no label for A",
        "more.csv: no row for C",
        "more.csv: rows for regions that the case does not have: D (line 4)",
        "lost.csv: there is no such file",
        "figures.csv has no column 'lacking'",
        "hierarchy level 'top' has no column",
        "links.csv: links name regions that do not exist: Z",
        "links.csv, column 'length_km': not a number: A-B has 'far'",
    ):
        assert part in text, part
    # a column that could not be read is told once
    assert "level 'sub'" not in text and "'sub_zh' is not" not in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"id,people,gdp\n", "the file has no rows"),
        ("id,people,gdp\nA,1,2\nÉ,3,4\n".encode("latin-1"), "line 3: the file is not UTF-8"),
        (b"id,people,gdp\nA,1,2,3\n", "rows 2 have another number of cells"),
        (b"id,people,people\nA,1,2\n", "columns occur twice: people"),
        (b"id,people,gdp\n,1,2\n", "no region id in rows 2"),
        (b"code,people,gdp\nA,1,2\n", "there is no column 'id'"),
        (b"id,people,gdp\nA,1,nan\n", "no figure for A (line 2)"),
        (b"id,people,gdp\nA,1,inf\n", "not a number: A (line 2) has 'inf'"),
        (b"id,people,gdp\nA,0,1\n", "must be above 0 persons"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, content, message):
    (tmp_path / "figures.csv").write_bytes(content)
    assert message in problems_of(tmp_path, spec())


def test_unmatched_rows_are_passed_over_only_when_asked(tmp_path):
    case(tmp_path, figures__csv=FIGURES, more__csv="id,tax\nA,1\nB,2\nC,3\nTotal,6\n")
    tables = [
        {"file": "figures.csv", "columns": {"population": "people"}},
        {"file": "more.csv", "columns": {"tax_revenue": "tax"}},
    ]
    assert "does not have: Total (line 5)" in problems_of(tmp_path, RegionsSpec(tables=tables))
    tables[1]["ignore_unmatched"] = True
    assert read_graph(tmp_path, RegionsSpec(tables=tables))["tax_revenue"].values.tolist() == [1, 2, 3]


def test_wrong_unit_and_doubled_figure(tmp_path):
    case(tmp_path, figures__csv=FIGURES)
    text = problems_of(tmp_path, spec({"population": {"column": "people", "unit": "thousands"}}))
    assert "'population' cannot be read in 'thousands'" in text and "'thousands persons'" in text
    tables = [{"file": "figures.csv", "columns": {"population": c}} for c in ("people", "area")]
    assert "'population' is given twice" in problems_of(tmp_path, RegionsSpec(tables=tables))


def test_shapes_and_tables_are_joined_by_id_whatever_their_order(tmp_path, frame):
    frame[["geometry"]].rename_axis("code").reset_index().iloc[::-1].to_file(tmp_path / "map.geojson")
    frame.drop(columns="geometry").rename_axis("code").to_csv(tmp_path / "figures.csv")
    given = RegionsSpec(
        geometry="map.geojson",
        id="code",
        tables=[{"file": "figures.csv", "columns": ["name", "half", "population"]}],
        levels=["half"],
    )
    graph = read_graph(tmp_path, given)
    assert graph.ids == ("IS", "SE", "SW", "NE", "NW")
    assert graph["population"].sel(region="SE").item() == 400
    assert graph.neighbours("SE") == ("SW", "NE")


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_reference_system_must_be_known_and_not_contradict(tmp_path, frame):
    shapes = frame[["geometry"]].rename_axis("id").reset_index()
    shapes.set_crs(None, allow_override=True).to_file(tmp_path / "map.shp")
    given = RegionsSpec(geometry="map.shp")
    assert "no coordinate reference system" in problems_of(tmp_path, given)
    assert "`crs: EPSG:4326`" in problems_of(tmp_path, given)
    known = given.model_copy(update={"crs": "EPSG:4326"})
    assert read_graph(tmp_path, known).frame.crs.to_epsg() == 4326
    assert "not a coordinate reference system" in problems_of(
        tmp_path, given.model_copy(update={"crs": "WGS eighty"})
    )
    shapes.to_file(tmp_path / "sure.gpkg")
    other = RegionsSpec(geometry="sure.gpkg", crs="EPSG:3857")
    assert "sure.gpkg says EPSG:4326, the case says EPSG:3857" in problems_of(tmp_path, other)


def test_invalid_shapes_are_refused_or_repaired(tmp_path, frame):
    from shapely.geometry import Polygon

    frame.loc["IS", "geometry"] = Polygon([(5, 0), (6, 1), (6, 0), (5, 1)])
    frame[["geometry"]].rename_axis("id").reset_index().to_file(tmp_path / "map.gpkg")
    given = RegionsSpec(geometry="map.gpkg")
    assert "invalid shapes: IS" in problems_of(tmp_path, given) and "repair: true" in problems_of(
        tmp_path, given
    )
    assert read_graph(tmp_path, given.model_copy(update={"repair": True})).frame.is_valid.all()


def test_broken_map_file(tmp_path):
    (tmp_path / "map.gpkg").write_text("not a map")
    assert "cannot be read as a map layer" in problems_of(tmp_path, RegionsSpec(geometry="map.gpkg"))


def test_nothing_named_and_unknown_keys():
    with pytest.raises(InputError, match="no file names the regions"):
        read_graph(".", RegionsSpec())
    with pytest.raises(ValidationError, match="geometri"):
        RegionsSpec(geometri="x")
    with pytest.raises(ValidationError, match="frozen"):
        RegionsSpec().id = "code"


def test_a_doubled_id_does_not_hide_what_else_is_wrong(tmp_path):
    """Text in a number and a doubled id of the same table are told together; the row left out is not told twice."""
    (tmp_path / "a.csv").write_text("id,population\nX,1000\nY,2000\nZ,3000\n")
    (tmp_path / "b.csv").write_text("id,output\nX,many\nY,20\nY,30\n")
    tables = [{"file": "a.csv", "columns": ["population"]}, {"file": "b.csv", "columns": ["output"]}]
    with pytest.raises(InputError) as error:
        read_graph(tmp_path, RegionsSpec(tables=tables))
    text = str(error.value)
    assert "Y (rows 3, 4)" in text and "X" in text and "'many'" in text and "no row for" not in text
