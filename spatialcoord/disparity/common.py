"""What every measure shares: checked values with population weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from spatialcoord.errors import InputError, Problem

Vector = npt.NDArray[np.float64]


def weighted(values: Any, population: Any = None) -> tuple[Vector, Vector]:
    """Values per head and population shares, checked.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value per head of each region (any unit).
    population : array_like, shape (n,), optional
        Persons in each region (any common unit); equal weights when left out.

    Returns
    -------
    values, share : numpy.ndarray, shape (n,)
        Floats; the shares sum to one.

    Raises
    ------
    InputError
        Empty or ill-shaped input, not finite, negative population, no population at all, or two labelled arrays
        whose labels differ.
    """
    problems = []
    for label, other in (("values", values), ("population", population)):
        if getattr(other, "ndim", 1) > 1:
            problems.append(Problem(f"{label} must be one-dimensional, one number a region", where=label))
    index, weights_index = (getattr(v, "indexes", None) for v in (values, population))
    if index and weights_index:
        for dim in set(index) & set(weights_index):
            if not index[dim].equals(weights_index[dim]):
                problems.append(
                    Problem(
                        f"values and population carry different labels along '{dim}'",
                        why="Regions are matched by label, never by position.",
                        remedy="Reindex one to the other first.",
                    )
                )
    if problems:
        raise InputError(problems)
    y = np.atleast_1d(np.asarray(values, dtype=float))
    p = np.ones_like(y) if population is None else np.atleast_1d(np.asarray(population, dtype=float))
    if y.size == 0:
        problems.append(Problem("there are no values", where="values", remedy="Give at least one region."))
    if p.shape != y.shape:
        problems.append(Problem(f"{p.size} populations for {y.size} values", where="population"))
    for label, a in (("values", y), ("population", p)):
        bad = np.flatnonzero(~np.isfinite(a))
        if bad.size:
            problems.append(Problem(f"entry {bad[0]} is not a finite number", where=label))
    if (p < 0).any():
        problems.append(Problem("a population is negative", where="population"))
    elif not problems and p.sum() <= 0:
        problems.append(Problem("the total population is zero", where="population"))
    if problems:
        raise InputError(problems)
    return y, p / p.sum()


def positive_mean(values: Vector, share: Vector, measure: str) -> float:
    """Population-weighted mean, which a relative measure divides by.

    Raises
    ------
    InputError
        The mean is not positive, so that the index means nothing.
    """
    mean = float(share @ values)
    if mean <= 0:
        raise InputError(
            Problem(
                f"the mean is {mean:g}, and {measure} is relative to the mean",
                where="values",
                remedy="Use values per head with a positive mean.",
            )
        )
    return mean
