"""Classes of a choropleth: natural breaks with edges rounded as far as no region changes its class."""

from __future__ import annotations

import math
import warnings
from functools import lru_cache

import numpy as np

NOTHING = 1e-9  # of the largest value: a solver's zero
MANY = 250  # values, equal ones counted, whose natural classes are found in a tenth of a second
MOST_FOR_NATURAL = 500  # with more different values quantiles take their place: the work grows as n squared


def natural_edges(values: np.ndarray, classes: int = 5) -> list[float]:
    """Inner edges of at most `classes` classes, ascending; an edge belongs to the class above it.

    Fisher's and Jenks' natural breaks (least squares within classes), each edge then moved to the roundest
    number that leaves every value in its class. Where there are more than :data:`MOST_FOR_NATURAL` different
    values, quantiles, each edge moved to the roundest number within a hundredth of the range.

    Parameters
    ----------
    values : numpy.ndarray, shape (R,)
        Finite numbers.
    classes : int
        Most classes.

    Returns
    -------
    list of float
        One edge fewer than there are classes; empty when all values are alike.
    """
    distinct = np.unique(values)
    distinct = distinct[np.r_[True, np.diff(distinct) > 1e-9 * max(1e-300, np.abs(distinct).max())]]
    slack = 0.0
    if len(distinct) <= classes:
        tops = distinct
    elif len(distinct) <= MOST_FOR_NATURAL:
        tops = _fisher_jenks(tuple(values.tolist()), classes)
    else:
        tops = np.unique(np.quantile(values, np.arange(1, classes + 1) / classes, method="lower"))
        slack = 0.01 * float(distinct[-1] - distinct[0])
    edges: list[float] = []
    for top in tops:
        above = distinct[distinct > top]
        if len(above):
            edges.append(roundest(float(top) - slack, float(above[0]) + slack))
    return sorted(set(edges))


@lru_cache(maxsize=64)
def _fisher_jenks(values: tuple[float, ...], classes: int) -> np.ndarray:
    """Upper ends of natural classes; remembered, since the page of maps and the report ask for the same ones.

    Of many values their quantiles are classed: the time grows with the square of the number.
    """
    import mapclassify

    shown = np.array(values)
    if len(shown) > MANY:
        shown = np.quantile(shown, np.linspace(0.0, 1.0, MANY), method="nearest")
    with warnings.catch_warnings():
        # that it is slower without numba, which nobody waits for here
        warnings.simplefilter("ignore", UserWarning)
        return np.unique(mapclassify.FisherJenks(shown, k=classes).bins)


def symmetric_edges(values: np.ndarray, classes: int = 3) -> list[float]:
    """Inner edges of classes symmetric about zero: at most `classes` on either side, zero itself an edge."""
    size = np.abs(values[values != 0.0])
    if not len(size):
        return []
    outer = natural_edges(size, classes)
    return [*(-edge for edge in reversed(outer)), 0.0, *outer]


def roundest(low: float, high: float) -> float:
    """The number with the fewest digits in (low, high]; of equally long ones multiples of 5, then of 2."""
    if not low < high:
        return high
    exponent = math.floor(math.log10(max(abs(low), abs(high))))
    for power in range(exponent + 1, exponent - 17, -1):
        for step in (5, 2, 1):
            unit = step * 10.0**power
            candidate = round(math.floor(high / unit) * unit, max(0, -power))
            if low < candidate <= high:
                return candidate
    return high


def is_zero(values: np.ndarray) -> np.ndarray:
    """Which values are zero, of the same shape; what a solver leaves of zero counts as zero."""
    return np.asarray(np.abs(values) <= NOTHING * np.abs(values).max(initial=0.0))


def own_zero(values: np.ndarray) -> np.ndarray:
    """Which values are zero, shape (R,), where these are more than half of all but not all; none of them otherwise.

    Zero is then a class of its own: most regions would else be coloured as if a little happened there.
    """
    zero = is_zero(values)
    return zero if 0.5 < zero.mean() < 1.0 else np.zeros(len(values), dtype=bool)


def class_of(values: np.ndarray, edges: list[float]) -> np.ndarray:
    """Class of each value, 0 the lowest; an edge belongs to the class above it."""
    return np.searchsorted(np.asarray(edges, dtype=float), values, side="right")


def digits_for(edges: list[float]) -> int:
    """Decimals with which all edges can be told apart and written in full."""
    return max((_digits(edge) for edge in edges), default=0)


def _digits(number: float) -> int:
    text = f"{number:.12f}".rstrip("0")
    return len(text.split(".")[1])
