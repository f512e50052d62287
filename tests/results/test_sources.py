"""Tables in a case's sources are read as cells of plain text."""

from spatialcoord.regions import case_folder
from spatialcoord.results.sources import tables_of


def test_marks_links_and_gaps():
    text = "# T\n\n| a | b |\n|---|:-:|\n| `x` **y** [z](u) |\n| 1 | 2 | 3 |\n\ntext | with | bars\n|c|\n|--|\n|d|\n"
    one, two = tables_of(text)
    assert one.head == ["a", "b"] and one.rows == [["x y z (u)", ""], ["1", "2"]]
    assert two.head == ["c"] and two.rows == [["d"]]


def test_what_is_no_table_is_left_out():
    assert tables_of("") == [] and tables_of("| only | a head |") == []
    assert tables_of("| a |\n| b |\n| c |") == []


def test_the_sources_of_the_bundled_case_are_the_same_in_both_languages():
    folder = case_folder("china")
    english, chinese = (
        tables_of((folder / f"{name}.md").read_text(encoding="utf-8")) for name in ("sources", "sources_zh")
    )
    assert len(english) == len(chinese) == 1
    assert [row[0] for row in english[0].rows] == [row[0] for row in chinese[0].rows]
    files = {row[0] for row in english[0].rows} - {""}
    assert files == {p.name for p in folder.iterdir() if p.suffix in (".csv", ".geojson")}
