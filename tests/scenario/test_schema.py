"""The scenario as a whole: defaults, text and back, fingerprint, sections of registered parts."""

from collections.abc import Iterator
from typing import Any

import pytest

from spatialcoord import registry
from spatialcoord.errors import InputError
from spatialcoord.scenario import Parameters, diff, json_schema, load_scenario, parse_scenario, quantity


def test_defaults_are_those_of_the_model(text):
    s = parse_scenario(text)
    p, o, e = s.programme, s.objective, s.economy
    assert (p.floor, p.ceiling, p.change_limit, p.hold_harmless) == (0.5, 2.0, 0.25, 0.0)
    assert (p.year_zero, p.financing, p.protected) == ("equal_per_head", "tax_revenue", ())
    assert (o.kind, o.measure, o.inequality_weight, o.of, o.at) == (
        "equity_adjusted_mean", "gini", 1.0, "income", "discounted_mean",
    )  # fmt: skip
    assert (e.horizon, e.discount_rate, e.growth, e.spillover.rho, e.segments) == (15, 0.04, 0.0, 0.0, 6)
    assert (p.envelopes["transfer"].min_share, p.envelopes["investment"].max_share) == (0.0, 1.0)
    assert p.years.labels == (2021, 2022, 2023, 2024, 2025)


def test_instruments_come_in_one_order_with_their_own_values(text):
    s = parse_scenario(text)
    assert list(s.instruments) == ["general_transfer", "infrastructure"]
    infrastructure = registry.instruments.get("infrastructure").Params
    assert s.instruments["infrastructure"] == infrastructure(cofinance={"rate": 0.1})
    assert s.instruments["general_transfer"] == registry.instruments.get("general_transfer").Params()
    with pytest.raises(TypeError):
        s.instruments["infrastructure"] = None


def test_text_and_back_is_the_same_scenario(text):
    s = parse_scenario(text, ["programme.protected=[{region: A, instrument: infrastructure, amount: 3}]"])
    again = parse_scenario(s.to_yaml())
    assert again == s
    assert again.fingerprint == s.fingerprint
    assert "玩具" in s.to_yaml()


def test_bundled_cases_load_and_survive_being_written():
    from spatialcoord.regions import bundled_cases, case_folder

    assert "china" in bundled_cases()
    for name in bundled_cases():
        s = load_scenario(case_folder(name))
        assert s.case == name
        assert parse_scenario(s.to_yaml()) == s


def test_fingerprint_sees_values_and_nothing_else(text):
    first = parse_scenario(text).fingerprint
    assert len(first) == 64
    explicit = text.replace("programme:\n", "programme:\n  floor: 0.50  # the default\n")
    swapped = text.replace(
        "    cofinance: {rate: 0.1}\n  general_transfer:\n", "    cofinance: {rate: 0.1}\n"
    ).replace("instruments:\n", "instruments:\n  general_transfer: {}\n")
    assert parse_scenario(explicit).fingerprint == first
    assert parse_scenario(swapped).fingerprint == first
    assert parse_scenario(text, ["programme.floor=0.4999"]).fingerprint != first


def test_diff_names_exactly_what_differs(text):
    a = parse_scenario(text)
    b = parse_scenario(text, ["programme.floor=0.4", "programme.budget={amount: 100}", "title.zh=null"])
    assert [(d.key, d.first, d.second) for d in diff(a, b)] == [
        ("programme.budget.amount.0", None, 100.0),
        ("programme.budget.share_of_output", 0.004, None),
        ("programme.floor", 0.5, 0.4),
        ("title.zh", "玩具", None),
    ]
    assert diff(a, a) == []


def _numbers(
    node: dict[str, Any], defs: dict[str, Any], path: str, above: tuple[str, ...]
) -> Iterator[tuple[str, bool]]:
    """Path of every numeric value of a JSON schema, and whether it or the field that holds it names a unit."""
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[-1]
        if name not in above:
            yield from _numbers(defs[name], defs, path, (*above, name))
        return
    for key, child in node.get("properties", {}).items():
        yield from _numbers(child, defs, f"{path}.{key}", above)
    for child in [*node.get("anyOf", ()), *([node["items"]] if isinstance(node.get("items"), dict) else ())]:
        yield from ((p, ok or "unit" in node) for p, ok in _numbers(child, defs, path, above))
    if isinstance(node.get("additionalProperties"), dict):
        yield from _numbers(node["additionalProperties"], defs, f"{path}.*", above)
    if node.get("type") in ("number", "integer"):
        yield path, "unit" in node


def test_every_number_a_planner_writes_has_a_unit():
    schema = json_schema()
    schema = {**schema, "properties": {**schema["properties"]}}  # json_schema remembers what it returns
    schema["properties"].pop("regions")  # its numbers are factors between units
    found = dict(_numbers(schema, schema["$defs"], "", ()))
    assert {
        ".programme.floor",
        ".economy.spillover.rho",
        ".economy.capital.infrastructure.elasticity",
    } <= found.keys()
    assert [path for path, has_unit in found.items() if not has_unit] == []


def test_a_registered_part_has_its_section_at_once(text, monkeypatch):
    class Subsidy:
        """A part of a third party."""

        envelope = "transfer"

        class Params(Parameters):
            """Its values."""

            rate: float = quantity(0.1, unit="1", description="Rate of the subsidy.", bound=(0, 1))

    registry.instruments.load()
    monkeypatch.setitem(registry.instruments._parts, "subsidy", Subsidy)
    s = parse_scenario(text, ["instruments.subsidy.rate=0.2"])
    assert s.instruments["subsidy"].rate == 0.2
    assert json_schema()["properties"]["instruments"]["properties"].keys() >= {"subsidy"}
    with pytest.raises(InputError, match="unknown key 'rat'\n.*Did you mean 'rate'"):
        parse_scenario(text, ["instruments.subsidy={rat: 0.2}"])


BESIDE = "instruments={general_transfer: {}, infrastructure: {}, differential_tax: {}}"


@pytest.mark.parametrize("name", ["tax", "differential_tax"])
def test_what_stands_beside_the_budget_has_no_envelope(text, name):
    with pytest.raises(InputError, match=f"the envelope '{name}' has no share of the budget"):
        parse_scenario(text, [BESIDE, f"programme.envelopes.{name}={{max_share: 0.1}}"])


def test_what_stands_beside_the_budget_takes_none_of_it(text):
    with pytest.raises(InputError, match="add up to 0.9"):
        parse_scenario(
            text, [BESIDE, "programme.envelopes={transfer: {max_share: 0.3}, investment: {max_share: 0.6}}"]
        )


def test_what_stands_beside_the_budget_cannot_be_promised(text):
    promise = "programme.protected=[{region: A, instrument: differential_tax, amount: 3}]"
    with pytest.raises(InputError, match="pays nothing out of the budget that could be promised") as told:
        parse_scenario(text, [BESIDE, promise])
    assert "general_transfer, infrastructure" in str(told.value)
