"""Classes of a choropleth: natural breaks with edges rounded as far as no region changes its class."""

from __future__ import annotations

import math

import numpy as np

MOST_FOR_NATURAL = 2000  # above this many different values quantiles take the place of natural breaks, which grow as n squared


def natural_edges(values: np.ndarray, classes: int = 5) -> list[float]:
    """Inner edges of at most `classes` classes, ascending; a value equal to an edge belongs to the class above it.

    Fisher's and Jenks' natural breaks (least squares within classes), each edge then moved to the roundest number that
    leaves every value in its class.

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
    if len(distinct) <= classes:
        tops = distinct
    else:
        tops = _tops(values, distinct, classes)
    edges = []
    for top in tops[:-1]:
        above = distinct[distinct > top]
        if len(above):
            edges.append(roundest(float(top), float(above.min())))
    return edges


def _tops(values: np.ndarray, distinct: np.ndarray, classes: int) -> np.ndarray:
    import warnings

    import mapclassify

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Numba not installed")  # fast enough up to MOST_FOR_NATURAL
        chosen = mapclassify.FisherJenks if len(distinct) <= MOST_FOR_NATURAL else mapclassify.Quantiles
        return np.unique(chosen(values, k=classes).bins)


def symmetric_edges(values: np.ndarray, classes: int = 3) -> list[float]:
    """Inner edges of classes symmetric about zero: at most `classes` on either side, zero itself an edge."""
    size = np.abs(values[values != 0.0])
    if not len(size):
        return []
    outer = natural_edges(size, classes)
    return [*(-edge for edge in reversed(outer)), 0.0, *outer]


def roundest(low: float, high: float) -> float:
    """The number with the fewest digits in (low, high]; multiples of 5 and 2 go before others of the same length."""
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


def class_of(values: np.ndarray, edges: list[float]) -> np.ndarray:
    """Class of each value, 0 the lowest; an edge belongs to the class above it."""
    return np.searchsorted(np.asarray(edges, dtype=float), values, side="right")


def digits_for(edges: list[float]) -> int:
    """Decimals with which all edges can be told apart and written in full."""
    return max((_digits(edge) for edge in edges), default=0)


def _digits(number: float) -> int:
    text = f"{number:.12f}".rstrip("0")
    return len(text.split(".")[1])
