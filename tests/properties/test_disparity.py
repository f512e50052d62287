"""The axioms of inequality measurement, for every measure, over random values and populations.

Cowell (2011), Measuring Inequality, chapter 3. Each measure also equals an independent brute force: plain
loops over the definition, or over every single person of a small population.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spatialcoord import disparity


@dataclass(frozen=True)
class Case:
    """A measure and what is known of it.

    `equal`: its value at equality; `least`, `most`: bounds for positive values; `degree`: of homogeneity;
    `strict`: every transfer from richer to poorer lowers it (else it never raises it).
    """

    name: str
    measure: Callable[..., float]
    strict: bool
    equal: float = 0.0
    least: float = 0.0
    most: float = math.inf
    degree: int = 0

    def __call__(self, y: Any, p: Any = None) -> float:
        return self.measure(np.asarray(y, dtype=float), p)


def with_epsilon(epsilon: float) -> Callable[..., float]:
    return lambda y, p=None: disparity.atkinson(y, p, epsilon)


CASES = [
    Case("gini", disparity.gini, strict=True, most=1),
    Case("theil_t", disparity.theil_t, strict=True),
    Case("theil_l", disparity.theil_l, strict=True),
    Case("atkinson 0.5", with_epsilon(0.5), strict=True, most=1),
    Case("atkinson 1", with_epsilon(1), strict=True, most=1),
    Case("atkinson 2", with_epsilon(2), strict=True, most=1),
    Case("atkinson 30", with_epsilon(30), strict=False, most=1),
    Case("hoover", disparity.hoover, strict=False, most=1),
    Case("williamson", disparity.williamson, strict=True),
    Case("variance", disparity.variance, strict=True, degree=2),
    Case("s80_s20", disparity.s80_s20, strict=False, equal=1, least=1),
    Case("palma", disparity.palma, strict=False, equal=0.25, least=0.25),
    Case("max_min", disparity.max_min, strict=False, most=1),
    Case("poverty_gap", disparity.poverty_gap, strict=False, most=1),
    Case("poverty_gap 1", lambda y, p=None: disparity.poverty_gap(y, p, 1.0), strict=False, most=1),
]
# by count every region is one party, so that what is done to regions must leave their number and their sizes
# alone
BY_COUNT = [
    Case("top 2", lambda y, p=None: disparity.top_bottom(y, p, count=2), strict=False, equal=1, least=1),
    Case(
        "top 2 weighted",
        lambda y, p=None: disparity.top_bottom(y, p, count=2, weighted_means=True),
        strict=False,
        equal=1,
        least=1,
    ),
]
ALL = CASES + BY_COUNT

values = st.floats(1e-2, 1e4)
people = st.floats(1e-1, 1e3)


@st.composite
def lands(draw, least: int = 2, whole: bool = False):
    """Values per head and populations; `whole` ones are few enough to count every person, with many ties."""
    n = draw(st.integers(least, 10))
    y = st.one_of(values, st.sampled_from([1.0, 2.0, 5.0])) if not whole else st.integers(1, 9).map(float)
    p = st.integers(1, 6) if whole else people
    return (
        np.array(draw(st.lists(y, min_size=n, max_size=n))),
        np.array(draw(st.lists(p, min_size=n, max_size=n)), dtype=float),
    )


def same(cases: list[Case], land: tuple[Any, Any], other: tuple[Any, Any]) -> None:
    """Both lands are as unequal by each of the measures."""
    for case in cases:
        assert case(*land) == pytest.approx(case(*other), rel=1e-9, abs=1e-12), case.name


@given(lands(), st.floats(0.01, 100))
def test_scale(land, factor):
    y, p = land
    for case in ALL:
        expected = factor**case.degree * case(y, p)
        assert case(factor * y, p) == pytest.approx(expected, rel=1e-9, abs=1e-12), case.name


@given(lands(), st.floats(0.01, 100))
def test_size_of_the_population_does_not_matter(land, factor):
    y, p = land
    same(ALL, land, (y, factor * p))


@given(lands(), st.integers(2, 4))
def test_replication(land, copies):
    y, p = land
    same(CASES, land, (np.tile(y, copies), np.tile(p, copies)))


@given(lands(), st.data())
def test_symmetry(land, data):
    y, p = land
    order = np.array(data.draw(st.permutations(range(len(y)))))
    same(ALL, land, (y[order], p[order]))


@given(lands(), values)
def test_equal_values(land, value):
    _, p = land
    for case in ALL:
        rounding = 1e-12 * max(1.0, value) ** case.degree
        assert case(np.full(len(p), value), p) == pytest.approx(case.equal, abs=rounding), case.name


@given(lands())
def test_bounds(land):
    y, p = land
    for case in ALL:
        assert case.least - 1e-12 <= case(y, p) <= case.most, case.name
        assert not case.strict or np.ptp(y) < 0.5 * y.max() or case(y, p) > case.equal, case.name
    assert disparity.theil_t(y, p) <= math.log(p.sum() / p.min()) + 1e-12


@given(lands(), st.floats(0.01, 0.99), st.data())
def test_splitting_a_region_changes_nothing(land, part, data):
    y, p = land
    i = data.draw(st.integers(0, len(y) - 1))
    divided = np.append(p, p[i] * part)
    divided[i] *= 1 - part
    same(CASES, land, (np.append(y, y[i]), divided))


@given(lands(), values)
def test_regions_without_people_do_not_count(land, value):
    y, p = land
    same(ALL, land, (np.append(y, value), np.append(p, 0.0)))


def transferred(y: np.ndarray, p: np.ndarray, data: st.DataObject) -> np.ndarray:
    """Money moved from a richer to a poorer region, at most until they are equal (Pigou 1912, Dalton 1920)."""
    i, j = data.draw(st.permutations(range(len(y))))[:2]
    rich, poor = (i, j) if y[i] > y[j] else (j, i)
    assume(y[rich] - y[poor] >= 0.01 * y[rich])
    part = data.draw(st.floats(0.1, 1.0))
    money = part * (y[rich] - y[poor]) / (1 / p[rich] + 1 / p[poor])
    moved = y.copy()
    moved[rich] -= money / p[rich]
    moved[poor] += money / p[poor]
    return moved


@given(lands(), st.data())
def test_transfer_from_richer_to_poorer_never_raises_disparity(land, data):
    y, p = land
    moved = transferred(y, p, data)
    for case in CASES:
        assert case(moved, p) <= case(y, p) + 1e-9 * max(1.0, case(y, p)), case.name


@given(lands(whole=True), st.data())
def test_transfer_lowers_strict_measures(land, data):
    y, p = land
    moved = transferred(y, p, data)
    for case in CASES:
        assert not case.strict or case(moved, p) < case(y, p), case.name


@given(lands(least=4), st.data())
def test_transfer_by_count_among_regions_of_equal_population(land, data):
    y, _ = land
    moved = transferred(y, np.ones_like(y), data)
    for case in BY_COUNT:
        assert case(moved) <= case(y) * (1 + 1e-9), case.name


def test_by_count_a_transfer_to_a_small_rich_region_can_raise_the_ratio():
    # both stay among the two richest, and the small region's mean rises by more than the large one's falls
    y, p = [1.0, 1.0, 8.0, 10.0], [5.0, 5.0, 1.0, 10.0]
    moved = [1.0, 1.0, 9.0, 9.9]
    assert np.dot(y, p) == pytest.approx(np.dot(moved, p))
    assert disparity.top_bottom(moved, p, count=2) > disparity.top_bottom(y, p, count=2)
    assert disparity.top_bottom(moved, p) < disparity.top_bottom(y, p)


# --- definitions written out
# -----------------------------------------------------------------------------------------


def persons(y: np.ndarray, p: np.ndarray, times: int = 1) -> list[float]:
    """Everybody's value, poorest first, `times` times over, so that a tail is a whole number of people."""
    return sorted(value for value, n in zip(y, p, strict=True) for _ in range(int(n) * times))


def mean(numbers: list[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def brute_gini(all_: list[float]) -> float:
    return math.fsum(abs(a - b) for a in all_ for b in all_) / (2 * len(all_) ** 2 * mean(all_))


def brute_theil_t(all_: list[float]) -> float:
    m = mean(all_)
    return mean([a / m * math.log(a / m) for a in all_])


def brute_atkinson(all_: list[float], epsilon: float) -> float:
    if epsilon == 1:
        return 1 - math.exp(mean([math.log(a) for a in all_])) / mean(all_)
    return 1 - mean([a ** (1 - epsilon) for a in all_]) ** (1 / (1 - epsilon)) / mean(all_)


BRUTE: dict[str, Callable[[list[float]], float]] = {
    "gini": brute_gini,
    "theil_t": brute_theil_t,
    "theil_l": lambda a: math.log(mean(a)) - mean([math.log(v) for v in a]),
    "atkinson 0.5": lambda a: brute_atkinson(a, 0.5),
    "atkinson 1": lambda a: brute_atkinson(a, 1),
    "atkinson 2": lambda a: brute_atkinson(a, 2),
    "atkinson 30": lambda a: brute_atkinson(a, 30),
    # the largest distance between the Lorenz curve and the diagonal
    "hoover": lambda a: max(k / len(a) - math.fsum(a[:k]) / math.fsum(a) for k in range(len(a) + 1)),
    "williamson": lambda a: math.sqrt(mean([(v - mean(a)) ** 2 for v in a])) / mean(a),
    "variance": lambda a: mean([v**2 for v in a]) - mean(a) ** 2,
    "s80_s20": lambda a: math.fsum(a[-len(a) // 5 :]) / math.fsum(a[: len(a) // 5]),
    "palma": lambda a: math.fsum(a[-len(a) // 10 :]) / math.fsum(a[: 4 * len(a) // 10]),
    "max_min": lambda a: 1 - a[0] / mean(a),
    "poverty_gap": lambda a: mean([max(0.0, 1 - v / (0.6 * mean(a))) for v in a]),
    "poverty_gap 1": lambda a: mean([max(0.0, 1 - v / mean(a)) for v in a]),
}


@given(lands(least=1, whole=True))
def test_measure_of_regions_is_the_measure_of_their_people(land):
    once, often = persons(*land), persons(*land, times=10)
    for case in CASES:
        everybody = often if case.name in ("s80_s20", "palma") else once
        assert case(*land) == pytest.approx(BRUTE[case.name](everybody), rel=1e-9, abs=1e-12), case.name


@given(lands(least=3, whole=True), st.integers(1, 3))
def test_ratio_by_count_is_that_of_sorted_regions(land, count):
    y, p = land
    ranked = sorted(y)
    assert disparity.top_bottom(y, p, count=count) == pytest.approx(
        math.fsum(ranked[-count:]) / math.fsum(ranked[:count])
    )


@given(lands(least=1), st.integers(1, 9), st.integers(1, 9))
def test_tails_by_people_are_the_optima_of_their_linear_programmes(land, top, bottom):
    """top = min_t t + sum w (y-t)+, bottom = max_t t - sum w (t-y)+, with w = share / tail."""
    y, p = land
    share = p / p.sum()
    q, k = top / 10, bottom / 10
    above = min(t + share @ np.maximum(0, y - t) / q for t in y)
    below = max(t - share @ np.maximum(0, t - y) / k for t in y)
    assert disparity.top_bottom(y, p, top_share=q, bottom_share=k) == pytest.approx(above / below, rel=1e-9)


@st.composite
def grouped(draw):
    y, p = draw(lands(least=1))
    return y, p, draw(st.lists(st.sampled_from("abc"), min_size=len(y), max_size=len(y)))


@given(grouped())
def test_between_and_within_sum_to_theil_t(land):
    y, p, groups = land
    between, within = disparity.theil_between(y, p, groups), disparity.theil_within(y, p, groups)
    assert between + within == pytest.approx(disparity.theil_t(y, p), rel=1e-12, abs=1e-12)
    parts = disparity.theil_decomposition(y, p, groups)["theil_t"]
    assert between == pytest.approx(parts.between, abs=1e-12)
    assert within == pytest.approx(parts.within, rel=1e-12, abs=1e-12)
    assert min(between, within) >= -1e-12


@given(grouped(), st.floats(0.1, 10))
def test_parts_depend_on_nothing_but_relative_values(land, factor):
    y, p, groups = land
    for part in (disparity.theil_between, disparity.theil_within):
        assert part(factor * y, p, groups) == pytest.approx(part(y, p, groups), rel=1e-9, abs=1e-12)
        assert part(np.r_[y, y], np.r_[p, p], groups + groups) == pytest.approx(
            part(y, p, groups), rel=1e-9, abs=1e-12
        )


# --- what the measures are to each other
# -----------------------------------------------------------------------------


@given(lands())
def test_relations_between_measures(land):
    y, p = land
    average = p @ y / p.sum()
    assert disparity.hoover(y, p) == pytest.approx(disparity.poverty_gap(y, p, 1.0), abs=1e-12)
    assert disparity.atkinson(y, p) == pytest.approx(-math.expm1(-disparity.theil_l(y, p)), abs=1e-12)
    assert disparity.variance(y, p) == pytest.approx(
        (disparity.williamson(y, p) * average) ** 2, rel=1e-9, abs=1e-12
    )
    assert disparity.hoover(y, p) <= disparity.gini(y, p) + 1e-12
    assert average * (1 - disparity.max_min(y, p)) == pytest.approx(y.min(), abs=1e-12 * y.max())


@given(lands(), st.lists(st.floats(0.0, 50.0), min_size=2, max_size=2))
def test_atkinson_rises_with_the_aversion_up_to_the_shortfall_of_the_poorest(land, epsilons):
    y, p = land
    low, high = (disparity.atkinson(y, p, e) for e in sorted(epsilons))
    assert low <= high + 1e-12
    assert high <= disparity.max_min(y, p) + 1e-12
