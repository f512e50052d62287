"""The seven kinds: titles and sources, the order that the study claims, what they keep of the common terms, and their page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spatialcoord import registry
from spatialcoord.cli import app
from spatialcoord.errors import InputError
from spatialcoord.institutions.base import AFFAIRS, Terms
from spatialcoord.registry import institutions, instruments
from spatialcoord.scenario import json_schema, parse_scenario
from spatialcoord.scenario.parameters import fields_of
from tests.planner.conftest import TEXT

PAGE = (Path(__file__).parents[2] / "docs" / "institutions.md").read_text(encoding="utf-8")
KINDS = institutions.names()


def default(kind: str, key: str):
    return institutions.get(kind).Params.model_fields[key].default


def single(kind: str) -> bool:
    return any(
        getattr(m, "max_length", None) == 1
        for m in institutions.get(kind).Params.model_fields["affairs"].metadata
    )


def test_there_are_seven():
    assert KINDS == [
        "administrative_agreement", "council", "development_agency", "interstate_compact", "multi_level_authority",
        "partial_affairs_association", "wide_area_union",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_has_titles_a_source_and_cases_and_its_own_terms(kind):
    part = institutions.get(kind)
    assert part.title["en"] and re.search(r"[\u4e00-\u9fff]", part.title["zh"])
    assert len(part.source) > 20 and part.cases and all(": " in case for case in part.cases)
    assert not (part.__doc__ or "").startswith("A kind of institution")
    terms = part.Params(kind=kind, affairs=["market"])
    assert isinstance(terms, Terms) and terms.kind == kind
    with pytest.raises(ValueError, match="kind"):
        part.Params(kind="another", affairs=["market"])


@pytest.mark.parametrize("kind", KINDS)
def test_units_ranges_and_sources_stay_those_of_the_common_terms(kind):
    common = {name: (field, extra) for name, field, extra in fields_of(Terms)}
    for name, field, extra in fields_of(institutions.get(kind).Params):
        assert extra == common[name][1], name
        if name not in ("kind", "affairs"):
            assert field.description == common[name][0].description
            assert field.metadata == common[name][0].metadata
        low, high = extra.get("plausible", (None, None))
        if low is not None:
            assert low <= field.default <= high, f"{name} lies outside its own plausible range"
    assert Terms.model_fields["enforcement"].default == 0.5, "a kind's default must not change the common one"


def test_firmness_delay_and_cost_follow_the_order_that_the_study_claims():
    council, agreement, compact, association, union = (
        "council", "administrative_agreement", "interstate_compact", "partial_affairs_association", "wide_area_union",
    )  # fmt: skip
    firm = [default(kind, "enforcement") for kind in (council, agreement, compact, association, union)]
    assert firm[0] < firm[1] < firm[2] < firm[3] <= firm[4]
    for statute in ("development_agency", "multi_level_authority"):
        assert default(statute, "enforcement") > firm[4]
    for key in ("delay", "set_up", "administration"):
        order = (council, agreement, compact, association, union, "multi_level_authority")
        values = [default(kind, key) for kind in order]
        assert values == sorted(values) and values[0] < values[2] < values[3] < values[5], key
    # one law of the centre founds an agency: later than a signature, sooner than bodies whose members ratify
    assert default(agreement, "delay") < default("development_agency", "delay") < default(union, "delay")


def test_only_an_association_decides_a_single_affair():
    assert [kind for kind in KINDS if single(kind)] == ["partial_affairs_association"]


def test_the_page_holds_the_defaults_of_the_code():
    head, *rows = re.findall(
        r"^\|(.*)\|$", PAGE.split("## Seven kinds")[1].split("\nUnits:")[0], re.MULTILINE
    )
    keys = re.findall(r"`(\w+)`", head)
    assert keys == [
        "contribution", "delegated", "set_up", "administration", "delay", "enforcement", "penalty",
    ]  # fmt: skip
    said = {cells[0].strip("`"): cells[1:] for cells in (row.split("|") for row in rows[1:])}
    assert list(said) == KINDS
    for kind, (title, *values, also) in said.items():
        part = institutions.get(kind)
        assert title == part.title["en"]
        assert values == [f"{default(kind, key):g}" for key in keys], kind
        marks = {
            "one affair": single(kind),
            "`milestones`": default(kind, "milestones"),
            "`consent`": default(kind, "consent"),
        }
        assert also == ", ".join(mark for mark, holds in marks.items() if holds), kind


def test_the_page_holds_the_affairs_and_who_needs_them():
    rows = re.findall(r"^\|`(\w+)`\|([^|]+)\|([^|]+)\|$", PAGE.split("## Who can pay whom")[0], re.MULTILINE)
    assert {affair: title for affair, title, _ in rows} == {a: t["en"] for a, t in AFFAIRS.items()}
    needing = {instruments.get(name).affair: name for name in instruments if instruments.get(name).affair}
    assert len(needing) == 4
    for affair, _, instrument in rows:
        assert instrument == (
            f"`{needing[affair]}`" if affair in needing else "none: members pool money for works"
        )


def test_the_scenario_of_the_page_is_taken():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    read = parse_scenario(f"{TEXT}{text}").institutions
    assert [terms.formed for terms in read.values()] == [True, True, False]
    assert read["east"].delay == 1 and read["xinan"].title.zh == "新安江契约"


@pytest.fixture
def commission():
    """The kind of the page, as another package would bring it."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, {"__name__": "elsewhere"})  # noqa: S102
    yield institutions.get("river_commission")
    del institutions._parts["river_commission"]


def test_a_kind_from_elsewhere_is_read_listed_and_in_the_schema(commission):
    text = "institutions={rhine: {kind: river_commission, affairs: [environment]}}"
    written = parse_scenario(TEXT, [text])
    assert written.institutions["rhine"].enforcement == 0.6
    assert parse_scenario(written.to_yaml()) == written
    with pytest.raises(InputError, match="more than 1"):
        parse_scenario(TEXT, [text.replace("[environment]", "[environment, market]")])
    section = json_schema()["properties"]["institutions"]["additionalProperties"]
    assert "river_commission" in section["discriminator"]["mapping"]
    assert "River commission" in CliRunner().invoke(app, ["list", "institutions"]).output
    with pytest.raises(InputError, match="registered twice"):
        registry.institutions.register("river_commission")(commission)


def test_what_is_gone_is_no_longer_in_the_schema():
    assert "river_commission" not in str(json_schema()["properties"]["institutions"])


def test_the_generated_page_tells_kinds_and_terms(monkeypatch):
    pytest.importorskip("mkdocs")
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "docs")
    import pages

    page = pages._parts_page(*pages.KINDS["institution_kinds"])
    parts = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    assert list(parts) == KINDS
    for kind, text in parts.items():
        assert institutions.get(kind).title["zh"] in text and "Used in: " in text
        assert f"|`enforcement`|{default(kind, 'enforcement')}|" in text and "Unit: ." not in text
    keys = pages._scenario_page(json_schema())
    assert "institutions.NAME" not in keys and "(institution_kinds.md)" in keys and "## negotiation" in keys
