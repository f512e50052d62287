"""Parameters: units, bounds, strictness, frozenness."""

import copy
import pickle
from typing import Annotated

import pytest
from pydantic import Field, ValidationError, model_validator

from spatialcoord.scenario.parameters import FrozenMapping, Parameters, outside_plausible, quantity


class Inner(Parameters):
    share: float = quantity(
        0.2, unit="1", description="A share.", low=0.1, high=0.3, source="A book", bound=(0, 1)
    )


class Outer(Parameters):
    years: int = quantity(5, unit="yr", description="Years.", bound=(1, None))
    limit: float | None = quantity(None, unit="1", description="A limit.", low=0, bound=(0, None))
    series: tuple[Annotated[float, quantity(unit="m", description="Lengths.", bound=(0, None))], ...] = ()
    inner: Inner = Field(default_factory=Inner)
    by_name: FrozenMapping[str, Inner] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _limited(self) -> "Outer":
        return self


@pytest.mark.parametrize(
    "values",
    [
        {"years": "5"},
        {"years": 5.5},
        {"years": True},
        {"years": 0},
        {"limit": "0.1"},
        {"limit": -1},
        {"limit": float("inf")},
        {"limit": float("nan")},
        {"series": (1, -1)},
        {"series": (1, "2")},
        {"inner": {"share": 1.01}},
        {"inner": {"shares": 0.2}},
        {"by_name": {"a": {"share": None}}},
        {"unknown": 1},
    ],
)
def test_wrong_values_are_refused(values):
    with pytest.raises(ValidationError):
        Outer.model_validate(values)


def test_right_values_are_taken():
    outer = Outer.model_validate({"limit": 1, "series": (1, 2.5), "by_name": {"a": {}}})
    assert (outer.limit, outer.series, outer.by_name["a"].share) == (1.0, (1.0, 2.5), 0.2)


def test_nothing_can_change():
    outer = Outer(by_name={"a": Inner()})
    for change in (
        lambda: setattr(outer, "years", 6),
        lambda: setattr(outer.inner, "share", 0.1),
        lambda: outer.by_name.__setitem__("b", Inner()),
        lambda: outer.by_name.update(b=Inner()),
        lambda: outer.by_name.pop("a"),
        lambda: outer.by_name.clear(),
    ):
        with pytest.raises((ValidationError, TypeError)):
            change()
    assert outer == Outer(by_name={"a": Inner()})


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_are_equal_and_frozen(duplicate):
    outer = duplicate(Outer(by_name={"a": Inner(share=0.3)}))
    assert outer == Outer(by_name={"a": Inner(share=0.3)})
    with pytest.raises(TypeError):
        outer.by_name["b"] = Inner()


def test_json_schema_carries_unit_range_and_source():
    share = Inner.model_json_schema()["properties"]["share"]
    assert share["unit"] == "1"
    assert share["plausible"] == [0.1, 0.3]
    assert (share["source"], share["verified"]) == ("A book", False)
    assert (share["minimum"], share["maximum"], share["default"]) == (0, 1, 0.2)
    assert Outer.model_json_schema()["properties"]["series"]["items"]["unit"] == "m"


def test_values_outside_the_plausible_range_are_told_with_their_key():
    outer = Outer(inner=Inner(share=0.31), by_name={"a": Inner(share=0.05), "b": Inner(share=0.3)})
    told = outside_plausible(outer, "section")
    assert [p.where for p in told] == ["section.inner.share", "section.by_name.a.share"]
    assert "0.1 to 0.3" in told[0].what and "A book" in told[0].why
    assert not outside_plausible(Outer())
