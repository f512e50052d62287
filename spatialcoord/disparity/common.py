"""What every measure shares: checked values with population weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from spatialcoord.errors import InputError, Problem

Vector = npt.NDArray[np.float64]


def _labels(vector: Any) -> Mapping[Any, Any]:
    """The label indexes of an xarray array or a pandas series; nothing for anything else."""
    return {"index": vector.index} if hasattr(vector, "iloc") else getattr(vector, "indexes", None) or {}


def _mismatches(**vectors: Any) -> list[Problem]:
    """What forbids to read these by position: more than one dimension, or labels that differ."""
    problems = [
        Problem(f"{name} must be one-dimensional, one number a region", where=name)
        for name, vector in vectors.items()
        if np.ndim(vector) > 1
    ]
    (first, index), (second, other) = ((name, _labels(vector)) for name, vector in vectors.items())
    return problems + [
        Problem(
            f"{first} and {second} carry different labels along '{dim}'",
            why="Regions are matched by label, never by position.",
            remedy="Reindex one to the other first.",
        )
        for dim in index
        if dim in other and not index[dim].equals(other[dim])
    ]


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
        Empty or ill-shaped input, not finite, negative population, no population at all, or two labelled
        arrays whose labels differ.
    """
    problems = _mismatches(values=values, population=population)
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


def paired(**vectors: Any) -> tuple[Vector, Vector]:
    """Two vectors over the same regions, checked; the keywords are the names that messages give them.

    Raises
    ------
    InputError
        Empty, not one-dimensional, of different length, not finite, or labelled differently.
    """
    problems = _mismatches(**vectors)
    if problems:
        raise InputError(problems)
    (first, a), (second, b) = ((n, np.atleast_1d(np.asarray(v, dtype=float))) for n, v in vectors.items())
    if a.size == 0:
        problems.append(Problem("there are no values", where=first, remedy="Give at least one region."))
    if a.shape != b.shape:
        problems.append(Problem(f"{first} has {a.size} regions, {second} has {b.size}", where=second))
    for name, vector in ((first, a), (second, b)):
        bad = np.flatnonzero(~np.isfinite(vector))
        if bad.size:
            problems.append(Problem(f"entry {bad[0]} is not a finite number", where=name))
    if problems:
        raise InputError(problems)
    return a, b


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
