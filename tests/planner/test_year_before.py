"""The plan carries the allocation of the year before and where the case's figures come from."""

import numpy as np
import pytest

from spatialcoord.regions import case_folder
from spatialcoord.results import Plan, region_table


def test_the_year_before_is_that_of_the_setting(plan, china):
    year_zero = plan.dataset["year_zero"]
    np.testing.assert_array_equal(year_zero, china.setting.year_zero)
    first = float(plan.dataset["amount"].isel(year=0).sum())
    # the programme grows with output from the year before on
    assert float(year_zero.sum()) * (1 + china.scenario.economy.growth) == pytest.approx(first)
    # and the limit on yearly change, in equal amounts per head, counts from it
    change = region_table(plan)["change_first"].to_numpy() * year_zero.values
    step = china.scenario.programme.change_limit * first * china.setting.share
    assert (np.abs(change) <= step * (1 + 1e-6)).all() and (np.abs(change) >= step * (1 - 1e-6)).any()


def test_sources_travel_with_the_plan(plan, tmp_path):
    plan.save(tmp_path / "out")
    attrs = Plan.load(tmp_path / "out").dataset.attrs
    for key in ("sources", "sources_zh"):
        assert attrs[key] == (case_folder("china") / f"{key}.md").read_text(encoding="utf-8")


def test_a_case_without_sources_has_none(make_case):
    import spatialcoord as sc

    attrs = sc.solve(sc.build(make_case(4))).dataset.attrs
    assert "sources" not in attrs and "sources_zh" not in attrs
