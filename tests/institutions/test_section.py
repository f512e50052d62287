"""What a planner writes under ``institutions:``: every mistake with its key, text and back, the JSON schema."""

from __future__ import annotations

import jsonschema
import pytest

from spatialcoord.errors import InputError
from spatialcoord.explore.uncertain import ranges
from spatialcoord.registry import institutions
from spatialcoord.scenario import json_schema, outside_plausible, parse_scenario
from tests.planner.conftest import TEXT

GOOD = "kind: council, affairs: [market]"


def scenario(text: str, *more: str):
    return parse_scenario(TEXT, [f"institutions={{{text}}}", *more])


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("kind: counsil, affairs: [market]", "kind", "no kind of institution 'counsil'\n.*Did you mean 'council'?"),
        ("affairs: [market]", "kind", "has no kind\n.*Known: .*wide_area_union"),
        ("kind: [council], affairs: [market]", "kind", "there is no kind of institution"),
        ("kind: council", "affairs", "'affairs' is missing"),
        ("kind: council, affairs: []", "affairs", "the list has 0 elements, fewer than 1"),
        ("kind: council, affairs: [mrket]", "affairs.0", "no choice 'mrket'\n.*Did you mean 'market'?"),
        ("kind: council, affairs: [market, market]", "affairs", "names 'market' twice"),
        ("kind: partial_affairs_association, affairs: [market, human]", "affairs", "has 2 elements, more than 1"),
        (f"{GOOD}, members: [A, B, A]", "members", "names 'A' twice"),
        (f"{GOOD}, level: macro_region", "members", "groups of 'macro_region' are meant, but none is named"),
        (f"{GOOD}, set_upp: 0.1", "set_upp", "unknown key 'set_upp'\n.*Did you mean 'set_up'?"),
        (f"{GOOD}, enforcement: 1.2", "enforcement", "1.2 is above the largest allowed value 1"),
        (f"{GOOD}, administration: 0.6", "administration", "above the largest allowed value 0.5"),
        (f"{GOOD}, delay: 0.5", "delay", r"not a whole number \(unit: yr\)"),
        (f"{GOOD}, formed: maybe", "formed", "neither true nor false"),
        (f"{GOOD}, enforcement_across: 0.3", "enforcement_across", "no layer that enforcement could reach across"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_key(text, key, says):
    with pytest.raises(InputError) as error:
        scenario(f"delta: {{{text}}}")
    (problem,) = error.value.problems
    assert problem.where == f"--set institutions, institutions.delta.{key}"
    with pytest.raises(InputError, match=says):
        scenario(f"delta: {{{text}}}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a.b: {kind: council, affairs: [market]}", "'a.b' does not have the right form"),
        ("a b: {kind: council, affairs: [market]}", "Use letters, digits, '_' and '-'."),
        ("delta: council", "'council' is not a section"),
        ("delta: null", "an empty value is not a section"),
    ],
)
def test_names_and_sections(text, says):
    with pytest.raises(InputError) as error:
        scenario(text)
    assert says in str(error.value)


def test_all_mistakes_of_all_institutions_are_told_at_once():
    with pytest.raises(InputError) as error:
        scenario(
            "a: {kind: counsil, affairs: [market]}, b: {kind: council, affairs: [mrket], delay: -1}, "
            "c: {kind: council, affairs: [market], members: [A, A], level: x}, d: 3",
            "programme.floor=7",
        )
    told = [problem.where.rpartition(" ")[2] for problem in error.value.problems]
    assert sorted(told) == [
        "institutions.a.kind", "institutions.b.affairs.0", "institutions.b.delay", "institutions.c.members",
        "institutions.d", "programme.floor",
    ]  # fmt: skip


def test_names_that_python_objects_have_are_names_like_others():
    names = ("json", "copy", "model_config", "_hidden", "schema", "长三角", "north-east")
    read = scenario(", ".join(f"{name}: {{{GOOD}}}" for name in names)).institutions
    assert tuple(read) == names


def test_a_single_value_can_be_set():
    read = scenario(
        f"delta: {{{GOOD}}}", "institutions.delta.set_up=0.004", "institutions.delta.formed=false"
    )
    terms = read.institutions["delta"]
    assert terms.set_up == 0.004 and terms.formed is False and terms.contribution == 0.02
    with pytest.raises(InputError, match="unknown key 'setup'\n.*Did you mean 'set_up'"):
        scenario(f"delta: {{{GOOD}}}", "institutions.delta.setup=0.004")
    with pytest.raises(TypeError, match="frozen"):
        read.institutions["delta"] = terms


def every_kind() -> str:
    return ", ".join(
        f"i{n}: {{kind: {kind}, title: {{en: No {n}}}, affairs: [industry], members: [A, B], delay: {n}, formed: false}}"
        for n, kind in enumerate(institutions.names())
    )


def test_text_and_back_is_the_same_scenario():
    written = scenario(every_kind())
    again = parse_scenario(written.to_yaml())
    assert again == written and again.fingerprint == written.fingerprint
    assert again.as_dict()["institutions"] == written.as_dict()["institutions"]
    for n, kind in enumerate(institutions.names()):
        assert type(again.institutions[f"i{n}"]) is institutions.get(kind).Params
        assert again.institutions[f"i{n}"].delay == n
    assert scenario(f"delta: {{{GOOD}}}").fingerprint != scenario(f"delta: {{{GOOD}, delay: 2}}").fingerprint
    assert parse_scenario(TEXT).institutions == {}


def test_the_schema_takes_each_kind_by_its_own_terms_and_tells_its_defaults():
    schema = json_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(scenario(every_kind()).as_dict())
    section = schema["properties"]["institutions"]
    assert "only its members can pay each other" in section["description"]
    for kind in institutions.names():
        ref = section["additionalProperties"]["discriminator"]["mapping"][kind]
        own = schema["$defs"][ref.rpartition("/")[2]]["properties"]
        assert own["kind"]["const"] == kind
        for key, field in institutions.get(kind).Params.model_fields.items():
            if not field.is_required():
                assert own[key]["default"] == field.default or own[key]["default"] == [], (kind, key)
        assert own["set_up"]["unit"] and own["set_up"]["maximum"] == 1.0 and own["set_up"]["plausible"]
    for wrong in (
        {"kind": "partial_affairs_association", "affairs": ["market", "human"]},
        {"kind": "council", "affairs": ["market"], "setup": 1},
        {"kind": "senate", "affairs": ["market"]},
        {"affairs": ["market"]},
    ):
        values = {**scenario("").as_dict(), "institutions": {"delta": wrong}}
        assert not validator.is_valid(values), wrong
    assert not validator.is_valid({**scenario("").as_dict(), "institutions": {"a.b": {"kind": "council", "affairs": ["market"]}}})  # fmt: skip


def test_values_outside_the_plausible_range_are_told_and_vary_no_plan():
    read = scenario(f"delta: {{{GOOD}, set_up: 0.5}}")
    (told,) = [p for p in outside_plausible(read) if p.where.startswith("institutions")]
    assert told.where == "institutions.delta.set_up" and "design choice" in told.why
    assert not [r.path for r in ranges(read) if r.path.startswith(("institutions.", "negotiation."))]
