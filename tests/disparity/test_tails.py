"""Ratios of top to bottom, the poorest first, and the poverty gap, on figures that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from spatialcoord import disparity
from spatialcoord.errors import InputError


def test_the_region_at_the_margin_is_split():
    # ten people; the richest two are one of c and one of b, the poorest two are both of a
    y, p = [1.0, 2.0, 6.0], [5.0, 4.0, 1.0]
    assert disparity.s80_s20(y, p) == pytest.approx((6 + 2) / (1 + 1))
    # the richest one has 6; the poorest four have 1 each
    assert disparity.palma(y, p) == pytest.approx(6 / 4)
    assert disparity.top_bottom(y, p, top_share=1.0, bottom_share=0.5) == pytest.approx(1.9 / 1)
    assert disparity.top_bottom(y, p, top_share=1.0, bottom_share=1.0) == pytest.approx(1.0)


def test_by_count_each_region_is_one_unless_means_are_weighted():
    y, p = [1.0, 3.0, 5.0, 7.0, 9.0], [9.0, 1.0, 5.0, 3.0, 1.0]
    assert disparity.top_bottom(y, p, count=1) == 9.0
    assert disparity.top_bottom(y, p, count=2) == pytest.approx(8 / 2)
    assert disparity.top_bottom(y, p, count=2, weighted_means=True) == pytest.approx((30 / 4) / (12 / 10))
    assert disparity.top_bottom(y, p, count=5) == 1.0


def test_regions_tied_at_the_margin_share_the_place():
    # one place is left in the bottom two for two regions of value 2: each counts half
    y, p = [1.0, 2.0, 2.0, 8.0], [1.0, 1.0, 3.0, 1.0]
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        ratio = disparity.top_bottom(np.array(y)[order], np.array(p)[order], count=2, weighted_means=True)
        top, bottom = (8 * 1 + 0.5 * 2 * 1 + 0.5 * 2 * 3) / 3, (1 * 1 + 0.5 * 2 * 1 + 0.5 * 2 * 3) / 3
        assert ratio == pytest.approx(top / bottom)
        assert disparity.top_bottom(np.array(y)[order], count=2) == pytest.approx((8 + 2) / (1 + 2))


def test_the_poorest_with_nothing():
    assert disparity.s80_s20([0.0, 1.0]) == np.inf
    with pytest.raises(InputError, match="poorest"):
        disparity.s80_s20([-1.0, 5.0])
    with pytest.raises(InputError, match="mean"):
        disparity.palma([0.0, 0.0])


def test_tails_out_of_range_are_refused_all_at_once():
    with pytest.raises(InputError) as error:
        disparity.top_bottom([1.0, 2.0], None, top_share=0.0, bottom_share=1.5, weighted_means=True)
    assert len(error.value.problems) == 3
    for count in (0, 3, 1.5):
        with pytest.raises(InputError, match="2 have people"):
            disparity.top_bottom([1.0, 2.0, 4.0], [1.0, 1.0, 0.0], count=count)


def test_shortfall_of_the_poorest():
    assert disparity.max_min([2.0, 4.0], [1.0, 3.0]) == pytest.approx(1 - 2 / 3.5)
    assert disparity.max_min([0.0, 4.0]) == 1.0
    assert disparity.max_min([0.0, 4.0], [0.0, 1.0]) == 0.0


def test_leximin_goes_on_to_the_next_poorest():
    assert disparity.leximin_order([5.0, 1.0, 3.0], [1, 2, 0]).tolist() == [1.0, 5.0]
    assert disparity.leximin_better([9.0, 1.0, 2.0], [3.0, 1.0, 3.0]) == -1
    assert disparity.leximin_better([3.0, 3.0, 1.0], [1.0, 2.0, 90.0]) == 1
    assert disparity.leximin_better([3.0, 1.0], [1.0, 3.0]) == 0
    # leximin sees what maximin does not
    assert disparity.max_min([1.0, 2.0, 6.0]) == disparity.max_min([1.0, 4.0, 4.0])
    assert disparity.leximin_better([1.0, 4.0, 4.0], [1.0, 2.0, 6.0]) == 1


def test_leximin_with_tolerance_and_without_people():
    almost = [1.0 + 1e-7, 2.0]
    assert disparity.leximin_better(almost, [1.0, 3.0]) == 1
    assert disparity.leximin_better(almost, [1.0, 3.0], tolerance=1e-6) == -1
    assert disparity.leximin_better([0.0, 2.0], [5.0, 1.0], population=[0, 1]) == 1
    with pytest.raises(InputError, match="first has 2 regions, second has 3"):
        disparity.leximin_better([1.0, 2.0], [1.0, 2.0, 3.0])


def test_poverty_gap_by_hand():
    # mean 5, line 3; a quarter of the people lack 2 of 3
    assert disparity.poverty_gap([1.0, 6.0, 4.0], [1.0, 1.0, 2.0], line=0.8) == pytest.approx(
        0.25 * (3.0 - 1.0) / 3.0
    )
    assert disparity.poverty_gap([3.0, 7.0]) == 0.0
    for line in (0.0, -1.0, np.nan):
        with pytest.raises(InputError, match="line"):
            disparity.poverty_gap([1.0, 2.0], None, line)


def test_concentration_of_totals():
    assert disparity.herfindahl([5.0] * 8) == pytest.approx(1 / 8)
    assert disparity.herfindahl([0.0, 3.0]) == 1.0
    for totals in ([0.0, 0.0], [-1.0, 4.0]):
        with pytest.raises(InputError, match="totals"):
            disparity.herfindahl(totals)
