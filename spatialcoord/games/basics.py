"""Coalitions as bits of an index, their names, and numbers as users give them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

Coalition = tuple[str, ...]
Vector = np.ndarray


def subset_sums(weights: Vector) -> Vector:
    """Sum of `weights` over every subset of n players, shape (2^n,); bit i of the index says whether i is in."""
    sums = np.zeros(1, dtype=np.asarray(weights).dtype)
    for weight in weights:
        sums = np.concatenate([sums, sums + weight])
    return sums


def label(coalition: Iterable[str]) -> str:
    """Name of a coalition: ``AHL`` for players of one letter, else ``navigation+power``."""
    members = list(coalition)
    return ("" if all(len(m) == 1 for m in members) else "+").join(members)


def indicator(mask: int, size: int) -> Vector:
    """Members of a coalition as ones, shape (n,)."""
    return (int(mask) >> np.arange(size) & 1).astype(float)


def parts_better(worth: Vector) -> tuple[Vector, Vector]:
    """What every coalition's best split into two is worth beyond the coalition, and one of the parts, shapes (2^n,).

    Where there is no split the first is minus infinity. All 3^n pairs are looked at.
    """
    best, part = np.full(worth.size, -np.inf), np.zeros(worth.size, dtype=int)
    every = worth.size - 1
    bit = 1 << np.arange(every.bit_length())
    for one in range(1, every):
        other = subset_sums(bit[(every ^ one) & bit > 0])[1:]
        union, together = other | one, worth[other] + worth[one]
        better = together > best[union]
        best[union[better]], part[union[better]] = together[better], one
    return best - worth, part


def number_of(value: Any) -> tuple[float, str]:
    """The number, and what is wrong with it."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return np.nan, f"{value!r} is not a number"
    return number, "" if np.isfinite(number) else f"the number is {number}"


def rounded(number: float, scale: float) -> str:
    """Two decimals, or as many as make three digits of the largest number."""
    return f"{number:.{int(np.clip(2 - np.floor(np.log10(scale)), 2, 15))}f}"
