"""Numbers with a range: found by walking, changed as ``--set`` does."""

import pytest
from pydantic import Field

from spatialcoord.errors import InputError
from spatialcoord.explore.uncertain import changed, checked, ranges
from spatialcoord.scenario.loading import parse_scenario
from spatialcoord.scenario.parameters import Parameters, quantity
from tests.planner.conftest import TEXT, toy


def test_every_number_with_two_ends_is_found_at_any_depth():
    found = {one.path: one for one in ranges(toy().scenario)}
    for path in (
        "programme.budget.share_of_output",
        "programme.ceiling",
        "objective.inequality_weight",
        "economy.spillover.rho",
        "instruments.infrastructure.absorption.full",
        "instruments.human_capital.cofinance.rate",
    ):
        assert path in found
    assert "programme.change_limit" not in found  # null: no limit, no number
    assert "programme.envelopes" not in found and "solver.mip_gap" not in found  # no range is stated
    assert found["economy.horizon"].whole and isinstance(found["economy.horizon"].at(1 / 3), int)
    ceiling = found["programme.ceiling"]
    assert (ceiling.low, ceiling.high, ceiling.value) == (1.0, 3.0, 2.0)
    assert ceiling.at(0.25) == pytest.approx(1.5) and ceiling.unit == "times the equal amount per head"


def test_a_part_that_nobody_knew_brings_its_ranges():
    class Inner(Parameters):
        width: float = quantity(2.0, unit="million CUR/yr", description="w", low=1, high=3)

    class Section(Parameters):
        here: int = quantity(4, unit="yr", description="h", low=1, high=9)
        one_end: float = quantity(4.0, unit="1", description="o", low=1)
        listed: tuple[Inner, ...] = Field((Inner(), Inner(width=2.5)))
        named: dict[str, Inner] = Field({"a": Inner()})
        currency: str = "EUR"

    found = ranges(Section())
    assert [one.path for one in found] == ["here", "listed.0.width", "listed.1.width", "named.a.width"]
    assert found[1].unit == "million EUR/yr"


def test_a_change_is_that_of_the_command_line():
    case = toy()
    values = {"programme.ceiling": 2.5, "economy.capital.infrastructure.elasticity": 0.09}
    other = changed(case, values)
    assert other.scenario == parse_scenario(TEXT, [f"{path}={value}" for path, value in values.items()])
    assert case.scenario == toy().scenario  # untouched
    assert checked(case, values).scenario == other.scenario


def test_what_contradicts_itself_is_refused_with_its_reason():
    case = toy()
    with pytest.raises(InputError, match="ends after 2 years"):
        changed(case, {"economy.horizon": 2})
    with pytest.raises(InputError, match="below the fully effective share"):
        checked(case, {"instruments.infrastructure.absorption.largest": 0.01})


def test_the_band_of_marginal_products_does_not_stop_a_variation():
    case = changed(
        toy(), {"economy.allow_outside_band": False, "economy.marginal_product_band": [1e-6, 100.0]}
    )
    with pytest.raises(InputError, match="marginal product"):
        from spatialcoord.planner.checks import check_case

        check_case(changed(case, {"economy.marginal_product_band": [1e-6, 2e-6]}))
    varied = checked(case, {"economy.marginal_product_band": [1e-6, 2e-6]})
    assert varied.scenario.economy.allow_outside_band
    assert not checked(case, {"programme.floor": 0.4}).scenario.economy.allow_outside_band
