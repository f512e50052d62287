"""Japan's local allocation tax: the law's arithmetic by hand, published amounts, the bundled case."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.errors import InputError
from spatialcoord.formulas.japan_lat import adjustment_rate
from spatialcoord.regions import case_folder
from tests.formulas.hand import by_hand, sheet_of

IDS = ["JP-20", "JP-13"]
ENOUGH = {"pool": 1e6}


def sheet(need, tax, extra=None, units=None, **values):
    table = {"population": [1e6, 2e6], "standard_local_tax": tax, **(extra or {})}
    if need is not None:
        table["standard_fiscal_need"] = need
    return sheet_of("japan_lat", by_hand("japan", table, IDS, **(units or {})), **values)


@pytest.fixture(scope="module")
def japan():
    return sc.load_case("japan").setting


def test_need_100_and_tax_80_give_40_and_one_more_unit_of_tax_takes_three_quarters():
    s = sheet([100.0, 100.0], [80.0, 200.0], **ENOUGH)
    assert s["revenue"] == pytest.approx([60.0, 150.0])
    assert s["strength"] == pytest.approx([0.6, 1.5])
    assert s.amount.tolist() == pytest.approx([40.0, 0.0])
    more = sheet([100.0, 100.0], [81.0, 201.0], **ENOUGH)
    assert more.amount - s.amount == pytest.approx([-0.75, 0.0])


def test_transfer_taxes_count_in_full():
    s = sheet([100.0, 100.0], [80.0, 200.0], {"local_transfer_tax": [10.0, 0.0]}, **ENOUGH)
    assert s.amount.tolist() == pytest.approx([30.0, 0.0])
    assert {k.key for k in s.skipped} == {"special"}


def test_need_is_unit_cost_times_measurement_times_modification():
    services = [
        {"measure": "population", "unit_cost": 100.0, "modification": "cold"},
        {"measure": "roads", "unit_cost": 5e5},
    ]
    s = sheet(
        None,
        [80.0, 80.0],
        {"cold": [1.2, 1.0], "roads": [40.0, 100.0]},
        {"cold": "1", "roads": "km"},
        services=services,
        **ENOUGH,
    )
    assert s["need"] == pytest.approx([120 + 20, 200 + 50])
    assert s.amount == pytest.approx([80.0, 190.0])


def test_the_pool_is_fixed_shares_of_five_national_taxes():
    taxes = {"income_tax": 100.0, "corporation_tax": 200.0, "liquor_tax": 10.0, "consumption_tax": 300.0}
    s = sheet([1e3, 1e3], [0.0, 0.0], **taxes, local_corporation_tax=5.0, prefectures_share=0.5)
    assert s.figure("pool") == pytest.approx(0.5 * (33.1 + 66.2 + 5 + 58.5 + 5))
    assert s.figure("ordinary_pool") == pytest.approx(0.94 * s.figure("pool"))
    old = sheet(
        [1e3, 1e3], [0.0, 0.0], **taxes, local_corporation_tax=5.0, period="2015", prefectures_share=1
    )
    assert old.figure("pool") == pytest.approx(33.1 + 66.2 + 5 + 66.9 + 5)
    assert all(e.verified for e in s.law.used) and not all(e.verified for e in old.law.used)


def test_the_adjustment_of_article_10_gives_naganos_published_tax():
    # fiscal 2019: 194,129.289 million JPY, 367.238 less than its gap; another prefecture is taken down at the same rate
    published = pd.read_csv(case_folder("japan") / "allocation_tax_fy2019.csv", index_col="id").loc["JP-20"]
    need = published["standard_fiscal_need_fy2019_million_jpy"]
    revenue = published["standard_fiscal_revenue_fy2019_million_jpy"]
    other_need, other_gap = 1e6, 4e5
    rate = 367.238 / need
    ordinary = (need - revenue) + other_gap - rate * (need + other_need)
    s = sheet([need, other_need], [revenue / 0.75, (other_need - other_gap) / 0.75], pool=ordinary / 0.94)
    assert s.figure("adjustment_rate") == pytest.approx(0.000880709, abs=1e-8)
    assert s.amount[0] == pytest.approx(published["ordinary_allocation_tax_fy2019_million_jpy"], abs=5e-4)
    assert s.amount.sum() == pytest.approx(ordinary)


def test_shizuokas_published_tax_is_its_gap_and_a_correction():
    row = pd.read_csv(case_folder("japan") / "allocation_tax_fy2019.csv", index_col="id").loc["JP-22"]
    need, revenue = (row[f"standard_fiscal_{k}_fy2019_million_jpy"] for k in ("need", "revenue"))
    s = sheet([need, 1.0], [revenue / 0.75, 10.0], **ENOUGH)
    assert s.amount[0] + 695.691 == pytest.approx(row["ordinary_allocation_tax_fy2019_million_jpy"], abs=5e-4)


def test_nobody_pays_in_where_the_adjustment_exceeds_a_small_gap():
    # the expression of the law alone would give -10 and 70
    s = sheet([100.0, 100.0], [120.0, 40 / 3], pool=60 / 0.94)
    assert s["gap"] == pytest.approx([10.0, 90.0])
    assert s.amount == pytest.approx([0.0, 60.0]) and s.figure("adjustment_rate") == pytest.approx(0.3)
    assert dict(s.remarks)["clipped"] == {"count": 1}


def test_the_nation_may_add_what_is_missing():
    s = sheet([100.0, 100.0], [120.0, 40 / 3], pool=60 / 0.94, shortfall="national")
    assert s.amount == pytest.approx([10.0, 90.0]) and s.figure("national_money") == pytest.approx(40.0)


def test_what_gaps_leave_goes_to_the_special_tax():
    s = sheet([100.0, 100.0], [80.0, 200.0], {"special_need": [1.0, 3.0]}, pool=1000.0)
    assert s.figure("special_pool") == pytest.approx(60 + 940 - 40)
    assert s["special"] == pytest.approx([240.0, 720.0])
    assert s.amount == pytest.approx([280.0, 720.0]) and s.amount.sum() == pytest.approx(1000.0)
    assert sum(s[line] for line in s.lines) == pytest.approx(s.amount)


@pytest.mark.parametrize(
    ("need", "values", "message"),
    [
        ([1.0, 1.0], {"income_tax": 1.0}, "receipts of some national taxes are not given"),
        ([1.0, 1.0], {"income_tax": 1.0, "pool": 1.0}, "the pool is given twice"),
        ([0.0, 1.0], {}, "zero or less"),
        (None, {}, "no attribute 'standard_fiscal_need'"),
        ([1.0, 1.0], {"services": [{"measure": "pupils", "unit_cost": 1.0}]}, "no attribute 'pupils'"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(need, values, message):
    with pytest.raises(InputError, match=message):
        sheet(need, [80.0, 80.0], **values)


figures = st.lists(st.tuples(st.floats(1, 1e3), st.floats(0, 1.5)), min_size=2, max_size=20)


@given(figures, st.floats(0.01, 0.99))
def test_the_adjustment_meets_any_pool(rows, part):
    need = np.array([n for n, _ in rows])
    gap = np.maximum(0.0, need * (1 - np.array([f for _, f in rows])))
    if gap.sum() < 1e-3:
        return
    rate, nothing = adjustment_rate(gap, need, part * gap.sum())
    left = np.maximum(0.0, gap - rate * need)
    assert left.sum() == pytest.approx(part * gap.sum(), rel=1e-9) and rate > 0
    assert ((gap > 0) & (left == 0)).sum() == nothing


def test_the_bundled_case(japan):
    s = sheet_of("japan_lat", japan, shortfall="national")
    strength = s["strength"]
    # the index that is published is the one the proxy is made with
    assert strength == pytest.approx(s["published_strength"], abs=1e-4)
    assert s["gap"] == pytest.approx(
        np.maximum(0, s["need"] * (1 - s["published_strength"])), rel=1e-4, abs=1
    )
    assert [r for r, x in zip(japan.regions, s.amount, strict=True) if x == 0] == ["JP-13"]
    assert s.amount.sum() == pytest.approx(8.63e6, rel=1e-3)
    got = dict(zip(japan.regions, s.amount, strict=True))
    assert got["JP-20"] == pytest.approx(194_129, rel=0.05)  # published, fiscal 2019
    assert got["JP-22"] == pytest.approx(143_239, rel=0.15)  # published, fiscal 2019
    assert got["JP-18"] == pytest.approx(126_798, rel=0.05)  # Fukui, published, fiscal 2016
    columns = {values["column"] for key, values in s.remarks if key == "stand_in"}
    assert columns == {"standard_local_tax", "standard_fiscal_need"} and s.partial


def test_the_bundled_case_by_the_programmes_money(japan):
    s = sheet_of("japan_lat", japan)
    assert s.figure("pool") == pytest.approx(japan.budget[0])
    assert s.amount.sum() == pytest.approx(0.94 * japan.budget[0])
    assert {"programme_pool", "clipped"} <= set(dict(s.remarks))


@pytest.mark.parametrize("special", [[-1.0, 1.0], [0.0, 0.0]])
def test_special_needs_that_cannot_be_shared_by_are_refused(special):
    table = {
        "population": [1e6, 1e6],
        "standard_fiscal_need": [100.0, 100.0],
        "standard_local_tax": [80.0, 40.0],
    }
    setting = by_hand("japan", {**table, "special_need": special}, ["A", "B"])
    with pytest.raises(InputError, match="special needs are negative somewhere, or zero everywhere"):
        sheet_of("japan_lat", setting, pool=50.0)
