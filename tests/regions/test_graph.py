"""RegionGraph: labels, figures with units, hierarchy, links, components, rivers and the fingerprint."""

import pandas as pd
import pytest
import xarray as xr

from spatialcoord.errors import InputError
from spatialcoord.regions import Attribute, RegionGraph


def messages(error: pytest.ExceptionInfo[InputError]) -> str:
    return str(error.value)


def test_figures_carry_labels_units_and_descriptions(graph):
    population = graph["population"]
    assert population.dims == ("region",)
    assert population.sel(region="SW").item() == 300.0
    assert population.attrs["unit"] == "persons"
    assert graph["output"].attrs["unit"] == "million CUR/yr"
    assert graph["output"].attrs["description"]
    assert graph.ids == ("NW", "NE", "SW", "SE", "IS") and len(graph) == 5


def test_default_is_filled_and_absent_figures_are_named(graph):
    assert (graph["standard_cost_index"] == 1.0).all()
    assert graph.has("population") and not graph.has("tax_revenue") and not graph.has("name")
    with pytest.raises(InputError, match="these regions have no 'tax_revenue'.*") as error:
        graph["tax_revenue"]
    assert "population, output" in messages(error)
    with pytest.raises(InputError, match="Did you mean 'population'"):
        graph["populaton"]


def test_graph_does_not_change_with_what_it_hands_out(graph):
    before = graph.fingerprint()
    graph["population"][:] = 0.0
    links, frame = graph.links, graph.frame
    links["a"] = "NW"
    frame.loc["NW", "population"] = 0.0
    frame.loc["NW", "geometry"] = None
    assert graph["population"].sel(region="NW").item() == 100.0
    assert set(graph.links["a"]) != {"NW"} and graph.frame.geometry.notna().all()
    assert RegionGraph(graph.frame, graph.links, graph.levels).fingerprint() == before


def test_graph_does_not_change_with_what_it_was_made_of(frame):
    graph = RegionGraph(frame, levels=("half",))
    frame.loc["NW", "population"] = 1e9
    assert graph["population"].sel(region="NW").item() == 100.0


def test_names_fall_back_to_the_plain_name(graph):
    assert list(graph.names("zh").values) == ["西北", "东北", "西南", "Southeast", "岛"]
    assert list(graph.names("fr").values) == list(graph.names("en").values)
    bare = RegionGraph(pd.DataFrame({"population": [1.0]}, index=["A"]))
    assert bare.names().item() == "A"


def test_levels(graph):
    assert graph.levels == ("half",)
    by_half = graph["population"].groupby(graph.level("half")).sum()
    assert by_half.sel(half="north").item() == 300.0
    assert list(graph.level("half", "zh").values) == ["北", "北", "南", "南", "南"]
    assert list(graph.level("half", "fr").values) == list(graph.level("half").values)
    with pytest.raises(InputError, match="Did you mean 'half'"):
        graph.level("halv")


def test_place_and_area_come_from_the_polygons(graph):
    assert 0 < graph["lon"].sel(region="NW").item() < 1 and 1 < graph["lat"].sel(region="NW").item() < 2
    # a one-degree square at the equator measures 12,308.8 km2 on the WGS 84 ellipsoid
    assert graph["area_km2"].sel(region="SW").item() == pytest.approx(12308.8, abs=0.5)


def test_projected_shapes_are_brought_to_longitude_and_latitude(frame, graph):
    projected = RegionGraph(frame.to_crs("EPSG:3857"), levels=("half",))
    assert projected.frame.crs.to_epsg() == 4326
    xr.testing.assert_allclose(projected["area_km2"], graph["area_km2"], rtol=1e-6)


def test_another_name_of_the_geometry_column(frame):
    graph = RegionGraph(frame.rename_geometry("shape"), levels=("half",))
    assert graph.has_geometry and graph.neighbours("NW") == ("NE", "SW")


def test_contiguity_from_polygons_is_shared_border_not_a_corner(graph):
    links = graph.links
    assert {frozenset(p) for p in links[["a", "b"]].to_numpy()} == {
        frozenset(p) for p in [("NW", "NE"), ("NW", "SW"), ("NE", "SE"), ("SW", "SE")]
    }
    length = links.set_index(["a", "b"])["length_km"]
    assert length["SW", "SE"] == pytest.approx(110.57, abs=0.01)  # one degree of latitude at the equator
    assert length["NW", "SW"] == pytest.approx(
        111.30, abs=0.01
    )  # one degree of longitude at one degree north


def test_overlapping_shapes_are_contiguous(frame):
    frame.loc["SE", "geometry"] = frame.loc["SE", "geometry"].buffer(0.001)
    graph = RegionGraph(frame, levels=("half",))
    assert "SE" in graph.neighbours("SW")


def test_neighbours_and_components_with_an_explicit_link(frame, graph):
    assert graph.neighbours("NW") == ("NE", "SW")
    assert graph.neighbours("IS") == ()
    assert graph.components() == [("NW", "NE", "SW", "SE"), ("IS",)]
    ferry = pd.DataFrame({"a": ["IS"], "b": ["SE"], "kind": ["link"], "name": ["ferry"]})
    linked = RegionGraph(frame, ferry, levels=("half",))
    assert linked.neighbours("IS") == ("SE",)
    assert linked.components() == [("NW", "NE", "SW", "SE", "IS")]
    with pytest.raises(InputError, match="Did you mean 'NW'"):
        graph.neighbours("NWW")


def test_without_geometry(table):
    graph = RegionGraph(table, levels=("half",))
    assert not graph.has_geometry
    assert graph.frame.geometry.isna().all()
    assert len(graph.links) == 0 and len(graph.components()) == 5


def test_water_stays_in_its_basin(table):
    rivers = pd.DataFrame(
        [
            ("NW", "SW", "river", "Main", "Main"),
            ("SW", "NW", "river", "Main", "Main"),  # a main stem that comes back
            ("NE", "SW", "river", "Side", "Main"),  # a tributary
            ("SW", "SE", "river", "Main", "Main"),
            ("SW", "IS", "river", "Other", ""),  # another basin, named after its river
        ],
        columns=["a", "b", "kind", "name", "basin"],
    )
    graph = RegionGraph(table, rivers, levels=("half",))
    assert graph.downstream("NE") == ("NW", "SW", "SE")
    assert graph.downstream("SW") == ("NW", "SE", "IS")
    assert graph.downstream("SW", "Other") == ("IS",)
    assert graph.downstream("SE") == ()
    assert graph.neighbours("NE") == ()
    with pytest.raises(InputError, match="Did you mean 'Main'"):
        graph.downstream("SW", "Mian")


def test_every_problem_of_a_table_is_told_at_once(table):
    table["population"] = [100.0, -1.0, float("nan"), 400.0, 50.0]
    table["outptu"] = 1.0
    table["tax_revenue"] = "many"
    table["lat"] = [10.0, 20.0, 95.0, 0.0, 0.0]
    links = pd.DataFrame(
        [
            ("NW", "XX", "contiguity"),
            ("NW", "NW", "link"),
            ("NE", "NW", "link"),
            ("NW", "NE", "link"),
            ("SW", "SE", "road"),
        ],
        columns=["a", "b", "kind"],
    )
    with pytest.raises(InputError) as error:
        RegionGraph(table, links, levels=("halff",), where="figures")
    text = messages(error)
    for part in (
        "hierarchy level 'halff' has no column",
        "figures, column 'population': no finite value for SW",
        "value out of bounds for NE (for example NE: -1)",
        "must be above 0 persons",
        "'outptu' is not a known attribute",
        "Did you mean 'output'?",
        "column 'tax_revenue': values are not numbers",
        "out of bounds for SW (for example SW: 95)",
        "links name regions that do not exist: XX",
        "links join a region to itself: NW",
        "links given twice: NW-NE",
        "unknown kind of link: 'road'",
    ):
        assert part in text, part
    # 'half' and 'half_zh' are no levels now, so they are two unknown attributes more
    assert len(error.value.problems) == 12


def test_ids_must_be_text_and_unique(table):
    with pytest.raises(InputError, match="region ids occur twice: NW"):
        RegionGraph(table.set_axis(["NW", "NW", "SW", "SE", "IS"]), levels=("half",))
    with pytest.raises(InputError, match="region ids are not text: 0, 1, 2, 3, 4"):
        RegionGraph(table.reset_index(drop=True), levels=("half",))
    with pytest.raises(InputError, match="there is no region"):
        RegionGraph(table.iloc[:0])


def test_shapes_without_reference_system_or_invalid_or_missing_are_refused(frame):
    from shapely.geometry import Polygon

    with pytest.raises(InputError, match="no coordinate reference system"):
        RegionGraph(frame.set_crs(None, allow_override=True), levels=("half",))
    bow = frame.copy()
    bow.loc["IS", "geometry"] = Polygon([(5, 0), (6, 1), (6, 0), (5, 1)])
    with pytest.raises(InputError, match="invalid shapes: IS\n.*Self-intersection"):
        RegionGraph(bow, levels=("half",))
    gap = frame.copy()
    gap.loc["IS", "geometry"] = None
    with pytest.raises(InputError, match="no shape for IS"):
        RegionGraph(gap, levels=("half",))


def test_a_figure_of_ones_own(table):
    table["rain"] = [1.0, 2.0, 3.0, 4.0, 5.0]
    graph = RegionGraph(table, levels=("half",), attributes={"rain": Attribute("rain", "mm/yr", "Rain", 0)})
    assert graph["rain"].attrs["unit"] == "mm/yr"
    with pytest.raises(InputError, match="at least 0 mm/yr"):
        RegionGraph(
            table.assign(rain=-1.0),
            levels=("half",),
            attributes={"rain": Attribute("rain", "mm/yr", "Rain", 0)},
        )


def test_fingerprint_is_of_content_not_of_order(frame, graph):
    links = graph.links
    turned = links.rename(columns={"a": "b", "b": "a"})
    shuffled = RegionGraph(
        graph.frame.iloc[::-1][sorted(graph.frame.columns)], turned.iloc[::-1], levels=("half",)
    )
    assert shuffled.fingerprint() == graph.fingerprint()
    assert len(graph.fingerprint()) == 64


@pytest.mark.parametrize("change", ["figure", "label", "id", "link", "length", "river turned", "level"])
def test_fingerprint_changes_with_content(table, change):
    links = pd.DataFrame(
        [("NW", "NE", "contiguity", 10.0), ("SW", "SE", "river", 20.0)],
        columns=["a", "b", "kind", "length_km"],
    )
    before = RegionGraph(table, links, levels=("half",)).fingerprint()
    levels: tuple[str, ...] = ("half",)
    if change == "figure":
        table.loc["NW", "output"] *= 1 + 1e-15
    elif change == "label":
        table.loc["NW", "half"] = "south"
    elif change == "id":
        table = table.rename(index={"IS": "ISL"})
    elif change == "link":
        links.loc[0, "b"] = "SW"
    elif change == "length":
        links.loc[0, "length_km"] = 11.0
    elif change == "river turned":
        links.loc[1, ["a", "b"]] = ["SE", "SW"]
    else:
        table, levels = table.drop(columns=["half", "half_zh"]), ()
    assert RegionGraph(table, links, levels=levels).fingerprint() != before
