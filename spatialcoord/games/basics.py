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


def members_of(key: Any) -> tuple[Any, ...]:
    """Members that a key names; those of sets in the order of their names, since sets have none."""
    if isinstance(key, set | frozenset):
        return tuple(sorted(key, key=str))
    return tuple(key) if isinstance(key, Iterable) and not isinstance(key, str) else (key,)


def number_of(value: Any) -> tuple[float, str]:
    """The number, and what is wrong with it."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return np.nan, f"{value!r} is not a number"
    return number, "" if np.isfinite(number) else f"the number is {number}"
